# gk-sts: credentials from services near the machine: container (ECS, EKS Pod Identity), instance.
. "$top_srcdir/tests/cli/lib.sh"
command -v python3 >/dev/null || skip_all "python3 is not installed"
AWS_REGION=eu-central-1; export AWS_REGION

# It says its port, answers as both services do, and writes down what it was asked.
cat >"$tmp/agent.py" <<'EOF'
import http.server, json, sys
log = open(sys.argv[1], "w", buffering=1)
creds = {"AccessKeyId": "ASIAAGENT00EXAMPLE00", "SecretAccessKey": "s", "Expiration": "2030-01-01T00:00:00Z"}
class Agent(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def do_PUT(self):
        print("PUT", self.path, self.headers.get("X-aws-ec2-metadata-token-ttl-seconds"), file=log)
        self.answer(200, "imds-token")
    def do_GET(self):
        print("GET", self.path, self.headers.get("Authorization") or
              self.headers.get("X-aws-ec2-metadata-token"), file=log)
        base = "/latest/meta-data/iam/security-credentials/"
        if self.path == "/v1/credentials":
            self.answer(200, json.dumps(dict(creds, Token="pod", AccountId="111122223333")))
        elif self.path == base:
            self.answer(200, "node-role")
        elif self.path == base + "node-role":
            self.answer(200, json.dumps(dict(creds, Code="Success", Token="node")))
        else:
            self.answer(404, "no")
    def log_message(self, *a):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Agent)
print(server.server_port, flush=True)
server.serve_forever()
EOF
mkfifo "$tmp/ready"
python3 "$tmp/agent.py" "$tmp/asked" >"$tmp/ready" &
agent=$!
trap 'kill "$agent" 2>/dev/null; rm -rf "$tmp"' EXIT
read -r port <"$tmp/ready" || skip_all "no server"
url=http://127.0.0.1:$port

printf 'projected-token' >"$tmp/token"
AWS_CONTAINER_CREDENTIALS_FULL_URI=$url/v1/credentials \
	AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$tmp/token run gk-sts assume
is_rc 0 "container"
out_is '{"Version":1,"AccessKeyId":"ASIAAGENT00EXAMPLE00","SecretAccessKey":"s","SessionToken":"pod","Expiration":"2030-01-01T00:00:00Z","AccountId":"111122223333"}
' "its credentials"
is "$(cat "$tmp/asked")" "GET /v1/credentials projected-token" "the token goes as it is, without a scheme"
printf 'a\nb' >"$tmp/token"
AWS_CONTAINER_CREDENTIALS_FULL_URI=$url/v1/credentials \
	AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=$tmp/token run gk-sts assume
is_rc 4 "a token with a line end in it"
err_has "[aws.container-token]" "is refused"
AWS_CONTAINER_CREDENTIALS_FULL_URI=$url/other run gk-sts assume
is_rc 4 "a service that has none"
err_has "the container's credential service answered 404" "says so"
AWS_CONTAINER_CREDENTIALS_FULL_URI=http://10.0.0.1/x run gk-sts assume
is_rc 4 "plain http to another machine"
err_has "[aws.container-uri]" "is refused"

: >"$tmp/asked"
AWS_EC2_METADATA_SERVICE_ENDPOINT=$url/ run gk-sts assume
is_rc 0 "instance metadata"
out_has '"SessionToken":"node"' "its credentials"
is "$(tail -n 3 "$tmp/asked")" "PUT /latest/api/token 21600
GET /latest/meta-data/iam/security-credentials/ imds-token
GET /latest/meta-data/iam/security-credentials/node-role imds-token" "version 2: a token first"
AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9 run gk-sts assume
is_rc 4 "no instance"
err_has "instance metadata: nobody answers at http://127.0.0.1:9" "says so"
done_testing
