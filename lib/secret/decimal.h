/*
 * Numbers as text.  Go programs read JSON numbers as float64 and print them again; here the
 * digits stay exact, only the notation changes.
 */
#ifndef GK_SECRET_DECIMAL_H
#define GK_SECRET_DECIMAL_H

#include "base/buf.h"

/*
 * Append a JSON number without exponent: integers as written, else without zeros at the end
 * ("1e-7" -> "0.0000001", "1.50" -> "1.5", "1.0" -> "1").  More than 400 digits stay as
 * written.
 */
void gk_decimal_plain(struct gk_buf *b, struct gk_str literal);
/* Append as Go prints a float64 by %v: with an exponent below 1e-4 and from 1e+06 on. */
void gk_decimal_go(struct gk_buf *b, struct gk_str literal);

#endif
