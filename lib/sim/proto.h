/*
 * Protobuf bodies, read only: typed Go clients (kubectl create, auth, delete) send them for
 * built-in kinds, whatever they take as an answer.
 */
#ifndef GK_SIM_PROTO_H
#define GK_SIM_PROTO_H

#include "doc/node.h"

/* A row of tags.tbl. */
struct gk_sim_tag {
	const char *message;
	int number;
	const char *field;
	const char *inlined;
};
extern const struct gk_sim_tag gk_sim_tags[];
extern const size_t gk_sim_tags_count;

/*
 * Decode a body ("k8s\0", then the envelope).  GK_EINPUT when it is none, or of a kind that
 * tags.tbl does not have.
 */
GK_NODISCARD int gk_sim_proto_read(
	struct gk_arena *a, struct gk_str body, struct gk_node **ret, struct gk_err *err);

#endif
