/*
 * GK_TRACE=area[,area...][:file] writes JSON lines about what a program does: areas err,
 * http, auth, yaml, merge, plan, apply, health, all.  Off costs one load and a branch.
 * Callers never pass secret values; `secret` fields do not exist by design.
 */
#ifndef GK_BASE_TRACE_H
#define GK_BASE_TRACE_H

#include "base/base.h"

enum gk_trace_area {
	GK_TRACE_ERR = 1,
	GK_TRACE_HTTP = 2,
	GK_TRACE_AUTH = 4,
	GK_TRACE_YAML = 8,
	GK_TRACE_MERGE = 16,
	GK_TRACE_PLAN = 32,
	GK_TRACE_APPLY = 64,
	GK_TRACE_HEALTH = 128
};
extern unsigned gk_trace_on; /* set by gk_trace_init */
void gk_trace_init(void);    /* reads GK_TRACE; gk_main calls it */
void gk_trace_done(void);
#define gk_trace(area, ...)                                                                        \
	((gk_trace_on & (unsigned)(area)) ? gk_trace_emit((area), __FILE__, __LINE__, __VA_ARGS__) \
					  : (void)0)
void gk_trace_emit(enum gk_trace_area area, const char *file, int line, const char *fmt, ...)
	GK_PRINTF(4, 5);

#endif
