/*
 * Our own walk over argv instead of getopt_long, because getopt_long accepts
 * abbreviations (adding an option would change what a script means), cannot do --no-x
 * or --x=false, and prints its own messages.
 */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/opt.h"

struct parse {
	const struct gk_opt *opts;
	size_t n;
	int argc;
	char **argv;
	int at;
	void *args;
	struct gk_err *err;
};

static void *field(const struct parse *p, const struct gk_opt *o)
{
	return (char *)p->args + o->offset;
}

static bool takes_value(const struct gk_opt *o)
{
	return o->kind != GK_OPT_FLAG && o->kind != GK_OPT_COUNT && o->kind != GK_OPT_OPTIONAL;
}

static int misuse(struct parse *p, const struct gk_opt *o, const char *what)
{
	return gk_fail(p->err, GK_EUSAGE, "usage.option", "option --%s %s", o->name, what);
}

static int set_flag(struct parse *p, const struct gk_opt *o, const char *value)
{
	bool *flag = field(p, o);

	if (!value || !strcmp(value, "true") || !strcmp(value, "1"))
		*flag = true;
	else if (!strcmp(value, "false") || !strcmp(value, "0"))
		*flag = false;
	else
		return misuse(p, o, "takes true or false");
	return 0;
}

static int set_count(struct parse *p, const struct gk_opt *o, const char *value)
{
	int *count = field(p, o);

	if (value)
		return misuse(p, o, "takes no value");
	++*count;
	return 0;
}

static int set_str(struct parse *p, const struct gk_opt *o, const char *value)
{
	const char **s = field(p, o);

	*s = value;
	return 0;
}

static int set_list(struct parse *p, const struct gk_opt *o, const char *value)
{
	struct gk_strs *list = field(p, o);

	gk_vec_push(list, value);
	return 0;
}

/* A number that does not parse is misuse of the option, whatever the number module calls it. */
static int named(struct parse *p, const struct gk_opt *o, int rc)
{
	if (rc) {
		p->err->code = GK_EUSAGE;
		p->err->slug = "usage.option";
		return gk_ctx(p->err, "option --%s", o->name);
	}
	return 0;
}

static int set_u64(struct parse *p, const struct gk_opt *o, const char *value)
{
	return named(p, o, gk_num_u64(gk_str_c(value), 0, UINT64_MAX, field(p, o), p->err));
}

static int set_size(struct parse *p, const struct gk_opt *o, const char *value)
{
	return named(p, o, gk_num_size(gk_str_c(value), field(p, o), p->err));
}

static int set_duration(struct parse *p, const struct gk_opt *o, const char *value)
{
	return named(p, o, gk_num_duration_ms(gk_str_c(value), field(p, o), p->err));
}

/* The choice that equals value, as static text, or NULL. */
static const char *choice(const char *choices, const char *value, size_t *len)
{
	struct gk_str rest = gk_str_c(choices);

	while (rest.p) {
		struct gk_str one = gk_str_cut(&rest, '|');

		if (!value || gk_str_is(one, value)) {
			*len = one.n;
			return one.p;
		}
	}
	return NULL;
}

static int set_choice(struct parse *p, const struct gk_opt *o, const char *value)
{
	size_t len;

	if (choice(o->choices, value, &len))
		return set_str(p, o, value);
	gk_fail(p->err, GK_EUSAGE, "usage.option", "option --%s does not take '%s'", o->name,
		value);
	return gk_help(p->err, "expected one of %s", o->choices);
}

/* "--x" alone stores the empty string; the value, when given, must be one of the choices. */
static int set_optional(struct parse *p, const struct gk_opt *o, const char *value)
{
	if (value)
		return o->choices ? set_choice(p, o, value) : set_str(p, o, value);
	return set_str(p, o, "");
}

static int set(struct parse *p, const struct gk_opt *o, const char *value)
{
	static int (*const setters[])(struct parse *, const struct gk_opt *, const char *) = {
		[GK_OPT_FLAG] = set_flag,
		[GK_OPT_COUNT] = set_count,
		[GK_OPT_STR] = set_str,
		[GK_OPT_LIST] = set_list,
		[GK_OPT_U64] = set_u64,
		[GK_OPT_SIZE] = set_size,
		[GK_OPT_DURATION] = set_duration,
		[GK_OPT_CHOICE] = set_choice,
		[GK_OPT_OPTIONAL] = set_optional,
	};

	return setters[o->kind](p, o, value);
}

