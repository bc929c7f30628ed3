/* What the unit tests of lib/sync share: JSON with single quotes into a tree or a set. */
#ifndef GK_TEST_SYNC_UTIL_H
#define GK_TEST_SYNC_UTIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "doc/json.h"
#include "doc/stream.h"

static inline struct gk_node *json(struct gk_arena *a, const char *quoted)
{
	char *text = gk_arena_strdup(a, quoted);
	struct gk_str rest = gk_str_c(text);
	struct gk_pos pos = {NULL, 1, 1};
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *n = NULL;

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (gk_json_parse_next(a, &rest, &pos, gk_limits_default(), &n, &err))
		fail_msg("line %u:%u of test data: %s", pos.line, pos.col, err.slug);
	return n;
}

/* Add the objects, one JSON text each, to a set. */
static inline void add_objects(struct gk_set *set, const char *const *texts, size_t n)
{
	struct gk_err err = GK_ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		struct gk_node *object = json(&set->arena, texts[i]);
		struct gk_ref ref;

		assert_int_equal(gk_object_ref(object, "test", &ref, &err), 0);
		gk_set_add(set, object, "test", &ref);
	}
}

#endif
