/*
 * libyaml's events to the tree builder, one document at a time.
 *
 * Documents are cut apart before libyaml sees them, at lines that begin with `---`, as
 * kubectl and kustomize do; then a chunk must hold one document.  Whatever libyaml
 * would take for a second one (a marker after a lone CR or U+0085, text after `...`) is an
 * error instead of an object that one tool sees and another does not.
 */
#include <string.h>

#include <yaml.h>

#include "doc/yaml-build.h"

struct source {
	const char *name;
	struct gk_str text; /* of the chunk */
	uint32_t line;      /* lines before the chunk */
	yaml_parser_t yaml;
	struct gk_yaml_builder build;
	gk_yaml_each_fn each;
	void *ctx;
	unsigned documents; /* begun in this chunk */
	bool enough;        /* first_only is satisfied */
};

static struct gk_pos place(const struct source *s, const yaml_mark_t *m)
{
	return (struct gk_pos){s->name, s->line + (uint32_t)m->line + 1, (uint32_t)m->column + 1};
}

/* libyaml's reader gives the offset of the byte that it refuses, not a mark. */
static struct gk_pos place_of_byte(const struct source *s, size_t offset)
{
	uint32_t line = s->line + 1, col = 1;

	for (size_t i = 0; i < offset && i < s->text.n; i++) {
		col += ((unsigned char)s->text.p[i] & 0xc0) != 0x80;
		if (s->text.p[i] == '\n') {
			line++;
			col = 1;
		}
	}
	return (struct gk_pos){s->name, line, col};
}

static const char no_document[] = "did not find expected <document start>";

static const char *advice(const char *problem)
{
	static const struct {
		const char *problem, *help;
	} table[] = {
		{"found character that cannot start any token",
			"indent with blanks, not tabs; quote text that begins with @, ` or %"},
		{"mapping values are not allowed", "quote text that holds a colon and a blank"},
		{"did not find expected key",
			"check the indentation of this line and the quotes before it"},
		{"could not find expected ':'",
			"check the indentation of this line and the quotes before it"},
		{"did not find expected '-'", "check the indentation of this line"},
		{no_document, "begin a further document with a line ---"},
		{"control characters are not allowed",
			"write it as an escape in double quotes, or store the value as base64"},
		{"did not find expected alphabetic", "quote text that begins with & or *"},
	};

	for (size_t i = 0; i < GK_COUNT(table); i++)
		if (strncmp(problem, table[i].problem, strlen(table[i].problem)) == 0)
			return table[i].help;
	return NULL;
}

static int syntax(struct source *s)
{
	const yaml_parser_t *y = &s->yaml;
	struct gk_err *err = s->build.err;
	const char *help;

	if (y->error == YAML_MEMORY_ERROR)
		gk_oom();
	if (s->documents && strcmp(y->problem, no_document) == 0)
		gk_yaml__fail(&s->build, place(s, &y->problem_mark), "yaml.document",
			"text follows the end of the document");
	else if (y->error == YAML_READER_ERROR)
		gk_yaml__fail(&s->build, place_of_byte(s, y->problem_offset), "yaml.encoding",
			"cannot read YAML: %s", y->problem);
	else
		gk_yaml__fail(&s->build, place(s, &y->problem_mark), "yaml.syntax",
			"cannot read YAML: %s", y->problem);
	if (y->error != YAML_READER_ERROR && y->context)
		gk_note(err, "%s that begins at line %u", y->context,
			place(s, &y->context_mark).line);
	help = advice(y->problem);
	return help ? gk_help(err, "%s", help) : -1;
}

static struct gk_str view(const yaml_char_t *p, size_t n)
{
	return (struct gk_str){(const char *)p, n};
}

static struct gk_str view0(const yaml_char_t *p)
{
	return gk_str_c((const char *)p);
}

static int on_scalar(struct source *s, const yaml_event_t *e)
{
	static const unsigned char styles[] = {
		[YAML_PLAIN_SCALAR_STYLE] = GK_STYLE_PLAIN,
		[YAML_SINGLE_QUOTED_SCALAR_STYLE] = GK_STYLE_SINGLE,
		[YAML_DOUBLE_QUOTED_SCALAR_STYLE] = GK_STYLE_DOUBLE,
		[YAML_LITERAL_SCALAR_STYLE] = GK_STYLE_LITERAL,
		[YAML_FOLDED_SCALAR_STYLE] = GK_STYLE_FOLDED,
	};
	struct gk_yaml_part p = {.pos = place(s, &e->start_mark),
		.text = view(e->data.scalar.value, e->data.scalar.length),
		.tag = view0(e->data.scalar.tag),
		.anchor = view0(e->data.scalar.anchor),
		.style = (enum gk_style)styles[e->data.scalar.style]};

	return gk_yaml__build_scalar(&s->build, &p);
}

