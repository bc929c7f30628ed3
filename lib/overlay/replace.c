/* Replacements (kustomize reference section 10). */
#include <stdlib.h>

#include "base/vec.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "overlay/quirk.h"
#include "overlay/read.h"
#include "overlay/replace.h"
#include "overlay/select.h"
#include "overlay/step.h"
#include "overlay/strict.h"
#include "overlay/value.h"
#include "overlay/xform.h"

enum { VISITS_PER_TARGET = 8 }; /* to write costs more than to look */

static int fail_at(const struct gk_replacement *r, const struct gk_node *at, const char *slug,
	const char *text)
{
	(void)gk_fail(r->err, GK_EINPUT, slug, "%s", text);
	return gk_err_at(r->err, gk_node_pos(at, r->file));
}

static bool same_or_any(const struct gk_node *want, struct gk_str have)
{
	struct gk_str text = gk_node_text(want);

	return text.n == 0 || gk_str_eq(text, have);
}

static struct gk_str or_default(struct gk_str ns)
{
	return ns.n ? ns : GK_STR("default");
}

static bool is_source(const struct gk_kust_source *s, const struct gk_id *id)
{
	struct gk_str ns = gk_node_text(s->ns);

	return same_or_any(s->name, id->name) && same_or_any(s->kind, id->kind) &&
	       same_or_any(s->group, id->group) && same_or_any(s->version, id->version) &&
	       (ns.n == 0 || gk_str_eq(or_default(ns), or_default(id->ns)));
}

static bool any_is_source(const struct gk_kust_source *s, const struct gk_res *r)
{
	struct gk_id id = gk_res_id(r);

	if (is_source(s, &id))
		return true;
	for (const struct gk_prev *p = r->oldest; p; p = p->next) {
		id = gk_prev_id(r, p);
		if (is_source(s, &id))
			return true;
	}
	return false;
}

static struct gk_id wanted_id(const struct gk_kust_source *s)
{
	return (struct gk_id){gk_node_text(s->group), gk_node_text(s->version),
		gk_node_text(s->kind), gk_node_text(s->name), gk_node_text(s->ns),
		gk_node_text(s->ns)};
}

static void list_done(struct gk_res_list *list)
{
	gk_vec_done(list);
}

static int by_position(const void *a, const void *b)
{
	const struct gk_res *x = *(struct gk_res *const *)a, *y = *(struct gk_res *const *)b;

	return (x->at > y->at) - (x->at < y->at);
}

/* List order, each once: a replacement that renames spoils both. */
static void in_order(struct gk_res_list *list)
{
	size_t kept = 0;

	if (list->n > 1)
		qsort(list->v, list->n, sizeof *list->v, by_position);
	for (size_t i = 0; i < list->n; i++)
		if (kept == 0 || list->v[kept - 1] != list->v[i])
			list->v[kept++] = list->v[i];
	list->n = kept;
}

/* The resources that may be called so: all of them without a name. */
static int candidates(const struct gk_replacement *r, struct gk_str name, struct gk_res_list *ret)
{
	const struct gk_hit *hit = name.n ? gk_resmap_named(r->m, name) : NULL;

	for (; hit; hit = hit->next)
		gk_vec_push(ret, hit->res);
	in_order(ret);
	if (name.n == 0)
		gk_resmap_foreach (res, r->m)
			gk_vec_push(ret, res);
	return gk_build_visit(r->b, ret->n, r->err);
}

static int fail_sources(const struct gk_replacement *r, const struct gk_kust_source *s,
	const struct gk_res *first, const struct gk_res *second)
{
	struct gk_id id = wanted_id(s);

	(void)gk_fail(r->err, GK_EINPUT, "render.replacement-source",
		"more than one object matches the source %s", gk_id_text(r->b->a, &id));
	(void)gk_note(r->err, "%s:%u and %s:%u", first->file, first->object->line, second->file,
		second->object->line);
	return gk_err_at(r->err, gk_node_pos(s->node, r->file));
}

