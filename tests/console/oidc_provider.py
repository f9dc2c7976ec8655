"""A stand-in for an OpenID Connect provider: discovery, authorisation code with PKCE, signed tokens."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "lamplighter", "a secret between servers"


class Provider(ThreadingHTTPServer):
    """Signs in `subject` without asking. `faults` counts what a real one would refuse."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.subject = "sub-1"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.faults: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def id_token(self, asked: dict[str, str]) -> str:
        """RS256, for an hour."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "iat": now,
                  "exp": now + 3600, "nonce": asked.get("nonce", "")}  # fmt: skip
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "1"})


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *_: Any) -> None:
        return

    def _send(self, status: int, body: Any, **headers: str) -> None:
        data = orjson.dumps(body)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        parts, provider = urlsplit(self.path), self.server
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            at = provider.issuer
            self._send(200, {
                "issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                "userinfo_endpoint": f"{at}/me", "jwks_uri": f"{at}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            })  # fmt: skip
        elif parts.path == "/authorize":
            if query.get("client_id") != CLIENT or query.get("code_challenge_method") != "S256":
                provider.faults.append(f"authorize: {query}")
            code = secrets.token_urlsafe(16)
            provider.codes[code] = query
            back = query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})
            self._send(302, {}, Location=back)
        elif parts.path == "/keys":
            key = orjson.loads(jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key()))
            self._send(200, {"keys": [key | {"kid": "1", "use": "sig", "alg": "RS256"}]})
        elif parts.path == "/me":
            subject = provider.tokens.get(
                self.headers.get("Authorization", "").removeprefix("Bearer ")
            )
            self._send(200 if subject else 401, {"sub": subject, "email": "someone@idp.invalid"})
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        given = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        asked = self.server.codes.pop(given.get("code", ""), None)
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proved = urlsafe_b64encode(proof).rstrip(b"=").decode()
        known = self.headers.get("Authorization", "").startswith("Basic ") or (
            given.get("client_secret") == SECRET
        )
        if asked is None or not known or proved != asked.get("code_challenge"):
            self.server.faults.append(f"token: {sorted(given)}")
            return self._send(400, {"error": "invalid_grant"})
        token = secrets.token_urlsafe(16)
        self.server.tokens[token] = self.server.subject
        answer = {
            "access_token": token,
            "token_type": "Bearer",
            "id_token": self.server.id_token(asked),
        }
        return self._send(200, answer)
