#include "base/text.h"
#include "doc/node.h"
#include "kube/status.h"

enum { QUOTED = 2048, CAUSES_SHOWN = 6 };

static struct gk_str text(const struct gk_node *object, const char *key)
{
	return gk_node_text(gk_node_get(object, key));
}

static void read_causes(struct gk_arena *a, const struct gk_node *list, struct gk_kube_status *ret)
{
	if (!gk_node_is(list, GK_ARRAY) || !list->count)
		return;
	ret->causes = gk_arena_array(a, list->count, sizeof *ret->causes);
	gk_node_foreach (c, list)
		ret->causes[ret->ncauses++] = (struct gk_kube_cause){
			text(c, "reason"), text(c, "message"), text(c, "field")};
}

bool gk_kube_status_read(
	struct gk_arena *a, const struct gk_node *status, struct gk_kube_status *ret)
{
	const struct gk_node *details = gk_node_get(status, "details");
	int64_t n;

	*ret = (struct gk_kube_status){.retry_after_ms = -1};
	if (!gk_str_is(text(status, "kind"), "Status"))
		return false;
	if (gk_node_int(gk_node_get(status, "code"), &n) && n > 0 && n < 1000)
		ret->code = (int)n;
	ret->reason = text(status, "reason");
	ret->message = text(status, "message");
	ret->group = text(details, "group");
	ret->resource = text(details, "kind");
	ret->name = text(details, "name");
	ret->uid = text(details, "uid");
	if (gk_node_int(gk_node_get(details, "retryAfterSeconds"), &n) && n > 0 && n <= 3600)
		ret->retry_after_ms = n * 1000;
	read_causes(a, gk_node_get(details, "causes"), ret);
	return true;
}

bool gk_kube_status_has(const struct gk_kube_status *s, const char *cause)
{
	for (size_t i = 0; i < s->ncauses; i++)
		if (gk_str_is(s->causes[i].reason, cause))
			return true;
	return false;
}

bool gk_kube_status_is_apply_conflict(const struct gk_kube_status *s)
{
	return s->code == 409 && gk_kube_status_has(s, "FieldManagerConflict");
}

static bool skip(struct gk_str *s, const char *prefix)
{
	if (!gk_str_starts(*s, gk_str_c(prefix)))
		return false;
	*s = gk_str_from(*s, strlen(prefix));
	return true;
}

/* A Go-quoted string at the start of *s: what stands between the quotes, escapes kept. */
static bool quoted(struct gk_str *s, struct gk_str *ret)
{
	if (!s->n || s->p[0] != '"')
		return false;
	for (size_t i = 1; i < s->n; i++) {
		if (s->p[i] == '\\') {
			i++;
		} else if (s->p[i] == '"') {
			*ret = (struct gk_str){s->p + 1, i - 1};
			*s = gk_str_from(*s, i + 1);
			return true;
		}
	}
	return false;
}

/*
 * conflict with "NAME"[ with subresource "SUB"][ using VERSION[ at TIME]]
 * (kubernetes/apimachinery: pkg/util/managedfields/internal/conflict.go)
 */
bool gk_kube_cause_conflict(const struct gk_kube_cause *c, struct gk_kube_conflict *ret)
{
	struct gk_str rest = c->message;

	*ret = (struct gk_kube_conflict){.field = c->field};
	if (!gk_str_is(c->reason, "FieldManagerConflict") || !skip(&rest, "conflict with ") ||
		!quoted(&rest, &ret->manager))
		return false;
	if (skip(&rest, " with subresource "))
		(void)quoted(&rest, &ret->subresource);
	if (skip(&rest, " using "))
		ret->api_version = gk_str_cut(&rest, ' ');
	if (rest.p && skip(&rest, "at "))
		ret->time = rest;
	return true;
}

/* What an HTTP code means; `reason` narrows it, NULL = any. The first that matches counts. */
static const struct meaning {
	int http;
	const char *reason;
	enum gk_code code;
	const char *slug;
} meanings[] = {
	{400, NULL, GK_EREJECTED, "kube.invalid"},
	{401, NULL, GK_EDENIED, "kube.unauthorized"},
	{403, NULL, GK_EDENIED, "kube.forbidden"},
	{404, NULL, GK_ENOTFOUND, "kube.not-found"},
	{405, NULL, GK_EREMOTE, "kube.not-allowed"},
	{406, NULL, GK_EREMOTE, "kube.not-acceptable"},
	{409, "AlreadyExists", GK_EEXIST, "kube.exists"},
	{409, NULL, GK_ECONFLICT, "kube.conflict"},
	{410, NULL, GK_ECONFLICT, "kube.gone"},
	{413, NULL, GK_EREJECTED, "kube.too-large"},
	{415, NULL, GK_EREMOTE, "kube.not-allowed"},
	{422, NULL, GK_EREJECTED, "kube.invalid"},
	{429, NULL, GK_ETHROTTLED, "kube.throttled"},
	{504, NULL, GK_ETIMEOUT, "kube.timeout"},
	{0, NULL, GK_EREMOTE, "kube.remote"},
};

/* Refusals that only the message tells apart, whatever code they come with. */
static const struct {
	const char *part;
	struct meaning m;
} by_message[] = {
	{"failed calling webhook", {0, NULL, GK_EREMOTE, "kube.webhook"}},
	{"admission webhook ", {0, NULL, GK_EREJECTED, "kube.admission"}},
	{"ValidatingAdmissionPolicy", {0, NULL, GK_EREJECTED, "kube.admission"}},
	{"violates PodSecurity", {0, NULL, GK_EREJECTED, "kube.admission"}},
	/* Server-side apply reports a field that the schema does not have as 500. */
	{"failed to create typed patch object", {0, NULL, GK_EREJECTED, "kube.invalid"}},
	{"exceeded quota", {0, NULL, GK_EREJECTED, "kube.quota"}},
};

