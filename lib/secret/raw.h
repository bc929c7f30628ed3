/*
 * JSON as text: values are slices of the payload, so that numbers, blanks and unusual strings
 * come out as they were stored.  The document tree cannot do this (it refuses U+0000).
 */
#ifndef GK_SECRET_RAW_H
#define GK_SECRET_RAW_H

#include "base/buf.h"
#include "base/str.h"

enum gk_raw_type {
	GK_RAW_NULL,
	GK_RAW_FALSE,
	GK_RAW_TRUE,
	GK_RAW_NUMBER,
	GK_RAW_STRING,
	GK_RAW_ARRAY,
	GK_RAW_OBJECT
};

struct gk_raw {
	enum gk_raw_type type;
	struct gk_str text; /* without blanks around it; strings with their quotes */
};

/* Whether the text is exactly one JSON value, nested at most 256 deep; then *ret is it. */
bool gk_raw_parse(struct gk_str text, struct gk_raw *ret);

/*
 * Members of an object or elements of an array, in order: *at starts as 0.  key is the raw
 * string of a member (elements: untouched).  Only for values of gk_raw_parse.
 */
bool gk_raw_next(const struct gk_raw *parent, size_t *at, struct gk_raw *key, struct gk_raw *value);

/* Append the characters of a raw string; lone surrogates become U+FFFD, as Go reads them. */
void gk_raw_unquote(struct gk_buf *b, const struct gk_raw *string);

/*
 * Append the value as External Secrets puts it into a Secret: strings unquoted, null empty,
 * numbers without exponent, objects and arrays as stored.
 */
void gk_raw_text(struct gk_buf *b, const struct gk_raw *value);

#endif
