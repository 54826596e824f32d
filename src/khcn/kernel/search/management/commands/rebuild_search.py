"""Compare the search table with the records and correct it: after a restore, or when a search misses something."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from khcn.kernel.search.rebuilding import rebuild_entries


class Command(BaseCommand):
    """Writers go on meanwhile; after an interruption it is begun again."""

    help = "Đối chiếu và sửa bảng tra cứu / compare the search table with the records and correct it"
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each register, and what was not right."""
        corrected = rebuild_entries(lambda name, read: self.stdout.write(f"  {name}: {read}"))
        self.stdout.write(
            f"Đã đối chiếu {corrected.read} bản ghi: thêm {corrected.missing}, sửa {corrected.differing}, "
            f"bỏ {corrected.needless} mục tra cứu."
        )
