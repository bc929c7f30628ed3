/* Inside lib/secret: the conditions of property paths, "#(name==\"x\")". */
#ifndef GK_SECRET_PATH_QUERY_H
#define GK_SECRET_PATH_QUERY_H

#include "base/err.h"
#include "base/mem.h"
#include "secret/raw.h"

struct gk_query {
	struct gk_str path;  /* into the element; {NULL, 0} = the element itself */
	struct gk_str op;    /* "" = it exists */
	struct gk_str value; /* unquoted */
	bool all;            /* `#` behind the parenthesis */
};

/* The path begins with "#("; *ret_end is the offset behind the query. */
GK_NODISCARD int gk_query_parse(struct gk_arena *a, struct gk_str path, struct gk_query *ret,
	size_t *ret_end, struct gk_err *err);
GK_NODISCARD int gk_query_fits(struct gk_arena *a, const struct gk_query *q,
	const struct gk_raw *element, bool *ret, struct gk_err *err);

#endif
