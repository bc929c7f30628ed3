/* Where a step's values stand, and where they were taken from. */
#include "base/vec.h"
#include "overlay/explain-priv.h"
#include "overlay/read.h"
#include "overlay/select.h"
#include "overlay/value.h"

struct gk_placing {
	struct gk_build *b;
	const struct gk_resmap *m;
	const struct gk_step *step;
	const struct gk_res *r;
	struct gk_patch_docs *docs; /* read when first needed */
	struct gk_res_list targets;
	bool has_targets;
};

struct gk_placing *gk_placing_new(
	struct gk_build *b, const struct gk_resmap *m, const struct gk_step *s)
{
	struct gk_placing *p = gk_xcalloc(1, sizeof *p);

	p->b = b;
	p->m = m;
	p->step = s;
	return p;
}

void gk_placing_free(struct gk_placing *p)
{
	gk_patch_docs_free(p->docs);
	gk_vec_done(&p->targets);
	gk_free(p);
}

void gk_placing_object(struct gk_placing *p, const struct gk_res *r)
{
	p->r = r;
}

static const struct gk_patch_docs *docs(struct gk_placing *p)
{
	if (!p->docs)
		p->docs = gk_patch_docs_new(p->b, p->step);
	return p->docs;
}

/* Does the step's patch mean this object?  Asked of the object as the patch left it. */
static bool is_target(struct gk_placing *p)
{
	struct gk_err ignored = GK_ERR_INIT;
	const struct gk_selector *target = p->step->patch ? p->step->patch->target : NULL;

	if (!target)
		return true;
	if (!p->has_targets && gk_select_all(p->b, (struct gk_resmap *)(uintptr_t)p->m, target,
				       &p->targets, &ignored))
		p->targets.n = 0;
	p->has_targets = true;
	for (size_t i = 0; i < p->targets.n; i++)
		if (p->targets.v[i] == p->r)
			return true;
	return false;
}

bool gk_placing_again(struct gk_tracer *t, const struct gk_trace_path *path)
{
	struct gk_placing *p = t->ctx;
	struct gk_patch_place place;

	return path->n && gk_patch_docs_find(docs(p), p->r, path, &place) && place.exact &&
	       is_target(p);
}

static void place_in_patch(
	struct gk_placing *p, const struct gk_trace_path *path, struct gk_write *w)
{
	struct gk_patch_place place;

	if (!gk_patch_docs_find(docs(p), p->r, path, &place))
		return;
	w->pos = place.pos;
	w->from = place.from;
}

/* the pair of labels or annotations */
static void place_pair(
	const struct gk_placing *p, const struct gk_trace_path *path, struct gk_write *w)
{
	const struct gk_node *pair =
		path->n ? gk_node_find(p->step->pairs, path->v[path->n - 1].key) : NULL;

	if (pair)
		w->pos = gk_node_pos(pair, p->step->file);
}

/* generators */

static struct gk_str base_name(struct gk_str path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return gk_str_from(path, i);
	return path;
}

static const struct gk_node *literal_of(const struct gk_kust_generator *x, struct gk_str key)
{
	gk_node_foreach (entry, x->literals) {
		struct gk_str rest = gk_node_text(entry);

		if (gk_str_eq(gk_str_cut(&rest, '='), key))
			return entry;
	}
	return NULL;
}

/* *ret_path: the file's. */
static const struct gk_node *file_of(
	const struct gk_kust_generator *x, struct gk_str key, struct gk_str *ret_path)
{
	gk_node_foreach (entry, x->files) {
		struct gk_str rest = gk_node_text(entry), name = gk_str_cut(&rest, '=');

		*ret_path = rest.p ? rest : name;
		if (gk_str_eq(rest.p ? name : base_name(name), key))
			return entry;
	}
	return NULL;
}

/* The line of an env file that begins with key= */
static uint32_t env_line(struct gk_str text, struct gk_str key)
{
	uint32_t line = 0;

	for (struct gk_str rest = text; rest.p;) {
		struct gk_str s = gk_str_trim(gk_str_cut(&rest, '\n'));

		line++;
		if (gk_str_eq(gk_str_cut(&s, '='), key))
			return line;
	}
	return 0;
}

static bool place_env(
	struct gk_placing *p, const struct gk_node *entry, struct gk_str key, struct gk_write *w)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str text;
	const char *file;
	uint32_t line;

	if (!gk_node_text(entry).n ||
		gk_build_read(p->b, p->step->frame, entry->text, entry, &text, &file, &ignored))
		return false;
	line = env_line(text, key);
	if (line)
		w->pos = (struct gk_pos){file, line, 1};
	return line;
}

static void place_file(
	struct gk_placing *p, const struct gk_node *entry, struct gk_str path, struct gk_write *w)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str text;
	const char *file;

	if (gk_build_read(p->b, p->step->frame, path, entry, &text, &file, &ignored) == 0)
		w->pos = (struct gk_pos){file, 0, 0};
	else
		w->pos = gk_node_pos(entry, p->step->file);
}

