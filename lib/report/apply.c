/* Rendering a run of gk-apply. */
#include "report/apply.h"

#include <errno.h>
#include <stdio.h>

#include "base/io.h"
#include "base/text.h"
#include "doc/json.h"

enum { HEARTBEAT_MS = 15000 };

/* ---- records ---- */

static void put_record(struct gk_out *out, const struct gk_node *record)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(16 << 20);

	gk_json_print(&b, record, 0);
	gk_buf_putc(&b, '\n');
	gk_out_put(out, gk_buf_str(&b));
	gk_out_flush(out);
}

static struct gk_node *stamped(struct gk_apply_report *r, struct gk_arena *a, const char *type)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT);
	char now[32];

	gk_time_rfc3339(gk_time_utc_ms(), true, now);
	gk_report_set_text(a, n, "timestamp", now);
	gk_report_set_count(a, n, "seq", r->seq++);
	gk_report_set_text(a, n, "type", type);
	return n;
}

static struct gk_node *event_record(
	struct gk_apply_report *r, struct gk_arena *a, const struct gk_event *e)
{
	struct gk_node *n = stamped(r, a, e->type);

	if (e->ref)
		gk_report_set_ref(a, n, e->ref);
	gk_report_set_text(a, n, "status", e->status);
	if (e->phase) {
		gk_report_set_text(a, n, "phase", e->phase);
		gk_node_set_c(a, n, "wave", gk_node_int_new(a, e->wave));
	}
	gk_report_set_text(a, n, "result", e->result);
	gk_report_set_text(a, n, "health", e->health);
	gk_report_set_text(a, n, "message", e->message);
	gk_report_set_text(a, n, "error", e->error);
	if (e->elapsed_ms >= 0)
		gk_node_set_c(a, n, "elapsedMs", gk_node_int_new(a, e->elapsed_ms));
	return n;
}

static struct gk_node *result_record(struct gk_arena *a, const struct gk_apply_result *x)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT);

	gk_report_set_ref(a, gk_node_need(a, n, "ref", GK_OBJECT), &x->ref);
	gk_report_set_text(a, n, "result", x->result);
	if (x->phase) {
		gk_report_set_text(a, n, "phase", x->phase);
		gk_node_set_c(a, n, "wave", gk_node_int_new(a, x->wave));
	}
	gk_report_set_text(a, n, "health", x->health);
	gk_report_set_text(a, n, "message", x->message);
	gk_node_set_c(a, n, "elapsedMs", gk_node_int_new(a, x->elapsed_ms));
	return n;
}

static struct gk_node *totals_record(struct gk_arena *a, const struct gk_apply_totals *t)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT);

	gk_report_set_count(a, n, "added", t->added);
	gk_report_set_count(a, n, "changed", t->changed);
	gk_report_set_count(a, n, "destroyed", t->destroyed);
	gk_report_set_count(a, n, "unchanged", t->unchanged);
	gk_report_set_count(a, n, "healthy", t->healthy);
	gk_report_set_count(a, n, "failed", t->failed);
	gk_report_set_count(a, n, "skipped", t->skipped);
	return n;
}

/* ---- progress ---- */

static void put_clock(const struct gk_apply_report *r, struct gk_buf *b)
{
	long long tenths = (long long)(gk_time_mono_ms() - r->begin_ms) / 100;

	gk_buf_printf(b, "[%4lld.%llds %3zu/%zu] ", tenths / 10, tenths % 10, r->ended, r->total);
}

static void put_padded(struct gk_buf *b, size_t from, size_t width)
{
	size_t used = b->n - from;

	gk_buf_fill(b, ' ', used < width ? width - used : 1);
}

