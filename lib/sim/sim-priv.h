/* The whole of one running simulator; private to lib/sim. */
#ifndef GK_SIM_PRIV_H
#define GK_SIM_PRIV_H

#include "sim/fault.h"
#include "sim/http.h"
#include "sim/log.h"
#include "sim/loop.h"
#include "sim/rules.h"
#include "sim/server.h"
#include "sim/sim.h"
#include "sim/store.h"
#include "sim/tls.h"

struct gk_sim_aws;
struct gk_sim_control;

struct gk_sim {
	struct gk_sim_options opt;
	struct gk_arena arena; /* as long as the process */
	struct gk_sim_loop loop;
	struct gk_sim_store store;
	struct gk_sim_pki pki;
	struct gk_sim_rsa *rsa; /* made on first use */
	struct gk_sim_faults faults;
	struct gk_sim_rules rules;
	struct gk_sim_log *log;
	struct gk_sim_stream *streams; /* that are open */
	struct gk_sim_server *kube_server, *aws_server;
	struct gk_sim_control *control;
	struct gk_sim_aws *aws;
	const char *admin_token; /* a bearer token of system:masters */
	const char *issuer;      /* of the service accounts' tokens */
	const char *kube_url, *aws_url, *kubeconfig;
	uint64_t requests;
	bool woken;         /* a stream has new bytes: look at the servers again before waiting */
	bool aws_trusts;    /* STS knows the keys of the service accounts */
	uint64_t discovery; /* counts changes of what is served, for ETags */
};

#endif
