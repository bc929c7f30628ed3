/* What programs that transform and generate get to read, and what becomes of their answer. */
#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/marks.h"
#include "overlay/plugin-run.h"
#include "overlay/value.h"

#define ID "kustomize.config.k8s.io/id"
#define NEEDS_HASH "kustomize.config.k8s.io/needs-hash"
#define BEHAVIOR "kustomize.config.k8s.io/behavior"

const char *gk_exchange_dir(const struct gk_plugin *p)
{
	const char *dir = p->f->dir;

	return gk_arena_printf(p->b->a, "%s%s%s", p->f->ldr->real, *dir ? "/" : "", dir);
}

static int print(const struct gk_plugin *p, struct gk_node *object, struct gk_buf *out)
{
	gk_value_print(p->b->a, object);
	return gk_yaml_print(out, object, p->err);
}

int gk_exchange_config(const struct gk_plugin *p, struct gk_buf *out)
{
	return print(p, gk_marks_shown(p->b->a, p->config), out);
}

static int put_id(const struct gk_plugin *p, const struct gk_id *id, struct gk_buf *out)
{
	const struct {
		const char *name;
		struct gk_str text;
	} part[] = {{"group", id->group}, {"kind", id->kind}, {"name", id->name},
		{"namespace", id->ns}, {"version", id->version}};
	struct gk_node *map = gk_node_new(p->b->a, GK_OBJECT);

	for (size_t i = 0; i < GK_COUNT(part); i++)
		if (part[i].text.n)
			(void)gk_node_set_str(p->b->a, map, part[i].name, part[i].text);
	return gk_yaml_print(out, map, p->err);
}

static int put_object(const struct gk_plugin *p, const struct gk_res *r, struct gk_buf *out)
{
	struct gk_node *object = gk_marks_shown(p->b->a, r);
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_id id = gk_res_id(r);

	if (put_id(p, &id, &text))
		return -1;
	gk_annotation_set(p->b->a, object, ID, gk_buf_str(&text));
	if (out->n)
		gk_buf_puts(out, "---\n");
	return print(p, object, out);
}

int gk_exchange_objects(const struct gk_plugin *p, struct gk_buf *out)
{
	gk_resmap_foreach (r, p->m)
		if (put_object(p, r, out))
			return gk_res_at(r, p->err);
	return 0;
}

static void set_strings(const struct gk_plugin *p, const struct gk_res *r)
{
	struct gk_node *map = gk_node_path(r->object, "metadata", "annotations", NULL);

	if (gk_node_is(map, GK_OBJECT))
		gk_value_to_strings(p->b->a, map);
}

/* Into the place of the object that has this identity now, else behind all. */
static int put_back(const struct gk_plugin *p, struct gk_res *r)
{
	struct gk_id id = gk_res_id(r);
	const struct gk_hit *hit = gk_resmap_current(p->m, &id);

	gk_annotation_remove(r->object, ID);
	set_strings(p, r);
	if (!hit) {
		gk_marks_take(p->b->a, r);
		gk_resmap_push(p->m, r);
		return 0;
	}
	hit->res->object = r->object;
	hit->res->file = r->file;
	gk_marks_take(p->b->a, hit->res);
	return 0;
}

int gk_exchange_update(const struct gk_plugin *p, const struct gk_res_list *from)
{
	struct gk_resmap kept = {0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < from->n; i++)
		rc = gk_resmap_append(p->b->a, &kept, from->v[i], p->err) ||
		     put_back(p, from->v[i]);
	gk_resmap_foreach (r, p->m) {
		struct gk_id id = gk_res_id(r);

		if (rc == 0 && !gk_resmap_current(&kept, &id)) {
			r->object = NULL;
			p->m->emptied = true;
		}
	}
	gk_resmap_done(&kept);
	gk_resmap_touch(p->m);
	gk_resmap_drop_empty(p->m);
	return rc ? gk_ctx(p->err, "cannot take back what the program printed") : 0;
}

/* Go's strconv.ParseBool. */
static bool parse_bool(struct gk_str word, bool *ret)
{
	static const char *const words[] = {
		"0", "f", "F", "false", "FALSE", "False", "1", "t", "T", "true", "TRUE", "True"};

	for (size_t i = 0; i < GK_COUNT(words); i++)
		if (gk_str_is(word, words[i])) {
			*ret = i >= GK_COUNT(words) / 2;
			return true;
		}
	return false;
}

static int take_options(const struct gk_plugin *p, struct gk_res *r)
{
	struct gk_str behavior = gk_annotation(r->object, BEHAVIOR);
	struct gk_str hash = gk_annotation(r->object, NEEDS_HASH);
	bool needs_hash = false;

	if (hash.p && !parse_bool(hash, &needs_hash)) {
		(void)gk_fail(p->err, GK_EINPUT, "render.plugin-output",
			"annotation %s must be \"true\" or \"false\"", NEEDS_HASH);
		return gk_res_at(r, p->err);
	}
	gk_marks_take(p->b->a, r);
	r->behavior = gk_str_is(behavior, "replace")  ? GK_REPLACE
		      : gk_str_is(behavior, "merge")  ? GK_MERGE
		      : gk_str_is(behavior, "create") ? GK_CREATE
						      : GK_UNSPECIFIED;
	r->flags |= GK_RES_GENERATED | (needs_hash ? GK_RES_HASH : 0);
	gk_annotation_remove(r->object, NEEDS_HASH);
	gk_annotation_remove(r->object, BEHAVIOR);
	set_strings(p, r);
	return 0;
}

int gk_exchange_generated(const struct gk_plugin *p, const struct gk_res_list *made)
{
	for (size_t i = 0; i < made->n; i++)
		if (take_options(p, made->v[i]))
			return -1;
	return 0;
}

/* The first lines of what a program said. */
static void note_lines(struct gk_err *err, struct gk_str said)
{
	for (size_t i = 0; said.n && i < GK_ERR_NOTES - 2; i++) {
		struct gk_str line = gk_str_cut(&said, '\n');

		(void)gk_note(err, "it said: %.*s", GK_SARG(line));
	}
	if (said.n)
		(void)gk_note(err, "and more");
}

static void tell(const struct gk_plugin *p, const char *name, struct gk_str said)
{
	said = gk_str_trim(said);
	while (said.n) {
		struct gk_str line = gk_str_cut(&said, '\n');

		(void)gk_diags_add(p->b->diags, GK_SEV_NOTE, "render.plugin-said",
			gk_node_pos(p->config->object, p->config->file), "'%s' said: %.*s", name,
			GK_SARG(line));
	}
}

static int fail_result(
	const struct gk_plugin *p, const char *name, const struct gk_program_result *r)
{
	if (r->signal)
		(void)gk_fail(p->err, GK_EINPUT, "render.plugin-failed",
			"'%s' was killed by signal %d", name, r->signal);
	else
		(void)gk_fail(p->err, GK_EINPUT, "render.plugin-failed",
			"'%s' failed with exit code %d", name, r->exit_code);
	note_lines(p->err, gk_str_trim(r->err));
	return gk_res_at(p->config, p->err);
}

int gk_exchange_run(
	const struct gk_plugin *p, const struct gk_program *program, struct gk_str *ret_out)
{
	struct gk_runner *runner = p->b->opt->runner;
	struct gk_program_result r = {0};
	const char *name = program->argv[0];

	if (runner->run(runner, program, p->b->a, &r, p->err))
		return gk_res_at(p->config, p->err);
	if (r.exit_code || r.signal)
		return fail_result(p, name, &r);
	tell(p, name, r.err);
	*ret_out = r.out;
	return 0;
}
