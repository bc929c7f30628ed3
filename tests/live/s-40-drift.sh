# Drift: fields edited by hand are found, named, and put back.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render gk-secrets gk-apply gk-diff

seed_platform || bail "no secrets in AWS"
deliver
ok $? "the platform is delivered" || bail "nothing to go on with"
check "there is no difference" gk-diff -f stream.json
workloads >before

kubectl scale deployment shop-worker -n shop --replicas=7 >/dev/null &&
	kubectl set image deployment/shop-api -n shop api=shop/api:hacked >/dev/null &&
	kubectl patch configmap -n shop --type=merge -p '{"data":{"LOG_LEVEL":"debug"}}' \
		"$(kubectl get configmap -n shop -o name | sed -n 's,.*/\(shop-settings-.*\),\1,p')" \
		>/dev/null || bail "the cluster cannot be edited"

exits 1 "gk-diff says that there is one" gk-diff -f stream.json
cp out diff
has diff 'Deployment.*shop/shop-worker' "it names the Deployment that was scaled"
has diff '^[-+ ].*replicas: 7' "and the field"
has diff 'shop/api:hacked' "it names the image"
has diff 'ConfigMap.*shop/shop-settings-' "it names the ConfigMap"
is "$(grep -c '^--- live/' diff)" 3 "it names nothing else"

check "a report that is asked for in JSON is JSON" sh -c \
	'gk-diff -f stream.json -o json >report; [ $? -eq 1 ] &&
	python3 -m json.tool report >/dev/null'

stage gk-apply stream.json --prune --yes
ok $? "gk-apply mends it"
check "there is no difference any more" gk-diff -f stream.json
is "$(field deployment shop-worker .spec.replicas -n shop)" 3 \
	"the number is as it was"
workloads >after
is "$(diff before after)" "" "the images, too"
check "all is available" kubectl wait --timeout=0 \
	--for=condition=Available deployments --all -n shop
versions stream.json >once
stage gk-apply stream.json --prune --yes
ok $? "a further run succeeds"
versions stream.json >twice
is "$(diff once twice)" "" "and changes nothing"

done_testing
