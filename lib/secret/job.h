/* Inside lib/secret: one ExternalSecret on its way to a Secret. */
#ifndef GK_SECRET_JOB_H
#define GK_SECRET_JOB_H

#include "secret/catalog.h"
#include "secret/data.h"
#include "secret/external.h"
#include "secret/want.h"

struct gk_job {
	struct gk_es es;
	bool foreign; /* another controller's: left as it is */
	bool failed;
	struct gk_want **want; /* by entry of es */
	struct gk_data data;   /* what was fetched */
	struct gk_data made;   /* what the Secret will hold */
	bool empty;            /* the provider has nothing, and deletionPolicy allows that */
	struct gk_node *labels, *annotations; /* of the Secret */
	struct gk_str mark;                   /* changes when what it holds can have changed */
};

/* Tools that the steps share. */
struct gk_work {
	struct gk_arena *a; /* wiping */
	struct gk_diags *diags;
	struct gk_catalog *catalog;
	struct gk_map *stores; /* struct gk_store by their text */
	struct gk_wants wants;
};

/* Report an error of one entry of the job, and mark the job as failed. */
void gk_job_error(const struct gk_work *w, struct gk_job *job, const struct gk_es_entry *e,
	struct gk_err *err);

/* Find stores and note what is to be fetched (job-plan.c). */
void gk_job_plan(struct gk_work *w, struct gk_job *job);
/* From answers to job->data (job-fetch.c). */
void gk_job_collect(struct gk_work *w, struct gk_job *job);
/* From job->data to job->made, labels and annotations (job-template.c). */
void gk_job_render(struct gk_work *w, struct gk_job *job);
/* The mark (mark.c). */
void gk_job_mark(struct gk_work *w, struct gk_job *job);

#endif
