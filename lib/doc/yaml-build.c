/*
 * Events to a tree.  Open collections are frames on a stack of our own, so no input can
 * make the program's stack grow.
 *
 * An alias is expanded on the spot into a copy that shares texts and keys with the
 * original; every copied node is paid from a budget.  A merge key keeps the value aside
 * until its mapping closes, then the members that the mapping lacks are copied in:
 *
 *	base: &b {x: 1, y: 2}
 *	more: {<<: *b, y: 3}		->	more: {y: 3, x: 1}
 */
#include "doc/yaml-build.h"

enum { ALIAS_DEPTH_MAX = 64, ALIAS_RATIO = 10 };

void gk_yaml__build_init(struct gk_yaml_builder *b, struct gk_arena *a,
	const struct gk_yaml_options *opt, struct gk_err *err)
{
	*b = (struct gk_yaml_builder){
		.arena = a,
		.opt = opt,
		.lim = opt->lim ? opt->lim : gk_limits_default(),
		.err = err,
	};
}

void gk_yaml__build_done(struct gk_yaml_builder *b)
{
	gk_vec_done(&b->frames);
	gk_map_done(&b->anchors);
	gk_buf_done(&b->scratch);
	gk_buf_done(&b->shown);
}

void gk_yaml__build_reset(struct gk_yaml_builder *b)
{
	b->frames.n = 0;
	if (b->anchor_count)
		gk_map_done(&b->anchors);
	b->anchor_count = b->literal = b->made = 0;
	b->root = NULL;
}

static int limit(struct gk_yaml_builder *b, struct gk_pos pos, const char *name, uint64_t value,
	const char *what)
{
	gk_limit_fail(b->err, name, value, what);
	return gk_err_at(b->err, pos);
}

static struct gk_yaml_frame *top(struct gk_yaml_builder *b)
{
	return b->frames.n ? &b->frames.v[b->frames.n - 1] : NULL;
}

static struct gk_yaml_frame *innermost(struct gk_yaml_builder *b)
{
	gk_assert(b->frames.n);
	return &b->frames.v[b->frames.n - 1];
}

static bool wants_key(const struct gk_yaml_frame *f)
{
	return f && f->node->type == GK_OBJECT && !f->key.p && !f->to_merge;
}

static int count_literal(struct gk_yaml_builder *b, struct gk_pos pos)
{
	if (++b->literal + b->made > b->lim->nodes)
		return limit(b, pos, "nodes", b->lim->nodes, "the document");
	return 0;
}

static int count_made(struct gk_yaml_builder *b, struct gk_pos pos)
{
	uint64_t budget = b->literal * ALIAS_RATIO;

	if (budget < b->lim->alias_nodes)
		budget = b->lim->alias_nodes;
	if (++b->made > budget)
		return limit(b, pos, "alias-nodes", b->lim->alias_nodes,
			"what aliases and merge keys expand to");
	if (b->literal + b->made > b->lim->nodes)
		return limit(b, pos, "nodes", b->lim->nodes, "the document");
	return 0;
}

/* A deep copy that shares texts and keys; depth is that of n's place in the document. */
static struct gk_node *copy(
	struct gk_yaml_builder *b, const struct gk_node *n, size_t depth, struct gk_pos pos)
{
	struct gk_node *made;
	bool list = n->type == GK_OBJECT || n->type == GK_ARRAY;

	if (list && depth >= b->lim->depth) {
		(void)limit(b, pos, "depth", b->lim->depth, "nesting");
		return NULL;
	}
	if (count_made(b, pos))
		return NULL;
	made = gk_arena_alloc(b->arena, sizeof *made);
	*made = *n;
	made->next = NULL;
	made->key = NULL;
	made->keylen = 0;
	if (!list)
		return made;
	made->first = made->last = NULL;
	made->index = NULL;
	made->count = 0;
	gk_node_foreach (child, n) {
		struct gk_node *c = copy(b, child, depth + 1, pos);

		if (!c)
			return NULL;
		if (n->type == GK_ARRAY)
			gk_node_append(made, c);
		else
			(void)gk_node_add(b->arena, made, gk_node_key(child), c);
	}
	return made;
}