/* "[ 2.1s  6/34] wave 0    apps/Deployment prod/web    Progressing  1/3 replicas ready" */
static void put_progress(struct gk_apply_report *r, const char *group, const struct gk_ref *ref,
	const char *what, const char *message)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(65536);
	struct gk_arena scratch = GK_ARENA_INIT;
	size_t from;

	put_clock(r, &b);
	from = b.n;
	gk_buf_puts(&b, group);
	put_padded(&b, from, 10);
	from = b.n;
	if (ref)
		gk_text_escape(&b, gk_str_c(gk_ref_text(&scratch, ref)), false);
	put_padded(&b, from, 40);
	gk_buf_puts(&b, what);
	if (message && *message) {
		gk_buf_puts(&b, "  ");
		gk_text_escape(&b, gk_str_c(message), false);
	}
	gk_buf_putc(&b, '\n');
	gk_out_put(r->progress, gk_buf_str(&b));
	gk_out_flush(r->progress);
	r->last_ms = gk_time_mono_ms();
	gk_arena_done(&scratch);
}

static void event_progress(struct gk_apply_report *r, const struct gk_event *e)
{
	char group[48];
	const char *what = e->result && *e->result   ? e->result
			   : e->health && *e->health ? e->health
						     : e->status;

	if (!e->ref || strcmp(what, "unchanged") == 0)
		return;
	if (!e->phase)
		snprintf(group, sizeof group, "%s", e->type);
	else if (strcmp(e->phase, "Sync") == 0)
		snprintf(group, sizeof group, "wave %lld", (long long)e->wave);
	else
		snprintf(group, sizeof group, "%s %lld", e->phase, (long long)e->wave);
	put_progress(r, group, e->ref, what, e->error ? e->error : e->message);
}

void gk_apply_report_heartbeat(
	struct gk_apply_report *r, const struct gk_ref *ref, const char *message, int64_t left_ms)
{
	struct gk_arena scratch = GK_ARENA_INIT;

	if (r->progress && !r->progress_json && gk_time_mono_ms() - r->last_ms >= HEARTBEAT_MS)
		put_progress(r, "waiting", ref, "",
			gk_arena_printf(&scratch, "%s (timeout in %llds)", message,
				(long long)left_ms / 1000));
	gk_arena_done(&scratch);
}

/* ---- the run ---- */

void gk_apply_report_begin(struct gk_apply_report *r, size_t places, const char *cluster,
	const char *set, const char *revision)
{
	struct gk_node *n;

	r->begin_ms = r->last_ms = gk_time_mono_ms();
	r->places = places;
	r->total = places;
	r->result = gk_arena_array(&r->arena, places + 1, sizeof *r->result);
	r->known = gk_arena_array(&r->arena, places + 1, sizeof *r->known);
	n = stamped(r, &r->arena, "start");
	gk_report_set_text(&r->arena, n, "format", "gk.events/v1");
	gk_report_set_text(&r->arena, n, "tool", r->program);
	gk_report_set_text(&r->arena, n, "cluster", cluster);
	gk_report_set_text(&r->arena, n, "set", set);
	gk_report_set_text(&r->arena, n, "revision", revision);
	if (r->form == GK_REPORT_NDJSON)
		put_record(r->out, n);
}

void gk_apply_report_event(struct gk_apply_report *r, const struct gk_event *e)
{
	struct gk_arena scratch = GK_ARENA_INIT;

	if (r->form == GK_REPORT_NDJSON || (r->progress && r->progress_json)) {
		const struct gk_node *record = event_record(r, &scratch, e);

		if (r->form == GK_REPORT_NDJSON)
			put_record(r->out, record);
		if (r->progress && r->progress_json)
			put_record(r->progress, record);
	}
	if (r->progress && !r->progress_json)
		event_progress(r, e);
	gk_arena_done(&scratch);
}

static void put_result(struct gk_apply_report *r, const struct gk_apply_result *x)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(65536);

	if (r->form == GK_REPORT_NAME && x->changed)
		gk_report_put_name(&b, &x->ref);
	if (r->form == GK_REPORT_TEXT) {
		gk_report_put_object(&b, &x->ref);
		gk_buf_printf(&b, "  %s", x->result);
	}
	if (b.n == 0)
		return;
	gk_buf_putc(&b, '\n');
	gk_out_put(r->out, gk_buf_str(&b));
}

