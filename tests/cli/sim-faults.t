# gk-sim: faults on request, the request log, access rules, state that is kept.
. "$top_srcdir/tests/cli/lib.sh"

command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }

inside() { # NAME OPTION...: run $tmp/do.sh in a gk-sim with these options; its checks become ours
	_name=$1; shift
	{ echo '. "$top_srcdir/tests/cli/sim.sh"'; cat; echo 'exit $bad'; } >"$tmp/do.sh"
	run gk-sim --dir "$tmp/state" "$@" -- sh "$tmp/do.sh"
	grep '^not ok' "$tmp/out" | sed 's/^/# /'
	is_rc 0 "$_name"
}
cms=/api/v1/namespaces/default/configmaps; export cms

cat >"$tmp/faults" <<'J'
{"match":{"path~":"version?one","nth":2},"do":{"status":429,"headers":{"Retry-After":"7"},"body":{"kind":"Status"}}}
{"match":{"path~":"version?before"},"do":{"reset":"before"}}
{"match":{"method":"POST","path~":"?after"},"do":{"reset":"after"}}
{"match":{"path~":"version?cut"},"do":{"cut":20}}
{"match":{"path~":"version?stall"},"do":{"stall":300,"stall-at":10}}
{"match":{"path~":"version?drip"},"do":{"drip":400}}
{"match":{"path~":"version?corrupt"},"do":{"corrupt":0}}
{"match":{"path~":"version?big"},"do":{"headers-count":3,"headers-size":2000}}
{"match":{"path~":"version?away"},"do":{"redirect":"https://127.0.0.1:1/"}}
{"match":{"path~":"version?close"},"do":{"close":true}}
{"match":{"path~":"limit=expired"},"do":{"expired":true}}
{"match":{"path~":"watch=odd"},"do":{"watch-event":{"type":"ERROR","object":{"kind":"Status","code":410}},"watch-after":1}}
{"match":{"path~":"version?third","every":3},"do":{"status":503}}
J
inside "every fault does what it says" --fault "$tmp/faults" <<'SH'
took() { date +%s%N; }
api GET "/version?one"; code 200
api GET "/version?one"; code 429; has '{"kind":"Status"}'
api GET "/version?one"; code 200
api GET "/version?before"; code 000
api POST "$cms?after" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"lost"}}'; code 000
api GET "$cms/lost"; code 200
: >"$out"; api GET "/version?cut"; same "$(wc -c <"$out")" 20 "a cut body has 20 bytes"
t=$(took); api GET "/version?stall"; code 200; has gitVersion
[ $(($(took) - t)) -ge 300000000 ]; check $? "a stall takes its time"
t=$(took); api GET "/version?drip"; code 200; has gitVersion
[ $(($(took) - t)) -ge 200000000 ]; check $? "drops take their time"
api GET "/version?corrupt"; code 200; [ "$(head -c 1 "$out")" != '{' ]; check $? "a byte is corrupt"
api GET "/version?big"; code 200
api GET "/version?away"; code 302
api GET "/version?close"; code 200
api GET "$cms?limit=expired"; code 401
api GET "$cms?watch=odd&timeoutSeconds=5"; has '"code":410'
[ "$(wc -l <"$out")" -eq 2 ]; check $? "one event, then the error, then the end"
for want in 200 200 503 200 200 503; do api GET "/version?third"; code $want; done
SH

echo '{"match":{"path~":"version?gone"},"do":{"refuse":200}}' >"$tmp/faults"
inside "a refused port comes back" --fault "$tmp/faults" <<'SH'
api GET "/version?gone"; code 000
api GET "/version"; code 000
tries=0
until api GET "/version"; [ "$status" = 200 ]; do tries=$((tries + 1)); [ $tries -lt 400 ] || break; done
code 200
SH

for bad in '{"do":{"staus":1}}' '{"match":{"nth":"x"},"do":{}}' '{"match":{}}' 'nonsense'; do
	echo "$bad" >"$tmp/faults"
	run gk-sim --dir "$tmp/state" --fault "$tmp/faults" -- true
	is_rc 3 "a fault file with $bad"
