#include "sim/store.h"

#include "base/mem.h"
#include "doc/json.h"

struct gk_sim_obj *gk_sim_obj_ref(struct gk_sim_obj *o)
{
	if (o)
		o->refs++;
	return o;
}

void gk_sim_obj_unref(struct gk_sim_obj *o)
{
	if (!o || --o->refs)
		return;
	gk_doc_done(&o->doc);
	gk_free(o);
}

struct gk_str gk_sim_meta(const struct gk_node *root, const char *field)
{
	return gk_node_text(gk_node_path(root, "metadata", field, NULL));
}

struct gk_str gk_sim_obj_name(const struct gk_node *root)
{
	return gk_sim_meta(root, "name");
}

struct gk_str gk_sim_obj_ns(const struct gk_node *root)
{
	return gk_sim_meta(root, "namespace");
}

struct gk_str gk_sim_obj_uid(const struct gk_node *root)
{
	return gk_sim_meta(root, "uid");
}

void gk_sim_store_init(struct gk_sim_store *s, size_t history)
{
	*s = (struct gk_sim_store){.rv = 1, .history = history ? history : 4096};
}

static void free_resource(struct gk_sim_store *s, struct gk_sim_res *res)
{
	for (size_t i = 0; i < res->entries.n; i++)
		gk_sim_obj_unref(res->entries.v[i]);
	for (size_t i = 0; i < res->ring_used; i++) {
		const struct gk_sim_change *c = gk_sim_res_change(s, res, i);

		gk_sim_obj_unref(c->before);
		gk_sim_obj_unref(c->after);
	}
	gk_free(res->ring);
	gk_vec_done(&res->entries);
	gk_arena_done(&res->arena);
	gk_free(res);
}

void gk_sim_store_done(struct gk_sim_store *s)
{
	for (size_t i = 0; i < s->resources.n; i++)
		free_resource(s, s->resources.v[i]);
	gk_vec_done(&s->resources);
}

static void describe_builtin(struct gk_sim_res *res, const struct gk_sim_kind *k)
{
	struct gk_sim_version version = {.name = k->version,
		.type = gk_sim_type_builtin(k->type),
		.status = gk_sim_list_has(k->subs, GK_STR("status")),
		.scale = gk_sim_list_has(k->subs, GK_STR("scale"))};

	res->group = k->group;
	res->kind = k->kind;
	res->plural = k->plural;
	res->singular = k->singular;
	res->list_kind = gk_arena_printf(&res->arena, "%sList", k->kind);
	res->shorts = k->shorts;
	res->categories = k->categories;
	res->cluster = k->cluster;
	res->generation = strchr(k->flags, 'g') != NULL;
	res->versions.v = gk_arena_array(&res->arena, 1, sizeof version);
	res->versions.v[res->versions.n++] = version;
}

struct gk_sim_res *gk_sim_res_add(struct gk_sim_store *s, const struct gk_sim_kind *builtin)
{
	struct gk_sim_res *res = gk_xcalloc(1, sizeof *res);

	res->builtin = builtin;
	res->storage = res;
	res->compacted = s->rv;
	res->ring = gk_xcalloc(s->history, sizeof *res->ring);
	if (builtin)
		describe_builtin(res, builtin);
	gk_vec_push(&s->resources, res);
	return res;
}

struct gk_sim_res *gk_sim_res_find(
	struct gk_sim_store *s, struct gk_str group, struct gk_str plural)
{
	for (size_t i = 0; i < s->resources.n; i++) {
		struct gk_sim_res *res = s->resources.v[i];

		if (!res->gone && gk_str_is(plural, res->plural) && gk_str_is(group, res->group))
			return res;
	}
	return NULL;
}

struct gk_sim_res *gk_sim_res_of_kind(
	struct gk_sim_store *s, struct gk_str group, struct gk_str kind)
{
	for (size_t i = 0; i < s->resources.n; i++) {
		struct gk_sim_res *res = s->resources.v[i];

		if (!res->gone && gk_str_is(kind, res->kind) && gk_str_is(group, res->group))
			return res;
	}
	return NULL;
}

const struct gk_sim_version *gk_sim_res_version(const struct gk_sim_res *res, struct gk_str version)
{
	gk_vec_foreach (struct gk_sim_version, v, &res->versions)
		if (gk_str_is(version, v->name))
			return v;
	return NULL;
}

