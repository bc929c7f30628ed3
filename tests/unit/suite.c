#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "suite.h"

enum { FILE_MAX = 64 << 20 };

static bool read_file(const char *dir, const char *file, struct gk_buf *out)
{
	struct gk_err err = GK_ERR_INIT;
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", dir, file);
	return gk_io_read_file(path, FILE_MAX, out, &err) == 0;
}

bool suite_open(struct suite *s, const char *file)
{
	const char *dir = getenv("GK_SUITES"), *top = getenv("top_srcdir");
	char beside[4096];

	*s = (struct suite){.bytes = GK_BUF_INIT(0)};
	snprintf(beside, sizeof beside, "%s/../shared/suites", top ? top : ".");
	if (!read_file(dir ? dir : beside, file, &s->bytes))
		return false;
	s->rest = gk_buf_str(&s->bytes);
	return true;
}

bool suite_present(const char *file)
{
	struct suite s;
	bool present = suite_open(&s, file);

	suite_close(&s);
	if (!present)
		printf("1..0 # SKIP %s is not there: set GK_SUITES\n", file);
	return present;
}

struct gk_node *suite_next(struct suite *s)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos = {0};
	struct gk_node *c;

	gk_arena_done(&s->arena);
	if (!s->rest.n)
		return NULL;
	if (gk_json_parse_next(&s->arena, &s->rest, &pos, gk_limits_default(), &c, &err)) {
		char text[512];

		gk_err_message(&err, text, sizeof text);
		fprintf(stderr, "the suite is no JSON: %s\n", text);
		abort();
	}
	return c;
}

void suite_close(struct suite *s)
{
	gk_arena_done(&s->arena);
	gk_buf_done(&s->bytes);
}

struct gk_str suite_text(const struct gk_node *c, const char *key)
{
	struct gk_str s = gk_node_text(gk_node_get(c, key));

	return s.p ? s : GK_STR("");
}

struct gk_strs suite_deviations(struct gk_arena *a, const char *file)
{
	struct gk_buf bytes = GK_BUF_INIT(0);
	struct gk_strs list = {0};
	char dir[4096];
	const char *top = getenv("top_srcdir");

	snprintf(dir, sizeof dir, "%s/tests/unit", top ? top : ".");
	if (!read_file(dir, file, &bytes))
		abort();
	for (struct gk_str rest = gk_buf_str(&bytes); rest.p;) {
		struct gk_str line = gk_str_cut(&rest, '\n');

		if (line.n && line.p[0] != '#')
			gk_vec_push(&list, gk_arena_memdup0(a, line.p, line.n));
	}
	gk_buf_done(&bytes);
	return list;
}

const char *suite_reason(const struct gk_strs *deviations, struct gk_str id)
{
	for (size_t i = 0; i < deviations->n; i++) {
		const char *line = deviations->v[i];

		if (strncmp(line, id.p, id.n) == 0 && line[id.n] == ' ')
			return line + id.n + 1;
	}
	return NULL;
}
