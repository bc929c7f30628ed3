/* Extracting references: each row of refs.tbl that fits the object's kind is walked. */
#include "sync/refs.h"

#include "sync/path.h"

struct walk {
	const struct gk_ref *user;
	const struct gk_ref_rule *rule;
	const char *base;
	gk_refs_fn fn;
	void *ctx;
};

static bool fits(const struct gk_ref_rule *r, struct gk_str group, struct gk_str kind)
{
	return gk_str_is(kind, r->kind) && gk_str_is(group, r->group);
}

static struct gk_str group_beside(const struct gk_node *parent)
{
	struct gk_str group = gk_node_text(gk_node_get(parent, "apiGroup")), version;

	if (group.n == 0)
		gk_api_version_split(
			gk_node_text(gk_node_get(parent, "apiVersion")), &group, &version);
	return group;
}

static struct gk_str target_kind(const struct gk_ref_rule *r, const struct gk_node *parent)
{
	struct gk_str kind = gk_str_c(r->target_kind), told;

	if (!gk_str_starts(kind, GK_STR("*")))
		return kind;
	told = gk_node_text(gk_node_get(parent, "kind"));
	return told.n ? told : gk_str_from(kind, 1);
}

static struct gk_str target_ns(const struct walk *w, const struct gk_node *parent)
{
	struct gk_str ns;

	if (strcmp(w->rule->ns, "*") == 0)
		return GK_STR_NULL;
	if (!*w->rule->ns)
		return w->user->ns;
	ns = gk_node_text(gk_node_get(parent, w->rule->ns));
	return ns.n ? ns : w->user->ns;
}

static void on_name(void *ctx, const struct gk_node *value, const struct gk_node *parent)
{
	struct walk *w = ctx;
	const struct gk_ref_rule *r = w->rule;
	struct gk_ref_use use = {.meaning = r->meaning, .base = w->base, .path = r->path};

	use.target.name = gk_node_text(value);
	use.target.kind = target_kind(r, parent);
	use.target.ns = target_ns(w, parent);
	use.target.group = strcmp(r->target_group, "*") == 0 ? group_beside(parent)
							     : gk_str_c(r->target_group);
	if (use.target.name.n == 0)
		return;
	w->fn(w->ctx, &use);
}

static void give_self(const struct walk *w)
{
	struct gk_ref_use use = {.meaning = GK_REF_GIVE, .base = "", .path = "metadata.name"};

	use.target.group = gk_str_c(w->rule->target_group);
	use.target.kind = gk_str_c(w->rule->target_kind);
	use.target.ns = w->user->ns;
	use.target.name = w->user->name;
	w->fn(w->ctx, &use);
}

static void apply_rule(struct walk *w, const struct gk_node *from)
{
	const struct gk_ref_rule *r = w->rule;

	if (r->meaning == GK_REF_GIVE_SELF) {
		if (!*r->path || !gk_path_get(from, gk_str_c(r->path)))
			give_self(w);
		return;
	}
	gk_path_each(from, gk_str_c(r->path), on_name, w);
}

static const struct gk_ref_rule *pod_rule(const struct gk_ref *ref)
{
	for (size_t i = 0; i < gk_ref_rules_count; i++)
		if (gk_ref_rules[i].meaning == GK_REF_POD &&
			fits(&gk_ref_rules[i], ref->group, ref->kind))
			return &gk_ref_rules[i];
	return NULL;
}

void gk_refs_each(const struct gk_node *object, const struct gk_ref *ref, gk_refs_fn fn, void *ctx)
{
	struct walk w = {.user = ref, .fn = fn, .ctx = ctx};
	const struct gk_ref_rule *pod = pod_rule(ref);
	const struct gk_node *spec = pod ? gk_path_get(object, gk_str_c(pod->path)) : NULL;

	for (size_t i = 0; i < gk_ref_rules_count; i++) {
		w.rule = &gk_ref_rules[i];
		if (w.rule->meaning == GK_REF_POD)
			continue;
		w.base = "";
		if (fits(w.rule, ref->group, ref->kind)) {
			apply_rule(&w, object);
		} else if (spec && strcmp(w.rule->kind, "@pod") == 0) {
			w.base = pod->path;
			apply_rule(&w, spec);
		}
	}
}

const struct gk_node *gk_refs_pod(const struct gk_node *object, const struct gk_ref *ref)
{
	const struct gk_ref_rule *pod = pod_rule(ref);
	struct gk_str path;

	if (!pod)
		return NULL;
	path = gk_str_c(pod->path);
	if (gk_str_is(path, "spec"))
		return object;
	path.n -= strlen(".spec");
	return gk_path_get(object, path);
}
