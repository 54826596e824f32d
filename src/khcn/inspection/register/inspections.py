"""Registers of plans, inspections, their teams and subjects, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, OuterRef, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from khcn.inspection import indicators, operations, rules
from khcn.inspection.deadlines import FINDING_DEADLINES, INSPECTION_DEADLINES
from khcn.inspection.models import (
    FindingExecution,
    Inspection,
    InspectionFinding,
    InspectionMember,
    InspectionPlan,
    InspectionSubject,
)
from khcn.inspection.register.base import InspectorateRegister, take_back
from khcn.inspection.workflow import INSPECTION_FLOW
from khcn.kernel.actions import initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


@register
class InspectionPlans(InspectorateRegister):
    model = InspectionPlan
    slug = "plans"
    icon = "calendar-event"
    columns = (Column("number", look="link"), "title", "year", "approved_on")
    filters = {"year": ["exact"], "approved_on": ["gte", "lt"]}
    form = (
        Section(_("Kế hoạch"), "number", "title", "year", "approved_on"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("number",)
    lookup = "number"
    order = ("-approved_on",)
    date_field = "approved_on"
    happened = ("approved_on",)
    writer = PastDayWriter("approved_on")


@register
class Inspections(InspectorateRegister):
    model = Inspection
    slug = "inspections"
    icon = "zoom-check"
    columns = (
        Column("code", look="link"),
        "subject",
        "kind",
        "field",
        "plan",
        Column("state", look="badge"),
        "begun_on",
        "concluded_on",
        Column("planned_on", hidden=True),
        Column("decision_number", hidden=True),
        Column("decided_on", hidden=True),
        Column("conclusion_number", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "field": ["exact"],
        "plan": ["exact"],
        "state": ["exact"],
        "planned_on": ["gte", "lt"],
        "begun_on": ["gte", "lt"],
        "concluded_on": ["gte", "lt"],
    }
    search = ("plan",)
    form = (
        Section(_("Cuộc thanh tra, kiểm tra"), "code", "subject", "kind", "field", "plan"),
        Section(_("Dự kiến"), "planned_on", "scope", "working_days"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("plan", _("Các cuộc theo kế hoạch"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-planned_on", "-code")
    date_field = "planned_on"
    workflow = INSPECTION_FLOW
    effects = {
        "record_decision": Effect(operation=operations.record_decision, subject="inspection"),
        "begin": Effect(operation=operations.begin, subject="inspection"),
        "finish": Effect(operation=operations.finish, subject="inspection"),
        "report": Effect(operation=operations.report, subject="inspection"),
        "record_conclusion": Effect(operation=operations.record_conclusion, subject="inspection"),
        "record_concluded": Effect(operation=operations.record_concluded, subject="inspection"),
        "postpone": Effect(operation=operations.postpone, subject="inspection"),
    }
    outcome = Section(
        _("Tiến độ và kết quả"),
        "decision_number",
        "decided_on",
        "begun_on",
        "finished_on",
        "reported_on",
        "result",
        "conclusion_number",
        "concluded_on",
        "postponed_on",
        "postponement_reason",
    )
    deadlines = INSPECTION_DEADLINES
    indicators = indicators.INSPECTIONS
    writer = operations.InspectionWriter()
    owned = (
        OwnedFields(
            ("code", "kind", "plan", "planned_on"),
            _("Cuộc thanh tra đã có quyết định hoặc đã chuyển năm sau nên không sửa được nữa."),
            where=operations.decided_inspections,
            covers_empty=True,
        ),
    )
    actions = (
        correction(
            name="correct-inspection",
            label=_("Đính chính các bước"),
            operation=operations.correct_inspection,
            subject="inspection",
            writes=("decision_number", "decided_on", "begun_on", "finished_on", "result"),
            who=rules.inspectors,
            guard=operations.why_no_step,
            source=Inspection,
            initial=initial_from_stored_values(
                "decision_number",
                "decided_on",
                "begun_on",
                "finished_on",
                "reported_on",
                "result",
                "conclusion_number",
                "concluded_on",
                "postponed_on",
                "postponement_reason",
            ),
            inputs=(
                Section(
                    _("Những điều đã ghi"),
                    "decision_number",
                    "decided_on",
                    "begun_on",
                    "finished_on",
                    "reported_on",
                    "result",
                    "conclusion_number",
                    "concluded_on",
                    "postponed_on",
                    "postponement_reason",
                ),
            ),
        ),
        take_back(
            name="take-back-inspection",
            operation=operations.take_back_inspection,
            subject="inspection",
            writes=("decision_number", "decided_on", "begun_on", "finished_on", "result"),
        ),
    )


@register
class InspectionMembers(InspectorateRegister):
    model = InspectionMember
    slug = "members"
    icon = "users"
    columns = (Column("person", look="link"), "role", "inspection")
    filters = {"inspection": ["exact"], "person": ["exact"], "role": ["exact"]}
    search = ("inspection", "person")
    form = (Section(_("Thành viên đoàn"), "inspection", "person", "role"),)
    inline_in = "inspection"
    panel_of = (
        Panel("inspection", _("Đoàn thanh tra"), position=10),
        Panel("person", _("Đoàn thanh tra đã tham gia"), position=80),
    )
    natural_key = ("inspection", "person")
    order = ("inspection", "role")
    in_menu = False


@register
class InspectionSubjects(InspectorateRegister):
    model = InspectionSubject
    slug = "subjects"
    icon = "building-community"
    columns = (Column("code", look="link"), "inspection", "kind", "organisation", "person")
    filters = {
        "inspection": ["exact"],
        "kind": ["exact"],
        "organisation": ["exact"],
        "person": ["exact"],
    }
    search = ("inspection", "organisation", "person")
    form = (
        Section(_("Đối tượng thanh tra"), "code", "inspection", "kind", "organisation", "person"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("inspection", _("Đối tượng thanh tra"), position=20),
        Panel("organisation", _("Được thanh tra, kiểm tra"), position=80),
        Panel("person", _("Được thanh tra, kiểm tra"), position=90),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("inspection", "code")
    indicators = indicators.SUBJECTS
    writer = operations.SubjectWriter()
    owned = (
        OwnedFields(
            ("code", "inspection", "kind", "organisation", "person"),
            _("Cuộc thanh tra đã công bố quyết định nên đối tượng không sửa được nữa."),
            where=operations.subjects_of_begun,
            covers_empty=True,
        ),
    )


def with_executions(rows: QuerySet[InspectionFinding], on: date) -> QuerySet[InspectionFinding]:
    """The money paid or deducted by a day, and the last day on which something was done."""
    done = FindingExecution.objects.filter(finding=OuterRef("pk"), done_on__lte=on).order_by()
    money = done.values("finding").annotate(total=Sum("amount")).values("total")
    last = done.values("finding").annotate(last=Max("done_on")).values("last")
    return rows.annotate(executed=Subquery(money), executed_on=Subquery(last))


@register
class InspectionFindings(InspectorateRegister):
    model = InspectionFinding
    slug = "findings"
    icon = "list-details"
    columns = (
        Column("code", look="link"),
        "finding",
        "subject",
        "recommendation",
        Column("amount", look="money"),
        "due_on",
        Column("executed", _("Đã thực hiện (đồng)"), look="money"),
        Column("executed_on", _("Thực hiện lần cuối")),
        Column("ordinal", hidden=True),
    )
    filters = {
        "subject": ["exact"],
        "subject__inspection": ["exact"],
        "recommendation": ["exact"],
        "due_on": ["gte", "lt"],
    }
    search = ("subject",)
    form = (
        Section(_("Phát hiện"), "code", "subject", "ordinal", "finding"),
        Section(_("Kiến nghị"), "recommendation", "amount", "due_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("subject", _("Phát hiện, kiến nghị"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("subject", "ordinal")
    annotate = with_executions
    deadlines = FINDING_DEADLINES
    indicators = indicators.FINDINGS
    writer = operations.FindingWriter()
    owned = (
        OwnedFields(
            ("code", "subject", "ordinal", "finding", "recommendation", "amount", "due_on"),
            _("Cuộc thanh tra đã kết luận nên phát hiện, kiến nghị không sửa được nữa."),
            where=operations.concluded_findings,
            covers_empty=True,
        ),
    )


@register
class FindingExecutions(InspectorateRegister):
    model = FindingExecution
    slug = "executions"
    icon = "coins"
    columns = (Column("done_on", look="link"), "finding", Column("amount", look="money"))
    filters = {
        "finding": ["exact"],
        "finding__subject": ["exact"],
        "finding__subject__inspection": ["exact"],
        "done_on": ["gte", "lt"],
    }
    search = ("finding",)
    form = (
        Section(_("Lần thực hiện"), "finding", "done_on", "amount"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("finding", _("Các lần thực hiện"), position=10),)
    natural_key = ("finding", "done_on")
    order = ("-done_on",)
    date_field = "done_on"
    happened = ("done_on",)
    indicators = indicators.EXECUTIONS
    writer = operations.ExecutionWriter()
