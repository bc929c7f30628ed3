/*
 * What is started for a KRM function: its description, an annotation of the configuration or
 * metadata.configFn, and the command line that this makes.
 */
#include <stdlib.h>

#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/marks.h"
#include "overlay/plugin-run.h"

#define FUNCTION "config.kubernetes.io/function"
#define OLD_FUNCTION "config.k8s.io/function"
#define CONTAINER "config.kubernetes.io/container"

struct mount {
	const struct gk_node *node;
	const struct gk_node *type, *src, *dst;
	bool writable;
};

struct container {
	const struct gk_node *node;
	const struct gk_node *image, *envs;
	bool network;
	struct gk_dec_list mounts; /* struct mount */
};

struct exec {
	const struct gk_node *node;
	const struct gk_node *path, *args, *envs;
};

struct function {
	const struct gk_node *node;
	struct container *container;
	struct exec *exec;
	bool defer_failure; /* has no effect: the failure comes a little later */
};

static const struct gk_dec_field mount_fields[] = {
	GK_DEC_FIELD(mount, "type", GK_DEC_STR, type),
	GK_DEC_FIELD(mount, "src", GK_DEC_STR, src),
	GK_DEC_FIELD(mount, "dst", GK_DEC_STR, dst),
	GK_DEC_FIELD(mount, "rw", GK_DEC_BOOL, writable),
};
static const struct gk_dec_struct mount_struct = GK_DEC_STRUCT(mount, "a mount", mount_fields);

static const struct gk_dec_field container_fields[] = {
	GK_DEC_FIELD(container, "image", GK_DEC_STR, image),
	GK_DEC_FIELD(container, "network", GK_DEC_BOOL, network),
	GK_DEC_NESTED(container, "mounts", GK_DEC_LIST, mounts, mount_struct),
	GK_DEC_FIELD(container, "envs", GK_DEC_STRS, envs),
};
static const struct gk_dec_struct container_struct =
	GK_DEC_STRUCT(container, "a container", container_fields);

static const struct gk_dec_field exec_fields[] = {
	GK_DEC_FIELD(exec, "path", GK_DEC_STR, path),
	GK_DEC_FIELD(exec, "args", GK_DEC_STRS, args),
	GK_DEC_FIELD(exec, "envs", GK_DEC_STRS, envs),
};
static const struct gk_dec_struct exec_struct = GK_DEC_STRUCT(exec, "a program", exec_fields);

static const struct gk_dec_field function_fields[] = {
	GK_DEC_FIELD(function, "deferFailure", GK_DEC_BOOL, defer_failure),
	GK_DEC_NESTED(function, "container", GK_DEC_OBJ, container, container_struct),
	GK_DEC_NESTED(function, "exec", GK_DEC_OBJ, exec, exec_struct),
};
static const struct gk_dec_struct function_struct =
	GK_DEC_STRUCT_WITH(function, "a function", function_fields, .texts = GK_DEC_AS_WRITTEN);

static struct gk_str spec_text(const struct gk_res *config)
{
	struct gk_str text = gk_annotation(config->object, FUNCTION);

	return text.n ? text : gk_annotation(config->object, OLD_FUNCTION);
}

static const struct gk_node *spec_node(const struct gk_res *config)
{
	return gk_node_path(config->object, "metadata", "configFn", NULL);
}

bool gk_fn_is(const struct gk_res *config)
{
	return spec_text(config).n || gk_node_is(spec_node(config), GK_OBJECT) ||
	       gk_annotation(config->object, CONTAINER).n;
}

/* The function that the configuration names; a bare image is the oldest form. */
static int read_spec(const struct gk_plugin *p, struct function *ret)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_A, .first_only = true, .lim = p->b->lim};
	struct gk_str text = spec_text(p->config), image;
	const struct gk_node *node = spec_node(p->config);
	const char *file = p->config->file;
	struct gk_node *root = NULL;

	if (text.n) {
		file = gk_arena_printf(p->b->a, "%s: annotation " FUNCTION, file);
		if (gk_build_parse_one(p->b, file, text, &opt, &root, p->err))
			return -1;
		node = root;
	}
	if (gk_node_is(node, GK_OBJECT))
		return gk_decode(p->b->a, &function_struct, node, file, p->b->diags, ret) ? -1 : 0;
	image = gk_annotation(p->config->object, CONTAINER);
	if (!image.n)
		return gk_plugin_fail(p, "annotation " FUNCTION " must hold a map");
	ret->container = gk_arena_zalloc(p->b->a, sizeof *ret->container);
	ret->container->image = gk_node_string_ref(p->b->a, image);
	return 0;
}

/* A program of the repository. */

