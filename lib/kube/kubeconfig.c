/*
 * Kubeconfig files.  Of several, the first that has a name supplies the whole entry: there
 * is no merge inside entries (kubernetes/client-go: tools/clientcmd/loader.go).
 */
#include "base/io.h"
#include "doc/yaml.h"
#include "kube/kubeconfig.h"

static const struct {
	const char *list, *value, *slug;
} sections[SECTIONS] = {
	[CLUSTERS] = {"clusters", "cluster", "kube.no-cluster"},
	[USERS] = {"users", "user", "kube.no-user"},
	[CONTEXTS] = {"contexts", "context", "kube.no-context"},
};

struct gk_err *gk_faults_next(struct faults *f)
{
	if (f->any)
		gk_diags_err(f->diags, f->err);
	f->any = true;
	gk_err_reset(f->err);
	return f->err;
}

static void fault_at(struct kubeconfig *k, struct gk_pos pos, const char *fmt, ...) GK_PRINTF(3, 4);
static void fault_at(struct kubeconfig *k, struct gk_pos pos, const char *fmt, ...)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_err *err = gk_faults_next(k->faults);
	va_list ap;

	va_start(ap, fmt);
	gk_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	gk_fail(err, GK_EINPUT, "kube.config", "%s", gk_buf_cstr(&b));
	gk_err_at(err, pos);
}

struct gk_pos gk_entry_pos(const struct entry *e, const char *key)
{
	const struct gk_node *member;

	if (!e)
		return (struct gk_pos){0};
	member = key ? gk_node_get(e->node, key) : NULL;
	return gk_node_pos(member ? member : e->node, e->file);
}

static const char *text_of(
	struct kubeconfig *k, const struct gk_node *object, const char *key, const char *file)
{
	const struct gk_node *n = gk_node_get(object, key);

	if (!n || gk_node_is(n, GK_NULL))
		return NULL;
	if (!gk_node_is(n, GK_STRING)) {
		fault_at(k, gk_node_pos(n, file), "'%s' must be a string, not %s", key,
			gk_type_name(n->type));
		return NULL;
	}
	return gk_node_text(n).n ? gk_node_text(n).p : NULL;
}

const char *gk_entry_text(struct kubeconfig *k, const struct entry *e, const char *key)
{
	return e ? text_of(k, e->node, key, e->file) : NULL;
}

bool gk_entry_true(struct kubeconfig *k, const struct entry *e, const char *key)
{
	const struct gk_node *n = e ? gk_node_get(e->node, key) : NULL;

	if (n && !gk_node_is(n, GK_TRUE) && !gk_node_is(n, GK_FALSE) && !gk_node_is(n, GK_NULL))
		fault_at(k, gk_node_pos(n, e->file), "'%s' must be true or false", key);
	return gk_node_true(n);
}

const char *gk_entry_path(struct kubeconfig *k, const struct entry *e, const char *key)
{
	const char *p = gk_entry_text(k, e, key);

	if (!p || *p == '/' || !*e->dir)
		return p;
	return gk_arena_printf(k->arena, "%s/%s", e->dir, p);
}

struct gk_strs gk_entry_list(struct kubeconfig *k, const struct entry *e, const char *key)
{
	const struct gk_node *list = e ? gk_node_get(e->node, key) : NULL;
	struct gk_strs ret = {0};

	if (!list || gk_node_is(list, GK_NULL))
		return ret;
	if (!gk_node_is(list, GK_ARRAY)) {
		fault_at(k, gk_node_pos(list, e->file), "'%s' must be a list", key);
		return ret;
	}
	ret.v = gk_arena_array(k->arena, list->count + 1, sizeof *ret.v);
	gk_node_foreach (item, list) {
		if (gk_node_is(item, GK_STRING))
			ret.v[ret.n++] = gk_node_text(item).p;
		else
			fault_at(k, gk_node_pos(item, e->file), "'%s' must hold strings", key);
	}
	return ret;
}

struct gk_str gk_kubeconfig_slurp(
	struct kubeconfig *k, const char *path, const char *what, struct gk_pos pos)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_err err = GK_ERR_INIT, *fault;

	if (!gk_io_read_file(path, k->lim->http_small, &b, &err)) {
		const char *copy = gk_arena_memdup0(k->arena, b.p ? b.p : "", b.n);

		return (struct gk_str){copy, b.n};
	}
	fault = gk_faults_next(k->faults);
	*fault = err;
	fault->code = GK_EINPUT;
	gk_ctx(fault, "cannot read the %s", what);
	gk_err_at(fault, pos);
	return GK_STR_NULL;
}

static void add_entry(struct kubeconfig *k, enum section s, const struct gk_node *item,
	const struct entry *origin, struct gk_map *here)
{
	const char *name = text_of(k, item, "name", origin->file);
	struct entry *e;

	if (!gk_node_is(item, GK_OBJECT) || !name) {
		fault_at(k, gk_node_pos(item, origin->file), "an entry of '%s' has no name",
			sections[s].list);
		return;
	}
	if (gk_map_put(here, gk_str_c(name), k)) {
		fault_at(k, gk_node_pos(item, origin->file), "two entries of '%s' are named '%s'",
			sections[s].list, name);
		return;
	}
	if (gk_map_has(&k->section[s], gk_str_c(name)))
		return;
	e = gk_arena_zalloc(k->arena, sizeof *e);
	*e = *origin;
	e->node = gk_node_get(item, sections[s].value);
	gk_map_put(&k->section[s], gk_str_c(name), e);
}

