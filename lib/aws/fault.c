/* AWS errors: JSON, XML and header forms; what they mean for us. */
#include "aws/fault.h"

#include "aws/xml.h"
#include "base/buf.h"
#include "doc/json.h"
#include "http/http.h"

enum meaning { DENIED = 1, MISSING = 2, THROTTLED = 4, PASSES = 8, CLOCK = 16 };

/* Codes of the services that gk calls; all others are judged by their status. */
static const struct {
	const char *code;
	unsigned meaning;
} codes[] = {
	{"AccessDenied", DENIED},
	{"AccessDeniedException", DENIED},
	{"AllAccessDisabled", DENIED},
	{"AuthFailure", DENIED | CLOCK},
	{"AuthorizationHeaderMalformed", DENIED},
	{"ExpiredToken", DENIED},
	{"ExpiredTokenException", DENIED},
	{"IDPRejectedClaim", DENIED},
	{"IncompleteSignature", DENIED},
	{"InvalidAccessKeyId", DENIED},
	{"InvalidClientTokenId", DENIED},
	{"InvalidIdentityToken", DENIED},
	{"InvalidSignatureException", DENIED | CLOCK},
	{"InvalidToken", DENIED},
	{"MissingAuthenticationToken", DENIED},
	{"RegionDisabledException", DENIED},
	{"RequestExpired", DENIED | CLOCK},
	{"RequestInTheFuture", DENIED | CLOCK},
	{"RequestTimeTooSkewed", DENIED | CLOCK},
	{"SignatureDoesNotMatch", DENIED | CLOCK},
	{"UnrecognizedClientException", DENIED},
	{"NoSuchBucket", MISSING},
	{"NoSuchKey", MISSING},
	{"NoSuchVersion", MISSING},
	{"ParameterNotFound", MISSING},
	{"ParameterVersionNotFound", MISSING},
	{"ResourceNotFoundException", MISSING},
	{"BandwidthLimitExceeded", THROTTLED},
	{"EC2ThrottledException", THROTTLED},
	{"LimitExceededException", THROTTLED},
	{"ProvisionedThroughputExceededException", THROTTLED},
	{"RequestLimitExceeded", THROTTLED},
	{"RequestThrottled", THROTTLED},
	{"RequestThrottledException", THROTTLED},
	{"SlowDown", THROTTLED},
	{"Throttling", THROTTLED},
	{"ThrottlingException", THROTTLED},
	{"ThrottledException", THROTTLED},
	{"TooManyRequestsException", THROTTLED},
	{"TransactionInProgressException", THROTTLED},
	{"IDPCommunicationError", PASSES},
	{"PriorRequestNotComplete", PASSES},
	{"RequestTimeout", PASSES},
	{"RequestTimeoutException", PASSES},
};

static unsigned meaning(struct gk_str code)
{
	for (size_t i = 0; i < GK_COUNT(codes); i++)
		if (gk_str_is(code, codes[i].code))
			return codes[i].meaning;
	return 0;
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '+' || c == '/' || c == '=';
}

/* A JWT keeps nothing; an access key id keeps its last four characters. */
static void scrub_word(struct gk_buf *b, struct gk_str word)
{
	bool key = word.n == 20 &&
		   (gk_str_starts(word, GK_STR("AKIA")) || gk_str_starts(word, GK_STR("ASIA")));

	if (gk_str_starts(word, GK_STR("eyJ")) || word.n >= 100) {
		gk_buf_puts(b, "[redacted]");
	} else if (key) {
		gk_buf_puts(b, "[redacted]...");
		gk_buf_putstr(b, gk_str_from(word, 16));
	} else {
		gk_buf_putstr(b, word);
	}
}

void gk_aws_scrub(struct gk_buf *b, struct gk_str text)
{
	for (size_t i = 0; i < text.n;) {
		size_t start = i;

		while (i < text.n && is_word_char(text.p[i]))
			i++;
		scrub_word(b, (struct gk_str){text.p + start, i - start});
		if (i < text.n)
			gk_buf_putc(b, text.p[i++]);
	}
}

static struct gk_str keep_scrubbed(struct gk_arena *a, struct gk_str text)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = {.secret = true, .max = 1 << 20};

	gk_aws_scrub(&b, text);
	if (b.n > 2048)
		b.n = 2048;
	return (struct gk_str){gk_arena_memdup0(a, gk_buf_cstr(&b), b.n), b.n};
}

/* "com.amazonaws.ssm#ParameterNotFound:http://..." -> "ParameterNotFound" */
static struct gk_str bare_code(struct gk_arena *a, struct gk_str s)
{
	struct gk_str code = gk_str_cut(&s, ':');

