"""Registers of checks, workshops, pilot models, sessions, evaluations and certificates."""

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import OwnOrganisation
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.science import indicators
from khcn.science.models import (
    EvaluationCampaign,
    OperationCertificate,
    PilotModel,
    ProgressCheck,
    TaskWorkshop,
    WorkingSession,
)
from khcn.science.operations.operation_certificates import OperationCertificateWriter
from khcn.science.operations.writers import PastFactWriter
from khcn.science.register.base import DEPARTMENT, ScienceRegister


@register
class ProgressChecks(ScienceRegister):
    model = ProgressCheck
    charts = ("KT-01",)
    slug = "progress-checks"
    icon = "checkup-list"
    columns = (Column("task", look="link"), "kind", "checked_on", "team", Column("findings", hidden=True))
    filters = {"task": ["exact"], "kind": ["exact"], "checked_on": ["gte", "lt"], "task__level": ["exact"]}
    search = ("task",)
    form = (
        Section(_("Lượt kiểm tra"), "task", "kind", "checked_on", "team"),
        Section(_("Kết quả"), "findings", "follow_up"),
    )
    panel_of = (Panel("task", _("Kiểm tra tiến độ"), position=30),)
    natural_key = ("task", "kind", "checked_on")
    bulk_fields = ("team", "findings", "follow_up")
    grid_fields = ("team", "findings", "follow_up")
    order = ("-checked_on",)
    date_field = "checked_on"
    writer = PastFactWriter("checked_on")
    indicators = indicators.CHECKS


@register
class TaskWorkshops(ScienceRegister):
    model = TaskWorkshop
    slug = "workshops"
    icon = "presentation"
    columns = (Column("title", look="link"), "task", "held_on", "organised", Column("venue", hidden=True))
    filters = {"task": ["exact"], "held_on": ["gte", "lt"], "organised": ["exact"]}
    search = ("task",)
    form = (Section(_("Hội thảo"), "task", "title", "held_on", "organised", "venue"),)
    panel_of = (Panel("task", _("Hội thảo"), position=80),)
    natural_key = ("task", "held_on")
    order = ("-held_on",)
    may_be_long = True
    date_field = "held_on"
    happened = ("held_on",)
    indicators = indicators.WORKSHOPS


@register
class PilotModels(ScienceRegister):
    model = PilotModel
    slug = "pilot-models"
    icon = "plant"
    columns = (Column("name", look="link"), "task", "area_ha", "admin_unit", "urged_on", "finished_on")
    filters = {
        "task": ["exact"],
        "admin_unit": ["exact"],
        "urged_on": ["gte", "lt"],
        "finished_on": ["gte", "lt"],
    }
    search = ("task",)
    form = (
        Section(_("Mô hình"), "task", "name", "area_ha", "admin_unit"),
        Section(_("Tiến độ"), "urged_on", "finished_on"),
    )
    panel_of = (Panel("task", _("Mô hình"), position=70),)
    natural_key = ("task", "name")
    bulk_fields = ("admin_unit", "urged_on", "finished_on")
    grid_fields = ("area_ha", "admin_unit", "urged_on", "finished_on")
    date_field = "urged_on"
    indicators = indicators.PILOT_MODELS


@register
class WorkingSessions(ScienceRegister):
    model = WorkingSession
    slug = "working-sessions"
    icon = "messages"
    columns = (
        Column("held_on", look="link"),
        "kind",
        "admin_unit",
        "counterpart",
        "topic",
        Column("code", hidden=True),
    )
    filters = {"kind": ["exact"], "admin_unit": ["exact"], "held_on": ["gte", "lt"]}
    search = ("admin_unit",)
    form = (
        Section(_("Buổi làm việc"), "code", "kind", "held_on"),
        Section(_("Đơn vị làm việc"), "admin_unit", "counterpart"),
        Section(_("Nội dung"), "topic"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-held_on",)
    date_field = "held_on"
    happened = ("held_on",)
    indicators = indicators.SESSIONS


@register
class EvaluationCampaigns(ScienceRegister):
    model = EvaluationCampaign
    slug = "evaluation-campaigns"
    icon = "zoom-check"
    columns = (
        Column("name", look="link"),
        "from_year",
        "to_year",
        "plan",
        "issued_on",
        "surveyed_on",
        Column("code", hidden=True),
    )
    filters = {"plan": ["exact"], "issued_on": ["gte", "lt"], "surveyed_on": ["gte", "lt"]}
    form = (
        Section(_("Đợt đánh giá"), "code", "name", "from_year", "to_year"),
        Section(_("Kế hoạch, khảo sát"), "plan", "issued_on", "surveyed_on"),
        Section(_("Kết quả"), "conclusion"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("-issued_on",)
    date_field = "issued_on"
    happened = ("issued_on",)
    indicators = indicators.EVALUATIONS


@register
class OperationCertificates(ScienceRegister):
    model = OperationCertificate
    writer = OperationCertificateWriter()
    slug = "operation-certificates"
    icon = "certificate"
    scope = DEPARTMENT | OwnOrganisation("holder")
    columns = (Column("number", look="link"), "kind", "holder", "parent", "issued_on", "ended_on")
    filters = {
        "kind": ["exact"],
        "holder": ["exact"],
        "parent": ["exact"],
        "issued_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    search = ("holder", "parent")
    form = (
        Section(_("Giấy chứng nhận"), "number", "kind", "holder", "parent"),
        Section(_("Thời hạn"), "issued_on", "ended_on"),
    )
    panel_of = (Panel("holder", _("Giấy chứng nhận hoạt động"), position=60),)
    natural_key = ("number", "issued_on")
    lookup = "number"
    order = ("-issued_on",)
    date_field = "issued_on"
    happened = ("issued_on",)
    indicators = indicators.CERTIFICATES
