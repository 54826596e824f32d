"""Verbs of reports: make, write, hand in, type over, compile, submit.

Approving, which freezes, is in `freezing`, and the verbs of definitions are in `definitions`; all are offered here.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.indicators import PeriodKind, registry
from khcn.kernel.workflow.engine import fire
from khcn.reference.models import RegimeWindow, ReportingRegime
from khcn.reports import carrying, rules
from khcn.reports.carrying import first_drafts
from khcn.reports.composing.resolve import KINDS
from khcn.reports.composing.sources import read_override
from khcn.reports.definitions import save_form_version, sync_shipped_forms
from khcn.reports.forms.definition import Form, FormProblem
from khcn.reports.freezing.approval import approve_report
from khcn.reports.freezing.openings import refuse_cancelling_after_corrections
from khcn.reports.freezing.replacement import replace_report
from khcn.reports.giving_words import EDITABLE_REPORTS, checked_words, give_words
from khcn.reports.guards import allow, refuse_unknown
from khcn.reports.models import FormVersion, Override, OverrideAspect, ReportInstance, ReportSection
from khcn.reports.refusals import ReportRefused
from khcn.reports.texts import markup
from khcn.reports.texts.own_words import marks_in
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Period
    from khcn.reports.carrying import FirstDraft

__all__ = [
    "ReportRefused",
    "approve_report",
    "give_words",
    "replace_report",
    "save_form_version",
    "sync_shipped_forms",
]

_HAS_REPORT = gettext_lazy("Kỳ này đã có báo cáo theo mẫu này. Hãy mở báo cáo đã có.")
_EDITABLE_SECTIONS = frozenset({"drafting", "returned"})


# ----------------------------------------------------------------------------------------- one report


def create_report(  # noqa: PLR0913 -- a verb names all it depends on
    *,
    form_version: FormVersion,
    year: int,
    actor: Actor,
    on: date,
    number: int = 1,
    regime: ReportingRegime | None = None,
    kind: PeriodKind | None = None,
    variant: str = "",
    variant_label: str = "",
    given: Mapping[str, str] | None = None,
) -> ReportInstance:
    """Make a report for a period, with the form's sections as first drafts.

    ``given``: the form's own words for this period by name; without it those that the form gives for the year.

    Raises:
        ReportRefused: the actor may not, the period has a report already, the regime has no such period, or a given word
            cannot be taken.
    """
    allow(rules.office, actor)
    form = form_version.form()
    regime, period = _window(regime, form, kind or form.period_kind, year, number)
    if ReportInstance.objects.filter(kind=period.kind.value).find(form.code, year, variant, number):
        raise ReportRefused(_HAS_REPORT)
    words = form.values_in(year) if given is None else checked_words(form, given)
    drafts = first_drafts(form, period)
    with acting(actor), transaction.atomic():
        instance = ReportInstance(
            form_version=form_version,
            regime=regime,
            kind=period.kind.value,
            year=year,
            number=number,
            start_on=period.start,
            end_on=period.end,
            variant=variant,
            variant_label=variant_label,
            given=words,
        )
        try:
            with transaction.atomic():
                instance.save()
        except IntegrityError:  # somebody made it in this very moment
            raise ReportRefused(_HAS_REPORT) from None
        bulk_insert(_first_sections(instance, form, drafts))
    return instance


def _first_sections(
    instance: ReportInstance, form: Form, drafts: Mapping[str, FirstDraft]
) -> list[ReportSection]:
    return [
        ReportSection(
            instance=instance,
            position=position,
            key=each.key,
            label=each.label,
            level=each.level,
            title=each.title,
            text=drafts[each.key].text,
            carried_text=drafts[each.key].carried,
            carried_from=drafts[each.key].carried_from,
            owner_code=each.owner,
            typed=each.typed,
        )
        for position, each in enumerate(form.sections, start=1)
    ]


def _window(
    regime: ReportingRegime | None, form: Form, kind: PeriodKind, year: int, number: int
) -> tuple[ReportingRegime, Period]:
    """The regime, by default the form's, and its window for a period."""
    regime = regime or ReportingRegime.objects.filter(code=form.regime).first()
    if regime is None:
        message = _("Chưa có chế độ báo cáo “%(code)s” trong danh mục. Thêm chế độ báo cáo rồi tạo lại.")
        raise ReportRefused(message % {"code": form.regime})
    try:
        return regime, regime.period(kind, year, number)
    except (RegimeWindow.DoesNotExist, ValueError):
        message = _(
            "Chế độ “%(regime)s” không có kỳ %(kind)s %(number)s của năm %(year)s. Xem lại danh mục kỳ chốt số liệu."
        )
        values = {"regime": regime, "kind": kind.label, "number": number, "year": year}
        raise ReportRefused(message % values) from None


def _step(instance: ReportInstance, name: str, actor: Actor, on: date, note: str = "") -> ReportInstance:
    with acting(actor, note):
        fire(REPORT_FLOW, instance, name, actor=actor, on=on, note=note)
    return instance


def compile_report(*, instance: ReportInstance, actor: Actor, on: date) -> ReportInstance:
    """Close the sections: every one must be handed in. Raises TransitionRefused."""
    return _step(instance, "compile", actor, on)


def submit_report(*, instance: ReportInstance, actor: Actor, on: date) -> ReportInstance:
    """Put the compiled report before a leader. Raises TransitionRefused."""
    return _step(instance, "submit", actor, on)


