#include "base/io.h"
#include "doc/json.h"
#include "sim/default.h"
#include "sim/kube-commit.h"
#include "sim/kube-event.h"
#include "sim/kube-meta.h"
#include "sim/sim-priv.h"

static const char *api_version(const struct gk_sim_kreq *k)
{
	if (!*k->res->group)
		return k->version->name;
	return gk_arena_printf(k->arena, "%s/%s", k->res->group, k->version->name);
}

struct gk_sim_writer gk_sim_writer_of(const struct gk_sim_kreq *k)
{
	return (struct gk_sim_writer){k->manager, api_version(k),
		gk_arena_memdup0(k->arena, k->sub.p ? k->sub.p : "", k->sub.n), k->version->type,
		k->version->status};
}

static int check_member(
	struct gk_sim_kreq *k, struct gk_node *body, const char *member, const char *want)
{
	struct gk_str got = gk_node_text(gk_node_get(body, member));
	struct gk_str group = gk_str_c(*k->res->group ? k->res->group : "core");
	struct gk_str package = gk_str_cut(&group, '.');

	if (!got.n) {
		gk_node_set_str(k->arena, body, member, gk_str_c(want));
		return 0;
	}
	if (gk_str_is(got, want))
		return 0;
	if (strcmp(member, "kind") == 0)
		return gk_sim_fail_bad(k,
			"%.*s in version \"%s\" cannot be handled as a %s: converting (%s.%.*s) to "
			"(%.*s.%s): unknown conversion",
			GK_SARG(got), k->version->name, want, k->version->name, GK_SARG(got),
			GK_SARG(package), want);
	return gk_sim_fail_bad(k,
		"the API version in the data (%.*s) does not match the expected API version (%s)",
		GK_SARG(got), want);
}

int gk_sim_check_identity(struct gk_sim_kreq *k, struct gk_node *body)
{
	struct gk_node *meta;
	struct gk_str ns;

	if (!gk_node_is(body, GK_OBJECT))
		return gk_sim_fail_bad(k, "the object provided is not an object");
	if (check_member(k, body, "apiVersion", api_version(k)) ||
		check_member(k, body, "kind", k->res->kind))
		return -1;
	meta = gk_sim_meta_need(k->arena, body);
	ns = gk_node_text(gk_node_get(meta, "namespace"));
	if (!k->res->cluster && ns.n && !gk_str_eq(ns, k->ns))
		return gk_sim_fail_bad(k, "the namespace of the provided object does not match the "
					  "namespace sent on the request");
	if (k->res->cluster)
		(void)gk_node_remove(meta, GK_STR("namespace"));
	else
		gk_node_set_str(k->arena, meta, "namespace", k->ns);
	return 0;
}

int gk_sim_check_namespace(struct gk_sim_kreq *k)
{
	struct gk_sim_kreq ns = *k;
	const struct gk_sim_obj *o;

	if (k->res->cluster)
		return 0;
	ns.res = gk_sim_res_find(&k->sim->store, GK_STR(""), GK_STR("namespaces"));
	ns.name = k->ns;
	o = gk_sim_store_get(ns.res, GK_STR(""), k->ns);
	if (!o)
		return gk_sim_fail_not_found(&ns);
	if (!gk_sim_meta(o->doc.root, "deletionTimestamp").n)
		return 0;
	gk_sim_cause(k, "NamespaceTerminating", "metadata.namespace",
		"namespace %.*s is being terminated", GK_SARG(k->ns));
	return gk_sim_fail(k, 403, "Forbidden",
		"%s \"%.*s\" is forbidden: unable to create new content in namespace %.*s because "
		"it is being terminated",
		gk_sim_qualified(k->arena, k->res), GK_SARG(k->name), GK_SARG(k->ns));
}

/* Kind and apiVersion first, as the encoder writes them. */
static void own_document(const struct gk_node *next, struct gk_doc *ret)
{
	ret->root = gk_node_dup(&ret->arena, next);
}

static int answer_and_keep(struct gk_sim_kreq *k, int status, const struct gk_node *next)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_sim_obj *o;

	own_document(next, &doc);
	if (k->dry_run) {
		o = gk_sim_obj_make(&doc);
		gk_sim_answer_object(k, status, o);
		gk_sim_obj_unref(o);
		return 0;
	}
	o = gk_sim_obj_ref(gk_sim_store_put(&k->sim->store, k->res, &doc));
	gk_sim_answer_object(k, status, o);
	gk_sim_obj_unref(o);
	return 0;
}

