#include "base/buf.h"
#include "doc/yaml.h"
#include "overlay/value.h"

struct gk_str gk_value_text(const struct gk_node *n)
{
	return gk_value_is_null(n) ? GK_STR_NULL : gk_value_written(n);
}

struct gk_str gk_value_written(const struct gk_node *n)
{
	const char *raw = gk_node_raw(n);

	if (raw)
		return gk_str_c(raw);
	return gk_node_is(n, GK_NULL) ? GK_STR("null") : gk_node_scalar(n);
}

bool gk_value_is_scalar(const struct gk_node *n)
{
	return !gk_value_is_null(n) && n->type != GK_ARRAY && n->type != GK_OBJECT;
}

/* A null that was written without a tag, as a replacement does it, is a text: ~. */
bool gk_value_is_null(const struct gk_node *n)
{
	return !n || (n->type == GK_NULL && !(n->count & GK_SCALAR_UNTAGGED));
}

bool gk_value_is_untagged(const struct gk_node *n)
{
	return gk_value_is_scalar(n) && (n->count & GK_SCALAR_UNTAGGED);
}

bool gk_value_is_stamp(const struct gk_node *n)
{
	return n->type == GK_STRING && gk_node_raw(n) && !gk_str_is(n->text, "<<");
}

/* To go-yaml an integer is digits alone, and not more than 64 bits hold. */
static uint32_t number_tag(struct gk_str s)
{
	bool integer = !strpbrk(s.p, ".eE") &&
		       gk_number_cmp(s, GK_STR("18446744073709551615")) <= 0 &&
		       gk_number_cmp(s, GK_STR("-9223372036854775808")) >= 0;

	return integer ? GK_SCALAR_INTEGER : GK_SCALAR_FLOAT;
}

uint32_t gk_value_tag(const struct gk_node *n)
{
	if (n->type == GK_TRUE || n->type == GK_FALSE)
		return GK_SCALAR_BOOL;
	if (n->type == GK_NUMBER)
		return number_tag(n->text);
	if (n->type != GK_STRING)
		return 0;
	return gk_value_is_stamp(n) ? GK_SCALAR_STAMP : n->count & GK_SCALAR_TAGS;
}

static struct gk_ring *ring_of(const struct gk_node *n)
{
	bool scalar = n->type != GK_ARRAY && n->type != GK_OBJECT;

	return scalar && (n->count & GK_SCALAR_RING) ? n->ring : NULL;
}

/* Forget the flags of a scalar, whose raw text may be one that n shall have from now on. */
static void reset(struct gk_node *n, const char *raw)
{
	struct gk_ring *ring = ring_of(n);

	n->count = raw ? GK_SCALAR_RAW : 0;
	if (ring) {
		ring->raw = raw;
		n->count |= GK_SCALAR_RING;
	} else {
		n->raw = raw;
	}
}

/* An empty text stays a string until it is written: kustomize creates fields so. */
static void write_plain(struct gk_arena *a, struct gk_node *n, struct gk_str text, enum gk_tag tag)
{
	struct gk_node as = {0};

	n->style = GK_STYLE_PLAIN;
	gk_yaml_plain(a, GK_YAML_K, text, &as);
	reset(n, gk_node_raw(&as));
	n->type = as.type;
	n->text = as.text;
	if (tag == GK_TAG_NONE)
		n->count |= GK_SCALAR_UNTAGGED;
}

struct gk_node *gk_value_new(struct gk_arena *a, struct gk_str text, enum gk_tag tag)
{
	struct gk_node *n = gk_node_string(a, text);

	n->style = GK_STYLE_PLAIN;
	if (tag != GK_TAG_STR && text.n)
		write_plain(a, n, text, tag);
	else if (tag == GK_TAG_NONE)
		n->count = GK_SCALAR_UNTAGGED;
	return n;
}

/* A string in quotes or a block keeps its style, and with it the string; JSON's are quoted. */
static bool is_plain(const struct gk_node *n)
{
	return n->type != GK_STRING || n->style == GK_STYLE_PLAIN;
}

static void write_string(struct gk_arena *a, struct gk_node *n, struct gk_str text)
{
	if (n->type != GK_STRING || gk_node_raw(n))
		n->style = GK_STYLE_PLAIN;
	reset(n, NULL);
	n->type = GK_STRING;
	n->text = (struct gk_str){gk_arena_memdup0(a, text.p, text.n), text.n};
}

static void write_one(struct gk_arena *a, struct gk_node *n, struct gk_str text, enum gk_tag tag)
{
	if (tag == GK_TAG_STR || !is_plain(n)) {
		write_string(a, n, text);
		if (tag == GK_TAG_INT)
			n->count |= GK_SCALAR_INTEGER;
		return;
	}
	write_plain(a, n, text, tag);
}

/* The twins of n but n itself, one after another. */
static struct gk_node *next_twin(const struct gk_node *n, struct gk_node *at)
{
	const struct gk_ring *ring = ring_of(at);

	return !ring || ring->next == n ? NULL : ring->next;
}

void gk_value_write(struct gk_arena *a, struct gk_node *n, struct gk_str text, enum gk_tag tag)
{
	struct gk_node *t = next_twin(n, n), *next;

	for (; t; t = next) {
		next = next_twin(n, t);
		write_one(a, t, text, tag);
	}
	write_one(a, n, text, tag);
}

static void restyle(struct gk_node *twin, enum gk_style style)
{
	twin->style = style;
	for (struct gk_node *t = next_twin(twin, twin); t; t = next_twin(twin, t))
		t->style = style;
}

