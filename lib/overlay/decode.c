#include <strings.h>

#include "overlay/decode.h"
#include "overlay/spec.h"

struct decoder {
	struct gk_arena *a;
	const char *file;
	struct gk_diags *diags;
	bool open;   /* the outermost struct's: it holds for the whole document */
	bool hidden; /* in a struct whose lines are not shown */
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

static void take_str(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (value->type != GK_STRING)
		mistyped(d, f, value, "a string");
	else
		*(const struct gk_node **)place = value;
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

static bool all_strings(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value)
{
	size_t before = d->faults;

	gk_node_foreach (child, value)
		if (child->type != GK_STRING && child->type != GK_NULL)
			mistyped(d, f, child, "a string");
	return d->faults == before;
}

static void take_strs(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (value->type != GK_ARRAY)
		mistyped(d, f, value, "a list of strings");
	else if (all_strings(d, f, value))
		*(const struct gk_node **)place = value;
}

static void take_map(
	struct decoder *d, const struct gk_dec_field *f, const struct gk_node *value, void *place)
{
	if (value->type != GK_OBJECT)
		mistyped(d, f, value, "a map of strings");
	else if (all_strings(d, f, value))
		*(const struct gk_node **)place = value;
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
			takers[f->type](d, f, value, (char *)out + f->offset);
	}
	d->hidden = was_hidden;
}

size_t gk_decode(struct gk_arena *a, const struct gk_dec_struct *s, const struct gk_node *object,
	const char *file, struct gk_diags *diags, void *out)
{
	struct decoder d = {.a = a, .file = file, .diags = diags, .open = s->open};

	take_struct(&d, s, object, out);
	return d.faults;
}
