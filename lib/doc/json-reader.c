/* The public pull reader: the tokenizer over a fill function. */
#include "doc/json-lex.h"

struct gk_json_reader {
	struct gk_json_lex lex;
	char *source;
};

struct gk_json_reader *gk_json_reader_new(
	const char *source, gk_fill_fn fill, void *ctx, const struct gk_limits *lim)
{
	struct gk_json_reader *r = gk_xcalloc(1, sizeof *r);

	r->source = gk_xstrdup(source);
	gk_json__lex_init(&r->lex, r->source, lim);
	r->lex.fill = fill;
	r->lex.fill_ctx = ctx;
	return r;
}

void gk_json_reader_free(struct gk_json_reader *r)
{
	if (!r)
		return;
	gk_json__lex_done(&r->lex);
	gk_free(r->source);
	gk_free(r);
}

void gk_json_reader_freep(struct gk_json_reader **r)
{
	gk_json_reader_free(*r);
}

void gk_json_reader_many(struct gk_json_reader *r, bool many)
{
	r->lex.many = many;
}

int gk_json_next(struct gk_json_reader *r, enum gk_tok *ret, struct gk_err *err)
{
	if (gk_json__lex_next(&r->lex, err))
		return -1;
	*ret = r->lex.tok;
	return 0;
}

struct gk_str gk_json_reader_text(const struct gk_json_reader *r)
{
	return r->lex.text;
}

struct gk_pos gk_json_reader_pos(const struct gk_json_reader *r)
{
	return r->lex.pos;
}

size_t gk_json_reader_depth(const struct gk_json_reader *r)
{
	return r->lex.depth;
}

int gk_json_reader_tree(
	struct gk_json_reader *r, struct gk_arena *a, struct gk_node **ret, struct gk_err *err)
{
	if (r->lex.tok == GK_TOK_KEY && gk_json__lex_next(&r->lex, err))
		return -1;
	return gk_json__lex_tree(&r->lex, a, ret, err);
}

int gk_json_reader_skip(struct gk_json_reader *r, struct gk_err *err)
{
	size_t depth;

	if (r->lex.tok == GK_TOK_KEY && gk_json__lex_next(&r->lex, err))
		return -1;
	if (r->lex.tok != GK_TOK_OBJECT && r->lex.tok != GK_TOK_ARRAY)
		return 0;
	depth = r->lex.depth - 1;
	while (r->lex.depth > depth)
		if (gk_json__lex_next(&r->lex, err))
			return -1;
	return 0;
}
