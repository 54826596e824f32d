"""The background worker."""

from typing import Any

from django.core.management.base import BaseCommand

from khcn.config.serving.background import do_background_work
from khcn.kernel.id_slots.sequences import refuse_other_slot
from khcn.kernel.jobs.memory import give_freed_memory_back


class Command(BaseCommand):
    help = "Chạy công việc nền: hàng đợi, ghi nhận sự kiện, gửi webhook, việc hằng ngày / background worker"
    requires_system_checks = ()  # they load the addresses and all screens, which no worker needs; `serve` makes them

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT."""
        give_freed_memory_back()
        refuse_other_slot()
        do_background_work()
