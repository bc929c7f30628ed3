/*
 * Legacy plugins: a program that the configuration's apiVersion and kind name below the
 * plugin home.  Its arguments are a file with the configuration and what the fields
 * argsOneLiner and argsFromFile hold.
 */
#include "base/text.h"
#include "base/vec.h"
#include "overlay/plugin-run.h"

/* What Linux lets one string of an environment be. */
enum { ENV_MAX = 131071 };

struct args_config {
	const struct gk_node *node;
	const struct gk_node *line, *file;
};

static const struct gk_dec_field args_fields[] = {
	GK_DEC_FIELD(args_config, "argsOneLiner", GK_DEC_STR, line),
	GK_DEC_FIELD(args_config, "argsFromFile", GK_DEC_STR, file),
};
static const struct gk_dec_struct args_struct = GK_DEC_STRUCT_WITH(args_config,
	"a plugin's configuration", args_fields, .open = true, .texts = GK_DEC_CONVERTED);

/* Parts of a path that come from a repository name nothing but an entry of a directory. */
static bool is_entry(struct gk_str s)
{
	return s.n && !memchr(s.p, '/', s.n) && !memchr(s.p, '\0', s.n) && !gk_str_is(s, ".") &&
	       !gk_str_is(s, "..");
}

static const char *lower(struct gk_arena *a, struct gk_str s)
{
	char *text = gk_arena_memdup0(a, s.p, s.n);

	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return text;
}

static int fail_home(const struct gk_plugin *p)
{
	(void)gk_plugin_fail(p, "no directory of plugins was found");
	return gk_help(p->err, "set KUSTOMIZE_PLUGIN_HOME");
}

/* HOME/group/version/kind/Kind */
static int find(const struct gk_plugin *p, const char **ret)
{
	struct gk_runner *runner = p->b->opt->runner;
	struct gk_id id = gk_res_original(p->config);
	struct gk_arena *a = p->b->a;
	const char *path;

	if (!p->b->opt->plugins->home)
		return fail_home(p);
	if ((id.group.n && !is_entry(id.group)) || !is_entry(id.version) || !is_entry(id.kind))
		return gk_plugin_fail(p, "its apiVersion and kind cannot name a plugin");
	path = gk_arena_printf(a, "%s/%.*s%s%.*s/%s/%.*s", p->b->opt->plugins->home,
		GK_SARG(id.group), id.group.n ? "/" : "", GK_SARG(id.version), lower(a, id.kind),
		GK_SARG(id.kind));
	*ret = path;
	if (runner->probe(runner, path) == GK_PROBE_PROGRAM)
		return 0;
	if (runner->probe(runner, path) != GK_PROBE_NOTHING)
		return gk_plugin_fail(
			p, gk_arena_printf(a, "plugin '%s' is not an executable file", path));
	if (runner->probe(runner, gk_arena_printf(a, "%s.so", path)) != GK_PROBE_NOTHING) {
		(void)gk_plugin_fail(
			p, gk_arena_printf(a,
				   "'%s.so' is a plugin in Go, which only a kustomize of "
				   "the same build can load",
				   path));
		return gk_help(p->err, "turn it into a KRM function");
	}
	(void)gk_plugin_fail(p, gk_arena_printf(a, "there is no plugin '%s'", path));
	return gk_help(p->err, "a KRM function needs the annotation config.kubernetes.io/function");
}

struct splitter {
	struct gk_arena *a;
	struct gk_strs *args;
	struct gk_buf word;
};

static void end_word(struct splitter *s)
{
	if (s->word.n)
		gk_vec_push(s->args, gk_arena_strdup(s->a, gk_buf_cstr(&s->word)));
	gk_buf_reset(&s->word);
}

static bool is_blank(char c)
{
	return c && strchr(" \t\n\v\f\r", c);
}

/* As a shell: quotes, backslashes outside single quotes, a comment to the end. */
static int split(const struct gk_plugin *p, struct gk_str line, struct gk_strs *args)
{
	struct splitter s = {p->b->a, args, GK_BUF_INIT(0)};
	char quote = 0;

	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (c == '\\' && quote != '\'') {
			if (++i < line.n)
				gk_buf_putc(&s.word, line.p[i]);
		} else if (!quote && (c == '\'' || c == '"')) {
			quote = c;
		} else if (quote && c == quote) {
			quote = 0;
		} else if (!quote && c == '#') {
			break;
		} else if (!quote && is_blank(c)) {
			end_word(&s);
		} else {
			gk_buf_putc(&s.word, c);
		}
	}
	end_word(&s);
	gk_buf_done(&s.word);
	return quote ? gk_plugin_fail(p, "'argsOneLiner' has a quote that does not end") : 0;
}

