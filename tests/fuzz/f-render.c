/*
 * Input: a kustomization.yaml, then the other files, each after a line "=== PATH".  It is
 * rendered from memory.  The result, or the refusal, is the same each time; so is the result
 * with --strict and --explain, which only add to what is said.
 */
#include "doc/json.h"
#include "doc/yaml.h"
#include "fuzz.h"
#include "overlay/explain.h"
#include "overlay/overlay.h"

enum { MEMORY = 16 << 20 };

struct tree {
	struct gk_loader base;
	const struct fuzz_texts *files;
};

static bool find(const struct fuzz_texts *files, struct gk_str path, struct gk_loaded *ret)
{
	for (size_t i = 0; i < files->n; i++) {
		struct gk_str name = i ? files->name[i] : GK_STR("kustomization.yaml");

		if (gk_str_eq(name, path)) {
			ret->text = files->text[i];
			return true;
		}
		if (gk_str_starts(name, path) && name.p[path.n] == '/')
			ret->is_dir = true;
	}
	return false;
}

static int get(struct gk_loader *l, const char *path, uint64_t max, struct gk_arena *a,
	struct gk_loaded *ret, struct gk_err *err)
{
	const struct tree *t = (const struct tree *)l;

	*ret = (struct gk_loaded){.path = gk_arena_strdup(a, path), .is_dir = !*path};
	if (find(t->files, gk_str_c(path), ret))
		ret->is_dir = false;
	else if (!ret->is_dir)
		return gk_fail(err, GK_ENOTFOUND, "render.missing-file", "there is no such file");
	if (ret->text.n > max)
		return gk_fail(err, GK_ELIMIT, "limit.file", "the file is too large");
	return 0;
}

struct outcome {
	bool built;
	struct gk_buf text; /* what was printed, or the diagnostics */
	struct gk_set set;
};

static void put_diags(struct gk_buf *b, const struct gk_diags *diags)
{
	for (const struct gk_diag *d = diags->first; d; d = d->next)
		gk_buf_printf(b, "%s:%u:%u %s %s\n", d->pos.file ? d->pos.file : "", d->pos.line,
			d->pos.col, d->slug, d->text);
}

/* Each object is a tree, prints and reads back; one text of all. */
static void put_objects(struct outcome *o)
{
	struct gk_err err = GK_ERR_INIT;

	for (size_t i = 0; i < o->set.n; i++) {
		struct gk_node *object = o->set.items[i].object;

		gk_assert(object->type == GK_OBJECT);
		fuzz_check_tree(object);
		(void)fuzz_check_print(object);
		gk_buf_puts(&o->text, "---\n");
		(void)!gk_yaml_print(&o->text, object, &err);
	}
}

static void render(const struct fuzz_texts *files, struct gk_overlay_options opt, struct outcome *o)
{
	struct tree t = {.base = {.get = get, .root = "", .real = ""}, .files = files};
	struct gk_limits lim = fuzz_limits();
	struct gk_diags diags = GK_DIAGS_INIT;
	struct gk_err err = GK_ERR_INIT;

	lim.render_bytes = MEMORY;
	lim.visits = 200000;
	lim.kustomizations = 50;
	lim.overlay_depth = 10;
	opt.lim = &lim;
	*o = (struct outcome){.set = GK_SET_INIT};
	o->built = gk_overlay_build(&t.base, "", &opt, &diags, &o->set, &err) == 0;
	gk_assert(o->set.arena.used < 2 * MEMORY);
	if (o->built) {
		put_objects(o);
	} else {
		gk_assert(diags.errors || err.code != GK_OK);
		put_diags(&o->text, &diags);
		if (err.code != GK_OK)
			fuzz_check_err(&err);
		gk_buf_putstr(&o->text, gk_str_c(err.slug));
	}
	gk_diags_done(&diags);
}

static void outcome_done(struct outcome *o)
{
	gk_buf_done(&o->text);
	gk_set_done(&o->set);
}

/* The same once more, with other options that change no result. */
static void again(const struct fuzz_texts *files, const struct outcome *want,
	struct gk_overlay_options opt, bool may_refuse)
{
	struct outcome got;

	render(files, opt, &got);
	gk_assert(got.built == want->built || (may_refuse && !got.built));
	if (got.built || !may_refuse)
		gk_assert(gk_str_eq(gk_buf_str(&got.text), gk_buf_str(&want->text)));
	outcome_done(&got);
}

static void print_explanation(const struct gk_explain *x)
{
	struct gk_buf text = GK_BUF_INIT(0), json = GK_BUF_INIT(0);
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;

	gk_explain_print(&text, x);
	gk_explain_print_json(&json, x);
	gk_assert(gk_json_parse(&doc, "f", gk_buf_str(&json), gk_limits_default(), &err) == 0);
	gk_doc_done(&doc);
	gk_buf_done(&text);
	gk_buf_done(&json);
}

/* Ask for the first object: the answer may be that there are two of the name. */
static void explain(const struct fuzz_texts *files, const struct outcome *want)
{
	const struct gk_node *object = want->set.n ? want->set.items[0].object : NULL;
	struct gk_str kind = gk_node_scalar(gk_node_get(object, "kind"));
	struct gk_str name = gk_node_scalar(gk_node_path(object, "metadata", "name", NULL));
	GK_AUTO(gk_explain_freep) struct gk_explain *x = NULL;
	GK_AUTO(gk_buf_done) struct gk_buf query = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT;
	struct outcome got;

	gk_buf_printf(&query, "%.*s/%.*s", GK_SARG(kind), GK_SARG(name));
	if (!object || gk_explain_new(gk_buf_str(&query), &x, &err))
		return;
	render(files, (struct gk_overlay_options){.explain = x}, &got);
	if (got.built) {
		gk_assert(gk_str_eq(gk_buf_str(&got.text), gk_buf_str(&want->text)));
		print_explanation(x);
	}
	outcome_done(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_texts files;
	struct outcome o;

	fuzz_split(data, size, &files);
	render(&files, (struct gk_overlay_options){0}, &o);
	again(&files, &o, (struct gk_overlay_options){0}, false);
	if (o.built) {
		again(&files, &o, (struct gk_overlay_options){.strict = true}, true);
		explain(&files, &o);
	}
	outcome_done(&o);
	return 0;
}
