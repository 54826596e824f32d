"""Registers of instalments, advances, what of these was cleared, and reminders to clear them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations, rules
from khcn.finance.deadlines import ADVANCE_DEADLINES, INSTALMENT_DEADLINES
from khcn.finance.enums import AdvanceStanding
from khcn.finance.models import AdvanceClearance, AdvancePayment, AdvanceReminder, ContractInstalment
from khcn.finance.register.base import ContractRegister, FinanceRegister, take_back
from khcn.finance.workflow import REMINDER_FLOW
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

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
        Column("condition_met_on", hidden=True),
        Column("dropped_on", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "due_on": ["gte", "lt"],
        "condition_met_on": ["gte", "lt"],
        "dropped_on": ["gte", "lt"],
    }
    search = ("task",)
    form = (
        Section(_("Đợt cấp"), "code", "task", "ordinal", "amount", "due_on"),
        Section(_("Điều kiện cấp"), "condition", "condition_met_on"),
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


@register
class AdvanceReminders(FinanceRegister):
    model = AdvanceReminder
    slug = "advance-reminders"
    icon = "send"
    columns = (
        Column("code", look="link"),
        "host",
        Column("state", look="badge"),
        "sent_on",
        "document_number",
        "answer_by",
    )
    filters = {
        "host": ["exact"],
        "state": ["exact"],
        "sent_on": ["gte", "lt"],
        "answer_by": ["gte", "lt"],
    }
    search = ("host",)
    form = (
        Section(_("Đôn đốc"), "code", "host", "answer_by"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Công văn"), "document_number", "sent_on")
    panel_of = (Panel("host", _("Đôn đốc thanh toán tạm ứng"), position=95),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-sent_on", "code")
    date_field = "sent_on"
    workflow = REMINDER_FLOW
    effects = {"record_sent": Effect(operation=operations.record_sent, subject="reminder")}
    writer = operations.ReminderWriter()
    owned = (
        OwnedFields(
            ("code", "host", "answer_by"),
            _("Công văn đôn đốc đã gửi. Bấm “Bỏ bước ghi nhầm” rồi mới sửa được."),
            where=operations.sent_reminders,
            covers_empty=True,
        ),
    )
    actions = (
        take_back(
            name="take-back-reminder",
            operation=operations.take_back_reminder,
            subject="reminder",
            who=rules.finance_staff,
        ),
    )
