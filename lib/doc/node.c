#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/num.h"
#include "doc/node.h"

enum { SCAN_MAX = 16 }; /* up to here a scan of the members is faster than hashing */

void gk_doc_done(struct gk_doc *d)
{
	gk_arena_done(&d->arena);
	d->root = NULL;
	d->source = NULL;
}

const char *gk_type_name(enum gk_type type)
{
	static const char *const names[] = {
		[GK_NULL] = "null",
		[GK_FALSE] = "boolean",
		[GK_TRUE] = "boolean",
		[GK_NUMBER] = "number",
		[GK_STRING] = "string",
		[GK_ARRAY] = "array",
		[GK_OBJECT] = "object",
	};

	return names[type];
}

static bool is_list(const struct gk_node *n)
{
	return n && (n->type == GK_ARRAY || n->type == GK_OBJECT);
}

static bool has_text(const struct gk_node *n)
{
	return n && (n->type == GK_STRING || n->type == GK_NUMBER);
}

struct gk_node *gk_node_children(const struct gk_node *n)
{
	return is_list(n) ? n->first : NULL;
}

struct gk_str gk_node_text(const struct gk_node *n)
{
	return gk_node_is(n, GK_STRING) ? n->text : GK_STR_NULL;
}

struct gk_str gk_node_scalar(const struct gk_node *n)
{
	if (has_text(n))
		return n->text;
	if (gk_node_is(n, GK_TRUE))
		return GK_STR("true");
	return gk_node_is(n, GK_FALSE) ? GK_STR("false") : GK_STR_NULL;
}

const char *gk_node_raw(const struct gk_node *n)
{
	if (!n || is_list(n) || !(n->count & GK_SCALAR_RAW))
		return NULL;
	return n->count & GK_SCALAR_RING ? n->ring->raw : n->raw;
}

void gk_node_set_raw(struct gk_arena *a, struct gk_node *scalar, struct gk_str raw)
{
	const char *text = gk_arena_memdup0(a, raw.p, raw.n);

	if (scalar->count & GK_SCALAR_RING)
		scalar->ring->raw = text;
	else
		scalar->raw = text;
	scalar->count |= GK_SCALAR_RAW;
}

bool gk_node_true(const struct gk_node *n)
{
	return gk_node_is(n, GK_TRUE);
}

bool gk_node_int(const struct gk_node *n, int64_t *ret)
{
	struct gk_err ignored = GK_ERR_INIT;

	return gk_node_is(n, GK_NUMBER) &&
	       gk_num_i64(n->text, INT64_MIN, INT64_MAX, ret, &ignored) == 0;
}

struct gk_pos gk_node_pos(const struct gk_node *n, const char *file)
{
	return (struct gk_pos){file, n ? n->line : 0, n ? n->col : 0};
}

/*
 * An object of more than SCAN_MAX members has a hash index beside its list: open
 * addressing, at most half full, in the object's arena.  Removal shifts the run of
 * slots behind the hole back, so no marks are left and no memory is needed.
 */
struct gk_index {
	uint32_t mask;
	struct gk_node *slot[];
};

static size_t home(const struct gk_index *x, const struct gk_node *child)
{
	return (size_t)gk_hash(gk_node_key(child)) & x->mask;
}

static void index_put(struct gk_index *x, struct gk_node *child)
{
	size_t at = home(x, child);

	while (x->slot[at])
		at = (at + 1) & x->mask;
	x->slot[at] = child;
}

static void index_build(struct gk_arena *a, struct gk_node *object)
{
	size_t slots = 64;
	struct gk_index *x;

	while (slots < (size_t)object->count * 4)
		slots *= 2;
	x = gk_arena_zalloc(a, sizeof *x + slots * sizeof *x->slot);
	x->mask = (uint32_t)slots - 1;
	object->index = x;
	gk_node_foreach (child, object)
		index_put(x, child);
}

/* The first byte tells most keys of one length apart, without a call. */
static bool has_key(const struct gk_node *child, struct gk_str key)
{
	return child->keylen == key.n &&
	       (key.n == 0 || (child->key[0] == key.p[0] && memcmp(child->key, key.p, key.n) == 0));
}

static size_t index_find(const struct gk_index *x, struct gk_str key)
{
	size_t at = (size_t)gk_hash(key) & x->mask;

	while (x->slot[at] && !has_key(x->slot[at], key))
		at = (at + 1) & x->mask;
	return at;
}

/* Move back what can no longer be reached over the hole: the usual backward shift. */
static void index_remove(struct gk_index *x, struct gk_str key)
{
	size_t hole = index_find(x, key), at = hole;

	for (;;) {
		at = (at + 1) & x->mask;
		if (!x->slot[at])
			break;
		if (((at - home(x, x->slot[at])) & x->mask) < ((at - hole) & x->mask))
			continue;
		x->slot[hole] = x->slot[at];
		hole = at;
	}
	x->slot[hole] = NULL;
}

