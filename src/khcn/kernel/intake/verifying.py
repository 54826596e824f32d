"""Whether the workbooks that were sent are still the bytes whose hash the change log holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.intake.import_plan import FileChanged
from khcn.kernel.intake.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_batches() -> Iterator[LogFinding]:
    """All workbooks, open and written."""
    for batch in Batch.objects.order_by("pk").iterator(chunk_size=200):
        try:
            batch.content()
        except FileChanged:
            yield LogFinding(FindingKind.DOCUMENT_CHANGED, f"{batch} (#{batch.pk})")
