#include <strings.h>

#include "base/buf.h"
#include "base/float.h"
#include "overlay/decode.h"
#include "overlay/spec.h"
#include "overlay/value.h"

struct decoder {
	struct gk_arena *a;
	const char *file;
	struct gk_diags *diags;
	bool open;   /* the outermost struct's: it holds for the whole document */
	bool hidden; /* in a struct whose lines are not shown */
	enum gk_dec_texts texts;
	size_t faults;
};

typedef void (*take_fn)(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place);

static void take_struct(
	struct decoder *d, const struct gk_dec_struct *s, const struct gk_node *object, void *out);

static void mistyped(struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value,
	const char *expected)
{
	struct gk_diag *g = gk_diags_add(d->diags, GK_SEV_ERROR, "render.field-type",
		gk_node_pos(value, d->file), "field '%s' must be %s, not %s", f->name, expected,
		gk_spec_kind_word(value));

	d->faults++;
	g->excerpt = !d->hidden;
	if (strcmp(expected, "a string") == 0 && value->type < GK_STRING)
		gk_diag_help(d->diags, g, "put the value in quotes");
}

/* Would Go's strconv write the number as it is written here? */
static bool keeps_text(const struct gk_node *number)
{
	enum { INTEGER_DIGITS = 18, FLOAT_DIGITS = 6 };
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str text = number->text;

	if (gk_node_raw(number) || gk_str_is(text, "-0"))
		return false;
	if (text.n <= INTEGER_DIGITS && strspn(text.p, "-0123456789") == text.n)
		return true;
	if (text.n > FLOAT_DIGITS + 1) /* its precision is that of a float32 */
		return false;
	gk_float_print(&b, gk_float_parse(text));
	return gk_str_eq(gk_buf_str(&b), text);
}

static bool is_text(const struct decoder *d, const struct gk_node *value)
{
	if (value->type == GK_STRING)
		return true;
	if (d->texts == GK_DEC_TEXTS_ONLY || value->type == GK_ARRAY || value->type == GK_OBJECT)
		return false;
	if (d->texts == GK_DEC_AS_WRITTEN)
		return value->type != GK_NULL;
	return value->type == GK_NUMBER ? keeps_text(value)
					: value->type != GK_NULL && !gk_node_raw(value);
}

/* A scalar that is a text, as a string. */
static const struct gk_node *string_of(const struct decoder *d, const struct gk_node *value)
{
	struct gk_node *string;

	if (value->type == GK_STRING)
		return value;
	string = gk_node_string(d->a, gk_value_written(value));
	string->line = value->line;
	string->col = value->col;
	return string;
}

static void take_str(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (is_text(d, value))
		*(const struct gk_node **)place = string_of(d, value);
	else
		mistyped(d, f, value, "a string");
}

static void take_bool(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (value->type != GK_TRUE && value->type != GK_FALSE)
		mistyped(d, f, value, "true or false");
	else
		*(bool *)place = value->type == GK_TRUE;
}

static void take_int(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (!gk_node_int(value, place))
		mistyped(d, f, value, "an integer");
}

/* The list or map, or a copy whose scalars are strings; NULL after a fault. */
static const struct gk_node *strings_of(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value)
{
	size_t before = d->faults;
	bool converts = false;
	struct gk_node *copy;

	gk_node_foreach (child, value) {
		converts |= child->type != GK_STRING && child->type != GK_NULL;
		if (child->type != GK_NULL && !is_text(d, child))
			mistyped(d, f, child, "a string");
	}
	if (d->faults != before)
		return NULL;
	if (!converts)
		return value;
	copy = gk_node_dup(d->a, value);
	gk_node_foreach (child, copy)
		if (child->type != GK_NULL)
			gk_node_assign(child, string_of(d, child));
	return copy;
}

static void take_strs(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (value->type != GK_ARRAY)
		mistyped(d, f, value, "a list of strings");
	else
		*(const struct gk_node **)place = strings_of(d, f, value);
}

static void take_map(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (value->type != GK_OBJECT)
		mistyped(d, f, value, "a map of strings");
	else
		*(const struct gk_node **)place = strings_of(d, f, value);
}

