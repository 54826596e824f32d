"""Registers of radiation workers and their certificates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, Panel, Section
from khcn.radiation import indicators, operations
from khcn.radiation.deadlines import WORKER_DEADLINES
from khcn.radiation.models import RadiationStaffCertificate, RadiationWorker
from khcn.radiation.register.base import RadiationRegister


@register
class RadiationWorkers(RadiationRegister):
    model = RadiationWorker
    slug = "workers"
    icon = "user-check"
    columns = (
        Column("code", look="link"),
        "person",
        "facility",
        "role",
        "since_on",
        "left_on",
        Column("dosimeter", hidden=True),
    )
    filters = {
        "person": ["exact"],
        "facility": ["exact"],
        "role": ["exact"],
        "since_on": ["gte", "lt"],
        "left_on": ["gte", "lt"],
    }
    search = ("person", "facility")
    form = (
        Section(_("Nhân viên bức xạ"), "code", "person", "facility", "role"),
        Section(_("Thời gian làm việc"), "since_on", "left_on"),
        Section(_("Liều kế"), "dosimeter"),
    )
    panel_of = (
        Panel("facility", _("Nhân viên bức xạ"), position=50),
        Panel("person", _("Nhân viên bức xạ"), position=60),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("facility", "code")
    date_field = "since_on"
    happened = ("since_on",)
    deadlines = WORKER_DEADLINES
    writer = PastDayWriter("since_on")


@register
class RadiationStaffCertificates(RadiationRegister):
    model = RadiationStaffCertificate
    slug = "staff-certificates"
    icon = "certificate-2"
    columns = (
        Column("number", look="link"),
        "worker",
        "issued_on",
        "expires_on",
        Column("ended_on", hidden=True),
    )
    filters = {
        "worker": ["exact"],
        "issued_on": ["gte", "lt"],
        "expires_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    search = ("worker",)
    form = (
        Section(_("Chứng chỉ"), "number", "worker"),
        Section(_("Thời hạn"), "issued_on", "expires_on", "ended_on"),
    )
    panel_of = (Panel("worker", _("Chứng chỉ"), position=10),)
    natural_key = ("number", "issued_on")
    lookup = "number"
    order = ("-issued_on", "number")
    date_field = "issued_on"
    happened = ("issued_on", "ended_on")
    not_before = (NotBefore("expires_on", "issued_on", _("Hết giá trị trước ngày cấp.")),)
    indicators = indicators.CERTIFICATES
    writer = operations.CertificateWriter()
