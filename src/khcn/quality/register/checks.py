"""Registers of plans, state checks and their teams."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.quality import indicators, operations, rules
from khcn.quality.deadlines import CHECK_DEADLINES
from khcn.quality.models import CheckMember, CheckPlan, StateCheck
from khcn.quality.register.base import QualityRegister, take_back
from khcn.quality.workflow import CHECK_FLOW


@register
class CheckPlans(QualityRegister):
    model = CheckPlan
    slug = "check-plans"
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
class StateChecks(QualityRegister):
    model = StateCheck
    slug = "checks"
    icon = "zoom-check"
    columns = (
        Column("code", look="link"),
        "subject",
        "field",
        "topic",
        "plan",
        Column("state", look="badge"),
        "begun_on",
        "finished_on",
        Column("planned_on", hidden=True),
        Column("decision_number", hidden=True),
        Column("decided_on", hidden=True),
        Column("reported_on", hidden=True),
    )
    filters = {
        "field": ["exact"],
        "topic": ["exact"],
        "plan": ["exact"],
        "state": ["exact"],
        "planned_on": ["gte", "lt"],
        "begun_on": ["gte", "lt"],
        "finished_on": ["gte", "lt"],
        "reported_on": ["gte", "lt"],
    }
    search = ("plan",)
    form = (
        Section(_("Cuộc kiểm tra"), "code", "subject", "field", "topic", "plan"),
        Section(_("Dự kiến"), "planned_on", "venue"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("plan", _("Các cuộc theo kế hoạch"), position=10),)
    natural_key = ("code",)
    codes_by = "field"
    lookup = "code"
    order = ("-planned_on", "-code")
    may_be_long = True
    date_field = "planned_on"
    workflow = CHECK_FLOW
    board = ("subject", "topic", "planned_on")
    effects = {
        "record_decision": Effect(operation=operations.record_decision, subject="check"),
        "finish": Effect(operation=operations.finish, subject="check"),
        "report": Effect(operation=operations.report, subject="check"),
        "record_carried_out": Effect(operation=operations.record_carried_out, subject="check"),
        "cancel": Effect(operation=operations.cancel, subject="check"),
    }
    outcome = Section(
        _("Tiến độ và kết quả"),
        "decision_number",
        "decided_on",
        "begun_on",
        "finished_on",
        "reported_on",
        "result",
        "cancelled_on",
        "cancelling_reason",
    )
    deadlines = CHECK_DEADLINES
    indicators = indicators.CHECKS
    writer = operations.CheckWriter()
    owned = (
        # No paper prints these: the draft of another decision does not open them.
        OwnedFields(
            ("code", "topic"),
            _(
                "Cuộc kiểm tra đã có quyết định hoặc không kiểm tra nữa nên không sửa được mã. Đối tượng quản lý thì bấm “Đính chính "
                "đối tượng quản lý” ở trang của cuộc."
            ),
            where=operations.begun_checks,
            covers_empty=True,
        ),
        OwnedFields(
            ("subject", "field", "plan", "planned_on", "venue"),
            _(
                "Cuộc kiểm tra đã có quyết định hoặc không kiểm tra nữa nên không sửa được. Bấm “Bỏ bước ghi nhầm” trước; quyết định "
                "lập trong hệ thống thì lập dự thảo thay thế trước."
            ),
            where=operations.decided_checks,
            covers_empty=True,
        ),
    )
    actions = (
        correction(
            name="correct-topic",
            label=_("Đính chính đối tượng quản lý"),
            operation=operations.correct_topic,
            subject="check",
            writes=("topic",),
            who=rules.quality_staff,
            guard=operations.why_no_topic,
            source=StateCheck,
            initial=initial_from_stored_values("topic"),
            inputs=(Section(_("Cuộc kiểm tra"), "topic"),),
        ),
        take_back(
            name="take-back-check",
            operation=operations.take_back_check,
            subject="check",
            writes=("decision_number", "begun_on", "finished_on", "result"),
        ),
    )


@register
class CheckMembers(QualityRegister):
    model = CheckMember
    slug = "check-members"
    icon = "users"
    columns = (Column("person", look="link"), "role", "check_case")
    filters = {"check_case": ["exact"], "person": ["exact"], "role": ["exact"]}
    search = ("check_case", "person")
    form = (Section(_("Thành viên đoàn"), "check_case", "person", "role"),)
    inline_in = "check_case"
    panel_of = (
        Panel("check_case", _("Đoàn kiểm tra"), position=10),
        Panel("person", _("Đoàn kiểm tra đã tham gia"), position=81),
    )
    natural_key = ("check_case", "person")
    order = ("check_case", "role")
    in_menu = False
    writer = operations.OfCheckWriter("check_case")
