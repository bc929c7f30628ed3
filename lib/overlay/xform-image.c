/* Images: kustomize reference section 7. */
#include "base/regex.h"
#include "base/vec.h"
#include "overlay/spec.h"
#include "overlay/value.h"
#include "overlay/xform.h"

struct image {
	struct gk_build *b;
	struct gk_str name, new_name, new_tag, digest, tag_suffix;
	struct gk_image_met met;
	struct gk_regex *pattern; /* NULL: name is literal but for its dots */
};

static bool in_tag_class(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_.{}-", c));
}

static struct gk_str skip_class(struct gk_str s)
{
	while (s.n && in_tag_class(s.p[0]))
		s = gk_str_from(s, 1);
	return s;
}

/* (:TAG)?(@sha256:DIGEST)?$ */
static bool is_tail(struct gk_str s)
{
	if (s.n && s.p[0] == ':')
		s = skip_class(gk_str_from(s, 1));
	if (gk_str_starts(s, GK_STR("@sha256:")))
		s = skip_class(gk_str_from(s, 8));
	return s.n == 0;
}

static bool is_plain_char(char c)
{
	return c && !strchr("\\^$|?*+()[]{}", c) && (unsigned char)c < 0x80;
}

static bool is_plain(struct gk_str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_plain_char(name.p[i]))
			return false;
	return true;
}

/* A dot stands for any character, since kustomize takes the name for a pattern. */
static bool matches_plain(struct gk_str name, struct gk_str value)
{
	if (value.n < name.n)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != value.p[i] &&
			(name.p[i] != '.' || value.p[i] == '\n' || (value.p[i] & 0x80)))
			return false;
	return is_tail(gk_str_from(value, name.n));
}

static int matches(const struct image *x, struct gk_str value, bool *ret, struct gk_err *err)
{
	if (x->pattern)
		return gk_regex_match(x->pattern, value, ret, err);
	*ret = matches_plain(x->name, value);
	return 0;
}

/* host:5000/name:tag@digest: the colon of a registry port is no tag. */
static void split(
	struct gk_str image, struct gk_str *name, struct gk_str *tag, struct gk_str *digest)
{
	const char *slash = memchr(image.p, '/', image.n);
	size_t skip = slash ? (size_t)(slash - image.p) : 0;
	struct gk_str search = gk_str_from(image, skip);
	const char *at = search.n ? memchr(search.p, '@', search.n) : NULL;
	const char *colon = search.n ? memchr(search.p, ':', search.n) : NULL;
	const char *end = image.p + image.n;

	*tag = *digest = GK_STR_NULL;
	*name = image;
	if (at) {
		*digest = (struct gk_str){at + 1, (size_t)(end - at) - 1};
		end = at;
	}
	if (colon && colon < end)
		*tag = (struct gk_str){colon + 1, (size_t)(end - colon) - 1};
	if (tag->p)
		end = colon;
	name->n = (size_t)(end - image.p);
}

/* The suffix alone changes the tag. */
static bool has_suffix(const struct image *x)
{
	return x->tag_suffix.n && !x->new_tag.n && !x->digest.n;
}

static void compose(const struct image *x, struct gk_str value, struct gk_buf *out)
{
	struct gk_str name, tag, digest;

	split(value, &name, &tag, &digest);
	gk_buf_putstr(out, x->new_name.n ? x->new_name : name);
	if (x->new_tag.n) {
		tag = x->new_tag;
		digest = x->digest;
	} else if (x->digest.n) {
		tag = GK_STR_NULL;
		digest = x->digest;
	} else if (x->tag_suffix.n) {
		digest = GK_STR_NULL;
	}
	if (tag.n || has_suffix(x)) {
		gk_buf_putc(out, ':');
		gk_buf_putstr(out, tag);
		if (has_suffix(x))
			gk_buf_putstr(out, x->tag_suffix);
	}
	if (digest.n) {
		gk_buf_putc(out, '@');
		gk_buf_putstr(out, digest);
	}
}

static int set_image(struct image *x, struct gk_node *field, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	bool hit;

	if (matches(x, gk_value_written(field), &hit, err))
		return -1;
	if (!hit)
		return 0;
	x->met.found = true;
	x->met.suffix_twice |= has_suffix(x) && gk_str_ends(gk_value_written(field), x->tag_suffix);
	compose(x, gk_value_written(field), &text);
	gk_value_write(x->b->a, field, gk_buf_str(&text), GK_TAG_NONE);
	return 0;
}

