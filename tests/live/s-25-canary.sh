# Values of secrets on the real servers: what the programs' system calls show, the cluster holds
# and the audit log tells.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render gk-secrets gk-apply
strace -o /dev/null true 2>/dev/null || {
	skip "system calls" "strace is not installed, or not allowed"
	done_testing
}

canaries='canary-db-8f31 canary-payment-5a07 canary-smtp-c9e2'
sed 's/example-db-password/canary-db-8f31/g
	s/example-payment-key/canary-payment-5a07/g
	s/example-smtp-password/canary-smtp-c9e2/g' "$PLATFORM/aws/seed.json" >seed.json
seed_platform "$PWD/seed.json" || bail "no secrets in AWS"
rm seed.json

GK_TRACE=all strace -f -y -v -s 1048576 -o trace "$PLATFORM/run.sh" prod >run.out 2>run.err
ok $? "the pipeline delivers" run.err || bail "nothing to go on with"
# shellcheck disable=SC2086
check "no value is in an argument, environment, file or log" "$LIVE/../canary" trace $canaries
is "$(field secret db '.data.password' -n shop | base64 -d)" canary-db-8f31 \
	"the Secret holds the value"
for value in $canaries
do
	coded=$(printf %s "$value" | base64)
	exits 1 "$value is in no audit record" grep -q -e "$value" -e "$coded" "$PLANE_AUDIT"
	exits 1 "nor in another object" sh -c "kubectl get -A -o json \
		configmaps,pods,deployments,statefulsets,jobs,events,externalsecrets | grep -q -e $value -e $coded"
	exits 1 "nor in a file of the run" grep -q -e "$value" -e "$coded" run.out run.err
done
done_testing
