#!/bin/sh
# gk-apply in trouble, on gk-sim: killed after each of its writes, stopped by signals, with a
# reader that goes away, beside another run, with a server that throttles, breaks and cuts.
. "$top_srcdir/tests/cli/lib.sh"

# Faults that every part of this test meets: they must not show in any result.
cat >"$tmp/faults" <<'X'
{"match":{"method":"PATCH","path~":"configmaps/c3","nth":1},"do":{"status":429,"headers":{"Retry-After":"0"}}}
{"match":{"method":"PATCH","path~":"configmaps/c5","nth":1},"do":{"reset":"after"}}
{"match":{"method":"PATCH","path~":"configmaps/c6","nth":1},"do":{"status":503}}
{"match":{"method":"GET","path~":"watch=true","nth":1},"do":{"cut":200}}
X
in_sim --fault "$tmp/faults"

{
	printf '{"apiVersion":"v1","kind":"List","metadata":{},"items":[\n'
	printf '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}'
	for i in 1 2 3 4 5 6; do
		printf ',\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c%s","namespace":"shop"},"data":{"k":"v"}}' $i
	done
	for i in 1 2; do
		printf ',\n{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"w%s","namespace":"shop","annotations":{"argocd.argoproj.io/sync-wave":"%s"}},"spec":{"selector":{"matchLabels":{"app":"w%s"}},"template":{"metadata":{"labels":{"app":"w%s"}},"spec":{"containers":[{"name":"c","image":"app:1"}]}}}}' $i $i $i $i
	done
	printf '\n]}\n'
} >"$tmp/set.json"
grep -v '"c6"' "$tmp/set.json" >"$tmp/less.json"
mkfifo "$tmp/events"

# after N SIGNAL ARG...: run gk-apply and send it the signal after N events of objects.
after() {
	count=$1 signal=$2 seen=0
	shift 2
	gk-apply "$@" -o ndjson --progress=none >"$tmp/events" 2>"$tmp/err" &
	pid=$!
	while read -r line; do
		case $line in
		*'"type":"apply"'*|*'"type":"prune"'*)
			seen=$((seen + 1))
			[ "$seen" -ne "$count" ] || kill "-$signal" "$pid"
			;;
		esac
		last=$line
	done <"$tmp/events"
	rc=0
	wait "$pid" || rc=$?
}

# ---- faults of the server
run gk-apply -f "$tmp/set.json" --set f0 --progress=none
is_rc 0 "throttled, broken off, cut: it goes through"
out_has '9 added, 0 changed, 0 destroyed. 0 unchanged, 9 healthy.' "and each object is told once, as created"
run gk-diff -f "$tmp/set.json"
is_rc 0 "all is there"
run gk-apply -f "$tmp/less.json" --set f0 --progress=none --prune --yes
is_rc 0 "and can be pruned"

# ---- killed after each write, the next run finishes
hold='s/"labels":{"app":"w1"}}/"labels":{"app":"w1"},"annotations":{"gitops-kit.io\/sim":"never-ready"}}/'
for n in 1 2 3 4 5 6 7; do
	run gk-apply -f "$tmp/set.json" --set f0 --progress=none
	sed "s/\"k\":\"v\"/\"k\":\"v$n\"/; s/app:1/app:$n/" "$tmp/less.json" >"$tmp/next.json"
	sed "$hold" "$tmp/next.json" >"$tmp/held.json" # it waits for w1, so that it is still there to be killed
	after "$n" KILL -f "$tmp/held.json" --set f0 --prune --yes
	is_rc 137 "killed after $n objects"
	run gk-apply -f "$tmp/next.json" --set f0 --prune --yes --progress=none
	is_rc 0 "the next run finishes"
	err_has "the last run of set 'f0' did not finish" "it says that it goes on"
	out_has 'v1 ConfigMap shop/c6  pruned' "it prunes"
	run gk-diff -f "$tmp/next.json" --set f0 --prune
	is_rc 0 "nothing differs, nothing is left over"
	run gk-apply -f "$tmp/next.json" --set f0 --prune --yes --progress=none
	out_has '0 added, 0 changed, 0 destroyed.' "and there is nothing left to do"
done

# ---- signals: nothing new is started, what was written is told, the code says which
sed 's/"k":"v"/"k":"s"/; s/app:1/app:s/' "$tmp/set.json" >"$tmp/s.json"
sed "$hold" "$tmp/s.json" >"$tmp/held.json"
after 2 TERM -f "$tmp/held.json" --set f0
is_rc 143 "SIGTERM"
case $last in *'"type":"end","exitCode":143,"ok":false}') ok "the end is told" true ;; *) ok "the end is told: $last" false ;; esac
err_has 'stopped by a signal: no new write was started [apply.signal]'
run gk-apply -f "$tmp/s.json" --set f0 --progress=none
is_rc 0 "the lock was given back and the next run finishes"

# ---- a reader that goes away
sed 's/"k":"v"/"k":"p"/; s/app:1/app:p/' "$tmp/set.json" >"$tmp/p.json"
{ rc=0; gk-apply -f "$tmp/p.json" --set f0 -o ndjson --progress=none 2>"$tmp/err" || rc=$?; echo $rc >"$tmp/rc"; } | head -n 1 >"$tmp/out"
rc=$(cat "$tmp/rc")
is_rc 10 "a broken pipe"
err_has 'nobody reads stdout any more: no new write was started [apply.cut]'
run gk-apply -f "$tmp/p.json" --set f0 --progress=none
is_rc 0 "the next run finishes"
rc=0; gk-apply -f "$tmp/p.json" --set f0 >/dev/full 2>"$tmp/err" || rc=$?
is_rc 10 "a full disk on stdout"

# ---- two runs
sed "$hold" "$tmp/set.json" >"$tmp/held.json"
gk-apply -f "$tmp/held.json" --set f1 --force-conflicts -o ndjson --progress=none >"$tmp/events" 2>/dev/null &
first=$!
exec 3<"$tmp/events"
while read -r line <&3; do
	case $line in *'"type":"wait"'*) break ;; esac
done
run gk-apply -f "$tmp/held.json" --set f1 --force-conflicts --progress=none
is_rc 6 "a second run of the set"
err_has "set 'f1' is locked by "
err_has 'note: Lease default/gk-f1'
out_empty "nothing was done"
kill -KILL "$first"
wait "$first" 2>/dev/null
exec 3<&-
run gk-apply -f "$tmp/set.json" --set f1 --force-conflicts --progress=none
is_rc 0 "the lock of a process that is gone is free"
done_testing
