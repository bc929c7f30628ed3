/* gk-sim's AWS half: who may do what, and what each service answers. */
#include "sim-aws-client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sim/aws-s3.h"

static const char seed[] =
	"{\"account\":\"111122223333\",\"region\":\"eu-central-1\","
	"\"secretsmanager\":[{\"name\":\"app/db\",\"string\":\"one\"},"
	"{\"name\":\"app/web\",\"string\":\"two\"},{\"name\":\"other\",\"string\":\"three\"}],"
	"\"ssm\":[{\"name\":\"/app/a\",\"type\":\"String\",\"value\":\"va\"},"
	"{\"name\":\"/app/b\",\"type\":\"SecureString\",\"value\":\"vb\"},"
	"{\"name\":\"/app/x/c\",\"type\":\"String\",\"value\":\"vc\"}],"
	"\"s3\":[{\"bucket\":\"state\",\"key\":\"a/b c\",\"body\":\"0123456789\"}],"
	"\"iam\":{\"oidc_providers\":[{\"url\":\"https://${OIDC_ISSUER}\","
	"\"client_ids\":[\"sts.amazonaws.com\"]},"
	"{\"url\":\"https://silent.example\",\"client_ids\":[\"sts.amazonaws.com\"]}],"
	"\"users\":[{\"arn\":\"arn:aws:iam::111122223333:root\","
	"\"access_key_id\":\"AKIAIOSFODNN7EXAMPLE\","
	"\"secret_access_key\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"},"
	"{\"arn\":\"arn:aws:iam::111122223333:user/ci\","
	"\"access_key_id\":\"AKIAI44QH8DHBEXAMPLE\","
	"\"secret_access_key\":\"je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\","
	"\"permissions\":[{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
	"\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Action\":\"ssm:*\",\"Resource\":\"*\"},"
	"{\"Effect\":\"Deny\",\"Action\":\"ssm:PutParameter\",\"Resource\":\"*\"}]}]}],"
	"\"roles\":[{\"arn\":\"arn:aws:iam::111122223333:role/app\","
	"\"trust\":{\"Statement\":[{\"Effect\":\"Allow\","
	"\"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Principal\":{\"Federated\":"
	"\"arn:aws:iam::111122223333:oidc-provider/${OIDC_ISSUER}\"},\"Condition\":"
	"{\"StringEquals\":{\"${OIDC_ISSUER}:aud\":\"sts.amazonaws.com\","
	"\"${OIDC_ISSUER}:sub\":\"system:serviceaccount:shop:app\"}}}]},"
	"\"permissions\":[{\"Statement\":[{\"Effect\":\"Allow\","
	"\"Action\":[\"secretsmanager:GetSecretValue\",\"secretsmanager:Describe*\"],"
	"\"Resource\":\"arn:aws:secretsmanager:eu-central-1:111122223333:secret:app/db-??????\"},"
	"{\"Effect\":\"Allow\",\"Action\":\"secretsmanager:BatchGetSecretValue\","
	"\"Resource\":\"*\"},{\"Effect\":\"Allow\",\"Action\":[\"ssm:GetParameter*\"],"
	"\"Resource\":\"arn:aws:ssm:eu-central-1:111122223333:parameter/app/*\"},"
	"{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\","
	"\"Resource\":\"arn:aws:s3:::state/*\"}]}]},"
	"{\"arn\":\"arn:aws:iam::111122223333:role/deploy\",\"max_session_duration\":7200,"
	"\"trust\":{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
	"\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},"
	"\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"x-1\"}}}},"
	"\"permissions\":[{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
	"\"Resource\":\"*\"}}]}]}}";

#define ROLE "arn:aws:iam::111122223333:role/app"
#define CLAIMS(iss, sub, aud, nbf, exp)                                                            \
	"{\"iss\":\"" iss "\",\"sub\":\"" sub "\",\"aud\":[\"" aud "\"],\"nbf\":" nbf              \
	",\"exp\":" exp "}"
#define APP "system:serviceaccount:shop:app"
#define GOOD CLAIMS(SIM_ISSUER, APP, "sts.amazonaws.com", "1767225000", "1767229200")

static int setup(void **state)
{
	struct sim_client *c = gk_xcalloc(1, sizeof *c);

	sim_client_init(c, seed);
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	sim_client_done(*state);
	gk_free(*state);
	return 0;
}

static void assert_code(const struct sim_client *c, int status, const char *code)
{
	assert_int_equal(c->answer.status, status);
	if (!c->answer.error || strcmp(c->answer.error, code) != 0)
		fail_msg("refused with %s, not %s", c->answer.error ? c->answer.error : "nothing",
			code);
	assert_true(sim_body_has(c, code));
}

#define assert_out(c, path, want) assert_string_equal(sim_out((c), (path)), (want))

/* ---- who calls */

