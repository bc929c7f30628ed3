#include "base/vec.h"
#include "overlay/trace.h"
#include "overlay/value.h"

enum { GREEDY_MAX = 512 }; /* elements of lists that are compared all with all */

/* What tells elements of the lists of Kubernetes apart, the most telling first. */
static const char *const list_keys[] = {"name", "mountPath", "devicePath", "containerPort", "port",
	"ip", "uid", "topologyKey", "key", "type", "path", "host"};

static bool is_container(unsigned type)
{
	return type == GK_ARRAY || type == GK_OBJECT;
}

/* Does the field tell all elements apart? */
static bool tells_apart(const struct gk_node *list, const char *key)
{
	gk_node_foreach (e, list) {
		struct gk_str mine = gk_value_text(gk_node_get(e, key));

		if (e->type != GK_OBJECT || !mine.n)
			return false;
		for (const struct gk_node *o = e->next; o; o = o->next)
			if (gk_str_eq(mine, gk_value_text(gk_node_get(o, key))))
				return false;
	}
	return true;
}

struct gk_str gk_trace_list_key(const struct gk_node *list)
{
	if (gk_node_is(list, GK_ARRAY) && list->count && list->count <= GREEDY_MAX)
		for (size_t i = 0; i < GK_COUNT(list_keys); i++)
			if (tells_apart(list, list_keys[i]))
				return gk_str_c(list_keys[i]);
	return GK_STR_NULL;
}

static void write(struct gk_tracer *t, struct gk_field *f, const struct gk_node *value)
{
	struct gk_write *w = gk_arena_zalloc(t->a, sizeof *w);

	w->step = t->step;
	w->older = f->writes;
	if (value)
		w->value = gk_node_dup(t->a, value);
	t->place(t, &t->path, w);
	f->writes = w;
}

/* A scalar or an empty list or map. */
static void update_leaf(struct gk_tracer *t, struct gk_field *f, const struct gk_node *n, bool was)
{
	struct gk_str text = gk_value_written(n);
	bool same = was && is_container(f->type) == is_container(n->type) &&
		    (!is_container(n->type) || f->type == n->type) && gk_str_eq(f->text, text);

	f->type = n->type;
	f->text = text.n ? (struct gk_str){gk_arena_memdup0(t->a, text.p, text.n), text.n}
			 : GK_STR("");
	if (!same || (t->again && t->again(t, &t->path)))
		write(t, f, n);
}

static struct gk_field *new_field(struct gk_arena *a, const struct gk_node *member, bool named)
{
	struct gk_field *f = gk_arena_zalloc(a, sizeof *f);
	struct gk_str key = gk_node_key(member);

	f->type = GK_NULL;
	f->gone = true;
	if (named)
		f->key = (struct gk_str){gk_arena_memdup0(a, key.p, key.n), key.n};
	return f;
}

/* The member of that name; hint: the one that is probably it. */
static struct gk_field *find_member(
	const struct gk_field *f, struct gk_field *hint, struct gk_str key)
{
	if (hint && gk_str_eq(hint->key, key))
		return hint;
	for (struct gk_field *c = f->first; c; c = c->next)
		if (gk_str_eq(c->key, key))
			return c;
	return NULL;
}

/* Is the element what it was? */
static bool same_tree(const struct gk_field *f, const struct gk_node *n)
{
	const struct gk_field *c;
	struct gk_field *hint = NULL;

	if (!is_container(n->type) || n->count == 0)
		return is_container(f->type) == is_container(n->type) && f->count == 0 &&
		       gk_str_eq(f->text, gk_value_written(n));
	if (f->type != n->type || f->count != n->count)
		return false;
	c = f->first;
	gk_node_foreach (child, n) {
		const struct gk_field *m =
			n->type == GK_ARRAY ? c : find_member(f, hint, gk_node_key(child));

		if (!m || m->gone || !same_tree(m, child))
			return false;
		hint = m->next;
		c = c ? c->next : NULL;
	}
	return true;
}

static struct gk_str text_of_member(const struct gk_field *f, struct gk_str key)
{
	const struct gk_field *m = find_member(f, NULL, key);

	return m && !m->gone ? m->text : GK_STR_NULL;
}

/* The old element that has this value in the telling field. */
static struct gk_field *by_key(
	const struct gk_field *list, const struct gk_node *element, struct gk_str key)
{
	struct gk_str want = gk_value_text(gk_node_find(element, key));

	for (struct gk_field *c = list->first; c && !c->gone; c = c->next)
		if (!c->seen && gk_str_eq(text_of_member(c, key), want))
			return c;
	return NULL;
}

