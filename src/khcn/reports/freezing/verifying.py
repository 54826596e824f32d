"""Whether approved reports are byte for byte what was signed.

The hashes are columns that the change log holds; here the bytes, the document and the figures are compared with them.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.printed_heads import check_printed_head
from khcn.kernel.documents.serialization import fingerprint, from_dict
from khcn.reports.department_signatures import ReportSignature
from khcn.reports.freezing.approval import seal_of
from khcn.reports.models import FrozenReport

if TYPE_CHECKING:
    from collections.abc import Iterator


def altered(frozen: FrozenReport, *, only: str = "") -> list[str]:
    """Which parts of a frozen report are not what was signed: names of files (``signed``: the PDF with the department's
    signature), ``document``, ``figures``.

    ``only``: look at one part alone, for a download.
    """
    parts = [only] if only else ["docx", "pdf", "html", "signed", "document", "figures"]
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
    if part == "signed":
        signature = ReportSignature.objects.filter(report=frozen).first()
        return signature is None or not signature.is_made or _hash(signature.pdf) == signature.pdf_sha256
    if not frozen.is_printed:
        return True
    content = frozen.html.encode() if part == "html" else bytes(getattr(frozen, part) or b"")
    return _hash(content) == str(getattr(frozen, f"sha256_{part}"))


def _hash(content: bytes | memoryview | None) -> str:
    return hashlib.sha256(content or b"").hexdigest()


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
        yield from _log_head_differs(frozen, what)


def _log_head_differs(frozen: FrozenReport, what: str) -> Iterator[LogFinding]:
    """Whether the head of the log that was stored is the printed one, and is still in the chain."""
    head = frozen.log_head
    if frozen.document.get("page_foot", "") != (head.line if head else ""):
        yield LogFinding(FindingKind.DOCUMENT_CHANGED, f"{what}: page_foot")
    if head is not None and (finding := check_printed_head(head)):
        yield replace(finding, what=f"{what}: {finding.what}")
