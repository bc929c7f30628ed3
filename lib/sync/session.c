/* Opening a connection to a cluster. */
#include "sync/session.h"

int gk_session_open(struct gk_session *s, const struct gk_session_options *opt, struct gk_err *err)
{
	struct gk_kube_env env;
	struct gk_http_options http = {.limits = opt->limits,
		.verbose = opt->verbose,
		.log = opt->log,
		.log_ctx = opt->log_ctx};
	struct gk_kube_options kube = {.cfg = &s->cfg,
		.limits = opt->limits,
		.warnings = opt->diags,
		.manager = opt->manager,
		.stdin_used = opt->stdin_used};

	s->limits = opt->limits;
	s->diags = opt->diags;
	gk_kube_env_get(&env);
	if (gk_kube_config_load(
		    opt->cluster, opt->namespace, &env, opt->limits, &s->cfg, opt->diags, err))
		return -1;
	gk_http_user_agent(&s->agent, opt->program);
	http.user_agent = gk_buf_cstr(&s->agent);
	if (gk_http_new(&http, &s->http, err))
		return -1;
	kube.http = s->http;
	if (gk_kube_new(&kube, &s->kube, err))
		return -1;
	return gk_discovery_load(s->kube, &s->disc, err);
}

void gk_session_close(struct gk_session *s)
{
	gk_discovery_free(s->disc);
	gk_kube_free(s->kube);
	gk_http_free(s->http);
	gk_kube_config_done(&s->cfg);
	gk_buf_done(&s->agent);
	*s = (struct gk_session)GK_SESSION_INIT;
}

int gk_session_core(struct gk_session *s, const char *group, const char *version, const char *kind,
	const struct gk_kube_resource **ret, struct gk_err *err)
{
	*ret = gk_discovery_find(s->disc, gk_str_c(group), gk_str_c(version), gk_str_c(kind));
	if (*ret)
		return 0;
	return gk_fail(err, GK_EREMOTE, "kube.kind", "the server does not serve %s%s%s %s", group,
		*group ? "/" : "", version, kind);
}

int gk_session_cluster(
	struct gk_session *s, struct gk_arena *a, struct gk_str *ret, struct gk_err *err)
{
	const struct gk_kube_resource *res;
	struct gk_kube_reply reply = GK_KUBE_REPLY_INIT;
	struct gk_kube_call call;
	struct gk_str uid;
	int rc;

	if (gk_session_core(s, "", "v1", "Namespace", &res, err))
		return -1;
	call = gk_kube_get(res, GK_STR_NULL, GK_STR("kube-system"));
	call.metadata_only = true;
	rc = gk_kube_do(s->kube, &call, &reply, err);
	if (!rc) {
		uid = gk_kube_uid(reply.doc.root);
		*ret = (struct gk_str){gk_arena_memdup0(a, uid.p, uid.n), uid.n};
	}
	gk_kube_reply_done(&reply);
	return rc;
}
