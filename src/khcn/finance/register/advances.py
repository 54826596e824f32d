"""Registers of instalments, advances, and what of these was cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations
from khcn.finance.deadlines import ADVANCE_DEADLINES, INSTALMENT_DEADLINES
from khcn.finance.enums import AdvanceStanding
from khcn.finance.models import AdvanceClearance, AdvancePayment, ContractInstalment
from khcn.finance.register.base import ContractRegister, FinanceRegister
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section

if TYPE_CHECKING:
    from datetime import date

    from khcn.finance.models.advances import AdvancePaymentQuerySet, ContractInstalmentQuerySet


def instalments_as_of(records: ContractInstalmentQuerySet, on: date) -> ContractInstalmentQuerySet:
    """With what was paid by the day of the page."""
    return records.with_paid(on=on)


def advances_as_of(records: AdvancePaymentQuerySet, on: date) -> AdvancePaymentQuerySet:
    """With what was cleared by the day of the page, and how old the rest is."""
    return records.with_standing(on=on)


@register
class ContractInstalments(ContractRegister):
    model = ContractInstalment
    slug = "instalments"
    icon = "list-numbers"
    columns = (
        Column("code", look="link"),
        "task",
        "ordinal",
        Column("amount", look="money"),
        Column("paid", _("Đã tạm ứng (đồng)"), look="money"),
        "due_on",
        Column("condition", hidden=True),
        Column("dropped_on", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "due_on": ["gte", "lt"],
        "dropped_on": ["gte", "lt"],
    }
    search = ("task",)
    form = (
        Section(_("Đợt cấp"), "code", "task", "ordinal", "amount", "due_on", "condition"),
        Section(_("Không cấp nữa"), "dropped_on", "drop_reason"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-due_on", "code")
    date_field = "due_on"
    annotate = instalments_as_of
    deadlines = INSTALMENT_DEADLINES
    indicators = indicators.INSTALMENTS
    writer = operations.InstalmentWriter()


@register
class AdvancePayments(FinanceRegister):
    model = AdvancePayment
    slug = "advances"
    icon = "coins"
    columns = (
        Column("code", look="link"),
        "task",
        "paid_on",
        Column("amount", look="money"),
        Column("outstanding", _("Chưa thanh toán (đồng)"), look="money"),
        Column("standing", _("Tuổi tạm ứng"), look="badge", choices=tuple(AdvanceStanding.choices)),
        Column("instalment", hidden=True),
        Column("clear_by", hidden=True),
        Column("voucher_number", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "instalment": ["exact"],
        "paid_on": ["gte", "lt"],
        "clear_by": ["gte", "lt"],
    }
    derived_filters = {"standing": (_("Tuổi tạm ứng"), tuple(AdvanceStanding.choices))}
    search = ("task",)
    form = (
        Section(
            _("Tạm ứng"), "code", "task", "instalment", "voucher_number", "paid_on", "amount", "clear_by"
        ),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("instalment", _("Đã tạm ứng"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-paid_on", "code")
    date_field = "paid_on"
    happened = ("paid_on",)
    annotate = advances_as_of
    deadlines = ADVANCE_DEADLINES
    indicators = indicators.ADVANCES
    writer = operations.AdvanceWriter()


@register
class AdvanceClearances(FinanceRegister):
    model = AdvanceClearance
    slug = "clearances"
    icon = "file-invoice"
    columns = (
        Column("code", look="link"),
        "advance",
        "kind",
        "cleared_on",
        Column("amount", look="money"),
        "document_number",
    )
    filters = {"advance": ["exact"], "kind": ["exact"], "cleared_on": ["gte", "lt"]}
    search = ("advance",)
    form = (
        Section(_("Thanh toán"), "code", "advance", "kind", "cleared_on", "amount", "document_number"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("advance", _("Các lần thanh toán"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-cleared_on", "code")
    date_field = "cleared_on"
    happened = ("cleared_on",)
    writer = operations.ClearanceWriter()