static int duplicate(
	struct gk_yaml_builder *b, struct gk_yaml_frame *f, const struct gk_node *first)
{
	gk_yaml__fail(b, f->key_pos, "yaml.duplicate", "the key '%s' appears twice in one mapping",
		gk_yaml__shown(b, f->key));
	return gk_note(b->err, "it is first at line %u, column %u", first->line, first->col);
}

/* Put a finished or just opened node where it belongs.  Members stand where their keys stand. */
static int attach(struct gk_yaml_builder *b, struct gk_node *n)
{
	struct gk_yaml_frame *f = top(b);
	struct gk_node *present;

	if (!f) {
		b->root = n;
		return 0;
	}
	if (f->node->type == GK_ARRAY) {
		gk_node_append(f->node, n);
		return 0;
	}
	if (f->to_merge) {
		f->to_merge = false;
		f->merge = n;
		return 0;
	}
	n->key_style = f->key_style;
	n->line = f->key_pos.line;
	n->col = f->key_pos.col > UINT16_MAX ? UINT16_MAX : (uint16_t)f->key_pos.col;
	present = gk_node_add(b->arena, f->node, f->key, n);
	if (present)
		return duplicate(b, f, present);
	f->key = GK_STR_NULL;
	return 0;
}

static int take_key(
	struct gk_yaml_builder *b, struct gk_str key, bool merge, const struct gk_yaml_part *p)
{
	struct gk_yaml_frame *f = innermost(b);

	f->key_pos = p->pos;
	f->key_style = p->style;
	if (!merge) {
		f->key = key;
		return 0;
	}
	if (f->merge)
		return gk_yaml__fail(b, p->pos, "yaml.merge",
			"a mapping has two merge keys; give one a list of mappings");
	f->to_merge = true;
	f->merge_pos = p->pos;
	return 0;
}

static int define(struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_node *n,
	struct gk_yaml_anchor **ret)
{
	struct gk_str name;
	struct gk_yaml_anchor *a;

	*ret = NULL;
	if (!p->anchor.p)
		return 0;
	if (++b->anchor_count > b->lim->anchors)
		return limit(b, p->pos, "anchors", b->lim->anchors, "the number of anchors");
	name = (struct gk_str){gk_arena_memdup0(b->arena, p->anchor.p, p->anchor.n), p->anchor.n};
	a = gk_arena_zalloc(b->arena, sizeof *a);
	a->node = n;
	(void)gk_map_put(&b->anchors, name, a);
	*ret = a;
	return 0;
}

int gk_yaml__build_scalar(struct gk_yaml_builder *b, const struct gk_yaml_part *p)
{
	struct gk_yaml_anchor *anchor;
	struct gk_node *n;
	struct gk_str key;
	bool merge;

	if (!wants_key(top(b)))
		return count_literal(b, p->pos) || gk_yaml__scalar(b, p, &n) ||
				       define(b, p, n, &anchor) || attach(b, n)
			       ? -1
			       : 0;
	if (gk_yaml__key(b, p, &key, &merge))
		return -1;
	if (p->anchor.p && define(b, p, gk_node_string_ref(b->arena, key), &anchor))
		return -1;
	return take_key(b, key, merge, p);
}

static int alias_key(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, const struct gk_node *n)
{
	if (n->type != GK_STRING)
		return gk_yaml__fail(b, p->pos, "yaml.key",
			"the key *%s is an alias of something that is no string",
			gk_yaml__shown(b, p->anchor));
	return take_key(b, n->text, false, p);
}

static int find_anchor(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_yaml_anchor **ret)
{
	*ret = gk_map_find(&b->anchors, p->anchor);
	if (!*ret)
		return gk_yaml__fail(b, p->pos, "yaml.alias",
			"the alias *%s has no anchor before it in this document",
			gk_yaml__shown(b, p->anchor));
	if ((*ret)->open)
		return gk_yaml__fail(b, p->pos, "yaml.alias",
			"the alias *%s stands inside the value of its own anchor",
			gk_yaml__shown(b, p->anchor));
	return 0;
}

