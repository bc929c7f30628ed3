/*
 * The proof that applying an object again would change nothing, from the live object alone.
 *
 * Re-applying O with manager M leaves L as it is if M has exactly one Apply entry in L's
 * managedFields, of O's apiVersion, and
 *	- every field that the entry owns is in O, with L's value;
 *	- every field of O is owned by the entry (nothing is new);
 *	- the elements of O's lists stand in L in the same relative order.
 * Then the merged object equals L, and the server does not write.  Elements of lists are
 * matched by the keys found in the entry; values that the entry owns as a whole are compared
 * as a whole.  Anything unclear is no proof: a false "same" would hide a drift, a false
 * "suspect" costs one request.
 */
#ifndef GK_SYNC_PROOF_H
#define GK_SYNC_PROOF_H

#include "doc/node.h"

/*
 * desired: cleaned (sync/desired.h).  *ret_why (may be NULL) becomes, without a proof, a short
 * reason with the field's path, in the arena; no values.
 */
bool gk_proof_same(struct gk_arena *a, const struct gk_node *desired, const struct gk_node *live,
	const char *manager, const char **ret_why);

#endif
