/*
 * KRM functions: a program, or a container through docker, that gets a ResourceList and
 * prints one.
 *
 *	items			what is transformed; a generator gets its configuration
 *	functionConfig		the configuration
 *
 * As kyaml does, each item says by annotations where it stood; what comes back without a path
 * gets one.  All of these are gone from the result in the end, but later programs see them.
 */

#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/marks.h"
#include "overlay/plugin-run.h"

#define INTERNAL "internal.config.kubernetes.io/"
#define LEGACY "config.kubernetes.io/"
#define LOCAL LEGACY "local-config"

/* What goes in. */

static int keep_root(void *ctx, struct gk_node *root, struct gk_err *err)
{
	(void)err;
	gk_node_append(ctx, root);
	return 0;
}

static int parse_all(const struct gk_plugin *p, struct gk_str text, struct gk_node *ret_list)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_K, .liberal = true, .lim = p->b->lim};

	return gk_yaml_parse(p->b->a, "input", text, &opt, keep_root, ret_list, p->err);
}

/* A path under one of its two names gets the other, too. */
static void pair_path(struct gk_arena *a, struct gk_node *object)
{
	struct gk_str internal = gk_annotation(object, INTERNAL "path");
	struct gk_str legacy = gk_annotation(object, LEGACY "path");

	if (internal.n && !legacy.n)
		gk_annotation_set(a, object, LEGACY "path", internal);
	else if (legacy.n && !internal.n)
		gk_annotation_set(a, object, INTERNAL "path", legacy);
}

static void number(struct gk_arena *a, struct gk_node *object, size_t at)
{
	static const char *const index_names[] = {
		LEGACY "index", INTERNAL "index", INTERNAL "annotations-migration-resource-id"};
	static const char *const id_names[] = {INTERNAL "id", "config.k8s.io/id"};
	struct gk_str index = gk_str_c(gk_arena_printf(a, "%zu", at));
	struct gk_str id = gk_str_c(gk_arena_printf(a, "%zu", at + 1));

	pair_path(a, object);
	for (size_t i = 0; i < GK_COUNT(index_names); i++)
		gk_annotation_set(a, object, index_names[i], index);
	for (size_t i = 0; i < GK_COUNT(id_names); i++)
		gk_annotation_set(a, object, id_names[i], id);
}

/* The configuration, marked so that it does not end up in the result. */
static int read_config(const struct gk_plugin *p, struct gk_node **ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_node *list = gk_node_new(p->b->a, GK_ARRAY);

	if (gk_exchange_config(p, &text) || parse_all(p, gk_buf_str(&text), list))
		return -1;
	*ret = gk_node_dup(p->b->a, list->first);
	gk_annotation_set(p->b->a, *ret, LOCAL, GK_STR("true"));
	return 0;
}

/* objects: YAML documents; none: the configuration is the one item. */
static int resource_list(const struct gk_plugin *p, struct gk_str objects, struct gk_buf *out)
{
	struct gk_arena *a = p->b->a;
	struct gk_node *list = gk_node_new(a, GK_OBJECT), *items = gk_node_new(a, GK_ARRAY);
	struct gk_node *config;
	size_t at = 0;

	if (read_config(p, &config) || (objects.n && parse_all(p, objects, items)))
		return -1;
	if (items->count == 0)
		gk_node_append(items, gk_node_dup(a, config));
	gk_node_foreach (item, items)
		number(a, item, at++);
	(void)gk_node_set_c(a, list, "apiVersion", gk_node_string_c(a, "config.kubernetes.io/v1"));
	(void)gk_node_set_c(a, list, "kind", gk_node_string_c(a, "ResourceList"));
	(void)gk_node_set_c(a, list, "items", items);
	(void)gk_node_set_c(a, list, "functionConfig", config);
	return gk_yaml_print_as_read(out, list, p->err);
}

/* What comes out. */

static void put_path(struct gk_arena *a, const struct gk_res *r)
{
	struct gk_id id = gk_res_id(r);
	GK_AUTO(gk_buf_done) struct gk_buf path = GK_BUF_INIT(0);

	if (id.ns.n)
		gk_buf_printf(&path, "%.*s/", GK_SARG(id.ns));
	for (size_t i = 0; i < id.kind.n; i++) {
		char c = id.kind.p[i];

		gk_buf_putc(&path, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	gk_buf_printf(&path, "_%.*s.yaml", GK_SARG(id.name));
	gk_annotation_set(a, r->object, INTERNAL "path", gk_buf_str(&path));
	gk_annotation_set(a, r->object, LEGACY "path", gk_buf_str(&path));
}

static void clean(const struct gk_plugin *p, const struct gk_res *r)
{
	static const char *const gone[] = {LEGACY "index", INTERNAL "index", INTERNAL "id",
		"config.k8s.io/id", INTERNAL "annotations-migration-resource-id",
		INTERNAL "seqindent"};

	for (size_t i = 0; i < GK_COUNT(gone); i++)
		gk_annotation_remove(r->object, gone[i]);
	pair_path(p->b->a, r->object);
	if (!gk_annotation(r->object, INTERNAL "path").n)
		put_path(p->b->a, r);
}

static int run(const struct gk_plugin *p, struct gk_str objects, struct gk_res_list *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf input = GK_BUF_INIT(0);
	struct gk_program program = {.dir = gk_exchange_dir(p)};
	struct gk_strs argv = {0}, env = {0};
	struct gk_str out = GK_STR_NULL;
	int rc = gk_fn_command(p, &argv, &env) || resource_list(p, objects, &input);

	if (rc == 0) {
		program.input = gk_buf_str(&input);
		program.argv = argv.v;
		program.env = env.v;
		rc = gk_exchange_run(p, &program, &out);
	}
	gk_vec_done(&argv);
	gk_vec_done(&env);
	if (rc ||
		gk_read_resources(p->b,
			gk_arena_printf(p->b->a, "output of %.*s", GK_SARG(gk_res_name(p->config))),
			out, ret, p->err))
		return -1;
	for (size_t i = 0; i < ret->n; i++)
		clean(p, ret->v[i]);
	return 0;
}

int gk_fn_transform(const struct gk_plugin *p)
{
	GK_AUTO(gk_buf_done) struct gk_buf objects = GK_BUF_INIT(0);
	struct gk_res_list list = {0};
	int rc;

	if (gk_exchange_objects(p, &objects))
		return -1;
	rc = run(p, gk_buf_str(&objects), &list) || gk_exchange_update(p, &list) ? -1 : 0;
	gk_vec_done(&list);
	return rc;
}

int gk_fn_generate(const struct gk_plugin *p, struct gk_res_list *ret)
{
	return run(p, GK_STR_NULL, ret) || gk_exchange_generated(p, ret) ? -1 : 0;
}
