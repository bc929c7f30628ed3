/*
 * The overlay engine over files in memory, and its parts.  Expected bytes are what
 * kustomize v5.8.1 prints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/vec.h"
#include "doc/yaml.h"
#include "overlay/fieldpath.h"
#include "overlay/overlay.h"
#include "overlay/select.h"

struct built {
	struct gk_set set;
	struct gk_diags diags;
	struct gk_err err;
	struct gk_buf text;
	int rc;
};

static void build(struct built *b, const struct gk_mem_file *files, size_t n, const char *dir)
{
	struct gk_overlay_options opt = {.lim = gk_limits_default()};
	GK_AUTO(gk_loader_freep) struct gk_loader *l = gk_loader_mem_new(files, n);

	*b = (struct built){.set = GK_SET_INIT, .err = GK_ERR_INIT};
	b->rc = gk_overlay_build(l, dir, &opt, &b->diags, &b->set, &b->err);
	for (size_t i = 0; b->rc == 0 && i < b->set.n; i++) {
		if (i)
			gk_buf_puts(&b->text, "---\n");
		assert_int_equal(gk_yaml_print(&b->text, b->set.items[i].object, &b->err), 0);
	}
}

static void done(struct built *b)
{
	gk_set_done(&b->set);
	gk_diags_done(&b->diags);
	gk_buf_done(&b->text);
}

static void builds(const char *kustomization, const char *objects, const char *want)
{
	const struct gk_mem_file files[] = {
		{"k/kustomization.yaml", kustomization}, {"k/a.yaml", objects}};
	struct built b;

	build(&b, files, GK_COUNT(files), "k");
	assert_int_equal(b.rc, 0);
	assert_string_equal(gk_buf_cstr(&b.text), want);
	done(&b);
}

static void fails(const char *kustomization, const char *objects, const char *slug)
{
	const struct gk_mem_file files[] = {
		{"k/kustomization.yaml", kustomization}, {"k/a.yaml", objects}};
	struct built b;

	build(&b, files, GK_COUNT(files), "k");
	assert_int_equal(b.rc, -1);
	assert_string_equal(b.err.code ? b.err.slug : b.diags.first->slug, slug);
	done(&b);
}

#define CONFIG_MAP "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

static void hashes_are_kustomize_s(void **state)
{
	(void)state;
	builds("resources: []\nconfigMapGenerator: [{name: x}]\n", "",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x-6ct58987ht\n");
	builds("configMapGenerator: [{name: x, literals: [a=b]}]\n", "",
		"apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n"
		"  name: x-4h2mbtbbt6\n");
}

/* Found by tests/diff/hash. */
static void odd_content_is_hashed_as_kustomize_does(void **state)
{
	static const struct {
		const char *kind, *content, *hash;
	} rows[] = {
		{"Secret", "data: null\ntype: x\n", "8fctbh576g"},
		{"Secret", "data: ~\ntype: null\n", "5c2mh75hfc"},
		{"Secret", "data: [a]\nstringData: [b]\n", "7tm8f6cfg7"},
		{"Secret", "stringData: {k: 12345678901234567890}\n", "6489f7h447"},
		{"ConfigMap", "binaryData: []\ndata: {a: 1e3, b: 0.1}\n", "8gmt5869c5"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(rows); i++) {
		struct gk_buf object = GK_BUF_INIT(0), name = GK_BUF_INIT(0);
		struct gk_mem_file files[] = {
			{"k/kustomization.yaml", "resources: [a.yaml]\n"}, {"k/a.yaml", NULL}};
		struct built b;

		gk_buf_printf(&object,
			"apiVersion: v1\nkind: %s\nmetadata:\n  name: x\n  annotations: "
			"{internal.config.kubernetes.io/needsHashSuffix: enabled}\n%s",
			rows[i].kind, rows[i].content);
		gk_buf_printf(&name, "  name: x-%s\n", rows[i].hash);
		files[1].text = gk_buf_cstr(&object);
		build(&b, files, GK_COUNT(files), "k");
		assert_int_equal(b.rc, 0);
		if (!gk_str_has(gk_buf_str(&b.text), gk_buf_str(&name)))
			fail_msg("row %zu: no %s in %s", i, gk_buf_cstr(&name),
				gk_buf_cstr(&b.text));
		done(&b);
		gk_buf_done(&object);
		gk_buf_done(&name);
	}
}

#define POD(image)                                                                                 \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: " image "}]}\n"
#define WIDGET(image)                                                                              \
	"apiVersion: e/v1\nkind: W\nmetadata: {name: a}\nspec: {x: {containers: [{image: " image   \
	"}]}}\n"

/* Found by tests/diff/images. */
static void a_null_image_has_a_text(void **state)
{
	(void)state;
	builds("resources: [a.yaml]\nimages: [{name: 'null', tagSuffix: -x}, {name: 'null', "
	       "tagSuffix: -y}]\n",
		POD("null"),
		"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n"
		"  - image: null:-x-x-y-y\n");
	builds("resources: [a.yaml]\nimages: [{name: 'null', newTag: '1'}]\n", WIDGET("null"),
		"apiVersion: e/v1\nkind: W\nmetadata:\n  name: a\nspec:\n  x:\n"
		"    containers:\n    - image: null:1\n");
}

static void merging_into_a_list_of_data_drops_it(void **state)
{
	(void)state;
	builds("resources: [a.yaml]\nconfigMapGenerator: [{name: a, behavior: merge, literals: "
	       "[k=v]}]\n",
		CONFIG_MAP "data: [x]\n",
		"apiVersion: v1\ndata:\n  k: v\nkind: ConfigMap\nmetadata:\n  name: a\n");
}

static void labels_are_one_node_everywhere(void **state)
{
	(void)state;
	builds("resources: [a.yaml]\ncommonLabels: {app: x}\n"
	       "replacements: [{sourceValue: z, targets: [{select: {kind: ReplicaSet}, "
	       "fieldPaths: [metadata.labels.app]}]}]\n",
		"apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: r}\n",
		"apiVersion: apps/v1\nkind: ReplicaSet\nmetadata:\n  labels:\n    app: z\n"
		"  name: r\nspec:\n  selector:\n    matchLabels:\n      app: z\n  template:\n"
		"    metadata:\n      labels:\n        app: z\n");
}

static void texts_keep_the_style_of_the_field(void **state)
{
	(void)state;
	builds("resources: [a.yaml]\npatches: [{patch: '{apiVersion: v1, kind: ConfigMap, "
	       "metadata: {name: a}, data: {q: 5, p: 5}}'}]\n",
		CONFIG_MAP "data: {q: \"1\", p: 1}\n",
		"apiVersion: v1\ndata:\n  p: 5\n  q: \"5\"\nkind: ConfigMap\nmetadata:\n"
		"  name: a\n");
	builds("resources: [a.yaml]\nnamePrefix: \"1\"\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 23}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: 123\n");
}

/* Found by tests/diff/merge: a list without some keys holds one element twice. */
static void elements_that_stand_twice_change_twice(void **state)
{
	(void)state;
	builds("resources: [a.yaml]\npatchesStrategicMerge:\n"
	       "- '{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{name: one, "
	       "port: 8}, {port: 9, protocol: UDP}, {name: three}]}}'\n"
	       "- '{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 9, "
	       "name: null}, {port: 8, name: b}]}}'\n",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: []}\n",
		"apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n  - port: 9\n    protocol: UDP\n  - name: b\n    port: 8\n");
}

