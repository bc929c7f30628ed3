/*
 * What certificate a server showed that was not trusted.  curl tells it only after a
 * handshake that was allowed to succeed: connect once more, without verifying and without
 * sending anything, only to name the certificate in the error.
 */
#include "base/text.h"
#include "http/http-priv.h"

enum { LOOK_MS = 3000 };

/* "Subject:CN = x" of the first certificate, the server's own. */
static const char *field(const struct curl_certinfo *info, const char *name)
{
	size_t n = strlen(name);

	if (!info || info->num_of_certs < 1)
		return NULL;
	for (const struct curl_slist *l = info->certinfo[0]; l; l = l->next)
		if (!strncmp(l->data, name, n) && l->data[n] == ':')
			return l->data + n + 1;
	return NULL;
}

static void note(CURL *easy, struct gk_err *err)
{
	static const struct {
		const char *field, *words;
	} parts[] = {
		{"Subject", "the server showed a certificate of "},
		{"Issuer", ", signed by "},
		{"Start date", ", valid from "},
		{"Expire date", " to "},
	};
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct curl_certinfo *info = NULL;

	(void)curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info);
	for (size_t i = 0; i < GK_COUNT(parts); i++) {
		const char *value = field(info, parts[i].field);

		if (!value)
			return;
		gk_buf_puts(&b, parts[i].words);
		gk_text_escape(&b, gk_str_c(value), false);
	}
	gk_note(err, "%s", gk_buf_cstr(&b));
}

void gk_http__note_certificate(struct gk_http_op *op, struct gk_err *err)
{
	struct gk_buf none = GK_BUF_INIT(0);
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_http_op look = {.h = op->h, .q = op->q, .easy = curl_easy_init()};

	if (!look.easy)
		gk_oom();
	look.q.body = (struct gk_buf){0};
	look.q.method = "GET";
	if (!gk_http__setup(&look, &none, &ignored)) {
		(void)curl_easy_setopt(look.easy, CURLOPT_CONNECT_ONLY, 1L);
		(void)curl_easy_setopt(look.easy, CURLOPT_CERTINFO, 1L);
		(void)curl_easy_setopt(look.easy, CURLOPT_SSL_VERIFYPEER, 0L);
		(void)curl_easy_setopt(look.easy, CURLOPT_SSL_VERIFYHOST, 0L);
		(void)curl_easy_setopt(look.easy, CURLOPT_TIMEOUT_MS, (long)LOOK_MS);
		if (curl_easy_perform(look.easy) == CURLE_OK)
			note(look.easy, err);
	}
	curl_easy_cleanup(look.easy);
	curl_slist_free_all(look.lines_out);
	curl_slist_free_all(look.connect_to);
}
