/* Property paths: answers of gjson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "secret/path.h"

static const char json[] = "{\"name\":{\"first\":\"Tom\""
			   ",\"last\":\"Anderson\"}"
			   ",\"age\":37"
			   ",\"children\":[\"Sara\""
			   ",\"Alex\""
			   ",\"Jack\"]"
			   ",\"fav.movie\":\"Deer Hunter\""
			   ",\"a\":{\"b.c\":1"
			   ",\"x*y\":2"
			   ",\"q?\":3}"
			   ",\"friends\":[{\"first\":\"Dale\""
			   ",\"last\":\"Murphy\""
			   ",\"age\":44"
			   ",\"nets\":[\"ig\""
			   ",\"fb\""
			   ",\"tw\"]"
			   ",\"ok\":true},{\"first\":\"Roger\""
			   ",\"last\":\"Craig\""
			   ",\"age\":68"
			   ",\"nets\":[\"fb\""
			   ",\"tw\"]"
			   ",\"ok\":false},{\"first\":\"Jane\""
			   ",\"last\":\"Murphy\""
			   ",\"age\":47"
			   ",\"nets\":[\"ig\""
			   ",\"tw\"]}]"
			   ",\"n\":[1,2.50,-3,1e6,1e-7,-0.0,12345678901234567890,1.0,100]"
			   ",\"t\":true"
			   ",\"f\":false"
			   ",\"z\":null"
			   ",\"e\":{}"
			   ",\"ea\":[]"
			   ",\"s\":\"a\\\"b\\\\c\\n\\u00e9\\ud83d\\ude00\""
			   ",\"sp\":{ \"k\" :  [1 , 2 ] }"
			   ",\"nested\":[[1,2],[3,4]]"
			   ",\"\":\"emptykey\"}";

/* want NULL: nothing is there. */
static const struct {
	const char *path, *want;
} cases[] = {
	{"name.last", "Anderson"},
	{"age", "37"},
	{"children", "[\"Sara\",\"Alex\",\"Jack\"]"},
	{"children.#", "3"},
	{"children.1", "Alex"},
	{"child*.2", "Jack"},
	{"c?ildren.0", "Sara"},
	{"fav\\.movie", "Deer Hunter"},
	{"fav.movie", "Deer Hunter"},
	{"friends.#.first", "[\"Dale\",\"Roger\",\"Jane\"]"},
	{"friends.1.last", "Craig"},
	{"friends.#(last==\"Murphy\").first", "Dale"},
	{"friends.#(last==\"Murphy\")#.first", "[\"Dale\",\"Jane\"]"},
	{"friends.#(age>45)#.last", "[\"Craig\",\"Murphy\"]"},
	{"friends.#(first%\"D*\").last", "Murphy"},
	{"friends.#(first!%\"D*\").last", "Craig"},
	{"friends.#(nets.#(==\"fb\"))#.first", "[\"Dale\",\"Roger\"]"},
	{"friends.#(age>=44)#.age", "[44,68,47]"},
	{"friends.#(age<45).first", "Dale"},
	{"friends.#(age!=44)#.first", "[\"Roger\",\"Jane\"]"},
	{"friends.#(ok==true).first", "Dale"},
	{"friends.#(ok==false).first", "Roger"},
	{"friends.#(ok)#.first", "[\"Dale\",\"Roger\"]"},
	{"friends.#(nope)#.first", "[]"},
	{"friends.#(first=\"Jane\").age", "47"},
	{"n.0", "1"},
	{"n.1", "2.5"},
	{"n.2", "-3"},
	{"n.3", "1000000"},
	{"n.4", "0.0000001"},
	{"n.5", "-0"},
	{"n.6", "12345678901234567890"},
	{"n.7", "1"},
	{"n.8", "100"},
	{"n.9", NULL},
	{"t", "true"},
	{"f", "false"},
	{"z", ""},
	{"e", "{}"},
	{"ea", "[]"},
	{"ea.#", "0"},
	{"s", "a\"b\\c\n\303\251\360\237\230\200"},
	{"sp", "{ \"k\" :  [1 , 2 ] }"},
	{"sp.k", "[1 , 2 ]"},
	{"nested.#.0", "[1,3]"},
	{"nested.1.1", "4"},
	{"nested.#.#", "[2,2]"},
	{"a.b\\.c", "1"},
	{"a.b.c", NULL},
	{"a.x\\*y", "2"},
	{"a.q\\?", "3"},
	{"a.x*", "2"},
	{"nope", NULL},
	{"name.nope", NULL},
	{"name.first.x", NULL},
	{"children.x", NULL},
	{"friends.#", "3"},
	{"friends.#.nets.#", "[3,2,2]"},
	{"friends.#.nets.0", "[\"ig\",\"fb\",\"ig\"]"},
	{"friends.#(nets.0==\"fb\").first", "Roger"},
	{"n.#(>2)#", "[2.50,1e6,12345678901234567890,100]"},
	{"children.#(==\"Alex\")", "Alex"},
	{"children.#(%\"*a*\")", "Sara"},
	{"children.#(%\"?ara\")", "Sara"},
	{"friends.#(last==\"Murphy\")#",
		"[{\"first\":\"Dale\",\"last\":\"Murphy\",\"age\":44,\"nets\":[\"ig\",\"fb\",\"tw\"],\"ok\":true},{\"first\":\"Jane\",\"last\":\"Murphy\",\"age\":47,\"nets\":[\"ig\",\"tw\"]}]"},
	{"friends.#(last==\"None\")#", "[]"},
	{"friends.#(last==\"None\")", NULL},
	{"*", "{\"first\":\"Tom\",\"last\":\"Anderson\"}"},
	{"n*.first", "Tom"},
	{"nam?.last", "Anderson"},
	{"friends.#(age>\"45\")#.last", "[\"Craig\",\"Murphy\"]"},
	{"friends.#(last>\"D\")#.first", "[\"Dale\",\"Jane\"]"},
	{"friends.-1", NULL},
	{"children.01", "Alex"},
	{"friends.#(age>40)#.nets.0", "[\"ig\",\"fb\",\"ig\"]"},
	{"z.a", NULL},
	{"t.a", NULL},
};

