# Repositories that a test makes, by file URLs only; sourced after lib.sh.
command -v git >/dev/null || skip_all "no git"

cd "$tmp" || exit 99
# libgit2 1.5 loses what its regular expressions match with, in each git_remote_create.
echo 'leak:libpcre2' >lsan
LSAN_OPTIONS=suppressions=$tmp/lsan:print_suppressions=0
export LSAN_OPTIONS
GIT_CONFIG_GLOBAL=$tmp/gitconfig GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
cat >gitconfig <<'E'
[user]
	name = Test
	email = test@example.com
[init]
	defaultBranch = main
[protocol "file"]
	allow = always
[core]
	safecrlf = false
[advice]
	detachedHead = false
E
commit() { # REPOSITORY MESSAGE
	git -C "$1" add -A && git -C "$1" commit -q -m "$2" && git -C "$1" rev-parse HEAD
}
