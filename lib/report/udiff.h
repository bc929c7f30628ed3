/*
 * Unified differences of two YAML texts, in git's form, so that delta, colordiff, editors and
 * ```diff blocks understand them:
 *
 *	--- live/apps/Deployment/prod/web
 *	+++ git/apps/Deployment/prod/web
 *	@@ -7,7 +7,7 @@ spec.template.spec
 *
 * What stands behind the second @@ is the YAML path around the first changed line.
 */
#ifndef GK_REPORT_UDIFF_H
#define GK_REPORT_UDIFF_H

#include "base/buf.h"

struct gk_udiff {
	const char *old_label, *new_label;
	unsigned context; /* lines around a change */
	bool colour;
};
/*
 * Append the difference to out; false (and nothing appended) when the texts are equal.  Text
 * is escaped as foreign.  Cost: O(lines x changes), cut off beyond 1,000 changes, where the
 * whole middle part counts as replaced.
 */
bool gk_udiff(struct gk_buf *out, struct gk_str old_text, struct gk_str new_text,
	const struct gk_udiff *opt);

#endif
