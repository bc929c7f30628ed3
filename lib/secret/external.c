/* Reading ExternalSecrets. */
#include "secret/external.h"

#include "base/map.h"
#include "secret/crd.h"

#define FIELD(T, name, kind, member, flags, choices)                                               \
	{                                                                                          \
		name, kind, offsetof(T, member), flags, choices                                    \
	}
#define STRING(T, name, member) FIELD(T, name, GK_CRD_STRING, member, 0, NULL)
#define NEEDED(T, name, member) FIELD(T, name, GK_CRD_STRING, member, GK_CRD_REQUIRED, NULL)
#define NODE(T, name, member) FIELD(T, name, GK_CRD_NODE, member, 0, NULL)
#define LIST(T, name, member) FIELD(T, name, GK_CRD_LIST, member, 0, NULL)
#define CHOICE(T, name, member, choices) FIELD(T, name, GK_CRD_CHOICE, member, 0, choices)
#define IGNORED(name)                                                                              \
	{                                                                                          \
		name, GK_CRD_ANY, 0, 0, NULL                                                       \
	}

static const char group[] = "external-secrets.io";

bool gk_es_is(const struct gk_ref *ref)
{
	return gk_str_is(ref->group, group) && gk_str_is(ref->kind, "ExternalSecret");
}

/* "path[i]" */
static const char *at_index(struct gk_crd *d, const char *path, size_t i)
{
	return gk_arena_printf(d->a, "%s[%zu]", path, i);
}

static const char *at_name(struct gk_crd *d, const char *path, const char *name)
{
	return gk_arena_printf(d->a, "%s.%s", path, name);
}

static void parse_store(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_es_store_ref *ret)
{
	struct {
		struct gk_str name;
		int kind;
	} s = {{NULL, 0}, 0};
	const struct gk_crd_field fields[] = {
		NEEDED(__typeof__(s), "name", name),
		CHOICE(__typeof__(s), "kind", kind, "SecretStore|ClusterSecretStore"),
	};

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	ret->name = s.name;
	ret->cluster = s.kind == 1;
}

static const char conversions[] = "Default|Unicode";
static const char decodings[] = "None|Base64|Base64URL|Auto";
static const char null_policies[] = "Ignore|Fail";

static void parse_remote(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_es_remote *ret)
{
	struct {
		struct gk_es_remote r;
		int metadata, null_policy;
	} s = {.metadata = 0};
	const struct gk_crd_field fields[] = {
		NEEDED(__typeof__(s), "key", r.key),
		STRING(__typeof__(s), "property", r.property),
		STRING(__typeof__(s), "version", r.version),
		CHOICE(__typeof__(s), "metadataPolicy", metadata, "None|Fetch"),
		CHOICE(__typeof__(s), "conversionStrategy", r.conversion, conversions),
		CHOICE(__typeof__(s), "decodingStrategy", r.decoding, decodings),
		CHOICE(__typeof__(s), "nullBytePolicy", null_policy, null_policies),
	};

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	*ret = s.r;
	ret->metadata = s.metadata;
	ret->null_fail = s.null_policy;
	if (ret->property.n == 0)
		ret->property = GK_STR_NULL;
	if (ret->version.n == 0)
		ret->version = GK_STR_NULL;
}

static void parse_find(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_es_find *ret)
{
	struct {
		struct gk_es_find f;
		const struct gk_node *name;
		int null_policy;
	} s = {.name = NULL};
	const struct gk_crd_field fields[] = {
		STRING(__typeof__(s), "path", f.path),
		NODE(__typeof__(s), "name", name),
		FIELD(__typeof__(s), "tags", GK_CRD_STRINGS, f.tags, 0, NULL),
		CHOICE(__typeof__(s), "conversionStrategy", f.conversion, conversions),
		CHOICE(__typeof__(s), "decodingStrategy", f.decoding, decodings),
		CHOICE(__typeof__(s), "nullBytePolicy", null_policy, null_policies),
	};
	const struct gk_crd_field name_fields[] = {NEEDED(struct gk_es_find, "regexp", name)};

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	if (s.name)
		gk_crd_read(d, s.name, at_name(d, path, "name"), name_fields, 1, &s.f);
	s.f.null_fail = s.null_policy;
	if (!s.f.name.n && !(s.f.tags && s.f.tags->count))
		gk_crd_fail(d, n, path, "needs name.regexp or tags");
	*ret = s.f;
}

