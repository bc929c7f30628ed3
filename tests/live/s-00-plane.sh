# The ground itself: servers, controllers, failures on request, tokens, AWS.
. "${0%/*}/lib.sh"

echo "# Kubernetes $PLANE_KUBERNETES, etcd $PLANE_ETCD, kwok $PLANE_KWOK"

check "the processes run" "$LIVE/plane" status "${KUBECONFIG%/*}"
check "the server is ready" kube get --raw /readyz
is "$(field node fake-0 '.status.conditions[?(@.type=="Ready")].status')" \
	True "the node is Ready"

cat >objects.yaml <<'END'
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: green}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: reader
      containers: [{name: web, image: web}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: db}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: migrate}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: broken}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {gk.test/fail: job}}
    spec:
      restartPolicy: Never
      containers: [{name: broken, image: broken}]
---
apiVersion: v1
kind: Pod
metadata: {name: crash, annotations: {gk.test/fail: crash}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: image, annotations: {gk.test/fail: image}}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: hang, annotations: {gk.test/fail: hang}}
spec: {containers: [{name: c, image: c}]}
END
check "objects are taken" kube apply --server-side -f objects.yaml

check "a Deployment becomes available" \
	await condition=Available deployment/web
check "a StatefulSet becomes ready" \
	await 'jsonpath={.status.readyReplicas}=2' statefulset/db
check "a Job completes" await condition=Complete job/migrate
check "a Job fails when asked" await condition=Failed job/broken
waiting='{.status.containerStatuses[0].state.waiting.reason}'
check "a Pod crashes when asked" \
	await "jsonpath=$waiting=CrashLoopBackOff" pod/crash
check "a Pod lacks its image when asked" \
	await "jsonpath=$waiting=ImagePullBackOff" pod/image
check "a Pod that hangs is scheduled" await condition=PodScheduled pod/hang
is "$(field pod hang .status.phase)" Pending "and nothing more"
is "$(field pod image .status.phase)" Pending "nor does an image arrive later"

# The token must name who it is for and be signed by a published key.
kube create token reader --audience sts.amazonaws.com >token 2>err
ok $? "a token can be had for a service account" err
kube get --raw /openid/v1/jwks >jwks
python3 - "$PLANE_SERVER" >out 2>err <<'END'
import base64, json, sys
def part(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
head, claims, _ = open("token").read().strip().split(".")
assert part(claims)["sub"] == "system:serviceaccount:default:reader", claims
assert part(claims)["aud"] == ["sts.amazonaws.com"], claims
assert part(claims)["iss"] == sys.argv[1], claims
keys = {key["kid"] for key in json.load(open("jwks"))["keys"]}
assert part(head)["kid"] in keys, (head, keys)
END
ok $? "its subject, audience, issuer and key are as on EKS" err

# The audit log is what the other scenarios prove their order with.
check "the log knows what came first" \
	audit order configmaps/default/settings deployments.apps/default/web
exits 1 "and what did not" \
	audit order deployments.apps/default/web configmaps/default/settings
audit writes kubectl >writes
is "$(grep default/reader writes | cut -d ' ' -f 1-4)" \
	"patch serviceaccounts default/reader 201
create serviceaccounts/token default/reader 201" \
	"writes are told with who made them"

cat >seed.json <<'END'
{"secretsmanager": {"prod/db": {"user": "app", "password": "first"}},
 "ssm": {"/prod/key": "value"}, "s3": {"states": {"prod.tfstate": {}}}}
END
check "AWS is seeded" "$LIVE/aws" seed "${KUBECONFIG%/*}" seed.json
sed -i s/first/second/ seed.json
check "and seeded again" "$LIVE/aws" seed "${KUBECONFIG%/*}" seed.json

# A role is assumed with a real token: the credentials are of moto.
cat >ask.py <<'END'
import boto3, json
sts = boto3.client("sts", aws_access_key_id="-", aws_secret_access_key="-")
creds = sts.assume_role_with_web_identity(
    RoleArn="arn:aws:iam::123456789012:role/reader", RoleSessionName="live",
    WebIdentityToken=open("token").read().strip())["Credentials"]
session = boto3.Session(creds["AccessKeyId"], creds["SecretAccessKey"],
                        creds["SessionToken"])
secrets = session.client("secretsmanager")
now = secrets.get_secret_value(SecretId="prod/db")
old = secrets.get_secret_value(SecretId="prod/db", VersionStage="AWSPREVIOUS")
print(json.loads(old["SecretString"])["password"],
      json.loads(now["SecretString"])["password"])
print(session.client("ssm").get_parameter(
    Name="/prod/key", WithDecryption=True)["Parameter"]["Value"])
print(session.client("s3").get_object(
    Bucket="states", Key="prod.tfstate")["Body"].read().decode())
END
moto-python ask.py >asked 2>err
ok $? "AWS answers who comes with a role" err
is "$(cat asked)" "first second
value
{}" "with current and previous secret, parameter and object"

done_testing
