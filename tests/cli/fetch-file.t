#!/bin/sh
# Files by https: gk-fetch --file, and gk-render, compared with kustomize where it is.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/git.sh"
. "$top_srcdir/tests/cli/serve.sh"
GK_LIBEXEC=$top_builddir
export GK_LIBEXEC
measure=$top_builddir/bench/measure
most_ms=1000 most_kb=131072
# A sanitizer has memory of its own.
if grep -q '^GK_CFLAGS = .*-fsanitize=' "$top_builddir/Makefile"; then most_ms=5000 most_kb=4194304; fi

authority ca
authority stranger
certificate good ca localhost 2
certificate other ca other.example 2
certificate expired ca localhost -1
certificate unknown stranger localhost 2
SSL_CERT_FILE=$tmp/ca.pem
export SSL_CERT_FILE
mkdir served over
object() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {k: %s}\n' "$1" "$2"; }
object web one >served/web.yaml
sum=$(sha256sum <served/web.yaml | cut -d ' ' -f 1)
serve good.pem good.pem other.pem expired.pem unknown.pem
# shellcheck disable=SC2086
set -- $ports
good=$1 again=$2 other=$3 expired=$4 unknown=$5 proxy=$6
url=https://localhost:$good
: >all.err

fetch() { # ARGUMENT...: all that was ever said goes to all.err, too
	run gk-fetch --file --cache-dir cache --allow-remote "localhost:$good" --allow-private "$@"
	cat err >>all.err
}
fails() { # CODE STDERR NAME
	is_rc "$1" "$3"
	err_is "$2" "$3: the message"
	out_empty "$3: nothing on stdout"
}
# says CODE TEXT SLUG NAME: the first line, in which only the words of libcurl are not ours.
says() {
	is_rc "$1" "$4"
	sed 1q err | grep -F -- "gk-fetch: error: $2" | grep -q "\[$3\]\$"
	result $? "$4: $2 [$3]"
	out_empty "$4: nothing on stdout"
}
asked() { grep -c -- "$1" requests; }

# A server that is what it says.
fetch "$url/file/web.yaml"
is_rc 0 "a file"
err_empty "a file: no word"
out_has "/$sum" "its name in the cache is its SHA-256"
same_file "$(cat out)" served/web.yaml "its bytes"
fetch "$url/gzip/web.yaml"
same_file "$(cat out)" served/web.yaml "a file that comes compressed"
object web two >served/web.yaml
fetch --offline "$url/file/web.yaml"
out_has "/$sum" "offline: what it was last"
fetch "$url/file/web.yaml"
same_file "$(cat out)" served/web.yaml "what it is now"
fetch --offline "$url/file/none.yaml"
fails 3 "gk-fetch: error: '$url/file/none.yaml' is not in the cache [remote.offline]
   help: fetch it once without --offline
" "offline: what was never fetched"
fetch "$url/missing/x.yaml"
fails 3 "gk-fetch: error: there is no file '$url/missing/x.yaml' (status 404) [remote.no-file]
" "a file that is not there"
fetch "$url/forbidden/x.yaml"
fails 4 "gk-fetch: error: '$url/forbidden/x.yaml' wants credentials, and a file is fetched without (status 403) [remote.credentials]
" "a file that wants credentials"
fetch "$url/error/x.yaml"
fails 5 "gk-fetch: error: '$url/error/x.yaml' answers with status 500 [remote.answer]
" "a server that fails"

# What may be fetched.
: >requests
run gk-fetch --file --cache-dir cache "$url/file/web.yaml"
fails 9 "gk-fetch: refused: '$url/file/web.yaml' is no place that may be fetched from [remote.refused]
   help: allow it with --allow-remote localhost:$good[/PREFIX]
" "nothing is allowed by default"
run gk-fetch --file --cache-dir cache --allow-remote any "$url/file/web.yaml"
fails 9 "gk-fetch: refused: localhost:$good has an address in a private network [http.private]
   help: allow that with --allow-private
" "a private address"
HTTPS_PROXY=http://127.0.0.1:$proxy run gk-fetch --file --cache-dir cache --allow-remote any "https://10.1.2.3/x.yaml"
fails 9 "gk-fetch: refused: 10.1.2.3:443 has an address in a private network [http.private]
   help: allow that with --allow-private
" "a private address behind a proxy"
run gk-fetch --file --cache-dir cache --allow-remote any "https://169.254.169.254/latest/meta-data"
is_rc 9 "the metadata service"
is "$(cat requests)" "" "none of them is asked"
for bad in http://localhost/x.yaml ssh://localhost/x.yaml file:///etc/passwd https://marker-user@localhost/x.yaml \
	https://marker-user:marker-password@localhost/x.yaml https://localhost/../x.yaml; do
	run gk-fetch --file --cache-dir cache --allow-remote any --allow-private "$bad"
	cat err >>all.err
	is_rc 3 "an address that is refused: $bad"
	err_has "[remote.address]" "an address that is refused: $bad: the reason"
	out_empty "an address that is refused: $bad: nothing on stdout"
