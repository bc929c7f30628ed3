#include "base/text.h"
#include "doc/object.h"

static int unidentified(
	const struct gk_node *at, const char *source, const char *what, struct gk_err *err)
{
	gk_fail(err, GK_EINPUT, "object.identity", "%s", what);
	return gk_err_at(err, gk_node_pos(at, source));
}

/* A member that must be a non-empty string. */
static int need(const struct gk_node *parent, const char *key, const char *what, const char *source,
	struct gk_str *ret, struct gk_err *err)
{
	const struct gk_node *n = gk_node_get(parent, key);
	struct gk_str text = gk_node_text(n);

	if (text.n) {
		*ret = text;
		return 0;
	}
	gk_fail(err, GK_EINPUT, "object.identity",
		n ? "the object's %s is not text, or empty" : "the object has no %s", what);
	return gk_err_at(err, gk_node_pos(n ? n : parent, source));
}

int gk_object_ref(
	const struct gk_node *object, const char *source, struct gk_ref *ret, struct gk_err *err)
{
	struct gk_ref ref = {0};
	struct gk_str api_version;
	const struct gk_node *meta;

	if (!gk_node_is(object, GK_OBJECT))
		return unidentified(
			object, source, "expected an object with apiVersion and kind", err);
	if (need(object, "apiVersion", "apiVersion", source, &api_version, err) ||
		need(object, "kind", "kind", source, &ref.kind, err))
		return -1;
	meta = gk_node_get(object, "metadata");
	if (!gk_node_is(meta, GK_OBJECT))
		return unidentified(
			meta ? meta : object, source, "the object has no metadata", err);
	if (need(meta, "name", "metadata.name", source, &ref.name, err))
		return -1;
	gk_api_version_split(api_version, &ref.group, &ref.version);
	ref.ns = gk_node_text(gk_node_get(meta, "namespace"));
	if (!ref.ns.p)
		ref.ns = GK_STR("");
	*ret = ref;
	return 0;
}

void gk_api_version_split(
	struct gk_str api_version, struct gk_str *ret_group, struct gk_str *ret_version)
{
	struct gk_str rest = api_version, head = gk_str_cut(&rest, '/');

	*ret_group = rest.p ? head : GK_STR("");
	*ret_version = rest.p ? rest : head;
}

void gk_ref_api_version(struct gk_buf *b, const struct gk_ref *r)
{
	if (r->group.n) {
		gk_buf_putstr(b, r->group);
		gk_buf_putc(b, '/');
	}
	gk_buf_putstr(b, r->version);
}

void gk_ref_print(struct gk_buf *b, const struct gk_ref *r)
{
	if (r->group.n) {
		gk_text_escape(b, r->group, false);
		gk_buf_putc(b, '/');
	}
	gk_text_escape(b, r->kind, false);
	gk_buf_putc(b, ' ');
	if (r->ns.n) {
		gk_text_escape(b, r->ns, false);
		gk_buf_putc(b, '/');
	}
	gk_text_escape(b, r->name, false);
}

const char *gk_ref_text(struct gk_arena *a, const struct gk_ref *r)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_ref_print(&b, r);
	return gk_arena_memdup0(a, b.p, b.n);
}

struct gk_str gk_ref_key(struct gk_arena *a, const struct gk_ref *r)
{
	const struct gk_str parts[] = {r->group, r->kind, r->ns, r->name};
	size_t n = GK_COUNT(parts) - 1;
	char *key, *to;

	for (size_t i = 0; i < GK_COUNT(parts); i++)
		n += parts[i].n;
	key = to = gk_arena_alloc(a, n + 1);
	for (size_t i = 0; i < GK_COUNT(parts); i++) {
		if (parts[i].n)
			memcpy(to, parts[i].p, parts[i].n);
		to += parts[i].n;
		*to++ = '\0';
	}
	return (struct gk_str){key, n};
}

int gk_ref_cmp(const struct gk_ref *a, const struct gk_ref *b)
{
	const struct gk_str x[] = {a->group, a->kind, a->ns, a->name};
	const struct gk_str y[] = {b->group, b->kind, b->ns, b->name};
	int order = 0;

	for (size_t i = 0; !order && i < GK_COUNT(x); i++)
		order = gk_str_cmp(x[i], y[i]);
	return order;
}

bool gk_ref_equal(const struct gk_ref *a, const struct gk_ref *b)
{
	return gk_str_eq(a->name, b->name) && gk_str_eq(a->ns, b->ns) &&
	       gk_str_eq(a->kind, b->kind) && gk_str_eq(a->group, b->group);
}

static struct gk_str meta_entry(const struct gk_node *object, const char *map, const char *key)
{
	return gk_node_text(gk_node_path(object, "metadata", map, key, NULL));
}

struct gk_str gk_object_annotation(const struct gk_node *object, const char *key)
{
	return meta_entry(object, "annotations", key);
}

struct gk_str gk_object_label(const struct gk_node *object, const char *key)
{
	return meta_entry(object, "labels", key);
}

static void set_meta_entry(struct gk_arena *a, struct gk_node *object, const char *map,
	const char *key, struct gk_str value)
{
	struct gk_node *meta = gk_node_need(a, object, "metadata", GK_OBJECT);

	(void)gk_node_set_str(a, gk_node_need(a, meta, map, GK_OBJECT), key, value);
}

void gk_object_annotate(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str value)
{
	set_meta_entry(a, object, "annotations", key, value);
}

void gk_object_set_label(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str value)
{
	set_meta_entry(a, object, "labels", key, value);
}
