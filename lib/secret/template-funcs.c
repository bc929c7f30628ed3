/* Finding functions, and their arguments by kind. */
#include "secret/template-funcs.h"

/* Answers that differ from run to run would make every plan differ. */
static const char *const random_functions[] = {"ago", "bcrypt", "date", "dateInZone",
	"date_in_zone", "dateModify", "date_modify", "genCA", "genCAWithKey", "genPrivateKey",
	"genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey",
	"htmlDate", "htmlDateInZone", "htpasswd", "now", "randAlpha", "randAlphaNum", "randAscii",
	"randBytes", "randInt", "randNumeric", "shuffle", "uuidv4"};

static const struct gk_tf *find_in(const struct gk_tf *table, struct gk_str name)
{
	for (; table->name; table++)
		if (gk_str_is(name, table->name))
			return table;
	return NULL;
}

int gk_tf_find(struct gk_str name, const struct gk_tf **ret, struct gk_err *err)
{
	static const struct gk_tf *const tables[] = {gk_tf__go, gk_tf__text, gk_tf__data};

	for (size_t i = 0; i < GK_COUNT(tables); i++) {
		*ret = find_in(tables[i], name);
		if (*ret)
			return 0;
	}
	for (size_t i = 0; i < GK_COUNT(random_functions); i++) {
		if (!gk_str_is(name, random_functions[i]))
			continue;
		gk_fail(err, GK_EINPUT, "secrets.template-random",
			"function '%.*s' gives another answer in each run", GK_SARG(name));
		return gk_help(err, "keep such a value in the store and fetch it from there");
	}
	return gk_fail(err, GK_EINPUT, "secrets.template", "function '%.*s' is not supported",
		GK_SARG(name));
}

int gk_tf_fail(const struct gk_tf_call *c, const char *what, struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "secrets.template", "%s: %s", c->name, what);
}

static int wrong_kind(const struct gk_tf_call *c, size_t i, const char *wanted, struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "secrets.template", "%s: argument %zu is %s, not %s",
		c->name, i + 1, gk_tv_kind_name(&c->arg[i]), wanted);
}

int gk_tf_string(const struct gk_tf_call *c, size_t i, struct gk_str *ret, struct gk_err *err)
{
	if (c->arg[i].kind != GK_TV_STRING)
		return wrong_kind(c, i, "a string", err);
	*ret = c->arg[i].text;
	return 0;
}

/* Sprig casts texts and JSON numbers where an integer is wanted; whole numbers only. */
int gk_tf_int(const struct gk_tf_call *c, size_t i, int64_t *ret, struct gk_err *err)
{
	const struct gk_tv *v = &c->arg[i];
	struct gk_node *n;

	if (v->kind == GK_TV_INT || v->kind == GK_TV_BOOL) {
		*ret = v->number;
		return 0;
	}
	if (v->kind != GK_TV_FLOAT && v->kind != GK_TV_STRING)
		return wrong_kind(c, i, "an integer", err);
	n = gk_node_number(c->a, v->text);
	return gk_node_int(n, ret) ? 0 : wrong_kind(c, i, "an integer", err);
}

int gk_tf_list(const struct gk_tf_call *c, size_t i, const struct gk_node **ret, struct gk_err *err)
{
	if (c->arg[i].kind != GK_TV_LIST)
		return wrong_kind(c, i, "a list", err);
	*ret = c->arg[i].node;
	return 0;
}

int gk_tf_map(const struct gk_tf_call *c, size_t i, const struct gk_node **ret, struct gk_err *err)
{
	if (c->arg[i].kind != GK_TV_MAP)
		return wrong_kind(c, i, "a map", err);
	*ret = c->arg[i].node;
	return 0;
}

int gk_tf_give(const struct gk_tf_call *c, const struct gk_buf *b, struct gk_tv *ret)
{
	char *p = gk_arena_memdup0(c->a, gk_buf_cstr(b), b->n);

	*ret = gk_tv_string((struct gk_str){p, b->n});
	return 0;
}
