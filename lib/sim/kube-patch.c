#include "base/mem.h"
#include "doc/json.h"
#include "doc/patch.h"
#include "sim/default.h"
#include "sim/kube-commit.h"
#include "sim/kube-event.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"
#include "sim/smp.h"

/* A patch of one kind: `next` (a copy of the live object) becomes the patched one. */
typedef int (*patch_fn)(struct gk_sim_kreq *k, const struct gk_node *patch, struct gk_node **next);

static int fail_patch(struct gk_sim_kreq *k, int code, struct gk_err *err)
{
	char message[512];

	gk_err_message(err, message, sizeof message);
	if (code == 422)
		return gk_sim_fail(k, 422, "Invalid",
			"the server rejected our request due to an error in our request");
	return gk_sim_fail_bad(k, "%s", message);
}

static int patch_json(struct gk_sim_kreq *k, const struct gk_node *patch, struct gk_node **next)
{
	struct gk_err err = GK_ERR_INIT;

	if (!gk_node_is(patch, GK_ARRAY))
		return gk_sim_fail_bad(k, "json: cannot unmarshal object into Go value of type "
					  "jsonpatch.Patch");
	if (gk_patch_apply(k->arena, next, patch, GK_PATCH_NEGATIVE, gk_limits_default(), &err))
		return fail_patch(k, 422, &err);
	return 0;
}

static int patch_merge(struct gk_sim_kreq *k, const struct gk_node *patch, struct gk_node **next)
{
	*next = gk_merge_patch(k->arena, *next, patch);
	return 0;
}

static int patch_strategic(
	struct gk_sim_kreq *k, const struct gk_node *patch, struct gk_node **next)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_sim_smp(k->arena, k->version->type, *next, patch, &err))
		return fail_patch(k, 400, &err);
	return 0;
}

/* Patches speak of the version in the path; stored objects may say another one. */
static struct gk_node *live_copy(struct gk_sim_kreq *k, const struct gk_sim_obj *old)
{
	struct gk_node *next = k->res->storage != k->res
				       ? gk_sim_event_view(k->arena, old->doc.root)
				       : gk_node_dup(k->arena, old->doc.root);

	gk_node_set_str(k->arena, next, "apiVersion", gk_str_c(gk_sim_writer_of(k).api_version));
	return next;
}

static int patch_with(struct gk_sim_kreq *k, patch_fn fn)
{
	struct gk_sim_obj *old = gk_sim_store_get(k->res, k->ns, k->name);
	struct gk_node *patch, *next;

	if (gk_sim_read_body(k, &patch))
		return -1;
	if (!old)
		return gk_sim_fail_not_found(k);
	next = live_copy(k, old);
	if (fn(k, patch, &next) || gk_sim_check_identity(k, next))
		return -1;
	return gk_sim_commit_change(k, old, next, false);
}

static int check_intent(struct gk_sim_kreq *k, struct gk_node *intent)
{
	const char *want = gk_sim_writer_of(k).api_version;
	struct gk_str version = gk_node_text(gk_node_get(intent, "apiVersion"));
	struct gk_str name = gk_sim_obj_name(intent);

	if (!gk_sim_param(k->r, "fieldManager").n)
		return gk_sim_fail_options(k, "PatchOptions", "FieldValueRequired", "fieldManager",
			"Required value: is required for apply patch");
	if (!gk_node_is(intent, GK_OBJECT) || !version.n)
		return gk_sim_fail_bad(k, "error decoding YAML: Object 'apiVersion' is missing");
	if (!gk_str_is(version, want))
		return gk_sim_fail_bad(k,
			"Incorrect version specified in apply patch. Specified patch version: "
			"%.*s, expected: %s",
			GK_SARG(version), want);
	if (gk_node_path(intent, "metadata", "managedFields", NULL))
		return gk_sim_fail_bad(k, "metadata.managedFields must be nil");
	if (name.n && !gk_str_eq(name, k->name))
		return gk_sim_fail_bad(k,
			"the name of the object (%.*s) does not match the name on the URL (%.*s)",
			GK_SARG(name), GK_SARG(k->name));
	return 0;
}

static int fail_typed(struct gk_sim_kreq *k, struct gk_str ns, const char *what)
{
	return gk_sim_fail(k, 500, "",
		"failed to create typed patch object (%.*s/%.*s; %s/%s, Kind=%s): %s", GK_SARG(ns),
		GK_SARG(k->name), k->res->group, k->version->name, k->res->kind, what);
}

/* An intent must fit the schema whatever fieldValidation says. */
static int check_typed(struct gk_sim_kreq *k, const struct gk_node *intent)
{
	struct gk_node *copy = gk_node_dup(k->arena, intent);
	struct gk_sim_form form = {0};
	struct gk_str ns = gk_sim_obj_ns(intent);
	int rc = 0;

	gk_sim_normalize(k->arena, k->version->type, copy, &form);
	if (form.unknown.n)
		rc = fail_typed(k, ns,
			gk_arena_printf(k->arena, ".%s: field not declared in schema",
				form.unknown.v[0].path));
	else if (form.mistyped.n)
		rc = fail_typed(k, ns,
			gk_arena_printf(k->arena, ".%s: expected %s, got %.*s",
				form.mistyped.v[0].path, form.mistyped.v[0].wanted,
				GK_SARG(form.mistyped.v[0].got)));
	gk_sim_form_done(&form);
	return rc;
}

