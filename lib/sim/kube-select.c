#include "sim/kube-select.h"

#include "base/num.h"
#include "sim/sim-priv.h"

/* Field labels beside metadata.name and metadata.namespace, per kind. */
static const struct {
	const char *plural, *fields;
} supported[] = {
	{"pods", "spec.nodeName,spec.restartPolicy,spec.schedulerName,spec.serviceAccountName,"
		 "spec.hostNetwork,status.phase,status.podIP,status.nominatedNodeName"},
	{"events", "involvedObject.kind,involvedObject.namespace,involvedObject.name,"
		   "involvedObject.uid,involvedObject.apiVersion,involvedObject.resourceVersion,"
		   "involvedObject.fieldPath,reason,reportingComponent,source,type,"
		   "regarding.kind,regarding.namespace,regarding.name,regarding.uid"},
	{"secrets", "type"},
	{"nodes", "spec.unschedulable"},
	{"namespaces", "status.phase"},
	{"services", "spec.clusterIP,spec.type"},
	{"jobs", "status.successful"},
	{"replicasets", "status.replicas"},
	{"replicationcontrollers", "status.replicas"},
	{"certificatesigningrequests", "spec.signerName"},
};

static bool supports(const struct gk_sim_res *res, struct gk_str field)
{
	if (gk_str_is(field, "metadata.name") || gk_str_is(field, "metadata.namespace"))
		return true;
	for (size_t i = 0; res->builtin && i < GK_COUNT(supported); i++)
		if (strcmp(res->plural, supported[i].plural) == 0)
			return gk_sim_list_has(supported[i].fields, field);
	return false;
}

/* Objects are kept as core/v1 Events, whatever the group they are asked for in. */
static struct gk_str stored_field(struct gk_sim_kreq *k, struct gk_str field)
{
	if (!gk_str_starts(field, GK_STR("regarding.")))
		return field;
	return gk_str_c(gk_arena_printf(k->arena, "involvedObject%.*s",
		GK_SARG(gk_str_from(field, sizeof "regarding" - 1))));
}

int gk_sim_scope_read(struct gk_sim_kreq *k, struct gk_sim_scope *ret)
{
	struct gk_err err = GK_ERR_INIT;
	char message[256];

	ret->ns = k->ns;
	ret->name = k->name;
	if (gk_sim_labels_parse(gk_sim_param(k->r, "labelSelector"), &ret->labels, &err) ||
		gk_sim_fields_parse(gk_sim_param(k->r, "fieldSelector"), &ret->fields, &err)) {
		gk_err_message(&err, message, sizeof message);
		gk_sim_scope_done(ret);
		return gk_sim_fail_bad(k, "%s", message);
	}
	gk_vec_foreach (struct gk_sim_term, t, &ret->fields.terms) {
		if (!supports(k->res, t->key)) {
			int rc = gk_sim_fail_bad(
				k, "field label not supported: %.*s", GK_SARG(t->key));

			gk_sim_scope_done(ret);
			return rc;
		}
		t->key = stored_field(k, t->key);
	}
	return 0;
}

void gk_sim_scope_done(struct gk_sim_scope *s)
{
	gk_sim_selector_done(&s->labels);
	gk_sim_selector_done(&s->fields);
}

bool gk_sim_scope_has(const struct gk_sim_scope *s, const struct gk_sim_obj *o)
{
	const struct gk_node *root = o->doc.root;

	if (s->ns.n && !gk_str_eq(gk_sim_obj_ns(root), s->ns))
		return false;
	if (s->name.n && !gk_str_eq(gk_sim_obj_name(root), s->name))
		return false;
	return gk_sim_labels_match(&s->labels, gk_node_path(root, "metadata", "labels", NULL)) &&
	       gk_sim_fields_match(&s->fields, root);
}

static int too_large(struct gk_sim_kreq *k, uint64_t rv)
{
	gk_sim_cause(k, "ResourceVersionTooLarge", "", "Too large resource version");
	return gk_sim_fail(k, 504, "Timeout", "Too large resource version: %llu, current: %llu",
		(unsigned long long)rv, (unsigned long long)k->sim->store.rv);
}

int gk_sim_read_revision(struct gk_sim_kreq *k, uint64_t *ret)
{
	struct gk_str text = gk_sim_param(k->r, "resourceVersion");
	struct gk_err err = GK_ERR_INIT;

	*ret = 0;
	if (!text.n)
		return 0;
	if (gk_num_u64(text, 0, UINT64_MAX, ret, &err))
		return gk_sim_fail_bad(k, "invalid resource version \"%.*s\"", GK_SARG(text));
	return *ret > k->sim->store.rv ? too_large(k, *ret) : 0;
}
