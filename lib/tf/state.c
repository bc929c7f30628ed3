#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "tf/state-priv.h"

static int not_a_state(
	struct gk_tf_reading *r, struct gk_pos pos, const char *slug, const char *what)
{
	gk_fail(r->err, GK_EINPUT, slug, "%s", what);
	return gk_err_at(r->err, pos);
}

/* What stands at the top level, gathered until the end because any order is legal. */
struct top {
	struct gk_tf_reading reading;
	struct gk_json_reader *json;
	struct gk_node *version;
	bool backend, encrypted, plan, modules;
	unsigned seen; /* bit of each field met */
};

static int tree(struct top *t, struct gk_node **ret)
{
	return gk_json_reader_tree(t->json, &t->reading.state->arena, ret, t->reading.err);
}

static int on_version(struct top *t)
{
	return tree(t, &t->version);
}

static int on_text(struct top *t, struct gk_str *ret, const char *name)
{
	struct gk_node *n;

	if (tree(t, &n))
		return -1;
	if (n->type != GK_STRING) {
		gk_fail(t->reading.err, GK_EINPUT, "tf.corrupt", "the state's \"%s\" is no string",
			name);
		return gk_err_at(t->reading.err, gk_node_pos(n, t->reading.how->source));
	}
	*ret = n->text;
	return 0;
}

static int on_terraform_version(struct top *t)
{
	return on_text(t, &t->reading.state->terraform_version, "terraform_version");
}

static int on_lineage(struct top *t)
{
	return on_text(t, &t->reading.state->lineage, "lineage");
}

static int on_serial(struct top *t)
{
	struct gk_tf_reading *r = &t->reading;
	struct gk_err why = GK_ERR_INIT;
	struct gk_node *n;

	if (tree(t, &n))
		return -1;
	if (n->type != GK_NUMBER || gk_num_u64(n->text, 0, UINT64_MAX, &r->state->serial, &why))
		return not_a_state(r, gk_node_pos(n, r->how->source), "tf.corrupt",
			"the state's serial is no whole number");
	return 0;
}

static int check_output(struct gk_tf_reading *r, const struct gk_node *output)
{
	struct gk_str name = gk_node_key(output);

	if (gk_node_is(output, GK_OBJECT) && gk_node_get(output, "value") &&
		gk_node_get(output, "type"))
		return 0;
	gk_fail(r->err, GK_EINPUT, "tf.corrupt", "output \"%.*s\" has no value and type",
		GK_SARG(name));
	return gk_err_at(r->err, gk_node_pos(output, r->how->source));
}

static int on_outputs(struct top *t)
{
	struct gk_tf_reading *r = &t->reading;
	struct gk_node *outputs;

	if (tree(t, &outputs))
		return -1;
	if (outputs->type != GK_OBJECT)
		return not_a_state(r, gk_node_pos(outputs, r->how->source), "tf.corrupt",
			"the state's \"outputs\" is no object");
	r->state->outputs = outputs;
	gk_node_foreach (output, outputs) {
		if (check_output(r, output))
			return -1;
		if (gk_tf_output_sensitive(output))
			gk_tf__mark(r->state, gk_node_get(output, "value"));
	}
	return 0;
}

static int on_checks(struct top *t)
{
	return tree(t, &t->reading.state->checks);
}

/* One resource at a time is a tree, in an arena of its own. */
static int on_resources(struct top *t)
{
	struct gk_tf_reading *r = &t->reading;
	enum gk_tok tok;
	int rc = 0;

	if (gk_json_next(t->json, &tok, r->err))
		return -1;
	if (tok != GK_TOK_ARRAY)
		return not_a_state(r, gk_json_reader_pos(t->json), "tf.corrupt",
			"the state's \"resources\" is no array");
	while (rc == 0) {
		struct gk_arena one = {.wipe = true};
		struct gk_node *resource;

		if (gk_json_next(t->json, &tok, r->err))
			return -1;
		if (tok == GK_TOK_ARRAY_END)
			return 0;
		rc = gk_json_reader_tree(t->json, &one, &resource, r->err);
		if (rc == 0)
			rc = gk_tf__resource(r, resource);
		gk_arena_done(&one);
	}
	return rc;
}

