"""A Git server on loopback for the tests of gk-fetch, by https and ssh, honest or not.

	git-server.py ROOT LOG CERT... [--sshd COMMAND...]

Listens once for each CERT (a PEM file with its key), as a proxy and for the command, and
prints the ports in that order on one line.  Requests go to LOG, one a line.  The first part of a path says how it is
answered; /git/ is git http-backend over ROOT.  Ends when its standard input does.
"""
import gzip
import hashlib
import http.server
import os
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading
import zlib

ROOT, LOG, *ARGS = sys.argv[1:]
CERTS = ARGS[:ARGS.index("--sshd")] if "--sshd" in ARGS else ARGS
SSHD = ARGS[len(CERTS) + 1:]
AUTHORIZED = "Basic dXNlcjptYXJrZXItcGFzc3dvcmQ="  # user:marker-password
SECRET = "marker-password"
log = open(LOG, "w", buffering=1)


def pkt(text):
    data = text if isinstance(text, bytes) else text.encode()
    return b"%04x" % (len(data) + 4) + data


def packed(kind, size, data):
    """An object of a pack: its header, which may lie about the size, and its bytes."""
    first, size, head = kind << 4 | size & 15, size >> 4, b""
    while size:
        head += bytes([first | 128])
        first, size = size & 127, size >> 7
    return head + bytes([first]) + zlib.compress(data)


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def pack(count, *objects):
    body = b"PACK" + struct.pack(">II", 2, count) + b"".join(objects)
    return body + hashlib.sha1(body).digest()


