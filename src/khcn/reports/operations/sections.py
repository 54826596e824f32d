"""Verbs of the sections of a report: write, confirm, hand in, take back, return, accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.indicators import registry
from khcn.kernel.workflow.engine import fire
from khcn.reports import rules
from khcn.reports.guards import allow, refuse_unknown
from khcn.reports.operations import carrying
from khcn.reports.operations.giving_words import EDITABLE_REPORTS
from khcn.reports.refusals import ReportRefused
from khcn.reports.texts import markup
from khcn.reports.texts.own_words import marks_in
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from khcn.kernel.actors import Actor
    from khcn.reports.models import ReportSection

_EDITABLE_SECTIONS = frozenset({"drafting", "returned"})


def check_open(section: ReportSection, actor: Actor) -> None:
    """A division writes while its section is not handed in; the office may until the report is submitted."""
    allow(rules.can_edit_section, actor, section)
    state = section.instance.state
    if state not in EDITABLE_REPORTS:
        label = REPORT_FLOW.by_value[state].label
        raise ReportRefused(_("Báo cáo %(state)s nên không sửa được nội dung.") % {"state": label})
    if section.state == "taken_over":
        raise ReportRefused(_("Mục này lấy từ bản đã ký. Bấm “Lấy lại để sửa” rồi sửa."))
    if section.state not in _EDITABLE_SECTIONS and not rules.office.test(actor, section):
        raise ReportRefused(_("Mục đã nộp. Lấy lại để sửa, hoặc nhờ Văn phòng trả lại."))


def edit_section(
    *, section: ReportSection, text: str, actor: Actor, on: date, title: str | None = None
) -> ReportSection:
    """Write a section's text, and its heading when one is given.

    Raises:
        MarkupProblem: with line and column.
        ReportRefused: the actor may not, the section or report is closed, or a bound figure does not exist.
    """
    check_open(section, actor)
    blocks = markup.parse_section(text)
    heading = section.title if title is None else " ".join(title.split())
    _refuse_unknown_words(section, (heading, text))
    bound = [code for code, _aspect in markup.codes_in(blocks)]
    bound += [each.code for each in markup.parse_inline(heading) if isinstance(each, markup.Figure)]
    refuse_unknown(tuple(code for code in bound if code not in registry))
    section.text, section.title = text.strip(), heading
    with acting(actor):
        section.save()
    return section


def _refuse_unknown_words(section: ReportSection, texts: tuple[str, str]) -> None:
    known = {each.name for each in section.instance.form.words}
    for name in marks_in(texts):
        if name not in known:
            message = _(
                "Mẫu của báo cáo này không có số văn bản, năm {{%(name)s}}. Gõ thẳng số văn bản vào câu."
            )
            raise ReportRefused(message % {"name": name})


def confirm_section_text(
    *, section: ReportSection, read: str, keys: Collection[str], actor: Actor, at: datetime
) -> ReportSection:
    """Confirm statements of an earlier report's text. Raises ReportRefused (`khcn.reports.operations.carrying`)."""
    check_open(section, actor)
    return carrying.confirm_carried_text(section=section, read=read, keys=keys, actor=actor, at=at)


def _section_step(section: ReportSection, name: str, actor: Actor, on: date, note: str = "") -> ReportSection:
    with acting(actor, note), transaction.atomic():
        step = fire(SECTION_FLOW, section, name, actor=actor, on=on, note=note)
        if name == "hand_in":
            section.handed_in_at, section.handed_in_by = step.recorded_at, actor.label
        section.note = note
        section.save()
    return section


def hand_in_section(*, section: ReportSection, actor: Actor, on: date) -> ReportSection:
    """The division's head (or the office in its stead) hands the section in. Raises TransitionRefused."""
    return _section_step(section, "hand_in", actor, on)


def take_back_section(*, section: ReportSection, actor: Actor, on: date) -> ReportSection:
    """The division takes its section back to change it. Raises TransitionRefused."""
    return _section_step(section, "take_back", actor, on)


def return_section(*, section: ReportSection, note: str, actor: Actor, on: date) -> ReportSection:
    """The office sends a section back, with the reason. Raises TransitionRefused."""
    return _section_step(section, "return", actor, on, note)


def accept_section(*, section: ReportSection, actor: Actor, on: date) -> ReportSection:
    """The office takes a section. Raises TransitionRefused."""
    return _section_step(section, "accept", actor, on)