struct gk_node *gk_node_find(const struct gk_node *object, struct gk_str key)
{
	if (!gk_node_is(object, GK_OBJECT))
		return NULL;
	if (object->index)
		return object->index->slot[index_find(object->index, key)];
	for (struct gk_node *c = object->first; c; c = c->next)
		if (has_key(c, key))
			return c;
	return NULL;
}

struct gk_node *gk_node_path(const struct gk_node *n, ...)
{
	const struct gk_node *at = n;
	struct gk_node *found = NULL;
	const char *key;
	va_list ap;

	va_start(ap, n);
	while ((key = va_arg(ap, const char *)) != NULL) {
		found = gk_node_get(at, key);
		at = found;
	}
	va_end(ap);
	return found;
}

struct gk_node *gk_node_at(const struct gk_node *array, size_t i)
{
	gk_node_foreach (child, array)
		if (i-- == 0)
			return child;
	return NULL;
}

struct gk_node *gk_node_new(struct gk_arena *a, enum gk_type type)
{
	struct gk_node *n = gk_arena_zalloc(a, sizeof *n);

	n->type = (uint8_t)type;
	return n;
}

struct gk_node *gk_node_string_ref(struct gk_arena *a, struct gk_str text)
{
	struct gk_node *n = gk_node_new(a, GK_STRING);

	n->text = text;
	return n;
}

struct gk_node *gk_node_string(struct gk_arena *a, struct gk_str text)
{
	const char *copy = gk_arena_memdup0(a, text.p, text.n);

	return gk_node_string_ref(a, (struct gk_str){copy, text.n});
}

struct gk_node *gk_node_string_c(struct gk_arena *a, const char *text)
{
	return gk_node_string(a, gk_str_c(text));
}

struct gk_node *gk_node_number(struct gk_arena *a, struct gk_str literal)
{
	struct gk_node *n = gk_node_string(a, literal);

	n->type = GK_NUMBER;
	return n;
}

struct gk_node *gk_node_int_new(struct gk_arena *a, int64_t value)
{
	const char *text = gk_arena_printf(a, "%lld", (long long)value);
	struct gk_node *n = gk_node_string_ref(a, gk_str_c(text));

	n->type = GK_NUMBER;
	return n;
}

struct gk_node *gk_node_bool(struct gk_arena *a, bool value)
{
	return gk_node_new(a, value ? GK_TRUE : GK_FALSE);
}

static void link_last(struct gk_node *parent, struct gk_node *child)
{
	child->next = NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->count++;
}

void gk_node_append(struct gk_node *array, struct gk_node *child)
{
	gk_assert(array->type == GK_ARRAY);
	child->key = NULL;
	child->keylen = 0;
	link_last(array, child);
}

struct gk_node *gk_node_add(
	struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_node *child)
{
	struct gk_node *present = gk_node_find(object, key);

	gk_assert(object->type == GK_OBJECT);
	if (present)
		return present;
	child->key = key.p;
	child->keylen = (uint32_t)key.n;
	link_last(object, child);
	if (!object->index && object->count <= SCAN_MAX)
		return NULL;
	if (!object->index || object->count > object->index->mask / 2)
		index_build(a, object);
	else
		index_put(object->index, child);
	return NULL;
}

/* The pointer that points to child in its parent's list; *before = its left sibling. */
static struct gk_node **link_of(
	struct gk_node *parent, struct gk_node *child, struct gk_node **before)
{
	struct gk_node **at = &parent->first;

	*before = NULL;
	while (*at && *at != child) {
		*before = *at;
		at = &(*at)->next;
	}
	gk_assert(*at);
	return at;
}

void gk_node_replace(struct gk_node *parent, struct gk_node *old, struct gk_node *with)
{
	struct gk_node *before, **at = link_of(parent, old, &before);

	if (parent->index)
		parent->index->slot[index_find(parent->index, gk_node_key(old))] = with;
	with->key = old->key;
	with->keylen = old->keylen;
	with->key_style = old->key_style;
	with->next = old->next;
	*at = with;
	if (parent->last == old)
		parent->last = with;
	old->next = NULL;
}

void gk_node_unlink(struct gk_node *parent, struct gk_node *child)
{
	struct gk_node *before, **at = link_of(parent, child, &before);

	if (parent->index)
		index_remove(parent->index, gk_node_key(child));
	*at = child->next;
	if (parent->last == child)
		parent->last = before;
	parent->count--;
	child->next = NULL;
}

bool gk_node_remove(struct gk_node *object, struct gk_str key)
{
	struct gk_node *child = gk_node_find(object, key);

	if (child)
		gk_node_unlink(object, child);
	return child != NULL;
}

struct gk_node *gk_node_set(
	struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_node *child)
{
	struct gk_node *present = gk_node_find(object, key);

	if (present)
		gk_node_replace(object, present, child);
	else
		(void)gk_node_add(a, object,
			(struct gk_str){gk_arena_memdup0(a, key.p, key.n), key.n}, child);
	return child;
}

struct gk_node *gk_node_set_c(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_node *child)
{
	return gk_node_set(a, object, gk_str_c(key), child);
}

struct gk_node *gk_node_set_str(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str text)
{
	return gk_node_set_c(a, object, key, gk_node_string(a, text));
}

