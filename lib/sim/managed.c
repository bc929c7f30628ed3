#include "sim/managed.h"

#include "base/limits.h"
#include "doc/json.h"
#include "sim/default.h"
#include "sim/kube-meta.h"

enum { MAX_UPDATERS = 10 };
#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

/* One entry while it is worked on. */
struct entry {
	struct gk_str manager, version, sub, time;
	bool apply;
	struct gk_node *set;
};
struct entries {
	struct entry *v;
	size_t n, cap;
};

static struct gk_str text_of(const struct gk_node *n, const char *key)
{
	struct gk_str s = gk_node_text(gk_node_get(n, key));

	return s.p ? s : GK_STR("");
}

static void read_entries(const struct gk_node *object, struct entries *ret)
{
	gk_node_foreach (n, gk_node_path(object, "metadata", "managedFields", NULL)) {
		struct entry e = {text_of(n, "manager"), text_of(n, "apiVersion"),
			text_of(n, "subresource"), text_of(n, "time"),
			gk_str_is(text_of(n, "operation"), "Apply"), gk_node_get(n, "fieldsV1")};

		if (gk_node_is(e.set, GK_OBJECT))
			gk_vec_push(ret, e);
	}
}

static int entry_cmp(const struct entry *x, const struct entry *y)
{
	int order;

	if (x->apply != y->apply)
		return x->apply ? -1 : 1;
	if ((order = gk_str_cmp(x->time, y->time)) || (order = gk_str_cmp(x->manager, y->manager)))
		return order;
	if ((order = gk_str_cmp(x->version, y->version)))
		return order;
	return gk_str_cmp(x->sub, y->sub);
}

static void sort_entries(struct entries *e)
{
	for (size_t i = 1; i < e->n; i++)
		for (size_t j = i; j > 0 && entry_cmp(&e->v[j - 1], &e->v[j]) > 0; j--) {
			struct entry t = e->v[j];

			e->v[j] = e->v[j - 1];
			e->v[j - 1] = t;
		}
}

/* More than ten updaters: the oldest ones become "ancient-changes". */
static void cap_updaters(struct gk_arena *a, struct entries *e)
{
	size_t updaters = 0;

	for (size_t i = 0; i < e->n; i++)
		updaters += !e->v[i].apply;
	for (size_t i = 0; i + 1 < e->n && updaters > MAX_UPDATERS; i++)
		while (!e->v[i].apply && updaters > MAX_UPDATERS && i + 1 < e->n) {
			e->v[i + 1].set = gk_sim_set_union(a, e->v[i].set, e->v[i + 1].set);
			e->v[i + 1].manager = GK_STR("ancient-changes");
			memmove(e->v + i, e->v + i + 1, (e->n - 1 - i) * sizeof *e->v);
			e->n--;
			updaters--;
		}
}

static struct gk_node *entry_node(struct gk_arena *a, const struct entry *e)
{
	struct gk_node *n = gk_node_new(a, GK_OBJECT);
	struct gk_node *set = gk_node_dup(a, e->set);

	gk_node_sort(set, NULL);
	gk_node_set_str(a, n, "manager", e->manager);
	gk_node_set_str(a, n, "operation", gk_str_c(e->apply ? "Apply" : "Update"));
	gk_node_set_str(a, n, "apiVersion", e->version);
	if (e->time.n)
		gk_node_set_str(a, n, "time", e->time);
	gk_node_set_str(a, n, "fieldsType", GK_STR("FieldsV1"));
	gk_node_set_c(a, n, "fieldsV1", set);
	if (e->sub.n)
		gk_node_set_str(a, n, "subresource", e->sub);
	return n;
}

static void write_entries(struct gk_arena *a, struct entries *e, struct gk_node *object)
{
	struct gk_node *meta = gk_sim_meta_need(a, object);
	struct gk_node *list = gk_node_new(a, GK_ARRAY);

	sort_entries(e);
	cap_updaters(a, e);
	for (size_t i = 0; i < e->n; i++)
		if (!gk_sim_set_empty(e->v[i].set))
			gk_node_append(list, entry_node(a, &e->v[i]));
	if (list->count)
		gk_node_set_c(a, meta, "managedFields", list);
	else
		(void)gk_node_remove(meta, GK_STR("managedFields"));
}