def withdraw_report(*, instance: ReportInstance, actor: Actor, on: date) -> ReportInstance:
    """Take a submitted report back. Raises TransitionRefused."""
    return _step(instance, "withdraw", actor, on)


def return_report(*, instance: ReportInstance, note: str, actor: Actor, on: date) -> ReportInstance:
    """Send a submitted report back to be written again, with the reason. Raises TransitionRefused."""
    return _step(instance, "return", actor, on, note)


def reopen_report(*, instance: ReportInstance, actor: Actor, on: date) -> ReportInstance:
    """Let the divisions write again. Raises TransitionRefused."""
    return _step(instance, "reopen", actor, on)


def cancel_report(*, instance: ReportInstance, note: str, actor: Actor, on: date) -> ReportInstance:
    """Give a report up; its period may then have another one.

    Raises TransitionRefused, and ReportRefused for a replacement on which a correction of a signed record relied.
    """
    with transaction.atomic():
        locked(ReportInstance, instance.pk)
        refuse_cancelling_after_corrections(instance)
        return _step(instance, "cancel", actor, on, note)


# ------------------------------------------------------------------------------------------- sections


def _check_open(section: ReportSection, actor: Actor) -> None:
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
    _check_open(section, actor)
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
    """Confirm statements of an earlier report's text. Raises ReportRefused (`khcn.reports.carrying`)."""
    _check_open(section, actor)
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


# ------------------------------------------------------------------------------------------ overrides


def set_override(
    *,
    section: ReportSection,
    code: str,
    aspect: str,
    data: dict[str, Any],
    reason: str,
    actor: Actor,
    on: date,
    nth: int = 1,
) -> Override:
    """Type a value, a list of names or table cells over the ``nth`` place of a figure in a section.

    Raises:
        ReportRefused: no reason, no such place in the text, content of another shape, or the actor may not.
    """
    _check_open(section, actor)
    if not reason.strip():
        raise ReportRefused(_("Ghi lý do gõ thay số liệu %(code)s.") % {"code": code})
    kind = OverrideAspect(aspect)
    try:
        read_override(aspect, data)
    except ValueError as problem:
        message = _("Nội dung gõ thay của %(code)s chưa đọc được: %(problem)s")
        raise ReportRefused(message % {"code": code, "problem": problem}) from None
    places = [each for each, printed in _bound(section) if (each, KINDS[printed]) == (code, kind)]
    if not 1 <= nth <= len(places):
        message = _("Mục %(key)s có %(count)d chỗ in %(aspect)s của %(code)s, không có chỗ thứ %(nth)d.")
        values = {"key": section.key, "count": len(places), "aspect": kind.label, "code": code, "nth": nth}
        raise ReportRefused(message % values)
    with acting(actor, reason), transaction.atomic():
        row = Override.objects.filter(section=section, code=code, nth=nth, aspect=aspect).first()
        row = row or Override(section=section, code=code, nth=nth, aspect=aspect)
        row.data, row.reason, row.actor_label = data, reason.strip(), actor.label
        row.save()
    return row


def _bound(section: ReportSection) -> list[tuple[str, markup.Aspect]]:
    headed = [
        (each.code, each.aspect)
        for each in markup.parse_inline(section.title)
        if isinstance(each, markup.Figure)
    ]
    return [*headed, *markup.codes_in(markup.parse_section(section.text))]


def clear_override(*, override: Override, actor: Actor, on: date) -> None:
    """Let the computed value stand again. Raises ReportRefused."""
    _check_open(override.section, actor)
    with acting(actor):
        override.delete()


def load_instance_file(*, instance: ReportInstance, text: str, actor: Actor, on: date) -> ReportInstance:
    """Write sections and overrides from a TOML text: ``[[section]]`` key, text, title; ``[[override]]``; ``[given]``; signer_name.

    Raises:
        ReportRefused, MarkupProblem, FormProblem: something in the file cannot be taken; nothing is written.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormProblem((_("Tệp chưa đọc được theo dạng TOML: %(detail)s.") % {"detail": error},)) from None
    sections = {each.key: each for each in instance.sections.all()}
    with acting(actor), transaction.atomic():
        instance.signer_name = str(data.get("signer_name", instance.signer_name))
        given = {name: str(value) for name, value in data.get("given", {}).items()}
        instance.given = checked_words(instance.form, {**instance.given, **given})
        instance.save()
        for item in data.get("section", []):
            section = _section_in(sections, item.get("key"))
            edit_section(
                section=section,
                text=item.get("text", section.text),
                title=item.get("title"),
                actor=actor,
                on=on,
            )
        for item in data.get("override", []):
            aspect = item.get("aspect", "value")
            set_override(
                section=_section_in(sections, item.get("section")),
                code=str(item.get("code", "")),
                nth=int(item.get("nth", 1)),
                aspect=aspect,
                data={aspect: item.get(aspect)},
                reason=str(item.get("reason", "")),
                actor=actor,
                on=on,
            )
    return instance


def _section_in(sections: dict[str, ReportSection], key: str | None) -> ReportSection:
    if key not in sections:
        raise ReportRefused(_("Báo cáo không có mục “%(key)s”. Xem lại mã mục trong tệp.") % {"key": key})
    return sections[key]
