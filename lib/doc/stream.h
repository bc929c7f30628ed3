/*
 * The object stream of ux section 4: a v1 List, one compact object a line, closed by a
 * trailer with count and SHA-256.  The reader also takes all that users have: YAML
 * documents, JSON, NDJSON, arrays, any *List, ResourceList.
 */
#ifndef GK_DOC_STREAM_H
#define GK_DOC_STREAM_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/out.h"
#include "doc/node.h"
#include "doc/object.h"

struct gk_item {
	struct gk_node *object;
	const char *source; /* file or "-" */
	struct gk_ref ref;
};

/* A set of objects in order, with their memory. */
struct gk_set {
	struct gk_arena arena;
	struct gk_item *items;
	size_t n, cap;
	/*
	 * Closed: the input's own form shows that it is whole (List, ResourceList, array, or a
	 * regular file).  An open set (NDJSON, YAML on a pipe) must not drive a prune.
	 */
	bool closed;
	bool trailer;         /* a gk trailer was read and matched */
	bool resource_list;   /* input was a ResourceList: write one back */
	struct gk_node *meta; /* the trailer's "source", or NULL */
	struct gk_node *krm;  /* functionConfig and results of a ResourceList, or NULL */
	struct gk_map seen;   /* identities of items[0..indexed), for duplicates */
	size_t indexed;
};
#define GK_SET_INIT                                                                                \
	{                                                                                          \
		.closed = true                                                                     \
	}
void gk_set_done(struct gk_set *s);
void gk_set_add(
	struct gk_set *s, struct gk_node *object, const char *source, const struct gk_ref *ref);

/*
 * Read one input into the set (which may hold others already): text of a file or stdin.
 * regular: it came from a regular file.  JSON when the first byte that is no blank is `{`
 * or `[`, else YAML in profile A (what kubectl would send).  Lists in lists are flattened.
 *
 * GK_EINPUT: nothing on a pipe (stream.empty-input), input that ends early or does not
 * match its trailer (stream.cut), items that are no objects (object.identity), two objects
 * with one identity (stream.duplicate, both places).  GK_ELIMIT: objects.  After an error
 * the set holds part of the input and must not be used.
 */
GK_NODISCARD int gk_stream_read(struct gk_set *s, const char *source, struct gk_str text,
	bool regular, const struct gk_limits *lim, struct gk_diags *warn, struct gk_err *err);

/*
 * -f: files, pipes, directories (their *.yaml, *.yml and *.json in byte order; below them
 * too with -R) and "-" for stdin, into one set.  No -f at all: stdin.
 */
struct gk_opt_input;
GK_NODISCARD int gk_stream_load(struct gk_set *s, const struct gk_opt_input *in,
	const struct gk_limits *lim, struct gk_diags *warn, struct gk_err *err);

/*
 * Write.  Nothing is written before all is known.  `tool` is "gk-render 0.1.0"; `source`
 * (or NULL) becomes the trailer's "source".  A set that was read from a ResourceList is
 * written as one where the form is GK_STREAM_LIST.  Failures to write are kept by `out`.
 * GK_EINPUT: a text that YAML cannot carry.
 */
enum gk_stream_form {
	GK_STREAM_LIST, /* "json": the canonical form */
	GK_STREAM_NDJSON,
	GK_STREAM_YAML,
	GK_STREAM_KRM, /* ResourceList */
	GK_STREAM_NAME /* deployment.apps/web, a line each */
};
/* "json", "ndjson", "yaml", "krm", "name"; GK_EUSAGE. */
GK_NODISCARD int gk_stream_form_parse(
	const char *name, enum gk_stream_form *ret, struct gk_err *err);
GK_NODISCARD int gk_stream_write(struct gk_out *out, enum gk_stream_form form,
	const struct gk_set *s, const char *tool, const struct gk_node *source, struct gk_err *err);

#endif
