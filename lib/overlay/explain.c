#include <strings.h>

#include "base/vec.h"
#include "overlay/explain-priv.h"
#include "overlay/value.h"

int gk_explain_new(struct gk_str query, struct gk_explain **ret, struct gk_err *err)
{
	struct gk_explain *x = gk_xcalloc(1, sizeof *x);

	x->query = query;
	if (gk_explain__parse(x, err)) {
		gk_explain_free(x);
		return -1;
	}
	*ret = x;
	return 0;
}

void gk_explain_free(struct gk_explain *x)
{
	if (!x)
		return;
	gk_vec_done(&x->path);
	gk_vec_done(&x->way);
	gk_arena_done(&x->a);
	gk_free(x);
}

void gk_explain_freep(struct gk_explain **x)
{
	gk_explain_free(*x);
}

static bool same_fold(struct gk_str a, struct gk_str b)
{
	return a.n == b.n && a.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* steps */

/* Only objects of the kind that is asked for are traced. */
static bool is_traced(const struct gk_explain *x, const struct gk_res *r)
{
	return r->trace || same_fold(gk_res_kind(r), x->object.kind);
}

static void trace(struct gk_tracer *t, struct gk_res *r)
{
	if (!r->trace) {
		r->trace = gk_arena_zalloc(t->a, sizeof *r->trace);
		r->trace->gone = true;
	}
	gk_placing_object(t->ctx, r);
	gk_trace_update(t, r->trace, r->object);
}

static struct gk_step *keep(struct gk_build *b, const struct gk_step *s)
{
	struct gk_step *copy = gk_arena_alloc(b->a, sizeof *copy);

	*copy = *s;
	if (!copy->file && copy->frame)
		copy->file = copy->frame->kust->file;
	return copy;
}

/* An object that a patch deleted may be the one that is asked for. */
static void note_deleted(struct gk_explain *x, const struct gk_res *r, const struct gk_step *s)
{
	const struct gk_field *meta = r->trace ? r->trace->first : NULL, *name;

	while (meta && !gk_str_is(meta->key, "metadata"))
		meta = meta->next;
	for (name = meta ? meta->first : NULL; name; name = name->next)
		if (gk_str_is(name->key, "name") && gk_str_eq(name->text, x->object.name))
			x->deleted_by = s;
}

static void run_tracer(struct gk_build *b, const struct gk_resmap *m, struct gk_res *const *v,
	size_t n, const struct gk_step *given)
{
	struct gk_explain *x = b->opt->explain;
	const struct gk_step *s = keep(b, given);
	struct gk_placing *placing = gk_placing_new(b, m, s);
	struct gk_tracer t = {.a = b->a,
		.step = s,
		.place = gk_placing_place,
		.again = s->patch || s->patches ? gk_placing_again : NULL,
		.ctx = placing};

	for (size_t i = 0; i < n; i++) {
		if (!v[i]->object)
			note_deleted(x, v[i], s);
		else if (is_traced(x, v[i]))
			trace(&t, v[i]);
	}
	gk_vec_done(&t.path);
	gk_placing_free(placing);
}

void gk_step_ran(struct gk_build *b, const struct gk_resmap *m, const struct gk_step *s)
{
	if (b->opt->explain)
		run_tracer(b, m, m->v, m->n, s);
}

void gk_step_made(
	struct gk_build *b, const struct gk_resmap *m, struct gk_res *r, const struct gk_step *s)
{
	if (b->opt->explain)
		run_tracer(b, m, &r, 1, s);
}

void gk_step_moved(const struct gk_res *from, struct gk_res *to)
{
	to->trace = from->trace;
}

/* the object */

static bool is_group(struct gk_str word, struct gk_str group)
{
	return gk_str_eq(word, group) || (gk_str_is(word, "core") && group.n == 0);
}

static bool is_meant(const struct gk_explain_object *o, const struct gk_id *id)
{
	if (!same_fold(o->kind, id->kind) || !gk_str_eq(o->name, id->name) ||
		(o->group.p && !is_group(o->group, id->group)) ||
		(o->ns.n && !gk_str_eq(o->ns, id->ns) && !gk_str_eq(o->ns, id->effective)))
		return false;
	for (size_t i = 0; i < o->nbefore; i++)
		if (!is_group(o->before[i], id->group) && !gk_str_eq(o->before[i], id->version) &&
			!gk_str_eq(o->before[i], id->ns) && !gk_str_eq(o->before[i], id->effective))
			return false;
	return true;
}

static bool was_meant(const struct gk_explain_object *o, const struct gk_res *r)
{
	for (const struct gk_prev *p = r->oldest; p; p = p->next) {
		struct gk_id id = gk_prev_id(r, p);

		if (is_meant(o, &id))
			return true;
	}
	return false;
}

static const char *shown(struct gk_arena *a, const struct gk_res *r)
{
	struct gk_id id = gk_res_id(r);
	struct gk_ref ref = {id.group, id.version, id.kind, id.ns, id.name};

	return gk_ref_text(a, &ref);
}

static int fail_many(struct gk_build *b, const struct gk_res *first, const struct gk_res *second,
	struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.explain-object",
		"more than one object is called that: %s and %s", shown(b->a, first),
		shown(b->a, second));
	return gk_help(err, "say its group and namespace: apps/Deployment/NAMESPACE/NAME");
}

