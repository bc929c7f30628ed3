# What every scenario (s-*.sh) begins with: `. "${0%/*}/lib.sh"`.
#
# A scenario is run by `run` with a control plane and moto of its own (unless it
# says `# servers: none`), in the environment that plane and aws write, and in an
# empty working folder.  It prints TAP and ends with done_testing.  Waiting is done with kubectl wait,
# which watches; nothing sleeps.
set -u

LIVE=$(cd "${0%/*}" && pwd)
PATH=$GK_BIN:$LIVE_BIN:$PATH
export PATH

n=0 failed=0

# ok CODE WHAT: the test passed when CODE is 0.  When it did not: what the files
# `out` and `err` hold, if they are there, is shown.
ok()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]
	then
		echo "ok $n - $2"
		return 0
	fi
	failed=$((failed + 1))
	echo "not ok $n - $2"
	for f in out err
	do
		[ ! -s $f ] || tail -n 20 $f | sed "s/^/#   $f: /"
	done
	return 0
}

# check WHAT COMMAND...: passes when the command ends with 0.
check()
{
	what=$1
	shift
	"$@" >out 2>err
	ok $? "$what"
}

# exits CODE WHAT COMMAND...: passes when the command ends with that very code.
exits()
{
	wanted=$1 what=$2
	shift 2
	"$@" >out 2>err
	code=$?
	if [ $code -eq "$wanted" ]
	then
		ok 0 "$what"
	else
		ok 1 "$what"
		echo "#   exit code $code, wanted $wanted"
	fi
}

# is GOT WANTED WHAT
is()
{
	rm -f out err
	if [ "$1" = "$2" ]
	then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf '%s\n' "$1" | sed 's/^/#   got:    /'
		printf '%s\n' "$2" | sed 's/^/#   wanted: /'
	fi
}

# skip WHAT WHY
skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

done_testing()
{
	echo "1..$n"
	[ $failed -eq 0 ]
	exit
}

# bail WHY: when going on is senseless.
bail()
{
	echo "Bail out! $*"
	exit 1
}

kube()
{
	kubectl "$@"
}

# field KIND NAME JSONPATH [ARGS...]: one value of a live object.
field()
{
	kind=$1 name=$2 path=$3
	shift 3
	kubectl get "$kind" "$name" -o "jsonpath={$path}" "$@"
}

# await WHAT KIND/NAME [ARGS...]: kubectl wait --for=WHAT, at most 30 s.
await()
{
	for=$1
	shift
	kubectl wait --for="$for" --timeout=30s "$@"
}

# audit COMMAND...: asks the audit log (see `audit`).
audit()
{
	"$LIVE/audit" "$PLANE_AUDIT" "$@"
}
