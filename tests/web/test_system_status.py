"""The page “Tình trạng hệ thống”: what is well, what is not and what to do about it, for administrators alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from khcn.config.doctor.web import SeenCertificate
from khcn.config.monitoring import certificate
from khcn.kernel.actors import Role
from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.jobs.failures import record_failure
from khcn.kernel.jobs.models import DailyRun, Heartbeat
from tests.web.conftest import tree, words

VERIFY = "khcn.kernel.audit.jobs.verify_log_job"


def rows(page, heading):
    """The rows of the table below a heading, as words."""
    found = tree(page).xpath(f"//section[.//h2[@id='{heading}']]//tbody/tr")
    return [" ".join(" ".join(each.itertext()).split()) for each in found]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.ADMIN, Role.SYSTEM}], ids=lambda r: r.value
)
def test_it_is_for_administrators_alone(sign_in, role):
    client = sign_in(role)
    assert client.get("/system/").status_code == 403
    assert "/system/" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_it_names_what_is_wrong_and_what_to_do(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    page = admin.get("/system/")
    text = words(page)
    assert "Công việc nền không chạy (chưa chạy lần nào)" in text
    assert "systemctl restart khcn" in text
    assert "Không có báo động" not in text
    assert "/backups/" in tree(page).xpath("//section[.//h2[@id='storage']]//a/@href")
    [sessions] = [each for each in rows(page, "running") if each.startswith("Phiên đăng nhập đang mở")]
    assert "1" in sessions.split()
    assert any(each.startswith("Phần mềm") and "khcn 0." in each for each in rows(page, "versions"))
    assert "/system/" in admin.get("/").content.decode()


@pytest.mark.django_db
def test_daily_work_with_its_last_and_next_day_and_why_it_failed(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    Heartbeat.objects.create(pk=1, at=timezone.now())
    today = timezone.localdate()
    DailyRun.objects.create(path=VERIFY, done_on=today)
    nightly = "khcn.kernel.backup.jobs.nightly_backup"
    DailyRun.objects.create(path=nightly, done_on=today - timedelta(days=3))
    record_failure(nightly, OSError("<b>Đĩa đầy</b>"), at=timezone.now())
    record_failure("khcn.trace.jobs.deliver", ValueError("mã lạ"), at=timezone.now())
    page = admin.get("/system/")
    found = rows(page, "work")
    assert len(found) == len(all_daily())
    [verify] = [row for row in found if row.startswith("Kiểm tra nhật ký")]
    assert f"{today:%d/%m/%Y}" in verify
    assert f"{today + timedelta(days=1):%d/%m/%Y}" in verify
    assert verify.endswith("Đạt")
    [saved] = [row for row in found if row.startswith("Sao lưu và phục hồi thử")]
    assert saved.endswith("OSError: <b>Đĩa đầy</b>")
    [delivery] = rows(page, "failed")
    assert delivery.startswith("Gửi sự kiện cho bên đăng ký")
    assert delivery.endswith("ValueError: mã lạ")


@pytest.mark.django_db
def test_queued_work_that_failed_has_its_last_line_only(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    enqueue("khcn.web.jobs.send_password_issue_mail", issue=1)
    DBTaskResult.objects.update(
        status="FAILED",
        finished_at=timezone.now(),
        traceback='Traceback …\n  File "x.py", line 1\nOSError: từ chối\n',
    )
    page = admin.get("/system/")
    [failed] = rows(page, "failed")
    assert failed.startswith("Thư báo cấp lại mật khẩu")
    assert failed.endswith("OSError: từ chối")
    [mail] = [each for each in rows(page, "running") if each.startswith("Thư gửi đi")]
    assert "1 thư không gửi được" in mail
    assert "Hỏng" in mail
    DBTaskResult.objects.update(traceback="", args_kwargs={"args": ["khcn.x.jobs.y", {}], "kwargs": {}})
    [failed] = rows(admin.get("/system/"), "failed")
    assert failed.startswith("khcn.x.jobs.y")


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "expected"), [(90, "Đạt"), (20, "Lưu ý"), (None, "Hỏng")])
def test_the_certificate_is_looked_at_once_in_minutes(sign_in, settings, monkeypatch, days, expected):
    settings.PUBLIC_URL = "https://khcn.example.vn"
    looked = []

    def seen(host, port, *, patience):
        looked.append((host, port))
        if days is None:
            raise OSError("không nối được")
        return SeenCertificate(timezone.now() + timedelta(days=days), is_self_signed=False)

    monkeypatch.setattr(certificate, "certificate_of", seen)
    monkeypatch.setattr(certificate, "_last", [])
    admin = sign_in(Role.ADMIN, "VP")
    for _each in range(2):
        [line] = [each for each in rows(admin.get("/system/"), "storage") if each.startswith("Chứng thư")]
        assert f" {expected} " in line
    assert looked == [("khcn.example.vn", 443)]
