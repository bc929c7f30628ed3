/*
 * Where a patch writes a field.  The patch is read again, as a document, and the way to the
 * field is followed in it as far as it goes:
 *
 *	field   spec.template.spec.containers[0].image        (its name is web)
 *	patch   spec: template: spec: containers:
 *	        - name: web
 *	          image: web:2                                <- here
 */
#include "base/vec.h"
#include "doc/pointer.h"
#include "doc/yaml.h"
#include "overlay/explain-priv.h"
#include "overlay/inline.h"
#include "overlay/read.h"
#include "overlay/select.h"
#include "overlay/value.h"

struct doc {
	struct gk_node *root;
	const char *file;
	uint32_t shift; /* of an inline text: lines before its first; its columns are unknown */
	bool is_inline;
};

struct gk_patch_docs {
	const struct gk_step *step;
	struct doc *v;
	size_t n, cap;
};

static int push(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct gk_patch_docs *d = ctx;

	(void)err;
	gk_vec_push(d, ((struct doc){.root = root}));
	return 0;
}

static void read_text(struct gk_patch_docs *d, struct gk_build *b, const char *file,
	struct gk_str text, const struct gk_node *inline_at)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_K, .lim = b->lim};
	struct gk_err ignored = GK_ERR_INIT;
	size_t from = d->n;

	if (gk_yaml_parse(b->a, file, text, &opt, push, d, &ignored)) {
		d->n = from;
		return;
	}
	for (size_t i = from; i < d->n; i++) {
		d->v[i].file = file;
		d->v[i].is_inline = inline_at;
		d->v[i].shift = inline_at ? gk_inline_line(inline_at) : 0;
	}
}

static void read_path(struct gk_patch_docs *d, struct gk_build *b, const struct gk_node *path)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str text;
	const char *file;

	if (gk_build_read(b, d->step->frame, path->text, path, &text, &file, &ignored) == 0)
		read_text(d, b, file, text, NULL);
}

/* An entry of patchesStrategicMerge is a text or a path. */
static void read_entries(struct gk_patch_docs *d, struct gk_build *b)
{
	gk_node_foreach (entry, d->step->patches) {
		struct gk_str text = gk_node_text(entry);

		if (text.n && memchr(text.p, ':', text.n))
			read_text(d, b, d->step->file, text, entry);
		else if (text.n)
			read_path(d, b, entry);
	}
}

struct gk_patch_docs *gk_patch_docs_new(struct gk_build *b, const struct gk_step *s)
{
	struct gk_patch_docs *d = gk_xcalloc(1, sizeof *d);

	d->step = s;
	if (s->patches)
		read_entries(d, b);
	else if (gk_node_text(s->patch->path).n)
		read_path(d, b, s->patch->path);
	else if (gk_node_text(s->patch->patch).n)
		read_text(d, b, s->file, s->patch->patch->text, s->patch->patch);
	return d;
}

void gk_patch_docs_free(struct gk_patch_docs *d)
{
	if (d)
		gk_vec_done(d);
	gk_free(d);
}

/* strategic merge patches */

static const char *const element_keys[] = {"name", "mountPath", "devicePath", "containerPort",
	"port", "ip", "uid", "topologyKey", "key", "type"};

/* The element of a patch's list that means the element of the object. */
static struct gk_node *same_element(const struct gk_node *list, const struct gk_trace_part *part)
{
	for (size_t i = 0; part->node && i < GK_COUNT(element_keys); i++) {
		struct gk_str want = gk_value_text(gk_node_get(part->node, element_keys[i]));

		gk_node_foreach (e, list)
			if (want.n &&
				gk_str_eq(gk_value_text(gk_node_get(e, element_keys[i])), want))
				return e;
	}
	return part->node && part->node->type == GK_OBJECT ? NULL : gk_node_at(list, part->index);
}

static const struct gk_node *directive(const struct gk_node *n)
{
	if (gk_node_is(n, GK_OBJECT))
		return gk_node_get(n, "$patch");
	gk_node_foreach (e, n)
		if (gk_node_get(e, "$patch"))
			return e;
	return NULL;
}

/* The deepest node of the patch on the way; *ret_depth: how many parts it goes. */
static const struct gk_node *follow(
	const struct gk_node *root, const struct gk_trace_part *part, size_t n, size_t *ret_depth)
{
	const struct gk_node *at = root, *next;

	for (*ret_depth = 0; *ret_depth < n; ++*ret_depth, at = next) {
		const struct gk_trace_part *p = &part[*ret_depth];

		next = p->key.p                   ? gk_node_find(at, p->key)
		       : gk_node_is(at, GK_ARRAY) ? same_element(at, p)
						  : NULL;
		if (!next)
			return *ret_depth && directive(at) ? directive(at) : at;
	}
	return at;
}

