#!/bin/sh
# gk-render --repo: commits of repositories that this test makes; compared with kustomize on a
# checkout of the same commit, and on the same URL, where it is.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/git.sh"
GK_LIBEXEC=$top_builddir
export GK_LIBEXEC
object() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {k: %s}\n' "$1" "$2"; }
render() { run gk-render -o yaml "$@"; }
fails() { # CODE STDERR NAME
	is_rc "$1" "$3"
	err_is "$2" "$3: the message"
	out_empty "$3: nothing on stdout"
}
as_kustomize() { # DIRECTORY-OR-URL NAME: what was rendered last
	cp out got
	if [ -z "${GK_KUSTOMIZE:-}" ]; then
		is_rc 0 "$2"
		return
	fi
	"$GK_KUSTOMIZE" build "$1" >want 2>want.err || sed 's/^/# /' want.err
	same_file got want "$2, as kustomize"
}
# Every file of a work tree and of its repository.
state() { (cd "$1" && git status --porcelain && find . -type f -exec sha256sum {} + | sort -k 2); }

git init -q repo
mkdir -p repo/base repo/overlays/prod
object web one >repo/base/web.yaml
ln -s web.yaml repo/base/link.yaml
ln -s prod repo/overlays/alias
ln -s "$tmp/outside.yaml" repo/overlays/prod/out.yaml
echo 'resources: [link.yaml]' >repo/base/kustomization.yaml
cat >repo/overlays/prod/kustomization.yaml <<'E'
resources: [../../base]
namePrefix: p-
configMapGenerator: [{name: g, files: [note.txt]}]
buildMetadata: [originAnnotations]
E
echo 'hello' >repo/overlays/prod/note.txt
first=$(commit repo first)
git -C repo tag -a -m tag v1.0
git -C repo branch old
object web two >repo/base/web.yaml
second=$(commit repo second)
git clone -q --bare repo bare.git
git clone -q repo checkout
git -C checkout checkout -q v1.0

# The work tree is changed in every way: staged, not staged, new, gone.
object web staged >repo/base/web.yaml && git -C repo add base/web.yaml
object web lying >repo/base/web.yaml
object new new >repo/base/new.yaml
printf 'resources: [link.yaml, new.yaml]\n' >repo/base/kustomization.yaml
rm repo/overlays/prod/note.txt
state repo >before

render --repo repo --rev v1.0 overlays/prod
cp out first.yaml
is_rc 0 "a tag of a directory, without --allow-remote"
err_empty "a tag of a directory: no word"
out_has 'k: one' "a tag of a directory: as it was"
as_kustomize checkout/overlays/prod "a tag of a directory"
render --repo repo overlays/prod
cp out second.yaml
out_has 'k: two' "HEAD is the default, whatever is staged or lies in the work tree"
git -C checkout checkout -q "$second"
as_kustomize checkout/overlays/prod "HEAD"
for rev in old refs/heads/old v1.0 tags/v1.0 "$first" "$(git -C repo rev-parse --short "$first")" \
	'HEAD~1' 'main^' 'v1.0^{commit}' "$(git -C repo rev-parse v1.0)" ':/first'; do
	render --repo repo --rev "$rev" overlays/prod
	same_file out first.yaml "a revision: $rev"
done
state repo >after
same_file after before "work tree, index, HEAD and git status are untouched"

render --repo bare.git --rev v1.0 overlays/prod
same_file out first.yaml "a bare repository"
render --repo repo/.git --rev v1.0 overlays/prod
same_file out first.yaml "a repository by its .git"
git -C repo worktree add -q ../tree old
render --repo tree overlays/prod
same_file out first.yaml "a work tree of its own, with a HEAD of its own"
git clone -q --depth 1 "file://$tmp/repo" shallow
render --repo shallow overlays/prod
same_file out second.yaml "a shallow clone"
GIT_DIR=$tmp/nowhere GIT_INDEX_FILE=$tmp/nowhere GIT_WORK_TREE=$tmp/nowhere
export GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
render --repo repo --rev v1.0 overlays/prod
same_file out first.yaml "git's environment has no say"
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
if [ "$(id -u)" -eq 0 ]; then
	cp -a bare.git foreign.git && chown -R 65534:65534 foreign.git
	render --repo foreign.git --rev v1.0 overlays/prod
	same_file out first.yaml "a repository of another owner"
else
	skip "not root" "a repository of another owner"
fi
render --repo repo --rev v1.0 overlays/alias
same_file out first.yaml "a directory behind a link"
cd repo/overlays || exit 99
render --repo .. --rev v1.0 overlays/prod
cd "$tmp" || exit 99
same_file out first.yaml "the directory counts from the top, wherever we are"

