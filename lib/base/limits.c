#include <stdio.h>

#include "base/limits.h"
#include "base/num.h"

#define MI(n) ((uint64_t)(n) << 20)

static const struct gk_limits defaults = {
	.doc_bytes = MI(32),
	.input_bytes = MI(512),
	.depth = 256,
	.nodes = 1000000,
	.alias_nodes = 100000,
	.anchors = 10000,
	.key_bytes = MI(1),
	.scalar_bytes = MI(4),
	.number_chars = 1024,
	.objects = 50000,
	.kustomizations = 5000,
	.overlay_depth = 64,
	.visits = 5000000,
	.render_bytes = MI(64),
	.patch_ops = 10000,
	.object_bytes = MI(3),
	.http_body = MI(8),
	.http_list = MI(64),
	.http_line = MI(16),
	.http_small = MI(4),
	.http_headers = 256 << 10,
	.state_bytes = MI(256),
	.child_output = MI(64),
	.child_seconds = 600,
	.git_bytes = MI(512),
	.git_objects = 2000000,
	.git_file_bytes = MI(64),
	.git_list_bytes = MI(32),
	.git_effort = 1000,
	.git_seconds = 120,
};

#define LIMIT(name, field)                                                                         \
	{                                                                                          \
		name, offsetof(struct gk_limits, field)                                            \
	}
static const struct {
	const char *name;
	size_t offset;
} names[] = {
	LIMIT("doc-bytes", doc_bytes),
	LIMIT("input-bytes", input_bytes),
	LIMIT("depth", depth),
	LIMIT("nodes", nodes),
	LIMIT("alias-nodes", alias_nodes),
	LIMIT("anchors", anchors),
	LIMIT("key-bytes", key_bytes),
	LIMIT("scalar-bytes", scalar_bytes),
	LIMIT("number-chars", number_chars),
	LIMIT("objects", objects),
	LIMIT("kustomizations", kustomizations),
	LIMIT("overlay-depth", overlay_depth),
	LIMIT("visits", visits),
	LIMIT("render-bytes", render_bytes),
	LIMIT("patch-ops", patch_ops),
	LIMIT("object-bytes", object_bytes),
	LIMIT("http-body", http_body),
	LIMIT("http-list", http_list),
	LIMIT("http-line", http_line),
	LIMIT("http-small", http_small),
	LIMIT("http-headers", http_headers),
	LIMIT("state-bytes", state_bytes),
	LIMIT("child-output", child_output),
	LIMIT("child-seconds", child_seconds),
	LIMIT("git-bytes", git_bytes),
	LIMIT("git-objects", git_objects),
	LIMIT("git-file-bytes", git_file_bytes),
	LIMIT("git-list-bytes", git_list_bytes),
	LIMIT("git-effort", git_effort),
	LIMIT("git-seconds", git_seconds),
};

const struct gk_limits *gk_limits_default(void)
{
	return &defaults;
}

static int unknown(struct gk_str name, struct gk_err *err)
{
	const char *known[GK_COUNT(names)], *near;

	for (size_t i = 0; i < GK_COUNT(names); i++)
		known[i] = names[i].name;
	near = gk_str_nearest(name, known, GK_COUNT(known));
	gk_fail(err, GK_EUSAGE, "usage.limit", "no limit is called '%.*s'", GK_SARG(name));
	return near ? gk_help(err, "did you mean '%s'?", near)
		    : gk_help(err, "gk(7) lists the limits");
}

int gk_limits_set(struct gk_limits *l, struct gk_str setting, struct gk_err *err)
{
	struct gk_str value = setting, name = gk_str_cut(&value, '=');

	if (!value.p)
		return gk_fail(err, GK_EUSAGE, "usage.limit", "expected NAME=VALUE, not '%.*s'",
			GK_SARG(setting));
	for (size_t i = 0; i < GK_COUNT(names); i++) {
		uint64_t v;

		if (!gk_str_is(name, names[i].name))
			continue;
		if (gk_num_size(value, &v, err)) {
			err->code = GK_EUSAGE;
			return gk_ctx(err, "--limit %s", names[i].name);
		}
		memcpy((char *)l + names[i].offset, &v, sizeof v);
		return 0;
	}
	return unknown(name, err);
}

int gk_limit_fail(struct gk_err *err, const char *name, uint64_t value, const char *what)
{
	gk_fail(err, GK_ELIMIT, "limit.exceeded", "%s passes the limit %s = %llu", what, name,
		(unsigned long long)value);
	return gk_help(err, "if that is intended: --limit %s=N", name);
}
