/*
 * Reading objects, in whatever form they come.
 *
 * The tree of a whole List would count as one document and break the limit on nodes, so
 * the outermost object is read by tokens and each item becomes a tree of its own.  Each
 * item's bytes are hashed on the way; the trailer is compared with that, and only when it
 * differs (somebody indented the stream) with the items printed again.
 */
#include "doc/json-lex.h"
#include "doc/stream-set.h"
#include "doc/yaml.h"

struct reader {
	struct gk_set *set;
	const char *source;
	const struct gk_limits *lim;
	struct gk_err *err;
	size_t values; /* top-level values or documents */
	bool whole;    /* the last of them was a list, whose end shows that it is whole */
};

void gk_stream__digest_init(struct gk_stream_digest *d)
{
	gk_sha256_init(&d->hash);
	d->lines = 0;
}

void gk_stream__digest_line(struct gk_stream_digest *d, struct gk_str line)
{
	if (d->lines++)
		gk_sha256_put(&d->hash, GK_STR("\n"));
	gk_sha256_put(&d->hash, line);
}

void gk_stream__digest_end(struct gk_stream_digest *d, char hex[2 * GK_SHA256_LEN + 1])
{
	unsigned char sum[GK_SHA256_LEN];

	gk_sha256_end(&d->hash, sum);
	gk_hex(sum, sizeof sum, hex);
}

static int fail(struct reader *r, const struct gk_node *at, const char *slug, const char *text)
{
	gk_fail(r->err, GK_EINPUT, slug, "%s", text);
	return gk_err_at(r->err, gk_node_pos(at, r->source));
}

static int cut(struct reader *r, const struct gk_node *at, const char *text)
{
	fail(r, at, "stream.cut", text);
	return gk_help(r->err, "run the command that wrote it again; a filter that changes the "
			       "items must drop the member 'gk'");
}

static const struct gk_node *list_items(const struct gk_node *n)
{
	const struct gk_node *items = gk_node_get(n, "items");
	struct gk_str kind = gk_node_text(gk_node_get(n, "kind"));
	bool list = gk_str_ends(kind, GK_STR("List"));

	if (!list || !items || (items->type != GK_ARRAY && items->type != GK_NULL))
		return NULL;
	return items;
}

static int take(struct reader *r, struct gk_node *n);

/* The children leave the list: each becomes the root of an item. */
static int take_children(struct reader *r, const struct gk_node *list)
{
	for (struct gk_node *c = gk_node_children(list), *next; c; c = next) {
		next = c->next;
		c->next = NULL;
		if (take(r, c))
			return -1;
	}
	return 0;
}

static int take(struct reader *r, struct gk_node *n)
{
	const struct gk_node *items = list_items(n);
	struct gk_ref ref;

	if (items)
		return take_children(r, items);
	if (gk_object_ref(n, r->source, &ref, r->err))
		return -1;
	if (r->set->n >= r->lim->objects) {
		gk_limit_fail(r->err, "objects", r->lim->objects, "the number of objects");
		return gk_err_at(r->err, gk_node_pos(n, r->source));
	}
	gk_set_add(r->set, n, r->source, &ref);
	return 0;
}

static void digest_again(const struct gk_node *items, char hex[2 * GK_SHA256_LEN + 1])
{
	GK_AUTO(gk_buf_done) struct gk_buf line = GK_BUF_INIT(0);
	struct gk_stream_digest d;

	gk_stream__digest_init(&d);
	gk_node_foreach (item, items) {
		gk_buf_reset(&line);
		gk_json_print(&line, item, GK_STREAM_JSON);
		gk_stream__digest_line(&d, gk_buf_str(&line));
	}
	gk_stream__digest_end(&d, hex);
}