int gk_yaml__build_alias(struct gk_yaml_builder *b, const struct gk_yaml_part *p)
{
	struct gk_yaml_frame *f = top(b);
	struct gk_yaml_anchor *anchor;
	struct gk_node *n;

	if (find_anchor(b, p, &anchor))
		return -1;
	if (anchor->alias_depth + 1 > ALIAS_DEPTH_MAX)
		return gk_yaml__fail(b, p->pos, "yaml.alias",
			"the alias *%s nests more than 64 aliases", gk_yaml__shown(b, p->anchor));
	if (f && f->alias_depth < anchor->alias_depth + 1)
		f->alias_depth = anchor->alias_depth + 1;
	if (wants_key(f))
		return alias_key(b, p, anchor->node);
	if (f && f->to_merge)
		return attach(b, anchor->node); /* its members are copied when the mapping closes */
	n = copy(b, anchor->node, b->frames.n, p->pos);
	return n ? attach(b, n) : -1;
}

int gk_yaml__build_open(struct gk_yaml_builder *b, const struct gk_yaml_part *p, enum gk_type type)
{
	struct gk_yaml_frame frame = {0};

	if (b->frames.n >= b->lim->depth)
		return limit(b, p->pos, "depth", b->lim->depth, "nesting");
	if (wants_key(top(b))) {
		gk_yaml__fail(b, p->pos, "yaml.key", "a mapping key is itself a collection");
		return gk_help(b->err, "keys are strings; quote text that begins with { or [");
	}
	if (count_literal(b, p->pos) || gk_yaml__collection_tag(b, p, type))
		return -1;
	frame.node = gk_node_new(b->arena, type);
	if (b->opt->profile == GK_YAML_K)
		frame.node->style = p->style;
	frame.node->line = p->pos.line;
	frame.node->col = p->pos.col > UINT16_MAX ? UINT16_MAX : (uint16_t)p->pos.col;
	if (define(b, p, frame.node, &frame.anchor) || attach(b, frame.node))
		return -1;
	if (frame.anchor)
		frame.anchor->open = true;
	gk_vec_push(&b->frames, frame);
	return 0;
}

/*
 * In go-yaml v2 (profile A) a merge overrides the keys that stand before it, against the
 * specification; here explicit keys always win, and the difference is said.
 */
static void warn_order(
	struct gk_yaml_builder *b, const struct gk_yaml_frame *f, const struct gk_node *present)
{
	bool before = present->line < f->merge_pos.line ||
		      (present->line == f->merge_pos.line && present->col < f->merge_pos.col);

	if (b->opt->profile == GK_YAML_A && b->opt->warn && before)
		(void)gk_diags_add(b->opt->warn, GK_SEV_WARNING, "yaml.merge-order", f->merge_pos,
			"kubectl lets this merge key override a key that stands before it");
}

static int merge_one(
	struct gk_yaml_builder *b, struct gk_yaml_frame *f, const struct gk_node *from, bool first)
{
	if (from->type != GK_OBJECT)
		return gk_yaml__fail(b, f->merge_pos, "yaml.merge",
			"a merge key takes a mapping or a list of mappings");
	gk_node_foreach (child, from) {
		struct gk_node *present = gk_node_find(f->node, gk_node_key(child)), *made;

		if (present) {
			if (first)
				warn_order(b, f, present);
			continue;
		}
		made = copy(b, child, b->frames.n, f->merge_pos);
		if (!made)
			return -1;
		(void)gk_node_add(b->arena, f->node, gk_node_key(child), made);
	}
	return 0;
}

static int merge(struct gk_yaml_builder *b, struct gk_yaml_frame *f)
{
	if (f->merge->type != GK_ARRAY)
		return merge_one(b, f, f->merge, true);
	gk_node_foreach (from, f->merge)
		if (merge_one(b, f, from, from == f->merge->first))
			return -1;
	return 0;
}

int gk_yaml__build_close(struct gk_yaml_builder *b)
{
	struct gk_yaml_frame f = *innermost(b), *parent;

	if (f.merge && merge(b, innermost(b)))
		return -1;
	b->frames.n--;
	parent = top(b);
	if (parent && parent->alias_depth < f.alias_depth)
		parent->alias_depth = f.alias_depth;
	if (f.anchor) {
		f.anchor->open = false;
		f.anchor->alias_depth = f.alias_depth;
	}
	return 0;
}
