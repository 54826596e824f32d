"""Typed words of an earlier report in a new one: they arrive as text of last time, until somebody changes or confirms them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.reports.checking.carried_texts import stale_sentences
from khcn.reports.models import ReportInstance, ReportSection
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Period
    from khcn.reports.forms.definition import Form, SectionDefinition


@dataclass(frozen=True, slots=True)
class FirstDraft:
    """The text with which a section of a new report begins, and what of an earlier one is in it."""

    text: str
    carried: str = ""
    carried_from: str = ""


def first_drafts(form: Form, period: Period) -> dict[str, FirstDraft]:
    """By section. A section without bound figures goes on from the last report of the form, the others from the form.

    The last report is that of the same kind of period which ended last before this one ends. Where there is none, the words of
    the form are those of the year that it names (``wording_of``), and of a form that names none they are new.
    """
    last = _last_report(form.code, period)
    before = {} if last is None else {each.key: each.text for each in last.sections.all()}
    source = str(last) if last is not None else ""
    if last is None and form.wording_of not in {0, period.year}:
        before = {each.key: each.text for each in form.sections}
        source = _("lời văn năm %(year)d của mẫu báo cáo") % {"year": form.wording_of}
    return {each.key: _first_draft(each, before.get(each.key, ""), source) for each in form.sections}


def _first_draft(section: SectionDefinition, before: str, source: str) -> FirstDraft:
    text = before if section.typed and before else section.text
    if not stale_sentences(text, before):
        return FirstDraft(text)
    return FirstDraft(text, before, source[:300])


def _last_report(code: str, period: Period) -> ReportInstance | None:
    found = ReportInstance.objects.filter(
        form_version__code=code, kind=period.kind.value, end_on__lt=period.end
    ).exclude(state="cancelled")
    return found.select_related("form_version").order_by("-end_on", "-pk").first()


def text_of_last_time(section: ReportSection) -> list[str]:
    """The sentences of the section that nobody has changed or confirmed since they came from an earlier report."""
    return stale_sentences(section.text, section.carried_text) if section.carried_text else []


def confirm_carried_text(*, section: ReportSection, read: str, actor: Actor, at: datetime) -> ReportSection:
    """Confirm that what is left of the earlier text is so in this period too. ``read``: the text that the person had before
    them.

    Raises:
        ReportRefused: somebody has changed the text since, or nothing is left to confirm.
    """
    with acting(actor, _("xác nhận lời văn kỳ trước")), transaction.atomic():
        stored = locked(ReportSection, section.pk)
        if stored.text != read:
            raise ReportRefused(_("Mục này vừa được người khác sửa. Đọc lại nội dung rồi xác nhận."))
        if not text_of_last_time(stored):
            raise ReportRefused(_("Mục này không còn câu nào của kỳ trước cần xác nhận."))
        stored.carried_text = ""
        stored.carried_confirmed_by, stored.carried_confirmed_at = actor.label, at
        stored.save()
    return stored
