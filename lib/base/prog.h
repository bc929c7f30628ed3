/*
 * A program: its table of facts, and the one main that all share.
 *
 *	int main(int argc, char **argv) { return gk_main(&program, argc, argv); }
 *
 * gk_main opens closed standard descriptors, parses the options, answers --help,
 * --version and --completion, calls run, prints diagnostics and the error, closes
 * stdout with a check and returns the exit code of ux section 5.
 */
#ifndef GK_BASE_PROG_H
#define GK_BASE_PROG_H

#include "base/diag.h"
#include "base/limits.h"
#include "base/opt.h"
#include "base/out.h"

struct gk_run;

struct gk_example {
	const char *command;
	const char *what;
};

struct gk_verb {
	const char *name;
	const char *purpose;
	int (*run)(struct gk_run *run, struct gk_err *err);
};

enum {
	GK_PROG_SECRET = 1, /* handles secrets: no core, not dumpable, before anything is read */
	GK_PROG_DRAIN = 2,  /* finishes requests in flight when stdout closes: exit 10 */
	/*
	 * Talks to a network: SIGPIPE is ignored, because a peer that closes is an error and
	 * not the end of us.  A closed stdout still ends the program by that signal, quietly.
	 */
	GK_PROG_NET = 4
};

struct gk_prog {
	const char *name;
	const char *purpose;               /* one line */
	const char *const *usage;          /* lines after the name, NULL-terminated */
	const struct gk_example *examples; /* 3 to 5, ends with command NULL */
	const struct gk_verb *verbs;       /* NULL: no verbs; ends with name NULL */
	const struct gk_opt *opts;
	size_t nopts;
	size_t args_size; /* of the struct that the offsets of opts point into */
	size_t common;    /* offset of its struct gk_common */
	unsigned exits;   /* bit n: exit code n can occur (0..10) */
	unsigned flags;   /* GK_PROG_... */
	int (*run)(struct gk_run *run, struct gk_err *err); /* when verbs is NULL */
	const char *const *libraries; /* "libyaml 0.2.5", for --version; NULL-terminated or NULL */
};

struct gk_run {
	const struct gk_prog *prog;
	const struct gk_verb *verb;
	void *args;
	const struct gk_common *common;
	struct gk_strs operands;
	struct gk_limits limits;
	struct gk_diags diags;
	struct gk_out out; /* stdout */
	bool colour;       /* for stderr */
	int exit_code;     /* run sets 1 for "the answer is no", or a code that beats the error's */
};

int gk_main(const struct gk_prog *prog, int argc, char **argv);

/* prog-help.c: the texts made from the tables. */
void gk_prog_help(const struct gk_prog *p, struct gk_buf *b);
void gk_prog_help_json(const struct gk_prog *p, struct gk_buf *b);
void gk_prog_completion(const struct gk_prog *p, const char *shell, struct gk_buf *b);

#endif
