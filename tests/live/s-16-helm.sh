# Charts come out of gk-render as out of kustomize, with helm 3 and with helm 4: one of the
# tree with all that a kustomization can say of it, and one that helm fetches by https.
# servers: none
. "${0%/*}/lib.sh"

chart() # DIR NAME
{
	mkdir -p "$1/$2/templates" "$1/$2/crds"
	printf 'apiVersion: v2\nname: %s\nversion: 1.2.3\nappVersion: "4.5"\n' "$2" >"$1/$2/Chart.yaml"
	printf 'size: 1\nname: own\nlist: [a, b]\nmap: {x: 1, z: "2"}\n' >"$1/$2/values.yaml"
	cat >"$1/$2/crds/crd.yaml" <<'E'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec: {group: example.com, names: {kind: Thing, plural: things}, scope: Namespaced, versions: []}
E
	cat >"$1/$2/templates/all.yaml" <<'E'
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
  namespace: {{ .Release.Namespace }}
data:
  kube: {{ .Capabilities.KubeVersion.Version | quote }}
  extra: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}
  values: {{ .Values | toJson | quote }}
---
{{- range $i, $e := .Values.list }}
apiVersion: v1
kind: Service
metadata: {name: {{ $.Values.name }}-{{ $e }}-{{ $.Release.Name }}}
spec: {ports: [{port: {{ add 80 $i }}}], selector: {app: {{ $e }}}}
---
{{- end }}
apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}-try, annotations: {helm.sh/hook: test}}
spec: {containers: [{name: a, image: b}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-before, annotations: {helm.sh/hook: pre-install}}
spec: {template: {spec: {containers: [{name: a, image: b}], restartPolicy: Never}}}
E
}

# same WHAT HELM [OPTION...]: the kustomization in `tree`
same()
{
	what=$1 helm=$2
	shift 2
	rm -rf tree/charts/pulled*
	gk-render -q -o yaml --enable-helm --helm-command "$helm" $ours "$@" tree >ours 2>err
	ok $? "$what: gk-render" err
	rm -rf tree/charts/pulled*
	kustomize build --enable-helm --helm-command "$helm" "$@" tree >theirs 2>theirs.err
	ok $? "$what: kustomize" theirs.err
	cmp ours theirs >differs
	ok $? "$what: the same bytes" differs
}

chart tree/charts foo
chart repo pulled
printf 'name: file\n' >tree/other.yaml
printf 'size: 9\n' >tree/more.yaml

# A repository of charts, with an authority that only these programs trust.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out ca.pem 2>err
ok $? "a certificate" err
mkfifo port
cat >serve.py <<'E'
import http.server, os, ssl
os.chdir("repo")
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("../ca.pem", "../key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
with open("../port", "w") as f:
    f.write("%d\n" % server.server_port)
server.serve_forever()
E
python3 serve.py 2>serve.log &
server=$!
trap 'kill "$server"' EXIT
read -r number <port
place=127.0.0.1:$number
export SSL_CERT_FILE="$PWD/ca.pem"

for helm in helm3 helm4
do
	echo "# $helm $($helm version --short)"
	ours=
	cat >tree/kustomization.yaml <<'E'
helmCharts: [{name: foo, releaseName: r}]
E
	same "$helm, a chart" "$helm"
	cat >tree/kustomization.yaml <<'E'
namespace: outer
namePrefix: p-
helmCharts:
- name: foo
  releaseName: r
  namespace: inner
  includeCRDs: true
  skipTests: true
  valuesFile: other.yaml
  additionalValuesFiles: [more.yaml]
  apiVersions: [example.com/v1]
  kubeVersion: "1.31"
  valuesInline: {list: [q], map: {x: null, w: "yes"}}
- {name: foo, releaseName: s, skipHooks: true, valuesMerge: replace, valuesInline: {list: [only], name: this}}
- {name: foo, releaseName: t, valuesMerge: merge, valuesInline: {size: 7, fresh: 1.50}}
E
	same "$helm, charts with options" "$helm" --helm-kube-version 1.29
	has ours 'name: p-this-only-s' "$helm: values were replaced"
	"$helm" package repo/pulled -d repo >out 2>err && "$helm" repo index repo >out 2>err
	ok $? "$helm: a repository" err
	cat >tree/kustomization.yaml <<E
helmCharts: [{name: pulled, version: 1.2.3, repo: "https://$place/", releaseName: r}]
E
	ours="--allow-remote $place/pulled"
	same "$helm, a chart that is fetched" "$helm"
	rm -rf tree/charts/pulled*
	exits 3 "$helm, from a place that is not allowed" \
		gk-render --enable-helm --helm-command "$helm" --allow-remote "$place/other" tree
	has err 'render\.remote' "$helm: the reason"
done

done_testing
