/* The parent object of a set: names, identifiers, encoding. */
#include <stdlib.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/num.h"
#include "sync/inventory.h"

#define FORMAT "gk.inventory/v1"

/* ---- names ---- */

void gk_applyset_id(
	struct gk_str name, struct gk_str ns, struct gk_str kind, struct gk_str group, char ret[64])
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(4096);
	unsigned char hash[GK_SHA256_LEN];

	gk_buf_printf(&b, "%.*s.%.*s.%.*s.%.*s", GK_SARG(name), GK_SARG(ns), GK_SARG(kind),
		GK_SARG(group));
	gk_sha256(gk_buf_str(&b), hash);
	gk_buf_reset(&b);
	gk_buf_puts(&b, "applyset-");
	gk_base64_encode(&b, (struct gk_str){(const char *)hash, sizeof hash}, GK_B64_URL_NOPAD);
	gk_buf_puts(&b, "-v1");
	gk_assert(b.n < 64);
	memcpy(ret, gk_buf_cstr(&b), b.n + 1);
}

static bool is_label(struct gk_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool alnum = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9');

		if (!alnum && (s.p[i] != '-' || i == 0 || i == s.n - 1))
			return false;
	}
	return s.n > 0;
}

int gk_set_id_init(struct gk_set_id *s, const char *name, const char *ns, struct gk_err *err)
{
	struct gk_str text = gk_str_c(name);

	if (!is_label(text) || text.n > GK_SET_NAME_MAX)
		return gk_fail(err, GK_EUSAGE, "set.name",
			"'%s' is no name for a set: expected at most %d of a-z, 0-9 and - (not at an end)",
			name, (int)GK_SET_NAME_MAX);
	*s = (struct gk_set_id){.name = name, .ns = ns};
	memcpy(s->parent, "gk-", 3);
	memcpy(s->parent + 3, name, text.n + 1);
	gk_applyset_id(gk_str_c(s->parent), gk_str_c(ns), GK_STR("ConfigMap"), GK_STR(""), s->id);
	return 0;
}

/* The last two components that say something: the same from every working directory. */
static struct gk_str last_two(struct gk_str path)
{
	struct gk_str rest = path, part, last = GK_STR_NULL, before = GK_STR_NULL;

	while (rest.p) {
		part = gk_str_cut(&rest, '/');
		if (part.n == 0 || gk_str_is(part, ".") || gk_str_is(part, ".."))
			continue;
		before = last;
		last = part;
	}
	if (!before.n)
		return last;
	return (struct gk_str){before.p, (size_t)(last.p - before.p) + last.n};
}