static enum gk_style flow(bool is)
{
	return is ? GK_STYLE_FLOW : GK_STYLE_ANY;
}

static int on_sequence(struct source *s, const yaml_event_t *e)
{
	struct gk_yaml_part p = {.pos = place(s, &e->start_mark),
		.tag = view0(e->data.sequence_start.tag),
		.style = flow(e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE),
		.anchor = view0(e->data.sequence_start.anchor)};

	return gk_yaml__build_open(&s->build, &p, GK_ARRAY);
}

static int on_mapping(struct source *s, const yaml_event_t *e)
{
	struct gk_yaml_part p = {.pos = place(s, &e->start_mark),
		.tag = view0(e->data.mapping_start.tag),
		.style = flow(e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE),
		.anchor = view0(e->data.mapping_start.anchor)};

	return gk_yaml__build_open(&s->build, &p, GK_OBJECT);
}

static int on_end(struct source *s, const yaml_event_t *e)
{
	(void)e;
	return gk_yaml__build_close(&s->build);
}

static int on_alias(struct source *s, const yaml_event_t *e)
{
	struct gk_yaml_part p = {
		.pos = place(s, &e->start_mark), .anchor = view0(e->data.alias.anchor)};

	return gk_yaml__build_alias(&s->build, &p);
}

static int on_document(struct source *s, const yaml_event_t *e)
{
	bool directives = e->data.document_start.version_directive ||
			  e->data.document_start.tag_directives.start !=
				  e->data.document_start.tag_directives.end;

	gk_yaml__build_reset(&s->build);
	if (s->build.opt->liberal)
		return 0;
	if (directives)
		return gk_yaml__fail(&s->build, place(s, &e->start_mark), "yaml.directive",
			"directives (lines that begin with %%) are not supported");
	if (s->documents++)
		return gk_yaml__fail(&s->build, place(s, &e->start_mark), "yaml.document",
			"text follows the end of the document");
	return 0;
}

static int on_document_end(struct source *s, const yaml_event_t *e)
{
	struct gk_node *root = s->build.root;

	(void)e;
	if (gk_node_is(root, GK_NULL))
		return 0;
	s->enough = s->build.opt->first_only;
	return s->each(s->ctx, root, s->build.err);
}

/* Feed one event; the events that carry nothing have no handler. */
static int feed(struct source *s, const yaml_event_t *e)
{
	static int (*const handlers[])(struct source *, const yaml_event_t *) = {
		[YAML_DOCUMENT_START_EVENT] = on_document,
		[YAML_DOCUMENT_END_EVENT] = on_document_end,
		[YAML_ALIAS_EVENT] = on_alias,
		[YAML_SCALAR_EVENT] = on_scalar,
		[YAML_SEQUENCE_START_EVENT] = on_sequence,
		[YAML_SEQUENCE_END_EVENT] = on_end,
		[YAML_MAPPING_START_EVENT] = on_mapping,
		[YAML_MAPPING_END_EVENT] = on_end,
	};

	if ((size_t)e->type >= GK_COUNT(handlers) || !handlers[e->type])
		return 0;
	return handlers[e->type](s, e);
}

static int run_events(struct source *s)
{
	for (bool more = true; more && !s->enough;) {
		yaml_event_t e;
		int rc;

		if (!yaml_parser_parse(&s->yaml, &e))
			return syntax(s);
		more = e.type != YAML_STREAM_END_EVENT;
		rc = feed(s, &e);
		yaml_event_delete(&e);
		if (rc)
			return -1;
	}
	return 0;
}

static int parse_chunk(struct source *s)
{
	int rc;

	if (!yaml_parser_initialize(&s->yaml))
		gk_oom();
	yaml_parser_set_encoding(&s->yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&s->yaml, (const unsigned char *)s->text.p, s->text.n);
	s->documents = 0;
	rc = run_events(s);
	yaml_parser_delete(&s->yaml);
	return rc;
}

static struct gk_str first_line(struct gk_str text)
{
	const char *end = text.n ? memchr(text.p, '\n', text.n) : NULL;

