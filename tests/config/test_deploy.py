"""What `deploy/` and the install guide say agrees with the program."""

import re
import subprocess

import pytest
from django.conf import settings

from drill.steps import commands_of
from khcn.config.monitoring.condition import AlarmCode
from khcn.config.variables import known_variables
from khcn.trace.views.label_address import KEY_NAMES

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


def test_the_guide_has_the_steps_that_the_drill_follows():
    assert [heading.partition(".")[0] for heading in commands_of(GUIDE)] == [
        *"12345678",
        "Phục hồi sau khi hỏng máy",
        "Nâng cấp",
    ]


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
