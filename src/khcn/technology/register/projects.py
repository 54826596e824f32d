"""Registers of investment projects and of the opinions on their technology."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.technology import indicators, operations, rules
from khcn.technology.deadlines import OPINION_DEADLINES
from khcn.technology.models import InvestmentProject, TechnologyOpinion
from khcn.technology.register.base import TechnologyRegister
from khcn.technology.workflow import OPINION_FLOW


@register
class InvestmentProjects(TechnologyRegister):
    model = InvestmentProject
    slug = "projects"
    icon = "building-factory"
    columns = (
        Column("name", look="link"),
        "code",
        "investor",
        "admin_unit",
        "standing",
        Column("scale", hidden=True),
        Column("scale_unit", hidden=True),
    )
    filters = {
        "investor": ["exact"],
        "admin_unit": ["exact"],
        "standing": ["exact"],
        "scale_unit": ["exact"],
    }
    search = ("investor",)
    form = (
        Section(_("Dự án"), "code", "name", "investor", "admin_unit"),
        Section(_("Công nghệ"), "technology", "standing", "scale", "scale_unit"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (Panel("investor", _("Dự án đầu tư"), position=86),)
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("code",)
    similar = ("name",)


@register
class TechnologyOpinions(TechnologyRegister):
    model = TechnologyOpinion
    slug = "opinions"
    icon = "message-2"
    columns = (
        Column("code", look="link"),
        "project",
        "stage",
        "asked_by",
        "received_on",
        Column("state", look="badge"),
        "conclusion",
        "answer_number",
        "answered_on",
        Column("request_number", hidden=True),
        Column("requested_on", hidden=True),
        Column("answer_by", hidden=True),
    )
    filters = {
        "project": ["exact"],
        "stage": ["exact"],
        "asked_by": ["exact"],
        "state": ["exact"],
        "conclusion": ["exact"],
        "requested_on": ["gte", "lt"],
        "received_on": ["gte", "lt"],
        "answer_by": ["gte", "lt"],
        "answered_on": ["gte", "lt"],
    }
    search = ("project", "asked_by")
    form = (
        Section(_("Đề nghị"), "code", "project", "stage", "asked_by", "request_number", "requested_on"),
        Section(_("Thời hạn"), "received_on", "answer_by"),
        Section(_("Ý kiến của Sở"), "conclusion", "content"),
        Section(_("Ghi chú"), "note"),
    )
    outcome = Section(_("Trả lời"), "answer_number", "answered_on", "closed_on", "closing_reason")
    panel_of = (
        Panel("project", _("Ý kiến về công nghệ"), position=10),
        Panel("asked_by", _("Ý kiến về công nghệ"), position=87),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("requested_on", "received_on")
    workflow = OPINION_FLOW
    effects = {
        "record_answer": Effect(operation=operations.record_answer, subject="opinion"),
        "close": Effect(operation=operations.close_opinion, subject="opinion"),
        "take_back_answer": Effect(operation=operations.take_back_answer, subject="opinion"),
        "take_up_again": Effect(operation=operations.take_up_opinion, subject="opinion"),
    }
    deadlines = OPINION_DEADLINES
    indicators = indicators.OPINIONS
    writer = operations.OpinionWriter()
    actions = (
        correction(
            name="correct-opinion",
            label=_("Đính chính ngày nhận, hạn trả lời"),
            operation=operations.correct_opinion,
            subject="opinion",
            writes=("received_on", "answer_by"),
            who=rules.technology_staff,
            guard=operations.why_still_open,
            source=TechnologyOpinion,
            initial=initial_from_stored_values("received_on", "answer_by"),
            inputs=(Section(_("Ngày nhận, hạn trả lời"), "received_on", "answer_by"),),
        ),
    )
    owned = (
        OwnedFields(
            ("code", "received_on", "answer_by"),
            _("Ý kiến đã được xử lý. Ghi nhầm ngày nhận, hạn thì bấm “Đính chính ngày nhận, hạn trả lời”."),
            where=operations.acted_opinions,
            covers_empty=True,
        ),
        OwnedFields(
            (
                "project",
                "stage",
                "asked_by",
                "request_number",
                "requested_on",
                "conclusion",
                "content",
            ),
            _(
                "Ý kiến đã được xử lý. Lãnh đạo phòng bấm “Bỏ ghi văn bản trả lời” hoặc “Nhận lại đề nghị” rồi mới sửa được; văn bản "
                "lập trong hệ thống thì lập dự thảo thay thế trước."
            ),
            where=operations.decided_opinions,
            covers_empty=True,
        ),
    )
