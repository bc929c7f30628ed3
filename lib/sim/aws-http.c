#include "sim/aws-http.h"

#include "sim/percent.h"

bool gk_sim_aws_same_name(struct gk_str a, struct gk_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		char x = a.p[i], y = b.p[i];

		x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
		y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
		if (x != y)
			return false;
	}
	return true;
}

struct gk_str gk_sim_aws_header(const struct gk_sim_aws_request *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (gk_sim_aws_same_name(r->headers[i].name, gk_str_c(name)))
			return gk_str_trim(r->headers[i].value);
	return GK_STR_NULL;
}

static bool unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '~';
}

void gk_sim_aws_encode(struct gk_buf *b, struct gk_str s, bool keep_slash)
{
	for (size_t i = 0; i < s.n; i++) {
		if (unreserved(s.p[i]) || (keep_slash && s.p[i] == '/'))
			gk_buf_putc(b, s.p[i]);
		else
			gk_buf_printf(b, "%%%02X", (unsigned)(unsigned char)s.p[i]);
	}
}

void gk_sim_aws_form(
	struct gk_arena *a, struct gk_str text, bool plus, struct gk_sim_aws_pairs *ret)
{
	while (text.n) {
		struct gk_str value = gk_str_cut(&text, '&'), name = gk_str_cut(&value, '=');
		struct gk_sim_aws_pair p = {gk_sim_percent_decode(a, name, plus),
			value.p ? gk_sim_percent_decode(a, value, plus) : GK_STR("")};

		if (name.n)
			gk_vec_push(ret, p);
	}
}

struct gk_str gk_sim_aws_find(const struct gk_sim_aws_pairs *pairs, const char *name)
{
	gk_vec_foreach (struct gk_sim_aws_pair, p, pairs)
		if (gk_str_is(p->name, name))
			return p->value;
	return GK_STR_NULL;
}

struct gk_str gk_sim_aws_copy(struct gk_arena *a, struct gk_str s)
{
	return (struct gk_str){gk_arena_memdup0(a, s.p ? s.p : "", s.n), s.n};
}
