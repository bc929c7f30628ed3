#include "base/vec.h"
#include "overlay/read.h"
#include "overlay/select.h"

enum { VISITS_PER_PATTERN = 4 }; /* what a regular expression costs beside a comparison */

static bool is_literal(struct gk_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (strchr("\\^$.|?*+()[]{}", text.p[i]))
			return false;
	return true;
}

static int pattern_init(struct gk_pattern *p, const struct gk_node *text, struct gk_err *err)
{
	p->text = gk_node_text(text);
	if (is_literal(p->text))
		return 0;
	return gk_regex_new(p->text, GK_REGEX_WHOLE, &p->regex, err);
}

int gk_pattern_match(const struct gk_pattern *p, struct gk_str text, bool *ret, struct gk_err *err)
{
	if (p->regex)
		return gk_regex_match(p->regex, text, ret, err);
	*ret = p->text.n == 0 || gk_str_eq(p->text, text);
	return 0;
}

int gk_select_init(const struct gk_selector *s, struct gk_select *ret, struct gk_err *err)
{
	*ret = (struct gk_select){0};
	if (pattern_init(&ret->group, s->group, err) ||
		pattern_init(&ret->version, s->version, err) ||
		pattern_init(&ret->kind, s->kind, err) || pattern_init(&ret->name, s->name, err) ||
		pattern_init(&ret->ns, s->ns, err))
		return -1;
	ret->any_id = !ret->group.text.n && !ret->version.text.n && !ret->kind.text.n &&
		      !ret->name.text.n && !ret->ns.text.n;
	ret->labels.text = gk_node_text(s->labels);
	ret->annotations.text = gk_node_text(s->annotations);
	return 0;
}

void gk_select_done(struct gk_select *s)
{
	gk_regex_free(s->group.regex);
	gk_regex_free(s->version.regex);
	gk_regex_free(s->kind.regex);
	gk_regex_free(s->name.regex);
	gk_regex_free(s->ns.regex);
	*s = (struct gk_select){0};
}

int gk_select_kind(const struct gk_select *s, const struct gk_id *id, bool *ret, struct gk_err *err)
{
	if (gk_pattern_match(&s->group, id->group, ret, err))
		return -1;
	if (*ret && gk_pattern_match(&s->version, id->version, ret, err))
		return -1;
	if (*ret && gk_pattern_match(&s->kind, id->kind, ret, err))
		return -1;
	return 0;
}

/* The pattern on the original or else the current value. */
static int either(const struct gk_pattern *p, struct gk_str original, struct gk_str current,
	bool *ret, struct gk_err *err)
{
	if (gk_pattern_match(p, original, ret, err))
		return -1;
	return *ret || gk_str_eq(original, current) ? 0 : gk_pattern_match(p, current, ret, err);
}

static int select_id(
	const struct gk_select *s, const struct gk_res *r, bool *ret, struct gk_err *err)
{
	struct gk_id type = gk_res_type(r);

	if (gk_select_kind(s, &type, ret, err))
		return -1;
	if (*ret && s->name.text.n &&
		either(&s->name, gk_res_first_name(r), gk_res_name(r), ret, err))
		return -1;
	if (*ret && s->ns.text.n &&
		either(&s->ns, gk_res_original(r).effective, gk_res_id(r).effective, ret, err))
		return -1;
	return 0;
}

int gk_select_target(struct gk_arena *a, struct gk_select *s, const struct gk_res *r, bool *ret,
	struct gk_err *err)
{
	*ret = true;
	if (!s->any_id && select_id(s, r, ret, err))
		return -1;
	if (*ret && gk_labels_match(a, &s->labels,
			    gk_node_path(r->object, "metadata", "labels", NULL), ret, err))
		return -1;
	if (*ret && gk_labels_match(a, &s->annotations,
			    gk_node_path(r->object, "metadata", "annotations", NULL), ret, err))
		return -1;
	return 0;
}

static int keep_hit(struct gk_build *b, struct gk_select *s, struct gk_res *r,
	struct gk_res_list *ret, struct gk_err *err)
{
	bool hit;

	if (gk_select_target(b->a, s, r, &hit, err))
		return -1;
	if (hit)
		gk_vec_push(ret, r);
	return 0;
}

int gk_select_all(struct gk_build *b, struct gk_resmap *m, const struct gk_selector *s,
	struct gk_res_list *ret, struct gk_err *err)
{
	GK_AUTO(gk_select_done) struct gk_select select = {0};

	if (gk_select_init(s, &select, err))
		return -1;
	if (select.name.text.n && !select.name.regex) {
		const struct gk_hit *hit = gk_resmap_named(m, select.name.text);

		if (gk_build_visit(b, hit ? hit->n : 0, err))
			return -1;
		for (; hit; hit = hit->next)
			if (keep_hit(b, &select, hit->res, ret, err))
				return -1;
		return 0;
	}
	if (gk_build_visit(b, select.name.regex ? m->n * VISITS_PER_PATTERN : m->n, err))
		return -1;
	gk_resmap_foreach (r, m)
		if (keep_hit(b, &select, r, ret, err))
			return -1;
	return 0;
}

/* The object of this kind whose name is the most alike; else one of this name. */
static const struct gk_res *nearest(const struct gk_resmap *m, const struct gk_id *id)
{
	const struct gk_res *best = NULL;

	gk_resmap_foreach (r, m) {
		struct gk_id other = gk_res_original(r);
		GK_AUTO(gk_freep)
		char *name = gk_xmemdup0(other.name.p ? other.name.p : "", other.name.n);
		const char *const names[] = {name};

		if (!r->object)
			continue;
		if (gk_str_eq(other.kind, id->kind) && gk_str_nearest(id->name, names, 1))
			return r;
		if (!best && gk_str_eq(other.name, id->name))
			best = r;
	}
	return best;
}

int gk_select_note_nearest(const struct gk_resmap *m, const struct gk_id *id, struct gk_err *err)
{
	const struct gk_res *r = nearest(m, id);
	struct gk_id near;

	if (!r)
		return gk_note(err, "%zu object%s at this point, none of that name", m->n,
			m->n == 1 ? "" : "s");
	near = gk_res_original(r);
	(void)gk_note(err, "%zu object%s at this point; closest is %.*s/%.*s (%s:%u)", m->n,
		m->n == 1 ? "" : "s", GK_SARG(near.kind), GK_SARG(near.name), r->file,
		r->object->line);
	if (gk_str_eq(near.name, id->name) && gk_str_eq(near.kind, id->kind))
		return gk_help(err, "compare apiVersion and namespace");
	return gk_help(err, "correct the name, or delete the patch");
}
