"""Registers of posts, of what is decided about members of staff, and of who is sent to courses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import initial_from_stored_values
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.office import indicators, operations
from khcn.office.deadlines import PERSONNEL_DEADLINES
from khcn.office.models import PersonnelEvent, PostQuota, TrainingAssignment
from khcn.office.register.base import OfficeRegister, StaffRegister, of_office, take_back
from khcn.office.workflow import PERSONNEL_FLOW


@register
class PersonnelEvents(StaffRegister):
    model = PersonnelEvent
    slug = "personnel-events"
    icon = "id-badge"
    columns = (
        Column("code", look="link"),
        "kind",
        "person",
        "position",
        "unit",
        "effective_on",
        Column("state", look="badge"),
        "decision_number",
        "decided_on",
        Column("staff_kind", hidden=True),
        Column("level", hidden=True),
        Column("ends_on", hidden=True),
        Column("salary_group", hidden=True),
        Column("noticed_on", hidden=True),
        Column("post_name", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "state": ["exact"],
        "staff_kind": ["exact"],
        "position": ["exact"],
        "unit": ["exact"],
        "person": ["exact"],
        "level": ["exact"],
        "effective_on": ["gte", "lt"],
        "decided_on": ["gte", "lt"],
        "ends_on": ["gte", "lt"],
        "noticed_on": ["gte", "lt"],
    }
    search = ("person",)
    form = (
        Section(_("Biến động"), "code", "kind", "person", "staff_kind", "unit"),
        Section(_("Nội dung"), "position", "post_name", "salary_group", "level"),
        Section(_("Thời gian"), "noticed_on", "effective_on", "ends_on"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Quyết định"), "decision_number", "decided_on")
    panel_of = (
        Panel("person", _("Biến động nhân sự"), position=90),
        Panel("unit", _("Biến động nhân sự"), position=20),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-effective_on", "-code")
    date_field = "effective_on"
    workflow = PERSONNEL_FLOW
    effects = {"record_decision": Effect(operation=operations.record_decision, subject="event")}
    deadlines = PERSONNEL_DEADLINES
    indicators = indicators.PERSONNEL
    writer = operations.PersonnelWriter()
    owned = (
        OwnedFields(
            (
                *("code", "kind", "person", "staff_kind", "unit", "position", "post_name"),
                *("salary_group", "level", "effective_on", "ends_on"),
            ),
            _(
                "Biến động nhân sự đã có quyết định. Bấm “Bỏ bước ghi nhầm”, hoặc lập dự thảo thay thế nếu quyết định lập ở đây, rồi mới "
                "sửa được."
            ),
            where=operations.decided_events,
            covers_empty=True,
        ),
    )
    actions = (
        of_office(
            name="correct-decision",
            label=_("Đính chính quyết định"),
            operation=operations.correct_decision,
            subject="event",
            guard=operations.why_not_corrected,
            source=PersonnelEvent,
            initial=initial_from_stored_values("decision_number", "decided_on"),
            required=("decision_number", "decided_on"),
            inputs=(Section(_("Quyết định"), "decision_number", "decided_on"),),
        ),
        take_back(
            name="take-back-event",
            label=_("Bỏ bước ghi nhầm"),
            operation=operations.take_back_event,
            subject="event",
            guard=operations.why_event_without_step,
        ),
    )


@register
class TrainingAssignments(StaffRegister):
    model = TrainingAssignment
    slug = "training-assignments"
    icon = "school"
    columns = (
        Column("course", look="link"),
        "code",
        "person",
        "unit",
        "kind",
        "decided_on",
        "begins_on",
        "ends_on",
        Column("organiser", hidden=True),
        Column("certificate", hidden=True),
        Column("certified_on", hidden=True),
        Column("decision_number", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "person": ["exact"],
        "unit": ["exact"],
        "decided_on": ["gte", "lt"],
        "begins_on": ["gte", "lt"],
        "ends_on": ["gte", "lt"],
        "certified_on": ["gte", "lt"],
    }
    search = ("person",)
    form = (
        Section(_("Lượt cử"), "code", "person", "unit", "decision_number", "decided_on"),
        Section(_("Lớp, khóa"), "kind", "course", "organiser", "begins_on", "ends_on"),
        Section(_("Kết quả"), "certificate", "certified_on", "note"),
    )
    panel_of = (
        Panel("person", _("Đào tạo, bồi dưỡng"), position=91),
        Panel("unit", _("Đào tạo, bồi dưỡng"), position=21),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "course"
    order = ("-decided_on", "-code")
    date_field = "decided_on"
    happened = ("decided_on", "certified_on")
    indicators = indicators.TRAININGS
    writer = PastDayWriter("decided_on", "certified_on")


@register
class PostQuotas(OfficeRegister):
    model = PostQuota
    slug = "post-quotas"
    icon = "users-group"
    columns = (
        Column("year", look="link"),
        "unit",
        "staff_kind",
        "posts",
        "filled",
        "counted_on",
        "decided_on",
        Column("decision_number", hidden=True),
    )
    filters = {
        "year": ["exact"],
        "unit": ["exact"],
        "staff_kind": ["exact"],
        "decided_on": ["gte", "lt"],
        "counted_on": ["gte", "lt"],
    }
    search = ("unit",)
    form = (
        Section(_("Biên chế"), "unit", "year", "staff_kind", "posts", "filled", "counted_on"),
        Section(_("Quyết định giao"), "decision_number", "decided_on"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("unit", _("Biên chế"), position=22),)
    natural_key = ("unit", "year", "staff_kind", "decided_on")
    order = ("-year", "unit", "staff_kind", "-decided_on")
    happened = ("counted_on", "decided_on")
    indicators = indicators.QUOTAS
    writer = PastDayWriter("counted_on", "decided_on")
