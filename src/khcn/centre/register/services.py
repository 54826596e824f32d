"""Registers of service orders, their lines and results, instruments, and verifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Case, CharField, F, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.centre import indicators, operations
from khcn.centre.deadlines import INSTRUMENT_DEADLINES, ORDER_DEADLINES
from khcn.centre.models import (
    InstrumentVerification,
    MeasuringInstrument,
    ServiceOrder,
    ServiceOrderItem,
    ServiceResult,
)
from khcn.centre.register.base import CentreRegister
from khcn.centre.workflow import ORDER_FLOW
from khcn.kernel.deadlines.queries import TERM_STATES, with_term
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


WITHOUT_TERM: Final = "none"
STANDINGS: Final = (*TERM_STATES, (WITHOUT_TERM, _("chưa có hạn")))


def as_of(records: QuerySet[MeasuringInstrument], on: date) -> QuerySet[MeasuringInstrument]:
    """When instruments are due again, on the day of the page."""
    return with_term(records, on=on).annotate(
        standing=Case(When(term="", then=Value(WITHOUT_TERM)), default=F("term"), output_field=CharField())
    )


@register
class ServiceOrders(CentreRegister):
    model = ServiceOrder
    slug = "service-orders"
    icon = "clipboard-list"
    columns = (
        Column("code", look="link"),
        "customer",
        "received_on",
        Column("state", look="badge"),
        "finished_on",
        "returned_on",
        "partner",
        Column("contract_number", hidden=True),
    )
    filters = {
        "customer": ["exact"],
        "partner": ["exact"],
        "state": ["exact"],
        "received_on": ["gte", "lt"],
        "finished_on": ["gte", "lt"],
        "returned_on": ["gte", "lt"],
    }
    search = ("customer", "partner")
    form = (
        Section(_("Phiếu yêu cầu"), "code", "customer", "received_on", "contract_number", "partner"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("customer", _("Phiếu yêu cầu dịch vụ"), position=80),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    may_be_long = True
    date_field = "received_on"
    happened = ("received_on",)
    workflow = ORDER_FLOW
    effects = {
        "finish": Effect(operation=operations.finish_order, subject="order"),
        "hand_over": Effect(operation=operations.hand_over_order, subject="order"),
        "take_back_return": Effect(operation=operations.take_back_return, subject="order"),
        "take_back_finish": Effect(operation=operations.take_back_finish, subject="order"),
        "take_up_again": Effect(operation=operations.take_up_again, subject="order"),
    }
    outcome = Section(_("Thực hiện"), "finished_on", "returned_on")
    deadlines = ORDER_DEADLINES
    writer = operations.LeadingDayWriter("received_on", "items__results__done_on", "verifications__done_on")
    owned = (
        OwnedFields(
            ("code", "customer", "received_on", "partner"),
            _("Phiếu đã làm xong hoặc đã hủy nên không sửa được nữa."),
            where=operations.orders_taken_further,
            covers_empty=True,
        ),
    )


@register
class ServiceOrderItems(CentreRegister):
    model = ServiceOrderItem
    slug = "service-order-items"
    icon = "list-numbers"
    columns = (Column("code", look="link"), "order", "ordinal", "subject", "method", "quantity")
    filters = {"order": ["exact"], "subject": ["exact"], "method": ["exact"]}
    search = ("order",)
    form = (Section(_("Dòng của phiếu"), "code", "order", "ordinal", "subject", "method", "quantity"),)
    inline_in = "order"
    panel_of = (Panel("order", _("Đối tượng, số lượng"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("order", "ordinal")
    may_be_long = True
    writer = operations.ItemWriter()
    in_menu = False


@register
class ServiceResults(CentreRegister):
    model = ServiceResult
    slug = "service-results"
    icon = "chart-bar"
    columns = (
        Column("done_on", look="link"),
        "item",
        "quantity",
        "failed",
        "marks",
    )
    filters = {
        "item": ["exact"],
        "item__order": ["exact"],
        "item__subject": ["exact"],
        "item__method": ["exact"],
        "done_on": ["gte", "lt"],
    }
    search = ("item",)
    form = (Section(_("Kết quả"), "item", "done_on", "quantity", "failed", "marks", "note"),)
    panel_of = (Panel("item", _("Kết quả dịch vụ"), position=10),)
    natural_key = ("item", "done_on")
    order = ("-done_on",)
    may_be_long = True
    date_field = "done_on"
    happened = ("done_on",)
    indicators = indicators.RESULTS
    writer = operations.ResultWriter()


@register
class MeasuringInstruments(CentreRegister):
    model = MeasuringInstrument
    slug = "measuring-instruments"
    icon = "ruler"
    columns = (
        Column("code", look="link"),
        "name",
        "subject",
        "customer",
        "serial_number",
        Column("next_due_on", _("Đến hạn ngày")),
        Column("standing", _("Tình trạng"), look="badge", choices=STANDINGS),
        Column("location", hidden=True),
        Column("measuring_range", hidden=True),
        Column("accuracy", hidden=True),
        Column("since_on", hidden=True),
        Column("left_on", hidden=True),
    )
    filters = {
        "customer": ["exact"],
        "subject": ["exact"],
        "since_on": ["gte", "lt"],
        "left_on": ["gte", "lt"],
    }
    derived_filters = {"standing": (_("Tình trạng"), STANDINGS)}
    search = ("customer",)
    form = (
        Section(_("Phương tiện đo"), "code", "customer", "subject", "name", "serial_number"),
        Section(_("Đặc trưng"), "measuring_range", "accuracy", "location"),
        Section(_("Theo dõi"), "since_on", "left_on"),
    )
    panel_of = (Panel("customer", _("Phương tiện đo"), position=81),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    date_field = "since_on"
    happened = ("since_on", "left_on")
    not_before = (NotBefore("left_on", "since_on", _("Thôi theo dõi trước ngày đưa vào sổ.")),)
    deadlines = INSTRUMENT_DEADLINES
    annotate = as_of
    writer = operations.InstrumentWriter()


@register
class InstrumentVerifications(CentreRegister):
    model = InstrumentVerification
    slug = "instrument-verifications"
    icon = "rosette-discount-check"
    columns = (
        Column("instrument", look="link"),
        "method",
        "done_on",
        "passed",
        "valid_until",
        "certificate_number",
        "standard",
        Column("mark_number", hidden=True),
        Column("kind", hidden=True),
        Column("order", hidden=True),
    )
    filters = {
        "instrument": ["exact"],
        "standard": ["exact"],
        "order": ["exact"],
        "method": ["exact"],
        "kind": ["exact"],
        "passed": ["exact"],
        "done_on": ["gte", "lt"],
        "valid_until": ["gte", "lt"],
    }
    search = ("instrument", "standard", "order")
    form = (
        Section(_("Kiểm định, hiệu chuẩn"), "instrument", "order", "method", "kind", "done_on", "standard"),
        Section(_("Kết quả"), "passed", "findings", "mark_number", "valid_until", "certificate_number"),
    )
    panel_of = (
        Panel("instrument", _("Kiểm định, hiệu chuẩn"), position=10),
        Panel("order", _("Lượt kiểm định"), position=30),
        Panel("standard", _("Lượt đã dùng chuẩn"), position=20),
    )
    natural_key = ("instrument", "done_on")
    order = ("-done_on",)
    may_be_long = True
    date_field = "done_on"
    happened = ("done_on",)
    not_before = (NotBefore("valid_until", "done_on", _("Hết giá trị trước ngày thực hiện.")),)
    writer = operations.VerificationWriter()
