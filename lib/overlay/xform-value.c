/* ValueAddTransformer: one value into the fields that targets name. */
#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/fieldpath.h"
#include "overlay/read.h"
#include "overlay/select.h"
#include "overlay/spec.h"
#include "overlay/value.h"
#include "overlay/xform.h"

struct target {
	const struct gk_node *node;
	const struct gk_node *field_path;
	struct gk_selector *selector;
	int64_t position;
};

struct target_file {
	const struct gk_node *node;
	struct gk_dec_list targets;
};

static const struct gk_dec_field target_fields[] = {
	GK_DEC_NESTED(target, "selector", GK_DEC_OBJ, selector, gk_selector_struct),
	GK_DEC_FIELD(target, "fieldPath", GK_DEC_STR, field_path),
	GK_DEC_FIELD(target, "filePathPosition", GK_DEC_INT, position),
};
const struct gk_dec_struct gk_x_value_target_struct =
	GK_DEC_STRUCT_WITH(target, "a target", target_fields, .open = true);

static const struct gk_dec_field file_fields[] = {
	GK_DEC_NESTED(target_file, "targets", GK_DEC_LIST, targets, gk_x_value_target_struct),
};
static const struct gk_dec_struct file_struct = GK_DEC_STRUCT_WITH(
	target_file, "a file of targets", file_fields, .open = true, .texts = GK_DEC_CONVERTED);

struct pass {
	struct gk_build *b;
	const struct gk_frame *f;
	struct gk_resmap *m;
	struct gk_str value;
	struct gk_err *err;
};

/* A field path's parts: separated by "/", which a backslash before it keeps. */
static void split(struct gk_arena *a, struct gk_str text, struct gk_fieldpath *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf part = GK_BUF_INIT(0);

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == '/') {
			gk_buf_putc(&part, text.p[++i]);
		} else if (i < text.n && text.p[i] != '/') {
			gk_buf_putc(&part, text.p[i]);
		} else {
			struct gk_str s = gk_str_trim(gk_buf_str(&part));

			if (s.n)
				gk_vec_push(
					ret, ((struct gk_str){gk_arena_memdup0(a, s.p, s.n), s.n}));
			gk_buf_reset(&part);
		}
	}
}

/*
 * value as part number `position` (1 = the first) of a file path; an absolute path stays
 * one, and a position beyond the end means the end.  The path is cleaned on the way.
 */
static struct gk_str insert_part(
	struct gk_arena *a, struct gk_str path, int64_t position, struct gk_str value)
{
	GK_AUTO(gk_buf_done) struct gk_buf out = GK_BUF_INIT(0);
	struct gk_str rest = path;
	bool absolute = path.n && path.p[0] == '/', placed = false;
	int64_t at = 1;

	while (rest.p || !placed) {
		struct gk_str part = value;

		if (!placed && (at == position || !rest.p)) {
			placed = true;
		} else {
			part = gk_str_cut(&rest, '/');
			if (part.n == 0)
				continue;
		}
		at++;
		if (out.n)
			gk_buf_putc(&out, '/');
		gk_buf_putstr(&out, part);
	}
	return gk_str_c(gk_arena_printf(a, "%s%s", absolute ? "/" : "", gk_buf_cstr(&out)));
}

static int add(const struct pass *p, const struct gk_res *r, const struct target *t)
{
	struct gk_arena *a = p->b->a;
	struct gk_fieldpath path = {0};
	struct gk_node *field = NULL;
	struct gk_str value = p->value;
	int rc;

	split(a, t->field_path->text, &path);
	rc = gk_fieldpath_need(a, r->object, path.v, path.n, &field, p->err);
	gk_vec_done(&path);
	if (rc)
		return gk_res_at(r, p->err);
	if (!field)
		return 0;
	if (field->type == GK_OBJECT || field->type == GK_ARRAY) {
		(void)gk_spec_wrong_kind(field, "a scalar", p->err);
		return gk_res_at(r, p->err);
	}
	if (t->position > 0)
		value = insert_part(a, gk_value_written(field), t->position, value);
	gk_value_write(a, field, value, GK_TAG_NONE);
	return 0;
}

static int add_to(const struct pass *p, struct gk_res *r, const struct target *t)
{
	struct gk_x_namespace x = {.ns = p->value};

	if (gk_str_is(t->field_path->text, "metadata/namespace"))
		return gk_x_namespace_one(p->b, r, &x, p->err);
	return add(p, r, t);
}

static int check(const struct pass *p, const struct target *t)
{
	if (gk_node_text(t->field_path).n == 0)
		(void)gk_fail(p->err, GK_EINPUT, "render.plugin", "a target needs a 'fieldPath'");
	else if (t->position < 0)
		(void)gk_fail(p->err, GK_EINPUT, "render.plugin",
			"'filePathPosition' must not be negative");
	else
		return 0;
	return gk_build_at(p->f, t->node, p->err);
}

static int run(const struct pass *p, const struct target *t)
{
	static const struct gk_selector all;
	struct gk_res_list list = {0};
	int rc = gk_select_all(p->b, p->m, t->selector ? t->selector : &all, &list, p->err);

	for (size_t i = 0; rc == 0 && i < list.n; i++)
		rc = add_to(p, list.v[i], t);
	gk_vec_done(&list);
	gk_resmap_touch(p->m);
	return rc;
}

static int run_all(const struct pass *p, const struct gk_dec_list *targets)
{
	gk_dec_foreach (struct target, t, targets)
		if (check(p, t) || run(p, t))
			return -1;
	return 0;
}

static int read_file(const struct pass *p, const struct gk_node *path, struct target_file *ret)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_A, .first_only = true, .lim = p->b->lim};
	struct gk_node *root = NULL;
	struct gk_str text;
	const char *shown;

	if (gk_node_text(path).n == 0)
		return 0;
	if (gk_build_read(p->b, p->f, path->text, path, &text, &shown, p->err) ||
		gk_build_parse_one(p->b, shown, text, &opt, &root, p->err))
		return -1;
	if (!root || root->type == GK_NULL)
		return 0;
	if (root->type != GK_OBJECT) {
		(void)gk_fail(
			p->err, GK_EINPUT, "render.plugin", "a file of targets must be a map");
		return gk_err_at(p->err, gk_node_pos(root, shown));
	}
	return gk_decode(p->b->a, &file_struct, root, shown, p->b->diags, ret) ? -1 : 0;
}

static struct gk_str base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return gk_str_c(slash ? slash + 1 : path);
}

int gk_x_value(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_x_value *x, struct gk_err *err)
{
	struct pass p = {b, f, m, x->value, err};
	struct target_file file = {0};

	if (p.value.n == 0)
		p.value = base_name(*f->dir ? f->dir : f->ldr->real);
	if (read_file(&p, x->file, &file))
		return -1;
	if (x->targets->n + file.targets.n == 0)
		return gk_fail(err, GK_EINPUT, "render.plugin",
			"ValueAddTransformer needs at least one target");
	return run_all(&p, x->targets) || run_all(&p, &file.targets) ? -1 : 0;
}
