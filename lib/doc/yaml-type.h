/*
 * What a plain YAML scalar means: the typing tables of go-yaml v3 (profile K) and of
 * go-yaml v2 under sigs.k8s.io/yaml (profile A).  Private to lib/doc.
 */
#ifndef GK_DOC_YAML_TYPE_H
#define GK_DOC_YAML_TYPE_H

#include "base/buf.h"
#include "doc/yaml.h"

enum gk_yaml_kind {
	GK_YAML_NULL,
	GK_YAML_BOOL,
	GK_YAML_INT,
	GK_YAML_FLOAT,
	GK_YAML_NONFINITE, /* .inf, .nan: no JSON */
	GK_YAML_STAMP,     /* a string in the end, in profile K rewritten to RFC 3339 */
	GK_YAML_MERGE,     /* << */
	GK_YAML_STRING
};

struct gk_yaml_value {
	enum gk_yaml_kind kind;
	enum gk_type type;  /* of the node that it becomes */
	struct gk_str text; /* of that node: a JSON number literal, or the string */
	bool ambiguous;     /* the other profile reads it differently */
	bool rounded;       /* an integer that no int64 or uint64 holds: Kubernetes rounds it */
};

/*
 * Resolve a scalar as if it were plain.  ret->text is a view of `text` or of *scratch,
 * whose old content is lost.  O(n).
 */
void gk_yaml__resolve(enum gk_yaml_profile profile, struct gk_str text, struct gk_buf *scratch,
	struct gk_yaml_value *ret);
/*
 * Keep the spelling of a scalar that n was made of, where n does not show it; that of
 * timestamps and << always: without it the node would be a string like others (profile K).
 */
void gk_yaml__keep_spelling(struct gk_arena *a, enum gk_yaml_profile profile, struct gk_node *n,
	const struct gk_yaml_value *v, struct gk_str text);
/* A base-60 number of YAML 1.1: a string to us, but quoted when printed. */
bool gk_yaml__is_base60(struct gk_str s);
/*
 * yaml-stamp.c: is it a timestamp that go-yaml recognises?  Then append its RFC 3339
 * form (nanoseconds without trailing zeros), as Go's time.Time prints itself.
 */
bool gk_yaml__stamp(struct gk_str s, struct gk_buf *rfc3339);

#endif
