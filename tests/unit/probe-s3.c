/*
 * probe-s3 URL...: print each object of S3, or why it cannot be read, one a line.  Run by a
 * script that starts a server first; no program of gk reads S3 by itself yet.
 */
#include <stdio.h>

#include "aws/chain.h"
#include "aws/s3.h"

static int get(struct gk_aws *aws, const struct gk_aws_creds *creds, const char *url,
	struct gk_buf *body, struct gk_s3_meta *meta, struct gk_err *err)
{
	struct gk_s3_object object = {0};

	if (gk_s3_url(gk_str_c(url), &object.bucket, &object.key, err))
		return -1;
	return gk_s3_get(aws, creds, &object, body, meta, err);
}

static void show(struct gk_aws *aws, const struct gk_aws_creds *creds, const char *url)
{
	GK_AUTO(gk_buf_done) struct gk_buf body = {0};
	struct gk_s3_meta meta = {{0}, {0}};
	struct gk_err err = GK_ERR_INIT;
	char message[512];

	if (get(aws, creds, url, &body, &meta, &err)) {
		gk_err_message(&err, message, sizeof message);
		(void)fprintf(stdout, "%s: %s\n", err.slug, message);
		return;
	}
	(void)fprintf(stdout, "%s etag %s\n", gk_buf_cstr(&body), meta.etag[0] ? "yes" : "no");
}

int main(int argc, char **argv)
{
	const struct gk_http_options http_options = {.user_agent = "probe-s3"};
	struct gk_aws_options options = {.tool = "probe-s3"};
	struct gk_aws_login login = {.nsteps = 0};
	GK_AUTO(gk_http_freep) struct gk_http *http = NULL;
	GK_AUTO(gk_aws_freep) struct gk_aws *aws = NULL;
	struct gk_err err = GK_ERR_INIT;
	int failed = gk_http_new(&http_options, &http, &err);

	options.http = http;
	failed =
		failed || gk_aws_new(&options, &aws, &err) || gk_aws_login(aws, NULL, &login, &err);
	for (int i = 1; i < argc && !failed; i++)
		show(aws, &login.creds, argv[i]);
	gk_aws_login_done(&login);
	return failed ? 1 : 0;
}
