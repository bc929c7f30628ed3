/* Columns of the tables that kubectl prints (columns.tbl). */
#ifndef GK_SIM_TABLE_H
#define GK_SIM_TABLE_H

#include "base/buf.h"
#include "doc/node.h"

struct gk_sim_column {
	const char *kind, *name; /* _ in a name is a blank */
	const char *type;
	bool wide;
	const char *from;
};
extern const struct gk_sim_column gk_sim_columns[];
extern const size_t gk_sim_columns_count;

/* Append the cell as JSON. */
void gk_sim_cell(struct gk_buf *b, const struct gk_sim_column *c, const struct gk_node *object);
/* ".spec.a[0].b" and ".status.conditions[?(@.type=="Ready")].status"; NULL when absent. */
const struct gk_node *gk_sim_json_path(const struct gk_node *object, struct gk_str path);
/* "5m", "3d4h": how long ago, as kubectl writes it. */
void gk_sim_put_age(struct gk_buf *b, struct gk_str rfc3339);

#endif
