"""Registers of applications, licences and what they cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import Action
from khcn.kernel.indicators.breakdowns import Breakdown
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.radiation import indicators, operations
from khcn.radiation.deadlines import APPLICATION_DEADLINES, LICENCE_DEADLINES
from khcn.radiation.enums import LicenceStanding
from khcn.radiation.models import (
    RadiationApplicationItem,
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationLicenceItem,
)
from khcn.radiation.register.base import RadiationRegister
from khcn.radiation.workflow import APPLICATION_FLOW

if TYPE_CHECKING:
    from datetime import date

    from khcn.radiation.models.licences import RadiationLicenceQuerySet


def as_of(records: RadiationLicenceQuerySet, on: date) -> RadiationLicenceQuerySet:
    """Whether a licence is in force on the day of the page."""
    return records.with_standing(on=on)


@register
class RadiationLicenceApplications(RadiationRegister):
    model = RadiationLicenceApplication
    slug = "licence-applications"
    icon = "file-description"
    columns = (
        Column("code", look="link"),
        "kind",
        "facility",
        "practice",
        "received_on",
        Column("state", look="badge"),
        "filing_note",
        "decided_on",
        Column("licence", hidden=True),
        Column("granted", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "facility": ["exact"],
        "practice": ["exact"],
        "state": ["exact"],
        "received_on": ["gte", "lt"],
        "decided_on": ["gte", "lt"],
        "licence": ["exact"],
        "granted": ["exact"],
    }
    search = ("facility",)
    form = (
        Section(_("Hồ sơ"), "code", "kind", "facility", "practice", "received_on"),
        Section(_("Giấy phép đang có"), "licence", when=("kind", ("renewal", "amendment", "reissue"))),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("facility", _("Hồ sơ cấp giấy phép"), position=40),
        Panel("licence", _("Hồ sơ gia hạn, sửa đổi, cấp lại"), position=20),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on",)
    workflow = APPLICATION_FLOW
    board = ("facility", "kind")
    effects = {
        "complete": Effect(operation=operations.complete, subject="application"),
        "appraise": Effect(operation=operations.appraise, subject="application"),
        "record_licence": Effect(operation=operations.record_licence, subject="application"),
        "return": Effect(operation=operations.return_application, subject="application"),
    }
    outcome = Section(
        _("Kết quả giải quyết"), "filing_note", "appraisal", "decided_on", "return_reason", "granted"
    )
    deadlines = APPLICATION_DEADLINES
    indicators = indicators.APPLICATIONS
    writer = operations.ApplicationWriter()
    owned = (
        OwnedFields(
            ("code", "kind", "facility", "practice", "licence", "received_on"),
            _("Hồ sơ đã được giải quyết nên không sửa được nữa."),
            where=operations.decided_applications,
            covers_empty=True,
        ),
    )


@register
class RadiationApplicationItems(RadiationRegister):
    model = RadiationApplicationItem
    slug = "application-items"
    icon = "list-numbers"
    columns = (Column("ordinal", look="link"), "application", "device", "source")
    filters = {"application": ["exact"], "device": ["exact"], "source": ["exact"]}
    search = ("application", "device", "source")
    form = (Section(_("Thiết bị, nguồn trong hồ sơ"), "application", "ordinal", "device", "source"),)
    inline_in = "application"
    panel_of = (Panel("application", _("Thiết bị, nguồn xin cấp phép"), position=10),)
    natural_key = ("application", "ordinal")
    order = ("application", "ordinal")
    writer = operations.ApplicationItemWriter()
    in_menu = False


@register
class RadiationLicences(RadiationRegister):
    model = RadiationLicence
    slug = "licences"
    icon = "certificate"
    columns = (
        Column("number", look="link"),
        "facility",
        "practice",
        "kind",
        "issued_on",
        "expires_on",
        Column("standing", _("Hiệu lực"), look="badge", choices=tuple(LicenceStanding.choices)),
        Column("issuer", hidden=True),
        Column("supersedes", hidden=True),
        Column("replaced_on", hidden=True),
        Column("ended_on", hidden=True),
    )
    filters = {
        "facility": ["exact"],
        "practice": ["exact"],
        "kind": ["exact"],
        "issuer": ["exact"],
        "issued_on": ["gte", "lt"],
        "expires_on": ["gte", "lt"],
        "replaced_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
        "supersedes": ["exact"],
    }
    derived_filters = {"standing": (_("Hiệu lực"), tuple(LicenceStanding.choices))}
    search = ("facility",)
    form = (
        Section(_("Giấy phép"), "number", "facility", "practice", "kind", "issuer"),
        Section(_("Hiệu lực"), "issued_on", "expires_on", "supersedes"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Kết thúc"), "replaced_on", "ended_on")
    panel_of = (
        Panel("facility", _("Giấy phép bức xạ"), position=30),
        Panel("supersedes", _("Giấy phép thay thế"), position=30),
    )
    natural_key = ("number", "issued_on")
    lookup = "number"
    order = ("-issued_on", "number")
    may_be_long = True
    date_field = "issued_on"
    happened = ("issued_on",)
    not_before = (NotBefore("expires_on", "issued_on", _("Hết giá trị trước ngày cấp.")),)
    annotate = as_of
    deadlines = LICENCE_DEADLINES
    indicators = indicators.LICENCES
    charts = (
        Breakdown(
            _("Giấy phép bức xạ sắp hết hạn theo tháng"),
            "expires_on",
            months=12,
            only=(("standing", LicenceStanding.IN_FORCE.value),),
            tones=(("", "warn"),),
            position=20,
        ),
    )
    writer = operations.LicenceWriter()
    actions = (
        Action(
            name="end",
            label=_("Ghi chấm dứt, thu hồi"),
            operation=operations.end_licence,
            subject="licence",
            guard=operations.why_licence_not_ended,
            source=RadiationLicence,
            required=("ended_on",),
            writes=("ended_on",),
            inputs=(Section(_("Chấm dứt, thu hồi"), "ended_on"),),
            asks_reason=_("Lý do"),
            icon="circle-x",
            danger=True,
            help_text=_(
                "Khi cơ sở thôi công việc bức xạ hoặc bị thu hồi giấy phép. Giấy phép hết hạn thì hệ thống tự biết theo ngày."
            ),
        ),
    )
    owned = (
        OwnedFields(
            ("ended_on",), _("Ngày chấm dứt ghi bằng nút “Ghi chấm dứt, thu hồi”."), covers_empty=True
        ),
    )


@register
class RadiationLicenceItems(RadiationRegister):
    model = RadiationLicenceItem
    slug = "licence-items"
    icon = "list-numbers"
    columns = (Column("ordinal", look="link"), "licence", "device", "source")
    filters = {"licence": ["exact"], "device": ["exact"], "source": ["exact"]}
    search = ("licence", "device", "source")
    form = (Section(_("Thiết bị, nguồn trong giấy phép"), "licence", "ordinal", "device", "source"),)
    inline_in = "licence"
    panel_of = (
        Panel("licence", _("Thiết bị, nguồn được cấp phép"), position=10),
        Panel("device", _("Giấy phép"), position=20),
        Panel("source", _("Giấy phép"), position=20),
    )
    natural_key = ("licence", "ordinal")
    order = ("licence", "ordinal")
    writer = operations.LicensedItemWriter("licence")
    in_menu = False