static void parse_merge(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_es_rewrite *ret)
{
	struct {
		struct gk_es_rewrite r;
		int strategy, priority_policy, conflict_policy;
	} s = {.strategy = 0};
	const struct gk_crd_field fields[] = {
		STRING(__typeof__(s), "into", r.into),
		CHOICE(__typeof__(s), "strategy", strategy, "Extract|JSON"),
		LIST(__typeof__(s), "priority", r.priority),
		CHOICE(__typeof__(s), "priorityPolicy", priority_policy, "Strict|IgnoreNotFound"),
		CHOICE(__typeof__(s), "conflictPolicy", conflict_policy, "Error|Ignore"),
	};

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	if (s.strategy == 1 && !s.r.into.n)
		gk_crd_fail(d, n, at_name(d, path, "into"), "is missing for strategy JSON");
	*ret = s.r;
	ret->json = s.strategy;
	ret->priority_optional = s.priority_policy;
	ret->conflict_ok = s.conflict_policy;
}

static void parse_rewrite(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_es_rewrite *ret)
{
	struct {
		const struct gk_node *regexp, *transform, *merge;
	} s = {NULL, NULL, NULL};
	const struct gk_crd_field fields[] = {
		NODE(__typeof__(s), "regexp", regexp),
		NODE(__typeof__(s), "transform", transform),
		NODE(__typeof__(s), "merge", merge),
	};
	const struct gk_crd_field regexp[] = {
		NEEDED(struct gk_es_rewrite, "source", source),
		STRING(struct gk_es_rewrite, "target", target),
	};
	const struct gk_crd_field transform[] = {
		NEEDED(struct gk_es_rewrite, "template", template)};

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	if (!!s.regexp + !!s.transform + !!s.merge != 1) {
		gk_crd_fail(d, n, path, "needs exactly one of regexp, transform and merge");
		return;
	}
	if (s.regexp)
		gk_crd_read(d, s.regexp, at_name(d, path, "regexp"), regexp, GK_COUNT(regexp), ret);
	else if (s.transform)
		gk_crd_read(d, s.transform, at_name(d, path, "transform"), transform, 1, ret);
	else
		parse_merge(d, s.merge, at_name(d, path, "merge"), ret);
	ret->kind = s.regexp ? GK_ES_REGEXP : s.transform ? GK_ES_TRANSFORM : GK_ES_MERGE_KEYS;
	ret->at = n;
}

static void parse_rewrites(struct gk_crd *d, const struct gk_node *list, struct gk_es_entry *ret)
{
	const char *path = at_name(d, ret->path, "rewrite");

	if (!list || list->count == 0)
		return;
	ret->rewrite = gk_arena_array(d->a, list->count, sizeof *ret->rewrite);
	gk_node_foreach (n, list) {
		parse_rewrite(
			d, n, at_index(d, path, ret->nrewrites), &ret->rewrite[ret->nrewrites]);
		ret->nrewrites++;
	}
}

/* sourceRef: another store for this entry; generators make values that gk cannot repeat. */
static void parse_source(struct gk_crd *d, const struct gk_node *n, struct gk_es_entry *ret)
{
	struct {
		const struct gk_node *store, *generator;
	} s = {NULL, NULL};
	const struct gk_crd_field fields[] = {
		NODE(__typeof__(s), "storeRef", store),
		NODE(__typeof__(s), "generatorRef", generator),
	};
	const char *path = at_name(d, ret->path, "sourceRef");

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	if (s.generator)
		gk_crd_fail(d, s.generator, at_name(d, path, "generatorRef"),
			"generators are not supported: each run would make another value");
	if (s.store)
		parse_store(d, s.store, at_name(d, path, "storeRef"), &ret->store);
}

