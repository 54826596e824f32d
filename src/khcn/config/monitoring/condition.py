"""Looks once at everything that may need somebody, and names what does: the alarms."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import Error, connection
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from khcn.config.doctor.diagnosis import HealthLevel
from khcn.config.doctor.machine import DiskSpace, disk_spaces
from khcn.kernel.backup.condition import LATE, backup_condition
from khcn.kernel.backup.models import BackupAction, BackupRun
from khcn.kernel.deadlines.startup_checks import missing_rules
from khcn.kernel.id_slots.models import STEP
from khcn.kernel.integrity.models import IntegrityCheck
from khcn.kernel.jobs.daily import late_daily_work
from khcn.kernel.jobs.heartbeat import SILENCE, last_heartbeat
from khcn.kernel.jobs.models import WorkFailure
from khcn.kernel.jobs.recurring import title_of_work
from khcn.kernel.jobs.write_probe import write_and_read
from khcn.parties.operations.account_events import open_sessions
from khcn.trace.models import CaptureJob, Delivery, Event, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.backup.condition import BackupCondition

log = logging.getLogger(__name__)

QUEUE_PATIENCE: Final = timedelta(seconds=90)
"""Queued work that waits longer, while nothing of the queue is being done, is not being done at all."""
LONG_WORK: Final = timedelta(minutes=30)
"""So long may it wait behind other work."""
RECENT: Final = timedelta(hours=24)


class AlarmCode(StrEnum):
    """What monitoring tells one from another by."""

    DATABASE = "database"
    DISK = "disk"
    SCHEDULER = "scheduler"
    QUEUE = "queue"
    JOBS = "jobs"
    RULES = "rules"
    BACKUP = "backup"
    REHEARSAL = "rehearsal"
    DATA = "data"


_TEXTS: Final[dict[AlarmCode, tuple[StrOrPromise, StrOrPromise]]] = {
    AlarmCode.DATABASE: (
        _("Cơ sở dữ liệu không ghi hoặc không đọc được: %(what)s"),
        _("Xem máy chủ cơ sở dữ liệu có chạy không, đĩa của nó còn chỗ không; chạy khcn doctor."),
    ),
    AlarmCode.DISK: ("%(what)s", _("Dọn hoặc thêm đĩa ngay: đầy đĩa thì không ghi được gì nữa.")),
    AlarmCode.SCHEDULER: (
        _("Công việc nền không chạy (%(what)s): không nhắc hạn, không sao lưu."),
        _("Khởi động lại dịch vụ: systemctl restart khcn; xem journalctl -u khcn."),
    ),
    AlarmCode.QUEUE: (
        _("Việc xếp hàng không được làm: %(what)s"),
        _("Khởi động lại dịch vụ: systemctl restart khcn; xem journalctl -u khcn."),
    ),
    AlarmCode.JOBS: (
        _("Việc tự động không xong: %(what)s"),
        _("Xem lý do ở trang Tình trạng hệ thống; hệ thống tự làm lại, báo người bảo trì nếu vẫn vậy."),
    ),
    AlarmCode.RULES: (
        _("Thiếu tham số quy định: %(what)s"),
        _("Nhập ở Danh mục dùng chung, hoặc chạy khcn rules."),
    ),
    AlarmCode.BACKUP: ("%(what)s", _("Xem trang Sao lưu; chạy thử khcn backup trên máy chủ.")),
    AlarmCode.REHEARSAL: ("%(what)s", _("Xem trang Sao lưu; chạy thử khcn backup --verify trên máy chủ.")),
    AlarmCode.DATA: (
        _("Có dữ liệu sai: %(what)s"),
        _("Xem trang Kiểm tra dữ liệu để biết bản ghi nào và cách sửa; sửa xong thì bấm “Kiểm tra ngay”."),
    ),
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody has to do something about."""

    code: AlarmCode
    what: str

    @property
    def text(self) -> str:
        """What is so."""
        return str(_TEXTS[self.code][0]) % {"what": self.what}

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return str(_TEXTS[self.code][1])


@dataclass(slots=True)
class SystemCondition:
    """What a look has found. Where the database does not answer, what it would tell is not there."""

    at: datetime
    alarms: list[Alarm] = field(default_factory=list)
    # Numbers for monitoring, by the name of the metric without its prefix; instants are seconds since 1970.
    figures: dict[str, float] = field(default_factory=dict)
    disks: list[DiskSpace] = field(default_factory=list)
    backups: BackupCondition | None = None
    heartbeat: datetime | None = None
    failures: list[WorkFailure] = field(default_factory=list)

    def has(self, code: AlarmCode) -> bool:
        """Is there an alarm of this kind?"""
        return any(each.code is code for each in self.alarms)

    def raise_alarm(self, code: AlarmCode, what: str) -> None:
        """Note one."""
        self.alarms.append(Alarm(code, what))


def look(at: datetime, *, by_writing: bool = True) -> SystemCondition:
    """The condition at an instant, with a write that is read back unless a page asks, which changes nothing. Raises nothing:
    what cannot be looked at is an alarm.
    """
    found = SystemCondition(at)
    with translation.override(settings.LANGUAGE_CODE):
        try:
            _look_at_disks(found)
        except OSError as fault:
            found.raise_alarm(AlarmCode.DISK, str(fault))
        try:
            began = time.perf_counter()
            if by_writing:
                write_and_read(at)
                found.figures["database_probe_seconds"] = time.perf_counter() - began
            for step in (
                _look_at_work,
                _look_at_queue,
                _look_at_backups,
                _look_at_data,
                _look_at_traceability,
            ):
                step(found)
        except Error as fault:
            log.exception("readiness: the database does not answer")
            # What the database quotes may hold its address.
            found.raise_alarm(AlarmCode.DATABASE, type(fault).__name__)
    return found


