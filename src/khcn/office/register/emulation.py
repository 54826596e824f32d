"""Registers of the occasions on which titles are proposed, and of what was proposed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import Action, initial_from_stored_values
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.office import indicators, operations, rules
from khcn.office.deadlines import ROUND_DEADLINES
from khcn.office.models import EmulationNomination, EmulationRound
from khcn.office.register.base import StaffRegister, of_office, take_back
from khcn.office.workflow import NOMINATION_FLOW


@register
class EmulationRounds(StaffRegister):
    model = EmulationRound
    slug = "emulation-rounds"
    icon = "flag"
    columns = (
        Column("name", look="link"),
        "code",
        "kind",
        "year",
        "met_on",
        "submission_number",
        "submitted_on",
    )
    filters = {
        "kind": ["exact"],
        "year": ["exact"],
        "met_on": ["gte", "lt"],
        "submitted_on": ["gte", "lt"],
    }
    form = (
        Section(_("Đợt"), "code", "kind", "name", "year", "met_on"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Hồ sơ đã gửi"), "submission_number", "submitted_on")
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("-year", "-code")
    happened = ("met_on",)
    deadlines = ROUND_DEADLINES
    writer = operations.RoundWriter()
    owned = (
        OwnedFields(
            ("submission_number", "submitted_on"),
            _("Số tờ trình, ngày gửi ghi bằng nút “Ghi gửi hồ sơ”."),
            covers_empty=True,
        ),
        OwnedFields(
            ("code", "kind", "name", "year", "met_on"),
            _("Hồ sơ của đợt đã gửi. Bấm “Bỏ ghi gửi hồ sơ” rồi mới sửa được."),
            where=operations.submitted_rounds,
            covers_empty=True,
        ),
    )
    actions = (
        Action(
            name="submit",
            label=_("Ghi gửi hồ sơ"),
            operation=operations.submit,
            subject="emulation_round",
            who=rules.office_staff,
            guard=operations.why_not_submitted,
            source=EmulationRound,
            required=("submission_number", "submitted_on"),
            writes=("submission_number", "submitted_on"),
            inputs=(Section(_("Hồ sơ"), "submission_number", "submitted_on"),),
            importable=True,
            icon="send",
            help_text=_("Sau khi gửi, danh sách đề nghị của đợt không sửa được nữa."),
        ),
        take_back(
            name="take-back-submission",
            label=_("Bỏ ghi gửi hồ sơ"),
            operation=operations.take_back_submission,
            subject="emulation_round",
            guard=operations.why_submission_stays,
            writes=("submission_number", "submitted_on"),
        ),
    )


@register
class EmulationNominations(StaffRegister):
    model = EmulationNomination
    slug = "emulation-nominations"
    icon = "medal"
    columns = (
        Column("code", look="link"),
        "title",
        "level",
        "person",
        "unit",
        "round",
        Column("state", look="badge"),
        "decision_number",
        "decided_on",
    )
    filters = {
        "round": ["exact"],
        "title": ["exact"],
        "level": ["exact"],
        "state": ["exact"],
        "person": ["exact"],
        "unit": ["exact"],
        "decided_on": ["gte", "lt"],
    }
    search = ("round", "person", "unit")
    form = (
        Section(_("Đề nghị"), "code", "round", "title", "level"),
        Section(_("Cá nhân hoặc tập thể"), "person", "unit", "achievement"),
    )
    outcome = Section(_("Kết quả"), "decision_number", "decided_on", "refusal_reason")
    panel_of = (
        Panel("round", _("Danh sách đề nghị"), position=10),
        Panel("person", _("Thi đua, khen thưởng"), position=92),
        Panel("unit", _("Thi đua, khen thưởng"), position=23),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-code",)
    date_field = "decided_on"
    workflow = NOMINATION_FLOW
    effects = {
        "award": Effect(operation=operations.award, subject="nomination"),
        "refuse": Effect(operation=operations.refuse, subject="nomination"),
    }
    indicators = indicators.NOMINATIONS
    writer = operations.NominationWriter()
    owned = (
        OwnedFields(
            ("code", "round", "title", "level", "person", "unit", "achievement"),
            _("Đề nghị đã ghi kết quả. Bấm “Bỏ bước ghi nhầm” rồi mới sửa được."),
            where=operations.decided_nominations,
            covers_empty=True,
        ),
    )
    actions = (
        of_office(
            name="correct-award",
            label=_("Đính chính quyết định khen thưởng"),
            operation=operations.correct_award,
            subject="nomination",
            guard=operations.why_award_not_corrected,
            source=EmulationNomination,
            initial=initial_from_stored_values("decision_number", "decided_on"),
            required=("decision_number", "decided_on"),
            inputs=(Section(_("Quyết định khen thưởng"), "decision_number", "decided_on"),),
        ),
        take_back(
            name="take-back-nomination",
            label=_("Bỏ bước ghi nhầm"),
            operation=operations.take_back_nomination,
            subject="nomination",
            guard=operations.why_nomination_without_step,
        ),
    )
