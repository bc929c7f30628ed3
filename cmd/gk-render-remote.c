#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/io.h"
#include "base/remote.h"
#include "base/sig.h"
#include "doc/json.h"
#include "gk-render-remote.h"

enum { SAID_MAX = 64 << 10, PATH_BYTES = 8192, MS = 1000, GRACE_MS = 5000 };

/* One address that was looked up. */
struct used {
	struct used *next;
	const char *url, *ref, *shown, *commit;
	bool submodules;
	struct gk_buf text;
};

struct remotes {
	struct gk_remotes base;
	const struct gk_render_remote_options *opt;
	struct gk_arena arena;
	struct used *first, **tail;
};

static int not_allowed(struct gk_arena *a, const struct gk_remote *r, struct gk_err *err)
{
	(void)gk_fail(err, GK_EINPUT, "render.remote", "'%s' is no place that may be fetched from",
		r->shown);
	if (r->scheme == GK_REMOTE_FILE)
		return gk_help(
			err, "allow it with --allow-private --allow-remote %.*s", GK_SARG(r->path));
	return gk_help(err, "allow it with --allow-remote %s[/PREFIX]", gk_remote_place(a, r));
}

static int check(struct remotes *r, const char *url, struct gk_remote *ret, struct gk_err *err)
{
	if (gk_remote_parse(&r->arena, gk_str_c(url), ret, err))
		return -1;
	if (!gk_remote_is_allowed(ret, r->opt->allow) ||
		(ret->scheme == GK_REMOTE_FILE && !r->opt->allow_private))
		return not_allowed(&r->arena, ret, err);
	return 0;
}

/* The archive's path if the address says which commit it is; NULL otherwise. */
static const char *known_path(struct remotes *r, const struct gk_repospec *spec)
{
	const char *cache = gk_remote_cache(
		&r->arena, r->opt->cache_dir, getenv("XDG_CACHE_HOME"), getenv("HOME"));
	const char *path;

	if (!cache || !gk_remote_is_commit(gk_str_c(spec->ref)))
		return NULL;
	path = gk_arena_printf(&r->arena, "%s/%s",
		gk_remote_cache_dir(&r->arena, cache, spec->clone),
		gk_remote_cache_file(&r->arena, spec->ref, spec->submodules));
	return access(path, R_OK) == 0 ? path : NULL;
}

static const char *program_path(struct remotes *r)
{
	const char *dir = getenv("GK_LIBEXEC");

	return gk_arena_printf(&r->arena, "%s/gk-fetch", dir && *dir ? dir : GK_LIBEXEC);
}

/* Whole seconds of a timeout= that was given, else the limit. */
static uint64_t seconds_of(const struct remotes *r, const struct gk_repospec *spec)
{
	static const int64_t second = INT64_C(1000000000);

	if (spec->timeout_ns <= 0)
		return r->opt->lim->git_seconds;
	return (uint64_t)(spec->timeout_ns / second) + (spec->timeout_ns % second != 0);
}

static void fill_argv(
	struct remotes *r, const struct gk_repospec *spec, uint64_t seconds, struct gk_strs *argv)
{
	struct gk_arena *a = &r->arena;
	const struct gk_limits *lim = r->opt->lim;

	gk_vec_push(argv, program_path(r));
	gk_vec_push(argv, "--log-format=json");
	for (size_t i = 0; i < r->opt->allow->n; i++)
		gk_vec_push(argv, gk_arena_printf(a, "--allow-remote=%s", r->opt->allow->v[i]));
	if (r->opt->allow_private)
		gk_vec_push(argv, "--allow-private");
	if (r->opt->offline)
		gk_vec_push(argv, "--offline");
	if (!spec->submodules)
		gk_vec_push(argv, "--without-submodules");
	if (r->opt->cache_dir)
		gk_vec_push(argv, gk_arena_printf(a, "--cache-dir=%s", r->opt->cache_dir));
	gk_vec_push(argv, gk_arena_printf(a, "--timeout=%llus", (unsigned long long)seconds));
	gk_vec_push(argv,
		gk_arena_printf(a, "--limit=git-bytes=%llu", (unsigned long long)lim->git_bytes));
	gk_vec_push(argv, gk_arena_printf(a, "--limit=git-objects=%llu",
				  (unsigned long long)lim->git_objects));
	gk_vec_push(argv, gk_arena_printf(a, "--limit=git-file-bytes=%llu",
				  (unsigned long long)lim->git_file_bytes));
	gk_vec_push(argv, "--");
	gk_vec_push(argv, spec->clone);
	if (*spec->ref)
		gk_vec_push(argv, spec->ref);
	gk_vec_push(argv, NULL);
}

/* The code that has this exit code; what gk-fetch cannot end with is its own fault. */
static enum gk_code code_of(int exit_code)
{
	static const enum gk_code codes[] = {GK_EINPUT, GK_EDENIED, GK_ENET, GK_EREFUSED, GK_EIO};

	for (size_t i = 0; i < GK_COUNT(codes); i++)
		if (gk_code_exit(codes[i]) == exit_code)
			return codes[i];
	return GK_EIO;
}

