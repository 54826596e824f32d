"""The steps of a report and its sections as buttons; of a step that others take it is said who."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from khcn.kernel.workflow.engine import available, may_take
from khcn.parties.queries import staff_by_position, who_may

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.http import Request
    from khcn.kernel.workflow import Workflow
    from khcn.kernel.workflow.engine import OfferedTransition
    from khcn.reports.models import ReportInstance, ReportSection


def offers_of(
    workflow: Workflow, record: ReportInstance | ReportSection, request: Request
) -> list[OfferedTransition]:
    """Every step from the present state, each with the reason when the actor may not take it now, and whom to ask."""
    offers = available(workflow, record, actor=request.actor, on=request.today)
    staff = staff_by_position(request.today) if any(offer.of_others for offer in offers) else []
    return [_with_others(offer, record, staff) if offer.of_others else offer for offer in offers]


def _with_others(
    offer: OfferedTransition,
    record: ReportInstance | ReportSection,
    staff: Sequence[tuple[Actor, Sequence[str]]],
) -> OfferedTransition:
    others = who_may(lambda actor: may_take(offer.transition, actor, record), staff)
    return replace(offer, why_not=f"{offer.why_not} {others}")
