/* Doubles from decimal text and back, the same in every locale. */
#ifndef GK_BASE_FLOAT_H
#define GK_BASE_FLOAT_H

#include "base/buf.h"

/* The double nearest to a JSON number literal; infinity beyond the largest. */
double gk_float_parse(struct gk_str literal);

/* Append the shortest text that reads back as v, with an exponent below 1e-4 and from 1e6
 * on: what Go's strconv.FormatFloat(v, 'g', -1, 64) gives for finite v. */
void gk_float_print(struct gk_buf *b, double v);
/* The same digits without an exponent, as FormatFloat(v, 'f', -1, 64). */
void gk_float_print_plain(struct gk_buf *b, double v);

#endif
