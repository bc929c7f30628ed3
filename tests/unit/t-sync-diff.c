/* Comparing: the no-drift proof, local prediction, field differences, masks. */
#include "sync-util.h"

#include "sync/delta.h"
#include "sync/desired.h"
#include "sync/predict.h"
#include "sync/proof.h"
#include "sync/quantity.h"

/* A Deployment as gk applied it and as the server keeps it (defaults and all). */
#define FIELDS                                                                                     \
	"{'f:metadata':{'f:labels':{'f:app':{}}},'f:spec':{'f:replicas':{},'f:template':{"         \
	"'f:spec':{'f:containers':{'k:{\\'name\\':\\'web\\'}':{'.':{},'f:args':{},'f:image':{},"   \
	"'f:name':{},'f:ports':{'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},"    \
	"'f:containerPort':{}}},'f:resources':{'f:limits':{'f:cpu':{}}}}}}}}}"
#define SPEC(replicas, image, args, port, cpu, more)                                               \
	"'spec':{'replicas':" replicas                                                             \
	",'template':{'spec':{'containers':[{'name':'web','image':'" image "','args':[" args       \
	"],'ports':[{'containerPort':" port "}],'resources':{'limits':{'cpu':'" cpu "'}}" more     \
	"}]}}}"
#define DESIRED(spec)                                                                              \
	"{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'p',"    \
	"'labels':{'app':'web'}}," spec "}"
#define LIVE(spec)                                                                                 \
	"{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'p',"    \
	"'uid':'u','resourceVersion':'7','generation':1,'labels':{'app':'web'},"                   \
	"'managedFields':[{'manager':'gk','operation':'Apply','apiVersion':'apps/v1',"             \
	"'time':'2026-01-01T00:00:00Z','fieldsV1':FIELDS},"                                        \
	"{'manager':'kubectl-edit','operation':'Update','apiVersion':'apps/v1',"                   \
	"'time':'2026-02-02T00:00:00Z','fieldsV1':{'f:spec':{'f:paused':{}}}}]}," spec             \
	",'status':{'replicas':1}}"

/* LIVE with its FIELDS: the inner quotes of keys are escaped, so single quotes do not do. */
static struct gk_node *live(struct gk_arena *a, const char *quoted)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(65536);
	const char *at = strstr(quoted, "FIELDS");
	const char *fields = FIELDS;

	if (!at)
		return json(a, quoted);
	gk_buf_put(&b, quoted, (size_t)(at - quoted));
	gk_buf_puts(&b, fields);
	gk_buf_puts(&b, at + strlen("FIELDS"));
	return json(a, gk_buf_cstr(&b));
}

#define PLAIN SPEC("2", "web:1", "'-v'", "80", "500m", "")

struct proof_case {
	const char *why; /* NULL = proved */
	const char *desired, *live;
};

static const struct proof_case proofs[] = {
	{NULL, DESIRED(PLAIN), LIVE(PLAIN)},
	/* What others set beside our fields is none of our business. */
	{NULL, DESIRED(PLAIN), LIVE(SPEC("2", "web:1", "'-v'", "80", "500m", ",'tty':true"))},
	{".spec.replicas: another value", DESIRED(PLAIN),
		LIVE(SPEC("3", "web:1", "'-v'", "80", "500m", ""))},
	{".spec.template.spec.containers.[].image: another value", DESIRED(PLAIN),
		LIVE(SPEC("2", "web:2", "'-v'", "80", "500m", ""))},
	{".spec.template.spec.containers.[].args: another value", DESIRED(PLAIN),
		LIVE(SPEC("2", "web:1", "'-v','-v'", "80", "500m", ""))},
	{".spec.template.spec.containers.[].ports: an element is gone",
		DESIRED(SPEC("2", "web:1", "'-v'", "81", "500m", "")), LIVE(PLAIN)},
	/* The server's canonical form of a quantity is no proof: the server decides. */
	{".spec.template.spec.containers.[].resources.limits.cpu: another value",
		DESIRED(SPEC("2", "web:1", "'-v'", "80", "0.5", "")), LIVE(PLAIN)},
	{".spec.template.spec.containers.[].tty: it is new",
		DESIRED(SPEC("2", "web:1", "'-v'", "80", "500m", ",'tty':true")), LIVE(PLAIN)},
	{".metadata.labels: it is not wanted any more",
		"{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'}," PLAIN "}",
		LIVE(PLAIN)},
	{".: never applied by us", DESIRED(PLAIN), DESIRED(PLAIN)},
	{NULL, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n'}}",
		"{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n','uid':'u'}}"},
	{".: applied under another version",
		"{'apiVersion':'apps/v1beta1','kind':'Deployment','metadata':{'name':'web'}}",
		LIVE(PLAIN)},
};

static void proof(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(proofs); i++) {
		const char *why = NULL;
		bool same = gk_proof_same(
			&a, json(&a, proofs[i].desired), live(&a, proofs[i].live), "gk", &why);

		assert_int_equal(same, proofs[i].why == NULL);
		if (!same)
			assert_string_equal(why, proofs[i].why);
	}
	gk_arena_done(&a);
}

