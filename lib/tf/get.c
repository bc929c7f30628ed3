#include "base/vec.h"
#include "tf/get.h"
#include "tf/outputs.h"

int gk_tf_query_parse(
	struct gk_arena *a, struct gk_str text, struct gk_tf_query *ret, struct gk_err *err)
{
	static const char prefix[] = "output.";
	size_t n = 0;

	*ret = (struct gk_tf_query){.output = true};
	if (gk_str_starts(text, GK_STR("output.")))
		text = gk_str_from(text, sizeof prefix - 1);
	else if (gk_str_has(text, GK_STR(".")))
		ret->output = false;
	if (!ret->output)
		return gk_tf_address_parse_prefix(a, text, &ret->address, &ret->path, err);
	while (n < text.n && text.p[n] != '.' && text.p[n] != '[')
		n++;
	if (!n)
		return gk_fail(err, GK_EUSAGE, "tf.address", "expected the name of an output");
	ret->name = (struct gk_str){text.p, n};
	ret->path = gk_str_from(text, n);
	return 0;
}

static const struct gk_node *child(const struct gk_node *n, const struct gk_tf_key *step)
{
	if (step->kind == GK_TF_STR_KEY)
		return gk_node_find(n, step->s);
	return gk_node_is(n, GK_ARRAY) && step->n >= 0 ? gk_node_at(n, (size_t)step->n) : NULL;
}

static int no_member(const struct gk_node *n, const struct gk_tf_key *step, struct gk_err *err)
{
	struct gk_strs names = {0};
	const char *near;

	if (step->kind == GK_TF_INT_KEY)
		return gk_fail(err, GK_ENOTFOUND, "tf.no-attribute",
			"there is no element [%lld] (%u elements)", (long long)step->n,
			gk_node_is(n, GK_ARRAY) ? n->count : 0);
	gk_fail(err, GK_ENOTFOUND, "tf.no-attribute", "there is no attribute \"%.*s\"",
		GK_SARG(step->s));
	if (!gk_node_is(n, GK_OBJECT))
		return -1;
	gk_node_foreach (c, n)
		gk_vec_push(&names, c->key);
	near = gk_str_nearest(step->s, names.v, names.n);
	gk_vec_done(&names);
	return near ? gk_help(err, "did you mean \"%s\"?", near) : -1;
}

/* Follow the path; the steps taken are kept, to be compared with the sensitive ones. */
struct steps {
	GK_VEC(struct gk_tf_key) keys;
};

static int walk(struct gk_arena *a, struct gk_str path, const struct gk_node **at,
	struct steps *taken, struct gk_err *err)
{
	while (path.n) {
		struct gk_tf_key step;
		const struct gk_node *next;

		if (gk_tf_path_step(a, &path, &step, err))
			return -1;
		next = child(*at, &step);
		if (!next)
			return no_member(*at, &step, err);
		gk_vec_push(&taken->keys, step);
		*at = next;
	}
	return 0;
}

static bool same_step(const struct gk_node *mark, const struct gk_tf_key *step)
{
	const struct gk_node *value = gk_node_get(mark, "value");
	int64_t n;

	if (gk_str_is(gk_node_text(gk_node_get(mark, "type")), "index"))
		value = gk_node_get(value, "value");
	if (step->kind == GK_TF_STR_KEY)
		return gk_str_eq(gk_node_text(value), step->s);
	return gk_node_int(value, &n) && n == step->n;
}

/* One of path and mark begins with the other: the value is, or holds, what is marked. */
static bool overlaps(const struct gk_node *mark, const struct steps *taken)
{
	size_t i = 0;

	gk_node_foreach (step, mark) {
		if (i == taken->keys.n)
			return true;
		if (!same_step(step, &taken->keys.v[i++]))
			return false;
	}
	return true;
}

static bool marked(const struct gk_node *marks, const struct steps *taken)
{
	gk_node_foreach (mark, marks)
		if (overlaps(mark, taken))
			return true;
	return false;
}

static int sensitive(struct gk_err *err, const char *what)
{
	gk_fail(err, GK_EREFUSED, "tf.sensitive", "%s", what);
	return gk_help(err, "--show-secrets prints it");
}

static int get_from(struct gk_arena *a, const struct gk_tf_state *s, const struct gk_tf_query *q,
	const struct gk_node *root, const struct gk_node *marks, const struct gk_node **ret,
	bool show_secrets, struct gk_err *err)
{
	struct steps taken = {0};
	const struct gk_node *at = root;
	int rc = walk(a, q->path, &at, &taken, err);

	if (rc == 0 && !show_secrets && marked(marks, &taken))
		rc = sensitive(err, "this value is marked sensitive in the state");
	else if (rc == 0 && !show_secrets && gk_tf_is_secret(s, at))
		rc = sensitive(err, "this value repeats one that is marked sensitive in the state");
	gk_vec_done(&taken.keys);
	if (rc == 0)
		*ret = at;
	return rc;
}

static int get_output(struct gk_arena *a, const struct gk_tf_state *s, const struct gk_tf_query *q,
	bool show_secrets, const struct gk_node **ret, struct gk_err *err)
{
	const struct gk_node *output = gk_node_find(s->outputs, q->name);

	if (!output)
		return gk_tf_output_missing(s, q->name, err);
	if (gk_tf_output_sensitive(output) && !show_secrets)
		return sensitive(err, "this output is sensitive");
	return get_from(a, s, q, gk_node_get(output, "value"), NULL, ret, show_secrets, err);
}

static int ambiguous(const struct gk_tf_state *s, const struct gk_tf_query *q, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	gk_tf_address_print(&b, &q->address);
	gk_fail(err, GK_EUSAGE, "tf.ambiguous", "%s names more than one instance", gk_buf_cstr(&b));
	for (size_t i = 0, shown = 0; i < s->n && shown < 5; i++) {
		if (!s->instances[i].attributes)
			continue;
		gk_buf_reset(&b);
		gk_tf_address_print(&b, &s->instances[i].address);
		gk_note(err, "%s", gk_buf_cstr(&b));
		shown++;
	}
	return -1;
}

int gk_tf_get(struct gk_arena *a, const struct gk_tf_state *s, const struct gk_tf_query *q,
	bool show_secrets, const struct gk_node **ret, struct gk_err *err)
{
	const struct gk_tf_instance *found = NULL;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (q->output)
		return get_output(a, s, q, show_secrets, ret, err);
	for (size_t i = 0; i < s->n; i++) {
		if (!s->instances[i].attributes)
			continue;
		if (found)
			return ambiguous(s, q, err);
		found = &s->instances[i];
	}
	gk_tf_address_print(&b, &q->address);
	if (!found) {
		gk_fail(err, GK_ENOTFOUND, "tf.no-resource", "there is no resource %s in the state",
			gk_buf_cstr(&b));
		return gk_help(err, "gk-tfstate list %s prints all addresses", s->source);
	}
	if (get_from(a, s, q, found->attributes, found->sensitive, ret, show_secrets, err))
		return gk_ctx(err, "%s", gk_buf_cstr(&b));
	return 0;
}
