"""Registers of the support with productivity and with traceability."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.quality import indicators, operations
from khcn.quality.deadlines import SUPPORT_DEADLINES
from khcn.quality.models import ProductivitySupport, ProductivityTraining, TraceabilitySupport
from khcn.quality.register.base import QualityRegister, take_back
from khcn.quality.workflow import SUPPORT_FLOW


@register
class ProductivityTrainings(QualityRegister):
    model = ProductivityTraining
    slug = "productivity-trainings"
    icon = "school"
    columns = (
        Column("person", look="link"),
        "course",
        "organisation",
        "official",
        "expert",
        "began_on",
        "completed_on",
    )
    filters = {
        "person": ["exact"],
        "organisation": ["exact"],
        "official": ["exact"],
        "expert": ["exact"],
        "began_on": ["gte", "lt"],
        "completed_on": ["gte", "lt"],
    }
    search = ("person", "organisation")
    form = (
        Section(_("Học viên"), "person", "organisation", "official"),
        Section(_("Khóa học"), "course", "expert", "began_on", "completed_on"),
    )
    panel_of = (
        Panel("person", _("Đào tạo năng suất chất lượng"), position=82),
        Panel("organisation", _("Người đã đào tạo năng suất chất lượng"), position=92),
    )
    natural_key = ("person", "began_on")
    order = ("-began_on",)
    date_field = "began_on"
    happened = ("began_on", "completed_on")
    indicators = indicators.TRAININGS
    writer = PastDayWriter("began_on", "completed_on")


@register
class ProductivitySupports(QualityRegister):
    model = ProductivitySupport
    slug = "productivity-support"
    icon = "chart-bar"
    columns = (Column("code", look="link"), "organisation", "content", "selected_on", "finished_on")
    filters = {"organisation": ["exact"], "selected_on": ["gte", "lt"], "finished_on": ["gte", "lt"]}
    search = ("organisation",)
    form = (
        Section(_("Hỗ trợ"), "code", "organisation", "content", "selected_on"),
        Section(_("Kết quả"), "finished_on", "result"),
    )
    panel_of = (Panel("organisation", _("Hỗ trợ năng suất chất lượng"), position=93),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-selected_on", "-code")
    date_field = "selected_on"
    happened = ("selected_on", "finished_on")
    indicators = indicators.PRODUCTIVITY
    writer = PastDayWriter("selected_on", "finished_on")


@register
class TraceabilitySupports(QualityRegister):
    model = TraceabilitySupport
    slug = "traceability-support"
    icon = "route"
    columns = (
        Column("code", look="link"),
        "organisation",
        "products",
        "year",
        "registered_on",
        Column("state", look="badge"),
        "contracted_on",
        Column("consultant", hidden=True),
        Column("contract_number", hidden=True),
        Column("data_elements", hidden=True),
        Column("published_on", hidden=True),
    )
    filters = {
        "organisation": ["exact"],
        "year": ["exact"],
        "state": ["exact"],
        "consultant": ["exact"],
        "registered_on": ["gte", "lt"],
        "contracted_on": ["gte", "lt"],
        "published_on": ["gte", "lt"],
    }
    search = ("organisation", "consultant")
    form = (
        Section(_("Trường hợp hỗ trợ"), "code", "organisation", "year", "products", "registered_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("organisation", _("Hỗ trợ truy xuất nguồn gốc"), position=94),
        Panel("consultant", _("Tư vấn truy xuất nguồn gốc"), position=95),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-registered_on", "-code")
    date_field = "registered_on"
    happened = ("registered_on",)
    workflow = SUPPORT_FLOW
    board = ("organisation", "products")
    deadlines = SUPPORT_DEADLINES
    effects = {
        "sign_contract": Effect(operation=operations.sign_contract, subject="support"),
        "survey": Effect(operation=operations.survey, subject="support"),
        "enter_data": Effect(operation=operations.enter_data, subject="support"),
        "train": Effect(operation=operations.train, subject="support"),
        "publish": Effect(operation=operations.publish, subject="support"),
        "stop": Effect(operation=operations.stop, subject="support"),
    }
    outcome = Section(
        _("Tiến độ hỗ trợ"),
        "consultant",
        "contract_number",
        "contracted_on",
        "surveyed_on",
        "entered_on",
        "data_elements",
        "trained_on",
        "published_on",
        "stopped_on",
        "stopping_reason",
    )
    indicators = indicators.SUPPORTS
    writer = operations.SupportWriter()
    owned = (
        OwnedFields(
            ("code", "organisation", "year", "registered_on"),
            _("Trường hợp hỗ trợ đã ghi bước sau nên không sửa được. Bấm “Bỏ bước ghi nhầm” trước."),
            where=operations.begun_supports,
            covers_empty=True,
        ),
    )
    actions = (
        take_back(name="take-back-support", operation=operations.take_back_support, subject="support"),
    )
