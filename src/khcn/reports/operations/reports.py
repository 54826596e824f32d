"""Verbs of one report: make, compile, submit, return, cancel, and write from a file."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import acting
from khcn.kernel.audit.bulk_writes import bulk_insert
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.workflow.engine import fire
from khcn.parties.queries import answering_units
from khcn.reference.models import RegimeWindow, ReportingRegime
from khcn.reports import rules
from khcn.reports.forms.definition import Form, FormProblem
from khcn.reports.freezing.openings import refuse_cancelling_after_corrections
from khcn.reports.guards import allow
from khcn.reports.models import FormVersion, ReportInstance, ReportSection
from khcn.reports.operations.carrying import first_drafts
from khcn.reports.operations.giving_words import checked_words
from khcn.reports.operations.overrides import set_override
from khcn.reports.operations.sections import edit_section
from khcn.reports.refusals import ReportRefused
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Period, PeriodKind
    from khcn.reports.operations.carrying import FirstDraft

_HAS_REPORT = gettext_lazy("Kỳ này đã có báo cáo theo mẫu này. Hãy mở báo cáo đã có.")


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
    moved = answering_units(on=instance.period().last_day)
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
            owner_code=moved.get(each.owner, each.owner),
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
