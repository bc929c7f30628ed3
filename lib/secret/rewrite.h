/* Rewriting the keys of fetched data (dataFrom[].rewrite). */
#ifndef GK_SECRET_REWRITE_H
#define GK_SECRET_REWRITE_H

#include "secret/data.h"
#include "secret/external.h"

/*
 * Apply one operation: *data is replaced.  Keys that become empty are dropped, two that become
 * equal are an error (the operator lets chance decide).  GK_EINPUT secrets.rewrite.
 */
GK_NODISCARD int gk_secret_rewrite(
	struct gk_data *data, const struct gk_es_rewrite *how, struct gk_err *err);

#endif
