/* configMapGenerator and secretGenerator (kustomize reference section 4). */
#include "base/base64.h"
#include "base/text.h"
#include "overlay/generate.h"
#include "overlay/meta.h"
#include "overlay/plugin.h"
#include "overlay/quirk.h"
#include "overlay/step.h"
#include "overlay/value.h"

enum { BASE64_LINE = 70 };

struct generator {
	struct gk_build *b;
	const struct gk_frame *f;
	const struct gk_kust_generator *x;
	bool secret;
	struct gk_map pairs; /* key to struct gk_str */
	struct gk_err *err;
};

/* The lines of a Secret are not shown. */
static int fail_at(const struct generator *g, const struct gk_node *at)
{
	(void)gk_build_at(g->f, at, g->err);
	g->err->excerpt &= !g->secret;
	return -1;
}

static int fail_pair(
	const struct generator *g, const struct gk_node *at, const char *slug, const char *text)
{
	(void)gk_fail(g->err, GK_EINPUT, slug, "%s", text);
	return fail_at(g, at);
}

static int add_pair(
	struct generator *g, struct gk_str key, struct gk_str value, const struct gk_node *at)
{
	struct gk_str *copy = gk_arena_alloc(g->b->a, sizeof *copy);

	*copy = value;
	if (gk_map_put(&g->pairs, key, copy) == NULL)
		return 0;
	(void)gk_fail(g->err, GK_EINPUT, "render.duplicate-key", "the key '%.*s' comes twice",
		GK_SARG(key));
	return fail_at(g, at);
}

static bool is_space(char c)
{
	return c && strchr(" \t\v\f\r\n", c);
}

static int env_line(struct generator *g, struct gk_str line, const struct gk_node *at)
{
	struct gk_str rest, key;

	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	while (line.n && is_space(line.p[0]))
		line = gk_str_from(line, 1);
	if (line.n == 0 || line.p[0] == '#')
		return 0;
	rest = line;
	key = gk_str_cut(&rest, '=');
	return key.n ? add_pair(g, key, rest, at) : 0;
}

static int env_file(struct generator *g, const struct gk_node *at)
{
	struct gk_str text;
	const char *shown;

	if (gk_build_read(g->b, g->f, at->text, at, &text, &shown, g->err))
		return -1;
	if (!gk_utf8_valid(text)) {
		(void)gk_fail(g->err, GK_EINPUT, "render.env-encoding",
			"'%s' is no UTF-8 text, which an env file must be", shown);
		(void)gk_help(g->err, "list it under 'files'");
		return gk_build_at(g->f, at, g->err);
	}
	if (gk_str_starts(text, GK_STR("\xEF\xBB\xBF")))
		text = gk_str_from(text, 3);
	for (struct gk_str rest = text; rest.p;)
		if (env_line(g, gk_str_cut(&rest, '\n'), at))
			return -1;
	return 0;
}

static struct gk_str unquoted(struct gk_str s)
{
	if (s.n >= 2 && s.p[0] == s.p[s.n - 1] && (s.p[0] == '"' || s.p[0] == '\''))
		return (struct gk_str){s.p + 1, s.n - 2};
	return s;
}

static int literal(struct generator *g, const struct gk_node *at)
{
	struct gk_str rest = gk_node_text(at);
	struct gk_str key = gk_str_cut(&rest, '=');

	if (!rest.p || key.n == 0)
		return fail_pair(g, at, "render.literal", "a literal must be written key=value");
	return add_pair(g, key, unquoted(rest), at);
}

static struct gk_str base_name(struct gk_str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return gk_str_from(path, i);
	return path;
}

static int file(struct generator *g, const struct gk_node *at)
{
	struct gk_str rest = gk_node_text(at), key, path, text;
	const char *shown;

	key = gk_str_cut(&rest, '=');
	path = rest.p ? rest : key;
	if (!rest.p)
		key = base_name(path);
	if (key.n == 0 || path.n == 0 || memchr(path.p, '=', path.n))
		return fail_pair(g, at, "render.file-source",
			"a file must be written path or key=path, with one '=' at most");
	if (gk_build_read(g->b, g->f, path, at, &text, &shown, g->err))
		return -1;
	return add_pair(g, key, text, at);
}

