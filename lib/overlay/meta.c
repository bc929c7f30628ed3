#include "base/remote.h"
#include "doc/yaml.h"
#include "overlay/meta.h"
#include "overlay/value.h"

static bool is_on(const struct gk_build *b)
{
	return b->build_metadata && b->build_metadata->count;
}

bool gk_meta_wants(const struct gk_build *b, const char *word)
{
	gk_node_foreach (entry, b->build_metadata)
		if (gk_str_is(gk_node_text(entry), word))
			return true;
	return false;
}

const struct gk_node *gk_meta_words(struct gk_build *b, const struct gk_node *words)
{
	struct gk_node *all;

	if (!b->opt->origin)
		return words;
	all = words ? gk_node_dup(b->a, words) : gk_node_new(b->a, GK_ARRAY);
	gk_node_append(all, gk_node_string_c(b->a, "originAnnotations"));
	return all;
}

static void drop_last(struct gk_buf *b)
{
	while (b->n > 0 && b->p[b->n - 1] != '/')
		b->n--;
	if (b->n > 0)
		b->n--;
	b->p[b->n] = '\0';
}

static bool ends_up(const struct gk_buf *b)
{
	struct gk_str s = gk_buf_str(b);

	return s.n == 0 || gk_str_is(s, "..") || gk_str_ends(s, GK_STR("/.."));
}

const char *gk_meta_join(struct gk_build *b, const char *dir, struct gk_str ref)
{
	GK_AUTO(gk_buf_done) struct gk_buf out = GK_BUF_INIT(0);
	struct gk_str rest = ref;

	gk_buf_puts(&out, dir);
	while (rest.p) {
		struct gk_str part = gk_str_cut(&rest, '/');

		if (part.n == 0 || gk_str_is(part, "."))
			continue;
		if (gk_str_is(part, "..") && !ends_up(&out)) {
			drop_last(&out);
			continue;
		}
		if (out.n)
			gk_buf_putc(&out, '/');
		gk_buf_putstr(&out, part);
	}
	return gk_arena_strdup(b->a, gk_buf_cstr(&out));
}

/* The lines for the repository that a frame lies in; "" for none. */
static const char *repo_of(struct gk_build *b, const struct gk_frame *f)
{
	GK_AUTO(gk_buf_done) struct gk_buf out = GK_BUF_INIT(0);
	struct gk_err never = GK_ERR_INIT;
	struct gk_node *ref;

	if (!f->remote)
		return "";
	gk_buf_printf(&out, "repo: %s\n", f->remote->clone);
	if (*f->remote->ref) {
		ref = gk_node_new(b->a, GK_OBJECT);
		(void)gk_node_set_str(b->a, ref, "ref", gk_str_c(f->remote->ref));
		if (gk_yaml_print(&out, ref, &never))
			return "";
	}
	return gk_arena_strdup(b->a, gk_buf_cstr(&out));
}

void gk_meta_origin_file(
	struct gk_build *b, const struct gk_frame *f, struct gk_res *r, struct gk_str ref)
{
	bool url = gk_repospec_is_file_url(ref);
	const char *path;

	if (!is_on(b))
		return;
	gk_res_need_annotations(b->a, r);
	path = url ? gk_remote_shown_file(b->a, ref) : gk_meta_join(b, f->origin, ref);
	r->origin = gk_arena_printf(b->a, "path: %s\n%s", path, url ? "" : repo_of(b, f));
}

/* The entry for a built-in that a kustomization file configures. */
static const char *builtin(struct gk_build *b, const struct gk_frame *f, const char *kind)
{
	return gk_arena_printf(b->a,
		"%sconfiguredIn: %s\nconfiguredBy:\n  apiVersion: builtin\n  kind: %s\n",
		repo_of(b, f), gk_meta_join(b, f->origin, gk_str_c(f->kust->name)), kind);
}

/* The entry for one that an object configures; NULL when nothing is known of it. */
static const char *custom(struct gk_build *b, const struct gk_res *config)
{
	struct gk_id id = gk_res_id(config);
	struct gk_str version = gk_value_text(gk_node_get(config->object, "apiVersion"));
	GK_AUTO(gk_buf_done) struct gk_buf out = GK_BUF_INIT(0);
	struct gk_str rest = gk_str_c(config->origin);

	if (!config->origin)
		return NULL;
	/* "path" comes first there, and behind the repository here. */
	if (gk_str_starts(rest, GK_STR("path: "))) {
		struct gk_str path = gk_str_from(gk_str_cut(&rest, '\n'), 6);

		gk_buf_printf(&out, "%.*sconfiguredIn: %.*s\n", GK_SARG(rest), GK_SARG(path));
	}
	gk_buf_printf(&out, "configuredBy:\n  apiVersion: %.*s\n  kind: %.*s\n  name: %.*s\n",
		GK_SARG(version), GK_SARG(id.kind), GK_SARG(id.name));
	if (id.ns.n)
		gk_buf_printf(&out, "  namespace: %.*s\n", GK_SARG(id.ns));
	return gk_arena_strdup(b->a, gk_buf_cstr(&out));
}

void gk_meta_generated(
	struct gk_build *b, const struct gk_frame *f, struct gk_res *r, const char *generator)
{
	if (is_on(b))
		r->origin = builtin(b, f, generator);
}

void gk_meta_generated_by(struct gk_build *b, struct gk_res *r, const struct gk_res *config)
{
	if (is_on(b) && !r->origin)
		r->origin = custom(b, config);
}

/* One item of a YAML list: "- " before the first line, blanks before the others. */
static void put_item(struct gk_buf *out, const char *entry)
{
	struct gk_str rest = gk_str_trim(gk_str_c(entry));
	const char *lead = "- ";

	while (rest.p) {
		struct gk_str line = gk_str_cut(&rest, '\n');

		gk_buf_puts(out, lead);
		gk_buf_putstr(out, line);
		gk_buf_putc(out, '\n');
		lead = "  ";
	}
}

static void add(struct gk_build *b, struct gk_resmap *m, const char *entry)
{
	GK_AUTO(gk_buf_done) struct gk_buf item = GK_BUF_INIT(0);

	put_item(&item, entry);
	gk_resmap_foreach (r, m) {
		struct gk_node *annotations =
			gk_node_path(r->object, "metadata", "annotations", NULL);

		/* kustomize writes all annotations anew to add its own. */
		if (gk_node_is(annotations, GK_OBJECT))
			gk_value_to_strings(b->a, annotations);
		if (!r->origin)
			r->origin = entry;
		else
			r->transformations = gk_arena_printf(b->a, "%s%s",
				r->transformations ? r->transformations : "", gk_buf_cstr(&item));
	}
}

void gk_meta_transformed(
	struct gk_build *b, const struct gk_frame *f, struct gk_resmap *m, const char *transformer)
{
	if (is_on(b))
		add(b, m, builtin(b, f, transformer));
}

void gk_meta_transformed_by(struct gk_build *b, struct gk_resmap *m, const struct gk_res *config)
{
	const char *entry = is_on(b) ? custom(b, config) : NULL;

	if (entry)
		add(b, m, entry);
}