const char *gk_set_name_from(struct gk_arena *a, struct gk_str path)
{
	struct gk_str from = last_two(path);
	char *out = gk_arena_alloc(a, from.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < from.n && n < GK_SET_NAME_MAX; i++) {
		char c = from.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
	return n ? out : NULL;
}

static bool is_plain_file(const char *name)
{
	return strcmp(name, "-") != 0;
}

const char *gk_set_name_choose(
	struct gk_arena *a, const struct gk_node *source, const struct gk_strs *files)
{
	struct gk_str path = gk_node_text(gk_node_get(source, "path"));
	struct gk_str file, stem;

	if (path.n)
		return gk_set_name_from(a, path);
	if (files->n != 1 || !is_plain_file(files->v[0]))
		return NULL;
	file = last_two(gk_str_c(files->v[0]));
	while (gk_str_has(file, GK_STR("/")))
		(void)gk_str_cut(&file, '/');
	stem = gk_str_cut(&file, '.');
	return stem.n ? gk_set_name_from(a, stem) : NULL;
}

/* ---- encoding ---- */

static int by_ref(const void *a, const void *b)
{
	const struct gk_inv_entry *const *x = a, *const *y = b;

	return gk_ref_cmp(&(*x)->ref, &(*y)->ref);
}

static const struct gk_inv_entry **sorted(struct gk_arena *a, const struct gk_inventory *inv)
{
	const struct gk_inv_entry **v = gk_arena_array(a, inv->entry.n + 1, sizeof *v);

	for (size_t i = 0; i < inv->entry.n; i++)
		v[i] = &inv->entry.v[i];
	qsort(v, inv->entry.n, sizeof *v, by_ref);
	return v;
}

static bool same_section(const struct gk_ref *a, const struct gk_ref *b)
{
	return gk_str_eq(a->group, b->group) && gk_str_eq(a->version, b->version) &&
	       gk_str_eq(a->kind, b->kind) && gk_str_eq(a->ns, b->ns);
}

static void put_word(struct gk_buf *b, struct gk_str s)
{
	gk_buf_putstr(b, s.n ? s : GK_STR("-"));
}

static void put_section(struct gk_buf *b, const struct gk_ref *r)
{
	gk_buf_putc(b, '[');
	gk_ref_api_version(b, r);
	gk_buf_printf(b, " %.*s ", GK_SARG(r->kind));
	put_word(b, r->ns);
	gk_buf_puts(b, "]\n");
}

static void encode_objects(
	struct gk_buf *b, const struct gk_inv_entry *const *v, const struct gk_inventory *inv)
{
	for (size_t i = 0; i < inv->entry.n; i++) {
		if (i == 0 || !same_section(&v[i - 1]->ref, &v[i]->ref))
			put_section(b, &v[i]->ref);
		gk_buf_printf(b, "%.*s ", GK_SARG(v[i]->ref.name));
		put_word(b, v[i]->uid);
		gk_buf_printf(b, " %lld\n", (long long)v[i]->generation);
	}
}

static void encode_hooks(struct gk_buf *b, const struct gk_inventory *inv)
{
	for (size_t i = 0; i < inv->hook.n; i++) {
		const struct gk_inv_hook *h = &inv->hook.v[i];

		gk_ref_api_version(b, &h->ref);
		gk_buf_printf(b, " %.*s ", GK_SARG(h->ref.kind));
		put_word(b, h->ref.ns);
		gk_buf_printf(b, " %.*s %.*s %.*s\n", GK_SARG(h->ref.name), GK_SARG(h->hash),
			GK_SARG(h->result));
	}
}

static void encode_run(struct gk_buf *b, const struct gk_inventory *inv)
{
	const struct {
		const char *key;
		struct gk_str value;
	} lines[] = {{"cluster", inv->cluster}, {"source", inv->source},
		{"revision", inv->revision}, {"state", inv->state}};

	gk_buf_puts(b, "format " FORMAT "\n");
	for (size_t i = 0; i < GK_COUNT(lines); i++)
		if (lines[i].value.n)
			gk_buf_printf(b, "%s %.*s\n", lines[i].key, GK_SARG(lines[i].value));
}

/* Sorted, comma-joined, without doubles: what the ApplySet's annotations want. */
static int by_text(const void *a, const void *b)
{
	return gk_str_cmp(*(const struct gk_str *)a, *(const struct gk_str *)b);
}

static struct gk_str joined(struct gk_arena *a, struct gk_str *v, size_t n)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(1 << 20);

	if (n)
		qsort(v, n, sizeof *v, by_text);
	for (size_t i = 0; i < n; i++) {
		if (i && gk_str_eq(v[i], v[i - 1]))
			continue;
		if (b.n)
			gk_buf_putc(&b, ',');
		gk_buf_putstr(&b, v[i]);
	}
	return gk_str_c(gk_arena_strdup(a, gk_buf_cstr(&b)));
}

static struct gk_str group_kinds(struct gk_arena *a, const struct gk_inventory *inv)
{
	struct gk_str *v = gk_arena_array(a, inv->entry.n + 1, sizeof *v);

