/*
 * Files for a program that we start, which can read some of its input only from a file: in
 * one directory of our own (mode 0700, a name that nobody can foresee), gone with all that
 * the program left there when the run is over.
 */
#ifndef GK_BASE_SCRATCH_H
#define GK_BASE_SCRATCH_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct gk_scratch {
	char *dir; /* NULL until it is needed */
};

/* The directory, made on first use below TMPDIR or /tmp; GK_EIO. */
GK_NODISCARD int gk_scratch_dir(struct gk_scratch *s, const char **ret, struct gk_err *err);
/*
 * Write a file (0600) of that name, one that is there already anew.  name: no slash.
 * *ret_path lives in a.
 */
GK_NODISCARD int gk_scratch_file(struct gk_scratch *s, const char *name, struct gk_str text,
	struct gk_arena *a, const char **ret_path, struct gk_err *err);
/* Remove all of it, links never followed; may be used anew afterwards. */
void gk_scratch_done(struct gk_scratch *s);

#endif
