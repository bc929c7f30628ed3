# Rebuild: the same commit on two empty clusters gives the same bytes, the same
# objects and the same inventory.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render gk-secrets gk-apply

# build NAME: delivers to the cluster of KUBECONFIG and keeps what came of it.
build()
{
	deliver
	ok $? "the platform is delivered to an empty cluster ($1)" ||
		bail "nothing to go on with"
	mkdir "$1"
	cp gk-tfstate.out gk-render.out stream.json "$1"
	"$LIVE/snapshot" stream.json >"$1/objects"
	kubectl get secrets,configmaps -A -l applyset.kubernetes.io/id -o json |
		"$LIVE/snapshot" --inventory >"$1/inventory"
}

seed_platform || bail "no secrets in AWS"
build first

# The second cluster is another one, with other keys and identifiers.  AWS stays: its
# versions of the secrets are marked in the stream, and are not ours to rebuild.
home=${KUBECONFIG%/*}
"$LIVE/plane" stop "$home" || bail "cannot stop"
rm -rf "$home/etcd"
"$LIVE/plane" start "$home" || bail "cannot start"
set -a
. "$home/env"
. "$home/aws.env"
set +a
build second

for file in gk-tfstate.out gk-render.out stream.json objects inventory
do
	check "$file has the same bytes" cmp "first/$file" "second/$file"
	check "and is not empty" test -s "first/$file"
done

done_testing
