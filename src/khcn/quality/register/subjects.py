"""Registers of places that are checked, what was found and sampled there, and how violations were handled."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators.breakdowns import Breakdown
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.quality import indicators, operations
from khcn.quality.deadlines import HANDLING_DEADLINES
from khcn.quality.models import CheckedPlace, CheckFinding, CheckHandling, CheckSample
from khcn.quality.register.base import QualityRegister


@register
class CheckedPlaces(QualityRegister):
    model = CheckedPlace
    slug = "check-subjects"
    icon = "building-community"
    columns = (
        Column("code", look="link"),
        "check_case",
        "organisation",
        "checked_on",
        "outcome",
        Column("minutes_number", hidden=True),
    )
    filters = {
        "check_case": ["exact"],
        "organisation": ["exact"],
        "organisation__admin_unit": ["exact", "isnull"],
        "outcome": ["exact"],
        "checked_on": ["gte", "lt"],
    }
    search = ("check_case", "organisation")
    form = (
        Section(_("Cơ sở được kiểm tra"), "code", "check_case", "organisation"),
        Section(_("Biên bản"), "checked_on", "minutes_number", "outcome"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("check_case", _("Cơ sở được kiểm tra"), position=20),
        Panel("organisation", _("Được kiểm tra đo lường, chất lượng"), position=86),
    )
    natural_key = ("code",)
    codes_under = ("check_case", "-A")
    lookup = "code"
    named_with = "organisation__name"
    order = ("check_case", "code")
    happened = ("checked_on",)
    indicators = indicators.SUBJECTS
    charts = (
        Breakdown(
            _("Cơ sở được kiểm tra đo lường, chất lượng theo địa bàn"),
            "organisation__admin_unit",
            split="outcome",
            within="checked_on",
            tones=(("conforming", "ok"), ("violation", "bad")),
            position=40,
        ),
    )
    writer = operations.PlaceWriter()
    owned = (
        OwnedFields(
            ("code", "check_case", "organisation", "checked_on", "minutes_number", "outcome"),
            _("Cuộc kiểm tra đã báo cáo hoặc không kiểm tra nữa nên cơ sở không sửa được nữa."),
            where=operations.closed_subjects,
            covers_empty=True,
        ),
    )


@register
class CheckFindings(QualityRegister):
    model = CheckFinding
    slug = "check-findings"
    icon = "list-details"
    columns = (
        Column("code", look="link"),
        "item",
        "kind",
        "subject",
        "checked",
        "failed",
        Column("finding", hidden=True),
    )
    filters = {"subject": ["exact"], "subject__check_case": ["exact"], "kind": ["exact"]}
    search = ("subject",)
    form = (
        Section(_("Đối tượng kiểm tra"), "code", "subject", "kind", "item"),
        Section(_("Kết quả"), "checked", "failed", "finding"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("subject", _("Phương tiện đo, hàng hóa đã kiểm tra"), position=10),)
    natural_key = ("code",)
    codes_under = ("subject", "1")
    lookup = "code"
    order = ("subject", "code")
    indicators = indicators.FINDINGS
    writer = operations.OfCheckWriter("subject")


@register
class CheckSamples(QualityRegister):
    model = CheckSample
    slug = "check-samples"
    icon = "flask"
    columns = (
        Column("code", look="link"),
        "product",
        "subject",
        "taken_on",
        "laboratory",
        "result_on",
        "conforms",
        Column("report_number", hidden=True),
        Column("criterion", hidden=True),
    )
    filters = {
        "subject": ["exact"],
        "subject__check_case": ["exact"],
        "laboratory": ["exact"],
        "conforms": ["exact"],
        "taken_on": ["gte", "lt"],
        "result_on": ["gte", "lt"],
    }
    search = ("subject", "laboratory")
    form = (
        Section(_("Mẫu"), "code", "subject", "product", "taken_on", "criterion"),
        Section(_("Thử nghiệm"), "laboratory", "result_on", "report_number", "conforms"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("subject", _("Mẫu kiểm tra chất lượng"), position=20),
        Panel("laboratory", _("Mẫu đã thử nghiệm"), position=87),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-taken_on", "-code")
    date_field = "taken_on"
    happened = ("taken_on", "result_on")
    indicators = indicators.SAMPLES
    writer = operations.OfCheckWriter("subject", "taken_on", "result_on")


@register
class CheckHandlings(QualityRegister):
    model = CheckHandling
    slug = "check-handlings"
    icon = "gavel"
    columns = (Column("code", look="link"), "kind", "content", "subject", "demanded_on", "due_on", "done_on")
    filters = {
        "subject": ["exact"],
        "subject__check_case": ["exact"],
        "kind": ["exact"],
        "demanded_on": ["gte", "lt"],
        "due_on": ["gte", "lt"],
        "done_on": ["gte", "lt"],
    }
    search = ("subject",)
    form = (
        Section(_("Việc xử lý"), "code", "subject", "kind", "content"),
        Section(_("Thời gian"), "demanded_on", "due_on", "done_on"),
        Section(_("Kết quả"), "result"),
    )
    panel_of = (Panel("subject", _("Xử lý vi phạm"), position=30),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-demanded_on", "-code")
    date_field = "demanded_on"
    happened = ("demanded_on", "done_on")
    deadlines = HANDLING_DEADLINES
    indicators = indicators.HANDLINGS
    writer = operations.HandlingWriter()