static int find_source(
	const struct gk_replacement *r, const struct gk_kust_source *s, struct gk_res **ret)
{
	struct gk_id id = wanted_id(s);
	GK_AUTO(list_done) struct gk_res_list list = {0};

	*ret = NULL;
	if (candidates(r, id.name, &list))
		return -1;
	for (size_t i = 0; i < list.n; i++) {
		if (!any_is_source(s, list.v[i]))
			continue;
		if (*ret)
			return fail_sources(r, s, *ret, list.v[i]);
		*ret = list.v[i];
	}
	if (*ret)
		return 0;
	(void)gk_fail(r->err, GK_EINPUT, "render.replacement-source",
		"no object matches the source %s", gk_id_text(r->b->a, &id));
	(void)gk_err_at(r->err, gk_node_pos(s->node, r->file));
	return gk_select_note_nearest(r->m, &id, r->err);
}

/* The index-th piece of a text; NULL beyond it. */
static struct gk_str piece(struct gk_str text, struct gk_str delimiter, int64_t index, bool *found)
{
	size_t begin = 0;

	*found = true;
	for (size_t i = 0; i + delimiter.n <= text.n; i++) {
		if (memcmp(text.p + i, delimiter.p, delimiter.n) != 0)
			continue;
		if (index-- == 0)
			return (struct gk_str){text.p + begin, i - begin};
		begin = i + delimiter.n;
		i = begin - 1;
	}
	*found = index == 0;
	return gk_str_from(text, begin);
}

static int refine(const struct gk_replacement *r, const struct gk_kust_field_options *o,
	struct gk_node **value)
{
	struct gk_str delimiter = o ? gk_node_text(o->delimiter) : GK_STR_NULL, part;
	bool found;

	if (delimiter.n == 0)
		return 0;
	if (!gk_value_is_scalar(*value))
		return fail_at(r, o->node, "render.replacement-options",
			"a delimiter needs a scalar to split");
	part = piece(gk_value_text(*value), delimiter, o->index, &found);
	if (o->index < 0 || !found)
		return fail_at(r, o->node, "render.replacement-options",
			"the index is outside the pieces of the source");
	*value = gk_node_dup(r->b->a, *value);
	gk_value_write(r->b->a, *value, part, GK_TAG_STR);
	return 0;
}

static int missing_source(const struct gk_replacement *r, const struct gk_kust_source *s,
	const struct gk_res *res, struct gk_str path)
{
	struct gk_id id = gk_res_id(res);

	(void)gk_fail(r->err, GK_EINPUT, "render.replacement-source",
		"the source %s has nothing at '%.*s'", gk_id_text(r->b->a, &id), GK_SARG(path));
	(void)gk_note(r->err, "the object is at %s:%u", res->file, res->object->line);
	return gk_err_at(r->err, gk_node_pos(s->node, r->file));
}

static int read_source(
	const struct gk_replacement *r, const struct gk_kust_source *s, struct gk_node **ret)
{
	struct gk_str path = gk_node_text(s->field_path);
	struct gk_fieldpath parts = {0};
	struct gk_res *res;
	int rc;

	if (find_source(r, s, &res))
		return -1;
	if (path.n == 0)
		path = GK_STR("metadata.name");
	gk_fieldpath_split(r->b->a, path, &parts);
	rc = gk_fieldpath_get(res->object, parts.v, parts.n, ret, r->err);
	gk_vec_done(&parts);
	if (rc)
		return gk_err_at(r->err, gk_node_pos(s->node, r->file));
	if (gk_value_is_null(*ret) || (!gk_value_is_scalar(*ret) && (*ret)->count == 0))
		return missing_source(r, s, res, path);
	return refine(r, s->options, ret);
}

static int value_of(
	const struct gk_replacement *r, const struct gk_kust_replacement *x, struct gk_node **ret)
{
	if (x->source_value && x->source)
		return fail_at(r, x->node, "render.replacement",
			"'source' and 'sourceValue' exclude each other");
	if (!x->source_value)
		return read_source(r, x->source, ret);
	*ret = gk_value_new(r->b->a, x->source_value->text, GK_TAG_NONE);
	if (x->source_value->text.n == 0)
		gk_value_write(r->b->a, *ret, GK_STR(""), GK_TAG_NONE); /* written, so no string */
	return 0;
}

/* The target's text with one piece replaced, or a piece more at either end. */
static void splice(struct gk_str old, struct gk_str value, struct gk_str delimiter, int64_t index,
	struct gk_buf *out)
{
	struct gk_str rest = old;
	bool done = false;