static int fail_conflicts(struct gk_sim_kreq *k, const struct gk_sim_conflicts *c)
{
	struct gk_buf b = GK_BUF_INIT(1 << 20);
	const char *last = NULL;
	int rc;

	gk_vec_foreach (struct gk_sim_conflict, one, c) {
		gk_sim_cause(k, "FieldManagerConflict", one->path, "conflict with %s", one->who);
		if (c->n == 1)
			gk_buf_printf(&b, "conflict with %s: %s", one->who, one->path);
		else if (!last || strcmp(last, one->who))
			gk_buf_printf(&b, "%sconflicts with %s:", last ? "\n" : "", one->who);
		if (c->n > 1)
			gk_buf_printf(&b, "\n- %s", one->path);
		last = one->who;
	}
	rc = gk_sim_fail(k, 409, "Conflict", "Apply failed with %zu conflict%s: %s", c->n,
		c->n == 1 ? "" : "s", gk_buf_cstr(&b));
	gk_buf_done(&b);
	return rc;
}

/* uid and resourceVersion in an intent are conditions, not values. */
static int check_apply_conditions(
	struct gk_sim_kreq *k, const struct gk_sim_obj *old, struct gk_node *intent)
{
	struct gk_str uid = gk_sim_obj_uid(intent), rv = gk_sim_meta(intent, "resourceVersion");

	if (!old && uid.n)
		return gk_sim_fail_conflict(k,
			"uid mismatch: the provided object specified uid %.*s, and no existing "
			"object was found",
			GK_SARG(uid));
	if (!old && rv.n)
		return gk_sim_fail_not_found(k);
	return 0;
}

/* Nobody owns these, so that the merge may have dropped them. */
static void keep_conditions(
	struct gk_sim_kreq *k, const struct gk_node *intent, struct gk_node *next)
{
	static const char *const kept[] = {"name", "namespace", "uid", "resourceVersion"};
	struct gk_node *meta = gk_sim_meta_need(k->arena, next);

	for (size_t i = 0; i < GK_COUNT(kept); i++)
		if (gk_sim_meta(intent, kept[i]).n)
			gk_node_set_str(k->arena, meta, kept[i], gk_sim_meta(intent, kept[i]));
}

static int apply(struct gk_sim_kreq *k, struct gk_sim_obj *old, struct gk_node *intent)
{
	struct gk_sim_writer w = gk_sim_writer_of(k);
	struct gk_sim_conflicts conflicts = {0};
	const struct gk_node *live = old ? live_copy(k, old) : NULL;
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *next;
	char message[512];
	int rc;

	if (gk_sim_managed_apply(k->arena, &w, live, intent, k->force, &next, &conflicts, &err)) {
		gk_err_message(&err, message, sizeof message);
		return fail_typed(k, gk_sim_obj_ns(intent), message);
	}
	if (next)
		keep_conditions(k, intent, next);
	if (conflicts.n)
		rc = fail_conflicts(k, &conflicts);
	else if (old)
		rc = gk_sim_commit_change(k, old, next, true);
	else
		rc = gk_sim_commit_new(k, next, true);
	gk_vec_done(&conflicts);
	return rc;
}

static int patch_apply(struct gk_sim_kreq *k)
{
	struct gk_sim_obj *old = gk_sim_store_get(k->res, k->ns, k->name);
	struct gk_node *intent;

	k->verb = k->r->verb = "apply";
	if (gk_sim_read_body(k, &intent) || check_intent(k, intent) ||
		check_apply_conditions(k, old, intent) || check_typed(k, intent) ||
		gk_sim_check_identity(k, intent))
		return -1;
	if (k->version->status && !gk_str_is(k->sub, "status"))
		(void)gk_node_remove(intent, GK_STR("status"));
	if (!old && k->sub.n)
		return gk_sim_fail_not_found(k);
	return apply(k, old, intent);
}

static int fail_media(struct gk_sim_kreq *k)
{
	if (k->res->builtin)
		return gk_sim_fail(k, 415, "UnsupportedMediaType", "415: Unsupported Media Type");
	return gk_sim_fail(k, 415, "UnsupportedMediaType",
		"the body of the request was in an unknown format - accepted media types include: "
		"application/json-patch+json, application/merge-patch+json, "
		"application/apply-patch+yaml");
}

int gk_sim_patch(struct gk_sim_kreq *k)
{
	static const struct {
		const char *type;
		patch_fn fn;
	} kinds[] = {{"application/json-patch+json", patch_json},
		{"application/merge-patch+json", patch_merge},
		{"application/strategic-merge-patch+json", patch_strategic}};
	struct gk_str type = gk_sim_header(k->r, "Content-Type");
	struct gk_str media = gk_str_trim(gk_str_cut(&type, ';'));

	if (gk_str_is(media, "application/apply-patch+yaml"))
		return patch_apply(k);
	for (size_t i = 0; i < GK_COUNT(kinds); i++)
		if (gk_str_is(media, kinds[i].type)) {
			if (kinds[i].fn == patch_strategic && !k->res->builtin)
				break;
			return patch_with(k, kinds[i].fn);
		}
	return fail_media(k);
}
