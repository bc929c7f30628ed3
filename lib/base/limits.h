/*
 * Every limit on foreign input, with its reason (values: reliability section 4).
 * Exceeding one is GK_ELIMIT and names the limit and the option that raises it.
 */
#ifndef GK_BASE_LIMITS_H
#define GK_BASE_LIMITS_H

#include "base/err.h"
#include "base/str.h"

struct gk_limits {
	uint64_t doc_bytes;      /* one file, document or remote body: CRD bundles reach 30 MB */
	uint64_t input_bytes;    /* all input of a run */
	uint64_t depth;          /* nesting in and out: the deepest CRD known has 36 */
	uint64_t nodes;          /* of one document after expansion */
	uint64_t alias_nodes;    /* made by aliases and merge keys, or 10 times the literal ones */
	uint64_t anchors;        /* of one document */
	uint64_t key_bytes;      /* one mapping key */
	uint64_t scalar_bytes;   /* one scalar */
	uint64_t number_chars;   /* one number literal */
	uint64_t objects;        /* of a run */
	uint64_t kustomizations; /* loaded in a run */
	uint64_t overlay_depth;  /* stack of overlays */
	uint64_t visits;         /* objects looked at by patches and the like, times those */
	uint64_t render_bytes;   /* memory of a rendering, or 64 times its input */
	uint64_t patch_ops;      /* of one JSON patch: what kube-apiserver takes */
	uint64_t object_bytes;   /* one object sent to a cluster */
	uint64_t http_body;      /* one API object */
	uint64_t http_list;      /* one page of a list */
	uint64_t http_line;      /* one watch event */
	uint64_t http_small;     /* a token or an AWS answer */
	uint64_t http_headers;   /* all headers of one answer */
	uint64_t state_bytes;    /* a Terraform state */
	uint64_t child_output;   /* bytes that one plugin, function or helm may print */
	uint64_t child_seconds;  /* that one may take: an image may have to be pulled */
	uint64_t git_bytes;      /* received from a repository, and in the archive of a commit */
	uint64_t git_objects;    /* of a repository */
	uint64_t git_file_bytes; /* one object of a repository */
	uint64_t git_list_bytes; /* what a server says of its references: 400,000 of them */
	uint64_t git_effort;     /* ms of CPU for each MiB received: a repository takes 60 */
	uint64_t git_seconds;    /* that a fetch may take */
};

const struct gk_limits *gk_limits_default(void);
/* "--limit NAME=VALUE": changes one (sizes take suffixes); unknown names get the nearest. */
GK_NODISCARD int gk_limits_set(struct gk_limits *l, struct gk_str setting, struct gk_err *err);
/* Fail with GK_ELIMIT: "WHAT passes the limit NAME = VALUE", help names --limit. */
int gk_limit_fail(struct gk_err *err, const char *name, uint64_t value, const char *what);

#endif
