/* What curl's result codes mean to a person and to the retry rule. */
#include <stdio.h>
#include <strings.h>

#include "base/io.h"
#include "base/text.h"
#include "http/http-priv.h"
#include "http/url.h"

/* The last one stands for all codes that are not listed. */
static const struct fault faults[] = {
	{CURLE_COULDNT_RESOLVE_HOST, GK_ENET, "http.resolve", "cannot resolve the name of", true,
		true},
	{CURLE_COULDNT_RESOLVE_PROXY, GK_ENET, "http.proxy",
		"cannot resolve the name of the proxy for", true, true},
	{CURLE_COULDNT_CONNECT, GK_ENET, "http.connect", "cannot connect to", true, true},
	{CURLE_PROXY, GK_ENET, "http.proxy", "the proxy refused the connection to", true, true},
	{CURLE_PEER_FAILED_VERIFICATION, GK_ENET, "http.untrusted", "cannot trust", false, true},
	{CURLE_SSL_CONNECT_ERROR, GK_ENET, "http.tls", "TLS failed with", true, true},
	{CURLE_SSL_CERTPROBLEM, GK_EDENIED, "http.client-certificate",
		"cannot use the client certificate for", false, true},
	{CURLE_SSL_CACERT_BADFILE, GK_EINPUT, "http.ca-file", "cannot read the CA certificates for",
		false, true},
	{CURLE_OPERATION_TIMEDOUT, GK_ETIMEOUT, "http.timeout", "no answer in time from", true,
		false},
	{CURLE_PARTIAL_FILE, GK_ENET, "http.cut", "the answer was cut by", true, false},
	{CURLE_GOT_NOTHING, GK_ENET, "http.cut", "no answer but a closed connection from", true,
		false},
	{CURLE_SEND_ERROR, GK_ENET, "http.cut", "the connection was cut while sending to", true,
		false},
	{CURLE_RECV_ERROR, GK_ENET, "http.cut", "the connection was cut by", true, false},
	{CURLE_HTTP2, GK_ENET, "http.cut", "the HTTP/2 connection broke with", true, false},
	{CURLE_HTTP2_STREAM, GK_ENET, "http.cut", "the HTTP/2 stream was ended by", true, false},
	{CURLE_WEIRD_SERVER_REPLY, GK_EREMOTE, "http.nonsense", "no HTTP was spoken by", false,
		false},
	{CURLE_UNSUPPORTED_PROTOCOL, GK_EREMOTE, "http.nonsense", "no HTTP was spoken by", false,
		false},
	{CURLE_BAD_CONTENT_ENCODING, GK_EREMOTE, "http.encoding", "cannot unpack the answer of",
		false, false},
	{CURLE_OK, GK_ENET, "http.failed", "the exchange failed with", false, false},
};

/* A server that asks for a client certificate refuses it by a TLS alert, early or late. */
static bool is_certificate_alert(const struct gk_http_op *op, CURLcode code)
{
	return (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_RECV_ERROR) &&
	       strstr(op->why, "alert") &&
	       (strstr(op->why, "certificate") || strstr(op->why, "unknown ca"));
}

const struct fault *gk_http__fault(const struct gk_http_op *op, CURLcode code)
{
	static const struct fault silent = {CURLE_OPERATION_TIMEDOUT, GK_ETIMEOUT, "http.silent",
		"the answer stopped coming from", true, false};
	static const struct fault refused = {CURLE_SSL_CONNECT_ERROR, GK_EDENIED,
		"http.client-certificate", "the client certificate was refused by", false, true};
	size_t i = 0;

	if (op->broken == OP_SILENT)
		return &silent;
	if (is_certificate_alert(op, code))
		return &refused;
	while (i < GK_COUNT(faults) - 1 && faults[i].curl != code)
		i++;
	return &faults[i];
}

