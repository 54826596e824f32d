"""A real identity provider on loopback: discovery, keys, codes that are good once, PKCE, signed tokens; and the ways in which one lies."""

import base64
import hashlib
import hmac
import html
import json
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET, SUBJECT = "khcn", "bí mật của khcn", "8f2c-0001"


@dataclass(frozen=True)
class Later:
    """An instant, so many seconds after the moment of signing."""

    seconds: int

    def __call__(self, now):
        return now + self.seconds


@cache
def new_key(kind="RSA", kid="k1", number=0):
    if kind == "RSA":
        return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, auto_kid=False)
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}, auto_kid=False)


def of(value, now):
    return value(now) if isinstance(value, Later) else value


def coded(data):
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


@dataclass
class Provider:
    """``change`` alters the values of an ID token, ``forge`` the finished token, ``answers`` whole answers by path."""

    port: int
    server: ThreadingHTTPServer
    scheme: str = "http"
    host: str = "127.0.0.1"
    keys: list = field(default_factory=lambda: [new_key()])
    algorithm: str = "RS256"
    subject: str = SUBJECT
    values: dict = field(default_factory=dict)
    removed: set = field(default_factory=set)
    metadata: dict = field(default_factory=dict)
    forge: object = None
    answers: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    reuses_codes: bool = False
    asked: list = field(default_factory=list)
    at: float | None = None  # the clock of the provider where it is not that of the machine

    @property
    def issuer(self):
        return f"{self.scheme}://{self.host}:{self.port}/realm"

    def now(self):
        return int(self.at if self.at is not None else time.time())

    def secure(self, certificate, host):
        """Speak TLS from now on, with a certificate and its key in one file."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme, self.host = "https", host

    def authorize(self, address, **more):
        """What the browser of a person who signs in there is sent back with; the person is ``subject``."""
        asked = {name: texts[0] for name, texts in parse_qs(urlsplit(address).query).items()}
        code = hashlib.sha256(f"{asked['state']} {len(self.codes)}".encode()).hexdigest()[:20]
        self.codes[code] = asked
        return "?" + urlencode({"code": code, "state": asked["state"], **more})

    def signed(self, values, key=None, header=None):
        key = key or self.keys[0]
        head = {"alg": self.algorithm, "kid": key.kid, **(header or {})}
        return jwt.encode(head, values, key, algorithms=[self.algorithm])

    def id_token(self, asked):
        now = self.now()
        values = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": asked.get("nonce"), "sid": "phiên-1", **self.values}  # fmt: skip
        values = {name: of(value, now) for name, value in values.items() if name not in self.removed}
        return self.forge(self, values) if self.forge else self.signed(values)

    def logout_token(self, *, header=None, **values):
        now = self.now()
        found = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": f"j{time.monotonic_ns()}",
                 "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, **values}  # fmt: skip
        found = {name: of(value, now) for name, value in found.items() if value is not None}
        return (
            self.forge(self, found)
            if self.forge
            else self.signed(found, header=header or {"typ": "logout+jwt"})
        )

    def answer(self, path, head, form):
        self.asked.append(path)
        if path in self.answers:
            given = self.answers[path]
            return given(form) if callable(given) else given
        if path == "/realm/.well-known/openid-configuration":
            place = self.issuer
            return 200, {"issuer": place, "authorization_endpoint": f"{place}/auth", "token_endpoint": f"{place}/token",
                         "jwks_uri": f"{place}/keys", **self.metadata}  # fmt: skip
        if path == "/realm/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        if path == "/realm/token":
            return self.token(head, form)
        if path == "/realm/auth":
            return 200, self.page_of(form)
        return 404, {"error": "not_found"}

    def page_of(self, asked):
        """The page of the provider, on which a person signs in: the button of a form of another host leads back to us."""
        back = f"{asked['redirect_uri']}{self.authorize('?' + urlencode(asked))}"
        page = f'<!doctype html><title>provider</title><h1>Provider</h1><a href="{html.escape(back)}">Tiếp tục</a>'

        def send(handler):
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html; charset=utf-8")
            handler.end_headers()
            handler.wfile.write(page.encode())

        return send

    def token(self, head, form):
        known = base64.b64encode(f"{CLIENT}:{urlencode({'': SECRET})[1:]}".encode()).decode()
        if head.get("Authorization") != f"Basic {known}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.get(form.get("code", ""))
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if not self.reuses_codes:
            del self.codes[form["code"]]
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked)}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer({name: texts[0] for name, texts in parse_qs(urlsplit(self.path).query).items()})

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer({name: texts[0] for name, texts in parse_qs(text).items()})

    def _answer(self, form):
        found = self.server.provider.answer(urlsplit(self.path).path, self.headers, form)
        if found is None:
            return  # the connection ends without a word
        status, content = found
        if callable(content):
            content(self)
            return
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


@contextmanager
def providing():
    """A provider that runs while inside."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.provider = Provider(server.server_address[1], server)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(120)


# ------------------------------------------------------------------------------------------ forged tokens


def signed_raw(values, head, key):
    """RS256, whatever the head says."""
    text = f"{coded(head)}.{coded(values)}"
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def with_unknown_extension(provider, values):
    head = {"alg": "RS256", "kid": provider.keys[0].kid, "crit": ["xyz"], "xyz": 1}
    return signed_raw(values, head, provider.keys[0].raw_value)


def unsigned(provider, values):
    return f"{coded({'alg': 'none', 'kid': provider.keys[0].kid})}.{coded(values)}."


def signed_with_public_key(provider, values):
    """HS256, with the public key as the secret: what a library takes that lets the token choose the algorithm."""
    text = f"{coded({'alg': 'HS256', 'kid': provider.keys[0].kid})}.{coded(values)}"
    signature = hmac.new(provider.keys[0].as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def signed_by_another(provider, values):
    """With a key that only bears the name of the provider's."""
    return provider.signed(values, key=new_key(kid=provider.keys[0].kid, number=1))


def changed_after_signing(provider, values):
    head, _body, signature = provider.signed(values).split(".")
    return f"{head}.{coded({**values, 'sub': 'kẻ khác'})}.{signature}"
