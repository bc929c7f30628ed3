/* ExternalSecrets to Secrets, with a provider that answers from a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/base64.h"
#include "secret/inject.h"
#include "secret/mark.h"

/* What the store holds: name, payload, version. */
static const struct {
	const char *name, *payload;
} store[] = {
	{"db", "{\"user\":\"app\",\"password\":\"canary-1\",\"port\":5432,\"n\":null,"
	       "\"o\":{\"a\":[1, 2.50]}}"},
	{"token", "canary-2"},
	{"b64", "aGk="},
	{"team/a", "{\"x\":1,\"y\":\"a\"}"},
	{"team/b", "{\"x\":2,\"z\":\"b\"}"},
	{"empty", "{}"},
	{"odd", "{\"a/b\":\"1\",\"c d\":\"2\"}"},
};

static unsigned fetched, sessions;

static void answer(struct gk_want *want, struct gk_arena *a)
{
	want->missing = true;
	want->list = gk_arena_array(a, GK_COUNT(store), sizeof *want->list);
	for (size_t i = 0; i < GK_COUNT(store); i++) {
		struct gk_str name = gk_str_c(store[i].name);
		struct gk_str payload = gk_str_c(store[i].payload);

		if (want->kind == GK_WANT_FIND && gk_str_starts(name, want->name)) {
			want->list[want->nlist++] = (struct gk_found){name, payload, GK_STR("v1")};
			want->missing = false;
		} else if (gk_str_eq(name, want->name)) {
			want->found = true;
			want->missing = false;
			want->payload = payload;
			want->version_id = want->version.n ? want->version : GK_STR("v1");
		}
	}
}

static int fetch(void *ctx, const struct gk_backend *backend, struct gk_want **wants, size_t n,
	struct gk_arena *a, struct gk_err *err)
{
	(void)ctx;
	sessions++;
	if (gk_str_is(backend->store->role, "arn:denied"))
		return gk_fail(err, GK_EDENIED, "sts.denied", "AccessDenied");
	for (size_t i = 0; i < n; i++) {
		fetched++;
		answer(wants[i], a);
	}
	return 0;
}

struct result {
	struct gk_set set;
	struct gk_diags diags;
	bool ok;
};

static const char store_yaml[] =
	"apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: aws}\n"
	"spec: {provider: {aws: {service: SecretsManager, region: eu-central-1}}}\n---\n";

static void run_keep(struct result *r, const char *yaml, bool keep)
{
	const struct gk_inject how = {
		.default_ns = GK_STR("default"), .keep = keep, .provider = {fetch, NULL}};
	GK_AUTO(gk_buf_done) struct gk_buf text = {0};
	struct gk_err err = GK_ERR_INIT;

	*r = (struct result){.set = GK_SET_INIT};
	fetched = sessions = 0;
	gk_buf_puts(&text, store_yaml);
	gk_buf_puts(&text, yaml);
	if (gk_stream_read(&r->set, "in.yaml", gk_buf_str(&text), true, gk_limits_default(),
		    &r->diags, &err)) {
		gk_diags_err(&r->diags, &err);
		return;
	}
	r->ok = gk_secret_inject(&r->set, &how, &r->diags, NULL);
}

static void run(struct result *r, const char *yaml)
{
	run_keep(r, yaml, false);
}

static void done(struct result *r)
{
	gk_set_done(&r->set);
	gk_diags_done(&r->diags);
}

static void assert_ok(const struct result *r)
{
	if (!r->ok)
		fail_msg("%s", r->diags.first ? r->diags.first->text : "no diagnostic");
}

/* The decoded value of a key of the i-th object; want NULL = absent. */
static void assert_value(const struct result *r, size_t i, const char *key, const char *want)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = {0};
	const struct gk_node *data = gk_node_get(r->set.items[i].object, "data");
	const struct gk_node *value = gk_node_get(data, key);
	struct gk_err err = GK_ERR_INIT;

	assert_ok(r);
	assert_int_equal(value != NULL, want != NULL);
	if (!want)
		return;
	assert_int_equal(gk_base64_decode(&text, gk_node_text(value), GK_B64_STD, &err), 0);
	assert_string_equal(gk_buf_cstr(&text), want);
}

static const struct gk_diag *find_diag(const struct result *r, const char *slug)
{
	for (const struct gk_diag *d = r->diags.first; d; d = d->next)
		if (strcmp(d->slug, slug) == 0)
			return d;
	return NULL;
}

static const struct gk_diag *need_diag(const struct result *r, const char *slug)
{
	static const struct gk_diag none = {.text = "", .pos = {"", 0, 0}, .notes = {""}};
	const struct gk_diag *d = find_diag(r, slug);

	assert_non_null(d);
	return d ? d : &none;
}

