/* Templates: answers of Go's text/template with sprig. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "doc/json.h"
#include "secret/template.h"

static const char json[] =
	"{\"user\": \"admin\", \"pass\": \"p@ss\\\"w'rd<&>\", \"empty\": \"\", \"a-b\": \"dash\", \"json\": \"{\\\"host\\\":\\\"db\\\",\\\"port\\\":5432,\\\"big\\\":1000000,\\\"f\\\":1.50,\\\"list\\\":[1,\\\"two\\\",null,true],\\\"n\\\":null,\\\"o\\\":{\\\"z\\\":1,\\\"a\\\":\\\"x\\\"}}\", \"b64\": \"aGVsbG8=\", \"multi\": \"l1\\nl2\\nl3\", \"num\": \"42\", \"uni\": \"\303\251\342\202\254\360\237\230\200\", \"csv\": \"a,b,,c\", \"yaml\": \"a: 1\\nb: [x, y]\\nc: {d: yes}\\n\"}";

static const struct {
	const char *template, *want;
} cases[] = {
	{"{{ .user }}", "admin"},
	{"plain text", "plain text"},
	{"{{- .user -}}", "admin"},
	{"a {{- \" b \" -}} c", "a b c"},
	{"{{/* comment */}}x", "x"},
	{"{{- /* c */ -}} y", "y"},
	{"{{ .user | upper | quote }}", "\"ADMIN\""},
	{"{{ index . \"a-b\" }}", "dash"},
	{"{{ index . \"nope\" }}", ""},
	{"{{ $x := .user }}{{ $x }}", "admin"},
	{"{{ $x := 1 }}{{ $x = 2 }}{{ $x }}", "2"},
	{"{{ if .user }}yes{{ else }}no{{ end }}", "yes"},
	{"{{ if .empty }}yes{{ else if .user }}mid{{ else }}no{{ end }}", "mid"},
	{"{{ if and .user .empty }}a{{ else }}b{{ end }}", "b"},
	{"{{ or .empty .user }}", "admin"},
	{"{{ and .user \"z\" }}", "z"},
	{"{{ not .empty }}", "true"},
	{"{{ with .user }}[{{ . }}]{{ end }}", "[admin]"},
	{"{{ with .empty }}x{{ else }}none{{ end }}", "none"},
	{"{{ with $y := .user }}{{ $y }}{{ end }}", "admin"},
	{"{{ range splitList \",\" .csv }}<{{ . }}>{{ end }}", "<a><b><><c>"},
	{"{{ range $i, $e := splitList \",\" .csv }}{{ $i }}={{ $e }};{{ end }}",
		"0=a;1=b;2=;3=c;"},
	{"{{ range $k, $v := (fromJson .json).o }}{{ $k }}:{{ $v }} {{ end }}", "a:x z:1 "},
	{"{{ range (list) }}x{{ else }}empty{{ end }}", "empty"},
	{"{{ range 3 }}{{ . }}{{ end }}", "012"},
	{"{{ range $i := list 1 2 3 }}{{ if eq $i 2 }}{{ continue }}{{ end }}{{ $i }}{{ end }}",
		"13"},
	{"{{ range $i := list 1 2 3 }}{{ if eq $i 2 }}{{ break }}{{ end }}{{ $i }}{{ end }}", "1"},
	{"{{ (fromJson .json).host }}", "db"},
	{"{{ (fromJson .json).port }}", "5432"},
	{"{{ (fromJson .json).big }}", "1e+06"},
	{"{{ (fromJson .json).f }}", "1.5"},
	{"{{ (fromJson .json).n }}", "<no value>"},
	{"{{ (fromJson .json).list }}", "[1 two <nil> true]"},
	{"{{ (fromJson .json).o }}", "map[a:x z:1]"},
	{"{{ $j := .json | fromJson }}{{ $j.o.a }}-{{ index $j \"list\" 1 }}", "x-two"},
	{"{{ index (fromJson .json).list 0 }}", "1"},
	{"{{ fromJson .json | toJson }}",
		"{\"big\":1000000,\"f\":1.5,\"host\":\"db\",\"list\":[1,\"two\",null,true],\"n\":null,\"o\":{\"a\":\"x\",\"z\":1},\"port\":5432}"},
	{"{{ .pass | toJson }}", "\"p@ss\\\"w'rd\\u003c\\u0026\\u003e\""},
	{"{{ dict \"a\" 1 \"b\" (list 1 \"x\" true nil) | toJson }}",
		"{\"a\":1,\"b\":[1,\"x\",true,null]}"},
	{"{{ dict \"b\" 1.0 \"a\" 10 }}", "map[a:10 b:1]"},
	{"{{ list 1 2.5 \"x\" nil true }}", "[1 2.5 x <nil> true]"},
	{"{{ printf \"%s:%d:%v:%q\" .user 5 true .pass }}", "admin:5:true:\"p@ss\\\"w'rd<&>\""},
	{"{{ printf \"%5s|%-5s|%05d|%x|%X|%t|%%\" \"ab\" \"cd\" 42 255 \"hi\" true }}",
		"   ab|cd   |00042|ff|6869|true|%"},
	{"{{ printf \"%.2s\" .uni }}", "\303\251\342\202\254"},
	{"{{ printf \"%+d %c %v\" 5 65 nil }}", "+5 A <nil>"},
	{"{{ print \"a\" 1 2 \"b\" }}", "a1 2b"},
	{"{{ println \"a\" 1 }}", "a 1\n"},
	{"{{ len .user }} {{ len (list 1 2) }} {{ len (fromJson .json) }}", "5 2 7"},
	{"{{ eq .user \"admin\" }} {{ eq .user \"x\" \"admin\" }} {{ ne 1 2 }} {{ lt 1 2 }} {{ ge \"b\" \"a\" }}",
		"true true true true true"},
	{"{{ .b64 | b64dec }} {{ .user | b64enc }}", "hello YWRtaW4="},
	{"{{ .pass | squote }} {{ quote .user 1 nil }}", "'p@ss\"w'rd<&>' \"admin\" \"1\""},
	{"{{ \"  x \" | trim }}{{ trimAll \"-\" \"--a--\" }}{{ trimPrefix \"a\" \"ab\" }}{{ trimSuffix \"b\" \"ab\" }}",
		"xaba"},
	{"{{ replace \"a\" \"b\" \"banana\" }}", "bbnbnb"},
	{"{{ default \"d\" .empty }}{{ default \"d\" .user }}{{ .empty | default \"q\" }}",
		"dadminq"},
	{"{{ coalesce .empty \"\" \"z\" }}", "z"},
	{"{{ ternary \"t\" \"f\" true }}{{ true | ternary \"t\" \"f\" }}", "tt"},
	{"{{ join \"-\" (list \"a\" \"b\" 3) }}", "a-b-3"},
	{"{{ splitList \",\" .csv | join \"|\" }}", "a|b||c"},
	{"{{ $p := split \",\" .csv }}{{ $p._0 }}{{ $p._3 }}", "ac"},
	{"{{ contains \"dm\" .user }}{{ hasPrefix \"ad\" .user }}{{ hasSuffix \"x\" .user }}",
		"truetruefalse"},
	{"{{ indent 2 .multi }}", "  l1\n  l2\n  l3"},
	{"{{ .multi | nindent 4 }}", "\n    l1\n    l2\n    l3"},
	{"{{ .pass | urlquery }}", "p%40ss%22w%27rd%3C%26%3E"},
	{"{{ get (dict \"a\" 1) \"a\" }}{{ get (dict \"a\" 1) \"b\" }}", "1"},
	{"{{ keys (dict \"a\" 1) }}", "[a]"},
	{"{{ first (list 1 2) }}{{ last (list 1 2) }}{{ first (list) }}", "12<no value>"},
	{"{{ \"a\\tb\\n\\u00e9\\x41\" }}", "a\tb\n\303\251A"},
	{"{{ `raw\\n` }}", "raw\\n"},
	{"{{ 'a' }}", "97"},
	{"{{ 0x1F }} {{ 1_000 }} {{ -5 }} {{ 1.5 }} {{ 1e3 }}", "31 1000 -5 1.5 1000"},
	{"{{ \"x\" | printf \"%s-%s\" \"y\" }}", "y-x"},
	{"{{ ( .user ) }}", "admin"},
	{"{{ (index (fromJson .json) \"o\").a }}", "x"},
	{"{{ $ }}",
		"map[a-b:dash b64:aGVsbG8= csv:a,b,,c empty: json:{\"host\":\"db\",\"port\":5432,\"big\":1000000,\"f\":1.50,\"list\":[1,\"two\",null,true],\"n\":null,\"o\":{\"z\":1,\"a\":\"x\"}} multi:l1\nl2\nl3 num:42 pass:p@ss\"w'rd<&> uni:\303\251\342\202\254\360\237\230\200 user:admin yaml:a: 1\nb: [x, y]\nc: {d: yes}\n]"},
	{"{{ $.user }}", "admin"},
	{"{{ range list 1 }}{{ $.user }}{{ end }}", "admin"},
	{"{{ .user | }}", "admin"},
	{"{{ sha256sum \"x\" }}",
		"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
	{"{{ substr 0 3 .user }}{{ trunc 2 .user }}{{ trunc -2 .user }}", "admadin"},
	{"{{ repeat 3 \"ab\" }}", "ababab"},
	{"{{ add 1 2 3 }} {{ sub 5 2 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ add 1 .num }}",
		"6 3 6 3 1 43"},
	{"{{ empty .empty }}{{ empty .user }}", "truefalse"},
	{"{{ hasKey (dict \"a\" 1) \"a\" }}", "true"},
	{"{{ int .num }}", "42"},
	{"{{ toString 5 }}{{ toString true }}", "5true"},
	{"{{ regexMatch \"^a.*n$\" .user }} {{ regexReplaceAll \"(a)d\" .user \"${1}X\" }}",
		"true aXmin"},
	{"{{ toYaml (fromJson .json) }}",
		"big: 1000000\nf: 1.5\nhost: db\nlist:\n- 1\n- two\n- null\n- true\n\"n\": null\no:\n  a: x\n  z: 1\nport: 5432"},
	{"{{ (fromYaml .yaml).b }} {{ (fromYaml .yaml).a }} {{ (fromYaml .yaml).c }}",
		"[x true] 1 map[d:true]"},
	{"{{ toYaml (dict \"a\" \"yes\" \"b\" \"1\" \"c\" (list \"x\") \"d\" \"\") }}",
		"a: \"yes\"\nb: \"1\"\nc:\n- x\nd: \"\""},
	{"{{ .uni }} {{ len .uni }} {{ .uni | quote }}",
		"\303\251\342\202\254\360\237\230\200 9 \"\303\251\342\202\254\360\237\230\200\""},
	{"{{ if eq (len .user) 5 }}five{{ end }}", "five"},
	{"{{ with fromJson .json }}{{ .host }}:{{ .port }}{{ end }}", "db:5432"},
	{"{{ or \"\" 0 nil }}", "<no value>"},
	{"{{ with \"\" }}a{{ else with \"b\" }}{{ . }}{{ end }}", "b"},
	{"{{ index .user 0 }}", "97"},
	{"{{ list | first | empty }}", "true"},
	{"{{- if true }} a {{- end }} b", " a b"},
	{"{{ \"{{\" }}", "{{"},
	{"{{ print nil }}", "<nil>"},
	{"{{ printf \"%v\" (list \"a\" nil) }}", "[a <nil>]"},
	{"{{ not nil }}", "true"},
	{"{{ eq nil nil }}", "true"},
	{"{{ (fromJson \"[1,2]\") }}", "[1 2]"},
	{"{{ (1) }}", "1"},
	{"{{ 1 | add 2 | mul 3 }}", "9"},
	{"{{ $a := \"x\" }}{{ if true }}{{ $a = \"y\" }}{{ $a := \"z\" }}{{ end }}{{ $a }}", "y"},
	{"{{ \"a\" | eq \"a\" }}", "true"},
	{"{{ range $k, $v := . }}{{ $k }},{{ end }}",
		"a-b,b64,csv,empty,json,multi,num,pass,uni,user,yaml,"},
	{"{{ .json | fromJson | toRawJson }}",
		"{\"big\":1000000,\"f\":1.5,\"host\":\"db\",\"list\":[1,\"two\",null,true],\"n\":null,\"o\":{\"a\":\"x\",\"z\":1},\"port\":5432}"},
	{"{{ list 3 1 2 | toJson }}", "[3,1,2]"},
};

