/* --help, --help=json and completion scripts, all from the option table. */
#include <string.h>

#include "base/prog.h"
#include "base/text.h"

enum { NAME_WIDTH = 34 };

static const char *const exit_texts[] = {
	"done; nothing to report",
	"ran correctly and the answer is no (differences, drift, failed checks)",
	"usage: bad option or combination",
	"input: cannot parse, render or validate; truncated or empty stream",
	"credentials: none found, expired, denied",
	"remote not usable: network, TLS, 429 or 5xx after retries, deadline",
	"conflict: owned or changed by others, stale plan, lock held",
	"apply failed: object rejected, or a hook failed",
	"applied but not healthy",
	"refused by a guard: prune limit, empty set, missing --yes",
	"local system: disk full, cannot write, out of memory",
};

static void put_names(struct gk_buf *b, const struct gk_opt *o)
{
	if (o->letter)
		gk_buf_printf(b, "-%c, ", o->letter);
	else
		gk_buf_puts(b, "    ");
	gk_buf_printf(b, "--%s", o->name);
	if (o->kind == GK_OPT_OPTIONAL)
		gk_buf_printf(b, "[=%s]", o->arg);
	else if (o->arg)
		gk_buf_printf(b, " %s", o->arg);
}

static void put_option(struct gk_buf *b, const struct gk_opt *o)
{
	size_t from = b->n;

	gk_buf_puts(b, "  ");
	put_names(b, o);
	if (b->n - from >= NAME_WIDTH) {
		gk_buf_putc(b, '\n');
		from = b->n;
	}
	gk_buf_fill(b, ' ', NAME_WIDTH - (b->n - from));
	gk_buf_puts(b, o->help);
	if (o->choices)
		gk_buf_printf(b, " (%s)", o->choices);
	if (o->env)
		gk_buf_printf(b, " [%s]", o->env);
	gk_buf_putc(b, '\n');
}

/* Groups appear in the order in which the table first names them. */
static bool first_of_group(const struct gk_prog *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(p->opts[k].group, p->opts[i].group))
			return false;
	return true;
}

static void put_groups(struct gk_buf *b, const struct gk_prog *p)
{
	for (size_t i = 0; i < p->nopts; i++) {
		if (!first_of_group(p, i))
			continue;
		gk_buf_printf(b, "\n%s:\n", p->opts[i].group);
		for (size_t k = i; k < p->nopts; k++)
			if (!strcmp(p->opts[k].group, p->opts[i].group))
				put_option(b, &p->opts[k]);
	}
}

static void put_exits(struct gk_buf *b, const struct gk_prog *p)
{
	gk_buf_puts(b, "\nExit codes:\n");
	for (unsigned i = 0; i < GK_COUNT(exit_texts); i++)
		if (p->exits & 1u << i)
			gk_buf_printf(b, "  %2u  %s\n", i, exit_texts[i]);
}

void gk_prog_help(const struct gk_prog *p, struct gk_buf *b)
{
	gk_buf_printf(b, "%s - %s\n\nUsage:\n", p->name, p->purpose);
	for (const char *const *u = p->usage; *u; u++)
		gk_buf_printf(b, "  %s %s\n", p->name, *u);
	if (p->verbs)
		gk_buf_puts(b, "\nVerbs:\n");
	for (const struct gk_verb *v = p->verbs; v && v->name; v++)
		gk_buf_printf(b, "  %-12s %s\n", v->name, v->purpose);
	gk_buf_puts(b, "\nExamples:\n");
	for (const struct gk_example *e = p->examples; e && e->command; e++)
		gk_buf_printf(b, "  # %s\n  %s\n", e->what, e->command);
	put_groups(b, p);
	put_exits(b, p);
	gk_buf_printf(b, "\nSee man %s.\n", p->name);
}

static const char *const kind_names[] = {
	[GK_OPT_FLAG] = "flag",
	[GK_OPT_COUNT] = "count",
	[GK_OPT_STR] = "string",
	[GK_OPT_LIST] = "list",
	[GK_OPT_U64] = "number",
	[GK_OPT_SIZE] = "size",
	[GK_OPT_DURATION] = "duration",
	[GK_OPT_CHOICE] = "choice",
	[GK_OPT_OPTIONAL] = "optional",
};

static void put_member(struct gk_buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	gk_buf_printf(b, ",\"%s\":", name);
	gk_text_json(b, gk_str_c(value));
}