/* What gk-fetch said: the error of its JSON lines, else the text itself. */
static int report(struct remotes *r, const struct gk_child_result *got, struct gk_err *err)
{
	enum gk_code code = got->signal ? GK_EIO : code_of(got->exit_code);
	struct gk_str lines = gk_buf_str(&got->err);

	while (lines.p && lines.n) {
		struct gk_str line = gk_str_cut(&lines, '\n');
		struct gk_pos pos = {.file = "gk-fetch", .line = 1, .col = 1};
		struct gk_err ignored = GK_ERR_INIT;
		const struct gk_node *help;
		struct gk_node *said;

		if (!gk_str_starts(line, GK_STR("{")) ||
			gk_json_parse_next(&r->arena, &line, &pos, r->opt->lim, &said, &ignored))
			continue;
		(void)gk_fail(err, code, "render.fetch", "%.*s",
			GK_SARG(gk_node_text(gk_node_get(said, "message"))));
		help = gk_node_get(said, "help");
		return help ? gk_help(err, "%.*s", GK_SARG(gk_node_text(help))) : -1;
	}
	return gk_fail(err, code, "render.fetch", "gk-fetch failed: %.*s",
		GK_SARG(gk_str_trim(gk_buf_str(&got->err))));
}

/* Have the archive brought into the cache. */
static int fetch(struct remotes *r, const struct gk_repospec *spec, const char **ret_path,
	struct gk_err *err)
{
	GK_AUTO(gk_child_result_done) struct gk_child_result got = {0};
	uint64_t seconds = seconds_of(r, spec);
	struct gk_strs argv = {0};
	struct gk_child c = {.timeout_ms = (int64_t)seconds * MS + GRACE_MS,
		.out_max = PATH_BYTES,
		.err_max = SAID_MAX};
	struct gk_str path;
	int rc;

	fill_argv(r, spec, seconds, &argv);
	c.argv = argv.v;
	gk_sig_init();
	rc = gk_child_run(&c, &got, err);
	gk_vec_done(&argv);
	if (rc && err->code == GK_ENOTFOUND) {
		(void)gk_fail(err, GK_EIO, "render.no-fetch", "there is no gk-fetch in '%s'",
			program_path(r));
		return gk_help(err, "build gk with libgit2, or fetch elsewhere and use --offline");
	}
	if (rc)
		return -1;
	if (got.exit_code || got.signal)
		return report(r, &got, err);
	path = gk_str_trim(gk_buf_str(&got.out));
	*ret_path = gk_arena_memdup0(&r->arena, path.p ? path.p : "", path.n);
	return 0;
}

/* "commit 40-HEX" is the second line of an archive. */
static const char *commit_of(struct remotes *r, struct gk_str text)
{
	struct gk_str line;

	(void)gk_str_cut(&text, '\n');
	line = gk_str_cut(&text, '\n');
	if (!gk_str_starts(line, GK_STR("commit ")))
		return "";
	line = gk_str_from(line, 7);
	return gk_arena_memdup0(&r->arena, line.p, line.n);
}

static int load(
	struct remotes *r, const struct gk_repospec *spec, struct used *ret, struct gk_err *err)
{
	struct gk_remote remote;
	const char *path;

	if (check(r, spec->clone, &remote, err))
		return -1;
	path = known_path(r, spec);
	if (!path && fetch(r, spec, &path, err))
		return -1;
	if (gk_io_read_file(path, r->opt->lim->git_bytes, &ret->text, err))
		return -1;
	ret->url = spec->clone;
	ret->shown = remote.shown;
	ret->ref = spec->ref;
	ret->submodules = spec->submodules;
	ret->commit = commit_of(r, gk_buf_str(&ret->text));
	return 0;
}

static struct used *find(const struct remotes *r, const struct gk_repospec *spec)
{
	for (struct used *u = r->first; u; u = u->next)
		if (strcmp(u->url, spec->clone) == 0 && strcmp(u->ref, spec->ref) == 0 &&
			u->submodules == spec->submodules)
			return u;
	return NULL;
}

static int get(struct gk_remotes *base, const struct gk_repospec *spec, struct gk_str *ret_text,
	struct gk_err *err)
{
	struct remotes *r = (struct remotes *)base;
	struct used *u = find(r, spec);

	if (!u) {
		u = gk_arena_zalloc(&r->arena, sizeof *u);
		if (load(r, spec, u, err)) {
			gk_buf_done(&u->text);
			return -1;
		}
		*r->tail = u;
		r->tail = &u->next;
	}
	*ret_text = gk_buf_str(&u->text);
	return 0;
}

struct gk_remotes *gk_render_remotes_new(const struct gk_render_remote_options *opt)
{
	struct remotes *r = gk_xcalloc(1, sizeof *r);

	r->base = (struct gk_remotes){.get = get, .require_pinned = opt->require_pinned};
	r->opt = opt;
	r->tail = &r->first;
	return &r->base;
}

void gk_render_remotes_freep(struct gk_remotes **base)
{
	struct remotes *r = (struct remotes *)*base;

	if (!r)
		return;
	for (struct used *u = r->first; u; u = u->next)
		gk_buf_done(&u->text);
	gk_arena_done(&r->arena);
	gk_free(r);
	*base = NULL;
}

struct gk_node *gk_render_remotes_list(const struct gk_remotes *base, struct gk_arena *a)
{
	const struct remotes *r = (const struct remotes *)base;
	struct gk_node *list = gk_node_new(a, GK_ARRAY);

	for (const struct used *u = r ? r->first : NULL; u; u = u->next) {
		struct gk_node *one = gk_node_new(a, GK_OBJECT);

		(void)gk_node_set_str(a, one, "url", gk_str_c(u->shown));
		(void)gk_node_set_str(a, one, "ref", gk_str_c(*u->ref ? u->ref : "HEAD"));
		(void)gk_node_set_str(a, one, "commit", gk_str_c(u->commit));
		gk_node_append(list, one);
	}
	return list->count ? list : NULL;
}
