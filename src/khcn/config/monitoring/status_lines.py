"""What the page of the administrator says: each line a thing, how it is now, and what to do where it is not well."""

from __future__ import annotations

import platform
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from khcn.config.doctor import BY_NETWORK, OF_MONITORING, examine
from khcn.config.doctor.connections import encryption, receivers, sms_gateway
from khcn.config.doctor.diagnosis import HealthLevel
from khcn.config.doctor.web import EXPIRES_SOON
from khcn.config.monitoring.certificate import public_certificate
from khcn.config.monitoring.condition import RECENT, AlarmCode
from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.models import DailyRun
from khcn.kernel.jobs.recurring import title_of_work
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from khcn.config.monitoring.condition import SystemCondition
    from khcn.kernel.jobs.models import WorkFailure

_MAIL_WORK = (
    "khcn.web.jobs.send_password_issue_mail",
    "khcn.web.jobs.send_address_change_mail",
    "khcn.web.jobs.send_outside_account_mail",
)
_MORNING_MAIL = "khcn.web.jobs.send_morning_mail"


@dataclass(frozen=True, slots=True)
class StatusLine:
    """``url`` leads to where it is mended, or seen in full."""

    title: str
    text: str
    level: HealthLevel = HealthLevel.GOOD
    remedy: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One piece of daily work."""

    title: str
    path: str
    last: date | None
    next: datetime
    failure: WorkFailure | None
    is_late: bool


def moment(at: datetime | None) -> str:
    """An instant in words of the page."""
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else _("chưa có")


def running_lines(found: SystemCondition) -> Iterator[StatusLine]:
    """What runs."""
    figures = found.figures
    still = found.has(AlarmCode.SCHEDULER)
    yield StatusLine(
        _("Công việc nền"),
        _("chạy gần nhất lúc %(at)s") % {"at": moment(found.heartbeat)},
        HealthLevel.ERROR if still else HealthLevel.GOOD,
        _("Trên máy chủ: systemctl restart khcn; xem journalctl -u khcn.") if still else "",
    )
    failed = figures.get('queue_jobs{state="failed_day"}', 0)
    stands = found.has(AlarmCode.QUEUE)
    text = _("%(waiting)s đang chờ, %(running)s đang làm, %(failed)s hỏng trong 24 giờ")
    yield StatusLine(
        _("Việc xếp hàng"),
        text
        % {
            "waiting": _whole(figures.get('queue_jobs{state="waiting"}', 0)),
            "running": _whole(figures.get('queue_jobs{state="running"}', 0)),
            "failed": _whole(failed),
        },
        HealthLevel.ERROR if stands else HealthLevel.WARNING if failed else HealthLevel.GOOD,
        _("Trên máy chủ: systemctl restart khcn.")
        if stands
        else _("Xem lý do ở bảng Việc bị hỏng gần đây.")
        if failed
        else "",
    )
    yield StatusLine(
        _("Phiên đăng nhập đang mở"), _whole(figures.get("sessions_open", 0)), url=reverse("account-list")
    )
    yield from _data_lines(found)
    yield from _mail_lines(found)
    yield from _trace_lines(figures)


def _data_lines(found: SystemCondition) -> Iterator[StatusLine]:
    """What the last run of the rules of integrity found."""
    checked = found.figures.get("data_check_timestamp_seconds")
    if checked is None:
        return
    wrong = found.has(AlarmCode.DATA)
    doubtful = found.figures.get('data_rules_broken{level="warning"}', 0)
    text = _("lúc %(at)s: %(errors)s quy tắc có dữ liệu sai, %(warnings)s quy tắc có dữ liệu cần xem lại")
    values = {
        "at": moment(datetime.fromtimestamp(checked, UTC)),
        "errors": _whole(found.figures.get('data_rules_broken{level="error"}', 0)),
        "warnings": _whole(doubtful),
    }
    level = HealthLevel.ERROR if wrong else HealthLevel.WARNING if doubtful else HealthLevel.GOOD
    yield StatusLine(_("Kiểm tra dữ liệu"), text % values, level, url=reverse("data-check-list"))


def _mail_lines(found: SystemCondition) -> Iterator[StatusLine]:
    jobs = DBTaskResult.objects.filter(args_kwargs__args__0__in=_MAIL_WORK)
    waiting = jobs.ready().count()
    lost = jobs.failed().filter(finished_at__gte=found.at - RECENT).count()
    morning = next((each for each in found.failures if each.path == _MORNING_MAIL), None)
    by_server = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    where = settings.EMAIL_HOST if by_server else str(settings.EMAIL_FILE_PATH)
    text = _("%(where)s: %(waiting)s thư đang chờ, %(lost)s thư không gửi được trong 24 giờ")
    values = {"where": where, "waiting": _whole(waiting), "lost": _whole(lost)}
    if lost or morning:
        level, remedy = HealthLevel.ERROR, _("Kiểm tra KHCN_SMTP, máy chủ thư; chạy khcn doctor.")
    elif not by_server:
        level = HealthLevel.WARNING
        remedy = _("Chưa đặt máy chủ thư (KHCN_SMTP): thư chỉ nằm trong thư mục này.")
    else:
        level, remedy = HealthLevel.GOOD, ""
    yield StatusLine(_("Thư gửi đi"), text % values, level, remedy)


def _trace_lines(figures: dict[str, float]) -> Iterator[StatusLine]:
    parked = figures.get("trace_subscriptions_parked", 0)
    text = _("%(captures)s tài liệu chờ ghi, %(deliveries)s lượt chờ gửi, %(parked)s đăng ký đã ngừng gửi")
    values = {
        "captures": _whole(figures.get("trace_captures_waiting", 0)),
        "deliveries": _whole(figures.get("trace_deliveries_waiting", 0)),
        "parked": _whole(parked),
    }
    yield StatusLine(
        _("Truy xuất nguồn gốc"),
        text % values,
        HealthLevel.WARNING if parked else HealthLevel.GOOD,
        _("Bên nhận từ chối lâu ngày: liên hệ họ sửa địa chỉ nhận rồi đăng ký lại.") if parked else "",
    )


def storage_lines(found: SystemCondition) -> Iterator[StatusLine]:
    """Backups, disks, certificate."""
    saved = found.backups
    for name, code, last in (
        (_("Sao lưu đạt gần nhất"), AlarmCode.BACKUP, saved and saved.last_backup),
        (_("Phục hồi thử đạt gần nhất"), AlarmCode.REHEARSAL, saved and saved.last_rehearsal),
    ):
        alarm = next((each for each in found.alarms if each.code is code), None)
        yield StatusLine(
            name,
            moment(last.finished_at if last else None),
            HealthLevel.ERROR if alarm else HealthLevel.GOOD,
            f"{alarm.text} {alarm.remedy}" if alarm else "",
            reverse("backup-list"),
        )
    if saved is not None and saved.is_beside_data:
        yield StatusLine(
            _("Nơi để bộ sao lưu"),
            str(saved.folder),
            HealthLevel.WARNING,
            _("Cùng ổ đĩa với dữ liệu: hỏng ổ là mất cả hai. Đặt KHCN_BACKUP_SECOND_FOLDER ở máy khác."),
        )
    for disk in found.disks:
        well = disk.level is HealthLevel.GOOD
        yield StatusLine(_("Đĩa"), str(disk), disk.level, "" if well else _("Dọn hoặc thêm đĩa."))
    yield from _certificate_lines(found.at)


def _certificate_lines(at: datetime) -> Iterator[StatusLine]:
    certificate = public_certificate()
    if certificate is None:
        return
    if certificate.expires is None:
        remedy = _("Kiểm tra nginx và chứng thư ở /etc/khcn/tls; chạy khcn doctor.")
        text = f"{certificate.host}: {certificate.problem}"
        yield StatusLine(_("Chứng thư HTTPS"), text, HealthLevel.ERROR, remedy)
        return
    soon = certificate.expires - at < EXPIRES_SOON
    yield StatusLine(
        _("Chứng thư HTTPS"),
        _("%(host)s, hết hạn %(at)s") % {"host": certificate.host, "at": moment(certificate.expires)},
        HealthLevel.WARNING if soon else HealthLevel.GOOD,
        _("Xin cấp chứng thư mới, đặt vào /etc/khcn/tls, rồi systemctl reload nginx.") if soon else "",
    )


def outgoing_lines(at: datetime) -> Iterator[StatusLine]:
    """Every machine to which this installation goes, and how."""
    checks = (
        (_("Nơi nhận sự kiện"), receivers),
        (_("Tin nhắn SMS"), sms_gateway),
        (_("Mã hóa đường nối"), encryption),
    )
    for title, check in checks:
        for each in check(at):
            yield StatusLine(title, each.text, each.level, each.remedy)
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        is_encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
        way = "TLS" if is_encrypted else _("không mã hóa")
        yield StatusLine(_("Máy chủ thư"), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}, {way}")
    if settings.SIGNATURE_TIMESTAMP_URL:
        yield StatusLine(_("Nơi cấp dấu thời gian"), urlsplit(settings.SIGNATURE_TIMESTAMP_URL).netloc)


def version_lines() -> Iterator[StatusLine]:
    """What is installed."""
    project = tomllib.loads((settings.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    changes = sorted(each.name[:4] for each in (settings.ROOT / "changelog.d").glob("[0-9]*.md"))
    newest = _("thay đổi mới nhất %(number)s") % {"number": changes[-1]} if changes else ""
    yield StatusLine(_("Phần mềm"), ", ".join(filter(None, (f"khcn {project}", newest))))
    applied = MigrationRecorder(connection).applied_migrations()
    if applied:
        last = max(applied.values(), key=lambda each: each.applied)
        text = _("%(count)s bước, mới nhất %(name)s lúc %(at)s")
        name = f"{last.app}.{last.name}"
        values = {"count": _whole(len(applied)), "name": name, "at": moment(last.applied)}
        yield StatusLine(_("Cấu trúc cơ sở dữ liệu"), text % values)
    server = ".".join(map(str, connection.get_database_version()))
    yield StatusLine(_("Cơ sở dữ liệu"), f"{connection.display_name} {server}")
    yield StatusLine("Python", f"{platform.python_version()}, Django {django.get_version()}")


def doctor_lines(at: datetime) -> Iterator[StatusLine]:
    """What `khcn doctor` would say and is not well, without what it connects to and what stands above already."""
    for title, findings in examine(at, without=BY_NETWORK | OF_MONITORING | {receivers, encryption}):
        for each in findings:
            if each.level is not HealthLevel.GOOD:
                yield StatusLine(title, each.text, each.level, each.remedy)


def work_lines(found: SystemCondition, late: list[str]) -> list[WorkLine]:
    """All daily work, by the time of the day."""
    runs = {each.path: each for each in DailyRun.objects.all()}
    failures = {each.path: each for each in found.failures}
    today = timezone.localtime(found.at).date()
    lines = []
    for work in sorted(all_daily(), key=lambda each: (each.at, each.path)):
        run = runs.get(work.path)
        done = run.done_on if run is not None else None
        coming = today + timedelta(days=1) if done == today else today
        lines.append(
            WorkLine(
                title=title_of_work(work.path),
                path=work.path,
                last=done,
                next=datetime.combine(coming, work.at, timezone.get_current_timezone()),
                failure=failures.get(work.path),
                is_late=work.path in late,
            )
        )
    return lines


def _whole(number: float) -> str:
    return format_number(int(number))