def delta_bomb(size):
    """A blob of 64 KiB, and a delta of it that repeats it until it has the size."""
    base = bytes(65536)
    name = hashlib.sha1(b"blob 65536\0" + base).digest()
    delta = varint(len(base)) + varint(size) + b"\x80" * (size // len(base))
    return pack(2, packed(3, len(base), base),
                packed(7, len(delta), b"")[:-8] + name + zlib.compress(delta))


def zeros(z, size):
    """Compressed; the check sum at the end is wrong, but nobody should come so far."""
    head = z.compress(bytes(1 << 20)) + z.flush(zlib.Z_FULL_FLUSH)
    more = z.compress(bytes(1 << 20)) + z.flush(zlib.Z_FULL_FLUSH)
    return head + more * ((size >> 20) - 1) + z.flush()


def zero_bomb(size):
    return packed(3, size, b"")[:-8] + zeros(zlib.compressobj(9), size)


PACKS = {
    "large": lambda: pack(1, zero_bomb(1 << 30)),
    "delta": lambda: delta_bomb(1 << 30),
    "many": lambda: pack(4000000000),
    "damaged": lambda: pack(1, packed(3, 5, b"other")) + b"more",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        log.write("%s %s %s\n" % (self.command, self.path,
                                  "authorized" if "Authorization" in self.headers else "-"))
        size = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(size)
        how, self.rest = self.path[1:].partition("/")[::2]
        try:
            getattr(self, "do_" + how.replace("-", "_"), self.do_missing)()
        except (OSError, ssl.SSLError):
            pass

    do_POST = do_GET

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def open_answer(self, kind="advertisement"):
        self.send_response(200)
        self.send_header("Content-Type", "application/x-git-upload-pack-" + kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def put(self, *parts):
        data = b"".join(parts)
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def until_gone(self, step, pause=None):
        """Do it again and again, or wait, until the other side has closed."""
        while True:
            if step:
                step()
            if select.select([self.connection], [], [], pause if step else None)[0]:
                if not self.connection.recv(4096):
                    return

    # Honest answers.

    def do_git(self):
        path, _, query = self.rest.partition("?")
        env = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"],
               "GIT_PROJECT_ROOT": ROOT, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": "/" + path,
               "REQUEST_METHOD": self.command, "QUERY_STRING": query,
               "CONTENT_TYPE": self.headers.get("Content-Type") or "",
               "CONTENT_LENGTH": str(len(self.body)), "REMOTE_ADDR": "127.0.0.1",
               "GIT_CONFIG_COUNT": "2",
               "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
               "GIT_CONFIG_KEY_1": "uploadpack.allowAnySHA1InWant", "GIT_CONFIG_VALUE_1": "true"}
        got = subprocess.run(["git", "http-backend"], input=self.body, env=env, check=False,
                             stdout=subprocess.PIPE).stdout
        head, _, body = got.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        self.answer(status, body, **{k.replace("-", "_"): v for k, v in headers.items()})

    def do_auth(self):
        if self.headers.get("Authorization") == AUTHORIZED:
            self.do_git()
        else:
            self.answer(401, WWW_Authenticate='Basic realm="test"')

    def do_forbidden(self):
        self.answer(403, b"marker-body")

    def do_missing(self):
        self.answer(404, b"marker-body")

    def do_error(self):
        self.answer(500, b"marker-body")

    # Elsewhere.

    def go(self, where):
        rest = self.rest if self.rest.startswith("file/") else "git/" + self.rest
        self.answer(302, Location=where + "/" + rest)

    def do_to_http(self):
        self.go("http://localhost:%d" % self.server.server_address[1])

    def do_to_host(self):
        self.go("https://127.0.0.1:%d" % self.server.server_address[1])

    def do_to_private(self):
        self.go("https://169.254.169.254")

    def do_to_port(self):
        self.go("https://localhost:%d" % PORTS[1])

    def do_to_self(self):
        self.go("https://localhost:%d" % self.server.server_address[1])

    def do_loop(self):
        self.answer(302, Location="/loop/" + self.rest)

    # Files.

    def do_file(self):
        try:
            with open(os.path.join(ROOT, self.rest.partition("?")[0]), "rb") as f:
                self.answer(200, f.read(), Content_Type="text/plain")
        except FileNotFoundError:
            self.do_missing()

    def do_gzip(self):
        with open(os.path.join(ROOT, self.rest), "rb") as f:
            self.answer(200, gzip.compress(f.read()), Content_Encoding="gzip")

    def do_zeros(self):
        self.answer(200, zeros(zlib.compressobj(9, zlib.DEFLATED, 31), 1 << 30),
                    Content_Encoding="gzip")

    def do_endless(self):
        self.open_answer()
        self.until_gone(lambda: self.put(b"# more\n" * 10000), 0)

    # Dishonest answers.

    def do_html(self):
        self.answer(200, b"<html>marker-body", Content_Type="text/html")

    def do_cut(self):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(pkt("# service=git-upload-pack\n") + b"0000")

    def do_never(self):
        self.close_connection = True
        self.until_gone(None)

    def do_drip(self):
        self.open_answer()
        self.put(pkt("# service=git-upload-pack\n"), b"0000", b"fff0")
        self.until_gone(lambda: self.put(b"0"), 0.05)

    def do_headers(self):
        self.close_connection = True
        self.send_response(200)
        line = b"X-More: " + b"x" * 1000 + b"\r\n"
        self.flush_headers()
        self.until_gone(lambda: self.wfile.write(line * 100), 0)

    def do_refs(self):
        self.open_answer()
        self.put(pkt("# service=git-upload-pack\n"), b"0000")
        n = iter(range(1 << 30))
        self.put(pkt("%040x refs/heads/first\0thin-pack\n" % 1))
        self.until_gone(lambda: self.put(*(
            pkt("%040x refs/heads/%d\n" % (1, next(n))) for _ in range(1000))), 0)

    def do_pack(self):
        """pack/KIND: one reference, and a pack of that kind."""
        kind = self.rest.partition("/")[0]
        if self.command == "GET":
            self.open_answer()
            self.put(pkt("# service=git-upload-pack\n"), b"0000",
                     pkt("%040x HEAD\0ofs-delta\n" % 1), b"0000")
            self.put()
            return
        self.open_answer("result")
        self.put(pkt("NAK\n"))
        if kind == "endless":
            self.put(b"PACK", struct.pack(">II", 2, 1000))
            self.until_gone(lambda: self.put(packed(3, 40000, os.urandom(40000))), 0)
        else:
            self.put(PACKS[kind]())
            self.put()


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass


def serve_https(cert):
    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert)
    # The handshake belongs to the thread of the connection: a client may never finish it.
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Proxy(http.server.BaseHTTPRequestHandler):
    """CONNECT, for nothing but this machine."""

    def log_message(self, *args):
        pass

    def do_CONNECT(self):
        log.write("CONNECT %s\n" % self.path)
        host, _, port = self.path.rpartition(":")
        if host != "localhost":
            self.send_error(403)
            return
        with socket.create_connection(("127.0.0.1", int(port))) as there:
            self.send_response(200)
            self.end_headers()
            here = self.connection
            other = {here: there, there: here}
            while True:
                for ready in select.select([here, there], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    other[ready].sendall(data)


def serve_proxy():
    server = Server(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def serve_ssh(command):
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            connection, _ = listener.accept()
            with connection:
                subprocess.Popen(command, stdin=connection, stdout=connection)

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


PORTS = [serve_https(cert) for cert in CERTS] + [serve_proxy()]
PORTS += [serve_ssh(SSHD)] if SSHD else []
print(*PORTS, flush=True)
sys.stdout.close()
sys.stdin.read()