done
fetch "$url/missing/x.yaml?token=marker-token"
fails 3 "gk-fetch: error: there is no file '$url/missing/x.yaml' (status 404) [remote.no-file]
" "a token in the address is not shown"

# Certificates.
untrusted() { # PORT HOST NAME
	: >requests
	run gk-fetch --file --cache-dir cache --allow-remote any --allow-private "https://$2:$1/file/web.yaml"
	cat err >>all.err
	says 5 "cannot trust $2:$1: " http.untrusted "$3"
	is "$(cat requests)" "" "$3: nothing was asked"
}
untrusted "$other" localhost "a certificate for another host"
untrusted "$expired" localhost "a certificate that expired"
untrusted "$unknown" localhost "an authority that is not trusted"
untrusted "$good" 127.0.0.1 "an address that the certificate does not name"

# Redirects.
: >requests
fetch "$url/to-self/file/web.yaml"
same_file "$(cat out)" served/web.yaml "a redirect within the server"
fetch "$url/to-port/file/web.yaml"
fails 9 "gk-fetch: refused: '$url/to-port/file/web.yaml' redirects to 'https://localhost:$again/file/web.yaml', which is not allowed [remote.redirect]
   help: if it may lead there: --allow-remote localhost:$again[/PREFIX]
" "a redirect to another port"
fetch "$url/to-private/file/web.yaml"
fails 9 "gk-fetch: refused: '$url/to-private/file/web.yaml' redirects to 'https://169.254.169.254/file/web.yaml', which is not allowed [remote.redirect]
   help: if it may lead there: --allow-remote 169.254.169.254[/PREFIX]
" "a redirect to the metadata service"
run gk-fetch --file --cache-dir cache --allow-remote any --allow-private "$url/to-host/file/web.yaml"
fails 9 "gk-fetch: refused: '$url/to-host/file/web.yaml' redirects to 'https://127.0.0.1:$good/file/web.yaml', which is not allowed [remote.redirect]
   help: if it may lead there: --allow-remote 127.0.0.1:$good[/PREFIX]
" "a redirect to another host, which 'any' does not name"
fetch "$url/to-http/file/web.yaml"
fails 3 "gk-fetch: error: '$url/to-http/file/web.yaml' redirects: 'http://localhost:$good/file/web.yaml': only https, ssh and file are known [remote.address]
" "a redirect to http"
run gk-fetch --file --cache-dir cache --allow-remote "localhost:$good/to-self" --allow-private "$url/to-self/file/web.yaml"
is_rc 9 "a redirect out of the prefix that is allowed"
is "$(asked /file/)" "$(asked '/to-.*/file/' | awk '{print $1 + 1}')" "one of them was followed"
fetch --allow-remote "localhost:$again" "$url/to-port/file/web.yaml"
same_file "$(cat out)" served/web.yaml "a redirect to a server that is named"
fetch "$url/loop/web.yaml"
fails 5 "gk-fetch: error: '$url/loop/web.yaml' redirects more than 3 times [remote.redirect]
" "redirects without an end"

# Servers that answer wrongly.
for how in cut headers; do
	fetch "$url/$how/x.yaml"
	[ "$rc" -eq 5 ] || [ "$rc" -eq 3 ]
	result $? "an answer that is none: $how"
	out_empty "an answer that is none: $how: nothing on stdout"
done
for how in never drip; do
	fetch --timeout 1s "$url/$how/x.yaml"
	is_rc 5 "a server without an end: $how"
	out_empty "a server without an end: $how: nothing on stdout"
done
bomb() { # KIND
	rc=0
	timeout 60 "$measure" -o "$tmp/out" gk-fetch --file --cache-dir cache --allow-remote any --allow-private "$url/$1/x.yaml" 2>figures || rc=$?
	sed '$d' figures >err
	cat err >>all.err
	ms=$(tail -n 1 figures | sed 's/.*"cpu_ms"[^0-9]*\([0-9]*\).*/\1/')
	kb=$(tail -n 1 figures | sed 's/.*"rss_kb"[^0-9]*\([0-9]*\).*/\1/')
	[ "$rc" -lt 100 ] && [ "${ms:-$most_ms}" -lt $most_ms ]
	result $? "$1: within $most_ms ms of CPU (${ms:-?})"
	[ "$rc" -lt 100 ] && [ "${kb:-$most_kb}" -lt $most_kb ]
	result $? "$1: within $((most_kb / 1024)) MB (${kb:-?} KB)"
	fails 3 "gk-fetch: error: $url/$1/x.yaml passes the limit doc-bytes = 33554432 [limit.exceeded]
   help: if that is intended: --limit doc-bytes=N
" "$1"
}
bomb endless
bomb zeros