#define ES(name, rest)                                                                             \
	"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n"                               \
	"metadata: {name: " name ", namespace: shop}\nspec:\n"                                     \
	"  secretStoreRef: {kind: ClusterSecretStore, name: aws}\n" rest "---\n"

static void data_entries(void **state)
{
	struct result r;

	(void)state;
	run(&r, ES("db", "  data:\n"
			 "  - {secretKey: p, remoteRef: {key: db, property: password}}\n"
			 "  - {secretKey: port, remoteRef: {key: db, property: port}}\n"
			 "  - {secretKey: nil, remoteRef: {key: db, property: 'n'}}\n"
			 "  - {secretKey: o, remoteRef: {key: db, property: o.a}}\n"
			 "  - {secretKey: all, remoteRef: {key: token, version: AWSCURRENT}}\n"
			 "  - {secretKey: old, remoteRef: {key: token, version: AWSPREVIOUS}}\n"
			 "  - {secretKey: d, remoteRef: {key: b64, decodingStrategy: Base64}}\n"));
	assert_value(&r, 0, "p", "canary-1");
	assert_value(&r, 0, "port", "5432");
	assert_value(&r, 0, "nil", "");
	assert_value(&r, 0, "o", "[1, 2.50]");
	assert_value(&r, 0, "all", "canary-2");
	assert_value(&r, 0, "d", "hi");
	assert_int_equal(r.set.n, 1);
	assert_int_equal(sessions, 1);
	assert_int_equal(fetched, 4); /* db, token, token AWSPREVIOUS, b64 */
	assert_true(gk_str_is(r.set.items[0].ref.kind, "Secret"));
	assert_true(gk_str_has(gk_object_annotation(r.set.items[0].object, GK_SECRET_SOURCES),
		GK_STR("\"p\":\"ClusterSecretStore/aws db@v1#password\"")));
	done(&r);
}

static void extract_find_and_rewrite(void **state)
{
	struct result r;

	(void)state;
	run(&r, ES("all", "  dataFrom:\n"
			  "  - extract: {key: db}\n"
			  "    rewrite: [{regexp: {source: '^(.)', target: 'DB_$1'}}]\n"
			  "  - find: {path: team/, name: {regexp: .}}\n"
			  "  - extract: {key: odd}\n"
			  "  data:\n"
			  "  - {secretKey: DB_user, remoteRef: {key: token}}\n"));
	assert_value(&r, 0, "DB_password", "canary-1");
	assert_value(&r, 0, "DB_user", "canary-2"); /* data beats dataFrom */
	assert_value(&r, 0, "DB_o", "{\"a\":[1, 2.50]}");
	assert_value(&r, 0, "DB_n", "");
	assert_value(&r, 0, "team_a", "{\"x\":1,\"y\":\"a\"}");
	assert_value(&r, 0, "a_b", "1");
	assert_value(&r, 0, "c_d", "2");
	done(&r);
}

static void merge_rewrite(void **state)
{
	struct result r;

	(void)state;
	run(&r, ES("m", "  dataFrom:\n  - find: {path: team/, name: {regexp: .}}\n"
			"    rewrite: [{merge: {conflictPolicy: Ignore, priority: [team/a]}}]\n"));
	assert_value(&r, 0, "x", "1");
	assert_value(&r, 0, "y", "a");
	assert_value(&r, 0, "z", "b");
	done(&r);
	run(&r, ES("m", "  dataFrom:\n  - find: {path: team/, name: {regexp: .}}\n"
			"    rewrite: [{merge: {}}]\n"));
	assert_false(r.ok);
	assert_non_null(find_diag(&r, "secrets.rewrite"));
	done(&r);
	run(&r, ES("m", "  dataFrom:\n  - find: {path: team/, name: {regexp: .}}\n    rewrite:\n"
			"    - {merge: {conflictPolicy: Ignore, strategy: JSON, into: all.json}}\n"
			"    - {transform: {template: '{{ .value | replace \"/\" \"-\" }}'}}\n"));
	assert_value(&r, 0, "all.json", "{\"x\":2,\"y\":\"a\",\"z\":\"b\"}");
	assert_value(&r, 0, "team-a", "{\"x\":1,\"y\":\"a\"}");
	done(&r);
}

