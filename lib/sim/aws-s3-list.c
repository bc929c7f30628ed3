/* ListObjectsV2: keys of a bucket in pages, folded at a delimiter when one is given. */
#include "base/base64.h"
#include "base/io.h"
#include "base/num.h"
#include "sim/aws-s3.h"

enum { MAX_KEYS = 1000 };

struct listing {
	struct gk_str prefix, delimiter, after;
	bool encode; /* encoding-type=url */
	uint64_t max;
	uint64_t count;
	struct gk_str last;   /* the last key or common prefix that was listed */
	struct gk_node *root; /* ListBucketResult */
};

static struct gk_str param(const struct gk_sim_aws_call *c, const char *name)
{
	return gk_sim_aws_find(&c->query, name);
}

static int read_listing(struct gk_sim_aws_call *c, struct listing *l)
{
	struct gk_str token = param(c, "continuation-token"), max = param(c, "max-keys");
	GK_AUTO(gk_buf_done) struct gk_buf after = {0};
	struct gk_err err = GK_ERR_INIT;

	l->prefix = param(c, "prefix");
	l->delimiter = param(c, "delimiter");
	l->after = param(c, "start-after");
	l->encode = gk_str_is(param(c, "encoding-type"), "url");
	l->max = MAX_KEYS;
	if (max.p && gk_num_u64(max, 0, INT32_MAX, &l->max, &err))
		return gk_sim_aws_refuse(c, "InvalidArgument",
			"Provided max-keys not an integer or "
			"within integer range");
	l->max = l->max > MAX_KEYS ? MAX_KEYS : l->max;
	if (!token.p)
		return 0;
	if (gk_base64_decode(&after, token, GK_B64_STD, &err))
		return gk_sim_aws_refuse(
			c, "InvalidArgument", "The continuation token provided is incorrect");
	l->after = gk_sim_aws_copy(c->a, gk_buf_str(&after));
	return 0;
}

static void put_key(struct gk_sim_aws_call *c, const struct listing *l, struct gk_node *object,
	const char *name, struct gk_str key)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	if (l->encode)
		gk_sim_aws_encode(&b, key, true);
	gk_sim_aws_put_text(c, object, name, l->encode ? gk_buf_str(&b) : key);
}

/* The part of the key up to the delimiter after the prefix; {NULL, 0} when it has none. */
static struct gk_str common_prefix(const struct listing *l, struct gk_str key)
{
	struct gk_str rest = gk_str_from(key, l->prefix.n);
	const char *at =
		l->delimiter.n ? memmem(rest.p, rest.n, l->delimiter.p, l->delimiter.n) : NULL;

	return at ? (struct gk_str){key.p, (size_t)(at - key.p) + l->delimiter.n} : GK_STR_NULL;
}

static void put_object(
	struct gk_sim_aws_call *c, struct listing *l, const struct gk_sim_s3_object *o)
{
	struct gk_node *n = gk_node_new(c->a, GK_OBJECT);
	char time[32];

	gk_time_rfc3339(o->modified_ms, true, time);
	put_key(c, l, n, "Key", gk_str_c(o->key));
	gk_sim_aws_put_text(c, n, "LastModified", gk_str_c(time));
	gk_sim_aws_put_text(c, n, "ETag", gk_str_c(o->etag));
	gk_sim_aws_put_int(c, n, "Size", (int64_t)o->size);
	gk_sim_aws_put_text(c, n, "StorageClass", GK_STR("STANDARD"));
	gk_node_append(gk_node_need(c->a, l->root, "Contents", GK_ARRAY), n);
}

static void put_prefix(struct gk_sim_aws_call *c, struct listing *l, struct gk_str prefix)
{
	struct gk_node *n = gk_node_new(c->a, GK_OBJECT);

	put_key(c, l, n, "Prefix", prefix);
	gk_node_append(gk_node_need(c->a, l->root, "CommonPrefixes", GK_ARRAY), n);
}

/* True when the key needs an entry of its own on some page after `after`. */
static bool is_wanted(const struct listing *l, struct gk_str key, struct gk_str entry)
{
	if (!gk_str_starts(key, l->prefix))
		return false;
	if (l->after.p && (gk_str_cmp(key, l->after) <= 0 || gk_str_eq(entry, l->after)))
		return false;
	/* A page that ended in a folded prefix goes on after all of its keys. */
	if (l->after.n && gk_str_ends(l->after, l->delimiter) && l->delimiter.n &&
		gk_str_starts(key, l->after))
		return false;
	return !(l->count && gk_str_eq(entry, l->last));
}

/* List what fits; true when something is left over. */
static bool fill(struct gk_sim_aws_call *c, struct listing *l, const struct gk_sim_s3_bucket *b,
	const struct gk_strs *keys)
{
	for (size_t i = 0; i < keys->n; i++) {
		struct gk_str key = gk_str_c(keys->v[i]), prefix, entry;

		prefix = gk_str_starts(key, l->prefix) ? common_prefix(l, key) : GK_STR_NULL;
		entry = prefix.p ? prefix : key;
		if (!is_wanted(l, key, entry))
			continue;
		if (l->count == l->max)
			return true;
		if (prefix.p)
			put_prefix(c, l, prefix);
		else
			put_object(c, l, gk_map_find(&b->objects, key));
		l->count++;
		l->last = entry;
	}
	return false;
}

static void put_token(struct gk_sim_aws_call *c, struct listing *l)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};

	gk_base64_encode(&b, l->last, GK_B64_STD);
	gk_sim_aws_put_text(c, l->root, "NextContinuationToken", gk_buf_str(&b));
}

static int authorise(struct gk_sim_aws_call *c, const struct listing *l)
{
	struct gk_sim_aws_pair pairs[] = {
		{GK_STR("s3:prefix"), l->prefix}, {GK_STR("s3:delimiter"), l->delimiter}};
	struct gk_sim_aws_pairs context = {pairs, GK_COUNT(pairs), GK_COUNT(pairs)};

	return gk_sim_aws_authorise(c, "s3:ListBucket", gk_sim_s3_bucket_arn(c), &context);
}

int gk_sim_s3_list(struct gk_sim_aws_call *c)
{
	const struct gk_sim_s3_bucket *b = gk_sim_s3_bucket_need(c);
	struct gk_strs keys = {0};
	struct listing l = {0};
	bool more;

	if (!b || read_listing(c, &l) || authorise(c, &l))
		return -1;
	l.root = gk_node_set_c(c->a, c->out, "ListBucketResult", gk_node_new(c->a, GK_OBJECT));
	gk_sim_aws_put_text(c, l.root, "Name", b->name);
	put_key(c, &l, l.root, "Prefix", l.prefix);
	if (l.delimiter.n)
		put_key(c, &l, l.root, "Delimiter", l.delimiter);
	if (l.encode)
		gk_sim_aws_put_text(c, l.root, "EncodingType", GK_STR("url"));
	gk_sim_aws_put_int(c, l.root, "MaxKeys", (int64_t)l.max);
	gk_sim_aws_sorted_keys(&b->objects, &keys);
	more = fill(c, &l, b, &keys) && l.max > 0;
	gk_vec_done(&keys);
	gk_sim_aws_put_int(c, l.root, "KeyCount", (int64_t)l.count);
	gk_sim_aws_put_text(c, l.root, "IsTruncated", more ? GK_STR("true") : GK_STR("false"));
	if (more)
		put_token(c, &l);
	return 0;
}
