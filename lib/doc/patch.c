/*
 * JSON patch.  The operations work on a copy of the tree, which takes the tree's place
 * when all of them worked.
 *
 * What a patch makes is counted, because copying a document into itself doubles it with
 * each operation.
 */
#include "doc/patch.h"
#include "doc/pointer.h"

struct patch {
	struct gk_arena *arena;
	struct gk_node *root;
	const struct gk_node *op; /* the current operation */
	unsigned flags;
	const struct gk_limits *lim;
	uint64_t made; /* nodes */
	struct gk_buf last, step;
	struct gk_err *err;
};

/* Where an operation acts: the node `last` names in parent; parent NULL = the whole document. */
struct place {
	struct gk_node *parent;
	struct gk_str last;
	size_t depth; /* steps of the path */
};

static int fail(struct patch *p, const char *slug, const char *text)
{
	return gk_fail(p->err, GK_EINPUT, slug, "%s", text);
}

static int no_such_path(struct patch *p)
{
	return fail(p, "patch.path", "the path does not exist");
}

/*
 * The index that a step means: of an element, or (insert) of the gap before which a new one
 * is put.  Negative ones count from the end: -1 is the last element, or the gap after it.
 */
static bool array_index(const struct patch *p, const struct gk_node *array, struct gk_str step,
	bool insert, uint32_t *ret)
{
	uint32_t end = array->count + (insert ? 1 : 0), back;

	if (insert && gk_str_is(step, "-")) {
		*ret = array->count;
		return true;
	}
	if ((p->flags & GK_PATCH_NEGATIVE) && step.n && step.p[0] == '-') {
		if (!gk_pointer_index(gk_str_from(step, 1), &back) || !back || back > end)
			return false;
		*ret = end - back;
		return true;
	}
	return gk_pointer_index(step, ret) && *ret < end;
}

static struct gk_node *child(const struct patch *p, const struct gk_node *n, struct gk_str step)
{
	uint32_t index;

	if (!gk_node_is(n, GK_ARRAY))
		return gk_pointer_child(n, step);
	return array_index(p, n, step, false, &index) ? gk_node_at(n, index) : NULL;
}

static struct gk_node *at_place(const struct patch *p, const struct place *at)
{
	return at->parent ? child(p, at->parent, at->last) : p->root;
}

static int locate(struct patch *p, struct gk_str pointer, struct place *ret)
{
	struct gk_node *n = p->root;
	struct place at = {0};
	bool more;

	for (;; at.depth++) {
		struct gk_buf swap;

		if (gk_pointer_next(&pointer, &p->step, &more, p->err))
			return -1;
		if (!more)
			break;
		if (at.depth)
			n = child(p, n, gk_buf_str(&p->last));
		if (!gk_node_is(n, GK_OBJECT) && !gk_node_is(n, GK_ARRAY))
			return no_such_path(p);
		swap = p->last;
		p->last = p->step;
		p->step = swap;
	}
	at.parent = at.depth ? n : NULL;
	at.last = gk_buf_str(&p->last);
	*ret = at;
	return 0;
}

/* A member of the operation that must be a string. */
static int text_member(struct patch *p, const char *key, struct gk_str *ret)
{
	const struct gk_node *n = gk_node_get(p->op, key);

	if (!gk_node_is(n, GK_STRING))
		return gk_fail(p->err, GK_EINPUT, "patch.form",
			n ? "'%s' is not a string" : "'%s' is missing", key);
	*ret = gk_node_text(n);
	return 0;
}

static int path_member(struct patch *p, const char *key, struct place *ret)
{
	struct gk_str pointer;

	return text_member(p, key, &pointer) ? -1 : locate(p, pointer, ret);
}

static int value_member(struct patch *p, const struct gk_node **ret)
{
	*ret = gk_node_get(p->op, "value");
	if (*ret)
		return 0;
	fail(p, "patch.form", "'value' is missing");
	return gk_help(p->err, "write \"value\": null if null is meant, as some tools assume");
}

/* Count the nodes of a tree and measure its height. */
static size_t measure(const struct gk_node *n, uint64_t *count)
{
	size_t height = 0;

	++*count;
	gk_node_foreach (c, n) {
		size_t h = measure(c, count);

		height = h > height ? h : height;
	}
	return height + (n->type == GK_ARRAY || n->type == GK_OBJECT);
}

/* A copy for this place, if it is not too large or too deep there. */
static int copy_for(
	struct patch *p, const struct gk_node *n, const struct place *at, struct gk_node **ret)
{
	size_t height = measure(n, &p->made);

	if (p->made > p->lim->nodes)
		return gk_limit_fail(p->err, "nodes", p->lim->nodes, "what the patch makes");
	if (at->depth + height > p->lim->depth)
		return gk_limit_fail(p->err, "depth", p->lim->depth, "nesting");
	*ret = gk_node_dup(p->arena, n);
	return 0;
}

static int add(struct patch *p, const struct place *at, struct gk_node *n)
{
	uint32_t index;

	if (!at->parent) {
		p->root = n;
		return 0;
	}
	if (at->parent->type == GK_OBJECT) {
		(void)gk_node_set(p->arena, at->parent, at->last, n);
		return 0;
	}
	if (!array_index(p, at->parent, at->last, true, &index))
		return fail(p, "patch.index", "the path's last step is no index of the array");
	gk_node_insert(at->parent, index, n);
	return 0;
}

static int op_add(struct patch *p)
{
	const struct gk_node *value;
	struct gk_node *copy;
	struct place at;

	if (path_member(p, "path", &at) || value_member(p, &value) ||
		copy_for(p, value, &at, &copy))
		return -1;
	return add(p, &at, copy);
}

