"""Registers of standards and of who asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.quality import indicators, operations
from khcn.quality.deadlines import REQUEST_DEADLINES
from khcn.quality.enums import StandardForce
from khcn.quality.models import Standard, StandardRequest
from khcn.quality.register.base import QualityRegister

if TYPE_CHECKING:
    from datetime import date

    from khcn.quality.models.standards import StandardQuerySet


def as_of(records: StandardQuerySet, on: date) -> StandardQuerySet:
    """Whether a standard is in force on the day of the page."""
    return records.with_standing(on=on)


@register
class Standards(QualityRegister):
    model = Standard
    slug = "standards"
    icon = "book"
    columns = (
        Column("number", look="link"),
        "title",
        "kind",
        "field",
        "published_on",
        Column("standing", _("Hiệu lực"), look="badge", choices=tuple(StandardForce.choices)),
        "replaced_by",
        Column("ended_on", hidden=True),
        Column("shelf", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "field": ["exact"],
        "replaced_by": ["exact"],
        "published_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    derived_filters = {"standing": (_("Hiệu lực"), tuple(StandardForce.choices))}
    form = (
        Section(_("Tiêu chuẩn, quy chuẩn"), "number", "title", "kind", "field", "published_on"),
        Section(_("Hiệu lực"), "ended_on", "replaced_by"),
        Section(_("Lưu giữ"), "shelf", "note"),
    )
    panel_of = (Panel("replaced_by", _("Thay cho"), position=30),)
    natural_key = ("number",)
    lookup = "number"
    order = ("number",)
    happened = ("published_on",)
    annotate = as_of
    indicators = indicators.STANDARDS
    writer = operations.StandardWriter()


@register
class StandardRequests(QualityRegister):
    model = StandardRequest
    slug = "standard-requests"
    icon = "inbox"
    columns = (
        Column("code", look="link"),
        "kind",
        "content",
        "organisation",
        "standard",
        "received_on",
        "answered_on",
    )
    filters = {
        "kind": ["exact"],
        "organisation": ["exact"],
        "standard": ["exact"],
        "received_on": ["gte", "lt"],
        "answered_on": ["gte", "lt"],
    }
    search = ("organisation", "standard")
    form = (
        Section(_("Yêu cầu"), "code", "kind", "organisation", "standard", "content", "received_on"),
        Section(_("Trả lời"), "answered_on", "answer"),
    )
    outcome = Section(
        _("Gửi qua trang tra cứu"), "asker_name", "asker_organisation", "asker_contact", "consented_on"
    )
    panel_of = (
        Panel("organisation", _("Tra cứu tiêu chuẩn, TBT"), position=90),
        Panel("standard", _("Yêu cầu tra cứu"), position=20),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on", "answered_on")
    deadlines = REQUEST_DEADLINES
    indicators = indicators.REQUESTS
    writer = PastDayWriter("received_on", "answered_on")
