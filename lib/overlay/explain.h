/*
 * Which file, line and transformer set a field of a rendered object, last writer first.
 *
 *	gk_explain_new(GK_STR("apps/Deployment/web:.spec.replicas"), &x, err)
 *	options.explain = x;  gk_overlay_build(..., &options, ..., &set, err)
 *	gk_explain_print(&buf, x, false);
 *
 * Nothing is traced in a build without one.  The answer lives in the set that was built.
 */
#ifndef GK_OVERLAY_EXPLAIN_H
#define GK_OVERLAY_EXPLAIN_H

#include "base/buf.h"
#include "base/err.h"

struct gk_explain;

/*
 * What to explain: OBJECT, or OBJECT:FIELD; without FIELD every leaf of the object.
 *
 *	Deployment/web             apps/Deployment/web         apps/v1/Deployment/web
 *	Deployment/shop/web        shop/Deployment/web         apps/v1/Deployment/shop/web
 *	deployment.apps/web        "apps/Deployment shop/web"
 *
 *	.spec.replicas   .spec.template.spec.containers[0].image   ...containers[name=web].image
 *	.metadata.annotations["example.com/a"]   /spec/replicas (a JSON pointer)
 *
 * The name is the final one, or else one that the object had before.  GK_EUSAGE.
 */
GK_NODISCARD int gk_explain_new(struct gk_str query, struct gk_explain **ret, struct gk_err *err);
void gk_explain_free(struct gk_explain *x);
void gk_explain_freep(struct gk_explain **x);

/*
 * The answer, after the build: a text for people, or one JSON document (kind Explanation).
 * Data of a Secret is shown as ***.
 */
void gk_explain_print(struct gk_buf *b, const struct gk_explain *x);
void gk_explain_print_json(struct gk_buf *b, const struct gk_explain *x);

#endif
