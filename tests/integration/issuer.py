"""A small OpenID Connect provider on this machine: its own keys, real codes, real signatures."""

import base64
import json
import secrets
import threading
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

SECRET = "between us"


@cache
def _keys() -> tuple[RSAKey, RSAKey]:
    """Return its key and one of somebody else; making them takes a while, so it is done once."""
    ours, foreign = (RSAKey.generate_key(2048, {"kid": "k1"}) for _ in range(2))
    return ours, foreign


class Issuer:
    """Serves discovery, keys, sign-in and tokens until it is closed.

    Attributes:
        person: What is said of whoever signs in.
        twist: Changes what is signed, or how, so that a test can send what is wrong.
    """

    def __init__(self, now: Any) -> None:
        self.now = now
        self.person: dict[str, Any] = {"sub": "s-1", "preferred_username": "pat", "name": "Pat"}
        self.twist: dict[str, Any] = {}
        self.key, self.foreign = _keys()
        self.codes: dict[str, dict[str, str]] = {}
        self.trouble: list[str] = []
        self.left: list[dict[str, str]] = []
        self.asked_for_keys = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def facts(self) -> dict[str, str]:
        ends = {} if self.twist.get("stays") else {"end_session_endpoint": f"{self.url}/leave"}
        ends |= self.twist.get("facts", {})
        return ends | {
            "issuer": self.twist.get("issuer", self.url),
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Sign the person in and return where the browser goes back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def exchange(self, given: dict[str, str], proof: str) -> tuple[int, dict[str, Any]]:
        """Return tokens for a code, once, to whoever holds its verifier and the secret."""
        asked = self.codes.pop(given.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        digest = sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        told = base64.b64encode(f"redress:{SECRET}".encode()).decode()
        if challenge != asked["code_challenge"] or proof != f"Basic {told}":
            self.trouble.append("the verifier or the secret is wrong")
            return 400, {"error": "invalid_grant"}
        if given["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.sign(asked), "access_token": "x", "token_type": "Bearer"}

    def sign(self, asked: dict[str, str]) -> str:
        now = int(self.now().timestamp())
        claims = {
            "iss": self.url,
            "aud": "redress",
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        }
        return self.seal(claims | self.person | self.twist.get("claims", {}))

    def leave(self, given: dict[str, str]) -> str:
        """Sign the person out, and return where the browser goes back to.

        Source: OpenID Connect RP-Initiated Logout 1.0, 2 and 3.
        """
        read = jwt.decode(given["id_token_hint"], self.key, algorithms=["RS256"]).claims
        if read["aud"] != given["client_id"] or read["sub"] != self.person["sub"]:
            self.trouble.append("the hint is of somebody else")
        self.left.append(given)
        return f"{given['post_logout_redirect_uri']}?{urlencode({'state': given['state']})}"

    def logout_token(self, **more: Any) -> str:
        """Return the word that somebody has left; None takes a claim away.

        Source: OpenID Connect Back-Channel Logout 1.0, 2.4.
        """
        now = int(self.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": "redress",
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(8),
            "sub": "s-1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | more
        kept = {name: value for name, value in claims.items() if value is not None}
        return self.seal(kept, kind="logout+jwt")

    def seal(self, claims: dict[str, Any], *, kind: str = "JWT") -> str:
        """Sign claims, or do what the test wants instead."""
        kind = self.twist.get("typ", kind)
        if self.twist.get("alg") == "none":
            head, body = (_part(each) for each in ({"alg": "none", "kid": "k1"}, claims))
            return f"{head}.{body}."
        if self.twist.get("alg") == "HS256":
            head, body = (_part(each) for each in ({"alg": "HS256", "kid": "k1"}, claims))
            return f"{head}.{body}.{_part({'forged': True})}"
        key = self.foreign if self.twist.get("is_foreign") else self.key
        token: str = jwt.encode({"alg": "RS256", "kid": key.kid, "typ": kind}, claims, key)
        return token


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self._answer(200, issuer.facts())
            elif parts.path == "/keys":
                issuer.asked_for_keys += 1
                self._answer(200, {"keys": [issuer.key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self._lead(issuer.authorize(asked))
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            if urlsplit(self.path).path == "/leave":
                self._lead(issuer.leave(given))
            else:
                self._answer(*issuer.exchange(given, self.headers.get("authorization", "")))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _lead(self, address: str) -> None:
            self.send_response(303)
            self.send_header("location", address)
            self.send_header("content-length", "0")
            self.end_headers()

        def _answer(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
