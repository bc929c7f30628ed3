/* Reading the input of JSON services, paging, and the small parts of answers. */
#include <stdlib.h>

#include "base/base64.h"
#include "base/crypto.h"
#include "base/io.h"
#include "sim/aws-call.h"

struct gk_str gk_sim_aws_text(const struct gk_sim_aws_call *c, const char *name)
{
	return gk_node_text(gk_node_get(c->in, name));
}

bool gk_sim_aws_flag(const struct gk_sim_aws_call *c, const char *name)
{
	return gk_node_true(gk_node_get(c->in, name));
}

/* Messages name members the way the service models do: "secretId" for SecretId. */
static const char *member_name(struct gk_sim_aws_call *c, const char *name)
{
	char *copy = gk_arena_strdup(c->a, name);

	copy[0] = (char)(copy[0] | 0x20);
	return copy;
}

int gk_sim_aws_need_text(
	struct gk_sim_aws_call *c, const char *name, size_t min, size_t max, struct gk_str *ret)
{
	struct gk_str s = gk_sim_aws_text(c, name);
	const char *rule = s.n < min ? "greater" : "less";

	if (!s.p)
		return gk_sim_aws_refuse(c, "ValidationException",
			"1 validation error detected: Value null at '%s' failed to satisfy "
			"constraint: Member must not be null",
			member_name(c, name));
	if (s.n < min || s.n > max)
		return gk_sim_aws_refuse(c, "ValidationException",
			"1 validation error detected: Value at '%s' failed to satisfy constraint: "
			"Member must have length %s than or equal to %zu",
			member_name(c, name), rule, s.n < min ? min : max);
	*ret = s;
	return 0;
}

int gk_sim_aws_number(struct gk_sim_aws_call *c, const char *name, int64_t min, int64_t max,
	int64_t otherwise, int64_t *ret)
{
	const struct gk_node *n = gk_node_get(c->in, name);
	int64_t value = otherwise;

	if (n && !gk_node_int(n, &value))
		return gk_sim_aws_refuse(c, "SerializationException", "%s is no integer", name);
	if (n && (value < min || value > max))
		return gk_sim_aws_refuse(c, "ValidationException",
			"1 validation error detected: Value '%lld' at '%s' failed to satisfy "
			"constraint: Member must have value %s than or equal to %lld",
			(long long)value, member_name(c, name), value < min ? "greater" : "less",
			(long long)(value < min ? min : max));
	*ret = value;
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	return gk_str_cmp(gk_str_c(*(const char *const *)a), gk_str_c(*(const char *const *)b));
}

void gk_sim_aws_sorted_keys(const struct gk_map *m, struct gk_strs *ret)
{
	gk_map_foreach (e, m)
		gk_vec_push(ret, e->key.p);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_bytes);
}

/* A token is the last key of the page before it, in base64. */
static int start_of_page(
	struct gk_sim_aws_call *c, const struct gk_strs *keys, const char *bad_token, size_t *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf last = {0};
	struct gk_str token = gk_sim_aws_text(c, "NextToken");
	struct gk_err err = GK_ERR_INIT;
	size_t i = 0;

	if (token.p && (!token.n || gk_base64_decode(&last, token, GK_B64_STD, &err)))
		return gk_sim_aws_refuse(c, bad_token, "The NextToken value is invalid.");
	while (token.p && i < keys->n && gk_str_cmp(gk_str_c(keys->v[i]), gk_buf_str(&last)) <= 0)
		i++;
	*ret = i;
	return 0;
}

int gk_sim_aws_paginate(struct gk_sim_aws_call *c, const struct gk_strs *keys, int64_t otherwise,
	int64_t max, const char *bad_token, struct gk_sim_aws_page *ret)
{
	GK_AUTO(gk_buf_done) struct gk_buf token = {0};
	int64_t size;

	if (gk_sim_aws_number(c, "MaxResults", 1, max, otherwise, &size) ||
		start_of_page(c, keys, bad_token, &ret->from))
		return -1;
	ret->to = keys->n - ret->from > (size_t)size ? ret->from + (size_t)size : keys->n;
	if (ret->to == keys->n)
		return 0;
	gk_base64_encode(&token, gk_str_c(keys->v[ret->to - 1]), GK_B64_STD);
	gk_sim_aws_put_text(c, c->out, "NextToken", gk_buf_str(&token));
	return 0;
}

void gk_sim_aws_put_text(
	struct gk_sim_aws_call *c, struct gk_node *object, const char *key, struct gk_str text)
{
	gk_node_set_str(c->a, object, key, text);
}

void gk_sim_aws_put_int(
	struct gk_sim_aws_call *c, struct gk_node *object, const char *key, int64_t n)
{
	gk_node_set_c(c->a, object, key, gk_node_int_new(c->a, n));
}

void gk_sim_aws_put_time(
	struct gk_sim_aws_call *c, struct gk_node *object, const char *key, int64_t ms)
{
	char text[32];

	if (c->service->protocol == GK_SIM_AWS_JSON) {
		const char *number = gk_arena_printf(
			c->a, "%lld.%03lld", (long long)(ms / 1000), (long long)(ms % 1000));

		gk_node_set_c(c->a, object, key, gk_node_number(c->a, gk_str_c(number)));
	} else if (c->wants_json) {
		gk_sim_aws_put_int(c, object, key, ms / 1000);
	} else {
		gk_time_rfc3339(ms, false, text);
		gk_sim_aws_put_text(c, object, key, gk_str_c(text));
	}
}

static char *random_of(struct gk_arena *a, const char *prefix, struct gk_str alphabet, size_t n)
{
	size_t start = strlen(prefix);
	char *out = gk_arena_alloc(a, start + n + 1);

	memcpy(out, prefix, start);
	gk_random(out + start, n);
	for (size_t i = start; i < start + n; i++)
		out[i] = alphabet.p[(unsigned char)out[i] % alphabet.n];
	out[start + n] = 0;
	return out;
}

char *gk_sim_aws_random_id(struct gk_arena *a, const char *prefix, size_t n)
{
	return random_of(a, prefix, GK_STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), n);
}

char *gk_sim_aws_random_word(struct gk_arena *a, size_t n)
{
	return random_of(
		a, "", GK_STR("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"), n);
}

struct gk_str gk_sim_aws_uuid(struct gk_arena *a)
{
	unsigned char b[16];
	char hex[33];

	gk_random(b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	gk_hex(b, sizeof b, hex);
	return gk_str_c(gk_arena_printf(
		a, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16, hex + 20));
}
