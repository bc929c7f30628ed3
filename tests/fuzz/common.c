#include "base/map.h"
#include "doc/yaml.h"
#include "fuzz.h"

struct gk_limits fuzz_limits(void)
{
	struct gk_limits lim = *gk_limits_default();

	lim.nodes = 20000;
	lim.alias_nodes = 5000;
	lim.anchors = 200;
	lim.scalar_bytes = 1 << 16;
	lim.objects = 1000;
	return lim;
}

struct gk_str fuzz_head(const uint8_t *data, size_t size, char separator, struct gk_str *rest)
{
	*rest = (struct gk_str){size ? (const char *)data : "", size};
	return gk_str_cut(rest, separator);
}

/* Where the next line "=== ..." begins, or the end. */
static size_t next_mark(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((i == 0 || s.p[i - 1] == '\n') &&
			gk_str_starts(gk_str_from(s, i), GK_STR("=== ")))
			return i;
	return s.n;
}

void fuzz_split(const uint8_t *data, size_t size, struct fuzz_texts *ret)
{
	struct gk_str rest = {size ? (const char *)data : "", size};
	struct gk_str name = GK_STR("");

	ret->n = 0;
	for (;;) {
		size_t end = ret->n + 1 < FUZZ_TEXTS ? next_mark(rest) : rest.n;

		ret->name[ret->n] = name;
		ret->text[ret->n++] = (struct gk_str){rest.p, end};
		if (end == rest.n)
			return;
		rest = gk_str_from(rest, end + 4);
		name = gk_str_cut(&rest, '\n');
		if (!rest.p)
			rest = GK_STR("");
	}
}

void fuzz_check_err(const struct gk_err *err)
{
	char text[256];

	gk_assert(err->code != GK_OK && err->slug && *err->slug);
	gk_err_message(err, text, sizeof text);
	gk_assert(*text);
}

static void check_node(const struct gk_node *n, struct gk_arena *a, struct gk_map *seen)
{
	const struct gk_node *last = NULL;
	size_t count = 0;

	gk_assert(!gk_map_put(
		seen, (struct gk_str){gk_arena_memdup0(a, &n, sizeof n), sizeof n}, seen));
	gk_node_foreach (child, n) {
		gk_assert((n->type == GK_OBJECT) == (child->key != NULL));
		gk_assert(!child->key || gk_node_find(n, gk_node_key(child)) == child);
		check_node(child, a, seen);
		last = child;
		count++;
	}
	if (n->type == GK_OBJECT || n->type == GK_ARRAY)
		gk_assert(n->count == count && n->last == last);
}

void fuzz_check_tree(const struct gk_node *root)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_map seen = GK_MAP_INIT;

	check_node(root, &a, &seen);
	gk_map_done(&seen);
	gk_arena_done(&a);
}

static int keep_first(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct gk_node **first = ctx;

	(void)err;
	if (!*first)
		*first = root;
	return 0;
}

static struct gk_node *parse(struct gk_arena *a, struct gk_str text, enum gk_yaml_profile profile,
	const struct gk_limits *lim)
{
	struct gk_yaml_options opt = {.profile = profile, .lim = lim};
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *root = NULL;

	if (gk_yaml_parse(a, "f", text, &opt, keep_first, &root, &err)) {
		fuzz_check_err(&err);
		return NULL;
	}
	return root;
}

bool fuzz_check_print(const struct gk_node *root)
{
	struct gk_buf once = GK_BUF_INIT(0), twice = GK_BUF_INIT(0);
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	const struct gk_node *again;
	int rc = gk_yaml_print(&once, root, &err);

	if (rc) {
		fuzz_check_err(&err);
	} else if (root->type != GK_NULL) {
		again = parse(&a, gk_buf_str(&once), GK_YAML_A, gk_limits_default());
		gk_assert(again);
		gk_assert(gk_yaml_print(&twice, again, &err) == 0);
		gk_assert(gk_str_eq(gk_buf_str(&once), gk_buf_str(&twice)));
		gk_assert(gk_number_check(root, "f", &err) || gk_node_equal(root, again));
	}
	gk_buf_done(&once);
	gk_buf_done(&twice);
	gk_arena_done(&a);
	return rc == 0;
}

struct gk_node *fuzz_parse(struct gk_arena *a, struct gk_str text)
{
	struct gk_limits lim = fuzz_limits();

	return parse(a, text, GK_YAML_K, &lim);
}
