"""Registers of processes, contracts, trainings, models and work on tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.centre import indicators, operations
from khcn.centre.deadlines import CONTRACT_DEADLINES
from khcn.centre.models import (
    CentreTaskWork,
    CentreTraining,
    ConsultingContract,
    FollowedModel,
    ModelVisit,
    TechnologyProcess,
)
from khcn.centre.register.base import CentreRegister
from khcn.centre.workflow import CONTRACT_FLOW
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect


@register
class TechnologyProcesses(CentreRegister):
    model = TechnologyProcess
    slug = "technology-processes"
    icon = "flask"
    columns = (
        Column("name", look="link"),
        "kind",
        "started_on",
        "completed_on",
        "dropped_on",
        Column("code", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "started_on": ["gte", "lt"],
        "completed_on": ["gte", "lt"],
        "dropped_on": ["gte", "lt"],
    }
    form = (
        Section(_("Quy trình"), "code", "name", "kind", "started_on"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Kết quả"), "completed_on", "dropped_on")
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    similar = ("name",)
    date_field = "started_on"
    happened = ("started_on",)
    indicators = indicators.PROCESSES
    writer = operations.LeadingDayWriter("started_on", "completed_on", "dropped_on")
    actions = (
        Action(
            name="complete",
            label=_("Ghi hoàn thiện quy trình"),
            operation=operations.complete_process,
            subject="process",
            guard=operations.why_process_is_over,
            source=TechnologyProcess,
            required=("completed_on",),
            writes=("completed_on",),
            inputs=(Section(_("Hoàn thiện"), "completed_on"),),
            importable=True,
            icon="checks",
        ),
        Action(
            name="drop",
            label=_("Ghi thôi thử nghiệm"),
            operation=operations.drop_process,
            subject="process",
            guard=operations.why_process_is_over,
            source=TechnologyProcess,
            required=("dropped_on",),
            writes=("dropped_on",),
            inputs=(Section(_("Thôi thử nghiệm"), "dropped_on"),),
            asks_reason=_("Lý do"),
            icon="circle-x",
            danger=True,
        ),
        correction(
            name="correct-end",
            label=_("Đính chính kết thúc"),
            operation=operations.correct_process_end,
            subject="process",
            writes=("completed_on", "dropped_on"),
            guard=operations.why_process_is_tried,
            source=TechnologyProcess,
            initial=initial_from_stored_values("completed_on", "dropped_on"),
            inputs=(Section(_("Kết thúc"), "completed_on", "dropped_on"),),
        ),
    )
    owned = (
        OwnedFields(
            ("completed_on", "dropped_on"),
            _("Ngày hoàn thiện, thôi thử nghiệm ghi bằng nút ở trang của quy trình."),
            covers_empty=True,
        ),
    )


@register
class ConsultingContracts(CentreRegister):
    model = ConsultingContract
    slug = "consulting-contracts"
    icon = "briefcase"
    columns = (
        Column("code", look="link"),
        "title",
        "customer",
        "signed_on",
        "first_year",
        "last_year",
        Column("state", look="badge"),
        Column("admin_unit", hidden=True),
        Column("amount", look="money", hidden=True),
        Column("ended_on", hidden=True),
        Column("end_reason", hidden=True),
    )
    filters = {
        "customer": ["exact"],
        "admin_unit": ["exact"],
        "state": ["exact"],
        "signed_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    search = ("customer",)
    form = (
        Section(_("Hợp đồng"), "code", "customer", "title", "admin_unit"),
        Section(_("Thời gian, giá trị"), "signed_on", "first_year", "last_year", "amount"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Kết thúc"), "ended_on", "end_reason")
    panel_of = (Panel("customer", _("Hợp đồng tư vấn"), position=83),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-signed_on", "code")
    date_field = "signed_on"
    happened = ("signed_on",)
    workflow = CONTRACT_FLOW
    effects = {
        "liquidate": Effect(operation=operations.liquidate_contract, subject="contract"),
        "terminate": Effect(operation=operations.terminate_contract, subject="contract"),
        "take_back": Effect(operation=operations.take_back_end, subject="contract"),
    }
    deadlines = CONTRACT_DEADLINES
    indicators = indicators.CONTRACTS
    writer = operations.LeadingDayWriter("signed_on", "ended_on")


@register
class CentreTrainings(CentreRegister):
    model = CentreTraining
    slug = "trainings"
    icon = "school"
    columns = (
        Column("title", look="link"),
        "kind",
        "held_on",
        "participants",
        "place",
        Column("code", hidden=True),
    )
    filters = {"kind": ["exact"], "held_on": ["gte", "lt"]}
    form = (
        Section(_("Lớp"), "code", "kind", "title", "held_on", "participants", "place"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-held_on",)
    date_field = "held_on"
    happened = ("held_on",)
    indicators = indicators.TRAININGS
    writer = PastDayWriter("held_on")


@register
class FollowedModels(CentreRegister):
    model = FollowedModel
    slug = "followed-models"
    icon = "plant-2"
    columns = (
        Column("name", look="link"),
        "programme",
        "for_task",
        "started_on",
        "ended_on",
        Column("admin_unit", hidden=True),
        Column("code", hidden=True),
    )
    filters = {
        "for_task": ["exact"],
        "admin_unit": ["exact"],
        "started_on": ["gte", "lt"],
        "ended_on": ["gte", "lt"],
    }
    form = (
        Section(_("Mô hình"), "code", "name", "programme", "for_task", "admin_unit"),
        Section(_("Thời gian"), "started_on", "ended_on"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    date_field = "started_on"
    happened = ("started_on",)
    not_before = (NotBefore("ended_on", "started_on", _("Kết thúc trước ngày bắt đầu.")),)
    indicators = indicators.MODELS
    writer = operations.LeadingDayWriter("started_on", "visits__visited_on")


@register
class ModelVisits(CentreRegister):
    model = ModelVisit
    slug = "model-visits"
    icon = "binoculars"
    columns = (Column("visited_on", look="link"), "followed", "work", "findings")
    filters = {"followed": ["exact"], "work": ["exact"], "visited_on": ["gte", "lt"]}
    search = ("followed",)
    form = (Section(_("Theo dõi, chăm sóc"), "followed", "work", "visited_on", "findings"),)
    panel_of = (Panel("followed", _("Theo dõi, chăm sóc"), position=10),)
    natural_key = ("followed", "work", "visited_on")
    order = ("-visited_on",)
    date_field = "visited_on"
    happened = ("visited_on",)
    indicators = indicators.VISITS
    writer = operations.VisitWriter()


@register
class CentreTaskWorks(CentreRegister):
    model = CentreTaskWork
    slug = "task-work"
    icon = "bulb"
    columns = (Column("code", look="link"), "kind", "task", "proposal", "happened_on", "outcome")
    filters = {
        "kind": ["exact"],
        "task": ["exact"],
        "proposal": ["exact"],
        "happened_on": ["gte", "lt"],
    }
    search = ("task", "proposal")
    form = (
        Section(_("Nhiệm vụ của Trung tâm"), "code", "kind", "task", "proposal", "happened_on", "outcome"),
    )
    panel_of = (
        Panel("task", _("Việc của Trung tâm"), position=90),
        Panel("proposal", _("Việc của Trung tâm"), position=90),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-happened_on", "code")
    date_field = "happened_on"
    happened = ("happened_on",)
    indicators = indicators.TASK_WORK
    writer = operations.TaskWorkWriter()