static void identity(void **state)
{
	struct sim_client *c = *state;

	assert_int_equal(sim_form(c, "Action=GetCallerIdentity&Version=2011-06-15"), 200);
	assert_true(gk_str_starts(gk_buf_str(&c->answer.body),
		GK_STR("<GetCallerIdentityResponse "
		       "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
		       "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:root</Arn>"
		       "<UserId>111122223333</UserId><Account>111122223333</Account>"
		       "</GetCallerIdentityResult><ResponseMetadata><RequestId>")));
	assert_string_equal(c->answer.who, "arn:aws:iam::111122223333:root");
	assert_int_equal(strlen(sim_answer_header(c, "x-amzn-requestid")), 36);
	sim_client_header(c, "Accept", "application/json");
	assert_int_equal(sim_form(c, "Action=GetCallerIdentity&Version=2011-06-15"), 200);
	assert_out(c, "GetCallerIdentityResponse/GetCallerIdentityResult/Account", "111122223333");
}

static void eks_token(void **state)
{
	struct sim_client *c = *state;
	const char *target = "/?Action=GetCallerIdentity&Version=2011-06-15";

	assert_int_equal(sim_presigned(c, "sts", target, "x-k8s-aws-id", "demo", 60), 200);
	/* STS keeps its own window, whatever X-Amz-Expires says. */
	c->skew_ms = -14 * 60000;
	assert_int_equal(sim_presigned(c, "sts", target, "x-k8s-aws-id", "demo", 60), 200);
	c->skew_ms = -16 * 60000;
	assert_int_equal(sim_presigned(c, "sts", target, "x-k8s-aws-id", "demo", 60), 403);
	assert_code(c, 403, "SignatureDoesNotMatch");
	assert_true(sim_body_has(c, "Signature expired: 20251231T234400Z is now earlier than "
				    "20251231T234500Z (20260101T000000Z - 15 min.)"));
}

static void wrong_signatures(void **state)
{
	struct sim_client *c = *state;
	const char *get = "{\"Name\":\"/app/a\"}";

	c->secret = GK_STR("wrong");
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", get);
	assert_code(c, 400, "InvalidSignatureException");
	(void)sim_form(c, "Action=GetCallerIdentity");
	assert_code(c, 403, "SignatureDoesNotMatch");
	(void)sim_s3(c, "GET", "/state/a/b%20c", "");
	assert_code(c, 403, "SignatureDoesNotMatch");
	c->id = GK_STR("AKIAUNKNOWN");
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", get);
	assert_code(c, 400, "UnrecognizedClientException");
	(void)sim_form(c, "Action=GetCallerIdentity");
	assert_code(c, 403, "InvalidClientTokenId");
	(void)sim_s3(c, "GET", "/state/a/b%20c", "");
	assert_code(c, 403, "InvalidAccessKeyId");
	c->id = GK_STR("");
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", get);
	assert_code(c, 400, "MissingAuthenticationTokenException");
	(void)sim_form(c, "Action=GetCallerIdentity");
	assert_code(c, 403, "MissingAuthenticationToken");
	(void)sim_s3(c, "GET", "/state/a/b%20c", "");
	assert_code(c, 403, "AccessDenied");
}

