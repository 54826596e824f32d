"""Assets of tasks: how they are to be handled, decided and handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.finance.models import TaskAsset
from khcn.finance.operations.liquidated import OfTaskWriter, refuse_if_liquidated
from khcn.finance.workflow import ASSET_FLOW, HANDED_OVER, IN_USE
from khcn.kernel.papers.numbers_of_records import opened_records
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.parties.models import Organisation

_DAYS: Final = ("recorded_on", "proposed_on", "decided_on", "handed_over_on")


class TaskAssetWriter(OfTaskWriter, PastDayWriter):
    """An asset came into being; one that is being handled stays."""

    def __init__(self) -> None:
        """It came into being."""
        super().__init__("recorded_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one with which nothing was done is deleted."""
        if record.state != IN_USE:
            state = ASSET_FLOW.by_value[record.state]
            text = _("Tài sản ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label}
            raise Refused(text, code="handled")


def handled_assets(keys: Collection[int]) -> set[int]:
    """Those of the assets whose handling has begun; without those whose minutes are being replaced, which opens what they print."""
    found = TaskAsset.objects.filter(pk__in=list(keys)).exclude(state=IN_USE)
    return set(found.values_list("pk", flat=True)) - opened_records(TaskAsset, keys)


def propose(*, asset: TaskAsset, proposed_on: date, actor: Actor, on: date) -> TaskAsset:
    """A plan for the asset was sent. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(asset, _DAYS, "proposed_on", proposed_on, on)
    write_step(asset, actor=actor, proposed_on=proposed_on)
    return asset


def decide(
    *,
    asset: TaskAsset,
    decision_number: str,
    decided_on: date,
    handling_form: str,
    actor: Actor,
    on: date,
    receiver: Organisation | None = None,
) -> TaskAsset:
    """What becomes of the asset is decided; the term of the hand-over begins. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(asset, _DAYS, "decided_on", decided_on, on)
    values: dict[str, Any] = {
        "decision_number": decision_number.strip(),
        "handling_form": handling_form,
        "receiver": receiver,
    }
    write_step(asset, actor=actor, decided_on=decided_on, **values)
    return asset


def hand_over(*, asset: TaskAsset, handed_over_on: date, actor: Actor, on: date) -> TaskAsset:
    """The asset is where it was decided to go. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(asset, _DAYS, "handed_over_on", handed_over_on, on)
    write_step(asset, actor=actor, handed_over_on=handed_over_on)
    return asset


def hand_over_by_minutes(*, asset: TaskAsset, actor: Actor, on: date) -> None:
    """What the issue of the minutes brings about. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(asset, _DAYS, "handed_over_on", on, on)
    with transaction.atomic():
        fire(ASSET_FLOW, asset, "hand_over_by_minutes", actor=actor, on=on)
        write_step(asset, actor=actor, handed_over_on=on)


def withdraw_minutes(*, asset: TaskAsset, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the minutes brings about: the asset waits again. Raises ``Refused`` once the contract is liquidated."""
    if asset.state != HANDED_OVER:
        return
    refuse_if_liquidated(asset.task_id)
    note = _("Thu hồi biên bản số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(ASSET_FLOW, asset, "withdraw_minutes", actor=actor, on=on, note=note)
        write_step(asset, actor=actor, reason=note, handed_over_on=None)
