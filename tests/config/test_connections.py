"""Connections to other machines: what is refused at the start, what `doctor` names, where secrets may come from."""

import os
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.conf import settings as installed
from django.core.exceptions import ImproperlyConfigured

from khcn.config.credentials import take_credentials
from khcn.config.database_addresses import application_database
from khcn.config.doctor import connections, web
from khcn.config.encrypted_connections import (
    is_elsewhere,
    is_this_machine,
    require_encrypted_database,
    require_encrypted_mail,
)
from khcn.config.environment_values import env_hosts, env_words

AT = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)
NONE = frozenset()


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("", True),
        ("/run/postgresql", True),
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("10.0.0.2", False),
        ("localhost.example.vn", False),
        ("db", False),
        ("127.0.0.1.example.vn", False),
    ],
)
def test_what_is_this_machine(host, found):
    assert is_this_machine(host) is found


@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("PGHOST", "10.0.0.2", False),
        ("PGHOST", "/run/postgresql", True),
        ("PGHOSTADDR", "10.0.0.2", False),
        ("PGSERVICE", "so", False),
    ],
)
def test_what_the_environment_tells_libpq_counts(monkeypatch, name, value, is_taken):
    monkeypatch.setenv(name, value)
    database = {"ENGINE": "django.db.backends.postgresql", "HOST": "", "OPTIONS": {}}
    assert is_elsewhere(database) is not is_taken


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("sqlite:////x/khcn.sqlite3", True),
        ("postgres://khcn@%2Frun%2Fpostgresql/khcn", True),
        ("postgres://khcn:x@127.0.0.1/khcn", True),
        ("postgres://khcn:x@10.0.0.2/khcn", False),
        ("postgres://khcn:x@10.0.0.2/khcn?sslmode=prefer", False),
        ("postgres://khcn:x@10.0.0.2/khcn?sslmode=require", False),
        ("postgres://khcn:x@10.0.0.2/khcn?sslmode=verify-ca&sslrootcert=/x.pem", True),
        ("postgres://khcn:x@db.example.vn/khcn?sslmode=verify-full", True),
        ("postgresql://khcn:x@/khcn?host=127.0.0.1,10.0.0.2&port=5432,5432", False),
        ("postgresql://khcn:x@/khcn?host=10.0.0.1,10.0.0.2&port=5432,5432&sslmode=verify-full", True),
        ("postgres://khcn:x@localhost/khcn?hostaddr=10.0.0.2", False),
        ("postgres://khcn:x@localhost/khcn?hostaddr=127.0.0.1", True),
        ("postgres://khcn:x@/khcn?service=so", False),
        ("postgres://khcn:x@/khcn?service=so&sslmode=verify-full", True),
    ],
)
def test_a_database_elsewhere_is_reached_by_verified_tls_or_not_at_all(address, is_taken):
    database = application_database(address)
    require_encrypted_database("DATABASE_URL", database, frozenset({"database"}))
    if is_taken:
        require_encrypted_database("DATABASE_URL", database, frozenset({"mail"}))
        return
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL: .*sslmode=verify-full"):
        require_encrypted_database("DATABASE_URL", database, NONE)


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("smtp://a:b@mail.example.vn:587", True),
        ("smtps://a:b@mail.example.vn:465", True),
        ("smtp://127.0.0.1", True),
        ("smtp://[::1]:25", True),
        ("smtp://mail.example.vn", False),
        ("smtp://a:b@10.0.0.3:25", False),
    ],
)
def test_mail_elsewhere_is_sent_by_tls_or_not_at_all(address, is_taken):
    require_encrypted_mail(address, frozenset({"mail"}))
    if is_taken:
        require_encrypted_mail(address, NONE)
        return
    with pytest.raises(ImproperlyConfigured, match=r"^KHCN_SMTP: "):
        require_encrypted_mail(address, NONE)


