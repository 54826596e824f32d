"""The register of administrative violations and the decisions about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.inspection import indicators, operations, rules
from khcn.inspection.deadlines import VIOLATION_DEADLINES
from khcn.inspection.models import AdministrativeViolation
from khcn.inspection.register.base import InspectorateRegister, take_back
from khcn.inspection.workflow import VIOLATION_FLOW
from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect


@register
class AdministrativeViolations(InspectorateRegister):
    model = AdministrativeViolation
    slug = "violations"
    icon = "gavel"
    columns = (
        Column("code", look="link"),
        "behaviour",
        "organisation",
        "person",
        "recorded_on",
        Column("state", look="badge"),
        "decided_on",
        Column("fine", look="money"),
        Column("field", hidden=True),
        Column("decision_number", hidden=True),
        Column("executed_on", hidden=True),
    )
    filters = {
        "field": ["exact"],
        "organisation": ["exact"],
        "person": ["exact"],
        "inspection": ["exact"],
        "state": ["exact"],
        "recorded_on": ["gte", "lt"],
        "decided_on": ["gte", "lt"],
    }
    search = ("organisation", "person", "inspection")
    form = (
        Section(_("Biên bản"), "code", "minutes_number", "recorded_on", "inspection"),
        Section(_("Vi phạm"), "organisation", "person", "field", "behaviour"),
        Section(_("Mức phạt, biện pháp"), "provision", "fine", "remedy"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("inspection", _("Vi phạm, xử phạt"), position=30),
        Panel("organisation", _("Vi phạm, xử phạt"), position=85),
        Panel("person", _("Vi phạm, xử phạt"), position=95),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-recorded_on", "-code")
    date_field = "recorded_on"
    happened = ("recorded_on",)
    workflow = VIOLATION_FLOW
    effects = {
        "record_sanction": Effect(operation=operations.record_sanction, subject="violation"),
        "execute": Effect(operation=operations.execute, subject="violation"),
        "close": Effect(operation=operations.close, subject="violation"),
    }
    outcome = Section(
        _("Xử phạt"),
        "decision_number",
        "decided_on",
        "delivered_on",
        "executed_on",
        "paid",
        "closed_on",
        "closing_reason",
    )
    deadlines = VIOLATION_DEADLINES
    indicators = indicators.VIOLATIONS
    writer = operations.ViolationWriter()
    owned = (
        OwnedFields(
            (
                "code",
                "minutes_number",
                "recorded_on",
                "inspection",
                "organisation",
                "person",
                "behaviour",
                "fine",
            ),
            _("Vụ việc đã được xử lý nên không sửa được nữa."),
            where=operations.decided_violations,
            covers_empty=True,
        ),
    )
    actions = (
        Action(
            name="deliver",
            label=_("Ghi giao quyết định"),
            operation=operations.deliver,
            subject="violation",
            who=rules.inspectors,
            guard=operations.why_not_delivered,
            source=AdministrativeViolation,
            inputs=(Section(_("Giao quyết định"), "delivered_on"),),
            required=("delivered_on",),
            help_text=_("Thời hạn chấp hành tính từ ngày người vi phạm nhận quyết định."),
            icon="send",
        ),
        correction(
            name="correct-violation",
            label=_("Đính chính xử phạt"),
            operation=operations.correct_violation,
            subject="violation",
            writes=("fine",),
            who=rules.inspectors,
            guard=operations.why_no_step,
            source=AdministrativeViolation,
            initial=initial_from_stored_values(
                *("fine", "decision_number", "decided_on", "delivered_on", "executed_on", "paid"),
                *("closed_on", "closing_reason"),
            ),
            inputs=(
                Section(
                    _("Những điều đã ghi"),
                    "fine",
                    "decision_number",
                    "decided_on",
                    "delivered_on",
                    "executed_on",
                    "paid",
                    "closed_on",
                    "closing_reason",
                ),
            ),
        ),
        take_back(name="take-back-violation", operation=operations.take_back_violation, subject="violation"),
    )
