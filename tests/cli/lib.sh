# Shell side of the program tests: TAP out, one `ok` or `not ok` a check.
#
#	. "$top_srcdir/tests/cli/lib.sh"
#	run gk-render "$tmp/overlay"        # sets rc; output in $tmp/out and $tmp/err
#	is_rc 3 "a missing kustomization is an input error"
#	err_has "no kustomization file" "it says what is missing"
#	done_testing
#
# A program under test is never piped: its status would be lost.  GK_WRAP may hold a
# command to run it under (valgrind).
set -u
: "${top_srcdir:?set by make check}" "${top_builddir:?set by make check}"
PATH=$top_builddir:$PATH
LC_ALL=C GK_NO_INPUT=1
export PATH LC_ALL GK_NO_INPUT
unset GK_TRACE NO_COLOR CLICOLOR_FORCE FORCE_COLOR SSL_CERT_FILE SSL_CERT_DIR 2>/dev/null || :
if [ -z "${GK_TEST_INSIDE:-}" ]; then
	unset KUBECONFIG
	for v in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\)=.*/\1/p'); do unset "$v"; done
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/gk-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
HOME=$tmp/home; export HOME; mkdir "$HOME"
test_count=0
rc=0
: >"$tmp/out"; : >"$tmp/err"

# in_sim [OPTION...]: the rest of this test runs inside gk-sim, with KUBECONFIG and AWS_*
# pointing at it; its request log is $GK_TEST_LOG.
in_sim() {
	[ -z "${GK_TEST_INSIDE:-}" ] || return 0
	GK_TEST_LOG=$tmp/requests
	export GK_TEST_LOG
	GK_TEST_INSIDE=1 gk-sim --dir "$tmp/sim" --log "$GK_TEST_LOG" "$@" -- sh "$0"
	exit
}

# run PROGRAM ARG...: stdin is /dev/null unless redirected by the caller.
run() {
	rc=0
	${GK_WRAP:-} "$@" >"$tmp/out" 2>"$tmp/err" || rc=$?
}

# A pseudo-terminal is to be had: not in a bare root without /dev/pts.
has_terminal() { script -qec true /dev/null >/dev/null 2>&1; }

result() { # STATUS NAME
	test_count=$((test_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_count - $2"
	else
		echo "not ok $test_count - $2"
		echo "# exit code $rc; stdout and stderr were:"
		sed 's/^/#   out: /' "$tmp/out" | head -40
		sed 's/^/#   err: /' "$tmp/err" | head -40
	fi
}

ok() { # NAME COMMAND...: passes when the command succeeds
	_name=$1; shift
	"$@" >/dev/null 2>&1; result $? "$_name"
}
is_rc() { [ "$rc" -eq "$1" ]; result $? "${2:-exit code $1}"; }
is() { # GOT WANT NAME
	[ "$1" = "$2" ]; _rc=$?
	[ $_rc -eq 0 ] || printf '# got:  %s\n# want: %s\n' "$1" "$2"
	result $_rc "$3"
}
same_file() { # GOT-FILE WANT-FILE NAME
	cmp -s "$1" "$2"; _rc=$?
	[ $_rc -eq 0 ] || diff -u "$2" "$1" | sed 's/^/# /' | head -60
	result $_rc "$3"
}
out_is() { printf '%s' "$1" >"$tmp/want"; same_file "$tmp/out" "$tmp/want" "${2:-stdout}"; }
err_is() { printf '%s' "$1" >"$tmp/want"; same_file "$tmp/err" "$tmp/want" "${2:-stderr}"; }
out_has() { grep -qF -- "$1" "$tmp/out"; result $? "${2:-stdout has '$1'}"; }
err_has() { grep -qF -- "$1" "$tmp/err"; result $? "${2:-stderr has '$1'}"; }
out_empty() { [ ! -s "$tmp/out" ]; result $? "${1:-stdout is empty}"; }
err_empty() { [ ! -s "$tmp/err" ]; result $? "${1:-stderr is empty}"; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
skip() { test_count=$((test_count + 1)); echo "ok $test_count - $2 # SKIP $1"; }
done_testing() { echo "1..$test_count"; }