static int add_field(void *ctx, struct gk_node *field, struct gk_err *err)
{
	struct gk_image_fields *fields = ctx;

	if (field->type == GK_OBJECT || field->type == GK_ARRAY)
		return gk_spec_wrong_kind(field, "the name of an image", err);
	gk_vec_push(fields, field);
	return 0;
}

static int search_list(
	struct gk_image_fields *fields, const struct gk_node *list, struct gk_err *err)
{
	gk_node_foreach (element, list) {
		struct gk_node *field;

		if (element->type == GK_NULL)
			continue;
		if (element->type != GK_OBJECT)
			return gk_spec_wrong_kind(element, "a map", err);
		field = gk_node_get(element, "image");
		if (field && add_field(fields, field, err))
			return -1;
	}
	return 0;
}

/* First pass: every list called containers or initContainers, wherever it is. */
static int search(struct gk_image_fields *fields, const struct gk_node *n, struct gk_err *err)
{
	gk_node_foreach (child, n) {
		struct gk_str key = gk_node_key(child);

		if (search(fields, child, err))
			return -1;
		if (child->type == GK_ARRAY && n->type == GK_OBJECT &&
			(gk_str_is(key, "containers") || gk_str_is(key, "initContainers")) &&
			search_list(fields, child, err))
			return -1;
	}
	return 0;
}

/*
 * Second pass: the fieldspecs.  Both hit ordinary pods; a tagSuffix is added twice, as in
 * kustomize.
 */
static int by_specs(struct gk_build *b, const struct gk_res *r, const struct gk_spec_list *specs,
	struct gk_image_fields *fields, struct gk_err *err)
{
	struct gk_setter setter = {add_field, fields, GK_WANT_ANY};
	struct gk_id id = gk_res_id(r);

	for (size_t i = 0; i < specs->n; i++)
		if (gk_spec_matches(specs->v[i], &id) &&
			gk_spec_walk(b->a, r, specs->v[i]->path, specs->v[i]->create, &setter, err))
			return -1;
	return 0;
}

int gk_x_image_fields(struct gk_build *b, struct gk_resmap *m, const struct gk_spec_list *specs,
	struct gk_image_fields *ret, struct gk_err *err)
{
	gk_resmap_foreach (r, m) {
		if (gk_str_is(gk_res_kind(r), "CustomResourceDefinition"))
			continue;
		if (search(ret, r->object, err))
			return gk_res_at(r, err);
	}
	gk_resmap_foreach (r, m)
		if (!gk_str_is(gk_res_kind(r), "CustomResourceDefinition") &&
			by_specs(b, r, specs, ret, err))
			return -1;
	return 0;
}

static int compile(struct image *x, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf pattern = GK_BUF_INIT(0);

	if (is_plain(x->name))
		return 0;
	gk_buf_putc(&pattern, '^');
	gk_buf_putstr(&pattern, x->name);
	gk_buf_puts(&pattern, "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$");
	if (gk_regex_new(gk_buf_str(&pattern), 0, &x->pattern, err))
		return gk_ctx(err, "the name of an image is a pattern, and '%.*s' is none",
			GK_SARG(x->name));
	return 0;
}

int gk_x_image(struct gk_build *b, const struct gk_image_fields *fields,
	const struct gk_kust_image *k, struct gk_image_met *ret, struct gk_err *err)
{
	struct image x = {
		.b = b,
		.name = gk_node_text(k->name),
		.new_name = gk_node_text(k->new_name),
		.new_tag = gk_node_text(k->new_tag),
		.digest = gk_node_text(k->digest),
		.tag_suffix = gk_node_text(k->tag_suffix),
	};
	int rc = fields->n ? compile(&x, err) : 0;

	if (rc == 0)
		rc = gk_build_visit(b, fields->n, err);
	for (size_t i = 0; rc == 0 && i < fields->n; i++)
		rc = set_image(&x, fields->v[i], err);
	gk_regex_free(x.pattern);
	*ret = x.met;
	return rc;
}

void gk_x_image_fields_done(struct gk_image_fields *fields)
{
	gk_vec_done(fields);
}
