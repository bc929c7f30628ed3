/* Doubles to text and back, in a locale with a decimal comma, too. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/float.h"

static const char *printed(const char *literal, bool plain)
{
	static struct gk_buf b;

	gk_buf_done(&b);
	if (plain)
		gk_float_print_plain(&b, gk_float_parse(gk_str_c(literal)));
	else
		gk_float_print(&b, gk_float_parse(gk_str_c(literal)));
	return gk_buf_cstr(&b);
}

/* What Go's strconv.FormatFloat gives for the same values with 'g' and 'f'. */
static const struct {
	const char *literal, *general, *plain;
} cases[] = {
	{"0", "0", "0"},
	{"-0.0", "-0", "-0"},
	{"1", "1", "1"},
	{"0.1", "0.1", "0.1"},
	{"0.30000000000000004", "0.30000000000000004", "0.30000000000000004"},
	{"123456.5", "123456.5", "123456.5"},
	{"1234567.5", "1.2345675e+06", "1234567.5"},
	{"100000", "100000", "100000"},
	{"1000000", "1e+06", "1000000"},
	{"0.0001", "0.0001", "0.0001"},
	{"0.00001", "1e-05", "0.00001"},
	{"1e21", "1e+21", "1000000000000000000000"},
	{"-1.5e-7", "-1.5e-07", "-0.00000015"},
	{"18446744073709551615", "1.8446744073709552e+19", "18446744073709552000"},
	{"9007199254740993", "9.007199254740992e+15", "9007199254740992"},
	{"1.7976931348623157e308", "1.7976931348623157e+308", NULL},
	{"5e-324", "5e-324", NULL},
};

static void as_go_prints(void **state)
{
	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		assert_string_equal(printed(cases[i].literal, false), cases[i].general);
		if (cases[i].plain)
			assert_string_equal(printed(cases[i].literal, true), cases[i].plain);
	}
}

static void in_any_locale(void **state)
{
	static const char *const comma[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
	const char *set = NULL;

	for (size_t i = 0; !set && i < GK_COUNT(comma); i++)
		set = setlocale(LC_ALL, comma[i]);
	if (!set) {
		print_message("# no locale with a decimal comma is installed\n");
		return;
	}
	as_go_prints(state);
	(void)setlocale(LC_ALL, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_go_prints),
		cmocka_unit_test(in_any_locale),
	};

	return cmocka_run_group_tests_name("float", tests, NULL, NULL);
}
