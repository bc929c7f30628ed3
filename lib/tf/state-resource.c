#include <string.h>

#include "tf/state-priv.h"

static int corrupt(struct gk_tf_reading *r, const struct gk_node *at, const char *what)
{
	gk_fail(r->err, GK_EINPUT, "tf.corrupt", "%s", what);
	return gk_err_at(r->err, gk_node_pos(at, r->how->source));
}

static struct gk_str kept(struct gk_tf_reading *r, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(&r->state->arena, s.p, s.n), s.n};
}

/* A member that must be a string when it is there. */
static int text(struct gk_tf_reading *r, const struct gk_node *object, const char *name,
	bool required, struct gk_str *ret)
{
	const struct gk_node *n = gk_node_get(object, name);

	*ret = GK_STR("");
	if (!n && !required)
		return 0;
	if (!gk_node_is(n, GK_STRING)) {
		gk_fail(r->err, GK_EINPUT, "tf.corrupt", "a resource's \"%s\" is %s", name,
			n ? "no string" : "missing");
		return gk_err_at(r->err, gk_node_pos(n ? n : object, r->how->source));
	}
	*ret = n->text;
	return 0;
}

/*
 * provider["HOST/NAMESPACE/TYPE"], with a module path before it and an alias behind it, or
 * the older provider.TYPE.  Empty for anything else.
 */
static struct gk_str provider_name(struct gk_str s)
{
	static const char word[] = "provider";
	const char *at = s.n ? memmem(s.p, s.n, word, sizeof word - 1) : NULL;
	struct gk_str rest, name;

	if (!at || (at != s.p && at[-1] != '.'))
		return GK_STR("");
	rest = gk_str_from(s, (size_t)(at - s.p) + sizeof word - 1);
	if (gk_str_starts(rest, GK_STR("[\""))) {
		rest = gk_str_from(rest, 2);
		name = gk_str_cut(&rest, '"');
		return rest.n && rest.p[0] == ']' && gk_str_has(name, GK_STR("/")) ? name
										   : GK_STR("");
	}
	if (!gk_str_starts(rest, GK_STR(".")))
		return GK_STR("");
	rest = gk_str_from(rest, 1);
	return gk_str_cut(&rest, '.');
}

static int index_key(struct gk_tf_reading *r, const struct gk_node *instance, struct gk_tf_key *ret)
{
	const struct gk_node *n = gk_node_get(instance, "index_key");

	*ret = (struct gk_tf_key){.kind = GK_TF_NO_KEY};
	if (!n || n->type == GK_NULL)
		return 0;
	if (n->type == GK_STRING) {
		*ret = (struct gk_tf_key){.kind = GK_TF_STR_KEY, .s = kept(r, n->text)};
		return 0;
	}
	ret->kind = GK_TF_INT_KEY;
	return gk_node_int(n, &ret->n)
		       ? 0
		       : corrupt(r, n, "an index_key is neither a whole number nor a string");
}

static const struct gk_node *step_into(const struct gk_node *n, const struct gk_node *step)
{
	struct gk_str type = gk_node_text(gk_node_get(step, "type"));
	const struct gk_node *value = gk_node_get(step, "value");
	int64_t i;

	if (gk_str_is(type, "index"))
		value = gk_node_get(value, "value");
	if (gk_node_is(value, GK_STRING))
		return gk_node_find(n, value->text);
	if (gk_node_int(value, &i) && i >= 0 && gk_node_is(n, GK_ARRAY))
		return gk_node_at(n, (size_t)i);
	return NULL;
}

void gk_tf__mark(struct gk_tf_state *s, const struct gk_node *value)
{
	if (gk_node_is(value, GK_STRING) && value->text.n >= GK_TF_SECRET_MIN &&
		!gk_map_has(&s->secrets, value->text)) {
		const char *copy = gk_arena_memdup0(&s->arena, value->text.p, value->text.n);

		gk_map_put(&s->secrets, (struct gk_str){copy, value->text.n}, NULL);
	}
	gk_node_foreach (child, value)
		gk_tf__mark(s, child);
}

static void mark_sensitive(struct gk_tf_reading *r, const struct gk_node *instance)
{
	const struct gk_node *attributes = gk_node_get(instance, "attributes");

	gk_node_foreach (path, gk_node_get(instance, "sensitive_attributes")) {
		const struct gk_node *at = attributes;

		gk_node_foreach (step, path)
			at = at ? step_into(at, step) : NULL;
		gk_tf__mark(r->state, at);
	}
}

static int status(struct gk_tf_reading *r, const struct gk_node *instance, bool *tainted)
{
	struct gk_str s;

	if (text(r, instance, "status", false, &s))
		return -1;
	*tainted = gk_str_is(s, "tainted");
	return s.n && !*tainted ? corrupt(r, instance, "an instance's status is not \"tainted\"")
				: 0;
}