void gk_apply_report_result(
	struct gk_apply_report *r, size_t place, const struct gk_apply_result *result)
{
	gk_assert(place < r->places && !r->known[place]);
	r->result[place] = *result;
	r->known[place] = true;
	r->ended++;
	while (r->next < r->places && r->known[r->next])
		put_result(r, &r->result[r->next++]);
	gk_out_flush(r->out);
}

/* ---- the end ---- */

static void end_text(struct gk_apply_report *r, const struct gk_apply_totals *t, int exit_code)
{
	if (t->dry_run) {
		gk_out_printf(r->out,
			"Plan: %zu to add, %zu to change, %zu to destroy. %zu unchanged, %zu drifted.\n",
			t->added, t->changed, t->destroyed, t->unchanged, t->drifted);
		return;
	}
	gk_out_printf(r->out,
		"%s Resources: %zu added, %zu changed, %zu destroyed. %zu unchanged, ",
		exit_code ? "Apply incomplete!" : "Apply complete!", t->added, t->changed,
		t->destroyed, t->unchanged);
	if (t->not_waited)
		gk_out_puts(r->out, "not waited");
	else
		gk_out_printf(r->out, "%zu healthy", t->healthy);
	if (exit_code)
		gk_out_printf(r->out, ", %zu failed, %zu skipped", t->failed, t->skipped);
	gk_out_puts(r->out, ".\n");
}

static void end_json(struct gk_apply_report *r, const struct gk_apply_totals *t, int exit_code)
{
	struct gk_arena *a = &r->arena;
	struct gk_node *doc = gk_node_new(a, GK_OBJECT), *items;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(256 << 20);

	gk_report_set_text(a, doc, "apiVersion", "gk/v1");
	gk_report_set_text(a, doc, "kind", t->dry_run ? "Plan" : "ApplyResult");
	gk_report_set_text(a, doc, "tool", r->program);
	items = gk_node_need(a, doc, "items", GK_ARRAY);
	for (size_t i = 0; i < r->places; i++)
		if (r->known[i])
			gk_node_append(items, result_record(a, &r->result[i]));
	gk_node_set_c(a, doc, "summary", totals_record(a, t));
	gk_report_set_count(a, doc, "exitCode", (size_t)exit_code);
	gk_json_print(&b, doc, GK_JSON_PRETTY);
	gk_out_put(r->out, gk_buf_str(&b));
}

static void end_ndjson(struct gk_apply_report *r, const struct gk_apply_totals *t, int exit_code)
{
	struct gk_arena *a = &r->arena;
	struct gk_node *n = stamped(r, a, "summary");

	gk_node_set_c(a, n, "resources", totals_record(a, t));
	put_record(r->out, n);
	n = stamped(r, a, "end");
	gk_report_set_count(a, n, "exitCode", (size_t)exit_code);
	gk_node_set_c(a, n, "ok", gk_node_bool(a, exit_code == 0));
	put_record(r->out, n);
}

void gk_apply_report_end(struct gk_apply_report *r, const struct gk_apply_totals *t, int exit_code)
{
	/* What never got a result leaves a gap: the rest still comes in order. */
	for (; r->next < r->places; r->next++)
		if (r->known[r->next])
			put_result(r, &r->result[r->next]);
	switch (r->form) {
	case GK_REPORT_TEXT:
		end_text(r, t, exit_code);
		break;
	case GK_REPORT_JSON:
		end_json(r, t, exit_code);
		break;
	case GK_REPORT_NDJSON:
		end_ndjson(r, t, exit_code);
		break;
	case GK_REPORT_NAME:
		break;
	}
	gk_out_flush(r->out);
}

void gk_apply_report_done(struct gk_apply_report *r)
{
	gk_arena_done(&r->arena);
}

bool gk_apply_report_cut(const struct gk_apply_report *r)
{
	return r->out->failed == EPIPE;
}
