#!/usr/bin/env bash
# Delivers one environment: what Terraform made, what Git wants, what AWS
# keeps secret, in that order, to the cluster of the current kubeconfig.
#   run.sh [OVERLAY]        STATE=FILE for another state than the example's
set -euo pipefail
cd "$(dirname "$0")"

gk-tfstate outputs "${STATE:-terraform/terraform.tfstate}" -o configmap |
	gk-render "overlays/${1:-prod}" -f - |
	gk-secrets inject |
	gk-apply --prune --yes
