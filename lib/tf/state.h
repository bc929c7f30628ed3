/*
 * A Terraform or OpenTofu state, format version 4, read as a stream: one resource at a
 * time is a tree, so that memory follows the largest resource and not the file.
 *
 * A state is a file of secrets.  Marks in it (output.sensitive, sensitive_attributes) are
 * kept, and so is every marked string of 8 or more characters: an equal string anywhere
 * else is a copy and just as secret (gk_tf_is_secret).
 *
 * Source of the behaviour: terraform reference sections 1, 4 and 9.  Where terraform is
 * silent and loses something (an empty file, an unparsable provider, a backend
 * configuration taken for a state), this reader reports it.
 */
#ifndef GK_TF_STATE_H
#define GK_TF_STATE_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/map.h"
#include "doc/json.h"
#include "tf/address.h"

struct gk_tf_instance {
	struct gk_tf_address address;
	struct gk_str provider; /* "registry.terraform.io/hashicorp/aws", empty when unparsable */
	struct gk_str deposed;  /* its key, or empty for the current object */
	bool tainted;
	struct gk_pos pos;
	struct gk_node *attributes; /* only when kept, else NULL */
	struct gk_node *sensitive;  /* sensitive_attributes, only when kept */
};

struct gk_tf_state {
	struct gk_arena arena; /* wipes */
	const char *source;
	uint64_t serial;
	struct gk_str terraform_version, lineage;
	struct gk_node *outputs; /* name -> {value, type, sensitive?}; an object, maybe empty */
	struct gk_node *checks;  /* check_results, or NULL */
	struct gk_tf_instance *instances; /* in the order of `terraform state list` */
	size_t n;
	struct gk_map addresses; /* address and deposed key of each instance */
	struct gk_map secrets;   /* marked strings */
};
#define GK_TF_STATE_INIT                                                                           \
	{                                                                                          \
		.arena = {.wipe = true }                                                           \
	}

struct gk_tf_read {
	const char *source; /* for messages */
	gk_fill_fn fill;    /* the bytes */
	void *ctx;
	const struct gk_limits *lim;
	const struct gk_tf_address *keep; /* keep the attributes of what this covers, or NULL */
	struct gk_diags *findings;        /* faults that terraform would pass over in silence */
};

/* GK_EINPUT (tf.*) when it is no readable version 4 state; positions are of the file. */
GK_NODISCARD int gk_tf_state_read(
	struct gk_tf_state *s, const struct gk_tf_read *how, struct gk_err *err);
void gk_tf_state_done(struct gk_tf_state *s);

/* A string of 8 or more characters that is marked somewhere in this state, or has one inside. */
bool gk_tf_is_secret(const struct gk_tf_state *s, const struct gk_node *value);
bool gk_tf_output_sensitive(const struct gk_node *output);

#endif
