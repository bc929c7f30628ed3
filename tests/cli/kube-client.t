# lib/kube against gk-sim: the same probe that the live suite runs on a real API server,
# in peace and then with faults that pass.  They must not show in the result.
. "$top_srcdir/tests/cli/lib.sh"
probe=$top_builddir/tests/unit/probe-kube
[ -x "$probe" ] || { echo "1..0 # SKIP the probe is not built (cmocka)"; exit 0; }

under() { # NAME RULE...: the probe passes on a server with these faults
	_name=$1; shift
	printf '%s\n' "$@" >"$tmp/faults"
	run gk-sim --dir "$tmp/state" --fault "$tmp/faults" --log "$tmp/log" -- "$probe"
	is_rc 0 "$_name"
}
seen() { # COUNT PATTERN NAME: so many lines of the request log at least
	[ "$(grep -c "$2" "$tmp/log")" -ge "$1" ]; result $? "$3"
	rm -f "$tmp/log"
}

under "in peace"
rm -f "$tmp/log"
under "throttled, with and without a time to wait" \
	'{"match":{"method":"PATCH","every":97},"do":{"status":429,"headers":{"Retry-After":"1"}}}' \
	'{"match":{"side":"kube","every":41},"do":{"status":429}}'
seen 10 '"status":429' "it was throttled indeed"
under "unavailable now and then" \
	'{"match":{"side":"kube","every":29},"do":{"status":503,"body":"<h1>busy</h1>"}}'
seen 10 '"status":503' "it was unavailable indeed"
under "connections that break before and after the work" \
	'{"match":{"method":"PATCH","every":43},"do":{"reset":"after"}}' \
	'{"match":{"side":"kube","every":31},"do":{"reset":"before"}}'
rm -f "$tmp/log"
under "answers that are cut" \
	'{"match":{"path~":"configmaps","every":23},"do":{"cut":40,"rst":true}}' \
	'{"match":{"path~":"/api","every":37},"do":{"cut":10}}'
rm -f "$tmp/log"
under "a watch whose version has expired" \
	'{"match":{"path~":"watch=true","every":2},"do":{"watch-event":"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"Expired\",\"code\":410}}"}}'
rm -f "$tmp/log"

done_testing