static void take_any(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	(void)d;
	(void)f;
	*(const struct gk_node **)place = value;
}

static void take_obj(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	void *out;

	if (value->type != GK_OBJECT) {
		mistyped(d, f, value, "a map");
		return;
	}
	out = gk_arena_zalloc(d->a, f->of->size);
	take_struct(d, f->of, value, out);
	*(void **)place = out;
}

static void take_list(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	struct gk_dec_list *list = place;

	if (value->type != GK_ARRAY) {
		mistyped(d, f, value, "a list");
		return;
	}
	list->node = value;
	list->v = gk_arena_array(d->a, value->count, sizeof *list->v);
	gk_node_foreach (child, value) {
		void *out = gk_arena_zalloc(d->a, f->of->size);

		if (child->type == GK_OBJECT || child->type == GK_NULL)
			take_struct(d, f->of, child, out);
		else
			mistyped(d, f, child, "a list of maps");
		list->v[list->n++] = out;
	}
}

static const take_fn takers[] = {
	[GK_DEC_STR] = take_str,
	[GK_DEC_BOOL] = take_bool,
	[GK_DEC_INT] = take_int,
	[GK_DEC_STRS] = take_strs,
	[GK_DEC_MAP] = take_map,
	[GK_DEC_ANY] = take_any,
	[GK_DEC_OBJ] = take_obj,
	[GK_DEC_LIST] = take_list,
};

/* Go's decoder: the exact name, else one that differs in case only. */
static const struct gk_dec_field *find_field(const struct gk_dec_struct *s, struct gk_str name)
{
	const struct gk_dec_field *folded = NULL;

	for (size_t i = 0; i < s->nfields; i++) {
		const struct gk_dec_field *f = &s->fields[i];

		if (gk_str_is(name, f->name))
			return f;
		if (!folded && strlen(f->name) == name.n &&
			strncasecmp(f->name, name.p, name.n) == 0)
			folded = f;
	}
	return folded;
}

static void unknown_field(
	struct decoder *d, const struct gk_dec_struct *s, const struct gk_node *value)
{
	const char *names[64], *nearest;
	struct gk_str key = gk_node_key(value);
	struct gk_diag *g;

	d->faults++;
	g = gk_diags_add(d->diags, GK_SEV_ERROR, "render.unknown-field",
		gk_node_pos(value, d->file), "%s has no field '%.*s'", s->what, GK_SARG(key));
	g->excerpt = !d->hidden;
	for (size_t i = 0; i < s->nfields && i < GK_COUNT(names); i++)
		names[i] = s->fields[i].name;
	nearest = gk_str_nearest(
		key, names, s->nfields < GK_COUNT(names) ? s->nfields : GK_COUNT(names));
	if (nearest)
		gk_diag_help(d->diags, g, "did you mean '%s'?", nearest);
}

static void take(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	enum gk_dec_texts was = d->texts;

	if (f->embedded && was == GK_DEC_CONVERTED)
		d->texts = GK_DEC_TEXTS_ONLY;
	takers[f->type](d, f, value, place);
	d->texts = was;
}

static void take_struct(
	struct decoder *d, const struct gk_dec_struct *s, const struct gk_node *object, void *out)
{
	bool was_hidden = d->hidden;

	d->hidden |= s->secret;
	*(const struct gk_node **)((char *)out + s->node) = object;
	gk_node_foreach (value, object) {
		const struct gk_dec_field *f = find_field(s, gk_node_key(value));

		if (!f && !d->open && !s->open)
			unknown_field(d, s, value);
		else if (f && value->type != GK_NULL)
			take(d, f, value, (char *)out + f->offset);
	}
	d->hidden = was_hidden;
}

size_t gk_decode(struct gk_arena *a, const struct gk_dec_struct *s, const struct gk_node *object,
	const char *file, struct gk_diags *diags, void *out)
{
	struct decoder d = {
		.a = a, .file = file, .diags = diags, .open = s->open, .texts = s->texts};

	take_struct(&d, s, object, out);
	return d.faults;
}
