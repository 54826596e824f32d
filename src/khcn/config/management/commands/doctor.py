"""Look for what is wrong with this installation."""

from __future__ import annotations

import json
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from khcn.config.doctor import examine
from khcn.config.doctor.diagnosis import HealthLevel

_MARKS: Final = {HealthLevel.GOOD: "đạt     ", HealthLevel.WARNING: "LƯU Ý   ", HealthLevel.ERROR: "HỎNG    "}


class Command(BaseCommand):
    """``./khcn doctor``: exit status 1 where something does not work."""

    help = "Tìm chỗ hỏng của bản cài đặt và cách sửa / look for what is wrong with this installation"
    requires_system_checks = ()  # what they would refuse is named here

    def add_arguments(self, parser: CommandParser) -> None:
        """For people or for programs."""
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each finding as soon as it is there."""
        found = []
        for title, findings in examine(timezone.now()):
            for each in findings:
                found.append(
                    {"check": title, "level": each.level.value, "text": each.text, "remedy": each.remedy}
                )
                if options["format"] == "text":
                    self.stdout.write(f"{_MARKS[each.level]}{title}: {each.text}")
                    if each.remedy:
                        self.stdout.write(f"          → {each.remedy}")
                    self.stdout.flush()
        errors = sum(each["level"] == HealthLevel.ERROR.value for each in found)
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            warnings = sum(each["level"] == HealthLevel.WARNING.value for each in found)
            self.stdout.write(
                f"\n{errors} chỗ hỏng, {warnings} điều lưu ý / {errors} errors, {warnings} warnings"
            )
        if errors:
            raise SystemExit(1)
