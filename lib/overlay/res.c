#include "doc/object.h"
#include "overlay/res.h"
#include "overlay/value.h"

static struct gk_str meta_text(const struct gk_node *object, const char *field)
{
	return gk_value_text(gk_node_path(object, "metadata", field, NULL));
}

struct gk_res *gk_res_new(struct gk_arena *a, const struct gk_scopes *scopes,
	struct gk_node *object, const char *file)
{
	struct gk_res *r = gk_arena_zalloc(a, sizeof *r);
	struct gk_node *hash = gk_node_path(object, "metadata", "annotations",
		"internal.config.kubernetes.io/needsHashSuffix", NULL);

	r->object = object;
	r->scopes = scopes;
	r->known = gk_arena_zalloc(a, sizeof *r->known);
	r->file = file;
	if (gk_str_is(gk_value_text(hash), "enabled"))
		r->flags |= GK_RES_HASH;
	return r;
}

static struct gk_str name_in(const struct gk_res *r, const struct gk_node *meta)
{
	struct gk_str name = gk_value_text(gk_node_get(meta, "name"));

	return name.n ? name : r->alias;
}

struct gk_str gk_res_name(const struct gk_res *r)
{
	return name_in(r, gk_node_get(r->object, "metadata"));
}

void gk_res_alias(struct gk_arena *a, struct gk_res *r, size_t serial)
{
	struct gk_str base = meta_text(r->object, "generateName");

	r->serial = serial;
	r->alias = gk_str_c(gk_arena_printf(a, "%.*s~%zu", GK_SARG(base), serial));
}

struct gk_str gk_res_ns(const struct gk_res *r)
{
	return meta_text(r->object, "namespace");
}

struct gk_str gk_res_kind(const struct gk_res *r)
{
	return gk_value_text(gk_node_get(r->object, "kind"));
}

static bool same_place(struct gk_str a, struct gk_str b)
{
	return a.p == b.p && a.n == b.n;
}

static struct gk_known known_type(const struct gk_res *r)
{
	struct gk_known *last = r->known;
	struct gk_known now = {.declared = r->scopes && r->scopes->declared,
		.kind = gk_res_kind(r),
		.api_version = gk_value_text(gk_node_get(r->object, "apiVersion"))};

	if (last && last->kind.p && last->declared == now.declared &&
		same_place(last->kind, now.kind) && same_place(last->api_version, now.api_version))
		return *last;
	gk_api_version_split(now.api_version, &now.group, &now.version);
	now.cluster_scoped = gk_scopes_cluster(r->scopes, now.group, now.version, now.kind);
	if (last)
		*last = now;
	return now;
}

static struct gk_str effective_ns(struct gk_str ns, bool cluster_scoped)
{
	if (cluster_scoped)
		return GK_STR("_non_namespaceable_");
	return ns.n ? ns : GK_STR("default");
}

struct gk_id gk_res_type(const struct gk_res *r)
{
	struct gk_known type = known_type(r);

	return (struct gk_id){.group = type.group, .version = type.version, .kind = type.kind};
}

struct gk_id gk_res_id(const struct gk_res *r)
{
	const struct gk_node *meta = gk_node_get(r->object, "metadata");
	struct gk_known type = known_type(r);
	struct gk_str ns = gk_value_text(gk_node_get(meta, "namespace"));

	return (struct gk_id){.group = type.group,
		.version = type.version,
		.kind = type.kind,
		.name = name_in(r, meta),
		.ns = ns,
		.effective = effective_ns(ns, type.cluster_scoped)};
}

struct gk_id gk_prev_id(const struct gk_res *r, const struct gk_prev *p)
{
	struct gk_known type = known_type(r);
	bool cluster_scoped =
		same_place(p->kind, type.kind)
			? type.cluster_scoped
			: gk_scopes_cluster(r->scopes, type.group, type.version, p->kind);

	return (struct gk_id){.group = type.group,
		.version = type.version,
		.kind = p->kind,
		.name = p->name,
		.ns = p->ns,
		.effective = effective_ns(p->ns, cluster_scoped)};
}

struct gk_id gk_res_original(const struct gk_res *r)
{
	return r->oldest ? gk_prev_id(r, r->oldest) : gk_res_id(r);
}

struct gk_str gk_res_first_name(const struct gk_res *r)
{
	return r->oldest ? r->oldest->name : gk_res_name(r);
}

bool gk_id_equal(const struct gk_id *a, const struct gk_id *b)
{
	return gk_str_eq(a->name, b->name) && gk_str_eq(a->kind, b->kind) &&
	       gk_str_eq(a->group, b->group) && gk_str_eq(a->version, b->version) &&
	       gk_str_eq(a->effective, b->effective);
}

bool gk_id_cluster_scoped(const struct gk_id *id)
{
	return gk_str_is(id->effective, "_non_namespaceable_");
}

static bool selects(const char *want, struct gk_str have)
{
	return !*want || gk_str_is(have, want);
}

bool gk_id_selected(
	const struct gk_id *id, const char *group, const char *version, const char *kind)
{
	return selects(kind, id->kind) && selects(group, id->group) &&
	       selects(version, id->version);
}

static void put_or(struct gk_buf *b, struct gk_str s, const char *none)
{
	if (s.n)
		gk_buf_putstr(b, s);
	else
		gk_buf_puts(b, none);
}