/* Without what belongs to the server, or to the other side of the status subresource. */
static struct gk_node *strip(
	struct gk_arena *a, const struct gk_sim_writer *w, const struct gk_node *set)
{
	static const char *const meta[] = {".", "f:name", "f:namespace", "f:creationTimestamp",
		"f:selfLink", "f:uid", "f:generation", "f:managedFields", "f:resourceVersion",
		"f:deletionTimestamp", "f:deletionGracePeriodSeconds"};
	struct gk_node *out = gk_node_dup(a, set), *m = gk_node_get(out, "f:metadata");
	bool status = strcmp(w->sub, "status") == 0;

	(void)gk_node_remove(out, GK_STR("f:apiVersion"));
	(void)gk_node_remove(out, GK_STR("f:kind"));
	for (size_t i = 0; m && i < GK_COUNT(meta); i++)
		(void)gk_node_remove(m, gk_str_c(meta[i]));
	if (m && (m->count == 0 || status))
		(void)gk_node_remove(out, GK_STR("f:metadata"));
	if (w->has_status && !status)
		(void)gk_node_remove(out, GK_STR("f:status"));
	if (status)
		(void)gk_node_remove(out, GK_STR("f:spec"));
	return out;
}

/* The object without managedFields, which no set may speak of. */
static struct gk_node *bare(struct gk_arena *a, const struct gk_node *object)
{
	struct gk_node *out = gk_node_dup(a, object);
	struct gk_node *meta = gk_node_get(out, "metadata");

	if (meta)
		(void)gk_node_remove(meta, GK_STR("managedFields"));
	return out;
}

static struct entry *own_entry(
	struct gk_arena *a, struct entries *e, const struct gk_sim_writer *w, bool apply)
{
	struct entry mine = {
		w->manager, gk_str_c(w->api_version), gk_str_c(w->sub), GK_STR(""), apply, NULL};

	gk_vec_foreach (struct entry, x, e)
		if (x->apply == apply && gk_str_eq(x->manager, mine.manager) &&
			gk_str_eq(x->sub, mine.sub) &&
			(apply || gk_str_eq(x->version, mine.version)))
			return x;
	mine.set = gk_node_new(a, GK_OBJECT);
	gk_vec_push(e, mine);
	return &e->v[e->n - 1];
}

static void set_own(struct gk_arena *a, struct entry *own, struct gk_node *set, bool touch)
{
	if (gk_str_is(own->sub, "scale"))
		own->time = GK_STR(""); /* the API server gives these none */
	else if (touch || !gk_node_equal(own->set, set))
		own->time = gk_str_c(gk_sim_now(a));
	own->set = set;
}

/* Others lose what was changed or removed under them. */
static void shrink_others(struct gk_arena *a, struct entries *e, const struct entry *own,
	const struct gk_sim_changes *c)
{
	struct gk_node *lost =
		gk_sim_set_union(a, gk_sim_set_union(a, c->added, c->modified), c->removed);

	gk_vec_foreach (struct entry, x, e)
		if (x != own)
			x->set = gk_sim_set_minus(a, x->set, lost);
}

static void strip_changes(
	struct gk_arena *a, const struct gk_sim_writer *w, struct gk_sim_changes *c)
{
	c->added = strip(a, w, c->added);
	c->removed = strip(a, w, c->removed);
	c->modified = strip(a, w, c->modified);
}

/* [{}] or [] from a client means: forget who owns what. */
static bool is_reset(const struct gk_node *managed)
{
	const struct gk_node *first = gk_node_children(managed);

	return managed && (!first || (!first->next && first->count == 0));
}

/* What a new object is compared with: the parts that every object of its type has. */
static struct gk_node *blank(struct gk_arena *a, struct gk_sim_type t)
{
	struct gk_node *out = gk_node_new(a, GK_OBJECT);
	const struct gk_sim_field *f;
	size_t n;

