#include "base/vec.h"
#include "overlay/select.h"
#include "overlay/strict.h"
#include "overlay/value.h"
#include "overlay/xform.h"

/* Warnings that --strict makes errors. */
static const char *const strict_slugs[] = {
	"render.copied-directive",
	"render.image-missing",
	"render.lost-comments",
	"render.lost-elements",
	"render.no-effect",
	"render.patch-target-missing",
	"render.renamed-subject",
	"render.replacement-target-missing",
	"render.rounded-integer",
	"render.tag-suffix-twice",
	"yaml.ambiguous",
};

/* What of a selector a reader should look at first. */
static const struct gk_node *telling(const struct gk_selector *s)
{
	return s->name ? s->name : s->kind ? s->kind : s->node;
}

static void note_objects(struct gk_build *b, struct gk_diag *g, const struct gk_resmap *m,
	const struct gk_selector *s)
{
	struct gk_id id = {.kind = gk_node_text(s->kind), .name = gk_node_text(s->name)};
	struct gk_err near = GK_ERR_INIT;

	if (!id.name.n) {
		gk_diag_note(b->diags, g, "%zu object%s at this point", m->n, m->n == 1 ? "" : "s");
		return;
	}
	(void)gk_fail(&near, GK_EINPUT, "render.patch-target-missing", "nothing is near");
	(void)gk_select_note_nearest(m, &id, &near);
	gk_diag_note(b->diags, g, "%s", gk_err_note(&near, 0));
}

void gk_strict_patch(struct gk_build *b, const struct gk_frame *f, const struct gk_resmap *m,
	const struct gk_selector *target)
{
	struct gk_diag *g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.patch-target-missing",
		gk_node_pos(telling(target), f->kust->file), "no object matches this patch target");

	g->excerpt = true;
	note_objects(b, g, m, target);
	gk_diag_help(b->diags, g, "correct the target, or delete the patch");
}

void gk_strict_replacement(struct gk_build *b, const char *file, const struct gk_resmap *m,
	const struct gk_selector *select)
{
	struct gk_diag *g =
		gk_diags_add(b->diags, GK_SEV_WARNING, "render.replacement-target-missing",
			gk_node_pos(telling(select), file), "no object matches this target");

	g->excerpt = true;
	note_objects(b, g, m, select);
	gk_diag_help(b->diags, g, "correct 'select', or delete the target");
}

/* The image without tag and digest. */
static struct gk_str image_name(struct gk_str image)
{
	size_t n = image.n;

	for (size_t i = 0; i < image.n; i++)
		if (image.p[i] == '@') {
			n = i;
			break;
		}
	for (size_t i = n; i > 0 && image.p[i - 1] != '/'; i--)
		if (image.p[i - 1] == ':')
			return (struct gk_str){image.p, i - 1};
	return (struct gk_str){image.p, n};
}

/* The image that is the nearest to the name, or has it behind its registry. */
static const char *near_image(
	struct gk_build *b, const struct gk_image_fields *fields, struct gk_str name)
{
	const char *tail = gk_arena_printf(b->a, "/%.*s", GK_SARG(name)), *best = NULL;

	for (size_t i = 0; i < fields->n && !best; i++) {
		struct gk_str image = image_name(gk_value_text(fields->v[i]));
		const char *text = gk_arena_memdup0(b->a, image.p ? image.p : "", image.n);

		if (gk_str_ends(image, gk_str_c(tail)) || gk_str_nearest(name, &text, 1))
			best = text;
	}
	return best;
}

void gk_strict_image(struct gk_build *b, const struct gk_frame *f,
	const struct gk_image_fields *fields, const struct gk_kust_image *x)
{
	const struct gk_node *at = x->name ? x->name : x->node;
	const char *near = near_image(b, fields, gk_node_text(x->name));
	struct gk_diag *g = gk_diags_add(b->diags, GK_SEV_WARNING, "render.image-missing",
		gk_node_pos(at, f->kust->file), "no image is called '%.*s'",
		GK_SARG(gk_node_text(x->name)));

	g->excerpt = true;
	if (near)
		gk_diag_note(b->diags, g, "closest is '%s'", near);
	gk_diag_help(b->diags, g, "write the name as it stands in the object, registry included");
}

int gk_strict_verdict(struct gk_build *b)
{
	if (!b->opt->strict)
		return 0;
	for (size_t i = 0; i < GK_COUNT(strict_slugs); i++)
		gk_diags_promote(b->diags, strict_slugs[i]);
	return b->diags->errors ? -1 : 0;
}
