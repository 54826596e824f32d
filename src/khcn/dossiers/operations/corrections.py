"""Slips in what was recorded as the end of a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.dossiers import rules
from khcn.dossiers.enums import DossierOutcome
from khcn.dossiers.models import Dossier
from khcn.dossiers.operations.steps import StepRefused
from khcn.kernel.access.predicates import may_act
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor


def ended_dossiers(keys: Collection[int]) -> set[int]:
    """Those of the dossiers with these keys that have ended."""
    ended = Dossier.objects.filter(pk__in=list(keys)).exclude(outcome=DossierOutcome.OPEN)
    return set(ended.values_list("pk", flat=True))


def why_not_ended(dossier: Dossier, *, actor: Actor, on: date) -> str:
    """Why there is no end to correct; "" when there is one."""
    return _("Hồ sơ đang giải quyết, chưa có kết quả để đính chính.") if dossier.ended_on is None else ""


def correct_outcome(  # noqa: PLR0913 -- all that was entered of the end
    *,
    dossier: Dossier,
    outcome: str,
    ended_on: date | None,
    reason: str,
    actor: Actor,
    on: date,
    result_number: str = "",
    outcome_reason: str = "",
    delivered_on: date | None = None,
) -> Dossier:
    """Correct how and when a dossier ended, or open it again. The record is marked for ever.

    Raises :class:`StepRefused` for a day to come, ``Refused`` when a frozen report or an issued paper depends on the record.
    """
    if not may_act(rules.settlers, register_of(Dossier), actor, dossier):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted")
    if why := why_not_ended(dossier, actor=actor, on=on):
        raise StepRefused(why)
    if ended_on is not None and ended_on > on:
        text = _("Ngày %(day)s chưa tới. Xem lại ngày.") % {"day": format_date(ended_on)}
        raise StepRefused.about(text, "ended_on", code="future")
    with correcting(actor, reason), refuse_correction_if_relied_on(dossier):
        dossier.outcome, dossier.ended_on = outcome, ended_on
        dossier.result_number, dossier.outcome_reason = result_number, outcome_reason
        dossier.delivered_on, dossier.corrected = delivered_on, True
        dossier.full_clean()
        dossier.save()
    return dossier
