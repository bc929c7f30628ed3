/*
 * Scalars to nodes: quoting, tags and the typing tables meet here.
 */
#include <stdarg.h>

#include "base/base64.h"
#include "base/text.h"
#include "doc/yaml-build.h"
#include "doc/yaml-type.h"

enum { QUOTE_MAX = 80 }; /* bytes of a text that a message shows */

static const char core[] = "tag:yaml.org,2002:";

int gk_yaml__fail(
	struct gk_yaml_builder *b, struct gk_pos pos, const char *slug, const char *fmt, ...)
{
	GK_AUTO(gk_buf_done) struct gk_buf message = GK_BUF_INIT(0);
	va_list ap;

	va_start(ap, fmt);
	gk_buf_vprintf(&message, fmt, ap);
	va_end(ap);
	gk_fail(b->err, GK_EINPUT, slug, "%s", gk_buf_cstr(&message));
	return gk_err_at(b->err, pos);
}

const char *gk_yaml__shown(struct gk_yaml_builder *b, struct gk_str text)
{
	gk_buf_reset(&b->shown);
	gk_text_escape(
		&b->shown, (struct gk_str){text.p, text.n > QUOTE_MAX ? QUOTE_MAX : text.n}, false);
	if (text.n > QUOTE_MAX)
		gk_buf_puts(&b->shown, "...");
	return gk_buf_cstr(&b->shown);
}

/* "WHO WHAT".  No value of a scalar but a word or a date is ever shown: it may be a secret. */
static void warn(struct gk_yaml_builder *b, struct gk_pos pos, const char *slug, struct gk_str text,
	const char *what, const char *help)
{
	struct gk_diag *d;

	if (!b->opt->warn)
		return;
	d = gk_diags_add(
		b->opt->warn, GK_SEV_WARNING, slug, pos, "%s %s", gk_yaml__shown(b, text), what);
	if (help)
		gk_diag_help(b->opt->warn, d, "%s", help);
}

static const char *kind_name(enum gk_yaml_kind kind)
{
	static const char *const names[] = {
		[GK_YAML_NULL] = "null",
		[GK_YAML_BOOL] = "a boolean",
		[GK_YAML_INT] = "a number",
		[GK_YAML_FLOAT] = "a number",
		[GK_YAML_NONFINITE] = "an infinity or no number",
		[GK_YAML_STAMP] = "a timestamp",
		[GK_YAML_MERGE] = "a merge key",
		[GK_YAML_STRING] = "a string",
	};

	return names[kind];
}

static struct gk_node *placed(const struct gk_yaml_part *p, struct gk_node *n)
{
	n->line = p->pos.line;
	n->col = p->pos.col > UINT16_MAX ? UINT16_MAX : (uint16_t)p->pos.col;
	n->style = p->style;
	return n;
}

static struct gk_node *string_node(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_str text)
{
	return placed(p, gk_node_string(b->arena, text));
}

/* The short name of a core tag ("int"), or {NULL, 0} for a tag of others. */
static struct gk_str core_tag(struct gk_str tag)
{
	struct gk_str prefix = {core, sizeof core - 1};

	return gk_str_starts(tag, prefix) ? gk_str_from(tag, prefix.n) : GK_STR_NULL;
}

static void warn_differs(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, const struct gk_yaml_value *v)
{
	if (v->ambiguous)
		warn(b, p->pos, "yaml.ambiguous", p->text,
			v->kind == GK_YAML_STAMP
				? "is rewritten by kustomize and kept as it is by kubectl"
				: "is a string to kustomize and a boolean to kubectl",
			"quote it, or write true or false");
	if (v->rounded)
		warn(b, p->pos, "yaml.rounded", GK_STR("an integer"),
			"does not fit 64 bits: Kubernetes will round it",
			"quote it if it is an identifier");
}

