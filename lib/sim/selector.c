#include "sim/selector.h"

void gk_sim_selector_done(struct gk_sim_selector *s)
{
	gk_vec_foreach (struct gk_sim_term, t, &s->terms)
		gk_vec_done(&t->values);
	gk_vec_done(&s->terms);
}

/* The next requirement: up to a comma that is not between brackets. */
static struct gk_str cut_term(struct gk_str *rest)
{
	size_t depth = 0;

	for (size_t i = 0; i < rest->n; i++) {
		struct gk_str term = {rest->p, i};

		if (rest->p[i] == '(')
			depth++;
		else if (rest->p[i] == ')' && depth)
			depth--;
		else if (rest->p[i] == ',' && !depth) {
			*rest = gk_str_from(*rest, i + 1);
			return term;
		}
	}
	return gk_str_cut(rest, '\0');
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '/';
}

static bool is_name(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!name_char(s.p[i]))
			return false;
	return s.n > 0;
}

static int parse_set(struct gk_str text, struct gk_sim_term *t)
{
	struct gk_str open = text;

	(void)gk_str_cut(&open, '(');
	if (!open.p || !gk_str_ends(open, GK_STR(")")))
		return -1;
	open.n--;
	while (open.p) {
		struct gk_str value = gk_str_trim(gk_str_cut(&open, ','));

		gk_vec_push(&t->values, value);
	}
	return 0;
}

/* "key", "!key", "key=v", "key==v", "key!=v", "key in (a,b)", "key notin (a,b)" */
static int parse_label_term(struct gk_str text, struct gk_sim_term *t)
{
	struct gk_str value = text, key = gk_str_cut(&value, '=');

	if (gk_str_starts(text, GK_STR("!")) && !value.p) {
		t->negative = t->exists = true;
		t->key = gk_str_trim(gk_str_from(text, 1));
	} else if (value.p) {
		if (gk_str_starts(value, GK_STR("=")))
			value = gk_str_from(value, 1);
		t->negative = gk_str_ends(key, GK_STR("!"));
		key.n -= t->negative ? 1 : 0;
		t->key = gk_str_trim(key);
		gk_vec_push(&t->values, gk_str_trim(value));
	} else {
		struct gk_str rest = text;

		t->key = gk_str_cut(&rest, ' ');
		rest = gk_str_trim(rest);
		t->exists = rest.n == 0;
		t->negative = gk_str_starts(rest, GK_STR("notin"));
		if (rest.n && ((!t->negative && !gk_str_starts(rest, GK_STR("in"))) ||
				      parse_set(rest, t)))
			return -1;
	}
	return is_name(t->key) ? 0 : -1;
}

static int parse_field_term(struct gk_str text, struct gk_sim_term *t)
{
	struct gk_str value = text, key = gk_str_cut(&value, '=');

	if (!value.p)
		return -1;
	if (gk_str_starts(value, GK_STR("=")))
		value = gk_str_from(value, 1);
	t->negative = gk_str_ends(key, GK_STR("!"));
	key.n -= t->negative ? 1 : 0;
	t->key = key;
	gk_vec_push(&t->values, value);
	return 0;
}

static int parse(struct gk_str text, int (*term_fn)(struct gk_str, struct gk_sim_term *),
	struct gk_sim_selector *ret, struct gk_err *err)
{
	struct gk_str rest = text;

	while (rest.n) {
		struct gk_sim_term t = {0};
		struct gk_str term = gk_str_trim(cut_term(&rest));

		if (!term.n)
			continue;
		if (term_fn(term, &t)) {
			gk_vec_done(&t.values);
			return gk_fail(err, GK_EINPUT, "sim.selector",
				"unable to parse requirement: %.*s", GK_SARG(term));
		}
		gk_vec_push(&ret->terms, t);
	}
	return 0;
}

int gk_sim_labels_parse(struct gk_str text, struct gk_sim_selector *ret, struct gk_err *err)
{
	return parse(text, parse_label_term, ret, err);
}

int gk_sim_fields_parse(struct gk_str text, struct gk_sim_selector *ret, struct gk_err *err)
{
	return parse(text, parse_field_term, ret, err);
}

static bool has_value(const struct gk_sim_term *t, struct gk_str value)
{
	gk_vec_foreach (struct gk_str, v, &t->values)
		if (gk_str_eq(*v, value))
			return true;
	return false;
}

bool gk_sim_labels_match(const struct gk_sim_selector *s, const struct gk_node *labels)
{
	gk_vec_foreach (struct gk_sim_term, t, &s->terms) {
		const struct gk_node *n = gk_node_find(labels, t->key);
		bool holds = t->exists ? n != NULL : n && has_value(t, gk_node_text(n));

		if (holds == t->negative)
			return false;
	}
	return true;
}

static struct gk_str field_value(const struct gk_node *root, struct gk_str path)
{
	const struct gk_node *n = root;
	struct gk_str value;

	while (path.p && n)
		n = gk_node_find(n, gk_str_cut(&path, '.'));
	value = gk_node_scalar(n);
	return value.p ? value : GK_STR("");
}

bool gk_sim_fields_match(const struct gk_sim_selector *s, const struct gk_node *root)
{
	gk_vec_foreach (struct gk_sim_term, t, &s->terms)
		if (has_value(t, field_value(root, t->key)) == t->negative)
			return false;
	return true;
}

static bool expression_holds(const struct gk_node *e, const struct gk_node *labels)
{
	struct gk_str op = gk_node_text(gk_node_get(e, "operator"));
	const struct gk_node *n = gk_node_find(labels, gk_node_text(gk_node_get(e, "key")));
	bool in = false;

	gk_node_foreach (v, gk_node_get(e, "values"))
		in = in || (n && gk_str_eq(gk_node_text(v), gk_node_text(n)));
	if (gk_str_is(op, "Exists"))
		return n != NULL;
	if (gk_str_is(op, "DoesNotExist"))
		return n == NULL;
	return gk_str_is(op, "In") ? in : !in;
}

bool gk_sim_label_selector_match(const struct gk_node *selector, const struct gk_node *labels)
{
	gk_node_foreach (want, gk_node_get(selector, "matchLabels")) {
		const struct gk_node *n = gk_node_find(labels, gk_node_key(want));

		if (!n || !gk_str_eq(gk_node_text(n), gk_node_text(want)))
			return false;
	}
	gk_node_foreach (e, gk_node_get(selector, "matchExpressions"))
		if (!expression_holds(e, labels))
			return false;
	return true;
}
