/*
 * What the author wrote on an object about how it is to be synced: phase, wave, hook,
 * dependencies, options.  Argo CD's annotations are read, Helm's hooks are translated, and
 * gk's own annotation GK_PREFIX/depends-on stands beside cli-utils'.
 */
#ifndef GK_SYNC_MARKS_H
#define GK_SYNC_MARKS_H

#include "base/err.h"
#include "doc/object.h"

enum gk_phase {
	GK_PHASE_PRE_SYNC,
	GK_PHASE_SYNC,
	GK_PHASE_POST_SYNC,
	GK_PHASE_SYNC_FAIL, /* only after a failure */
	GK_PHASES
};
const char *gk_phase_name(enum gk_phase p); /* "PreSync", ... */

enum gk_hook_delete { GK_HOOK_BEFORE_CREATION = 1, GK_HOOK_SUCCEEDED = 2, GK_HOOK_FAILED = 4 };

struct gk_marks {
	bool hook;       /* runs to completion; not a member, not pruned */
	bool skip;       /* never applied: hook Skip, PreDelete, or a test */
	unsigned phases; /* bit n = gk_phase n; objects that are no hooks: Sync */
	unsigned delete_policy;
	int64_t wave;
	bool keep;             /* never pruned: Prune=false and the like */
	struct gk_str kept_by; /* the annotation that says so */
	bool validate_off;     /* sync option Validate=false */
	struct gk_str depends; /* the depends-on list, or empty */
	bool ignore_health;
};
void gk_marks_of(const struct gk_node *object, struct gk_marks *ret);

/*
 * Take the next reference off a depends-on list: GROUP/namespaces/NS/KIND/NAME or
 * GROUP/KIND/NAME (core: empty group), separated by commas.  *ret_more false at the end;
 * GK_EINPUT for another form.
 */
GK_NODISCARD int gk_marks_depends_next(
	struct gk_str *list, struct gk_ref *ret, bool *ret_more, struct gk_err *err);

#endif
