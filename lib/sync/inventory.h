/*
 * Membership of a set: an ApplySet parent (KEP-3659, so that kubectl sees the same members)
 * that also holds an exact inventory.
 *
 * The parent is ConfigMap gk-<set>.  Its labels and annotations are the ApplySet's; its data:
 *
 *	objects   one section a kind and namespace, one line an object:
 *			[apps/v1 Deployment prod]
 *			web 0f3c8a5e-5b0e-4c55-9d0a-6b0d9a1f2b3c 4
 *		  name, UID (- = not known yet), generation that was applied
 *	hooks     API-VERSION KIND NAMESPACE NAME HASH RESULT, one line a hook that has ended
 *	run       KEY VALUE lines: format, cluster, source, revision, state
 *
 * An object is in the inventory before it is first written, and leaves it only when it is
 * known to be gone: a run that dies at any point leaves a parent from which the next one
 * finishes the work.
 */
#ifndef GK_SYNC_INVENTORY_H
#define GK_SYNC_INVENTORY_H

#include "base/map.h"
#include "base/vec.h"
#include "doc/object.h"

struct gk_inv_entry {
	struct gk_ref ref; /* version: as applied */
	struct gk_str uid; /* empty = not known yet */
	int64_t generation;
};

struct gk_inv_hook {
	struct gk_ref ref;
	struct gk_str hash;
	struct gk_str result; /* "Succeeded" or "Failed" */
};

struct gk_inventory {
	struct gk_arena arena;
	GK_VEC(struct gk_inv_entry) entry;
	GK_VEC(struct gk_inv_hook) hook;
	struct gk_map index;   /* ref key -> position in entry + 1 */
	struct gk_str cluster; /* UID of namespace kube-system */
	struct gk_str source;  /* what the set was rendered from */
	struct gk_str revision;
	struct gk_str state;        /* "applied", or where the last run stands: "wave 0" */
	bool exists;                /* read from a parent */
	struct gk_str uid, version; /* of the parent */
};
#define GK_INVENTORY_INIT                                                                          \
	{                                                                                          \
		.exists = false                                                                    \
	}
void gk_inventory_done(struct gk_inventory *inv);

/* Add, or update what is there (an empty uid does not replace one). Texts are copied. */
struct gk_inv_entry *gk_inventory_put(
	struct gk_inventory *inv, const struct gk_ref *ref, struct gk_str uid, int64_t generation);
struct gk_inv_entry *gk_inventory_find(const struct gk_inventory *inv, const struct gk_ref *ref);
/* Take an object out. */
void gk_inventory_del(struct gk_inventory *inv, const struct gk_ref *ref);
const struct gk_inv_hook *gk_inventory_hook(
	const struct gk_inventory *inv, const struct gk_ref *ref);
void gk_inventory_put_hook(
	struct gk_inventory *inv, const struct gk_ref *ref, struct gk_str hash, const char *result);

/* Which parent: names a set in a cluster. */
struct gk_set_id {
	const char *name; /* of the set */
	const char *ns;   /* of the parent */
	char id[64];      /* "applyset-...-v1" */
	char parent[64];  /* "gk-<name>" */
};
enum { GK_SET_NAME_MAX = 50 };
/* GK_EUSAGE set.name: names are DNS labels of at most GK_SET_NAME_MAX characters. */
GK_NODISCARD int gk_set_id_init(
	struct gk_set_id *s, const char *name, const char *ns, struct gk_err *err);
/* The ApplySet ID of any parent. */
void gk_applyset_id(struct gk_str name, struct gk_str ns, struct gk_str kind, struct gk_str group,
	char ret[64]);
/*
 * A set's name from the path that it was rendered from: its last two components, so that it
 * is the same from every working directory ("/src/overlays/prod" -> "overlays-prod").  NULL
 * when nothing usable is left ("." or "../..").  In a.
 */
const char *gk_set_name_from(struct gk_arena *a, struct gk_str path);
/*
 * The name of a set that was given none: from the path in the stream's trailer (`source`,
 * may be NULL), else from the one file or directory of -f ("app.yaml" -> "app"); else NULL.
 */
const char *gk_set_name_choose(
	struct gk_arena *a, const struct gk_node *source, const struct gk_strs *files);

/* The parent object to apply. */
struct gk_node *gk_inventory_encode(
	struct gk_arena *a, const struct gk_inventory *inv, const struct gk_set_id *id);
/*
 * Read a live parent.  GK_ECONFLICT set.tooling when another tool's ApplySet has that name,
 * GK_EINPUT set.inventory when its data cannot be read.
 */
GK_NODISCARD int gk_inventory_decode(struct gk_inventory *inv, const struct gk_node *parent,
	const struct gk_set_id *id, struct gk_err *err);

#define GK_APPLYSET "applyset.kubernetes.io/"

#endif
