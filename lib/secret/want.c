/* Each distinct thing once. */
#include "secret/want.h"

#include "doc/json.h"

static struct gk_str identity(struct gk_arena *a, const struct gk_want *w)
{
	GK_AUTO(gk_buf_done) struct gk_buf id = {0};
	char *p;

	gk_buf_printf(&id, "%d|%d|", (int)w->kind, (int)w->backend.store->service);
	gk_buf_putstr(&id, w->backend.id);
	gk_buf_printf(&id, "|%zu|", w->name.n);
	gk_buf_putstr(&id, w->name);
	gk_buf_printf(&id, "|%.*s|%.*s|", GK_SARG(w->version), GK_SARG(w->pattern));
	if (w->tags)
		gk_json_print(&id, w->tags, GK_JSON_SORT);
	p = gk_arena_memdup0(a, gk_buf_cstr(&id), id.n);
	return (struct gk_str){p, id.n};
}

struct gk_want *gk_want_add(struct gk_wants *w, const struct gk_want *like)
{
	struct gk_str id = identity(w->a, like);
	struct gk_want *want = gk_map_find(&w->by_id, id);

	if (want)
		return want;
	want = gk_arena_alloc(w->a, sizeof *want);
	*want = *like;
	gk_map_put(&w->by_id, id, want);
	gk_vec_push(&w->list, want);
	return want;
}

void gk_wants_done(struct gk_wants *w)
{
	gk_map_done(&w->by_id);
	gk_vec_done(&w->list);
}

static bool same_session(const struct gk_want *a, const struct gk_want *b)
{
	return a->backend.store->service == b->backend.store->service &&
	       gk_str_eq(a->backend.id, b->backend.id);
}

static void fail_all(struct gk_want **wants, size_t n, struct gk_arena *a, const struct gk_err *err)
{
	struct gk_err *copy = gk_arena_alloc(a, sizeof *copy);

	*copy = *err;
	for (size_t i = 0; i < n; i++)
		if (!wants[i]->found && !wants[i]->missing && !wants[i]->err) {
			wants[i]->err = copy;
			wants[i]->reported = true;
		}
}

/* One cause (no credentials, no network) fails every backend; it is told once. */
static bool told_before(struct gk_wants *w, const struct gk_err *err)
{
	char text[512];
	bool same;

	gk_err_message(err, text, sizeof text);
	same = w->last_fault && strcmp(w->last_fault, text) == 0;
	w->last_fault = gk_arena_strdup(w->a, text);
	return same;
}

static bool fetch_group(struct gk_wants *w, const struct gk_secret_provider *p,
	struct gk_want **group, size_t n, struct gk_diags *diags)
{
	const struct gk_backend *backend = &group[0]->backend;
	struct gk_err err = GK_ERR_INIT;

	if (p->fetch(p->ctx, backend, group, n, w->a, &err) == 0)
		return true;
	if (!told_before(w, &err)) {
		gk_ctx(&err, "%s", backend->store->text);
		gk_diags_err(diags, &err);
	}
	fail_all(group, n, w->a, &err);
	return false;
}

bool gk_wants_fetch(struct gk_wants *w, const struct gk_secret_provider *p, struct gk_diags *diags)
{
	struct gk_want **group = gk_xcalloc(w->list.n + 1, sizeof *group);
	bool *done = gk_xcalloc(w->list.n + 1, sizeof *done);
	bool ok = true;

	for (size_t i = 0; i < w->list.n; i++) {
		size_t n = 0;

		for (size_t k = i; k < w->list.n && !done[i]; k++)
			if (!done[k] && same_session(w->list.v[i], w->list.v[k]))
				group[n++] = w->list.v[k];
		for (size_t k = i; k < w->list.n && n; k++)
			done[k] |= same_session(w->list.v[i], w->list.v[k]);
		if (n && !fetch_group(w, p, group, n, diags))
			ok = false;
	}
	gk_free(group);
	gk_free(done);
	return ok;
}