static void nulls_that_were_written_stay(void **state)
{
	(void)state;
	builds("resources: [a.yaml]\npatches: [{patch: '{apiVersion: v1, kind: ConfigMap, "
	       "metadata: {name: a}, new: {c: null}}'}]\n",
		CONFIG_MAP "x: null\ny:\nz: ~\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\nnew: {}\nx: null\n"
		"z: null\n");
}

static void what_cannot_be_built_is_refused(void **state)
{
	(void)state;
	fails("resources: [../../x.yaml]\n", "", "render.path-escape");
	fails("resources: [b.yaml]\n", "", "render.missing-file");
	fails("resources: [a.yaml, a.yaml]\n", CONFIG_MAP, "render.duplicate-id");
	fails("resources: [.]\n", CONFIG_MAP, "render.cycle");
	fails("resources: [a.yaml]\n", "kind: ConfigMap\n", "render.no-name");
	fails("resources: [a.yaml]\n", "apiVersion: v1\nmetadata: {name: a}\n", "render.no-kind");
	fails("resources: [a.yaml]\n", "- 1\n", "render.not-an-object");
	fails("kind: Thing\nresources: []\n", "", "render.kind");
	fails("kind: Kustomization\n", "", "render.empty-kustomization");
	fails("resources: [a.yaml]\nsortOptions: {order: size}\n", CONFIG_MAP, "render.sort-order");
	fails("resources: [a.yaml]\nreplicas: [{name: x, count: 1}]\n", CONFIG_MAP,
		"render.replicas-target-missing");
	fails("resources: [a.yaml]\nimages: [{name: '('}]\n", POD("a"), "regex.syntax");
}