static void answers(void **state)
{
	struct gk_raw root;

	(void)state;
	assert_true(gk_raw_parse(gk_str_c(json), &root));
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		GK_AUTO(gk_buf_done) struct gk_buf text = {0};
		struct gk_err err = GK_ERR_INIT;
		struct gk_raw got;
		bool found;

		assert_int_equal(
			gk_secret_path(&a, &root, gk_str_c(cases[i].path), &found, &got, &err), 0);
		assert_int_equal(found, cases[i].want != NULL);
		if (!found)
			continue;
		gk_raw_text(&text, &got);
		assert_string_equal(gk_buf_cstr(&text), cases[i].want);
	}
}

static void unsupported(void **state)
{
	static const char *const paths[] = {"@reverse", "a.@this", "{a,b}", "[a]", "!1", "a|b",
		"n.#(>~1)", "friends.#(age", "friends.#(age>1)x"};
	struct gk_raw root;

	(void)state;
	assert_true(gk_raw_parse(gk_str_c(json), &root));
	for (size_t i = 0; i < GK_COUNT(paths); i++) {
		GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
		struct gk_err err = GK_ERR_INIT;
		struct gk_raw got;
		bool found;

		assert_int_equal(
			gk_secret_path(&a, &root, gk_str_c(paths[i]), &found, &got, &err), -1);
		assert_int_equal(err.code, GK_EINPUT);
	}
}

static void no_json(void **state)
{
	static const char *const texts[] = {"", "hello", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "01",
		"1.", "-", "1e", "\"", "\"\\x\"", "\"a\nb\"", "{} {}", "tru", "[1 2]", "\xff"};
	static char deep[2048];
	struct gk_raw got;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(texts); i++)
		assert_false(gk_raw_parse(gk_str_c(texts[i]), &got));
	memset(deep, '[', 1000);
	memset(deep + 1000, ']', 1000);
	assert_false(gk_raw_parse(gk_str_c(deep), &got));
	assert_true(gk_raw_parse(gk_str_c(" {\"a\\u0000\":[1e400,null]} "), &got));
	assert_int_equal(got.type, GK_RAW_OBJECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers), cmocka_unit_test(unsupported),
		cmocka_unit_test(no_json)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
