"""Whether approved reports are byte for byte what was signed.

The hashes are columns that the change log holds; here the bytes, the document and the figures are compared with them, and for a
download the columns with the log, and the records that the figures count.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited
from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.printed_heads import check_printed_head
from khcn.kernel.audit.record_comparison import compare_these
from khcn.kernel.documents.serialization import fingerprint, from_dict
from khcn.reports.freezing.approval import seal_of
from khcn.reports.freezing.snapshot import reading_snapshot
from khcn.reports.models import FrozenFigure, FrozenReport
from khcn.reports.models.department_signatures import ReportSignature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_stubs_ext import StrOrPromise

_PART_WORDS: Final[dict[str, StrOrPromise]] = {
    "docx": _("tệp Word"),
    "pdf": _("tệp PDF"),
    "html": _("tệp HTML"),
    "signed": _("tệp PDF đã ký số"),
    "document": _("văn bản đã chốt"),
    "figures": _("số liệu đã chốt hoặc mã băm của văn bản và số liệu"),
}


@dataclass(frozen=True, slots=True)
class Alterations:
    """What a download names: ``parts`` and rows of the frozen report itself, and records behind its figures, that were written
    outside the program.
    """

    parts: tuple[str, ...] = ()
    rows: tuple[LogFinding, ...] = ()
    records: tuple[LogFinding, ...] = ()

    @property
    def words(self) -> list[str]:
        """Everything that was altered, named."""
        return [*(str(_PART_WORDS[each]) for each in self.parts), *map(str, (*self.rows, *self.records))]

    def spoils(self, part: str) -> bool:
        """Whether a part (as `altered` names it) is not as it was signed, also where its hash was made to fit."""
        column = "pdf_sha256" if part == "signed" else f"sha256_{part}"
        return part in self.parts or any(column in each.what for each in self.rows)


def alterations(frozen: FrozenReport) -> Alterations:
    """Everything about a frozen report, as of one instant."""
    with reading_snapshot():
        figures = list(frozen.figures.order_by("pk"))
        rows = [
            *compare_these(FrozenReport, [frozen.pk]),
            *compare_these(FrozenFigure, [each.pk for each in figures]),
            *compare_these(
                ReportSignature, ReportSignature.objects.filter(report=frozen).values_list("pk", flat=True)
            ),
        ]
        counted: dict[str, set[int]] = defaultdict(set)
        for each in figures:
            counted[each.model].update(_keys(each.ids))
        records = [finding for label in sorted(counted) for finding in _differing(label, counted[label])]
        return Alterations(tuple(altered(frozen)), tuple(rows), tuple(records))


def _keys(ids: object) -> list[int]:
    """Those kept with a figure; whatever else may stand there is named by the seal."""
    return [each for each in ids if isinstance(each, int)] if isinstance(ids, list) else []


def _differing(label: str, keys: set[int]) -> list[LogFinding]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return []  # of a program that had another area; or altered, which the seal names
    return compare_these(model, keys) if issubclass(model, Audited) else []


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
