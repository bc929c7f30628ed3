#!/bin/sh
# gk-fetch by https, from a server on loopback that is git http-backend, or hostile.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/git.sh"
. "$top_srcdir/tests/cli/serve.sh"
measure=$top_builddir/bench/measure
most_ms=1000 most_kb=131072
# A sanitizer has memory of its own.
if grep -q '^GK_CFLAGS = .*-fsanitize=' "$top_builddir/Makefile"; then most_ms=5000 most_kb=4194304; fi

mkdir served
git init -q work
echo 'one' >work/a.yaml
first=$(commit work first)
git -C work tag v1
echo 'two' >work/a.yaml
second=$(commit work second)
git clone -q --bare work served/repo.git
git -C work commit -q --allow-empty -m third
third=$(git -C work rev-parse HEAD)
git -C work push -q "$tmp/served/repo.git" "$third:refs/hidden/third"

authority ca
authority stranger
certificate good ca localhost 2
certificate other ca other.example 2
certificate expired ca localhost -1
certificate unknown stranger localhost 2
cp stranger.pem self.crt
new_key self.key
openssl req -x509 -new -key self.key -out self.crt -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2
cat self.crt self.key >self.pem
SSL_CERT_FILE=$tmp/ca.pem
export SSL_CERT_FILE
serve good.pem good.pem other.pem expired.pem unknown.pem self.pem
# shellcheck disable=SC2086
set -- $ports
good=$1 again=$2 other=$3 expired=$4 unknown=$5 self=$6 proxy=$7
url=https://localhost:$good
: >all.err

fetch() { # ARGUMENT...: all that was ever said goes to all.err, too
	run gk-fetch --cache-dir cache --allow-remote any --allow-private "$@"
	cat err >>all.err
}
fails() { # CODE STDERR NAME
	is_rc "$1" "$3"
	err_is "$2" "$3: the message"
	out_empty "$3: nothing on stdout"
}
# says CODE TEXT SLUG NAME: one line, in which only the words of libgit2 are not ours.
says() {
	is_rc "$1" "$4"
	is "$(grep -c '' err)" 1 "$4: one line"
	grep -qF -- "gk-fetch: error: $2" err && grep -q "\[$3\]\$" err
	result $? "$4: $2 [$3]"
	out_empty "$4: nothing on stdout"
}
asked() { grep -c -- "$1" requests; }

# A server that is what it says.
fetch "$url/git/repo.git"
is_rc 0 "the head of a repository"
err_empty "the head of a repository: no word"
out_has "/$second.bundle" "the archive has the commit's name"
grep -q '^two$' "$(cat out)"
result $? "its files"
fetch "$url/git/repo.git" v1
out_has "/$first.bundle" "a tag"
: >requests
fetch "$url/git/repo.git" "$first"
is "$(cat requests)" "" "a commit in the cache asks nobody"
fetch "$url/git/repo.git" "$third"
out_has "/$third.bundle" "a commit that only a hidden reference leads to"
fetch "$url/git/repo.git" nope
fails 3 "gk-fetch: error: '$url/git/repo.git' has no branch, tag or commit 'nope' [remote.no-ref]
" "a reference that is not there"
fetch "$url/git/none.git"
says 5 "cannot reach '$url/git/none.git': " remote.network "a repository that is not there"
git init -q --bare served/empty.git
fetch "$url/git/empty.git"
fails 3 "gk-fetch: error: '$url/git/empty.git' has no branch, tag or commit 'HEAD' [remote.no-ref]
" "an empty repository"
run gk-fetch --cache-dir cache --allow-remote "localhost:$good/git" --allow-private "$url/git/repo.git"
is_rc 0 "a port and a prefix that are allowed"
run gk-fetch --cache-dir cache --allow-remote localhost --allow-private "$url/git/repo.git"
fails 9 "gk-fetch: refused: '$url/git/repo.git' is no place that may be fetched from [remote.refused]
   help: allow it with --allow-remote localhost:$good[/PREFIX]
