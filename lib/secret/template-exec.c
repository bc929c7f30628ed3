/* Running a parsed template. */
#include "base/vec.h"
#include "secret/template-ast.h"
#include "secret/template-funcs.h"
#include "secret/template.h"

enum { STEPS_MAX = 1000000, OUTPUT_MAX = 1 << 20 };

struct variable {
	struct gk_str name;
	struct gk_tv value;
};

enum jump { GO_ON, BREAK, CONTINUE };

struct run {
	struct gk_arena *a;
	struct gk_buf *out;
	struct gk_err *err;
	struct gk_tv root;
	struct {
		struct variable *v;
		size_t n, cap;
	} variables;
	unsigned flags, steps;
	size_t start; /* of our output in the buffer */
};

static int fail(const struct run *r, unsigned line, const char *what)
{
	return gk_fail(r->err, GK_EINPUT, "secrets.template", "line %u: %s", line, what);
}

static int step(struct run *r)
{
	if (++r->steps > STEPS_MAX || r->out->n - r->start > OUTPUT_MAX)
		return gk_fail(r->err, GK_ELIMIT, "secrets.template-limit",
			"the template takes more than %d steps or prints more than %d bytes",
			STEPS_MAX, OUTPUT_MAX);
	return 0;
}

static int eval_pipe(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_pipe *pipe, struct gk_tv *ret);

static struct variable *find_variable(struct run *r, struct gk_str name)
{
	for (size_t i = r->variables.n; i > 0; i--)
		if (gk_str_eq(r->variables.v[i - 1].name, name))
			return &r->variables.v[i - 1];
	return NULL;
}

static int missing_key(struct run *r, unsigned line, struct gk_str name, struct gk_tv *ret)
{
	if (r->flags & GK_TEMPLATE_MISSING_OK) {
		ret->kind = GK_TV_NONE;
		return 0;
	}
	return gk_fail(r->err, GK_EINPUT, "secrets.template-key", "line %u: there is no key '%.*s'",
		line, GK_SARG(name));
}

static int read_fields(struct run *r, const struct gk_ta_arg *arg, struct gk_tv *v)
{
	for (const struct gk_ta_field *f = arg->fields; f; f = f->next) {
		const struct gk_node *member;

		if (v->kind != GK_TV_MAP)
			return gk_fail(r->err, GK_EINPUT, "secrets.template",
				"line %u: cannot read '.%.*s' of %s", arg->line, GK_SARG(f->name),
				gk_tv_kind_name(v));
		member = gk_node_find(v->node, f->name);
		*v = gk_tv_of(member);
		if (!member && missing_key(r, arg->line, f->name, v))
			return -1;
	}
	return 0;
}

static int eval_arg(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_arg *arg, struct gk_tv *ret);

static int call(struct run *r, const struct gk_ta_arg *name, const struct gk_tv *args, size_t n,
	struct gk_tv *ret)
{
	const struct gk_tf *f;
	char text[64];
	struct gk_tf_call c = {r->a, text, args, n};

	if (step(r))
		return -1;
	if (gk_tf_find(name->text, &f, r->err))
		return gk_ctx(r->err, "line %u", name->line);
	c.name = f->name;
	if (n < f->min || n > f->max)
		return gk_fail(r->err, GK_EINPUT, "secrets.template",
			"line %u: %s takes %u to %u arguments, not %zu", name->line, f->name,
			f->min, f->max, n);
	if (f->run(&c, ret, r->err))
		return gk_ctx(r->err, "line %u", name->line);
	return 0;
}

/* `and` and `or` look at no argument behind the one that decides. */
static int short_circuit(struct run *r, const struct gk_tv *dot, const struct gk_ta_command *c,
	const struct gk_tv *last, struct gk_tv *ret)
{
	bool stop_at = gk_str_is(c->args->text, "or");

	for (const struct gk_ta_arg *arg = c->args->next; arg; arg = arg->next) {
		if (eval_arg(r, dot, arg, ret))
			return -1;
		if (gk_tv_true(ret) == stop_at)
			return 0;
	}
	if (last)
		*ret = *last;
	else if (c->nargs < 2)
		return fail(r, c->line, "and, or: an argument is missing");
	return 0;
}

static bool is_short_circuit(const struct gk_ta_arg *first)
{
	return first->kind == GK_TA_FUNC && !first->fields &&
	       (gk_str_is(first->text, "and") || gk_str_is(first->text, "or"));
}

