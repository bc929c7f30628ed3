/*
 * Input: an archive of gk-fetch whose last line, "end ENTRIES", lacks its digest, which is
 * put behind: a wrong one is refused before anything is read.  Every entry lies in a
 * directory, an archive that is written anew holds the same, and what a loader finds in it is
 * an entry of it and no link.
 */
#include "base/bundle.h"
#include "base/crypto.h"
#include "fuzz.h"
#include "overlay/loader.h"

static void put_digest(struct gk_buf *text)
{
	unsigned char sum[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];
	size_t at = text->n;

	while (at > 0 && text->p[at - 1] != '\n')
		at--;
	gk_sha256((struct gk_str){text->p, at}, sum);
	gk_hex(sum, sizeof sum, hex);
	gk_buf_printf(text, " %s\n", hex);
}

static void check_entry(const struct gk_bundle *b, struct gk_str path)
{
	size_t n = path.n;

	gk_assert(gk_bundle_path_ok(path));
	while (n > 0 && path.p[n - 1] != '/')
		n--;
	if (n > 0)
		gk_assert(gk_bundle_find(b, (struct gk_str){path.p, n - 1})->kind == GK_BUNDLE_DIR);
}

static void write_again(const struct gk_bundle *b)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	GK_AUTO(gk_bundle_done) struct gk_bundle again = {0};
	struct gk_bundle_writer w;
	struct gk_err err = GK_ERR_INIT;

	gk_bundle_begin(&w, &text, "0");
	gk_map_foreach (e, &b->path) {
		const struct gk_bundle_entry *entry = e->value;

		if (entry->kind != GK_BUNDLE_DIR)
			gk_bundle_add(&w, entry->kind, e->key, entry->bytes);
	}
	gk_bundle_end(&w);
	gk_assert(gk_bundle_open(gk_buf_str(&text), &again, &err) == 0);
	gk_assert(again.entries == b->entries && again.path.n == b->path.n);
	gk_map_foreach (e, &b->path) {
		const struct gk_bundle_entry *x = e->value, *y = gk_bundle_find(&again, e->key);

		gk_assert(y && x->kind == y->kind && gk_str_eq(x->bytes, y->bytes));
	}
}

static void load(struct gk_loader *l, const struct gk_bundle *b, const char *path)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	const struct gk_bundle_entry *entry;
	struct gk_loaded found;

	if (l->get(l, path, 1 << 20, &a, &found, &err)) {
		fuzz_check_err(&err);
	} else {
		entry = gk_bundle_find(b, gk_str_c(found.path));
		gk_assert(entry && entry->kind != GK_BUNDLE_LINK);
		gk_assert(found.is_dir == (entry->kind == GK_BUNDLE_DIR));
		gk_assert(gk_str_eq(found.text, entry->bytes));
	}
	gk_arena_done(&a);
}

static void load_all(const struct gk_bundle *b, struct gk_str text)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	GK_AUTO(gk_loader_freep) struct gk_loader *l = NULL;

	gk_assert(gk_loader_bundle_new(text, "f", &l, &err) == 0);
	gk_map_foreach (e, &b->path) {
		load(l, b, gk_arena_memdup0(&a, e->key.p, e->key.n));
		load(l, b, gk_arena_printf(&a, "%.*s/a", GK_SARG(e->key)));
	}
	gk_arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_buf text = GK_BUF_INIT(0);
	struct gk_bundle b;
	struct gk_err err = GK_ERR_INIT;

	gk_buf_put(&text, size ? (const char *)data : "", size);
	gk_assert(!size || gk_bundle_open(gk_buf_str(&text), &b, &err));
	put_digest(&text);
	if (gk_bundle_open(gk_buf_str(&text), &b, &err) == 0) {
		gk_map_foreach (e, &b.path)
			check_entry(&b, e->key);
		write_again(&b);
		load_all(&b, gk_buf_str(&text));
		gk_bundle_done(&b);
	} else {
		fuzz_check_err(&err);
	}
	gk_buf_done(&text);
	return 0;
}
