/* From what was fetched to keys and values. */
#include "secret/job.h"
#include "secret/path.h"
#include "secret/rewrite.h"

enum { NAMES_SHOWN = 20 };

/* Names of the members there, so that a misspelt one is found at sight; no values. */
static int no_property(const struct gk_want *want, const struct gk_raw *json,
	struct gk_str property, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf names = {0};
	struct gk_raw key, value;
	size_t n = 0;

	gk_fail(err, GK_ENOTFOUND, "secrets.no-property", "secret '%.*s' has no property '%.*s'",
		GK_SARG(want->name), GK_SARG(property));
	if (json->type != GK_RAW_OBJECT)
		return gk_note(err, "its value is JSON, but no object");
	for (size_t at = 0; gk_raw_next(json, &at, &key, &value); n++) {
		if (n == NAMES_SHOWN)
			gk_buf_puts(&names, ", ...");
		if (n >= NAMES_SHOWN)
			continue;
		gk_buf_puts(&names, n ? ", " : "");
		gk_raw_unquote(&names, &key);
	}
	return gk_note(err, n ? "keys there: %s" : "it has no keys%s", gk_buf_cstr(&names));
}

static int not_json(const struct gk_want *want, const char *why, struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "secrets.not-json",
		"the value of secret '%.*s' is no JSON%s", GK_SARG(want->name), why);
}

static int follow(const struct gk_work *w, const struct gk_want *want, struct gk_str property,
	struct gk_raw *ret, struct gk_err *err)
{
	struct gk_raw json;
	bool found;

	if (!gk_raw_parse(want->payload, &json))
		return not_json(want, ", so it has no properties", err);
	if (gk_secret_path(w->a, &json, property, &found, ret, err))
		return -1;
	return found ? 0 : no_property(want, &json, property, err);
}

/* "ClusterSecretStore/aws prod/db@<version>#password": where a value came from. */
static struct gk_str source_text(const struct gk_work *w, const struct gk_want *want,
	struct gk_str name, struct gk_str version, struct gk_str property)
{
	const struct gk_store *store = want->backend.store;

	return gk_str_c(gk_arena_printf(w->a, "%s/%.*s %.*s@%.*s%s%.*s",
		store->cluster ? "ClusterSecretStore" : "SecretStore", GK_SARG(store->name),
		GK_SARG(name), GK_SARG(version), property.n ? "#" : "", GK_SARG(property)));
}

static struct gk_str source_of(
	const struct gk_work *w, const struct gk_want *want, struct gk_str property)
{
	return source_text(w, want, want->name, want->version_id, property);
}

static int check_nulls(struct gk_str value, bool fail, struct gk_err *err)
{
	if (fail && value.n && memchr(value.p, '\0', value.n))
		return gk_fail(err, GK_EINPUT, "secrets.null-byte",
			"the value holds a zero byte, and nullBytePolicy is Fail");
	return 0;
}

/* Decode, check and set. */
static int set_value(struct gk_data *data, struct gk_str key, struct gk_str raw, int decoding,
	bool null_fail, struct gk_str source, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf value = {.secret = true};

	if (gk_secret_key_check(key, err) ||
		gk_secret_decode(&value, raw, (enum gk_decoding)decoding, err) ||
		check_nulls(gk_buf_str(&value), null_fail, err))
		return gk_ctx(err, "key '%.*s'", GK_SARG(key));
	gk_data_set(data, key, gk_buf_str(&value), source);
	return 0;
}

static int collect_one(const struct gk_work *w, struct gk_job *job, const struct gk_es_entry *e,
	const struct gk_want *want, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};
	struct gk_raw value;

	if (e->remote.property.p) {
		if (follow(w, want, e->remote.property, &value, err))
			return -1;
		gk_raw_text(&text, &value);
	} else {
		gk_buf_putstr(&text, want->payload);
	}
	return set_value(&job->data, e->secret_key, gk_buf_str(&text), e->remote.decoding,
		e->remote.null_fail, source_of(w, want, e->remote.property), err);
}

/* The members of the payload, not yet converted. */
static int extract(const struct gk_work *w, const struct gk_es_entry *e, const struct gk_want *want,
	struct gk_data *ret, struct gk_err *err)
{
	struct gk_raw object, key, value;

	if (e->remote.property.p ? follow(w, want, e->remote.property, &object, err)
				 : !gk_raw_parse(want->payload, &object))
		return err->code ? -1 : not_json(want, ", so nothing can be extracted", err);
	if (object.type != GK_RAW_OBJECT && object.type != GK_RAW_NULL)
		return not_json(want, " object, so nothing can be extracted", err);
	for (size_t at = 0;
		object.type == GK_RAW_OBJECT && gk_raw_next(&object, &at, &key, &value);) {
		GK_AUTO(gk_buf_done) struct gk_buf name = {0}, text = {.secret = true};

		gk_raw_unquote(&name, &key);
		if (value.type == GK_RAW_STRING)
			gk_raw_unquote(&text, &value);
		else if (value.type != GK_RAW_NULL)
			gk_buf_putstr(&text, value.text);
		gk_data_set(ret, gk_buf_str(&name), gk_buf_str(&text),
			source_of(w, want, gk_buf_str(&name)));
	}
	return 0;
}