static int mark(struct top *t, bool *flag)
{
	*flag = true;
	return gk_json_reader_skip(t->json, t->reading.err);
}

static int on_backend(struct top *t)
{
	return mark(t, &t->backend);
}

static int on_encrypted(struct top *t)
{
	return mark(t, &t->encrypted);
}

static int on_plan(struct top *t)
{
	return mark(t, &t->plan);
}

static int on_modules(struct top *t)
{
	return mark(t, &t->modules);
}

static const struct {
	const char *name;
	int (*read)(struct top *t);
} fields[] = {
	{"version", on_version},
	{"terraform_version", on_terraform_version},
	{"serial", on_serial},
	{"lineage", on_lineage},
	{"outputs", on_outputs},
	{"resources", on_resources},
	{"check_results", on_checks},
	{"backend", on_backend},
	{"state_store", on_backend},
	{"encryption_version", on_encrypted},
	{"format_version", on_plan},
	{"modules", on_modules},
};

static int field(struct top *t)
{
	struct gk_str name = gk_json_reader_text(t->json);

	for (size_t i = 0; i < GK_COUNT(fields); i++) {
		if (!gk_str_is(name, fields[i].name))
			continue;
		if (t->seen & 1u << i) {
			gk_fail(t->reading.err, GK_EINPUT, "tf.corrupt",
				"the field \"%s\" appears twice in the state", fields[i].name);
			return gk_err_at(t->reading.err, gk_json_reader_pos(t->json));
		}
		t->seen |= 1u << i;
		return fields[i].read(t);
	}
	return gk_json_reader_skip(t->json, t->reading.err);
}

/* A document that is something else, recognised by a field that a state does not have. */
static int foreign(struct top *t)
{
	struct gk_tf_reading *r = &t->reading;
	struct gk_pos whole = {r->how->source, 0, 0};

	if (t->encrypted) {
		not_a_state(r, whole, "tf.encrypted", "the state is encrypted by OpenTofu");
		return gk_help(r->err, "decrypt it with: tofu state pull | gk-tfstate outputs -");
	}
	if (t->backend && !t->reading.instances.n) {
		not_a_state(r, whole, "tf.backend-file",
			"this is a backend configuration (.terraform/terraform.tfstate), not a state");
		return gk_help(r->err,
			"name the state itself, or use: terraform state pull | gk-tfstate outputs -");
	}
	if (t->plan && !t->version) {
		not_a_state(r, whole, "tf.not-a-state",
			"this is the JSON form of a plan or state, not a state file");
		return gk_help(r->err, "terraform state pull prints the state");
	}
	return 0;
}

static int check_version(struct top *t)
{
	struct gk_tf_reading *r = &t->reading;
	const struct gk_node *v = t->version;
	struct gk_pos pos = gk_node_pos(v, r->how->source);
	int64_t n;

	if (!v) {
		not_a_state(r, (struct gk_pos){r->how->source, 0, 0}, "tf.not-a-state",
			"this JSON document has no \"version\": it is no Terraform state");
		return gk_help(r->err, "terraform state pull prints the state");
	}
	if (!gk_node_int(v, &n))
		return not_a_state(
			r, pos, "tf.not-a-state", "the state's version is no whole number");
	if (n == 4)
		return 0;
	gk_fail(r->err, GK_EINPUT, "tf.version",
		"the state has format version %lld; this program reads version 4", (long long)n);
	gk_err_at(r->err, pos);
	return n < 4 ? gk_help(r->err,
			       "let terraform 0.12 or newer write it once: terraform apply -refresh-only")
		     : gk_help(r->err, "a newer gk may read it");
}

