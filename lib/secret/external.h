/*
 * ExternalSecret (external-secrets.io, v1 and v1beta1) as data.  What the operator's webhook
 * refuses is refused here; what gk cannot do is an error, never passed over.
 */
#ifndef GK_SECRET_EXTERNAL_H
#define GK_SECRET_EXTERNAL_H

#include "base/diag.h"
#include "doc/stream.h"
#include "secret/keys.h"

enum gk_es_creation { GK_ES_OWNER, GK_ES_ORPHAN, GK_ES_MERGE, GK_ES_CREATE_OR_MERGE, GK_ES_NONE };
enum gk_es_deletion { GK_ES_RETAIN, GK_ES_DELETE, GK_ES_DELETE_KEYS };

struct gk_es_store_ref {
	struct gk_str name;
	bool cluster; /* ClusterSecretStore */
};

/* What to read of the provider. */
struct gk_es_remote {
	struct gk_str key, property, version; /* property, version: {NULL, 0} = none */
	bool metadata;                        /* the tags instead of the value */
	int conversion, decoding;             /* enum gk_conversion, enum gk_decoding */
	bool null_fail;                       /* nullBytePolicy Fail */
};

struct gk_es_find {
	struct gk_str path, name; /* name: regular expression */
	const struct gk_node *tags;
	int conversion, decoding;
	bool null_fail;
};

enum gk_es_rewrite_kind { GK_ES_REGEXP, GK_ES_TRANSFORM, GK_ES_MERGE_KEYS };

struct gk_es_rewrite {
	enum gk_es_rewrite_kind kind;
	const struct gk_node *at;
	struct gk_str source, target;   /* regexp */
	struct gk_str template;         /* transform */
	struct gk_str into;             /* merge: the rest of this struct */
	bool json;                      /* strategy JSON */
	const struct gk_node *priority; /* list of keys, or NULL */
	bool priority_optional, conflict_ok;
};

/* One entry of data or dataFrom. */
struct gk_es_entry {
	const struct gk_node *at;
	const char *path;         /* "spec.data[0]" */
	struct gk_str secret_key; /* data; {NULL, 0} = dataFrom */
	bool find;                /* dataFrom: find instead of extract */
	struct gk_es_remote remote;
	struct gk_es_find search;
	struct gk_es_store_ref store;
	struct gk_es_rewrite *rewrite;
	size_t nrewrites;
};

enum gk_es_target { GK_ES_DATA, GK_ES_LABELS, GK_ES_ANNOTATIONS };

struct gk_es_template_from {
	const struct gk_node *at;
	bool secret; /* or a config map */
	struct gk_str name;
	const struct gk_node *items; /* NULL: this is a literal */
	struct gk_str literal;
	enum gk_es_target target;
};

struct gk_es_template {
	bool present;
	struct gk_str type;
	const struct gk_node *labels, *annotations; /* templates by key, or NULL */
	const struct gk_node *data;
	bool merge; /* mergePolicy: fetched data stays */
	struct gk_es_template_from *from;
	size_t nfrom;
};

struct gk_es {
	const struct gk_item *item;
	const char *text; /* "ExternalSecret shop/db" */
	struct gk_str ns, name, target;
	enum gk_es_creation creation;
	enum gk_es_deletion deletion;
	bool immutable;
	struct gk_es_template template;
	struct gk_es_entry *entry; /* dataFrom in order, then data in order */
	size_t nentries, nfrom;
};

bool gk_es_is(const struct gk_ref *ref);
/* Faults go to diags; false when there were some.  All lives in a and in the object. */
bool gk_es_parse(struct gk_arena *a, const struct gk_item *item, struct gk_str default_ns,
	struct gk_diags *diags, struct gk_es *ret);

#endif
