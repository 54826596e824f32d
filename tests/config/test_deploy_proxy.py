"""What the shipped settings of nginx and the guide promise: TLS, who asks, what is not shown, no password for the database."""

import re

from django.conf import settings

NGINX = (settings.ROOT / "deploy" / "nginx" / "khcn.conf").read_text("utf-8")
GUIDE = (settings.ROOT / "docs" / "van-hanh" / "cai-dat.md").read_text("utf-8")
PROTECTIONS = {
    'Strict-Transport-Security "max-age=31536000; includeSubDomains" always;',
    'X-Content-Type-Options "nosniff" always;',
}


def servers():
    """The ``server`` blocks, without comments."""
    text = re.sub(r"^\s*#.*$", "", NGINX, flags=re.MULTILINE)
    return re.findall(r"^server \{$(.*?)^\}$", text, flags=re.MULTILINE | re.DOTALL)


def locations(server):
    """Address to directives of the ``location`` blocks, and the directives around them under ""."""
    found = dict(re.findall(r"^    location (.*?) \{$(.*?)^    \}$", server, flags=re.MULTILINE | re.DOTALL))
    one_line = dict(re.findall(r"^    location (.*?) \{ (.*?) \}$", server, flags=re.MULTILINE))
    around = re.sub(r"^    location .*? \{$.*?^    \}$", "", server, flags=re.MULTILINE | re.DOTALL)
    return {**found, **one_line, "": around}


PLAIN, NAMELESS, SECURE = servers()


def test_only_tls_1_2_and_1_3_with_forward_secrecy():
    assert re.findall(r"ssl_protocols (.*);", NGINX) == ["TLSv1.2 TLSv1.3"]
    [ciphers] = re.findall(r"ssl_ciphers (.*);", NGINX)
    assert [
        each
        for each in ciphers.split(":")
        if not re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA\d+|CHACHA20-POLY1305)", each)
    ] == []
    assert re.findall(r"ssl_session_tickets (.*);", NGINX) == ["off"]
    assert "ssl_reject_handshake on;" in NAMELESS


def test_plain_http_redirects_people_and_refuses_programs():
    found = {address: body.strip() for address, body in locations(PLAIN).items() if address}
    assert found == {
        "/": "return 301 https://khcn.example.vn$request_uri;",
        "/api/": "return 403;",
        "/epcis/": "return 403;",
    }
    assert re.findall(r"listen (.*);", SECURE) == ["443 ssl", "[::]:443 ssl"]


def test_the_proxy_sets_who_asks():
    around = locations(SECURE)[""]
    assert {
        "proxy_set_header Host $host$khcn_port;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        'proxy_set_header Forwarded "";',
    } <= {each.strip() for each in around.splitlines()}
    # a location with a field of its own would inherit none of these
    assert [name for name, body in locations(SECURE).items() if name and "proxy_set_header" in body] == []


def test_answers_of_the_proxy_itself_carry_the_protections_too():
    """A location with fields of its own inherits none, so each has them; those of the program are not doubled."""
    for name, body in locations(SECURE).items():
        added = {
            each.strip().removeprefix("add_header ") for each in body.splitlines() if "add_header" in each
        }
        assert not added or added >= PROTECTIONS, name
    around = {each.strip() for each in locations(SECURE)[""].splitlines()}
    assert {f"add_header {each}" for each in PROTECTIONS} <= around
    assert {
        "proxy_hide_header Strict-Transport-Security;",
        "proxy_hide_header X-Content-Type-Options;",
    } <= around


def test_the_proxy_lists_no_folder_and_hides_what_is_for_operators():
    assert "autoindex" not in NGINX
    assert "server_tokens off;" in locations(SECURE)[""]
    found = locations(SECURE)
    ready = [each.strip() for each in found["= /readyz"].strip().splitlines()]
    assert ready == ["allow 127.0.0.1;", "allow ::1;", "deny all;", "proxy_pass http://khcn;"]
    assert found["= /metrics"].strip() == "return 404;"


def test_the_guide_connects_to_the_database_without_a_password():
    environment = (settings.ROOT / "deploy" / "khcn.env").read_text("utf-8")
    addresses = re.findall(
        r"^(?:DATABASE_URL|KHCN_OWNER_DATABASE_URL)=(.*)$", environment, flags=re.MULTILINE
    )
    assert addresses == [f"postgres://{role}@%2Frun%2Fpostgresql/khcn" for role in ("khcn", "khcn_owner")]
    assert "1i local all khcn,khcn_owner peer map=khcn" in GUIDE
    created = (settings.ROOT / "deploy" / "postgresql" / "create.sql").read_text("utf-8")
    assert re.findall(r"^CREATE ROLE .*PASSWORD", created, flags=re.MULTILINE) == []


def test_the_service_may_write_its_data_and_nothing_else():
    unit = (settings.ROOT / "deploy" / "systemd" / "khcn.service").read_text("utf-8")
    given = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line and not line.startswith("#"))
    assert {
        name: given.get(name)
        for name in ("User", "ProtectSystem", "NoNewPrivileges", "CapabilityBoundingSet", "UMask")
    } == {
        "User": "khcn",
        "ProtectSystem": "strict",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
    }
    assert (given["ReadWritePaths"], given["StateDirectory"]) == ("-/var/backups/khcn", "khcn")


def test_sign_ins_and_passwords_have_the_strict_limit_below_their_addresses_too():
    found = locations(SECURE)
    for name in ("^~ /login/", "^~ /password/", "^~ /password/reset/"):
        limits = [each.strip() for each in found[name].splitlines() if "limit_req " in each]
        assert limits == [
            "limit_req zone=khcn_sign_in burst=20 nodelay;",
            "limit_req zone=khcn_requests burst=120 nodelay;",
        ]
    assert [name for name in found if "/login/" in name or "/password/" in name] == [
        "^~ /login/", "^~ /password/", "^~ /password/reset/"]  # fmt: skip


def test_faults_at_addresses_that_hold_a_secret_are_not_logged():
    found = locations(SECURE)
    silent = [name for name, body in found.items() if "error_log /dev/null crit;" in body and name]
    assert silent == ["^~ /password/reset/", "^~ /calendar/"]