static int resolved(struct gk_yaml_builder *b, const struct gk_yaml_part *p,
	const struct gk_yaml_value *v, struct gk_node **ret)
{
	if (v->kind == GK_YAML_NONFINITE)
		return gk_yaml__fail(b, p->pos, "yaml.nonfinite",
			"'%s' is a number that JSON does not have; quote it if it is text",
			gk_yaml__shown(b, p->text));
	if (v->type == GK_STRING) {
		*ret = string_node(b, p, v->text);
	} else if (v->type == GK_NUMBER) {
		if (v->text.n > b->lim->number_chars) {
			gk_limit_fail(b->err, "number-chars", b->lim->number_chars, "a number");
			return gk_err_at(b->err, p->pos);
		}
		*ret = placed(p, gk_node_number(b->arena, v->text));
	} else {
		*ret = placed(p, gk_node_new(b->arena, v->type));
	}
	gk_yaml__keep_spelling(b->arena, b->opt->profile, *ret, v, p->text);
	return 0;
}

static int as_binary(struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_node **ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf bytes = GK_BUF_INIT(0);
	struct gk_err why = GK_ERR_INIT;

	if (gk_base64_decode(&bytes, p->text, GK_B64_STD, &why))
		return gk_yaml__fail(b, p->pos, "yaml.tag", "the text of a !!binary is not base64");
	if (!gk_utf8_valid(gk_buf_str(&bytes)))
		return gk_yaml__fail(b, p->pos, "yaml.tag",
			"the bytes of a !!binary are not UTF-8 text, which JSON cannot carry");
	*ret = string_node(b, p, gk_buf_str(&bytes));
	return 0;
}

/* The tags that demand a kind; a number may be written as an integer where a float is asked. */
static const struct demand {
	const char *tag;
	enum gk_yaml_kind kind, or_kind;
	uint32_t flag;
} demands[] = {
	{"int", GK_YAML_INT, GK_YAML_INT, GK_SCALAR_INTEGER},
	{"float", GK_YAML_FLOAT, GK_YAML_INT, GK_SCALAR_FLOAT},
	{"bool", GK_YAML_BOOL, GK_YAML_BOOL, GK_SCALAR_BOOL},
	{"null", GK_YAML_NULL, GK_YAML_NULL, 0},
	{"timestamp", GK_YAML_STAMP, GK_YAML_STAMP, GK_SCALAR_STAMP},
};

/* "!!int web": a string that must not be printed but as it was read. */
static struct gk_node *mistyped(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, const struct demand *d)
{
	struct gk_node *n = string_node(b, p, p->text);

	n->count |= GK_SCALAR_MISTYPED | d->flag;
	return n;
}

static int demanded(struct gk_yaml_builder *b, const struct gk_yaml_part *p, const struct demand *d,
	struct gk_node **ret)
{
	struct gk_yaml_value v;

	gk_yaml__resolve(b->opt->profile, p->text, &b->scratch, &v);
	if (v.kind == d->kind || v.kind == d->or_kind) {
		if (resolved(b, p, &v, ret))
			return -1;
		if (v.kind == GK_YAML_NULL)
			(*ret)->style = GK_STYLE_ANY; /* a tag says what it is */
		return 0;
	}
	if (b->opt->any_tag) {
		*ret = mistyped(b, p, d);
		return 0;
	}
	return gk_yaml__fail(b, p->pos, "yaml.tag", "the tag is !!%s, but the text is %s", d->tag,
		kind_name(v.kind));
}

static int tagged(struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_node **ret)
{
	struct gk_str tag = core_tag(p->tag);

	for (size_t i = 0; tag.p && i < GK_COUNT(demands); i++)
		if (gk_str_is(tag, demands[i].tag))
			return demanded(b, p, &demands[i], ret);
	if (gk_str_is(tag, "binary"))
		return as_binary(b, p, ret);
	if (gk_str_is(tag, "map") || gk_str_is(tag, "seq"))
		return gk_yaml__fail(b, p->pos, "yaml.tag",
			"a scalar carries the tag of a collection, '%s'",
			gk_yaml__shown(b, p->tag));
	if (!gk_str_is(tag, "str") && !gk_str_is(p->tag, "!"))
		warn(b, p->pos, "yaml.tag", p->tag,
			"is an unknown tag: the value is read as a string", NULL);
	*ret = string_node(b, p, p->text);
	return 0;
}

/* To go-yaml v3 the tag `!` on a plain scalar is no tag; to v2 it makes a string. */
static bool means_nothing(const struct gk_yaml_builder *b, const struct gk_yaml_part *p)
{
	return b->opt->profile == GK_YAML_K && p->style == GK_STYLE_PLAIN && gk_str_is(p->tag, "!");
}

