#!/bin/sh
# The whole pipe on gk-sim: delivered, repeated, compared, mended; and killed at each stage.
. "$top_srcdir/tests/cli/lib.sh"
command -v bash >/dev/null || skip_all "bash is not installed"
platform=$top_srcdir/examples/platform
in_sim --seed "$platform/aws/seed.json"

run "$platform/run.sh"
is_rc 0 "the platform is delivered"
out_has 'Apply complete! Resources: '
out_has '0 destroyed. 0 unchanged, 53 healthy.'

run "$platform/run.sh"
is_rc 0 "delivering again"
out_has 'Apply complete! Resources: 0 added, 0 changed, 0 destroyed. 53 unchanged, 53 healthy.' "changes nothing"

# The stages by hand, each result kept.
gk-tfstate outputs -q "$platform/terraform/terraform.tfstate" -o configmap >"$tmp/1"
gk-render "$platform/overlays/prod" -f "$tmp/1" >"$tmp/2"
gk-secrets inject <"$tmp/2" >"$tmp/3" 2>"$tmp/err" || :
set_of() { grep -c '^{"apiVersion".*"metadata"' "$1"; }

run gk-diff -f "$tmp/3"
is_rc 0 "nothing differs"
out_empty
err_has 'No changes. 51 objects match.' "the two hooks are no state to compare"

# Order: the Secret is delivered before who reads it.
gk-apply -f "$tmp/3" --explain-order >"$tmp/order"
ok "the order waits for the Secret, and says why" awk '
	/^  [^ ]/ { object = $0 }
	object ~ /Deployment shop\/shop-api$/ && /after Secret shop\/db: used by it/ { found = 1 }
	END { exit !found }' "$tmp/order"

# Somebody else edits a field; gk-diff names it, gk-apply mends it.
if command -v kubectl >/dev/null; then
	kubectl -n shop scale deployment shop-worker --replicas=7 >/dev/null 2>&1
	run gk-diff -f "$tmp/3"
	is_rc 1 "an edit is drift"
	out_has 'live/apps/Deployment/shop/shop-worker'
	out_has '.spec.replicas: 7, set by kubectl' "the field, its value and who set it"
	out_has '1 drifted.'
	run gk-apply -f "$tmp/3" --yes
	is_rc 0 "it is mended"
	run gk-diff -f "$tmp/3"
	is_rc 0 "and nothing differs again"
else
	skip "kubectl is not installed" "drift"
fi

# A stage is killed in the middle of its output: the next ones refuse, nothing is pruned.
mkdir "$tmp/bin"
cut_stage() { # PROGRAM: a program of that name that dies after half of what it has to say
	rm -f "$tmp/bin"/*
	cat >"$tmp/bin/$1" <<-X
		#!/bin/sh
		"$top_builddir/$1" "\$@" >"$tmp/whole" 2>/dev/null
		head -c \$((\$(wc -c <"$tmp/whole") / 2)) "$tmp/whole"
		kill -9 \$\$
	X
	chmod +x "$tmp/bin/$1"
}
for stage in gk-tfstate gk-render gk-secrets; do
	cut_stage "$stage"
	rc=0
	PATH=$tmp/bin:$PATH bash -c 'set -o pipefail
		gk-tfstate outputs -q "$0/terraform/terraform.tfstate" -o configmap | gk-render "$0/overlays/prod" -f - |
		gk-secrets inject | gk-apply --prune --yes' "$platform" >"$tmp/out" 2>"$tmp/err" || rc=$?
	is_rc 3 "$stage killed: the pipe ends with an input error"
	out_empty "$stage killed: nothing is applied"
	grep -qE 'stream\.(cut|empty-input)' "$tmp/err"
	result $? "$stage killed: the next one says that its input is cut"
	run gk-diff -f "$tmp/3" --prune
	is_rc 0 "$stage killed: nothing was changed or pruned"
done

# The same at every line of the stream: gk-apply takes no prefix of it for the whole.
lines=$(wc -l <"$tmp/3")
bad=0
i=1
while [ "$i" -le "$lines" ]; do
	head -n "$i" "$tmp/3" >"$tmp/cut"
	gk-apply -f "$tmp/cut" --prune --yes >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 3 ] || bad=$((bad + 1))
	i=$((i + 7))
done
is "$bad" 0 "a stream cut at a line is refused"
run gk-diff -f "$tmp/3" --prune
is_rc 0 "nothing was changed or pruned"

# gk-apply itself is killed after some writes: the next run finishes the job.
sed 's/"replicas":[0-9]*/"replicas":4/' "$tmp/2" >"$tmp/2b"
gk-secrets inject -f "$tmp/2" 2>/dev/null | sed 's/,"gk":{.*}$/}/; s/"percentage":10/"percentage":11/' >"$tmp/4"
gk-apply -f "$tmp/4" --yes >"$tmp/out" 2>"$tmp/err" &
kill -9 $! 2>/dev/null
wait $! 2>/dev/null
run gk-apply -f "$tmp/4" --yes --lock-timeout 60s
is_rc 0 "after a kill the next run finishes"
run gk-diff -f "$tmp/4"
is_rc 0 "and the set is whole"

# The values of the secrets are nowhere but in the stream and in the Secrets.
for file in "$tmp/out" "$tmp/err" "$GK_TEST_LOG"; do
	! grep -q -e example-db-password -e ZXhhbXBsZS1kYi1wYXNzd29yZA "$file"
	result $? "no secret value in $(basename "$file")"
done
grep -q 'ZXhhbXBsZS' "$tmp/3"
result $? "they are in the stream to gk-apply"
done_testing