const char *gk_id_text(struct gk_arena *a, const struct gk_id *id)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	put_or(&b, id->kind, "[noKind]");
	gk_buf_putc(&b, '.');
	put_or(&b, id->version, "[noVer]");
	gk_buf_putc(&b, '.');
	put_or(&b, id->group, "[noGrp]");
	gk_buf_putc(&b, '/');
	put_or(&b, id->name, "[noName]");
	gk_buf_putc(&b, '.');
	put_or(&b, id->ns, "[noNs]");
	return gk_arena_strdup(a, gk_buf_cstr(&b));
}

struct gk_str gk_id_key(struct gk_arena *a, const struct gk_id *id)
{
	const struct gk_str part[] = {id->group, id->version, id->kind, id->effective, id->name};
	size_t n = 0;
	char *key, *p;

	for (size_t i = 0; i < GK_COUNT(part); i++)
		n += part[i].n + 1;
	key = p = gk_arena_alloc(a, n);
	for (size_t i = 0; i < GK_COUNT(part); i++) {
		if (part[i].n)
			memcpy(p, part[i].p, part[i].n);
		p[part[i].n] = '\0';
		p += part[i].n + 1;
	}
	return (struct gk_str){key, n};
}

void gk_res_need_annotations(struct gk_arena *a, struct gk_res *r)
{
	struct gk_node *meta = gk_node_get(r->object, "metadata");
	const struct gk_node *annotations = gk_node_get(meta, "annotations");

	if (annotations && annotations->type != GK_OBJECT && annotations->type != GK_ARRAY)
		(void)gk_node_set_c(a, meta, "annotations", gk_node_new(a, GK_OBJECT));
}

void gk_res_remember(struct gk_arena *a, struct gk_res *r)
{
	struct gk_id id = gk_res_id(r);
	struct gk_prev *p = gk_arena_zalloc(a, sizeof *p);

	gk_res_need_annotations(a, r);
	*p = (struct gk_prev){.name = id.name, .ns = id.effective, .kind = id.kind};
	if (r->youngest)
		r->youngest->next = p;
	else
		r->oldest = p;
	r->youngest = p;
}

static void push(struct gk_arena *a, struct gk_affix **list, struct gk_str text)
{
	struct gk_affix *x;

	if (text.n == 0)
		return;
	x = gk_arena_zalloc(a, sizeof *x);
	*x = (struct gk_affix){*list, text};
	*list = x;
}

void gk_res_prefix(struct gk_arena *a, struct gk_res *r, struct gk_str prefix)
{
	push(a, &r->prefixes, prefix);
}

void gk_res_suffix(struct gk_arena *a, struct gk_res *r, struct gk_str suffix)
{
	push(a, &r->suffixes, suffix);
}

/* One list must begin with the other (outermost first); none equals only none. */
static bool same_affixes(const struct gk_affix *a, const struct gk_affix *b, bool loosely)
{
	if (!a || !b)
		return loosely || a == b;
	for (; a && b; a = a->inner, b = b->inner)
		if (!gk_str_eq(a->text, b->text))
			return false;
	return true;
}

bool gk_res_same_affixes(const struct gk_res *a, const struct gk_res *b, bool loosely)
{
	return same_affixes(a->prefixes, b->prefixes, loosely) &&
	       same_affixes(a->suffixes, b->suffixes, loosely);
}

bool gk_res_is_marked(const struct gk_res *r)
{
	return r->oldest || r->prefixes || r->suffixes ||
	       (r->flags & (GK_RES_HASH | GK_RES_GENERATED));
}

void gk_res_forget(struct gk_res *r)
{
	r->oldest = r->youngest = NULL;
	r->prefixes = r->suffixes = NULL;
	r->flags = 0;
	r->behavior = GK_UNSPECIFIED;
}

struct gk_pos gk_res_pos(const struct gk_res *r, const struct gk_node *n)
{
	return gk_node_pos(r->patched || !n->line ? r->object : n, r->file);
}

int gk_res_check_nul(const struct gk_res *r, struct gk_err *err)
{
	const struct gk_node *meta = gk_node_get(r->object, "metadata");
	const struct gk_node *fields[] = {gk_node_get(r->object, "apiVersion"),
		gk_node_get(r->object, "kind"), gk_node_get(meta, "name"),
		gk_node_get(meta, "namespace"), gk_node_get(meta, "generateName")};

	for (size_t i = 0; i < GK_COUNT(fields); i++) {
		struct gk_str text = gk_node_text(fields[i]);

		if (!text.n || !memchr(text.p, '\0', text.n))
			continue;
		(void)gk_fail(err, GK_EINPUT, "render.nul",
			"'%.*s' of the object holds a NUL character",
			GK_SARG(gk_node_key(fields[i])));
		(void)gk_err_line(err, fields[i]->line, fields[i]->col);
		return gk_res_at(r, err);
	}
	return 0;
}

int gk_res_at(const struct gk_res *r, struct gk_err *err)
{
	struct gk_pos pos = gk_node_pos(r->object, r->file);

	if (err->line && !r->patched)
		pos = (struct gk_pos){r->file, err->line, err->col};
	return gk_err_at(err, pos);
}