# A URL.
url=file://$tmp/repo
remote() { render --allow-remote "$tmp" --allow-private --repo "$url" "$@"; }
for path in overlays/prod base; do
	remote --rev v1.0 $path
	is_rc 0 "a URL: $path"
	as_kustomize "$url//$path?ref=v1.0" "a URL: $path"
done
err_empty "a revision that the operator named needs no warning"
remote --rev "$first" --require-pinned overlays/prod
same_file out first.yaml "a URL pinned to a commit"
mv repo moved
remote --rev "$first" --offline overlays/prod
same_file out first.yaml "a URL, offline"
mv moved repo
remote --rev v1.0 --require-pinned overlays/prod
fails 3 "gk-render: error: '$url' is not pinned to a commit [render.unpinned]
   help: name the full commit id: --rev COMMIT
" "a URL that is not pinned"
render --repo "$url" overlays/prod
fails 3 "gk-render: error: '$url' is no place that may be fetched from [render.remote]
   help: allow it with --allow-private --allow-remote $tmp/repo
" "a URL that is not allowed"
render --repo "https://marker@localhost/o/r" overlays/prod
fails 3 "gk-render: error: 'https://localhost/o/r' is no place that may be fetched from [render.remote]
   help: allow it with --allow-remote localhost[/PREFIX]
" "a user in a URL is not shown"
for more in '?ref=v1' '//base' '#x'; do
	render --allow-remote any --allow-private --repo "$url$more" base
	fails 2 "gk-render: error: '$url$more' is more than the address of a repository [usage.repo]
   help: give a revision by --rev, and a directory as the operand
" "kustomize's form of an address: $more"
done

# Where the objects come from.
run gk-render --repo repo --rev v1.0 overlays/prod
out_has "\"source\":{\"path\":\"overlays/prod\",\"repo\":\"repo\",\"ref\":\"v1.0\",\"commit\":\"$first\"}" "the trailer says which commit it was"
run gk-render --repo repo --rev v1.0 --origin base
out_has '"config.kubernetes.io/origin":"path: link.yaml\n"' "--origin"
run gk-render --repo repo --rev v1.0 --explain 'ConfigMap/p-web:.data.k' overlays/prod
is_rc 0 "--explain"
out_has "repo//base/link.yaml:4:8" "--explain: the place is in the repository"
object extra x >extra.yaml
run gk-render -o name --repo repo --rev v1.0 -f - base <extra.yaml
is_rc 0 "objects from stdin"
out_has extra "objects from stdin join"

# What is not there.
render --repo repo --rev v1.1 base
fails 3 "gk-render: error: 'repo' has no revision 'v1.1' [render.fetch]
   help: the nearest name is 'v1.0'
" "no such revision"
render --repo repo --rev zzzzzzzzzz base
fails 3 "gk-render: error: 'repo' has no revision 'zzzzzzzzzz' [render.fetch]
" "no such revision, and none like it"
render --repo repo --rev v1.0:base base
fails 3 "gk-render: error: 'v1.0:base' in 'repo' is no commit [render.fetch]
" "a revision that is no commit"
render --repo repo --rev v1.0 overlays/dev
fails 3 "gk-render: error: 'repo' at 'v1.0' has no directory 'overlays/dev' [render.no-directory]
" "no such directory in that commit"
render --repo repo
fails 3 "gk-render: error: directory 'repo/' has no kustomization.yaml, kustomization.yml or Kustomization [render.no-kustomization]
   help: name a directory that holds one; plain manifests go to kubectl and gk-apply as they are
" "no kustomization at the top"
render --repo repo base/web.yaml
fails 3 "gk-render: error: 'repo//base/web.yaml' is a file [render.not-a-directory]
   help: name the directory that holds the kustomization
" "a file"
render --repo repo/base base
fails 3 "gk-render: error: 'repo/base' is no Git repository [render.fetch]
   help: name the repository around it: '$tmp/repo'
" "a directory within a repository"
render --repo nowhere base
fails 3 "gk-render: error: 'nowhere' is no Git repository [render.fetch]
   help: name the top of a work tree, or a bare repository
" "no such directory"
git init -q unborn
render --repo unborn .
fails 3 "gk-render: error: 'unborn' has no revision 'HEAD' [render.fetch]
" "a repository without a commit"
mkdir bare-place
render --rev v1.0 bare-place
fails 3 "gk-render: error: '$(pwd -P)/bare-place' is in no Git repository [usage.repo]
   help: name the one that --rev is of: --repo REPO
" "--rev alone, without a repository"
render --repo repo --root . base
fails 2 "gk-render: error: --root does not go with --repo or --rev, whose repository is the root [usage.repo]
" "--root with --repo"

