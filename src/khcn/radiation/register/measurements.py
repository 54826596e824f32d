"""Registers of what is measured."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import Department
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.radiation import rules
from khcn.radiation.models import DoseRecord, RadiationDeviceVerification, RadiationSurvey
from khcn.radiation.register.base import RadiationRegister


@register
class RadiationDeviceVerifications(RadiationRegister):
    model = RadiationDeviceVerification
    slug = "device-verifications"
    icon = "rosette-discount-check"
    columns = (
        Column("device", look="link"),
        "verified_on",
        "body",
        "certificate_number",
        "passed",
        "valid_until",
    )
    filters = {
        "device": ["exact"],
        "body": ["exact"],
        "passed": ["exact"],
        "verified_on": ["gte", "lt"],
        "valid_until": ["gte", "lt"],
    }
    search = ("device", "body")
    form = (
        Section(_("Kiểm định"), "device", "verified_on", "body"),
        Section(_("Kết quả"), "passed", "certificate_number", "valid_until"),
    )
    panel_of = (Panel("device", _("Kiểm định"), position=30),)
    natural_key = ("device", "verified_on")
    order = ("-verified_on",)
    date_field = "verified_on"
    happened = ("verified_on",)
    writer = PastDayWriter("verified_on")


@register
class RadiationSurveys(RadiationRegister):
    model = RadiationSurvey
    slug = "surveys"
    icon = "ruler"
    columns = (Column("room", look="link"), "facility", "surveyed_on", "body", "passed")
    filters = {
        "facility": ["exact"],
        "body": ["exact"],
        "passed": ["exact"],
        "surveyed_on": ["gte", "lt"],
    }
    search = ("facility", "body")
    form = (
        Section(_("Kiểm xạ"), "facility", "room", "surveyed_on", "body"),
        Section(_("Kết quả"), "passed", "findings"),
    )
    panel_of = (Panel("facility", _("Kiểm xạ"), position=60),)
    natural_key = ("facility", "room", "surveyed_on")
    order = ("-surveyed_on",)
    date_field = "surveyed_on"
    happened = ("surveyed_on",)
    writer = PastDayWriter("surveyed_on")


@register
class DoseRecords(RadiationRegister):
    model = DoseRecord
    slug = "dose-records"
    icon = "chart-bar"
    scope = Department(write=rules.radiation_staff, read=rules.dose_readers)
    columns = (Column("worker", look="link"), "year", "quarter", "dose_msv", "read_on", "body")
    filters = {
        "worker": ["exact"],
        "year": ["exact"],
        "quarter": ["exact"],
        "body": ["exact"],
        "read_on": ["gte", "lt"],
    }
    search = ("worker",)
    form = (Section(_("Kết quả đo"), "worker", "year", "quarter", "dose_msv", "read_on", "body"),)
    panel_of = (Panel("worker", _("Liều cá nhân"), position=20),)
    natural_key = ("worker", "year", "quarter")
    order = ("-year", "-quarter")
    may_be_long = True
    date_field = "read_on"
    happened = ("read_on",)
    writer = PastDayWriter("read_on")
