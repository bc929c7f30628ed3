#include "doc/node.h"
#include "http/url.h"
#include "kube/client.h"

void gk_kube_path(struct gk_buf *b, const struct gk_kube_resource *res, struct gk_str ns,
	struct gk_str name, const char *subresource)
{
	gk_buf_puts(b, res->group.n ? "/apis/" : "/api/");
	if (res->group.n) {
		gk_url_encode(b, res->group);
		gk_buf_putc(b, '/');
	}
	gk_url_encode(b, res->version);
	if (res->namespaced && ns.n) {
		gk_buf_puts(b, "/namespaces/");
		gk_url_encode(b, ns);
	}
	gk_buf_putc(b, '/');
	gk_url_encode(b, res->plural);
	if (name.n) {
		gk_buf_putc(b, '/');
		gk_url_encode(b, name);
	}
	if (subresource)
		gk_buf_printf(b, "/%s", subresource);
}

struct gk_str gk_kube_version(const struct gk_node *n)
{
	return gk_node_text(gk_node_path(n, "metadata", "resourceVersion", NULL));
}

struct gk_str gk_kube_uid(const struct gk_node *n)
{
	return gk_node_text(gk_node_path(n, "metadata", "uid", NULL));
}