# gk-render.
render() { run gk-render --allow-remote "localhost:$good" --allow-private "$@" over; cat err >>all.err; }
over() { printf '%s\n' "$@" >over/kustomization.yaml; }
as_kustomize() { # NAME
	render -o yaml
	cp out got
	is_rc 0 "$1"
	[ -n "${GK_KUSTOMIZE:-}" ] || return 0
	"$GK_KUSTOMIZE" build over >want 2>want.err || sed 's/^/# /' want.err
	same_file got want "$1, as kustomize"
}
refused() { # CODE SLUG NAME
	is_rc "$1" "$3"
	err_has "[$2]" "$3: the reason"
	out_empty "$3: nothing on stdout"
}
{ object a 1; echo ---; object b 2; } >served/two.yaml
printf '%s\n' '- op: replace' '  path: /data/k' '  value: patched' >served/json.yaml
object web merged >served/merge.yaml
echo 'hello' >served/note.txt
printf 'A=1\nB=2\n' >served/vars.env
printf 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: t-\nfieldSpecs: [{path: metadata/name}]\n' >served/prefix.yaml

over "resources: ['$url/file/two.yaml', '$url/file/web.yaml']" 'namePrefix: p-'
as_kustomize "resources"
err_is "over/kustomization.yaml:1:13: warning: '$url/file/two.yaml' is not pinned to a commit [render.unpinned]
   help: a file has no commit: name the repository that holds it, or copy it into the tree
over/kustomization.yaml:1:$((18 + ${#url} + 13)): warning: '$url/file/web.yaml' is not pinned to a commit [render.unpinned]
   help: a file has no commit: name the repository that holds it, or copy it into the tree
" "resources: they may change"
render
sum=$(sha256sum <served/two.yaml | cut -d ' ' -f 1)
out_has "\"remotes\":[{\"url\":\"$url/file/two.yaml\",\"sha256\":\"$sum\"}" "the trailer says what they were"
render --offline -o yaml
same_file out got "the same from the cache"
render --explain ConfigMap/p-a:.data.k
out_has "$url/file/two.yaml:4:8" "--explain: the place in the file"
render --origin -o yaml
out_has "path: $url/file/web.yaml" "--origin"
over "resources: ['$url/file/web.yaml']" "patches: [{path: '$url/file/json.yaml', target: {kind: ConfigMap}}]"
as_kustomize "a JSON patch"
over "resources: ['$url/file/web.yaml']" "patches: [{path: '$url/file/merge.yaml'}]"
as_kustomize "a strategic merge patch"
over "configMapGenerator: [{name: g, files: ['$url/file/note.txt', 'k=$url/file/note.txt'], envs: ['$url/file/vars.env']}]"
as_kustomize "sources of a generator"
over "resources: ['$url/file/web.yaml']" "transformers: ['$url/file/prefix.yaml']"
as_kustomize "a transformer"
over "resources: ['$url/file/web.yaml?token=marker-token']"
as_kustomize "a query"
: >requests
over "resources: ['$url/file/web.yaml']" "transformers: ['$url/file/prefix.yaml']" "patches: [{path: '$url/file/merge.yaml'}, {path: '$url/file/merge.yaml'}]"
render
is "$(asked merge.yaml)" 1 "each file is asked for once"

render --require-pinned
fails 3 "over/kustomization.yaml:1:13: error: '$url/file/web.yaml' is not pinned to a commit [render.unpinned]
    1 | resources: ['$url/file/web.yaml']
      |             ^
   help: a file has no commit: name the repository that holds it, or copy it into the tree
" "--require-pinned"
run gk-render over
refused 3 render.remote "off by default"
run gk-render --allow-remote other.example over
refused 3 render.remote "another host is allowed"
run gk-render --allow-remote any over
refused 9 render.fetch "a private address"
over "resources: ['$url/missing/x.yaml?token=marker-token']"
render
fails 3 "over/kustomization.yaml:1:13: error: there is no file '$url/missing/x.yaml' (status 404) [render.fetch]
" "a file that is not there"
over "resources: ['$url/to-port/file/web.yaml']"
render
refused 9 render.fetch "a redirect"
over "resources: ['http://localhost:$good/file/web.yaml']"
render
refused 3 remote.address "http"
over "components: ['$url/file/web.yaml']"
render
refused 3 render.remote "a component is no file"
over "resources: ['$url/file/web.yaml']"
file=$HOME/.cache/gk/file/$(printf %s "$url/file/web.yaml" | sha256sum | cut -c 1-32)/$(sha256sum <served/web.yaml | cut -d ' ' -f 1)
echo 'x: y' >>"$file"
render --offline
fails 3 "over/kustomization.yaml:1:13: error: '$url/file/web.yaml' was changed in the cache: '$file' [render.cache-damaged]
    1 | resources: ['$url/file/web.yaml']
      |             ^
" "a file of the cache that was changed"

is "$(grep -c marker all.err)" 0 "no message shows a user, a password, a token or what a server wrote"
is "$(grep -rc marker cache "$HOME/.cache" | grep -v ':0$')" "" "nor does the cache hold any"
is "$(find cache "$HOME/.cache/gk" -perm /077 ! -type l)" "" "nobody else may read the cache"
done_testing
