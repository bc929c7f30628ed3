/*
 * Names that objects know of each other (kustomize reference section 5).
 *
 * A field that refers to an object holds the name that the object had in its own file.  An
 * index from every earlier name to the objects that bore it gives the candidates; sieves
 * leave one, or none, or an error.  An object that never changed has no earlier names and
 * is never written.
 */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "overlay/build.h"
#include "overlay/quirk.h"
#include "overlay/spec.h"
#include "overlay/value.h"

struct bearer {
	struct bearer *next, *last;
	struct gk_res *res;
};

struct refs {
	const struct gk_nameref **v;
	size_t n, cap;
};

struct fixer {
	struct gk_build *b;
	const struct gk_config *config;
	struct gk_map bearers; /* earlier name to struct bearer */
	struct gk_map places;  /* the same, of one kind in one namespace: place() */
	struct gk_map by_ns;   /* original effective namespace to struct bearer */
	struct gk_map by_kind; /* group, version, kind of a referrer to struct refs */
	struct gk_arena scratch;
};

/* The reference that is being followed. */
struct referrer {
	struct fixer *x;
	struct gk_res *res;
	struct gk_id id;
	const struct gk_nameref *ref;
	struct gk_map subject_ns; /* of a RoleBinding: where its service accounts live */
	struct gk_str role_group, role_kind;
	bool has_role;
};

struct candidates {
	struct gk_res **v;
	size_t n, cap;
};

static void add_bearer(struct fixer *x, struct gk_map *map, struct gk_str name, struct gk_res *r)
{
	struct bearer **first = (struct bearer **)gk_map_at(map, name), *b;

	if (*first && (*first)->last->res == r)
		return;
	b = gk_arena_zalloc(&x->scratch, sizeof *b);
	b->res = r;
	if (*first)
		(*first)->last->next = b;
	else
		*first = b;
	(*first)->last = b;
}

/*
 * One name may be borne by thousands of kinds and in thousands of namespaces.  The key has
 * an earlier name, an earlier kind, and the first or the present namespace.
 */
static struct gk_str place(
	struct fixer *x, struct gk_str name, struct gk_str kind, struct gk_str ns)
{
	const struct gk_id id = {.name = name, .kind = kind, .effective = ns};

	return gk_id_key(&x->scratch, &id);
}

static void index_places(struct fixer *x, struct gk_res *r, struct gk_str ns)
{
	struct gk_str kind = GK_STR_NULL;

	for (const struct gk_prev *k = r->oldest; k; k = k->next) {
		if (k != r->oldest && gk_str_eq(k->kind, kind))
			continue;
		kind = k->kind;
		for (const struct gk_prev *p = r->oldest; p; p = p->next)
			add_bearer(x, &x->places, place(x, p->name, kind, ns), r);
	}
}

static void index_names(struct fixer *x, const struct gk_resmap *m)
{
	gk_resmap_foreach (r, m) {
		struct gk_id original = gk_res_original(r), now;

		if (!gk_id_cluster_scoped(&original))
			add_bearer(x, &x->by_ns, original.effective, r);
		if (!r->oldest)
			continue;
		now = gk_res_id(r);
		for (const struct gk_prev *p = r->oldest; p; p = p->next)
			add_bearer(x, &x->bearers, p->name, r);
		index_places(x, r, original.effective);
		if (!gk_str_eq(original.effective, now.effective))
			index_places(x, r, now.effective);
	}
}

/* The references that objects of this kind may hold. */
static const struct refs *refs_of(struct fixer *x, const struct gk_id *original)
{
	struct gk_id kind = {.group = original->group,
		.version = original->version,
		.kind = original->kind,
		.name = GK_STR(""),
		.effective = GK_STR("")};
	struct refs **slot = (struct refs **)gk_map_at(&x->by_kind, gk_id_key(&x->scratch, &kind));
	const struct gk_nameref_list *all = &x->config->namerefs;
	struct refs *refs;

	if (*slot)
		return *slot;
	*slot = refs = gk_arena_zalloc(&x->scratch, sizeof *refs);
	refs->v = gk_arena_array(&x->scratch, all->n ? all->n : 1, sizeof *refs->v);
	for (size_t i = 0; i < all->n; i++)
		if (gk_id_selected(original, all->v[i]->in_group, all->v[i]->in_version,
			    all->v[i]->in_kind))
			refs->v[refs->n++] = all->v[i];
	return refs;
}