/* A command that begins with a function: its operands, and what the pipe brings, are arguments. */
static int eval_call(struct run *r, const struct gk_tv *dot, const struct gk_ta_command *c,
	const struct gk_tv *last, struct gk_tv *ret)
{
	struct gk_tv args[GK_TF_ARGS_MAX + 1];
	size_t n = 0;

	if (is_short_circuit(c->args))
		return short_circuit(r, dot, c, last, ret);
	for (const struct gk_ta_arg *arg = c->args->next; arg; arg = arg->next) {
		if (n == GK_TF_ARGS_MAX)
			return fail(r, c->line, "a function has too many arguments");
		if (eval_arg(r, dot, arg, &args[n++]))
			return -1;
	}
	if (last)
		args[n++] = *last;
	return call(r, c->args, args, n, ret);
}

static int eval_variable(struct run *r, const struct gk_ta_arg *arg, struct gk_tv *ret)
{
	const struct variable *v = find_variable(r, arg->text);

	if (!v)
		return gk_fail(r->err, GK_EINPUT, "secrets.template",
			"line %u: there is no variable '$%.*s'", arg->line, GK_SARG(arg->text));
	*ret = v->value;
	return 0;
}

static int eval_arg(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_arg *arg, struct gk_tv *ret)
{
	switch (arg->kind) {
	case GK_TA_DOT:
		*ret = *dot;
		break;
	case GK_TA_ROOT:
		*ret = r->root;
		break;
	case GK_TA_VAR:
		if (eval_variable(r, arg, ret))
			return -1;
		break;
	case GK_TA_STRING:
		*ret = gk_tv_string(arg->text);
		break;
	case GK_TA_INT:
		*ret = gk_tv_int(arg->number);
		break;
	case GK_TA_FLOAT:
		*ret = (struct gk_tv){.kind = GK_TV_FLOAT, .text = arg->text};
		break;
	case GK_TA_BOOL:
		*ret = gk_tv_bool(arg->number);
		break;
	case GK_TA_NIL:
		*ret = (struct gk_tv){.kind = GK_TV_NIL};
		break;
	case GK_TA_FUNC:
		if (call(r, arg, NULL, 0, ret))
			return -1;
		break;
	case GK_TA_PIPE:
		if (eval_pipe(r, dot, arg->pipe, ret))
			return -1;
		break;
	}
	return read_fields(r, arg, ret);
}

static int eval_command(struct run *r, const struct gk_tv *dot, const struct gk_ta_command *c,
	const struct gk_tv *last, struct gk_tv *ret)
{
	if (c->args->kind == GK_TA_FUNC && !c->args->fields)
		return eval_call(r, dot, c, last, ret);
	if (c->nargs > 1 || last)
		return fail(r, c->line, "a value that is no function has arguments");
	if (c->args->kind == GK_TA_NIL)
		return fail(r, c->line, "nil is no command");
	return eval_arg(r, dot, c->args, ret);
}

static void declare(struct run *r, struct gk_str name, const struct gk_tv *value)
{
	gk_vec_push(&r->variables, ((struct variable){name, *value}));
}

static int set_variables(struct run *r, const struct gk_ta_pipe *pipe, const struct gk_tv *value)
{
	if (pipe->nvars == 0)
		return 0;
	if (pipe->nvars > 1)
		return gk_fail(r->err, GK_EINPUT, "secrets.template",
			"two variables are set by a range only");
	if (pipe->assign) {
		struct variable *v = find_variable(r, pipe->var[0]);

		if (!v)
			return gk_fail(r->err, GK_EINPUT, "secrets.template",
				"there is no variable '$%.*s'", GK_SARG(pipe->var[0]));
		v->value = *value;
	} else {
		declare(r, pipe->var[0], value);
	}
	return 0;
}

static int eval_commands(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_pipe *pipe, struct gk_tv *ret)
{
	struct gk_tv value = {.kind = GK_TV_NIL}, last = value;

	for (const struct gk_ta_command *c = pipe->commands; c; c = c->next) {
		if (step(r) || eval_command(r, dot, c, c == pipe->commands ? NULL : &last, &value))
			return -1;
		last = value;
	}
	*ret = value;
	return 0;
}

static int eval_pipe(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_pipe *pipe, struct gk_tv *ret)
{
	return eval_commands(r, dot, pipe, ret) ? -1 : set_variables(r, pipe, ret);
}

static int run_list(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_node *list, enum jump *jump);

static int run_action(struct run *r, const struct gk_tv *dot, const struct gk_ta_node *node)
{
	struct gk_tv v;

	if (eval_pipe(r, dot, node->pipe, &v))
		return -1;
	if (node->pipe->nvars)
		return 0;
	if (v.kind == GK_TV_NIL)
		v.kind = GK_TV_NONE;
	gk_tv_print(r->out, &v);
	return 0;
}