/* The part of the server in a new object's metadata. */
static int begin_metadata(struct gk_sim_kreq *k, struct gk_node *next)
{
	static const char *const not_yours[] = {"uid", "creationTimestamp", "generation",
		"selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"};
	struct gk_arena *a = k->arena;
	struct gk_node *meta = gk_sim_meta_need(a, next);
	struct gk_str prefix = gk_node_text(gk_node_get(meta, "generateName"));

	k->name = gk_node_text(gk_node_get(meta, "name"));
	if (gk_node_text(gk_node_get(meta, "resourceVersion")).n)
		return gk_sim_fail(
			k, 500, "", "resourceVersion should not be set on objects to be created");
	if (!k->name.n && prefix.n) {
		k->name = gk_str_c(
			gk_arena_printf(a, "%.*s%s", GK_SARG(prefix), gk_sim_suffix(a, 5)));
		gk_node_set_str(a, meta, "name", k->name);
	}
	for (size_t i = 0; i < GK_COUNT(not_yours); i++)
		(void)gk_node_remove(meta, gk_str_c(not_yours[i]));
	gk_node_set_str(a, meta, "uid", gk_str_c(gk_sim_uuid(a)));
	gk_node_set_str(a, meta, "creationTimestamp", gk_str_c(gk_sim_now(a)));
	if (k->res->generation)
		gk_node_set_c(a, meta, "generation", gk_node_int_new(a, 1));
	return 0;
}

/* A new object has no state, whatever the client says, but what defaulting gives it. */
static void reset_status(struct gk_sim_kreq *k, struct gk_node *next)
{
	if (k->version->status)
		(void)gk_node_remove(next, GK_STR("status"));
}

int gk_sim_commit_new(struct gk_sim_kreq *k, struct gk_node *next, bool applied)
{
	struct gk_sim_writer w = gk_sim_writer_of(k);

	if (gk_sim_check_form(k, next))
		return -1;
	reset_status(k, next);
	if (begin_metadata(k, next))
		return -1;
	gk_sim_default_fill(k->arena, k->version->type, next);
	if (gk_sim_check_namespace(k))
		return -1;
	if (k->name.n && gk_sim_store_get(k->res, k->ns, k->name))
		return gk_sim_fail_exists(k);
	if (k->res->storage != k->res)
		gk_sim_event_to_core(k->arena, next);
	gk_sim_decode(k, next);
	if (!applied)
		gk_sim_managed_update(k->arena, &w, NULL, next);
	gk_sim_admit(k, NULL, next);
	if (gk_sim_validate(k, NULL, next))
		return -1;
	return answer_and_keep(k, 201, next);
}

/* What no update may change. */
static void keep_metadata(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	static const char *const kept[] = {"uid", "creationTimestamp", "generation",
		"deletionTimestamp", "deletionGracePeriodSeconds", "generateName", "selfLink",
		"resourceVersion"};
	struct gk_node *meta = gk_sim_meta_need(k->arena, next);

	for (size_t i = 0; i < GK_COUNT(kept); i++) {
		const struct gk_node *n = gk_node_path(old, "metadata", kept[i], NULL);

		if (n)
			gk_node_set_c(k->arena, meta, kept[i], gk_node_dup(k->arena, n));
		else
			(void)gk_node_remove(meta, gk_str_c(kept[i]));
	}
}

static void copy_member(
	struct gk_arena *a, const struct gk_node *from, struct gk_node *to, const char *member)
{
	const struct gk_node *n = gk_node_get(from, member);

	if (n)
		gk_node_set_c(a, to, member, gk_node_dup(a, n));
	else
		(void)gk_node_remove(to, gk_str_c(member));
}

/* Each side of the status subresource writes its own part only. */
static struct gk_node *split_status(
	struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	struct gk_node *out, *managed;

	if (!k->version->status)
		return next;
	if (!gk_str_is(k->sub, "status")) {
		copy_member(k->arena, old, next, "status");
		return next;
	}
	out = gk_node_dup(k->arena, old);
	copy_member(k->arena, next, out, "status");
	managed = gk_node_path(next, "metadata", "managedFields", NULL);
	if (managed)
		gk_node_set_c(k->arena, gk_sim_meta_need(k->arena, out), "managedFields",
			gk_node_dup(k->arena, managed));
	return out;
}

/* generation counts what is neither metadata nor status. */
static void count_generation(struct gk_sim_kreq *k, const struct gk_node *old, struct gk_node *next)
{
	const struct gk_node *was = gk_node_path(old, "metadata", "generation", NULL);
	int64_t generation = 0;
	bool changed = false;

	if (!k->res->generation)
		return;
	(void)gk_node_int(was, &generation);
	gk_node_foreach (m, next) {
		struct gk_str key = gk_node_key(m);

		if (gk_str_is(key, "metadata") || (gk_str_is(key, "status") && k->version->status))
			continue;
		changed = changed || !gk_node_equal(m, gk_node_find(old, key));
	}
	gk_node_foreach (m, old)
		changed = changed || (!gk_node_find(next, gk_node_key(m)) &&
					     !gk_str_is(gk_node_key(m), "status"));
	if (changed)
		gk_node_set_c(k->arena, gk_sim_meta_need(k->arena, next), "generation",
			gk_node_int_new(k->arena, generation + 1));
}

/* Without the times in managedFields, which alone are no reason for a new revision. */
static struct gk_node *timeless(struct gk_arena *a, const struct gk_node *object)
{
	struct gk_node *out = gk_node_dup(a, object);