static int load_pairs(struct generator *g)
{
	const struct gk_kust_generator *x = g->x;

	gk_node_foreach (entry, x->envs)
		if (env_file(g, entry))
			return -1;
	if (gk_node_text(x->env).n && env_file(g, x->env))
		return -1;
	gk_node_foreach (entry, x->literals)
		if (literal(g, entry))
			return -1;
	gk_node_foreach (entry, x->files)
		if (file(g, entry))
			return -1;
	return 0;
}

/* Long base64 in lines, each ended, as kustomize writes it (and hashes it). */
static struct gk_str base64_lines(struct gk_arena *a, struct gk_str bytes)
{
	GK_AUTO(gk_buf_done) struct gk_buf flat = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf out = GK_BUF_INIT(0);
	struct gk_str rest;

	gk_base64_encode(&flat, bytes, GK_B64_STD);
	rest = gk_buf_str(&flat);
	if (rest.n < BASE64_LINE)
		gk_buf_putstr(&out, rest);
	while (rest.n >= BASE64_LINE || (rest.n && out.n && flat.n >= BASE64_LINE)) {
		size_t n = rest.n < BASE64_LINE ? rest.n : BASE64_LINE;

		gk_buf_put(&out, rest.p, n);
		gk_buf_putc(&out, '\n');
		rest = gk_str_from(rest, n);
	}
	return (struct gk_str){gk_arena_memdup0(a, gk_buf_cstr(&out), out.n), out.n};
}

static void put_value(struct gk_arena *a, struct gk_node *object, const char *field,
	struct gk_str key, struct gk_str value)
{
	struct gk_node *map = gk_node_need(a, object, field, GK_OBJECT), *twin = NULL;

	gk_value_set_entry(a, map, key, value, &twin);
	if (memchr(value.p ? value.p : "", '\n', value.n))
		gk_node_find(map, key)->style = GK_STYLE_LITERAL;
}

void gk_generate_put(
	struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_str bytes)
{
	if (gk_utf8_valid(bytes))
		put_value(a, object, "data", key, bytes);
	else
		put_value(a, object, "binaryData", key, base64_lines(a, bytes));
}

static void put_data(struct generator *g, struct gk_node *object)
{
	struct gk_arena *a = g->b->a;

	if (g->secret)
		(void)gk_node_need(a, object, "data", GK_OBJECT);
	gk_map_foreach (e, &g->pairs) {
		const struct gk_str *value = e->value;

		if (g->secret)
			put_value(a, object, "data", e->key, base64_lines(a, *value));
		else
			gk_generate_put(a, object, e->key, *value);
	}
}

static void put_pairs(struct gk_arena *a, struct gk_node *object, const char *field,
	const struct gk_node *local, const struct gk_node *global)
{
	const struct gk_node *from[] = {global, local};

	for (size_t i = 0; i < GK_COUNT(from); i++)
		gk_node_foreach (pair, from[i]) {
			struct gk_node *meta = gk_node_need(a, object, "metadata", GK_OBJECT);
			struct gk_node *map = gk_node_need(a, meta, field, GK_OBJECT);
			struct gk_node *value = gk_node_string(a, gk_node_text(pair));

			value->style = GK_STYLE_SINGLE;
			(void)gk_node_set(a, map, gk_node_key(pair), value);
		}
}

static bool either(const struct gk_kust_generator_options *a,
	const struct gk_kust_generator_options *b, size_t offset)
{
	return (a && *(const bool *)((const char *)a + offset)) ||
	       (b && *(const bool *)((const char *)b + offset));
}

static void put_options(
	struct generator *g, struct gk_res *r, const struct gk_kust_generator_options *global)
{
	const struct gk_kust_generator_options *local = g->x->options;
	struct gk_arena *a = g->b->a;

	put_pairs(a, r->object, "labels", local ? local->labels : NULL,
		global ? global->labels : NULL);
	put_pairs(a, r->object, "annotations", local ? local->annotations : NULL,
		global ? global->annotations : NULL);
	if (either(local, global, offsetof(struct gk_kust_generator_options, immutable)))
		(void)gk_node_set_c(a, r->object, "immutable", gk_node_bool(a, true));
	if (!either(local, global, offsetof(struct gk_kust_generator_options, disable_hash)))
		r->flags |= GK_RES_HASH;
}

