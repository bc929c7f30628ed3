/*
 * Running a helper program that the operator named or allowed (an exec credential plugin, a
 * credential_process, a plugin of gk-render): no shell, bounded time and output, its whole
 * process group killed when it has ended, at a limit, and when a signal ends us (base/sig.h).
 *
 * The child has descriptors 0, 1 and 2 and no other, default signal actions, and our
 * environment with the additions of its caller.
 */
#ifndef GK_BASE_CHILD_H
#define GK_BASE_CHILD_H

#include "base/buf.h"
#include "base/err.h"

struct gk_child {
	const char *const
		*argv; /* NULL-terminated; argv[0] is looked up in PATH unless it has '/' */
	const char *const *env; /* "NAME=value" added to our environment, later ones win; or NULL */
	const char *dir;        /* where it runs; an argv[0] with '/' is looked up there; or NULL */
	struct gk_str input;    /* its standard input, from memory */
	/*
	 * It may talk to the person: standard input and error are ours, and it stays in our
	 * process group, so that the terminal is its.  `input` is not used then.
	 */
	bool interactive;
	int64_t timeout_ms; /* 0 = none */
	size_t out_max;     /* bytes of standard output */
	size_t err_max;     /* bytes of standard error that are kept; the rest is dropped */
};

struct gk_child_result {
	struct gk_buf out; /* secret */
	struct gk_buf err; /* empty when interactive */
	int exit_code;     /* 0..255 */
	int signal;        /* that killed it, or 0 */
};

/*
 * Run to its end.  0 whenever it ran and ended by itself, whatever its exit code.  What it
 * left behind in its process group is killed; what a daemon with a group of its own still
 * writes is not waited for.  GK_ENOTFOUND child.not-found;
 * GK_ETIMEOUT child.timeout; GK_ELIMIT for too much output; GK_ECANCELLED child.cancelled by
 * a signal to us; GK_EIO.  *ret is to be released in every case.
 */
GK_NODISCARD int gk_child_run(
	const struct gk_child *c, struct gk_child_result *ret, struct gk_err *err);
void gk_child_result_done(struct gk_child_result *r);

#endif
