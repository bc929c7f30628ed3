#!/bin/sh
# Values of secrets in the demo's pipe, by its system calls: from AWS into the stream to gk-apply,
# and nowhere else.  Tracing is on, so that what is logged is looked at too.
. "$top_srcdir/tests/cli/lib.sh"
command -v bash >/dev/null || skip_all "bash is not installed"
strace -o /dev/null true 2>/dev/null || skip_all "strace is not installed, or not allowed"
platform=$top_srcdir/examples/platform
canaries='canary-db-8f31 canary-payment-5a07 canary-smtp-c9e2'
[ -n "${GK_TEST_INSIDE:-}" ] || sed 's/example-db-password/canary-db-8f31/g
	s/example-payment-key/canary-payment-5a07/g
	s/example-smtp-password/canary-smtp-c9e2/g' "$platform/aws/seed.json" >"$tmp/seed.json"
in_sim --seed "$tmp/seed.json"

# The leak check of a sanitizer does not work on a process that is traced already.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 GK_TRACE=all run strace -f -y -v -s 1048576 -o "$tmp/trace" "$platform/run.sh" prod
is_rc 0 "the platform is delivered"
out_has 'Apply complete! Resources: '
grep -q 'execve.*gk-secrets' "$tmp/trace" && grep -q 'execve.*gk-apply' "$tmp/trace"
result $? "its programs were seen"
# shellcheck disable=SC2086
run "$top_srcdir/tests/canary" "$tmp/trace" $canaries
is_rc 0 "no value is where it may not be"
out_empty
for program in gk-secrets gk-apply; do
	awk -v program="$program" '
		/ execve\(/ { name[$1] = index($0, "/" program "\"") > 0 }
		name[$1] && /prctl\(PR_SET_DUMPABLE, SUID_DUMP_DISABLE/ { dumpable = 1 }
		name[$1] && /RLIMIT_CORE, {rlim_cur=0,/ { core = 1 }
		END { exit !(dumpable && core) }' "$tmp/trace"
	result $? "$program leaves no core file and cannot be looked into"
done
# The check itself: an argument, a file and a log are found.
for call in 'execve("/bin/x", ["x", "canary-db-8f31"], [])' 'write(5</tmp/f>, "Y2FuYXJ5LWRiLThmMzE=")' \
	'write(2<pipe:[7]>, "canary-smtp-c9e2")' 'sendto(3<socket:[9]>, "canary-payment-5a07")'; do
	{ cat "$tmp/trace"; echo "7 $call = 0"; } >"$tmp/bad"
	run "$top_srcdir/tests/canary" "$tmp/bad" $canaries
	is_rc 1 "${call%%(*} of a value is found"
done
done_testing
