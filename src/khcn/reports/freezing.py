"""Approving a report: numbered, dated, rendered once, and frozen with every figure's records."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override as language

from khcn.kernel.actors import acting
from khcn.kernel.audit.models import bulk_insert
from khcn.kernel.documents.serial import fingerprint, to_dict
from khcn.kernel.numbering.models import DEPARTMENT
from khcn.kernel.numbering.operations import allocate
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workflow.engine import fire
from khcn.reports.checks import run_checks
from khcn.reports.compose import compose
from khcn.reports.models import FrozenFigure, FrozenReport
from khcn.reports.refusals import ReportRefused
from khcn.reports.rendering import render
from khcn.reports.resolve import resolve
from khcn.reports.sources import source_of
from khcn.reports.tables import plain_number
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.documents.model import OfficialDocument
    from khcn.reports.models import ReportInstance
    from khcn.reports.resolve import Report


def approve_report(
    *,
    instance: ReportInstance,
    actor: Actor,
    on: date,
    signed_on: date | None = None,
    signer_name: str = "",
    waiver: str = "",
) -> FrozenReport:
    """Approve: take the next number, date and freeze the report. All or nothing, in one transaction.

    Raises:
        ReportRefused: contradictions (findings of severity "error") are open and ``waiver`` gives no reason to
            approve in spite of them.
        TransitionRefused: the report is not submitted, or the actor is no leader.
    """
    step = REPORT_FLOW.by_name["approve"]
    if instance.state in step.sources and step.who.test(actor, instance) and not waiver.strip():
        _refuse_contradictions(resolve(source_of(instance)))
    with acting(actor, waiver), transaction.atomic():
        fire(REPORT_FLOW, instance, "approve", actor=actor, on=on, note=waiver)
        symbol = instance.form.letterhead.symbol
        instance.signed_on = signed_on or on
        instance.signer_name = signer_name or instance.form.letterhead.signer_name
        instance.doc_number = allocate(
            book=symbol,
            unit_code=DEPARTMENT,
            on=instance.signed_on,
            pattern=f"{{number}}/{symbol}",
            given_to=str(instance),
            record=instance,
            actor=actor,
        ).text
        instance.save()
        report = resolve(source_of(instance))
        return _freeze(instance, report, compose(report), waiver.strip())


def _refuse_contradictions(report: Report) -> None:
    errors = [each for each in run_checks(report) if each.severity == "error"]
    if errors:
        first = "; ".join(f"{each.place_1}: {each.message}" for each in errors[:3])
        message = _(
            "Báo cáo còn %(count)d mâu thuẫn: %(first)s. Xử lý các mâu thuẫn, hoặc ghi lý do duyệt khi còn mâu thuẫn."
        )
        raise ReportRefused(message % {"count": len(errors), "first": first})


@in_vietnamese
def _freeze(
    instance: ReportInstance, report: Report, document: OfficialDocument, waiver: str
) -> FrozenReport:
    docx, pdf, html = (render(document, kind) for kind in ("docx", "pdf", "html"))
    figures = [_figure(report, code) for code in report.codes]
    sealed = {
        "document": (print_of := fingerprint(document)),
        "form": instance.form_version.sha256,
        "figures": [[each.code, each.value, each.ids, each.lines, each.definition] for each in figures],
    }
    frozen = FrozenReport(
        instance=instance,
        document=to_dict(document),
        docx=docx,
        pdf=pdf,
        html=html.decode(),
        sha256_docx=hashlib.sha256(docx).hexdigest(),
        sha256_pdf=hashlib.sha256(pdf).hexdigest(),
        sha256_html=hashlib.sha256(html).hexdigest(),
        form_version_number=instance.form_version.version,
        form_sha256=instance.form_version.sha256,
        fingerprint=print_of,
        seal=hashlib.sha256(json.dumps(sealed, sort_keys=True).encode()).hexdigest(),
        waiver=waiver,
    )
    frozen.save()
    for each in figures:
        each.report = frozen
    bulk_insert(figures)
    return frozen


def _figure(report: Report, code: str) -> FrozenFigure:
    readings = report.readings
    indicator = readings.indicator(code)
    records = readings.records(code)
    column = indicator.measure.column
    with language("vi"):
        return FrozenFigure(
            code=code,
            label=str(indicator.label),
            unit=str(indicator.unit),
            definition=str(indicator.definition),
            value=plain_number(readings.value(code)),
            model=indicator.model._meta.label_lower,
            ids=[record.pk for record in records],
            lines=list(readings.lines(code)),
            amounts=[plain_number(getattr(record, column) or 0) for record in records] if column else None,
        )
