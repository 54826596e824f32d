"""Registers of estimates, how what was assigned changed, and how it is divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations, rules
from khcn.finance.models import BudgetAdjustment, BudgetAllocation, BudgetEstimate
from khcn.finance.register.base import FinanceRegister, take_back
from khcn.finance.workflow import ESTIMATE_FLOW
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from datetime import date

    from khcn.finance.models.budgets import BudgetEstimateQuerySet


def as_of(records: BudgetEstimateQuerySet, on: date) -> BudgetEstimateQuerySet:
    """With what is assigned, as adjusted by the day of the page."""
    return records.with_current(on=on)


@register
class BudgetEstimates(FinanceRegister):
    model = BudgetEstimate
    slug = "estimates"
    icon = "calculator"
    columns = (
        Column("code", look="link"),
        "purpose",
        "year",
        "source",
        "chapter",
        Column("proposed_amount", look="money"),
        Column("current_amount", _("Số được giao, sau điều chỉnh (đồng)"), look="money"),
        Column("state", look="badge"),
        Column("item", hidden=True),
        Column("assigned_amount", look="money", hidden=True),
        Column("assigned_on", hidden=True),
    )
    filters = {
        "year": ["exact"],
        "source": ["exact"],
        "chapter": ["exact"],
        "state": ["exact"],
        "assigned_on": ["gte", "lt"],
    }
    form = (
        Section(_("Dự toán"), "code", "year", "source", "chapter", "item", "purpose", "proposed_amount"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(
        _("Trình, giao dự toán"), "submitted_on", "decision_number", "assigned_on", "assigned_amount"
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-year", "code")
    date_field = "assigned_on"
    annotate = as_of
    workflow = ESTIMATE_FLOW
    effects = {
        "submit": Effect(operation=operations.submit, subject="estimate"),
        "assign": Effect(operation=operations.assign, subject="estimate"),
    }
    indicators = indicators.ESTIMATES
    writer = operations.EstimateWriter()
    owned = (
        OwnedFields(
            ("code", "year", "source", "chapter", "item", "purpose", "proposed_amount"),
            _("Dự toán đã trình hoặc đã giao. Bấm “Bỏ bước ghi nhầm” rồi mới sửa được."),
            where=operations.decided_estimates,
            covers_empty=True,
        ),
    )
    actions = (
        take_back(
            name="take-back-estimate",
            operation=operations.take_back_estimate,
            subject="estimate",
            who=rules.finance_staff,
        ),
    )


@register
class BudgetAdjustments(FinanceRegister):
    model = BudgetAdjustment
    slug = "adjustments"
    icon = "arrows-sort"
    columns = (
        Column("code", look="link"),
        "estimate",
        "adjusted_on",
        Column("amount", look="money"),
        "decision_number",
        Column("reason", hidden=True),
    )
    filters = {"estimate": ["exact"], "adjusted_on": ["gte", "lt"]}
    search = ("estimate",)
    form = (
        Section(_("Điều chỉnh"), "code", "estimate", "adjusted_on", "amount"),
        Section(_("Quyết định"), "decision_number", "reason"),
    )
    panel_of = (Panel("estimate", _("Điều chỉnh"), position=5),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-adjusted_on", "code")
    date_field = "adjusted_on"
    happened = ("adjusted_on",)
    writer = operations.AdjustmentWriter()


@register
class BudgetAllocations(FinanceRegister):
    model = BudgetAllocation
    slug = "allocations"
    icon = "coins"
    columns = (
        Column("code", look="link"),
        "estimate",
        "task",
        "unit",
        "content",
        Column("amount", look="money"),
        "allocated_on",
    )
    filters = {
        "estimate": ["exact"],
        "task": ["exact"],
        "unit": ["exact"],
        "allocated_on": ["gte", "lt"],
    }
    search = ("task", "unit")
    form = (
        Section(_("Phân bổ"), "code", "estimate", "task", "unit", "content", "amount"),
        Section(_("Quyết định"), "allocated_on", "decision_number"),
    )
    panel_of = (
        Panel("estimate", _("Phân bổ"), position=10),
        Panel("unit", _("Dự toán được phân bổ"), position=40),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-allocated_on", "code")
    date_field = "allocated_on"
    happened = ("allocated_on",)
    writer = operations.AllocationWriter()
