/* Inside lib/secret: a parsed template. */
#ifndef GK_SECRET_TEMPLATE_AST_H
#define GK_SECRET_TEMPLATE_AST_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

enum gk_ta_kind {
	GK_TA_DOT,    /* . */
	GK_TA_ROOT,   /* $ */
	GK_TA_VAR,    /* $name */
	GK_TA_STRING, /* "..." or `...` */
	GK_TA_INT,
	GK_TA_FLOAT,
	GK_TA_BOOL,
	GK_TA_NIL,
	GK_TA_FUNC, /* name of a function */
	GK_TA_PIPE  /* ( pipeline ) */
};

struct gk_ta_field {
	struct gk_ta_field *next;
	struct gk_str name;
};

/* An operand, with the fields that are read from it: (fromJson .x).a.b */
struct gk_ta_arg {
	struct gk_ta_arg *next;
	enum gk_ta_kind kind;
	unsigned line;
	struct gk_str text; /* string, variable, function, float literal */
	int64_t number;     /* int, bool */
	struct gk_ta_pipe *pipe;
	struct gk_ta_field *fields;
};

struct gk_ta_command {
	struct gk_ta_command *next;
	struct gk_ta_arg *args;
	unsigned nargs, line;
};

struct gk_ta_pipe {
	struct gk_str var[2];
	unsigned nvars;
	bool assign; /* "=" instead of ":=" */
	struct gk_ta_command *commands;
};

enum gk_ta_type {
	GK_TA_TEXT,
	GK_TA_ACTION,
	GK_TA_IF,
	GK_TA_WITH,
	GK_TA_RANGE,
	GK_TA_BREAK,
	GK_TA_CONTINUE
};

struct gk_ta_node {
	struct gk_ta_node *next;
	enum gk_ta_type type;
	unsigned line;
	struct gk_str text;
	struct gk_ta_pipe *pipe;
	struct gk_ta_node *body, *otherwise;
};

/* GK_EINPUT secrets.template. */
GK_NODISCARD int gk_template__parse(
	struct gk_arena *a, struct gk_str text, struct gk_ta_node **ret, struct gk_err *err);

#endif