static void templates(void **state)
{
	struct result r;

	(void)state;
	run(&r, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tpl, namespace: shop}\n"
		"data: {conf: 'pw={{ .p }}', kv: 'k1: {{ .p }}'}\n---\n" ES("t",
			"  target:\n    name: out\n    template:\n      type: example.com/x\n"
			"      metadata: {labels: {l: '{{ .u }}'}}\n"
			"      data: {url: 'x://{{ .u }}:{{ .p }}'}\n"
			"      templateFrom:\n"
			"      - configMap: {name: tpl, items: [{key: conf}]}\n"
			"      - configMap: {name: tpl, items: [{key: kv, templateAs: KeysAndValues}]}\n"
			"      - {target: Annotations, literal: 'note: {{ .u | upper }}'}\n"
			"  data:\n"
			"  - {secretKey: p, remoteRef: {key: db, property: password}}\n"
			"  - {secretKey: u, remoteRef: {key: db, property: user}}\n"));
	assert_value(&r, 1, "url", "x://app:canary-1");
	assert_value(&r, 1, "conf", "pw=canary-1");
	assert_value(&r, 1, "k1", "canary-1");
	assert_value(&r, 1, "p", NULL); /* mergePolicy Replace */
	assert_true(gk_str_is(gk_object_label(r.set.items[1].object, "l"), "app"));
	assert_true(gk_str_is(gk_object_annotation(r.set.items[1].object, "note"), "APP"));
	assert_true(gk_str_is(
		gk_node_text(gk_node_get(r.set.items[1].object, "type")), "example.com/x"));
	done(&r);
}

static const char workloads[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: uses, namespace: shop}\n"
	"spec: {template: {spec: {volumes: [{name: v, secret: {secretName: a}}],"
	" containers: [{name: c, env: [{name: E, valueFrom: {secretKeyRef: {name: b, key: k}}}]}]}}}\n"
	"---\n"
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: elsewhere, namespace: other}\n"
	"spec: {template: {spec: {volumes: [{name: v, secret: {secretName: a}}]}}}\n---\n"
	"apiVersion: batch/v1\nkind: Job\nmetadata: {name: once, namespace: shop}\n"
	"spec: {template: {spec: {volumes: [{name: v, secret: {secretName: a}}]}}}\n---\n"
	"apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: often, namespace: shop}\n"
	"spec: {jobTemplate: {spec: {template: {spec: {volumes: [{name: v, projected: {sources:"
	" [{secret: {name: b}}]}}]}}}}}\n---\n";

static const struct gk_node *marks_of(const struct result *r, size_t i)
{
	const struct gk_node *spec = gk_node_get(r->set.items[i].object, "spec");
	const struct gk_node *job = gk_node_path(spec, "jobTemplate", "spec", NULL);

	return gk_node_path(job ? job : spec, "template", "metadata", "annotations", NULL);
}

static void consumers_are_marked(void **state)
{
	GK_AUTO(gk_buf_done) struct gk_buf yaml = {0}, want = {0};
	struct result r;

	(void)state;
	gk_buf_puts(&yaml, workloads);
	gk_buf_puts(&yaml, ES("a", "  data: [{secretKey: k, remoteRef: {key: token}}]\n"));
	gk_buf_puts(&yaml, ES("b", "  data: [{secretKey: k, remoteRef: {key: b64}}]\n"));
	run(&r, gk_buf_cstr(&yaml));
	assert_ok(&r);
	gk_buf_printf(&want, "a=%.*s,b=%.*s",
		GK_SARG(gk_object_annotation(r.set.items[0].object, GK_SECRET_VERSION)),
		GK_SARG(gk_object_annotation(r.set.items[1].object, GK_SECRET_VERSION)));
	assert_string_equal(
		gk_node_text(gk_node_get(marks_of(&r, 2), GK_SECRET_USED)).p, gk_buf_cstr(&want));
	assert_null(marks_of(&r, 3));
	assert_null(marks_of(&r, 4));
	assert_true(gk_str_starts(
		gk_node_text(gk_node_get(marks_of(&r, 5), GK_SECRET_USED)), GK_STR("b=")));
	done(&r);
}

/* The version follows what decides the data, and nothing else. */
static void version_of(const char *yaml, char *ret)
{
	struct result r;
	struct gk_str v;

	run(&r, yaml);
	assert_ok(&r);
	v = gk_object_annotation(r.set.items[0].object, GK_SECRET_VERSION);
	assert_int_equal(v.n, 16);
	memcpy(ret, v.p, 17);
	done(&r);
}

static void versions(void **state)
{
	char a[17], b[17];

	(void)state;
	version_of(ES("a", "  data: [{secretKey: k, remoteRef: {key: token}}]\n"), a);
	version_of(ES("a", "  refreshInterval: 5m\n"
			   "  data: [{secretKey: k, remoteRef: {key: token}}]\n"),
		b);
	assert_string_equal(a, b);
	version_of(ES("a", "  data: [{secretKey: k, remoteRef: {key: token, version: v2}}]\n"), b);
	assert_string_not_equal(a, b);
}

