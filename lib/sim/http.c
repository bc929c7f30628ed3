#include "sim/http.h"

#include "base/mem.h"
#include "sim/percent.h"

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

void gk_sim_query_parse(struct gk_arena *a, struct gk_str query, struct gk_sim_pairs *ret)
{
	while (query.n) {
		struct gk_str value = gk_str_cut(&query, '&'), name = gk_str_cut(&value, '=');
		struct gk_sim_pair p = {gk_sim_percent_decode(a, name, true),
			value.p ? gk_sim_percent_decode(a, value, true) : GK_STR("")};

		if (name.n)
			gk_vec_push(ret, p);
	}
}
