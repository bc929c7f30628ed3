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

# ok CODE WHAT [FILE...]: the test passed when CODE is 0, and so does this.  When
# it did not, the ends of the files are shown.
ok()
{
	code=$1 title=$2
	shift 2
	n=$((n + 1))
	if [ "$code" -eq 0 ]
	then
		echo "ok $n - $title"
		return 0
	fi
	failed=$((failed + 1))
	echo "not ok $n - $title"
	for f
	do
		[ ! -s "$f" ] || tail -n 20 "$f" | sed "s/^/#   $f: /"
	done
	return 1
}

# check WHAT COMMAND...: passes when the command ends with 0.
check()
{
	title=$1
	shift
	"$@" >out 2>err
	ok $? "$title" out err
}

# exits CODE WHAT COMMAND...: passes when the command ends with that very code.
exits()
{
	wanted=$1 title=$2
	shift 2
	"$@" >out 2>err
	got=$?
	[ $got -eq "$wanted" ]
	ok $? "$title" out err || echo "#   exit code $got, wanted $wanted"
}

# has FILE PATTERN WHAT: passes when grep -E finds it; FILE may be `out` or `err` of
# the command before.
has()
{
	grep -q -E -e "$2" "$1"
	ok $? "$3" "$1"
}

# is GOT WANTED WHAT
is()
{
	[ "$1" = "$2" ]
	ok $? "$3" && return 0
	printf '%s\n' "$1" | sed 's/^/#   got:    /'
	printf '%s\n' "$2" | sed 's/^/#   wanted: /'
	return 1
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