static void parse_from(struct gk_crd *d, const struct gk_node *n, struct gk_es_entry *ret)
{
	struct {
		const struct gk_node *extract, *find, *source, *rewrite;
	} s = {NULL, NULL, NULL, NULL};
	const struct gk_crd_field fields[] = {
		NODE(__typeof__(s), "extract", extract),
		NODE(__typeof__(s), "find", find),
		NODE(__typeof__(s), "sourceRef", source),
		LIST(__typeof__(s), "rewrite", rewrite),
	};

	gk_crd_read(d, n, ret->path, fields, GK_COUNT(fields), &s);
	if (s.source)
		parse_source(d, s.source, ret);
	if (!s.extract == !s.find && !gk_node_get(s.source, "generatorRef"))
		gk_crd_fail(d, n, ret->path, "needs either extract or find");
	if (s.extract)
		parse_remote(d, s.extract, at_name(d, ret->path, "extract"), &ret->remote);
	else if (s.find)
		parse_find(d, s.find, at_name(d, ret->path, "find"), &ret->search);
	ret->find = !s.extract && s.find;
	parse_rewrites(d, s.rewrite, ret);
}

static void parse_data(struct gk_crd *d, const struct gk_node *n, struct gk_es_entry *ret)
{
	struct {
		struct gk_str key;
		const struct gk_node *remote, *source;
	} s = {{NULL, 0}, NULL, NULL};
	const struct gk_crd_field fields[] = {
		NEEDED(__typeof__(s), "secretKey", key),
		FIELD(__typeof__(s), "remoteRef", GK_CRD_NODE, remote, GK_CRD_REQUIRED, NULL),
		NODE(__typeof__(s), "sourceRef", source),
	};
	struct gk_err err = GK_ERR_INIT;

	gk_crd_read(d, n, ret->path, fields, GK_COUNT(fields), &s);
	ret->secret_key = s.key.p ? s.key : GK_STR("");
	if (s.remote)
		parse_remote(d, s.remote, at_name(d, ret->path, "remoteRef"), &ret->remote);
	if (s.source)
		parse_source(d, s.source, ret);
	if (s.key.n && gk_secret_key_check(s.key, &err))
		gk_crd_fail(d, gk_node_get(n, "secretKey"), at_name(d, ret->path, "secretKey"),
			"cannot be a key of a Secret");
}

static void parse_template_from(struct gk_crd *d, const struct gk_node *n, const char *path,
	struct gk_es_template_from *ret)
{
	struct {
		const struct gk_node *config_map, *secret;
		struct gk_str literal, target;
	} s = {NULL, NULL, {NULL, 0}, {NULL, 0}};
	const struct gk_crd_field fields[] = {
		NODE(__typeof__(s), "configMap", config_map),
		NODE(__typeof__(s), "secret", secret),
		STRING(__typeof__(s), "literal", literal),
		STRING(__typeof__(s), "target", target),
		IGNORED("valuesDecodingStrategy"),
	};
	const struct gk_crd_field source[] = {
		NEEDED(struct gk_es_template_from, "name", name),
		FIELD(struct gk_es_template_from, "items", GK_CRD_LIST, items, GK_CRD_REQUIRED,
			NULL),
	};

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	if (!!s.config_map + !!s.secret + !!s.literal.p != 1)
		gk_crd_fail(d, n, path, "needs exactly one of configMap, secret and literal");
	if (s.config_map || s.secret)
		gk_crd_read(d, s.config_map ? s.config_map : s.secret,
			at_name(d, path, s.config_map ? "configMap" : "secret"), source,
			GK_COUNT(source), ret);
	ret->at = n;
	ret->secret = s.secret != NULL;
	ret->literal = s.literal;
	if (gk_str_is(s.target, "Labels") || gk_str_is(s.target, "labels"))
		ret->target = GK_ES_LABELS;
	else if (gk_str_is(s.target, "Annotations") || gk_str_is(s.target, "annotations"))
		ret->target = GK_ES_ANNOTATIONS;
	else if (s.target.n && !gk_str_is(s.target, "Data") && !gk_str_is(s.target, "data"))
		gk_crd_fail(d, n, at_name(d, path, "target"),
			"expected one of Data, Labels and Annotations");
}

