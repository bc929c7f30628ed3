#include <stdarg.h>

#include "base/mem.h"
#include "doc/json.h"
#include "sim/kube.h"

const char *gk_sim_qualified(struct gk_arena *a, const struct gk_sim_res *res)
{
	if (!*res->group)
		return res->plural;
	return gk_arena_printf(a, "%s.%s", res->plural, res->group);
}

static const char *vformat(struct gk_arena *a, const char *fmt, va_list ap) GK_PRINTF(2, 0);
static const char *vformat(struct gk_arena *a, const char *fmt, va_list ap)
{
	struct gk_buf b = GK_BUF_INIT(1 << 20);
	const char *ret;

	gk_buf_vprintf(&b, fmt, ap);
	ret = gk_arena_memdup0(a, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return ret;
}

/* What the error is about: causes alone, or with the resource (or kind, for Invalid). */
static struct gk_node *details(struct gk_sim_kreq *k, const char *kind, bool named)
{
	struct gk_node *d = gk_node_new(k->arena, GK_OBJECT);

	if (named && k->name.n)
		gk_node_set_str(k->arena, d, "name", k->name);
	if (named && k->res && *k->res->group)
		gk_node_set_str(k->arena, d, "group", gk_str_c(k->res->group));
	if (named && kind)
		gk_node_set_str(k->arena, d, "kind", gk_str_c(kind));
	if (k->causes)
		gk_node_set_c(k->arena, d, "causes", k->causes);
	k->causes = NULL;
	return d;
}

static int answer(struct gk_sim_kreq *k, int code, const char *reason, const char *message,
	struct gk_node *detail)
{
	struct gk_arena *a = k->arena;
	struct gk_node *s = gk_node_new(a, GK_OBJECT);

	gk_node_set_str(a, s, "kind", GK_STR("Status"));
	gk_node_set_str(a, s, "apiVersion", GK_STR("v1"));
	gk_node_set_c(a, s, "metadata", gk_node_new(a, GK_OBJECT));
	gk_node_set_str(a, s, "status", GK_STR("Failure"));
	gk_node_set_str(a, s, "message", gk_str_c(message));
	if (*reason)
		gk_node_set_str(a, s, "reason", gk_str_c(reason));
	if (detail)
		gk_node_set_c(a, s, "details", detail);
	gk_node_set_c(a, s, "code", gk_node_int_new(a, code));
	gk_sim_answer_node(k, code, s);
	return -1;
}

int gk_sim_fail(struct gk_sim_kreq *k, int code, const char *reason, const char *fmt, ...)
{
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = vformat(k->arena, fmt, ap);
	va_end(ap);
	if (code == 500 || (code == 415 && !(k->res->builtin && strcmp(k->verb, "patch") == 0)))
		return answer(k, code, reason, message, NULL);
	return answer(
		k, code, reason, message, details(k, k->res ? k->res->plural : NULL, code == 403));
}

int gk_sim_fail_bad(struct gk_sim_kreq *k, const char *fmt, ...)
{
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = vformat(k->arena, fmt, ap);
	va_end(ap);
	return answer(k, 400, "BadRequest", message, k->causes ? details(k, NULL, false) : NULL);
}

int gk_sim_fail_not_found(struct gk_sim_kreq *k)
{
	const char *message = gk_arena_printf(k->arena, "%s \"%.*s\" not found",
		gk_sim_qualified(k->arena, k->res), GK_SARG(k->name));

	return answer(k, 404, "NotFound", message, details(k, k->res->plural, true));
}

int gk_sim_fail_exists(struct gk_sim_kreq *k)
{
	const char *message = gk_arena_printf(k->arena, "%s \"%.*s\" already exists",
		gk_sim_qualified(k->arena, k->res), GK_SARG(k->name));

	return answer(k, 409, "AlreadyExists", message, details(k, k->res->plural, true));
}

int gk_sim_fail_conflict(struct gk_sim_kreq *k, const char *fmt, ...)
{
	const char *why, *message;
	va_list ap;

	va_start(ap, fmt);
	why = vformat(k->arena, fmt, ap);
	va_end(ap);
	message = gk_arena_printf(k->arena, "Operation cannot be fulfilled on %s \"%.*s\": %s",
		gk_sim_qualified(k->arena, k->res), GK_SARG(k->name), why);
	return answer(k, 409, "Conflict", message, details(k, k->res->plural, true));
}

void gk_sim_cause(
	struct gk_sim_kreq *k, const char *reason, const char *field, const char *fmt, ...)
{
	struct gk_node *cause = gk_node_new(k->arena, GK_OBJECT);
	va_list ap;

	va_start(ap, fmt);
	gk_node_set_str(k->arena, cause, "reason", gk_str_c(reason));
	gk_node_set_str(k->arena, cause, "message", gk_str_c(vformat(k->arena, fmt, ap)));
	gk_node_set_str(k->arena, cause, "field", gk_str_c(field));
	va_end(ap);
	if (!k->causes)
		k->causes = gk_node_new(k->arena, GK_ARRAY);
	gk_node_append(k->causes, cause);
}

static void put_cause(struct gk_buf *b, const struct gk_node *cause)
{
	struct gk_str field = gk_node_text(gk_node_get(cause, "field"));
	struct gk_str message = gk_node_text(gk_node_get(cause, "message"));

	gk_buf_printf(b, "%.*s: %.*s", GK_SARG(field), GK_SARG(message));
}

/* 'Deployment.apps "web" is invalid: [a: Required value, b: Invalid value ...]' */
int gk_sim_fail_invalid(struct gk_sim_kreq *k)
{
	struct gk_buf b = GK_BUF_INIT(1 << 20);
	bool many = k->causes && k->causes->count > 1;
	const char *message;

	gk_buf_printf(&b, "%s%s%s \"%.*s\" is invalid: %s", k->res->kind, *k->res->group ? "." : "",
		k->res->group, GK_SARG(k->name), many ? "[" : "");
	gk_node_foreach (cause, k->causes) {
		put_cause(&b, cause);
		if (cause->next)
			gk_buf_puts(&b, ", ");
	}
	if (many)
		gk_buf_putc(&b, ']');
	message = gk_arena_memdup0(k->arena, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return answer(k, 422, "Invalid", message, details(k, k->res->kind, true));
}

int gk_sim_fail_options(struct gk_sim_kreq *k, const char *kind, const char *reason,
	const char *field, const char *fmt, ...)
{
	struct gk_node *d = gk_node_new(k->arena, GK_OBJECT);
	const char *why;
	va_list ap;

	va_start(ap, fmt);
	why = vformat(k->arena, fmt, ap);
	va_end(ap);
	gk_sim_cause(k, reason, field, "%s", why);
	gk_node_set_str(k->arena, d, "group", GK_STR("meta.k8s.io"));
	gk_node_set_str(k->arena, d, "kind", gk_str_c(kind));
	gk_node_set_c(k->arena, d, "causes", k->causes);
	k->causes = NULL;
	return answer(k, 422, "Invalid",
		gk_arena_printf(
			k->arena, "%s.meta.k8s.io \"\" is invalid: %s: %s", kind, field, why),
		d);
}

int gk_sim_fail_record(struct gk_sim_kreq *k, const char *what, struct gk_str want,
	struct gk_str have, const char *hint)
{
	const char *kind = k->res->kind;

	return answer(k, 409, "Conflict",
		gk_arena_printf(k->arena,
			"Operation cannot be fulfilled on %s \"%.*s\": the %s in the precondition "
			"(%.*s) does not match the %s in record (%.*s). %s",
			kind, GK_SARG(k->name), what, GK_SARG(want), what, GK_SARG(have), hint),
		details(k, kind, true));
}

int gk_sim_fail_no_path(struct gk_sim_kreq *k)
{
	k->r->status = 404;
	k->r->content_type = "text/plain; charset=utf-8";
	gk_buf_puts(&k->r->out, "404 page not found\n");
	return -1;
}

int gk_sim_fail_method(struct gk_sim_kreq *k)
{
	return gk_sim_fail(k, 405, "MethodNotAllowed",
		"the server does not allow this method on the requested resource");
}

void gk_sim_warn(struct gk_sim_kreq *k, const char *fmt, ...)
{
	struct gk_buf b = GK_BUF_INIT(4096);
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = vformat(k->arena, fmt, ap);
	va_end(ap);
	gk_buf_puts(&b, "299 - \"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			gk_buf_putc(&b, '\\');
		gk_buf_putc(&b, (unsigned char)*text < ' ' ? ' ' : *text);
	}
	gk_buf_putc(&b, '"');
	gk_sim_answer_header(k->r, "Warning", gk_buf_cstr(&b));
	gk_buf_done(&b);
}
