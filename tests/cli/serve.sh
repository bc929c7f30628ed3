# The server of gk-fetch's tests (git-server.py); sourced after git.sh.
command -v python3 >/dev/null || skip_all "no python3"
command -v openssl >/dev/null || skip_all "no openssl"
unset HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy NO_PROXY no_proxy

# serve ARGUMENT...: its ports are in $ports; it ends with this shell, whose descriptor 9 it
# reads.
serve() {
	mkfifo "$tmp/ports" "$tmp/hold"
	python3 "$top_srcdir/tests/cli/git-server.py" "$tmp/served" "$tmp/requests" "$@" \
		<"$tmp/hold" >"$tmp/ports" 2>"$tmp/server.err" &
	exec 9>"$tmp/hold"
	read -r ports <"$tmp/ports"
	rm "$tmp/ports" "$tmp/hold"
}

new_key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ||
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
# authority NAME: NAME.pem signs certificates.
authority() {
	new_key "$1.key"
	openssl req -x509 -new -key "$1.key" -out "$1.pem" -subj "/CN=$1" -days 2
}
# certificate NAME AUTHORITY HOST DAYS: NAME.pem, with its key.
certificate() {
	new_key "$1.key"
	openssl req -new -key "$1.key" -subj "/CN=$1" -addext "subjectAltName=DNS:$3" -out "$1.csr"
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" \
		-copy_extensions copy -out "$1.crt" 2>/dev/null
	cat "$1.crt" "$1.key" >"$1.pem"
}