/* Sets and keyed lists: an order that differs is no proof. */
static void proof_of_order(void **state)
{
#define LISTS(order)                                                                               \
	"{'apiVersion':'v1','kind':'X','metadata':{'name':'x','managedFields':[{'manager':'gk',"   \
	"'operation':'Apply','apiVersion':'v1','fieldsV1':{'f:set':{'v:1':{},'v:2':{}}}}]},"       \
	"'set':[" order "]}"
	struct gk_arena a = GK_ARENA_INIT;
	const struct gk_node *want =
		json(&a, "{'apiVersion':'v1','kind':'X','metadata':{'name':'x'},'set':[1,2]}");
	const char *why = NULL;

	(void)state;
	assert_true(gk_proof_same(&a, want, json(&a, LISTS("1,2")), "gk", &why));
	assert_true(gk_proof_same(&a, want, json(&a, LISTS("1,5,2")), "gk", &why));
	assert_false(gk_proof_same(&a, want, json(&a, LISTS("2,1")), "gk", &why));
	assert_string_equal(why, ".set: the elements stand in another order");
	/* An element of ours that is there already, but not as ours: others may take it away. */
	want = json(&a, "{'apiVersion':'v1','kind':'X','metadata':{'name':'x'},'set':[1,2,3]}");
	why = NULL;
	assert_false(gk_proof_same(&a, want, json(&a, LISTS("1,2,3")), "gk", &why));
	assert_string_equal(why, ".set: an element is new");
	want = json(&a, "{'apiVersion':'v1','kind':'X','metadata':{'name':'x'},'set':[1,2]}");
	why = NULL;
	assert_false(gk_proof_same(&a, want, json(&a, LISTS("1")), "gk", &why));
	gk_arena_done(&a);
}

/* Property: change any one value that gk owns, and the proof must fail. */
static size_t spoil_each(struct gk_arena *a, const struct gk_node *want, struct gk_node *root,
	struct gk_node *at, const struct gk_node *fields)
{
	size_t n = 0;

	gk_node_foreach (m, fields) {
		struct gk_field f = gk_field_parse(a, m);
		struct gk_node *value;
		struct gk_node saved;
		size_t i;
		const char *why = NULL;

		if (f.kind == GK_FIELD_SELF)
			continue;
		value = f.kind == GK_FIELD_NAME ? gk_node_find(at, f.name) : NULL;
		if (!value && gk_field_element(at, &f, &i))
			value = gk_node_at(at, i);
		assert_non_null(value);
		if (m->count) {
			n += spoil_each(a, want, root, value, m);
			continue;
		}
		saved = *value;
		gk_node_assign(value, gk_node_string_c(a, "spoiled"));
		assert_false(gk_proof_same(a, want, root, "gk", &why));
		*value = saved;
		n++;
	}
	return n;
}

static void proof_sees_every_change(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *l = live(&a, LIVE(PLAIN));
	const struct gk_node *want = json(&a, DESIRED(PLAIN));
	size_t entries;
	const char *why;

	(void)state;
	assert_int_equal(
		spoil_each(&a, want, l, l, gk_fields_applied(l, "gk", GK_STR("apps/v1"), &entries)),
		7);
	assert_true(gk_proof_same(&a, want, l, "gk", &why));
	gk_arena_done(&a);
}

/* ---- prediction and differences ---- */

static const char *differences(
	struct gk_arena *a, const char *desired_text, const struct gk_node *l)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(65536);
	struct gk_node *want = json(a, desired_text);
	struct gk_err err = GK_ERR_INIT;
	struct gk_deltas d = {NULL, 0, 0};
	struct gk_ref ref;

	assert_int_equal(gk_object_ref(want, "t", &ref, &err), 0);
	gk_delta_compare(a, gk_delta_strip(a, l),
		gk_delta_strip(a, gk_predict(a, want, l, &ref, "gk")), l, "gk", &d);
	gk_vec_foreach (struct gk_delta, e, &d)
		gk_buf_printf(&b, "%c%s %s%s%.*s\n", "+~-"[e->op], e -> pointer, e -> path,
			e -> owner.manager.n ? " by " : "", GK_SARG(e->owner.manager));
	gk_vec_done(&d);
	return gk_arena_strdup(a, gk_buf_cstr(&b));
}

static void prediction(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *l = live(&a, LIVE(PLAIN));

	(void)state;
	assert_string_equal(differences(&a, DESIRED(PLAIN), l), "");
	/* Equal quantities are equal; defaults of the server stay. */
	assert_string_equal(
		differences(&a, DESIRED(SPEC("2", "web:1", "'-v'", "80", "0.5", "")), l), "");
	assert_string_equal(differences(&a, DESIRED(SPEC("4", "web:2", "'-v'", "80", "1", "")), l),
		"~/spec/replicas .spec.replicas\n"
		"~/spec/template/spec/containers/0/image"
		" .spec.template.spec.containers[name=web].image\n"
		"~/spec/template/spec/containers/0/resources/limits/cpu"
		" .spec.template.spec.containers[name=web].resources.limits.cpu\n");
	/* A field that we owned and no longer want goes. */
	assert_string_equal(
		differences(&a,
			"{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'}," PLAIN
			"}",
			l),
		"-/metadata/labels .metadata.labels\n");
	/* A new port is a new element, found by the merge keys of the kind. */
	assert_string_equal(
		differences(&a,
			DESIRED(SPEC("2", "web:1", "'-v'", "80},{'containerPort':81", "500m", "")),
			l),
		"+/spec/template/spec/containers/0/ports/1"
		" .spec.template.spec.containers[name=web].ports[containerPort=81]\n");
	gk_arena_done(&a);
}

