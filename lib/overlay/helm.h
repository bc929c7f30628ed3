/*
 * One Helm chart, as kustomize v5.8.1 has helm render it.  Private to helm*.c:
 *
 *	helm.c         the charts of a kustomization, and what becomes of their objects
 *	helm-check.c   what a tree may ask of helm, and where a chart lies
 *	helm-values.c  the values that helm gets
 *	helm-pull.c    charts that are not in the tree
 *	helm-run.c     helm itself
 */
#ifndef GK_OVERLAY_HELM_H
#define GK_OVERLAY_HELM_H

#include "overlay/plugin-run.h"

struct gk_helm {
	const struct gk_plugin *p;
	const struct gk_kust_chart *c;
	const struct gk_kust_helm_globals *g;
	struct gk_str ns;
	const char *name;    /* of the chart */
	const char *home;    /* where it lies, relative to the loader's root */
	const char *config;  /* HELM_CONFIG_HOME */
	const char *plugins; /* HELM_PLUGINS; NULL: as the operator or helm has it */
};

/* A scalar's text in the arena; "" for none. */
const char *gk_helm_text(const struct gk_helm *h, const struct gk_node *n);
/* GK_EINPUT render.chart at `at`, or at the chart when that is NULL. */
int gk_helm_fail(const struct gk_helm *h, const struct gk_node *at, const char *text);

/*
 * Refuse (GK_EINPUT render.chart) a chart without a name, one that is no single directory,
 * words that helm could take for options, and words that no program can be given.
 */
GK_NODISCARD int gk_helm_check(const struct gk_helm *h);
/* Set h->home; GK_EINPUT render.path-escape outside the root. */
GK_NODISCARD int gk_helm_find_home(struct gk_helm *h);
/* A path that may be absolute, as one of the loader; NULL outside its root. */
const char *gk_helm_below_root(const struct gk_helm *h, struct gk_str path);
int gk_helm_fail_outside(const struct gk_helm *h, const struct gk_node *at, struct gk_str path);
/* A path of the loader as helm finds it. */
const char *gk_helm_absolute(const struct gk_helm *h, const char *path);

/*
 * Read a file at a path of the loader that `at` names; unless files may be loaded from
 * anywhere, only of the kustomization (GK_EINPUT render.outside-kustomization).
 */
GK_NODISCARD int gk_helm_read(const struct gk_helm *h, const char *path, const struct gk_node *at,
	struct gk_str *ret, const char **ret_shown);
/* The values in a file of the runner's scratch directory. */
GK_NODISCARD int gk_helm_write_values(const struct gk_helm *h, const char **ret_path);

/* Ask helm for its version, pull the chart where it is missing, render; *ret in the arena. */
GK_NODISCARD int gk_helm_run(const struct gk_helm *h, struct gk_str *ret);
/* The first words of a command line, and running it; *ret_out in the arena is what it printed. */
void gk_helm_begin(const struct gk_helm *h, struct gk_strs *args, const char *command);
GK_NODISCARD int gk_helm_command(
	const struct gk_helm *h, struct gk_strs *args, struct gk_str *ret_out);
/*
 * See to it that the chart's directory is there: that of the tree, or one that helm fetches
 * from where the operator allows it (GK_EINPUT render.remote, render.unpinned, remote.*).
 */
GK_NODISCARD int gk_helm_need_chart(const struct gk_helm *h);

#endif
