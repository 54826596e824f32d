"""Whether approved reports are byte for byte what was signed.

The hashes are columns that the change log holds; here the bytes, the document and the figures are compared with them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.documents.serialization import fingerprint, from_dict
from khcn.reports.freezing.approval import seal_of
from khcn.reports.models import FrozenReport

if TYPE_CHECKING:
    from collections.abc import Iterator


def altered(frozen: FrozenReport, *, only: str = "") -> list[str]:
    """Which parts of a frozen report are not what was signed: names of files, ``document``, ``figures``.

    ``only``: look at one part alone, for a download.
    """
    parts = [only] if only else ["docx", "pdf", "html", "document", "figures"]
    return [part for part in parts if not _is_as_signed(frozen, part)]


def _is_as_signed(frozen: FrozenReport, part: str) -> bool:
    if part == "document":
        return _document_fits(frozen)
    if part == "figures":
        # The seal covers the fingerprint as it was taken; whether the document has that fingerprint is asked above.
        return (
            seal_of(frozen.fingerprint, frozen.form_sha256, list(frozen.figures.order_by("pk")))
            == frozen.seal
        )
    if not frozen.is_printed:
        return True
    content = frozen.html.encode() if part == "html" else bytes(getattr(frozen, part) or b"")
    return hashlib.sha256(content).hexdigest() == str(getattr(frozen, f"sha256_{part}"))


def _document_fits(frozen: FrozenReport) -> bool:
    try:
        return fingerprint(from_dict(frozen.document)) == frozen.fingerprint
    except (AttributeError, KeyError, TypeError, ValueError):
        return False  # it is no document any more


def check_reports() -> Iterator[LogFinding]:
    """All frozen reports, one after the other: each holds its files."""
    for frozen in FrozenReport.objects.select_related("instance").order_by("pk").iterator(chunk_size=1):
        what = f"{frozen} (#{frozen.instance_id})"
        if parts := altered(frozen):
            yield LogFinding(FindingKind.DOCUMENT_CHANGED, f"{what}: {', '.join(parts)}")
        if wrong := _number_differs(frozen):
            yield LogFinding(FindingKind.NUMBER_CHANGED, f"{what}: {', '.join(wrong)}")


def _number_differs(frozen: FrozenReport) -> list[str]:
    """Columns of the line in the number book that say something else than the report, whose own columns are logged."""
    instance = frozen.instance
    line = instance.issued_number
    if line is None:
        return []
    expected = {
        "text": instance.doc_number,
        "issued_on": instance.signed_on,
        "given_to": str(instance)[:300],
        "model": instance._meta.label_lower,
        "object_id": instance.pk,
        "voided_on": None,
    }
    return [name for name, value in expected.items() if getattr(line, name) != value]
