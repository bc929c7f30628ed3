# gk-sim, the Kubernetes half, by plain HTTP: what any client sees.
. "$top_srcdir/tests/cli/lib.sh"

command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }
cat >"$tmp/all.sh" <<'SH'
set -u
. "$top_srcdir/tests/cli/sim.sh"

api GET /version; has '"major": "1"'; code 200
api GET /api/v1/namespaces/default; code 200; has '"phase":"Active"'
api GET /nothing; code 404; has '404 page not found'
api GET /api/v1/namespaces/default/configmaps/none; code 404
has '"message":"configmaps \"none\" not found","reason":"NotFound","details":{"name":"none","kind":"configmaps"}'

cm='{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"v"}}'
cms=/api/v1/namespaces/default/configmaps
api POST "$cms" "$cm"; code 201; has '"data":{"k":"v"}'
api POST "$cms" "$cm"; code 409; has '"reason":"AlreadyExists"'
api POST /api/v1/namespaces/none/configmaps "$cm"; code 404; has 'namespaces \"none\" not found'
api POST "$cms?dryRun=All" "$(echo "$cm" | sed 's/"a"/"dry"/')"; code 201
api GET "$cms/dry"; code 404
api PUT "$cms/a" "$(echo "$cm" | sed 's/"name":"a"/"name":"a","resourceVersion":"1"/')"; code 409
has 'the object has been modified'

type=application/apply-patch+yaml
api PATCH "$cms/a?fieldManager=one" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"w"}}'
code 409; has '"reason":"FieldManagerConflict"'; has '"field":".data.k"'
api PATCH "$cms/a?fieldManager=one&force=true" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"w","l":"x"}}'
code 200; has '"manager":"one","operation":"Apply"'
before=$(rv)
api PATCH "$cms/a?fieldManager=one" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"w","l":"x"}}'
code 200; same "$before" "$(rv)" "an apply that changes nothing makes no revision"
api PATCH "$cms/a?fieldManager=one" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"w"}}'
code 200; lacks '"l":"x"'
api PATCH "$cms/a?fieldManager=one" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"dat":{}}'
code 500; has '.dat: field not declared in schema'
type=application/merge-patch+json
api PATCH "$cms/a?fieldValidation=Strict" '{"dat":{}}'; code 400; has 'strict decoding error: unknown field \"dat\"'
api PATCH "$cms/a" '{"data":{"k":null}}'; code 200; lacks '"k":"w"'
type=application/json-patch+json
api PATCH "$cms/a" '[{"op":"test","path":"/data","value":1}]'; code 422
type=application/unheard-of
api PATCH "$cms/a" '{}'; code 415
type=application/json

for i in 1 2 3; do api POST "$cms" "$(echo "$cm" | sed "s/\"a\"/\"p$i\",\"labels\":{\"t\":\"p\"}/")"; done
api GET "$cms?labelSelector=t%3Dp&limit=2"; code 200; has '"name":"p1"'; has '"name":"p2"'; lacks '"name":"p3"'
next=$(sed 's/.*"continue":"\([^"]*\)".*/\1/' "$out")
api DELETE "$cms/p3"; code 200
api GET "$cms?labelSelector=t%3Dp&limit=2&continue=$next"; code 200; has '"name":"p3"'
api GET "$cms?labelSelector=(("; code 400
api GET "$cms?fieldSelector=spec.none%3D1"; code 400; has 'field label not supported'

api GET "$cms?watch=1&resourceVersion=1&timeoutSeconds=1"; code 200; has '"type":"ADDED"'; has '"type":"DELETED"'
api GET "$cms?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
has '"k8s.io/initial-events-end":"true"'
api GET "$cms?resourceVersion=999999"; code 504; has 'ResourceVersionTooLarge'

sa=/api/v1/namespaces/default/serviceaccounts
api POST "$sa/default/token" '{"spec":{"audiences":["sts.amazonaws.com"],"expirationSeconds":600}}'; code 201
has '"token":"ey'
api POST "$sa/default/token" '{"spec":{"expirationSeconds":60}}'; code 422
api GET /openid/v1/jwks; code 200; has '"alg":"RS256"'
auth='Authorization: Bearer nonsense'
api GET "$cms"; code 401; has '"message":"Unauthorized"'
done_testing
SH
run gk-sim --dir "$tmp/state" -- sh "$tmp/all.sh"
cat "$tmp/out"
[ "$rc" -eq 0 ] || { cat "$tmp/err" >&2; exit 1; }
