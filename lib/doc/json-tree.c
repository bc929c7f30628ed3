/* Trees from tokens. */
#include "base/text.h"
#include "doc/json-lex.h"

struct builder {
	struct gk_json_lex *lex;
	struct gk_arena *arena;
	uint64_t nodes;
	struct gk_err *err;
};

static int build(struct builder *b, struct gk_node **ret);

static struct gk_node *placed(struct builder *b, struct gk_node *n)
{
	struct gk_pos pos = b->lex->pos;

	n->line = pos.line;
	n->col = pos.col > UINT16_MAX ? UINT16_MAX : (uint16_t)pos.col;
	return n;
}

static int duplicate(
	struct builder *b, const struct gk_node *first, struct gk_str key, struct gk_pos at)
{
	GK_AUTO(gk_buf_done) struct gk_buf name = GK_BUF_INIT(256);

	gk_text_escape(&name, key, false);
	gk_fail(b->err, GK_EINPUT, "json.duplicate", "member '%s' appears twice in one object",
		gk_buf_cstr(&name));
	gk_note(b->err, "its first value is at line %u, column %u", first->line, first->col);
	return gk_err_at(b->err, at);
}

static int members(struct builder *b, struct gk_node *object)
{
	for (;;) {
		struct gk_node *child, *present;
		struct gk_str key;
		struct gk_pos at;

		if (gk_json__lex_next(b->lex, b->err))
			return -1;
		if (b->lex->tok == GK_TOK_OBJECT_END)
			return 0;
		at = b->lex->pos;
		key = b->lex->text;
		key.p = gk_arena_memdup0(b->arena, key.p, key.n);
		if (gk_json__lex_next(b->lex, b->err) || build(b, &child))
			return -1;
		present = gk_node_add(b->arena, object, key, child);
		if (present)
			return duplicate(b, present, key, at);
	}
}

static int elements(struct builder *b, struct gk_node *array)
{
	for (;;) {
		struct gk_node *child;

		if (gk_json__lex_next(b->lex, b->err))
			return -1;
		if (b->lex->tok == GK_TOK_ARRAY_END)
			return 0;
		if (build(b, &child))
			return -1;
		gk_node_append(array, child);
	}
}

static int too_many(struct builder *b)
{
	gk_limit_fail(b->err, "nodes", b->lex->lim->nodes, "the document");
	return gk_err_at(b->err, b->lex->pos);
}

/* The value of the last token; recursion is bounded by the tokenizer's depth limit. */
static int build(struct builder *b, struct gk_node **ret)
{
	static const enum gk_type types[] = {[GK_TOK_OBJECT] = GK_OBJECT,
		[GK_TOK_ARRAY] = GK_ARRAY,
		[GK_TOK_TRUE] = GK_TRUE,
		[GK_TOK_FALSE] = GK_FALSE,
		[GK_TOK_NULL] = GK_NULL};
	enum gk_tok tok = b->lex->tok;

	if (++b->nodes > b->lex->lim->nodes)
		return too_many(b);
	if (tok == GK_TOK_STRING)
		*ret = placed(b, gk_node_string(b->arena, b->lex->text));
	else if (tok == GK_TOK_NUMBER)
		*ret = placed(b, gk_node_number(b->arena, b->lex->text));
	else
		*ret = placed(b, gk_node_new(b->arena, types[tok]));
	if (tok == GK_TOK_OBJECT)
		return members(b, *ret);
	return tok == GK_TOK_ARRAY ? elements(b, *ret) : 0;
}

int gk_json__lex_tree(
	struct gk_json_lex *x, struct gk_arena *a, struct gk_node **ret, struct gk_err *err)
{
	struct builder b = {.lex = x, .arena = a, .err = err};

	return build(&b, ret);
}

static int parse_whole(
	struct gk_json_lex *x, struct gk_arena *a, struct gk_node **ret, struct gk_err *err)
{
	if (gk_json__lex_next(x, err) || gk_json__lex_tree(x, a, ret, err))
		return -1;
	return gk_json__lex_next(x, err);
}

int gk_json_parse(struct gk_doc *doc, const char *source, struct gk_str text,
	const struct gk_limits *lim, struct gk_err *err)
{
	struct gk_node *root;
	struct gk_json_lex x;
	int rc;

	gk_json__lex_init(&x, gk_arena_strdup(&doc->arena, source), lim);
	x.window = text.p ? text.p : "";
	x.len = text.n;
	rc = parse_whole(&x, &doc->arena, &root, err);
	if (rc == 0) {
		doc->root = root;
		doc->source = x.source;
	}
	gk_json__lex_done(&x);
	return rc;
}

int gk_json_parse_next(struct gk_arena *a, struct gk_str *text, struct gk_pos *pos,
	const struct gk_limits *lim, struct gk_node **ret, struct gk_err *err)
{
	struct gk_json_lex x;
	int rc;

	gk_json__lex_init(&x, pos->file, lim);
	x.window = text->p ? text->p : "";
	x.len = text->n;
	x.many = true;
	x.line = pos->line ? pos->line : 1;
	x.before = pos->col ? pos->col - 1 : 0;
	rc = gk_json__lex_next(&x, err) || gk_json__lex_tree(&x, a, ret, err) ||
	     gk_json__lex_blanks(&x, err);
	if (rc == 0) {
		*pos = gk_json__lex_here(&x);
		*text = gk_str_from(*text, x.at);
	}
	gk_json__lex_done(&x);
	return rc ? -1 : 0;
}
