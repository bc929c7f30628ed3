#include "base/num.h"

static int expected(struct gk_err *err, struct gk_str s, const char *what)
{
	return gk_fail(err, GK_EINPUT, "number.form", "expected %s, not '%.*s'", what,
		s.n > 64 ? 64 : (int)s.n, s.p ? s.p : "");
}

static bool digits(struct gk_str s, uint64_t *ret)
{
	uint64_t v = 0;

	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, (uint64_t)10, &v) ||
			__builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*ret = v;
	return true;
}

int gk_num_u64(struct gk_str s, uint64_t min, uint64_t max, uint64_t *ret, struct gk_err *err)
{
	uint64_t v;

	if (!digits(s, &v))
		return expected(err, s, "a whole number");
	if (v < min || v > max)
		return gk_fail(err, GK_EINPUT, "number.range",
			"expected a number from %llu to %llu, not %llu", (unsigned long long)min,
			(unsigned long long)max, (unsigned long long)v);
	*ret = v;
	return 0;
}

int gk_num_i64(struct gk_str s, int64_t min, int64_t max, int64_t *ret, struct gk_err *err)
{
	bool negative = s.n && s.p[0] == '-';
	uint64_t magnitude, limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
	int64_t v;

	if (!digits(negative ? gk_str_from(s, 1) : s, &magnitude) || magnitude > limit)
		return expected(err, s, "a whole number");
	v = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	if (v < min || v > max)
		return gk_fail(err, GK_EINPUT, "number.range",
			"expected a number from %lld to %lld, not %lld", (long long)min,
			(long long)max, (long long)v);
	*ret = v;
	return 0;
}

struct unit {
	const char *name;
	uint64_t scale;
};

/* One "12.5m" step: digits, an optional fraction of up to 9 digits, a unit; advances *s. */
static bool quantity(struct gk_str *s, const struct unit *units, size_t n, uint64_t *sum)
{
	uint64_t whole, fraction = 0, scale = 1, add;
	size_t i = 0, from;

	while (i < s->n && s->p[i] >= '0' && s->p[i] <= '9')
		i++;
	if (!digits((struct gk_str){s->p, i}, &whole))
		return false;
	if (i < s->n && s->p[i] == '.') {
		from = ++i;
		while (i < s->n && s->p[i] >= '0' && s->p[i] <= '9')
			i++;
		if (i == from || i - from > 9 ||
			!digits((struct gk_str){s->p + from, i - from}, &fraction))
			return false;
		for (size_t k = from; k < i; k++)
			scale *= 10;
	}
	*s = gk_str_from(*s, i);
	for (i = 0; i < s->n && (s->p[i] < '0' || s->p[i] > '9'); i++)
		;
	for (size_t u = 0; u < n; u++) {
		if (!gk_str_eq((struct gk_str){s->p, i}, gk_str_c(units[u].name)))
			continue;
		*s = gk_str_from(*s, i);
		return !__builtin_mul_overflow(whole, units[u].scale, &add) &&
		       !__builtin_add_overflow(add, fraction * units[u].scale / scale, &add) &&
		       !__builtin_add_overflow(*sum, add, sum);
	}
	return false;
}

int gk_num_duration_ms(struct gk_str s, int64_t *ret_ms, struct gk_err *err)
{
	static const struct unit units[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
	struct gk_str rest = s;
	uint64_t ms = 0;

	if (digits(s, &ms)) {
		if (ms > INT64_MAX / 1000)
			return expected(err, s, "a duration such as 90s or 5m30s");
		*ret_ms = (int64_t)ms * 1000;
		return 0;
	}
	ms = 0;
	do
		if (!quantity(&rest, units, GK_COUNT(units), &ms) || ms > INT64_MAX)
			return expected(err, s, "a duration such as 90s or 5m30s");
	while (rest.n);
	*ret_ms = (int64_t)ms;
	return 0;
}

int gk_num_size(struct gk_str s, uint64_t *ret_bytes, struct gk_err *err)
{
	static const struct unit units[] = {{"", 1}, {"k", 1000}, {"K", 1000}, {"M", 1000000},
		{"G", 1000000000}, {"Ki", 1024}, {"Mi", 1048576}, {"Gi", 1073741824}};
	struct gk_str rest = s;
	uint64_t v = 0;

	if (!quantity(&rest, units, GK_COUNT(units), &v) || rest.n)
		return expected(err, s, "a size such as 64Ki or 10M");
	*ret_bytes = v;
	return 0;
}