	for (size_t i = 0; i < inv->entry.n; i++) {
		const struct gk_ref *r = &inv->entry.v[i].ref;

		v[i] = gk_str_c(gk_arena_printf(a, "%.*s%s%.*s", GK_SARG(r->kind),
			r->group.n ? "." : "", GK_SARG(r->group)));
	}
	return joined(a, v, inv->entry.n);
}

static struct gk_str namespaces(
	struct gk_arena *a, const struct gk_inventory *inv, struct gk_str own)
{
	struct gk_str *v = gk_arena_array(a, inv->entry.n + 1, sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < inv->entry.n; i++)
		if (inv->entry.v[i].ref.ns.n && !gk_str_eq(inv->entry.v[i].ref.ns, own))
			v[n++] = inv->entry.v[i].ref.ns;
	return joined(a, v, n);
}

static void put_data(struct gk_arena *a, struct gk_node *data, const char *key, struct gk_buf *b)
{
	gk_node_set_str(a, data, key, gk_buf_str(b));
	gk_buf_reset(b);
}

struct gk_node *gk_inventory_encode(
	struct gk_arena *a, const struct gk_inventory *inv, const struct gk_set_id *id)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(16 << 20);
	struct gk_node *cm = gk_node_new(a, GK_OBJECT), *meta, *data;

	gk_node_set_str(a, cm, "apiVersion", GK_STR("v1"));
	gk_node_set_str(a, cm, "kind", GK_STR("ConfigMap"));
	meta = gk_node_need(a, cm, "metadata", GK_OBJECT);
	gk_node_set_str(a, meta, "name", gk_str_c(id->parent));
	gk_node_set_str(a, meta, "namespace", gk_str_c(id->ns));
	gk_object_set_label(a, cm, GK_APPLYSET "id", gk_str_c(id->id));
	gk_object_annotate(a, cm, GK_APPLYSET "tooling", GK_STR("gk/v" PACKAGE_VERSION));
	gk_object_annotate(a, cm, GK_APPLYSET "contains-group-kinds", group_kinds(a, inv));
	gk_object_annotate(
		a, cm, GK_APPLYSET "additional-namespaces", namespaces(a, inv, gk_str_c(id->ns)));
	data = gk_node_need(a, cm, "data", GK_OBJECT);
	encode_objects(&b, sorted(a, inv), inv);
	put_data(a, data, "objects", &b);
	encode_hooks(&b, inv);
	put_data(a, data, "hooks", &b);
	encode_run(&b, inv);
	put_data(a, data, "run", &b);
	return cm;
}

/* ---- decoding ---- */

static int bad_line(struct gk_err *err, const char *what, struct gk_str line)
{
	return gk_fail(err, GK_EINPUT, "set.inventory",
		"cannot read the inventory: expected %s, found '%.*s'", what,
		(int)(line.n > 120 ? 120 : line.n), line.p);
}

static struct gk_str word(struct gk_str *line)
{
	struct gk_str w = gk_str_cut(line, ' ');

	return gk_str_is(w, "-") ? GK_STR_NULL : w;
}

/* "[apps/v1 Deployment prod]" */
static int decode_section(struct gk_str line, struct gk_ref *ret, struct gk_err *err)
{
	struct gk_str rest = gk_str_from(line, 1);

	if (!gk_str_ends(rest, GK_STR("]")))
		return bad_line(err, "a section", line);
	rest.n--;
	gk_api_version_split(word(&rest), &ret->group, &ret->version);
	ret->kind = word(&rest);
	ret->ns = word(&rest);
	return ret->kind.n && !rest.p ? 0 : bad_line(err, "a section", line);
}

static int decode_object(
	struct gk_inventory *inv, struct gk_str line, struct gk_ref *section, struct gk_err *err)
{
	struct gk_str rest = line, uid;
	int64_t generation = 0;

	section->name = word(&rest);
	uid = word(&rest);
	if (!section->kind.n || !section->name.n ||
		gk_num_i64(rest, 0, INT64_MAX, &generation, err))
		return bad_line(err, "name, UID and generation", line);
	gk_inventory_put(inv, section, uid, generation);
	return 0;
}

