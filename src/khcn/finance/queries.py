"""What the registers of money and assets say about a task, for the areas that work with tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from khcn.finance.models import AdvancePayment, PaymentReduction, TaskAsset, YearSettlement

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What of a task is not done yet: money that is outside, settlements that wait, assets that are not handled."""

    outstanding: int
    unrecovered: int
    years: tuple[int, ...]
    assets: tuple[str, ...]
    has_assets: bool

    def __bool__(self) -> bool:
        """Is there anything that the liquidation of the contract waits for?"""
        return bool(self.outstanding or self.unrecovered or self.years or self.assets)


def open_matters(task: int, *, on: date) -> OpenMatters:
    """As of a day."""
    advances: Any = AdvancePayment.objects.open(on=on).filter(task=task)
    reductions: Any = PaymentReduction.objects.unrecovered(on=on).filter(task=task)
    undecided = (Q(approved_on__isnull=True) | Q(approved_on__gt=on)) & (
        Q(returned_on__isnull=True) | Q(returned_on__gt=on)
    )
    waiting = YearSettlement.objects.filter(undecided, task=task, submitted_on__lte=on)
    assets = TaskAsset.objects.filter(task=task, recorded_on__lte=on)
    return OpenMatters(
        outstanding=sum(advances.values_list("outstanding", flat=True)),
        unrecovered=sum(reductions.values_list("missing", flat=True)),
        years=tuple(waiting.order_by("year").values_list("year", flat=True)),
        assets=tuple(assets.unhandled(on=on).order_by("pk").values_list("name", flat=True)),
        has_assets=assets.exists(),
    )
