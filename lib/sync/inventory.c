/* The inventory in memory. */
#include "sync/inventory.h"

static struct gk_str copy(struct gk_arena *a, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(a, s.p ? s.p : "", s.n), s.n};
}

static struct gk_ref copy_ref(struct gk_arena *a, const struct gk_ref *r)
{
	return (struct gk_ref){copy(a, r->group), copy(a, r->version), copy(a, r->kind),
		copy(a, r->ns), copy(a, r->name)};
}

struct gk_inv_entry *gk_inventory_find(const struct gk_inventory *inv, const struct gk_ref *ref)
{
	struct gk_arena scratch = GK_ARENA_INIT;
	uintptr_t at = (uintptr_t)gk_map_find(&inv->index, gk_ref_key(&scratch, ref));

	gk_arena_done(&scratch);
	return at ? &inv->entry.v[at - 1] : NULL;
}

struct gk_inv_entry *gk_inventory_put(
	struct gk_inventory *inv, const struct gk_ref *ref, struct gk_str uid, int64_t generation)
{
	struct gk_inv_entry *e = gk_inventory_find(inv, ref);

	if (!e) {
		struct gk_inv_entry fresh = {.ref = copy_ref(&inv->arena, ref)};

		gk_vec_push(&inv->entry, fresh);
		gk_map_put(
			&inv->index, gk_ref_key(&inv->arena, ref), (void *)(uintptr_t)inv->entry.n);
		e = &inv->entry.v[inv->entry.n - 1];
	}
	if (!gk_str_eq(e->ref.version, ref->version))
		e->ref.version = copy(&inv->arena, ref->version);
	if (uid.n && !gk_str_eq(e->uid, uid))
		e->uid = copy(&inv->arena, uid);
	if (generation)
		e->generation = generation;
	return e;
}

void gk_inventory_del(struct gk_inventory *inv, const struct gk_ref *ref)
{
	struct gk_inv_entry *e = gk_inventory_find(inv, ref);
	struct gk_arena scratch = GK_ARENA_INIT;
	size_t at;

	if (!e)
		return;
	/* The last entry takes its place: what is written is sorted anyway. */
	at = (size_t)(e - inv->entry.v);
	gk_map_del(&inv->index, gk_ref_key(&scratch, ref));
	*e = inv->entry.v[--inv->entry.n];
	if (at < inv->entry.n)
		gk_map_put(
			&inv->index, gk_ref_key(&inv->arena, &e->ref), (void *)(uintptr_t)(at + 1));
	gk_arena_done(&scratch);
}

const struct gk_inv_hook *gk_inventory_hook(
	const struct gk_inventory *inv, const struct gk_ref *ref)
{
	for (size_t i = 0; i < inv->hook.n; i++)
		if (gk_ref_equal(&inv->hook.v[i].ref, ref))
			return &inv->hook.v[i];
	return NULL;
}

void gk_inventory_put_hook(
	struct gk_inventory *inv, const struct gk_ref *ref, struct gk_str hash, const char *result)
{
	struct gk_inv_hook fresh = {copy_ref(&inv->arena, ref), copy(&inv->arena, hash),
		gk_str_c(gk_arena_strdup(&inv->arena, result))};

	for (size_t i = 0; i < inv->hook.n; i++)
		if (gk_ref_equal(&inv->hook.v[i].ref, ref)) {
			inv->hook.v[i] = fresh;
			return;
		}
	gk_vec_push(&inv->hook, fresh);
}

void gk_inventory_done(struct gk_inventory *inv)
{
	gk_vec_done(&inv->entry);
	gk_vec_done(&inv->hook);
	gk_map_done(&inv->index);
	gk_arena_done(&inv->arena);
	*inv = (struct gk_inventory)GK_INVENTORY_INIT;
}
