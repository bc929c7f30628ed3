/*
 * The diff report: what differs between a desired set and a cluster, in every form from the
 * same records.
 */
#ifndef GK_REPORT_DIFF_H
#define GK_REPORT_DIFF_H

#include "base/out.h"
#include "report/common.h"

enum gk_diff_op { GK_DIFF_NONE, GK_DIFF_ADD, GK_DIFF_CHANGE, GK_DIFF_REMOVE };

struct gk_diff_field {
	const char *op;      /* "add", "change", "remove" */
	const char *pointer; /* JSON pointer */
	const char *path;    /* ".spec.containers[name=web].image" */
	const struct gk_node *live, *desired;
	struct gk_str manager, operation, subresource, time; /* of the live value; may be empty */
};

struct gk_diff_item {
	enum gk_diff_op op;
	struct gk_ref ref;
	bool drift;                          /* others changed what was applied */
	bool unmanaged;                      /* it exists, and was never applied by us */
	const struct gk_node *live, *wanted; /* masked and stripped; NULL = absent */
	const struct gk_diff_field *field;
	size_t nfields;
	const char *note;  /* how sure this is, or NULL */
	struct gk_pos pos; /* of the desired object */
};

struct gk_diff_totals {
	size_t add, change, destroy, unchanged, drifted;
};

struct gk_diff_report {
	enum gk_report_form form;
	bool colour;
	bool blame;          /* text: name the manager of each field, also where it is ours */
	struct gk_out *out;  /* borrowed */
	const char *program; /* "gk-diff 0.1.0" */
	struct gk_arena arena;
	struct gk_node *items; /* json: the document's items */
	struct gk_diff_totals totals;
};

/* In the order in which they are to appear; counts them.  GK_EINPUT when YAML cannot carry it. */
GK_NODISCARD int gk_diff_report_item(
	struct gk_diff_report *r, const struct gk_diff_item *item, struct gk_err *err);
/*
 * Close: the document, the end record, or the summary line
 * "Plan: 1 to add, 2 to change, 0 to destroy. 31 unchanged, 2 drifted." (nothing when there
 * is no difference: then gk_diff_report_none says what to tell on stderr).
 */
void gk_diff_report_end(struct gk_diff_report *r, int exit_code);
void gk_diff_report_done(struct gk_diff_report *r);
/* "No changes. 34 objects match." */
void gk_diff_report_none(const struct gk_diff_report *r, struct gk_buf *b);
bool gk_diff_report_differs(const struct gk_diff_report *r);

#endif
