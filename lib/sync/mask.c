/* Hiding the contents of Secrets while keeping what differs. */
#include "sync/delta.h"

#include "doc/object.h"

/* Prefixes of annotations that carry marks of tools and never values. */
static const char *const open_prefixes[] = {GK_PREFIX "/", "argocd.argoproj.io/", "helm.sh/",
	"meta.helm.sh/", "config.kubernetes.io/", "app.kubernetes.io/", "applyset.kubernetes.io/",
	"kubernetes.io/", "reconcile.external-secrets.io/"};

static bool is_open(struct gk_str key)
{
	for (size_t i = 0; i < GK_COUNT(open_prefixes); i++)
		if (gk_str_starts(key, gk_str_c(open_prefixes[i])))
			return true;
	return false;
}

static void hide(struct gk_arena *a, struct gk_node *map, struct gk_node *member, const char *mark)
{
	gk_node_replace(map, member, gk_node_string_c(a, mark));
}

static void mask_map(struct gk_arena *a, struct gk_node *live, struct gk_node *wanted,
	bool (*open)(struct gk_str))
{
	for (struct gk_node *l = gk_node_children(live), *next; l; l = next) {
		struct gk_node *w = gk_node_find(wanted, gk_node_key(l));
		bool same = !w || gk_node_equal(l, w);

		next = l->next;
		if (open && open(gk_node_key(l)))
			continue;
		if (w)
			hide(a, wanted, w, same ? "***" : "*** (after)");
		hide(a, live, l, same ? "***" : "*** (before)");
	}
	for (struct gk_node *w = gk_node_children(wanted), *next; w; w = next) {
		next = w->next;
		if (!gk_node_find(live, gk_node_key(w)) && !(open && open(gk_node_key(w))))
			hide(a, wanted, w, "***");
	}
}

static bool is_secret(const struct gk_node *object)
{
	return gk_str_is(gk_node_text(gk_node_get(object, "kind")), "Secret") &&
	       gk_str_is(gk_node_text(gk_node_get(object, "apiVersion")), "v1");
}

/* The member as a map; a Secret whose data is no map shows nothing of it at all. */
static struct gk_node *map_or_mark(struct gk_arena *a, struct gk_node *object, const char *name)
{
	struct gk_node *m = gk_node_get(object, name);

	if (!m || m->type == GK_OBJECT)
		return m;
	hide(a, object, m, "***");
	return NULL;
}

void gk_delta_mask(struct gk_arena *a, struct gk_node *live, struct gk_node *wanted)
{
	static const char *const fields[] = {"data", "stringData"};

	if (!is_secret(live) && !is_secret(wanted))
		return;
	for (size_t i = 0; i < GK_COUNT(fields); i++)
		mask_map(a, map_or_mark(a, live, fields[i]), map_or_mark(a, wanted, fields[i]),
			NULL);
	mask_map(a, gk_node_path(live, "metadata", "annotations", NULL),
		gk_node_path(wanted, "metadata", "annotations", NULL), is_open);
}