done
err_has "$tmp/faults:1:2" "it says where"

inside "the log counts" --log "$tmp/log" <<'SH'
api GET "$cms"
type=application/apply-patch+yaml
api PATCH "$cms/a?fieldManager=m" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"canary"}}'
auth='Authorization: Bearer canary'; api GET "$cms"; code 401
SH
is "$(grep -c '"verb":"list"' "$tmp/log")" 1 "one list"
is "$(grep -c '"verb":"apply","resource":"configmaps","user":"admin"' "$tmp/log")" 1 "one apply"
is "$(grep -c canary "$tmp/log")" 0 "no body and no token"

cat >"$tmp/rules" <<'J'
{"user":"system:serviceaccount:default:default","verbs":["get"],"resources":["configmaps"],"namespaces":["default"]}
J
inside "rules decide" --rules "$tmp/rules" <<'SH'
api POST /api/v1/namespaces/default/serviceaccounts/default/token '{"spec":{}}'; code 201
auth="Authorization: Bearer $(sed 's/.*"token":"\([^"]*\)".*/\1/' "$out")"
api GET "$cms/kube-root-ca.crt"; code 200
api GET "$cms"; code 403
has 'User \"system:serviceaccount:default:default\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"default\"'
api GET /api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt; code 403
SH

inside "old watches and old pages get 410" --history 5 --bookmark-interval 100ms <<'SH'
api GET "$cms?limit=1"; next=$(sed 's/.*"continue":"\([^"]*\)".*/\1/' "$out"); old=$(sed 's/.*"resourceVersion":"\([0-9]*\)".*/\1/' "$out")
for i in 1 2 3 4 5 6 7; do api POST "$cms" '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c'$i'"}}'; done
api GET "$cms?watch=1&resourceVersion=1&timeoutSeconds=2"; code 200; has '"reason":"Expired","code":410'
api GET "$cms?watch=1&timeoutSeconds=1&allowWatchBookmarks=true"; has '"type":"BOOKMARK"'
api GET "$cms?resourceVersion=1&resourceVersionMatch=Exact"; code 410; has '"reason":"Expired"'
SH

crd='{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer","default":3}}}}}}}]}}'
export crd
inside "a new kind comes late" --crd-delay 300ms --keep <<'SH'
things=/apis/example.com/v1/namespaces/default/things
thing='{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"t","annotations":{"gitops-kit.io/sim":"ready"}},"spec":{}}'
api POST /apis/apiextensions.k8s.io/v1/customresourcedefinitions "$crd"; code 201
api POST "$things" "$thing"; code 404
tries=0
until api POST "$things" "$thing"; [ "$status" = 201 ]; do tries=$((tries + 1)); [ $tries -lt 400 ] || break; done
code 201; has '"size":3'
api GET "$things?watch=1&timeoutSeconds=1"; has '"type":"Ready"'
SH
inside "and is still there after a restart" --keep <<'SH'
api GET /apis/example.com/v1/namespaces/default/things/t; code 200; has '"size":3'
api DELETE /apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.example.com; code 200
tries=0
until api GET /apis/example.com/v1/namespaces/default/things/t; [ "$status" = 404 ]; do tries=$((tries + 1)); [ $tries -lt 400 ] || break; done
code 404; has '404 page not found'
SH

run gk-sim --dir "$tmp/state" -- sh -c 'exit 7'; is_rc 7 "the exit code of the command"
run gk-sim --dir "$tmp/state" -- sh -c 'kill -9 $$'; is_rc 137 "a command that was killed"
run gk-sim --dir "$tmp/state" -- "$tmp/no-such"; is_rc 2 "no such command"
err_has "cannot run '$tmp/no-such'" "it says which"
run gk-sim -- true; is_rc 2 "no --dir"
run gk-sim --dir "$tmp/no/such/folder" -- true; is_rc 10 "a folder that cannot be made"
done_testing