# --rev alone: the repository around the operand, from wherever that is written.
alone() { # DIR OPERAND
	cd "$tmp/$1" || exit 99
	run gk-render -o yaml --rev v1.0 "$2"
	cd "$tmp" || exit 99
	is_rc 0 "--rev alone, in $1: $2"
	same_file out first.yaml "--rev alone, in $1: $2: the same bytes"
}
alone repo overlays/prod
alone repo/overlays ./prod/
alone repo/overlays/prod .
alone repo/base ../overlays/prod
alone bare-place "$tmp/repo/overlays/prod"
mv repo/overlays/prod gone
alone repo overlays/prod
mv gone repo/overlays/prod
cd repo/overlays || exit 99
render --rev v1.0 dev
cd "$tmp" || exit 99
fails 3 "gk-render: error: '..' at 'v1.0' has no directory 'overlays/dev' [render.no-directory]
" "--rev alone: a directory that the commit has not"

# What must not be reached.
for path in ../over /etc base/../../over; do
	render --repo repo "$path"
	fails 3 "gk-render: error: '$path' leaves the repository [render.path-escape]
   help: with --repo the directory is one of the repository: give its path from the top
" "a directory out of the repository: $path"
done
object out out >outside.yaml
hostile() { # CAUSE HELP NAME RESOURCE
	echo "resources: [$4]" >repo/overlays/prod/kustomization.yaml
	git -C repo commit -q -m "$3" overlays/prod/kustomization.yaml
	render --repo repo --load-restrictor LoadRestrictionsNone overlays/prod
	fails 3 "repo//overlays/prod/kustomization.yaml:1:13: error: $1
$2" "$3"
}
hostile "cannot read 'repo//overlays/prod/out.yaml': path leaves the repository [render.path-escape]" \
	"" "a link out of the repository" out.yaml
hostile "path '../../../outside.yaml' leaves the repository [render.path-escape]" \
	"" "a path out of the repository" ../../../outside.yaml
hostile "'repo//base/web.yaml' is not in or below 'repo//overlays/prod' [render.outside-kustomization]" \
	"   help: move the file, or its own kustomization, into the directory
" "a file beside the kustomization, whatever is allowed" ../../base/web.yaml
printf 'apiVersion: example.com/v1\nkind: Run\nmetadata: {name: r}\n' >repo/base/t.yaml
printf 'transformers: [t.yaml]\nresources: [web.yaml]\n' >repo/base/kustomization.yaml
commit repo program >/dev/null
render --repo repo --enable-alpha-plugins --enable-exec base
fails 3 "repo//base/t.yaml:1:1: error: 'Run' needs a program, and none is started for a repository [render.plugin-refused]
" "a program of a repository"
printf 'helmCharts: [{name: c}]\n' >repo/base/kustomization.yaml
commit repo chart >/dev/null
render --repo repo --enable-helm base
fails 3 "repo//base/kustomization.yaml:1:14: error: a Helm chart needs helm, which is not started for a repository [render.helm]
" "a chart of a repository"

# Submodules.
git init -q outer
git -C outer submodule --quiet add "file://$tmp/checkout" inner
echo "resources: [inner/base]" >outer/kustomization.yaml
commit outer outer >/dev/null
render --repo outer .
is_rc 3 "a submodule is left out where nothing may be fetched"
err_has "'outer//inner/base': no such file or directory" "a submodule that was left out: the message"
render --repo outer --allow-private --allow-remote /elsewhere .
fails 9 "gk-render: refused: submodule 'inner': 'file://$tmp/checkout' is no place that may be fetched from [render.fetch]
   help: allow it with --allow-remote $tmp/checkout
" "a submodule from a place that is not allowed"
render --repo outer --allow-private --allow-remote "$tmp/checkout" .
is_rc 0 "a submodule from a place that is allowed"
out_has 'k: two' "a submodule: its files"
git -C outer config -f .gitmodules submodule.inner.url ../checkout
git -C outer commit -q -m relative .gitmodules
render --repo outer --allow-private --allow-remote "$tmp/checkout" .
is_rc 0 "a relative address of a submodule, in a repository without a remote"
git -C outer remote add origin "file://$tmp/away/outer"
render --repo outer --cache-dir fresh --allow-private --allow-remote "$tmp/checkout" .
is_rc 9 "a relative address counts from where the repository was cloned from"
err_has "'file://$tmp/away/checkout'" "a relative address: the message"

GK_LIBEXEC=$tmp/nowhere
render --repo repo base
fails 10 "gk-render: error: there is no gk-fetch in '$tmp/nowhere/gk-fetch' [render.no-fetch]
   help: build gk with libgit2
" "a build without gk-fetch"
done_testing
