#include "base/base64.h"
#include "base/num.h"
#include "doc/json.h"
#include "sim/kube-event.h"
#include "sim/kube-select.h"
#include "sim/sim-priv.h"

int gk_sim_get(struct gk_sim_kreq *k)
{
	const struct gk_sim_obj *o;
	uint64_t rv;

	if (gk_sim_read_revision(k, &rv))
		return -1;
	o = gk_sim_store_get(k->res, k->ns, k->name);
	if (!o)
		return gk_sim_fail_not_found(k);
	gk_sim_answer_object(k, 200, o);
	return 0;
}

/* Where a page begins: "revision:key", key is the last one of the page before. */
struct page {
	uint64_t limit; /* 0 = all */
	uint64_t rv;    /* 0 = the state of now */
	struct gk_str after;
};

static int read_token(struct gk_sim_kreq *k, struct gk_str token, struct page *p)
{
	struct gk_buf b = GK_BUF_INIT(4096);
	struct gk_err err = GK_ERR_INIT;
	struct gk_str rest, rv;
	int rc = gk_base64_decode(&b, token, GK_B64_URL_NOPAD, &err);

	rest = gk_str_c(gk_arena_memdup0(k->arena, gk_buf_cstr(&b), b.n));
	gk_buf_done(&b);
	rv = gk_str_cut(&rest, ':');
	if (rc || !rest.p || gk_num_u64(rv, 0, UINT64_MAX, &p->rv, &err))
		return gk_sim_fail_bad(k, "continue key is not valid");
	p->after = rest;
	return 0;
}

static struct gk_str make_token(struct gk_sim_kreq *k, uint64_t rv, struct gk_str key)
{
	struct gk_buf b = GK_BUF_INIT(0);
	const char *text =
		gk_arena_printf(k->arena, "%llu:%.*s", (unsigned long long)rv, GK_SARG(key));
	struct gk_str ret;

	gk_base64_encode(&b, gk_str_c(text), GK_B64_URL_NOPAD);
	ret = gk_str_c(gk_arena_memdup0(k->arena, gk_buf_cstr(&b), b.n));
	gk_buf_done(&b);
	return ret;
}

/* 410, with a token that continues in the state of now. */
static int expired(struct gk_sim_kreq *k, const struct page *p)
{
	struct gk_arena *a = k->arena;
	struct gk_node *meta, *status;
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;

	(void)gk_sim_fail(k, 410, "Expired", "%s",
		!p->after.p
			? "The resourceVersion for the provided list is too old."
			: "The provided continue parameter is too old to display a consistent list result. "
			  "You can start a new list without the continue parameter, or use the continue "
			  "token in this response to retrieve the remainder of the results. Continuing with "
			  "the provided token results in an inconsistent list - objects that were created, "
			  "modified, or deleted between the time the first chunk was returned and now may "
			  "show up in the list.");
	if (!p->after.p ||
		gk_json_parse(&doc, "status", gk_buf_str(&k->r->out), gk_limits_default(), &err)) {
		gk_doc_done(&doc);
		return -1;
	}
	status = gk_node_dup(a, doc.root);
	gk_doc_done(&doc);
	meta = gk_node_need(a, status, "metadata", GK_OBJECT);
	gk_node_set_str(a, meta, "continue", make_token(k, 0, p->after));
	gk_sim_answer_node(k, 410, status);
	return -1;
}

static int read_exact(struct gk_sim_kreq *k, struct page *p)
{
	struct gk_str match = gk_sim_param(k->r, "resourceVersionMatch");
	struct gk_str given = gk_sim_param(k->r, "resourceVersion");
	uint64_t rv;

	if (gk_sim_read_revision(k, &rv))
		return -1;
	if (match.n && !given.n) {
		gk_sim_cause(k, "FieldValueForbidden", "resourceVersionMatch",
			"Forbidden: resourceVersionMatch is forbidden unless resourceVersion is "
			"provided");
		return gk_sim_fail_invalid(k);
	}
	if (gk_str_is(match, "Exact") || (!match.n && p->limit && rv)) {
		if (rv == 0) {
			gk_sim_cause(k, "FieldValueForbidden", "resourceVersionMatch",
				"Forbidden: resourceVersionMatch \"exact\" is forbidden for "
				"resourceVersion \"0\"");
			return gk_sim_fail_invalid(k);
		}
		p->rv = rv;
	}
	return 0;
}