	if (index < 0) {
		gk_buf_putstr(out, value);
		gk_buf_putstr(out, delimiter);
		gk_buf_putstr(out, old);
		return;
	}
	for (int64_t i = 0;; i++) {
		bool more;
		struct gk_str part = piece(rest, delimiter, 0, &more);

		more = part.n < rest.n;
		if (i)
			gk_buf_putstr(out, delimiter);
		gk_buf_putstr(out, i == index ? value : part);
		done |= i == index;
		if (!more)
			break;
		rest = gk_str_from(rest, part.n + delimiter.n);
	}
	if (!done) {
		gk_buf_putstr(out, delimiter);
		gk_buf_putstr(out, value);
	}
}

static int write_target(const struct gk_replacement *r, const struct gk_kust_target *x,
	struct gk_node *t, const struct gk_node *value)
{
	struct gk_str delimiter = x->options ? gk_node_text(x->options->delimiter) : GK_STR_NULL;
	bool list = t->type == GK_OBJECT || t->type == GK_ARRAY;
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);

	if (delimiter.n && list)
		return gk_fail(r->err, GK_EINPUT, "render.replacement-options",
			"a delimiter needs a scalar to split");
	if (list) {
		gk_value_assign(t, gk_node_dup(r->b->a, value));
		return 0;
	}
	if (delimiter.n)
		splice(gk_value_written(t), gk_value_written(value), delimiter, x->options->index,
			&text);
	else
		gk_buf_putstr(&text, gk_value_written(value));
	gk_replace__write(r, t, gk_buf_str(&text));
	return 0;
}

static enum gk_create create_as(const struct gk_kust_target *x, const struct gk_node *value)
{
	if (!x->options || !x->options->create)
		return GK_CREATE_NOTHING;
	if (value->type == GK_OBJECT)
		return GK_CREATE_MAP;
	return value->type == GK_ARRAY ? GK_CREATE_LIST : GK_CREATE_SCALAR;
}

static int missing_target(const struct gk_replacement *r, struct gk_str path, bool create)
{
	if (r->err->code)
		return gk_ctx(
			r->err, "cannot %s '%.*s'", create ? "create" : "find", GK_SARG(path));
	(void)gk_fail(r->err, GK_EINPUT, "render.replacement-target",
		"the target has no field '%.*s'", GK_SARG(path));
	return gk_help(r->err, "say 'options: {create: true}' to make it");
}

/* kustomize keeps what it knows of an object in annotations: new ones, and it is forgotten. */
static void forget(struct gk_res *res, const struct gk_node *target)
{
	const struct gk_node *meta = gk_node_get(res->object, "metadata");

	if (target != meta && target != gk_node_get(meta, "annotations"))
		return;
	gk_res_forget(res);
	res->origin = res->transformations = NULL;
}

static int replace_path(const struct gk_replacement *r, const struct gk_kust_target *x,
	struct gk_res *res, struct gk_str path, const struct gk_node *value)
{
	struct gk_node *object = res->object;
	enum gk_create create = create_as(x, value);
	struct gk_fieldpath parts = {0};
	struct gk_matches hits = {0};
	bool done;
	int rc;

	if (path.n == 0)
		return gk_fail(r->err, GK_EINPUT, "render.replacement-target",
			"the path of a field is empty");
	gk_fieldpath_split(r->b->a, path, &parts);
	rc = gk_replace__inside(r, res, &parts, create, value, &done);
	if (rc == 0 && !done) {
		rc = gk_fieldpath_match(r->b->a, object, parts.v, parts.n, create, &hits, r->err);
		if (rc || hits.n == 0)
			rc = missing_target(r, path, create != GK_CREATE_NOTHING);
	}
	for (size_t i = 0; rc == 0 && i < hits.n; i++) {
		forget(res, hits.v[i]);
		rc = write_target(r, x, hits.v[i], value);
	}
	gk_vec_done(&parts);
	gk_vec_done(&hits);
	return rc;
}

static int replace_in(const struct gk_replacement *r, const struct gk_kust_target *x,
	struct gk_res *res, const struct gk_node *value)
{
	struct gk_str name = gk_res_name(res);
	bool failed = false;
	struct gk_id id;

