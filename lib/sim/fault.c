#include "sim/fault.h"

#include "base/io.h"
#include "base/limits.h"
#include "doc/json.h"

/* Where a member of "do" or "match" goes. */
enum member_kind { M_INT, M_TEXT, M_JSON, M_BOOL };
struct member {
	const char *name;
	enum member_kind kind;
	size_t offset;
};
#define MEMBER(name, kind, field)                                                                  \
	{                                                                                          \
		name, kind, offsetof(struct gk_sim_fault, field)                                   \
	}

static const struct member match_members[] = {
	MEMBER("method", M_TEXT, method),
	MEMBER("path~", M_TEXT, path),
	MEMBER("side", M_TEXT, side),
	MEMBER("nth", M_INT, nth),
	MEMBER("every", M_INT, every),
};

static const struct member do_members[] = {
	MEMBER("status", M_INT, status),
	MEMBER("body", M_JSON, body),
	MEMBER("cut", M_INT, cut_at),
	MEMBER("rst", M_BOOL, cut_rst),
	MEMBER("stall", M_INT, stall_ms),
	MEMBER("stall-at", M_INT, stall_at),
	MEMBER("drip", M_INT, drip_rate),
	MEMBER("corrupt", M_INT, corrupt_at),
	MEMBER("refuse", M_INT, refuse_ms),
	MEMBER("headers-count", M_INT, headers_count),
	MEMBER("headers-size", M_INT, headers_size),
	MEMBER("redirect", M_TEXT, redirect),
	MEMBER("watch-event", M_JSON, watch_event),
	MEMBER("watch-after", M_INT, watch_after),
	MEMBER("close", M_BOOL, close),
	MEMBER("expired", M_BOOL, expired),
};

static struct gk_str json_text(struct gk_arena *a, const struct gk_node *n)
{
	struct gk_buf b = GK_BUF_INIT(0);
	struct gk_str ret;

	if (gk_node_is(n, GK_STRING))
		return gk_node_text(n);
	gk_json_print(&b, n, 0);
	ret.n = b.n;
	ret.p = gk_arena_memdup0(a, gk_buf_cstr(&b), b.n);
	gk_buf_done(&b);
	return ret;
}

static bool store_member(
	struct gk_arena *a, struct gk_sim_fault *f, const struct member *m, struct gk_node *value)
{
	void *at = (char *)f + m->offset;

	switch (m->kind) {
	case M_INT:
		return gk_node_int(value, at);
	case M_TEXT:
		*(struct gk_str *)at = gk_node_text(value);
		return gk_node_is(value, GK_STRING);
	case M_JSON:
		*(struct gk_str *)at = json_text(a, value);
		return true;
	case M_BOOL:
		*(bool *)at = gk_node_true(value);
		return gk_node_true(value) || gk_node_is(value, GK_FALSE);
	}
	return false;
}

/* Members with a form of their own. */
static bool special_member(struct gk_sim_fault *f, const struct gk_node *value)
{
	struct gk_str key = gk_node_key(value);

	if (gk_str_is(key, "reset")) {
		f->reset = gk_str_is(gk_node_text(value), "after") ? GK_SIM_FAULT_AFTER
								   : GK_SIM_FAULT_BEFORE;
		return true;
	}
	if (!gk_str_is(key, "headers"))
		return false;
	gk_node_foreach (h, value) {
		struct gk_sim_pair p = {gk_node_key(h), gk_node_scalar(h)};

		gk_vec_push(&f->headers, p);
	}
	return true;
}

static int read_members(struct gk_arena *a, struct gk_sim_fault *f, const struct gk_node *object,
	const struct member *members, size_t n, struct gk_err *err)
{
	gk_node_foreach (value, object) {
		struct gk_str key = gk_node_key(value);
		size_t i = 0;

		while (i < n && !gk_str_is(key, members[i].name))
			i++;
		if (i == n ? !(members == do_members && special_member(f, value))
			   : !store_member(a, f, &members[i], value))
			return gk_fail(err, GK_EINPUT, "sim.fault",
				"'%.*s' is not a member of a fault rule, or has the wrong type",
				GK_SARG(key));
	}
	return 0;
}

static int read_rule(
	struct gk_sim_faults *f, const char *path, const struct gk_node *n, struct gk_err *err)
{
	struct gk_sim_fault rule = {
		.nth = 0, .status = -1, .cut_at = -1, .corrupt_at = -1, .watch_after = -1};
	const struct gk_node *match = gk_node_get(n, "match"), *action = gk_node_get(n, "do");
	struct gk_arena *a = &f->arena;

	if (!gk_node_is(action, GK_OBJECT) || (match && !gk_node_is(match, GK_OBJECT)))
		(void)gk_fail(err, GK_EINPUT, "sim.fault", "expected {\"match\":{},\"do\":{}}");
	else if (!read_members(a, &rule, match, match_members, GK_COUNT(match_members), err) &&
		 !read_members(a, &rule, action, do_members, GK_COUNT(do_members), err)) {
		gk_vec_push(&f->rules, rule);
		return 0;
	}
	gk_vec_done(&rule.headers);
	return gk_err_at(err, gk_node_pos(n, path));
}

int gk_sim_faults_load(struct gk_sim_faults *f, const char *path, struct gk_err *err)
{
	const struct gk_limits *lim = gk_limits_default();
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	struct gk_pos pos = {path, 1, 1};
	struct gk_str rest;

	if (gk_io_read_file(path, lim->doc_bytes, &text, err))
		return -1;
	rest = gk_str_trim(gk_buf_str(&text));
	rest.p = gk_arena_memdup0(&f->arena, rest.p, rest.n);
	while (rest.n) {
		struct gk_node *n;

		if (gk_json_parse_next(&f->arena, &rest, &pos, lim, &n, err) ||
			read_rule(f, path, n, err))
			return -1;
	}
	return 0;
}

void gk_sim_faults_done(struct gk_sim_faults *f)
{
	gk_vec_foreach (struct gk_sim_fault, rule, &f->rules)
		gk_vec_done(&rule->headers);
	gk_vec_done(&f->rules);
	gk_arena_done(&f->arena);
}

static bool matches(const struct gk_sim_fault *f, const struct gk_sim_req *r)
{
	if (f->method.p && !gk_str_is(f->method, r->method))
		return false;
	if (f->side.p && !gk_str_is(f->side, r->aws ? "aws" : "kube"))
		return false;
	return !f->path.p || gk_str_has(r->wire, f->path);
}

static bool due(const struct gk_sim_fault *f)
{
	if (f->nth > 0)
		return f->seen == f->nth;
	return f->every <= 0 || f->seen % f->every == 0;
}

const struct gk_sim_fault *gk_sim_fault_match(struct gk_sim_faults *f, const struct gk_sim_req *r)
{
	const struct gk_sim_fault *found = NULL;

	gk_vec_foreach (struct gk_sim_fault, rule, &f->rules) {
		if (!matches(rule, r))
			continue;
		rule->seen++;
		if (!found && due(rule))
			found = rule;
	}
	return found;
}