static const struct meaning *meaning_of(const struct gk_kube_status *s)
{
	static const struct meaning apply_conflict = {
		409, NULL, GK_ECONFLICT, "kube.apply-conflict"};
	static const struct meaning not_served = {404, NULL, GK_ENOTFOUND, "kube.not-served"};
	static const struct meaning terminating = {403, NULL, GK_EREJECTED, "kube.terminating"};
	size_t i = 0;

	if (gk_kube_status_is_apply_conflict(s))
		return &apply_conflict;
	if (s->code == 404 && !s->name.n)
		return &not_served;
	if (gk_kube_status_has(s, "NamespaceTerminating"))
		return &terminating;
	for (size_t k = 0; k < GK_COUNT(by_message); k++)
		if (gk_str_has(s->message, gk_str_c(by_message[k].part)))
			return &by_message[k].m;
	while (meanings[i].http &&
		(meanings[i].http != s->code ||
			(meanings[i].reason && !gk_str_is(s->reason, meanings[i].reason))))
		i++;
	return &meanings[i];
}

static void put_foreign(struct gk_buf *b, struct gk_str s)
{
	struct gk_str shown = {s.p, s.n < QUOTED ? s.n : QUOTED};

	gk_text_escape(b, shown, false);
	if (shown.n < s.n)
		gk_buf_puts(b, "...");
}

static void note_conflict(struct gk_err *err, const struct gk_kube_conflict *c)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	put_foreign(&b, c->field);
	gk_buf_puts(&b, " belongs to \"");
	put_foreign(&b, c->manager);
	gk_buf_puts(&b, "\"");
	if (c->subresource.n) {
		gk_buf_puts(&b, " (");
		put_foreign(&b, c->subresource);
		gk_buf_puts(&b, ")");
	}
	if (c->time.n) {
		gk_buf_puts(&b, ", set ");
		put_foreign(&b, c->time);
	}
	gk_note(err, "%s", gk_buf_cstr(&b));
}

static void note_cause(struct gk_err *err, const struct gk_kube_cause *c, bool secret)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_kube_conflict conflict;

	if (gk_kube_cause_conflict(c, &conflict)) {
		note_conflict(err, &conflict);
		return;
	}
	put_foreign(&b, c->field);
	gk_buf_puts(&b, c->field.n ? ": " : "");
	put_foreign(&b, secret ? c->reason : c->message.n ? c->message : c->reason);
	if (b.n)
		gk_note(err, "%s", gk_buf_cstr(&b));
}

static void note_exchange(
	struct gk_err *err, int code, struct gk_str reason, const struct gk_kube_about *about)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_buf_printf(&b, "%s ", about->method);
	gk_text_escape(&b, gk_str_c(about->path), false);
	gk_buf_printf(&b, ": %d", code);
	if (reason.n) {
		gk_buf_putc(&b, ' ');
		put_foreign(&b, reason);
	}
	if (about->audit_id) {
		gk_buf_puts(&b, ", audit id ");
		put_foreign(&b, gk_str_c(about->audit_id));
	}
	gk_note(err, "%s", gk_buf_cstr(&b));
}

int gk_kube_status_fail(
	struct gk_err *err, const struct gk_kube_status *s, const struct gk_kube_about *about)
{
	const struct meaning *m = meaning_of(s);
	GK_AUTO(gk_buf_done) struct gk_buf why = GK_BUF_INIT(0);
	size_t shown = s->ncauses < CAUSES_SHOWN ? s->ncauses : CAUSES_SHOWN;

	put_foreign(&why, about->secret || !s->message.n ? s->reason : s->message);
	gk_fail(err, m->code, m->slug, "cannot %s %s: %s", about->verb, about->object,
		why.n ? gk_buf_cstr(&why) : "the API server gave no reason");
	err->http = s->code;
	for (size_t i = 0; i < shown; i++)
		note_cause(err, &s->causes[i], about->secret);
	if (shown < s->ncauses)
		gk_note(err, "and %zu more", s->ncauses - shown);
	note_exchange(err, s->code, s->reason, about);
	return -1;
}

static enum gk_code alien_code(int http)
{
	if (http == 401 || http == 403 || http == 407)
		return GK_EDENIED;
	return http == 429 ? GK_ETHROTTLED : GK_EREMOTE;
}

int gk_kube_alien_fail(struct gk_err *err, int code, struct gk_str body, const char *content_type,
	const struct gk_kube_about *about)
{
	GK_AUTO(gk_buf_done) struct gk_buf type = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf quote = GK_BUF_INIT(0);

	put_foreign(&type, gk_str_c(content_type));
	gk_fail(err, alien_code(code), "kube.alien",
		"cannot %s %s: the answer is not the API server's (%s)", about->verb, about->object,
		type.n ? gk_buf_cstr(&type) : "no content type");
	err->http = code;
	note_exchange(err, code, GK_STR_NULL, about);
	put_foreign(&quote, gk_str_trim(body));
	if (quote.n && !about->secret)
		gk_note(err, "it begins: %s", gk_buf_cstr(&quote));
	return gk_help(
		err, "check the server's address; a proxy or a login page may be in between");
}

bool gk_kube_kind_is_secret(struct gk_str group, struct gk_str kind)
{
	return (!group.n && gk_str_is(kind, "Secret")) || gk_str_is(kind, "TokenRequest");
}