	if (gk_build_visit(r->b, VISITS_PER_TARGET, r->err))
		return gk_err_at(r->err, gk_node_pos(x->node, r->file));
	if (!x->field_paths || x->field_paths->count == 0)
		failed = replace_path(r, x, res, GK_STR("metadata.name"), value);
	gk_node_foreach (path, x->field_paths)
		failed = failed || replace_path(r, x, res, gk_node_text(path), value);
	if (!gk_str_eq(gk_res_name(res), name))
		gk_resmap_renamed(r->m, res);
	if (!failed)
		return 0;
	id = gk_res_id(res);
	(void)gk_note(r->err, "the target is %s at %s:%u", gk_id_text(r->b->a, &id), res->file,
		res->object->line);
	return gk_err_at(r->err, gk_node_pos(x->node, r->file));
}

/* The identity as a target selector compares it: the namespace as it is written. */
static int selects(const struct gk_select *s, const struct gk_id *id, bool *ret, struct gk_err *err)
{
	if (gk_select_kind(s, id, ret, err))
		return -1;
	if (*ret && gk_pattern_match(&s->name, id->name, ret, err))
		return -1;
	if (*ret && gk_pattern_match(&s->ns, id->ns, ret, err))
		return -1;
	return 0;
}

static int any_selected(
	const struct gk_select *s, const struct gk_res *r, bool *ret, struct gk_err *err)
{
	struct gk_id id = gk_res_id(r);

	if (selects(s, &id, ret, err))
		return -1;
	for (const struct gk_prev *p = r->oldest; !*ret && p; p = p->next) {
		id = gk_prev_id(r, p);
		if (selects(s, &id, ret, err))
			return -1;
	}
	return 0;
}

/* Both selectors are read, whatever the first says. */
static int has_labels(
	const struct gk_replacement *r, struct gk_select *s, const struct gk_res *res, bool *ret)
{
	const struct gk_node *meta = gk_node_get(res->object, "metadata");
	bool annotations;

	if (gk_labels_match(r->b->a, &s->annotations, gk_node_get(meta, "annotations"),
		    &annotations, r->err) ||
		gk_labels_match(r->b->a, &s->labels, gk_node_get(meta, "labels"), ret, r->err))
		return -1;
	*ret = *ret && annotations;
	return 0;
}

/* Either part of a reject entry, identity or labels, is enough. */
static int is_rejected(
	const struct gk_replacement *r, struct gk_select *s, const struct gk_res *res, bool *ret)
{
	*ret = false;
	if ((s->labels.text.n || s->annotations.text.n) && has_labels(r, s, res, ret))
		return -1;
	if (*ret || s->any_id)
		return 0;
	return any_selected(s, res, ret, r->err);
}

struct target {
	struct gk_select select;
	struct gk_select *reject;
	size_t nreject;
};

static int is_target(
	const struct gk_replacement *r, struct target *t, const struct gk_res *res, bool *ret)
{
	bool rejected = false;

	if (has_labels(r, &t->select, res, ret))
		return -1;
	if (!*ret)
		return 0;
	for (size_t i = 0; !rejected && i < t->nreject; i++)
		if (is_rejected(r, &t->reject[i], res, &rejected))
			return -1;
	*ret = false;
	return rejected ? 0 : any_selected(&t->select, res, ret, r->err);
}

static int read_labels(const struct gk_replacement *r, struct gk_select *s)
{
	return gk_labels_read(r->b->a, &s->annotations, r->err) ||
			       gk_labels_read(r->b->a, &s->labels, r->err)
		       ? -1
		       : 0;
}

/*
 * All objects get to the labels of `select`, those as well that its name rules out, and if it
 * has none to those of the first `reject`.
 */
static int compile(const struct gk_replacement *r, const struct gk_kust_target *x, struct target *t)
{
	bool all = r->m->n;

	if (gk_select_init(x->select, &t->select, r->err) || (all && read_labels(r, &t->select)))
		return gk_err_at(r->err, gk_node_pos(x->node, r->file));
	all = all && !t->select.labels.text.n && !t->select.annotations.text.n;
	t->reject = gk_arena_array(r->b->a, x->reject.n + 1, sizeof *t->reject);
	gk_dec_foreach (struct gk_selector, s, &x->reject) {
		struct gk_select *reject = &t->reject[t->nreject++];

		if (gk_select_init(s, reject, r->err) ||
			(all && t->nreject == 1 && read_labels(r, reject)))
			return gk_err_at(r->err, gk_node_pos(s->node, r->file));
	}
	return 0;
}

