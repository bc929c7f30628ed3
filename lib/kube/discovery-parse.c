/* Discovery documents, aggregated (v2, v2beta1) and of old, into the table. */
#include "base/text.h"
#include "kube/discovery-priv.h"

static struct gk_str text(const struct gk_node *object, const char *key)
{
	return gk_node_text(gk_node_get(object, key));
}

static unsigned verbs_of(const struct gk_node *list)
{
	static const struct {
		const char *name;
		unsigned bit;
	} verbs[] = {
		{"get", GK_VERB_GET},
		{"list", GK_VERB_LIST},
		{"watch", GK_VERB_WATCH},
		{"create", GK_VERB_CREATE},
		{"update", GK_VERB_UPDATE},
		{"patch", GK_VERB_PATCH},
		{"delete", GK_VERB_DELETE},
		{"deletecollection", GK_VERB_DELETE_COLLECTION},
	};
	unsigned bits = 0;

	gk_node_foreach (v, list)
		for (size_t i = 0; i < GK_COUNT(verbs); i++)
			if (gk_str_is(gk_node_text(v), verbs[i].name))
				bits |= verbs[i].bit;
	return bits;
}

static void join_short_names(struct gk_buf *b, const struct gk_node *list)
{
	gk_buf_reset(b);
	gk_node_foreach (n, list) {
		if (b->n)
			gk_buf_putc(b, ',');
		gk_buf_putstr(b, gk_node_text(n));
	}
}

static unsigned sub_of(struct gk_str name)
{
	return gk_str_is(name, "status")  ? GK_SUB_STATUS
	       : gk_str_is(name, "scale") ? GK_SUB_SCALE
					  : 0;
}

/* A name that would change the meaning of a path is no name. */
static bool is_segment(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '/' || s.p[i] == '?' || s.p[i] == '#' || s.p[i] <= ' ')
			return false;
	return s.n > 0;
}

static void add_aggregated(struct gk_arena *a, struct gk_discovery_table *t, struct gk_str group,
	struct gk_str version, const struct gk_node *res, bool preferred)
{
	GK_AUTO(gk_buf_done) struct gk_buf names = GK_BUF_INIT(0);
	struct gk_kube_resource r = {
		.group = group,
		.version = version,
		.kind = text(gk_node_get(res, "responseKind"), "kind"),
		.plural = text(res, "resource"),
		.singular = text(res, "singularResource"),
		.namespaced = gk_str_is(text(res, "scope"), "Namespaced"),
		.preferred = preferred,
		.verbs = verbs_of(gk_node_get(res, "verbs")),
	};

	if (!r.kind.n || !is_segment(r.plural))
		return;
	join_short_names(&names, gk_node_get(res, "shortNames"));
	r.short_names = gk_buf_str(&names);
	gk_node_foreach (sub, gk_node_get(res, "subresources"))
		r.subs |= sub_of(text(sub, "subresource"));
	gk_discovery__add(a, t, &r);
}

bool gk_discovery__read_aggregated(
	struct gk_arena *a, struct gk_discovery_table *t, const struct gk_node *root)
{
	if (!gk_str_is(text(root, "kind"), "APIGroupDiscoveryList"))
		return false;
	gk_node_foreach (item, gk_node_get(root, "items")) {
		struct gk_str group = text(gk_node_get(item, "metadata"), "name");
		bool first = true;

		gk_node_foreach (v, gk_node_get(item, "versions")) {
			struct gk_str version = text(v, "version");
			bool stale = gk_str_is(text(v, "freshness"), "Stale");

			if (stale)
				gk_discovery__add_unknown(a, t, group, version);
			gk_node_foreach (res, gk_node_get(v, "resources"))
				add_aggregated(a, t, group, version, res, first && !stale);
			first = first && stale;
		}
	}
	return true;
}

static void add_old(struct gk_arena *a, struct gk_discovery_table *t, struct gk_str group_version,
	const struct gk_node *res, bool preferred)
{
	GK_AUTO(gk_buf_done) struct gk_buf names = GK_BUF_INIT(0);
	struct gk_kube_resource r = {
		.kind = text(res, "kind"),
		.plural = text(res, "name"),
		.singular = text(res, "singularName"),
		.namespaced = gk_node_true(gk_node_get(res, "namespaced")),
		.preferred = preferred,
		.verbs = verbs_of(gk_node_get(res, "verbs")),
	};

	gk_api_version_split(group_version, &r.group, &r.version);
	if (!r.kind.n || !is_segment(r.plural))
		return;
	join_short_names(&names, gk_node_get(res, "shortNames"));
	r.short_names = gk_buf_str(&names);
	gk_discovery__add(a, t, &r);
}

/* "deployments/scale" belongs to the resource before the slash. */
static void add_old_sub(
	struct gk_discovery_table *t, struct gk_str group_version, struct gk_str name)
{
	struct gk_str group, version, sub = name, plural = gk_str_cut(&sub, '/');

	gk_api_version_split(group_version, &group, &version);
	gk_vec_foreach (struct gk_kube_resource *, r, &t->resources)
		if (gk_str_eq((*r)->group, group) && gk_str_eq((*r)->version, version) &&
			gk_str_eq((*r)->plural, plural))
			(*r)->subs |= sub_of(sub);
}

bool gk_discovery__read_resource_list(struct gk_arena *a, struct gk_discovery_table *t,
	const struct gk_node *root, bool preferred)
{
	struct gk_str group_version = text(root, "groupVersion");

	if (!gk_str_is(text(root, "kind"), "APIResourceList") || !group_version.n)
		return false;
	gk_node_foreach (res, gk_node_get(root, "resources"))
		if (!gk_str_has(text(res, "name"), GK_STR("/")))
			add_old(a, t, group_version, res, preferred);
	gk_node_foreach (res, gk_node_get(root, "resources"))
		if (gk_str_has(text(res, "name"), GK_STR("/")))
			add_old_sub(t, group_version, text(res, "name"));
	return true;
}

bool gk_discovery__is_aggregated(struct gk_str content_type)
{
	bool group = false, as = false, version = false;

	while (content_type.p) {
		struct gk_str part = gk_str_trim(gk_str_cut(&content_type, ';'));

		group = group || gk_str_is(part, "g=apidiscovery.k8s.io");
		as = as || gk_str_is(part, "as=APIGroupDiscoveryList");
		version = version || gk_str_is(part, "v=v2") || gk_str_is(part, "v=v2beta1");
	}
	return group && as && version;
}
