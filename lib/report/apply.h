/*
 * The report of a run of gk-apply: what happens, as it happens, and what came of it.
 *
 * text: one line an object in the order of the sync, whatever the order in which requests end,
 * then the summary.  ndjson: events as they happen, `start` first, `end` last (its absence
 * shows that the stream was cut).  json: one document.  name: what was changed.
 * Progress for people goes to another descriptor and never to stdout.
 */
#ifndef GK_REPORT_APPLY_H
#define GK_REPORT_APPLY_H

#include "base/out.h"
#include "report/common.h"

/* Something that happens; empty or NULL members are left out. */
struct gk_event {
	const char *type;   /* "apply", "hook", "wait", "status", "prune", "group" ... */
	const char *status; /* "Successful", "InProgress", ... */
	const struct gk_ref *ref;
	const char *phase; /* "Sync"; NULL: no wave */
	int64_t wave;
	const char *result;  /* "created", "unchanged" ... */
	const char *health;  /* "Healthy" ... */
	const char *message; /* foreign text */
	const char *error;   /* one line */
	int64_t elapsed_ms;  /* -1 = not told */
};

/* What came of one object. */
struct gk_apply_result {
	struct gk_ref ref;
	const char *result; /* "created", "configured", "unchanged", "pruned", "failed", ... */
	bool changed;       /* for -o name */
	const char *phase;
	int64_t wave;
	const char *health, *message;
	int64_t elapsed_ms;
};

struct gk_apply_totals {
	size_t added, changed, destroyed, unchanged, healthy, failed, skipped;
	bool not_waited; /* health was not waited for */
	bool dry_run;
	size_t drifted; /* dry run */
};

struct gk_apply_report {
	enum gk_report_form form;
	struct gk_out *out;      /* borrowed */
	struct gk_out *progress; /* borrowed; NULL = none */
	bool progress_json;
	const char *program; /* "gk-apply 0.1.0" */

	/* the report's own */
	struct gk_arena arena;
	int64_t begin_ms; /* monotonic */
	int64_t last_ms;  /* of the last progress line */
	size_t seq;
	size_t total, ended; /* objects of the run */
	size_t places, next; /* results are written in order of their places */
	struct gk_apply_result *result;
	bool *known;
};

/* places: how many results there will be at most; facts of the start record may be NULL. */
void gk_apply_report_begin(struct gk_apply_report *r, size_t places, const char *cluster,
	const char *set, const char *revision);
void gk_apply_report_event(struct gk_apply_report *r, const struct gk_event *e);
/* The place's result, once; texts must live until the end. */
void gk_apply_report_result(
	struct gk_apply_report *r, size_t place, const struct gk_apply_result *result);
/* Say that it still waits, when nothing was said for 15 s (called now and then). */
void gk_apply_report_heartbeat(
	struct gk_apply_report *r, const struct gk_ref *ref, const char *message, int64_t left_ms);
/* Summary and end record. */
void gk_apply_report_end(struct gk_apply_report *r, const struct gk_apply_totals *t, int exit_code);
void gk_apply_report_done(struct gk_apply_report *r);
/* The reader of stdout has gone: start nothing new. */
bool gk_apply_report_cut(const struct gk_apply_report *r);

#endif
