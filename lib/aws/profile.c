/* Reading the AWS config and credentials files, line by line. */
#include "aws/profile.h"

/* Where the reader stands: the section and the property that lines belong to. */
struct reader {
	struct gk_aws_profiles *p;
	enum gk_aws_file kind;
	const char *source;
	unsigned line;
	bool begun;                     /* a section header was read */
	struct gk_aws_section *section; /* NULL: its name is none that can be used */
	struct gk_str key;              /* {NULL, 0}: none yet, or one that is ignored */
	bool property;                  /* a property was read: continuation lines may follow */
	bool block;                     /* its value is empty: indented lines are sub-properties */
};

void gk_aws_profiles_done(struct gk_aws_profiles *p)
{
	struct gk_map *maps[] = {&p->profile, &p->sso_session, &p->services};

	for (size_t i = 0; i < GK_COUNT(maps); i++) {
		gk_map_foreach (e, maps[i]) {
			struct gk_aws_section *section = e->value;

			gk_map_done(&section->values);
		}
		gk_map_done(maps[i]);
	}
	gk_arena_done(&p->arena);
}

static int fail_at(const struct reader *r, struct gk_err *err, const char *expected)
{
	gk_fail(err, GK_EINPUT, "aws.profile-syntax", "%s", expected);
	return gk_err_at(err, (struct gk_pos){r->source, r->line, 1});
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct gk_str keep(struct gk_arena *a, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(a, s.p ? s.p : "", s.n), s.n};
}

static struct gk_str keep_lower(struct gk_arena *a, struct gk_str s)
{
	char *p = gk_arena_memdup0(a, s.p ? s.p : "", s.n);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + ('a' - 'A'));
	return (struct gk_str){p, s.n};
}

static bool is_name(struct gk_str s, const char *more)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool alnum =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (c == '\0' || !strchr(more, c)))
			return false;
	}
	return s.n > 0;
}

/* Cut a comment that begins after a blank: "value # why" -> "value". */
static struct gk_str without_comment(struct gk_str s)
{
	for (size_t i = 1; i < s.n; i++)
		if ((s.p[i] == '#' || s.p[i] == ';') && is_blank(s.p[i - 1]))
			return gk_str_trim((struct gk_str){s.p, i});
	return gk_str_trim(s);
}

static struct gk_aws_section *need_section(
	struct gk_aws_profiles *p, struct gk_map *map, struct gk_str name)
{
	struct gk_aws_section *s = gk_map_find(map, name);

	if (!s) {
		s = gk_arena_zalloc(&p->arena, sizeof *s);
		s->name = keep(&p->arena, name);
		gk_map_put(map, s->name, s);
	}
	return s;
}

/* `[profile default]` hides all that `[default]` says, wherever it stands. */
static struct gk_aws_section *default_section(struct gk_aws_profiles *p, bool prefixed)
{
	struct gk_aws_section *s;

	if (!prefixed && p->default_is_prefixed)
		return NULL;
	s = need_section(p, &p->profile, GK_STR("default"));
	if (prefixed && !p->default_is_prefixed) {
		gk_map_done(&s->values);
		s->values = (struct gk_map)GK_MAP_INIT;
	}
	p->default_is_prefixed |= prefixed;
	return s;
}

/* Split "profile NAME" at its first blank; a header without one has no prefix. */
static struct gk_str cut_word(struct gk_str *rest)
{
	struct gk_str s = *rest, word = *rest;

	for (size_t i = 0; i < s.n; i++)
		if (is_blank(s.p[i])) {
			word.n = i;
			*rest = gk_str_trim(gk_str_from(s, i));
			return word;
		}
	*rest = GK_STR_NULL;
	return word;
}

/* The section that a header opens, NULL for one that no reader can name. */
static struct gk_aws_section *open_section(struct reader *r, struct gk_str header)
{
	static const char name_chars[] = "-/.%@_:+";
	struct gk_aws_profiles *p = r->p;
	struct gk_str name = header, word = cut_word(&name);

	if (r->kind == GK_AWS_CREDENTIALS)
		return is_name(header, name_chars) ? need_section(p, &p->profile, header) : NULL;
	if (!name.p)
		return gk_str_is(word, "default") ? default_section(p, false) : NULL;
	if (!is_name(name, name_chars))
		return NULL;
	if (gk_str_is(word, "sso-session"))
		return need_section(p, &p->sso_session, name);
	if (gk_str_is(word, "services"))
		return need_section(p, &p->services, name);
	if (!gk_str_is(word, "profile"))
		return NULL;
	return gk_str_is(name, "default") ? default_section(p, true)
					  : need_section(p, &p->profile, name);
}

