"""Approving a report: numbered, dated, frozen with every figure's records, and printed once.

Like the issue of a paper (`khcn.kernel.papers.operations`) it is done in steps, so that nobody waits for it and a killed
program leaves nothing half done:

1. The figures are worked out, and the document is composed and hashed with the number that comes next, from one snapshot
   of the database, without any lock.
2. One short transaction checks that the report itself is still as it was read, and that no correction has relied on it
   since; it takes the number, and inserts document and figures; the report is *being printed*. Until it is committed
   nothing has happened. (Where somebody else took that number meanwhile, the hashes are made again.)
3. The files are made from the frozen document, without any lock.
4. One short transaction puts the files to it; the report is *approved*.

When the program is killed after the second step, `finish_reports` does the other two, from the frozen document alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override as language

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.prepared_insert import PreparedInsert
from khcn.kernel.audit.printed_heads import printed_head
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.documents.serialization import fingerprint, from_dict, to_dict
from khcn.kernel.numbering.models import DEPARTMENT
from khcn.kernel.numbering.operations import allocate, next_text
from khcn.kernel.refusals.shown_content import refuse_unless_shown
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workflow.engine import fire, may_take
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.compose import compose, numbered
from khcn.reports.composing.printed_records import headings, plain_number
from khcn.reports.composing.rendering import render
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.freezing.shown_report import shown_parts
from khcn.reports.freezing.signing import refuse_day_of_signing
from khcn.reports.freezing.snapshot import reading_snapshot
from khcn.reports.freezing.waivers import all_waivers, refuse_contradictions, stored_waivers
from khcn.reports.models import FrozenFigure, FrozenReport, ReportInstance
from khcn.reports.models.department_signatures import ReportSignature
from khcn.reports.models.frozen import ReportFiles
from khcn.reports.refusals import ReportRefused
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from khcn.kernel.actors import Actor
    from khcn.kernel.audit.printed_heads import PrintedHead
    from khcn.kernel.documents.model import OfficialDocument
    from khcn.kernel.numbering.operations import BookOfYear
    from khcn.kernel.refusals.shown_content import ShownPart
    from khcn.reports.composing.resolve import Report

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one snapshot gave: all that is frozen, but for the number."""

    document: OfficialDocument
    figures: list[FrozenFigure]
    versions: list[Any]
    head: PrintedHead | None
    shown: dict[str, ShownPart]
    waivers: list[dict[str, str]]
    unfilled: list[str]

    @property
    def reasons(self) -> str:
        """Those of the waivers, each once: for the log."""
        return "; ".join(dict.fromkeys(each["reason"] for each in self.waivers))


def approve_report(
    *,
    instance: ReportInstance,
    actor: Actor,
    on: date,
    signed_on: date | None = None,
    signer_name: str = "",
    waivers: Mapping[str, str] | None = None,
    with_signature: bool = False,
    shown: str | None = None,
) -> FrozenReport:
    """Approve: take the next number, date and freeze the report; its files are made after the commit.

    ``waivers`` give the reason for each contradiction that stays and has none of the office, by its key (`Finding.key`).
    ``with_signature`` orders the department's signature on the PDF, which the worker puts there when the files are made
    (:mod:`khcn.reports.freezing.department_signing`); ``shown`` is the digest that the page of approval carried
    (:mod:`khcn.kernel.refusals.shown_content`).

    Raises:
        ReportRefused: a word of the form is not given for the period; the day is none on which the report can have been signed; a contradiction (a finding of severity
            "error") is open for which nobody gave a reason; or the report was changed while its figures were
            being worked out.
        Stale: text or figures are no longer those that were shown.
        TransitionRefused: the report is not submitted, or the actor is no leader.
        NumberRefused: the day is before that of the last number in the book.
    """
    day, signer = signed_on or on, signer_name or instance.form.letterhead.signer_name
    step = REPORT_FLOW.by_name["approve"]
    allowed = instance.state in step.sources and may_take(step, actor, instance)
    version = instance.form_version  # one report has one for ever; the log needs its title
    symbol = version.form().letterhead.symbol
    book: BookOfYear = {"book": symbol, "unit_code": DEPARTMENT, "on": day, "pattern": f"{{number}}/{symbol}"}
    with reading_snapshot():
        read = _read(instance, day, on, signer, actor if allowed else None, waivers or {})
    if allowed:
        _refuse_before_number(instance, read, shown, day, on)
    expected = next_text(**book)
    prepared = PreparedInsert([_frozen(instance, read, expected)])
    figures = PreparedInsert(read.figures, late=("report_id",)) if read.figures else None
    with acting(actor, read.reasons), transaction.atomic():
        stored = locked(ReportInstance, instance.pk)
        stored.form_version = version
        fire(REPORT_FLOW, stored, "approve", actor=actor, on=on, note=read.reasons)
        if _versions(stored) != read.versions:
            text = _(
                "Báo cáo, hoặc bản ghi mà báo cáo tính, vừa được sửa trong lúc duyệt. Xem lại báo cáo rồi duyệt lần nữa."
            )
            raise ReportRefused(text)
        stored.issued_number = allocate(**book, given_to=str(stored), record=stored, actor=actor)
        stored.doc_number, stored.signed_on, stored.signer_name = stored.issued_number.text, day, signer
        stored.save()
        if stored.doc_number != expected:
            prepared = PreparedInsert([_frozen(stored, read, stored.doc_number)])
        prepared.insert()
        frozen = prepared.instances[0]
        _insert_beside(frozen, figures, with_signature=with_signature)
    instance.refresh_from_db()
    transaction.on_commit(lambda: _print(frozen.pk), robust=True)
    frozen.refresh_from_db()
    return frozen


