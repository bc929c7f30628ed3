/* Inside of config: kubeconfig files, merged; and the collector of faults. */
#ifndef GK_KUBE_KUBECONFIG_H
#define GK_KUBE_KUBECONFIG_H

#include "base/map.h"
#include "doc/node.h"
#include "kube/config.h"

/*
 * Faults are independent: each becomes a diagnostic when the next one is found, so that the
 * last one is the error.
 */
struct faults {
	struct gk_diags *diags;
	struct gk_err *err;
	bool any;
};
/* Make room in f->err for the next fault. */
struct gk_err *gk_faults_next(struct faults *f);

/* An entry of clusters, users or contexts, and the file that supplied it. */
struct entry {
	const struct gk_node *node; /* the value, or NULL when the entry has none */
	const char *file;
	const char *dir; /* relative paths start here */
};

enum section { CLUSTERS, USERS, CONTEXTS, SECTIONS };

struct kubeconfig {
	struct gk_arena *arena;
	const struct gk_limits *lim;
	struct faults *faults;
	struct gk_map section[SECTIONS]; /* name -> struct entry */
	const char *current_context;
	struct gk_strs looked; /* files that were looked at, "(missing)" appended where so */
};

/* Read and merge what --kubeconfig, KUBECONFIG or the home directory name. */
void gk_kubeconfig_load(struct kubeconfig *k, const char *option, const struct gk_kube_env *env);
void gk_kubeconfig_done(struct kubeconfig *k);
/* The entry, or NULL after a fault that names the nearest. */
const struct entry *gk_kubeconfig_need(struct kubeconfig *k, enum section s, const char *name);

/*
 * A string member: NULL when absent, null or empty.  Another type is a fault.  e or its
 * node may be NULL.
 */
const char *gk_entry_text(struct kubeconfig *k, const struct entry *e, const char *key);
bool gk_entry_true(struct kubeconfig *k, const struct entry *e, const char *key);
/* The same for a path, resolved against the directory of the entry's file. */
const char *gk_entry_path(struct kubeconfig *k, const struct entry *e, const char *key);
/* A list of strings, in the arena. */
struct gk_strs gk_entry_list(struct kubeconfig *k, const struct entry *e, const char *key);
/* Place of a member, or of the entry. */
struct gk_pos gk_entry_pos(const struct entry *e, const char *key);
/* The user's exec section, checked; NULL when there is none. */
const struct gk_kube_exec *gk_entry_exec(
	struct kubeconfig *k, const struct entry *user, const struct entry *cluster);
/* Text of a file that the configuration names, in the arena; {NULL, 0} after a fault. */
struct gk_str gk_kubeconfig_slurp(
	struct kubeconfig *k, const char *path, const char *what, struct gk_pos pos);

#endif
