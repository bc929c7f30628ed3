/*
 * Input: a label selector, a line end, a pattern for a name, a line end, a name, a line end,
 * labels (JSON).  A selector that was read and written is read the same; a rule and its
 * opposite never agree; a pattern without special characters is a comparison, and one in
 * brackets of its own means the same.
 */
#include "doc/json.h"
#include "fuzz.h"
#include "overlay/select.h"

static const char *const signs[] = {
	[GK_LABEL_IN] = " in ",
	[GK_LABEL_NOT_IN] = " notin ",
	[GK_LABEL_EXISTS] = "",
	[GK_LABEL_MISSING] = "!",
	[GK_LABEL_GREATER] = ">",
	[GK_LABEL_LESS] = "<",
};

static bool stood_before(const struct gk_label_rule *rule, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (gk_str_eq(rule->values[i], rule->values[at]))
			return true;
	return false;
}

/* Values are a set: commas in a row would mean other values when they are read. */
static void put_values(struct gk_buf *b, const struct gk_label_rule *rule)
{
	for (size_t i = 0; i < rule->nvalues; i++) {
		if (stood_before(rule, i))
			continue;
		gk_buf_putc(b, i ? ',' : '(');
		gk_buf_putstr(b, rule->values[i]);
	}
	gk_buf_puts(b, rule->nvalues ? ")" : "");
}

static void put_rule(struct gk_buf *b, const struct gk_label_rule *rule)
{
	gk_buf_puts(b, rule->op == GK_LABEL_MISSING ? "!" : "");
	gk_buf_putstr(b, rule->key);
	gk_buf_puts(b, rule->op == GK_LABEL_MISSING ? "" : signs[rule->op]);
	put_values(b, rule);
	if (rule->op == GK_LABEL_GREATER || rule->op == GK_LABEL_LESS)
		gk_buf_printf(b, "%lld", (long long)rule->bound);
}

static void put_rules(struct gk_buf *b, const struct gk_label_rule *rules)
{
	for (const struct gk_label_rule *r = rules; r; r = r->next) {
		if (r != rules)
			gk_buf_putc(b, ',');
		put_rule(b, r);
	}
}

static void read_back(struct gk_arena *a, const struct gk_label_rule *rules)
{
	GK_AUTO(gk_buf_done) struct gk_buf once = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf twice = GK_BUF_INIT(0);
	struct gk_label_rule *again;
	struct gk_err err = GK_ERR_INIT;

	put_rules(&once, rules);
	gk_assert(gk_label_parse(a, gk_buf_str(&once), &again, &err) == 0);
	put_rules(&twice, again);
	gk_assert(gk_str_eq(gk_buf_str(&once), gk_buf_str(&twice)));
}

static void try_opposite(const struct gk_label_rule *rules, const struct gk_node *labels)
{
	static const int opposite[] = {
		[GK_LABEL_IN] = GK_LABEL_NOT_IN,
		[GK_LABEL_NOT_IN] = GK_LABEL_IN,
		[GK_LABEL_EXISTS] = GK_LABEL_MISSING,
		[GK_LABEL_MISSING] = GK_LABEL_EXISTS,
		[GK_LABEL_GREATER] = GK_LABEL_LESS,
		[GK_LABEL_LESS] = GK_LABEL_GREATER,
	};
	bool all = true;

	for (const struct gk_label_rule *r = rules; r; r = r->next) {
		struct gk_label_rule one = *r, other = *r;
		bool yes, no;

		one.next = other.next = NULL;
		other.op = (enum gk_label_op)opposite[r->op];
		yes = gk_select_labels(&one, labels);
		no = gk_select_labels(&other, labels);
		if (r->op == GK_LABEL_GREATER || r->op == GK_LABEL_LESS)
			gk_assert(!yes || !no);
		else
			gk_assert(yes != no);
		all &= yes;
	}
	gk_assert(gk_select_labels(rules, labels) == all);
}

static void try_selector(struct gk_arena *a, struct gk_str text, const struct gk_node *labels)
{
	struct gk_label_rule *rules;
	struct gk_err err = GK_ERR_INIT;

	if (gk_label_parse(a, text, &rules, &err)) {
		fuzz_check_err(&err);
		return;
	}
	read_back(a, rules);
	try_opposite(rules, labels);
}

/* 1 yes, 0 no, -1 refused: does a selector with this name pattern mean an object so called? */
static int try_pattern(struct gk_arena *a, struct gk_str pattern, struct gk_str name)
{
	struct gk_selector s = {.name = pattern.n ? gk_node_string(a, pattern) : NULL};
	GK_AUTO(gk_select_done) struct gk_select select = {0};
	struct gk_err err = GK_ERR_INIT;
	bool hit;

	if (gk_select_init(&s, &select, &err) || gk_pattern_match(&select.name, name, &hit, &err)) {
		fuzz_check_err(&err);
		return -1;
	}
	if (!select.name.regex)
		gk_assert(hit == (!pattern.n || gk_str_eq(pattern, name)));
	return hit;
}

/* Not "a)|(b", which is a pattern only between other brackets. */
static bool is_whole(struct gk_str pattern)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	struct gk_err ignored = GK_ERR_INIT;

	return pattern.n && !gk_str_has(pattern, GK_STR("\\Q")) &&
	       gk_regex_new(pattern, 0, &re, &ignored) == 0;
}

static void try_patterns(struct gk_arena *a, struct gk_str pattern, struct gk_str name)
{
	GK_AUTO(gk_buf_done) struct gk_buf grouped = GK_BUF_INIT(0);
	int hit = try_pattern(a, pattern, name), again;

	if (hit < 0 || !is_whole(pattern))
		return;
	gk_buf_puts(&grouped, "(?:");
	gk_buf_putstr(&grouped, pattern);
	gk_buf_putc(&grouped, ')');
	again = try_pattern(a, gk_buf_str(&grouped), name);
	gk_assert(again < 0 || again == hit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str rest, selector = fuzz_head(data, size, '\n', &rest);
	struct gk_str pattern = gk_str_cut(&rest, '\n'), name = gk_str_cut(&rest, '\n');
	struct gk_limits lim = fuzz_limits();
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;

	(void)!gk_json_parse(&doc, "f", rest, &lim, &err);
	try_selector(&doc.arena, selector, doc.root);
	try_patterns(&doc.arena, pattern, name);
	gk_doc_done(&doc);
	return 0;
}
