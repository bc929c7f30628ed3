#!/bin/sh
# The example platform agrees with itself: what Terraform made, what AWS holds
# and what the manifests ask for go by the same names.
. "$top_srcdir/tests/cli/lib.sh"
command -v python3 >/dev/null || skip_all "no python3"
: >"$tmp/out"; : >"$tmp/err"
platform=$top_srcdir/examples/platform
state=$platform/terraform/terraform.tfstate
seed=$platform/aws/seed.json

# words EXPRESSION: the strings that it yields, sorted; state and seed are read.
words() {
	python3 - "$state" "$seed" "$1" <<'END' | sort -u
import json, sys
state, seed = (json.load(open(name)) for name in sys.argv[1:3])
issuer = state["outputs"]["oidc_issuer"]["value"].removeprefix("https://")
iam = json.loads(json.dumps(seed["iam"]).replace("${OIDC_ISSUER}", issuer))
def found(kind):
    return [i["attributes"] for r in state["resources"] if r["type"] == kind
            and r["mode"] == "managed" for i in r["instances"]]
def plain(policy):
    return json.dumps(json.loads(policy) if isinstance(policy, str) else policy,
                      sort_keys=True)
print("\n".join(eval(sys.argv[3])))
END
}

# accounts FILE NAMESPACE: NAMESPACE:NAME of those that have a role.
accounts() {
	awk -v ns="$2" '
		/^kind:/ { kind = $2 }
		/^  name:/ { name = $2 }
		/eks.amazonaws.com\/role-arn:/ && kind == "ServiceAccount" { print ns ":" name }
	' "$platform/base/$1"
}

# wanted FILE...: the keys of remote references.
wanted() { (cd "$platform/base" && sed -n 's/^ *key: //p' "$@" | grep / | sort -u); }

sed -n 's/.*fieldPath: data\.//p' "$platform"/components/terraform/*.yaml | sort -u >"$tmp/used"
words '(n for n, o in state["outputs"].items() if not o.get("sensitive"))' >"$tmp/outputs"
is "$(comm -23 "$tmp/used" "$tmp/outputs")" "" "every output that is copied exists and is not sensitive"
ok "and there are some" test -s "$tmp/used"

{ accounts shop/access/serviceaccounts.yaml shop; accounts data/access.yaml data; } | sort >"$tmp/accounts"
words '(s["Condition"]["StringEquals"][issuer + ":sub"].removeprefix("system:serviceaccount:")
	for r in iam["roles"] for s in r["trust"]["Statement"])' >"$tmp/trusted"
same_file "$tmp/accounts" "$tmp/trusted" "the accounts with a role are those that a role trusts"
sed -n 's/^ *name: //p' "$platform/components/terraform/roles.yaml" | grep -v terraform-outputs | sort >"$tmp/given"
sed 's/.*://' "$tmp/accounts" | sort >"$tmp/names"
same_file "$tmp/given" "$tmp/names" "each gets its role from Terraform"

words '(o["value"] for n, o in state["outputs"].items() if n.startswith("role_arn_"))' >"$tmp/arns"
words '(r["arn"] for r in iam["roles"])' >"$tmp/seeded"
same_file "$tmp/seeded" "$tmp/arns" "the roles of the seed are Terraform's"
words '(r["arn"] + plain(r["trust"]) for r in iam["roles"])' >"$tmp/seeded"
words '(r["arn"] + plain(r["assume_role_policy"]) for r in found("aws_iam_role")
	if "oidc-provider" in r["assume_role_policy"])' >"$tmp/made"
same_file "$tmp/seeded" "$tmp/made" "they trust whom Terraform's trust"
words '(r["arn"].split("/")[1] + plain(p) for r in iam["roles"] for p in r["permissions"])' >"$tmp/seeded"
words '(p["role"] + plain(p["policy"]) for p in found("aws_iam_role_policy"))' >"$tmp/made"
same_file "$tmp/seeded" "$tmp/made" "and may do what Terraform's may"

wanted shop/secrets/externalsecrets.yaml data/secrets.yaml >"$tmp/wanted"
words '(s["name"].lstrip("/").removeprefix("platform/prod/") for s in seed["secretsmanager"] + seed["ssm"])' >"$tmp/seeded"
same_file "$tmp/wanted" "$tmp/seeded" "AWS holds the secrets that are wanted, and no others"
words '(s["string"] for s in seed["secretsmanager"])' >"$tmp/seeded"
words '(s["secret_string"] for s in found("aws_secretsmanager_secret_version"))' >"$tmp/made"
same_file "$tmp/seeded" "$tmp/made" "with Terraform's values"
words '(s["name"] + s["type"] + s["value"] for s in seed["ssm"])' >"$tmp/seeded"
words '(s["name"] + s["type"] + s["value"] for s in found("aws_ssm_parameter"))' >"$tmp/made"
same_file "$tmp/seeded" "$tmp/made" "parameters too"
grep -rlE 'example-[a-z-]+-(password|key)' "$platform" >"$tmp/out" || :
sed "s,$platform/,," "$tmp/out" | sort >"$tmp/holders"
printf '%s\n' aws/seed.json terraform/terraform.tfstate >"$tmp/want"
same_file "$tmp/holders" "$tmp/want" "no other file holds a secret"

command -v kubectl >/dev/null && [ -x "$top_builddir/gk-tfstate" ] || {
	skip "no kubectl or no gk-tfstate" "kustomize builds every overlay"
	done_testing
	exit
}
run gk-tfstate outputs "$state" -o configmap
is_rc 0 "the state gives its outputs"
cp "$tmp/out" "$tmp/outputs.json"
for overlay in dev staging prod; do
	run "$platform/kustomize.sh" $overlay <"$tmp/outputs.json"
	is_rc 0 "kustomize builds $overlay"
	ok "$overlay waits for nothing from Terraform" test "$(grep -c set-by-terraform "$tmp/out")" -eq 0
	cp "$tmp/out" "$tmp/kustomize.yaml"
	if [ -x "$top_builddir/gk-render" ]; then
		run gk-render -o yaml "$platform/overlays/$overlay" -f - <"$tmp/outputs.json"
		same_file "$tmp/out" "$tmp/kustomize.yaml" "gk-render writes the same bytes for $overlay"
	else
		skip "no gk-render" "gk-render writes the same bytes for $overlay"
	fi
done
done_testing