/* Secrets of these types are credentials of the cluster itself. */
static void check_type(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_str type)
{
	if (gk_str_is(type, "kubernetes.io/service-account-token") ||
		gk_str_is(type, "bootstrap.kubernetes.io/token"))
		gk_crd_fail(d, n, at_name(d, path, "type"),
			"a Secret of type %.*s would become a credential of the cluster",
			GK_SARG(type));
}

static void parse_template(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_es_template *ret)
{
	struct {
		struct gk_es_template t;
		int engine, merge;
		const struct gk_node *metadata, *from;
	} s = {.engine = 1};
	const struct gk_crd_field fields[] = {
		CHOICE(__typeof__(s), "engineVersion", engine, "v1|v2"),
		STRING(__typeof__(s), "type", t.type),
		CHOICE(__typeof__(s), "mergePolicy", merge, "Replace|Merge"),
		NODE(__typeof__(s), "metadata", metadata),
		FIELD(__typeof__(s), "data", GK_CRD_STRINGS, t.data, 0, NULL),
		LIST(__typeof__(s), "templateFrom", from),
	};
	const struct gk_crd_field metadata[] = {
		FIELD(struct gk_es_template, "labels", GK_CRD_STRINGS, labels, 0, NULL),
		FIELD(struct gk_es_template, "annotations", GK_CRD_STRINGS, annotations, 0, NULL),
		IGNORED("finalizers"),
	};
	const char *from = at_name(d, path, "templateFrom");

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	gk_crd_read(
		d, s.metadata, at_name(d, path, "metadata"), metadata, GK_COUNT(metadata), &s.t);
	if (s.engine == 0)
		gk_crd_fail(d, n, at_name(d, path, "engineVersion"), "only v2 is supported");
	check_type(d, n, path, s.t.type);
	s.t.present = true;
	s.t.merge = s.merge;
	s.t.from = gk_arena_array(d->a, s.from ? s.from->count + 1 : 1, sizeof *s.t.from);
	gk_node_foreach (item, s.from) {
		parse_template_from(d, item, at_index(d, from, s.t.nfrom), &s.t.from[s.t.nfrom]);
		s.t.nfrom++;
	}
	*ret = s.t;
}

static void parse_target(
	struct gk_crd *d, const struct gk_node *n, const char *path, struct gk_es *ret)
{
	struct {
		struct gk_str name;
		int creation, deletion;
		bool immutable;
		const struct gk_node *template, *manifest;
	} s = {.creation = GK_ES_OWNER};
	const struct gk_crd_field fields[] = {
		STRING(__typeof__(s), "name", name),
		CHOICE(__typeof__(s), "creationPolicy", creation,
			"Owner|Orphan|Merge|CreateOrMerge|None"),
		CHOICE(__typeof__(s), "deletionPolicy", deletion, "Retain|Delete|Merge"),
		FIELD(__typeof__(s), "immutable", GK_CRD_BOOL, immutable, 0, NULL),
		NODE(__typeof__(s), "template", template),
		NODE(__typeof__(s), "manifest", manifest),
	};

	gk_crd_read(d, n, path, fields, GK_COUNT(fields), &s);
	if (s.manifest)
		gk_crd_fail(d, s.manifest, at_name(d, path, "manifest"),
			"targets other than Secrets are not supported");
	if (s.deletion == GK_ES_DELETE && s.creation != GK_ES_OWNER && s.creation != GK_ES_ORPHAN)
		gk_crd_fail(d, n, at_name(d, path, "deletionPolicy"),
			"Delete does not go with creationPolicy Merge, CreateOrMerge or None");
	if (s.deletion == GK_ES_DELETE_KEYS && s.creation == GK_ES_NONE)
		gk_crd_fail(d, n, at_name(d, path, "deletionPolicy"),
			"Merge does not go with creationPolicy None");
	ret->target = s.name.n ? s.name : ret->name;
	ret->creation = (enum gk_es_creation)s.creation;
	ret->deletion = (enum gk_es_deletion)s.deletion;
	ret->immutable = s.immutable;
	if (s.template)
		parse_template(d, s.template, at_name(d, path, "template"), &ret->template);
}

