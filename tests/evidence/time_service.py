"""A timestamp service on this machine: openssl behind a small web server."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = service
[service]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[extensions]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[req]
distinguished_name = name
[name]
"""


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_service(folder: Path) -> Path:
    """Keys and certificates; returns the root certificate."""
    config = folder / "ts.cnf"
    config.write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("-newkey", "rsa:2048", "-nodes", "-config", str(config))
    openssl("req", "-x509", *new, "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem",
            "-subj", "/CN=Test root", "-days", "2", "-extensions", "ca")  # fmt: skip
    openssl("req", *new, "-keyout", f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr",
            "-subj", "/CN=Test timestamps")  # fmt: skip
    openssl("x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/ca.pem", "-CAkey",
            f"{folder}/ca.key", "-CAcreateserial", "-out", f"{folder}/tsa.pem", "-days", "2",
            "-extfile", str(config), "-extensions", "extensions")  # fmt: skip
    return folder / "ca.pem"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Address of the service, and the questions it was asked."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(query)
            (folder / "query.tsq").write_bytes(query)
            openssl("ts", "-reply", "-queryfile", f"{folder}/query.tsq", "-out",
                    f"{folder}/reply.tsr", "-config", f"{folder}/ts.cnf")  # fmt: skip
            data = (folder / "reply.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()