static struct gk_field *by_equality(const struct gk_field *list, const struct gk_node *element)
{
	for (struct gk_field *c = list->first; c && !c->gone; c = c->next)
		if (!c->seen && same_tree(c, element))
			return c;
	return NULL;
}

/* The next one from *at on that no other element is matched with. */
static struct gk_field *by_place(struct gk_field **at)
{
	while (*at && (*at)->seen && !(*at)->gone)
		*at = (*at)->next;
	return *at && !(*at)->gone ? *at : NULL;
}

/* Match each element of n with an old one: into old[], NULL = it is new. */
static void match_elements(struct gk_field *list, const struct gk_node *n, struct gk_field **old)
{
	struct gk_str key = gk_trace_list_key(n);
	bool small = n->count <= GREEDY_MAX && list->count <= GREEDY_MAX;
	struct gk_field *at = list->first;
	size_t i = 0;

	for (struct gk_field *c = list->first; c; c = c->next)
		c->seen = false;
	gk_node_foreach (e, n) {
		old[i] = key.p ? by_key(list, e, key) : small ? by_equality(list, e) : NULL;
		if (old[i])
			old[i]->seen = true;
		i++;
	}
	for (i = 0; !key.p && i < n->count; i++) {
		if (!old[i])
			old[i] = by_place(&at);
		if (old[i])
			old[i]->seen = true;
	}
}

static void append(struct gk_field *f, struct gk_field *child)
{
	child->next = NULL;
	if (f->last)
		f->last->next = child;
	else
		f->first = child;
	f->last = child;
}

static void mark_gone(struct gk_tracer *t, struct gk_field *f, size_t index)
{
	if (f->gone)
		return;
	gk_vec_push(&t->path, ((struct gk_trace_part){f->key, index, NULL}));
	write(t, f, NULL);
	t->path.n--;
	f->gone = true;
}

/* For each child of n the field that it was, or a new one. */
static struct gk_field **fields_of(struct gk_tracer *t, struct gk_field *f, const struct gk_node *n)
{
	struct gk_field **ret = gk_xcalloc(n->count + 1, sizeof(struct gk_field *)),
			*hint = f->first;
	bool named = n->type == GK_OBJECT;
	size_t i = 0;

	if (!named)
		match_elements(f, n, ret);
	gk_node_foreach (child, n) {
		if (named) {
			ret[i] = find_member(f, hint, gk_node_key(child));
			hint = ret[i] ? ret[i]->next : hint;
		}
		if (!ret[i])
			ret[i] = new_field(t->a, child, named);
		i++;
	}
	return ret;
}

/* The children of f in the order of n, then those that are no longer there. */
static void reorder(struct gk_tracer *t, struct gk_field *f, struct gk_field *const *now, size_t n)
{
	struct gk_field *gone = NULL, **end = &gone, *next;
	size_t index = 0;

	for (struct gk_field *c = f->first; c; c = c->next)
		c->seen = false;
	for (size_t i = 0; i < n; i++)
		now[i]->seen = true;
	for (struct gk_field *c = f->first; c; c = next) {
		next = c->next;
		if (c->seen)
			continue;
		mark_gone(t, c, index++);
		*end = c;
		end = &c->next;
	}
	*end = NULL;
	f->first = f->last = NULL;
	for (size_t i = 0; i < n; i++)
		append(f, now[i]);
	for (struct gk_field *c = gone; c; c = next) {
		next = c->next;
		append(f, c);
	}
}

static void update_children(struct gk_tracer *t, struct gk_field *f, const struct gk_node *n)
{
	GK_AUTO(gk_freep) struct gk_field **now = fields_of(t, f, n);
	size_t i = 0;

	reorder(t, f, now, n->count);
	f->count = n->count;
	gk_node_foreach (child, n) {
		struct gk_str key = n->type == GK_OBJECT ? gk_node_key(child) : GK_STR_NULL;

		gk_vec_push(&t->path, ((struct gk_trace_part){key, i, child}));
		gk_trace_update(t, now[i++], child);
		t->path.n--;
	}
}

void gk_trace_update(struct gk_tracer *t, struct gk_field *f, const struct gk_node *n)
{
	bool was = !f->gone;

	f->gone = false;
	if (f->type != n->type && (is_container(f->type) || is_container(n->type))) {
		f->first = f->last = NULL;
		was = false;
	}
	if (!is_container(n->type) || n->count == 0) {
		reorder(t, f, NULL, 0);
		update_leaf(t, f, n, was && f->count == 0);
		f->count = 0;
		return;
	}
	f->type = n->type;
	f->text = GK_STR("");
	update_children(t, f, n);
}
