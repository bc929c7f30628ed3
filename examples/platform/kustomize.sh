#!/bin/sh
# Builds an overlay with kustomize in place of gk-render, for comparison:
#   gk-tfstate outputs terraform/terraform.tfstate -o configmap | kustomize.sh [OVERLAY]
# kustomize reads no stdin, so what comes in there becomes the last resource of
# the overlay in a copy that is thrown away.  KUSTOMIZE names another builder.
set -eu
from=$(cd "$(dirname "$0")" && pwd)
overlay=overlays/${1:-prod}

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' HUP INT TERM
cp -R "$from/base" "$from/components" "$from/overlays" "$copy"
chmod -R u+w "$copy"
cat >"$copy/$overlay/terraform-outputs.yaml"
sed 's/^  - data$/&\
  - terraform-outputs.yaml/' "$from/$overlay/kustomization.yaml" \
	>"$copy/$overlay/kustomization.yaml"
${KUSTOMIZE:-kubectl kustomize} "$copy/$overlay"
