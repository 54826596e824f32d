"""Registers of guidance, protected rights, their users and controls, and of workshops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.ip import indicators, operations
from khcn.ip.deadlines import ASSET_DEADLINES
from khcn.ip.enums import AssetStanding
from khcn.ip.models import IpAsset, IpAssetControl, IpAssetUser, IpEvent, IpGuidance
from khcn.ip.register.base import IpRegister
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, Panel, Section

if TYPE_CHECKING:
    from datetime import date

    from khcn.ip.models.assets import IpAssetQuerySet


def as_of(records: IpAssetQuerySet, on: date) -> IpAssetQuerySet:
    """Whether a right is in force on the day of the page."""
    return records.with_standing(on=on)


@register
class GuidanceCases(IpRegister):
    model = IpGuidance
    slug = "guidance"
    icon = "school"
    columns = (
        Column("code", look="link"),
        "purpose",
        "kind",
        "subject",
        "organisation",
        "guided_on",
        Column("asset", hidden=True),
    )
    filters = {
        "purpose": ["exact"],
        "kind": ["exact"],
        "organisation": ["exact"],
        "asset": ["exact"],
        "guided_on": ["gte", "lt"],
    }
    search = ("organisation",)
    form = (
        Section(_("Lượt hướng dẫn"), "code", "purpose", "kind", "subject", "organisation", "guided_on"),
        Section(_("Kết quả"), "asset", "result"),
    )
    panel_of = (
        Panel("organisation", _("Hướng dẫn sở hữu trí tuệ"), position=80),
        Panel("asset", _("Lượt hướng dẫn"), position=30),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-guided_on", "-code")
    date_field = "guided_on"
    happened = ("guided_on",)
    indicators = indicators.GUIDANCE
    writer = PastDayWriter("guided_on")


@register
class IpAssets(IpRegister):
    model = IpAsset
    slug = "assets"
    icon = "certificate"
    columns = (
        Column("name", look="link"),
        "code",
        "kind",
        "owner",
        "certificate_number",
        "granted_on",
        "expires_on",
        Column("standing", _("Hiệu lực"), look="badge", choices=tuple(AssetStanding.choices)),
        Column("application_number", hidden=True),
        Column("filed_on", hidden=True),
        Column("renewal_filed_on", hidden=True),
        Column("ended_on", hidden=True),
        Column("products", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "owner": ["exact"],
        "filed_on": ["gte", "lt"],
        "granted_on": ["gte", "lt"],
        "expires_on": ["gte", "lt"],
        "renewal_filed_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    derived_filters = {"standing": (_("Hiệu lực"), tuple(AssetStanding.choices))}
    search = ("owner",)
    form = (
        Section(_("Tài sản trí tuệ"), "code", "kind", "name", "owner", "products"),
        Section(_("Đơn đăng ký"), "application_number", "filed_on"),
        Section(
            _("Văn bằng bảo hộ"),
            "certificate_number",
            "granted_on",
            "expires_on",
            "renewal_filed_on",
            "ended_on",
        ),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("owner", _("Tài sản trí tuệ"), position=81),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("code",)
    happened = ("filed_on", "granted_on", "renewal_filed_on", "ended_on")
    not_before = (NotBefore("expires_on", "granted_on", _("Hết hiệu lực trước ngày cấp.")),)
    annotate = as_of
    indicators = indicators.ASSETS
    deadlines = ASSET_DEADLINES
    writer = operations.AssetWriter()


@register
class IpAssetUsers(IpRegister):
    model = IpAssetUser
    slug = "asset-users"
    icon = "users-group"
    columns = (
        Column("organisation", look="link"),
        "asset",
        "authorisation_number",
        "authorised_on",
        "ended_on",
    )
    filters = {
        "asset": ["exact"],
        "organisation": ["exact"],
        "authorised_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    search = ("asset", "organisation")
    form = (
        Section(_("Được sử dụng"), "asset", "organisation", "authorisation_number"),
        Section(_("Thời gian"), "authorised_on", "ended_on"),
    )
    panel_of = (
        Panel("asset", _("Tổ chức được sử dụng"), position=10),
        Panel("organisation", _("Chỉ dẫn địa lý, nhãn hiệu được sử dụng"), position=82),
    )
    natural_key = ("asset", "organisation", "authorised_on")
    order = ("-authorised_on",)
    date_field = "authorised_on"
    happened = ("authorised_on",)
    writer = PastDayWriter("authorised_on")


@register
class IpAssetControls(IpRegister):
    model = IpAssetControl
    slug = "asset-controls"
    icon = "binoculars"
    columns = (Column("controlled_on", look="link"), "asset", "organisation", "passed")
    filters = {
        "asset": ["exact"],
        "organisation": ["exact"],
        "passed": ["exact"],
        "controlled_on": ["gte", "lt"],
    }
    search = ("asset", "organisation")
    form = (
        Section(_("Lượt kiểm soát"), "asset", "organisation", "controlled_on"),
        Section(_("Kết quả"), "passed", "findings"),
    )
    panel_of = (
        Panel("asset", _("Kiểm soát sử dụng"), position=20),
        Panel("organisation", _("Kiểm soát sử dụng chỉ dẫn địa lý, nhãn hiệu"), position=83),
    )
    natural_key = ("asset", "organisation", "controlled_on")
    order = ("-controlled_on",)
    date_field = "controlled_on"
    happened = ("controlled_on",)
    writer = PastDayWriter("controlled_on")


@register
class IpEvents(IpRegister):
    model = IpEvent
    slug = "events"
    icon = "presentation"
    columns = (
        Column("title", look="link"),
        "kind",
        "took_place_on",
        "participants",
        Column("code", hidden=True),
    )
    filters = {"kind": ["exact"], "took_place_on": ["gte", "lt"]}
    form = (
        Section(_("Hội thảo, tập huấn"), "code", "kind", "title", "took_place_on", "participants"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("-took_place_on", "-code")
    date_field = "took_place_on"
    happened = ("took_place_on",)
    indicators = indicators.EVENTS
    writer = PastDayWriter("took_place_on")
