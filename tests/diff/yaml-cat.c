/*
 * Read YAML documents from stdin and write each as a line of JSON or as YAML: the
 * program under test of the differential tests.
 *
 *	yaml-cat [-A] [-j] [-l] [-w]	profile A; JSON; liberal; warnings on stderr
 *
 * Exit codes: 0, 2 for wrong options, 3 with the message on stderr.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "doc/json.h"
#include "doc/yaml.h"

struct cat {
	struct gk_buf out;
	bool json;
	unsigned documents;
};

static int print(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct cat *c = ctx;

	if (c->json) {
		gk_json_print(&c->out, root, 0);
		gk_buf_putc(&c->out, '\n');
		return 0;
	}
	if (c->documents++)
		gk_buf_puts(&c->out, "---\n");
	return gk_yaml_print(&c->out, root, err);
}

static int run(struct cat *c, const struct gk_yaml_options *opt, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf in = GK_BUF_INIT(0);
	struct gk_arena arena = GK_ARENA_INIT;
	int rc;

	if (gk_io_read_fd(0, "-", opt->lim->doc_bytes, &in, err))
		return -1;
	rc = gk_yaml_parse(&arena, "-", gk_buf_str(&in), opt, print, c, err);
	gk_arena_done(&arena);
	return rc;
}

int main(int argc, char **argv)
{
	struct gk_diags warnings = GK_DIAGS_INIT;
	struct gk_yaml_options opt = {.lim = gk_limits_default()};
	struct gk_err err = GK_ERR_INIT;
	struct cat c = {.out = GK_BUF_INIT(0)};
	int rc, letter;

	while ((letter = getopt(argc, argv, "Ajlw")) != -1) {
		if (letter == '?')
			return 2;
		c.json |= letter == 'j';
		opt.liberal |= letter == 'l';
		opt.warn = letter == 'w' ? &warnings : opt.warn;
		opt.profile = letter == 'A' ? GK_YAML_A : opt.profile;
	}
	rc = run(&c, &opt, &err);
	if (rc)
		gk_diags_err(&warnings, &err);
	else
		rc = gk_io_write_all(1, c.out.p, c.out.n);
	gk_diags_print(stderr, "yaml-cat", &warnings, false);
	gk_diags_done(&warnings);
	gk_buf_done(&c.out);
	return rc ? 3 : 0;
}
