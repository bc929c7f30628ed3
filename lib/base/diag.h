/*
 * Diagnostics: what a run has to tell a person, collected so that one run reports
 * all independent faults (up to 20), each with place, notes and help.  The same
 * records feed stderr, JSON and reports.
 */
#ifndef GK_BASE_DIAG_H
#define GK_BASE_DIAG_H

#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

enum gk_severity { GK_SEV_ERROR, GK_SEV_REFUSED, GK_SEV_WARNING, GK_SEV_NOTE };

struct gk_diag {
	struct gk_diag *next;
	enum gk_severity severity;
	enum gk_code code;
	const char *slug;
	struct gk_pos pos;
	bool excerpt;
	const char *text;
	const char *notes[GK_ERR_NOTES];
	size_t nnotes;
	const char *help; /* NULL = none */
};

struct gk_diags {
	struct gk_arena arena;
	struct gk_diag *first, **tail;
	size_t errors, warnings; /* counted, also those beyond max that are not kept */
	size_t max;              /* diagnostics kept; 0 = 20 errors and 200 others */
	enum gk_code worst;      /* of all errors: the one whose exit code wins (exit.c) */
};
#define GK_DIAGS_INIT                                                                              \
	{                                                                                          \
		0                                                                                  \
	}

/* Add one; the texts are copied.  The result may take notes and help until the next call. */
struct gk_diag *gk_diags_add(struct gk_diags *d, enum gk_severity sev, const char *slug,
	struct gk_pos pos, const char *fmt, ...) GK_PRINTF(5, 6);
void gk_diag_note(struct gk_diags *d, struct gk_diag *g, const char *fmt, ...) GK_PRINTF(3, 4);
void gk_diag_help(struct gk_diags *d, struct gk_diag *g, const char *fmt, ...) GK_PRINTF(3, 4);
/* An error becomes a diagnostic of severity error (refused for GK_EREFUSED). */
void gk_diags_err(struct gk_diags *d, const struct gk_err *err);
/* Make errors of the warnings with that slug. */
void gk_diags_promote(struct gk_diags *d, const char *slug);
void gk_diags_done(struct gk_diags *d);

/* GNU form of ux section 6; all foreign text escaped.  Colour when `colour`. */
void gk_diag_print(FILE *to, const char *tool, const struct gk_diag *g, bool colour);
void gk_diags_print(FILE *to, const char *tool, const struct gk_diags *d, bool colour);
/* One JSON object a line (--log-format=json). */
void gk_diags_print_json(FILE *to, const char *tool, const struct gk_diags *d);

#endif
