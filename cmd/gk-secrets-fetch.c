/* gk-secrets: from wants to calls of AWS and back. */
#include "aws/secretsmanager.h"
#include "aws/ssm.h"
#include "base/regex.h"
#include "base/vec.h"
#include "gk-secrets.h"

/* One group of wants: same service, same session. */
struct group {
	struct sessions *s;
	const struct gk_aws_creds *creds;
	struct gk_str region;
	struct gk_arena *a;
	struct gk_want **wants;
	size_t n;
};

/* "uuid/X" is a version id, anything else a stage. */
static void put_version(struct gk_sm_item *item, struct gk_str version)
{
	if (gk_str_starts(version, GK_STR("uuid/")))
		item->version_id = gk_str_from(version, 5);
	else if (version.n)
		item->stage = version;
}

static int fetch_secrets(struct group *g, struct gk_err *err)
{
	struct gk_sm_item *items = gk_arena_array(g->a, g->n + 1, sizeof *items);
	struct gk_want **asked = gk_arena_array(g->a, g->n + 1, sizeof(struct gk_want *));
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		if (g->wants[i]->kind != GK_WANT_VALUE)
			continue;
		asked[n] = g->wants[i];
		items[n].id = g->wants[i]->name;
		put_version(&items[n++], g->wants[i]->version);
	}
	if (gk_sm_read(g->s->aws, g->creds, g->region, g->a, items, n, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		asked[i]->found = items[i].found;
		asked[i]->missing = items[i].missing;
		asked[i]->payload = items[i].payload;
		asked[i]->version_id = items[i].version;
		asked[i]->err = items[i].missing ? NULL : items[i].err;
	}
	return 0;
}

/* "name:3": the version, by number or label, belongs to the name. */
static int fetch_parameters(struct group *g, struct gk_err *err)
{
	struct gk_ssm_item *items = gk_arena_array(g->a, g->n + 1, sizeof *items);
	struct gk_want **asked = gk_arena_array(g->a, g->n + 1, sizeof(struct gk_want *));
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct gk_want *want = g->wants[i];

		if (want->kind != GK_WANT_VALUE)
			continue;
		asked[n] = g->wants[i];
		items[n++].name = gk_str_c(gk_arena_printf(g->a, "%.*s%s%.*s", GK_SARG(want->name),
			want->version.n ? ":" : "", GK_SARG(want->version)));
	}
	if (gk_ssm_read(g->s->aws, g->creds, g->region, g->a, items, n, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		asked[i]->found = items[i].found;
		asked[i]->missing = items[i].missing;
		asked[i]->payload = items[i].value;
		asked[i]->version_id = items[i].version;
		asked[i]->err = items[i].err;
	}
	return 0;
}

/* Keep what goes wrong for one want in it; what goes wrong for all is the caller's. */
static void keep_error(struct group *g, struct gk_want *want, const struct gk_err *err)
{
	want->err = gk_arena_alloc(g->a, sizeof *want->err);
	*want->err = *err;
}

static void fetch_tags(struct group *g, struct gk_want *want)
{
	struct gk_err err = GK_ERR_INIT;

	if (want->backend.store->service != GK_STORE_SECRETSMANAGER) {
		gk_fail(&err, GK_EINPUT, "secrets.field",
			"metadataPolicy Fetch is supported for Secrets Manager only");
		keep_error(g, want, &err);
		return;
	}
	if (gk_sm_tags(g->s->aws, g->creds, g->region, want->name, g->a, &want->payload, &err)) {
		want->missing = err.code == GK_ENOTFOUND;
		if (!want->missing)
			keep_error(g, want, &err);
		return;
	}
	want->found = true;
	want->version_id = GK_STR("tags");
}

/* Parameters that the pattern fits; they came with their values. */
static int find_parameters(
	struct group *g, struct gk_want *want, const struct gk_regex *re, struct gk_err *err)
{
	struct gk_ssm_found found = {0};
	int failed = gk_ssm_by_path(g->s->aws, g->creds, g->region, want->name, g->a, &found, err);

