/* The way of every write, from a tree as the client meant it to a stored version. */
#ifndef GK_SIM_KUBE_COMMIT_H
#define GK_SIM_KUBE_COMMIT_H

#include "sim/kube.h"
#include "sim/managed.h"

/* Who writes, for managedFields. */
struct gk_sim_writer gk_sim_writer_of(const struct gk_sim_kreq *k);

/*
 * kind, apiVersion and namespace of a body must be those of the path (absent ones are filled
 * in).  Or answers 400.
 */
int gk_sim_check_identity(struct gk_sim_kreq *k, struct gk_node *body);

/* Fill in, check and store a new object; `next` is in the request's arena.  Answers. */
int gk_sim_commit_new(struct gk_sim_kreq *k, struct gk_node *next, bool applied);
/* The same for a change of `old`. */
int gk_sim_commit_change(
	struct gk_sim_kreq *k, struct gk_sim_obj *old, struct gk_node *next, bool applied);

/* The namespace of a new object must exist and not be going away. */
int gk_sim_check_namespace(struct gk_sim_kreq *k);

/* kube-validate.c: adds causes; 0 when there are none, else answers 422. */
int gk_sim_validate(struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next);
/* Undeclared and mistyped fields: answers 400, or warns, as fieldValidation says. */
int gk_sim_check_form(struct gk_sim_kreq *k, struct gk_node *body);

/* kube-admit.c: what decoding does to objects of some kinds, before anyone owns a field. */
void gk_sim_decode(struct gk_sim_kreq *k, struct gk_node *next);
/* kube-admit.c: what the server sets in objects of some kinds (addresses, accounts, data). */
void gk_sim_admit(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next);

/* kube-delete.c: the object is deleted and its last finalizer is gone: remove it. */
void gk_sim_finish_delete(struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_obj *o);

/* The same, with a final state that was never stored. */
void gk_sim_finish_delete_as(struct gk_sim *sim, struct gk_sim_res *res, const struct gk_sim_obj *o,
	const struct gk_node *last);

#endif