static int args_of_file(const struct gk_plugin *p, const struct gk_node *path, struct gk_strs *args)
{
	struct gk_str text;
	const char *shown;

	if (gk_build_read(p->b, p->f, path->text, path, &text, &shown, p->err))
		return -1;
	while (text.p) {
		struct gk_str line = gk_str_cut(&text, '\n');

		while (line.n && line.p[0] == ' ')
			line = gk_str_from(line, 1);
		if (line.n)
			gk_vec_push(args, gk_arena_memdup0(p->b->a, line.p, line.n));
	}
	return 0;
}

static int configured_args(const struct gk_plugin *p, struct gk_strs *args)
{
	struct args_config c = {0};

	if (gk_decode(p->b->a, &args_struct, p->config->object, p->config->file, p->b->diags, &c))
		return -1;
	if (gk_node_text(c.line).n && split(p, c.line->text, args))
		return -1;
	return gk_node_text(c.file).n ? args_of_file(p, c.file, args) : 0;
}

static void put_env(
	const struct gk_plugin *p, struct gk_strs *env, const char *name, struct gk_str value)
{
	const char *text = gk_arena_printf(p->b->a, "%s=%.*s", name, GK_SARG(value));

	if (strlen(text) <= ENV_MAX) {
		gk_vec_push(env, text);
		return;
	}
	(void)gk_diags_add(p->b->diags, GK_SEV_WARNING, "render.plugin",
		gk_node_pos(p->config->object, p->config->file),
		"%s would be longer than %d bytes: the plugin does not get it", name, ENV_MAX);
}

static int start(const struct gk_plugin *p, const char *path, struct gk_str input,
	struct gk_strs *argv, struct gk_strs *env, struct gk_str *ret)
{
	struct gk_runner *runner = p->b->opt->runner;
	GK_AUTO(gk_buf_done) struct gk_buf config = GK_BUF_INIT(0);
	const char *dir = gk_exchange_dir(p), *file;
	struct gk_program program = {.dir = dir, .input = input};

	if (gk_exchange_config(p, &config) || runner->scratch_file(runner, "kust-plugin-config",
						      gk_buf_str(&config), p->b->a, &file, p->err))
		return -1;
	gk_vec_push(argv, path);
	gk_vec_push(argv, file);
	if (configured_args(p, argv))
		return -1;
	gk_vec_push(argv, NULL);
	put_env(p, env, "KUSTOMIZE_PLUGIN_CONFIG_STRING", gk_buf_str(&config));
	put_env(p, env, "KUSTOMIZE_PLUGIN_CONFIG_ROOT", gk_str_c(dir));
	gk_vec_push(env, NULL);
	program.argv = argv->v;
	program.env = env->v;
	return gk_exchange_run(p, &program, ret);
}

static int run(const struct gk_plugin *p, struct gk_str input, struct gk_res_list *ret)
{
	struct gk_strs argv = {0}, env = {0};
	struct gk_str out = GK_STR_NULL;
	const char *path = NULL;
	int rc;

	if (find(p, &path))
		return -1;
	rc = start(p, path, input, &argv, &env, &out);
	gk_vec_done(&argv);
	gk_vec_done(&env);
	if (rc)
		return -1;
	return gk_read_resources(
		p->b, gk_arena_printf(p->b->a, "output of %s", path), out, ret, p->err);
}

int gk_exec_transform(const struct gk_plugin *p)
{
	GK_AUTO(gk_buf_done) struct gk_buf input = GK_BUF_INIT(0);
	struct gk_res_list list = {0};
	int rc;

	if (gk_exchange_objects(p, &input))
		return -1;
	rc = run(p, gk_buf_str(&input), &list) || gk_exchange_update(p, &list) ? -1 : 0;
	gk_vec_done(&list);
	return rc;
}

int gk_exec_generate(const struct gk_plugin *p, struct gk_res_list *ret)
{
	return run(p, GK_STR_NULL, ret) || gk_exchange_generated(p, ret) ? -1 : 0;
}