	want->list = gk_arena_array(g->a, found.n + 1, sizeof *want->list);
	for (size_t i = 0; i < found.n && !failed; i++) {
		bool fits = true;

		failed = re && gk_regex_match(re, found.v[i].name, &fits, err);
		if (!failed && fits)
			want->list[want->nlist++] = (struct gk_found){
				found.v[i].name, found.v[i].value, found.v[i].version};
	}
	gk_vec_done(&found);
	return failed ? -1 : 0;
}

static struct gk_sm_filter filter_of(struct group *g, const struct gk_want *want)
{
	size_t n = want->tags ? want->tags->count : 0, i = 0;
	struct gk_str *keys = gk_arena_array(g->a, n + 1, sizeof *keys);
	struct gk_str *values = gk_arena_array(g->a, n + 1, sizeof *values);

	gk_node_foreach (tag, want->tags) {
		keys[i] = gk_node_key(tag);
		values[i++] = gk_node_text(tag);
	}
	return (struct gk_sm_filter){want->name, keys, values, n};
}

/* The values of the secrets whose names are left, all or none. */
static int read_found(struct group *g, struct gk_want *want, struct gk_sm_item *items, size_t n,
	struct gk_err *err)
{
	if (gk_sm_read(g->s->aws, g->creds, g->region, g->a, items, n, err))
		return -1;
	want->list = gk_arena_array(g->a, n + 1, sizeof *want->list);
	for (size_t i = 0; i < n; i++) {
		if (items[i].missing)
			continue; /* deleted between the list and the read */
		if (items[i].err) {
			*err = *items[i].err;
			return gk_ctx(err, "secret '%.*s'", GK_SARG(items[i].id));
		}
		want->list[want->nlist++] =
			(struct gk_found){items[i].id, items[i].payload, items[i].version};
	}
	return 0;
}

static int find_secrets(
	struct group *g, struct gk_want *want, const struct gk_regex *re, struct gk_err *err)
{
	const struct gk_sm_filter filter = filter_of(g, want);
	struct gk_sm_found found = {0};
	struct gk_sm_item *items;
	size_t n = 0;
	int failed = gk_sm_list(g->s->aws, g->creds, g->region, &filter, g->a, &found, err);

	items = gk_arena_array(g->a, found.n + 1, sizeof *items);
	for (size_t i = 0; i < found.n && !failed; i++) {
		bool fits = true;

		failed = re && gk_regex_match(re, found.v[i], &fits, err);
		if (!failed && fits)
			items[n++].id = found.v[i];
	}
	gk_vec_done(&found);
	return failed ? -1 : read_found(g, want, items, n, err);
}

static void fetch_found(struct group *g, struct gk_want *want)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	bool parameters = want->backend.store->service == GK_STORE_PARAMETERSTORE;
	struct gk_err err = GK_ERR_INIT;

	if (parameters && want->tags) {
		gk_fail(&err, GK_EINPUT, "secrets.field",
			"find by tags is supported for Secrets Manager only");
		keep_error(g, want, &err);
		return;
	}
	if ((want->pattern.p && gk_regex_new(want->pattern, 0, &re, &err)) ||
		(parameters ? find_parameters(g, want, re, &err) : find_secrets(g, want, re, &err)))
		keep_error(g, want, &err);
	else
		want->found = true;
}

int fetch_wants(void *ctx, const struct gk_backend *backend, struct gk_want **wants, size_t n,
	struct gk_arena *a, struct gk_err *err)
{
	struct group g = {
		.s = ctx, .region = backend->store->region, .a = a, .wants = wants, .n = n};

	if (session_for(g.s, backend, &g.creds, err))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (wants[i]->kind == GK_WANT_TAGS)
			fetch_tags(&g, wants[i]);
		else if (wants[i]->kind == GK_WANT_FIND)
			fetch_found(&g, wants[i]);
	}
	return backend->store->service == GK_STORE_PARAMETERSTORE ? fetch_parameters(&g, err)
								  : fetch_secrets(&g, err);
}
