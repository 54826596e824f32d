"""Figures about assigned work and drafted documents (parts A.I and A.III.1 of the periodic report)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.directives.models import AdvisedDocument, AdvisedKind, AssignedTask, Timeliness
from khcn.kernel.indicators import Basis, Indicator, Period, TableColumn
from khcn.kernel.text.dates import Precision, long_date, short_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from khcn.directives.models import AdvisedDocumentQuerySet, AssignedTaskQuerySet


def _tasks(period: Period) -> AssignedTaskQuerySet:
    """With the deadlines in force on the last day: a document that was issued later moves nothing of the period."""
    tasks = AssignedTask.objects.assigned_for(period).select_related("result_document")
    return tasks.with_due_day(on=period.last_day)


def planned_text(task: AssignedTask, on: date) -> str:
    """The deadline as the assigning document says it: "Tháng 3 năm 2023"."""
    due_on, precision = task.due_by(on)
    return capfirst(long_date(due_on, Precision(precision)))


def _result_document(task: AssignedTask) -> str:
    document = task.result_document
    if document is None:
        return ""
    if document.issued_on is None:
        return f" ({document.get_kind_display()} {document.number})"
    return gettext(" (%(kind)s số %(number)s ngày %(day)s)") % {
        "kind": document.get_kind_display(),
        "number": document.number,
        "day": short_date(document.issued_on),
    }


def result_text(task: AssignedTask, on: date) -> str:
    """What has come of the work by a day; a late end and a missed deadline are always said, with the days."""
    timeliness = task.timeliness_on(on)
    progress = task.progress.strip()
    if timeliness is Timeliness.OPEN:
        return progress or gettext("Đang thực hiện.")
    if timeliness is Timeliness.OVERDUE:
        text = gettext("Chưa hoàn thành, quá hạn %(days)s ngày.")
    elif timeliness is Timeliness.DONE_LATE:
        text = gettext("Đã hoàn thành, chậm %(days)s ngày so với kế hoạch%(document)s.")
    else:
        text = gettext("Đã hoàn thành%(document)s.")
    text %= {"days": task.days_late(on), "document": _result_document(task)}
    return f"{text} {progress}" if progress else text


def lateness_words(task: AssignedTask, on: date) -> str:
    """Words that a printed line about the work must contain."""
    return {Timeliness.DONE_LATE: "chậm", Timeliness.OVERDUE: "quá hạn"}.get(task.timeliness_on(on), "")


def _assigned(
    code: str,
    label: StrOrPromise,
    records: Callable[[Period], AssignedTaskQuerySet],
    definition: StrOrPromise,
    *figure_ids: str,
) -> Indicator:
    return Indicator(
        code,
        label,
        records,
        _("nhiệm vụ"),
        definition,
        basis=Basis.STOCK,
        line=lambda task: task.content,
        figure_ids=figure_ids,
        owner="VP",
        table=(
            TableColumn(_("TT"), 12, lambda task, on: str(task.ordinal)),
            TableColumn(_("Nội dung"), 75, lambda task, on: task.content),
            TableColumn(_("Tiến độ theo kế hoạch"), 30, planned_text),
            TableColumn(_("Kết quả thực hiện"), 48, result_text),
        ),
        must_say=lateness_words,
        date_path="source_document__issued_on",
    )


ASSIGNED_TASKS = (
    _assigned(
        "NG-01",
        _("Số nhiệm vụ UBND tỉnh giao"),
        _tasks,
        _("Đếm nhiệm vụ thuộc chương trình công tác của năm báo cáo, kể cả nhiệm vụ có hạn sau kỳ báo cáo."),
        "F001",
    ),
    _assigned(
        "NG-02",
        _("Số nhiệm vụ UBND tỉnh giao đã hoàn thành"),
        lambda period: _tasks(period).done(on=period.last_day),
        _(
            "Đếm nhiệm vụ có ngày hoàn thành tính đến ngày cuối kỳ, đúng hạn hoặc chậm. Nhiệm vụ hoàn thành chậm được đếm "
            "riêng ở NG-04."
        ),
        "F002",
    ),
    _assigned(
        "NG-03",
        _("Số nhiệm vụ UBND tỉnh giao đang thực hiện"),
        lambda period: _tasks(period).unfinished(on=period.last_day),
        _("Đếm nhiệm vụ chưa hoàn thành tính đến ngày cuối kỳ, còn hạn hoặc quá hạn."),
        "F003",
    ),
    _assigned(
        "NG-04",
        _("Số nhiệm vụ UBND tỉnh giao hoàn thành chậm so với kế hoạch"),
        lambda period: _tasks(period).done_late(on=period.last_day),
        _(
            "Đếm nhiệm vụ đã hoàn thành tính đến ngày cuối kỳ nhưng sau ngày cuối cùng của hạn. Hạn ghi theo tháng, quý "
            "được tính đến hết tháng, quý đó; văn bản gia hạn ban hành sau ngày cuối kỳ không đổi hạn của kỳ."
        ),
    ),
    _assigned(
        "NG-05",
        _("Số nhiệm vụ UBND tỉnh giao quá hạn chưa hoàn thành"),
        lambda period: _tasks(period).overdue(on=period.last_day),
        _("Đếm nhiệm vụ chưa hoàn thành vào ngày cuối kỳ trong khi hạn đã qua (hạn như ở NG-04)."),
    ),
)


def _advised(
    code: str,
    label: StrOrPromise,
    kind: AdvisedKind,
    unit: StrOrPromise,
    definition: StrOrPromise,
    *figure_ids: str,
) -> Indicator:
    def records(period: Period) -> AdvisedDocumentQuerySet:
        return AdvisedDocument.objects.advised_in(period).of_kind(kind)

    return Indicator(
        code,
        label,
        records,
        unit,
        definition,
        line=lambda document: document.title,
        figure_ids=figure_ids,
        owner="VP",
        date_path="advised_on",
    )


ADVISED_DOCUMENTS = (
    _advised(
        "VB-01",
        _("Số văn bản quy phạm pháp luật đã tham mưu"),
        AdvisedKind.NORMATIVE,
        _("văn bản"),
        _("Đếm văn bản quy phạm pháp luật có ngày tham mưu trong kỳ, đã ban hành hay chưa."),
        "F005",
    ),
    _advised(
        "VB-02",
        _("Số kế hoạch đã tham mưu UBND tỉnh"),
        AdvisedKind.PLAN,
        _("kế hoạch"),
        _(
            "Đếm kế hoạch có ngày tham mưu trong kỳ; đã trình và đã ban hành là hai ngày khác, không xét ở đây."
        ),
        "F006",
    ),
)
