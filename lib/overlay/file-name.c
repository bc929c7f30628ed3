#include "base/crypto.h"
#include "base/map.h"
#include "overlay/overlay.h"
#include "overlay/res.h"

enum {
	NAME_MAX_BYTES = 200, /* of 255 that file systems allow: room for temporary names */
	HASH_DIGITS = 16
};

static bool is_safe(char c)
{
	return c >= ' ' && c < 0x7F && c != '/' && c != '\\';
}

static void put_lower(struct gk_buf *b, struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		gk_buf_putc(b, is_safe(c) ? c : '-');
	}
}

static void put_hash(struct gk_buf *b, struct gk_str s)
{
	unsigned char digest[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	gk_sha256(s, digest);
	gk_hex(digest, sizeof digest, hex);
	gk_buf_put(b, hex, HASH_DIGITS);
}

/* No name begins with a dot or a dash, which shells and programs take for something else. */
static const char *finish(struct gk_arena *a, struct gk_buf *b)
{
	GK_AUTO(gk_buf_done) struct gk_buf hash = GK_BUF_INIT(0);

	if (b->n > NAME_MAX_BYTES) {
		put_hash(&hash, gk_buf_str(b));
		b->n = NAME_MAX_BYTES - HASH_DIGITS - 1;
		gk_buf_putc(b, '-');
		gk_buf_putstr(b, gk_buf_str(&hash));
	}
	if (b->n && (b->p[0] == '.' || b->p[0] == '-'))
		b->p[0] = '_';
	gk_buf_puts(b, ".yaml");
	return gk_arena_strdup(a, gk_buf_cstr(b));
}

static struct gk_id id_of(const struct gk_item *item, const struct gk_scopes *scopes)
{
	struct gk_res r = {.scopes = scopes, .object = item->object, .alias = item->ref.name};

	return gk_res_id(&r);
}

static const char *name_of(struct gk_arena *a, const struct gk_id *id, bool with_ns)
{
	const struct gk_str part[] = {id->group, id->version, id->kind};
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (with_ns && !gk_id_cluster_scoped(id)) {
		put_lower(&b, id->effective);
		gk_buf_putc(&b, '_');
	}
	for (size_t i = 0; i < GK_COUNT(part); i++) {
		if (!part[i].n)
			continue;
		put_lower(&b, part[i]);
		gk_buf_putc(&b, '_');
	}
	put_lower(&b, id->name);
	return finish(a, &b);
}

/* More than one namespace: file names must tell them apart. */
static bool spans_namespaces(const struct gk_set *s, const struct gk_scopes *scopes)
{
	struct gk_str first = GK_STR_NULL;

	for (size_t i = 0; i < s->n; i++) {
		struct gk_id id = id_of(&s->items[i], scopes);

		if (gk_id_cluster_scoped(&id))
			continue;
		if (first.p && !gk_str_eq(first, id.effective))
			return true;
		first = id.effective;
	}
	return false;
}

static int fail_twice(
	const struct gk_item *a, const struct gk_item *b, const char *name, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.file-name",
		"two objects would be written to one file, '%s'", name);
	(void)gk_note(err, "they are at %s:%u and %s:%u", a->source, a->object->line, b->source,
		b->object->line);
	return gk_help(err, "write them to standard output with -o yaml");
}

int gk_overlay_file_names(struct gk_arena *a, const struct gk_set *s,
	const struct gk_scopes *scopes, const char *const **ret, struct gk_err *err)
{
	GK_AUTO(gk_map_done) struct gk_map taken = GK_MAP_INIT;
	const char **names = gk_arena_array(a, s->n + 1, sizeof *names);
	bool with_ns = spans_namespaces(s, scopes);

	for (size_t i = 0; i < s->n; i++) {
		struct gk_id id = id_of(&s->items[i], scopes);
		const struct gk_item *first;

		names[i] = name_of(a, &id, with_ns);
		first = gk_map_put(&taken, gk_str_c(names[i]), &s->items[i]);
		if (first)
			return fail_twice(first, &s->items[i], names[i], err);
	}
	*ret = names;
	return 0;
}