def _refuse_before_number(
    instance: ReportInstance, read: _Read, shown: str | None, day: date, on: date
) -> None:
    refuse_unless_shown(read.shown, shown)
    if read.unfilled:
        text = _("Chưa ghi số văn bản, năm của kỳ: %(labels)s.")
        raise ReportRefused(text % {"labels": "; ".join(read.unfilled)})
    refuse_day_of_signing(instance, day, on=on)
    _files(read.document)  # a trial: what cannot be printed must not cost a number


def _insert_beside(
    frozen: FrozenReport, figures: PreparedInsert[FrozenFigure] | None, *, with_signature: bool
) -> None:
    if figures is not None:
        figures.insert(report_id=frozen.pk)
    if with_signature:
        ReportSignature(report=frozen, next_attempt_at=frozen.created_at).save()


@in_vietnamese
def _read(
    instance: ReportInstance,
    day: date,
    on: date,
    signer: str,
    actor: Actor | None,
    waivers: Mapping[str, str],
) -> _Read:
    """``actor``: who waives contradictions; None where the approval will be refused anyway."""
    report = resolve(replace(source_of(instance), signed_on=day, signer_name=signer))
    stored: list[dict[str, str]] = []
    if actor is not None:
        findings = [each for each in run_checks(report) if each.severity == "error"]
        reasons = all_waivers(instance, waivers, actor)
        refuse_contradictions(findings, reasons)
        stored = stored_waivers(findings, reasons)
    head = printed_head(on=on)
    document = replace(compose(report), page_foot=head.line if head else "")
    figures = [_figure(report, code) for code in report.codes]
    return _Read(
        document,
        figures,
        _versions(instance),
        head,
        shown_parts(instance, report, document),
        stored,
        [each.label for each in report.source.unfilled],
    )


def _versions(instance: ReportInstance) -> list[Any]:
    """Tells whether the report's own texts, given words and typed values have changed, or a correction has relied on it. Other
    changes of its records do not matter: they are read once.
    """
    parts = (instance.sections, instance.overrides, instance.relying_corrections)
    rows = [row for each in parts for row in each.order_by("pk").values_list("pk", "updated_at")]
    return [instance.given, *rows]


def seal_of(print_of: str, form: str, figures: Sequence[FrozenFigure]) -> str:
    """One hash over the document's fingerprint, the form and the figures with their records."""
    sealed = {
        "document": print_of,
        "form": form,
        "figures": [
            [
                each.code,
                each.value,
                each.ids,
                each.lines,
                each.definition,
                *([each.table] if each.table else []),
            ]
            for each in figures
        ],
    }
    return hashlib.sha256(json.dumps(sealed, sort_keys=True).encode()).hexdigest()


def _frozen(instance: ReportInstance, read: _Read, number: str) -> FrozenReport:
    """The row that is frozen, under a number; not stored yet."""
    document = numbered(read.document, number, instance.form.letterhead.issuer)
    print_of, form = fingerprint(document), instance.form_version.sha256
    return FrozenReport(
        instance=instance,
        document=to_dict(document),
        form_version_number=instance.form_version.version,
        form_sha256=form,
        fingerprint=print_of,
        seal=seal_of(print_of, form, read.figures),
        waivers=read.waivers,
        log_day=read.head.day if read.head else None,
        log_position=read.head.position if read.head else None,
        log_seal=read.head.short if read.head else "",
    )


def _figure(report: Report, code: str) -> FrozenFigure:
    readings = report.readings
    indicator = readings.indicator(code)
    records = readings.records(code)
    with language("vi"):
        printed = readings.printed(code)
        table = {"columns": headings(indicator), "rows": [each.cells for each in printed]}
        return FrozenFigure(
            code=code,
            label=str(indicator.label),
            unit=str(indicator.unit),
            definition=str(indicator.definition),
            value=plain_number(readings.value(code)),
            model=indicator.model._meta.label_lower,
            ids=[record.pk for record in records],
            lines=[each.line for each in printed],
            amounts=[each.amount for each in printed] if indicator.measure.column else None,
            table=table if code in readings.as_tables else None,
        )


def _files(document: OfficialDocument) -> tuple[bytes, bytes, bytes]:
    return render(document, "docx"), render(document, "pdf"), render(document, "html")


def print_report(*, frozen: FrozenReport, actor: Actor) -> None:
    """Make the files of a frozen report and put them to it. Does nothing for one that has them."""
    if frozen.is_printed:
        return
    document = from_dict(frozen.document)
    docx, pdf, html = _files(document)
    files = ReportFiles(docx=docx, pdf=pdf, html=html)
    version = frozen.instance.form_version  # read before the lock: the log calls the report by its title
    with acting(actor, _("in báo cáo đã duyệt")), transaction.atomic():
        instance = locked(ReportInstance, frozen.instance_id)
        instance.form_version = version
        if not frozen.put_files(files):
            return  # another worker was quicker, with the same bytes
        fire(REPORT_FLOW, instance, "print", actor=actor, on=instance.signed_on or frozen.created_at.date())


def _print(key: int) -> None:
    try:
        print_report(frozen=FrozenReport.objects.get(pk=key), actor=SYSTEM)
    except Exception:
        log.exception("frozen report %s was not printed, and is tried again", key)


def finish_reports(*, before: datetime) -> int:
    """Print reports that were frozen before an instant and have no files yet. Returns how many there were."""
    waiting = list(
        FrozenReport.objects.filter(instance__state="printing", created_at__lt=before).values_list(
            "pk", flat=True
        )
    )
    for key in waiting:
        _print(key)
    return len(waiting)
