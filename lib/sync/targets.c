/* Resolving desired objects to resources. */
#include "sync/targets.h"

#include "base/map.h"
#include "sync/desired.h"
#include "sync/faults.h"

struct resolve {
	struct gk_targets *t;
	struct gk_map crds; /* "group\0kind" -> scope text of a CRD in the set */
	struct gk_faults faults;
};

static struct gk_str kind_key(struct gk_arena *a, struct gk_str group, struct gk_str kind)
{
	char *p = gk_arena_alloc(a, group.n + kind.n + 1);

	if (group.n)
		memcpy(p, group.p, group.n);
	p[group.n] = '\0';
	memcpy(p + group.n + 1, kind.p, kind.n);
	return (struct gk_str){p, group.n + kind.n + 1};
}

/* Kinds that this very set defines. */
static void note_crd(struct resolve *r, const struct gk_item *it)
{
	const struct gk_node *spec = gk_node_get(it->object, "spec");
	struct gk_str group = gk_node_text(gk_node_get(spec, "group"));
	struct gk_str kind = gk_node_text(gk_node_path(spec, "names", "kind", NULL));
	struct gk_node *scope = gk_node_get(spec, "scope");

	if (!gk_str_is(it->ref.kind, "CustomResourceDefinition") || !kind.n || !scope)
		return;
	gk_map_put(&r->crds, kind_key(&r->t->arena, group, kind), scope);
	gk_discovery_expect(r->t->session->disc, group, kind);
}

/* Note the error and start afresh: all faults of a set are told in one run. */
static void report(struct resolve *r, struct gk_err *err)
{
	gk_faults_add(&r->faults, err);
	gk_err_reset(err);
}

static void set_namespace(struct gk_targets *t, struct gk_item *it, bool namespaced)
{
	struct gk_node *meta = gk_node_get(it->object, "metadata");

	if (!namespaced) {
		(void)gk_node_remove(meta, GK_STR("namespace"));
		it->ref.ns = GK_STR_NULL;
	} else if (!it->ref.ns.n) {
		it->ref.ns = gk_str_c(gk_arena_strdup(&t->set->arena, t->session->cfg.namespace));
		gk_node_set_str(&t->set->arena, meta, "namespace", it->ref.ns);
	}
}

/* The server keeps integers of 64 bits, and makes floats of larger ones. */
static void warn_rounded(struct gk_targets *t, const struct gk_node *n, const char *source)
{
	int64_t ignored;

	if (n->type == GK_NUMBER && !gk_node_int(n, &ignored) &&
		strcspn(n->text.p, ".eE") >= n->text.n)
		(void)gk_diags_add(t->session->diags, GK_SEV_WARNING, "number.rounded",
			gk_node_pos(n, source), "%.*s is no 64-bit integer: the server rounds it",
			GK_SARG(n->text));
	gk_node_foreach (child, n)
		warn_rounded(t, child, source);
}

static void resolve_one(struct resolve *r, struct gk_target *target, struct gk_err *err)
{
	struct gk_targets *t = r->t;
	struct gk_item *it = target->item;
	const struct gk_node *scope =
		gk_map_find(&r->crds, kind_key(&t->arena, it->ref.group, it->ref.kind));
	bool namespaced;

	gk_marks_of(it->object, &target->marks);
	target->res =
		gk_discovery_find(t->session->disc, it->ref.group, it->ref.version, it->ref.kind);
	if (!target->res && !scope &&
		gk_discovery_need(t->session->disc, &it->ref, &target->res, err)) {
		gk_err_at(err, gk_node_pos(it->object, it->source));
		report(r, err);
		return;
	}
	namespaced = target->res ? target->res->namespaced
				 : gk_str_is(gk_node_text(scope), "Namespaced");
	set_namespace(t, it, namespaced);
	if (gk_number_check(it->object, it->source, err) ||
		gk_desired_clean(&t->set->arena, it->object, &it->ref, err)) {
		gk_err_at(err, gk_node_pos(it->object, it->source));
		report(r, err);
		return;
	}
	warn_rounded(t, it->object, it->source);
}

/* Two objects may become one when both get the default namespace. */
static void find_doubles(struct resolve *r, struct gk_err *err)
{
	struct gk_map seen = GK_MAP_INIT;

	for (size_t i = 0; i < r->t->n; i++) {
		const struct gk_item *it = r->t->v[i].item;
		struct gk_str key = gk_ref_key(&r->t->arena, &it->ref);

		if (gk_map_put(&seen, key, r->t->v[i].item)) {
			gk_fail(err, GK_EINPUT, "stream.duplicate", "%s is in the input twice",
				gk_ref_text(&r->t->arena, &it->ref));
			gk_err_at(err, gk_node_pos(it->object, it->source));
			report(r, err);
		}
	}
	gk_map_done(&seen);
}

int gk_targets_resolve(
	struct gk_targets *t, struct gk_session *s, struct gk_set *set, struct gk_err *err)
{
	struct resolve r = {.t = t, .faults = GK_FAULTS_INIT(s->diags)};

	t->session = s;
	t->set = set;
	t->n = set->n;
	t->v = gk_arena_array(&t->arena, set->n + 1, sizeof *t->v);
	for (size_t i = 0; i < t->n; i++) {
		t->v[i].item = &set->items[i];
		t->v[i].health = (struct gk_health){GK_HEALTH_MISSING, ""};
		note_crd(&r, t->v[i].item);
	}
	for (size_t i = 0; i < t->n; i++)
		resolve_one(&r, &t->v[i], err);
	find_doubles(&r, err);
	gk_map_done(&r.crds);
	return gk_faults_end(&r.faults, err);
}

void gk_targets_done(struct gk_targets *t)
{
	gk_arena_done(&t->arena);
	*t = (struct gk_targets)GK_TARGETS_INIT;
}