static void clock_and_scope(void **state)
{
	struct sim_client *c = *state;
	const char *get = "{\"Name\":\"/app/a\"}";

	c->skew_ms = -6 * 60000;
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", get);
	assert_code(c, 400, "InvalidSignatureException");
	assert_true(sim_body_has(c, "Signature expired: 20251231T235400Z is now earlier than "
				    "20251231T235500Z (20260101T000000Z - 5 min.)"));
	assert_int_equal(sim_s3(c, "GET", "/state/a/b%20c", ""), 200);
	c->skew_ms = 16 * 60000;
	(void)sim_s3(c, "GET", "/state/a/b%20c", "");
	assert_code(c, 403, "RequestTimeTooSkewed");
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", get);
	assert_true(sim_body_has(c, "Signature not yet current: "));
	c->skew_ms = 0;
	c->region = "us-east-1";
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", get);
	assert_code(c, 400, "InvalidSignatureException");
	assert_true(sim_body_has(c, "should be scoped to a valid region, not 'us-east-1'"));
	(void)sim_s3(c, "GET", "/state/a/b%20c", "");
	assert_code(c, 400, "AuthorizationHeaderMalformed");
	assert_string_equal(sim_answer_header(c, "x-amz-bucket-region"), "eu-central-1");
	c->region = "eu-central-1";
	(void)sim_json(c, "lambda", "AWSLambda.Invoke", "{}");
	assert_code(c, 400, "UnknownOperationException");
	(void)sim_json(c, "ssm", "AmazonSSM.SendCommand", "{}");
	assert_code(c, 400, "UnknownOperationException");
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", "{");
	assert_code(c, 400, "SerializationException");
}

/* ---- STS */

static int assume_with(struct sim_client *c, const char *role, const char *token, const char *more)
{
	const char *form = gk_arena_printf(&c->arena,
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=%s"
		"&RoleSessionName=test&WebIdentityToken=%s%s",
		role, token, more);

	c->id = GK_STR("");
	sim_client_header(c, "Accept", "application/json");
	return sim_form(c, form);
}

static int assume_claims(struct sim_client *c, const char *claims)
{
	return assume_with(c, ROLE, sim_token(&c->arena, 0, claims), "");
}

/* Sign with the credentials of the last answer from now on. */
static void become(struct sim_client *c, const char *operation)
{
	const char *base = gk_arena_printf(
		&c->arena, "%sResponse/%sResult/Credentials/", operation, operation);
	const char *names[] = {"AccessKeyId", "SecretAccessKey", "SessionToken"};
	struct gk_str *parts[] = {&c->id, &c->secret, &c->token};

	assert_int_equal(c->answer.status, 200);
	for (size_t i = 0; i < 3; i++)
		*parts[i] =
			gk_str_c(sim_out(c, gk_arena_printf(&c->arena, "%s%s", base, names[i])));
}

static void become_app(struct sim_client *c)
{
	(void)assume_claims(c, GOOD);
	become(c, "AssumeRoleWithWebIdentity");
}

static void web_identity(void **state)
{
	struct sim_client *c = *state;

	become_app(c);
	assert_out(c, "AssumeRoleWithWebIdentityResponse/AssumeRoleWithWebIdentityResult/Audience",
		"sts.amazonaws.com");
	assert_out(c,
		"AssumeRoleWithWebIdentityResponse/AssumeRoleWithWebIdentityResult/Credentials/"
		"Expiration",
		"1767229200");
	assert_int_equal(sim_form(c, "Action=GetCallerIdentity"), 200);
	assert_true(sim_body_has(c, "<Arn>arn:aws:sts::111122223333:assumed-role/app/test</Arn>"));
	c->now_ms += 3600000;
	(void)sim_form(c, "Action=GetCallerIdentity");
	assert_code(c, 403, "ExpiredToken");
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", "{}");
	assert_code(c, 400, "ExpiredTokenException");
}

static void session_tokens(void **state)
{
	struct sim_client *c = *state;
	struct gk_str token;

	become_app(c);
	token = c->token;
	c->token = GK_STR("other");
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameter", "{}");
	assert_code(c, 400, "UnrecognizedClientException");
	(void)sim_s3(c, "GET", "/state/a/b%20c", "");
	assert_code(c, 400, "InvalidToken");
	c->token = GK_STR_NULL;
	(void)sim_form(c, "Action=GetCallerIdentity");
	assert_code(c, 403, "InvalidClientTokenId");
	c->token = token;
	assert_int_equal(sim_form(c, "Action=GetCallerIdentity"), 200);
}

static void web_identity_refused(void **state)
{
	struct sim_client *c = *state;
	const char *good;

	(void)assume_claims(
		c, CLAIMS("https://nobody.example", APP, "sts.amazonaws.com", "1", "1767229200"));
	assert_code(c, 400, "InvalidIdentityToken");
	assert_true(sim_body_has(c, "No OpenIDConnect provider found in your account for "
				    "https://nobody.example"));
	(void)assume_claims(c, CLAIMS(SIM_ISSUER, APP, "sts.amazon.com", "1", "1767229200"));
	assert_code(c, 400, "InvalidIdentityToken");
	assert_true(sim_body_has(c, "Incorrect token audience"));
	(void)assume_claims(c, CLAIMS(SIM_ISSUER, APP, "sts.amazonaws.com", "1", "1767225600"));
	assert_code(c, 400, "ExpiredTokenException");
	(void)assume_claims(
		c, CLAIMS(SIM_ISSUER, APP, "sts.amazonaws.com", "1767226000", "1767229200"));
	assert_code(c, 400, "InvalidIdentityToken");
	(void)assume_claims(c, CLAIMS(SIM_ISSUER, "system:serviceaccount:shop:web",
				       "sts.amazonaws.com", "1", "1767229200"));
	assert_code(c, 403, "AccessDenied");
	assert_true(sim_body_has(c, "Not authorized to perform sts:AssumeRoleWithWebIdentity"));
	(void)assume_claims(
		c, CLAIMS("https://silent.example", APP, "sts.amazonaws.com", "1", "1767229200"));
	assert_code(c, 400, "IDPCommunicationError");
	(void)assume_with(c, ROLE, sim_token(&c->arena, 1, GOOD), "");
	assert_code(c, 400, "InvalidIdentityToken");
	(void)assume_with(c, ROLE, "a.b.c", "");
	assert_code(c, 400, "InvalidIdentityToken");
	good = sim_token(&c->arena, 0, GOOD);
	(void)assume_with(c, "arn:aws:iam::111122223333:role/none", good, "");
	assert_code(c, 403, "AccessDenied");
	(void)assume_with(c, ROLE, good, "&DurationSeconds=899");
	assert_code(c, 400, "ValidationError");
	(void)assume_with(c, ROLE, good, "&DurationSeconds=3601");
	assert_code(c, 400, "ValidationError");
	assert_true(sim_body_has(c, "MaxSessionDuration"));
	(void)assume_with(c, "short", good, "");
	assert_code(c, 400, "ValidationError");
	(void)assume_with(c, ROLE, good, "&Policy=%7B");
	assert_code(c, 400, "MalformedPolicyDocument");
	assert_int_equal(assume_with(c, ROLE, good, "&DurationSeconds=900"), 200);
}

static int assume(struct sim_client *c, const char *more)
{
	sim_client_header(c, "Accept", "application/json");
	return sim_form(c, gk_arena_printf(&c->arena,
				   "Action=AssumeRole&RoleArn=arn:aws:iam::111122223333:role/deploy"
				   "&RoleSessionName=ci%s",
				   more));
}

static void roles_of_users(void **state)
{
	struct sim_client *c = *state;

	(void)assume(c, "&ExternalId=x-1");
	assert_code(c, 403, "AccessDenied");
	assert_true(sim_body_has(c, "Roles may not be assumed by root accounts."));
	c->id = GK_STR("AKIAI44QH8DHBEXAMPLE");
	c->secret = GK_STR("je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
	(void)assume(c, "");
	assert_code(c, 403, "AccessDenied");
	assert_true(sim_body_has(c,
		"User: arn:aws:iam::111122223333:user/ci is not authorized to perform: "
		"sts:AssumeRole on resource: arn:aws:iam::111122223333:role/deploy"));
	(void)assume(c, "&ExternalId=x-2");
	assert_code(c, 403, "AccessDenied");
	assert_int_equal(assume(c, "&ExternalId=x-1&DurationSeconds=7200"), 200);
	(void)sim_json(c, "ssm", "AmazonSSM.PutParameter",
		"{\"Name\":\"n\",\"Value\":\"v\",\"Type\":\"String\"}");
	assert_code(c, 400, "AccessDeniedException");
	assert_true(sim_body_has(c, "with an explicit deny in an identity-based policy"));
	assert_int_equal(assume(c, "&ExternalId=x-1&Policy=%7B%22Statement%22:%7B%22Effect%22:"
				   "%22Allow%22,%22Action%22:%22ssm:GetParameter%22,"
				   "%22Resource%22:%22*%22%7D%7D"),
		200);
	become(c, "AssumeRole");
	assert_int_equal(
		sim_json(c, "ssm", "AmazonSSM.GetParameter", "{\"Name\":\"/app/a\"}"), 200);
	(void)sim_json(c, "ssm", "AmazonSSM.GetParameters", "{\"Names\":[\"/app/a\"]}");
	assert_code(c, 400, "AccessDeniedException");
	(void)assume(c, "&ExternalId=x-1&DurationSeconds=3601");
	assert_code(c, 403, "AccessDenied"); /* the session's policy does not allow it */
}

/* ---- Secrets Manager */

static int secrets(struct sim_client *c, const char *operation, const char *body)
{
	return sim_json(c, "secretsmanager",
		gk_arena_printf(&c->arena, "secretsmanager.%s", operation), body);
}

static void secret_versions(void **state)
{
	struct sim_client *c = *state;
	const char *first;

	assert_int_equal(secrets(c, "GetSecretValue", "{\"SecretId\":\"app/db\"}"), 200);
	assert_out(c, "SecretString", "one");
	assert_out(c, "VersionStages/0", "AWSCURRENT");
	first = sim_out(c, "VersionId");
	assert_int_equal(
		secrets(c, "PutSecretValue", "{\"SecretId\":\"app/db\",\"SecretString\":\"uno\"}"),
		200);
	assert_int_equal(secrets(c, "GetSecretValue", "{\"SecretId\":\"app/db\"}"), 200);
	assert_out(c, "SecretString", "uno");
	assert_int_equal(secrets(c, "GetSecretValue",
				 "{\"SecretId\":\"app/db\",\"VersionStage\":\"AWSPREVIOUS\"}"),
		200);
	assert_out(c, "VersionId", first);
	assert_int_equal(secrets(c, "PutSecretValue",
				 "{\"SecretId\":\"app/db\",\"SecretString\":\"eins\","
				 "\"VersionStages\":[\"AWSPENDING\"]}"),
		200);
	assert_int_equal(secrets(c, "GetSecretValue", "{\"SecretId\":\"app/db\"}"), 200);
	assert_out(c, "SecretString", "uno");
	(void)secrets(c, "GetSecretValue", "{\"SecretId\":\"app/db\",\"VersionStage\":\"X\"}");
	assert_code(c, 400, "ResourceNotFoundException");
	assert_true(sim_body_has(c, "Secrets Manager can't find the specified secret value for "
				    "staging label: X"));
	(void)secrets(c, "GetSecretValue", "{\"SecretId\":\"nope\"}");
	assert_code(c, 400, "ResourceNotFoundException");
	(void)secrets(c, "GetSecretValue", "{}");
	assert_code(c, 400, "ValidationException");
	assert_int_equal(secrets(c, "DescribeSecret", "{\"SecretId\":\"app/db\"}"), 200);
	assert_int_equal(gk_node_get(c->out, "VersionIdsToStages")->count, 3);
	assert_false(sim_body_has(c, "uno"));
}

static void secret_life(void **state)
{
	struct sim_client *c = *state;
	const char *arn;

	assert_int_equal(
		secrets(c, "CreateSecret",
			"{\"Name\":\"new\",\"SecretBinary\":\"AAEC\",\"ClientRequestToken\":"
			"\"11111111-1111-1111-1111-111111111111\","
			"\"Tags\":[{\"Key\":\"team\",\"Value\":\"shop\"}]}"),
		200);
	arn = sim_out(c, "ARN");
	assert_true(
		gk_sim_aws_same_name(gk_str_c("new-"), (struct gk_str){arn + strlen(arn) - 10, 4}));
	assert_int_equal(secrets(c, "GetSecretValue",
				 gk_arena_printf(&c->arena, "{\"SecretId\":\"%s\"}", arn)),
		200);
	assert_out(c, "SecretBinary", "AAEC");
	assert_out(c, "VersionId", "11111111-1111-1111-1111-111111111111");
	(void)secrets(c, "CreateSecret", "{\"Name\":\"new\",\"SecretString\":\"x\"}");
	assert_code(c, 400, "ResourceExistsException");
	(void)secrets(c, "PutSecretValue",
		"{\"SecretId\":\"new\",\"SecretString\":\"x\",\"ClientRequestToken\":"
		"\"11111111-1111-1111-1111-111111111111\"}");
	assert_code(c, 400, "ResourceExistsException");
	assert_int_equal(
		secrets(c, "DeleteSecret", "{\"SecretId\":\"new\",\"RecoveryWindowInDays\":7}"),
		200);
	assert_out(c, "DeletionDate", "1767830400.000");
	(void)secrets(c, "GetSecretValue", "{\"SecretId\":\"new\"}");
	assert_code(c, 400, "InvalidRequestException");
	(void)secrets(c, "CreateSecret", "{\"Name\":\"new\",\"SecretString\":\"x\"}");
	assert_code(c, 400, "InvalidRequestException");
	assert_int_equal(secrets(c, "RestoreSecret", "{\"SecretId\":\"new\"}"), 200);
	assert_int_equal(
		secrets(c, "UpdateSecret", "{\"SecretId\":\"new\",\"SecretString\":\"y\"}"), 200);
	assert_int_equal(secrets(c, "GetSecretValue", "{\"SecretId\":\"new\"}"), 200);
	assert_out(c, "SecretString", "y");
	assert_int_equal(secrets(c, "DeleteSecret",
				 "{\"SecretId\":\"new\",\"ForceDeleteWithoutRecovery\":true}"),
		200);
	(void)secrets(c, "GetSecretValue", "{\"SecretId\":\"new\"}");
	assert_code(c, 400, "ResourceNotFoundException");
}

static void secret_lists(void **state)
{
	struct sim_client *c = *state;
	const char *next;

	assert_int_equal(secrets(c, "ListSecrets", "{\"MaxResults\":2}"), 200);
	assert_out(c, "SecretList/1/Name", "app/web");
	next = sim_out(c, "NextToken");
	assert_int_equal(secrets(c, "ListSecrets",
				 gk_arena_printf(&c->arena,
					 "{\"MaxResults\":2,\"NextToken\":\"%s\"}", next)),
		200);
	assert_out(c, "SecretList/0/Name", "other");
	assert_out(c, "NextToken", "");
	(void)secrets(c, "ListSecrets", "{\"NextToken\":\"?\"}");
	assert_code(c, 400, "InvalidNextTokenException");
	assert_int_equal(secrets(c, "BatchGetSecretValue",
				 "{\"Filters\":[{\"Key\":\"name\",\"Values\":[\"app/\"]}]}"),
		200);
	assert_out(c, "SecretValues/1/SecretString", "two");
	assert_int_equal(gk_node_get(c->out, "SecretValues")->count, 2);
	(void)secrets(c, "BatchGetSecretValue", "{}");
	assert_code(c, 400, "InvalidParameterException");
	become_app(c);
	assert_int_equal(secrets(c, "BatchGetSecretValue",
				 "{\"SecretIdList\":[\"app/db\",\"app/web\",\"none\"]}"),
		200);
	assert_out(c, "SecretValues/0/SecretString", "one");
	assert_out(c, "Errors/0/ErrorCode", "AccessDeniedException");
	assert_out(c, "Errors/1/ErrorCode", "AccessDeniedException");
	assert_int_equal(secrets(c, "GetSecretValue", "{\"SecretId\":\"app/db\"}"), 200);
	(void)secrets(c, "GetSecretValue", "{\"SecretId\":\"none\"}");
	assert_code(c, 400, "AccessDeniedException");
	assert_true(sim_body_has(c,
		"User: arn:aws:sts::111122223333:assumed-role/app/test is not authorized to "
		"perform: secretsmanager:GetSecretValue on resource: none because no "
		"identity-based policy allows the secretsmanager:GetSecretValue action"));
	(void)secrets(c, "ListSecrets", "{}");
	assert_code(c, 400, "AccessDeniedException");
}

/* ---- Parameter Store */

static int ssm(struct sim_client *c, const char *operation, const char *body)
{
	return sim_json(c, "ssm", gk_arena_printf(&c->arena, "AmazonSSM.%s", operation), body);
}

static void parameters(void **state)
{
	struct sim_client *c = *state;

	assert_int_equal(
		ssm(c, "GetParameter", "{\"Name\":\"/app/b\",\"WithDecryption\":true}"), 200);
	assert_out(c, "Parameter/Value", "vb");
	assert_out(c, "Parameter/ARN", "arn:aws:ssm:eu-central-1:111122223333:parameter/app/b");
	assert_int_equal(ssm(c, "GetParameter", "{\"Name\":\"/app/b\"}"), 200);
	assert_false(sim_body_has(c, "vb\""));
	(void)ssm(c, "PutParameter", "{\"Name\":\"/app/a\",\"Value\":\"w\",\"Type\":\"String\"}");
	assert_code(c, 400, "ParameterAlreadyExists");
	assert_int_equal(
		ssm(c, "PutParameter", "{\"Name\":\"/app/a\",\"Value\":\"w\",\"Overwrite\":true}"),
		200);
	assert_out(c, "Version", "2");
	assert_int_equal(
		ssm(c, "LabelParameterVersion",
			"{\"Name\":\"/app/a\",\"ParameterVersion\":1,\"Labels\":[\"old\"]}"),
		200);
	assert_int_equal(ssm(c, "GetParameters",
				 "{\"Names\":[\"/app/a\",\"/app/a:1\",\"/app/a:old\","
				 "\"/app/none\",\"/app/a:9\"]}"),
		200);
	assert_out(c, "Parameters/0/Value", "w");
	assert_out(c, "Parameters/1/Value", "va");
	assert_out(c, "Parameters/2/Selector", ":old");
	assert_out(c, "InvalidParameters/0", "/app/none");
	assert_out(c, "InvalidParameters/1", "/app/a:9");
	(void)ssm(c, "GetParameter", "{\"Name\":\"/app/a:9\"}");
	assert_code(c, 400, "ParameterVersionNotFound");
	(void)ssm(c, "GetParameter", "{\"Name\":\"/none\"}");
	assert_code(c, 400, "ParameterNotFound");
	assert_int_equal(ssm(c, "DeleteParameter", "{\"Name\":\"/app/a\"}"), 200);
	(void)ssm(c, "GetParameter", "{\"Name\":\"/app/a\"}");
	assert_code(c, 400, "ParameterNotFound");
	(void)ssm(c, "PutParameter", "{\"Name\":\"a/b\",\"Value\":\"w\",\"Type\":\"String\"}");
	assert_code(c, 400, "ValidationException");
	(void)ssm(c, "PutParameter", "{\"Name\":\"/ssm/b\",\"Value\":\"w\",\"Type\":\"String\"}");
	assert_code(c, 400, "ValidationException");
}

static void parameter_lists(void **state)
{
	struct sim_client *c = *state;

	assert_int_equal(
		ssm(c, "GetParametersByPath", "{\"Path\":\"/app\",\"WithDecryption\":true}"), 200);
	assert_int_equal(gk_node_get(c->out, "Parameters")->count, 2);
	assert_int_equal(ssm(c, "GetParametersByPath",
				 "{\"Path\":\"/app/\",\"Recursive\":true,\"MaxResults\":2}"),
		200);
	assert_int_equal(gk_node_get(c->out, "Parameters")->count, 2);
	assert_int_equal(
		ssm(c, "GetParametersByPath",
			gk_arena_printf(&c->arena,
				"{\"Path\":\"/app/\",\"Recursive\":true,\"NextToken\":\"%s\"}",
				sim_out(c, "NextToken"))),
		200);
	assert_out(c, "Parameters/0/Name", "/app/x/c");
	assert_int_equal(ssm(c, "DescribeParameters",
				 "{\"ParameterFilters\":[{\"Key\":\"Type\","
				 "\"Values\":[\"SecureString\"]}]}"),
		200);
	assert_out(c, "Parameters/0/Name", "/app/b");
	assert_int_equal(gk_node_get(c->out, "Parameters")->count, 1);
	assert_int_equal(ssm(c, "DescribeParameters",
				 "{\"ParameterFilters\":[{\"Key\":\"Name\",\"Option\":\"Contains\","
				 "\"Values\":[\"x/\"]}]}"),
		200);
	assert_out(c, "Parameters/0/Name", "/app/x/c");
	(void)ssm(c, "DescribeParameters",
		"{\"ParameterFilters\":[{\"Key\":\"Colour\",\"Values\":[\"x\"]}]}");
	assert_code(c, 400, "InvalidFilterKey");
	assert_int_equal(ssm(c, "AddTagsToResource",
				 "{\"ResourceType\":\"Parameter\",\"ResourceId\":\"/app/b\","
				 "\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}"),
		200);
	assert_int_equal(ssm(c, "ListTagsForResource",
				 "{\"ResourceType\":\"Parameter\",\"ResourceId\":\"/app/b\"}"),
		200);
	assert_out(c, "TagList/0/Value", "v");
	become_app(c);
	assert_int_equal(ssm(c, "GetParameters", "{\"Names\":[\"/app/b\"]}"), 200);
	(void)ssm(c, "GetParameters", "{\"Names\":[\"/app/b\",\"/other\"]}");
	assert_code(c, 400, "AccessDeniedException");
	(void)ssm(c, "GetParametersByPath", "{\"Path\":\"/app\"}");
	assert_code(c, 400, "AccessDeniedException"); /* parameter/app is not parameter/app/ */
}

/* ---- S3 */

static void objects(void **state)
{
	struct sim_client *c = *state;

	assert_int_equal(sim_s3(c, "GET", "/state/a/b%20c", ""), 200);
	assert_true(sim_body_has(c, "0123456789"));
	assert_string_equal(sim_answer_header(c, "etag"), "\"781e5e245d69b566979b86e28d23f2c7\"");
	sim_client_header(c, "If-None-Match", "\"781e5e245d69b566979b86e28d23f2c7\"");
	assert_int_equal(sim_s3(c, "GET", "/state/a/b%20c", ""), 304);
	assert_int_equal(c->answer.body.n, 0);
	sim_client_header(c, "Range", "bytes=2-4");
	assert_int_equal(sim_s3(c, "GET", "/state/a/b%20c", ""), 206);
	assert_string_equal(gk_buf_cstr(&c->answer.body), "234");
	assert_string_equal(sim_answer_header(c, "content-range"), "bytes 2-4/10");
	sim_client_header(c, "Range", "bytes=-3");
	assert_int_equal(sim_s3(c, "GET", "/state/a/b%20c", ""), 206);
	assert_string_equal(gk_buf_cstr(&c->answer.body), "789");
	sim_client_header(c, "Range", "bytes=10-");
	(void)sim_s3(c, "GET", "/state/a/b%20c", "");
	assert_code(c, 416, "InvalidRange");
	(void)sim_s3(c, "GET", "/state/none", "");
	assert_code(c, 404, "NoSuchKey");
	assert_true(sim_body_has(c, "<Key>none</Key>"));
	(void)sim_s3(c, "GET", "/none/x", "");
	assert_code(c, 404, "NoSuchBucket");
	assert_int_equal(sim_s3(c, "HEAD", "/state/none", ""), 404);
	assert_int_equal(c->answer.body.n, 0);
	become_app(c);
	assert_int_equal(sim_s3(c, "GET", "/state/a/b%20c", ""), 200);
	(void)sim_s3(c, "GET", "/state/none", "");
	assert_code(c, 403, "AccessDenied"); /* no right to list: not told apart */
	(void)sim_s3(c, "PUT", "/state/x", "y");
	assert_code(c, 403, "AccessDenied");
}

static void writes(void **state)
{
	struct sim_client *c = *state;

	sim_client_header(c, "If-None-Match", "*");
	assert_int_equal(sim_s3(c, "PUT", "/state/lock", "me"), 200);
	sim_client_header(c, "If-None-Match", "*");
	(void)sim_s3(c, "PUT", "/state/lock", "you");
	assert_code(c, 412, "PreconditionFailed");
	sim_client_header(c, "If-Match", "\"wrong\"");
	(void)sim_s3(c, "PUT", "/state/lock", "you");
	assert_code(c, 412, "PreconditionFailed");
	sim_client_header(c, "x-amz-checksum-crc32", "AAAAAA==");
	(void)sim_s3(c, "PUT", "/state/lock", "you");
	assert_code(c, 400, "BadDigest");
	sim_client_header(c, "x-amz-checksum-crc32", "NhCmhg==");
	assert_int_equal(sim_s3(c, "PUT", "/state/lock", "hello"), 200);
	assert_int_equal(sim_s3(c, "GET", "/state/lock", ""), 200);
	assert_string_equal(gk_buf_cstr(&c->answer.body), "hello");
	assert_int_equal(sim_s3(c, "DELETE", "/state/lock", ""), 204);
	assert_int_equal(sim_s3(c, "DELETE", "/state/lock", ""), 204);
	(void)sim_s3(c, "GET", "/state/lock", "");
	assert_code(c, 404, "NoSuchKey");
	(void)sim_s3(c, "GET", "/state?acl", "");
	assert_code(c, 501, "NotImplemented");
	assert_int_equal(sim_s3(c, "PUT", "/second", ""), 200);
	(void)sim_s3(c, "DELETE", "/state", "");
	assert_code(c, 409, "BucketNotEmpty");
	assert_int_equal(sim_s3(c, "DELETE", "/second", ""), 204);
}

/* The framing of clients that compute the checksum while they send. */
static int unframe(const char *length, const char *body, struct gk_sim_s3_upload *ret)
{
	struct gk_sim_aws_pair headers[] = {
		{GK_STR("x-amz-content-sha256"), GK_STR("STREAMING-UNSIGNED-PAYLOAD-TRAILER")},
		{GK_STR("x-amz-decoded-content-length"), gk_str_c(length)}};
	struct gk_sim_aws_request r = {
		.headers = headers, .nheaders = GK_COUNT(headers), .body = gk_str_c(body)};
	GK_AUTO(gk_arena_done) struct gk_arena a = GK_ARENA_INIT;
	struct gk_sim_aws_call c = {.req = &r, .a = &a};
	int rc = gk_sim_s3_read_upload(&c, ret);

	if (rc == 0)
		assert_true(gk_str_is(ret->body, "hello"));
	gk_vec_done(&ret->meta);
	return rc;
}

static void framed_uploads(void **state)
{
	static const char good[] = "2\r\nhe\r\n3\r\nllo\r\n0\r\n"
				   "x-amz-checksum-crc32:NhCmhg==\r\n\r\n";
	static const char *const bad[] = {"", "5\r\nhello\r\n", "9\r\nhello\r\n0\r\n\r\n",
		"x\r\nhello\r\n0\r\n\r\n", "ffffffffffffffffff\r\n\r\n",
		"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"};
	struct gk_sim_s3_upload upload = {0};

	(void)state;
	assert_int_equal(unframe("5", good, &upload), 0);
	assert_int_equal(unframe("6", good, &upload), -1);
	for (size_t i = 0; i < GK_COUNT(bad); i++)
		assert_int_equal(unframe("5", bad[i], &upload), -1);
}

static void metadata(void **state)
{
	struct sim_client *c = *state;

	sim_client_header(c, "x-amz-meta-who", " gk ");
	sim_client_header(c, "Content-Type", "text/plain");
	sim_client_header(c, "x-amz-checksum-crc32", "NhCmhg==");
	assert_int_equal(sim_s3(c, "PUT", "/state/m", "hello"), 200);
	sim_client_header(c, "x-amz-checksum-mode", "ENABLED");
	assert_int_equal(sim_s3(c, "GET", "/state/m", ""), 200);
	assert_string_equal(sim_answer_header(c, "x-amz-meta-who"), "gk");
	assert_string_equal(sim_answer_header(c, "x-amz-checksum-crc32"), "NhCmhg==");
	assert_string_equal(c->answer.content_type, "text/plain");
	assert_int_equal(sim_s3(c, "GET", "/state/m", ""), 200);
	assert_string_equal(sim_answer_header(c, "x-amz-checksum-crc32"), "");
}

static void listings(void **state)
{
	struct sim_client *c = *state;

	assert_int_equal(sim_s3(c, "PUT", "/state/a/z", "1"), 200);
	assert_int_equal(sim_s3(c, "PUT", "/state/b/1", "1"), 200);
	assert_int_equal(sim_s3(c, "PUT", "/state/b/2", "1"), 200);
	assert_int_equal(sim_s3(c, "PUT", "/state/c%26", "1"), 200);
	assert_int_equal(sim_s3(c, "GET", "/state?list-type=2&delimiter=%2F", ""), 200);
	assert_true(sim_body_has(c, "<Key>c&#38;</Key>"));
	assert_true(sim_body_has(c, "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"
				    "<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>"));
	assert_true(sim_body_has(c, "<KeyCount>3</KeyCount><IsTruncated>false<"));
	assert_int_equal(sim_s3(c, "GET", "/state?list-type=2&delimiter=%2F&max-keys=2", ""), 200);
	assert_true(sim_body_has(c, "<NextContinuationToken>Yi8=</NextContinuationToken>"));
	assert_int_equal(
		sim_s3(c, "GET",
			"/state?list-type=2&delimiter=%2F&continuation-token=Yi8%3D&max-keys=2",
			""),
		200);
	assert_true(sim_body_has(c, "<KeyCount>1</KeyCount>"));
	assert_false(sim_body_has(c, "<CommonPrefixes>"));
	assert_int_equal(
		sim_s3(c, "GET", "/state?list-type=2&prefix=a%2F&encoding-type=url", ""), 200);
	assert_true(sim_body_has(c, "<Key>a/b%20c</Key>"));
	assert_int_equal(sim_s3(c, "GET", "/state?list-type=2&start-after=b%2F1", ""), 200);
	assert_true(sim_body_has(c, "<KeyCount>2</KeyCount>"));
}

static void presigned_objects(void **state)
{
	struct sim_client *c = *state;

	assert_int_equal(sim_presigned(c, "s3", "/state/a/b%20c", NULL, NULL, 60), 200);
	c->skew_ms = -61000;
	(void)sim_presigned(c, "s3", "/state/a/b%20c", NULL, NULL, 60);
	assert_code(c, 403, "AccessDenied");
	assert_true(sim_body_has(c, "Request has expired"));
}

/* ---- seeds */

static void bad_seeds(void **state)
{
	static const char *const seeds[] = {"{", "{} x", "{\"ssm\":[{\"name\":\"/a\"}]}",
		"{\"iam\":{\"roles\":[{\"arn\":\"arn:aws:iam::1:role/a\",\"trust\":{}}]}}",
		"{\"iam\":{\"roles\":[{\"arn\":\"arn:aws:iam::1:role/a\",\"trust\":{\"Statement\":"
		"{\"Effect\":\"Allow\",\"Action\":\"*\",\"Principal\":\"*\",\"Condition\":"
		"{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}}}}]}}"};

	(void)state;
	for (size_t i = 0; i < GK_COUNT(seeds); i++) {
		struct gk_sim_aws_options opt = {.seed = gk_str_c(seeds[i])};
		struct gk_err err = GK_ERR_INIT;
		struct gk_sim_aws *aws;

		assert_int_equal(gk_sim_aws_new(&opt, &aws, &err), -1);
		assert_int_equal(err.code, GK_EINPUT);
	}
}

static int tokens_setup(void **state)
{
	(void)state;
	sim_tokens_init();
	return 0;
}

static int tokens_teardown(void **state)
{
	(void)state;
	sim_tokens_done();
	return 0;
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(identity),
		test(eks_token),
		test(wrong_signatures),
		test(clock_and_scope),
		test(web_identity),
		test(session_tokens),
		test(web_identity_refused),
		test(roles_of_users),
		test(secret_versions),
		test(secret_life),
		test(secret_lists),
		test(parameters),
		test(parameter_lists),
		test(objects),
		test(writes),
		cmocka_unit_test(framed_uploads),
		test(metadata),
		test(listings),
		test(presigned_objects),
		cmocka_unit_test(bad_seeds),
	};

	return cmocka_run_group_tests(tests, tokens_setup, tokens_teardown);
}
