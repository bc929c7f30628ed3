/*
 * The small part of XML that AWS answers with: elements and text, read into a flat list.
 * Document types are refused, so that no entity can be defined.
 */
#ifndef GK_AWS_XML_H
#define GK_AWS_XML_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

struct gk_xml_element {
	struct gk_str path; /* names from the root: "Response/Result/Arn" */
	struct gk_str text;
};

struct gk_xml {
	struct gk_arena arena; /* wiping: answers hold credentials */
	struct gk_xml_element *v;
	size_t n, cap;
};
#define GK_XML_INIT                                                                                \
	{                                                                                          \
		.arena = {.wipe = true }                                                           \
	}

/* GK_EREMOTE for what is no well-formed answer, never quoting it. */
GK_NODISCARD int gk_xml_parse(struct gk_xml *x, struct gk_str text, struct gk_err *err);
/* Text of the first element whose path ends with these names; {NULL, 0} when there is none. */
struct gk_str gk_xml_get(const struct gk_xml *x, const char *tail);
void gk_xml_done(struct gk_xml *x);

#endif
