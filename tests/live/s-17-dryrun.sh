# kubectl takes what gk-render writes, in each form, every object of it.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render

# kubectl asks the server which kinds there are: those of External Secrets, which
# gk-secrets needs no server for, and the platform's own.  That one is served by a
# definition of another name: kubectl cannot tell what would change of a definition
# that is there already.
crd() # GROUP VERSION KIND PLURAL
{
	cat <<EOF
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: $4.$1}
spec:
  group: $1
  names: {kind: $3, plural: $4}
  scope: Namespaced
  versions:
  - name: $2
    served: true
    storage: true
    schema:
      openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
EOF
}
render() # FORM
{
	gk-render -o "$1" "$PLATFORM/overlays/prod" -f - <outputs.json
}

gk-tfstate outputs "$STATE" -o configmap >outputs.json 2>err
ok $? "Terraform's outputs" err
{
	crd external-secrets.io v1 ExternalSecret externalsecrets
	crd external-secrets.io v1 SecretStore secretstores
	crd platform.example.com v1 FeatureFlag flags
} >crds.yaml
check "the kinds" kubectl apply -f crds.yaml
check "are served" kubectl wait --timeout=30s --for=condition=Established -f crds.yaml

render name >names 2>err
ok $? "the names of the objects" err
for form in json ndjson yaml
do
	render $form 2>err | kubectl apply --dry-run=client -f - >accepted 2>refused
	ok $? "kubectl accepts the form $form" err refused
	is "$(grep -c '(dry run)$' accepted)" "$(wc -l <names)" "and every object in it"
done

done_testing
