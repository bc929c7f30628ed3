/*
 * ExternalSecrets of a set become Secrets, each in the place where its ExternalSecret stood.
 *
 * Parse all, fetch each distinct thing once, make all, and only then change the set: on any
 * fault every fault is in the diagnostics and the set is as it was.
 */
#ifndef GK_SECRET_INJECT_H
#define GK_SECRET_INJECT_H

#include "secret/catalog.h"
#include "secret/want.h"

struct gk_inject {
	struct gk_str default_ns; /* of objects that name none */
	bool keep;                /* leave stores and ExternalSecrets in the set */
	struct gk_secret_provider provider;
};

/* One Secret that was made, for reports: no values. */
struct gk_injected {
	struct gk_str ns, name;
	const char *external; /* "ExternalSecret shop/db" */
	struct gk_str sources, version;
	size_t keys, consumers;
};

struct gk_inject_report {
	struct gk_injected *v;
	size_t n, cap;
};

/*
 * The set's arena becomes a wiping one.  false: nothing was changed, diags says why.  The report
 * (views into the set's arena) may be NULL; its vector is the caller's.
 */
bool gk_secret_inject(struct gk_set *set, const struct gk_inject *how, struct gk_diags *diags,
	struct gk_inject_report *report);

#endif
