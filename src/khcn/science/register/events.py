"""Registers of what happens to a task: milestones, amendments, partners, team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import OwnOrganisation
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, NotBefore, OwnedFields, Panel, Section
from khcn.science import indicators
from khcn.science.enums import AmendmentKind, MilestoneKind
from khcn.science.models import TaskAmendment, TaskMilestone, TaskPartner, TeamMember
from khcn.science.operations import AmendmentWriter, MilestoneWriter
from khcn.science.operations.partners import PartnerWriter, begun_by_change, ended_by_change
from khcn.science.queries import of_certificates
from khcn.science.register import actions
from khcn.science.register.base import DEPARTMENT, ScienceRegister

if TYPE_CHECKING:
    from datetime import date

    from khcn.science.models.events import TaskMilestoneQuerySet


def with_withdrawal(records: TaskMilestoneQuerySet, on: date) -> TaskMilestoneQuerySet:
    """By which notice a certificate was withdrawn."""
    return records.with_withdrawal(on=on)


@register
class TaskMilestones(ScienceRegister):
    model = TaskMilestone
    charts = ("NT-01",)
    slug = "milestones"
    icon = "flag"
    scope = DEPARTMENT | OwnOrganisation("task__host", hide=("note",))
    columns = (
        Column("kind", look="link"),
        "task",
        "on",
        "document",
        "number",
        "grade",
        Column("amount", look="money", hidden=True),
        Column("amount_reason", hidden=True),
        Column("withdrawn_by", _("Đã thu hồi theo"), hidden=True),
    )
    filters = {
        "task": ["exact"],
        "kind": ["exact"],
        "on": ["gte", "lt"],
        "grade": ["exact"],
        "document": ["exact"],
        "task__level": ["exact"],
    }
    search = ("task", "document")
    form = (
        Section(_("Mốc thực hiện"), "task", "kind", "on"),
        Section(_("Văn bản, kết quả"), "document", "number", "grade", "amount"),
        Section(
            _("Số tiền vượt kinh phí"),
            "amount_reason",
            when=("kind", (MilestoneKind.CONTRACT_SIGNED, MilestoneKind.SETTLED)),
        ),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("task", _("Mốc thực hiện"), position=10),)
    natural_key = ("task", "kind", "on")
    not_before = (
        NotBefore(
            "on",
            "task__start_year",
            _("Ký hợp đồng trước năm thực hiện của nhiệm vụ."),
            when=("kind", (MilestoneKind.CONTRACT_SIGNED,)),
        ),
    )
    order = ("-on",)
    may_be_long = True
    date_field = "on"
    indicators = indicators.MILESTONES
    annotate = with_withdrawal
    writer = MilestoneWriter()
    owned = (
        OwnedFields(("task", "kind", "on", "grade"), _("Mốc đã ghi sửa bằng nút “Đính chính mốc”.")),
        OwnedFields(
            ("number",),
            _("Số này do giấy chứng nhận đã cấp ghi. Muốn đổi thì thay thế hoặc thu hồi giấy đó."),
            where=of_certificates,
        ),
        OwnedFields(
            ("document", "number", "amount", "amount_reason"),
            _("Văn bản, số và số tiền đã ghi sửa bằng nút “Đính chính văn bản, số tiền”."),
        ),
    )
    actions = (actions.CORRECT_MILESTONE, actions.CORRECT_MILESTONE_PAPERS, actions.REMOVE_MILESTONE)


_AS_DECIDED = _("Điều chỉnh đã ghi không sửa trực tiếp: bấm “Bỏ điều chỉnh ghi nhầm” rồi ghi lại.")


@register
class TaskAmendments(ScienceRegister):
    model = TaskAmendment
    slug = "amendments"
    icon = "edit"
    scope = DEPARTMENT | OwnOrganisation("task__host")
    columns = (
        Column("kind", look="link"),
        "task",
        "decided_on",
        Column("effective_on", hidden=True),
        "decision",
        "old_end_on",
        "new_end_on",
        Column("old_person", hidden=True),
        Column("new_person", hidden=True),
        Column("old_organisation", hidden=True),
        Column("new_organisation", hidden=True),
        Column("old_budget_total", look="money", hidden=True),
        Column("new_budget_total", look="money", hidden=True),
        Column("old_budget_state", look="money", hidden=True),
        Column("new_budget_state", look="money", hidden=True),
        Column("budget_reason", hidden=True),
        Column("old_text", hidden=True),
        Column("new_text", hidden=True),
        Column("reason", hidden=True),
    )
    filters = {
        "task": ["exact"],
        "kind": ["exact"],
        "decided_on": ["gte", "lt"],
        "effective_on": ["gte", "lt"],
        "decision": ["exact"],
        "old_end_on": ["gte", "lt"],
        "new_end_on": ["gte", "lt"],
        "old_person": ["exact"],
        "new_person": ["exact"],
        "old_organisation": ["exact"],
        "new_organisation": ["exact"],
        "task__level": ["exact"],
    }
    search = ("task", "decision")
    form = (
        Section(_("Điều chỉnh"), "task", "kind", "decided_on", "effective_on", "decision"),
        Section(
            _("Thời hạn"),
            "old_end_on",
            "new_end_on",
            when=("kind", (AmendmentKind.EXTEND_DURATION, AmendmentKind.EXTEND_SUBMISSION)),
        ),
        Section(_("Chủ nhiệm"), "old_person", "new_person", when=("kind", (AmendmentKind.CHANGE_PI,))),
        Section(
            _("Tổ chức"),
            "old_organisation",
            "new_organisation",
            when=("kind", (AmendmentKind.CHANGE_HOST, AmendmentKind.CHANGE_PARTNER)),
        ),
        Section(
            _("Kinh phí"),
            *(
                "old_budget_total",
                "new_budget_total",
                "old_budget_state",
                "new_budget_state",
                "budget_reason",
            ),
            when=("kind", (AmendmentKind.CHANGE_BUDGET,)),
        ),
        Section(_("Nội dung"), "old_text", "new_text", "reason"),
    )
    panel_of = (Panel("task", _("Điều chỉnh"), position=20),)
    natural_key = ("task", "kind", "decided_on")
    order = ("-decided_on",)
    may_be_long = True
    date_field = "decided_on"
    indicators = indicators.AMENDMENTS
    writer = AmendmentWriter()
    owned = (
        OwnedFields(
            (
                *("task", "kind", "decided_on", "decision", "effective_on", "old_end_on", "new_end_on"),
                *(
                    "old_person",
                    "new_person",
                    "old_organisation",
                    "new_organisation",
                    "budget_reason",
                    "new_text",
                ),
            ),
            _AS_DECIDED,
        ),
        # Sums that are filled in later would not become the task's.
        OwnedFields(
            ("old_budget_total", "new_budget_total", "old_budget_state", "new_budget_state"),
            _AS_DECIDED,
            covers_empty=True,
        ),
    )
    actions = (actions.REMOVE_AMENDMENT,)


_BY_CHANGE = _(
    "Phần tham gia này theo quyết định thay đổi tổ chức phối hợp nên không sửa trực tiếp. Nếu ghi nhầm thì bấm “Bỏ điều chỉnh "
    "ghi nhầm” ở trang của điều chỉnh."
)


@register
class TaskPartners(ScienceRegister):
    model = TaskPartner
    slug = "task-partners"
    icon = "affiliate"
    scope = DEPARTMENT | OwnOrganisation("task__host")
    columns = (Column("organisation", look="link"), "task", "role", "from_on", "to_on")
    filters = {
        "task": ["exact"],
        "organisation": ["exact"],
        "role": ["exact"],
        "from_on": ["gte", "lt"],
        "to_on": ["gte", "lt"],
    }
    search = ("organisation", "task")
    form = (Section(_("Tổ chức phối hợp"), "task", "organisation", "role", "from_on", "to_on"),)
    inline_in = "task"
    panel_of = (
        Panel("task", _("Tổ chức phối hợp"), position=50),
        Panel("organisation", _("Nhiệm vụ phối hợp"), position=40),
    )
    writer = PartnerWriter()
    owned = (
        OwnedFields(("task", "organisation", "role", "from_on"), _BY_CHANGE, where=begun_by_change),
        OwnedFields(("task", "organisation", "role", "to_on"), _BY_CHANGE, where=ended_by_change),
    )
    natural_key = ("task", "organisation", "role")
    order = ("task__sort_key", "organisation__sort_key")
    date_field = "from_on"
    in_menu = False


@register
class TeamMembers(ScienceRegister):
    model = TeamMember
    slug = "team-members"
    icon = "users"
    scope = DEPARTMENT | OwnOrganisation("task__host")
    columns = (Column("person", look="link"), "task", "role", "from_on", "to_on")
    filters = {
        "task": ["exact"],
        "person": ["exact"],
        "role": ["exact"],
        "from_on": ["gte", "lt"],
        "to_on": ["gte", "lt"],
    }
    search = ("person", "task")
    form = (Section(_("Thành viên thực hiện"), "task", "person", "role", "from_on", "to_on"),)
    inline_in = "task"
    panel_of = (
        Panel("task", _("Thành viên thực hiện"), position=60),
        Panel("person", _("Nhiệm vụ tham gia"), position=20),
    )
    natural_key = ("task", "person", "role")
    order = ("task__sort_key", "person__sort_key")
    date_field = "from_on"
    in_menu = False
