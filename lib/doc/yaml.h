/*
 * YAML, through libyaml's events, into the same tree.
 *
 * Two typing profiles (reliability section 5): K is what kustomize does to resource
 * files (go-yaml v3), A is what kubectl does (sigs.k8s.io/yaml, YAML 1.1).  Aliases and
 * merge keys are expanded under a budget, duplicate keys are errors with both places,
 * documents are split at lines beginning `---`.
 */
#ifndef GK_DOC_YAML_H
#define GK_DOC_YAML_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/limits.h"
#include "doc/node.h"

enum gk_yaml_profile { GK_YAML_K, GK_YAML_A };

struct gk_yaml_options {
	enum gk_yaml_profile profile;
	bool first_only; /* later documents are ignored (kustomization.yaml) */
	/*
	 * All of YAML that libyaml reads: directives, content beside `---`, documents after
	 * `...`, keys that are no strings (as text).  Off, these are errors, because the tools
	 * of Kubernetes refuse them or read them in different ways.
	 */
	bool liberal;
	/* A tag that the text belies (!!int web) is no error: it stays, in the node's raw text. */
	bool any_tag;
	struct gk_diags *warn; /* NULL, or where warnings go (yaml.ambiguous, unknown tags) */
	const struct gk_limits *lim;
};

/*
 * Parse every document of the text; empty and null documents are skipped.  Each root is
 * handed to `each` in order (a failing each stops with its error).  Trees live in a.
 * A member's position is that of its key.
 *
 * Errors: GK_EINPUT with position (messages never show a scalar's value, which may be a
 * secret), GK_ELIMIT.  Plain integers beyond 64 bits keep their digits; floats become the
 * JSON literal of the same decimal value.
 */
typedef int (*gk_yaml_each_fn)(void *ctx, struct gk_node *root, struct gk_err *err);
GK_NODISCARD int gk_yaml_parse(struct gk_arena *a, const char *source, struct gk_str text,
	const struct gk_yaml_options *opt, gk_yaml_each_fn each, void *ctx, struct gk_err *err);
/* Exactly one document (or none: *ret = NULL). */
GK_NODISCARD int gk_yaml_parse_one(struct gk_doc *doc, const char *source, struct gk_str text,
	const struct gk_yaml_options *opt, struct gk_err *err);

/*
 * Make n, a scalar, what the profile reads in `text` without quotes: its type, text and
 * raw.  Style, key and place of n stay.
 */
void gk_yaml_plain(
	struct gk_arena *a, enum gk_yaml_profile profile, struct gk_str text, struct gk_node *n);

/*
 * Print one document as kustomize prints it (kustomize reference section 13): keys in
 * natural order, go-yaml v2's styles, width 80, sequences not indented, ends with a newline.
 * GK_EINPUT for what YAML cannot carry.
 */
GK_NODISCARD int gk_yaml_print(struct gk_buf *b, const struct gk_node *n, struct gk_err *err);
/*
 * The same layout, but keys in the order that they have, scalars in their own style and
 * spelling, no line folded: what go-yaml v3 makes of a document that it has read.
 */
GK_NODISCARD int gk_yaml_print_as_read(
	struct gk_buf *b, const struct gk_node *n, struct gk_err *err);
/*
 * The same, with no more quotes around keys than go-yaml v3 needs: y and on have none, which
 * a reader of YAML 1.1 would take for booleans.
 */
GK_NODISCARD int gk_yaml_print_edited(
	struct gk_buf *b, const struct gk_node *n, struct gk_err *err);
/* Key order of gk_yaml_print; usable with gk_node_sort. */
int gk_yaml_key_cmp(struct gk_str a, struct gk_str b);

#endif