static bool is_subject_ns(const struct referrer *f, struct gk_str ns)
{
	return gk_map_has(&f->subject_ns, ns);
}

/* Could an object of this scope and namespace be meant at all? */
static bool in_reach(const struct referrer *f, const struct gk_res *r, const struct gk_id *id)
{
	return gk_id_cluster_scoped(&f->id) || gk_id_cluster_scoped(id) ||
	       gk_str_eq(id->effective, f->id.effective) || is_subject_ns(f, gk_res_ns(r));
}

static bool was_kind(
	const struct gk_res *r, const char *group, const char *version, const char *kind)
{
	for (const struct gk_prev *p = r->oldest; p; p = p->next) {
		struct gk_id id = gk_prev_id(r, p);

		if (gk_id_selected(&id, group, version, kind))
			return true;
	}
	return false;
}

/* roleRef says itself which kind it means. */
static bool fits_role(const struct referrer *f, const struct gk_res *r)
{
	for (const struct gk_prev *p = r->oldest; f->has_role && p; p = p->next) {
		struct gk_id id = gk_prev_id(r, p);

		if ((!f->role_group.n || gk_str_eq(id.group, f->role_group)) &&
			(!f->role_kind.n || gk_str_eq(id.kind, f->role_kind)))
			return true;
	}
	return !f->has_role;
}

/* Same namespace now; service accounts may be anywhere. */
static bool is_near(const struct referrer *f, const struct gk_id *id)
{
	return gk_id_cluster_scoped(&f->id) || gk_id_cluster_scoped(id) ||
	       gk_str_is(id->kind, "ServiceAccount") || gk_str_eq(id->effective, f->id.effective);
}

/*
 * A map may name the namespace.  It is that of the file, unless no candidate came from
 * such a namespace: then it is the current one.
 */
static bool ns_is_original(const struct referrer *f, struct gk_str ns, size_t *looks)
{
	for (const struct bearer *b = gk_map_find(&f->x->by_ns, ns); b; b = b->next) {
		struct gk_id id = gk_res_id(b->res);

		++*looks;
		if (in_reach(f, b->res, &id))
			return true;
	}
	return false;
}

static bool fits_ns(const struct gk_res *r, const struct gk_id *id, struct gk_str ns, bool original)
{
	struct gk_id first = original ? gk_res_original(r) : *id;

	return !gk_id_cluster_scoped(&first) && gk_str_eq(first.effective, ns);
}

static void add_all(const struct gk_map *map, struct gk_str key, struct candidates *ret)
{
	for (const struct bearer *b = gk_map_find(map, key); b; b = b->next)
		gk_vec_push(ret, b->res);
}

static void add_place(
	const struct referrer *f, struct gk_str name, struct gk_str ns, struct candidates *ret)
{
	struct gk_str kind = gk_str_c(f->ref->kind);

	add_all(&f->x->places, place(f->x, name, kind, ns.n ? ns : GK_STR("default")), ret);
}

