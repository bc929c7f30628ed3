/*
 * Signals for programs that drain: SIGINT, SIGTERM and SIGHUP wake the event loop
 * through a descriptor; a second one ends at once with the default action.
 */
#ifndef GK_BASE_SIG_H
#define GK_BASE_SIG_H

#include "base/base.h"

void gk_sig_init(void);                   /* installs the handlers */
int gk_sig_fd(void);                      /* readable once a signal came; -1 before gk_sig_init */
int gk_sig_caught(void);                  /* the first signal's number, or 0 */
GK_NORETURN void gk_sig_reraise(int sig); /* restores the default action and raises */

#endif
