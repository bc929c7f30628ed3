#include "base/regex.h"
#include "base/vec.h"
#include "tf/check.h"
#include "tf/outputs.h"

struct checking {
	const struct gk_tf_state *state;
	struct gk_diags *findings;
	struct gk_err *err;
};

static struct gk_pos whole(const struct checking *c)
{
	return (struct gk_pos){c->state->source, 0, 0};
}

static void absent(struct checking *c, struct gk_str name)
{
	const char *near = NULL;
	struct gk_diag *d;
	struct gk_strs names = {0};

	gk_node_foreach (output, c->state->outputs)
		gk_vec_push(&names, output->key);
	near = gk_str_nearest(name, names.v, names.n);
	gk_vec_done(&names);
	d = gk_diags_add(c->findings, GK_SEV_ERROR, "tf.output-missing", whole(c),
		"output \"%.*s\" is missing", GK_SARG(name));
	gk_diag_note(c->findings, d, "state serial %llu, written by Terraform %.*s; %u outputs",
		(unsigned long long)c->state->serial, GK_SARG(c->state->terraform_version),
		c->state->outputs->count);
	if (near)
		gk_diag_help(c->findings, d, "did you mean \"%s\"?", near);
}

/* The value itself is never quoted: it may be a secret. */
static int matches(
	struct checking *c, const struct gk_node *output, struct gk_str name, struct gk_str pattern)
{
	GK_AUTO(gk_regex_freep) struct gk_regex *re = NULL;
	GK_AUTO(gk_buf_done) struct gk_buf text = {.secret = true};
	bool found;

	if (gk_regex_new(pattern, GK_REGEX_WHOLE, &re, c->err))
		return gk_ctx(c->err, "--require %.*s", GK_SARG(name));
	gk_tf_value_print(&text, gk_node_get(output, "value"));
	if (gk_regex_match(re, gk_buf_str(&text), &found, c->err))
		return gk_ctx(c->err, "--require %.*s", GK_SARG(name));
	if (!found)
		gk_diags_add(c->findings, GK_SEV_ERROR, "tf.output-mismatch",
			gk_node_pos(output, c->state->source),
			"output \"%.*s\" does not match '%.*s'", GK_SARG(name), GK_SARG(pattern));
	return 0;
}

static int require(struct checking *c, const char *what)
{
	struct gk_str pattern = gk_str_c(what), name = gk_str_cut(&pattern, '=');
	const struct gk_node *output = gk_node_find(c->state->outputs, name);

	if (!output) {
		absent(c, name);
		return 0;
	}
	return pattern.p ? matches(c, output, name, pattern) : 0;
}

static void check_instances(struct checking *c)
{
	const struct gk_tf_state *s = c->state;

	for (size_t i = 0; i < s->n; i++) {
		const struct gk_tf_instance *x = &s->instances[i];
		GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

		gk_tf_address_print(&b, &x->address);
		if (x->deposed.n)
			gk_diags_add(c->findings, GK_SEV_WARNING, "tf.deposed", x->pos,
				"%s has a deposed object %.*s that is still to be destroyed",
				gk_buf_cstr(&b), GK_SARG(x->deposed));
		else if (x->tainted)
			gk_diags_add(c->findings, GK_SEV_WARNING, "tf.tainted", x->pos,
				"%s is tainted: the next apply replaces it", gk_buf_cstr(&b));
	}
	if (!s->n)
		gk_diags_add(c->findings, GK_SEV_WARNING, "tf.no-resources", whole(c),
			"the state holds no resources");
}

static void put_messages(struct checking *c, struct gk_diag *d, const struct gk_node *result)
{
	gk_node_foreach (object, gk_node_get(result, "objects"))
		gk_node_foreach (message, gk_node_get(object, "failure_messages"))
			gk_diag_note(c->findings, d, "%.*s", GK_SARG(gk_node_text(message)));
}

static void check_results(struct checking *c)
{
	gk_node_foreach (result, c->state->checks) {
		struct gk_str status = gk_node_text(gk_node_get(result, "status"));
		struct gk_str address = gk_node_text(gk_node_get(result, "config_addr"));
		struct gk_diag *d;

		if (!gk_str_is(status, "fail") && !gk_str_is(status, "error"))
			continue;
		d = gk_diags_add(c->findings, GK_SEV_ERROR, "tf.check-failed",
			gk_node_pos(result, c->state->source),
			"%.*s: the recorded check is \"%.*s\"", GK_SARG(address), GK_SARG(status));
		put_messages(c, d, result);
	}
}

int gk_tf_check(const struct gk_tf_state *s, const char *const *required, size_t n,
	struct gk_diags *findings, struct gk_err *err)
{
	struct checking c = {s, findings, err};

	for (size_t i = 0; i < n; i++)
		if (require(&c, required[i]))
			return -1;
	check_results(&c);
	check_instances(&c);
	return 0;
}