static int decode_objects(struct gk_inventory *inv, struct gk_str text, struct gk_err *err)
{
	struct gk_ref section = {.kind = GK_STR_NULL};

	while (text.n) {
		struct gk_str line = gk_str_cut(&text, '\n');

		if (line.n == 0)
			continue;
		if (line.p[0] == '[' ? decode_section(line, &section, err)
				     : decode_object(inv, line, &section, err))
			return -1;
	}
	return 0;
}

static int decode_hooks(struct gk_inventory *inv, struct gk_str text, struct gk_err *err)
{
	while (text.n) {
		struct gk_str line = gk_str_cut(&text, '\n'), rest = line, hash;
		struct gk_ref r = {.kind = GK_STR_NULL};

		if (line.n == 0)
			continue;
		gk_api_version_split(word(&rest), &r.group, &r.version);
		r.kind = word(&rest);
		r.ns = word(&rest);
		r.name = word(&rest);
		hash = word(&rest);
		if (!r.name.n || !hash.n || !rest.n)
			return bad_line(err, "a hook and its result", line);
		gk_inventory_put_hook(
			inv, &r, hash, gk_str_is(rest, "Succeeded") ? "Succeeded" : "Failed");
	}
	return 0;
}

static void decode_run(struct gk_inventory *inv, struct gk_str text)
{
	const struct {
		const char *key;
		struct gk_str *value;
	} lines[] = {{"cluster", &inv->cluster}, {"source", &inv->source},
		{"revision", &inv->revision}, {"state", &inv->state}};

	while (text.n) {
		struct gk_str value = gk_str_cut(&text, '\n'), key = gk_str_cut(&value, ' ');

		for (size_t i = 0; i < GK_COUNT(lines); i++)
			if (gk_str_is(key, lines[i].key))
				*lines[i].value = value;
	}
}

static int check_tooling(
	const struct gk_node *parent, const struct gk_set_id *id, struct gk_err *err)
{
	struct gk_str tool = gk_object_annotation(parent, GK_APPLYSET "tooling");
	struct gk_str label = gk_object_label(parent, GK_APPLYSET "id");

	if (tool.n && !gk_str_starts(tool, GK_STR("gk/")))
		return gk_fail(err, GK_ECONFLICT, "set.tooling",
			"ConfigMap %s/%s is the ApplySet of another tool: %.*s", id->ns, id->parent,
			GK_SARG(tool));
	if (label.n && !gk_str_is(label, id->id))
		return gk_fail(err, GK_ECONFLICT, "set.tooling",
			"ConfigMap %s/%s carries the ApplySet ID %.*s; expected %s", id->ns,
			id->parent, GK_SARG(label), id->id);
	if (!tool.n && !label.n)
		return gk_fail(err, GK_ECONFLICT, "set.tooling",
			"ConfigMap %s/%s exists and is no set of gk", id->ns, id->parent);
	return 0;
}

int gk_inventory_decode(struct gk_inventory *inv, const struct gk_node *parent,
	const struct gk_set_id *id, struct gk_err *err)
{
	const struct gk_node *data, *copy = gk_node_dup(&inv->arena, parent);

	if (check_tooling(parent, id, err))
		return -1;
	inv->exists = true;
	inv->uid = gk_node_text(gk_node_path(copy, "metadata", "uid", NULL));
	inv->version = gk_node_text(gk_node_path(copy, "metadata", "resourceVersion", NULL));
	data = gk_node_get(copy, "data");
	decode_run(inv, gk_node_text(gk_node_get(data, "run")));
	if (decode_objects(inv, gk_node_text(gk_node_get(data, "objects")), err) ||
		decode_hooks(inv, gk_node_text(gk_node_get(data, "hooks")), err))
		return gk_ctx(err, "ConfigMap %s/%s", id->ns, id->parent);
	return 0;
}
