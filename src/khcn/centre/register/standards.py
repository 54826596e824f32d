"""Registers of reference standards and their calibrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.centre import operations
from khcn.centre.deadlines import STANDARD_DEADLINES
from khcn.centre.enums import StandardStanding
from khcn.centre.models import ReferenceStandard, StandardCalibration
from khcn.centre.register.base import CentreRegister
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section

if TYPE_CHECKING:
    from datetime import date

    from khcn.centre.models.standards import ReferenceStandardQuerySet

STANDINGS = tuple(StandardStanding.choices)


def as_of(records: ReferenceStandardQuerySet, on: date) -> ReferenceStandardQuerySet:
    """Whether standards can be used on the day of the page."""
    return records.with_standing(on=on)


@register
class ReferenceStandards(CentreRegister):
    model = ReferenceStandard
    slug = "reference-standards"
    icon = "scale"
    columns = (
        Column("code", look="link"),
        "name",
        "serial_number",
        Column("standing", _("Tình trạng"), look="badge", choices=STANDINGS),
        Column("calibrated_until", _("Hiệu chuẩn đến ngày")),
        Column("measuring_range", hidden=True),
        Column("accuracy", hidden=True),
        Column("since_on", hidden=True),
        Column("withdrawn_on", hidden=True),
    )
    filters = {"since_on": ["gte", "lt"], "withdrawn_on": ["gte", "lt"]}
    derived_filters = {"standing": (_("Tình trạng"), STANDINGS)}
    form = (
        Section(_("Chuẩn đo lường"), "code", "name", "serial_number", "measuring_range", "accuracy"),
        Section(_("Sử dụng"), "since_on"),
    )
    outcome = Section(_("Thôi dùng"), "withdrawn_on")
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    date_field = "since_on"
    happened = ("since_on",)
    annotate = as_of
    writer = operations.LeadingDayWriter("since_on", "calibrations__calibrated_on", "uses__done_on")
    deadlines = STANDARD_DEADLINES
    actions = (
        Action(
            name="withdraw",
            label=_("Ghi thôi dùng"),
            operation=operations.withdraw_standard,
            subject="standard",
            guard=operations.why_standard_is_withdrawn,
            source=ReferenceStandard,
            required=("withdrawn_on",),
            writes=("withdrawn_on",),
            inputs=(Section(_("Thôi dùng"), "withdrawn_on"),),
            asks_reason=_("Lý do"),
            icon="circle-x",
            danger=True,
            help_text=_("Khi chuẩn hỏng, thanh lý. Chuẩn hết hạn hiệu chuẩn thì hệ thống tự biết theo ngày."),
        ),
        correction(
            name="correct-withdrawal",
            label=_("Đính chính thôi dùng"),
            operation=operations.correct_withdrawal,
            subject="standard",
            writes=("withdrawn_on",),
            guard=operations.why_standard_is_in_use,
            source=ReferenceStandard,
            initial=initial_from_stored_values("withdrawn_on"),
            inputs=(Section(_("Thôi dùng"), "withdrawn_on"),),
        ),
    )
    owned = (
        OwnedFields(("withdrawn_on",), _("Ngày thôi dùng ghi bằng nút “Ghi thôi dùng”."), covers_empty=True),
    )


@register
class StandardCalibrations(CentreRegister):
    model = StandardCalibration
    slug = "standard-calibrations"
    icon = "rosette-discount-check"
    columns = (
        Column("standard", look="link"),
        "calibrated_on",
        "body",
        "certificate_number",
        "passed",
        "valid_until",
    )
    filters = {
        "standard": ["exact"],
        "body": ["exact"],
        "passed": ["exact"],
        "calibrated_on": ["gte", "lt"],
        "valid_until": ["gte", "lt"],
    }
    search = ("standard", "body")
    form = (
        Section(_("Hiệu chuẩn"), "standard", "calibrated_on", "body"),
        Section(_("Kết quả"), "passed", "certificate_number", "valid_until"),
    )
    panel_of = (Panel("standard", _("Hiệu chuẩn"), position=10),)
    natural_key = ("standard", "calibrated_on")
    order = ("-calibrated_on",)
    date_field = "calibrated_on"
    happened = ("calibrated_on",)
    not_before = (NotBefore("valid_until", "calibrated_on", _("Hạn dùng trước ngày hiệu chuẩn.")),)
    writer = operations.CalibrationWriter()
