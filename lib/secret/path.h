/*
 * Paths into JSON payloads, in the syntax of ExternalSecret's `property` (gjson): members and
 * indices joined by dots, `\` before special characters, `*` and `?` in names, `#` (length),
 * `#.a` (one value of each), `#(a=="x")` (first that fits), `#(a=="x")#` (all that fit) with
 * = == != < <= > >= % !%.  What gjson has beyond that (modifiers, multipaths, literals, pipes)
 * is an error, never an empty answer.
 */
#ifndef GK_SECRET_PATH_H
#define GK_SECRET_PATH_H

#include "base/err.h"
#include "base/mem.h"
#include "secret/raw.h"

/*
 * Follow the path; a path with dots is tried as one member name first.  Answers that are made
 * (lengths, lists) live in a.  GK_EINPUT secrets.path for a construct that is not supported.
 */
GK_NODISCARD int gk_secret_path(struct gk_arena *a, const struct gk_raw *json, struct gk_str path,
	bool *ret_found, struct gk_raw *ret, struct gk_err *err);

/* Whether text fits a pattern with `*`, `?` and `\`. */
bool gk_secret_glob(struct gk_str text, struct gk_str pattern);

#endif
