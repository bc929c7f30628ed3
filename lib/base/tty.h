/* Asking a person, at the controlling terminal only: never through stdin, which carries data. */
#ifndef GK_BASE_TTY_H
#define GK_BASE_TTY_H

enum gk_answer {
	GK_ANSWER_NONE, /* there is no controlling terminal, or it gave no answer */
	GK_ANSWER_NO,
	GK_ANSWER_YES /* the word "yes", whole */
};

/* Print the question (its foreign texts escaped already) and read one line. */
enum gk_answer gk_tty_ask(const char *question);

#endif
