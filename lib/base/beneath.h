/*
 * Opening what lies beneath a directory, and nothing else: neither "..", nor an absolute
 * path, nor a symbolic link, nor a name that is swapped between check and open leads out.
 */
#ifndef GK_BASE_BENEATH_H
#define GK_BASE_BENEATH_H

#include <stdbool.h>

/*
 * Open path (relative to the directory `root`; "" is root itself) for reading, without
 * waiting for a FIFO.  Links are followed as long as they stay beneath root, 40 of them at
 * most.  The descriptor, or -1 with errno: EXDEV when the path leaves root, ELOOP for too
 * many links, else what open(2) says.  *ret_straight (or NULL): no link was met, so that a
 * path without "." and ".." is where the file lies; false when that is not known.
 *
 * Linux does this with openat2; where the kernel or a sandbox does not let us have that,
 * gk_beneath_walk does the same component by component.
 */
int gk_beneath_open(int root, const char *path, bool *ret_straight);
int gk_beneath_walk(int root, const char *path);

#endif
