#include <string.h>

#include "overlay/quirk.h"
#include "overlay/value.h"

static bool is_directive(struct gk_str key)
{
	static const char *const unknown[] = {
		"$setElementOrder/",
		"$retainKeys",
		"$deleteFromPrimitiveList/",
	};

	for (size_t i = 0; key.n && key.p[0] == '$' && i < GK_COUNT(unknown); i++)
		if (gk_str_starts(key, gk_str_c(unknown[i])))
			return true;
	return false;
}

static void warn_directive(struct gk_build *b, const char *file, const struct gk_node *n)
{
	struct gk_diag *g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.copied-directive",
		gk_node_pos(n, file),
		"kustomize does not know the directive %.*s: it becomes a field of the object",
		GK_SARG(gk_node_key(n)));

	gk_diag_help(b->diags, g, "remove it; $patch is the directive that kustomize knows");
}

static void find_directives(struct gk_build *b, const char *file, const struct gk_node *n)
{
	gk_node_foreach (child, n)
		if (n->type == GK_OBJECT && is_directive(gk_node_key(child)))
			warn_directive(b, file, child);
		else
			find_directives(b, file, child);
}

void gk_quirk_directives(struct gk_build *b, const struct gk_res *patch)
{
	find_directives(b, patch->file, patch->object);
}

void gk_quirk_suffix(struct gk_build *b, const struct gk_frame *f, const struct gk_kust_image *x)
{
	struct gk_diag *g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.tag-suffix-twice",
		gk_node_pos(x->tag_suffix, f->kust->file),
		"the suffix is appended to images that end with it already");

	g->excerpt = true;
	gk_diag_note(b->diags, g, "kustomize appends a tagSuffix twice to the images of Pods");
	gk_diag_help(b->diags, g, "write the whole tag with newTag");
}

static bool is_long_integer(const struct gk_node *n)
{
	enum { SAFE_DIGITS = 15 }; /* every integer of so many fits a float64 */

	return n->type == GK_NUMBER && n->text.n > SAFE_DIGITS &&
	       strspn(n->text.p, "-0123456789") == n->text.n;
}

static void check_integer(struct gk_build *b, struct gk_pos pos, const struct gk_node *n)
{
	struct gk_node after = *n;
	struct gk_diag *g;

	gk_value_through_json(b->a, &after);
	if (gk_str_eq(after.text, n->text))
		return;
	g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.rounded-integer", pos,
		"a JSON patch rounds %.*s to %.*s", GK_SARG(n->text), GK_SARG(after.text));
	gk_diag_help(b->diags, g, "use a strategic merge patch, or write the number as a string");
}

void gk_quirk_rounding(struct gk_build *b, const char *file, const struct gk_node *n)
{
	if (is_long_integer(n))
		check_integer(b, gk_node_pos(n, file), n);
	gk_node_foreach (child, n)
		gk_quirk_rounding(b, file, child);
}

static void find_rounded(struct gk_build *b, const struct gk_res *r, const struct gk_node *n)
{
	if (is_long_integer(n))
		check_integer(b, gk_res_pos(r, n), n);
	gk_node_foreach (child, n)
		find_rounded(b, r, child);
}

void gk_quirk_rounding_of(struct gk_build *b, const struct gk_res *r)
{
	find_rounded(b, r, r->object);
}

void gk_quirk_subject(struct gk_build *b, const struct gk_res *r, const struct gk_node *subject,
	struct gk_str name)
{
	struct gk_str kind = gk_value_text(gk_node_get(subject, "kind"));
	struct gk_str was = gk_value_text(gk_node_get(subject, "name"));
	struct gk_diag *g;

	if (gk_str_is(kind, "ServiceAccount") || gk_str_eq(was, name))
		return;
	g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.renamed-subject", gk_res_pos(r, subject),
		"the subject of kind %.*s is renamed from '%.*s' to '%.*s'", GK_SARG(kind),
		GK_SARG(was), GK_SARG(name));
	gk_diag_note(b->diags, g,
		"a ServiceAccount of that name is, and kustomize takes any subject for a "
		"reference to it");
	gk_diag_help(b->diags, g, "give the ServiceAccount another name");
}

void gk_quirk_behavior(struct gk_build *b, const char *file, const struct gk_node *word)
{
	static const char *const known[] = {"", "create", "merge", "replace"};
	struct gk_str text = gk_node_text(word);
	struct gk_diag *g;

	for (size_t i = 0; i < GK_COUNT(known); i++)
		if (!word || gk_str_is(text, known[i]))
			return;
	g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.no-effect", gk_node_pos(word, file),
		"kustomize takes the behavior '%.*s' for none", GK_SARG(text));
	gk_diag_help(b->diags, g, "write create, merge or replace");
}

static void check_encoding(
	struct gk_build *b, const char *file, const struct gk_kust_field_options *options)
{
	struct gk_diag *g;

	if (!options || !options->encoding)
		return;
	g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.no-effect",
		gk_node_pos(options->encoding, file),
		"kustomize reads 'encoding' and does nothing with it");
	gk_diag_help(b->diags, g, "remove it, and encode the value where it comes from");
}

void gk_quirk_encoding(struct gk_build *b, const char *file, const struct gk_kust_replacement *x)
{
	if (x->source)
		check_encoding(b, file, x->source->options);
	gk_dec_foreach (struct gk_kust_target, t, &x->targets)
		check_encoding(b, file, t->options);
}

void gk_quirk_lost(void *ctx, const struct gk_merge_loss *loss)
{
	const struct gk_quirk_merge *m = ctx;
	struct gk_diags *diags = m->b->diags;
	struct gk_pos pos = loss->in_patch ? gk_node_pos(loss->culprit, m->patch->file)
					   : gk_res_pos(m->r, loss->culprit);
	struct gk_diag *g = gk_diags_add(diags, GK_SEV_WARNING, "render.lost-elements", pos,
		"the merge loses %zu element%s of '%.*s', because one of the %s has no '%.*s'",
		loss->n, loss->n == 1 ? "" : "s", GK_SARG(loss->field),
		loss->in_patch ? "patch" : "object", GK_SARG(loss->key));

	gk_diag_note(diags, g, "lost: %s", loss->names);
	if (loss->in_patch)
		gk_diag_note(diags, g, "the object is %s at %s:%u", gk_id_text(m->b->a, m->id),
			m->r->file, m->r->object->line);
	else
		gk_diag_note(
			diags, g, "the patch is at %s:%u", m->patch->file, m->patch->object->line);
	gk_diag_help(diags, g,
		"give each element of '%.*s' its '%.*s', by which kustomize merges them",
		GK_SARG(loss->field), GK_SARG(loss->key));
}
