"""`./khcn doctor`: each check names its fault, and nothing else."""

import json
import os
import re
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from khcn.config.doctor import database, machine, web, work
from khcn.config.doctor.diagnosis import HealthLevel
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.backup import schema
from khcn.kernel.jobs.models import DailyRun, Heartbeat, WriteProbe
from khcn.kernel.upgrading import pending_migrations
from khcn.parties.models import User
from khcn.reference.models import RuleParameter
from tests.web.identity_provider_server import providing
from tests.web.provider_sign_ins import provider_settings

AT = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)


def levels(check, at=AT):
    return [(each.level.value, each.text.partition(":")[0]) for each in check(at)]


@pytest.fixture
def in_order(settings, tmp_path, monkeypatch):
    """Variables as an installation has them."""
    for name in [each for each in os.environ if each.startswith("KHCN_")]:
        monkeypatch.delenv(name)
    settings.DATA = tmp_path
    tmp_path.chmod(0o700)
    settings.HTTPS, settings.TRUSTED_PROXY = True, "127.0.0.1"
    settings.ALLOWED_HOSTS = ["khcn.example.vn"]
    return settings


@pytest.mark.parametrize(
    ("setting", "value", "found"),
    [
        ("HTTPS", True, ("good", "HTTPS qua proxy 127.0.0.1, tên máy chủ khcn.example.vn")),
        ("HTTPS", False, ("warning", "KHCN_HTTPS chưa bật")),
        ("TRUSTED_PROXY", None, ("error", "KHCN_HTTPS bật mà không có KHCN_TRUSTED_PROXY")),
    ],
)
def test_variables_that_do_not_go_together(in_order, setting, value, found):
    setattr(in_order, setting, value)
    assert levels(machine.settings_of_environment) == [found]


def test_the_identity_provider_is_asked_as_a_sign_in_asks_it(settings, tmp_path):
    assert levels(web.identity_provider) == [
        ("good", "Chỉ đăng nhập bằng mật khẩu (KHCN_OIDC_ISSUER không đặt)")
    ]
    with providing() as provider:
        settings.IDENTITY_PROVIDER = provider_settings(provider.issuer, tmp_path, seconds=2)
        assert [(each.level.value, each.text) for each in web.identity_provider(AT)] == [
            ("good", f"{provider.issuer} trả lời, 1 khóa")
        ]
        provider.answers["/realm/keys"] = 200, {"keys": []}
        [without] = web.identity_provider(AT)
        assert (without.level, "không có khóa nào" in without.text) == (HealthLevel.ERROR, True)
        provider.answers["/realm/keys"] = 500, {}
        [failing] = web.identity_provider(AT)
        assert (failing.level, "no keys (HTTP 500)" in failing.text) == (HealthLevel.ERROR, True)
        (tmp_path / "secret").unlink()
        unread, _failing = web.identity_provider(AT)
        assert "Không đọc được mã bí mật" in unread.text
    [away] = list(web.identity_provider(AT))[1:]
    assert (away.level, "Không liên lạc được" in away.text) == (HealthLevel.ERROR, True)


def test_variables_that_nobody_reads_debugging_and_any_host(in_order, monkeypatch):
    monkeypatch.setenv("KHCN_BAKUP_FOLDER", "x")
    monkeypatch.setenv("KHCN_SERVE_HEAD_SECONDS", "10")
    monkeypatch.setenv("KHCN_SIGN_IN_WINDOW_MINUTES", "15")
    in_order.DEBUG, in_order.ALLOWED_HOSTS = True, ["*"]
    assert [text for level, text in levels(machine.settings_of_environment) if level == "error"] == [
        "Biến không có trong hệ thống",
        "KHCN_DEBUG đang bật",
        "KHCN_HOSTS là *",
    ]


def test_a_data_folder_that_others_may_read(in_order, tmp_path):
    assert [level for level, _text in levels(machine.data_folder)] == ["good"]
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o640)
    [(level, text)] = levels(machine.data_folder)
    assert (level, text) == ("error", "Người khác trên máy đọc được")
    in_order.DATA = tmp_path / "absent"
    assert levels(machine.data_folder) == [("error", f"Không có thư mục {tmp_path / 'absent'}.")]


def test_a_disk_that_is_nearly_full(in_order, monkeypatch):
    class Usage:
        free, total = 1 << 30, 100 << 30

    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _folder: Usage)
    assert {level for level, _text in levels(machine.disk)} == {"error"}
    Usage.free = 5 << 30
    assert {level for level, _text in levels(machine.disk)} == {"warning"}
    Usage.free = 50 << 30
    assert {level for level, _text in levels(machine.disk)} == {"good"}


@pytest.mark.django_db
def test_a_disk_that_writes_slowly(monkeypatch):
    assert levels(database.writing)[0][0] == "good"
    assert WriteProbe.objects.get().at == AT
    monkeypatch.setattr(database, "_SLOW", 0.0)
    [found] = database.writing(AT)
    assert found.level is HealthLevel.WARNING
    assert re.fullmatch(r"Ghi một dòng mất \d+\.\d giây: đĩa của cơ sở dữ liệu chậm.*", found.text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("applied", "pending", "found"),
    [
        (["0001_initial"], [], ("good", "Đúng với bản phần mềm này")),
        (["0001_initial", "0002_replaced"], [], ("good", "Đúng với bản phần mềm này")),
        ([], ["trace.0001_initial"], ("error", "Còn 1 bước cập nhật cấu trúc")),
        (
            ["0001_initial", "0003_of_the_future"],
            [],
            ("error", "Cơ sở dữ liệu của một bản phần mềm mới hơn"),
        ),
    ],
)
def test_a_structure_that_is_older_or_newer(monkeypatch, applied, pending, found):
    first = SimpleNamespace(replaces=[("trace", "0002_replaced")])
    loader = SimpleNamespace(
        disk_migrations={("trace", "0001_initial"): first}, graph=SimpleNamespace(leaf_nodes=list)
    )
    plan = [
        (SimpleNamespace(app_label=app, name=name), False)
        for app, name in (each.split(".") for each in pending)
    ]
    executor = SimpleNamespace(loader=loader, migration_plan=lambda _leaves: plan)
    recorder = SimpleNamespace(applied_migrations=lambda: {("trace", name): None for name in applied})
    monkeypatch.setattr(pending_migrations, "MigrationExecutor", lambda _connection: executor)
    monkeypatch.setattr(schema, "MigrationLoader", lambda _connection: loader)
    monkeypatch.setattr(schema, "MigrationRecorder", lambda _connection: recorder)
    assert levels(database.structure) == [found]