def _look_at_disks(found: SystemCondition) -> None:
    found.disks = list(disk_spaces())
    for each in found.disks:
        found.figures[f'disk_free_bytes{{folder="{each.key}"}}'] = each.free
        if each.level is HealthLevel.ERROR:
            found.raise_alarm(AlarmCode.DISK, str(each))


def _look_at_work(found: SystemCondition) -> None:
    at = found.at
    beat = found.heartbeat = last_heartbeat()
    if beat is None or abs(at - beat) > SILENCE:
        when = f"lần cuối {timezone.localtime(beat):%H:%M:%S %d/%m/%Y}" if beat else "chưa chạy lần nào"
        found.raise_alarm(AlarmCode.SCHEDULER, when)
    if beat is not None:
        found.figures["heartbeat_timestamp_seconds"] = beat.timestamp()
    found.failures = list(WorkFailure.objects.all())
    late = late_daily_work(at=at)
    found.figures["work_failing"], found.figures["daily_work_late"] = len(found.failures), len(late)
    if failing := {*late, *(each.path for each in found.failures)}:
        found.raise_alarm(AlarmCode.JOBS, ", ".join(sorted(map(title_of_work, failing))))
    if missing := missing_rules(on=timezone.localdate(at)):
        found.raise_alarm(AlarmCode.RULES, ", ".join(missing))
    found.figures["sessions_open"] = open_sessions(at=at).count()


def _look_at_queue(found: SystemCondition) -> None:
    at, jobs = found.at, DBTaskResult.objects
    ready = jobs.ready().order_by("enqueued_at")
    oldest = ready.values_list("enqueued_at", flat=True).first()
    running = jobs.running().count()
    age = max(at - oldest, timedelta(0)) if oldest else timedelta(0)
    failed = jobs.failed().filter(finished_at__gte=at - RECENT).count()
    figures = {"waiting": jobs.ready().count(), "running": running, "failed_day": failed}
    found.figures |= {f'queue_jobs{{state="{state}"}}': number for state, number in figures.items()}
    found.figures["queue_oldest_seconds"] = age.total_seconds()
    if age > (LONG_WORK if running else QUEUE_PATIENCE):
        text = (
            f"{figures['waiting']} việc đang chờ, việc đầu từ {timezone.localtime(oldest):%H:%M:%S %d/%m/%Y}"
        )
        found.raise_alarm(AlarmCode.QUEUE, text)


def _look_at_backups(found: SystemCondition) -> None:
    saved = found.backups = backup_condition(at=found.at)
    for name, last in (("backup", saved.last_backup), ("rehearsal", saved.last_rehearsal)):
        if last is not None:
            found.figures[f"{name}_last_good_timestamp_seconds"] = last.finished_at.timestamp()
            found.figures[f"{name}_last_good_bytes"] = last.size
    for action, texts in _by_action(saved, found.at):
        found.raise_alarm(
            AlarmCode.BACKUP if action is BackupAction.BACKUP else AlarmCode.REHEARSAL, " ".join(texts)
        )


def _by_action(saved: BackupCondition, at: datetime) -> Iterator[tuple[BackupAction, list[str]]]:
    """What is wrong with each. That nothing was rehearsed is no fault before the first night after the first backup."""
    for action in BackupAction:
        texts = [" ".join(text.split()) for each, text in saved.found if each is action]
        if texts and action is BackupAction.REHEARSAL and _is_before_first_rehearsal(saved, at):
            continue
        if texts:
            yield action, texts


def _is_before_first_rehearsal(saved: BackupCondition, at: datetime) -> bool:
    runs = BackupRun.objects.filter(folder=str(saved.folder))
    if runs.filter(action=BackupAction.REHEARSAL).exists():
        return False
    first = (
        runs.filter(action=BackupAction.BACKUP).order_by("pk").values_list("finished_at", flat=True).first()
    )
    return first is not None and at - first < LATE


def _look_at_data(found: SystemCondition) -> None:
    """What the last run of the rules of integrity found."""
    last = IntegrityCheck.objects.newest().values_list("finished_at", "errors", "warnings", "failed").first()
    if last is None:
        return
    finished, errors, warnings, failed = last
    found.figures["data_check_timestamp_seconds"] = finished.timestamp()
    found.figures["data_rules_failed"] = failed
    for level, number in (("error", errors), ("warning", warnings)):
        found.figures[f'data_rules_broken{{level="{level}"}}'] = number
    if errors or failed:
        when = f"{timezone.localtime(finished):%H:%M %d/%m/%Y}"
        found.raise_alarm(
            AlarmCode.DATA, f"{errors} quy tắc sai, {failed} quy tắc không hỏi được, lúc {when}"
        )


def _look_at_traceability(found: SystemCondition) -> None:
    last = Event.objects.aggregate(last=Max("id"))["last"] or 0
    figures: dict[str, Any] = {
        "trace_captures_waiting": CaptureJob.objects.filter(finished_at=None).count(),
        "trace_deliveries_waiting": Delivery.objects.filter(delivered_at=None, parked_at=None).count(),
        "trace_subscriptions_parked": Subscription.objects.exclude(parked_at=None).count(),
        # Counting millions of rows would take longer than it is worth; numbers step by that much (khcn.kernel.id_slots).
        "trace_event_numbers": last // STEP if connection.vendor == "postgresql" else last,
    }
    found.figures |= figures
