"""Steps of an initiative that were entered by mistake: the head of the division takes them back, with what they wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.ip.operations.initiatives import decision_numbers
from khcn.ip.workflow import INITIATIVE_FLOW, PROPOSED, RECOGNISED, REFUSED, WITHDRAWN
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.refusals import Refused
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from datetime import date

    from khcn.ip.models import Initiative
    from khcn.kernel.actors import Actor


def why_not_recognised(initiative: Initiative, *, actor: Actor, on: date) -> str:
    """Why no decision is taken back; "" where one was entered by hand."""
    if why := _why_other_state(initiative, RECOGNISED):
        return why
    if initiative.decision_number in decision_numbers(initiative.round_id):
        text = _("Quyết định %(number)s lập từ đợt xét. Thu hồi hoặc thay thế quyết định ở trang của giấy.")
        return text % {"number": initiative.decision_number}
    return ""


def why_not_concluded(initiative: Initiative, *, actor: Actor, on: date) -> str:
    """Why no conclusion of the council is taken back; "" where there is one and nothing was decided."""
    return _why_other_state(initiative, PROPOSED)


def why_not_ended(initiative: Initiative, *, actor: Actor, on: date) -> str:
    """Why the initiative is not taken up again; "" where it was refused or withdrawn."""
    return _why_other_state(initiative, REFUSED, WITHDRAWN)


def _why_other_state(initiative: Initiative, *states: str) -> str:
    if initiative.state in states:
        return ""
    return _("Sáng kiến đang ở trạng thái “%(state)s”.") % {
        "state": INITIATIVE_FLOW.by_value[initiative.state].label
    }


def take_back(*, initiative: Initiative, reason: str, actor: Actor, on: date) -> Initiative:
    """A decision that was entered by mistake. Raises ``Refused`` where a paper of this system decided, and when a frozen report
    counts the initiative.
    """
    why = why_not_recognised(initiative, actor=actor, on=on)
    return _taken_back(initiative, "take_back", why, reason=reason, actor=actor, on=on)


def take_back_conclusion(*, initiative: Initiative, reason: str, actor: Actor, on: date) -> Initiative:
    """The conclusion of the council is entered again: its authors may be corrected until then."""
    why = why_not_concluded(initiative, actor=actor, on=on)
    return _taken_back(
        initiative, "take_back_conclusion", why, reason=reason, actor=actor, on=on, conclusion=""
    )


def take_up_again(*, initiative: Initiative, reason: str, actor: Actor, on: date) -> Initiative:
    """One that was refused or withdrawn by mistake is examined from the beginning."""
    why = why_not_ended(initiative, actor=actor, on=on)
    begun = {"accepted_on": None, "conclusion": "", "refusal_reason": ""}
    return _taken_back(initiative, "take_up_again", why, reason=reason, actor=actor, on=on, **begun)


def _taken_back(
    initiative: Initiative,
    step: str,
    why_not: str,
    *,
    reason: str,
    actor: Actor,
    on: date,
    **columns: str | None,
) -> Initiative:
    if why_not:
        raise Refused(why_not, code="no_step")
    # The state decides what figures count: signed reports are asked before it changes.
    with correcting(actor, reason), refuse_contradicting_what_was_signed([initiative]):
        fire(INITIATIVE_FLOW, initiative, step, actor=actor, on=on, note=reason)
        initiative.decision_number, initiative.decided_on = "", None
        for name, value in columns.items():
            setattr(initiative, name, value)
        initiative.corrected = True
        initiative.save()
    return initiative
