#!/bin/sh
# Remote bases, on repositories that this test makes; compared with kustomize where it is.
. "$top_srcdir/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/git.sh"
GK_LIBEXEC=$top_builddir
export GK_LIBEXEC
object() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {k: %s}\n' "$1" "$1"; }
render() { run gk-render --allow-remote "$tmp" --allow-private "$@" over; }
over() { printf '%s\n' "$@" >over/kustomization.yaml; }
refused() { # SLUG NAME
	is_rc 3 "$2"
	err_has "[$1]" "$2: the reason"
	out_empty "$2: nothing on stdout"
}
as_kustomize() { # NAME
	render -o yaml
	cp out got
	if [ -z "${GK_KUSTOMIZE:-}" ]; then
		is_rc 0 "$1"
		return
	fi
	"$GK_KUSTOMIZE" build over >want 2>want.err || sed 's/^/# /' want.err
	is_rc 0 "$1"
	same_file got want "$1, as kustomize"
}

mkdir -p over repo/base/sub repo/components/c
git init -q repo
object base >repo/base/a.yaml
object sub >repo/base/sub/s.yaml
echo 'resources: [s.yaml]' >repo/base/sub/kustomization.yaml
ln -s a.yaml repo/base/link.yaml
ln -s ../base repo/components/tobase
printf 'resources: [link.yaml, sub]\nnamePrefix: p-\nconfigMapGenerator: [{name: g, files: [a.yaml]}]\n' >repo/base/kustomization.yaml
printf 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n' >repo/components/c/kustomization.yaml
object root >repo/root.yaml
echo 'resources: [root.yaml, base]' >repo/kustomization.yaml
pin=$(commit repo first)
git -C repo tag 1.0
url=file://$tmp/repo

over "resources: ['$url//base?ref=1.0']"
run gk-render over
refused render.remote "off by default"
err_has "over/kustomization.yaml:1:13:" "off by default: the place"
err_has "--allow-remote" "off by default: the option"
run gk-render --allow-remote /elsewhere --allow-private over
refused render.remote "another place is allowed"
run gk-render --allow-remote any over
refused render.remote "a file URL without --allow-private"
run gk-render --offline --allow-remote any --allow-private over
is_rc 3 "offline, and not in the cache"
err_has "is not in the cache [render.fetch]" "offline, and not in the cache: the reason"

as_kustomize "a directory of a repository"
err_has "warning: '$url//base?ref=1.0' is not pinned to a commit [render.unpinned]" "the tag may move"
run gk-render --offline --allow-remote any --allow-private -o yaml over
same_file out got "the same from the cache" 2>/dev/null
render
out_has "\"remotes\":[{\"url\":\"$url\",\"ref\":\"1.0\",\"commit\":\"$pin\"}]" "the trailer says which commit it was"

render --require-pinned
refused render.unpinned "a tag is not pinned"
err_has "over/kustomization.yaml:1:13:" "a tag is not pinned: the place"
over "resources: ['$url//base?ref=$pin']"
render --require-pinned
is_rc 0 "a commit is"
err_empty "and needs no warning"

over "resources: ['$url']"
as_kustomize "a whole repository, HEAD"
over "resources: ['$url//base?ref=1.0']" 'buildMetadata: [originAnnotations, transformerAnnotations]' 'nameSuffix: -x'
as_kustomize "origins in a repository"
over "resources: ['$url//base?ref=1.0', '$url//base/sub?ref=$pin']" 'namespace: ns1'
as_kustomize "two directories of one repository"
object near >over/near.yaml
over 'resources: [near.yaml]' "components: ['$url//components/c?ref=1.0']"
as_kustomize "a component"
over "resources: ['$url//components/tobase?ref=1.0']"
as_kustomize "a directory behind a link"

