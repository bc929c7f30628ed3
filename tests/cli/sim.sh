# Shell side of the tests that run inside gk-sim: `api METHOD PATH [BODY]`, then checks.
# Certificates come out of the kubeconfig that gk-sim wrote.
work=$(mktemp -d "${TMPDIR:-/tmp}/gk-sim-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
out=$work/out type=application/json auth= accept= n=0 bad=0 last=none

part() { sed -n "s/^ *$1: //p" "$KUBECONFIG" | head -1; }
part client-certificate-data | base64 -d >"$work/cert"
part client-key-data | base64 -d >"$work/key"
url=$(part server)

api() { # METHOD PATH [BODY]: status in $status, body in $out
	last="$1 $2"
	status=$(curl -s -o "$out" -w '%{http_code}' --cacert "$GK_SIM_DIR/ca.crt" \
		--cert "$work/cert" --key "$work/key" -X "$1" ${3:+-H "Content-Type: $type" -d "$3"} \
		${auth:+-H "$auth"} ${accept:+-H "Accept: $accept"} "$url$2") || :
}
check() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		bad=1
		echo "not ok $n - $2"
		echo "# $last: $status"
		head -c 2000 "$out" | sed 's/^/#   /'
		echo
	fi
}
code() { [ "$status" = "$1" ]; check $? "$last: $1"; }
has() { grep -qF -- "$1" "$out"; check $? "$last has $1"; }
lacks() { ! grep -qF -- "$1" "$out"; check $? "$last lacks $1"; }
same() { [ "$1" = "$2" ]; check $? "$3"; }
rv() { sed 's/.*"resourceVersion":"\([0-9]*\)".*/\1/' "$out"; }
done_testing() { echo "1..$n"; }