static void take_found(const struct gk_work *w, const struct gk_want *want, struct gk_data *ret)
{
	for (size_t i = 0; i < want->nlist; i++) {
		const struct gk_found *f = &want->list[i];

		gk_data_set(ret, f->name, f->payload,
			source_text(w, want, f->name, f->version, GK_STR_NULL));
	}
}

/* Names become keys, unless a rewrite has made them. */
static int convert(const struct gk_es_entry *e, struct gk_data *data, struct gk_err *err)
{
	int how = e->find ? e->search.conversion : e->remote.conversion;
	struct gk_data converted = {.a = data->a};

	if (e->nrewrites)
		return 0;
	gk_map_foreach (entry, &data->map) {
		const struct gk_datum *datum = entry->value;
		GK_AUTO(gk_buf_done) struct gk_buf key = {0};

		gk_secret_convert(&key, entry->key, (enum gk_conversion)how);
		if (gk_data_has(&converted, gk_buf_str(&key))) {
			gk_data_done(&converted);
			return gk_fail(err, GK_EINPUT, "secrets.key",
				"two names become the key '%s'", gk_buf_cstr(&key));
		}
		gk_data_set(&converted, gk_buf_str(&key), datum->value, datum->source);
	}
	gk_data_done(data);
	*data = converted;
	return 0;
}

static int merge(const struct gk_es_entry *e, const struct gk_data *from, struct gk_data *to,
	struct gk_err *err)
{
	int decoding = e->find ? e->search.decoding : e->remote.decoding;
	bool null_fail = e->find ? e->search.null_fail : e->remote.null_fail;

	gk_map_foreach (entry, &from->map) {
		const struct gk_datum *datum = entry->value;

		if (entry->key.n && set_value(to, entry->key, datum->value, decoding, null_fail,
					    datum->source, err))
			return -1;
	}
	return 0;
}

static int collect_many(const struct gk_work *w, struct gk_job *job, const struct gk_es_entry *e,
	const struct gk_want *want, struct gk_err *err)
{
	struct gk_data data = {.a = w->a};
	int failed = 0;

	if (e->find)
		take_found(w, want, &data);
	else
		failed = extract(w, e, want, &data, err);
	for (size_t i = 0; i < e->nrewrites && !failed; i++)
		if (gk_secret_rewrite(&data, &e->rewrite[i], err))
			failed = gk_ctx(err, "rewrite[%zu]", i);
	if (!failed)
		failed = convert(e, &data, err) || merge(e, &data, &job->data, err);
	gk_data_done(&data);
	return failed ? -1 : 0;
}

static int fail_missing(const struct gk_want *want, struct gk_err *err)
{
	const struct gk_store *s = want->backend.store;

	gk_fail(err, GK_ENOTFOUND, "secrets.missing",
		"there is no secret '%.*s'%s%.*s in %s of %.*s", GK_SARG(want->name),
		want->version.p ? " of version " : "", GK_SARG(want->version),
		s->service == GK_STORE_PARAMETERSTORE ? "the Parameter Store" : "Secrets Manager",
		GK_SARG(s->region));
	return gk_note(err, "asked through %s", s->text);
}

/* Gone at the provider: an error, unless the author said that this may be. */
static void missing(struct gk_work *w, struct gk_job *job, const struct gk_es_entry *e,
	const struct gk_want *want)
{
	struct gk_err err = GK_ERR_INIT;

	fail_missing(want, &err);
	if (job->es.deletion == GK_ES_RETAIN) {
		gk_job_error(w, job, e, &err);
		return;
	}
	gk_diags_add(w->diags, GK_SEV_WARNING, "secrets.skipped",
		gk_node_pos(e->at, job->es.item->source),
		"%s: %s: there is no secret '%.*s'; left out, as deletionPolicy says", job->es.text,
		e->path, GK_SARG(want->name));
}

static void collect_entry(struct gk_work *w, struct gk_job *job, size_t i)
{
	const struct gk_es_entry *e = &job->es.entry[i];
	const struct gk_want *want = job->want[i];
	struct gk_err err = GK_ERR_INIT;

	if (want->reported) {
		job->failed = true;
	} else if (want->err) {
		err = *want->err;
		gk_job_error(w, job, e, &err);
	} else if (want->missing) {
		missing(w, job, e, want);
	} else if (e->secret_key.p ? collect_one(w, job, e, want, &err)
				   : collect_many(w, job, e, want, &err)) {
		gk_job_error(w, job, e, &err);
	}
}

/* Nothing at all came: an empty Secret would look like success. */
static void check_empty(struct gk_work *w, struct gk_job *job)
{
	struct gk_err err = GK_ERR_INIT;

	job->empty = job->data.map.n == 0;
	if (!job->empty || job->failed || job->es.deletion != GK_ES_RETAIN)
		return;
	gk_fail(&err, GK_ENOTFOUND, "secrets.empty", "the provider has nothing for it");
	gk_job_error(w, job, NULL, &err);
}

void gk_job_collect(struct gk_work *w, struct gk_job *job)
{
	job->data = (struct gk_data){.a = w->a};
	for (size_t i = 0; i < job->es.nentries; i++)
		collect_entry(w, job, i);
	check_empty(w, job);
}
