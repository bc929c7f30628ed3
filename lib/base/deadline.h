/* An end for programs whose library calls cannot be told to stop waiting. */
#ifndef GK_BASE_DEADLINE_H
#define GK_BASE_DEADLINE_H

#include "base/base.h"

/*
 * When that time is over, say so on standard error in the name of the program, and end with
 * the exit code of GK_ETIMEOUT.  Memory is not released and nothing is flushed: what the
 * program writes meanwhile must stand being cut.  Once a process.
 */
void gk_deadline_start(const char *program, uint64_t seconds);

#endif
