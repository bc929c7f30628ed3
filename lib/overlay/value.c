#include "base/buf.h"
#include "base/float.h"
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
	return n->type == GK_STRING && gk_node_raw(n) && !(n->count & GK_SCALAR_MISTYPED);
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

static void restyle(struct gk_node *twin, uint8_t style)
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

/*
 * Does YAML 1.1 read the text as something else than a string?  Then kustomize quotes it.
 * Timestamps count.
 */
static bool needs_quotes(struct gk_arena *a, struct gk_str text)
{
	struct gk_node probe = {.type = GK_STRING};

	if (text.n == 0 || memchr(text.p, '\n', text.n) || !is_suspect(text))
		return false;
	gk_yaml_plain(a, GK_YAML_A, text, &probe);
	if (probe.type != GK_STRING)
		return true;
	gk_yaml_plain(a, GK_YAML_K, text, &probe);
	return gk_node_raw(&probe) || is_document(a, text);
}

void gk_value_keep(struct gk_arena *a, struct gk_node *n)
{
	struct gk_str text = gk_value_text(n);
	bool string = n->type == GK_STRING && n->style == GK_STYLE_PLAIN && !gk_node_raw(n);

	if ((!string && !gk_value_is_untagged(n)) || !needs_quotes(a, text))
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
	else if (needs_quotes(a, text))
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

/* The style in which go-yaml v3 writes a string: plain where that reads back the same. */
static enum gk_style go_style(struct gk_arena *a, struct gk_str s)
{
	static const char indicators[] = "-?:,[]{}#&*!|>'\"%@`";
	struct gk_node probe = {.type = GK_STRING};

	if (s.n == 0)
		return GK_STYLE_DOUBLE;
	if (memchr(s.p, '\n', s.n))
		return GK_STYLE_LITERAL;
	gk_yaml_plain(a, GK_YAML_K, s, &probe);
	if (probe.type != GK_STRING || needs_quotes(a, s))
		return GK_STYLE_DOUBLE;
	if (strchr(indicators, s.p[0]) || s.p[0] == ' ' || s.p[s.n - 1] == ' ' ||
		s.p[s.n - 1] == ':' || gk_str_has(s, GK_STR(": ")) || gk_str_has(s, GK_STR(" #")))
		return GK_STYLE_SINGLE;
	return GK_STYLE_PLAIN;
}

/* A float64 as Go's JSON encoder writes it: no exponent between 1e-6 and 1e21. */
static void put_json_number(struct gk_buf *b, double v)
{
	double size = v < 0 ? -v : v;
	char *exponent;

	if (v == 0 || (size >= 1e-6 && size < 1e21)) {
		gk_float_print_plain(b, v);
		return;
	}
	gk_float_print(b, v);
	exponent = strstr(b->p, "e-0");
	if (!exponent)
		return;
	exponent[2] = exponent[3];
	b->p[--b->n] = '\0';
}

static bool is_integer(struct gk_str s)
{
	return !memchr(s.p, '.', s.n) && !memchr(s.p, 'e', s.n) && !memchr(s.p, 'E', s.n);
}

static void set_json_number(struct gk_arena *a, struct gk_node *n, double v)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	put_json_number(&b, v);
	if (gk_str_eq(n->text, gk_buf_str(&b)))
		return;
	n->text = (struct gk_str){gk_arena_memdup0(a, b.p, b.n), b.n};
}

/*
 * A number that went through Go's float64: rounded to 53 bits.  go-yaml writes it with an
 * exponent from 1e+06 on, which shows where a text is made of it.
 */
static void round_number(struct gk_arena *a, struct gk_node *n)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	double v = gk_float_parse(n->text);

	gk_float_print(&b, v);
	set_json_number(a, n, v);
	if (!gk_str_eq(n->text, gk_buf_str(&b)))
		gk_node_set_raw(a, n, gk_buf_str(&b));
}

void gk_value_json_numbers(struct gk_arena *a, struct gk_node *n)
{
	if (n->type == GK_NUMBER && !is_integer(n->text))
		set_json_number(a, n, gk_float_parse(n->text));
	gk_node_foreach (child, n)
		gk_value_json_numbers(a, child);
}

static void forget_raw(struct gk_node *n)
{
	n->count = 0;
	n->raw = NULL;
}

void gk_value_through_json(struct gk_arena *a, struct gk_node *n)
{
	if (n->type == GK_STRING)
		n->style = (uint8_t)go_style(a, n->text);
	if (n->type != GK_ARRAY && n->type != GK_OBJECT)
		forget_raw(n);
	if (n->type == GK_STRING && gk_str_is(n->text, "<<"))
		gk_node_set_raw(a, n, n->text); /* go-yaml takes it for a merge key */
	if (n->type == GK_NUMBER)
		round_number(a, n);
	gk_node_foreach (child, n)
		gk_value_through_json(a, child);
}

void gk_value_from_json(struct gk_arena *a, struct gk_node *n)
{
	if (n->type == GK_STRING)
		n->style = GK_STYLE_DOUBLE;
	if (n->type != GK_ARRAY && n->type != GK_OBJECT)
		forget_raw(n);
	if (n->type == GK_NUMBER && !is_integer(n->text))
		set_json_number(a, n, gk_float_parse(n->text));
	gk_node_foreach (child, n)
		gk_value_from_json(a, child);
}

static bool is_nonfinite(struct gk_str text)
{
	static const char *const words[] = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};

	if (text.n && (text.p[0] == '+' || text.p[0] == '-'))
		text = gk_str_from(text, 1);
	for (size_t i = 0; i < GK_COUNT(words); i++)
		if (gk_str_is(text, words[i]))
			return true;
	return false;
}

/*
 * A scalar that cannot be printed: a replacement put a text into a number, or one without
 * a tag reads as an infinity, which JSON lacks.
 */
static bool is_unprintable(const struct gk_node *n)
{
	return n->type == GK_STRING && ((n->count & GK_SCALAR_MISTYPED) ||
					       (gk_value_is_untagged(n) && is_nonfinite(n->text)));
}

const struct gk_node *gk_value_find_unprintable(const struct gk_node *n)
{
	if (is_unprintable(n))
		return n;
	gk_node_foreach (child, n) {
		const struct gk_node *found = gk_value_find_unprintable(child);

		if (found)
			return found;
	}
	return NULL;
}