static bool is_setting(struct gk_str s)
{
	struct gk_str rest = s;

	(void)gk_str_cut(&rest, '=');
	return rest.p && !memchr(rest.p, '=', rest.n);
}

/* Only texts with one "=" count, to kyaml; the operator's come last and win. */
static void exec_env(const struct gk_plugin *p, const struct exec *x, struct gk_strs *env)
{
	const struct gk_strs *own = &p->b->opt->plugins->env;

	gk_node_foreach (entry, x->envs)
		if (is_setting(gk_node_text(entry)))
			gk_vec_push(env, gk_arena_strdup(p->b->a, entry->text.p));
	for (size_t i = 0; i < own->n; i++)
		if (is_setting(gk_str_c(own->v[i])))
			gk_vec_push(env, own->v[i]);
	gk_vec_push(env, NULL);
}

static int fail_exec(const struct gk_plugin *p, const struct exec *x)
{
	(void)gk_fail(p->err, GK_EINPUT, "render.plugin-refused",
		"function '%.*s' is a program, which may not be started",
		GK_SARG(gk_node_text(x->path)));
	(void)gk_res_at(p->config, p->err);
	return gk_help(p->err, "if you trust this tree: --enable-alpha-plugins --enable-exec");
}

static int exec_args(const struct gk_plugin *p, const struct exec *x, struct gk_strs *argv)
{
	if (!p->b->opt->plugins->exec)
		return fail_exec(p, x);
	gk_vec_push(argv, gk_arena_strdup(p->b->a, x->path->text.p));
	gk_node_foreach (arg, x->args) {
		struct gk_str text = gk_node_text(arg);

		gk_vec_push(argv, gk_arena_strdup(p->b->a, text.p ? text.p : ""));
	}
	return 0;
}

/* A container. */

static void push(const struct gk_plugin *p, struct gk_strs *argv, struct gk_str text)
{
	gk_vec_push(argv, gk_arena_memdup0(p->b->a, text.p ? text.p : "", text.n));
}

/* The path joined to the kustomization's directory and cleaned, as Go's filepath.Join. */
static const char *absolute(const struct gk_plugin *p, struct gk_str path)
{
	const char *dir = gk_exchange_dir(p), *joined;

	if (path.n && path.p[0] == '/')
		return gk_arena_memdup0(p->b->a, path.p, path.n);
	joined = path.n ? gk_loader_join(p->b->a, dir[0] == '/' ? dir + 1 : dir, path) : NULL;
	return joined ? gk_arena_printf(p->b->a, "/%s", joined) : dir;
}

static void put_mount(const struct gk_plugin *p, struct gk_strs *argv, struct gk_str type,
	struct gk_str src, struct gk_str dst, bool writable)
{
	gk_vec_push(argv, "--mount");
	gk_vec_push(
		argv, gk_arena_printf(p->b->a, "type=%.*s,source=%s,target=%.*s%s", GK_SARG(type),
			      absolute(p, src), GK_SARG(dst), writable ? "" : ",readonly"));
}

/* "type=bind,src=a,dst=/b,rw=true" of the command line. */
static void put_own_mount(const struct gk_plugin *p, struct gk_strs *argv, struct gk_str rest)
{
	struct gk_str type = GK_STR_NULL, src = GK_STR_NULL, dst = GK_STR_NULL;
	bool writable = false;

	while (rest.p) {
		struct gk_str value = gk_str_cut(&rest, ','), key = gk_str_cut(&value, '=');

		if (!value.p)
			continue;
		if (gk_str_is(key, "type"))
			type = value;
		else if (gk_str_is(key, "src") || gk_str_is(key, "source"))
			src = value;
		else if (gk_str_is(key, "dst") || gk_str_is(key, "target"))
			dst = value;
		else if (gk_str_is(key, "rw"))
			writable = gk_str_is(value, "true");
	}
	put_mount(p, argv, type, src, dst, writable);
}

/* What a repository mounts lies in or below its kustomization. */
static int check_mount(const struct gk_plugin *p, const struct mount *m)
{
	struct gk_str src = gk_node_text(m->src);

	if (src.n == 0 || gk_loader_join(p->b->a, "", src))
		return 0;
	return gk_plugin_fail(
		p, gk_arena_printf(p->b->a, "mount '%.*s' is not in or below the kustomization",
			   GK_SARG(src)));
}

static int put_mounts(const struct gk_plugin *p, const struct container *x, struct gk_strs *argv)
{
	const struct gk_strs *own = &p->b->opt->plugins->mounts;

	gk_dec_foreach (struct mount, m, &x->mounts) {
		if (check_mount(p, m))
			return -1;
		put_mount(p, argv, gk_node_text(m->type), gk_node_text(m->src),
			gk_node_text(m->dst), m->writable);
	}
	for (size_t i = 0; i < own->n; i++)
		put_own_mount(p, argv, gk_str_c(own->v[i]));
	return 0;
}

