"""Number books and approvals under load: how fast 64 writers take numbers, and how long a save waits beside an approval."""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import time
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from django.db import connection, transaction

from bench.bars import PERIOD
from bench.measure import Bar
from bench.service import ROOT
from bench.trace.engines import postgresql
from khcn.kernel.actors import SYSTEM, Actor, ActorKind, Role, acting
from khcn.reference.models import RegimeWindow, ReportingRegime
from khcn.reports import operations
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.models import FormVersion, ReportInstance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

YEAR = 2020
DAY = date(YEAR, 9, 15)
WRITERS, EACH = 64, 100
APPROVALS = 12  # enough for some hundreds of saves by 64 people beside them
ALONE = 3  # seconds of saves without an approval, to compare with
OFFICE = Actor(None, "Văn phòng", Role.OFFICE, unit_code="VP", kind=ActorKind.STAFF)
LEADER = Actor(None, "Giám đốc", Role.LEADER, unit_code="BGD", kind=ActorKind.STAFF)


def numbers(folder: Path) -> Iterator[Bar]:
    """Three books, 64 connections, one in twenty rolled back, on a PostgreSQL server of its own that waits for its disk."""
    name, late = "cấp số, 64 người ghi, 3 sổ, 5 % hủy (PostgreSQL)", "  chờ lâu nhất của 99 % lần cấp số"
    with postgresql(folder) as engine:
        if engine is None:
            yield Bar(name, None, 500, "số/s", "không có PostgreSQL trên máy này", at_least=True)
            return
        found = _run("numbers", str(WRITERS), str(EACH), env=engine.environment("papers"))
    yield Bar(name, found["rate"], 500, "số/s", f"{found['count']} số, không thiếu số nào", at_least=True)
    yield Bar(late, found["p99"], 500, "ms")


def beside_approvals(*, processes: int = 1, writers: int = 1, pause: float = 0.005) -> Iterator[Bar]:
    """Saves while reports are approved and printed.

    Args:
        processes: How many programs save.
        writers: Threads of each, each with a record of its own.
        pause: Seconds between two saves of one writer: 64 people at work, and not 64 programs that take the processors.
    """
    _reporting_regime()
    reports = [_submitted(number) for number in range(APPROVALS)]
    reasons = [_reasons(report) for report in reports]
    command = [sys.executable, "-m", "bench.paper_writers", "save", str(writers), str(pause)]
    with contextlib.ExitStack() as stack:
        savers = [
            stack.enter_context(
                subprocess.Popen(  # noqa: S603 -- ourselves
                    command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for _process in range(processes)
        ]
        for saver in savers:
            _stream(saver.stdout).readline()
        time.sleep(ALONE)
        for saver in savers:
            _stream(saver.stdin).write("begin\n")
            _stream(saver.stdin).flush()
        for report, waivers in zip(reports, reasons, strict=True):
            operations.approve_report(instance=report, actor=LEADER, on=DAY, waivers=waivers)
        for saver in savers:
            _stream(saver.stdin).close()
        printed = [json.loads(_stream(saver.stdout).readline()) for saver in savers]
    alone, waits = ([each for lists in printed for each in lists[place]] for place in (0, 1))
    p99, before = (statistics.quantiles(each, n=100)[98] for each in (waits, alone))
    where = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    detail = f"{len(waits)} lần lưu, lâu nhất {max(waits):.0f} ms; không có duyệt: p99 {before:.0f} ms"
    name = f"lưu bản ghi bên cạnh lúc duyệt và in báo cáo, p99, {processes * writers} người ghi ({where})"
    yield Bar(name, p99, 100, "ms", detail)


def _stream(pipe: IO[str] | None) -> IO[str]:
    """A pipe that was asked for."""
    assert pipe is not None  # noqa: S101 -- for mypy
    return pipe


def _reasons(report: ReportInstance) -> dict[str, str]:
    """A reason for each contradiction of an empty database's report."""
    findings = run_checks(resolve(source_of(report)))
    return {each.key: "đo" for each in findings if each.severity == "error"}


def _reporting_regime() -> None:
    """The regime of the shipped form; a database of the bench has no code lists but those that it measures with."""
    if ReportingRegime.objects.exists():
        return
    with acting(SYSTEM, "bench"), transaction.atomic():
        regime = ReportingRegime.objects.create(code="BC-DINH-KY", name="Chế độ báo cáo của bộ đo")
        RegimeWindow.objects.create(
            regime=regime,
            kind=PERIOD.kind.value,
            starts_year_before=True,
            start_day=PERIOD.start.day,
            start_month=PERIOD.start.month,
            end_day=PERIOD.last_day.day,
            end_month=PERIOD.last_day.month,
            valid_from=date(2000, 1, 1),
        )


def _submitted(number: int) -> ReportInstance:
    operations.sync_shipped_forms(actor=SYSTEM, on=DAY)
    version = FormVersion.objects.latest_of("bao-cao-9-thang")
    assert version is not None  # noqa: S101 -- it is shipped
    variant = f"do-{ReportInstance.objects.count()}-{number}"
    with acting(SYSTEM):
        report = operations.create_report(
            form_version=version,
            year=YEAR,
            variant=variant,
            variant_label=variant,
            actor=OFFICE,
            on=DAY,
            given={each.name: each.value for each in version.form().words},
        )
        for section in report.sections.all():
            operations.hand_in_section(section=section, actor=OFFICE, on=DAY)
        operations.compile_report(instance=report, actor=OFFICE, on=DAY)
        return operations.submit_report(instance=report, actor=OFFICE, on=DAY)


def _run(*words: str, env: dict[str, str]) -> Any:
    done = subprocess.run(  # noqa: S603 -- ourselves
        [sys.executable, "-m", "bench.paper_writers", *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