/* Errors in Go too, or what Go prints instead of failing. */
static const char *const refused[] = {
	"{{ .nope }}",
	"{{ .user.x }}",
	"{{ (fromJson .json).nope }}",
	"{{ index (fromJson .json).list 9 }}",
	"{{ printf \"%d\" \"x\" | len }}",
	"{{ eq 1 \"1\" }}",
	"{{ eq 1 1.0 }}",
	"{{ true }} {{ nil }}",
	"{{ .user | undefinedfn }}",
	"{{ if }}x{{ end }}",
	"{{ .user ",
	"{{ end }}",
	"{{ if .user }}x",
	"{{ \"a\" \"b\" }}",
	"{{ fail \"boo\" }}",
	"{{ define \"x\" }}a{{ end }}",
	"{{ range .user }}x{{ end }}",
	"{{ and }}",
	"{{ .a-b }}",
	"{{ lt \"a\" 1 }}",
	"{{ $x }}",
	"{{ printf \"%s\" }}",
	"{{ printf \"%s\" \"a\" \"b\" }}",
	"{{ fromJson \"{bad\" }}",
	"{{ b64dec \"***\" }}",
};

static struct gk_doc data = GK_DOC_INIT;

static int setup(void **state)
{
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	return gk_json_parse(&data, "data", gk_str_c(json), gk_limits_default(), &err);
}

