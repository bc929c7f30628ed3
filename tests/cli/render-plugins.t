#!/bin/sh
# Programs that a tree names: refused by default, and what they get and give when allowed.
# Where GK_KUSTOMIZE is v5.8.1, what it records and prints must be the same.
. "$top_srcdir/tests/cli/lib.sh"

mkdir -p "$tmp/bin" "$tmp/t/charts/foo" "$tmp/home/example.com/v1/leg"
cd "$tmp/t" || exit 99
cat >"$tmp/record" <<'EOF'
#!/bin/sh
mkdir -p "$REC"
n=$(ls "$REC" | grep -c '^args')
norm() { sed 's|/[^ ]*kustomize-helm-[0-9]*|SCRATCH|g; s|/[^ ]*/gk-[A-Za-z0-9]*/kust-plugin-config|CONFIG|g
s|/[^ ]*/kust-plugin-config-[0-9]*|CONFIG|g; s|/[^ ]*/gk-[A-Za-z0-9]\{6\}\([/>]\)|SCRATCH\1|g
s|/[^ ]*/gk-[A-Za-z0-9]\{6\}$|SCRATCH|'; }
{ pwd; for a; do printf '<%s>\n' "$a"; done; env | grep '^HELM_\|^FOO=\|^ZED=' | sort; } |
	norm >"$REC/args.$n"
case $0 in
*helm)
	for a; do case $a in *values.yaml) cat "$a" >"$REC/values.$n" ;; esac; done
	case $1 in
	version) echo v3.12.1 ;;
	template) printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: h%s, namespace: hns}\n' "$n" ;;
	esac ;;
*) cat >"$REC/in.$n"
	[ -s "$REC/in.$n" ] || printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made, annotations: {kustomize.config.k8s.io/needs-hash: "true"}}\n'
	cat "$REC/in.$n" ;;
esac
EOF
chmod +x "$tmp/record"
cp "$tmp/record" fn; cp "$tmp/record" "$tmp/bin/docker"; cp "$tmp/record" "$tmp/bin/helm"
cp "$tmp/record" "$tmp/home/example.com/v1/leg/Leg"
mkdir "$tmp/tmp"
PATH=$tmp/bin:$PATH KUSTOMIZE_PLUGIN_HOME=$tmp/home TMPDIR=$tmp/tmp
export PATH KUSTOMIZE_PLUGIN_HOME TMPDIR

