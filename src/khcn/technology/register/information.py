"""Registers of what is published about S&T, of publications and who has them, and of statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.technology import indicators, operations
from khcn.technology.deadlines import PLAN_DEADLINES, STATISTICS_DEADLINES
from khcn.technology.models import (
    MediaItem,
    MediaPlan,
    Publication,
    PublicationDistribution,
    StatisticsReport,
)
from khcn.technology.register.base import TechnologyRegister

if TYPE_CHECKING:
    from datetime import date

    from khcn.technology.models.information import MediaPlanQuerySet, PublicationQuerySet


def with_done(records: MediaPlanQuerySet, on: date) -> MediaPlanQuerySet:
    """What was published of each plan by the day of the page."""
    return records.with_done(on=on)


def with_handed_out(records: PublicationQuerySet, on: date) -> PublicationQuerySet:
    """What was handed out of each publication by the day of the page."""
    return records.with_handed_out(on=on)


@register
class MediaPlans(TechnologyRegister):
    model = MediaPlan
    slug = "media-plans"
    icon = "calendar-stats"
    columns = (
        Column("name", look="link"),
        "code",
        "kind",
        "year",
        "outlet",
        "planned",
        Column("done", _("Đã thực hiện")),
        "complete_by",
        Column("agreed_on", hidden=True),
        Column("ended_on", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "year": ["exact"],
        "outlet": ["exact"],
        "agreed_on": ["gte", "lt"],
        "complete_by": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    search = ("outlet",)
    form = (
        Section(_("Kế hoạch"), "code", "name", "kind", "year", "outlet", "planned"),
        Section(_("Thời gian"), "agreed_on", "complete_by", "ended_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("outlet", _("Kế hoạch tuyên truyền"), position=91),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("-year", "-code")
    date_field = "agreed_on"
    happened = ("agreed_on", "ended_on")
    annotate = with_done
    deadlines = PLAN_DEADLINES
    indicators = indicators.PLANS
    writer = operations.MediaPlanWriter()


@register
class MediaItems(TechnologyRegister):
    model = MediaItem
    slug = "media-items"
    icon = "news"
    columns = (
        Column("title", look="link"),
        "code",
        "kind",
        "topic",
        "published_on",
        Column("plan", hidden=True),
    )
    filters = {"kind": ["exact"], "topic": ["exact"], "plan": ["exact"], "published_on": ["gte", "lt"]}
    search = ("plan",)
    form = (
        Section(_("Tin, bài"), "code", "kind", "plan", "title", "topic", "published_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("plan", _("Đã đăng, phát sóng"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("-published_on", "-code")
    date_field = "published_on"
    happened = ("published_on",)
    indicators = indicators.MEDIA
    writer = operations.MediaItemWriter()


@register
class Publications(TechnologyRegister):
    model = Publication
    slug = "publications"
    icon = "book"
    columns = (
        Column("title", look="link"),
        "code",
        "kind",
        "year",
        "copies",
        Column("handed_out", _("Đã cấp (cuốn)")),
        "printed_on",
        Column("licence_number", hidden=True),
    )
    filters = {"kind": ["exact"], "year": ["exact"], "printed_on": ["gte", "lt"]}
    form = (
        Section(_("Ấn phẩm"), "code", "title", "kind", "year"),
        Section(_("In ấn"), "licence_number", "printed_on", "copies"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("-year", "-code")
    happened = ("printed_on",)
    annotate = with_handed_out
    writer = operations.PublicationWriter()


@register
class PublicationDistributions(TechnologyRegister):
    model = PublicationDistribution
    slug = "publication-distributions"
    icon = "packages"
    columns = (Column("code", look="link"), "publication", "recipients", "copies", "handed_out_on")
    filters = {"publication": ["exact"], "handed_out_on": ["gte", "lt"]}
    search = ("publication",)
    form = (Section(_("Lượt cấp"), "code", "publication", "recipients", "copies", "handed_out_on"),)
    panel_of = (Panel("publication", _("Cấp phát"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-handed_out_on", "-code")
    date_field = "handed_out_on"
    happened = ("handed_out_on",)
    indicators = indicators.DISTRIBUTIONS
    writer = operations.DistributionWriter()


@register
class StatisticsReports(TechnologyRegister):
    model = StatisticsReport
    slug = "statistics"
    icon = "chart-bar"
    columns = (
        Column("name", look="link"),
        "code",
        "kind",
        "year",
        "recipient",
        "due_on",
        "submitted_on",
        Column("units_asked", hidden=True),
        Column("units_answered", hidden=True),
        Column("document_number", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "year": ["exact"],
        "recipient": ["exact"],
        "due_on": ["gte", "lt"],
        "submitted_on": ["gte", "lt"],
    }
    search = ("recipient",)
    form = (
        Section(_("Báo cáo, điều tra"), "code", "kind", "name", "year", "recipient", "due_on"),
        Section(_("Thực hiện"), "units_asked", "units_answered", "document_number", "submitted_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("recipient", _("Báo cáo thống kê"), position=92),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("-year", "-code")
    date_field = "submitted_on"
    happened = ("submitted_on",)
    deadlines = STATISTICS_DEADLINES
    indicators = indicators.STATISTICS
    writer = PastDayWriter("submitted_on")
