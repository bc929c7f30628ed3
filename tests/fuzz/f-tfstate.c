/*
 * Input: a Terraform state, which comes in pieces of its first byte's size.  Pieces of any
 * size give the same; instances stand in order, each address reads back from what is printed,
 * and a sensitive output's text is known as a secret.
 */
#include "fuzz.h"
#include "tf/state.h"

struct source {
	struct gk_str rest;
	size_t piece;
};

static int fill(void *ctx, char *buf, size_t cap, size_t *ret_n, struct gk_err *err)
{
	struct source *s = ctx;
	size_t n = s->rest.n < s->piece ? s->rest.n : s->piece;

	(void)err;
	*ret_n = n < cap ? n : cap;
	if (*ret_n)
		memcpy(buf, s->rest.p, *ret_n);
	s->rest = gk_str_from(s->rest, *ret_n);
	return 0;
}

static int read_state(struct gk_tf_state *s, struct gk_str text, size_t piece, struct gk_err *err)
{
	struct source from = {text, piece};
	struct gk_limits lim = fuzz_limits();
	struct gk_diags findings = GK_DIAGS_INIT;
	struct gk_tf_address all = {0};
	const struct gk_tf_read how = {.source = "f",
		.fill = fill,
		.ctx = &from,
		.lim = &lim,
		.keep = &all,
		.findings = &findings};
	int rc = gk_tf_state_read(s, &how, err);

	gk_diags_done(&findings);
	return rc;
}

/* States may hold any text as a name; addresses are made of these only. */
static bool is_name(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (i == 0 || !(c == '-' || (c >= '0' && c <= '9'))))
			return false;
	}
	return s.n && !gk_str_is(s, "data") && !gk_str_is(s, "module");
}

static bool has_names(const struct gk_tf_address *address)
{
	for (size_t i = 0; i < address->nsteps; i++)
		if (!is_name(address->steps[i].name))
			return false;
	return is_name(address->type) && is_name(address->name);
}

static void check_address(const struct gk_tf_address *address)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_tf_address again;
	struct gk_err err = GK_ERR_INIT;

	if (!has_names(address))
		return;
	gk_tf_address_print(&text, address);
	gk_assert(gk_tf_address_parse(&a, gk_buf_str(&text), &again, &err) == 0);
	gk_assert(gk_tf_address_cmp(address, &again) == 0);
	gk_assert(gk_tf_address_covers(&again, address));
	gk_arena_done(&a);
}

static void check_state(const struct gk_tf_state *s)
{
	for (size_t i = 0; i < s->n; i++) {
		check_address(&s->instances[i].address);
		if (i)
			gk_assert(gk_tf_address_cmp(&s->instances[i - 1].address,
					  &s->instances[i].address) <= 0);
		if (s->instances[i].attributes)
			fuzz_check_tree(s->instances[i].attributes);
	}
	gk_assert(gk_node_is(s->outputs, GK_OBJECT));
	gk_node_foreach (output, s->outputs) {
		const struct gk_node *value = gk_node_get(output, "value");

		if (gk_tf_output_sensitive(output) && gk_node_text(value).n >= 8)
			gk_assert(gk_tf_is_secret(s, value));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str text = {size ? (const char *)data : "", size};
	struct gk_tf_state one = GK_TF_STATE_INIT, two = GK_TF_STATE_INIT;
	struct gk_err err = GK_ERR_INIT, other_err = GK_ERR_INIT;
	int rc = read_state(&one, text, SIZE_MAX, &err);

	gk_assert(read_state(&two, text, size && data[0] ? data[0] : 1, &other_err) == rc);
	if (rc) {
		fuzz_check_err(&err);
		gk_assert(strcmp(err.slug, other_err.slug) == 0 && err.line == other_err.line &&
			  err.col == other_err.col);
	} else {
		gk_assert(one.n == two.n && gk_node_equal(one.outputs, two.outputs));
		check_state(&one);
	}
	gk_tf_state_done(&one);
	gk_tf_state_done(&two);
	return 0;
}
