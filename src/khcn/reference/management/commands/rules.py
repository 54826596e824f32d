"""Enter the rules that come with the program, and say which ones deadlines still miss."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from khcn.kernel.actors import SYSTEM
from khcn.kernel.deadlines.checks import missing_rules
from khcn.reference.operations import enter_shipped_rules


class Command(BaseCommand):
    help = "Nhập các tham số quy định đi kèm phần mềm mà cơ sở dữ liệu chưa có / enter the shipped rules"

    def handle(self, *args: Any, **options: Any) -> None:
        """Rows that are there stay as they are."""
        for row in enter_shipped_rules(actor=SYSTEM):
            self.stdout.write(f"{row.code} = {row.value} {row.get_unit_display()}: {row.label}")
        for code in missing_rules(on=timezone.localdate()):
            self.stdout.write(f"Chưa có tham số có hiệu lực: {code}")
