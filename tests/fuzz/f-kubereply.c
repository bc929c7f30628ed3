/* Input: what an API server or a plugin answers: Status, discovery, ExecCredential. */
#include "doc/json.h"
#include "fuzz.h"
#include "kube/discovery-priv.h"
#include "kube/exec.h"

static void read_status(struct gk_arena *a, const struct gk_node *root)
{
	const struct gk_kube_about about = {.verb = "get",
		.object = "ConfigMap a/b",
		.method = "GET",
		.path = "/api",
		.audit_id = "id"};
	struct gk_err err = GK_ERR_INIT;
	struct gk_kube_status s;

	if (gk_kube_status_read(a, root, &s)) {
		(void)gk_kube_status_fail(&err, &s, &about);
		gk_assert(err.code != GK_OK && err.slug);
	}
}

static void read_discovery(struct gk_arena *a, const struct gk_node *root)
{
	struct gk_discovery d = {0};
	const struct gk_kube_resource *r;
	struct gk_err err = GK_ERR_INIT;

	(void)gk_discovery__read_aggregated(a, &d.table, root);
	(void)gk_discovery__read_resource_list(a, &d.table, root, true);
	for (size_t i = 0; (r = gk_discovery_at(&d, i)); i++)
		gk_assert(gk_discovery_find(&d, r->group, r->version, r->kind) == r);
	(void)!gk_discovery_resolve(&d, GK_STR("po.v1.x"), &r, &err);
	gk_discovery__table_done(&d.table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gk_kube_exec plugin = {
		.api_version = "client.authentication.k8s.io/v1", .command = "x"};
	struct gk_str text = {size ? (const char *)data : "", size};
	struct gk_limits lim = fuzz_limits();
	struct gk_exec_credential credential;
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;

	if (gk_json_parse(&doc, "f", text, &lim, &err) == 0) {
		read_status(&doc.arena, doc.root);
		read_discovery(&doc.arena, doc.root);
	}
	if (gk_exec_read(&plugin, text, &credential, &err) == 0)
		gk_assert(credential.token || (credential.cert && credential.key));
	gk_exec_credential_done(&credential);
	(void)gk_discovery__is_aggregated(text);
	gk_doc_done(&doc);
	return 0;
}