int gk_yaml__scalar(struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_node **ret)
{
	struct gk_yaml_value v;

	if (p->text.n > b->lim->scalar_bytes) {
		gk_limit_fail(b->err, "scalar-bytes", b->lim->scalar_bytes, "a scalar");
		return gk_err_at(b->err, p->pos);
	}
	if (p->tag.p && !means_nothing(b, p))
		return tagged(b, p, ret);
	if (p->style != GK_STYLE_PLAIN) {
		*ret = string_node(b, p, p->text);
		return 0;
	}
	gk_yaml__resolve(b->opt->profile, p->text, &b->scratch, &v);
	if (v.ambiguous || v.rounded)
		warn_differs(b, p, &v);
	return resolved(b, p, &v, ret);
}

/* Keys are strings: what else would a consumer make of `1:` or `on:`? */
static int key_of_kind(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, const struct gk_yaml_value *v)
{
	bool text = v->kind == GK_YAML_STRING ||
		    (v->kind == GK_YAML_STAMP && b->opt->profile == GK_YAML_A);

	if (text || b->opt->liberal)
		return 0;
	gk_yaml__fail(b, p->pos, "yaml.key", "the key '%s' is %s, not a string",
		gk_yaml__shown(b, p->text), kind_name(v->kind));
	return gk_help(b->err, "quote the key");
}

static int key_tagged(struct gk_yaml_builder *b, const struct gk_yaml_part *p, bool *ret_merge)
{
	struct gk_str tag = core_tag(p->tag);

	*ret_merge = gk_str_is(tag, "merge");
	if (*ret_merge || gk_str_is(tag, "str") || b->opt->liberal)
		return 0;
	gk_yaml__fail(
		b, p->pos, "yaml.key", "the key carries the tag '%s'", gk_yaml__shown(b, p->tag));
	return gk_help(b->err, "keys are strings: quote the key and drop its tag");
}

int gk_yaml__key(struct gk_yaml_builder *b, const struct gk_yaml_part *p, struct gk_str *ret_key,
	bool *ret_merge)
{
	struct gk_yaml_value v = {.kind = GK_YAML_STRING};

	*ret_merge = false;
	if (p->text.n > b->lim->key_bytes) {
		gk_limit_fail(b->err, "key-bytes", b->lim->key_bytes, "a key");
		return gk_err_at(b->err, p->pos);
	}
	if (p->tag.p) {
		if (key_tagged(b, p, ret_merge))
			return -1;
	} else if (p->style == GK_STYLE_PLAIN) {
		gk_yaml__resolve(b->opt->profile, p->text, &b->scratch, &v);
		*ret_merge = v.kind == GK_YAML_MERGE;
		if (!*ret_merge && key_of_kind(b, p, &v))
			return -1;
		if (v.ambiguous)
			warn_differs(b, p, &v);
	}
	ret_key->p = gk_arena_memdup0(b->arena, p->text.p, p->text.n);
	ret_key->n = p->text.n;
	return 0;
}

int gk_yaml__collection_tag(
	struct gk_yaml_builder *b, const struct gk_yaml_part *p, enum gk_type type)
{
	static const char *const scalar_tags[] = {
		"str", "int", "float", "bool", "null", "binary", "timestamp", "merge"};
	struct gk_str tag = p->tag.p ? core_tag(p->tag) : GK_STR_NULL;
	bool wrong;

	if (!p->tag.p || gk_str_is(tag, type == GK_OBJECT ? "map" : "seq"))
		return 0;
	wrong = gk_str_is(tag, type == GK_OBJECT ? "seq" : "map");
	for (size_t i = 0; tag.p && i < GK_COUNT(scalar_tags); i++)
		wrong |= gk_str_is(tag, scalar_tags[i]);
	if (wrong)
		return gk_yaml__fail(b, p->pos, "yaml.tag", "a %s carries the tag '%s'",
			type == GK_OBJECT ? "mapping" : "sequence", gk_yaml__shown(b, p->tag));
	warn(b, p->pos, "yaml.tag", p->tag, "is an unknown tag and is ignored", NULL);
	return 0;
}