static void policies(void **state)
{
	struct result r;

	(void)state;
	run(&r, "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n"
		"data: {old: eA==}\n---\n" ES("m",
			"  target: {name: s, creationPolicy: Merge}\n"
			"  data: [{secretKey: k, remoteRef: {key: token}}]\n")
			ES("none", "  target: {creationPolicy: None}\n"
				   "  data: [{secretKey: k, remoteRef: {key: token}}]\n"));
	assert_int_equal(r.set.n, 1);
	assert_value(&r, 0, "old", "x");
	assert_value(&r, 0, "k", "canary-2");
	done(&r);
	run(&r, ES("a", "  target: {name: s}\n"
			"  data: [{secretKey: k, remoteRef: {key: token}}]\n")
			ES("b", "  target: {name: s}\n"
				"  data: [{secretKey: k, remoteRef: {key: token}}]\n"));
	assert_false(r.ok);
	assert_non_null(find_diag(&r, "secrets.target"));
	assert_int_equal(fetched, 0); /* nothing is read for a set that cannot be delivered */
	done(&r);
	run(&r, ES("gone", "  target: {deletionPolicy: Delete}\n"
			   "  data: [{secretKey: k, remoteRef: {key: nowhere}}]\n"));
	assert_ok(&r);
	assert_int_equal(r.set.n, 0);
	assert_non_null(find_diag(&r, "secrets.skipped"));
	done(&r);
}

static void keep_leaves_all(void **state)
{
	struct result r;

	(void)state;
	run_keep(&r, ES("a", "  data: [{secretKey: k, remoteRef: {key: token}}]\n"), true);
	assert_ok(&r);
	assert_int_equal(r.set.n, 3);
	assert_true(gk_str_is(r.set.items[0].ref.kind, "ClusterSecretStore"));
	assert_true(gk_str_is(r.set.items[1].ref.kind, "Secret"));
	assert_true(gk_str_is(r.set.items[2].ref.kind, "ExternalSecret"));
	done(&r);
}

/* All faults of a run, each naming object and field; nothing changes. */
static void faults_are_collected(void **state)
{
	struct result r;
	const struct gk_diag *d;

	(void)state;
	run(&r, ES("a", "  data:\n"
			"  - {secretKey: k, remoteRef: {key: nowhere}}\n"
			"  - {secretKey: l, remoteRef: {key: db, property: passwrd}}\n"
			"  - {secretKey: m, remoteRef: {key: token, property: x}}\n"
			"  - {secretKey: o, remoteRef: {key: token, decodingStrategy: Base64}}\n")
			ES("b", "  dataFrom: [{extract: {key: token}}]\n")
				ES("c", "  dataFrom: [{extract: {key: empty}}]\n"));
	assert_false(r.ok);
	assert_int_equal(r.diags.errors, 6);
	assert_int_equal(r.set.n, 4);
	d = need_diag(&r, "secrets.missing");
	assert_non_null(strstr(d->text, "ExternalSecret shop/a: spec.data[0]"));
	assert_string_equal(d->pos.file, "in.yaml");
	d = need_diag(&r, "secrets.no-property");
	assert_non_null(strstr(d->notes[0], "keys there: user, password, port, n, o"));
	assert_non_null(find_diag(&r, "secrets.empty"));
	for (d = r.diags.first; d; d = d->next)
		assert_null(strstr(d->text, "canary"));
	done(&r);
}

