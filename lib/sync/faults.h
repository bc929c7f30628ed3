/*
 * Several independent faults of one step: all but the last become diagnostics, the last is
 * the step's error, so that each is told once.
 */
#ifndef GK_SYNC_FAULTS_H
#define GK_SYNC_FAULTS_H

#include "base/diag.h"

struct gk_faults {
	struct gk_diags *diags; /* borrowed */
	size_t n;
	struct gk_err last;
};
#define GK_FAULTS_INIT(to)                                                                         \
	{                                                                                          \
		.diags = (to), .last = GK_ERR_INIT                                                 \
	}

static inline void gk_faults_add(struct gk_faults *f, const struct gk_err *err)
{
	if (f->n++)
		gk_diags_err(f->diags, &f->last);
	f->last = *err;
}

/* 0 without faults; else -1 with the last one in err. */
static inline int gk_faults_end(struct gk_faults *f, struct gk_err *err)
{
	if (!f->n)
		return 0;
	*err = f->last;
	return -1;
}

#endif
