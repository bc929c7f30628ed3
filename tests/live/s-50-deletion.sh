# Accidental deletion: what somebody deleted comes back, the rest stays.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render gk-secrets gk-apply gk-diff

seed_platform || bail "no secrets in AWS"
deliver
ok $? "the platform is delivered" || bail "nothing to go on with"
versions stream.json >before

kubectl delete -n shop deployment/shop-web service/shop-api secret/web-session \
	serviceaccount/web >out 2>err || bail "nothing can be deleted"

exits 1 "gk-diff misses something" gk-diff -f stream.json -o name
is "$(grep -c -E 'shop-web|shop-api|web-session|serviceaccount.*web' out)" 4 \
	"it names what is missing"

deliver
ok $? "delivered again"
check "the Deployment is available" kubectl wait --timeout=0 \
	--for=condition=Available deployment/shop-web -n shop
is "$(field secret web-session .data.SESSION_KEY -n shop | base64 -d)" \
	example-web-session-key "the Secret holds its value"
check "nothing was made before what it mounts" audit mounts stream.json

# Others are the same objects in the same version.
versions stream.json >after
is "$(diff before after | sed -n 's/^> //p' | cut -d ' ' -f 1,2 | sort)" \
	"Deployment.apps shop/shop-web
Secret shop/web-session
Service shop/shop-api
ServiceAccount shop/web" \
	"nothing else was touched"

# A whole namespace: the worst that a slip of the hand can do.
kubectl delete namespace shop --timeout=60s >out 2>err ||
	bail "the namespace cannot be deleted"
deliver
ok $? "a namespace comes back with all that was in it"
check "and is healthy" kubectl wait --timeout=0 \
	--for=condition=Available deployments --all -n shop
check "gk-diff misses nothing" gk-diff -f stream.json

done_testing
