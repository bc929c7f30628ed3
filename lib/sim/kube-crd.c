/* CustomResourceDefinitions: their conditions, and the resources that they make. */
#include "base/io.h"
#include "sim/kube.h"
#include "sim/kube-commit.h"
#include "sim/kube-control.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

static const char *copy_text(struct gk_arena *a, const struct gk_node *n)
{
	struct gk_str s = gk_node_text(n);

	return gk_arena_memdup0(a, s.p ? s.p : "", s.n);
}

/* A list of strings as words with commas. */
static const char *join(struct gk_arena *a, const struct gk_node *list)
{
	struct gk_buf b = GK_BUF_INIT(0);
	const char *ret;

	gk_node_foreach (n, list) {
		gk_buf_puts(&b, b.n ? "," : "");
		gk_buf_putstr(&b, gk_node_text(n));
	}
	ret = gk_arena_memdup0(a, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return ret;
}

static void add_version(struct gk_sim_res *res, const struct gk_node *v)
{
	struct gk_arena *a = &res->arena;
	const struct gk_node *copy = gk_node_dup(a, v);
	struct gk_sim_version version = {.name = copy_text(a, gk_node_get(v, "name"))};
	const struct gk_node *warning = gk_node_get(v, "deprecationWarning");

	version.type = gk_sim_type_custom(gk_node_path(copy, "schema", "openAPIV3Schema", NULL));
	version.status = gk_node_path(copy, "subresources", "status", NULL) != NULL;
	version.scale_paths = gk_node_path(copy, "subresources", "scale", NULL);
	version.scale = version.scale_paths != NULL;
	version.columns = gk_node_get(copy, "additionalPrinterColumns");
	if (gk_node_true(gk_node_get(v, "deprecated")))
		version.deprecated = warning ? copy_text(a, warning)
					     : gk_arena_printf(a, "%s/%s %s is deprecated",
						       res->group, version.name, res->kind);
	res->versions.v[res->versions.n++] = version;
}

/* Watches keep pointers to versions: the array of before stays in the arena. */
static void set_versions(struct gk_sim_res *res, const struct gk_node *list)
{
	res->versions.v =
		gk_arena_array(&res->arena, list ? list->count : 1, sizeof *res->versions.v);
	res->versions.n = 0;
	gk_node_foreach (v, list)
		if (gk_node_true(gk_node_get(v, "served")))
			add_version(res, v);
}

static void set_names(struct gk_sim_res *res, const struct gk_node *spec)
{
	struct gk_arena *a = &res->arena;
	const struct gk_node *names = gk_node_get(spec, "names");

	res->group = copy_text(a, gk_node_get(spec, "group"));
	res->kind = copy_text(a, gk_node_get(names, "kind"));
	res->plural = copy_text(a, gk_node_get(names, "plural"));
	res->singular = copy_text(a, gk_node_get(names, "singular"));
	res->list_kind = copy_text(a, gk_node_get(names, "listKind"));
	res->shorts = join(a, gk_node_get(names, "shortNames"));
	res->categories = join(a, gk_node_get(names, "categories"));
	res->cluster = gk_str_is(gk_node_text(gk_node_get(spec, "scope")), "Cluster");
	res->generation = true;
}

void gk_sim_crd_serve(struct gk_sim *sim, const struct gk_node *crd)
{
	const struct gk_node *spec = gk_node_get(crd, "spec");
	struct gk_sim_res *res =
		gk_sim_res_find(&sim->store, gk_node_text(gk_node_get(spec, "group")),
			gk_node_text(gk_node_path(spec, "names", "plural", NULL)));

	if (res && res->builtin)
		return;
	if (!res) {
		res = gk_sim_res_add(&sim->store, NULL);
		res->served_from_ms = gk_time_mono_ms() + sim->opt.crd_delay_ms;
	} else {
		gk_sim_watch_end_all(res);
	}
	set_names(res, spec);
	set_versions(res, gk_node_get(spec, "versions"));
	sim->discovery++;
}

void gk_sim_crd_drop(struct gk_sim *sim, const struct gk_node *crd)
{
	const struct gk_node *spec = gk_node_get(crd, "spec");
	struct gk_sim_res *res =
		gk_sim_res_find(&sim->store, gk_node_text(gk_node_get(spec, "group")),
			gk_node_text(gk_node_path(spec, "names", "plural", NULL)));

	if (!res || res->builtin)
		return;
	gk_sim_watch_end_all(res);
	res->gone = true;
	sim->discovery++;
}

/* Another definition of the group has the kind already. */
static bool name_taken(struct gk_sim *sim, const struct gk_node *crd)
{
	const struct gk_node *spec = gk_node_get(crd, "spec");
	struct gk_sim_res *res =
		gk_sim_res_of_kind(&sim->store, gk_node_text(gk_node_get(spec, "group")),
			gk_node_text(gk_node_path(spec, "names", "kind", NULL)));

	return res &&
	       !gk_str_is(gk_node_text(gk_node_path(spec, "names", "plural", NULL)), res->plural);
}

static void accept(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o, bool taken)
{
	struct gk_sim_edit e;
	struct gk_arena *a = &e.doc.arena;
	struct gk_node *status, *stored;

	gk_sim_edit_begin(&e, sim, res, o);
	status = gk_sim_edit_status(&e);
	gk_sim_condition(a, status, "NamesAccepted", !taken, taken ? "KindConflict" : "NoConflicts",
		taken ? "another definition of the group has the kind" : "no conflicts found");
	gk_sim_condition(a, status, "Established", !taken,
		taken ? "NotAccepted" : "InitialNamesAccepted",
		taken ? "not all names are accepted" : "the initial names have been accepted");
	gk_node_set_c(a, status, "acceptedNames",
		gk_node_dup(a, gk_node_path(o->doc.root, "spec", "names", NULL)));
	stored = gk_node_new(a, GK_ARRAY);
	gk_node_foreach (v, gk_node_path(o->doc.root, "spec", "versions", NULL))
		if (gk_node_true(gk_node_get(v, "storage")))
			gk_node_append(stored, gk_node_dup(a, gk_node_get(v, "name")));
	if (!gk_node_get(status, "storedVersions") ||
		gk_node_get(status, "storedVersions")->count == 0)
		gk_node_set_c(a, status, "storedVersions", stored);
	gk_sim_edit_commit(&e, "status");
}

/* A definition that goes waits until the last of its resources is gone. */
static void clean_up(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	const struct gk_node *spec = gk_node_get(o->doc.root, "spec");
	struct gk_sim_res *own =
		gk_sim_res_find(&sim->store, gk_node_text(gk_node_get(spec, "group")),
			gk_node_text(gk_node_path(spec, "names", "plural", NULL)));
	struct gk_sim_objs l = {0};
	struct gk_sim_edit e;
	struct gk_str name = gk_sim_obj_name(o->doc.root);

	if (own && gk_sim_store_list(&sim->store, own, GK_STR(""), 0, &l) == 0)
		for (size_t i = 0; i < l.n; i++)
			gk_sim_control_delete(sim, own, l.v[i]);
	gk_sim_objs_done(&l);
	if (own && own->entries.n)
		return;
	gk_sim_edit_begin(&e, sim, res, o);
	(void)gk_node_remove(gk_node_get(e.doc.root, "metadata"), GK_STR("finalizers"));
	gk_sim_edit_commit(&e, "");
	gk_sim_finish_delete(sim, res, gk_sim_store_get(res, GK_STR(""), name));
}

void gk_sim_reconcile_crd(struct gk_sim *sim, struct gk_sim_res *res, struct gk_sim_obj *o)
{
	int64_t generation = gk_sim_int_at(o->doc.root, "metadata", "generation", 1);
	const struct gk_sim_res *own;
	bool taken = name_taken(sim, o->doc.root);

	if (gk_sim_meta(o->doc.root, "deletionTimestamp").n) {
		clean_up(sim, res, o);
		return;
	}
	own = gk_sim_res_find(&sim->store,
		gk_node_text(gk_node_path(o->doc.root, "spec", "group", NULL)),
		gk_node_text(gk_node_path(o->doc.root, "spec", "names", "plural", NULL)));
	if (!taken && (!own || own->spec_generation != generation)) {
		gk_sim_crd_serve(sim, o->doc.root);
		gk_sim_res_find(&sim->store,
			gk_node_text(gk_node_path(o->doc.root, "spec", "group", NULL)),
			gk_node_text(gk_node_path(o->doc.root, "spec", "names", "plural", NULL)))
			->spec_generation = generation;
	}
	accept(sim, res, o, taken);
}
