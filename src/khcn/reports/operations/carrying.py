"""Typed words of an earlier report in a new one: they arrive as text of last time, until somebody changes or confirms them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.reports.checking.carried_texts import stale_statements
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.refusals import ReportRefused
from khcn.reports.texts.markup import codes_in, parse_section
from khcn.reports.texts.own_words import with_values

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Period
    from khcn.reports.checking.carried_texts import CarriedStatement
    from khcn.reports.forms.definition import Form, SectionDefinition


@dataclass(frozen=True, slots=True)
class FirstDraft:
    """The text with which a section of a new report begins, and what of an earlier one is in it."""

    text: str
    carried: str = ""
    carried_from: str = ""


@dataclass(frozen=True, slots=True)
class WordOfLastTime:
    """What was printed for an own word before, and by what."""

    value: str
    source: str


_LOOKED_AT = 12  # earlier reports of a form: the months of a year


def first_drafts(form: Form, period: Period) -> dict[str, FirstDraft]:
    """By section. A section whose words the divisions write goes on from the last report of the form, the others from the form.

    The last report is that of the same kind of period which ended last before this one ends: the signed one, where one was signed;
    else the department's draft, never a variant of it. A section of it that lacks figures which the form binds now begins with the
    form. The words of a form are those of the year that it names (``wording_of``), in every other year text of last time; a form
    that names none states nothing that the last report did not state too.
    """
    last = _last_report(form.code, period)
    before = {} if last is None else _texts_for(form, last)
    source = str(last) if last is not None else ""
    of_form = ""
    if form.wording_of not in {0, period.year}:
        of_form = _("lời văn năm %(year)d của mẫu báo cáo") % {"year": form.wording_of}
    return {each.key: _first_draft(each, before.get(each.key, ""), source, of_form) for each in form.sections}


def _first_draft(section: SectionDefinition, before: str, source: str, of_form: str) -> FirstDraft:
    """``of_form``: what the form's words are called where they are those of another year."""
    text, carried = section.text, before
    if section.typed and before and not _lacks_figures(section, before):
        text = before
    elif of_form:
        carried, source = section.text, of_form
    if not stale_statements(text, carried):
        return FirstDraft(text)
    return FirstDraft(text, carried, source[:300])


def _lacks_figures(section: SectionDefinition, before: str) -> bool:
    """Whether the form's text binds figures that an earlier text did not bind: what it typed in their place is not known."""
    bound = {code for code, _aspect in codes_in(parse_section(before))}
    return any(code not in bound for code, _aspect in codes_in(parse_section(section.text)))


def _texts_for(form: Form, last: ReportInstance) -> dict[str, str]:
    """The texts of an earlier report; own words that the form does not have any more are written out."""
    gone = {each.name for each in last.form.words} - {each.name for each in form.words}
    return {each.key: with_values(each.text, last.given, gone) for each in last.sections.all()}


def words_of_last_time(form: Form, period: Period) -> dict[str, WordOfLastTime]:
    """By name, what was printed for each own word of a form before, and where: by the last report that gave it, else the form."""
    found = {each.name: WordOfLastTime(each.value, _("mẫu báo cáo")) for each in form.words if each.value}
    latest = [*_earlier_reports(form.code, period)[:_LOOKED_AT]][::-1]
    for report in sorted(latest, key=lambda each: each.kind == period.kind.value):
        found |= {
            name: WordOfLastTime(value, _with_year(report)) for name, value in report.given.items() if value
        }
    return {each.name: found[each.name] for each in form.words if each.name in found}


def _with_year(report: ReportInstance) -> str:
    """The report's name, with its year where the title of the form has none."""
    name = str(report)
    return name if str(report.year) in name else f"{name} {report.year}"


def _last_report(code: str, period: Period) -> ReportInstance | None:
    return _earlier_reports(code, period).filter(kind=period.kind.value).first()


def _earlier_reports(code: str, period: Period) -> QuerySet[ReportInstance]:
    """Signed reports, replacements included, and drafts that are no variant; the last period first, of one period the report
    that was signed last.
    """
    found = ReportInstance.objects.filter(form_version__code=code, end_on__lt=period.end)
    found = found.exclude(state="cancelled").filter(Q(frozen__isnull=False) | Q(variant=""))
    signed_last = F("frozen__pk").desc(nulls_last=True)
    return found.select_related("form_version").order_by("-end_on", signed_last, "-pk")


def text_of_last_time(section: ReportSection) -> list[CarriedStatement]:
    """What the section states that nobody has changed or confirmed since it came from an earlier report."""
    if not section.carried_text:
        return []
    return stale_statements(section.text, section.carried_text, section.carried_confirmed)


def confirm_carried_text(
    *, section: ReportSection, read: str, keys: Collection[str], actor: Actor, at: datetime
) -> ReportSection:
    """Confirm that statements of the earlier text are so in this period too. ``read``: the text that the person had before them.

    Raises:
        ReportRefused: somebody has changed the text since, nothing is left to confirm, or no statement was chosen.
    """
    with acting(actor, _("xác nhận lời văn kỳ trước")), transaction.atomic():
        stored = locked(ReportSection, section.pk)
        if stored.text != read:
            raise ReportRefused(_("Mục này vừa được người khác sửa. Đọc lại nội dung rồi xác nhận."))
        left = [each.key for each in text_of_last_time(stored)]
        if not left:
            raise ReportRefused(_("Mục này không còn câu nào của kỳ trước cần xác nhận."))
        confirmed = [key for key in left if key in keys]
        if not confirmed:
            raise ReportRefused(_("Chưa chọn câu nào. Đánh dấu các câu vẫn đúng trong kỳ này rồi xác nhận."))
        is_done = len(confirmed) == len(left)
        stored.carried_text = "" if is_done else stored.carried_text
        stored.carried_confirmed = [] if is_done else [*stored.carried_confirmed, *confirmed]
        stored.carried_confirmed_by, stored.carried_confirmed_at = actor.label, at
        stored.save()
    return stored
