/*
 * Bodies of S3 uploads.  Clients that compute a checksum while they send use the aws-chunked
 * framing, with the checksum in a trailer:
 *
 *	5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n
 */
#include "base/base64.h"
#include "base/num.h"
#include "sim/aws-s3.h"

/* Cut the line that ends in CRLF; false when there is none. */
static bool next_line(struct gk_str *rest, struct gk_str *ret)
{
	if (!memchr(rest->p, '\n', rest->n))
		return false;
	*ret = gk_str_trim(gk_str_cut(rest, '\n'));
	return true;
}

static bool read_size(struct gk_str hex, size_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < hex.n; i++) {
		char c = (char)(hex.p[i] | 0x20);
		size_t digit = (size_t)(c >= 'a' ? c - 'a' + 10 : c - '0');

		if (digit > 15 || n > SIZE_MAX >> 8)
			return false;
		n = n * 16 + digit;
	}
	*ret = n;
	return hex.n > 0;
}

/* Chunks into b; *rest then holds the trailer lines. */
static bool unframe(struct gk_str *rest, struct gk_buf *b)
{
	struct gk_str line;
	size_t size;

	for (;;) {
		if (!next_line(rest, &line) || !read_size(line, &size))
			return false;
		if (!size)
			return true;
		if (rest->n < size + 2)
			return false;
		gk_buf_put(b, rest->p, size);
		*rest = gk_str_from(*rest, size + 2);
	}
}

static uint32_t crc32_of(struct gk_str s)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < s.n; i++) {
		crc ^= (unsigned char)s.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
	}
	return ~crc;
}

/* The checksum that the client announced, by header or trailer, must be the body's. */
static int check_crc32(
	struct gk_sim_aws_call *c, struct gk_sim_s3_upload *upload, struct gk_str announced)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {0};
	uint32_t crc = crc32_of(upload->body);
	unsigned char big_endian[] = {(unsigned char)(crc >> 24), (unsigned char)(crc >> 16),
		(unsigned char)(crc >> 8), (unsigned char)crc};

	if (!announced.p)
		return 0;
	gk_base64_encode(&b, (struct gk_str){(char *)big_endian, sizeof big_endian}, GK_B64_STD);
	if (!gk_str_eq(announced, gk_buf_str(&b)))
		return gk_sim_aws_refuse(c, "BadDigest",
			"The CRC32 you specified did not match the calculated checksum.");
	upload->crc32 = announced;
	return 0;
}

static int refuse_incomplete(struct gk_sim_aws_call *c)
{
	return gk_sim_aws_refuse(c, "IncompleteBody",
		"The request body terminated unexpectedly, or its framing cannot be read.");
}

static int check_trailer(
	struct gk_sim_aws_call *c, struct gk_sim_s3_upload *upload, struct gk_str rest)
{
	struct gk_str value;

	while (next_line(&rest, &value) && value.n) {
		struct gk_str name = gk_str_cut(&value, ':');

		if (gk_sim_aws_same_name(name, GK_STR("x-amz-checksum-crc32")) &&
			check_crc32(c, upload, gk_str_trim(value)))
			return -1;
	}
	return 0;
}

static int read_framed(struct gk_sim_aws_call *c, struct gk_sim_s3_upload *upload)
{
	struct gk_str length = gk_sim_aws_header(c->req, "x-amz-decoded-content-length"),
		      rest = c->req->body;
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true};
	struct gk_err err = GK_ERR_INIT;
	uint64_t size = 0;

	if (!unframe(&rest, &b) || gk_num_u64(length, 0, UINT64_MAX, &size, &err) || size != b.n)
		return refuse_incomplete(c);
	upload->body = gk_sim_aws_copy(c->a, gk_buf_str(&b));
	return check_trailer(c, upload, rest);
}

static void read_meta(const struct gk_sim_aws_request *r, struct gk_sim_aws_pairs *ret)
{
	const struct gk_str prefix = GK_STR("x-amz-meta-");

	for (size_t i = 0; i < r->nheaders; i++) {
		struct gk_str name = r->headers[i].name;

		if (name.n > prefix.n &&
			gk_sim_aws_same_name((struct gk_str){name.p, prefix.n}, prefix))
			gk_vec_push(ret, r->headers[i]);
	}
}

int gk_sim_s3_read_upload(struct gk_sim_aws_call *c, struct gk_sim_s3_upload *ret)
{
	struct gk_str kind = gk_sim_aws_header(c->req, "x-amz-content-sha256");

	ret->body = c->req->body;
	ret->content_type = gk_sim_aws_header(c->req, "content-type");
	if (gk_str_is(kind, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")) {
		if (read_framed(c, ret))
			return -1;
	} else if (gk_str_starts(kind, GK_STR("STREAMING-"))) {
		return gk_sim_aws_refuse_with(
			c, 501, "NotImplemented", "gk-sim does not verify signatures of chunks");
	}
	if (check_crc32(c, ret, gk_sim_aws_header(c->req, "x-amz-checksum-crc32")))
		return -1;
	read_meta(c->req, &ret->meta);
	return 0;
}