static int teardown(void **state)
{
	(void)state;
	gk_doc_done(&data);
	return 0;
}

static void answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		GK_AUTO(gk_buf_done) struct gk_buf out = {0};
		struct gk_err err = GK_ERR_INIT;

		if (gk_template_render(&a, gk_str_c(cases[i].template), data.root, 0, &out, &err))
			fail_msg("%s", cases[i].template);
		assert_string_equal(gk_buf_cstr(&out), cases[i].want);
	}
}

/* No message may hold a value of the data. */
static void errors_quote_nothing(void **state)
{
	static const char *const values[] = {"p@ss", "aGVsbG8", "5432", "admin"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(refused); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		GK_AUTO(gk_buf_done) struct gk_buf out = {0};
		struct gk_err err = GK_ERR_INIT;
		char message[1024];

		if (gk_template_render(&a, gk_str_c(refused[i]), data.root, 0, &out, &err) == 0)
			fail_msg("%s", refused[i]);
		assert_int_equal(err.code, GK_EINPUT);
		gk_err_message(&err, message, sizeof message);
		for (size_t k = 0; k < GK_COUNT(values); k++)
			assert_null(strstr(message, values[k]));
	}
}

static void random_functions(void **state)
{
	static const char *const templates[] = {"{{ now }}", "{{ randAlphaNum 8 }}", "{{ uuidv4 }}",
		"{{ if false }}x{{ else }}{{ genCA 1 2 }}{{ end }}"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(templates); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		GK_AUTO(gk_buf_done) struct gk_buf out = {0};
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(
			gk_template_render(&a, gk_str_c(templates[i]), data.root, 0, &out, &err),
			-1);
		assert_string_equal(err.slug, "secrets.template-random");
	}
}

static void limits(void **state)
{
	static const char *const templates[] = {
		"{{ range 2000 }}{{ range 2000 }}x{{ end }}{{ end }}",
		"{{ range 300 }}{{ repeat 10000 \"x\" }}{{ end }}"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(templates); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		GK_AUTO(gk_buf_done) struct gk_buf out = {0};
		struct gk_err err = GK_ERR_INIT;

		assert_int_equal(
			gk_template_render(&a, gk_str_c(templates[i]), data.root, 0, &out, &err),
			-1);
		assert_int_equal(err.code, GK_ELIMIT);
	}
}

static void missing_keys_may_be_allowed(void **state)
{
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	GK_AUTO(gk_buf_done) struct gk_buf out = {0};
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_template_render(&a, gk_str_c("{{ .nope }}"), data.root,
				 GK_TEMPLATE_MISSING_OK, &out, &err),
		0);
	assert_string_equal(gk_buf_cstr(&out), "<no value>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers),
		cmocka_unit_test(errors_quote_nothing), cmocka_unit_test(random_functions),
		cmocka_unit_test(limits), cmocka_unit_test(missing_keys_may_be_allowed)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
