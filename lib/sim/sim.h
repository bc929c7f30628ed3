/*
 * A rehearsal server: the Kubernetes API and the AWS endpoints that gk uses, in one
 * process on the loopback interface.
 */
#ifndef GK_SIM_SIM_H
#define GK_SIM_SIM_H

#include "base/err.h"

struct gk_sim; /* opaque */

struct gk_sim_options {
	const char *dir;    /* of ca.crt, kubeconfig and aws.env; made when missing */
	const char *seed;   /* file with AWS secrets, parameters and roles, or NULL */
	const char *faults; /* file of fault rules, or NULL */
	const char *log;    /* file for the request log, or NULL */
	const char *rules;  /* file of access rules, or NULL = everyone may do everything */
	const char *issuer; /* of service account tokens; NULL = the address of the server */
	const char *region, *account;
	uint64_t port, aws_port; /* 0 = any */
	uint64_t history;        /* changes kept for watches a resource; 0 = 4096 */
	int64_t bookmark_ms;     /* between bookmarks; 0 = 60 s */
	int64_t crd_delay_ms;    /* between a definition and its resource being served */
	bool idle;               /* no controllers, as an API server on its own */
	bool keep;               /* load the objects from dir at the start, save at the end */
};

/* Make keys, open the ports, write the files into dir.  GK_EIO, GK_EINPUT (seed, faults). */
GK_NODISCARD int gk_sim_start(
	const struct gk_sim_options *opt, struct gk_sim **ret, struct gk_err *err);
/*
 * Serve until a signal comes (argv NULL) or until the command ends, whose exit code (128 +
 * n when killed by signal n) becomes *ret_exit.  The command gets KUBECONFIG, AWS_... and
 * GK_SIM_DIR in its environment.
 */
GK_NODISCARD int gk_sim_serve(
	struct gk_sim *s, char *const *argv, int *ret_exit, struct gk_err *err);
/* Save (with `keep`) and release; NULL is a no-op. */
GK_NODISCARD int gk_sim_stop(struct gk_sim *s, struct gk_err *err);

/* "https://127.0.0.1:PORT" of both APIs, and the file for KUBECONFIG. */
const char *gk_sim_kube_url(const struct gk_sim *s);
const char *gk_sim_aws_url(const struct gk_sim *s);
const char *gk_sim_kubeconfig(const struct gk_sim *s);

#endif
