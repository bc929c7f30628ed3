# Secret rotation: a new value in AWS restarts who uses it, and nobody else.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render gk-secrets gk-apply

seed_platform || bail "no secrets in AWS"
deliver
ok $? "the platform is delivered" || bail "nothing to go on with"
workloads >before

# Only the value is asked to change.
sed 's/example-db-password/example-db-rotated/' "$PLATFORM/aws/seed.json" >seed.json
seed_platform seed.json || bail "the secret cannot be rotated"
deliver
ok $? "delivered again after the rotation"
workloads >after

is "$(field secret db .data.password -n shop | base64 -d)" \
	example-db-rotated "the Secret has the new value"
is "$(diff before after | sed -n 's/^> //p' | cut -d ' ' -f 1,2 | sort)" \
	"CronJob shop/shop-report
Deployment shop/shop-api
Deployment shop/shop-worker" \
	"who uses it is restarted, nobody else"
check "all is available" kubectl wait --timeout=0 \
	--for=condition=Available deployments --all -n shop

# The other way of a restart: who shares a secret across namespaces.
workloads >before
sed 's/example-cache-password/example-cache-rotated/' seed.json >seed2.json
seed_platform seed2.json || bail "the secret cannot be rotated"
deliver
ok $? "delivered after the rotation of a shared secret"
workloads >after
is "$(diff before after | sed -n 's/^> //p' | cut -d ' ' -f 1,2 | sort)" \
	"CronJob data/cache-backup
Deployment shop/shop-api
StatefulSet data/cache" \
	"its users in both namespaces are restarted, nobody else"

deliver
ok $? "delivered without a rotation"
workloads >again
is "$(diff after again)" "" "nobody is restarted"

done_testing