static void place_datum(struct gk_placing *p, struct gk_str key, struct gk_write *w)
{
	const struct gk_kust_generator *x = p->step->generator;
	const struct gk_node *entry = literal_of(x, key);
	struct gk_str path;

	if (entry) {
		w->pos = gk_node_pos(entry, p->step->file);
		return;
	}
	entry = file_of(x, key, &path);
	if (entry) {
		place_file(p, entry, path, w);
		return;
	}
	if (place_env(p, x->env, key, w))
		return;
	gk_node_foreach (env, x->envs)
		if (place_env(p, env, key, w))
			return;
}

static const struct gk_node *option_pair(
	const struct gk_kust_generator_options *o, struct gk_str map, struct gk_str key)
{
	if (!o)
		return NULL;
	return gk_node_find(gk_str_is(map, "labels") ? o->labels : o->annotations, key);
}

static void place_generated(
	struct gk_placing *p, const struct gk_trace_path *path, struct gk_write *w)
{
	const struct gk_kust_generator *x = p->step->generator;
	const struct gk_node *at = x->node;

	if (path->n == 2 &&
		(gk_str_is(path->v[0].key, "data") || gk_str_is(path->v[0].key, "binaryData"))) {
		place_datum(p, path->v[1].key, w);
		return;
	}
	if (path->n == 2 && gk_str_is(path->v[1].key, "name"))
		at = x->name;
	else if (path->n == 2 && gk_str_is(path->v[1].key, "namespace"))
		at = x->ns;
	else if (path->n == 1 && gk_str_is(path->v[0].key, "type") && x->type)
		at = x->type;
	else if (path->n == 3)
		at = option_pair(x->options, path->v[1].key, path->v[2].key);
	if (!at && path->n == 3 && p->step->frame)
		at = option_pair(
			p->step->frame->kust->generator_options, path->v[1].key, path->v[2].key);
	if (at && at->line)
		w->pos = gk_node_pos(at, p->step->file);
}

/* names and variables */

/* The object that has the new name and had the old one. */
static void place_reference(const struct gk_placing *p, struct gk_write *w)
{
	struct gk_str now = gk_value_text(w->value);
	struct gk_str was = w->older ? gk_value_text(w->older->value) : GK_STR_NULL;

	gk_resmap_foreach (r, p->m) {
		struct gk_id id = gk_res_id(r);

		if (r == p->r || !now.n || !gk_str_eq(id.name, now))
			continue;
		for (const struct gk_prev *v = r->oldest; v; v = v->next)
			if (gk_str_eq(v->name, was)) {
				w->pos = gk_node_pos(r->object, r->file);
				w->from = gk_arena_printf(p->b->a, "the name of %.*s/%.*s",
					GK_SARG(id.kind), GK_SARG(now));
				return;
			}
	}
}

static void place_variable(const struct gk_placing *p, struct gk_write *w)
{
	struct gk_str old = w->older ? gk_value_text(w->older->value) : GK_STR_NULL;

	gk_map_foreach (e, p->step->vars) {
		const struct gk_var *v = e->value;
		const char *use = gk_arena_printf(p->b->a, "$(%.*s)", GK_SARG(e->key));

		if (!gk_str_has(old, gk_str_c(use)))
			continue;
		w->pos = gk_node_pos(v->var->node, v->file);
		w->from = use;
		return;
	}
}

/* Kind/name:field of a replacement's source. */
static const char *source_text(const struct gk_placing *p)
{
	const struct gk_kust_replacement *x = p->step->replacement;
	const struct gk_kust_source *s = x->source;
	struct gk_str path = s ? gk_node_text(s->field_path) : GK_STR_NULL;

	if (!s)
		return NULL;
	if (!path.n)
		path = GK_STR("metadata.name");
	return gk_arena_printf(p->b->a, "%.*s/%.*s:.%.*s", GK_SARG(gk_node_text(s->kind)),
		GK_SARG(gk_node_text(s->name)), GK_SARG(path));
}

static void place_own(
	const struct gk_placing *p, const struct gk_trace_path *path, struct gk_write *w)
{
	const struct gk_node *n = path->n ? path->v[path->n - 1].node : p->r->object;

	w->pos = gk_node_pos(n && n->line ? n : p->r->object, p->r->file);
}

void gk_placing_place(struct gk_tracer *t, const struct gk_trace_path *path, struct gk_write *w)
{
	struct gk_placing *p = t->ctx;
	const struct gk_step *s = p->step;

	if (s->at)
		w->pos = gk_node_pos(s->at, s->file);
	if (s->kind == GK_STEP_RESOURCE)
		place_own(p, path, w);
	else if (s->kind == GK_STEP_GENERATOR && s->generator)
		place_generated(p, path, w);
	else if (s->kind == GK_STEP_HASH)
		w->pos = gk_node_pos(p->r->object, p->r->file);
	else if (s->kind == GK_STEP_REFERENCE)
		place_reference(p, w);
	else if (s->kind == GK_STEP_VARIABLE)
		place_variable(p, w);
	else if (s->patch || s->patches)
		place_in_patch(p, path, w);
	else if (s->pairs)
		place_pair(p, path, w);
	else if (s->replacement)
		w->from = source_text(p);
}