/* Two entries with one key: which one would win is nothing to rely on. */
static void check_duplicates(struct gk_crd *d, const struct gk_es *es)
{
	struct gk_map seen = GK_MAP_INIT;

	for (size_t i = es->nfrom; i < es->nentries; i++) {
		const struct gk_es_entry *e = &es->entry[i];

		if (e->secret_key.n && gk_map_put(&seen, e->secret_key, (void *)(uintptr_t)e))
			gk_crd_fail(d, e->at, at_name(d, e->path, "secretKey"),
				"another entry sets '%.*s' too", GK_SARG(e->secret_key));
	}
	gk_map_done(&seen);
}

static void parse_entries(struct gk_crd *d, const struct gk_node *list, const char *path,
	void (*parse)(struct gk_crd *d, const struct gk_node *n, struct gk_es_entry *ret),
	const struct gk_es_store_ref *store, struct gk_es *es)
{
	size_t i = 0;

	gk_node_foreach (n, list) {
		struct gk_es_entry *e = &es->entry[es->nentries++];

		e->at = n;
		e->path = at_index(d, path, i++);
		e->store = *store;
		parse(d, n, e);
		if (!e->store.name.n)
			gk_crd_fail(
				d, n, e->path, "no store is named, here or in spec.secretStoreRef");
	}
}

static void parse_spec(struct gk_crd *d, const struct gk_node *spec, struct gk_es *es)
{
	struct {
		const struct gk_node *store, *target, *data, *from;
	} s = {NULL, NULL, NULL, NULL};
	const struct gk_crd_field fields[] = {
		NODE(__typeof__(s), "secretStoreRef", store),
		NODE(__typeof__(s), "target", target),
		LIST(__typeof__(s), "data", data),
		LIST(__typeof__(s), "dataFrom", from),
		IGNORED("refreshInterval"),
		IGNORED("refreshPolicy"),
		IGNORED("syncWindows"),
	};
	struct gk_es_store_ref store = {{NULL, 0}, false};

	gk_crd_read(d, spec, "spec", fields, GK_COUNT(fields), &s);
	if (s.store)
		parse_store(d, s.store, "spec.secretStoreRef", &store);
	parse_target(d, s.target, "spec.target", es);
	if (!s.data && !s.from)
		gk_crd_fail(d, spec, "spec", "has neither data nor dataFrom");
	es->entry = gk_arena_array(d->a,
		(s.data ? s.data->count : 0) + (s.from ? s.from->count : 0) + 1, sizeof *es->entry);
	parse_entries(d, s.from, "spec.dataFrom", parse_from, &store, es);
	es->nfrom = es->nentries;
	parse_entries(d, s.data, "spec.data", parse_data, &store, es);
	check_duplicates(d, es);
}

bool gk_es_parse(struct gk_arena *a, const struct gk_item *item, struct gk_str default_ns,
	struct gk_diags *diags, struct gk_es *ret)
{
	const struct gk_node *spec = gk_node_get(item->object, "spec");
	struct gk_crd d = {.a = a, .diags = diags, .source = item->source};
	struct gk_es es = {.item = item, .name = item->ref.name, .target = item->ref.name};

	es.ns = item->ref.ns.n ? item->ref.ns : default_ns;
	es.text = gk_arena_printf(a, "ExternalSecret %.*s/%.*s", GK_SARG(es.ns), GK_SARG(es.name));
	d.object = es.text;
	if (!gk_str_is(item->ref.version, "v1") && !gk_str_is(item->ref.version, "v1beta1"))
		gk_crd_fail(&d, gk_node_get(item->object, "apiVersion"), "apiVersion",
			"expected external-secrets.io/v1 or v1beta1");
	if (gk_node_is(spec, GK_OBJECT))
		parse_spec(&d, spec, &es);
	else
		gk_crd_fail(&d, item->object, "spec", "is missing");
	*ret = es;
	return d.errors == 0;
}