static void owners(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	struct gk_node *l = live(&a, LIVE("'spec':{'paused':true}"));

	(void)state;
	assert_string_equal(
		differences(&a,
			"{'apiVersion':'apps/v1','kind':'Deployment','metadata':"
			"{'name':'web','labels':{'app':'web'}},'spec':{'paused':false}}",
			l),
		"~/spec/paused .spec.paused by kubectl-edit\n");
	gk_arena_done(&a);
}

/* ---- desired ---- */

static void clean(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(65536);
	struct gk_err err = GK_ERR_INIT;
	struct gk_ref ref;
	struct gk_node *s =
		json(&a, "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s','uid':'u',"
			 "'resourceVersion':'1','creationTimestamp':null,'annotations':{"
			 "'kubectl.kubernetes.io/last-applied-configuration':'x'}},'status':{},"
			 "'data':{'a':'YQ==','b':null},'stringData':{'a':'new','c':''}}");

	(void)state;
	assert_int_equal(gk_object_ref(s, "t", &ref, &err), 0);
	assert_int_equal(gk_desired_clean(&a, s, &ref, &err), 0);
	gk_json_print(&b, s, 0);
	assert_string_equal(gk_buf_cstr(&b),
		"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},"
		"\"data\":{\"a\":\"bmV3\",\"c\":\"\"}}");
	s = json(&a, "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},"
		     "'stringData':{'a':12345}}");
	assert_int_equal(gk_object_ref(s, "t", &ref, &err), 0);
	assert_int_equal(gk_desired_clean(&a, s, &ref, &err), -1);
	assert_string_equal(err.slug, "desired.secret");
	assert_null(strstr(err.text, "12345"));
	gk_arena_done(&a);
}

/* ---- masks ---- */

static void masks(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(65536);
	struct gk_node *l = json(&a, "{'apiVersion':'v1','kind':'Secret','metadata':{'annotations':"
				     "{'x/copy':'c2VjcmV0','argocd.argoproj.io/sync-wave':'1'}},"
				     "'data':{'same':'QQ==','other':'Qg==','gone':'Qw=='}}");
	struct gk_node *w = json(&a, "{'apiVersion':'v1','kind':'Secret',"
				     "'data':{'same':'QQ==','other':'RA==','new':'RQ=='}}");

	(void)state;
	gk_delta_mask(&a, l, w);
	gk_json_print(&b, l, 0);
	gk_json_print(&b, w, 0);
	assert_string_equal(gk_buf_cstr(&b),
		"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"annotations\":"
		"{\"x/copy\":\"***\",\"argocd.argoproj.io/sync-wave\":\"1\"}},"
		"\"data\":{\"same\":\"***\",\"other\":\"*** (before)\",\"gone\":\"***\"}}"
		"{\"apiVersion\":\"v1\",\"kind\":\"Secret\","
		"\"data\":{\"same\":\"***\",\"other\":\"*** (after)\",\"new\":\"***\"}}");
	gk_arena_done(&a);
}

static void broken_secret_shows_nothing(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(65536);
	struct gk_node *w = json(&a, "{'apiVersion':'v1','kind':'Secret','data':'c2VjcmV0'}");

	(void)state;
	gk_delta_mask(&a, NULL, w);
	gk_json_print(&b, w, 0);
	assert_string_equal(
		gk_buf_cstr(&b), "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":\"***\"}");
	gk_arena_done(&a);
}

static void quantities(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {{"1", "1000m", true}, {"0.5", "500m", true}, {"1Gi", "1024Mi", true},
		{"1Gi", "1073741824", true}, {"1G", "1Gi", false}, {"1e3", "1k", true},
		{"1E3", "1000", true}, {"1E", "1000P", true}, {"0", "0m", true}, {"-1", "1", false},
		{"", "0", false}, {"1x", "1x", false}, {"1.5Gi", "1536Mi", true},
		{"100n", "0.1u", true}, {"1Ei", "1152921504606846976", true}};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++)
		assert_int_equal(gk_quantity_equal(gk_str_c(cases[i].a), gk_str_c(cases[i].b)),
			cases[i].equal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(proof),
		cmocka_unit_test(proof_of_order), cmocka_unit_test(proof_sees_every_change),
		cmocka_unit_test(prediction), cmocka_unit_test(owners), cmocka_unit_test(clean),
		cmocka_unit_test(masks), cmocka_unit_test(broken_secret_shows_nothing),
		cmocka_unit_test(quantities)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
