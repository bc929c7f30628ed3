/* The tables of lib/schema: sorted as their look-ups need, and right where it matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "schema/fieldspec.h"
#include "schema/kinds.h"
#include "schema/merge.h"

static void scope_is_known(void **state)
{
	(void)state;
	assert_true(gk_kind_cluster_scoped(GK_STR(""), GK_STR("v1"), GK_STR("Namespace")));
	assert_true(gk_kind_cluster_scoped(
		GK_STR("rbac.authorization.k8s.io"), GK_STR("v1"), GK_STR("ClusterRole")));
	assert_false(gk_kind_cluster_scoped(GK_STR("apps"), GK_STR("v1"), GK_STR("Deployment")));
	/* kustomize looks at the version, too. */
	assert_false(gk_kind_cluster_scoped(GK_STR(""), GK_STR("v2"), GK_STR("Namespace")));
	for (size_t i = 0; i < gk_cluster_scoped_kinds_count; i++)
		assert_true(gk_kind_cluster_scoped(gk_str_c(gk_cluster_scoped_kinds[i].group),
			gk_str_c(gk_cluster_scoped_kinds[i].version),
			gk_str_c(gk_cluster_scoped_kinds[i].kind)));
}

static void order_is_known(void **state)
{
	(void)state;
	assert_true(gk_kind_rank(GK_STR("Namespace")) < gk_kind_rank(GK_STR("Secret")));
	assert_true(gk_kind_rank(GK_STR("Deployment")) < gk_kind_rank(GK_STR("Ingress")));
	assert_int_equal(gk_kind_rank(GK_STR("Widget")), 0);
	assert_true(gk_kind_rank(GK_STR("ValidatingWebhookConfiguration")) > 0);
}

static void every_row_is_found(void **state)
{
	struct gk_merge_schema s = gk_merge_schema_builtin();

	(void)state;
	for (size_t i = 0; i < s.nfields; i++)
		assert_ptr_equal(gk_merge_find(&s, s.fields[i].type, gk_str_c(s.fields[i].field)),
			&s.fields[i]);
	for (size_t i = 0; i < s.nkinds; i++)
		assert_string_equal(
			gk_merge_root(&s, gk_str_c(s.kinds[i].group), gk_str_c(s.kinds[i].version),
				gk_str_c(s.kinds[i].kind)),
			s.kinds[i].type);
}

static void merge_keys_are_reached(void **state)
{
	static const char *const way[] = {"spec", "template", "spec", "containers", "ports"};
	struct gk_merge_schema s = gk_merge_schema_builtin();
	const char *type = gk_merge_root(&s, GK_STR("apps"), GK_STR("v1"), GK_STR("Deployment"));
	const struct gk_merge_field *row = NULL;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(way); i++) {
		row = gk_merge_find(&s, type, gk_str_c(way[i]));
		assert_non_null(row);
		type = row->next;
	}
	assert_string_equal(row->keys, "containerPort,protocol");
	assert_null(gk_merge_find(&s, "PodSpec", GK_STR("tolerations")));
	assert_null(gk_merge_root(&s, GK_STR("apps"), GK_STR("v2"), GK_STR("Deployment")));
}

static void fieldspecs_are_grouped(void **state)
{
	(void)state;
	for (size_t i = 0; i < gk_fieldspecs_count; i++) {
		const char *end = gk_fieldspecs[i].path;

		assert_true(gk_fieldspecs[i].list < GK_FS_LISTS);
		while (*end)
			end += strlen(end) + 1;
		assert_ptr_not_equal(end, gk_fieldspecs[i].path);
	}
	assert_true(gk_namerefs_count > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scope_is_known),
		cmocka_unit_test(order_is_known),
		cmocka_unit_test(every_row_is_found),
		cmocka_unit_test(merge_keys_are_reached),
		cmocka_unit_test(fieldspecs_are_grouped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