def started(tmp_path, **variables):
    """What a start with these variables ends with: the exit status and the last line of what it says."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KHCN_") and name != "DATABASE_URL"
    }
    environment |= {"KHCN_DATA": str(tmp_path), "PYTHONPATH": str(installed.ROOT / "src"), **variables}
    code = "import khcn.config.settings as s; print(s.SECRET_KEY, s.DATABASES['default'].get('HOST'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"DATABASE_URL": "postgres://khcn:bi-mat@10.0.0.2/khcn"}, "DATABASE_URL"),
        ({"KHCN_SMTP": "smtp://a:bi-mat@mail.example.vn:25"}, "KHCN_SMTP"),
    ],
)
def test_the_program_does_not_start_with_them_and_names_no_password(tmp_path, variables, named):
    status, text = started(tmp_path, **variables)
    assert (status, named in text, "bi-mat" in text) == (1, True, False)
    assert started(tmp_path, KHCN_PLAINTEXT="database,mail", **variables)[0] == 0


def test_words_and_hosts_that_are_none_are_refused(monkeypatch):
    monkeypatch.setenv("X", "mail, database")
    assert env_words("X", frozenset({"mail", "database"})) == {"mail", "database"}
    assert env_hosts("Y") == ()
    monkeypatch.setenv("X", "everything")
    with pytest.raises(ImproperlyConfigured, match="everything"):
        env_words("X", frozenset({"mail"}))
    monkeypatch.setenv("X", " Nhan.example.vn ,.hai-quan.example,10.0.0.4")
    assert env_hosts("X") == ("nhan.example.vn", ".hai-quan.example", "10.0.0.4")
    monkeypatch.setenv("X", "https://nhan.example.vn")
    with pytest.raises(ImproperlyConfigured, match="https"):
        env_hosts("X")


def test_secrets_come_from_the_credentials_of_systemd(tmp_path, monkeypatch):
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "khcn.KHCN_SECRET_KEY").write_text("khoa-bi-mat-tu-systemd\n", "utf-8")
    given = {"CREDENTIALS_DIRECTORY": str(folder), "KHCN_SECRET_KEY": "of-the-environment"}
    assert started(tmp_path, **given) == (0, "khoa-bi-mat-tu-systemd")
    assert not (tmp_path / "secret-key").exists()
    (folder / "khcn.secret").write_text("x", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    monkeypatch.setenv("KHCN_SECRET_KEY", "")
    with pytest.raises(ImproperlyConfigured, match=r"khcn\.secret"):
        take_credentials()
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert take_credentials() == []


class Answers:
    """A database's answer about its own connection."""

    def __init__(self, row):
        self.settings_dict = {"ENGINE": "django.db.backends.postgresql", "HOST": "10.0.0.2", "OPTIONS": {}}
        self.row = row

    @contextmanager
    def cursor(self):
        yield SimpleNamespace(execute=lambda _sql: None, fetchone=lambda: self.row)


@pytest.mark.parametrize(
    ("row", "plaintext", "found"),
    [
        ((True, "TLSv1.3"), NONE, [("good", "Cơ sở dữ liệu ở 10.0.0.2, TLSv1.3")]),
        ((False, None), NONE, [("error", "Đường nối tới cơ sở dữ liệu ở 10.0.0.2 không mã hóa.")]),
        (
            (False, None),
            frozenset({"database"}),
            [
                ("warning", "KHCN_PLAINTEXT cho phép nối không mã hóa: database."),
                ("warning", "Đường nối tới cơ sở dữ liệu ở 10.0.0.2 không mã hóa."),
            ],
        ),
    ],
)
def test_doctor_asks_the_database_whether_the_connection_is_encrypted(
    settings, monkeypatch, row, plaintext, found
):
    settings.PLAINTEXT = plaintext
    monkeypatch.setattr(connections, "connections", {"default": Answers(row)})
    assert [(each.level.value, each.text) for each in connections.encryption(AT)] == found


def test_doctor_names_where_events_may_be_sent(settings):
    settings.WEBHOOK_HOSTS = ()
    assert [each.level.value for each in connections.receivers(AT)] == ["warning"]
    settings.WEBHOOK_HOSTS = ("nhan.example.vn", ".hai-quan.example")
    assert [(each.level.value, each.text) for each in connections.receivers(AT)] == [
        ("good", "Chỉ gửi sự kiện tới nhan.example.vn, .hai-quan.example")
    ]


class Page(BaseHTTPRequestHandler):
    """The page of sign-in, as nginx gives it out."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Nothing on the screen of the tests."""


def _usage(*, is_authority):
    others = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only",
         "decipher_only"),
        False,
    )  # fmt: skip
    return x509.KeyUsage(digital_signature=True, key_cert_sign=is_authority, **others)


def certificate(subject, issuer, key, signing_key, *, is_authority):
    name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])  # noqa: E731
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=90))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
        )
        .add_extension(_usage(is_authority=is_authority), critical=True)
        .sign(signing_key, hashes.SHA256())
    )


@pytest.fixture
def https(tmp_path):
    """A page behind HTTPS: by a certificate of its own or of an authority; gives the address and the file of who signed."""
    authority_key, own_key = (ec.generate_private_key(ec.SECP256R1()) for _each in range(2))
    servers = []

    def start(*, self_signed):
        if self_signed:
            root = own = certificate("localhost", "localhost", own_key, own_key, is_authority=False)
        else:
            root = certificate("Gốc", "Gốc", authority_key, authority_key, is_authority=True)
            own = certificate("localhost", "Gốc", own_key, authority_key, is_authority=False)
        (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        (tmp_path / "own.pem").write_bytes(
            own.public_bytes(Encoding.PEM)
            + own_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "own.pem")
        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"https://localhost:{server.server_port}", tmp_path / "root.pem"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def seen(settings, monkeypatch, address, trusted):
    settings.PUBLIC_URL = address
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("SSL_CERT_DIR", str(trusted.parent / "none"))
    return [(each.level.value, each.text.split(" ")[0:2]) for each in web.public_address(datetime.now(UTC))]


def test_doctor_names_a_certificate_that_browsers_do_not_trust(https, settings, monkeypatch, tmp_path):
    address, root = https(self_signed=False)
    empty = tmp_path / "nobody.pem"
    empty.write_text("")
    assert seen(settings, monkeypatch, address, empty) == [("error", ["Trình", "duyệt"])]
    assert [level for level, _words in seen(settings, monkeypatch, address, root)] == ["good"]
    address, root = https(self_signed=True)
    assert seen(settings, monkeypatch, address, root)[0] == ("warning", ["Chứng", "thư"])
