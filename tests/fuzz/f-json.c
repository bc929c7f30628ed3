#include "doc/json.h"
#include "fuzz.h"

struct feed {
	struct gk_str rest;
	size_t step;
};

/* Steps of 1, 2, 3 ... 7 bytes, so that every token straddles a refill somewhere. */
static int fill(void *ctx, char *buf, size_t cap, size_t *ret_n, struct gk_err *err)
{
	struct feed *f = ctx;
	size_t n = f->step++ % 7 + 1;

	(void)err;
	n = n < f->rest.n ? n : f->rest.n;
	gk_assert(n <= cap);
	if (n)
		memcpy(buf, f->rest.p, n);
	f->rest = gk_str_from(f->rest, n);
	*ret_n = n;
	return 0;
}

static bool pulled(struct gk_str text, const struct gk_limits *lim)
{
	struct feed f = {.rest = text};
	struct gk_json_reader *r = gk_json_reader_new("f", fill, &f, lim);
	struct gk_err err = GK_ERR_INIT;
	enum gk_tok tok;
	int rc;

	do
		rc = gk_json_next(r, &tok, &err);
	while (rc == 0 && tok != GK_TOK_END);
	gk_json_reader_free(r);
	return rc == 0;
}

static void round_trip(const struct gk_node *root, unsigned flags, const struct gk_limits *lim)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT;
	struct gk_doc back = GK_DOC_INIT;

	gk_json_print(&b, root, flags);
	gk_assert(gk_json_parse(&back, "back", gk_buf_str(&b), lim, &err) == 0);
	gk_assert(gk_node_equal(root, back.root));
	gk_doc_done(&back);
	gk_buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str text = {size ? (const char *)data : "", size};
	struct gk_limits lim = fuzz_limits();
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	bool good = gk_json_parse(&doc, "f", text, &lim, &err) == 0, streamed = pulled(text, &lim);

	if (good) {
		gk_assert(streamed);
		round_trip(doc.root, 0, &lim);
		round_trip(doc.root, GK_JSON_PRETTY | GK_JSON_YAML | GK_JSON_SORT, &lim);
	} else if (streamed) { /* the tree has duplicates and nodes to refuse, tokens have not */
		gk_assert(strcmp(err.slug, "json.duplicate") == 0 || err.code == GK_ELIMIT);
	}
	gk_doc_done(&doc);
	return 0;
}
