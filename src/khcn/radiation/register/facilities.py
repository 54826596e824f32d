"""Registers of facilities, devices, sources and what was notified of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.radiation import indicators, operations
from khcn.radiation.deadlines import DEVICE_DEADLINES
from khcn.radiation.models import (
    RadiationDevice,
    RadiationFacility,
    RadiationNotification,
    RadioactiveSource,
)
from khcn.radiation.register.base import RadiationRegister
from khcn.radiation.workflow import ITEM_FLOW, STATES

if TYPE_CHECKING:
    from datetime import date

    from khcn.radiation.models.facilities import RadiationDeviceQuerySet, RadioactiveSourceQuerySet


def device_as_of(records: RadiationDeviceQuerySet, on: date) -> RadiationDeviceQuerySet:
    """The state of devices on the day of the page."""
    return records.with_state(on=on)


def source_as_of(records: RadioactiveSourceQuerySet, on: date) -> RadioactiveSourceQuerySet:
    """The state of sources on the day of the page."""
    return records.with_state(on=on)


@register
class RadiationFacilities(RadiationRegister):
    model = RadiationFacility
    slug = "facilities"
    icon = "building-factory"
    columns = (
        Column("name", look="link"),
        "organisation",
        "admin_unit",
        "address",
        "head",
        Column("code", hidden=True),
    )
    filters = {"organisation": ["exact"], "admin_unit": ["exact"], "head": ["exact"]}
    search = ("organisation",)
    form = (
        Section(_("Cơ sở"), "code", "name", "organisation", "head"),
        Section(_("Địa điểm"), "admin_unit", "address"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("organisation", _("Cơ sở bức xạ"), position=70),)
    natural_key = ("code",)
    lookup = "code"
    lookup_aliases = ("name",)
    shown = "name"
    similar = ("name",)


@register
class RadiationDevices(RadiationRegister):
    model = RadiationDevice
    slug = "devices"
    icon = "tool"
    columns = (
        Column("name", look="link"),
        "kind",
        "facility",
        "serial_number",
        "acquired_on",
        Column("state", _("Tình trạng"), look="badge", choices=STATES),
        Column("room", hidden=True),
        Column("made_in", hidden=True),
        Column("code", hidden=True),
    )
    filters = {"facility": ["exact"], "kind": ["exact"], "acquired_on": ["gte", "lt"]}
    derived_filters = {"state": (_("Tình trạng"), STATES)}
    search = ("facility",)
    form = (
        Section(_("Thiết bị"), "code", "facility", "kind", "name", "serial_number", "made_in"),
        Section(_("Nơi đặt"), "room", "acquired_on"),
    )
    panel_of = (Panel("facility", _("Thiết bị bức xạ"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("facility", "sort_key")
    date_field = "acquired_on"
    happened = ("acquired_on",)
    annotate = device_as_of
    indicators = indicators.DEVICES
    workflow = ITEM_FLOW
    deadlines = DEVICE_DEADLINES
    writer = PastDayWriter("acquired_on")


@register
class RadioactiveSources(RadiationRegister):
    model = RadioactiveSource
    slug = "sources"
    icon = "target"
    columns = (
        Column("name", look="link"),
        "facility",
        "category",
        "activity",
        "serial_number",
        Column("state", _("Tình trạng"), look="badge", choices=STATES),
        Column("is_sealed", hidden=True),
        Column("measured_on", hidden=True),
        Column("acquired_on", hidden=True),
        Column("code", hidden=True),
    )
    filters = {
        "facility": ["exact"],
        "category": ["exact"],
        "is_sealed": ["exact"],
        "measured_on": ["gte", "lt"],
        "acquired_on": ["gte", "lt"],
    }
    derived_filters = {"state": (_("Tình trạng"), STATES)}
    search = ("facility",)
    form = (
        Section(_("Nguồn phóng xạ"), "code", "facility", "name", "serial_number", "is_sealed", "category"),
        Section(_("Hoạt độ"), "activity", "measured_on"),
        Section(_("Nơi giữ"), "acquired_on"),
    )
    panel_of = (Panel("facility", _("Nguồn phóng xạ"), position=20),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("facility", "sort_key")
    date_field = "acquired_on"
    happened = ("acquired_on", "measured_on")
    annotate = source_as_of
    workflow = ITEM_FLOW
    writer = PastDayWriter("acquired_on", "measured_on")


@register
class RadiationNotifications(RadiationRegister):
    model = RadiationNotification
    slug = "notifications"
    icon = "inbox"
    columns = (
        Column("code", look="link"),
        "kind",
        "device",
        "source",
        "happened_on",
        "received_on",
    )
    filters = {
        "kind": ["exact"],
        "device": ["exact"],
        "source": ["exact"],
        "happened_on": ["gte", "lt"],
        "received_on": ["gte", "lt"],
    }
    search = ("device", "source")
    form = (
        Section(_("Khai báo"), "code", "kind", "device", "source"),
        Section(_("Ngày"), "happened_on", "received_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("device", _("Khai báo"), position=10),
        Panel("source", _("Khai báo"), position=10),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("happened_on", "received_on")
    indicators = indicators.NOTIFICATIONS
    writer = operations.NotificationWriter()
