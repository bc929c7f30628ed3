#include "sim/kube-meta.h"

#include "base/crypto.h"
#include "base/io.h"

const char *gk_sim_now(struct gk_arena *a)
{
	char text[32];

	gk_time_rfc3339(gk_time_utc_ms(), false, text);
	return gk_arena_strdup(a, text);
}

const char *gk_sim_uuid(struct gk_arena *a)
{
	unsigned char b[16];
	char hex[33];

	gk_random(b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	gk_hex(b, sizeof b, hex);
	return gk_arena_printf(
		a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

const char *gk_sim_suffix(struct gk_arena *a, size_t n)
{
	static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
	char *out = gk_arena_alloc(a, n + 1);

	gk_random(out, n);
	for (size_t i = 0; i < n; i++)
		out[i] = letters[(unsigned char)out[i] % (sizeof letters - 1)];
	out[n] = 0;
	return out;
}

struct gk_node *gk_sim_meta_need(struct gk_arena *a, struct gk_node *root)
{
	return gk_node_need(a, root, "metadata", GK_OBJECT);
}

struct gk_node *gk_sim_new_object(struct gk_arena *a, const char *api_version, const char *kind,
	struct gk_str ns, struct gk_str name)
{
	struct gk_node *o = gk_node_new(a, GK_OBJECT), *meta;

	gk_node_set_str(a, o, "kind", gk_str_c(kind));
	gk_node_set_str(a, o, "apiVersion", gk_str_c(api_version));
	meta = gk_sim_meta_need(a, o);
	gk_node_set_str(a, meta, "name", name);
	if (ns.n)
		gk_node_set_str(a, meta, "namespace", ns);
	gk_node_set_str(a, meta, "uid", gk_str_c(gk_sim_uuid(a)));
	gk_node_set_str(a, meta, "creationTimestamp", gk_str_c(gk_sim_now(a)));
	return o;
}