static int limit_fail(struct gk_http_op *op, struct gk_err *err)
{
	uint64_t max = op->q.max_body ? op->q.max_body : op->h->limits->http_body;

	if (op->broken == OP_HEADER_LIMIT)
		return gk_limit_fail(
			err, "http-headers", op->h->limits->http_headers, "the answer's headers");
	return gk_limit_fail(err, "http-body", max, "the answer");
}

static void put_peer(struct gk_buf *b, const struct gk_http_op *op)
{
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_url u;

	if (gk_url_parse(gk_str_c(op->q.url), &u, &ignored))
		return;
	gk_url_put_host(b, &u);
	gk_buf_printf(b, ":%u", gk_url_port(&u));
}

/* curl's words without its prefix; the system's where they say more. */
static void put_reason(struct gk_buf *b, const struct gk_http_op *op, CURLcode code)
{
	static const char *const prefixes[] = {"SSL certificate problem: ", "SSL: "};
	const char *why = *op->why ? op->why : curl_easy_strerror(code);

	for (size_t i = 0; i < GK_COUNT(prefixes); i++)
		if (!strncmp(why, prefixes[i], strlen(prefixes[i])))
			why += strlen(prefixes[i]);
	if (code == CURLE_COULDNT_CONNECT && op->sys)
		why = strerror(op->sys);
	gk_text_escape(b, gk_str_c(why), false);
}

/* The route's file, or that of the environment: set_trust in setup.c has the order. */
static void explain_ca_file(struct gk_http_op *op, struct gk_err *err)
{
	if (op->q.route->ca_file)
		return;
	gk_note(err, "the file is named by SSL_CERT_FILE");
	gk_help(err, "correct or unset that variable; without it the CAs of this system count");
}

static void explain_trust(struct gk_http_op *op, struct gk_err *err)
{
	const struct gk_http_route *route = op->q.route;

	if (route->ca_name)
		gk_note(err, "trusted is only what %s signed", route->ca_name);
	else if (route->ca_file)
		gk_note(err, "trusted is only what a CA of '%s' signed", route->ca_file);
	else
		gk_note(err, "trusted are the CAs of this system");
	gk_http__note_certificate(op, err);
	if (strstr(op->why, "not yet valid") || strstr(op->why, "expired"))
		gk_help(err, "check the clock of this machine and the dates of the certificate");
	else if (strstr(op->why, "subject name"))
		gk_help(err, "call the server by a name that its certificate has, or say by which "
			     "name it is certified");
	else
		gk_help(err, "name the CA that signed the server's certificate, or check the "
			     "address of the server");
}

int gk_http__fault_fail(struct gk_http_op *op, CURLcode code, struct gk_err *err)
{
	const struct fault *f = gk_http__fault(op, code);
	GK_AUTO(gk_buf_done) struct gk_buf peer = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf reason = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf url = GK_BUF_INIT(0);

	if (op->broken == OP_CANCELLED || op->broken == OP_STOPPED)
		return gk_fail(err, GK_ECANCELLED, "http.cancelled", "the request was cancelled");
	if (op->broken == OP_BODY_LIMIT || op->broken == OP_HEADER_LIMIT)
		return limit_fail(op, err);
	put_peer(&peer, op);
	if (op->broken == OP_PRIVATE)
		return gk_fail(err, GK_EREFUSED, "http.private",
			"%s has an address in a private network", gk_buf_cstr(&peer));
	put_reason(&reason, op, code);
	gk_fail(err, f->code, f->slug, "%s %s: %s", f->text, gk_buf_cstr(&peer),
		gk_buf_cstr(&reason));
	gk_url_show(&url, gk_str_c(op->q.url));
	if (op->r.attempts > 1)
		gk_note(err, "%s %s, %u attempts in %.1f s", op->q.method, gk_buf_cstr(&url),
			op->r.attempts, (double)(gk_time_mono_ms() - op->began_ms) / 1000);
	else
		gk_note(err, "%s %s", op->q.method, gk_buf_cstr(&url));
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		explain_trust(op, err);
	else if (code == CURLE_SSL_CACERT_BADFILE)
		explain_ca_file(op, err);
	return -1;
}