static enum gk_behavior behavior_of(const struct gk_node *word)
{
	struct gk_str text = gk_node_text(word);

	if (gk_str_is(text, "merge"))
		return GK_MERGE;
	if (gk_str_is(text, "replace"))
		return GK_REPLACE;
	return gk_str_is(text, "create") ? GK_CREATE : GK_UNSPECIFIED;
}

static struct gk_node *base_object(struct generator *g)
{
	struct gk_arena *a = g->b->a;
	struct gk_node *object = gk_node_new(a, GK_OBJECT), *meta, *twin = NULL;

	(void)gk_node_set_str(a, object, "apiVersion", GK_STR("v1"));
	(void)gk_node_set_str(
		a, object, "kind", g->secret ? GK_STR("Secret") : GK_STR("ConfigMap"));
	meta = gk_node_need(a, object, "metadata", GK_OBJECT);
	gk_value_set_entry(a, meta, GK_STR("name"), gk_node_text(g->x->name), &twin);
	twin = NULL;
	if (gk_node_text(g->x->ns).n)
		gk_value_set_entry(a, meta, GK_STR("namespace"), g->x->ns->text, &twin);
	twin = NULL;
	if (g->secret)
		gk_value_set_entry(a, object, GK_STR("type"),
			gk_node_text(g->x->type).n ? g->x->type->text : GK_STR("Opaque"), &twin);
	object->line = g->x->node ? g->x->node->line : 0;
	return object;
}

int gk_generate_one(struct gk_build *b, const struct gk_frame *f, const struct gk_kust_generator *x,
	const struct gk_kust_generator_options *global, bool secret, struct gk_res **ret,
	struct gk_err *err)
{
	struct generator g = {.b = b, .f = f, .x = x, .secret = secret, .err = err};
	struct gk_res *r;
	int rc;

	if (gk_node_text(x->name).n == 0) {
		(void)gk_fail(
			err, GK_EINPUT, "render.generator-name", "a generator needs a 'name'");
		return gk_build_at(f, x->node, err);
	}
	r = gk_res_new(b->a, b->scopes, base_object(&g), f->kust->file);
	if (gk_res_check_nul(r, err))
		return -1;
	rc = load_pairs(&g);
	if (rc == 0) {
		put_data(&g, r->object);
		put_options(&g, r, global);
		r->behavior = behavior_of(x->behavior);
		gk_quirk_behavior(b, f->kust->file, x->behavior);
		r->flags |= GK_RES_GENERATED;
		*ret = r;
	}
	gk_map_done(&g.pairs);
	return rc;
}

static int run_list(struct gk_build *b, const struct gk_frame *f, const struct gk_dec_list *list,
	bool secret, struct gk_accum *acc, struct gk_err *err)
{
	gk_dec_foreach (struct gk_kust_generator, x, list) {
		struct gk_res *r;

		if (gk_generate_one(b, f, x, f->kust->generator_options, secret, &r, err))
			return -1;
		gk_meta_generated(b, f, r, secret ? "SecretGenerator" : "ConfigMapGenerator");
		if (gk_absorb(b, &acc->map, r, err))
			return gk_build_at(f, x->node, err);
		gk_step_made(b, &acc->map, r,
			&(struct gk_step){.kind = GK_STEP_GENERATOR,
				.transformer = secret ? "SecretGenerator" : "ConfigMapGenerator",
				.field = secret ? "secretGenerator" : "configMapGenerator",
				.frame = f,
				.at = x->node,
				.generator = x});
	}
	return 0;
}

int gk_generate(
	struct gk_build *b, const struct gk_frame *f, struct gk_accum *acc, struct gk_err *err)
{
	if (run_list(b, f, &f->kust->config_maps, false, acc, err) ||
		run_list(b, f, &f->kust->secrets, true, acc, err))
		return -1;
	if (gk_helm_charts(b, f, acc, err))
		return -1;
	return gk_plugin_generate(b, f, acc, err);
}
