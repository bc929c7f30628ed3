/* The writing end of the YAML printer: lines, indentation, scalars.  Private to lib/doc. */
#ifndef GK_DOC_YAML_EMIT_H
#define GK_DOC_YAML_EMIT_H

#include "base/buf.h"
#include "base/vec.h"
#include "doc/yaml.h"

struct gk_yaml_emitter {
	struct gk_buf *out;
	int indent;      /* columns; -1 before the first collection */
	size_t column;   /* characters of the current line */
	bool whitespace; /* the last thing written separates */
	bool indention;  /* the line holds only blanks and indicators */
	bool as_read;    /* keep order and styles, fold nothing: go-yaml v3 */
	bool bare_keys;  /* quote a key only where go-yaml v3 does */
	bool flow;       /* inside braces or brackets (as_read) */
	GK_VEC(const struct gk_node *) members;
	struct gk_buf number, scratch;
	struct gk_err *err;
};

enum {
	GK_YAML_SPACED = 1, /* a blank before it, unless one is there */
	GK_YAML_INDENTS = 2 /* what follows may stay on its line */
};
void gk_yaml__indicator(struct gk_yaml_emitter *e, const char *text, unsigned flags);
/* Bring the cursor to the current indentation, on a new line where needed. */
void gk_yaml__indent(struct gk_yaml_emitter *e);
/* null, true, numbers, {} and []: plain, never folded. */
void gk_yaml__word(struct gk_yaml_emitter *e, struct gk_str text);
/* A string in the style that go-yaml v2 chooses.  key: on one line.  GK_EINPUT: not printable. */
GK_NODISCARD int gk_yaml__string(struct gk_yaml_emitter *e, struct gk_str text, bool key);
/* A string in the style that it has, or what go-yaml v2 would choose if it cannot have that. */
GK_NODISCARD int gk_yaml__styled(struct gk_yaml_emitter *e, const struct gk_node *n);
/* Does it hold what YAML takes for a line break? */
bool gk_yaml__has_break(struct gk_str text);

#endif
