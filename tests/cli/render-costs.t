#!/bin/sh
# Costs grow with the input and not with its square: the CPU of two sizes in one run.  A list
# that is 8 times as long may cost 20 times as much; a quadratic one costs 64 times as much.
. "$top_srcdir/tests/cli/lib.sh"
measure=$top_builddir/bench/measure
small=2500 large=20000 most=20

# items KIND N WHICH: the elements of a list of N, those of the patch (WHICH 1) backwards
items() {
	awk -v kind="$1" -v n="$2" -v patch="$3" '
	function port(i) { return "{containerPort: " i ", protocol: TCP, name: p" i ", hostPort: " i + patch "}" }
	function env(i) { return "{name: V" i ", value: \"" i + patch "\"}" }
	function container(i) { return "{name: c" i ", image: \"i:" i + patch "\"}" }
	function finalizer(i) { return "example.com/" i }
	function item(i) {
		if (kind == "ports") return port(i)
		if (kind == "env") return env(i)
		return kind == "containers" ? container(i) : finalizer(i)
	}
	BEGIN { for (i = 1; i <= n; i++) print "- " item(patch ? n + 1 - i : i) }'
}

# field KIND: what stands above such a list, at the indentation 0
field() {
	case $1 in
	finalizers) printf 'metadata:\n  name: a\n  finalizers:\n' ;;
	containers) printf 'metadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n' ;;
	*) printf 'metadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n      - name: c\n        %s:\n' "$1" ;;
	esac
}

# object KIND N WHICH: a Deployment with the list
object() {
	printf 'apiVersion: apps/v1\nkind: Deployment\n'
	field "$1"
	items "$1" "$2" "$3" | sed 's/^/          /'
}

# cost KIND N: sets cpu (ms); the patch has all elements of the object
cost() {
	mkdir -p "$tmp/$1-$2"
	object "$1" "$2" 0 >"$tmp/$1-$2/o.yaml"
	object "$1" "$2" 1 >"$tmp/$1-$2/p.yaml"
	printf 'resources: [o.yaml]\npatches: [{path: p.yaml}]\n' >"$tmp/$1-$2/kustomization.yaml"
	rc=0
	"$measure" -n 3 -o "$tmp/out" gk-render -o yaml "$tmp/$1-$2" 2>"$tmp/err" || rc=$?
	cpu=$(sed -n 's/.*"cpu_ms":{"min":\([0-9.]*\).*/\1/p' "$tmp/err")
}

for kind in ports env containers finalizers; do
	cost "$kind" "$small"
	least=$cpu
	cost "$kind" "$large"
	is_rc 0 "$kind: $large elements merge with $large"
	awk -v a="$least" -v b="$cpu" -v most="$most" 'BEGIN { exit !(a > 0 && b <= a * most) }'
	result $? "$kind: 8 times as long, at most $most times as dear ($least ms, $cpu ms)"
done
cd "$tmp/ports-$large" || exit 99
run gk-render -o yaml .
grep -c '  hostPort: ' "$tmp/out" >"$tmp/count"
[ "$(cat "$tmp/count")" -eq "$large" ]
result $? "each element once"
grep -A1 'containerPort: 7$' "$tmp/out" >"$tmp/seven"
grep -q 'hostPort: 8$' "$tmp/seven"
result $? "with the value of the patch"
done_testing