static int by_position(const void *a, const void *b)
{
	const struct gk_res *x = *(struct gk_res *const *)a, *y = *(struct gk_res *const *)b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Bearers of the name wherever in_reach and fits_ns could accept them, in list order. */
static void gather(const struct referrer *f, struct gk_str name, const struct gk_node *ns,
	struct candidates *ret)
{
	if (!*f->ref->kind || (!ns && gk_id_cluster_scoped(&f->id))) {
		add_all(&f->x->bearers, name, ret);
		return;
	}
	if (ns) {
		add_place(f, name, gk_value_text(ns), ret);
	} else {
		add_place(f, name, f->id.effective, ret);
		add_place(f, name, GK_STR("_non_namespaceable_"), ret);
		gk_map_foreach (e, &f->subject_ns)
			add_place(f, name, e->key, ret);
	}
	if (ret->n > 1)
		qsort(ret->v, ret->n, sizeof *ret->v, by_position);
}

static bool is_meant(const struct referrer *f, const struct gk_res *r, const struct gk_node *ns,
	bool ns_original)
{
	struct gk_id id = gk_res_id(r);

	return in_reach(f, r, &id) && (!ns || fits_ns(r, &id, gk_value_text(ns), ns_original)) &&
	       was_kind(r, f->ref->group, f->ref->version, f->ref->kind) && fits_role(f, r) &&
	       is_near(f, &id);
}

static int sieve(const struct referrer *f, struct gk_str name, const struct gk_node *ns,
	struct candidates *ret, struct gk_err *err)
{
	size_t kept = 0, looks = 0;
	bool original = ns && ns_is_original(f, gk_value_text(ns), &looks);

	gather(f, name, ns, ret);
	looks += ret->n + (ns ? 0 : f->subject_ns.n);
	if (gk_build_visit(f->x->b, looks, err))
		return gk_res_at(f->res, err);
	for (size_t i = 0; i < ret->n; i++)
		if ((kept == 0 || ret->v[kept - 1] != ret->v[i]) &&
			is_meant(f, ret->v[i], ns, original))
			ret->v[kept++] = ret->v[i];
	ret->n = kept;
	return 0;
}

static void sieve_affixes(const struct referrer *f, struct candidates *c, bool loosely)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (gk_res_same_affixes(c->v[i], f->res, loosely))
			c->v[kept++] = c->v[i];
	c->n = kept;
}

/* All would write the same text? */
static bool same_text(const struct candidates *c, bool with_ns)
{
	for (size_t i = 1; i < c->n; i++)
		if (!gk_str_eq(gk_res_name(c->v[0]), gk_res_name(c->v[i])) ||
			(with_ns && !gk_str_eq(gk_res_ns(c->v[0]), gk_res_ns(c->v[i]))))
			return false;
	return true;
}

static int fail_ambiguous(const struct referrer *f, struct gk_str name, const struct candidates *c,
	struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.ambiguous-reference", "'%.*s' could mean %zu objects",
		GK_SARG(name), c->n);
	for (size_t i = 0; i < c->n; i++) {
		struct gk_id id = gk_res_id(c->v[i]);

		(void)gk_note(err, "%s (%s:%u)", gk_id_text(f->x->b->a, &id), c->v[i]->file,
			c->v[i]->object->line);
	}
	return gk_help(err, "give the objects different names, or the reference a namespace");
}

static int pick(const struct referrer *f, struct gk_str name, const struct gk_node *ns,
	bool with_ns, struct gk_res **ret, struct gk_err *err)
{
	struct candidates c = {0};
	int rc = sieve(f, name, ns, &c, err);

	*ret = NULL;
	if (rc == 0 && c.n != 1) {
		sieve_affixes(f, &c, true);
		if (c.n > 1)
			sieve_affixes(f, &c, false);
	}
	if (rc == 0 && c.n > 1 && !same_text(&c, with_ns))
		rc = fail_ambiguous(f, name, &c, err);
	else if (rc == 0 && c.n)
		*ret = c.v[0];
	gk_vec_done(&c);
	return rc;
}

static int fix_scalar(const struct referrer *f, struct gk_node *field, struct gk_err *err)
{
	struct gk_str name = gk_value_text(field);
	struct gk_res *r;

	if (pick(f, name, NULL, false, &r, err))
		return gk_err_line(err, field->line, field->col);
	if (r && !gk_str_eq(gk_res_name(r), name))
		gk_value_write(f->x->b->a, field, gk_res_name(r), GK_TAG_NONE);
	return 0;
}

static int fix_map(const struct referrer *f, struct gk_node *field, struct gk_err *err)
{
	struct gk_node *name = gk_node_get(field, "name");
	struct gk_res *r;

	if (!name) {
		(void)gk_fail(err, GK_EINPUT, "render.reference", "the reference has no 'name'");
		return gk_err_line(err, field->line, field->col);
	}
	if (pick(f, gk_value_text(name), gk_node_get(field, "namespace"), true, &r, err))
		return gk_err_line(err, name->line, name->col);
	if (!r)
		return 0;
	if (strcmp(f->ref->kind, "ServiceAccount") == 0)
		gk_quirk_subject(f->x->b, f->res, field, gk_res_name(r));
	gk_value_put(f->x->b->a, field, GK_STR("name"), gk_res_name(r));
	if (gk_res_ns(r).n)
		gk_value_put(f->x->b->a, field, GK_STR("namespace"), gk_res_ns(r));
	return 0;
}

