# gk-render writes what kustomize writes of kustomizations that others wrote: every
# one that the modules of Argo CD and kwok carry.  Those that need the network, or
# a chart, are not asked of kustomize, which would go and fetch.
# servers: none
. "${0%/*}/lib.sh"

roots()
{
	(cd "$root" && find . -name kustomization.yaml -o \
		-name kustomization.yml -o -name Kustomization) |
		sed -n 's|/[^/]*$||p' | sort -u
}

# same_as_kustomize DIR: 0 the same bytes or refused by both, 1 not, 2 not asked
same_as_kustomize()
{
	gk-render -q -o yaml --root "$root" "$1" >ours 2>err
	code=$?
	! grep -q -e '\[render\.remote\]' -e '\[render\.helm\]' err || return 2
	if kustomize build "$1" >theirs 2>theirs.err
	then
		[ "$code" -eq 0 ] && cmp -s ours theirs
	else
		[ "$code" -ne 0 ]
	fi
}

# tree NAME LEAST: at least so many are rendered the same, and none differs
tree()
{
	root=$LIVE_BIN/$1/ same=0
	: >differing
	for dir in $(roots)
	do
		same_as_kustomize "$root$dir"
		case $? in
		0)	[ "$code" -ne 0 ] || same=$((same + 1)) ;;
		1)	echo "$dir" >>differing ;;
		esac
	done
	! [ -s differing ]
	ok $? "$1: none differs" differing
	[ "$same" -ge "$2" ]
	ok $? "$1: $2 or more are the same ($same)"
}

tree argo-cd-tree 72
tree kwok-tree 19

done_testing