static void refused_documents(void **state)
{
	static const struct {
		const char *yaml, *text;
	} cases[] = {
		{ES("a", "  target: {}\n"), "neither data nor dataFrom"},
		{ES("a", "  dat: []\n"), "did you mean 'data'?"},
		{ES("a", "  data: [{secretKey: a/b, remoteRef: {key: x}}]\n"), "cannot be a key"},
		{ES("a", "  data: [{secretKey: a, remoteRef: {key: x}},"
			 " {secretKey: a, remoteRef: {key: y}}]\n"),
			"another entry sets 'a' too"},
		{ES("a", "  data: [{secretKey: a, remoteRef: {}}]\n"), "remoteRef.key: is missing"},
		{ES("a", "  data: [{secretKey: a, remoteRef: {key: 5}}]\n"),
			"expected a string, not number"},
		{ES("a", "  dataFrom: [{extract: {key: x}, find: {name: {regexp: x}}}]\n"),
			"either extract or find"},
		{ES("a", "  dataFrom: [{find: {}}]\n"), "needs name.regexp or tags"},
		{ES("a", "  dataFrom: [{sourceRef: {generatorRef: {kind: Password}}}]\n"),
			"generators are not supported"},
		{ES("a", "  target: {creationPolicy: Mine}\n  data: []\n"),
			"expected one of Owner|Orphan"},
		{ES("a", "  target: {creationPolicy: Merge, deletionPolicy: Delete}\n  data: []\n"),
			"does not go with creationPolicy"},
		{ES("a", "  target: {template: {type: bootstrap.kubernetes.io/token}}\n  data: []\n"),
			"would become a credential"},
		{ES("a", "  target: {template: {engineVersion: v1}}\n  data: []\n"), "only v2"},
		{"apiVersion: external-secrets.io/v1alpha1\nkind: ExternalSecret\n"
		 "metadata: {name: a}\nspec: {data: []}\n",
			"expected external-secrets.io/v1"},
		{"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a}\n",
			"spec: is missing"},
		{"apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: v}\n"
		 "spec: {provider: {vault: {}}}\n",
			"provider 'vault' is not supported"},
		{"apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: v}\n"
		 "spec: {provider: {aws: {service: SecretsManager}}}\n",
			"region: is missing"},
		{"apiVersion: external-secrets.io/v1\nkind: SecretStore\n"
		 "metadata: {name: v, namespace: shop}\nspec: {provider: {aws: {service: "
		 "SecretsManager, region: r, auth: {jwt: {serviceAccountRef: {name: a, namespace: "
		 "kube-system}}}}}}\n",
			"of its own namespace only"},
	};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct result r;
		bool found = false;

		run(&r, cases[i].yaml);
		assert_false(r.ok);
		for (const struct gk_diag *d = r.diags.first; d; d = d->next)
			found |= strstr(d->text, cases[i].text) != NULL;
		if (!found)
			fail_msg("case %zu: %s", i, r.diags.first ? r.diags.first->text : "");
		assert_int_equal(fetched, 0);
		done(&r);
	}
}

static void stores(void **state)
{
	static const char other[] =
		"apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\n"
		"metadata: {name: limited}\nspec:\n  conditions: [{namespaces: [ops]},"
		" {namespaceSelector: {matchLabels: {tier: front}}}]\n"
		"  provider: {aws: {service: SecretsManager, region: r, role: 'arn:denied'}}\n---\n"
		"apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\n"
		"metadata: {name: foreign}\nspec: {controller: dev, provider: {vault: {}}}\n---\n";
	GK_AUTO(gk_buf_done) struct gk_buf yaml = {0};
	struct result r;

	(void)state;
	gk_buf_puts(&yaml, other);
	gk_buf_puts(&yaml, "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n"
			   "metadata: {name: x, namespace: shop}\nspec:\n"
			   "  secretStoreRef: {kind: ClusterSecretStore, name: limited}\n"
			   "  data: [{secretKey: k, remoteRef: {key: token}}]\n---\n");
	run(&r, gk_buf_cstr(&yaml));
	assert_int_equal(r.diags.worst, GK_EREFUSED);
	assert_non_null(find_diag(&r, "secrets.store-condition"));
	done(&r);
	gk_buf_puts(&yaml, "apiVersion: v1\nkind: Namespace\n"
			   "metadata: {name: shop, labels: {tier: front}}\n");
	run(&r, gk_buf_cstr(&yaml));
	assert_int_equal(r.diags.worst, GK_EDENIED); /* allowed, but the role is not */
	assert_int_equal(r.diags.errors, 1);
	done(&r);
	gk_buf_reset(&yaml);
	gk_buf_puts(&yaml, other);
	gk_buf_puts(&yaml, "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n"
			   "metadata: {name: x, namespace: shop}\nspec:\n"
			   "  secretStoreRef: {kind: ClusterSecretStore, name: foreign}\n"
			   "  data: [{secretKey: k, remoteRef: {key: token}}]\n---\n");
	run(&r, gk_buf_cstr(&yaml));
	assert_ok(&r);
	assert_int_equal(r.set.n, 2); /* the foreign store and its ExternalSecret stay */
	assert_non_null(find_diag(&r, "secrets.foreign"));
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(data_entries),
		cmocka_unit_test(extract_find_and_rewrite), cmocka_unit_test(merge_rewrite),
		cmocka_unit_test(templates), cmocka_unit_test(consumers_are_marked),
		cmocka_unit_test(versions), cmocka_unit_test(policies),
		cmocka_unit_test(keep_leaves_all), cmocka_unit_test(faults_are_collected),
		cmocka_unit_test(refused_documents), cmocka_unit_test(stores)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
