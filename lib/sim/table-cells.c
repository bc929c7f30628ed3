#include "sim/table.h"

#include "base/io.h"
#include "base/num.h"
#include "base/text.h"
#include "doc/json.h"

typedef void (*cell_fn)(struct gk_buf *b, const struct gk_node *o);

static int64_t number_at(const struct gk_node *o, const char *first, const char *second)
{
	int64_t n = 0;

	(void)gk_node_int(gk_node_path(o, first, second, NULL), &n);
	return n;
}

/* The two largest units, as long as they say something. */
static void put_duration(struct gk_buf *b, int64_t s)
{
	if (s < 120)
		gk_buf_printf(b, "%llds", (long long)(s < 0 ? 0 : s));
	else if (s < 600 && s % 60)
		gk_buf_printf(b, "%lldm%llds", (long long)(s / 60), (long long)(s % 60));
	else if (s < 3 * 3600)
		gk_buf_printf(b, "%lldm", (long long)(s / 60));
	else if (s < 8 * 3600 && s / 60 % 60)
		gk_buf_printf(b, "%lldh%lldm", (long long)(s / 3600), (long long)(s / 60 % 60));
	else if (s < 48 * 3600)
		gk_buf_printf(b, "%lldh", (long long)(s / 3600));
	else
		gk_buf_printf(b, "%lldd", (long long)(s / 86400));
}

void gk_sim_put_age(struct gk_buf *b, struct gk_str rfc3339)
{
	struct gk_err err = GK_ERR_INIT;
	int64_t then;

	if (!rfc3339.n || gk_time_parse_rfc3339(rfc3339, &then, &err))
		gk_buf_puts(b, "<unknown>");
	else
		put_duration(b, (gk_time_utc_ms() - then) / 1000);
}

static void put_quoted_age(struct gk_buf *b, struct gk_str time)
{
	gk_buf_putc(b, '"');
	gk_sim_put_age(b, time);
	gk_buf_putc(b, '"');
}

static void cell_age(struct gk_buf *b, const struct gk_node *o)
{
	put_quoted_age(b, gk_node_text(gk_node_path(o, "metadata", "creationTimestamp", NULL)));
}

static void cell_lastseen(struct gk_buf *b, const struct gk_node *o)
{
	put_quoted_age(b, gk_node_text(gk_node_get(o, "lastTimestamp")));
}

static void cell_data(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *data = gk_node_get(o, "data"), *bin = gk_node_get(o, "binaryData");

	gk_buf_printf(b, "%u", (data ? data->count : 0) + (bin ? bin->count : 0));
}

static void cell_active(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *active = gk_node_path(o, "status", "active", NULL);

	gk_buf_printf(b, "%u", active ? active->count : 0);
}

static void put_fraction(struct gk_buf *b, int64_t done, int64_t wanted)
{
	gk_buf_printf(b, "\"%lld/%lld\"", (long long)done, (long long)wanted);
}

static void cell_ready(struct gk_buf *b, const struct gk_node *o)
{
	put_fraction(b, number_at(o, "status", "readyReplicas"), number_at(o, "spec", "replicas"));
}

static void cell_completions(struct gk_buf *b, const struct gk_node *o)
{
	put_fraction(b, number_at(o, "status", "succeeded"), number_at(o, "spec", "completions"));
}

static void cell_jobstatus(struct gk_buf *b, const struct gk_node *o)
{
	const char *text = "Running";

	gk_node_foreach (c, gk_node_path(o, "status", "conditions", NULL)) {
		struct gk_str type = gk_node_text(gk_node_get(c, "type"));

		if (!gk_str_is(gk_node_text(gk_node_get(c, "status")), "True"))
			continue;
		if (gk_str_is(type, "Complete") || gk_str_is(type, "Failed"))
			text = gk_str_is(type, "Complete") ? "Complete" : "Failed";
		else if (gk_str_is(type, "Suspended"))
			text = "Suspended";
	}
	gk_buf_printf(b, "\"%s\"", text);
}

static void cell_object(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *ref = gk_node_get(o, "involvedObject");
	struct gk_str kind = gk_node_text(gk_node_get(ref, "kind"));
	struct gk_str name = gk_node_text(gk_node_get(ref, "name"));

	gk_buf_putc(b, '"');
	for (size_t i = 0; i < kind.n; i++)
		gk_buf_putc(b, (char)(kind.p[i] | 0x20));
	gk_buf_printf(b, "/%.*s\"", GK_SARG(name));
}

static void cell_role(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *ref = gk_node_get(o, "roleRef");

	gk_buf_printf(b, "\"%.*s/%.*s\"", GK_SARG(gk_node_text(gk_node_get(ref, "kind"))),
		GK_SARG(gk_node_text(gk_node_get(ref, "name"))));
}