static void add_section(struct kubeconfig *k, enum section s, const struct gk_node *root,
	const struct entry *origin)
{
	const struct gk_node *list = gk_node_get(root, sections[s].list);
	struct gk_map here = GK_MAP_INIT;

	if (list && !gk_node_is(list, GK_ARRAY) && !gk_node_is(list, GK_NULL))
		fault_at(k, gk_node_pos(list, origin->file), "'%s' must be a list",
			sections[s].list);
	else
		gk_node_foreach (item, list)
			add_entry(k, s, item, origin, &here);
	gk_map_done(&here);
}

struct one_file {
	struct kubeconfig *k;
	struct entry origin;
};

static int add_document(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct one_file *f = ctx;
	struct kubeconfig *k = f->k;
	const char *kind, *current;

	(void)err; /* faults are collected */
	if (!gk_node_is(root, GK_OBJECT)) {
		fault_at(k, gk_node_pos(root, f->origin.file), "expected a kubeconfig, not %s",
			gk_type_name(root->type));
		return 0;
	}
	kind = text_of(k, root, "kind", f->origin.file);
	if (kind && strcmp(kind, "Config"))
		fault_at(k, gk_node_pos(root, f->origin.file),
			"expected a kubeconfig (kind Config), not kind '%s'", kind);
	for (enum section s = 0; s < SECTIONS; s++)
		add_section(k, s, root, &f->origin);
	current = text_of(k, root, "current-context", f->origin.file);
	if (!k->current_context)
		k->current_context = current;
	return 0;
}

static const char *directory_of(struct gk_arena *a, const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? gk_arena_memdup0(a, file, slash == file ? 1 : (size_t)(slash - file)) : "";
}

/* must: a missing file is a fault; else it is only remembered. */
static void load_file(struct kubeconfig *k, const char *path, bool must)
{
	struct one_file f = {k, {NULL, gk_arena_strdup(k->arena, path), NULL}};
	const struct gk_yaml_options opt = {.profile = GK_YAML_A, .lim = k->lim};
	struct gk_buf *text = gk_arena_zalloc(k->arena, sizeof *text);
	struct gk_err err = GK_ERR_INIT;
	bool missing = false;

	f.origin.dir = directory_of(k->arena, path);
	text->secret = true;
	if (gk_io_read_file(path, k->lim->doc_bytes, text, &err)) {
		missing = err.code == GK_ENOTFOUND;
		if (!missing || must) {
			*gk_faults_next(k->faults) = err;
			gk_ctx(k->faults->err, "cannot use the kubeconfig");
		}
	} else if (gk_yaml_parse(k->arena, f.origin.file, gk_buf_str(text), &opt, add_document, &f,
			   &err)) {
		*gk_faults_next(k->faults) = err;
		/* The excerpt would show a line of a file that holds credentials. */
		k->faults->err->excerpt = false;
		gk_ctx(k->faults->err, "cannot use the kubeconfig");
	}
	gk_buf_done(text);
	gk_vec_push(&k->looked,
		missing ? gk_arena_printf(k->arena, "%s (missing)", path) : f.origin.file);
}

static bool is_listed_before(struct gk_str list, struct gk_str name, const char *at)
{
	struct gk_str rest = {list.p, (size_t)(at - list.p)};

	while (rest.p && rest.n) {
		struct gk_str one = gk_str_cut(&rest, ':');

		if (gk_str_eq(one, name))
			return true;
	}
	return false;
}

static void load_list(struct kubeconfig *k, struct gk_str list)
{
	struct gk_str rest = list;

	while (rest.p) {
		struct gk_str one = gk_str_cut(&rest, ':');

		if (one.n && !is_listed_before(list, one, one.p))
			load_file(k, gk_arena_memdup0(k->arena, one.p, one.n), false);
	}
}

void gk_kubeconfig_load(struct kubeconfig *k, const char *option, const struct gk_kube_env *env)
{
	if (option)
		load_file(k, option, true);
	else if (env->kubeconfig && *env->kubeconfig)
		load_list(k, gk_str_c(env->kubeconfig));
	else if (env->home && *env->home)
		load_file(k, gk_arena_printf(k->arena, "%s/.kube/config", env->home), false);
}

void gk_kubeconfig_done(struct kubeconfig *k)
{
	for (enum section s = 0; s < SECTIONS; s++)
		gk_map_done(&k->section[s]);
	gk_vec_done(&k->looked);
}

const struct entry *gk_kubeconfig_need(struct kubeconfig *k, enum section s, const char *name)
{
	const struct entry *e = gk_map_find(&k->section[s], gk_str_c(name));
	struct gk_strs known = {0};
	const char *near;
	struct gk_err *err;

	if (e)
		return e;
	gk_map_foreach (have, &k->section[s])
		gk_vec_push(&known, have->key.p);
	near = gk_str_nearest(gk_str_c(name), known.v, known.n);
	err = gk_faults_next(k->faults);
	gk_fail(err, GK_ENOTFOUND, sections[s].slug, "the kubeconfig has no %s '%s'",
		sections[s].value, name);
	if (near)
		gk_help(err, "did you mean '%s'?", near);
	else if (known.n)
		gk_note(err, "it has %zu %s, the first is '%s'", known.n, sections[s].list,
			known.v[0]);
	for (size_t i = 0; i < k->looked.n; i++)
		gk_note(err, "looked at %s", k->looked.v[i]);
	gk_vec_done(&known);
	return NULL;
}
