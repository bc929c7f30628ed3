#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/read.h"
#include "overlay/value.h"

struct reader {
	struct gk_build *b;
	const char *file;
	struct gk_node **v; /* the queue of documents */
	size_t n, cap;
};

/* kustomize's "nil or empty": nothing to keep. */
static bool is_empty(const struct gk_node *n)
{
	return gk_value_is_null(n) ||
	       ((n->type == GK_ARRAY || n->type == GK_OBJECT) && n->count == 0);
}

static int fail_at(const struct reader *r, const struct gk_node *n, const char *slug,
	const char *text, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, slug, "%s", text);
	return gk_err_at(err, gk_node_pos(n, r->file));
}

static bool ends_in_list(struct gk_str kind)
{
	return gk_str_ends(kind, GK_STR("List"));
}

static bool has_generate_name(const struct gk_node *n)
{
	return gk_value_text(gk_node_path(n, "metadata", "generateName", NULL)).n;
}

/* An object needs a kind and a name; a list needs no name. */
static int check_object(const struct reader *r, const struct gk_node *n, struct gk_err *err)
{
	const struct gk_node *meta = gk_node_get(n, "metadata");
	struct gk_str kind = gk_value_text(gk_node_get(n, "kind"));

	if (n->type != GK_OBJECT)
		return fail_at(r, n, "render.not-an-object",
			"a Kubernetes object must be a map with apiVersion, kind and metadata",
			err);
	if (kind.n == 0)
		return fail_at(r, n, "render.no-kind", "the object has no 'kind'", err);
	if (ends_in_list(kind) || gk_value_text(gk_node_get(meta, "name")).n)
		return 0;
	if (has_generate_name(n) && r->b->opt->generate_name)
		return 0;
	(void)fail_at(r, n, "render.no-name", "the object has no 'metadata.name'", err);
	if (has_generate_name(n))
		return gk_help(err, "give it a name, or accept generateName, which kustomize does "
				    "not, with --allow-generate-name");
	return -1;
}

static struct gk_res *new_res(const struct reader *r, struct gk_node *n)
{
	struct gk_res *res = gk_res_new(r->b->a, r->b->scopes, n, r->file);

	if (gk_res_name(res).n == 0 && has_generate_name(n))
		gk_res_alias(r->b->a, res, ++r->b->unnamed);
	return res;
}

/* The two kinds whose items kustomize takes out of their list as they are. */
static bool is_wrapper(const struct gk_node *n)
{
	struct gk_str kind = gk_value_text(gk_node_get(n, "kind"));

	return gk_str_is(kind, "List") || gk_str_is(kind, "ResourceList");
}

static void move_items(struct reader *r, struct gk_node *items)
{
	struct gk_node *child = gk_node_children(items), *next;

	for (; child; child = next) {
		next = child->next;
		child->next = NULL;
		gk_vec_push(r, child);
	}
}

/* kustomize sends every item of a list through JSON and reads it as a file of its own. */
static void move_items_as_json(struct reader *r, struct gk_node *items)
{
	struct gk_node *child = gk_node_children(items), *next;

	for (; child; child = next) {
		struct gk_node *inner = is_wrapper(child) ? gk_node_get(child, "items") : NULL;

		next = child->next;
		child->next = NULL;
		gk_value_from_json(r->b->a, child);
		if (gk_node_is(inner, GK_ARRAY))
			move_items(r, inner);
		else
			gk_vec_push(r, child);
	}
}

/* Open the list when it is one: its items go to the end of the queue. */
static int open_list(struct reader *r, struct gk_node *n, bool *ret_opened, struct gk_err *err)
{
	struct gk_node *items = gk_node_get(n, "items");

	*ret_opened = ends_in_list(gk_value_text(gk_node_get(n, "kind"))) && items;
	if (!*ret_opened || items->type == GK_NULL)
		return 0;
	if (items->type != GK_ARRAY)
		return fail_at(
			r, items, "render.list-items", "the items of a list must be a list", err);
	if (r->n == 1 && is_wrapper(n))
		move_items(r, items);
	else
		move_items_as_json(r, items);
	return 0;
}

static int take(struct reader *r, struct gk_res_list *ret, struct gk_err *err)
{
	for (size_t i = 0; i < r->n; i++) {
		struct gk_node *n = r->v[i];
		bool opened;

		if (is_empty(n))
			continue;
		if (check_object(r, n, err) || open_list(r, n, &opened, err))
			return -1;
		if (opened)
			continue;
		if (++r->b->objects > r->b->lim->objects)
			return gk_limit_fail(
				err, "objects", r->b->lim->objects, "the number of objects");
		gk_vec_push(ret, new_res(r, n));
		if (gk_res_check_nul(ret->v[ret->n - 1], err))
			return -1;
		gk_openapi_asked(r->b, ret->v[ret->n - 1]);
	}
	return 0;
}

static int push(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct reader *r = ctx;

	(void)err;
	gk_vec_push(r, root);
	return 0;
}

int gk_read_resources(struct gk_build *b, const char *file, struct gk_str text,
	struct gk_res_list *ret, struct gk_err *err)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_K, .warn = b->diags, .lim = b->lim};
	struct reader r = {.b = b, .file = file};
	int rc = gk_yaml_parse(b->a, file, text, &opt, push, &r, err);

	if (rc == 0)
		rc = take(&r, ret, err);
	gk_vec_done(&r);
	return rc;
}

int gk_read_resource(struct gk_build *b, struct gk_node *root, const char *file,
	struct gk_res_list *ret, struct gk_err *err)
{
	struct reader r = {.b = b, .file = file};
	int rc;

	if (gk_number_check(root, file, err))
		return -1;
	gk_vec_push(&r, root);
	rc = take(&r, ret, err);
	gk_vec_done(&r);
	return rc;
}