# A repository that refers to another, and one with a submodule.
git init -q second
echo "resources: ['$url//base?ref=1.0']" >second/kustomization.yaml
commit second second >/dev/null
over "resources: ['file://$tmp/second']"
as_kustomize "a base of a base"
git init -q third
git -C third submodule --quiet add ../repo inner
echo "resources: [inner/base]" >third/kustomization.yaml
commit third third >/dev/null
over "resources: ['file://$tmp/third']"
as_kustomize "a base in a submodule"
over "resources: ['file://$tmp/third?submodules=false']"
render
refused render.missing-file "without submodules"
err_has "file://$tmp/third//kustomization.yaml:1:13:" "the place is in the repository"

# What a repository must not reach.
object out >outside.yaml
hostile() { # SLUG NAME LINE...
	_slug=$1 _name=$2
	shift 2
	printf '%s\n' "$@" >hostile/kustomization.yaml
	commit hostile "$_name" >/dev/null
	over "resources: ['file://$tmp/hostile']"
	render --load-restrictor LoadRestrictionsNone
	refused "$_slug" "$_name"
}
git init -q hostile
ln -s ../outside.yaml hostile/link.yaml
ln -s "$tmp/outside.yaml" hostile/absolute.yaml
ln -s loop.yaml hostile/loop.yaml
mkdir hostile/dir
object x >hostile/x.yaml
hostile render.path-escape "a link out of the repository" 'resources: [link.yaml]'
hostile render.path-escape "an absolute link" 'resources: [absolute.yaml]'
hostile render.cannot-open "a link to itself" 'resources: [loop.yaml]'
hostile render.path-escape "a path out of the repository" 'resources: [../outside.yaml]'
hostile render.path-escape "a directory out of the repository" 'resources: [../over]'
printf 'resources: [../x.yaml]\n' >hostile/dir/kustomization.yaml
hostile render.outside-kustomization "a file beside the kustomization, whatever is allowed" 'resources: [dir]'
hostile render.cycle "a repository that includes itself" "resources: ['file://$tmp/hostile']"
hostile render.remote "a file by https" "resources: ['https://example.com/o/r/x.yaml']"
printf 'apiVersion: example.com/v1\nkind: Run\nmetadata: {name: r}\n' >hostile/t.yaml
printf 'resources: [x.yaml]\ntransformers: [t.yaml]\n' >hostile/kustomization.yaml
commit hostile program >/dev/null
render --enable-alpha-plugins --enable-exec
refused render.plugin-refused "a program of a repository"
printf 'helmCharts: [{name: c}]\n' >hostile/kustomization.yaml
commit hostile chart >/dev/null
render --enable-helm
refused render.helm "a chart of a repository"
err_has "is not started for a repository" "a chart of a repository: why"

# Users and passwords stay out of messages.
over "resources: ['https://user:marker@localhost/o/r']"
run gk-render --allow-remote any over
refused remote.address "a password in an address"
over "resources: ['https://marker@localhost/o/r']"
run gk-render over
refused render.remote "a user in an address"
run gk-render --allow-remote any over
is_rc 9 "a private address"
err_has "has an address in a private network [render.fetch]" "a private address: the reason"
for allow in '' --allow-private; do
	run gk-render --allow-remote localhost $allow over
	is "$(grep -c marker "$tmp/err")" 0 "no message shows the user ($allow)"
done

# An archive that was changed, and a build without gk-fetch.
over "resources: ['$url//base?ref=$pin']"
archive=$(find "$HOME/.cache/gk" -name "$pin.bundle" | head -1)
mv repo moved
render
is_rc 0 "a pinned base in the cache needs neither repository nor gk-fetch"
mv moved repo
chmod u+w "$archive" && printf 'x' >>"$archive"
render
refused bundle.damaged "an archive that was changed"
over "resources: ['$url//base?ref=1.0']"
GK_LIBEXEC=$tmp/nowhere
render
is_rc 10 "no gk-fetch"
err_has "there is no gk-fetch in '$tmp/nowhere/gk-fetch' [render.no-fetch]" "no gk-fetch: the reason"
done_testing