	if (t.shape != GK_SIM_STRUCT || t.schema)
		return out;
	f = gk_sim_fields_of(t.elem, &n);
	for (size_t i = 0; i < n; i++)
		if (f[i].presence == GK_SIM_FIELD_ALWAYS)
			gk_node_set_c(a, out, f[i].field,
				blank(a, gk_sim_type_field(t, gk_str_c(f[i].field))));
		else if (gk_sim_zero(a, &f[i]))
			gk_node_set_c(a, out, f[i].field, gk_sim_zero(a, &f[i]));
	return out;
}

void gk_sim_managed_update(struct gk_arena *a, const struct gk_sim_writer *w,
	const struct gk_node *live, struct gk_node *next)
{
	const struct gk_node *given = gk_node_path(next, "metadata", "managedFields", NULL);
	struct gk_sim_changes c;
	struct entries e = {0};
	struct entry *own;

	if (is_reset(given)) {
		(void)gk_node_remove(gk_sim_meta_need(a, next), GK_STR("managedFields"));
		return;
	}
	read_entries(given ? next : live, &e);
	if (live && !e.n)
		return; /* an object that nobody tracks stays so */
	gk_sim_typed_compare(
		a, w->type, live ? bare(a, live) : blank(a, w->type), bare(a, next), &c);
	strip_changes(a, w, &c);
	own = own_entry(a, &e, w, false);
	shrink_others(a, &e, own, &c);
	set_own(a, own,
		gk_sim_set_union(a, gk_sim_set_minus(a, own->set, c.removed),
			gk_sim_set_union(a, c.modified, c.added)),
		!gk_sim_set_empty(c.modified) || !gk_sim_set_empty(c.added));
	write_entries(a, &e, next);
	gk_vec_done(&e);
}

struct conflict_ctx {
	struct gk_arena *a;
	struct gk_sim_conflicts *out;
	const char *who;
};

static void add_conflict(void *ctx, struct gk_str path)
{
	struct conflict_ctx *c = ctx;
	struct gk_sim_conflict conflict = {c->who, gk_arena_memdup0(c->a, path.p, path.n)};

	gk_vec_push(c->out, conflict);
}

/* As the API server words it (before 1.36 with the time of an update). */
static const char *describe(struct gk_arena *a, const struct entry *e)
{
	const char *sub =
		e->sub.n ? gk_arena_printf(a, " with subresource \"%.*s\"", GK_SARG(e->sub)) : "";

	if (e->apply)
		return gk_arena_printf(a, "\"%.*s\"%s", GK_SARG(e->manager), sub);
	return gk_arena_printf(
		a, "\"%.*s\"%s using %.*s", GK_SARG(e->manager), sub, GK_SARG(e->version));
}

/*
 * kubectl may take over what it applied client-side itself, as long as live still has
 * the value of the last-applied annotation.
 */
static struct gk_node *forgiven(
	struct gk_arena *a, const struct gk_sim_writer *w, const struct gk_node *live)
{
	struct gk_str text =
		gk_node_text(gk_node_path(live, "metadata", "annotations", LAST_APPLIED, NULL));
	struct gk_err err = GK_ERR_INIT;
	struct gk_doc last = GK_DOC_INIT;
	struct gk_node *paths = NULL;
	struct gk_sim_changes c;

	if (gk_str_is(w->manager, "kubectl") && text.n &&
		gk_json_parse(&last, "annotation", text, gk_limits_default(), &err) == 0 &&
		gk_sim_typed_paths(a, w->type, last.root, &paths, &err) == 0) {
		gk_sim_typed_compare(a, w->type, last.root, bare(a, live), &c);
		paths = gk_sim_set_minus(a, gk_sim_set_minus(a, paths, c.modified), c.removed);
	}
	gk_doc_done(&last);
	return paths;
}

