/* Making foreign text safe to print, and checking UTF-8. */
#ifndef GK_BASE_TEXT_H
#define GK_BASE_TEXT_H

#include "base/buf.h"

/* The bytes of a valid UTF-8 sequence at s (1..4), or 0; rejects overlong forms and surrogates. */
size_t gk_utf8_len(struct gk_str s);
bool gk_utf8_valid(struct gk_str s);
/* Decode one valid sequence; *len = its bytes.  0xFFFD and 1 for an invalid byte. */
uint32_t gk_utf8_decode(struct gk_str s, size_t *len);
void gk_utf8_put(struct gk_buf *b, uint32_t code_point);

/*
 * Append text that came from a file, a cluster or the network for a terminal or a CI
 * log: C0 and C1 controls but tab (and newline where `keep_lines`), bidirectional
 * controls and invalid bytes appear as \xNN or \uNNNN, so that no name can move a
 * cursor or start a workflow command.
 */
void gk_text_escape(struct gk_buf *b, struct gk_str s, bool keep_lines);
/* Append a JSON string literal with its quotes: escapes `"`, `\` and C0 only. */
void gk_text_json(struct gk_buf *b, struct gk_str s);
/* Append the escape of one such byte: \n, \", \u001f. */
void gk_text_json_escape(struct gk_buf *b, unsigned char c);

#endif