struct gk_node *gk_node_need(
	struct gk_arena *a, struct gk_node *object, const char *key, enum gk_type type)
{
	struct gk_node *child = gk_node_get(object, key);

	if (child && child->type != GK_NULL)
		return child;
	return gk_node_set_c(a, object, key, gk_node_new(a, type));
}

void gk_node_insert(struct gk_node *array, size_t at, struct gk_node *child)
{
	struct gk_node **link = &array->first;

	if (at >= array->count) {
		gk_node_append(array, child);
		return;
	}
	while (at--)
		link = &(*link)->next;
	child->key = NULL;
	child->keylen = 0;
	child->next = *link;
	*link = child;
	array->count++;
}

void gk_node_assign(struct gk_node *n, const struct gk_node *value)
{
	struct gk_node as = *value;

	as.next = n->next;
	as.key = n->key;
	as.keylen = n->keylen;
	as.key_style = n->key_style;
	*n = as;
}

struct gk_node *gk_node_dup(struct gk_arena *a, const struct gk_node *n)
{
	struct gk_node *copy = gk_arena_alloc(a, sizeof *copy);

	*copy = *n;
	copy->next = NULL;
	copy->key = NULL;
	copy->keylen = 0;
	copy->index = NULL;
	if (!is_list(n))
		copy->count &= ~(uint32_t)GK_SCALAR_RING;
	if (has_text(n))
		copy->text.p = gk_arena_memdup0(a, n->text.p, n->text.n);
	if (gk_node_raw(n))
		gk_node_set_raw(a, copy, gk_str_c(n->raw));
	if (!is_list(n))
		return copy;
	copy->first = copy->last = NULL;
	copy->count = 0;
	for (const struct gk_node *c = n->first; c; c = c->next) {
		struct gk_node *child = gk_node_dup(a, c);

		if (n->type == GK_ARRAY)
			gk_node_append(copy, child);
		else
			(void)gk_node_add(a, copy,
				(struct gk_str){gk_arena_memdup0(a, c->key, c->keylen), c->keylen},
				child);
	}
	return copy;
}

static bool members_equal(const struct gk_node *a, const struct gk_node *b)
{
	gk_node_foreach (child, a)
		if (!gk_node_equal(child, gk_node_find(b, gk_node_key(child))))
			return false;
	return true;
}

static bool elements_equal(const struct gk_node *a, const struct gk_node *b)
{
	const struct gk_node *y = b->first;

	for (const struct gk_node *x = a->first; x; x = x->next, y = y->next)
		if (!gk_node_equal(x, y))
			return false;
	return true;
}

bool gk_node_equal(const struct gk_node *a, const struct gk_node *b)
{
	if (!a || !b || a->type != b->type)
		return a == b;
	if (a->type == GK_NUMBER)
		return gk_str_eq(a->text, b->text) || gk_number_cmp(a->text, b->text) == 0;
	if (a->type == GK_STRING)
		return gk_str_eq(a->text, b->text);
	if (!is_list(a))
		return true;
	if (a->count != b->count)
		return false;
	return a->type == GK_OBJECT ? members_equal(a, b) : elements_equal(a, b);
}

typedef int (*key_cmp_fn)(struct gk_str a, struct gk_str b);

/* Merge two sorted lists by key. */
static struct gk_node *merged(struct gk_node *a, struct gk_node *b, key_cmp_fn cmp)
{
	struct gk_node *head = NULL, **tail = &head;

	while (a && b) {
		struct gk_node **least = cmp(gk_node_key(b), gk_node_key(a)) < 0 ? &b : &a;

		*tail = *least;
		tail = &(*least)->next;
		*least = (*least)->next;
	}
	*tail = a ? a : b;
	return head;
}

/* Bottom-up merge sort of a list: bins[i] holds a sorted run of 2^i members. */
static struct gk_node *sorted(struct gk_node *list, key_cmp_fn cmp)
{
	struct gk_node *bins[32] = {NULL}, *run;
	size_t i;

	while (list) {
		run = list;
		list = list->next;
		run->next = NULL;
		for (i = 0; bins[i]; i++) {
			run = merged(bins[i], run, cmp);
			bins[i] = NULL;
		}
		bins[i] = run;
	}
	run = NULL;
	for (i = 0; i < GK_COUNT(bins); i++)
		run = merged(bins[i], run, cmp);
	return run;
}

static bool in_order(const struct gk_node *n, key_cmp_fn cmp)
{
	for (const struct gk_node *c = n->first; c && c->next; c = c->next)
		if (cmp(gk_node_key(c), gk_node_key(c->next)) > 0)
			return false;
	return true;
}

void gk_node_sort(struct gk_node *n, int (*cmp)(struct gk_str a, struct gk_str b))
{
	if (!cmp)
		cmp = gk_str_cmp;
	if (!is_list(n))
		return;
	if (n->type == GK_OBJECT && !in_order(n, cmp)) {
		n->first = sorted(n->first, cmp);
		for (n->last = n->first; n->last->next; n->last = n->last->next)
			;
	}
	gk_node_foreach (child, n)
		gk_node_sort(child, cmp);
}
