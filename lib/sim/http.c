#include "sim/http.h"

#include "base/mem.h"

static struct gk_str find_pair(const struct gk_sim_pairs *pairs, const char *name)
{
	gk_vec_foreach (struct gk_sim_pair, p, pairs)
		if (gk_str_is(p->name, name))
			return p->value;
	return GK_STR_NULL;
}

struct gk_str gk_sim_param(const struct gk_sim_req *r, const char *name)
{
	return find_pair(&r->params, name);
}

bool gk_sim_param_true(const struct gk_sim_req *r, const char *name)
{
	struct gk_str v = gk_sim_param(r, name);

	return v.p && !gk_str_is(v, "false") && !gk_str_is(v, "0");
}

static struct gk_str copy(struct gk_arena *a, const char *s)
{
	return gk_str_c(gk_arena_strdup(a, s));
}

void gk_sim_answer_header(struct gk_sim_req *r, const char *name, const char *value)
{
	struct gk_sim_pair p = {copy(&r->arena, name), copy(&r->arena, value)};

	gk_vec_push(&r->answer_headers, p);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct gk_str gk_sim_url_decode(struct gk_arena *a, struct gk_str s, bool plus)
{
	char *out = gk_arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int high = s.p[i] == '%' && i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;

		if (low >= 0) {
			out[n++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	out[n] = 0;
	return (struct gk_str){out, n};
}

void gk_sim_query_parse(struct gk_arena *a, struct gk_str query, struct gk_sim_pairs *ret)
{
	while (query.n) {
		struct gk_str value = gk_str_cut(&query, '&'), name = gk_str_cut(&value, '=');
		struct gk_sim_pair p = {gk_sim_url_decode(a, name, true),
			value.p ? gk_sim_url_decode(a, value, true) : GK_STR("")};

		if (name.n)
			gk_vec_push(ret, p);
	}
}
