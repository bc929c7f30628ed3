#include "sim/keep.h"

#include <unistd.h>

#include "base/io.h"
#include "base/out.h"
#include "doc/json.h"
#include "doc/object.h"
#include "sim/kube-control.h"
#include "sim/sim-priv.h"

static int load_object(
	struct gk_sim *s, const struct gk_node *n, const char *path, struct gk_err *err)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_sim_res *res;
	struct gk_ref ref;

	if (gk_object_ref(n, path, &ref, err))
		return -1;
	res = gk_sim_res_of_kind(&s->store, ref.group, ref.kind);
	if (!res)
		return gk_fail(err, GK_EINPUT, "sim.state", "%s: nothing serves the kind %.*s",
			path, GK_SARG(ref.kind));
	doc.root = gk_node_dup(&doc.arena, n);
	(void)gk_sim_store_put(&s->store, res, &doc);
	if (strcmp(res->kind, "CustomResourceDefinition") == 0)
		gk_sim_crd_serve(s, n);
	gk_sim_control_later(s, res, gk_sim_obj_ns(n), ref.name, 1);
	return 0;
}

int gk_sim_keep_load(struct gk_sim *s, const char *path, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	GK_AUTO(gk_doc_done) struct gk_doc doc = GK_DOC_INIT;

	if (access(path, F_OK) != 0)
		return 0;
	text.secret = true;
	if (gk_io_read_file(path, gk_limits_default()->input_bytes, &text, err) ||
		gk_json_parse(&doc, path, gk_buf_str(&text), gk_limits_default(), err))
		return -1;
	gk_node_foreach (n, gk_node_get(doc.root, "items"))
		if (load_object(s, n, path, err))
			return -1;
	return 0;
}

/* Definitions come before the resources that they make: built-in resources are first. */
int gk_sim_keep_save(struct gk_sim *s, const char *path, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	bool first = true;

	b.secret = true;
	gk_buf_puts(&b, "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[");
	for (size_t i = 0; i < s->store.resources.n; i++) {
		const struct gk_sim_res *res = s->store.resources.v[i];

		for (size_t j = 0; j < res->entries.n && !res->gone; j++) {
			gk_buf_puts(&b, first ? "\n" : ",\n");
			first = false;
			gk_json_print(&b, res->entries.v[j]->doc.root, 0);
		}
	}
	gk_buf_puts(&b, "\n]}\n");
	return gk_out_file(path, gk_buf_str(&b), 0600, err);
}
