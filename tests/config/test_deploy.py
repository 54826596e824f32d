"""What `deploy/` and the install guide say agrees with the program."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from drill import install
from drill.install import FOLLOWED
from drill.steps import commands_of
from khcn.config.monitoring.condition import AlarmCode
from khcn.config.variable_meanings import REACHING_OTHERS
from khcn.config.variables import defaults, known_variables
from khcn.trace.views.label_address import KEY_NAMES
from tests.conftest import absent

DEPLOY = settings.ROOT / "deploy"
GUIDE = settings.ROOT / "docs" / "van-hanh" / "cai-dat.md"
NGINX = (DEPLOY / "nginx" / "khcn.conf").read_text("utf-8")


def test_nginx_stores_the_pages_of_all_keys_of_digital_link_and_of_nothing_else():
    [keys] = re.findall(r"location ~ \^/\(([^)]*)\)/", NGINX)
    assert sorted(keys.split("|")) == sorted(KEY_NAMES)
    stored = re.findall(r"location ([^{]*) \{[^}]*proxy_cache khcn;", NGINX)
    assert stored == ["/static/", f"~ ^/({keys})/"]


def test_each_zone_of_nginx_has_a_name_of_its_own():
    zones = re.findall(r"(?:zone=|keys_zone=|shared:)(\w+):\d+m", NGINX)
    assert sorted(zones) == sorted(set(zones))


def test_the_shipped_settings_are_known_to_the_program():
    names = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "khcn.env").read_text("utf-8"), flags=re.MULTILINE)
    assert "KHCN_TRUSTED_PROXY" in names
    assert [name for name in names if name != "DATABASE_URL" and name not in known_variables()] == []


def test_each_command_of_the_guide_is_typed_by_the_drill():
    """Nothing stands in a block that is not typed, and no heading is left out (``installed`` types the numbered ones)."""
    assert set(re.findall(r"^```(.+)$", GUIDE.read_text("utf-8"), flags=re.MULTILINE)) == {"sh"}
    fences = re.findall(r"^```", GUIDE.read_text("utf-8"), flags=re.MULTILINE)
    headings = list(commands_of(GUIDE))
    assert len(fences) == 2 * sum(map(len, commands_of(GUIDE).values()))
    assert [heading[:1] for heading in headings[:8]] == list("12345678")
    begun = [next(each for each in FOLLOWED if heading.startswith(each)) for heading in headings[8:]]
    assert begun == list(FOLLOWED)
    followed = set(re.findall(r"system\.follow\((\w+)\)", Path(install.__file__).read_text("utf-8")))
    assert {getattr(install, name) for name in followed} == set(FOLLOWED)


def test_the_guide_to_a_moment_has_the_steps_that_its_drill_follows():
    guide = settings.ROOT / "docs" / "van-hanh" / "phuc-hoi-theo-gio.md"
    assert [(heading.partition(".")[0], len(blocks)) for heading, blocks in commands_of(guide).items()] == [
        ("1", 2),
        ("2", 1),
    ]
    shipped = set(re.findall(r"/opt/khcn/(deploy/[^\s]+)", guide.read_text("utf-8")))
    assert {each for each in shipped if not (settings.ROOT / each).exists()} == set()
    assert len(shipped) == 5


@pytest.mark.parametrize("path", [DEPLOY / "khcn"], ids=["khcn"])
def test_scripts_are_scripts(path):
    assert path.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", path], check=False).returncode == 0


def test_nginx_gives_each_request_its_id_and_logs_neither_queries_nor_keys_of_calendars():
    assert NGINX.count("proxy_set_header X-Request-ID $request_id;") == 1
    # A location with headers of its own would lose those of the server.
    assert re.findall(r"^        proxy_set_header", NGINX, flags=re.MULTILINE) == []
    [form] = re.findall(r"log_format khcn '([^']*)'", NGINX)
    assert "$request_id" in form
    assert not {"$request", "$request_uri", "$args", "$uri", "$http_referer"} & set(
        re.findall(r"\$\w+", form)
    )
    assert re.findall(r"access_log (.*);", NGINX) == ["/var/log/nginx/khcn.log khcn"]
    [logged] = re.findall(r"map \$uri \$khcn_logged_uri \{([^}]*)\}", NGINX)
    assert re.findall(r'"~\^(\S+)" (\S+);', logged) == [
        ("/calendar/", "/calendar/..."),
        ("/password/reset/", "/password/reset/..."),
    ]


def test_each_alarm_has_its_line_in_the_manual():
    manual = (settings.ROOT / "docs" / "van-hanh" / "van-hanh-hang-ngay.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", manual, flags=re.MULTILINE) == [each.value for each in AlarmCode]
    [named] = re.findall(r"các mã: ([^)]*)\)", GUIDE.read_text("utf-8"))
    assert re.findall(r"`(\w+)`", named) == [each.value for each in AlarmCode]


def test_monitoring_is_not_open_to_the_outside():
    of_address = dict(re.findall(r"location = (/\w+) \{([^}]*)\}", NGINX))
    assert "return 404;" in of_address["/metrics"]
    assert of_address["/readyz"].split(";")[:3] == [
        "\n        allow 127.0.0.1",
        "\n        allow ::1",
        "\n        deny all",
    ]


def sections(path):
    """Of a file of systemd: what stands below each heading, as pairs."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            found[heading := line.strip("[]")] = []
        elif line and not line.startswith("#"):
            name, _equals, value = line.partition("=")
            found[heading].append((name, value))
    return found


