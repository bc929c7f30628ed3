#include <strings.h>

#include "kube/discovery-priv.h"

void gk_discovery__table_done(struct gk_discovery_table *t)
{
	gk_vec_done(&t->resources);
	gk_map_done(&t->by_kind);
	gk_map_done(&t->by_group_kind);
	gk_map_done(&t->unknown);
}

void gk_discovery_free(struct gk_discovery *d)
{
	if (!d)
		return;
	gk_discovery__fetch_free(d->fetch);
	gk_discovery__table_done(&d->table);
	gk_map_done(&d->expected);
	gk_arena_done(&d->arena);
	gk_free(d);
}

void gk_discovery_freep(struct gk_discovery **d)
{
	gk_discovery_free(*d);
	*d = NULL;
}

/* Keys: slashes cannot stand in groups, versions and kinds. */
static struct gk_str key(
	struct gk_buf *b, struct gk_str group, struct gk_str version, struct gk_str kind)
{
	gk_buf_reset(b);
	gk_buf_printf(b, "%.*s/%.*s/%.*s", GK_SARG(group), GK_SARG(version), GK_SARG(kind));
	return gk_buf_str(b);
}

static struct gk_str keep(struct gk_arena *a, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(a, s.p ? s.p : "", s.n), s.n};
}

void gk_discovery__add(
	struct gk_arena *a, struct gk_discovery_table *t, const struct gk_kube_resource *r)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_kube_resource *mine;

	if (gk_map_has(&t->by_kind, key(&b, r->group, r->version, r->kind)))
		return;
	mine = gk_arena_zalloc(a, sizeof *mine);
	*mine = *r;
	mine->group = keep(a, r->group);
	mine->version = keep(a, r->version);
	mine->kind = keep(a, r->kind);
	mine->plural = keep(a, r->plural);
	mine->singular = keep(a, r->singular);
	mine->short_names = keep(a, r->short_names);
	gk_vec_push(&t->resources, mine);
	(void)gk_map_put(&t->by_kind, keep(a, gk_buf_str(&b)), mine);
	(void)key(&b, r->group, GK_STR_NULL, r->kind);
	if (!gk_map_has(&t->by_group_kind, gk_buf_str(&b)))
		(void)gk_map_put(&t->by_group_kind, keep(a, gk_buf_str(&b)), mine);
}

void gk_discovery__add_unknown(struct gk_arena *a, struct gk_discovery_table *t,
	struct gk_str group, struct gk_str version)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	(void)gk_map_put(&t->unknown, keep(a, key(&b, group, version, GK_STR_NULL)), t);
	(void)gk_map_put(&t->unknown, keep(a, key(&b, group, GK_STR_NULL, GK_STR_NULL)), t);
}

const struct gk_kube_resource *gk_discovery_find(const struct gk_discovery *d, struct gk_str group,
	struct gk_str version, struct gk_str kind)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	return gk_map_find(&d->table.by_kind, key(&b, group, version, kind));
}

const struct gk_kube_resource *gk_discovery_find_kind(
	const struct gk_discovery *d, struct gk_str group, struct gk_str kind)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	return gk_map_find(&d->table.by_group_kind, key(&b, group, GK_STR_NULL, kind));
}

bool gk_discovery_group_unknown(
	const struct gk_discovery *d, struct gk_str group, struct gk_str version)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	return gk_map_has(&d->table.unknown, key(&b, group, version, GK_STR_NULL));
}

const struct gk_kube_resource *gk_discovery_at(const struct gk_discovery *d, size_t i)
{
	return i < d->table.resources.n ? d->table.resources.v[i] : NULL;
}

void gk_discovery_expect(struct gk_discovery *d, struct gk_str group, struct gk_str kind)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (!gk_map_has(&d->expected, key(&b, group, GK_STR_NULL, kind)))
		(void)gk_map_put(&d->expected, keep(&d->arena, gk_buf_str(&b)), d);
}

bool gk_discovery_pending(const struct gk_discovery *d, struct gk_str group, struct gk_str kind)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str k = key(&b, group, GK_STR_NULL, kind);

	return gk_map_has(&d->expected, k) && !gk_map_has(&d->table.by_group_kind, k);
}