/* One current object and any number of deposed ones an address; anything more is corruption. */
static int remember(struct gk_tf_reading *r, const struct gk_tf_instance *i)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str key;

	gk_tf_address_print(&b, &i->address);
	if (i->deposed.n)
		gk_buf_printf(&b, " (deposed %.*s)", GK_SARG(i->deposed));
	key = kept(r, gk_buf_str(&b));
	if (!gk_map_has(&r->state->addresses, key)) {
		gk_map_put(&r->state->addresses, key, NULL);
		return 0;
	}
	gk_fail(r->err, GK_EINPUT, "tf.duplicate", "%s appears twice in the state", key.p);
	return gk_err_at(r->err, i->pos);
}

static int instance(
	struct gk_tf_reading *r, const struct gk_node *n, const struct gk_tf_instance *resource)
{
	const struct gk_tf_address *keep = r->how->keep;
	struct gk_tf_instance i = *resource;

	if (!gk_node_is(n, GK_OBJECT))
		return corrupt(r, n, "an instance is no object");
	i.pos = gk_node_pos(n, r->how->source);
	if (index_key(r, n, &i.address.key) || status(r, n, &i.tainted) ||
		text(r, n, "deposed", false, &i.deposed))
		return -1;
	i.deposed = kept(r, i.deposed);
	mark_sensitive(r, n);
	if (keep && !i.deposed.n && gk_tf_address_covers(keep, &i.address)) {
		const struct gk_node *attributes = gk_node_get(n, "attributes");
		const struct gk_node *marks = gk_node_get(n, "sensitive_attributes");

		i.attributes = attributes ? gk_node_dup(&r->state->arena, attributes)
					  : gk_node_new(&r->state->arena, GK_OBJECT);
		i.sensitive = marks ? gk_node_dup(&r->state->arena, marks) : NULL;
	}
	if (remember(r, &i))
		return -1;
	gk_vec_push(&r->instances, i);
	return 0;
}

static int module_steps(
	struct gk_tf_reading *r, const struct gk_node *resource, struct gk_tf_address *ret)
{
	struct gk_err why = GK_ERR_INIT;
	struct gk_str module;

	if (text(r, resource, "module", false, &module))
		return -1;
	*ret = (struct gk_tf_address){0};
	if (!module.n)
		return 0;
	if (gk_tf_address_parse(&r->state->arena, kept(r, module), ret, &why) || ret->type.n)
		return corrupt(r, gk_node_get(resource, "module"),
			"a resource's module is no module address");
	return 0;
}

static int mode(struct gk_tf_reading *r, const struct gk_node *resource, bool *data)
{
	struct gk_str s;

	if (text(r, resource, "mode", true, &s))
		return -1;
	*data = gk_str_is(s, "data");
	return *data || gk_str_is(s, "managed")
		       ? 0
		       : corrupt(r, gk_node_get(resource, "mode"),
				 "a resource's mode is neither \"managed\" nor \"data\"");
}

/* terraform drops such a resource without a word; we say that it would be lost. */
static void lost(
	struct gk_tf_reading *r, const struct gk_node *resource, const struct gk_tf_instance *i)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);

	if (!r->how->findings)
		return;
	gk_tf_address_print(&b, &i->address);
	gk_diags_add(r->how->findings, GK_SEV_ERROR, "tf.resource-lost",
		gk_node_pos(resource, r->how->source),
		"the provider of %s cannot be parsed: terraform ignores this resource",
		gk_buf_cstr(&b));
}

int gk_tf__resource(struct gk_tf_reading *r, const struct gk_node *resource)
{
	struct gk_tf_instance i = {0};
	struct gk_str type, name, provider;
	const struct gk_node *instances = gk_node_get(resource, "instances");

	if (!gk_node_is(resource, GK_OBJECT))
		return corrupt(r, resource, "an element of \"resources\" is no object");
	if (module_steps(r, resource, &i.address) || mode(r, resource, &i.address.data) ||
		text(r, resource, "type", true, &type) || text(r, resource, "name", true, &name) ||
		text(r, resource, "provider", false, &provider))
		return -1;
	i.address.type = kept(r, type);
	i.address.name = kept(r, name);
	i.provider = kept(r, provider_name(provider));
	if (provider.n && !i.provider.n)
		lost(r, resource, &i);
	if (instances && !gk_node_is(instances, GK_ARRAY))
		return corrupt(r, instances, "a resource's \"instances\" is no array");
	gk_node_foreach (n, instances)
		if (instance(r, n, &i))
			return -1;
	return 0;
}
