/* Reading XML answers through expat. */
#include "aws/xml.h"

#include <expat.h>

#include "base/buf.h"
#include "base/vec.h"

enum { DEPTH_MAX = 32, ELEMENTS_MAX = 100000, PATH_MAX_BYTES = 2048 };

struct reader {
	struct gk_xml *x;
	XML_Parser parser;
	struct gk_buf path; /* of the open elements */
	struct gk_buf text; /* of the innermost one */
	unsigned depth;
	bool refused;
};

static void refuse(struct reader *r)
{
	r->refused = true;
	XML_StopParser(r->parser, XML_FALSE);
}

static struct gk_str keep(struct gk_xml *x, const struct gk_buf *b)
{
	return (struct gk_str){gk_arena_memdup0(&x->arena, gk_buf_cstr(b), b->n), b->n};
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = ctx;

	(void)attributes;
	if (++r->depth > DEPTH_MAX || r->path.n > PATH_MAX_BYTES || r->x->n >= ELEMENTS_MAX) {
		refuse(r);
		return;
	}
	gk_buf_puts(&r->path, r->path.n ? "/" : "");
	gk_buf_puts(&r->path, name);
	gk_buf_reset(&r->text);
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
	struct reader *r = ctx;
	size_t drop = strlen(name) + (r->depth > 1 ? 1 : 0);
	struct gk_xml_element e = {keep(r->x, &r->path), keep(r->x, &r->text)};

	gk_vec_push(r->x, e);
	r->path.n -= drop;
	r->path.p[r->path.n] = '\0';
	r->depth--;
	gk_buf_reset(&r->text);
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int n)
{
	struct reader *r = ctx;

	gk_buf_put(&r->text, text, (size_t)n);
}

static void XMLCALL on_doctype(
	void *ctx, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid, int internal)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)internal;
	refuse(ctx);
}

static int run(struct reader *r, struct gk_str text, struct gk_err *err)
{
	bool failed = text.n > INT32_MAX ||
		      XML_Parse(r->parser, text.p ? text.p : "", (int)text.n, 1) != XML_STATUS_OK;

	if (!failed)
		return 0;
	if (r->refused)
		return gk_fail(err, GK_EREMOTE, "aws.xml",
			"the answer is XML of a form that no AWS service sends");
	return gk_fail(err, GK_EREMOTE, "aws.xml", "the answer is no XML: %s at line %lu",
		XML_ErrorString(XML_GetErrorCode(r->parser)),
		(unsigned long)XML_GetCurrentLineNumber(r->parser));
}

int gk_xml_parse(struct gk_xml *x, struct gk_str text, struct gk_err *err)
{
	struct reader r = {.x = x, .path = GK_BUF_INIT(0), .text = {.secret = true}};
	int failed;

	r.parser = XML_ParserCreate("UTF-8");
	if (!r.parser)
		gk_oom();
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	failed = run(&r, text, err);
	XML_ParserFree(r.parser);
	gk_buf_done(&r.path);
	gk_buf_done(&r.text);
	return failed;
}

struct gk_str gk_xml_get(const struct gk_xml *x, const char *tail)
{
	struct gk_str end = gk_str_c(tail);

	gk_vec_foreach (struct gk_xml_element, e, x) {
		size_t before = e->path.n - end.n;

		if (gk_str_ends(e->path, end) && (before == 0 || e->path.p[before - 1] == '/'))
			return e->text;
	}
	return GK_STR_NULL;
}

void gk_xml_done(struct gk_xml *x)
{
	gk_vec_done(x);
	gk_arena_done(&x->arena);
}