/* Found by tests/diff/mutants: kustomize refuses each of these, too. */
static void empty_parts_are_refused(void **state)
{
	(void)state;
	fails("resources: [a.yaml]\nreplacements: [{sourceValue: x, targets: []}]\n", CONFIG_MAP,
		"render.replacement");
	fails("resources: [a.yaml]\nreplacements: [{sourceValue: x, targets: [{select: "
	      "{kind: ConfigMap}, fieldPaths: [''], options: {create: true}}]}]\n",
		CONFIG_MAP, "render.replacement-target");
	fails("resources: [a.yaml]\nlabels: [{pairs: {a: b}, fields: [{path: x//y, create: "
	      "true}]}]\n",
		CONFIG_MAP, "render.fieldspec");
	fails("resources: [a.yaml]\nlabels: [{pairs: {a: b}, fields: [{path: ''}]}]\n", CONFIG_MAP,
		"render.fieldspec");
	fails("resources: [a.yaml]\nlabels: [{pairs: {a: b}, fields: [{path: \"\\0\", create: "
	      "true}]}]\n",
		CONFIG_MAP, "render.fieldspec");
	fails("resources: [a.yaml]\nnamespace: ns\n",
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n"
		"metadata: {name: a}\nsubjects: [{kind: ServiceAccount, name: {}}]\n",
		"render.wrong-kind");
	fails("resources: [a.yaml]\npatchesStrategicMerge: [null]\n", CONFIG_MAP,
		"render.missing-file");
	builds("resources: [a.yaml]\ngenerators: ['']\ntransformers: [null]\n", CONFIG_MAP,
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n");
}

static void paths_are_joined_by_text(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	assert_string_equal(gk_loader_join(&a, "x/y", GK_STR("../z/./w//")), "x/z/w");
	assert_string_equal(gk_loader_join(&a, "x", GK_STR("..")), "");
	assert_null(gk_loader_join(&a, "x", GK_STR("../..")));
	assert_null(gk_loader_join(&a, "x", GK_STR("/x")));
	assert_null(gk_loader_join(&a, "x", GK_STR("")));
	assert_true(gk_loader_within("a", "a/b"));
	assert_true(gk_loader_within("", "a"));
	assert_false(gk_loader_within("a", "ab"));
	gk_arena_done(&a);
}

static void splits(const char *text, const char *const *want, size_t n)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_fieldpath p = {0};

	gk_fieldpath_split(&a, gk_str_c(text), &p);
	assert_int_equal(p.n, n);
	for (size_t i = 0; i < n; i++)
		assert_true(gk_str_is(p.v[i], want[i]));
	gk_vec_done(&p);
	gk_arena_done(&a);
}

static void field_paths_are_split(void **state)
{
	static const char *const plain[] = {"a", "b.c", "0"};
	static const char *const brackets[] = {"metadata", "annotations", "a.b/c"};
	static const char *const element[] = {"c", "[name=x.y]", "image"};

	(void)state;
	splits("a.b\\.c.0", plain, 3);
	splits("metadata.annotations.[a.b/c]", brackets, 3);
	splits("c.[name=x.y].image", element, 3);
}