@pytest.mark.django_db
def test_a_clock_that_is_slow():
    now = timezone.now()
    assert [level for level, _text in levels(database.clock, now)] == ["good"]
    with acting(SYSTEM, "thử"):
        User(username="a", full_name="A").save()
    ChangeEntry.objects.update(at=now + timedelta(days=900))
    assert [level for level, _text in levels(database.clock, now)] == ["error"]


@pytest.mark.django_db
def test_administrators():
    assert levels(work.accounts) == [("error", "Chưa có tài khoản quản trị nào.")]
    with acting(SYSTEM, "thử"):
        User(username="a", full_name="A", role_id=Role.ADMIN.value).save()
        User(username="b", full_name="B", role_id=Role.ADMIN.value, is_active=False).save()
        assert levels(work.accounts) == [("warning", "Chỉ có một tài khoản quản trị")]
        User.objects.filter(username="b").first().delete()
        User(username="c", full_name="C", role_id=Role.ADMIN.value).save()
    assert levels(work.accounts) == [("good", "2 tài khoản, 2 quản trị")]


@pytest.mark.django_db
def test_rules():
    assert [level for level, _text in levels(work.rules)] == ["error"]
    call_command("rules", stdout=StringIO())
    assert levels(work.rules) == [("good", "Đủ cho mọi thời hạn")]
    with acting(SYSTEM, "thử"):
        RuleParameter.objects.filter(code="science.settlement_days").first().delete()
    assert levels(work.rules) == [("error", "Thiếu tham số quy định")]


@pytest.mark.django_db
def test_background_work():
    assert [level for level, _text in levels(work.background_work)] == ["error"]  # never
    Heartbeat.objects.create(pk=1, at=AT)
    assert levels(work.background_work) == [("good", "Đang chạy")]
    assert [level for level, _text in levels(work.background_work, AT + timedelta(minutes=6))] == ["error"]
    assert [level for level, _text in levels(work.background_work, AT - timedelta(minutes=6))] == ["error"]
    path = work.late_daily_work.__globals__["all_daily"]()[0].path
    DailyRun.objects.create(path=path, done_on=AT.date() - timedelta(days=3))
    assert levels(work.background_work) == [("error", "Việc hằng ngày chưa xong từ hôm qua")]


@pytest.mark.django_db
def test_the_command_prints_what_to_do_and_fails_where_something_is_broken():
    printed = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", format="json", stdout=printed)
    assert ended.value.code == 1
    found = json.loads(printed.getvalue())
    assert {each["level"] for each in found} <= {each.value for each in HealthLevel}
    assert [each for each in found if each["level"] != "good" and not each["remedy"]] == []
    assert "Chạy khcn init." in {each["remedy"] for each in found}


@pytest.mark.parametrize(
    ("mode", "row", "found"),
    [
        ("off", None, ("warning", "Chưa giữ nhật ký của PostgreSQL")),
        ("on", (None, None, None), ("warning", "PostgreSQL chưa chuyển đoạn nhật ký nào vào kho.")),
        ("on", (AT, None, None), ("good", "Chuyển vào kho lần cuối 12")),
        ("on", (AT, AT - timedelta(hours=1), "01"), ("good", "Chuyển vào kho lần cuối 12")),
        ("on", (AT, AT + timedelta(hours=1), "02"), ("error", "PostgreSQL không chuyển được nhật ký 02 vào kho (lần cuối thử 13")),
        ("on", (None, AT, "01"), ("error", "PostgreSQL không chuyển được nhật ký 01 vào kho (lần cuối thử 12")),
    ],
)  # fmt: skip
def test_segments_that_do_not_reach_the_archive(monkeypatch, mode, row, found):
    """The server of the tests archives nothing; `./khcn drill point-in-time` asks one that does."""
    cursor = SimpleNamespace(execute=lambda query: None, fetchone=lambda: row)
    answering = SimpleNamespace(vendor="postgresql", cursor=lambda: nullcontext(cursor))
    monkeypatch.setattr(database, "connection", answering)
    monkeypatch.setattr(database, "_value", lambda query: mode)
    assert levels(database.archiving) == [found]


def test_forms_of_pages_without_encryption_are_named(in_order):
    in_order.CSRF_TRUSTED_ORIGINS = ["https://khcn.example.vn:8443"]
    assert [level for level, _text in levels(machine.settings_of_environment)] == ["good"]
    in_order.CSRF_TRUSTED_ORIGINS = ["https://khcn.example.vn:8443", "http://khcn.example.vn"]
    [(level, text), _good] = levels(machine.settings_of_environment)
    assert (level, text.startswith("KHCN_TRUSTED_ORIGINS nhận biểu mẫu")) == ("error", True)
