# The whole of stderr of gk-render, case by case; sourced after lib.sh.  Each case is a tree
# in a/, made anew.

cd "$tmp" || exit 99
fresh() { rm -rf a; mkdir a; }
# file NAME: stdin becomes a/NAME
file() {
	mkdir -p "a/$(dirname "$1")"
	cat >"a/$1"
}
config_map() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n'; }
deployment() {
	cat <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1"}
E
}
# says RC NAME [ARG...]: the exit code and, from stdin, all of stderr; by default a is built
says() {
	cat >"$tmp/want"
	want=$1 name=$2
	shift 2
	run gk-render "${@:-a}"
	is_rc "$want" "$name: exit code"
	same_file "$tmp/err" "$tmp/want" "$name: the message"
}
refused() {
	says 3 "$@"
	out_empty "$1: nothing on stdout"
}
misused() { says 2 "$@"; }
warned() { says 0 "$@"; }
