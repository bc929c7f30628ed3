"""What differs between two runs of one script is replaced by what it means.

Identifiers and versions are named after the request whose answer showed them
first, so "the same object", "unchanged" and "changed" still can be compared.
"""
import base64
import datetime
import json
import re

UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
NO_UUID = "00000000-0000-0000-0000-000000000000"
TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
SERVER = re.compile(r"https?://(?:[\d.]+|localhost):\d+")
SERVICE = re.compile(r"^10\.\d+\.\d+\.\d+$")
GENERATED = re.compile(r"\bgen-[a-z0-9]{5}\b")
IN_PRECONDITION = re.compile(r"(ResourceVersion in (?:the )?\w+ )\(\d+\)")
JWT = re.compile(r"^eyJ[\w-]+\.[\w-]+\.[\w-]+$")
DAY = datetime.timedelta(days=1)


def decode_part(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def mask_time(match):
    """Times of this run only: one that the script wrote stays."""
    when = datetime.datetime.fromisoformat(match[0][:19] + "+00:00")
    now = datetime.datetime.now(datetime.timezone.utc)
    return "<now>" if abs(now - when) < DAY else match[0]


def manager_order(entry):
    """The server sorts by time as well, which a slow run changes."""
    return [str(entry.get(key, "")) for key in
            ("operation", "manager", "apiVersion", "subresource")]


class Mask:
    def __init__(self):
        self.names = {}
        self.request = ""
        self.fresh = 0

    def begin(self, request):
        """What is seen first from here on is named after this request."""
        self.request, self.fresh = request, 0

    def name(self, kind, value):
        if (kind, value) not in self.names:
            self.fresh += 1
            self.names[kind, value] = f"<{kind} {self.request}.{self.fresh}>"
        return self.names[kind, value]

    def apply(self, node, holder=None, key=None):
        """A copy of node without volatile parts; holder[key] is node."""
        if isinstance(node, dict):
            return {k: self.apply(v, node, k) for k, v in node.items()}
        if isinstance(node, list):
            if key == "managedFields":
                node = sorted(node, key=manager_order)
            return [self.apply(v) for v in node]
        if isinstance(node, str) and node:
            return self.text(node, holder, key)
        return node

    def text(self, text, holder, key):
        if key == "resourceVersion":
            # That of a list moves with every write to the server.
            return self.name("version", text) if "uid" in holder else "<any>"
        if key == "continue":
            return "<more>"
        if SERVICE.match(text):
            return "<service address>"
        if JWT.match(text):
            return self.token(text)
        text = UUID.sub(self.uid, text)
        text = TIME.sub(mask_time, text)
        text = SERVER.sub("<server>", text)
        text = IN_PRECONDITION.sub(r"\1(<version>)", text)
        return GENERATED.sub("gen-<random>", text)

    def uid(self, match):
        if match[0] == NO_UUID:
            return match[0]
        return self.name("uid", match[0])

    def token(self, text):
        """A JWT by what it says: whom, to whom, and for how long."""
        head, claims = (decode_part(p) for p in text.split(".")[:2])
        claims["lifetime"] = claims.pop("exp") - claims.pop("iat")
        for volatile in ("nbf", "jti"):
            claims[volatile] = volatile in claims
        head["kid"] = "kid" in head
        return {"head": head, "claims": self.apply(claims)}