static void find_conflicts(struct gk_arena *a, const struct gk_sim_writer *w,
	const struct gk_node *live, const struct entries *e, const struct entry *own,
	const struct gk_sim_changes *c, struct gk_sim_conflicts *ret)
{
	struct gk_node *changed = gk_sim_set_union(a, c->added, c->modified);

	changed = gk_sim_set_minus(a, changed, forgiven(a, w, live));
	gk_vec_foreach (struct entry, x, e)
		if (x != own) {
			struct conflict_ctx ctx = {a, ret, describe(a, x)};

			gk_sim_set_each(gk_sim_set_common(a, x->set, changed), add_conflict, &ctx);
		}
}

/* An object that nobody tracked so far belongs to "before-first-apply". */
static void adopt_untracked(struct gk_arena *a, const struct gk_sim_writer *w,
	const struct gk_node *live, struct entries *e)
{
	struct entry before = {GK_STR("before-first-apply"), gk_str_c(w->api_version), GK_STR(""),
		gk_str_c(gk_sim_now(a)), false, NULL};
	struct gk_sim_changes c;

	if (e->n)
		return;
	gk_sim_typed_compare(a, w->type, blank(a, w->type), bare(a, live), &c);
	before.set = strip(a, w, c.added);
	gk_vec_push(e, before);
}

static struct gk_node *union_of_all(struct gk_arena *a, const struct entries *e)
{
	struct gk_node *all = gk_node_new(a, GK_OBJECT);

	gk_vec_foreach (struct entry, x, e)
		all = gk_sim_set_union(a, all, x->set);
	return all;
}

/* kubectl's annotation follows what it applies, if the object has it. */
static void update_last_applied(struct gk_arena *a, const struct gk_sim_writer *w,
	struct gk_node *object, const struct gk_node *intent)
{
	struct gk_node *annotations = gk_node_path(object, "metadata", "annotations", NULL);
	struct gk_buf b = GK_BUF_INIT(0);

	if (!gk_str_is(w->manager, "kubectl") || !gk_node_get(annotations, LAST_APPLIED))
		return;
	gk_json_print(&b, intent, GK_JSON_HTML | GK_JSON_SORT);
	gk_buf_putc(&b, '\n');
	gk_node_set_str(a, annotations, LAST_APPLIED, gk_buf_str(&b));
	gk_buf_done(&b);
}

/* Live as a new object has it before the intent: nothing, but named. */
static const struct gk_node *live_or_blank(
	struct gk_arena *a, const struct gk_sim_writer *w, const struct gk_node *live)
{
	return live ? bare(a, live) : blank(a, w->type);
}

int gk_sim_managed_apply(struct gk_arena *a, const struct gk_sim_writer *w,
	const struct gk_node *live, const struct gk_node *intent, bool force, struct gk_node **ret,
	struct gk_sim_conflicts *conflicts, struct gk_err *err)
{
	const struct gk_node *base = live_or_blank(a, w, live);
	struct gk_node *set, *merged, *last;
	struct gk_sim_changes c;
	struct entries e = {0};
	struct entry *own;

	if (gk_sim_typed_paths(a, w->type, intent, &set, err))
		return -1;
	set = strip(a, w, set);
	read_entries(live, &e);
	if (live)
		adopt_untracked(a, w, live, &e);
	own = own_entry(a, &e, w, true);
	last = own->set;
	merged = gk_sim_typed_merge(a, w->type, base, intent);
	own->set = set;
	own->version = gk_str_c(w->api_version);
	gk_sim_typed_prune(a, w->type, merged, last, union_of_all(a, &e));
	gk_sim_typed_compare(a, w->type, base, merged, &c);
	strip_changes(a, w, &c);
	if (!force && live)
		find_conflicts(a, w, live, &e, own, &c, conflicts);
	*ret = NULL;
	if (!conflicts->n) {
		/* owning what is there already is no change, and gets no time */
		if (!gk_node_equal(base, merged))
			own->time = gk_str_c(gk_sim_now(a));
		shrink_others(a, &e, own, &c);
		update_last_applied(a, w, merged, intent);
		write_entries(a, &e, merged);
		*ret = merged;
	}
	gk_vec_done(&e);
	return 0;
}