static int fix_one(const struct referrer *f, struct gk_node *field, struct gk_err *err)
{
	if (field->type == GK_NULL)
		return 0;
	if (field->type == GK_OBJECT)
		return fix_map(f, field, err);
	if (field->type == GK_ARRAY)
		return gk_spec_wrong_kind(field, "a name, or a map with a name", err);
	return fix_scalar(f, field, err);
}

static int fix_field(void *ctx, struct gk_node *field, struct gk_err *err)
{
	const struct referrer *f = ctx;

	if (field->type != GK_ARRAY)
		return fix_one(f, field, err);
	gk_node_foreach (element, field)
		if (fix_one(f, element, err))
			return -1;
	return 0;
}

static int find_subject_ns(struct referrer *f, struct gk_err *err)
{
	const struct gk_node *subjects = gk_node_get(f->res->object, "subjects");

	if (!gk_str_is(f->id.kind, "RoleBinding") || !gk_node_is(subjects, GK_ARRAY))
		return 0;
	gk_node_foreach (subject, subjects) {
		const struct gk_node *ns = gk_node_get(subject, "namespace");

		if (!ns ||
			!gk_str_is(gk_value_text(gk_node_get(subject, "kind")), "ServiceAccount"))
			continue;
		if (ns->type != GK_STRING) {
			(void)gk_fail(err, GK_EINPUT, "render.reference",
				"the namespace of a subject must be a string");
			return gk_err_at(err, gk_res_pos(f->res, ns));
		}
		(void)gk_map_put(&f->subject_ns, ns->text, f);
	}
	return 0;
}

static bool ends_in_role_ref(const char *path)
{
	const char *last = path, *before = path;

	for (const char *p = path; *p; p += strlen(p) + 1) {
		before = last;
		last = p;
	}
	return strcmp(last, "name") == 0 && strcmp(before, "roleRef") == 0;
}

static void find_role(struct referrer *f)
{
	const struct gk_node *role = gk_node_get(f->res->object, "roleRef");
	const struct gk_node *group = gk_node_get(role, "apiGroup");
	const struct gk_node *kind = gk_node_get(role, "kind");

	f->has_role = ends_in_role_ref(f->ref->path) && group && kind;
	f->role_group = gk_value_text(group);
	f->role_kind = gk_value_text(kind);
}

static int fix_resource(struct fixer *x, struct gk_res *r, struct gk_err *err)
{
	struct gk_id original = gk_res_original(r);
	const struct refs *refs = refs_of(x, &original);
	struct referrer f = {.x = x, .res = r, .id = gk_res_id(r)};
	struct gk_setter setter = {fix_field, &f, GK_WANT_ANY};
	int rc = refs->n ? find_subject_ns(&f, err) : 0;

	for (size_t i = 0; rc == 0 && i < refs->n; i++) {
		f.ref = refs->v[i];
		find_role(&f);
		rc = gk_spec_walk(x->b->a, r, f.ref->path, false, &setter, err);
	}
	if (!gk_str_eq(gk_res_id(r).effective, f.id.effective))
		index_places(x, r, gk_res_id(r).effective);
	gk_map_done(&f.subject_ns);
	return rc;
}

int gk_names_fix(struct gk_build *b, struct gk_accum *acc, struct gk_err *err)
{
	struct fixer x = {.b = b, .config = acc->config};
	int rc = 0;

	index_names(&x, &acc->map);
	gk_resmap_foreach (r, &acc->map)
		if (rc == 0)
			rc = fix_resource(&x, r, err);
	gk_map_done(&x.bearers);
	gk_map_done(&x.places);
	gk_map_done(&x.by_ns);
	gk_map_done(&x.by_kind);
	gk_arena_done(&x.scratch);
	return rc;
}
