/* Fields by table. */
#include "secret/crd.h"

#include "base/buf.h"

enum { NAMES_MAX = 32 };

void gk_crd_fail(struct gk_crd *d, const struct gk_node *at, const char *path, const char *fmt, ...)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {0};
	va_list ap;

	va_start(ap, fmt);
	gk_buf_vprintf(&text, fmt, ap);
	va_end(ap);
	gk_diags_add(d->diags, GK_SEV_ERROR, "secrets.field", gk_node_pos(at, d->source),
		"%s: %s: %s", d->object, path, gk_buf_cstr(&text));
	d->errors++;
}

static const char *join(struct gk_crd *d, const char *path, const char *name)
{
	return gk_arena_printf(d->a, "%s%s%s", path, *path ? "." : "", name);
}

static void wrong_type(
	struct gk_crd *d, const struct gk_node *n, const char *path, const char *expected)
{
	gk_crd_fail(
		d, n, path, "expected %s, not %s", expected, gk_type_name((enum gk_type)n->type));
}

static bool is_bool(const struct gk_node *n)
{
	return n->type == GK_TRUE || n->type == GK_FALSE;
}

/* The index of the word among "a|b|c", or -1. */
static int choice(const char *choices, struct gk_str word)
{
	struct gk_str rest = gk_str_c(choices);

	for (int i = 0; rest.p; i++)
		if (gk_str_eq(gk_str_cut(&rest, '|'), word))
			return i;
	return -1;
}

static void read_choice(struct gk_crd *d, const struct gk_node *n, const char *path,
	const struct gk_crd_field *f, int *target)
{
	int i = choice(f->choices, gk_node_text(n));

	if (n->type != GK_STRING || i < 0)
		gk_crd_fail(d, n, path, "expected one of %s", f->choices);
	else
		*target = i;
}

static void read_strings(
	struct gk_crd *d, const struct gk_node *n, const char *path, const struct gk_node **target)
{
	if (n->type != GK_OBJECT) {
		wrong_type(d, n, path, "an object");
		return;
	}
	gk_node_foreach (member, n) {
		if (member->type == GK_STRING)
			continue;
		wrong_type(d, member, join(d, path, member->key), "a string");
		return;
	}
	*target = n;
}

static void read_field(struct gk_crd *d, const struct gk_node *n, const char *path,
	const struct gk_crd_field *f, char *base)
{
	void *target = base + f->offset;

	switch (f->kind) {
	case GK_CRD_STRING:
		if (n->type == GK_STRING)
			*(struct gk_str *)target = gk_node_text(n);
		else
			wrong_type(d, n, path, "a string");
		break;
	case GK_CRD_BOOL:
		if (is_bool(n))
			*(bool *)target = n->type == GK_TRUE;
		else
			wrong_type(d, n, path, "true or false");
		break;
	case GK_CRD_CHOICE:
		read_choice(d, n, path, f, target);
		break;
	case GK_CRD_NODE:
		if (n->type == GK_OBJECT)
			*(const struct gk_node **)target = n;
		else
			wrong_type(d, n, path, "an object");
		break;
	case GK_CRD_LIST:
		if (n->type == GK_ARRAY)
			*(const struct gk_node **)target = n;
		else
			wrong_type(d, n, path, "a list");
		break;
	case GK_CRD_STRINGS:
		read_strings(d, n, path, target);
		break;
	case GK_CRD_ANY:
		break;
	}
}

static void unknown(struct gk_crd *d, const struct gk_node *member, const char *path,
	const struct gk_crd_field *fields, size_t n)
{
	const char *names[NAMES_MAX], *near;

	for (size_t i = 0; i < n && i < NAMES_MAX; i++)
		names[i] = fields[i].name;
	near = gk_str_nearest(gk_node_key(member), names, n < NAMES_MAX ? n : NAMES_MAX);
	gk_crd_fail(d, member, join(d, path, member->key), "no such field%s%s%s",
		near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static const struct gk_crd_field *find(
	const struct gk_crd_field *fields, size_t n, struct gk_str name)
{
	for (size_t i = 0; i < n; i++)
		if (gk_str_is(name, fields[i].name))
			return &fields[i];
	return NULL;
}

static bool is_empty(const struct gk_node *n)
{
	return !n || n->type == GK_NULL || (n->type == GK_STRING && gk_node_text(n).n == 0);
}

void gk_crd_read(struct gk_crd *d, const struct gk_node *object, const char *path,
	const struct gk_crd_field *fields, size_t n, void *target)
{
	if (object && object->type != GK_OBJECT && object->type != GK_NULL) {
		wrong_type(d, object, path, "an object");
		return;
	}
	gk_node_foreach (member, object) {
		const struct gk_crd_field *f = find(fields, n, gk_node_key(member));

		if (!f)
			unknown(d, member, path, fields, n);
		else if (member->type != GK_NULL)
			read_field(d, member, join(d, path, f->name), f, target);
	}
	for (size_t i = 0; i < n; i++)
		if (fields[i].flags & GK_CRD_REQUIRED &&
			is_empty(gk_node_get(object, fields[i].name)))
			gk_crd_fail(d, object, join(d, path, fields[i].name), "is missing");
}
