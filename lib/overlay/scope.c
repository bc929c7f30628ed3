#include "base/buf.h"
#include "doc/node.h"
#include "overlay/scope.h"
#include "schema/kinds.h"
#include "schema/merge.h"

static void put_key(
	struct gk_buf *b, struct gk_str group, struct gk_str version, struct gk_str kind)
{
	gk_buf_printf(b, "%.*s/%.*s/%.*s", GK_SARG(group), GK_SARG(version), GK_SARG(kind));
}

/* The kinds of the built-in document, whose scopes are known. */
static bool by_heart(struct gk_str group, struct gk_str version, struct gk_str kind)
{
	struct gk_merge_schema builtin = gk_merge_schema_builtin();

	return gk_merge_root(&builtin, group, version, kind);
}

/* One path with one kind: namespaced is the stronger word, whatever the order. */
static void declare(
	struct gk_scopes *s, struct gk_arena *a, struct gk_str path, const struct gk_node *type)
{
	struct gk_str group = gk_node_text(gk_node_get(type, "group"));
	struct gk_str version = gk_node_text(gk_node_get(type, "version"));
	struct gk_str kind = gk_node_text(gk_node_get(type, "kind"));
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	bool **namespaced;
	struct gk_str key;

	if (by_heart(group, version, kind))
		return;
	put_key(&b, group, version, kind);
	key = gk_str_c(gk_arena_memdup0(a, b.p, b.n));
	namespaced = (bool **)gk_map_at(&s->kinds, key);
	if (!*namespaced)
		*namespaced = gk_arena_zalloc(a, sizeof **namespaced);
	**namespaced |= gk_str_has(path, GK_STR("namespaces/{namespace}"));
}

void gk_scopes_declare(struct gk_scopes *s, struct gk_arena *a, const struct gk_node *paths)
{
	s->declared = true;
	gk_node_foreach (item, paths) {
		const struct gk_node *get = gk_node_get(item, "get");
		const struct gk_node *type = gk_node_get(get, "x-kubernetes-group-version-kind");

		if (gk_str_starts(gk_node_key(item), GK_STR("/")) && gk_node_is(type, GK_OBJECT))
			declare(s, a, gk_node_key(item), type);
	}
}

bool gk_scopes_cluster(
	const struct gk_scopes *s, struct gk_str group, struct gk_str version, struct gk_str kind)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	const bool *namespaced;

	if (gk_kind_cluster_scoped(group, version, kind))
		return true;
	if (!s || !s->kinds.n)
		return false;
	put_key(&b, group, version, kind);
	namespaced = gk_map_find(&s->kinds, gk_buf_str(&b));
	return namespaced && !*namespaced;
}

void gk_scopes_done(struct gk_scopes *s)
{
	gk_map_done(&s->kinds);
}
