/*
 * What a replacement writes: the text of a scalar, and what is inside a text that is JSON or
 * YAML itself.
 */
#include <string.h>

#include "doc/json.h"
#include "doc/yaml.h"
#include "overlay/replace.h"
#include "overlay/value.h"

/* Does the text read as what the scalar is?  A string takes any, a float an integer. */
static bool fits(struct gk_arena *a, const struct gk_node *t, struct gk_str text)
{
	struct gk_node probe = {.type = GK_STRING};
	uint32_t tag = gk_value_tag(t), is;

	if (t->type == GK_STRING && !tag && !(t->count & GK_SCALAR_MISTYPED))
		return true;
	gk_yaml_plain(a, GK_YAML_K, text, &probe);
	is = gk_value_tag(&probe);
	if (!tag)
		return probe.type == GK_NULL;
	return is == tag || (is == GK_SCALAR_INTEGER && tag == GK_SCALAR_FLOAT);
}

/* Written without quotes, and no string: its text can give it another value of its type. */
static bool is_typed(const struct gk_node *t)
{
	bool broken = t->count & GK_SCALAR_MISTYPED;

	return t->type != GK_STRING || gk_value_is_stamp(t) ||
	       (broken && t->style == GK_STYLE_PLAIN);
}

/* An integer in quotes where the tag says float: the tag is printed, and it is a number. */
static bool is_whole(struct gk_arena *a, const struct gk_node *t, struct gk_str text)
{
	struct gk_node probe = {.type = GK_STRING};

	if (gk_value_tag(t) != GK_SCALAR_FLOAT || is_typed(t))
		return false;
	gk_yaml_plain(a, GK_YAML_K, text, &probe);
	return gk_value_tag(&probe) == GK_SCALAR_INTEGER;
}

void gk_replace__write(const struct gk_replacement *r, struct gk_node *t, struct gk_str text)
{
	bool untagged = gk_value_is_untagged(t), wrong = !untagged && !fits(r->b->a, t, text);
	uint32_t tag = gk_value_tag(t);
	bool plain;

	if (is_whole(r->b->a, t, text))
		gk_value_plain(t);
	plain = untagged || (!wrong && (is_typed(t) || (tag && t->style == GK_STYLE_PLAIN)));
	gk_value_write(r->b->a, t, text, plain ? GK_TAG_NONE : GK_TAG_STR);
	if (!untagged)
		t->count &= ~(uint32_t)GK_SCALAR_UNTAGGED;
	if (wrong)
		t->count |= GK_SCALAR_MISTYPED;
	if (!plain)
		t->count |= tag;
}

/* Column of what stands behind the dashes of a line. */
static size_t content_column(struct gk_str line)
{
	size_t at = 0;

	while (at < line.n && (line.p[at] == ' ' || (line.p[at] == '-' && at + 1 < line.n &&
							    line.p[at + 1] == ' ')))
		at++;
	return at;
}

/* Does a comment begin on the line?  *quote: the quote that is open, 0 = none. */
static bool comment_begins(struct gk_str line, char *quote)
{
	char before = ' ';

	for (size_t i = 0; i < line.n; before = line.p[i++]) {
		char c = line.p[i];

		if (*quote == '"' && c == '\\' && i + 1 < line.n)
			i++;
		else if (*quote)
			*quote = c == *quote ? 0 : *quote;
		else if (c == '#' && (before == ' ' || before == '\t'))
			return true;
		else if ((c == '"' || c == '\'') && strchr(" [{,", before))
			*quote = c;
	}
	return false;
}

/* "key: |": what follows and stands deeper is its text. */
static bool opens_block(struct gk_str line)
{
	size_t at = line.n;

	while (at && strchr("+-0123456789", line.p[at - 1]))
		at--;
	return at > 1 && (line.p[at - 1] == '|' || line.p[at - 1] == '>') && line.p[at - 2] == ' ';
}