cat >x.yaml <<'EOF'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {x: "5"}}
spec: {template: {spec: {containers: [{name: a, image: b, args: ["yes", "1"]}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cm, namespace: ns}
data: {a: "one\ntwo\n", long: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c"}
EOF
cat >fn.yaml <<'EOF'
apiVersion: example.com/v1
kind: Fn
metadata:
  name: f
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./fn, args: [a, "b c"], envs: [FOO=bar, NAKED]}
spec: {b: "yes", f: 1.50}
EOF
cat >box.yaml <<'EOF'
apiVersion: example.com/v1
kind: Box
metadata:
  name: b
  annotations:
    config.kubernetes.io/function: |
      container: {image: example.com/i:1, network: true, envs: [A=1, B], mounts: [{type: bind, src: ./q, dst: /q}]}
EOF
printf "apiVersion: example.com/v1\nkind: Leg\nmetadata: {name: l}\nargsOneLiner: a 'b c'\n" >leg.yaml
printf 'a: 1\nq: "1"\nm: {x: 1, z: 2}\n' >charts/foo/values.yaml

tree() { printf 'resources: [x.yaml]\nnamePrefix: p-\n' >kustomization.yaml; cat >>kustomization.yaml; }
refused() { # SLUG TEXT NAME
	is_rc 3 "$3"; out_empty "$3: nothing on stdout"; err_has "[$1]" "$3: the slug"; err_has "$2" "$3: the option"
	ok "$3: nothing ran" test ! -e "$tmp/rec"
}
both() { # NAME OPTION...  (and $ours: options that kustomize has not)
	_what=$1; shift
	rm -rf "$tmp/rec"
	REC=$tmp/rec run gk-render -q -o yaml ${ours:-} "$@" .
	is_rc 0 "$_what: renders"
	[ "${oracle:-}" ] || return 0
	cp "$tmp/out" "$tmp/got"
	rm -rf "$tmp/rec.k"
	REC=$tmp/rec.k "$oracle" build "$@" . >"$tmp/want" 2>/dev/null
	same_file "$tmp/got" "$tmp/want" "$_what: the bytes of kustomize"
	ok "$_what: programs get what kustomize gives them" diff -r "$tmp/rec" "$tmp/rec.k"
}
oracle=${GK_KUSTOMIZE:-}
[ -z "$oracle" ] || case $("$oracle" version) in *v5.8.1*) ;; *) oracle= ;; esac

echo 'transformers: [fn.yaml]' | tree
run gk-render .
refused render.plugin-refused --enable-alpha-plugins "a function"
run gk-render --enable-alpha-plugins .
refused render.plugin-refused --enable-exec "a function that is a program"
both "a function" --enable-alpha-plugins --enable-exec -e FOO=cli -e ZED=2
ok "it reads a ResourceList" grep -q '^kind: ResourceList$' "$tmp/rec/in.0"
ok "without folded lines" grep -q 'aaa bbb.* c$' "$tmp/rec/in.0"
ok "with the history of names" grep -q 'previousNames: web$' "$tmp/rec/in.0"
ok "and the operator's variable" grep -q '^FOO=cli$' "$tmp/rec/args.0"

printf 'generators: [leg.yaml]\ntransformers: [leg.yaml]\n' | tree
both "a legacy plugin" --enable-alpha-plugins
ok "the configuration is its first argument" grep -q '^<CONFIG>$' "$tmp/rec/args.0"

echo 'transformers: [box.yaml]' | tree
rm -rf "$tmp/rec"
run gk-render --enable-alpha-plugins .
refused render.plugin-refused --network "a container that wants the network"
both "a container" --enable-alpha-plugins --network -e B -e C=3

printf 'helmCharts: [{name: foo, releaseName: r, namespace: own, valuesInline: {q: 7, m: {x: null, w: 3}}}]\n' | tree
rm -rf "$tmp/rec"
run gk-render .
refused render.helm --enable-helm "a chart"
both "a chart" --enable-helm --helm-kube-version 1.30
ok "merged values" grep -q '^q: 7$' "$tmp/rec/values.1"

both "a chart with valuesInline, one with all its options" --enable-helm --helm-api-versions cli/v1 --helm-debug
mkdir -p conf more/foo
echo 'more: 1' >extra.yaml; echo 'other: 1' >other.yaml; cp charts/foo/values.yaml more/foo/
tree <<'EOF'
namespace: above
helmGlobals: {chartHome: more, configHome: ./conf}
helmCharts:
- {name: foo, releaseName: r, nameTemplate: "-x", kubeVersion: "-1.30", apiVersions: [-a/v1, b/v1], valuesFile: other.yaml,
  additionalValuesFiles: [extra.yaml], includeCRDs: true, skipHooks: true, skipTests: true, debug: true, devel: true}
EOF
both "a chart with all options" --enable-helm --enable-exec --helm-kube-version 1.30
ok "a word behind its option may begin with '-'" grep -q '^<-1.30>$' "$tmp/rec/args.1"
ok "the namespace of the kustomization" grep -q '^<above>$' "$tmp/rec/args.1"
tree <<'EOF'
helmChartInflationGenerator:
- {chartName: foo, releaseName: old, chartHome: more, helmHome: conf, helmBin: ./fn, extraArgs: [--post-renderer=x], valuesLocal: {a: 2}, valuesMerge: merge}
EOF
export HELM_PLUGINS="$tmp/plugins"
both "the older field" --enable-helm
unset HELM_PLUGINS
ok "plugins of the operator" grep -q "^HELM_PLUGINS=$tmp/plugins" "$tmp/rec/args.1"
rm -rf "$tmp/rec"
REC=$tmp/rec run gk-render -q --enable-helm .
is_rc 0 "a configHome of the tree"
ok "its plugins are not those of the tree" grep -qx "HELM_PLUGINS=SCRATCH/none" "$tmp/rec/args.1"
printf 'generators: [chart.yaml]\n' | tree
cat >chart.yaml <<'EOF'
apiVersion: builtin
kind: HelmChartInflationGenerator
metadata: {name: c}
name: foo
releaseName: r
namespace: own
chartHome: more
valuesMerge: replace
valuesInline: {only: this}
EOF
both "a generator that is a chart" --enable-helm
is "$(cat "$tmp/rec/values.1")" "only: this" "valuesMerge: replace: nothing of the chart's own"
ours="--allow-remote 127.0.0.1:1/c/gone"
for repo in "https://127.0.0.1:1/c" "oci://127.0.0.1:1/c/"; do
	printf 'helmGlobals: {chartHome: more}\nhelmCharts: [{name: gone, repo: "%s", version: "-1.0", devel: true, valuesFile: other.yaml}]\n' "$repo" | tree
	both "a chart that is pulled from $repo" --enable-helm
	ok "by helm pull" grep -q '^<pull>$' "$tmp/rec/args.1"
done
ours=

# What is no file, or no word, of the tree never gets to helm.
chart() { printf 'helmCharts: [{%s}]\n' "$1" | tree; }
no_chart() { # SLUG TEXT NAME [OPTION...]
	_slug=$1 _text=$2 _name=$3; shift 3
	rm -rf "$tmp/rec"
	REC=$tmp/rec run gk-render --enable-helm "$@" .
	is_rc 3 "$_name"; out_empty "$_name: nothing on stdout"
	err_has "kustomization.yaml:3:" "$_name: its place"
	err_has "$_text" "$_name: why"; err_has "[$_slug]" "$_name: the slug"
	ok "$_name: it is not rendered" sh -c '! grep -q "^<template>\|^<pull>" "$0"/args.*' "$tmp/rec"
}
option="begins with '-'"
chart 'name: foo, releaseName: --post-renderer=x'; no_chart render.chart "$option" "a release like an option"
chart 'name: -x'; no_chart render.chart "$option" "a chart like an option"
chart 'name: ../t'; no_chart render.chart "a directory" "a chart that is a path"
chart 'name: ..'; no_chart render.chart "a directory" "a chart that is the directory above"
chart 'releaseName: r'; no_chart render.chart "needs a 'name'" "no chart"
chart 'name: foo, releaseName: "r\0s"'; no_chart render.chart "NUL" "a word with a NUL"
chart 'name: foo, apiVersions: ["a\0b"]'; no_chart render.chart "NUL" "one of a list"
chart 'name: foo, valuesMerge: x'; no_chart render.chart "must be merge, override or replace" "another merge"
chart 'name: foo, valuesInline: {m: 5}'; no_chart render.wrong-kind "values of chart 'foo'" "values that do not fit the chart's"
chart 'name: none'; no_chart render.chart "there is no chart 'charts/none'" "a chart that is not there"
err_has "give the 'repo'" "what to do"
chart 'name: foo, version: /../../../../../../../../x, repo: "http://127.0.0.1:1"'
no_chart render.path-escape "leaves the render root" "a version that climbs"
chart 'name: foo, valuesFile: ../../../../../../../../etc/hostname'
no_chart render.path-escape "leaves the render root" "a values file outside the root"
chart 'name: foo, valuesFile: /etc/hostname'
no_chart render.path-escape "leaves the render root" "an absolute one"
chart 'name: foo, additionalValuesFiles: [/etc/hostname]'
no_chart render.path-escape "leaves the render root" "an additional one"
chart 'name: foo, additionalValuesFiles: [../out.yaml]'; echo 'a: 1' >../out.yaml
no_chart render.outside-kustomization "is not below" "one beside the kustomization" --root ..
ln -s ../../bin more/link; ln -s /etc/hostname link.yaml
chart 'name: foo, additionalValuesFiles: [link.yaml]'; no_chart render.path-escape "link.yaml" "a link out of the root"
printf 'helmGlobals: {chartHome: /etc}\nhelmCharts: [{name: foo}]\n' | tree
no_chart render.path-escape "leaves the render root" "a chart home outside the root"
printf 'helmGlobals: {chartHome: more/link}\nhelmCharts: [{name: foo}]\n' | tree
rm -rf "$tmp/rec"; REC=$tmp/rec run gk-render --enable-helm .
is_rc 3 "a chart home behind a link"
err_has "render.path-escape" "it leaves the root"


# Nothing is fetched from where the operator has not allowed it.
gone() { printf 'helmCharts:\n- {name: gone, repo: "%s"}\n' "$1" | tree; }
no_pull() { # NAME MESSAGE [OPTION...]
	_name=$1 _message=$2; shift 2
	rm -rf "$tmp/rec"
	REC=$tmp/rec run gk-render --enable-helm "$@" .
	is_rc 3 "$_name"
	out_empty "$_name: nothing on stdout"
	err_is "kustomization.yaml:4:16: error: $_message
" "$_name: the message"
	ok "$_name: it is not pulled" sh -c '! grep -q "^<pull>" "$0"/args.*' "$tmp/rec"
}
gone https://charts.example.com/a
no_pull "a chart of elsewhere" "chart 'gone' of 'https://charts.example.com/a' is not in this tree [render.remote]
   help: allow it with --allow-remote HOST[/PREFIX], or put the chart into the chart home"
not_allowed="'https://charts.example.com/a/gone' is no place that may be fetched from [render.remote]
   help: allow it with --allow-remote charts.example.com[/PREFIX]"
no_pull "one of another host" "$not_allowed" --allow-remote example.com
no_pull "one of another path" "$not_allowed" --allow-remote charts.example.com/b
no_pull "one without the network" "'https://charts.example.com/a/gone' cannot be fetched with --offline [remote.offline]" \
	--allow-remote any --offline
no_pull "one that can change" "chart 'gone' of 'https://charts.example.com/a' can change: a version pins nothing [render.unpinned]
   help: put the chart into the chart home" --allow-remote any --require-pinned
address="   help: a 'repo' is https://HOST[/PATH] or oci://HOST[/PATH]; passwords are with helm"
gone https://user:password@charts.example.com
no_pull "a password" "'https://charts.example.com/gone': it holds a password [remote.address]
$address" --allow-remote any
gone http://charts.example.com
no_pull "no encryption" "'http://charts.example.com/gone': only https, ssh and file are known [remote.address]
$address" --allow-remote any

mkdir -p "x,/etc"; echo 'a: 1' >"x,/etc/hostname"
chart 'name: foo, releaseName: r, additionalValuesFiles: ["x,/etc/hostname"]'
rm -rf "$tmp/rec"; REC=$tmp/rec run gk-render -q --enable-helm .
is_rc 0 "a file with a comma in its name"
ok "is one file to helm" grep -q '^<".*/t/x,/etc/hostname">$' "$tmp/rec/args.1"

chart 'name: foo'
run gk-render --enable-helm --helm-command ./no-helm .
is_rc 3 "no helm"
err_has "'./no-helm' not found [child.not-found]" "it is named"
err_has "name it: --helm-command PROGRAM" "what to do"
printf '#!/bin/sh\necho v2.17.0\n' >"$tmp/bin/helm"
run gk-render --enable-helm .
is_rc 3 "an old helm"
err_has "must be of version 3 or 4, not 'v2.17.0' [render.chart]" "its version"

echo 'validators: [fn.yaml]' | tree
rm -rf "$tmp/rec"
REC=$tmp/rec run gk-render -q -o name --enable-alpha-plugins --enable-exec .
is_rc 0 "a validator that changes nothing"
printf '#!/bin/sh\necho no >&2\nexit 7\n' >fn
run gk-render --enable-alpha-plugins --enable-exec .
is_rc 3 "one that fails"
err_has "'./fn' failed with exit code 7 [render.plugin-failed]" "its exit code"
err_has "it said: no" "and what it said"

# Programs that do not end as they should.  "held" is open for as long as one of theirs runs.
mkfifo "$tmp/held" "$tmp/never"
export tmp
echo 'transformers: [fn.yaml]' | tree
program() { printf '#!/bin/sh\n%s\n' "$1" >fn; }
programs="--enable-alpha-plugins --enable-exec"
watched() { # NAME OPTION...
	_watched=$1; shift
	timeout 60 cat "$tmp/held" >"$tmp/heard" & reader=$!
	run timeout 60 gk-render -q -o name $programs "$@" .
	gone=0; wait "$reader" || gone=$?
	is "$gone" 0 "$_watched: none of its processes stays"
}
program 'exec 3>"$tmp/held"; cat "$tmp/never" & cat "$tmp/never"'
watched "a function that hangs" --limit child-seconds=1
is_rc 5 "a function that hangs"
err_has "'./fn' did not end within 1 s [child.timeout]" "the limit"
err_has "--limit child-seconds=N" "and how to raise it"

program 'exec 3>"$tmp/held"; yes & exec yes'
watched "a function without an end" --limit child-output=100000
is_rc 3 "a function without an end"
err_has "child-output" "the limit on output"

program 'exec 3>"$tmp/held"; cat "$tmp/never" & exec cat'
watched "a function that leaves a process behind"
is_rc 0 "a function that leaves a process behind"
out_has "p-web" "its answer counts"

program 'exec 3>"$tmp/held"; echo up >&3; cat "$tmp/never" & cat "$tmp/never"'
for signal in INT TERM; do
	code=130; [ $signal = INT ] || code=143
	gk-render $programs . >"$tmp/out" 2>"$tmp/err" & pid=$!
	exec 8<"$tmp/held"
	read -r _ <&8
	kill -$signal $pid
	rc=0; wait $pid 2>/dev/null || rc=$?
	is_rc $code "SIG$signal while a function runs"
	out_empty "SIG$signal: nothing on stdout"
	ok "SIG$signal: none of its processes stays" timeout 60 cat <&8
	exec 8<&-
done
ok "no temporary file stays" rmdir "$tmp/tmp"
done_testing
