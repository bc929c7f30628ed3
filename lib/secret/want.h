/*
 * What is to be fetched: each distinct thing once a run, whoever asks for it.  A provider (given
 * by the program) fills in the answers.
 */
#ifndef GK_SECRET_WANT_H
#define GK_SECRET_WANT_H

#include "base/map.h"
#include "base/vec.h"
#include "secret/store.h"

enum gk_want_kind { GK_WANT_VALUE, GK_WANT_TAGS, GK_WANT_FIND };

/* One answer of a find. */
struct gk_found {
	struct gk_str name, payload, version;
};

struct gk_want {
	enum gk_want_kind kind;
	struct gk_backend backend;
	struct gk_str name;         /* prefix and key; FIND: prefix of names, or path, or "" */
	struct gk_str version;      /* as the user wrote it; {NULL, 0} = the current one */
	const struct gk_node *tags; /* FIND: tags that must be there, or NULL */
	struct gk_str pattern;      /* FIND: regular expression on names, or {NULL, 0} */
	/* Set by the provider, in its arena: */
	bool found, missing;      /* missing: the store has no such secret or version */
	struct gk_str payload;    /* VALUE, TAGS (a JSON object) */
	struct gk_str version_id; /* what identifies the version that was read */
	struct gk_err *err;       /* neither found nor missing: why */
	bool reported;            /* err was told once, for the whole backend */
	struct gk_found *list;    /* FIND */
	size_t nlist;
};

struct gk_wants {
	struct gk_arena *a;
	struct gk_map by_id;
	struct {
		struct gk_want **v;
		size_t n, cap;
	} list;
	const char *last_fault; /* of a whole backend */
};

/* The want of that identity, made when new.  `like` is copied. */
struct gk_want *gk_want_add(struct gk_wants *w, const struct gk_want *like);
void gk_wants_done(struct gk_wants *w);

/*
 * Fetch: n wants that share backend and service, in one session.  What fails for one want is told
 * in it; failing as a whole (no credentials, no network) is an error.  The arena is a wiping one.
 */
struct gk_secret_provider {
	int (*fetch)(void *ctx, const struct gk_backend *backend, struct gk_want **wants, size_t n,
		struct gk_arena *a, struct gk_err *err);
	void *ctx;
};

/* Fetch all, backend by backend in order of appearance.  A backend that fails as a whole is
 * reported once and its wants bear the error; false when some did. */
bool gk_wants_fetch(struct gk_wants *w, const struct gk_secret_provider *p, struct gk_diags *diags);

#endif