static void copy_one(struct gk_arena *a, struct gk_node *n, const struct gk_node *from)
{
	bool quoted = !is_plain(n), string = from->type == GK_STRING && !gk_node_raw(from);
	bool broken = from->count & GK_SCALAR_MISTYPED;

	if ((quoted || string) && !broken) {
		write_string(a, n, gk_value_text(from));
		n->count |= quoted ? gk_value_tag(from) : 0;
		return;
	}
	reset(n, gk_node_raw(from));
	n->count |= from->count & (GK_SCALAR_MISTYPED | GK_SCALAR_TAGS);
	n->type = from->type;
	n->style = GK_STYLE_PLAIN;
	n->text = from->text;
}

void gk_value_copy(struct gk_arena *a, struct gk_node *n, const struct gk_node *from)
{
	struct gk_node *t = next_twin(n, n), *next;

	for (; t; t = next) {
		next = next_twin(n, t);
		copy_one(a, t, from);
	}
	copy_one(a, n, from);
}

void gk_value_plain(struct gk_node *n)
{
	restyle(n, GK_STYLE_PLAIN);
}

static void leave_ring(struct gk_node *n)
{
	const struct gk_ring *ring = ring_of(n);
	struct gk_node *before = n;

	if (!ring)
		return;
	while (before->ring->next != n)
		before = before->ring->next;
	before->ring->next = ring->next;
	n->raw = ring->raw;
	n->count &= ~(uint32_t)GK_SCALAR_RING;
}

void gk_value_assign(struct gk_node *n, const struct gk_node *value)
{
	const struct gk_ring *ring = ring_of(value);

	leave_ring(n);
	gk_node_assign(n, value);
	if (ring) {
		n->raw = ring->raw;
		n->count &= ~(uint32_t)GK_SCALAR_RING;
	}
}

void gk_value_to_strings(struct gk_arena *a, struct gk_node *map)
{
	gk_node_foreach (n, map)
		if (n->type != GK_STRING || n->count)
			gk_value_assign(n, gk_value_new(a, gk_value_written(n), GK_TAG_STR));
}

static struct gk_ring *need_ring(struct gk_arena *a, struct gk_node *n)
{
	struct gk_ring *ring = ring_of(n);

	if (ring)
		return ring;
	ring = gk_arena_alloc(a, sizeof *ring);
	*ring = (struct gk_ring){n, gk_node_raw(n)};
	n->ring = ring;
	n->count |= GK_SCALAR_RING;
	return ring;
}

void gk_value_twin(struct gk_arena *a, struct gk_node *one, struct gk_node *other)
{
	struct gk_ring *ring = need_ring(a, one), *theirs = need_ring(a, other);

	theirs->next = ring->next;
	ring->next = other;
}

static int keep_first(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct gk_node **first = ctx;

	(void)err;
	if (!*first)
		*first = root;
	return 0;
}

/* Is the text a YAML document that is no string: "[x]", "a: b", "# c"? */
static bool is_document(struct gk_arena *a, struct gk_str text)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_A, .first_only = true, .liberal = true};
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_node *root = NULL;

	return gk_yaml_parse(a, "", text, &opt, keep_first, &root, &ignored) == 0 &&
	       !gk_node_is(root, GK_STRING);
}

/* A quick look: could the text be anything but a string? */
static bool is_suspect(struct gk_str text)
{
	static const char starts[] = "0123456789+-.~=[{?#&!", words[] = "yYnNtTfFoO";

	return strchr(starts, text.p[0]) || (text.n <= 5 && strchr(words, text.p[0])) ||
	       text.p[text.n - 1] == ':' || gk_str_has(text, GK_STR(": "));
}

bool gk_value__needs_quotes(struct gk_arena *a, struct gk_str text)
{
	struct gk_node probe = {.type = GK_STRING};

	if (text.n == 0 || memchr(text.p, '\n', text.n) || !is_suspect(text))
		return false;
	gk_yaml_plain(a, GK_YAML_A, text, &probe);
	return probe.type != GK_STRING || is_document(a, text);
}

void gk_value_keep(struct gk_arena *a, struct gk_node *n)
{
	struct gk_str text = gk_value_text(n);
	bool string = n->type == GK_STRING && n->style == GK_STYLE_PLAIN && !gk_node_raw(n);

	if ((!string && !gk_value_is_untagged(n)) || !gk_value__needs_quotes(a, text))
		return;
	if (string && !gk_value_is_untagged(n)) {
		n->style = GK_STYLE_DOUBLE;
		return;
	}
	write_string(a, n, text);
	n->style = GK_STYLE_DOUBLE;
}

void gk_value_set_entry(struct gk_arena *a, struct gk_node *object, struct gk_str key,
	struct gk_str text, struct gk_node **twin)
{
	struct gk_node *present = gk_node_find(object, key), *fresh;

	if (present) { /* its content is replaced: it stays a node of its own */
		if (gk_value_is_scalar(present))
			gk_value_write(a, present, text, GK_TAG_STR);
		else
			gk_value_assign(present, gk_value_new(a, text, GK_TAG_STR));
		if (*twin)
			restyle(*twin, present->style);
		return;
	}
	fresh = gk_value_new(a, text, GK_TAG_STR);
	if (*twin)
		fresh->style = (*twin)->style;
	else if (gk_value__needs_quotes(a, text))
		fresh->style = GK_STYLE_DOUBLE;
	(void)gk_node_set(a, object, key, fresh);
	if (*twin)
		gk_value_twin(a, *twin, fresh);
	else
		*twin = fresh;
}

void gk_value_put(struct gk_arena *a, struct gk_node *object, struct gk_str key, struct gk_str text)
{
	struct gk_node *field = gk_node_find(object, key), *twin = NULL;

	if (field && field->type != GK_OBJECT && field->type != GK_ARRAY)
		gk_value_write(a, field, text, GK_TAG_NONE);
	else
		gk_value_set_entry(a, object, key, text, &twin);
}
