/* Reading and writing a set's parent object (sync/inventory.h) in a cluster. */
#ifndef GK_SYNC_PARENT_H
#define GK_SYNC_PARENT_H

#include "sync/inventory.h"
#include "sync/session.h"

/* Read the parent; an inventory that does not exist yet is empty (inv->exists false). */
GK_NODISCARD int gk_parent_read(struct gk_session *s, const struct gk_set_id *id,
	struct gk_inventory *inv, struct gk_err *err);
/* Apply the parent (manager gk-applyset); blocking. */
GK_NODISCARD int gk_parent_write(struct gk_session *s, const struct gk_set_id *id,
	const struct gk_inventory *inv, struct gk_err *err);
/* The same without waiting: done as of gk_kube_submit. */
GK_NODISCARD int gk_parent_submit(struct gk_session *s, const struct gk_set_id *id,
	const struct gk_inventory *inv, gk_kube_done_fn done, void *ctx, struct gk_err *err);

#endif