static int other_version(const struct gk_discovery *d, const struct gk_ref *ref, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_vec_foreach (struct gk_kube_resource *const, r, &d->table.resources)
		if (gk_str_eq((*r)->group, ref->group) && gk_str_eq((*r)->kind, ref->kind))
			gk_buf_printf(&b, "%s%.*s", b.n ? ", " : "", GK_SARG((*r)->version));
	gk_fail(err, GK_EINPUT, "kube.kind-version",
		"the cluster does not serve version '%.*s' of %.*s%s%.*s", GK_SARG(ref->version),
		GK_SARG(ref->group), ref->group.n ? "/" : "", GK_SARG(ref->kind));
	gk_note(err, "it serves: %s", gk_buf_cstr(&b));
	return gk_help(err, "write the object in a version that is served");
}

static int no_kind(const struct gk_discovery *d, const struct gk_ref *ref, struct gk_err *err)
{
	struct gk_strs kinds = {0};
	const char *near;

	gk_vec_foreach (struct gk_kube_resource *const, r, &d->table.resources)
		gk_vec_push(&kinds, (*r)->kind.p);
	near = gk_str_nearest(ref->kind, kinds.v, kinds.n);
	gk_vec_done(&kinds);
	gk_fail(err, GK_EINPUT, "kube.kind", "the cluster has no kind '%.*s' in '%.*s%s%.*s'",
		GK_SARG(ref->kind), GK_SARG(ref->group), ref->group.n ? "/" : "",
		GK_SARG(ref->version));
	if (near && !gk_str_is(ref->kind, near))
		return gk_help(err, "did you mean '%s'?", near);
	return gk_help(err, "apply the CustomResourceDefinition first, or correct apiVersion and "
			    "kind");
}

int gk_discovery_need(const struct gk_discovery *d, const struct gk_ref *ref,
	const struct gk_kube_resource **ret, struct gk_err *err)
{
	const struct gk_kube_resource *r =
		gk_discovery_find(d, ref->group, ref->version, ref->kind);

	if (r) {
		*ret = r;
		return 0;
	}
	if (gk_discovery_group_unknown(d, ref->group, ref->version)) {
		gk_fail(err, GK_EREMOTE, "kube.group-unknown",
			"the API server cannot say what '%.*s/%.*s' serves", GK_SARG(ref->group),
			GK_SARG(ref->version));
		return gk_help(err, "an aggregated API server may be down: look at its APIService");
	}
	if (gk_discovery_find_kind(d, ref->group, ref->kind))
		return other_version(d, ref, err);
	return no_kind(d, ref, err);
}

/* A name taken apart: "deployments", "deployments.apps", "deployments.v1.apps". */
struct wanted {
	struct gk_str name, version, group;
	bool any_group, any_version;
};

static bool is_same(struct gk_str a, struct gk_str b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool in_list(struct gk_str list, struct gk_str name)
{
	while (list.p && list.n)
		if (is_same(gk_str_cut(&list, ','), name))
			return true;
	return false;
}

/* 2 = a full name, 1 = a short name, 0 = neither. */
static int match(const struct gk_kube_resource *r, const struct wanted *w)
{
	if (!w->any_group && !gk_str_eq(r->group, w->group))
		return 0;
	if (!w->any_version && !gk_str_eq(r->version, w->version))
		return 0;
	if (is_same(r->plural, w->name) || is_same(r->singular, w->name) ||
		is_same(r->kind, w->name))
		return 2;
	return in_list(r->short_names, w->name);
}

static const struct gk_kube_resource *best(const struct gk_discovery *d, const struct wanted *w)
{
	const struct gk_kube_resource *found = NULL;
	int score = 0;

	gk_vec_foreach (struct gk_kube_resource *const, r, &d->table.resources) {
		/* Twice: a preferred version beats the same name in another one. */
		int s = match(*r, w) * 2;

		s = s ? s + (*r)->preferred : 0;
		if (s > score) {
			score = s;
			found = *r;
		}
	}
	return found;
}

int gk_discovery_resolve(const struct gk_discovery *d, struct gk_str name,
	const struct gk_kube_resource **ret, struct gk_err *err)
{
	struct gk_str rest = name, after;
	struct wanted w = {.any_version = true};
	const struct gk_kube_resource *r;

	w.name = gk_str_cut(&rest, '.');
	w.any_group = rest.p == NULL;
	w.group = rest;
	r = best(d, &w);
	if (!r && rest.p) {
		after = rest;
		w.version = gk_str_cut(&after, '.');
		w.group = after;
		w.any_version = false;
		r = best(d, &w);
	}
	if (r) {
		*ret = r;
		return 0;
	}
	return gk_fail(err, GK_EUSAGE, "kube.resource", "the cluster has no resource '%.*s'",
		GK_SARG(name));
}