static int read_header(struct reader *r, struct gk_str line, struct gk_err *err)
{
	struct gk_str rest = gk_str_from(line, 1);
	struct gk_str header = gk_str_cut(&rest, ']');

	if (!rest.p)
		return fail_at(r, err, "the section header must end with ']'");
	r->begun = true;
	r->property = r->block = false;
	r->key = GK_STR_NULL;
	r->section = open_section(r, gk_str_trim(header));
	return 0;
}

static void put_value(struct reader *r, struct gk_str key, struct gk_str text)
{
	struct gk_aws_value *v = gk_arena_zalloc(&r->p->arena, sizeof *v);

	v->text = keep(&r->p->arena, text);
	v->file = r->kind;
	v->line = r->line;
	gk_map_put(&r->section->values, key, v);
}

static int read_property(struct reader *r, struct gk_str line, struct gk_err *err)
{
	struct gk_str value = line, key = gk_str_trim(gk_str_cut(&value, '='));

	if (!value.p)
		return fail_at(r, err, "expected KEY = VALUE");
	if (key.n == 0)
		return fail_at(r, err, "expected a key before '='");
	value = without_comment(value);
	r->property = true;
	r->block = value.n == 0;
	r->key = GK_STR_NULL;
	if (!r->section || !is_name(key, "-_"))
		return 0;
	r->key = keep_lower(&r->p->arena, key);
	put_value(r, r->key, value);
	return 0;
}

/* "name = value" below "s3 =" is the value "s3.name". */
static int read_sub_property(struct reader *r, struct gk_str line, struct gk_err *err)
{
	struct gk_str value = line, key = gk_str_trim(gk_str_cut(&value, '='));
	char *path;

	if (!value.p)
		return fail_at(r, err, "expected KEY = VALUE in this nested block");
	if (key.n == 0)
		return fail_at(r, err, "expected a key before '=' in this nested block");
	if (!r->key.p)
		return 0;
	path = gk_arena_printf(
		&r->p->arena, "%.*s.%.*s", GK_SARG(r->key), GK_SARG(keep_lower(&r->p->arena, key)));
	put_value(r, gk_str_c(path), gk_str_trim(value));
	return 0;
}

static int read_continuation(struct reader *r, struct gk_str line, struct gk_err *err)
{
	struct gk_aws_value *v;

	if (!r->property)
		return fail_at(r, err, "an indented line must follow a property");
	if (r->block && read_sub_property(r, line, err))
		return -1;
	if (!r->key.p)
		return 0;
	v = gk_map_find(&r->section->values, r->key);
	v->text = gk_str_c(gk_arena_printf(
		&r->p->arena, "%.*s\n%.*s", GK_SARG(v->text), GK_SARG(gk_str_trim(line))));
	return 0;
}

static int read_line(struct reader *r, struct gk_str line, struct gk_err *err)
{
	if (gk_str_trim(line).n == 0 || line.p[0] == '#' || line.p[0] == ';')
		return 0;
	if (line.p[0] == '[')
		return read_header(r, line, err);
	if (!r->begun)
		return fail_at(r, err, "expected a section header such as [default]");
	return is_blank(line.p[0]) ? read_continuation(r, line, err) : read_property(r, line, err);
}

int gk_aws_profiles_parse(struct gk_aws_profiles *p, enum gk_aws_file kind, const char *source,
	struct gk_str text, struct gk_err *err)
{
	struct reader r = {.p = p, .kind = kind, .source = source};

	while (text.p) {
		struct gk_str line = gk_str_cut(&text, '\n');

		r.line++;
		if (read_line(&r, line, err))
			return -1;
	}
	return 0;
}

static struct gk_str section_get(const struct gk_map *map, struct gk_str name, const char *key)
{
	const struct gk_aws_section *section = gk_map_find(map, name);
	const struct gk_aws_value *v =
		section ? gk_map_find(&section->values, gk_str_c(key)) : NULL;

	return v && v->text.n ? v->text : GK_STR_NULL;
}

struct gk_str gk_aws_profile_get(
	const struct gk_aws_profiles *p, struct gk_str profile, const char *key)
{
	return section_get(&p->profile, profile, key);
}

bool gk_aws_profile_has(const struct gk_aws_profiles *p, struct gk_str profile)
{
	return gk_map_find(&p->profile, profile) != NULL;
}

struct gk_str gk_aws_services_get(
	const struct gk_aws_profiles *p, struct gk_str name, const char *key)
{
	return section_get(&p->services, name, key);
}
