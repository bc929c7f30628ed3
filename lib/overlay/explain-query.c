/* OBJECT[:FIELD] of --explain. */
#include "base/vec.h"
#include "doc/pointer.h"
#include "overlay/explain-priv.h"

static int fail(struct gk_err *err, const char *text)
{
	(void)gk_fail(err, GK_EUSAGE, "usage.explain", "%s", text);
	return gk_help(err, "for example apps/Deployment/web:.spec.replicas");
}

/* Names hold colons (system:node): FIELD begins behind the first that is followed by . [ or / */
static struct gk_str split_field(struct gk_str *query)
{
	for (size_t i = 0; i + 1 < query->n; i++) {
		struct gk_str field = gk_str_from(*query, i + 1);

		if (query->p[i] != ':' || !strchr(".[/", field.p[0]))
			continue;
		query->n = i;
		return field;
	}
	if (query->n && query->p[query->n - 1] == ':')
		query->n--;
	return GK_STR_NULL;
}

static bool is_kind(struct gk_str part)
{
	return part.n && part.p[0] >= 'A' && part.p[0] <= 'Z';
}

enum { PARTS_MAX = 6 };

/* At slashes, and at the blank of "apps/Deployment shop/web". */
static size_t split_object(struct gk_str text, struct gk_str part[PARTS_MAX])
{
	size_t n = 0, begin = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != '/' && text.p[i] != ' ')
			continue;
		if (n == PARTS_MAX || i == begin)
			return 0;
		part[n++] = (struct gk_str){text.p + begin, i - begin};
		begin = i + 1;
	}
	return n;
}

/* The part that is a kind: kinds begin with a capital; else the one before the name. */
static size_t find_kind(const struct gk_str *part, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (is_kind(part[i]))
			return i;
	return n - 2;
}

static int parse_object(struct gk_str text, struct gk_explain_object *o, struct gk_err *err)
{
	struct gk_str part[PARTS_MAX], rest;
	size_t n = split_object(text, part), kind;

	if (n < 2)
		return fail(err, "an object is written Kind/name, group/Kind/name or "
				 "group/version/Kind/namespace/name");
	kind = find_kind(part, n);
	if (kind > GK_EXPLAIN_BEFORE || n - kind > 3)
		return fail(err, "the object has too many parts");
	for (size_t i = 0; i < kind; i++)
		o->before[o->nbefore++] = part[i];
	rest = part[kind];
	o->kind = gk_str_cut(&rest, '.');
	o->group = rest;
	if (n - kind == 3)
		o->ns = part[kind + 1];
	o->name = part[n - 1];
	return 0;
}

/* ["key"], ['key']: quotes, and a backslash before one that is meant. */
static bool read_quoted(struct gk_explain *x, struct gk_str *rest, struct gk_str *ret)
{
	char quote = rest->p[0], *out = gk_arena_alloc(&x->a, rest->n + 1);
	size_t i = 1, n = 0;

	for (; i < rest->n && rest->p[i] != quote; i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n)
			i++;
		out[n++] = rest->p[i];
	}
	if (i >= rest->n)
		return false;
	out[n] = '\0';
	*ret = (struct gk_str){out, n};
	*rest = gk_str_from(*rest, i + 1);
	return rest->n && rest->p[0] == ']';
}

/* What stands in brackets; rest: behind the opening one. */
static int parse_bracket(struct gk_explain *x, struct gk_str *rest, struct gk_err *err)
{
	struct gk_explain_part part = {.kind = GK_PART_MEMBER};
	const char *close;
	struct gk_str text;

	if (rest->n && (rest->p[0] == '"' || rest->p[0] == '\'')) {
		if (!read_quoted(x, rest, &part.key))
			return fail(err, "a quoted key in the field does not end with quote and ]");
		*rest = gk_str_from(*rest, 1);
		gk_vec_push(&x->path, part);
		return 0;
	}
	close = rest->n ? memchr(rest->p, ']', rest->n) : NULL;
	if (!close)
		return fail(err, "the field has a [ without its ]");
	text = (struct gk_str){rest->p, (size_t)(close - rest->p)};
	*rest = gk_str_from(*rest, text.n + 1);
	if (gk_pointer_index(text, &part.index)) {
		part.kind = GK_PART_INDEX;
	} else if (memchr(text.p, '=', text.n)) {
		part.kind = GK_PART_WHERE;
		part.value = text;
		part.key = gk_str_cut(&part.value, '=');
	} else {
		part.key = text;
	}
	gk_vec_push(&x->path, part);
	return 0;
}

static int parse_dotted(struct gk_explain *x, struct gk_str text, struct gk_err *err)
{
	for (struct gk_str rest = text; rest.n;) {
		struct gk_explain_part part = {.kind = GK_PART_MEMBER};
		size_t n = 0;
		char first = rest.p[0];

		rest = gk_str_from(rest, 1);
		if (first == '[') {
			if (parse_bracket(x, &rest, err))
				return -1;
			continue;
		}
		if (first != '.')
			return fail(err, "expected . or [ between the parts of the field");
		if (rest.n == 0 && x->path.n == 0)
			return 0; /* "." is the whole object */
		if (rest.n && rest.p[0] == '[')
			continue; /* .containers.[name=x], as replacements write it */
		while (n < rest.n && rest.p[n] != '.' && rest.p[n] != '[')
			n++;
		if (n == 0)
			return fail(err, "the field has an empty part");
		part.key = (struct gk_str){rest.p, n};
		rest = gk_str_from(rest, n);
		gk_vec_push(&x->path, part);
	}
	return 0;
}

static int parse_pointer(struct gk_explain *x, struct gk_str text, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf step = GK_BUF_INIT(0);
	bool more = true;

	for (;;) {
		struct gk_explain_part part = {.kind = GK_PART_MEMBER};

		gk_buf_reset(&step);
		if (gk_pointer_next(&text, &step, &more, err)) {
			err->code = GK_EUSAGE;
			return -1;
		}
		if (!more)
			return 0;
		part.key = (struct gk_str){
			gk_arena_memdup0(&x->a, gk_buf_cstr(&step), step.n), step.n};
		if (gk_pointer_index(part.key, &part.index))
			part.kind = GK_PART_EITHER;
		gk_vec_push(&x->path, part);
	}
}

int gk_explain__parse(struct gk_explain *x, struct gk_err *err)
{
	struct gk_str object = x->query, field = split_field(&object);

	if (parse_object(object, &x->object, err))
		return -1;
	if (field.n && field.p[0] == '/')
		return parse_pointer(x, field, err);
	return parse_dotted(x, field, err);
}
