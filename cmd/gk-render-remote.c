/* Addresses of repositories for gk-render: what is in the cache, and what gk-fetch brings. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bundle.h"
#include "base/crypto.h"
#include "base/io.h"
#include "base/remote.h"
#include "gk-render-fetch.h"
#include "gk-render-remote.h"

/* One address that was looked up. */
struct used {
	struct used *next;
	const char *url, *ref, *shown, *commit;
	const char *sha256; /* of a file; NULL: it is a repository */
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

/* Whole seconds of a timeout= that was given, else the limit. */
static uint64_t seconds_of(const struct remotes *r, const struct gk_repospec *spec)
{
	static const int64_t second = INT64_C(1000000000);

	if (spec->timeout_ns <= 0)
		return r->opt->lim->git_seconds;
	return (uint64_t)(spec->timeout_ns / second) + (spec->timeout_ns % second != 0);
}

static int load(
	struct remotes *r, const struct gk_repospec *spec, struct used *ret, struct gk_err *err)
{
	const struct gk_render_fetch_job job = {.from = spec->clone,
		.ref = spec->ref,
		.submodules = spec->submodules,
		.seconds = seconds_of(r, spec)};
	struct gk_remote remote;
	struct gk_str commit;
	const char *path;

	if (check(r, spec->clone, &remote, err))
		return -1;
	path = known_path(r, spec);
	if (!path && gk_render_fetch(r->opt, &job, &r->arena, &path, err))
		return -1;
	if (gk_io_read_file(path, r->opt->lim->git_bytes, &ret->text, err))
		return -1;
	ret->url = spec->clone;
	ret->shown = remote.shown;
	ret->ref = spec->ref;
	ret->submodules = spec->submodules;
	commit = gk_bundle_commit(gk_buf_str(&ret->text));
	ret->commit = gk_arena_memdup0(&r->arena, commit.p, commit.n);
	return 0;
}

static struct used *find(const struct remotes *r, const struct gk_repospec *spec)
{
	for (struct used *u = r->first; u; u = u->next)
		if (!u->sha256 && strcmp(u->url, spec->clone) == 0 &&
			strcmp(u->ref, spec->ref) == 0 && u->submodules == spec->submodules)
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

static int may_fetch(struct gk_remotes *base, const char *url, struct gk_err *err)
{
	struct remotes *r = (struct remotes *)base;
	struct gk_remote remote;

	if (check(r, url, &remote, err))
		return -1;
	if (!r->opt->offline)
		return 0;
	return gk_fail(err, GK_EINPUT, "remote.offline", "'%s' cannot be fetched with --offline",
		remote.shown);
}

/* Its name in the cache is what it was when it was written. */
static int check_file(struct remotes *r, const char *path, struct used *u, struct gk_err *err)
{
	const char *slash = strrchr(path, '/');
	unsigned char sum[GK_SHA256_LEN];
	char hex[2 * GK_SHA256_LEN + 1];

	gk_sha256(gk_buf_str(&u->text), sum);
	gk_hex(sum, sizeof sum, hex);
	if (!slash || strcmp(slash + 1, hex) != 0)
		return gk_fail(err, GK_EINPUT, "render.cache-damaged",
			"'%s' was changed in the cache: '%s'", u->shown, path);
	u->sha256 = gk_arena_strdup(&r->arena, hex);
	return 0;
}

static int load_file(struct remotes *r, const char *url, struct used *ret, struct gk_err *err)
{
	const struct gk_render_fetch_job job = {
		.from = url, .ref = "", .file = true, .seconds = r->opt->lim->git_seconds};
	struct gk_remote remote;
	const char *path;

	if (check(r, url, &remote, err) || gk_render_fetch(r->opt, &job, &r->arena, &path, err) ||
		gk_io_read_file(path, r->opt->lim->doc_bytes, &ret->text, err))
		return -1;
	ret->url = url;
	ret->shown = gk_remote_shown_file(&r->arena, gk_str_c(url));
	return check_file(r, path, ret, err);
}

static int get_file(
	struct gk_remotes *base, const char *url, struct gk_str *ret_text, struct gk_err *err)
{
	struct remotes *r = (struct remotes *)base;
	struct used *u = gk_arena_zalloc(&r->arena, sizeof *u);

	if (load_file(r, gk_arena_strdup(&r->arena, url), u, err)) {
		gk_buf_done(&u->text);
		return -1;
	}
	*r->tail = u;
	r->tail = &u->next;
	*ret_text = gk_buf_str(&u->text);
	return 0;
}

struct gk_remotes *gk_render_remotes_new(const struct gk_render_remote_options *opt)
{
	struct remotes *r = gk_xcalloc(1, sizeof *r);

	r->base = (struct gk_remotes){.get = get,
		.get_file = get_file,
		.may_fetch = may_fetch,
		.require_pinned = opt->require_pinned};
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
		if (u->sha256) {
			(void)gk_node_set_str(a, one, "sha256", gk_str_c(u->sha256));
		} else {
			(void)gk_node_set_str(a, one, "ref", gk_str_c(*u->ref ? u->ref : "HEAD"));
			(void)gk_node_set_str(a, one, "commit", gk_str_c(u->commit));
		}
		gk_node_append(list, one);
	}
	return list->count ? list : NULL;
}