static void option_json(struct gk_buf *b, const struct gk_opt *o)
{
	const char letter[] = {o->letter, '\0'};

	gk_buf_printf(b, "\n{\"name\":\"%s\",\"type\":\"%s\"", o->name, kind_names[o->kind]);
	put_member(b, "letter", o->letter ? letter : NULL);
	put_member(b, "argument", o->arg);
	put_member(b, "group", o->group);
	put_member(b, "env", o->env);
	put_member(b, "choices", o->choices);
	put_member(b, "help", o->help);
	gk_buf_putc(b, '}');
}

void gk_prog_help_json(const struct gk_prog *p, struct gk_buf *b)
{
	bool more = false;

	gk_buf_printf(b, "{\"name\":\"%s\",\"version\":\"%s\"", p->name, PACKAGE_VERSION);
	put_member(b, "purpose", p->purpose);
	gk_buf_puts(b, ",\"verbs\":[");
	for (const struct gk_verb *v = p->verbs; v && v->name; v++) {
		gk_buf_printf(b, "%s{\"name\":\"%s\"", more ? "," : "", v->name);
		put_member(b, "purpose", v->purpose);
		gk_buf_putc(b, '}');
		more = true;
	}
	gk_buf_puts(b, "],\"options\":[");
	for (size_t i = 0; i < p->nopts; i++) {
		gk_buf_puts(b, i ? "," : "");
		option_json(b, &p->opts[i]);
	}
	gk_buf_puts(b, "],\"exitCodes\":[");
	more = false;
	for (unsigned i = 0; i < GK_COUNT(exit_texts); i++) {
		if (!(p->exits & 1u << i))
			continue;
		gk_buf_printf(b, "%s%u", more ? "," : "", i);
		more = true;
	}
	gk_buf_puts(b, "]}\n");
}

static void put_words(struct gk_buf *b, const struct gk_prog *p)
{
	for (const struct gk_verb *v = p->verbs; v && v->name; v++)
		gk_buf_printf(b, "%s ", v->name);
	for (size_t i = 0; i < p->nopts; i++)
		gk_buf_printf(b, "--%s ", p->opts[i].name);
}

static void complete_bash(const struct gk_prog *p, struct gk_buf *b)
{
	char function[64];
	size_t n = 0;

	for (const char *c = p->name; *c && n + 1 < sizeof function; c++)
		function[n++] = *c == '-' ? '_' : *c;
	function[n] = '\0';
	gk_buf_printf(b, "_%s() {\n\tCOMPREPLY=($(compgen -W '", function);
	put_words(b, p);
	gk_buf_printf(b, "' -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n");
	gk_buf_printf(b, "complete -o default -F _%s %s\n", function, p->name);
}

/* Inside single quotes for zsh and fish a quote ends the text. */
static void put_quoted(struct gk_buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'' || *text == '[' || *text == ']' || *text == ':')
			gk_buf_putc(b, ' ');
		else
			gk_buf_putc(b, *text);
	}
}

static void complete_zsh(const struct gk_prog *p, struct gk_buf *b)
{
	gk_buf_printf(b, "#compdef %s\n_arguments -s", p->name);
	for (size_t i = 0; i < p->nopts; i++) {
		const struct gk_opt *o = &p->opts[i];

		gk_buf_printf(b, " \\\n\t'%s--%s%s[", o->kind == GK_OPT_LIST ? "*" : "", o->name,
			o->arg && o->kind != GK_OPT_OPTIONAL ? "=" : "");
		put_quoted(b, o->help);
		gk_buf_puts(b, "]");
		if (o->arg && o->kind != GK_OPT_OPTIONAL)
			gk_buf_printf(b, ":%s:_files", o->arg);
		gk_buf_puts(b, "'");
	}
	gk_buf_puts(b, " \\\n\t'*:file:_files'\n");
}

static void complete_fish(const struct gk_prog *p, struct gk_buf *b)
{
	for (size_t i = 0; i < p->nopts; i++) {
		const struct gk_opt *o = &p->opts[i];

		gk_buf_printf(b, "complete -c %s -l %s", p->name, o->name);
		if (o->letter)
			gk_buf_printf(b, " -s %c", o->letter);
		gk_buf_printf(b, "%s -d '", o->arg ? " -r" : "");
		put_quoted(b, o->help);
		gk_buf_puts(b, "'\n");
	}
}

void gk_prog_completion(const struct gk_prog *p, const char *shell, struct gk_buf *b)
{
	static const struct {
		const char *shell;
		void (*print)(const struct gk_prog *, struct gk_buf *);
	} shells[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};

	for (size_t i = 0; i < GK_COUNT(shells); i++)
		if (!strcmp(shells[i].shell, shell))
			shells[i].print(p, b);
}
