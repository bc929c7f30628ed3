#include "sim/proto.h"

#include "base/base64.h"
#include "base/io.h"
#include "base/limits.h"
#include "doc/json.h"
#include "doc/object.h"
#include "sim/kinds.h"
#include "sim/types.h"

enum { MAX_DEPTH = 64 };

/* One field as it stands on the wire. */
struct field {
	unsigned number, wire;
	uint64_t value;      /* wire types 0, 1 and 5 */
	struct gk_str bytes; /* wire type 2 */
};

static bool read_varint(struct gk_str *s, uint64_t *ret)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64 && s->n; shift += 7) {
		unsigned char c = (unsigned char)*s->p;

		*s = gk_str_from(*s, 1);
		v |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80)) {
			*ret = v;
			return true;
		}
	}
	return false;
}

static bool read_fixed(struct gk_str *s, size_t n, uint64_t *ret)
{
	uint64_t v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(unsigned char)s->p[i] << (8 * i);
	*s = gk_str_from(*s, n);
	*ret = v;
	return true;
}

static bool next_field(struct gk_str *s, struct field *f)
{
	uint64_t key, n;

	if (!read_varint(s, &key))
		return false;
	f->number = (unsigned)(key >> 3);
	f->wire = (unsigned)(key & 7);
	if (f->wire == 0)
		return read_varint(s, &f->value);
	if (f->wire == 1 || f->wire == 5)
		return read_fixed(s, f->wire == 1 ? 8 : 4, &f->value);
	if (f->wire != 2 || !read_varint(s, &n) || n > s->n)
		return false;
	f->bytes = (struct gk_str){s->p, (size_t)n};
	*s = gk_str_from(*s, (size_t)n);
	return true;
}

/* The first field of that number in a message. */
static bool find(struct gk_str message, unsigned number, struct field *ret)
{
	while (message.n && next_field(&message, ret))
		if (ret->number == number)
			return true;
	return false;
}

