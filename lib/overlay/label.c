/* The selector language of Kubernetes: a=b, a==b, a!=b, a in (b,c), a notin (b,c), a, !a, a>1. */
#include "base/num.h"
#include "base/vec.h"
#include "overlay/select.h"
#include "overlay/value.h"

struct values {
	struct gk_str *v;
	size_t n, cap;
};

static bool holds(const struct gk_label_rule *rule, struct gk_str value)
{
	for (size_t i = 0; i < rule->nvalues; i++)
		if (gk_str_eq(rule->values[i], value))
			return true;
	return false;
}

static bool compares(const struct gk_label_rule *rule, struct gk_str value)
{
	struct gk_err ignored = GK_ERR_INIT;
	int64_t n;

	if (gk_num_i64(value, INT64_MIN, INT64_MAX, &n, &ignored))
		return false;
	return rule->op == GK_LABEL_GREATER ? n > rule->bound : n < rule->bound;
}

static bool satisfies(const struct gk_label_rule *rule, const struct gk_node *pairs)
{
	const struct gk_node *pair = gk_node_find(pairs, rule->key);
	struct gk_str value = gk_value_text(pair);

	switch (rule->op) {
	case GK_LABEL_IN:
		return pair && holds(rule, value);
	case GK_LABEL_NOT_IN:
		return !pair || !holds(rule, value);
	case GK_LABEL_EXISTS:
		return pair != NULL;
	case GK_LABEL_MISSING:
		return !pair;
	case GK_LABEL_GREATER:
	case GK_LABEL_LESS:
		return pair && compares(rule, value);
	}
	return false;
}

bool gk_select_labels(const struct gk_label_rule *rules, const struct gk_node *pairs)
{
	for (; rules; rules = rules->next)
		if (!satisfies(rules, pairs))
			return false;
	return true;
}

static struct gk_str skip_blanks(struct gk_str s)
{
	while (s.n && strchr(" \t\r\n", s.p[0]))
		s = gk_str_from(s, 1);
	return s;
}

static bool ends_word(char c)
{
	return strchr(" \t\r\n=!(),><", c) != NULL; /* NUL too: no label holds one */
}

static struct gk_str take_word(struct gk_str *s)
{
	struct gk_str word;

	*s = skip_blanks(*s);
	word = (struct gk_str){s->p, 0};
	while (word.n < s->n && !ends_word(s->p[word.n]))
		word.n++;
	*s = skip_blanks(gk_str_from(*s, word.n));
	return word;
}

static bool take_char(struct gk_str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = skip_blanks(gk_str_from(*s, 1));
	return true;
}

static int fail(struct gk_str text, const char *expected, struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "render.selector",
		"'%.*s' is no label selector: expected %s", GK_SARG(text), expected);
}

static void keep(struct gk_arena *a, struct gk_label_rule *rule, const struct values *values)
{
	rule->nvalues = values->n;
	rule->values = gk_arena_array(a, values->n ? values->n : 1, sizeof *rule->values);
	for (size_t i = 0; i < values->n; i++)
		rule->values[i] = values->v[i];
}

/* (a, b): at least one value, which may be empty. */
static int take_set(struct gk_arena *a, struct gk_str *s, struct gk_str text,
	struct gk_label_rule *rule, struct gk_err *err)
{
	struct values values = {0};

	if (!take_char(s, '('))
		return fail(text, "'(' after 'in' or 'notin'", err);
	do
		gk_vec_push(&values, take_word(s));
	while (take_char(s, ','));
	keep(a, rule, &values);
	gk_vec_done(&values);
	return take_char(s, ')') ? 0 : fail(text, "')'", err);
}

static int take_bound(
	struct gk_str *s, struct gk_str text, struct gk_label_rule *rule, struct gk_err *err)
{
	if (gk_num_i64(take_word(s), INT64_MIN, INT64_MAX, &rule->bound, err))
		return fail(text, "an integer after '<' or '>'", err);
	return 0;
}

static int take_value(
	struct gk_arena *a, struct gk_str *s, enum gk_label_op op, struct gk_label_rule *rule)
{
	struct gk_str value = take_word(s);

	rule->op = op;
	keep(a, rule, &(struct values){&value, 1, 1});
	return 0;
}

static int take_operator(struct gk_arena *a, struct gk_str *s, struct gk_str text,
	struct gk_label_rule *rule, struct gk_err *err)
{
	struct gk_str word;

	if (s->n == 0 || s->p[0] == ',')
		return 0;
	if (take_char(s, '=')) {
		(void)take_char(s, '=');
		return take_value(a, s, GK_LABEL_IN, rule);
	}
	if (take_char(s, '!'))
		return take_char(s, '=') ? take_value(a, s, GK_LABEL_NOT_IN, rule)
					 : fail(text, "'=' after '!'", err);
	if (s->p[0] == '>' || s->p[0] == '<') {
		rule->op = take_char(s, '>') ? GK_LABEL_GREATER : GK_LABEL_LESS;
		(void)take_char(s, '<');
		return take_bound(s, text, rule, err);
	}
	word = take_word(s);
	if (!gk_str_is(word, "in") && !gk_str_is(word, "notin"))
		return fail(text, "an operator", err);
	rule->op = gk_str_is(word, "in") ? GK_LABEL_IN : GK_LABEL_NOT_IN;
	return take_set(a, s, text, rule, err);
}

static int take_rule(struct gk_arena *a, struct gk_str *s, struct gk_str text,
	struct gk_label_rule **ret, struct gk_err *err)
{
	struct gk_label_rule *rule = gk_arena_zalloc(a, sizeof *rule);
	bool missing = take_char(s, '!');

	rule->op = missing ? GK_LABEL_MISSING : GK_LABEL_EXISTS;
	rule->key = take_word(s);
	*ret = rule;
	if (rule->key.n == 0)
		return fail(text, "a label key", err);
	return missing ? 0 : take_operator(a, s, text, rule, err);
}

int gk_label_parse(
	struct gk_arena *a, struct gk_str text, struct gk_label_rule **ret, struct gk_err *err)
{
	struct gk_str rest = skip_blanks(text);
	struct gk_label_rule **tail = ret;

	*ret = NULL;
	while (rest.n) {
		if (take_rule(a, &rest, text, tail, err))
			return -1;
		tail = &(*tail)->next;
		if (rest.n && !take_char(&rest, ','))
			return fail(text, "',' between two rules", err);
	}
	return 0;
}