/* Variables of a container: values by name, and names that docker takes the values of. */
struct variables {
	struct gk_map values; /* to char * */
	struct gk_strs names;
};

static void set_value(struct variables *v, struct gk_str name, const char *value)
{
	(void)gk_map_put(&v->values, name, (void *)(uintptr_t)value);
}

static void add_name(struct variables *v, const char *name)
{
	for (size_t i = 0; i < v->names.n; i++)
		if (strcmp(v->names.v[i], name) == 0)
			return;
	gk_vec_push(&v->names, name);
}

static void add_variable(const struct gk_plugin *p, struct variables *v, struct gk_str text)
{
	const char *copy = gk_arena_memdup0(p->b->a, text.p ? text.p : "", text.n);
	struct gk_str value = gk_str_c(copy), name = gk_str_cut(&value, '=');

	if (value.p)
		set_value(v, name, value.p);
	else
		add_name(v, copy);
}

static void add_defaults(struct variables *v)
{
	set_value(v, GK_STR("LOG_TO_STDERR"), "true");
	set_value(v, GK_STR("STRUCTURED_RESULTS"), "true");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_variables(const struct gk_plugin *p, struct variables *v, struct gk_strs *argv)
{
	struct gk_strs names = {0};

	gk_map_foreach (e, &v->values)
		gk_vec_push(&names, gk_arena_memdup0(p->b->a, e->key.p, e->key.n));
	if (names.n)
		qsort(names.v, names.n, sizeof *names.v, by_name);
	for (size_t i = 0; i < names.n; i++) {
		const char *value = gk_map_find(&v->values, gk_str_c(names.v[i]));

		gk_vec_push(argv, "-e");
		gk_vec_push(argv, gk_arena_printf(p->b->a, "%s=%s", names.v[i], value));
	}
	for (size_t i = 0; i < v->names.n; i++) {
		gk_vec_push(argv, "-e");
		gk_vec_push(argv, v->names.v[i]);
	}
	gk_vec_done(&names);
}

/* kyaml's defaults win over the repository's values, for they count as the operator's. */
static void put_env(const struct gk_plugin *p, const struct container *x, struct gk_strs *argv)
{
	const struct gk_strs *own = &p->b->opt->plugins->env;
	struct variables v = {0};

	gk_node_foreach (entry, x->envs)
		add_variable(p, &v, gk_node_text(entry));
	add_defaults(&v);
	for (size_t i = 0; i < own->n; i++)
		add_variable(p, &v, gk_str_c(own->v[i]));
	put_variables(p, &v, argv);
	gk_map_done(&v.values);
	gk_vec_done(&v.names);
}

static int fail_network(const struct gk_plugin *p)
{
	(void)gk_fail(p->err, GK_EINPUT, "render.plugin-refused",
		"the function's container wants the network");
	(void)gk_res_at(p->config, p->err);
	return gk_help(p->err, "if you trust this tree: --network");
}

static int container_args(
	const struct gk_plugin *p, const struct container *x, struct gk_strs *argv)
{
	static const char *const first[] = {
		"docker", "run", "--rm", "-i", "-a", "STDIN", "-a", "STDOUT", "-a", "STDERR"};

	if (x->network && !p->b->opt->plugins->network)
		return fail_network(p);
	if (x->image->text.p[0] == '-')
		return gk_plugin_fail(p, "the name of an image cannot begin with '-'");
	for (size_t i = 0; i < GK_COUNT(first); i++)
		gk_vec_push(argv, first[i]);
	gk_vec_push(argv, "--network");
	gk_vec_push(argv, x->network ? "host" : "none");
	gk_vec_push(argv, "--user");
	gk_vec_push(argv, p->b->opt->plugins->user);
	gk_vec_push(argv, "--security-opt=no-new-privileges");
	if (put_mounts(p, x, argv))
		return -1;
	put_env(p, x, argv);
	push(p, argv, x->image->text);
	return 0;
}

int gk_fn_command(const struct gk_plugin *p, struct gk_strs *argv, struct gk_strs *env)
{
	struct function f = {0};
	bool container;

	if (read_spec(p, &f))
		return -1;
	container = f.container && gk_node_text(f.container->image).n;
	if (!container && !(f.exec && gk_node_text(f.exec->path).n))
		return gk_plugin_fail(
			p, "annotation " FUNCTION " names neither container.image nor exec.path");
	if (container ? container_args(p, f.container, argv) : exec_args(p, f.exec, argv))
		return -1;
	gk_vec_push(argv, NULL);
	if (!container)
		exec_env(p, f.exec, env);
	return 0;
}
