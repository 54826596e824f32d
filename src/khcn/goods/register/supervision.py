"""What the department has to look at in the reports of parties, and how often labels are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.goods import rules
from khcn.goods.models import LabelScan, PartyFinding
from khcn.goods.operations import copied_codes
from khcn.goods.register.base import DepartmentActs, GoodsRegister
from khcn.kernel.access.scopes import READING, Department, OwnOrganisation
from khcn.kernel.actions import Action
from khcn.kernel.indicators.breakdowns import Breakdown
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section

if TYPE_CHECKING:
    from khcn.kernel.access.scopes import Scope


@register
class Findings(GoodsRegister):
    """Rows come with the nightly look at all reports alone."""

    model = PartyFinding
    slug = "supervision"
    icon = "binoculars"
    scope: ClassVar[Scope] = Department() | DepartmentActs(rules.editors)
    columns = (
        Column("words", look="link"),
        "kind",
        "party",
        "lot",
        "shipment",
        Column("subject", hidden=True),
        "found_on",
        "over_on",
        Column("verdict", hidden=True),
    )
    filters = {
        "party": ["exact"],
        "kind": ["exact"],
        "verdict": ["exact"],
        "lot": ["exact"],
        "shipment": ["exact"],
        "found_on": ["gte", "lt"],
        "over_on": ["gte", "lt", "isnull"],
    }
    search = ("party", "lot", "shipment")
    outcome = Section(
        _("Phát hiện"),
        "party",
        "kind",
        "words",
        "subject",
        "lot",
        "shipment",
        "found_on",
        "over_on",
        "verdict",
        "review",
        "reviewed_on",
    )
    panel_of = (
        Panel("party", _("Phát hiện giám sát"), position=20),
        Panel("lot", _("Phát hiện giám sát"), position=50),
    )
    natural_key = ("party", "kind", "subject", "found_on")
    order = ("over_on", "-found_on", "kind")
    date_field = "found_on"
    actions = (
        Action(
            name="review",
            label=_("Đã xem xét"),
            operation=copied_codes.review_copy,
            subject="finding",
            who=rules.editors,
            guard=copied_codes.why_not_reviewed,
            source=PartyFinding,
            inputs=(Section(_("Kết quả xem xét"), "verdict", "review"),),
            required=("verdict", "review"),
            icon="eye",
            help_text=_(
                "Phát hiện kết thúc. Nếu không phải sao chép, trang của mã thôi cảnh báo cho đến khi lại bị quét ở nhiều nơi từ ngày hôm sau."
            ),
        ),
    )
    charts = (
        Breakdown(
            _("Phát hiện giám sát truy xuất theo cơ sở"),
            "party",
            split="kind",
            only=(("over_on__isnull", "1"),),
            position=60,
        ),
    )


@register
class LabelScans(GoodsRegister):
    """Rows come each night from what was counted."""

    model = LabelScan
    slug = "label-scans"
    icon = "scan"
    scope: ClassVar[Scope] = Department() | OwnOrganisation("item__organisation", READING)
    columns = (
        Column("scanned_on", look="link"),
        "item",
        "lot",
        Column("scans", look="num"),
        Column("path", hidden=True),
    )
    filters = {
        "item": ["exact"],
        "item__organisation": ["exact"],
        "lot": ["exact"],
        "scanned_on": ["gte", "lt"],
    }
    search = ("item", "lot")
    outcome = Section(_("Lượt quét"), "scanned_on", "item", "lot", "path", "scans")
    panel_of = (
        Panel("lot", _("Lượt quét nhãn"), position=60),
        Panel("item", _("Lượt quét nhãn"), position=30),
    )
    natural_key = ("path", "scanned_on")
    order = ("-scanned_on", "path")
    date_field = "scanned_on"
