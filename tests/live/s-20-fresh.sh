# Fresh provisioning: an empty cluster, an AWS with secrets, one command.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render gk-secrets gk-apply gk-diff

seed_platform || bail "no secrets in AWS"
desired
ok $? "the desired state can be computed before anything is there" ||
	bail "nothing to go on with"

GK_TRACE=all "$PLATFORM/run.sh" prod >run.out 2>run.err
ok $? "the pipeline delivers" run.err || bail "nothing to go on with"
has run.out '^Apply complete! Resources: [0-9]+ added' "and says so"

# Healthy when it ends, not a moment later: these do not wait.
check "Deployments are available" kubectl wait --timeout=0 \
	--for=condition=Available deployments --all -n shop
check "the StatefulSet is ready" kubectl wait --timeout=0 \
	--for=jsonpath='{.status.readyReplicas}'=3 statefulset/cache -n data
check "the migration has run" kubectl wait --timeout=0 \
	--for=condition=Complete job/shop-migrate -n shop
exits 1 "the smoke test has gone" kubectl get job shop-smoke -n shop

is "$(field secret db '.data.password' -n shop | base64 -d)" \
	example-db-password "the Secret holds what AWS keeps"
is "$(field secret smtp '.data.username' -n shop | base64 -d)" \
	shop@example.com "and what Parameter Store does"

# What the API server saw.
check "nothing was made before what it mounts" audit mounts stream.json
check "there was something to order" test "$(cat out)" -ge 15
for pair in \
	namespaces//shop:serviceaccounts/shop/shop-secrets \
	secrets/shop/db:deployments.apps/shop/shop-api \
	secrets/data/cache-auth:statefulsets.apps/data/cache \
	customresourcedefinitions.apiextensions.k8s.io//featureflags.platform.example.com:featureflags.platform.example.com/shop/shop-dark-mode \
	secrets/shop/db:jobs.batch/shop/shop-migrate
do
	check "${pair%%:*} before ${pair#*:}" audit order "${pair%%:*}" "${pair#*:}"
done
check "the migration had finished before the api was asked for" \
	audit settled jobs.batch/shop/shop-migrate deployments.apps/shop/shop-api

# Once more: nothing is left to do.
versions stream.json >before
deliver
ok $? "a second delivery succeeds"
versions stream.json >after
is "$(diff before after)" "" "and changes nothing"
check "there was something to change" test "$(wc -l <before)" -ge 45
check "gk-diff finds no difference" gk-diff -f stream.json

# Values of secrets: in the stream to gk-apply, in the Secret, nowhere else.
for value in example-db-password example-payment-key example-smtp-password
do
	coded=$(printf %s "$value" | base64)
	exits 1 "$value is in no output" grep -l -e "$value" -e "$coded" \
		run.out run.err gk-tfstate.* gk-render.* gk-secrets.err gk-apply.*
	exits 1 "nor in the audit log" grep -q -e "$value" -e "$coded" "$PLANE_AUDIT"
done

done_testing
