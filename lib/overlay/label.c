/* The selector language of Kubernetes: a=b, a==b, a!=b, a in (b,c), a notin (b,c), a, !a, a>1. */
#include "base/num.h"
#include "base/vec.h"
#include "overlay/select.h"
#include "overlay/value.h"

enum { NAME_MAX_BYTES = 63, DOMAIN_MAX_BYTES = 253 };

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

	if (value.n > 1 && value.p[0] == '+' && value.p[1] != '-')
		value = gk_str_from(value, 1); /* as Go reads integers */
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

int gk_labels_read(struct gk_arena *a, struct gk_labels *l, struct gk_err *err)
{
	if (l->read)
		return 0;
	l->read = true;
	return gk_label_parse(a, l->text, &l->rules, err);
}

int gk_labels_match(struct gk_arena *a, struct gk_labels *l, const struct gk_node *pairs, bool *ret,
	struct gk_err *err)
{
	if (gk_labels_read(a, l, err))
		return -1;
	*ret = gk_select_labels(l->rules, pairs);
	return 0;
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

static bool is_small(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
	return is_small(c) || (c >= 'A' && c <= 'Z');
}

/* 1 to 63 letters and digits, within also - _ and dots. */
static bool is_name(struct gk_str s)
{
	if (s.n == 0 || s.n > NAME_MAX_BYTES || !is_alnum(s.p[0]) || !is_alnum(s.p[s.n - 1]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && !(s.p[i] && strchr("-_.", s.p[i])))
			return false;
	return true;
}

/* Parts of small letters, digits and inner dashes, between dots. */
static bool is_domain(struct gk_str s)
{
	struct gk_str rest = s;

	while (rest.p) {
		struct gk_str part = gk_str_cut(&rest, '.');

		if (part.n == 0 || part.p[0] == '-' || part.p[part.n - 1] == '-')
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (part.p[i] != '-' && !is_small(part.p[i]))
				return false;
	}
	return s.n <= DOMAIN_MAX_BYTES;
}

/* [DOMAIN/]NAME */
static bool is_key(struct gk_str s)
{
	struct gk_str rest = s, domain = gk_str_cut(&rest, '/');

	return rest.p ? is_domain(domain) && is_name(rest) : is_name(s);
}

static void keep(struct gk_arena *a, struct gk_label_rule *rule, const struct values *values)
{
	rule->nvalues = values->n;
	rule->values = gk_arena_array(a, values->n ? values->n : 1, sizeof *rule->values);
	for (size_t i = 0; i < values->n; i++)
		rule->values[i] = values->v[i];
}

/* One comma or two.  True: two, behind which a value must come. */
static bool take_commas(struct gk_str *s, struct values *values)
{
	static const struct gk_str empty = {"", 0};
	bool two;

	(void)take_char(s, ',');
	if (values->n == 0)
		gk_vec_push(values, empty);
	two = take_char(s, ',');
	if (two || (s->n && s->p[0] == ')'))
		gk_vec_push(values, empty);
	return two;
}

/* a, b): as kustomize reads them, which takes commas by twos. */
static int take_values(
	struct gk_str *s, struct gk_str text, struct values *values, struct gk_err *err)
{
	for (;;) {
		struct gk_str word = take_word(s);

		if (word.n)
			gk_vec_push(values, word);
		else if (s->n == 0 || s->p[0] != ',')
			return fail(text, "a value, or ','", err);
		else if (take_commas(s, values))
			continue;
		if (take_char(s, ')'))
			return 0;
		if (word.n && (s->n == 0 || s->p[0] != ','))
			return fail(text, "')'", err);
	}
}

/* At least one value, which may be empty. */
static int take_set(struct gk_arena *a, struct gk_str *s, struct gk_str text,
	struct gk_label_rule *rule, struct gk_err *err)
{
	struct values values = {0};
	int rc = 0;

	if (!take_char(s, '('))
		return fail(text, "'(' after 'in' or 'notin'", err);
	if (take_char(s, ')'))
		gk_vec_push(&values, ((struct gk_str){"", 0}));
	else
		rc = take_values(s, text, &values, err);
	keep(a, rule, &values);
	gk_vec_done(&values);
	return rc;
}

/* A bound is a label value, too, and has no sign. */
static int take_bound(
	struct gk_str *s, struct gk_str text, struct gk_label_rule *rule, struct gk_err *err)
{
	if (gk_num_i64(take_word(s), 0, INT64_MAX, &rule->bound, err))
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
		rule->op = s->p[0] == '>' ? GK_LABEL_GREATER : GK_LABEL_LESS;
		(void)take_char(s, s->p[0]);
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
	if (!is_key(rule->key))
		return fail(text, "a label key", err);
	if (!missing && take_operator(a, s, text, rule, err))
		return -1;
	for (size_t i = 0; i < rule->nvalues; i++)
		if (rule->values[i].n && !is_name(rule->values[i]))
			return fail(text, "a label value", err);
	return 0;
}

int gk_label_parse(
	struct gk_arena *a, struct gk_str text, struct gk_label_rule **ret, struct gk_err *err)
{
	struct gk_str rest = skip_blanks(text);
	struct gk_label_rule **tail = ret;
	bool more = rest.n;

	*ret = NULL;
	while (more) {
		if (take_rule(a, &rest, text, tail, err))
			return -1;
		tail = &(*tail)->next;
		more = take_char(&rest, ',');
		if (!more && rest.n)
			return fail(text, "',' between two rules", err);
	}
	return 0;
}