	for (size_t i = code.n; i > 0; i--)
		if (code.p[i - 1] == '#') {
			code = gk_str_from(code, i);
			break;
		}
	return (struct gk_str){gk_arena_memdup0(a, code.p ? code.p : "", code.n), code.n};
}

static void read_json(struct gk_arena *a, struct gk_str body, struct gk_aws_fault *ret)
{
	GK_AUTO(gk_doc_done) struct gk_doc doc = {.arena = {.wipe = true}};
	struct gk_err ignored = GK_ERR_INIT;
	struct gk_str message;

	if (gk_json_parse(&doc, "answer", body, gk_limits_default(), &ignored))
		return;
	ret->code = bare_code(a, gk_node_text(gk_node_get(doc.root, "__type")));
	if (ret->code.n == 0)
		ret->code = bare_code(a, gk_node_text(gk_node_get(doc.root, "code")));
	message = gk_node_text(gk_node_get(doc.root, "message"));
	if (!message.p)
		message = gk_node_text(gk_node_get(doc.root, "Message"));
	ret->message = keep_scrubbed(a, message);
}

static void read_xml(struct gk_arena *a, struct gk_str body, struct gk_aws_fault *ret)
{
	GK_AUTO(gk_xml_done) struct gk_xml xml = GK_XML_INIT;
	struct gk_err ignored = GK_ERR_INIT;

	if (gk_xml_parse(&xml, body, &ignored))
		return;
	ret->code = bare_code(a, gk_xml_get(&xml, "Code"));
	ret->message = keep_scrubbed(a, gk_xml_get(&xml, "Message"));
	ret->request_id = keep_scrubbed(a, gk_xml_get(&xml, "RequestId"));
}

void gk_aws_fault_read(
	struct gk_arena *a, const struct gk_http_response *r, struct gk_aws_fault *ret)
{
	struct gk_str body = gk_str_trim(gk_buf_str(&r->body));
	struct gk_str id = gk_http_header(r, "x-amzn-requestid");

	*ret = (struct gk_aws_fault){GK_STR(""), GK_STR(""), GK_STR("")};
	if (body.n && body.p[0] == '{')
		read_json(a, body, ret);
	else if (body.n && body.p[0] == '<')
		read_xml(a, body, ret);
	if (ret->code.n == 0)
		ret->code = bare_code(a, gk_http_header(r, "x-amzn-errortype"));
	if (!id.p)
		id = gk_http_header(r, "x-amz-request-id");
	if (id.p)
		ret->request_id = keep_scrubbed(a, id);
}

bool gk_aws_fault_transient(const struct gk_aws_fault *f, int status)
{
	return status == 429 || status == 500 || (status >= 502 && status <= 504) ||
	       meaning(f->code) & (THROTTLED | PASSES);
}

bool gk_aws_fault_clock(const struct gk_aws_fault *f)
{
	return meaning(f->code) & CLOCK;
}

enum gk_code gk_aws_fault_code(struct gk_str code, int status)
{
	unsigned m = meaning(code);

	if (m & DENIED)
		return GK_EDENIED;
	if (m & MISSING)
		return GK_ENOTFOUND;
	if (m & THROTTLED || status == 429)
		return GK_ETHROTTLED;
	if (status >= 500 || m & PASSES)
		return GK_EREMOTE;
	if (code.n == 0 && (status == 401 || status == 403))
		return GK_EDENIED;
	return code.n == 0 && status == 404 ? GK_ENOTFOUND : GK_EINPUT;
}

static const char *slug(enum gk_code code)
{
	static const char *const slugs[GK_ECODES] = {[GK_EDENIED] = "aws.denied",
		[GK_ENOTFOUND] = "aws.not-found",
		[GK_ETHROTTLED] = "aws.throttled",
		[GK_EREMOTE] = "aws.remote",
		[GK_EINPUT] = "aws.rejected"};

	return slugs[code];
}

int gk_aws_fault_fail(
	struct gk_err *err, const struct gk_aws_fault *f, int status, const char *operation)
{
	enum gk_code code = gk_aws_fault_code(f->code, status);

	if (f->code.n)
		gk_fail(err, code, slug(code), "%s: %.*s%s%.*s", operation, GK_SARG(f->code),
			f->message.n ? ": " : "", GK_SARG(f->message));
	else
		gk_fail(err, code, slug(code), "%s: HTTP status %d without an error of AWS",
			operation, status);
	err->http = status;
	if (f->request_id.n)
		gk_note(err, "request id %.*s", GK_SARG(f->request_id));
	return -1;
}