/* if and with; variables that their condition declares live in both branches. */
static int run_choice(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_node *node, enum jump *jump)
{
	size_t scope = r->variables.n;
	struct gk_tv v;
	int failed;

	if (eval_pipe(r, dot, node->pipe, &v))
		return -1;
	if (gk_tv_true(&v))
		failed = run_list(r, node->type == GK_TA_WITH ? &v : dot, node->body, jump);
	else
		failed = run_list(r, dot, node->otherwise, jump);
	r->variables.n = scope;
	return failed;
}

/* One turn of a range. */
static int run_turn(struct run *r, const struct gk_ta_node *node, const struct gk_tv *key,
	const struct gk_tv *value, enum jump *jump)
{
	const struct gk_ta_pipe *pipe = node->pipe;
	size_t scope = r->variables.n;
	enum jump inner = GO_ON;

	if (step(r))
		return -1;
	if (pipe->nvars == 2)
		declare(r, pipe->var[0], key);
	if (pipe->nvars)
		declare(r, pipe->var[pipe->nvars - 1], value);
	if (run_list(r, value, node->body, &inner))
		return -1;
	r->variables.n = scope;
	*jump = inner == BREAK ? BREAK : GO_ON;
	return 0;
}

static int range_list(struct run *r, const struct gk_ta_node *node, const struct gk_node *list)
{
	enum jump jump = GO_ON;
	int64_t i = 0;

	gk_node_foreach (child, list) {
		struct gk_tv key = gk_tv_int(i++), value = gk_tv_of(child);

		if (run_turn(r, node, &key, &value, &jump))
			return -1;
		if (jump == BREAK)
			break;
	}
	return 0;
}

static int range_map(struct run *r, const struct gk_ta_node *node, const struct gk_node *map)
{
	size_t n;
	const struct gk_node **members = gk_tv_sorted(r->a, map, &n);
	enum jump jump = GO_ON;

	for (size_t i = 0; i < n && jump != BREAK; i++) {
		struct gk_tv key = gk_tv_string(gk_node_key(members[i]));
		struct gk_tv value = gk_tv_of(members[i]);

		if (run_turn(r, node, &key, &value, &jump))
			return -1;
	}
	return 0;
}

static int range_int(struct run *r, const struct gk_ta_node *node, int64_t end)
{
	enum jump jump = GO_ON;

	for (int64_t i = 0; i < end && jump != BREAK; i++) {
		struct gk_tv v = gk_tv_int(i);

		if (run_turn(r, node, &v, &v, &jump))
			return -1;
	}
	return 0;
}

static int run_range(struct run *r, const struct gk_tv *dot, const struct gk_ta_node *node)
{
	enum jump ignored = GO_ON;
	struct gk_tv v;

	if (eval_commands(r, dot, node->pipe, &v))
		return -1;
	if (!gk_tv_true(&v) && v.kind != GK_TV_STRING && v.kind != GK_TV_BOOL)
		return run_list(r, dot, node->otherwise, &ignored);
	if (v.kind == GK_TV_LIST)
		return range_list(r, node, v.node);
	if (v.kind == GK_TV_MAP)
		return range_map(r, node, v.node);
	if (v.kind == GK_TV_INT)
		return range_int(r, node, v.number);
	return gk_fail(r->err, GK_EINPUT, "secrets.template", "line %u: cannot range over %s",
		node->line, gk_tv_kind_name(&v));
}

static int run_node(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_node *node, enum jump *jump)
{
	switch (node->type) {
	case GK_TA_TEXT:
		gk_buf_putstr(r->out, node->text);
		return step(r);
	case GK_TA_ACTION:
		return run_action(r, dot, node);
	case GK_TA_IF:
	case GK_TA_WITH:
		return run_choice(r, dot, node, jump);
	case GK_TA_RANGE:
		return run_range(r, dot, node);
	case GK_TA_BREAK:
		*jump = BREAK;
		return 0;
	case GK_TA_CONTINUE:
		*jump = CONTINUE;
		return 0;
	}
	return 0;
}

static int run_list(
	struct run *r, const struct gk_tv *dot, const struct gk_ta_node *list, enum jump *jump)
{
	size_t scope = r->variables.n;

	for (; list && *jump == GO_ON; list = list->next)
		if (run_node(r, dot, list, jump))
			return -1;
	r->variables.n = scope;
	return 0;
}

int gk_template_render(struct gk_arena *a, struct gk_str text, const struct gk_node *data,
	unsigned flags, struct gk_buf *out, struct gk_err *err)
{
	struct run r = {.a = a, .out = out, .err = err, .flags = flags, .start = out->n};
	struct gk_ta_node *list;
	enum jump jump = GO_ON;
	int failed;

	r.root = (struct gk_tv){.kind = GK_TV_MAP, .node = data, .strings = true};
	if (gk_template__parse(a, text, &list, err))
		return -1;
	failed = run_list(&r, &r.root, list, &jump);
	gk_vec_done(&r.variables);
	return failed;
}
