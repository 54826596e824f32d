"""Registers of checks, trainings, plans for incidents and letters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.radiation import indicators
from khcn.radiation.deadlines import PLAN_DEADLINES
from khcn.radiation.models import EmergencyPlan, GuidanceLetter, RadiationCheck, RadiationTraining
from khcn.radiation.register.base import RadiationRegister


@register
class RadiationChecks(RadiationRegister):
    model = RadiationCheck
    slug = "checks"
    icon = "binoculars"
    columns = (Column("facility", look="link"), "subject", "checked_on", "team")
    filters = {"facility": ["exact"], "subject": ["exact"], "checked_on": ["gte", "lt"]}
    search = ("facility",)
    form = (
        Section(_("Lượt kiểm tra"), "facility", "subject", "checked_on", "team"),
        Section(_("Kết quả"), "findings", "follow_up"),
    )
    panel_of = (Panel("facility", _("Kiểm tra an toàn bức xạ"), position=70),)
    natural_key = ("facility", "subject", "checked_on")
    order = ("-checked_on",)
    date_field = "checked_on"
    happened = ("checked_on",)
    indicators = indicators.CHECKS
    writer = PastDayWriter("checked_on")


@register
class RadiationTrainings(RadiationRegister):
    model = RadiationTraining
    slug = "trainings"
    icon = "school"
    columns = (Column("title", look="link"), "held_on", "participants", Column("code", hidden=True))
    filters = {"held_on": ["gte", "lt"]}
    form = (
        Section(_("Lớp tập huấn"), "code", "title", "held_on", "participants"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("-held_on",)
    date_field = "held_on"
    happened = ("held_on",)
    indicators = indicators.TRAININGS
    writer = PastDayWriter("held_on")


@register
class EmergencyPlans(RadiationRegister):
    model = EmergencyPlan
    slug = "emergency-plans"
    icon = "shield-check"
    columns = (
        Column("facility", look="link"),
        "submitted_on",
        "approved_on",
        "approval_number",
        "drilled_on",
    )
    filters = {
        "facility": ["exact"],
        "submitted_on": ["gte", "lt"],
        "approved_on": ["gte", "lt"],
        "drilled_on": ["gte", "lt"],
    }
    search = ("facility",)
    form = (
        Section(_("Kế hoạch"), "facility", "submitted_on"),
        Section(_("Phê duyệt, diễn tập"), "approved_on", "approval_number", "drilled_on"),
    )
    panel_of = (Panel("facility", _("Kế hoạch ứng phó sự cố"), position=80),)
    natural_key = ("facility", "submitted_on")
    order = ("-submitted_on",)
    date_field = "submitted_on"
    happened = ("submitted_on", "approved_on", "drilled_on")
    deadlines = PLAN_DEADLINES
    writer = PastDayWriter("submitted_on", "approved_on", "drilled_on")


@register
class GuidanceLetters(RadiationRegister):
    model = GuidanceLetter
    slug = "guidance-letters"
    icon = "mail"
    columns = (
        Column("subject", look="link"),
        "number",
        "issued_on",
        "addressees",
        Column("facility", hidden=True),
        Column("code", hidden=True),
    )
    filters = {"facility": ["exact"], "issued_on": ["gte", "lt"]}
    search = ("facility",)
    form = (
        Section(_("Văn bản"), "code", "number", "subject", "issued_on"),
        Section(_("Nơi nhận"), "addressees", "facility"),
    )
    panel_of = (Panel("facility", _("Văn bản hướng dẫn"), position=90),)
    natural_key = ("code",)
    lookup = "code"
    shown = "subject"
    order = ("-issued_on",)
    date_field = "issued_on"
    happened = ("issued_on",)
    indicators = indicators.LETTERS
    writer = PastDayWriter("issued_on")
