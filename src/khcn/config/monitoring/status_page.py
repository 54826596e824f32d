"""The page of the administrator: the condition of the system, and what to do where it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from khcn.config.doctor.diagnosis import HealthLevel
from khcn.config.monitoring.condition import AlarmCode, look
from khcn.config.monitoring.status_lines import (
    StatusLine,
    doctor_lines,
    outgoing_lines,
    running_lines,
    storage_lines,
    version_lines,
    work_lines,
)
from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.jobs.daily import all_daily, late_daily_work
from khcn.kernel.jobs.recurring import title_of_work
from khcn.kernel.ui.view_decorators import read_only
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.ui.http import Request

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class StatusSection:
    """Lines under one heading."""

    key: str
    title: StrOrPromise
    lines: tuple[StatusLine, ...]


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A queued job that ended with a fault."""

    title: str
    at: datetime | None
    reason: str


@read_only
def system_status(request: Request) -> HttpResponse:
    """All of it on one page; without the database what is known without it."""
    deny_unless(can_administer.test(request.actor, None))
    found = look(request.at, by_writing=False)
    parts: tuple[tuple[str, StrOrPromise, Callable[[], object]], ...] = (
        ("running", _("Đang chạy"), lambda: running_lines(found)),
        ("storage", _("Sao lưu, đĩa, chứng thư"), lambda: storage_lines(found)),
        ("outgoing", _("Nối tới máy khác"), lambda: outgoing_lines(found.at)),
        ("doctor", _("Điều cần xem lại trong cài đặt"), lambda: doctor_lines(found.at)),
        ("versions", _("Phiên bản"), version_lines),
    )
    sections = [StatusSection(key, title, tuple(lines())) for key, title, lines in parts]  # type: ignore[arg-type]
    failed = DBTaskResult.objects.failed().order_by("-finished_at")[:_SHOWN]
    daily = {each.path for each in all_daily()}
    context = {
        "found": found,
        "sections": [each for each in sections if each.lines],
        "levels": HealthLevel,
        "has_rules_alarm": found.has(AlarmCode.RULES),
        "work": work_lines(found, late_daily_work(at=found.at)),
        # What is looked for all the time has no line above.
        "failing": [(title_of_work(each.path), each) for each in found.failures if each.path not in daily],
        "failed": [
            FailedJob(title_of_work(str(each.args_kwargs["args"][0])), each.finished_at, _reason(each))
            for each in failed
        ],
    }
    return render(request, "config/status.html", context)


def _reason(job: DBTaskResult) -> str:
    """The last line of the fault. The rest is in the log, for who maintains the program."""
    lines = job.traceback.strip().splitlines()
    return lines[-1][:500] if lines else _("tiến trình làm việc này bị ngắt nhiều lần")
