#!/bin/sh
# gk-fetch by ssh, from a real sshd on loopback, with keys that this test makes.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/git.sh"
. "$top_srcdir/tests/cli/serve.sh"
sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd) || skip_all "no sshd"
command -v ssh-agent >/dev/null || skip_all "no ssh-agent"
# As root it wants the directory that its service makes.
[ "$(id -u)" -ne 0 ] || [ -d /run/sshd ] || mkdir -m 0755 /run/sshd || skip_all "sshd needs /run/sshd"

# libgit2 1.5 loses what it knows of hosts, and what libssh2 made of it, in each connection.
printf 'leak:libgit2\nleak:libssh2\n' >>lsan

mkdir served
git init -q work
echo 'one' >work/a.yaml
first=$(commit work first)
git -C work tag v1
echo 'two' >work/a.yaml
second=$(commit work second)
git clone -q --bare work served/repo.git

key() { ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$tmp/$1"; }
key host && key user && key stranger
cp user.pub authorized
cat >sshd_config <<E
HostKey $tmp/host
AuthorizedKeysFile $tmp/authorized
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PidFile none
PrintMotd no
E
serve --sshd "$sshd" -i -e -f "$tmp/sshd_config"
port=${ports#* }
url=ssh://$(id -un)@localhost:$port$tmp/served
shown=ssh://localhost:$port$tmp/served
: >all.err

eval "$(ssh-agent -a "$tmp/agent")" >/dev/null
trap 'kill "$SSH_AGENT_PID"; rm -rf "$tmp"' EXIT
fetch() { run gk-fetch --cache-dir cache --allow-remote any --allow-private --timeout 20s "$@"; cat err >>all.err; }
fails() { # CODE STDERR NAME
	is_rc "$1" "$3"
	err_is "$2" "$3: the message"
	out_empty "$3: nothing on stdout"
}
unknown() { # NAME
	fetch "$url/repo.git" main
	fails 5 "gk-fetch: error: the host key of 'localhost' cannot be verified [remote.certificate]
   help: add it to ~/.ssh/known_hosts
" "$1"
}
known() { # KEY: that of the host, as far as we know
	mkdir -p "$HOME/.ssh"
	printf '[localhost]:%s %s\n' "$port" "$(cut -d ' ' -f 1,2 "$1.pub")" >"$HOME/.ssh/known_hosts"
}

unknown "no known_hosts"
known stranger
unknown "another host key than the known one"
known host
sed 's/localhost/elsewhere/' "$HOME/.ssh/known_hosts" >other && cp other "$HOME/.ssh/known_hosts"
unknown "the key of another host"

known host
fetch "$url/repo.git"
fails 4 "gk-fetch: error: '$shown/repo.git' wants credentials, and accepts no key of the SSH agent [remote.credentials]
   help: add a key that it accepts to the SSH agent
" "an agent without a key"
ssh-add -q stranger
fetch "$url/repo.git"
fails 4 "gk-fetch: error: '$shown/repo.git' wants credentials, and accepts no key of the SSH agent [remote.credentials]
   help: add a key that it accepts to the SSH agent
" "a key that the server refuses"
ssh-add -q user
fetch "$url/repo.git"
is_rc 0 "the head of a repository"
err_empty "the head of a repository: no word"
out_has "/$second.bundle" "the archive has the commit's name"
fetch "$(id -un)@localhost:$tmp/served/repo.git"
is_rc 5 "the short form means port 22"
fetch "$url/repo.git" v1
out_has "/$first.bundle" "a tag"
fetch "$url/repo.git" nope
fails 3 "gk-fetch: error: '$shown/repo.git' has no branch, tag or commit 'nope' [remote.no-ref]
" "a reference that is not there"
fetch "$url/none.git"
is_rc 5 "a repository that is not there"
out_empty "a repository that is not there: nothing on stdout"
run gk-fetch --cache-dir fresh --allow-remote any "$url/repo.git"
fails 9 "gk-fetch: refused: 'localhost' has an address in a private network [remote.private]
   help: allow that with --allow-private
" "a private address"
fetch --offline "$url/repo.git" v1
out_has "/$first.bundle" "offline"
fetch "ssh://localhost:${ports% *}/repo.git"
is_rc 5 "a server that speaks no ssh"
out_empty "a server that speaks no ssh: nothing on stdout"
unset SSH_AUTH_SOCK
fetch "$url/repo.git"
fails 4 "gk-fetch: error: '$shown/repo.git' wants credentials [remote.credentials]
   help: start an SSH agent, and add a key that it accepts
" "no agent"
is "$(grep -c "$(id -un)@" all.err)" 0 "no message shows the user"
done_testing
