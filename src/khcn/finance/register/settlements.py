"""Registers of settlements of years, of money that is reduced, and of what of it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations, rules
from khcn.finance.deadlines import REDUCTION_DEADLINES, SETTLEMENT_DEADLINES
from khcn.finance.models import PaymentRecovery, PaymentReduction, YearSettlement
from khcn.finance.register.base import FinanceRegister, take_back
from khcn.finance.workflow import SETTLEMENT_FLOW
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from datetime import date

    from khcn.finance.models.settlements import PaymentReductionQuerySet


def reductions_as_of(records: PaymentReductionQuerySet, on: date) -> PaymentReductionQuerySet:
    """With what is back by the day of the page."""
    return records.with_recovered(on=on)


@register
class YearSettlements(FinanceRegister):
    model = YearSettlement
    slug = "year-settlements"
    icon = "file-check"
    columns = (
        Column("code", look="link"),
        "task",
        "year",
        "submitted_on",
        Column("reported_amount", look="money"),
        Column("approved_amount", look="money"),
        Column("state", look="badge"),
        Column("approved_on", hidden=True),
        Column("carried_over_amount", look="money", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "year": ["exact"],
        "state": ["exact"],
        "submitted_on": ["gte", "lt"],
        "approved_on": ["gte", "lt"],
    }
    search = ("task",)
    form = (
        Section(_("Hồ sơ quyết toán"), "code", "task", "year", "submitted_on"),
        Section(_("Số tiền"), "reported_amount", "carried_over_amount", "note"),
    )
    outcome = Section(
        _("Phê duyệt"), "approved_on", "approved_amount", "document_number", "returned_on", "return_reason"
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-submitted_on", "code")
    date_field = "submitted_on"
    happened = ("submitted_on",)
    workflow = SETTLEMENT_FLOW
    effects = {
        "approve": Effect(operation=operations.approve, subject="settlement"),
        "return": Effect(operation=operations.hand_back, subject="settlement"),
    }
    deadlines = SETTLEMENT_DEADLINES
    indicators = indicators.SETTLEMENTS
    writer = operations.SettlementWriter()
    owned = (
        OwnedFields(
            ("code", "task", "year", "submitted_on", "reported_amount", "carried_over_amount"),
            _("Hồ sơ quyết toán đã được xử lý. Bấm “Bỏ bước ghi nhầm” rồi mới sửa được."),
            where=operations.decided_settlements,
            covers_empty=True,
        ),
    )
    actions = (
        take_back(
            name="take-back-settlement",
            operation=operations.take_back_settlement,
            subject="settlement",
            who=rules.finance_staff,
        ),
    )


@register
class PaymentReductions(FinanceRegister):
    model = PaymentReduction
    slug = "reductions"
    icon = "arrows-sort"
    columns = (
        Column("code", look="link"),
        "task",
        "reason",
        "decided_on",
        Column("amount", look="money"),
        Column("missing", _("Chưa nộp (đồng)"), look="money"),
        Column("content", hidden=True),
        Column("document_number", hidden=True),
        Column("recover_by", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "reason": ["exact"],
        "decided_on": ["gte", "lt"],
        "recover_by": ["gte", "lt"],
    }
    search = ("task",)
    form = (
        Section(_("Giảm trừ, thu hồi"), "code", "task", "reason", "content", "amount"),
        Section(_("Văn bản"), "decided_on", "document_number", "recover_by"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-decided_on", "code")
    date_field = "decided_on"
    happened = ("decided_on",)
    annotate = reductions_as_of
    deadlines = REDUCTION_DEADLINES
    indicators = indicators.REDUCTIONS
    writer = operations.ReductionWriter()


@register
class PaymentRecoveries(FinanceRegister):
    model = PaymentRecovery
    slug = "recoveries"
    icon = "coins"
    columns = (
        Column("code", look="link"),
        "reduction",
        "recovered_on",
        Column("amount", look="money"),
        "document_number",
    )
    filters = {"reduction": ["exact"], "recovered_on": ["gte", "lt"]}
    search = ("reduction",)
    form = (Section(_("Nộp, giảm trừ"), "code", "reduction", "recovered_on", "amount", "document_number"),)
    panel_of = (Panel("reduction", _("Các lần nộp, giảm trừ"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-recovered_on", "code")
    date_field = "recovered_on"
    happened = ("recovered_on",)
    writer = operations.RecoveryWriter()