/* Order of "ns/name" against a stored key, as if they were joined. */
static int key_cmp(struct gk_str rest, struct gk_str ns, struct gk_str name)
{
	struct gk_str head = {rest.p, rest.n < ns.n + 1 ? rest.n : ns.n + 1};
	int order;

	if (ns.n == 0)
		return gk_str_cmp(rest, name);
	order = gk_str_cmp((struct gk_str){head.p, head.n < ns.n ? head.n : ns.n}, ns);
	if (order)
		return order;
	if (head.n <= ns.n)
		return -1;
	if (head.p[ns.n] != '/')
		return (unsigned char)head.p[ns.n] < '/' ? -1 : 1;
	return gk_str_cmp(gk_str_from(rest, ns.n + 1), name);
}

static size_t entry_at(
	const struct gk_sim_res *res, struct gk_str ns, struct gk_str name, bool *found)
{
	size_t low = 0, high = res->entries.n;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = key_cmp(res->entries.v[mid]->key, ns, name);

		if (order == 0)
			*found = true;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct gk_sim_obj *gk_sim_store_get(
	const struct gk_sim_res *res, struct gk_str ns, struct gk_str name)
{
	bool found;
	size_t at = entry_at(res->storage, ns, name, &found);

	return found ? res->storage->entries.v[at] : NULL;
}

const struct gk_sim_change *gk_sim_res_change(
	const struct gk_sim_store *s, const struct gk_sim_res *res, size_t i)
{
	if (i >= res->ring_used)
		return NULL;
	return &res->ring[(res->ring_first + i) % s->history];
}

static void record(struct gk_sim_store *s, struct gk_sim_res *res, struct gk_sim_change change)
{
	size_t at;

	if (res->ring_used == s->history) {
		struct gk_sim_change *oldest = &res->ring[res->ring_first];

		res->compacted = oldest->rv;
		gk_sim_obj_unref(oldest->before);
		gk_sim_obj_unref(oldest->after);
		res->ring_first = (res->ring_first + 1) % s->history;
		res->ring_used--;
	}
	at = (res->ring_first + res->ring_used++) % s->history;
	res->ring[at] = change;
	gk_sim_obj_ref(change.before);
	gk_sim_obj_ref(change.after);
	if (s->changed)
		s->changed(s->ctx, res, &res->ring[at]);
}

/* The text that every answer begins from: all members but kind and apiVersion. */
static struct gk_str object_text(struct gk_doc *doc)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str text;

	gk_node_foreach (member, doc->root) {
		struct gk_str key = gk_node_key(member);

		if (gk_str_is(key, "kind") || gk_str_is(key, "apiVersion"))
			continue;
		if (b.n)
			gk_buf_putc(&b, ',');
		gk_buf_putc(&b, '"');
		gk_buf_putstr(&b, key);
		gk_buf_puts(&b, "\":");
		gk_json_print(&b, member, GK_JSON_HTML);
	}
	text.n = b.n;
	text.p = gk_arena_memdup0(&doc->arena, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return text;
}

static struct gk_str object_key(struct gk_doc *doc)
{
	struct gk_str ns = gk_sim_obj_ns(doc->root), name = gk_sim_obj_name(doc->root);

	return gk_str_c(gk_arena_printf(
		&doc->arena, "%.*s%s%.*s", GK_SARG(ns), ns.n ? "/" : "", GK_SARG(name)));
}

struct gk_sim_obj *gk_sim_obj_make(struct gk_doc *doc)
{
	struct gk_sim_obj *o = gk_xcalloc(1, sizeof *o);

	o->doc = *doc;
	*doc = (struct gk_doc)GK_DOC_INIT;
	o->refs = 1;
	o->text = object_text(&o->doc);
	o->key = object_key(&o->doc);
	return o;
}

/* Custom resources have no order of fields but that of their names. */
static struct gk_sim_obj *new_version(
	struct gk_sim_store *s, const struct gk_sim_res *res, struct gk_doc *doc)
{
	struct gk_node *meta = gk_node_need(&doc->arena, doc->root, "metadata", GK_OBJECT);
	uint64_t rv = ++s->rv;
	struct gk_sim_obj *o;

	gk_node_set_str(&doc->arena, meta, "resourceVersion",
		gk_str_c(gk_arena_printf(&doc->arena, "%llu", (unsigned long long)rv)));
	if (!res->builtin)
		gk_node_sort(doc->root, NULL);
	o = gk_sim_obj_make(doc);
	o->rv = rv;
	return o;
}

static void insert_at(struct gk_sim_objs *l, size_t at, struct gk_sim_obj *o)
{
	gk_vec_push(l, o);
	memmove(l->v + at + 1, l->v + at, (l->n - 1 - at) * sizeof *l->v);
	l->v[at] = o;
}

static void remove_at(struct gk_sim_objs *l, size_t at)
{
	memmove(l->v + at, l->v + at + 1, (l->n - 1 - at) * sizeof *l->v);
	l->n--;
}

struct gk_sim_obj *gk_sim_store_put(
	struct gk_sim_store *s, struct gk_sim_res *res, struct gk_doc *doc)
{
	struct gk_sim_obj *o = new_version(s, res, doc), *before = NULL;
	struct gk_str ns = gk_sim_obj_ns(o->doc.root), name = gk_sim_obj_name(o->doc.root);
	bool found;
	size_t at;

	res = res->storage;
	at = entry_at(res, ns, name, &found);
	if (found) {
		before = res->entries.v[at];
		res->entries.v[at] = o;
	} else {
		insert_at(&res->entries, at, o);
	}
	record(s, res, (struct gk_sim_change){o->rv, before, o, false});
	gk_sim_obj_unref(before);
	return o;
}

/* The deletion is a revision of its own: watchers see the last state under it. */
static struct gk_sim_obj *tombstone(
	struct gk_sim_store *s, const struct gk_sim_res *res, const struct gk_node *last)
{
	struct gk_doc doc = GK_DOC_INIT;

	doc.root = gk_node_dup(&doc.arena, last);
	return new_version(s, res, &doc);
}

void gk_sim_store_delete(struct gk_sim_store *s, struct gk_sim_res *res, struct gk_str ns,
	struct gk_str name, const struct gk_node *final)
{
	struct gk_sim_obj *current, *last;
	bool found;
	size_t at;

	res = res->storage;
	at = entry_at(res, ns, name, &found);
	if (!found)
		return;
	current = res->entries.v[at];
	last = tombstone(s, res, final ? final : current->doc.root);
	remove_at(&res->entries, at);
	record(s, res, (struct gk_sim_change){last->rv, current, last, true});
	gk_sim_obj_unref(current);
	gk_sim_obj_unref(last);
}

static bool in_namespace(const struct gk_sim_obj *o, struct gk_str ns)
{
	return ns.n == 0 ||
	       (o->key.n > ns.n && o->key.p[ns.n] == '/' && memcmp(o->key.p, ns.p, ns.n) == 0);
}

static void list_now(const struct gk_sim_res *res, struct gk_str ns, struct gk_sim_objs *ret)
{
	bool found;
	size_t at = ns.n ? entry_at(res, ns, GK_STR(""), &found) : 0;

	for (; at < res->entries.n && in_namespace(res->entries.v[at], ns); at++)
		gk_vec_push(ret, gk_sim_obj_ref(res->entries.v[at]));
}

static size_t list_find(const struct gk_sim_objs *l, struct gk_str key, bool *found)
{
	size_t low = 0, high = l->n;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = gk_str_cmp(l->v[mid]->key, key);

		if (order == 0)
			*found = true;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Undo one change in a list. */
static void list_undo(struct gk_sim_objs *l, const struct gk_sim_change *c)
{
	bool found;
	size_t at = list_find(l, c->after->key, &found);

	if (found) {
		gk_sim_obj_unref(l->v[at]);
		if (c->before)
			l->v[at] = gk_sim_obj_ref(c->before);
		else
			remove_at(l, at);
	} else if (c->before) {
		insert_at(l, at, gk_sim_obj_ref(c->before));
	}
}

int gk_sim_store_list(const struct gk_sim_store *s, const struct gk_sim_res *res, struct gk_str ns,
	uint64_t rv, struct gk_sim_objs *ret)
{
	res = res->storage;
	if (rv && rv < res->compacted)
		return -1;
	list_now(res, ns, ret);
	for (size_t i = rv ? res->ring_used : 0; i-- > 0;) {
		const struct gk_sim_change *c = gk_sim_res_change(s, res, i);

		if (!c || c->rv <= rv)
			break;
		if (in_namespace(c->after, ns))
			list_undo(ret, c);
	}
	return 0;
}

void gk_sim_objs_done(struct gk_sim_objs *l)
{
	for (size_t i = 0; i < l->n; i++)
		gk_sim_obj_unref(l->v[i]);
	gk_vec_done(l);
}
