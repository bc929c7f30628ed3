# gk-render writes what kustomize writes, byte for byte, of the whole platform.
# servers: none
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render

echo "# kustomize $(kustomize version)"
check "Terraform's outputs become a ConfigMap" \
	gk-tfstate outputs "$STATE" -o configmap
cp out outputs.json
for overlay in dev staging prod
do
	gk-render -o yaml "$PLATFORM/overlays/$overlay" -f - \
		<outputs.json >ours 2>err
	ok $? "$overlay is rendered" err
	KUSTOMIZE='kustomize build' "$PLATFORM/kustomize.sh" "$overlay" \
		<outputs.json >theirs 2>err
	ok $? "and by kustomize" err
	check "to the same bytes" cmp ours theirs
done

done_testing