static const struct gk_opt *by_name(const struct parse *p, struct gk_str name)
{
	for (size_t i = 0; i < p->n; i++)
		if (gk_str_is(name, p->opts[i].name))
			return &p->opts[i];
	return NULL;
}

static const struct gk_opt *by_letter(const struct parse *p, char letter)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->opts[i].letter == letter)
			return &p->opts[i];
	return NULL;
}

static int unknown(struct parse *p, struct gk_str name)
{
	const char **known = gk_xcalloc(p->n, sizeof *known);
	const char *near;

	for (size_t i = 0; i < p->n; i++)
		known[i] = p->opts[i].name;
	near = gk_str_nearest(name, known, p->n);
	gk_free(known);
	gk_fail(p->err, GK_EUSAGE, "usage.unknown-option", "unknown option '--%.*s'",
		GK_SARG(name));
	if (near)
		gk_help(p->err, "did you mean '--%s'?", near);
	return -1;
}

static int value_of(struct parse *p, const struct gk_opt *o, const char **value)
{
	if (p->at >= p->argc) {
		gk_fail(p->err, GK_EUSAGE, "usage.option", "option --%s needs a value", o->name);
		return gk_help(p->err, "--%s %s: %s", o->name, o->arg ? o->arg : "VALUE", o->help);
	}
	*value = p->argv[p->at++];
	return 0;
}

static int long_option(struct parse *p, const char *word)
{
	const char *equals = strchr(word, '='), *value = equals ? equals + 1 : NULL;
	struct gk_str name = {word, equals ? (size_t)(equals - word) : strlen(word)};
	const struct gk_opt *o = by_name(p, name);

	if (!o && gk_str_starts(name, GK_STR("no-")) && !value) {
		o = by_name(p, gk_str_from(name, 3));
		if (o && o->kind == GK_OPT_FLAG)
			return set(p, o, "false");
		o = NULL;
	}
	if (!o)
		return unknown(p, name);
	if (!value && takes_value(o) && value_of(p, o, &value))
		return -1;
	return set(p, o, value);
}

static int letters(struct parse *p, const char *word)
{
	while (*word) {
		const struct gk_opt *o = by_letter(p, *word++);
		const char *value = NULL;

		if (!o)
			return gk_fail(p->err, GK_EUSAGE, "usage.unknown-option",
				"unknown option '-%c'", word[-1]);
		if (!takes_value(o)) {
			if (set(p, o, NULL))
				return -1;
			continue;
		}
		if (*word)
			value = *word == '=' ? word + 1 : word;
		else if (value_of(p, o, &value))
			return -1;
		return set(p, o, value);
	}
	return 0;
}

static int environment(struct parse *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *value = p->opts[i].env ? getenv(p->opts[i].env) : NULL;

		if (value && *value && set(p, &p->opts[i], value))
			return gk_ctx(p->err, "environment variable %s", p->opts[i].env);
	}
	return 0;
}

int gk_opt_parse(const struct gk_opt *opts, size_t n, int argc, char **argv, void *args,
	struct gk_strs *ret_operands, struct gk_err *err)
{
	struct parse p = {opts, n, argc, argv, 1, args, err};
	bool options = true;

	if (environment(&p))
		return -1;
	while (p.at < argc) {
		const char *word = argv[p.at++];
		int rc = 0;

		if (options && !strcmp(word, "--"))
			options = false;
		else if (options && word[0] == '-' && word[1] == '-')
			rc = long_option(&p, word + 2);
		else if (options && word[0] == '-' && word[1])
			rc = letters(&p, word + 1);
		else
			gk_vec_push(ret_operands, word);
		if (rc)
			return -1;
	}
	return 0;
}

void gk_opt_done(const struct gk_opt *opts, size_t n, void *args)
{
	for (size_t i = 0; i < n; i++)
		if (opts[i].kind == GK_OPT_LIST) {
			struct gk_strs *list = (void *)((char *)args + opts[i].offset);

			gk_vec_done(list);
		}
}
