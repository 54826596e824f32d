"""Registers of estimates and of how what was assigned is divided."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations, rules
from khcn.finance.models import BudgetAllocation, BudgetEstimate
from khcn.finance.register.base import FinanceRegister, take_back
from khcn.finance.workflow import ESTIMATE_FLOW
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect


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
        Column("assigned_amount", look="money"),
        Column("state", look="badge"),
        Column("item", hidden=True),
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