static void cell_target(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *ref = gk_node_path(o, "spec", "scaleTargetRef", NULL);

	gk_buf_printf(b, "\"%.*s/%.*s\"", GK_SARG(gk_node_text(gk_node_get(ref, "kind"))),
		GK_SARG(gk_node_text(gk_node_get(ref, "name"))));
}

static void cell_hosts(struct gk_buf *b, const struct gk_node *o)
{
	struct gk_buf text = GK_BUF_INIT(0);

	gk_node_foreach (rule, gk_node_path(o, "spec", "rules", NULL)) {
		gk_buf_puts(&text, text.n ? "," : "");
		gk_buf_putstr(&text, gk_node_text(gk_node_get(rule, "host")));
	}
	gk_text_json(b, text.n ? gk_buf_str(&text) : GK_STR("*"));
	gk_buf_done(&text);
}

static void cell_address(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *list = gk_node_path(o, "status", "loadBalancer", "ingress", NULL);
	const struct gk_node *first = gk_node_children(list);
	struct gk_str ip = gk_node_text(gk_node_get(first, "ip"));

	gk_text_json(b, ip.p ? ip : gk_node_text(gk_node_get(first, "hostname")));
}

static void cell_nodestatus(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *ready =
		gk_sim_json_path(o, GK_STR(".status.conditions[?(@.type==\"Ready\")].status"));

	gk_buf_puts(b, gk_str_is(gk_node_text(ready), "True") ? "\"Ready\"" : "\"NotReady\"");
}

static void cell_podready(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *all = gk_node_path(o, "spec", "containers", NULL);
	int64_t ready = 0;

	gk_node_foreach (c, gk_node_path(o, "status", "containerStatuses", NULL))
		ready += gk_node_true(gk_node_get(c, "ready"));
	put_fraction(b, ready, all ? all->count : 0);
}

static void cell_podstatus(struct gk_buf *b, const struct gk_node *o)
{
	struct gk_str text = gk_node_text(gk_node_path(o, "status", "phase", NULL));

	gk_node_foreach (c, gk_node_path(o, "status", "containerStatuses", NULL)) {
		struct gk_str why =
			gk_node_text(gk_node_path(c, "state", "waiting", "reason", NULL));

		if (why.n)
			text = why;
	}
	if (gk_node_path(o, "metadata", "deletionTimestamp", NULL))
		text = GK_STR("Terminating");
	gk_text_json(b, text);
}

static void cell_restarts(struct gk_buf *b, const struct gk_node *o)
{
	int64_t n = 0, sum = 0;

	gk_node_foreach (c, gk_node_path(o, "status", "containerStatuses", NULL))
		if (gk_node_int(gk_node_get(c, "restartCount"), &n))
			sum += n;
	gk_buf_printf(b, "%lld", (long long)sum);
}

static void cell_externalip(struct gk_buf *b, const struct gk_node *o)
{
	struct gk_str name = gk_node_text(gk_node_path(o, "spec", "externalName", NULL));

	gk_text_json(b, name.n ? name : GK_STR("<none>"));
}

static void cell_ports(struct gk_buf *b, const struct gk_node *o)
{
	struct gk_buf text = GK_BUF_INIT(0);

	gk_node_foreach (port, gk_node_path(o, "spec", "ports", NULL))
		gk_buf_printf(&text, "%s%.*s/%.*s", text.n ? "," : "",
			GK_SARG(gk_node_scalar(gk_node_get(port, "port"))),
			GK_SARG(gk_node_text(gk_node_get(port, "protocol"))));
	gk_text_json(b, text.n ? gk_buf_str(&text) : GK_STR("<none>"));
	gk_buf_done(&text);
}

static void put_containers(struct gk_buf *b, const struct gk_node *o, const char *member)
{
	struct gk_buf text = GK_BUF_INIT(0);

	gk_node_foreach (c, gk_node_path(o, "spec", "template", "spec", "containers", NULL)) {
		gk_buf_puts(&text, text.n ? "," : "");
		gk_buf_putstr(&text, gk_node_text(gk_node_get(c, member)));
	}
	gk_text_json(b, gk_buf_str(&text));
	gk_buf_done(&text);
}

static void cell_containers(struct gk_buf *b, const struct gk_node *o)
{
	put_containers(b, o, "name");
}

static void cell_images(struct gk_buf *b, const struct gk_node *o)
{
	put_containers(b, o, "image");
}