" "another port than the scheme's has to be named"
: >requests
run gk-fetch --cache-dir fresh --allow-remote any "$url/git/repo.git"
fails 9 "gk-fetch: refused: 'localhost' has an address in a private network [remote.private]
   help: allow that with --allow-private
" "a private address"
is "$(cat requests)" "" "a private address is not asked"

# Certificates.
untrusted() { # PORT HOST NAME
	: >requests
	fetch "https://$2:$1/git/repo.git" v1
	fails 5 "gk-fetch: error: the certificate of '$2' cannot be verified [remote.certificate]
   help: add its authority to the system's
" "$3"
	is "$(cat requests)" "" "$3: nothing was asked"
}
untrusted "$other" localhost "a certificate for another host"
untrusted "$expired" localhost "a certificate that expired"
untrusted "$self" localhost "a certificate that signed itself"
untrusted "$unknown" localhost "an authority that is not trusted"
untrusted "$good" 127.0.0.1 "an address that the certificate does not name"
SSL_CERT_FILE=$tmp/stranger.pem
untrusted "$good" localhost "the authorities of SSL_CERT_FILE alone count"
fetch "https://localhost:$unknown/git/repo.git" v1
is_rc 0 "SSL_CERT_FILE names the authority"
SSL_CERT_FILE=$tmp/none.pem
fetch "$url/git/repo.git" main
says 10 "cannot use the certificates of SSL_CERT_FILE or SSL_CERT_DIR: " remote.authorities "SSL_CERT_FILE is no file"
SSL_CERT_FILE=
untrusted "$good" localhost "the system's authorities"
SSL_CERT_FILE=$tmp/ca.pem

# Credentials, from git's helper only.
cp gitconfig plain.gitconfig
fetch "$url/auth/repo.git"
fails 4 "gk-fetch: error: '$url/auth/repo.git' wants credentials [remote.credentials]
   help: give them to git's credential helper (gitcredentials(7))
" "credentials that nobody has"
helper() { # PASSWORD
	cp plain.gitconfig gitconfig
	printf '[credential]\n\thelper = "!f() { cat >%s/asked; echo username=user; echo password=%s; }; f"\n' "$tmp" "$1" >>gitconfig
}
helper marker-password
fetch "$url/auth/repo.git"
is_rc 0 "credentials of the helper"
grep -q "^host=localhost:$good\$" asked
result $? "the helper is asked for the host"
helper marker-wrong
fetch --cache-dir fresh "$url/auth/repo.git"
fails 4 "gk-fetch: error: '$url/auth/repo.git' wants credentials, and refused ours [remote.credentials]
   help: give them to git's credential helper (gitcredentials(7))
" "credentials that the server refuses"
helper marker-password
fetch --cache-dir fresh "https://marker-user@localhost:$good/auth/repo.git"
is_rc 0 "a user in the address"
grep -q '^username=marker-user$' asked
result $? "the helper is asked for the user"
fetch --cache-dir fresh "https://marker-user:marker-password@localhost:$good/auth/repo.git"
fails 3 "gk-fetch: error: 'https://localhost:$good/auth/repo.git': it holds a password [remote.address]
   help: leave it out, and give it to git's credential helper
" "a password in the address"
: >requests
fetch --cache-dir fresh "$url/to-port/auth/repo.git"
is "$(asked ' authorized$')" 0 "no credentials where a redirect leads"
mv plain.gitconfig gitconfig

# Redirects.
for how in to-http to-host to-private; do
	: >requests
	fetch "$url/$how/repo.git"
	says 5 "cannot reach '$url/$how/repo.git': " remote.network "a redirect elsewhere: $how"
	is "$(asked /git/)" 0 "a redirect elsewhere is not followed: $how"
done
: >requests
fetch "$url/to-port/repo.git"
fails 9 "gk-fetch: refused: '$url/to-port/repo.git' redirects to port $again, and redirects are not followed [remote.redirect]
" "a redirect to another port"
is "$(asked /git/)" 0 "a redirect to another port is not followed"
fetch "$url/to-self/repo.git"
is_rc 0 "a redirect within the host and port"

