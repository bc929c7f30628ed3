/* Inside lib/secret: the words of a template. */
#ifndef GK_SECRET_TEMPLATE_LEX_H
#define GK_SECRET_TEMPLATE_LEX_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

enum gk_tl_kind {
	GK_TL_END,
	GK_TL_TEXT,  /* outside of actions, trimmed */
	GK_TL_CLOSE, /* the end of an action */
	GK_TL_WORD,  /* identifier or keyword */
	GK_TL_FIELD, /* .name */
	GK_TL_DOT,
	GK_TL_VAR,    /* $name; text without the dollar sign, "" = $ */
	GK_TL_STRING, /* text decoded */
	GK_TL_NUMBER, /* literal */
	GK_TL_CHAR,   /* 'a': number */
	GK_TL_PIPE,
	GK_TL_OPEN_PAREN,
	GK_TL_CLOSE_PAREN,
	GK_TL_DECLARE, /* := */
	GK_TL_ASSIGN,
	GK_TL_COMMA
};

struct gk_tl_token {
	enum gk_tl_kind kind;
	struct gk_str text;
	int64_t number;
	unsigned line;
	bool glued; /* no blank before it */
};

struct gk_tl {
	struct gk_arena *a;
	struct gk_str s;
	size_t at;
	unsigned line;
	bool inside; /* an action */
	bool trim;   /* the action before ended in "-}}" */
};

GK_NODISCARD int gk_tl_next(struct gk_tl *l, struct gk_tl_token *ret, struct gk_err *err);

#endif