static bool has_comment(struct gk_str text)
{
	size_t block = SIZE_MAX; /* the column that text of a block is behind */
	char quote = 0;

	for (struct gk_str rest = text; rest.p;) {
		struct gk_str line = gk_str_cut(&rest, '\n');
		size_t column = content_column(line);

		if (column == line.n || (block != SIZE_MAX && column > block))
			continue;
		if (comment_begins(line, &quote))
			return true;
		block = opens_block(line) ? column : SIZE_MAX;
	}
	return false;
}

static void warn_comments(
	const struct gk_replacement *r, const struct gk_res *res, const struct gk_node *scalar)
{
	struct gk_diag *g = gk_diags_add(r->b->diags, GK_SEV_WARNING, "render.lost-comments",
		gk_node_pos(scalar, res->file), "the comments of this YAML text are lost");

	gk_diag_note(r->b->diags, g, "a replacement edits the text; kustomize would keep them");
}

/* JSON with Go's escapes, indented when the text was; the form that the field had. */
static void print_json(struct gk_buf *out, const struct gk_node *n, struct gk_str was)
{
	bool pretty = memchr(was.p, '\n', was.n) && gk_str_has(was, GK_STR("  "));

	gk_json_print(out, n, GK_JSON_SORT | GK_JSON_HTML | (pretty ? GK_JSON_PRETTY : 0u));
	while (out->n && out->p[out->n - 1] == '\n')
		out->p[--out->n] = '\0';
}

static void write_hits(
	const struct gk_replacement *r, const struct gk_matches *hits, const struct gk_node *value)
{
	for (size_t i = 0; i < hits->n; i++) {
		struct gk_node *t = hits->v[i];

		if (t->type == GK_OBJECT || t->type == GK_ARRAY)
			gk_value_assign(t, gk_node_dup(r->b->a, value));
		else
			gk_replace__write(r, t, gk_value_written(value));
	}
}

/* *ret_done false: the text was JSON, and what it became is none. */
static int write_inside(const struct gk_replacement *r, const struct gk_res *res,
	struct gk_node *scalar, struct gk_node *inside, const struct gk_matches *hits,
	const struct gk_node *value, bool *ret_done)
{
	struct gk_str was = gk_value_text(scalar), start = gk_str_trim(was);
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	bool json = start.n && (start.p[0] == '{' || start.p[0] == '[');

	write_hits(r, hits, value);
	*ret_done = !json || !gk_value_find_unprintable(inside);
	if (!*ret_done)
		return 0;
	if (json) {
		gk_value_print(r->b->a, inside);
		print_json(&text, inside, was);
	} else {
		if (has_comment(was))
			warn_comments(r, res, scalar);
		if (gk_yaml_print_edited(&text, inside, r->err))
			return -1;
		text.n = gk_str_trim(gk_buf_str(&text)).n;
	}
	gk_replace__write(r, scalar, gk_buf_str(&text));
	return 0;
}

int gk_replace__inside(const struct gk_replacement *r, const struct gk_res *res,
	const struct gk_fieldpath *path, enum gk_create create, const struct gk_node *value,
	bool *ret_done)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_matches hits = {0};
	struct gk_node *scalar = NULL, *inside;
	int rc = 0;

	*ret_done = false;
	for (size_t i = 1; i < path->n; i++) {
		if (gk_fieldpath_get(res->object, path->v, i, &scalar, &ignored) ||
			!gk_value_is_scalar(scalar))
			continue;
		inside = gk_fieldpath_inside(r->b->a, scalar);
		if (!inside)
			continue;
		if (gk_fieldpath_match(r->b->a, inside, path->v + i, path->n - i, create, &hits,
			    &ignored) == 0 &&
			hits.n) {
			rc = write_inside(r, res, scalar, inside, &hits, value, ret_done);
		}
		break;
	}
	gk_vec_done(&hits);
	return rc;
}
