"""Registers of planned work and of assessments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import Department, OwnUnit
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.indicators.breakdowns import Breakdown
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section, Tile
from khcn.planning import indicators, operations, rules
from khcn.planning.deadlines import WORK_DEADLINES
from khcn.planning.enums import WorkStanding
from khcn.planning.models import Assessment, PlannedWork, PlannedWorkPostponement

if TYPE_CHECKING:
    from datetime import date

    from khcn.planning.models import PlannedWorkQuerySet

_step = partial(Action, who=rules.outcome_writers, importable=True)
_take_back = partial(correction, who=rules.outcome_writers, asks_reason=_("Lý do"), icon="arrow-back-up")


def as_of(records: PlannedWorkQuerySet, on: date) -> PlannedWorkQuerySet:
    """How far the work is on the day of the page."""
    return records.with_standing(on=on)


class PlanningRegister(Register):
    """What the divisions write of their own work, and the office of all."""

    owner = "VP"
    scope = Department(write=rules.office) | OwnUnit("unit", rules.unit_staff)


@register
class PlannedWorks(PlanningRegister):
    model = PlannedWork
    slug = "planned-work"
    icon = "list-check"
    columns = (
        Column("title", look="link"),
        "code",
        "kind",
        "unit",
        "quantity",
        "due_on",
        Column("standing", _("Tiến độ"), look="badge", choices=tuple(WorkStanding.choices)),
        "completed_on",
        "achieved",
        "dropped_on",
        Column("task", hidden=True),
        Column("planned_on", hidden=True),
        Column("result", hidden=True),
        Column("drop_reason", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "unit": ["exact"],
        "task": ["exact"],
        "planned_on": ["gte", "lt"],
        "due_on": ["gte", "lt"],
        "completed_on": ["gte", "lt"],
        "dropped_on": ["gte", "lt"],
    }
    derived_filters = {"standing": (_("Tiến độ"), tuple(WorkStanding.choices))}
    search = ("task", "unit")
    form = (
        Section(_("Công việc"), "code", "kind", "title", "unit", "task", "quantity"),
        Section(_("Thời gian"), "planned_on", "due_on"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Kết quả"), "completed_on", "achieved", "result", "dropped_on", "drop_reason")
    panel_of = (
        Panel("unit", _("Công việc dự kiến"), position=26),
        Panel("task", _("Công việc dự kiến"), position=95),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("due_on", "code")
    may_be_long = True
    date_field = "due_on"
    similar = ("title",)
    happened = ("planned_on",)
    deadlines = WORK_DEADLINES
    annotate = as_of
    indicators = indicators.PLANNED_WORK
    charts = (
        Breakdown(
            _("Tiến độ theo kế hoạch của các phòng, đơn vị"),
            "unit",
            split="standing",
            within="due_on",
            whole_year=True,
            tones=(("done", "ok"), ("late", "bad"), ("dropped", "warn")),
            position=30,
        ),
    )
    tiles = (
        Tile(
            "KH-09",
            _("Việc theo phương hướng"),
            parts=((_("quá hạn"), "KH-12"), (_("đã hoàn thành"), "KH-10")),
            position=45,
        ),
    )
    writer = operations.WorkWriter("planned_on")
    owned = (
        OwnedFields(
            ("completed_on", "achieved", "result", "dropped_on", "drop_reason"),
            _("Kết quả ghi bằng nút “Ghi hoàn thành” hoặc “Ghi thôi thực hiện”."),
            covers_empty=True,
        ),
        OwnedFields(
            ("kind", "unit", "task", "quantity", "planned_on", "due_on"),
            _(
                "Báo cáo đếm theo các mục này: hạn đổi bằng nút “Lùi hạn”, mục khác bằng nút “Đính chính kế hoạch”."
            ),
            covers_empty=True,
        ),
        OwnedFields(
            ("code", "title"),
            _("Việc đã ghi kết quả. Bấm “Bỏ kết quả ghi nhầm” rồi mới sửa được."),
            where=operations.ended_work,
            covers_empty=True,
        ),
    )
    actions = (
        _step(
            name="complete",
            label=_("Ghi hoàn thành"),
            operation=operations.complete,
            subject="work",
            guard=operations.why_work_has_ended,
            source=PlannedWork,
            required=("completed_on", "achieved", "result"),
            writes=("completed_on", "achieved", "result"),
            inputs=(Section(_("Hoàn thành"), "completed_on", "achieved", "result"),),
            icon="check",
        ),
        _step(
            name="drop",
            label=_("Ghi thôi thực hiện"),
            operation=operations.drop,
            subject="work",
            guard=operations.why_work_has_ended,
            source=PlannedWork,
            required=("dropped_on", "drop_reason"),
            writes=("dropped_on", "drop_reason"),
            inputs=(Section(_("Thôi thực hiện"), "dropped_on", "drop_reason"),),
            icon="x",
            help_text=_("Việc chuyển sang năm sau thì lùi hạn, không ghi thôi thực hiện."),
        ),
        Action(
            name="postpone",
            label=_("Lùi hạn"),
            operation=operations.postpone,
            subject="work",
            who=rules.planners,
            guard=operations.why_not_postponed,
            source=PlannedWorkPostponement,
            writes=("due_on",),
            inputs=(Section(_("Quyết định lùi hạn"), "decided_on", "new_due_on"),),
            asks_reason=_("Lý do"),
            importable=True,
            icon="calendar",
            help_text=_("Báo cáo của kỳ kết thúc trước ngày quyết định vẫn tính theo hạn cũ."),
        ),
        correction(
            name="take-back-postponement",
            label=_("Bỏ lần lùi hạn ghi nhầm"),
            operation=operations.take_back_postponement,
            subject="work",
            who=rules.planners,
            guard=operations.why_not_put_back,
            writes=("due_on",),
            icon="arrow-back-up",
        ),
        correction(
            name="correct-plan",
            label=_("Đính chính kế hoạch"),
            operation=operations.correct_plan,
            subject="work",
            who=rules.planners,
            guard=operations.why_work_has_ended,
            source=PlannedWork,
            required=("kind", "unit", "quantity", "planned_on", "due_on"),
            writes=("kind", "unit", "task", "quantity", "planned_on", "due_on"),
            initial=initial_from_stored_values("kind", "unit", "task", "quantity", "planned_on", "due_on"),
            inputs=(Section(_("Kế hoạch"), "kind", "unit", "task", "quantity", "planned_on", "due_on"),),
        ),
        _take_back(
            name="take-back-outcome",
            label=_("Bỏ kết quả ghi nhầm"),
            operation=operations.take_back_outcome,
            subject="work",
            guard=operations.why_no_outcome,
            writes=("completed_on", "achieved", "result", "dropped_on", "drop_reason"),
        ),
    )


@register
class PlannedWorkPostponements(PlanningRegister):
    """Rows come by “Lùi hạn”; the form, the JSON interface and files write them by the same rules."""

    model = PlannedWorkPostponement
    scope = Department(write=rules.planners)
    slug = "planned-work-postponements"
    icon = "calendar"
    columns = (Column("new_due_on", look="link"), "work", "decided_on", "old_due_on", "reason")
    filters = {
        "work": ["exact"],
        "decided_on": ["gte", "lt"],
        "old_due_on": ["gte", "lt"],
        "new_due_on": ["gte", "lt"],
    }
    search = ("work",)
    form = (Section(_("Lùi hạn"), "work", "decided_on", "old_due_on", "new_due_on", "reason"),)
    panel_of = (Panel("work", _("Các lần lùi hạn"), position=10),)
    natural_key = ("work", "new_due_on")
    order = ("-decided_on", "-new_due_on")
    date_field = "decided_on"
    happened = ("decided_on",)
    writer = operations.PostponementWriter()
    owned = (
        OwnedFields(
            ("work", "decided_on", "old_due_on", "new_due_on", "reason"),
            _(
                "Lần lùi hạn đã ghi thì không sửa. Ghi nhầm thì bấm “Bỏ lần lùi hạn ghi nhầm” ở trang của công việc rồi ghi lại."
            ),
            covers_empty=True,
        ),
    )
    in_menu = False


@register
class Assessments(PlanningRegister):
    model = Assessment
    slug = "assessments"
    icon = "target"
    detail_template = "planning/assessment.html"
    columns = (
        Column("statement", look="link"),
        "code",
        "kind",
        "unit",
        "noted_on",
        "figures",
        "mended_on",
        Column("cause", hidden=True),
        Column("remedy", hidden=True),
        Column("outcome", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "unit": ["exact"],
        "noted_on": ["gte", "lt"],
        "mended_on": ["gte", "lt"],
    }
    search = ("unit",)
    form = (
        Section(_("Đánh giá"), "code", "kind", "unit", "statement", "noted_on"),
        Section(_("Nguyên nhân, giải pháp"), "cause", "remedy", "figures"),
    )
    outcome = Section(_("Khắc phục"), "mended_on", "outcome")
    panel_of = (Panel("unit", _("Ưu điểm, hạn chế"), position=27),)
    natural_key = ("code",)
    lookup = "code"
    shown = "statement"
    order = ("-noted_on", "code")
    date_field = "noted_on"
    happened = ("noted_on",)
    similar = ("statement",)
    indicators = indicators.ASSESSMENTS
    writer = operations.AssessmentWriter("noted_on")
    owned = (
        OwnedFields(
            ("mended_on", "outcome"), _("Việc khắc phục ghi bằng nút “Ghi đã khắc phục”."), covers_empty=True
        ),
        OwnedFields(
            ("code", "kind", "unit", "statement", "noted_on"),
            _("Hạn chế đã ghi khắc phục. Bấm “Bỏ khắc phục ghi nhầm” rồi mới sửa được."),
            where=operations.mended_assessments,
            covers_empty=True,
        ),
    )
    actions = (
        _step(
            name="mend",
            label=_("Ghi đã khắc phục"),
            operation=operations.mend,
            subject="assessment",
            guard=operations.why_not_mended,
            source=Assessment,
            required=("mended_on", "outcome"),
            writes=("mended_on", "outcome"),
            inputs=(Section(_("Khắc phục"), "mended_on", "outcome"),),
            icon="check",
        ),
        _take_back(
            name="reopen",
            label=_("Bỏ khắc phục ghi nhầm"),
            operation=operations.reopen,
            subject="assessment",
            guard=operations.why_not_reopened,
            writes=("mended_on", "outcome"),
        ),
    )