static int op_replace(struct patch *p)
{
	const struct gk_node *value;
	struct gk_node *present, *copy;
	struct place at;

	if (path_member(p, "path", &at) || value_member(p, &value))
		return -1;
	present = at_place(p, &at);
	if (!present &&
		!((p->flags & GK_PATCH_REPLACE_CREATES) && gk_node_is(at.parent, GK_OBJECT)))
		return no_such_path(p);
	if (copy_for(p, value, &at, &copy))
		return -1;
	if (!present || !at.parent)
		return add(p, &at, copy);
	gk_node_assign(present, copy);
	return 0;
}

static int op_remove(struct patch *p)
{
	struct gk_node *present;
	struct place at;

	if (path_member(p, "path", &at))
		return -1;
	if (!at.parent)
		return fail(p, "patch.path", "the whole document cannot be removed");
	present = at_place(p, &at);
	if (!present)
		return no_such_path(p);
	gk_node_unlink(at.parent, present);
	return 0;
}

static int op_test(struct patch *p)
{
	const struct gk_node *value;
	struct place at;

	if (path_member(p, "path", &at) || value_member(p, &value))
		return -1;
	if (gk_node_equal(at_place(p, &at), value))
		return 0;
	return fail(p, "patch.test",
		at_place(p, &at) ? "the value is not the one that the test expects"
				 : "the value that the test expects does not exist");
}

static int op_copy(struct patch *p)
{
	struct gk_node *source, *copy;
	struct place from, to;

	if (path_member(p, "from", &from))
		return -1;
	source = at_place(p, &from);
	if (!source)
		return fail(p, "patch.path", "the path 'from' does not exist");
	if (path_member(p, "path", &to) || copy_for(p, source, &to, &copy))
		return -1;
	return add(p, &to, copy);
}

/* Is `path` the place `from`, or below it? */
static bool is_inside(struct gk_str path, struct gk_str from)
{
	return gk_str_starts(path, from) && (path.n == from.n || path.p[from.n] == '/');
}

/* The node goes by way of a copy, so that one that cannot arrive has not left. */
static int op_move(struct patch *p)
{
	struct gk_str from_text, path_text;
	struct gk_node *source, *copy;
	struct place from, to;

	if (text_member(p, "from", &from_text) || text_member(p, "path", &path_text) ||
		locate(p, from_text, &from))
		return -1;
	source = at_place(p, &from);
	if (!source)
		return fail(p, "patch.path", "the path 'from' does not exist");
	if (gk_str_eq(from_text, path_text))
		return 0;
	if (!from.parent || is_inside(path_text, from_text)) /* everything is in the document */
		return fail(p, "patch.move", "a value cannot be moved into itself");
	if (copy_for(p, source, &from, &copy))
		return -1;
	gk_node_unlink(from.parent, source);
	if (locate(p, path_text, &to))
		return -1;
	return add(p, &to, copy);
}

static int apply(struct patch *p)
{
	static const struct {
		const char *name;
		int (*run)(struct patch *p);
	} ops[] = {
		{"add", op_add},
		{"remove", op_remove},
		{"replace", op_replace},
		{"move", op_move},
		{"copy", op_copy},
		{"test", op_test},
	};
	struct gk_str name;

	if (!gk_node_is(p->op, GK_OBJECT))
		return fail(p, "patch.form", "expected an object with 'op' and 'path'");
	if (text_member(p, "op", &name))
		return -1;
	for (size_t i = 0; i < GK_COUNT(ops); i++)
		if (gk_str_is(name, ops[i].name))
			return ops[i].run(p);
	fail(p, "patch.form", "'op' names no operation");
	return gk_help(p->err, "the operations are add, remove, replace, move, copy and test");
}

/* Say which operation it was: "operation 2 (replace /spec/replicas): ..." */
static int blame(struct patch *p, size_t index)
{
	struct gk_str op = gk_node_text(gk_node_get(p->op, "op"));
	struct gk_str path = gk_node_text(gk_node_get(p->op, "path"));

	(void)gk_err_line(p->err, p->op->line, p->op->col);
	if (!op.n)
		return gk_ctx(p->err, "operation %zu", index);
	return gk_ctx(p->err, "operation %zu (%.*s %.*s)", index, GK_SARG(op), GK_SARG(path));
}

static int apply_all(struct patch *p, const struct gk_node *ops)
{
	size_t index = 0;

	gk_node_foreach (op, ops) {
		index++;
		p->op = op;
		if (apply(p))
			return blame(p, index);
	}
	return 0;
}

int gk_patch_apply(struct gk_arena *a, struct gk_node **root, const struct gk_node *ops,
	unsigned flags, const struct gk_limits *lim, struct gk_err *err)
{
	struct patch p = {.arena = a, .flags = flags, .lim = lim, .err = err};
	int rc;

	if (!gk_node_is(ops, GK_ARRAY))
		return gk_fail(
			err, GK_EINPUT, "patch.form", "a JSON patch is an array of operations");
	if (ops->count > lim->patch_ops)
		return gk_limit_fail(err, "patch-ops", lim->patch_ops, "the JSON patch");
	if (!ops->count)
		return 0;
	p.root = flags & GK_PATCH_IN_PLACE ? *root : gk_node_dup(a, *root);
	rc = apply_all(&p, ops);
	if (rc == 0)
		*root = p.root;
	gk_buf_done(&p.last);
	gk_buf_done(&p.step);
	return rc;
}
