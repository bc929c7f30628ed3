# What the live suite runs on: names, versions and where they are kept.
# Sourced by the other scripts here; it runs nothing.

# Versions that are built when no usable program is found.
K8S_VERSION=v1.36.3
ETCD_VERSION=v3.6.8
KWOK_VERSION=v0.8.0
KUSTOMIZE_VERSION=v5.8.1
HELM3_VERSION=v3.22.0
HELM4_VERSION=v4.3.1
MOTO_VERSION=5.2.5
# Only its kustomizations, as something that others wrote for kustomize.
ARGO_CD_VERSION=v3.2.3
# The Go release that compiles them where the machine has only an old one.
GO_VERSION=1.26.8

# Oldest versions that are taken from KUBEBUILDER_ASSETS or PATH.  kustomize is
# the oracle of gk-render, so only the very version that gk follows will do;
# kubectl supports servers one minor version away, so an older one will not.
ETCD_OLDEST=v3.5.0
K8S_OLDEST=v1.35.0
MOTO_OLDEST=5.2.0

# The modules of the Kubernetes repository that its go.mod takes from its own
# tree; published as v0.MINOR.PATCH.
K8S_STAGING='api apiextensions-apiserver apimachinery apiserver cli-runtime
client-go cloud-provider cluster-bootstrap code-generator component-base
component-helpers controller-manager cri-api cri-client cri-streaming
csi-translation-lib dynamic-resource-allocation endpointslice externaljwt kms
kube-aggregator kube-controller-manager kube-proxy kube-scheduler kubectl
kubelet metrics mount-utils pod-security-admission sample-apiserver
sample-cli-plugin sample-controller streaming'

K8S_PROGRAMS='kube-apiserver kube-controller-manager kube-scheduler kubectl'

LIVE_CACHE=${GK_LIVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gk/live}
# One folder with every program (links), the Stage files and `versions`.
LIVE_BIN=$LIVE_CACHE/bin

die()
{
	echo "${0##*/}: error: $*" >&2
	exit 1
}

# at_least WANTED HAVE: is version HAVE the same or newer?
at_least()
{
	[ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}