static int read_page(struct gk_sim_kreq *k, struct page *p)
{
	struct gk_str token = gk_sim_param(k->r, "continue"), limit = gk_sim_param(k->r, "limit");
	struct gk_err err = GK_ERR_INIT;

	if (limit.n && gk_num_u64(limit, 0, INT64_MAX, &p->limit, &err))
		return gk_sim_fail_bad(k, "limit: a number is expected");
	if (gk_sim_param(k->r, "sendInitialEvents").n) {
		gk_sim_cause(k, "FieldValueForbidden", "sendInitialEvents",
			"Forbidden: sendInitialEvents is forbidden for list");
		return gk_sim_fail_invalid(k);
	}
	if (!token.n)
		return read_exact(k, p);
	if (gk_sim_param(k->r, "resourceVersionMatch").n) {
		gk_sim_cause(k, "FieldValueForbidden", "resourceVersionMatch",
			"Forbidden: resourceVersionMatch is forbidden when continue is provided");
		return gk_sim_fail_invalid(k);
	}
	return read_token(k, token, p);
}

/* Keep what the request means; returns the token of the next page and what is left. */
static struct gk_str cut_page(struct gk_sim_kreq *k, const struct gk_sim_scope *scope,
	const struct page *p, struct gk_sim_objs *l, size_t *ret_left)
{
	size_t kept = 0, n = l->n, i = 0;
	struct gk_str last = GK_STR_NULL;

	for (; i < n && !(p->limit && kept == p->limit); i++) {
		struct gk_sim_obj *o = l->v[i];

		if ((p->after.p && gk_str_cmp(o->key, p->after) <= 0) ||
			!gk_sim_scope_has(scope, o)) {
			gk_sim_obj_unref(o);
			continue;
		}
		last = o->key;
		l->v[kept++] = o;
	}
	*ret_left = 0;
	for (; i < n; i++) {
		*ret_left += gk_sim_scope_has(scope, l->v[i]);
		gk_sim_obj_unref(l->v[i]);
	}
	l->n = kept;
	if (!*ret_left)
		return GK_STR_NULL;
	return make_token(k, p->rv ? p->rv : k->sim->store.rv, last);
}

static void put_list_head(struct gk_buf *b, const struct gk_sim_kreq *k, uint64_t rv,
	struct gk_str token, size_t left)
{
	const char *group = k->res->group;

	if (k->as == GK_SIM_AS_METADATA)
		gk_buf_puts(b, "{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":"
			       "\"meta.k8s.io/v1\"");
	else
		gk_buf_printf(b, "{\"kind\":\"%s\",\"apiVersion\":\"%s%s%s\"", k->res->list_kind,
			group, *group ? "/" : "", k->version->name);
	gk_buf_printf(b, ",\"metadata\":{\"resourceVersion\":\"%llu\"", (unsigned long long)rv);
	if (token.n || !k->res->builtin)
		gk_buf_printf(b, ",\"continue\":\"%.*s\"", GK_SARG(token));
	if (left)
		gk_buf_printf(b, ",\"remainingItemCount\":%zu", left);
	gk_buf_puts(b, "},\"items\":[");
}

static void answer_list(struct gk_sim_kreq *k, const struct gk_sim_objs *l, uint64_t rv,
	struct gk_str token, size_t left)
{
	struct gk_buf *b = &k->r->out;

	k->r->status = 200;
	k->r->content_type = "application/json";
	if (k->as == GK_SIM_AS_TABLE) {
		gk_sim_print_table(b, k, l->v, l->n, rv, token, true);
		gk_buf_putc(b, '\n');
		return;
	}
	put_list_head(b, k, rv, token, left);
	for (size_t i = 0; i < l->n; i++) {
		gk_buf_puts(b, i ? "," : "");
		if (k->as == GK_SIM_AS_METADATA)
			gk_sim_print_metadata(b, l->v[i]);
		else
			gk_sim_print_object(b, k, l->v[i], true);
	}
	gk_buf_puts(b, "]}\n");
}

int gk_sim_list(struct gk_sim_kreq *k)
{
	struct gk_sim_scope scope = {0};
	struct gk_sim_objs l = {0};
	struct page p = {0};
	struct gk_str token;
	size_t left;
	bool selected;

	if (read_page(k, &p) || gk_sim_scope_read(k, &scope))
		return -1;
	if (gk_sim_store_list(&k->sim->store, k->res, k->ns, p.rv, &l)) {
		gk_sim_scope_done(&scope);
		return expired(k, &p);
	}
	selected = scope.labels.terms.n || scope.fields.terms.n;
	token = cut_page(k, &scope, &p, &l, &left);
	answer_list(k, &l, p.rv ? p.rv : k->sim->store.rv, token, selected ? 0 : left);
	gk_sim_objs_done(&l);
	gk_sim_scope_done(&scope);
	return 0;
}
