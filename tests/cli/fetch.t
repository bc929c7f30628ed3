#!/bin/sh
# gk-fetch: commits of repositories that this test makes, by file URLs only.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/git.sh"
fetch() { run gk-fetch --cache-dir "$tmp/cache" --allow-remote "$tmp" --allow-private "$@"; }
archive_has() { # TEXT NAME
	[ "$rc" -eq 0 ] && grep -qF -- "$1" "$(cat "$tmp/out")"
	result $? "$2"
}
archive_lacks() { ! grep -qF -- "$1" "$(cat "$tmp/out")"; result $? "$2"; }
refused() { # CODE SLUG NAME
	is_rc "$1" "$3"
	err_has "[$2]" "$3: the reason"
	out_empty "$3: nothing on stdout"
}

git init -q repo
mkdir -p repo/base/deep
echo 'one' >repo/base/deep/a.yaml
ln -s deep/a.yaml repo/base/link
printf '* text eol=crlf\n*.yaml filter=evil\n' >repo/.gitattributes
first=$(commit repo first)
git -C repo tag -a -m tag v1
git -C repo branch v1x
echo 'two' >repo/base/deep/a.yaml
second=$(commit repo second)
url=file://$tmp/repo

fetch "$url"
is_rc 0 "the head of a repository"
out_has "/$second.bundle" "the archive has the commit's name"
archive_has 'two' "its files"
archive_has 'link 11 9' "a link is kept as a link"
archive_has "$(printf 'file 4 16\nbase/deep/a.yaml\ntwo')" "as they are stored, no filter or line end applied"
is "$(find cache -type f -perm /077; find cache -type d -perm /077)" "" "nobody else may read the cache"
is "$(find cache -name config -exec cat {} + | grep -c url)" 0 "no address in the cache's configuration"
cp "$(cat out)" head.bundle

for ref in v1 tags/v1 refs/tags/v1 v1x refs/heads/v1x "$first"; do
	fetch "$url" "$ref"
	out_has "/$first.bundle" "the first commit by $ref"
done
git -C repo branch v1 main
fetch "$url" v1
out_has "/$first.bundle" "a tag comes before a branch, as in git fetch"
git -C repo branch -q -D v1

# A commit that no reference names any more.
git -C repo checkout -q --detach
echo 'three' >repo/base/deep/a.yaml
third=$(commit repo third)
git -C repo checkout -q main
fetch "$url" "$second"
out_has "/$second.bundle" "a commit by its id"
fetch "$url" "$third"
refused 3 remote.no-ref "a commit that no branch or tag leads to"
git -C repo checkout -q -b other "$third"
echo 'four' >repo/base/deep/a.yaml
commit repo fourth >/dev/null
run gk-fetch --cache-dir fresh --allow-remote any --allow-private "$url" "$third"
out_has "/$third.bundle" "a commit within a branch"
archive_has 'three' "its files"
git -C repo checkout -q main

fetch "$url" nope
refused 3 remote.no-ref "a reference that is not there"
fetch "$url" 0123456789012345678901234567890123456789
refused 3 remote.no-ref "a commit that is not there"
fetch "file://$tmp/none"
refused 5 remote.network "no repository there"

# Without a connection.
fetch --offline "$url" v1
out_has "/$first.bundle" "offline: what the tag named last"
mv repo moved
fetch "$url" "$second"
out_has "/$second.bundle" "a commit in the cache needs no repository"
rm "$(cat out)"
fetch --offline "$url"
same_file "$(cat out)" head.bundle "offline: an archive made again has the same bytes"
fetch "$url" main
refused 5 remote.network "a branch needs the repository"
mv moved repo
fetch --offline "$url" nope
refused 3 remote.offline "offline: what was never fetched"
fetch --offline "file://$tmp/none" "$first"
refused 3 remote.offline "offline: a repository that was never fetched"

# What may be fetched.
run gk-fetch --cache-dir cache --allow-remote "$tmp" "$url"
refused 9 remote.private "file needs --allow-private"
run gk-fetch --cache-dir cache --allow-private "$url"
refused 9 remote.refused "nothing is allowed by default"
run gk-fetch --cache-dir cache --allow-remote "$tmp/rep" --allow-private "$url"
refused 9 remote.refused "a prefix ends where a part ends"
for host in localhost 127.0.0.1 '[::1]' 0x7f.1 '[::ffff:127.0.0.1]' 169.254.169.254 10.1.2.3 100.64.0.1; do
	run gk-fetch --cache-dir cache --allow-remote any "https://$host:9/o/r"
	case $host in
	*0x*) is_rc 9 "a private address: $host" ;;
	*) refused 9 remote.private "a private address: $host" ;;
	esac
