/* Hash suffixes, which make a name change with the content (kustomize reference section 4). */
#include "base/crypto.h"
#include "doc/json.h"
#include "overlay/build.h"
#include "overlay/value.h"

enum { SUFFIX_LEN = 10 };

/* Absent: "", not {}.  Scalars, null too, count as their text, and a list as null. */
static void put_field(
	struct gk_arena *a, struct gk_node *doc, const struct gk_node *object, const char *field)
{
	const struct gk_node *value = gk_node_get(object, field);

	if (gk_node_is(value, GK_OBJECT))
		(void)gk_node_set_c(a, doc, field, gk_node_dup(a, value));
	else if (gk_node_is(value, GK_ARRAY))
		(void)gk_node_set_c(a, doc, field, gk_node_new(a, GK_NULL));
	else
		(void)gk_node_set_str(a, doc, field, value ? gk_value_written(value) : GK_STR(""));
}

static void put_map(
	struct gk_arena *a, struct gk_node *doc, const struct gk_node *object, const char *field)
{
	const struct gk_node *value = gk_node_get(object, field);

	if (gk_node_is(value, GK_OBJECT) || gk_node_is(value, GK_ARRAY))
		put_field(a, doc, object, field);
}

static struct gk_node *hashed(struct gk_arena *a, const struct gk_res *r)
{
	struct gk_node *doc = gk_node_new(a, GK_OBJECT);
	struct gk_str kind = gk_res_kind(r);

	(void)gk_node_set_str(a, doc, "kind", kind);
	(void)gk_node_set_str(a, doc, "name", GK_STR(""));
	put_field(a, doc, r->object, "data");
	if (gk_str_is(kind, "ConfigMap")) {
		put_map(a, doc, r->object, "binaryData");
	} else {
		put_field(a, doc, r->object, "type");
		put_map(a, doc, r->object, "stringData");
	}
	return doc;
}

/* Ten hex digits of SHA-256, spelled so that no word can come out. */
static void suffix(struct gk_arena *a, const struct gk_res *r, char out[SUFFIX_LEN + 1])
{
	static const char from[] = "013ae", to[] = "ghkmt";
	GK_AUTO(gk_buf_done) struct gk_buf json = GK_BUF_INIT(0);
	struct gk_node *doc = hashed(a, r);
	unsigned char digest[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	gk_value_through_json(a, doc); /* integers lose digits beyond 53 bits */
	gk_json_print(&json, doc, GK_JSON_SORT | GK_JSON_HTML);
	gk_sha256(gk_buf_str(&json), digest);
	gk_hex(digest, sizeof digest, hex);
	for (size_t i = 0; i < SUFFIX_LEN; i++) {
		const char *at = strchr(from, hex[i]);

		out[i] = at ? to[at - from] : hex[i];
	}
	out[SUFFIX_LEN] = '\0';
}

/* kustomize hashes its own memory layout of other kinds, which nobody wants. */
static int check_kind(struct gk_build *b, const struct gk_res *r, struct gk_err *err)
{
	struct gk_id id = gk_res_id(r);

	if (gk_str_is(id.kind, "ConfigMap") || gk_str_is(id.kind, "Secret"))
		return 0;
	(void)gk_fail(err, GK_EINPUT, "render.hash-kind",
		"%s cannot have a hash in its name: only ConfigMap and Secret can",
		gk_id_text(b->a, &id));
	(void)gk_help(err, "remove the annotation internal.config.kubernetes.io/needsHashSuffix");
	return gk_res_at(r, err);
}

int gk_names_hash(struct gk_build *b, struct gk_resmap *m, struct gk_err *err)
{
	gk_resmap_foreach (r, m) {
		char hash[SUFFIX_LEN + 1];
		struct gk_str name;
		struct gk_node *field;

		if (!(r->flags & GK_RES_HASH))
			continue;
		if (check_kind(b, r, err) || gk_res_check_nul(r, err))
			return -1;
		suffix(b->a, r, hash);
		gk_res_remember(b->a, r);
		name = gk_res_name(r);
		field = gk_node_path(r->object, "metadata", "name", NULL);
		gk_value_write(b->a, field,
			gk_str_c(gk_arena_printf(b->a, "%.*s-%s", GK_SARG(name), hash)),
			GK_TAG_NONE);
	}
	gk_resmap_touch(m);
	return 0;
}
