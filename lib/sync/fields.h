/*
 * Field ownership as the API server keeps it (metadata.managedFields, FieldsV1): who owns
 * which field of a live object, and which element of a list a key stands for.
 */
#ifndef GK_SYNC_FIELDS_H
#define GK_SYNC_FIELDS_H

#include "doc/node.h"

/* fieldsV1 of the entry (manager, operation Apply, no subresource), or NULL; *ret_count of them. */
const struct gk_node *gk_fields_applied(const struct gk_node *live, const char *manager,
	struct gk_str api_version, size_t *ret_count);

/*
 * The keys of a FieldsV1 object: "f:name", "k:{...}", "v:...", "i:3" or ".".  For k: and v:
 * the value is parsed into the arena; GK_FIELD_OTHER when it cannot be read.
 */
enum gk_field_kind { GK_FIELD_SELF, GK_FIELD_NAME, GK_FIELD_KEY, GK_FIELD_VALUE, GK_FIELD_OTHER };
struct gk_field {
	enum gk_field_kind kind;
	struct gk_str name;         /* of GK_FIELD_NAME */
	const struct gk_node *item; /* of GK_FIELD_KEY (an object) and GK_FIELD_VALUE */
};
struct gk_field gk_field_parse(struct gk_arena *a, const struct gk_node *member);

/* The element of a list is the one that a k: or v: key stands for. */
bool gk_field_matches(const struct gk_node *element, const struct gk_field *f);
/*
 * The element of the list that the key stands for, with its index; NULL when absent.  A
 * member of the key that the element lacks matches what the server fills in (protocol: TCP).
 */
const struct gk_node *gk_field_element(
	const struct gk_node *list, const struct gk_field *f, size_t *ret_index);

/* Who owns a field. */
struct gk_owner {
	struct gk_str manager, operation, subresource, time; /* views into live; empty = nobody */
};
/*
 * The newest owner of the field that `step` leads to: names as they are, list elements as
 * their node in `live` (so that keys can be compared).  `not_manager` is left out (may be
 * NULL).  An owner of the whole (an atomic value above) counts.
 */
struct gk_step {
	struct gk_str name;         /* of a member, or empty: */
	const struct gk_node *item; /* an element of a list */
};
struct gk_owner gk_fields_owner(struct gk_arena *a, const struct gk_node *live,
	const struct gk_step *step, size_t nsteps, const char *not_manager);

#endif
