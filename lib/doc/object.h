/* What every Kubernetes object has: identity, labels, annotations. */
#ifndef GK_DOC_OBJECT_H
#define GK_DOC_OBJECT_H

#include "base/buf.h"
#include "doc/node.h"

/* Identity.  Views into the object's tree; group "" = core, ns "" = none given. */
struct gk_ref {
	struct gk_str group, version, kind, ns, name;
};

/* GK_EINPUT when apiVersion, kind or metadata.name is missing or no string. */
GK_NODISCARD int gk_object_ref(
	const struct gk_node *object, const char *source, struct gk_ref *ret, struct gk_err *err);
/* "apps/Deployment shop/web" ("Namespace prod" for core, without namespace): for messages. */
void gk_ref_print(struct gk_buf *b, const struct gk_ref *r);
const char *gk_ref_text(struct gk_arena *a, const struct gk_ref *r);
/* "group\0kind\0ns\0name" in a: the key under which sets index objects (no version). */
struct gk_str gk_ref_key(struct gk_arena *a, const struct gk_ref *r);
bool gk_ref_equal(const struct gk_ref *a, const struct gk_ref *b); /* without version */
/* By group, kind, namespace, name. */
int gk_ref_cmp(const struct gk_ref *a, const struct gk_ref *b);
/* "apps/v1" or "v1" */
void gk_ref_api_version(struct gk_buf *b, const struct gk_ref *r);
void gk_api_version_split(
	struct gk_str api_version, struct gk_str *ret_group, struct gk_str *ret_version);

struct gk_str gk_object_annotation(
	const struct gk_node *object, const char *key); /* {NULL,0} = absent */
struct gk_str gk_object_label(const struct gk_node *object, const char *key);
void gk_object_annotate(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str value);
void gk_object_set_label(
	struct gk_arena *a, struct gk_node *object, const char *key, struct gk_str value);

#endif
