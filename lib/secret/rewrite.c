/* Rewriting keys. */
#include "secret/rewrite.h"

#include "base/text.h"
#include "doc/node.h"
#include "secret/raw.h"
#include "secret/replace.h"
#include "secret/template.h"

/* The new key of an old one. */
typedef int (*rename_fn)(void *ctx, struct gk_str key, struct gk_buf *b, struct gk_err *err);

static int rename_all(struct gk_data *data, rename_fn rename, void *ctx, struct gk_err *err)
{
	struct gk_data renamed = {.a = data->a};
	int failed = 0;

	gk_map_foreach (e, &data->map) {
		const struct gk_datum *datum = e->value;
		GK_AUTO(gk_buf_done) struct gk_buf key = {0};

		failed = rename(ctx, e->key, &key, err);
		if (!failed && key.n && gk_data_has(&renamed, gk_buf_str(&key)))
			failed = gk_fail(err, GK_EINPUT, "secrets.rewrite", "two keys become '%s'",
				gk_buf_cstr(&key));
		if (failed)
			break;
		if (key.n)
			gk_data_set(&renamed, gk_buf_str(&key), datum->value, datum->source);
	}
	if (failed) {
		gk_data_done(&renamed);
		return -1;
	}
	gk_data_done(data);
	*data = renamed;
	return 0;
}

struct by_regexp {
	struct gk_regex *re;
	struct gk_str target;
};

static int rename_regexp(void *ctx, struct gk_str key, struct gk_buf *b, struct gk_err *err)
{
	const struct by_regexp *r = ctx;

	return gk_secret_replace(r->re, key, r->target, b, err);
}

static int rewrite_regexp(struct gk_data *data, const struct gk_es_rewrite *how, struct gk_err *err)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct by_regexp r;

	if (gk_regex_new(how->source, 0, &re, err))
		return -1;
	r = (struct by_regexp){re, how->target};
	return rename_all(data, rename_regexp, &r, err);
}

struct by_template {
	struct gk_arena *a;
	struct gk_str template;
};

static int rename_template(void *ctx, struct gk_str key, struct gk_buf *b, struct gk_err *err)
{
	const struct by_template *t = ctx;
	struct gk_node *root = gk_node_new(t->a, GK_OBJECT);

	gk_node_set_str(t->a, root, "value", key);
	return gk_template_render(t->a, t->template, root, GK_TEMPLATE_MISSING_OK, b, err);
}

static int rewrite_transform(
	struct gk_data *data, const struct gk_es_rewrite *how, struct gk_err *err)
{
	struct by_template t = {data->a, how->template};

	return rename_all(data, rename_template, &t, err);
}

/* Merging the JSON objects that the values are. */
struct merge {
	const struct gk_es_rewrite *how;
	const struct gk_data *from;
	struct gk_data to; /* member name -> raw value */
	struct gk_err *err;
};

static bool has_priority(const struct gk_es_rewrite *how, struct gk_str key)
{
	gk_node_foreach (p, how->priority)
		if (gk_str_eq(gk_node_text(p), key))
			return true;
	return false;
}

static int merge_one(struct merge *m, struct gk_str key)
{
	const struct gk_datum *datum = gk_data_find(m->from, key);
	struct gk_raw object, name, value;

	if (!gk_raw_parse(datum->value, &object) || object.type != GK_RAW_OBJECT)
		return gk_fail(m->err, GK_EINPUT, "secrets.rewrite",
			"merge: the value of '%.*s' is no JSON object", GK_SARG(key));
	for (size_t at = 0; gk_raw_next(&object, &at, &name, &value);) {
		GK_AUTO(gk_buf_done) struct gk_buf text = {0};

		gk_raw_unquote(&text, &name);
		if (!m->how->conflict_ok && gk_data_has(&m->to, gk_buf_str(&text)))
			return gk_fail(m->err, GK_EINPUT, "secrets.rewrite",
				"merge: '%s' is in two of the values", gk_buf_cstr(&text));
		gk_data_set(&m->to, gk_buf_str(&text), value.text, datum->source);
	}
	return 0;
}

/* In the order of names, those with a priority last, so that they win. */
static int merge_in_order(struct merge *m)
{
	size_t n;
	const struct gk_str *keys = gk_data_keys(m->from, &n);

	for (size_t i = 0; i < n; i++)
		if (!has_priority(m->how, keys[i]) && merge_one(m, keys[i]))
			return -1;
	gk_node_foreach (p, m->how->priority) {
		struct gk_str key = gk_node_text(p);

		if (gk_data_has(m->from, key) ? merge_one(m, key) : !m->how->priority_optional)
			return m->err->code ? -1
					    : gk_fail(m->err, GK_EINPUT, "secrets.rewrite",
						      "merge: there is no key '%.*s' to give "
						      "priority to",
						      GK_SARG(key));
	}
	return 0;
}

/* The members as text, as the data of the Secret. */
static void give_members(const struct merge *m, struct gk_data *ret)
{
	gk_map_foreach (e, &m->to.map) {
		const struct gk_datum *datum = e->value;
		GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};
		struct gk_raw raw;

		if (!gk_raw_parse(datum->value, &raw))
			continue; /* it was one a moment ago */
		if (raw.type == GK_RAW_STRING)
			gk_raw_unquote(&text, &raw);
		else if (raw.type != GK_RAW_NULL)
			gk_buf_putstr(&text, raw.text);
		gk_data_set(ret, e->key, gk_buf_str(&text), datum->source);
	}
}

/* One object under the key `into`; the other keys stay. */
static void give_object(const struct merge *m, struct gk_data *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};
	struct gk_str source = GK_STR_NULL;
	size_t n;
	const struct gk_str *names = gk_data_keys(&m->to, &n);

	gk_buf_putc(&text, '{');
	for (size_t i = 0; i < n; i++) {
		const struct gk_datum *datum = gk_data_find(&m->to, names[i]);

		gk_buf_puts(&text, i ? "," : "");
		gk_text_json(&text, names[i]);
		gk_buf_putc(&text, ':');
		gk_buf_putstr(&text, datum->value);
		source = datum->source;
	}
	gk_buf_putc(&text, '}');
	gk_map_foreach (e, &m->from->map) {
		const struct gk_datum *datum = e->value;

		gk_data_set(ret, e->key, datum->value, datum->source);
	}
	gk_data_set(ret, m->how->into, gk_buf_str(&text), source);
}

static int rewrite_merge(struct gk_data *data, const struct gk_es_rewrite *how, struct gk_err *err)
{
	struct merge m = {.how = how, .from = data, .to = {.a = data->a}, .err = err};
	struct gk_data merged = {.a = data->a};
	int failed = merge_in_order(&m);

	if (!failed && how->json)
		give_object(&m, &merged);
	else if (!failed)
		give_members(&m, &merged);
	gk_data_done(&m.to);
	if (failed)
		return -1;
	gk_data_done(data);
	*data = merged;
	return 0;
}

int gk_secret_rewrite(struct gk_data *data, const struct gk_es_rewrite *how, struct gk_err *err)
{
	switch (how->kind) {
	case GK_ES_REGEXP:
		return rewrite_regexp(data, how, err);
	case GK_ES_TRANSFORM:
		return rewrite_transform(data, how, err);
	case GK_ES_MERGE_KEYS:
		return rewrite_merge(data, how, err);
	}
	return 0;
}