	gk_node_foreach (entry, gk_node_path(out, "metadata", "managedFields", NULL))
		(void)gk_node_remove(entry, GK_STR("time"));
	return out;
}

static int check_preconditions(
	struct gk_sim_kreq *k, const struct gk_node *old, const struct gk_node *next)
{
	struct gk_str rv = gk_sim_meta(next, "resourceVersion"), uid = gk_sim_obj_uid(next);
	struct gk_str name = gk_sim_obj_name(next);

	if (name.n && !gk_str_eq(name, k->name))
		return gk_sim_fail_bad(k,
			"the name of the object (%.*s) does not match the name on the URL (%.*s)",
			GK_SARG(name), GK_SARG(k->name));
	if (uid.n && !gk_str_eq(uid, gk_sim_obj_uid(old)))
		return gk_sim_fail_conflict(k,
			"StorageError: invalid object, Code: 4, Key: /registry/%s/%.*s%s%.*s, "
			"ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
			"precondition: %.*s, UID in object meta: %.*s",
			k->res->plural, GK_SARG(k->ns), k->ns.n ? "/" : "", GK_SARG(k->name),
			GK_SARG(uid), GK_SARG(gk_sim_obj_uid(old)));
	if (rv.n && !gk_str_is(rv, "0") && !gk_str_eq(rv, gk_sim_meta(old, "resourceVersion")))
		return gk_sim_fail_conflict(k,
			"the object has been modified; please apply your changes to the latest "
			"version and try again");
	if (!rv.n && !k->res->builtin && strcmp(k->verb, "update") == 0) {
		gk_sim_cause(k, "FieldValueInvalid", "metadata.resourceVersion",
			"Invalid value: 0: must be specified for an update");
		return gk_sim_fail_invalid(k);
	}
	return 0;
}

static bool is_finished(const struct gk_node *n)
{
	const struct gk_node *left = gk_node_path(n, "metadata", "finalizers", NULL);

	return gk_sim_meta(n, "deletionTimestamp").n && gk_sim_meta(n, "uid").n &&
	       (!left || left->count == 0);
}

/* The last finalizer went: the answer is the object as it would be, and it is gone. */
static int answer_and_remove(
	struct gk_sim_kreq *k, struct gk_sim_obj *old, const struct gk_node *next)
{
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_sim_obj *o;

	doc.root = gk_node_dup(&doc.arena, next);
	o = gk_sim_obj_make(&doc);
	gk_sim_answer_object(k, 200, o);
	gk_sim_obj_unref(o);
	gk_sim_finish_delete_as(k->sim, k->res, old, next);
	return 0;
}

int gk_sim_commit_change(
	struct gk_sim_kreq *k, struct gk_sim_obj *old, struct gk_node *next, bool applied)
{
	struct gk_sim_writer w = gk_sim_writer_of(k);
	const struct gk_node *was = old->doc.root;

	if (check_preconditions(k, was, next) || gk_sim_check_form(k, next))
		return -1;
	if (k->res->storage != k->res)
		gk_sim_event_to_core(k->arena, next);
	gk_node_set_str(k->arena, gk_sim_meta_need(k->arena, next), "name", k->name);
	keep_metadata(k, was, next);
	next = split_status(k, was, next);
	gk_sim_default_fill(k->arena, k->version->type, next);
	gk_sim_decode(k, next);
	if (!applied)
		gk_sim_managed_update(k->arena, &w, was, next);
	gk_sim_admit(k, was, next);
	if (gk_sim_validate(k, was, next))
		return -1;
	if (!gk_str_is(k->sub, "status"))
		count_generation(k, was, next);
	if (gk_node_equal(timeless(k->arena, was), timeless(k->arena, next))) {
		gk_sim_answer_object(k, 200, old);
		return 0;
	}
	if (is_finished(next) && !k->dry_run)
		return answer_and_remove(k, old, next);
	return answer_and_keep(k, 200, next);
}

int gk_sim_create(struct gk_sim_kreq *k)
{
	struct gk_node *body;

	if (gk_sim_read_body(k, &body))
		return -1;
	if (gk_str_is(k->sub, "token"))
		return gk_sim_token_request(k, body);
	if (gk_str_is(k->sub, "eviction"))
		return gk_sim_delete(k);
	if (k->res->builtin && strchr(k->res->builtin->flags, 'c'))
		return gk_sim_create_review(k, body);
	if (gk_sim_check_identity(k, body))
		return -1;
	return gk_sim_commit_new(k, body, false);
}

int gk_sim_update(struct gk_sim_kreq *k)
{
	struct gk_sim_obj *old = gk_sim_store_get(k->res, k->ns, k->name);
	struct gk_node *body;

	if (gk_sim_read_body(k, &body) || gk_sim_check_identity(k, body))
		return -1;
	if (!old)
		return gk_sim_fail_not_found(k);
	return gk_sim_commit_change(k, old, body, false);
}