# A proxy of the environment.
: >requests
HTTPS_PROXY=http://127.0.0.1:$proxy
export HTTPS_PROXY
fetch "$url/git/repo.git"
is_rc 0 "through a proxy"
is "$(asked "^CONNECT localhost:$good\$")" 1 "through a proxy: it was asked"
run gk-fetch --cache-dir cache --allow-remote any "$url/git/repo.git"
fails 9 "gk-fetch: refused: 'localhost' has an address in a private network [remote.private]
   help: allow that with --allow-private
" "a private address behind a proxy"
fetch "https://elsewhere.invalid/git/repo.git"
says 5 "cannot reach 'https://elsewhere.invalid/git/repo.git': " remote.network "a proxy that refuses"
: >requests
NO_PROXY=localhost
export NO_PROXY
fetch "$url/git/repo.git"
is "$rc $(asked CONNECT)" "0 0" "past the proxy, as NO_PROXY says"
unset HTTPS_PROXY NO_PROXY

# Servers that answer wrongly.
for how in forbidden missing error html cut headers; do
	fetch "$url/$how/repo.git"
	says 5 "cannot reach '$url/$how/repo.git': " remote.network "an answer that is none: $how"
done
for how in never drip; do
	fetch --timeout 1s "$url/$how/repo.git"
	fails 5 "gk-fetch: error: not done within 1 s [system.deadline]
" "a server without an end: $how"
done
fetch "$url/pack/damaged"
says 5 "cannot fetch from '$url/pack/damaged': " remote.network "a pack that is damaged"
fetch --limit git-bytes=1Mi --limit git-list-bytes=1Mi "$url/pack/endless"
fails 3 "gk-fetch: error: the repository passes the limit git-bytes = 1048576 [limit.exceeded]
   help: if that is intended: --limit git-bytes=N
" "a pack without an end"

# Small answers that would cost much.
bomb() { # KIND
	rc=0
	timeout 60 "$measure" -o "$tmp/out" gk-fetch --cache-dir cache --allow-remote any --allow-private "$url/$1" 2>figures || rc=$?
	sed '$d' figures >err
	cat err >>all.err
	ms=$(tail -n 1 figures | sed 's/.*"cpu_ms"[^0-9]*\([0-9]*\).*/\1/')
	kb=$(tail -n 1 figures | sed 's/.*"rss_kb"[^0-9]*\([0-9]*\).*/\1/')
	[ "$rc" -lt 100 ] && [ "${ms:-$most_ms}" -lt $most_ms ]
	result $? "$1: within $most_ms ms of CPU (${ms:-?})"
	[ "$rc" -lt 100 ] && [ "${kb:-$most_kb}" -lt $most_kb ]
	result $? "$1: within $((most_kb / 1024)) MB (${kb:-?} KB)"
}
bomb refs
fails 3 "gk-fetch: error: what the server says of its references passes the limit git-list-bytes = 33554432 [limit.exceeded]
   help: if that is intended: --limit git-list-bytes=N
" "references without an end"
bomb pack/large
fails 3 "gk-fetch: error: the time that unpacking takes, in milliseconds for each MiB, passes the limit git-effort = 1000 [limit.exceeded]
   help: if that is intended: --limit git-effort=N
" "a file of 1 GiB in 1 MiB"
bomb pack/delta
says 5 "cannot fetch from '$url/pack/delta': " remote.network "a file of 1 GiB as a delta"
bomb pack/many
says 5 "cannot fetch from '$url/pack/many': " remote.network "4,000,000,000 objects"

is "$(grep -c marker all.err)" 0 "no message shows a user, a password or what a server wrote"
is "$(grep -rc marker cache fresh | grep -v ':0$')" "" "nor does the cache hold any"
is "$(find cache fresh -perm /077 ! -type l)" "" "nobody else may read the cache"
done_testing
