"""Measure the product's bars on a database of twenty years, in one run."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from bench import bars, deadlines, integrity, log, on_postgresql, papers, search, sign_in, volume, worker
from bench.growth import pages
from bench.growth import run as growth
from bench.measure import Bar
from bench.migrated import sqlite_environment
from bench.trace import run as trace
from bench.trace.messages import Note, tell
from khcn.config.static import collect_static
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import User
from khcn.science.models import ScienceTask, TaskProposal

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCOUNT = "do-hieu-nang"


def measuring_account() -> User:
    """The administrator that pages are asked for by; made when first asked for."""
    with acting(SYSTEM, "bench"):
        found, _is_new = User.objects.get_or_create(
            username=ACCOUNT, defaults={"full_name": "Đo hiệu năng", "role_id": Role.ADMIN.value}
        )
    return found


class Command(BaseCommand):
    """Runs itself again on a database of its own, so that no real data is touched."""

    help = "Đo hiệu năng với 20 năm dữ liệu / measure the bars at 20 years' volume"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to measure, and whether to keep the database."""
        parser.add_argument(
            "what",
            nargs="?",
            choices=["trace", "search", "growth"],
            help="trace: kho sự kiện EPCIS; search: tra cứu một triệu bản ghi; growth: thời gian theo cỡ đầu vào",
        )
        parser.add_argument("--rebuild", action="store_true", help="tạo lại dữ liệu đo")
        parser.add_argument("--inside", nargs="?", const="khcn", help="(nội bộ) đang chạy trên dữ liệu đo")
        parser.add_argument(
            "--part",
            action="append",
            choices=[*trace.PARTS, *growth.SCOPES],
            help="(trace, growth) chỉ đo phần này; có thể lặp lại",
        )
        parser.add_argument(
            "--engine", action="append", choices=trace.ENGINES, help="(trace, search) chỉ đo trên hệ này"
        )
        parser.add_argument(
            "--large", action="store_true", help="(trace) đo cả kho 10 triệu sự kiện: lâu và cần nhiều đĩa"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, measure, print; exit status 1 when a bar does not hold."""
        if options["what"] == "trace":
            self._trace(options)
            return
        if options["what"] == "search":
            self._search(options)
            return
        if options["what"] == "growth":
            self._growth(options)
            return
        if not options["inside"]:
            self._again(rebuild=options["rebuild"])
            return
        self._prepare()
        self._show(self._measure())

    def _show(self, found: Iterable[Bar | Note]) -> None:
        """Print bars and notes as they come; exit status 1 when a bar does not hold."""
        hold = True
        for each in found:
            hold &= not isinstance(each, Bar) or each.holds
            self.stdout.write(str(each))
            self.stdout.flush()
        if not hold:
            sys.exit(1)

    def _trace(self, options: dict[str, Any]) -> None:
        if options["inside"]:
            for message in trace.inside(options["inside"]):
                tell(message)
            return
        measurement = trace.Measurement(
            settings.DATA / "bench" / "trace",
            parts=options["part"] or trace.PARTS,
            engines=options["engine"] or trace.ENGINES,
            large=options["large"],
            rebuild=options["rebuild"],
        )
        self._show(measurement.bars())

    def _search(self, options: dict[str, Any]) -> None:
        if options["inside"]:
            for message in search.inside(options["inside"]):
                tell(message)
            return
        engines = options["engine"] or trace.ENGINES
        self._show(
            search.bars(settings.DATA / "bench" / "search", engines=engines, rebuild=options["rebuild"])
        )

    def _growth(self, options: dict[str, Any]) -> None:
        parts = options["part"] or list(growth.SCOPES)
        if options["inside"]:
            call_command("migrate", verbosity=0)
            collect_static()
            pages.prepare()
            logging.disable(logging.CRITICAL)  # of refused requests, of which there are thousands
            self._show(growth.bars(parts, self.stdout.write))
            return
        environment = sqlite_environment(settings.DATA / "bench" / "growth")
        command = [sys.executable, "-m", "bench", "growth", "--inside"]
        command += [word for part in parts for word in ("--part", part)]
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603 -- ourselves

    def _again(self, *, rebuild: bool) -> None:
        folder = settings.DATA / "bench"
        # With DATABASE_URL it is an operator's empty database: where it is not, nothing in it is removed.
        if "DATABASE_URL" in os.environ:
            environment = {**os.environ, "KHCN_DATA": str(folder)}
        else:
            environment = sqlite_environment(folder, rebuild=rebuild)
        command = [sys.executable, "-m", "bench", "--inside"]
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603 -- ourselves

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        collect_static()
        if not ScienceTask.objects.exists():
            self.stdout.write("Tạo dữ liệu 20 năm / building 20 years of data:")
            rows = volume.build(lambda text: self.stdout.write(f"  … {text}"))
            self.stdout.write(f"  {rows:,} dòng".replace(",", "."))
        deadlines.restore()
        measuring_account()

    def _measure(self) -> Any:
        user = measuring_account()
        bars.warm()
        yield bars.figures()
        yield bars.document()
        yield from bars.list_page(user)
        yield from bars.workbook_import()
        yield from deadlines.overdue(user)
        yield from on_postgresql.bars(settings.DATA, "deadlines")
        yield from integrity.all_rules()
        yield from papers.numbers(settings.DATA)
        yield from papers.beside_approvals()
        yield from on_postgresql.bars(settings.DATA, "approvals")
        yield log.saves(settings.DATA)
        yield sign_in.sign_in_times()
        pages = ["/", register_of(ScienceTask).list_url(), register_of(TaskProposal).list_url()]
        pages.append(register_of(ScienceTask).detail_url(ScienceTask.objects.values_list("pk", flat=True)[0]))
        yield worker.worker_memory(user, pages)