static int read_top(struct top *t)
{
	struct gk_tf_reading *r = &t->reading;
	enum gk_tok tok;

	if (gk_json_next(t->json, &tok, r->err)) {
		if (r->err->code == GK_EINPUT)
			gk_help(r->err,
				"a state is one JSON object; terraform state pull prints it");
		return -1;
	}
	if (tok != GK_TOK_OBJECT)
		return not_a_state(r, gk_json_reader_pos(t->json), "tf.not-a-state",
			"a Terraform state is a JSON object, and this is none");
	for (;;) {
		if (gk_json_next(t->json, &tok, r->err))
			return -1;
		if (tok == GK_TOK_OBJECT_END)
			return gk_json_next(t->json, &tok, r->err); /* nothing may follow */
		if (field(t))
			return -1;
	}
}

static int by_address(const void *a, const void *b)
{
	const struct gk_tf_instance *x = a, *y = b;
	int c = gk_tf_address_cmp(&x->address, &y->address);

	return c ? c : gk_str_cmp(x->deposed, y->deposed);
}

static void sort_instances(struct top *t)
{
	struct gk_tf_state *s = t->reading.state;

	s->n = t->reading.instances.n;
	s->instances = gk_arena_array(&s->arena, s->n, sizeof *s->instances);
	if (!s->n)
		return;
	memcpy(s->instances, t->reading.instances.v, s->n * sizeof *s->instances);
	qsort(s->instances, s->n, sizeof *s->instances, by_address);
}

/* Counts the bytes, so that an empty file can be told from a cut one. */
struct counted {
	const struct gk_tf_read *how;
	uint64_t bytes;
};

static int counted_fill(void *ctx, char *buf, size_t cap, size_t *ret_n, struct gk_err *err)
{
	struct counted *c = ctx;

	if (c->how->fill(c->how->ctx, buf, cap, ret_n, err))
		return -1;
	c->bytes += *ret_n;
	if (c->bytes > c->how->lim->state_bytes)
		return gk_limit_fail(err, "state-bytes", c->how->lim->state_bytes, c->how->source);
	return 0;
}

static int explain_empty(struct gk_tf_reading *r, const struct counted *c)
{
	if (c->bytes)
		return -1;
	not_a_state(r, (struct gk_pos){c->how->source, 0, 0}, "tf.empty",
		"the state is empty (0 bytes)");
	gk_note(r->err,
		"terraform truncates a local state before it writes it: an apply may be running");
	return gk_help(r->err, "try again; if it stays empty, restore the .backup beside it");
}

int gk_tf_state_read(struct gk_tf_state *s, const struct gk_tf_read *how, struct gk_err *err)
{
	struct counted c = {.how = how};
	struct top t = {.reading = {.state = s, .how = how, .err = err}};
	int rc;

	s->source = gk_arena_strdup(&s->arena, how->source);
	s->outputs = gk_node_new(&s->arena, GK_OBJECT);
	t.json = gk_json_reader_new(how->source, counted_fill, &c, how->lim);
	rc = read_top(&t);
	if (rc)
		(void)explain_empty(&t.reading, &c);
	else
		rc = foreign(&t) || check_version(&t) ? -1 : 0;
	if (rc == 0)
		sort_instances(&t);
	gk_json_reader_free(t.json);
	gk_vec_done(&t.reading.instances);
	return rc;
}

void gk_tf_state_done(struct gk_tf_state *s)
{
	gk_map_done(&s->addresses);
	gk_map_done(&s->secrets);
	gk_arena_done(&s->arena);
}

bool gk_tf_output_sensitive(const struct gk_node *output)
{
	return gk_node_true(gk_node_get(output, "sensitive"));
}

bool gk_tf_is_secret(const struct gk_tf_state *s, const struct gk_node *value)
{
	if (gk_node_is(value, GK_STRING) && gk_map_has(&s->secrets, value->text))
		return true;
	gk_node_foreach (child, value)
		if (gk_tf_is_secret(s, child))
			return true;
	return false;
}
