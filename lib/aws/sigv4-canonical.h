/* Inside lib/aws: the canonical forms that a signature is made over. */
#ifndef GK_AWS_SIGV4_CANONICAL_H
#define GK_AWS_SIGV4_CANONICAL_H

#include "base/buf.h"
#include "aws/sigv4.h"

/* "/a/../b c" -> "/b%20c"; S3 paths as they are. */
void gk_sigv4__path(struct gk_buf *b, struct gk_str wire, unsigned flags);

/* Parameters decoded, encoded again, sorted by name, then by value. */
void gk_sigv4__query(struct gk_arena *a, struct gk_buf *b, struct gk_str wire);

/*
 * Appends "name:value\n" for each signed header to `lines` and "a;b;c" to `names`: lower-case
 * names, values with single blanks, equal names joined in order of arrival.
 */
void gk_sigv4__headers(struct gk_arena *a, const struct gk_sigv4_header *headers, size_t n,
	struct gk_buf *lines, struct gk_buf *names);

#endif