static const struct gk_sim_tag *find_tag(const char *message, unsigned number)
{
	size_t low = 0, high = gk_sim_tags_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(gk_sim_tags[mid].message, message);

		if (order == 0)
			order = gk_sim_tags[mid].number - (int)number;
		if (order == 0)
			return &gk_sim_tags[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static struct gk_node *from_time(struct gk_arena *a, struct gk_str message)
{
	struct field seconds;
	char text[32];

	if (!find(message, 1, &seconds))
		return gk_node_new(a, GK_NULL);
	gk_time_rfc3339((int64_t)seconds.value * 1000, false, text);
	return gk_node_string_c(a, text);
}

static struct gk_node *from_int_or_string(struct gk_arena *a, struct gk_str message)
{
	struct field kind = {0}, value = {0};

	if (find(message, 1, &kind) && kind.value == 1)
		return gk_node_string(a, find(message, 3, &value) ? value.bytes : GK_STR(""));
	return gk_node_int_new(a, find(message, 2, &value) ? (int64_t)value.value : 0);
}

static struct gk_node *from_json(struct gk_arena *a, struct gk_str message)
{
	struct gk_pos pos = {"body", 1, 1};
	struct gk_err err = GK_ERR_INIT;
	struct field raw;
	struct gk_node *n;

	if (!find(message, 1, &raw) ||
		gk_json_parse_next(a, &raw.bytes, &pos, gk_limits_default(), &n, &err))
		return gk_node_new(a, GK_NULL);
	return gk_node_dup(a, n);
}

static struct gk_node *from_bytes(struct gk_arena *a, struct gk_str bytes)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_node *n;

	gk_base64_encode(&b, bytes, GK_B64_STD);
	n = gk_node_string(a, gk_buf_str(&b));
	gk_buf_done(&b);
	return n;
}

static struct gk_node *from_quantity(struct gk_arena *a, struct gk_str message)
{
	struct field text;

	return gk_node_string(a, find(message, 1, &text) ? text.bytes : GK_STR("0"));
}

static void read_message(struct gk_arena *a, const char *message, struct gk_sim_type t,
	struct gk_str bytes, struct gk_node *into, int depth);

/* One value; the elements of lists and maps come one by one. */
static struct gk_node *from_value(
	struct gk_arena *a, struct gk_sim_type t, const struct field *f, int depth)
{
	struct gk_node *n;

	switch (t.shape) {
	case GK_SIM_STRING:
		return gk_node_string(a, f->bytes);
	case GK_SIM_INT:
	case GK_SIM_NUMBER:
		return gk_node_int_new(a, (int64_t)f->value);
	case GK_SIM_BOOL:
		return gk_node_bool(a, f->value != 0);
	case GK_SIM_BYTES:
		return from_bytes(a, f->bytes);
	case GK_SIM_TIME:
		return from_time(a, f->bytes);
	case GK_SIM_QUANTITY:
		return from_quantity(a, f->bytes);
	case GK_SIM_INTORSTRING:
		return from_int_or_string(a, f->bytes);
	case GK_SIM_STRUCT:
		n = gk_node_new(a, GK_OBJECT);
		read_message(a, t.elem, t, f->bytes, n, depth + 1);
		return n;
	case GK_SIM_MAP:
	case GK_SIM_LIST:
	case GK_SIM_ANY:
		break;
	}
	return from_json(a, f->bytes);
}

/* A list type within a map or a list is a message of its own: {repeated items = 1}. */
static struct gk_node *from_items(
	struct gk_arena *a, struct gk_sim_type t, struct gk_str message, int depth)
{
	struct gk_node *list = gk_node_new(a, GK_ARRAY);
	struct field f;

	while (message.n && next_field(&message, &f))
		gk_node_append(list, from_value(a, gk_sim_type_elem(t), &f, depth));
	return list;
}

static void read_entry(struct gk_arena *a, struct gk_sim_type t, struct gk_str entry,
	struct gk_node *map, int depth)
{
	struct field key = {0}, value = {.bytes = {"", 0}};
	struct gk_sim_type elem;

	if (!find(entry, 1, &key))
		key.bytes = GK_STR("");
	if (!find(entry, 2, &value))
		value = (struct field){.bytes = GK_STR("")};
	elem = gk_sim_type_field(t, key.bytes);
	gk_node_set(a, map, key.bytes,
		elem.shape == GK_SIM_LIST ? from_items(a, elem, value.bytes, depth)
					  : from_value(a, elem, &value, depth));
}

static void read_field(struct gk_arena *a, struct gk_sim_type t, const char *name,
	const struct field *f, struct gk_node *into, int depth)
{
	struct gk_sim_type ft = gk_sim_type_field(t, gk_str_c(name));

	if (!ft.known)
		return;
	if (ft.shape == GK_SIM_LIST)
		gk_node_append(gk_node_need(a, into, name, GK_ARRAY),
			from_value(a, gk_sim_type_elem(ft), f, depth));
	else if (ft.shape == GK_SIM_MAP)
		read_entry(a, ft, f->bytes, gk_node_need(a, into, name, GK_OBJECT), depth);
	else
		gk_node_set_c(a, into, name, from_value(a, ft, f, depth));
}

static void read_message(struct gk_arena *a, const char *message, struct gk_sim_type t,
	struct gk_str bytes, struct gk_node *into, int depth)
{
	struct field f = {0};

	while (depth < MAX_DEPTH && bytes.n && next_field(&bytes, &f)) {
		const struct gk_sim_tag *tag = find_tag(message, f.number);

		if (tag && *tag->inlined)
			read_message(a, tag->inlined, t, f.bytes, into, depth + 1);
		else if (tag)
			read_field(a, t, tag->field, &f, into, depth);
	}
}

static const char *type_of(struct gk_str api_version, struct gk_str kind)
{
	static const struct {
		const char *kind, *type;
	} others[] = {{"DeleteOptions", "DeleteOptions"}, {"Eviction", "Eviction"},
		{"TokenRequest", "authn.TokenRequest"}, {"Scale", "Scale"}};
	struct gk_str group, version;

	gk_api_version_split(api_version, &group, &version);
	for (size_t i = 0; i < gk_sim_kinds_count; i++)
		if (gk_str_is(kind, gk_sim_kinds[i].kind) &&
			gk_str_is(group, gk_sim_kinds[i].group) && *gk_sim_kinds[i].type)
			return gk_sim_kinds[i].type;
	for (size_t i = 0; i < GK_COUNT(others); i++)
		if (gk_str_is(kind, others[i].kind))
			return others[i].type;
	return NULL;
}

int gk_sim_proto_read(
	struct gk_arena *a, struct gk_str body, struct gk_node **ret, struct gk_err *err)
{
	struct field meta, version = {0}, kind = {0}, raw;
	struct gk_node *n = gk_node_new(a, GK_OBJECT);
	const char *type;

	if (!gk_str_starts(body, (struct gk_str){"k8s\0", 4}) ||
		!find(gk_str_from(body, 4), 1, &meta) || !find(meta.bytes, 1, &version) ||
		!find(meta.bytes, 2, &kind))
		return gk_fail(err, GK_EINPUT, "sim.protobuf", "the body has no envelope");
	type = type_of(version.bytes, kind.bytes);
	if (!type)
		return gk_fail(err, GK_EINPUT, "sim.protobuf", "no field numbers of the kind %.*s",
			GK_SARG(kind.bytes));
	gk_node_set_str(a, n, "kind", kind.bytes);
	gk_node_set_str(a, n, "apiVersion", version.bytes);
	if (find(gk_str_from(body, 4), 2, &raw))
		read_message(a, type, gk_sim_type_builtin(type), raw.bytes, n, 0);
	*ret = n;
	return 0;
}