	return (struct gk_str){text.p, end ? (size_t)(end - text.p) + 1 : text.n};
}

/* Comments and blank lines at the head of a chunk: nothing that libyaml must see. */
static void skip_head(struct source *s)
{
	while (s->text.n) {
		struct gk_str line = first_line(s->text), content = gk_str_trim(line);

		if (content.n && content.p[0] != '#')
			return;
		s->text = gk_str_from(s->text, line.n);
		s->line++;
	}
}

static int strict_chunk(struct source *s)
{
	skip_head(s);
	if (!s->text.n)
		return 0;
	if (s->text.p[0] == '%')
		return gk_yaml__fail(&s->build, place_of_byte(s, 0), "yaml.directive",
			"directives (lines that begin with %%) are not supported");
	return parse_chunk(s);
}

static bool is_marker(struct gk_str text)
{
	return gk_str_starts(text, GK_STR("---"));
}

/* A marker line: after `---` only blanks and a comment may follow. */
static int check_marker(struct source *s, struct gk_str line)
{
	struct gk_str rest = gk_str_from(line, 3), content = gk_str_trim(rest);

	if (!content.n || (content.p[0] == '#' && content.p > rest.p))
		return 0;
	gk_yaml__fail(&s->build, (struct gk_pos){s->name, s->line + 1, 4}, "yaml.document",
		"only a comment may follow --- on its line");
	return gk_help(s->build.err, "put the document on the lines after it");
}

static uint32_t count_lines(struct gk_str text)
{
	uint32_t n = 0;

	for (const char *p = text.p, *end = text.p + text.n; p < end; p++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			break;
		n++;
	}
	return n;
}

/* Cut off what stands before the next marker line. */
static struct gk_str next_chunk(struct gk_str *rest)
{
	const char *at = memmem(rest->p, rest->n, "\n---", 4);
	struct gk_str chunk = {rest->p, at ? (size_t)(at - rest->p) + 1 : rest->n};

	*rest = gk_str_from(*rest, chunk.n);
	return chunk;
}

static int parse_strict(struct source *s, struct gk_str rest)
{
	uint32_t line = 0;

	while (rest.n && !s->enough) {
		s->line = line;
		if (is_marker(rest)) {
			struct gk_str marker = first_line(rest);

			if (check_marker(s, marker))
				return -1;
			rest = gk_str_from(rest, marker.n);
			line++;
			continue;
		}
		s->text = next_chunk(&rest);
		line += count_lines(s->text);
		if (strict_chunk(s))
			return -1;
	}
	return 0;
}

static int check_encoding(struct source *s, struct gk_str text)
{
	if (gk_str_starts(text, GK_STR("\xff\xfe")) || gk_str_starts(text, GK_STR("\xfe\xff")))
		return gk_yaml__fail(&s->build, (struct gk_pos){s->name, 1, 1}, "yaml.encoding",
			"the text is UTF-16; only UTF-8 is read");
	return 0;
}

int gk_yaml_parse(struct gk_arena *a, const char *name, struct gk_str text,
	const struct gk_yaml_options *opt, gk_yaml_each_fn each, void *ctx, struct gk_err *err)
{
	struct source s = {.name = name, .each = each, .ctx = ctx};
	int rc;

	gk_yaml__build_init(&s.build, a, opt, err);
	rc = check_encoding(&s, text);
	if (gk_str_starts(text, GK_STR("\xef\xbb\xbf")))
		text = gk_str_from(text, 3);
	s.text = text;
	if (rc == 0)
		rc = opt->liberal ? parse_chunk(&s) : parse_strict(&s, text);
	gk_yaml__build_done(&s.build);
	return rc;
}

struct only {
	struct gk_node *root;
	const char *source;
};

static int keep_only(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct only *o = ctx;

	if (!o->root) {
		o->root = root;
		return 0;
	}
	gk_fail(err, GK_EINPUT, "yaml.document", "expected one document, found a second");
	return gk_err_at(err, gk_node_pos(root, o->source));
}

int gk_yaml_parse_one(struct gk_doc *doc, const char *source, struct gk_str text,
	const struct gk_yaml_options *opt, struct gk_err *err)
{
	struct only o = {.source = gk_arena_strdup(&doc->arena, source)};

	if (gk_yaml_parse(&doc->arena, o.source, text, opt, keep_only, &o, err))
		return -1;
	doc->source = o.source;
	doc->root = o.root;
	return 0;
}
