#include "base/bundle.h"
#include "base/crypto.h"
#include "base/num.h"

#define MAGIC "gk-bundle 1"

static const char *const kinds[] = {[GK_BUNDLE_FILE] = "file", [GK_BUNDLE_LINK] = "link"};

static const struct gk_bundle_entry directory = {GK_BUNDLE_DIR, {NULL, 0}};

static bool is_git(struct gk_str part)
{
	static const char name[] = ".git";

	if (part.n != sizeof name - 1)
		return false;
	for (size_t i = 0; i < part.n; i++)
		if ((part.p[i] | (i ? 0x20 : 0)) != name[i])
			return false;
	return true;
}

bool gk_bundle_path_ok(struct gk_str path)
{
	struct gk_str rest = path;

	if (path.n == 0 || memchr(path.p, '\0', path.n))
		return false;
	while (rest.p) {
		struct gk_str part = gk_str_cut(&rest, '/');

		if (part.n == 0 || gk_str_is(part, ".") || gk_str_is(part, "..") || is_git(part))
			return false;
	}
	return true;
}

void gk_bundle_begin(struct gk_bundle_writer *w, struct gk_buf *out, const char *commit)
{
	*w = (struct gk_bundle_writer){.out = out};
	gk_buf_printf(out, MAGIC "\ncommit %s\n", commit);
}

void gk_bundle_add(struct gk_bundle_writer *w, enum gk_bundle_kind kind, struct gk_str path,
	struct gk_str bytes)
{
	gk_assert(gk_bundle_path_ok(path));
	gk_buf_printf(w->out, "%s %zu %zu\n", kinds[kind], bytes.n, path.n);
	gk_buf_putstr(w->out, path);
	gk_buf_putc(w->out, '\n');
	gk_buf_putstr(w->out, bytes);
	gk_buf_putc(w->out, '\n');
	w->entries++;
}

static void digest(struct gk_str s, char hex[2 * GK_SHA256_LEN + 1])
{
	unsigned char sum[GK_SHA256_LEN];

	gk_sha256(s, sum);
	gk_hex(sum, sizeof sum, hex);
}

void gk_bundle_end(struct gk_bundle_writer *w)
{
	char hex[2 * GK_SHA256_LEN + 1];

	digest(gk_buf_str(w->out), hex);
	gk_buf_printf(w->out, "end %zu %s\n", w->entries, hex);
}

static int damaged(struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "bundle.damaged", "the archive is cut or damaged");
}

/* The last line, if the digest in it is that of all before it; *body: what stands before. */
static int check_digest(struct gk_str text, struct gk_str *body, uint64_t *entries)
{
	struct gk_err ignored = GK_ERR_INIT;
	char hex[2 * GK_SHA256_LEN + 1];
	size_t at = text.n;
	struct gk_str line;

	if (text.n == 0 || text.p[text.n - 1] != '\n')
		return -1;
	for (at--; at > 0 && text.p[at - 1] != '\n';)
		at--;
	*body = (struct gk_str){text.p, at};
	line = (struct gk_str){text.p + at, text.n - at - 1};
	if (!gk_str_starts(line, GK_STR("end ")))
		return -1;
	line = gk_str_from(line, 4);
	digest(*body, hex);
	return gk_num_u64(gk_str_cut(&line, ' '), 0, SIZE_MAX, entries, &ignored) ||
			       !gk_str_is(line, hex)
		       ? -1
		       : 0;
}

/* n bytes and a line feed from the front of *rest. */
static bool take(struct gk_str *rest, uint64_t n, struct gk_str *ret)
{
	if (n >= rest->n || rest->p[n] != '\n')
		return false;
	*ret = (struct gk_str){rest->p, (size_t)n};
	*rest = gk_str_from(*rest, (size_t)n + 1);
	return true;
}

/* false when a file or a link stands where a directory must be. */
static bool add_parents(struct gk_bundle *b, struct gk_str path)
{
	for (size_t i = path.n; i > 0; i--) {
		struct gk_str dir = {path.p, i - 1};
		const struct gk_bundle_entry *there;

		if (path.p[i - 1] != '/')
			continue;
		there = gk_map_find(&b->path, dir);
		if (there)
			return there->kind == GK_BUNDLE_DIR;
		*gk_map_at(&b->path, dir) = gk_arena_alloc(&b->arena, sizeof directory);
		*(struct gk_bundle_entry *)gk_map_find(&b->path, dir) = directory;
	}
	return true;
}

static bool read_entry(struct gk_bundle *b, struct gk_str *rest)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str line = gk_str_cut(rest, '\n'), word = gk_str_cut(&line, ' ');
	struct gk_bundle_entry *e = gk_arena_zalloc(&b->arena, sizeof *e);
	struct gk_str size = gk_str_cut(&line, ' '), path;
	uint64_t n, path_n;

	if (gk_str_is(word, kinds[GK_BUNDLE_LINK]))
		e->kind = GK_BUNDLE_LINK;
	else if (!gk_str_is(word, kinds[GK_BUNDLE_FILE]))
		return false;
	if (!rest->p || gk_num_u64(size, 0, SIZE_MAX, &n, &ignored) ||
		gk_num_u64(line, 1, SIZE_MAX, &path_n, &ignored) || !take(rest, path_n, &path) ||
		!take(rest, n, &e->bytes))
		return false;
	if (!gk_bundle_path_ok(path) || gk_map_put(&b->path, path, e) || !add_parents(b, path))
		return false;
	b->entries++;
	return true;
}

static bool read_all(struct gk_bundle *b, struct gk_str body, uint64_t entries)
{
	struct gk_str magic = gk_str_cut(&body, '\n'), commit = gk_str_cut(&body, '\n');

	if (!gk_str_is(magic, MAGIC) || !gk_str_starts(commit, GK_STR("commit ")))
		return false;
	b->commit = gk_str_from(commit, 7);
	while (body.n)
		if (!read_entry(b, &body))
			return false;
	return b->entries == entries;
}

struct gk_str gk_bundle_commit(struct gk_str text)
{
	struct gk_str line;

	(void)gk_str_cut(&text, '\n');
	line = gk_str_cut(&text, '\n');
	return gk_str_starts(line, GK_STR("commit ")) ? gk_str_from(line, 7) : GK_STR("");
}

int gk_bundle_open(struct gk_str text, struct gk_bundle *ret, struct gk_err *err)
{
	struct gk_bundle b = {0};
	struct gk_str body;
	uint64_t entries;

	if (check_digest(text, &body, &entries))
		return damaged(err);
	if (!read_all(&b, body, entries)) {
		gk_bundle_done(&b);
		return damaged(err);
	}
	*ret = b;
	return 0;
}

void gk_bundle_done(struct gk_bundle *b)
{
	gk_map_done(&b->path);
	gk_arena_done(&b->arena);
}

const struct gk_bundle_entry *gk_bundle_find(const struct gk_bundle *b, struct gk_str path)
{
	return path.n ? gk_map_find(&b->path, path) : &directory;
}