static int note_near(struct gk_build *b, const struct gk_resmap *m, struct gk_err *err)
{
	const struct gk_explain_object *o = &b->opt->explain->object;
	GK_AUTO(gk_freep) const char **names = gk_xcalloc(2 * m->n + 1, sizeof *names);
	const char *near,
		*word = gk_arena_printf(b->a, "%.*s/%.*s", GK_SARG(o->kind), GK_SARG(o->name));
	size_t n = 0;

	gk_resmap_foreach (r, m) {
		struct gk_id id = gk_res_id(r), first = gk_res_original(r);

		names[n++] = gk_arena_printf(b->a, "%.*s/%.*s", GK_SARG(id.kind), GK_SARG(id.name));
		names[n++] = gk_arena_printf(
			b->a, "%.*s/%.*s", GK_SARG(first.kind), GK_SARG(first.name));
	}
	near = gk_str_nearest(gk_str_c(word), names, n);
	if (near)
		return gk_note(err, "%zu objects; closest is %s", m->n, near);
	return gk_note(err, "%zu objects, none of a name like that", m->n);
}

static int fail_none(struct gk_build *b, const struct gk_resmap *m, struct gk_err *err)
{
	const struct gk_explain *x = b->opt->explain;
	const struct gk_step *s = x->deleted_by;

	(void)gk_fail(err, GK_EINPUT, "render.explain-object", "no object %.*s/%.*s is rendered",
		GK_SARG(x->object.kind), GK_SARG(x->object.name));
	if (s && s->at)
		return gk_note(
			err, "it is deleted by '%s' at %s:%u", s->field, s->file, s->at->line);
	(void)note_near(b, m, err);
	return gk_help(err, "list them with -o name");
}

/* By the present names, else by earlier ones. */
static int find_object(struct gk_build *b, const struct gk_resmap *m, struct gk_err *err)
{
	struct gk_explain *x = b->opt->explain;

	for (int earlier = 0; earlier < 2 && !x->res; earlier++)
		gk_resmap_foreach (r, m) {
			struct gk_id id = gk_res_id(r);

			if (earlier ? !was_meant(&x->object, r) : !is_meant(&x->object, &id))
				continue;
			if (x->res)
				return fail_many(b, x->res, r, err);
			x->res = r;
			x->id = id;
		}
	return x->res ? 0 : fail_none(b, m, err);
}

/* the field */

static const struct gk_field *member(const struct gk_field *f, struct gk_str key)
{
	for (const struct gk_field *c = f->first; c; c = c->next)
		if (gk_str_eq(c->key, key))
			return c;
	return NULL;
}

static const struct gk_field *element(const struct gk_field *f, size_t index)
{
	const struct gk_field *c = f->first;

	for (size_t i = 0; c && i < index; i++)
		c = c->next;
	return c && !c->gone ? c : NULL;
}

