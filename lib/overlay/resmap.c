#include "base/vec.h"
#include "overlay/resmap.h"

void gk_resmap_touch(struct gk_resmap *m)
{
	gk_map_done(&m->current);
	gk_map_done(&m->any);
	gk_map_done(&m->names);
	gk_arena_done(&m->keys);
	m->has_current = m->has_any = m->has_names = m->doubles = false;
}

void gk_resmap_done(struct gk_resmap *m)
{
	gk_resmap_touch(m);
	gk_vec_done(m);
}

/* Returns how many resources the key has now. */
static size_t index_key(
	struct gk_resmap *m, struct gk_map *map, struct gk_str key, struct gk_res *r)
{
	struct gk_hit **first = (struct gk_hit **)gk_map_at(map, key);
	struct gk_hit *hit;

	if (*first && (*first)->last->res == r)
		return (*first)->n;
	hit = gk_arena_zalloc(&m->keys, sizeof *hit);
	hit->res = r;
	if (*first)
		(*first)->last->next = hit;
	else
		*first = hit;
	(*first)->last = hit;
	return ++(*first)->n;
}

static size_t index_one(
	struct gk_resmap *m, struct gk_map *map, const struct gk_id *id, struct gk_res *r)
{
	return index_key(m, map, gk_id_key(&m->keys, id), r);
}

static void index_names(struct gk_resmap *m, struct gk_res *r)
{
	if (!r->object)
		return;
	for (const struct gk_prev *p = r->oldest; p; p = p->next)
		(void)index_key(m, &m->names, p->name, r);
	(void)index_key(m, &m->names, gk_res_name(r), r);
}

void gk_resmap_renamed(struct gk_resmap *m, struct gk_res *r)
{
	if (m->has_names)
		(void)index_key(m, &m->names, gk_res_name(r), r);
}

static void index_current(struct gk_resmap *m, struct gk_res *r)
{
	struct gk_id id;

	if (!r->object)
		return;
	id = gk_res_id(r);
	m->doubles |= index_one(m, &m->current, &id, r) > 1;
}

static void index_any(struct gk_resmap *m, struct gk_res *r)
{
	struct gk_id id;

	if (!r->object)
		return;
	for (const struct gk_prev *p = r->oldest; p; p = p->next) {
		id = gk_prev_id(r, p);
		(void)index_one(m, &m->any, &id, r);
	}
	id = gk_res_id(r);
	(void)index_one(m, &m->any, &id, r);
}

/* Identities change when a tree declares kinds to be cluster-scoped. */
static void refresh(struct gk_resmap *m)
{
	const struct gk_scopes *scopes = m->n ? m->v[0]->scopes : NULL;

	if (!scopes || m->declared == scopes->declared)
		return;
	gk_resmap_touch(m);
	m->declared = scopes->declared;
}

static void need_current(struct gk_resmap *m)
{
	refresh(m);
	if (m->has_current)
		return;
	m->has_current = true;
	gk_resmap_foreach (r, m)
		index_current(m, r);
}

static void need_any(struct gk_resmap *m)
{
	refresh(m);
	if (m->has_any)
		return;
	m->has_any = true;
	gk_resmap_foreach (r, m)
		index_any(m, r);
}

void gk_resmap_push(struct gk_resmap *m, struct gk_res *r)
{
	r->at = m->n;
	gk_vec_push(m, r);
	if (m->has_current)
		index_current(m, r);
	if (m->has_any)
		index_any(m, r);
	if (m->has_names)
		index_names(m, r);
}

static const struct gk_hit *look_up(
	struct gk_resmap *m, const struct gk_map *map, const struct gk_id *id)
{
	return gk_map_find(map, gk_id_key(&m->keys, id));
}

const struct gk_hit *gk_resmap_current(struct gk_resmap *m, const struct gk_id *id)
{
	need_current(m);
	return look_up(m, &m->current, id);
}

const struct gk_hit *gk_resmap_any(struct gk_resmap *m, const struct gk_id *id)
{
	need_any(m);
	return look_up(m, &m->any, id);
}

const struct gk_hit *gk_resmap_named(struct gk_resmap *m, struct gk_str name)
{
	if (!m->has_names) {
		m->has_names = true;
		gk_resmap_foreach (r, m)
			index_names(m, r);
	}
	return gk_map_find(&m->names, name);
}

static int fail_duplicate(struct gk_arena *a, const struct gk_res *r, const struct gk_res *first,
	const struct gk_id *id, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.duplicate-id",
		"an object with the identity %s is there already", gk_id_text(a, id));
	(void)gk_res_at(r, err);
	(void)gk_note(err, "the first one is at %s:%u", first->file, first->object->line);
	return gk_help(err, "remove one of them, or give them different names or namespaces");
}

int gk_resmap_append(struct gk_arena *a, struct gk_resmap *m, struct gk_res *r, struct gk_err *err)
{
	struct gk_id id = gk_res_id(r);
	const struct gk_hit *hit = gk_resmap_current(m, &id);

	if (hit)
		return fail_duplicate(a, r, hit->res, &id, err);
	gk_resmap_push(m, r);
	return 0;
}

int gk_resmap_check(struct gk_arena *a, struct gk_resmap *m, struct gk_err *err)
{
	need_current(m);
	if (!m->doubles)
		return 0;
	gk_map_foreach (e, &m->current) {
		const struct gk_hit *hit = e->value;
		struct gk_id id;

		if (hit->n < 2)
			continue;
		id = gk_res_id(hit->res);
		return fail_duplicate(a, hit->next->res, hit->res, &id, err);
	}
	return 0;
}

int gk_resmap_append_all(
	struct gk_arena *a, struct gk_resmap *m, const struct gk_resmap *from, struct gk_err *err)
{
	gk_resmap_foreach (r, from)
		if (gk_resmap_append(a, m, r, err))
			return -1;
	return 0;
}

static void exchange(struct gk_resmap *m, const struct gk_map *map, struct gk_id id,
	const struct gk_res *old, struct gk_res *r)
{
	for (struct gk_hit *hit = gk_map_find(map, gk_id_key(&m->keys, &id)); hit; hit = hit->next)
		if (hit->res == old)
			hit->res = r;
}

void gk_resmap_replace(struct gk_resmap *m, const struct gk_res *old, struct gk_res *r)
{
	r->at = old->at;
	m->v[old->at] = r;
	if (m->has_current)
		exchange(m, &m->current, gk_res_id(old), old, r);
	for (const struct gk_prev *p = old->oldest; m->has_any && p; p = p->next)
		exchange(m, &m->any, gk_prev_id(old, p), old, r);
	if (m->has_any)
		exchange(m, &m->any, gk_res_id(old), old, r);
	gk_map_done(&m->names);
	m->has_names = false;
}

void gk_resmap_drop_empty(struct gk_resmap *m)
{
	size_t kept = 0;

	if (!m->emptied)
		return;
	m->emptied = false;
	gk_resmap_foreach (r, m) {
		if (!r->object || r->object->type != GK_OBJECT || r->object->count == 0)
			continue;
		r->at = kept;
		m->v[kept++] = r;
	}
	if (kept != m->n)
		gk_resmap_touch(m);
	m->n = kept;
}