static bool selects(const char *selector, const char *labels)
{
	struct gk_doc d = GK_DOC_INIT;
	struct gk_yaml_options opt = {.profile = GK_YAML_K};
	struct gk_label_rule *rules;
	struct gk_err err = GK_ERR_INIT;
	bool hit;

	assert_int_equal(gk_yaml_parse_one(&d, "t", gk_str_c(labels), &opt, &err), 0);
	assert_int_equal(gk_label_parse(&d.arena, gk_str_c(selector), &rules, &err), 0);
	hit = gk_select_labels(rules, d.root);
	gk_doc_done(&d);
	return hit;
}

static void label_selectors_select(void **state)
{
	(void)state;
	assert_true(selects("", "{a: b}"));
	assert_true(selects("a=b, c != d ,!e", "{a: b}"));
	assert_false(selects("a==c", "{a: b}"));
	assert_true(selects("a in (b, c),a", "{a: c}"));
	assert_false(selects("a notin (b)", "{a: b}"));
	assert_true(selects("a notin (b)", "{}"));
	assert_true(selects("n>3,n<5", "{n: \"4\"}"));
	assert_false(selects("n>3", "{n: x}"));
	assert_true(selects("n>3,m<0", "{n: +4, m: \"-1\"}"));
	assert_true(
		selects("a in (,),b in (x,),c in (,,y), d in ()", "{a: '', b: x, c: y, d: ''}"));
}

/* Found by tests/diff/selectors: kustomize refuses each of these, too. */
static void label_selectors_are_checked(void **state)
{
	static const char *const broken[] = {"a in b", "a b", "=x", "a,", ",a", "a=-b", "-a",
		"a/b/c", "A.b/c", "a..b/c", "/a", "a/", "n>-1", "n>1x", "n><1",
		"n>9223372036854775808", "a in (b", "a in (b,,)", "a in (b c)", "a notin (,,)",
		"a in (b!)", "a!", "!a=b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(broken); i++) {
		struct gk_label_rule *rules;
		struct gk_err err = GK_ERR_INIT;

		if (gk_label_parse(&a, gk_str_c(broken[i]), &rules, &err) == 0)
			fail_msg("'%s' was taken", broken[i]);
		assert_string_equal(err.slug, "render.selector");
	}
	gk_arena_done(&a);
}

/* ... and does not see them where no object gets so far. */
static void label_selectors_are_read_when_needed(void **state)
{
	(void)state;
	builds("resources: [a.yaml]\npatches: [{target: {kind: Secret, labelSelector: 'a b'}, patch: "
	       "'- {op: add, path: /x, value: 1}'}]\n",
		CONFIG_MAP, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n");
	fails("resources: [a.yaml]\npatches: [{target: {kind: Conf.*, labelSelector: 'a b'}, patch: "
	      "'- {op: add, path: /x, value: 1}'}]\n",
		CONFIG_MAP, "render.selector");
	fails("resources: [a.yaml]\nreplacements: [{sourceValue: x, targets: [{select: {name: b, "
	      "annotationSelector: 'a b'}, fieldPaths: [x]}]}]\n",
		CONFIG_MAP, "render.selector");
	fails("resources: [a.yaml]\nreplacements: [{sourceValue: x, targets: [{select: {name: b}, "
	      "reject: [{labelSelector: 'a b'}], fieldPaths: [x]}]}]\n",
		CONFIG_MAP, "render.selector");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_kustomize_s),
		cmocka_unit_test(odd_content_is_hashed_as_kustomize_does),
		cmocka_unit_test(a_null_image_has_a_text),
		cmocka_unit_test(merging_into_a_list_of_data_drops_it),
		cmocka_unit_test(labels_are_one_node_everywhere),
		cmocka_unit_test(texts_keep_the_style_of_the_field),
		cmocka_unit_test(elements_that_stand_twice_change_twice),
		cmocka_unit_test(nulls_that_were_written_stay),
		cmocka_unit_test(what_cannot_be_built_is_refused),
		cmocka_unit_test(empty_parts_are_refused),
		cmocka_unit_test(paths_are_joined_by_text),
		cmocka_unit_test(field_paths_are_split),
		cmocka_unit_test(label_selectors_select),
		cmocka_unit_test(label_selectors_are_checked),
		cmocka_unit_test(label_selectors_are_read_when_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
