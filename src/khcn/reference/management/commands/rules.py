"""Enter the rules that come with the program, and continue those that ended without a successor."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from khcn.kernel.actors import SYSTEM
from khcn.kernel.deadlines.startup_checks import missing_rules, refuse_start_without_rules
from khcn.reference.operations import continue_ended_rules, enter_shipped_rules


class Command(BaseCommand):
    help = "Nhập các tham số quy định đi kèm phần mềm mà cơ sở dữ liệu chưa có / enter the shipped rules"
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def handle(self, *args: Any, **options: Any) -> None:
        """Rows that are there stay as they are. What deadlines still miss afterwards keeps the service from starting."""
        today = timezone.localdate()
        made = enter_shipped_rules(actor=SYSTEM)
        made += continue_ended_rules(codes=missing_rules(on=today), actor=SYSTEM, on=today)
        for row in made:
            self.stdout.write(
                f"{row.code} = {row.value} {row.get_unit_display()} từ {row.valid_from:%d/%m/%Y}: {row.label}"
            )
        refuse_start_without_rules(on=today)