static void cell_selector(struct gk_buf *b, const struct gk_node *o)
{
	const struct gk_node *selector = gk_node_path(o, "spec", "selector", NULL);
	const struct gk_node *labels = gk_node_get(selector, "matchLabels");
	struct gk_buf text = GK_BUF_INIT(0);

	gk_node_foreach (m, labels ? labels : selector)
		gk_buf_printf(&text, "%s%.*s=%.*s", text.n ? "," : "", GK_SARG(gk_node_key(m)),
			GK_SARG(gk_node_text(m)));
	gk_text_json(b, text.n ? gk_buf_str(&text) : GK_STR("<none>"));
	gk_buf_done(&text);
}

static void cell_duration(struct gk_buf *b, const struct gk_node *o)
{
	struct gk_str from = gk_node_text(gk_node_path(o, "status", "startTime", NULL));
	struct gk_str to = gk_node_text(gk_node_path(o, "status", "completionTime", NULL));
	struct gk_err err = GK_ERR_INIT;
	int64_t start, end = gk_time_utc_ms();

	gk_buf_putc(b, '"');
	if (from.n && !gk_time_parse_rfc3339(from, &start, &err)) {
		if (to.n && gk_time_parse_rfc3339(to, &end, &err))
			end = start;
		put_duration(b, (end - start) / 1000);
	}
	gk_buf_putc(b, '"');
}

static const struct {
	const char *name;
	cell_fn fn;
} cells[] = {{"=age", cell_age}, {"=lastseen", cell_lastseen}, {"=data", cell_data},
	{"=active", cell_active}, {"=ready", cell_ready}, {"=completions", cell_completions},
	{"=jobstatus", cell_jobstatus}, {"=object", cell_object}, {"=role", cell_role},
	{"=target", cell_target}, {"=hosts", cell_hosts}, {"=address", cell_address},
	{"=nodestatus", cell_nodestatus}, {"=podready", cell_podready},
	{"=podstatus", cell_podstatus}, {"=restarts", cell_restarts},
	{"=externalip", cell_externalip}, {"=ports", cell_ports}, {"=containers", cell_containers},
	{"=images", cell_images}, {"=selector", cell_selector}, {"=duration", cell_duration}};

/* "[0]", "[?(@.type=="Ready")]" */
static const struct gk_node *index_step(const struct gk_node *n, struct gk_str step)
{
	struct gk_err err = GK_ERR_INIT;
	uint64_t i;

	if (gk_str_starts(step, GK_STR("?(@."))) {
		struct gk_str value = gk_str_from(step, 4), key = gk_str_cut(&value, '=');

		value = gk_str_from(value, 1); /* the second = */
		if (value.n < 3)
			return NULL;
		value = (struct gk_str){value.p + 1, value.n - 3};
		gk_node_foreach (item, n)
			if (gk_str_eq(gk_node_scalar(gk_node_find(item, key)), value))
				return item;
		return NULL;
	}
	return gk_num_u64(step, 0, 1 << 20, &i, &err) ? NULL : gk_node_at(n, (size_t)i);
}

const struct gk_node *gk_sim_json_path(const struct gk_node *n, struct gk_str path)
{
	while (n && path.n) {
		bool bracket = path.p[0] == '[';
		size_t end = 1;

		if (!bracket && path.p[0] != '.')
			return NULL;
		while (end < path.n &&
			(bracket ? path.p[end] != ']' : path.p[end] != '.' && path.p[end] != '['))
			end += !bracket && path.p[end] == '\\' ? 2 : 1;
		if (bracket)
			n = index_step(n, (struct gk_str){path.p + 1, end - 1});
		else if (end > 1)
			n = gk_node_find(n, (struct gk_str){path.p + 1, end - 1});
		path = gk_str_from(path, bracket ? end + 1 : end);
	}
	return n;
}

static void put_value(struct gk_buf *b, const struct gk_node *n, const char *type)
{
	if (n && strcmp(type, "date") == 0 && gk_node_is(n, GK_STRING))
		gk_json_print(b, n, 0);
	else if (!n)
		gk_buf_puts(b, strcmp(type, "integer") == 0 ? "0" : "\"<none>\"");
	else if (strcmp(type, "string") == 0)
		gk_text_json(b, gk_node_scalar(n));
	else
		gk_json_print(b, n, 0);
}

void gk_sim_cell(struct gk_buf *b, const struct gk_sim_column *c, const struct gk_node *object)
{
	struct gk_str rest = gk_str_c(c->from);
	const struct gk_node *n = object;

	for (size_t i = 0; i < GK_COUNT(cells); i++)
		if (strcmp(cells[i].name, c->from) == 0) {
			cells[i].fn(b, object);
			return;
		}
	while (rest.p && n)
		n = gk_node_find(n, gk_str_cut(&rest, '.'));
	put_value(b, n, c->type);
}
