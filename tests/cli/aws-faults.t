# The AWS client against a server that fails: throttling, resets, nonsense, a clock that is off.
. "$top_srcdir/tests/cli/lib.sh"

cat >"$tmp/seed.json" <<'EOF'
{"account":"111122223333","region":"eu-central-1",
 "secretsmanager":[{"name":"prod/db","string":"canary-1"}],
 "iam":{"oidc_providers":[{"url":"https://${OIDC_ISSUER}","client_ids":["sts.amazonaws.com"]}],
  "roles":[{"arn":"arn:aws:iam::111122223333:role/reader",
   "trust":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/${OIDC_ISSUER}"},
    "Action":"sts:AssumeRoleWithWebIdentity"}]},
   "permissions":[{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"*","Resource":"*"}]}]}]}}
EOF
cat >"$tmp/in.yaml" <<'EOF'
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
  namespace: default
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/reader"}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: sm, namespace: default}
spec:
  provider:
    aws: {service: SecretsManager, region: eu-central-1, auth: {jwt: {serviceAccountRef: {name: default}}}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: default}
spec:
  secretStoreRef: {name: sm}
  data: [{secretKey: k, remoteRef: {key: prod/db}}]
EOF

# with FAULTS [COMMAND...]: gk-secrets inject -o name on a fresh gk-sim with these rules.
with() {
	printf '%s\n' "$1" >"$tmp/faults"
	shift
	rm -rf "$tmp/sim" "$tmp/log"
	run gk-sim --dir "$tmp/sim" --seed "$tmp/seed.json" --fault "$tmp/faults" --log "$tmp/log" \
		-- "$@" gk-secrets inject -o name -f "$tmp/in.yaml"
}
asked() { grep -c '"side":"aws"' "$tmp/log" || :; }

# Without faults it takes two requests: one for the session, one for the secret.
with ''
is_rc 0 "no faults"
is "$(asked)" 2 "two requests"

with '{"match":{"side":"aws","nth":1},"do":{"status":400,"body":"{\"__type\":\"ThrottlingException\"}"}}
{"match":{"side":"aws","nth":3},"do":{"reset":"before"}}
{"match":{"side":"aws","nth":4},"do":{"status":500,"body":"oops"}}'
is_rc 0 "throttled, reset and failed once each"
is "$(asked)" 5 "each was tried again"

with '{"match":{"side":"aws"},"do":{"status":503,"body":"<html>busy</html>"}}'
is_rc 5 "503 for ever"
is "$(asked)" 3 "three attempts"
err_has "HTTP status 503 without an error of AWS [aws.remote]" "says so"

with '{"match":{"side":"aws"},"do":{"status":400,"body":"{\"__type\":\"a#Throttling:b\",\"message\":\"slow down, AKIAIOSFODNN7EXAMPLE eyJhbGciOi.x.y\"}"}}'
is_rc 5 "throttled for ever"
err_has "Throttling: slow down, [redacted]...MPLE [redacted] [aws.throttled]" \
	"in the words of AWS, keys and tokens masked"

with '{"match":{"side":"aws","nth":2},"do":{"status":200,"body":"{\"SecretString\":\"canary-9\""}}'
is_rc 5 "an answer that is cut"
err_has "the answer is no JSON that can be read [aws.answer]" "says so"
ok "without quoting it" sh -c "! grep -q canary '$tmp/err'"

with '{"match":{"side":"aws","nth":1},"do":{"status":200,"body":"<!DOCTYPE a [<!ENTITY b \"c\">]><a/>"}}'
is_rc 5 "XML with a document type"
err_has "[aws.xml]" "is refused"

with '{"match":{"side":"aws","nth":1},"do":{"status":302,"redirect":"https://127.0.0.1:1/"}}'
ok "a redirect is not followed" test "$rc" -ne 0
is "$(asked)" 1 "and not tried again"

# A clock that is an hour off, by a shim before the C library.
cat >"$tmp/skew.c" <<'EOF'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t c, struct timespec *t)
{
	int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
	int r = real(c, t);

	if (c == CLOCK_REALTIME)
		t->tv_sec += SKEW;
	return r;
}
EOF
if ldd "$top_builddir/gk-secrets" 2>/dev/null | grep -q 'lib[a-z]*san\.'; then
	skip "sanitizers do not go with a shim" "a clock that is off"
elif ! ${CC:-cc} -DSKEW=-3600 -shared -fPIC -o "$tmp/skew.so" "$tmp/skew.c" -ldl 2>/dev/null; then
	skip "no compiler" "a clock that is off"
else
	with '' env LD_PRELOAD="$tmp/skew.so"
	is_rc 0 "a clock that is an hour late"
	is "$(asked)" 3 "one request was signed again"
	err_has "warning: this machine's clock differs from that of AWS by -3" "and it says so"
fi
done_testing