static int apply_target(
	const struct gk_replacement *r, const struct gk_kust_target *x, const struct gk_node *value)
{
	GK_AUTO(list_done) struct gk_res_list list = {0};
	struct target t = {0};
	bool found = false;
	int rc;

	if (!x->select)
		return fail_at(r, x->node, "render.replacement", "a target needs 'select'");
	rc = compile(r, x, &t);
	if (rc == 0)
		rc = candidates(r, t.select.name.regex ? GK_STR_NULL : t.select.name.text, &list);
	for (size_t i = 0; rc == 0 && i < list.n; i++) {
		bool hit;

		rc = is_target(r, &t, list.v[i], &hit);
		if (rc)
			(void)gk_err_at(r->err, gk_node_pos(x->node, r->file));
		found |= rc == 0 && hit;
		if (rc == 0 && hit)
			rc = replace_in(r, x, list.v[i], value);
	}
	if (rc == 0 && !found)
		gk_strict_replacement(r->b, r->file, r->m, x->select);
	gk_select_done(&t.select);
	for (size_t i = 0; i < t.nreject; i++)
		gk_select_done(&t.reject[i]);
	return rc;
}

static int apply(const struct gk_replacement *r, const struct gk_kust_replacement *x)
{
	bool own_file = r->file != r->f->kust->file; /* there, an empty list will do */
	struct gk_node *value;

	if ((!x->source && !x->source_value) || (own_file ? !x->targets.node : !x->targets.n))
		return fail_at(r, x->node, "render.replacement",
			"a replacement needs a source and at least one target");
	gk_quirk_encoding(r->b, r->file, x);
	if (value_of(r, x, &value))
		return -1;
	gk_dec_foreach (struct gk_kust_target, t, &x->targets)
		if (apply_target(r, t, value))
			return -1;
	gk_step_ran(r->b, r->m,
		&(struct gk_step){.transformer = "ReplacementTransformer",
			.field = "replacements",
			.frame = r->f,
			.file = r->file,
			.at = x->node,
			.replacement = x});
	return 0;
}

static int decode_one(struct gk_replacement *r, const struct gk_node *n)
{
	struct gk_kust_replacement *x = gk_arena_zalloc(r->b->a, sizeof *x);

	if (n->type != GK_OBJECT)
		return fail_at(r, n, "render.field-type", "a replacement must be a map");
	if (gk_decode(r->b->a, &gk_kust_replacement_file_struct, n, r->file, r->b->diags, x))
		return -1;
	return apply(r, x);
}

/* A file with one replacement or a list of them. */
static int apply_file(const struct gk_replacement *outer, const struct gk_node *path)
{
	struct gk_yaml_options opt = {
		.profile = GK_YAML_A, .first_only = true, .lim = outer->b->lim};
	struct gk_replacement r = *outer;
	struct gk_node *root;
	struct gk_str text;

	if (gk_build_read(r.b, r.f, path->text, path, &text, &r.file, r.err) ||
		gk_build_parse_one(r.b, r.file, text, &opt, &root, r.err))
		return -1;
	if (!root)
		return fail_at(outer, path, "render.replacement", "the file is empty");
	if (root->type != GK_ARRAY)
		return decode_one(&r, root);
	gk_node_foreach (n, root)
		if (decode_one(&r, n))
			return -1;
	return 0;
}

int gk_x_replacements(struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m,
	const struct gk_dec_list *list, struct gk_err *err)
{
	struct gk_replacement r = {b, f, m, f->kust->file, err};

	gk_resmap_touch(m);
	gk_dec_foreach (struct gk_kust_replacement, x, list) {
		bool file = gk_node_text(x->path).n;

		if (file && (x->source || x->targets.n))
			return fail_at(&r, x->node, "render.replacement",
				"'path' and an inline replacement exclude each other");
		if (file ? apply_file(&r, x->path) : apply(&r, x))
			return -1;
	}
	gk_resmap_touch(m);
	return 0;
}
