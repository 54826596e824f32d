"""Registers of price appraisals, procurement plans and packages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.finance import indicators, operations
from khcn.finance.deadlines import PACKAGE_DEADLINES
from khcn.finance.models import PriceAppraisal, ProcurementPlan, TenderPackage
from khcn.finance.register.base import FinanceRegister
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, Panel, Section


@register
class PriceAppraisals(FinanceRegister):
    model = PriceAppraisal
    slug = "price-appraisals"
    icon = "scale"
    columns = (
        Column("code", look="link"),
        "subject",
        "task",
        "consultant",
        "appraised_on",
        Column("appraised_amount", look="money"),
        Column("estimated_amount", look="money", hidden=True),
        Column("certificate_number", hidden=True),
    )
    filters = {"task": ["exact"], "consultant": ["exact"], "appraised_on": ["gte", "lt"]}
    search = ("task", "consultant")
    form = (
        Section(_("Thẩm định giá"), "code", "task", "subject", "consultant"),
        Section(
            _("Kết quả"), "appraised_on", "certificate_number", "estimated_amount", "appraised_amount", "note"
        ),
    )
    panel_of = (Panel("consultant", _("Thẩm định giá đã làm"), position=92),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-appraised_on", "code")
    date_field = "appraised_on"
    happened = ("appraised_on",)
    indicators = indicators.APPRAISALS
    writer = PastDayWriter("appraised_on")


@register
class ProcurementPlans(FinanceRegister):
    model = ProcurementPlan
    slug = "procurement-plans"
    icon = "clipboard-list"
    columns = (
        Column("code", look="link"),
        "title",
        "task",
        "decided_on",
        Column("total_amount", look="money"),
        Column("decision_number", hidden=True),
    )
    filters = {"task": ["exact"], "decided_on": ["gte", "lt"]}
    search = ("task",)
    form = (
        Section(_("Kế hoạch"), "code", "title", "task", "total_amount"),
        Section(_("Phê duyệt"), "decided_on", "decision_number", "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-decided_on", "code")
    date_field = "decided_on"
    happened = ("decided_on",)
    indicators = indicators.PLANS
    writer = operations.ProcurementPlanWriter()


@register
class TenderPackages(FinanceRegister):
    model = TenderPackage
    slug = "packages"
    icon = "packages"
    columns = (
        Column("code", look="link"),
        "name",
        "kind",
        "plan",
        "contractor",
        "awarded_on",
        Column("award_amount", look="money"),
        "completed_on",
        Column("quantity", hidden=True),
        Column("method", hidden=True),
        Column("estimated_amount", look="money", hidden=True),
        Column("complete_by", hidden=True),
        Column("cancelled_on", hidden=True),
    )
    filters = {
        "plan": ["exact"],
        "kind": ["exact"],
        "method": ["exact"],
        "contractor": ["exact"],
        "awarded_on": ["gte", "lt"],
        "complete_by": ["gte", "lt"],
        "completed_on": ["gte", "lt"],
        "cancelled_on": ["gte", "lt"],
    }
    search = ("contractor",)
    form = (
        Section(_("Gói thầu"), "code", "plan", "name", "kind", "quantity", "method", "estimated_amount"),
        Section(
            _("Kết quả lựa chọn nhà thầu"), "awarded_on", "contractor", "award_amount", "contract_number"
        ),
        Section(_("Thực hiện"), "complete_by", "completed_on", "cancelled_on", "note"),
    )
    panel_of = (
        Panel("plan", _("Gói thầu"), position=10),
        Panel("contractor", _("Gói thầu đã trúng"), position=93),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-awarded_on", "code")
    date_field = "awarded_on"
    happened = ("awarded_on", "completed_on", "cancelled_on")
    not_before = (NotBefore("completed_on", "awarded_on", _("Hoàn thành trước ngày chọn nhà thầu.")),)
    deadlines = PACKAGE_DEADLINES
    indicators = indicators.PACKAGES
    writer = operations.PackageWriter()
