"""Ask the rules of integrity from the server."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from khcn.kernel.integrity.running import RuleResult, ask_all, asked_here, store_check
from khcn.kernel.integrity_rules import IntegrityLevel, rules
from khcn.kernel.upgrading.pending_migrations import explain_missing, pending_migrations


class Command(BaseCommand):
    """``./khcn check-data [--rule NAME …] [--keys]``: a line for each rule; exit status 1 where an error is found."""

    help = "Kiểm tra dữ liệu theo các quy tắc toàn vẹn / look for data that cannot be right"
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def add_arguments(self, parser: CommandParser) -> None:
        """Which rules, and how much of what they find."""
        parser.add_argument(
            "--rule",
            action="append",
            metavar="QUY-TẮC",
            help="chỉ quy tắc này; có thể lặp lại / only this rule",
        )
        parser.add_argument(
            "--keys", action="store_true", help="in cả số của bản ghi sai / the keys of offenders"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, print, store what all rules found.

        Raises CommandError for an unknown rule, where an error is found, and where the database lacks migrations.
        """
        if missing := pending_migrations():
            raise CommandError(explain_missing(missing))
        here = {each.name: each for each in asked_here()}
        names: list[str] = options["rule"] or []
        if unknown := [name for name in names if name not in here]:
            raise CommandError(f"Không có quy tắc {', '.join(unknown)}. / Unknown rule.")
        began = timezone.now()
        with translation.override("vi"):
            found = ask_all(
                began,
                [here[name] for name in names] or None,
                lambda each: self._print(each, keys=options["keys"]),
            )
        if not names:
            store_check(found, started_at=began, finished_at=timezone.now())
        errors = [each for each in found if each.fault or (each.count and each.level == IntegrityLevel.ERROR)]
        warnings = [each for each in found if each.count and each.level == IntegrityLevel.WARNING]
        took = (timezone.now() - began).total_seconds()
        self.stdout.write(
            f"{len(found)} quy tắc, {len(errors)} lỗi, {len(warnings)} cảnh báo, {took:.1f} s / "
            f"rules, errors, warnings"
        )
        if errors:
            raise CommandError(
                "Có dữ liệu sai: xem trang Kiểm tra dữ liệu, nhóm Hệ thống, để biết cách sửa từng bản ghi. / Data are wrong."
            )

    def _print(self, result: RuleResult, *, keys: bool) -> None:
        rule = rules.find(result.rule)
        title = rule.title if rule is not None else ""
        if result.fault:
            state = f"không hỏi được: {result.fault}"
        elif result.count:
            state = f"{IntegrityLevel(result.level).label} {result.count}"
        else:
            state = "đạt"
        self.stdout.write(f"{state:<14} {result.seconds:7.2f} s  {result.rule:<44} {title}")
        if keys and result.keys:
            self.stdout.write(" " * 16 + ", ".join(map(str, result.keys)))
