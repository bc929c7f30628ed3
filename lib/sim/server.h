/*
 * The transport: HTTP/1.1 over TLS on a loopback port, by libmicrohttpd, driven by the
 * loop (no thread of its own).  Two servers run in one process, one for each API.
 *
 * Why one thread: every write changes one table and tells every watcher, so a lock
 * would be held nearly always; a loop needs none, hundreds of idle watches cost a
 * descriptor each, and a request takes well under a millisecond.
 */
#ifndef GK_SIM_SERVER_H
#define GK_SIM_SERVER_H

#include "base/err.h"
#include "sim/http.h"

struct gk_sim_server; /* opaque */

struct gk_sim_server_options {
	uint16_t port; /* 0 = any */
	bool aws;
	const char *cert_pem, *key_pem;
	const char *client_ca_pem; /* ask clients for certificates of this CA; NULL = do not */
	/* Called with the whole request; leaves the answer in it. */
	void (*handle)(struct gk_sim_req *r);
	struct gk_sim *sim;
};

/* GK_EIO when the port cannot be had. */
GK_NODISCARD int gk_sim_server_start(
	const struct gk_sim_server_options *opt, struct gk_sim_server **ret, struct gk_err *err);
void gk_sim_server_stop(struct gk_sim_server *s); /* ends all streams; NULL is a no-op */
uint16_t gk_sim_server_port(const struct gk_sim_server *s);
/* Do what is due; returns the longest wait in ms, -1 for any. */
int64_t gk_sim_server_run(struct gk_sim_server *s);
/* Close the port for a while: connects are refused. */
void gk_sim_server_refuse(struct gk_sim_server *s, int64_t ms);

#endif