/* hex: of the items' bytes as they were read, "" when that is not known. */
static int check_trailer(
	struct reader *r, const struct gk_node *list, const struct gk_node *items, char *hex)
{
	const struct gk_node *gk = gk_node_get(list, "gk");
	struct gk_str sum = gk_node_text(gk_node_get(gk, "sha256"));
	int64_t count;

	if (!gk)
		return 0;
	if (!gk_str_is(gk_node_text(gk_node_get(gk, "format")), GK_STREAM_FORMAT)) {
		fail(r, gk, "stream.format", "the trailer's format is not " GK_STREAM_FORMAT);
		return gk_help(r->err, "a newer gk may have written it: update this one");
	}
	if (!gk_node_int(gk_node_get(gk, "count"), &count) || count != (int64_t)items->count)
		return cut(r, gk, "the stream's trailer counts other items than there are");
	if (!gk_str_is(sum, hex)) {
		digest_again(items, hex);
		if (!gk_str_is(sum, hex))
			return cut(
				r, gk, "the stream's items are not those that its trailer signs");
	}
	r->set->trailer = true;
	r->set->meta = gk_node_get(gk, "source");
	return 0;
}

/* A top-level document: a list of some kind, or one object. */
static int take_root(struct reader *r, struct gk_node *root, char *hex)
{
	const struct gk_node *items = list_items(root);

	r->whole = items != NULL;
	if (!items)
		return take(r, root);
	if (check_trailer(r, root, items, hex))
		return -1;
	if (gk_str_is(gk_node_text(gk_node_get(root, "kind")), "ResourceList")) {
		r->set->resource_list = true;
		r->set->krm = root;
	}
	return take_children(r, items);
}

static struct gk_node *placed(const struct gk_json_lex *x, struct gk_node *n)
{
	n->line = x->pos.line;
	n->col = x->pos.col > UINT16_MAX ? UINT16_MAX : (uint16_t)x->pos.col;
	return n;
}

/* The elements of an array, each a tree of its own; the digest takes their bytes. */
static int read_elements(
	struct reader *r, struct gk_json_lex *x, struct gk_node *array, struct gk_stream_digest *d)
{
	for (;;) {
		struct gk_node *n;
		size_t start;

		if (gk_json__lex_next(x, r->err))
			return -1;
		if (x->tok == GK_TOK_ARRAY_END)
			return 0;
		start = x->at - 1; /* of the brace; of what is no object the digest is useless */
		if (gk_json__lex_tree(x, &r->set->arena, &n, r->err))
			return -1;
		gk_node_append(array, n);
		if (d)
			gk_stream__digest_line(
				d, (struct gk_str){x->window + start, x->at - start});
	}
}

static int read_member(
	struct reader *r, struct gk_json_lex *x, struct gk_node *object, struct gk_stream_digest *d)
{
	struct gk_arena *a = &r->set->arena;
	struct gk_str key = {gk_arena_memdup0(a, x->text.p, x->text.n), x->text.n};
	struct gk_node *n;

	if (gk_node_find(object, key))
		return fail(r, placed(x, gk_node_new(a, GK_NULL)), "json.duplicate",
			"a member appears twice in one object");
	if (gk_json__lex_next(x, r->err))
		return -1;
	if (x->tok == GK_TOK_ARRAY && gk_str_is(key, "items")) {
		n = placed(x, gk_node_new(a, GK_ARRAY));
		if (read_elements(r, x, n, d))
			return -1;
	} else if (gk_json__lex_tree(x, a, &n, r->err)) {
		return -1;
	}
	(void)gk_node_add(a, object, key, n);
	return 0;
}

static int read_object(struct reader *r, struct gk_json_lex *x)
{
	struct gk_node *root = placed(x, gk_node_new(&r->set->arena, GK_OBJECT));
	char hex[2 * GK_SHA256_LEN + 1];
	struct gk_stream_digest d;

	gk_stream__digest_init(&d);
	for (;;) {
		if (gk_json__lex_next(x, r->err))
			return -1;
		if (x->tok == GK_TOK_OBJECT_END)
			break;
		if (read_member(r, x, root, &d))
			return -1;
	}
	gk_stream__digest_end(&d, hex);
	return take_root(r, root, hex);
}

