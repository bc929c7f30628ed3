/* What all reports share: forms, and how an object is named in each. */
#ifndef GK_REPORT_COMMON_H
#define GK_REPORT_COMMON_H

#include "base/buf.h"
#include "doc/object.h"

enum gk_report_form {
	GK_REPORT_TEXT,
	GK_REPORT_JSON,   /* one document at the end */
	GK_REPORT_NDJSON, /* one record a line as things happen; the last has type end */
	GK_REPORT_NAME
};
/* GK_EUSAGE for an unknown name. */
GK_NODISCARD int gk_report_form_parse(
	const char *name, enum gk_report_form *ret, struct gk_err *err);

/* "apps/v1 Deployment prod/web", escaped: the lines of text reports. */
void gk_report_put_object(struct gk_buf *b, const struct gk_ref *r);
/* "deployment.apps/web", escaped: -o name. */
void gk_report_put_name(struct gk_buf *b, const struct gk_ref *r);

/* Set group, version, kind, namespace and name of a record. */
void gk_report_set_ref(struct gk_arena *a, struct gk_node *record, const struct gk_ref *r);
/* Set a text member unless it is empty or NULL. */
void gk_report_set_text(
	struct gk_arena *a, struct gk_node *record, const char *key, const char *text);
void gk_report_set_count(struct gk_arena *a, struct gk_node *record, const char *key, size_t n);

#endif
