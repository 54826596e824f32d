"""Write the pages of ``docs/`` that follow from the code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from khcn.config.reference_pages import pages


class Command(BaseCommand):
    """Writes them anew; a test fails when they are not up to date."""

    help = "Viết lại từ điển dữ liệu và bảng số liệu trong docs/ / write the generated pages of docs/"

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every page, and remove pages of registers that are gone."""
        folder = settings.ROOT / "docs"
        wanted = pages()
        for stale in (folder / "registers").glob("*.md"):
            if f"registers/{stale.name}" not in wanted:
                stale.unlink()
        for path, text in wanted.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        self.stdout.write(f"{len(wanted)} trang trong {folder}")
