"""Registers of quality management systems, their internal audits and documents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.quality import indicators
from khcn.quality.deadlines import SYSTEM_DEADLINES
from khcn.quality.models import InternalAudit, QualitySystem, SystemDocument
from khcn.quality.register.base import QualityRegister


@register
class QualitySystems(QualityRegister):
    model = QualitySystem
    slug = "systems"
    icon = "shield-check"
    columns = (
        Column("code", look="link"),
        "organisation",
        "standard",
        "plan",
        "declared_on",
        Column("ended_on", hidden=True),
        Column("scope", hidden=True),
    )
    filters = {
        "organisation": ["exact"],
        "standard": ["exact"],
        "declared_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    search = ("organisation", "standard")
    form = (
        Section(_("Hệ thống"), "code", "organisation", "standard", "scope", "plan"),
        Section(_("Thời gian"), "declared_on", "ended_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("organisation", _("Hệ thống quản lý chất lượng"), position=91),
        Panel("standard", _("Hệ thống áp dụng"), position=25),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("code",)
    happened = ("declared_on", "ended_on")
    deadlines = SYSTEM_DEADLINES
    writer = PastDayWriter("declared_on", "ended_on")


@register
class InternalAudits(QualityRegister):
    model = InternalAudit
    slug = "audits"
    icon = "clipboard-check"
    columns = (Column("audited_on", look="link"), "system", "nonconformities", "corrected_on")
    filters = {"system": ["exact"], "audited_on": ["gte", "lt"], "corrected_on": ["gte", "lt"]}
    search = ("system",)
    form = (
        Section(_("Lượt đánh giá"), "system", "audited_on"),
        Section(_("Kết quả"), "nonconformities", "corrected_on", "result"),
    )
    panel_of = (Panel("system", _("Đánh giá nội bộ"), position=10),)
    natural_key = ("system", "audited_on")
    order = ("-audited_on",)
    date_field = "audited_on"
    happened = ("audited_on", "corrected_on")
    indicators = indicators.AUDITS
    writer = PastDayWriter("audited_on", "corrected_on")


@register
class SystemDocuments(QualityRegister):
    model = SystemDocument
    slug = "system-documents"
    icon = "files"
    columns = (Column("number", look="link"), "title", "edition", "system", "issued_on", "ended_on")
    filters = {"system": ["exact"], "issued_on": ["gte", "lt"], "ended_on": ["gte", "lt"]}
    search = ("system",)
    form = (
        Section(_("Tài liệu"), "system", "number", "title", "edition"),
        Section(_("Thời gian"), "issued_on", "ended_on"),
    )
    panel_of = (Panel("system", _("Tài liệu"), position=20),)
    natural_key = ("system", "number", "edition")
    order = ("system", "number", "-edition")
    happened = ("issued_on", "ended_on")
    writer = PastDayWriter("issued_on", "ended_on")
