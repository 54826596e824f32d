"""What the department has to look at in the reports of parties."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.goods.models import PartyFinding
from khcn.goods.register.base import GoodsRegister
from khcn.kernel.access.scopes import Department
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
    scope: ClassVar[Scope] = Department()
    columns = (
        Column("words", look="link"),
        "kind",
        "party",
        "lot",
        "shipment",
        Column("subject", hidden=True),
        "found_on",
        "over_on",
    )
    filters = {
        "party": ["exact"],
        "kind": ["exact"],
        "lot": ["exact"],
        "shipment": ["exact"],
        "found_on": ["gte", "lt"],
        "over_on": ["gte", "lt", "isnull"],
    }
    search = ("party", "lot", "shipment")
    outcome = Section(
        _("Phát hiện"), "party", "kind", "words", "subject", "lot", "shipment", "found_on", "over_on"
    )
    panel_of = (
        Panel("party", _("Phát hiện giám sát"), position=20),
        Panel("lot", _("Phát hiện giám sát"), position=50),
    )
    natural_key = ("party", "kind", "subject", "found_on")
    order = ("over_on", "-found_on", "kind")
    date_field = "found_on"
    charts = (
        Breakdown(
            _("Phát hiện giám sát truy xuất theo cơ sở"),
            "party",
            split="kind",
            only=(("over_on__isnull", "1"),),
            position=60,
        ),
    )
