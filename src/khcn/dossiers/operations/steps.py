"""The steps of a dossier, from the first hand-over to the day on which the applicant has the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from khcn.dossiers.enums import DossierOutcome
from khcn.dossiers.models import Dossier, DossierHandover, SupplementRequest
from khcn.dossiers.queries import is_ruled, last_fact_on, open_handover, open_supplement, state_of
from khcn.dossiers.workflow import DOSSIER_FLOW
from khcn.kernel.access.predicates import may_act
from khcn.kernel.actors import acting
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.parties.models import OrgUnit

STOP_RULE: Final = "dossiers.stop_notice"
ONE_APOLOGY_RULE: Final = "dossiers.one_apology"


class StepRefused(Refused):
    """The step cannot be taken; the text says why, in Vietnamese."""


def guard_of(name: str) -> Callable[..., str]:
    """The guard of a step: "" or why it cannot be taken on a dossier now."""
    step = DOSSIER_FLOW.by_name[name]

    def why_not(dossier: Dossier, *, actor: Actor, on: date) -> str:
        state = state_of(dossier)
        if state.value not in step.sources:
            return _("Không thực hiện được bước “%(step)s”: hồ sơ đang ở trạng thái “%(state)s”.") % {
                "step": step.label,
                "state": state.label,
            }
        if name == "stop" and not is_ruled(STOP_RULE, on):
            return _(
                "Quy định đang có hiệu lực chưa có việc dừng giải quyết. Hồ sơ không giải quyết được thì bấm “Từ chối, trả lại”."
            )
        if name == "apologise" and dossier.reappointed_on and is_ruled(ONE_APOLOGY_RULE, on):
            return _("Hồ sơ đã hẹn lại đến ngày %(day)s; chỉ được hẹn lại một lần.") % {
                "day": format_date(dossier.reappointed_on)
            }
        return ""

    return why_not


def _check(dossier: Dossier, name: str, actor: Actor, on: date) -> None:
    step = DOSSIER_FLOW.by_name[name]
    if not may_act(step.who, register_of(Dossier), actor, dossier):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted")
    if why := guard_of(name)(dossier, actor=actor, on=on):
        raise StepRefused(why, code="guard")


def _check_day(dossier: Dossier, day: date, field: str, on: date) -> None:
    """No step lies in the days to come, or before the last one on record."""
    if day > on:
        text = _("Ngày %(day)s chưa tới. Xem lại ngày.") % {"day": format_date(day)}
        raise StepRefused.about(text, field, code="future")
    if day < (last := last_fact_on(dossier)):
        text = _("Ngày %(day)s đứng trước ngày %(last)s của bước đã ghi. Xem lại ngày.") % {
            "day": format_date(day),
            "last": format_date(last),
        }
        raise StepRefused.about(text, field, code="order")


def share_defaults(dossier: Dossier, *, actor: Actor, on: date) -> dict[str, Any]:
    """The next step of the internal process, as far as its unit and share are on record: with these the dialog begins."""
    done = dossier.handovers.count()
    step = dossier.procedure.steps.order_by("ordinal")[done : done + 1].first()
    given: dict[str, Any] = {"received_on": on}
    return {**given, "unit": step.unit_id, "share": step.share} if step is not None else given


def hand_over(
    *,
    dossier: Dossier,
    unit: OrgUnit,
    received_on: date,
    actor: Actor,
    on: date,
    share: int | None = None,
    note: str = "",
) -> DossierHandover:
    """Give the dossier to a unit, with its share of the term; the unit that had it is done on that day.

    Raises :class:`StepRefused`, and :class:`NotPermitted` for who does not have the dossier.
    """
    _check(dossier, "hand_over", actor, on)
    _check_day(dossier, received_on, "received_on", on)
    before = open_handover(dossier)
    if before is not None and before.unit_id == unit.pk:
        text = _("Hồ sơ đang ở đơn vị này. Chọn đơn vị khác.")
        raise StepRefused.about(text, "unit", code="same_unit")
    with transaction.atomic(), acting(actor):
        _close_handover(dossier, received_on)
        last = dossier.handovers.aggregate(last=Max("ordinal"))["last"] or 0
        made = DossierHandover(
            dossier=dossier, ordinal=last + 1, unit=unit, received_on=received_on, share=share, note=note
        )
        made.full_clean()
        save_row(register_of(DossierHandover), made, actor=actor, on=on)
    return made


def _close_handover(dossier: Dossier, day: date) -> None:
    if (handover := open_handover(dossier)) is not None:
        handover.done_on = max(day, handover.received_on)
        handover.save()


def ask_supplement(
    *, dossier: Dossier, asked_on: date, content: str, actor: Actor, on: date
) -> SupplementRequest:
    """Ask the applicant once for all that is missing. The clock stands still until it has come in.

    Raises :class:`StepRefused`, and :class:`NotPermitted` for who does not have the dossier.
    """
    _check(dossier, "ask_supplement", actor, on)
    _check_day(dossier, asked_on, "asked_on", on)
    with transaction.atomic(), acting(actor):
        made = SupplementRequest(dossier=dossier, asked_on=asked_on, content=content)
        made.full_clean()
        save_row(register_of(SupplementRequest), made, actor=actor, on=on)
    return made


def receive_supplement(*, dossier: Dossier, answered_on: date, actor: Actor, on: date) -> Dossier:
    """Record that everything asked for has come in: the clock goes on after that day. Raises like the other steps."""
    _check(dossier, "receive_supplement", actor, on)
    _check_day(dossier, answered_on, "answered_on", on)
    request = open_supplement(dossier)
    assert request is not None  # noqa: S101 -- the state says that there is one
    with transaction.atomic(), acting(actor):
        request.answered_on = answered_on
        request.full_clean()
        save_row(register_of(SupplementRequest), request, actor=actor, on=on)
    return dossier


def apologise(
    *,
    dossier: Dossier,
    apologised_on: date,
    reappointed_on: date,
    apology_reason: str,
    actor: Actor,
    on: date,
) -> Dossier:
    """Tell the applicant why there is no result yet, and when there will be one. The statutory term stays what it is: a dossier
    that is late stays late. Raises like the other steps.
    """
    _check(dossier, "apologise", actor, on)
    _check_day(dossier, apologised_on, "apologised_on", on)
    if reappointed_on <= apologised_on:
        text = _("Ngày hẹn lại phải sau ngày xin lỗi. Xem lại ngày.")
        raise StepRefused.about(text, "reappointed_on")
    dossier.apologised_on, dossier.reappointed_on = apologised_on, reappointed_on
    dossier.apology_reason = apology_reason
    return _saved(dossier, actor)


def resolve_dossier(
    *, dossier: Dossier, ended_on: date, actor: Actor, on: date, result_number: str = ""
) -> Dossier:
    """Record the day on which the result was there, before, on or after the last day. Raises like the other steps."""
    _check(dossier, "resolve", actor, on)
    dossier.result_number = result_number
    return _end(dossier, DossierOutcome.RESOLVED, ended_on, actor, on)


def refuse_dossier(
    *, dossier: Dossier, ended_on: date, outcome_reason: str, actor: Actor, on: date
) -> Dossier:
    """Give the dossier back without a result: sent to the wrong place, or incomplete. Raises like the other steps."""
    _check(dossier, "refuse", actor, on)
    dossier.outcome_reason = outcome_reason
    return _end(dossier, DossierOutcome.REFUSED, ended_on, actor, on)


def withdraw_dossier(
    *, dossier: Dossier, ended_on: date, outcome_reason: str, actor: Actor, on: date
) -> Dossier:
    """Record that the applicant took the dossier back. Raises like the other steps."""
    _check(dossier, "withdraw", actor, on)
    dossier.outcome_reason = outcome_reason
    return _end(dossier, DossierOutcome.WITHDRAWN, ended_on, actor, on)


def stop_dossier(*, dossier: Dossier, ended_on: date, outcome_reason: str, actor: Actor, on: date) -> Dossier:
    """Stop work on the dossier, as the rules of 2025 allow. Raises like the other steps."""
    _check(dossier, "stop", actor, on)
    dossier.outcome_reason = outcome_reason
    return _end(dossier, DossierOutcome.STOPPED, ended_on, actor, on)


def deliver_result(*, dossier: Dossier, delivered_on: date, actor: Actor, on: date) -> Dossier:
    """Record that the applicant has the result. Raises like the other steps."""
    _check(dossier, "deliver", actor, on)
    _check_day(dossier, delivered_on, "delivered_on", on)
    dossier.delivered_on = delivered_on
    return _saved(dossier, actor)


def _end(dossier: Dossier, outcome: DossierOutcome, day: date, actor: Actor, on: date) -> Dossier:
    _check_day(dossier, day, "ended_on", on)
    dossier.outcome, dossier.ended_on = outcome, day
    with transaction.atomic(), acting(actor):
        _close_handover(dossier, day)
        return _saved(dossier, actor)


def _saved(dossier: Dossier, actor: Actor) -> Dossier:
    with acting(actor):
        dossier.full_clean()
        dossier.save()
    return dossier
