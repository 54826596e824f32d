"""Registers of plans of administrative reform with their tasks, places in indices, reviews, and counts of documents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import ACT, Department, OwnUnit
from khcn.kernel.actions import Action
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section
from khcn.office import indicators, operations, rules
from khcn.office.deadlines import TASK_DEADLINES
from khcn.office.models import CorrespondenceCount, IndexRanking, IsoReview, ParPlan, ParPlanTask
from khcn.office.register.base import OfficeRegister, take_back


@register
class ParPlans(OfficeRegister):
    model = ParPlan
    slug = "par-plans"
    icon = "target"
    columns = (Column("title", look="link"), "number", "kind", "year", "issued_on")
    filters = {"kind": ["exact"], "year": ["exact"], "issued_on": ["gte", "lt"]}
    form = (
        Section(_("Kế hoạch"), "number", "kind", "title", "year", "issued_on"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("number",)
    lookup = "number"
    shown = "title"
    order = ("-issued_on", "-number")
    date_field = "issued_on"
    happened = ("issued_on",)
    writer = operations.ParPlanWriter()


@register
class ParPlanTasks(OfficeRegister):
    model = ParPlanTask
    scope = Department(write=rules.office_staff) | OwnUnit("unit", rules.unit_staff, frozenset({ACT}))
    slug = "par-plan-tasks"
    icon = "list-check"
    columns = (
        Column("title", look="link"),
        "code",
        "plan",
        "unit",
        "due_on",
        "completed_on",
        Column("product", hidden=True),
    )
    filters = {
        "plan": ["exact"],
        "unit": ["exact"],
        "due_on": ["gte", "lt"],
        "completed_on": ["gte", "lt"],
    }
    search = ("plan", "unit")
    form = (Section(_("Nhiệm vụ"), "code", "plan", "title", "product", "unit", "due_on"),)
    outcome = Section(_("Kết quả"), "completed_on", "result")
    panel_of = (
        Panel("plan", _("Nhiệm vụ"), position=10),
        Panel("unit", _("Nhiệm vụ kế hoạch CCHC"), position=24),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("due_on", "code")
    date_field = "due_on"
    similar = ("title",)
    deadlines = TASK_DEADLINES
    indicators = indicators.TASKS
    writer = operations.ParTaskWriter()
    owned = (
        OwnedFields(
            ("completed_on", "result"),
            _("Ngày hoàn thành, kết quả ghi bằng nút “Ghi hoàn thành”."),
            covers_empty=True,
        ),
        OwnedFields(
            ("code", "plan", "title", "unit", "due_on"),
            _("Nhiệm vụ đã ghi hoàn thành. Bấm “Bỏ ghi hoàn thành” rồi mới sửa được."),
            where=operations.completed_tasks,
            covers_empty=True,
        ),
    )
    actions = (
        Action(
            name="complete",
            label=_("Ghi hoàn thành"),
            operation=operations.complete,
            subject="task",
            who=rules.task_doers,
            guard=operations.why_not_completed,
            source=ParPlanTask,
            required=("completed_on", "result"),
            writes=("completed_on", "result"),
            inputs=(Section(_("Hoàn thành"), "completed_on", "result"),),
            importable=True,
            icon="check",
        ),
        take_back(
            name="take-back-completion",
            label=_("Bỏ ghi hoàn thành"),
            operation=operations.take_back_completion,
            subject="task",
            who=rules.task_doers,
            guard=operations.why_completion_stays,
            writes=("completed_on", "result"),
        ),
    )


@register
class IndexRankings(OfficeRegister):
    model = IndexRanking
    slug = "index-rankings"
    icon = "trophy"
    columns = (
        Column("kind", look="link"),
        "year",
        "rank",
        "population",
        "score",
        "grade",
        "published_on",
        Column("decision_number", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "year": ["exact"],
        "grade": ["exact"],
        "published_on": ["gte", "lt"],
    }
    form = (
        Section(_("Chỉ số"), "kind", "year"),
        Section(_("Kết quả"), "rank", "population", "score", "grade"),
        Section(_("Công bố"), "published_on", "decision_number", "note"),
    )
    natural_key = ("kind", "year")
    order = ("-year", "kind")
    date_field = "published_on"
    happened = ("published_on",)
    indicators = indicators.RANKINGS
    writer = PastDayWriter("published_on")


@register
class IsoReviews(OfficeRegister):
    model = IsoReview
    slug = "iso-reviews"
    icon = "checkup-list"
    columns = (Column("code", look="link"), "kind", "took_place_on", "nonconformities", "corrected_on")
    filters = {
        "kind": ["exact"],
        "took_place_on": ["gte", "lt"],
        "corrected_on": ["gte", "lt"],
    }
    form = (
        Section(_("Lượt đánh giá"), "code", "kind", "took_place_on"),
        Section(_("Kết quả"), "nonconformities", "corrected_on", "result"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-took_place_on", "-code")
    date_field = "took_place_on"
    happened = ("took_place_on", "corrected_on")
    not_before = (NotBefore("corrected_on", "took_place_on", _("Khắc phục xong trước ngày đánh giá.")),)
    writer = PastDayWriter("took_place_on", "corrected_on")


@register
class CorrespondenceCounts(OfficeRegister):
    model = CorrespondenceCount
    slug = "correspondence-counts"
    icon = "inbox"
    columns = (Column("month", look="link"), "year", "way", "kind", "documents")
    filters = {"way": ["exact"], "kind": ["exact"], "year": ["exact"], "month": ["exact"]}
    form = (
        Section(_("Tháng"), "year", "month"),
        Section(_("Văn bản"), "way", "kind", "documents", "note"),
    )
    natural_key = ("way", "kind", "year", "month")
    order = ("-year", "-month", "way", "kind")
    indicators = indicators.CORRESPONDENCE
    writer = operations.CountWriter()
