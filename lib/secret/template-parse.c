/* From words to a tree. */
#include "secret/template-ast.h"
#include "secret/template-lex.h"

enum { NESTING_MAX = 64 };

struct parser {
	struct gk_tl lex;
	struct gk_tl_token token;
	struct gk_arena *a;
	struct gk_err *err;
	unsigned depth, loops;
};

static int fail(const struct parser *p, const char *what)
{
	return gk_fail(p->err, GK_EINPUT, "secrets.template", "line %u: %s", p->token.line, what);
}

static int advance(struct parser *p)
{
	return gk_tl_next(&p->lex, &p->token, p->err);
}

static bool at_word(const struct parser *p, const char *word)
{
	return p->token.kind == GK_TL_WORD && gk_str_is(p->token.text, word);
}

static int parse_pipe(struct parser *p, enum gk_tl_kind end, struct gk_ta_pipe **ret);

/* "-12", "0x1f", "1_000"; false: no integer. */
static bool parse_int(struct gk_str s, int64_t *ret)
{
	bool negative = s.n && s.p[0] == '-';
	uint64_t v = 0, base = 10;
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');

	if (s.n > i + 2 && s.p[i] == '0' && (s.p[i + 1] | 0x20) == 'x') {
		base = 16;
		i += 2;
	}
	for (; i < s.n; i++) {
		char c = s.p[i];
		uint64_t digit;

		if (c == '_')
			continue;
		if (c >= '0' && c <= '9')
			digit = (uint64_t)(c - '0');
		else if (base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (uint64_t)((c | 0x20) - 'a' + 10);
		else
			return false;
		if (v > (uint64_t)INT64_MAX / base - 1)
			return false;
		v = v * base + digit;
	}
	*ret = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

/* What a JSON number may look like: digits, a point, an exponent. */
static bool is_float(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789.eE+-", s.p[i]) || !s.p[i])
			return false;
	return s.n > 0 && s.p[0] != '.' && s.p[0] != '+';
}

static int number_arg(struct parser *p, struct gk_ta_arg *arg)
{
	arg->kind = GK_TA_INT;
	if (p->token.kind == GK_TL_CHAR) {
		arg->number = p->token.number;
		return 0;
	}
	if (parse_int(p->token.text, &arg->number))
		return 0;
	arg->kind = GK_TA_FLOAT;
	arg->text = p->token.text;
	return is_float(p->token.text) ? 0 : fail(p, "a number that cannot be read");
}

static void word_arg(const struct parser *p, struct gk_ta_arg *arg)
{
	arg->kind = GK_TA_FUNC;
	arg->text = p->token.text;
	if (gk_str_is(arg->text, "true") || gk_str_is(arg->text, "false")) {
		arg->kind = GK_TA_BOOL;
		arg->number = gk_str_is(arg->text, "true");
	} else if (gk_str_is(arg->text, "nil")) {
		arg->kind = GK_TA_NIL;
	}
}

static struct gk_ta_field *new_field(struct parser *p)
{
	struct gk_ta_field *f = gk_arena_zalloc(p->a, sizeof *f);

	f->name = p->token.text;
	return f;
}

static int paren_arg(struct parser *p, struct gk_ta_arg *arg)
{
	arg->kind = GK_TA_PIPE;
	if (++p->depth > NESTING_MAX)
		return fail(p, "parentheses are nested too deep");
	if (advance(p) || parse_pipe(p, GK_TL_CLOSE_PAREN, &arg->pipe))
		return -1;
	p->depth--;
	return 0;
}

/* The operand at the current word, without its fields; leaves the word behind it current. */
static int simple_arg(struct parser *p, struct gk_ta_arg *arg)
{
	switch (p->token.kind) {
	case GK_TL_DOT:
		arg->kind = GK_TA_DOT;
		break;
	case GK_TL_FIELD:
		arg->kind = GK_TA_DOT;
		arg->fields = new_field(p);
		break;
	case GK_TL_VAR:
		arg->kind = p->token.text.n ? GK_TA_VAR : GK_TA_ROOT;
		arg->text = p->token.text;
		break;
	case GK_TL_STRING:
		arg->kind = GK_TA_STRING;
		arg->text = p->token.text;
		break;
	case GK_TL_WORD:
		word_arg(p, arg);
		break;
	case GK_TL_NUMBER:
	case GK_TL_CHAR:
		if (number_arg(p, arg))
			return -1;
		break;
	case GK_TL_OPEN_PAREN:
		if (paren_arg(p, arg))
			return -1;
		break;
	case GK_TL_END:
	case GK_TL_TEXT:
	case GK_TL_CLOSE:
	case GK_TL_PIPE:
	case GK_TL_CLOSE_PAREN:
	case GK_TL_DECLARE:
	case GK_TL_ASSIGN:
	case GK_TL_COMMA:
		return fail(p, "a value is missing");
	}
	return advance(p);
}

static int parse_arg(struct parser *p, struct gk_ta_arg **ret)
{
	struct gk_ta_arg *arg = gk_arena_zalloc(p->a, sizeof *arg);
	struct gk_ta_field **tail = &arg->fields;

	arg->line = p->token.line;
	if (simple_arg(p, arg))
		return -1;
	while (*tail)
		tail = &(*tail)->next;
	while (p->token.kind == GK_TL_FIELD && p->token.glued) {
		*tail = new_field(p);
		tail = &(*tail)->next;
		if (advance(p))
			return -1;
	}
	*ret = arg;
	return 0;
}

static int parse_command(struct parser *p, enum gk_tl_kind end, struct gk_ta_command **ret)
{
	struct gk_ta_command *c = gk_arena_zalloc(p->a, sizeof *c);
	struct gk_ta_arg **tail = &c->args;

	c->line = p->token.line;
	while (p->token.kind != GK_TL_PIPE && p->token.kind != end) {
		if (parse_arg(p, tail))
			return -1;
		tail = &(*tail)->next;
		c->nargs++;
	}
	if (!c->args)
		return fail(p, "a command is missing");
	*ret = c;
	return 0;
}

/*
 * "$a, $b :=" or "$a =" at the start of a pipeline.  One variable alone may also be an operand,
 * so the scanner's place is kept to go back to.
 */
static int parse_variables(struct parser *p, struct gk_ta_pipe *pipe)
{
	struct parser start = *p;

	while (p->token.kind == GK_TL_VAR && p->token.text.n && pipe->nvars < 2) {
		pipe->var[pipe->nvars++] = p->token.text;
		if (advance(p))
			return -1;
		if (p->token.kind != GK_TL_COMMA)
			break;
		if (advance(p))
			return -1;
	}
	if (pipe->nvars && (p->token.kind == GK_TL_DECLARE || p->token.kind == GK_TL_ASSIGN)) {
		pipe->assign = p->token.kind == GK_TL_ASSIGN;
		return advance(p);
	}
	pipe->nvars = 0;
	*p = start;
	return 0;
}

/* Up to and without `end`, which stays the current word. */
static int parse_pipe(struct parser *p, enum gk_tl_kind end, struct gk_ta_pipe **ret)
{
	struct gk_ta_pipe *pipe = gk_arena_zalloc(p->a, sizeof *pipe);
	struct gk_ta_command **tail = &pipe->commands;

	if (parse_variables(p, pipe))
		return -1;
	for (;;) {
		if (parse_command(p, end, tail))
			return -1;
		tail = &(*tail)->next;
		if (p->token.kind == end)
			break;
		if (advance(p))
			return -1;
		if (p->token.kind == end)
			break; /* Go takes a pipe that leads nowhere */
	}
	*ret = pipe;
	return 0;
}

static int parse_list(struct parser *p, struct gk_ta_node **ret);

/* Expect the end of the action and go on behind it. */
static int close_action(struct parser *p)
{
	if (p->token.kind != GK_TL_CLOSE)
		return fail(p, "more words than expected");
	return advance(p);
}

static int parse_block(struct parser *p, enum gk_ta_type type, struct gk_ta_node **ret);

/* "else", "else if ...", "else with ..."; the word is current. */
static int parse_else(struct parser *p, struct gk_ta_node *node)
{
	if (advance(p))
		return -1;
	if (at_word(p, "if") || at_word(p, "with")) {
		enum gk_ta_type type = at_word(p, "if") ? GK_TA_IF : GK_TA_WITH;

		/* The chained block eats the one `end` of both. */
		return parse_block(p, type, &node->otherwise);
	}
	if (close_action(p) || parse_list(p, &node->otherwise))
		return -1;
	if (!at_word(p, "end"))
		return fail(p, "an {{end}} is missing");
	return advance(p) || close_action(p) ? -1 : 0;
}

/* if, with, range: the keyword is current. */
static int parse_block(struct parser *p, enum gk_ta_type type, struct gk_ta_node **ret)
{
	struct gk_ta_node *node = gk_arena_zalloc(p->a, sizeof *node);

	node->type = type;
	node->line = p->token.line;
	if (++p->depth > NESTING_MAX)
		return fail(p, "blocks are nested too deep");
	p->loops += type == GK_TA_RANGE;
	if (advance(p) || parse_pipe(p, GK_TL_CLOSE, &node->pipe) || close_action(p) ||
		parse_list(p, &node->body))
		return -1;
	p->loops -= type == GK_TA_RANGE;
	p->depth--;
	*ret = node;
	if (at_word(p, "else"))
		return parse_else(p, node);
	if (!at_word(p, "end"))
		return fail(p, "an {{end}} is missing");
	return advance(p) || close_action(p) ? -1 : 0;
}

static int parse_jump(struct parser *p, struct gk_ta_node **ret)
{
	struct gk_ta_node *node = gk_arena_zalloc(p->a, sizeof *node);

	node->type = at_word(p, "break") ? GK_TA_BREAK : GK_TA_CONTINUE;
	node->line = p->token.line;
	if (p->loops == 0)
		return fail(p, "break and continue belong into a range");
	*ret = node;
	return advance(p) || close_action(p) ? -1 : 0;
}

static int parse_action(struct parser *p, struct gk_ta_node **ret)
{
	static const struct {
		const char *word;
		enum gk_ta_type type;
	} blocks[] = {{"if", GK_TA_IF}, {"with", GK_TA_WITH}, {"range", GK_TA_RANGE}};
	struct gk_ta_node *node;

	for (size_t i = 0; i < GK_COUNT(blocks); i++)
		if (at_word(p, blocks[i].word))
			return parse_block(p, blocks[i].type, ret);
	if (at_word(p, "break") || at_word(p, "continue"))
		return parse_jump(p, ret);
	if (at_word(p, "define") || at_word(p, "template") || at_word(p, "block"))
		return fail(p, "define, template and block are not supported");
	node = gk_arena_zalloc(p->a, sizeof *node);
	node->type = GK_TA_ACTION;
	node->line = p->token.line;
	*ret = node;
	return parse_pipe(p, GK_TL_CLOSE, &node->pipe) || close_action(p) ? -1 : 0;
}

/* Nodes up to the end, or to an `end` or `else`, which stays current. */
static int parse_list(struct parser *p, struct gk_ta_node **ret)
{
	struct gk_ta_node **tail = ret;

	while (p->token.kind != GK_TL_END && !at_word(p, "end") && !at_word(p, "else")) {
		if (p->token.kind == GK_TL_TEXT) {
			struct gk_ta_node *node = gk_arena_zalloc(p->a, sizeof *node);

			node->text = p->token.text;
			*tail = node;
			if (advance(p))
				return -1;
		} else if (parse_action(p, tail)) {
			return -1;
		}
		tail = &(*tail)->next;
	}
	return 0;
}

int gk_template__parse(
	struct gk_arena *a, struct gk_str text, struct gk_ta_node **ret, struct gk_err *err)
{
	struct parser p = {.lex = {.a = a, .s = text, .line = 1}, .a = a, .err = err};

	*ret = NULL;
	if (advance(&p) || parse_list(&p, ret))
		return -1;
	return p.token.kind == GK_TL_END ? 0 : fail(&p, "an {{end}} or {{else}} without its block");
}