static bool has_name(const struct gk_res *r, struct gk_str name)
{
	if (gk_str_eq(gk_res_name(r), name))
		return true;
	for (const struct gk_prev *p = r->oldest; p; p = p->next)
		if (gk_str_eq(p->name, name))
			return true;
	return false;
}

/* Without a target a patch means the object of its kind and name. */
static bool concerns(
	const struct gk_patch_docs *d, const struct gk_node *root, const struct gk_res *r)
{
	if (d->step->patch && d->step->patch->target)
		return true;
	return gk_str_eq(gk_value_text(gk_node_get(root, "kind")), gk_res_kind(r)) &&
	       has_name(r, gk_value_text(gk_node_path(root, "metadata", "name", NULL)));
}

/* What a patch says only to be recognised is not written by it. */
static bool identifies(const struct gk_trace_path *path)
{
	struct gk_str last = path->v[path->n - 1].key;
	const struct gk_trace_part *up = path->n > 1 ? &path->v[path->n - 2] : NULL;

	if (path->n == 1)
		return gk_str_is(last, "apiVersion") || gk_str_is(last, "kind");
	if (path->n == 2 && gk_str_is(up->key, "metadata"))
		return gk_str_is(last, "name") || gk_str_is(last, "namespace");
	if (up->key.p)
		return false;
	for (size_t i = 0; i < GK_COUNT(element_keys); i++)
		if (gk_str_is(last, element_keys[i]))
			return true;
	return false;
}

static bool find_merge(const struct doc *doc, const struct gk_trace_path *path,
	struct gk_patch_place *ret, size_t *depth)
{
	size_t at;
	const struct gk_node *n = follow(doc->root, path->v, path->n, &at);

	if (at == 0 || at <= *depth)
		return false;
	*depth = at;
	ret->pos = gk_node_pos(n, doc->file);
	ret->exact = at == path->n && !identifies(path);
	return true;
}

/* JSON patches */

/* Does the step of a pointer mean this part?  "-", the new last element, means any. */
static bool is_step(struct gk_str s, const struct gk_trace_part *p)
{
	uint32_t index;

	if (p->key.p)
		return gk_str_eq(s, p->key);
	return gk_str_is(s, "-") || (gk_pointer_index(s, &index) && index == p->index);
}

/* Is the pointer of an operation the field, or above it?  *ret_n: its parts. */
static bool leads_to(struct gk_str pointer, const struct gk_trace_path *path, size_t *ret_n)
{
	GK_AUTO(gk_buf_done) struct gk_buf step = GK_BUF_INIT(0);
	struct gk_err ignored = GK_ERR_INIT;
	bool more;

	for (*ret_n = 0;; ++*ret_n) {
		if (gk_pointer_next(&pointer, &step, &more, &ignored))
			return false;
		if (!more)
			return true;
		if (*ret_n == path->n || !is_step(gk_buf_str(&step), &path->v[*ret_n]))
			return false;
	}
}

/* The last operation that writes the field. */
static bool find_operation(
	const struct doc *doc, const struct gk_trace_path *path, struct gk_patch_place *ret)
{
	bool found = false;

	gk_node_foreach (op, doc->root) {
		const struct gk_node *value = gk_node_get(op, "value");
		struct gk_str verb = gk_value_text(gk_node_get(op, "op"));
		struct gk_str from = gk_value_text(gk_node_get(op, "from"));
		struct gk_str pointer = gk_value_text(gk_node_get(op, "path"));
		size_t n, more = 0;

		if (gk_str_is(verb, "test") || !leads_to(pointer, path, &n))
			continue;
		found = true;
		ret->pos = gk_node_pos(
			value ? follow(value, path->v + n, path->n - n, &more) : op, doc->file);
		ret->from = from.n ? from.p : NULL;
		ret->exact = value && more == path->n - n && !gk_str_ends(pointer, GK_STR("-"));
	}
	return found;
}

bool gk_patch_docs_find(const struct gk_patch_docs *d, const struct gk_res *r,
	const struct gk_trace_path *path, struct gk_patch_place *ret)
{
	bool found = false;
	size_t depth = 0;

	*ret = (struct gk_patch_place){0};
	gk_vec_foreach (struct doc, doc, d) {
		bool here = false;

		if (doc->root->type == GK_ARRAY)
			here = find_operation(doc, path, ret);
		else if (concerns(d, doc->root, r))
			here = find_merge(doc, path, ret, &depth);
		if (!here)
			continue;
		found = true;
		if (doc->is_inline) {
			ret->pos.line += doc->shift;
			ret->pos.col = 0;
		}
	}
	return found;
}