def test_the_service_reaches_this_machine_alone_until_somebody_adds_another():
    assert sections(DEPLOY / "systemd" / "khcn-egress.conf") == {
        "Service": [("IPAddressDeny", "any"), ("IPAddressAllow", "localhost")]
    }
    steps = commands_of(GUIDE)["6. Dịch vụ"][0]
    assert "deploy/systemd/khcn-egress.conf /etc/systemd/system/khcn.service.d/egress.conf" in steps
    assert steps.index("egress.conf") < steps.index("systemctl enable --now khcn")


def test_the_file_of_ways_out_names_each_setting_that_leads_to_another_machine():
    text = (DEPLOY / "systemd" / "khcn-egress.conf").read_text("utf-8")
    assert set(re.findall(r"\b(?:KHCN_[A-Z0-9_]+|DATABASE_URL)\b", text)) == REACHING_OTHERS
    places = re.compile(r"_(URL|SMTP|HOSTS|ISSUER|PROVINCES|CLAMAV|MODULE|FOLDER)$")
    of_ours = {"KHCN_URL", "KHCN_HOSTS"}  # the names of this machine
    assert {each for each in defaults() if places.search(each)} - of_ours == REACHING_OTHERS


def test_systemd_takes_the_units(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        absent("systemd-analyze is not installed")
    unit = (DEPLOY / "systemd" / "khcn.service").read_text("utf-8")
    unit = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit, flags=re.MULTILINE)
    unit = re.sub(r"^(User|Group)=khcn", r"\1=root", unit, flags=re.MULTILINE)
    (tmp_path / "khcn.service").write_text(unit, "utf-8")
    (tmp_path / "khcn.service.d").mkdir()
    shutil.copy(DEPLOY / "systemd" / "khcn-egress.conf", tmp_path / "khcn.service.d" / "egress.conf")
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(
        [analyze, "verify", "--man=no", tmp_path / "khcn.service"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    named = [line for line in done.stderr.splitlines() if "khcn" in line and "postgresql" not in line]
    assert (done.returncode, named) == (0, [])
    done = subprocess.run(
        [analyze, "security", "--no-pager", "--offline=yes", "--json=short", tmp_path / "khcn.service"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    judged = {each["json_field"]: each["description"] for each in json.loads(done.stdout)}
    assert judged["IPAddressDeny"] == "Service defines IP address allow list with only localhost entries"


def test_the_command_of_a_server_gets_the_credentials_of_the_service(tmp_path):
    programs, store = tmp_path / "bin", tmp_path / "credstore"
    for folder in (programs, store, tmp_path / "credstore.encrypted"):
        folder.mkdir()
    for name, text in (
        ("id", "echo 0"),
        ("runuser", 'printf "%s|%s|%s" "$KHCN_SMTP" "$KHCN_MONITORING_TOKEN" "$KHCN_HOSTS"'),
        ("systemd-creds", 'printf "%s opens " "$2"; cat "$3"'),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (programs / name).chmod(0o755)
    (tmp_path / "khcn.env").write_text("KHCN_HOSTS=may chu = 1\nKHCN_SMTP=of the file\n", "utf-8")
    (tmp_path / "credstore.encrypted" / "khcn.KHCN_SMTP").write_text("smtp://$(x)", "utf-8")
    (store / "khcn.KHCN_MONITORING_TOKEN").write_text("token", "utf-8")
    done = subprocess.run(
        ["sh", DEPLOY / "khcn", "doctor"],
        env={
            "PATH": f"{programs}:{os.environ['PATH']}",
            "KHCN_SETTINGS": str(tmp_path / "khcn.env"),
            "KHCN_CREDSTORE": str(store),
        },
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "--name=khcn.KHCN_SMTP opens smtp://$(x)|token|may chu = 1"


def test_a_secret_that_systemd_has_encrypted_comes_back(tmp_path):
    program = shutil.which("systemd-creds")
    if program is None or os.getuid() != 0:
        absent("systemd-creds, and root, are not there")
    secret = tmp_path / "khcn.KHCN_SMTP"
    given = subprocess.run(
        [program, "encrypt", "--with-key=host", "--name=khcn.KHCN_SMTP", "-", secret],
        input=b"smtp://a:b@mail.example.vn:587", capture_output=True, check=False,
    )  # fmt: skip
    if given.returncode:
        absent(f"systemd-creds does not encrypt here: {given.stderr.decode()}")
    assert b"mail.example.vn" not in secret.read_bytes()
    opened = subprocess.run(
        [program, "decrypt", "--name=khcn.KHCN_SMTP", secret, "-"], capture_output=True, check=True
    )
    assert opened.stdout == b"smtp://a:b@mail.example.vn:587"


def test_the_journal_is_sent_by_https_with_certificates_at_both_ends():
    path = DEPLOY / "systemd" / "journal-upload-khcn.conf"
    found = dict(sections(path)["Upload"])
    assert list(found) == ["URL", "ServerKeyFile", "ServerCertificateFile", "TrustedCertificateFile"]
    assert found["URL"].startswith("https://")
    assert f"/opt/khcn/deploy/systemd/{path.name}" in GUIDE.read_text("utf-8")
