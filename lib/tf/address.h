/*
 * Addresses of Terraform objects:
 *
 *	module.a["k"].module.b[0].data.aws_ami.web["x"]   then, for get: .attribute[0].name
 *
 * Identifiers are letters, digits, `_` and `-`, not starting with a digit or `-`.  Quoted
 * keys use HCL's escapes (\n, \r, \t, \", \\, four digits after \u, eight after \U, $${ and %%{).
 */
#ifndef GK_TF_ADDRESS_H
#define GK_TF_ADDRESS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

enum gk_tf_key_kind { GK_TF_NO_KEY, GK_TF_INT_KEY, GK_TF_STR_KEY };

struct gk_tf_key {
	enum gk_tf_key_kind kind;
	int64_t n;
	struct gk_str s;
};

struct gk_tf_step { /* one `module.NAME[KEY]` */
	struct gk_str name;
	struct gk_tf_key key;
};

struct gk_tf_address {
	struct gk_tf_step *steps;
	size_t nsteps;
	bool data;                /* `data.` stood before the type */
	struct gk_str type, name; /* empty: the address names a module only */
	struct gk_tf_key key;
};

/* Parse all of text; module-only addresses are allowed.  Memory from a. */
GK_NODISCARD int gk_tf_address_parse(
	struct gk_arena *a, struct gk_str text, struct gk_tf_address *ret, struct gk_err *err);
/* The same for the longest address at the start of text; *ret_rest is what follows. */
GK_NODISCARD int gk_tf_address_parse_prefix(struct gk_arena *a, struct gk_str text,
	struct gk_tf_address *ret, struct gk_str *ret_rest, struct gk_err *err);
/* One `.name` or `[key]` of an attribute path at the start of *path, which it advances. */
GK_NODISCARD int gk_tf_path_step(
	struct gk_arena *a, struct gk_str *path, struct gk_tf_key *ret, struct gk_err *err);

void gk_tf_address_print(struct gk_buf *b, const struct gk_tf_address *a);
void gk_tf_key_print(struct gk_buf *b, const struct gk_tf_key *key); /* `[0]`, `["x"]` or nothing */

/* Order of `terraform state list`: module depth, steps, data first, type, name, key. */
int gk_tf_address_cmp(const struct gk_tf_address *a, const struct gk_tf_address *b);
/* `pattern` without a key (or naming a module) covers all of its instances. */
bool gk_tf_address_covers(const struct gk_tf_address *pattern, const struct gk_tf_address *a);

#endif
