/*
 * JSON: RFC 8259 to the letter.  Duplicate members, trailing bytes, lone surrogates and
 * invalid UTF-8 are errors with a position; number text is kept, and \u0000 in a string is
 * data (strings have lengths).
 * Limits: depth, nodes, key, scalar and number length.
 */
#ifndef GK_DOC_JSON_H
#define GK_DOC_JSON_H

#include "base/buf.h"
#include "base/limits.h"
#include "doc/node.h"

/* Parse the whole text into doc->root; `source` names it in errors and positions. */
GK_NODISCARD int gk_json_parse(struct gk_doc *doc, const char *source, struct gk_str text,
	const struct gk_limits *lim, struct gk_err *err);
/*
 * Parse one value at the start of *text into arena a and advance *text past it and the
 * blanks after it; for concatenated JSON.  pos: place of text's first byte, advanced too.
 */
GK_NODISCARD int gk_json_parse_next(struct gk_arena *a, struct gk_str *text, struct gk_pos *pos,
	const struct gk_limits *lim, struct gk_node **ret, struct gk_err *err);

/*
 * Pull tokenizer, for input that must not become a tree (states of 100 MB, watches).
 * Bytes come from fill(): up to cap into buf, *ret_n = 0 at the end.
 */
enum gk_tok {
	GK_TOK_END,
	GK_TOK_OBJECT,
	GK_TOK_OBJECT_END,
	GK_TOK_ARRAY,
	GK_TOK_ARRAY_END,
	GK_TOK_KEY,
	GK_TOK_STRING,
	GK_TOK_NUMBER,
	GK_TOK_TRUE,
	GK_TOK_FALSE,
	GK_TOK_NULL
};
typedef int (*gk_fill_fn)(void *ctx, char *buf, size_t cap, size_t *ret_n, struct gk_err *err);

struct gk_json_reader; /* opaque */
struct gk_json_reader *gk_json_reader_new(
	const char *source, gk_fill_fn fill, void *ctx, const struct gk_limits *lim);
void gk_json_reader_free(struct gk_json_reader *r);
void gk_json_reader_freep(struct gk_json_reader **r);
/* Allow several values one after another (NDJSON): GK_TOK_END then comes at the end of input only.
 */
void gk_json_reader_many(struct gk_json_reader *r, bool many);
/* The next token; its text (decoded, borrowed until the next call) through gk_json_reader_text. */
GK_NODISCARD int gk_json_next(struct gk_json_reader *r, enum gk_tok *ret, struct gk_err *err);
struct gk_str gk_json_reader_text(const struct gk_json_reader *r);
struct gk_pos gk_json_reader_pos(const struct gk_json_reader *r); /* of the last token */
size_t gk_json_reader_depth(const struct gk_json_reader *r);      /* open objects and arrays */
/* After a token that opens or is a value: build the tree of just that value. */
GK_NODISCARD int gk_json_reader_tree(
	struct gk_json_reader *r, struct gk_arena *a, struct gk_node **ret, struct gk_err *err);
/* After a token that opens a value (or a key: its value): skip it without building. */
GK_NODISCARD int gk_json_reader_skip(struct gk_json_reader *r, struct gk_err *err);

enum {
	GK_JSON_PRETTY = 1, /* two-space indent, newline at the end */
	GK_JSON_YAML = 2, /* safe for a YAML parser (server-side apply): kubernetes-api section 8 */
	GK_JSON_SORT = 4, /* members by bytes of their keys */
	GK_JSON_HTML = 8  /* escape < > & U+2028 U+2029, as Go's encoder does */
};
void gk_json_print(struct gk_buf *b, const struct gk_node *n, unsigned flags);

#endif