/* Also one that is gone, when no present one is meant. */
static const struct gk_field *where(const struct gk_field *f, const struct gk_explain_part *p)
{
	for (const struct gk_field *c = f->first; c; c = c->next) {
		const struct gk_field *m = member(c, p->key);

		if (m && gk_str_eq(m->text, p->value))
			return c;
	}
	return NULL;
}

static const struct gk_field *part_of(const struct gk_field *f, const struct gk_explain_part *p)
{
	switch (p->kind) {
	case GK_PART_MEMBER:
		return f->type == GK_OBJECT ? member(f, p->key) : NULL;
	case GK_PART_INDEX:
		return f->type == GK_ARRAY ? element(f, p->index) : NULL;
	case GK_PART_WHERE:
		return f->type == GK_ARRAY ? where(f, p) : NULL;
	case GK_PART_EITHER:
		return f->type == GK_ARRAY ? element(f, p->index) : member(f, p->key);
	}
	return NULL;
}

/* The place of c among its siblings. */
static size_t index_of(const struct gk_field *f, const struct gk_field *c)
{
	size_t i = 0;

	for (const struct gk_field *s = f->first; s != c; s = s->next)
		i++;
	return i;
}

static void push_way(struct gk_explain *x, const struct gk_field *f, const struct gk_field *c)
{
	struct gk_explain_part part = {.kind = GK_PART_MEMBER, .key = c->key};

	if (f->type == GK_ARRAY)
		part = (struct gk_explain_part){
			.kind = GK_PART_INDEX, .index = (uint32_t)index_of(f, c)};
	gk_vec_push(&x->way, part);
}

static void note_siblings(
	struct gk_build *b, const struct gk_field *f, struct gk_str word, struct gk_err *err)
{
	GK_AUTO(gk_freep) const char **names = NULL;
	const char *near;
	size_t n = 0;

	if (f->type == GK_ARRAY) {
		(void)gk_note(err, "the list has %u elements", f->count);
		return;
	}
	if (f->type != GK_OBJECT) {
		(void)gk_note(err, "what is there has no fields");
		return;
	}
	names = gk_xcalloc(f->count + 1, sizeof *names);
	for (const struct gk_field *c = f->first; c && n < f->count; c = c->next)
		names[n++] = gk_arena_memdup0(b->a, c->key.p, c->key.n);
	near = gk_str_nearest(word, names, n);
	if (near)
		(void)gk_note(err, "closest is '%s'", near);
	else
		(void)gk_note(err, "there are %u fields at that place", f->count);
}

static int fail_field(struct gk_build *b, const struct gk_field *at,
	const struct gk_explain_part *p, struct gk_err *err)
{
	const struct gk_explain *x = b->opt->explain;

	if (p->kind == GK_PART_INDEX)
		(void)gk_fail(err, GK_EINPUT, "render.explain-field",
			"%s has no element [%u] there", shown(b->a, x->res), p->index);
	else if (p->kind == GK_PART_WHERE)
		(void)gk_fail(err, GK_EINPUT, "render.explain-field",
			"%s has no element [%.*s=%.*s] there", shown(b->a, x->res), GK_SARG(p->key),
			GK_SARG(p->value));
	else
		(void)gk_fail(err, GK_EINPUT, "render.explain-field",
			"%s has no field '%.*s' there", shown(b->a, x->res), GK_SARG(p->key));
	note_siblings(b, at, p->key, err);
	return gk_help(err, "without a field all of them are listed");
}

static int find_field(struct gk_build *b, struct gk_err *err)
{
	struct gk_explain *x = b->opt->explain;

	x->root = x->field = x->res->trace;
	gk_vec_foreach (struct gk_explain_part, p, &x->path) {
		const struct gk_field *next = part_of(x->field, p);

		if (!next)
			return fail_field(b, x->field, p, err);
		push_way(x, x->field, next);
		x->field = next;
		if (next->gone)
			break; /* who removed it is the answer, for all below it too */
	}
	return 0;
}

int gk_step_answer(struct gk_build *b, const struct gk_resmap *m, struct gk_err *err)
{
	if (!b->opt->explain)
		return 0;
	if (find_object(b, m, err))
		return -1;
	return find_field(b, err);
}