done
for bad in http://h/o/r ext::id 'ssh://-oProxyCommand=id/o/r' 'https://h/o/../r' git://h/o/r; do
	run gk-fetch --cache-dir cache --allow-remote any --allow-private "$bad"
	refused 3 remote.address "an address that is refused: $bad"
done
run gk-fetch --cache-dir cache --allow-remote any 'https://user:marker-password@localhost/o/r'
refused 3 remote.address "a password in the address"
run gk-fetch --cache-dir cache --allow-remote any 'https://marker-user@localhost/o/r'
refused 9 remote.private "a user in the address"
is "$(grep -rc 'marker-' err cache | grep -v ':0$')" "" "neither is shown or stored"

# A directory of this machine.
local_() { run gk-fetch --cache-dir "$tmp/cache" --local "$@"; }
before=$(find repo -type f -exec sha256sum {} + | sort)
local_ repo v1
out_has "/$first.bundle" "a directory: the commit of a tag, with nothing allowed"
archive_has 'one' "a directory: its files"
local_ repo 'other~1'
out_has "/$third.bundle" "a directory: any revision"
cmp -s "$(cat out)" "$(find fresh -name "$third.bundle")"
result $? "a directory: the archive is that of a URL"
local_ repo nope
refused 3 remote.no-ref "a directory: a revision that is not there"
local_ repo/base
refused 3 remote.no-repository "a directory within a repository"
local_ "$url"
refused 3 remote.no-repository "an address is no directory"
is "$(find repo -type f -exec sha256sum {} + | sort)" "$before" "a directory: nothing is written to it"

# Submodules.
git init -q inner
echo 'inner file' >inner/i.yaml
inner=$(commit inner inner)
git init -q middle
git -C middle submodule --quiet add ../inner sub/inner
commit middle middle >/dev/null
git init -q outer
git -C outer submodule --quiet add "file://$tmp/middle" mid
commit outer outer >/dev/null
fetch "file://$tmp/outer"
archive_has "mid/sub/inner/i.yaml" "submodules of submodules, one by a relative address"
archive_has 'inner file' "their files"
fetch --without-submodules "file://$tmp/outer"
archive_lacks 'inner file' "without submodules"
run gk-fetch --cache-dir fresh --allow-remote "$tmp/outer" --allow-remote "$tmp/middle" --allow-private "file://$tmp/outer"
refused 9 remote.refused "a submodule from a place that is not allowed"
err_has "'mid/sub/inner'" "it is named"
git -C outer rm -q .gitmodules && commit outer "no .gitmodules" >/dev/null
fetch "file://$tmp/outer"
refused 3 remote.tree "a submodule without an address"

# Trees that no checkout would take.
git init -q odd
blob=$(echo x | git -C odd hash-object -w --stdin)
for name in .git .GIT .. .; do
	tree=$(printf '100644 blob %s\t%s\0' "$blob" "$name" | git -C odd mktree -z)
	id=$(git -C odd commit-tree -m odd "$tree")
	git -C odd update-ref refs/heads/odd "$id"
	fetch "file://$tmp/odd" odd
	refused 3 remote.tree "a file of the name '$name'"
done

# Limits.
head -c 200000 /dev/urandom >odd/big
git -C odd checkout -q -b big && commit odd big >/dev/null
fetch --limit git-bytes=100000 "file://$tmp/odd" big
refused 3 limit.exceeded "an archive beyond the limit"
err_has "git-bytes" "the limit is named"
fetch --limit git-file-bytes=1000 "file://$tmp/odd" big
refused 3 limit.exceeded "a file beyond the limit"
err_has "git-file-bytes" "the limit is named"

# Two at once make one repository.
gk-fetch --cache-dir both --allow-remote any --allow-private "$url" >one 2>one.err &
one=$!
run gk-fetch --cache-dir both --allow-remote any --allow-private "$url"
is_rc 0 "two at once: one"
wait $one
is $? 0 "two at once: the other"
same_file one out "two at once: the same archive"

# A server that never answers.
if command -v python3 >/dev/null; then
	mkfifo port
	python3 -c 'import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
sys.stdout.close()
while c.recv(4096): pass' >port &
	server=$!
	read -r number <port
	run gk-fetch --cache-dir fresh --allow-remote any --allow-private --timeout 1s "https://127.0.0.1:$number/o/r"
	is_rc 5 "a server that never answers"
	err_is "gk-fetch: error: not done within 1 s [system.deadline]
" "a server that never answers: the message"
	wait $server
else
	skip "no python3" "a server that never answers"
fi

run gk-fetch
is_rc 2 "no operand"
done_testing
