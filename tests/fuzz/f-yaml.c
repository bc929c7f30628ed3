#include "doc/yaml.h"
#include "fuzz.h"

struct pass {
	const struct gk_yaml_options *opt;
	struct gk_buf printed;
	bool ok;
};

static int print(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct pass *p = ctx;

	if (p->printed.n)
		gk_buf_puts(&p->printed, "---\n");
	if (gk_yaml_print(&p->printed, root, err))
		p->ok = false;
	return 0;
}

static int parse(struct pass *p, struct gk_str text)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_err err = GK_ERR_INIT;
	int rc = gk_yaml_parse(&a, "f", text, p->opt, print, p, &err);

	gk_arena_done(&a);
	return rc;
}

/*
 * What was printed reads back as the API server reads it, and is then printed the same.  The
 * printer quotes by that reader's types, as kustomize's does: kustomize itself reads the
 * string that it prints as 0o-10 back as the number -8.
 */
static void check(struct gk_str text, const struct gk_yaml_options *opt)
{
	struct gk_yaml_options again_opt = {
		.lim = gk_limits_default(),
		.profile = GK_YAML_A,
	};
	struct pass first = {.opt = opt, .ok = true}, again = {.opt = &again_opt, .ok = true};

	if (parse(&first, text) == 0 && first.ok) {
		gk_assert(parse(&again, gk_buf_str(&first.printed)) == 0);
		gk_assert(gk_str_eq(gk_buf_str(&first.printed), gk_buf_str(&again.printed)));
	}
	gk_buf_done(&first.printed);
	gk_buf_done(&again.printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str text = {size ? (const char *)data : "", size};
	struct gk_limits lim = fuzz_limits();
	struct gk_diags warnings = GK_DIAGS_INIT;
	struct gk_yaml_options opt = {.lim = &lim, .warn = &warnings};

	check(text, &opt);
	opt.profile = GK_YAML_A;
	check(text, &opt);
	opt.liberal = true;
	check(text, &opt);
	gk_diags_done(&warnings);
	return 0;
}