static int read_array(struct reader *r, struct gk_json_lex *x)
{
	struct gk_node *array = gk_node_new(&r->set->arena, GK_ARRAY);

	r->whole = true;
	return read_elements(r, x, array, NULL) ? -1 : take_children(r, array);
}

static int read_values(struct reader *r, struct gk_json_lex *x)
{
	for (;;) {
		int rc;

		if (gk_json__lex_next(x, r->err))
			return -1;
		if (x->tok == GK_TOK_END)
			return 0;
		r->values++;
		if (x->tok == GK_TOK_OBJECT)
			rc = read_object(r, x);
		else if (x->tok == GK_TOK_ARRAY)
			rc = read_array(r, x);
		else
			rc = fail(r, placed(x, gk_node_new(&r->set->arena, GK_NULL)),
				"object.identity", "expected an object with apiVersion and kind");
		if (rc)
			return -1;
	}
}

static int read_json(struct reader *r, struct gk_str text)
{
	struct gk_json_lex x;
	int rc;

	gk_json__lex_init(&x, r->source, r->lim);
	x.window = text.p;
	x.len = text.n;
	x.many = true;
	rc = read_values(r, &x);
	gk_json__lex_done(&x);
	return rc;
}

static int on_document(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct reader *r = ctx;
	char hex[2 * GK_SHA256_LEN + 1] = "";

	(void)err; /* r->err is the same */
	r->values++;
	return take_root(r, root, hex);
}

static int read_yaml(struct reader *r, struct gk_str text, struct gk_diags *warn)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_A, .warn = warn, .lim = r->lim};
	int rc = gk_yaml_parse(&r->set->arena, r->source, text, &opt, on_document, r, r->err);

	r->whole = false; /* a list may lose items at its end and still be YAML */
	return rc;
}

static bool is_json(struct gk_str text)
{
	return text.n && (text.p[0] == '{' || text.p[0] == '[');
}

/* A pipe whose writer died leaves JSON that does not close: say so instead of "expected ,". */
static int explain(struct reader *r, struct gk_str text, bool regular)
{
	char last = text.n ? text.p[text.n - 1] : 0;
	bool early = gk_str_is(gk_str_c(r->err->slug), "json.cut") ||
		     (last != '}' && last != ']' && strncmp(r->err->slug, "json.", 5) == 0);

	if (!early || regular)
		return -1;
	r->err->slug = "stream.cut";
	gk_ctx(r->err, "the object stream ends early");
	return gk_help(r->err, "the command before this one in the pipe failed or was killed; "
			       "its own message says why");
}

static int nothing(struct reader *r)
{
	gk_fail(r->err, GK_EINPUT, "stream.empty-input", "no input");
	gk_err_at(r->err, (struct gk_pos){r->source, 0, 0});
	return gk_help(r->err, "did the previous command fail?");
}

int gk_stream_read(struct gk_set *s, const char *source, struct gk_str text, bool regular,
	const struct gk_limits *lim, struct gk_diags *warn, struct gk_err *err)
{
	struct reader r = {.set = s, .lim = lim, .err = err};
	struct gk_str content;
	int rc;

	r.source = gk_arena_strdup(&s->arena, source);
	if (gk_str_starts(text, GK_STR("\xef\xbb\xbf")))
		text = gk_str_from(text, 3);
	content = gk_str_trim(text);
	if (!content.n && !regular)
		return nothing(&r);
	if (is_json(content))
		rc = read_json(&r, text) ? explain(&r, content, regular) : 0;
	else
		rc = read_yaml(&r, text, warn);
	if (rc)
		return -1;
	s->closed = s->closed && (regular || (r.values == 1 && r.whole));
	return gk_set__index(s, err);
}
