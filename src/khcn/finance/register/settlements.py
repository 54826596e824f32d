"""Registers of settlements of years and of money that is reduced."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations, rules
from khcn.finance.deadlines import REDUCTION_DEADLINES, SETTLEMENT_DEADLINES
from khcn.finance.models import PaymentReduction, YearSettlement
from khcn.finance.register.base import FinanceRegister, take_back
from khcn.finance.workflow import SETTLEMENT_FLOW
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Section
from khcn.kernel.registers.workflow_actions import Effect


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
        "recovered_on",
        Column("content", hidden=True),
        Column("document_number", hidden=True),
        Column("recover_by", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "reason": ["exact"],
        "decided_on": ["gte", "lt"],
        "recover_by": ["gte", "lt"],
        "recovered_on": ["gte", "lt"],
    }
    search = ("task",)
    form = (
        Section(_("Giảm trừ, thu hồi"), "code", "task", "reason", "content", "amount"),
        Section(_("Văn bản"), "decided_on", "document_number", "recover_by"),
        Section(_("Thực hiện"), "recovered_on", "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-decided_on", "code")
    date_field = "decided_on"
    happened = ("decided_on", "recovered_on")
    not_before = (NotBefore("recovered_on", "decided_on", _("Đã nộp trước ngày văn bản.")),)
    deadlines = REDUCTION_DEADLINES
    indicators = indicators.REDUCTIONS
    writer = operations.ReductionWriter()
