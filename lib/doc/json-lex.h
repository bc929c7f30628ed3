/*
 * The JSON tokenizer under both readers: grammar, UTF-8, escapes, limits, positions.
 * Private to lib/doc.
 *
 * It looks at a window of the input.  For text in memory the window is all of it; for a
 * stream it is refilled, keeping the token that is being read in one piece:
 *
 *	window:  [ consumed | token so far | not read yet ]
 *	                    ^ from         ^ at           ^ len
 */
#ifndef GK_DOC_JSON_LEX_H
#define GK_DOC_JSON_LEX_H

#include "doc/json.h"

enum lex_state { LEX_VALUE, LEX_FIRST_ELEMENT, LEX_FIRST_KEY, LEX_AFTER, LEX_DONE };

struct gk_json_lex {
	const char *window;
	size_t from, at, len;
	uint64_t before;     /* bytes of input before the window */
	uint64_t line_start; /* offset of the current line's first byte */
	uint32_t line;
	bool eof;
	bool many; /* values may follow one another */

	gk_fill_fn fill; /* NULL: the window is all there is */
	void *fill_ctx;
	struct gk_buf room; /* the window's memory when there is a fill */

	const struct gk_limits *lim;
	const char *source;
	enum lex_state state;
	size_t depth;
	struct gk_buf stack;   /* '{' or '[' for each open container */
	struct gk_buf decoded; /* text of the last string that had escapes */

	enum gk_tok tok; /* the last token */
	struct gk_str text;
	struct gk_pos pos;
};

void gk_json__lex_init(struct gk_json_lex *x, const char *source, const struct gk_limits *lim);
void gk_json__lex_done(struct gk_json_lex *x);
/* The next token into x->tok, x->text and x->pos. */
GK_NODISCARD int gk_json__lex_next(struct gk_json_lex *x, struct gk_err *err);
/* Pass blanks and line ends. */
GK_NODISCARD int gk_json__lex_blanks(struct gk_json_lex *x, struct gk_err *err);
struct gk_pos gk_json__lex_here(const struct gk_json_lex *x); /* of the next byte */
/* Build the tree of the value that the last token began. */
GK_NODISCARD int gk_json__lex_tree(
	struct gk_json_lex *x, struct gk_arena *a, struct gk_node **ret, struct gk_err *err);

#endif
