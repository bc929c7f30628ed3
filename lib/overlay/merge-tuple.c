/* Tuples of key values, by which lists merge: steps 1 to 3 of merge-list.c. */
#include "overlay/merge-tuple.h"
#include "overlay/value.h"

struct gk_merge_keys gk_merge__keys(const char *text)
{
	struct gk_merge_keys k = {0};
	struct gk_str rest = gk_str_c(text);

	if (strcmp(text, "=") == 0) {
		k.scalars = true;
		k.v[0] = GK_STR("");
		k.n = 1;
		return k;
	}
	while (rest.p && k.n < GK_MERGE_KEYS)
		k.v[k.n++] = gk_str_cut(&rest, ',');
	return k;
}

struct gk_merge_tuple gk_merge__tuple(const struct gk_merge_keys *k, const struct gk_node *element)
{
	struct gk_merge_tuple t = {.n = k->n};

	for (size_t i = 0; i < k->n; i++)
		t.v[i] = k->scalars ? gk_value_written(element)
				    : gk_value_text(gk_node_find(element, k->v[i]));
	return t;
}

struct gk_str gk_merge__tuple_bytes(struct gk_arena *a, const struct gk_merge_tuple *t)
{
	size_t n = 0;
	char *bytes, *p;

	for (size_t i = 0; i < t->n; i++)
		n += t->v[i].n + 1;
	bytes = p = gk_arena_alloc(a, n + 1);
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].n)
			memcpy(p, t->v[i].p, t->v[i].n);
		p += t->v[i].n;
		*p++ = '\0';
	}
	return (struct gk_str){bytes, n};
}

/* Equal in one place at least, and elsewhere only different where one is ""? */
static bool agree(
	const struct gk_merge_tuple *a, const struct gk_merge_tuple *b, struct gk_merge_tuple *ret)
{
	bool common = false;

	ret->n = a->n;
	for (size_t i = 0; i < a->n; i++) {
		bool equal = gk_str_eq(a->v[i], b->v[i]);

		if (!equal && a->v[i].n && b->v[i].n)
			return false;
		common |= equal;
		ret->v[i] = a->v[i].n ? a->v[i] : b->v[i];
	}
	return common;
}

void gk_merge__complete(struct gk_merge_tuples *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct gk_merge_tuple one = t->v[i], both;

		for (size_t j = 0; j < t->n; j++)
			if (agree(&one, &t->v[j], &both))
				t->v[i] = t->v[j] = both;
	}
}

struct gk_merge_keys gk_merge__valid_keys(const struct gk_merge_keys *k,
	const struct gk_merge_tuple *t, size_t n, bool used[GK_MERGE_KEYS])
{
	struct gk_merge_keys valid = {.scalars = k->scalars};
	bool any = false;

	for (size_t i = 0; i < k->n; i++) {
		used[i] = false;
		for (size_t j = 0; j < n && !used[i]; j++)
			used[i] = t[j].v[i].n != 0;
		any |= used[i];
	}
	for (size_t i = 0; i < k->n; i++) {
		used[i] |= !any;
		if (used[i])
			valid.v[valid.n++] = k->v[i];
	}
	return valid;
}

struct gk_merge_tuple gk_merge__valid_values(
	const struct gk_merge_tuple *t, const bool used[GK_MERGE_KEYS])
{
	struct gk_merge_tuple valid = {0};

	for (size_t i = 0; i < t->n; i++)
		if (used[i])
			valid.v[valid.n++] = t->v[i];
	return valid;
}
