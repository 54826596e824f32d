"""Registers of rounds, initiatives and their authors."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from khcn.ip import indicators, operations
from khcn.ip.deadlines import INITIATIVE_DEADLINES
from khcn.ip.models import Initiative, InitiativeAuthor, InitiativeRound
from khcn.ip.register.base import IpRegister
from khcn.ip.rules import ip_head
from khcn.ip.workflow import INITIATIVE_FLOW
from khcn.kernel.actions.corrections import correction
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

# A step that was entered by mistake; each is entered again with its day.
_taken_back = partial(
    correction, subject="initiative", who=ip_head, asks_reason=_("Lý do"), icon="arrow-back-up"
)


@register
class InitiativeRounds(IpRegister):
    model = InitiativeRound
    slug = "initiative-rounds"
    icon = "messages"
    columns = (
        Column("name", look="link"),
        "code",
        "level",
        "year",
        "closes_on",
        "considered_on",
        Column("council_decision", hidden=True),
        Column("members_present", hidden=True),
        Column("members_total", hidden=True),
    )
    filters = {
        "level": ["exact"],
        "year": ["exact"],
        "closes_on": ["gte", "lt"],
        "considered_on": ["gte", "lt"],
        "council_decision": ["exact"],
    }
    form = (
        Section(_("Đợt xét"), "code", "name", "level", "year", "closes_on"),
        Section(_("Hội đồng"), "council_decision", "considered_on", "members_total", "members_present"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "name"
    order = ("-year", "-code")
    date_field = "considered_on"
    happened = ("considered_on",)
    indicators = indicators.ROUNDS
    owned = (
        OwnedFields(
            ("level",),  # no decision prints it: a draft of a replacement does not open it
            _(
                "Đợt xét đã có sáng kiến được công nhận nên không đổi cấp. Bỏ ghi hoặc thu hồi quyết định công nhận trước."
            ),
            where=operations.rounds_with_recognised,
            covers_empty=True,
        ),
        OwnedFields(
            ("year", "considered_on"),
            _(
                "Đợt xét đã có sáng kiến được công nhận. Lãnh đạo phòng bỏ ghi quyết định ở các sáng kiến đó rồi mới sửa được; quyết định "
                "lập từ đợt xét thì lập dự thảo thay thế trước."
            ),
            where=operations.recognised_rounds,
            covers_empty=True,
        ),
    )
    writer = PastDayWriter("considered_on")


@register
class Initiatives(IpRegister):
    model = Initiative
    slug = "initiatives"
    icon = "bulb"
    columns = (
        Column("title", look="link"),
        "code",
        "round",
        "organisation",
        "received_on",
        Column("state", look="badge"),
        "decision_number",
        "decided_on",
        Column("accepted_on", hidden=True),
        Column("field", hidden=True),
        Column("first_applied_on", hidden=True),
    )
    filters = {
        "round": ["exact"],
        "organisation": ["exact"],
        "state": ["exact"],
        "received_on": ["gte", "lt"],
        "accepted_on": ["gte", "lt"],
        "decided_on": ["gte", "lt"],
        "first_applied_on": ["gte", "lt"],
    }
    search = ("round", "organisation")
    form = (
        Section(_("Sáng kiến"), "code", "round", "title", "organisation", "field"),
        Section(_("Thời gian"), "received_on", "first_applied_on"),
        Section(_("Nội dung"), "novelty", "effect", "influence"),
        Section(_("Ghi chú"), "note"),
    )
    panel_of = (
        Panel("round", _("Sáng kiến"), position=10),
        Panel("organisation", _("Sáng kiến"), position=70),
    )
    natural_key = ("code",)
    lookup = "code"
    shown = "title"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on", "first_applied_on")
    similar = ("title",)
    workflow = INITIATIVE_FLOW
    board = ("code", "organisation", "round")
    effects = {
        "accept": Effect(operation=operations.accept, subject="initiative"),
        "propose": Effect(operation=operations.propose, subject="initiative"),
        "record_recognition": Effect(operation=operations.record_recognition, subject="initiative"),
        "refuse": Effect(operation=operations.refuse, subject="initiative"),
    }
    actions = (
        _taken_back(
            name="take-back",
            label=_("Bỏ ghi quyết định công nhận"),
            operation=operations.take_back,
            guard=operations.why_not_recognised,
        ),
        _taken_back(
            name="take-back-conclusion",
            label=_("Bỏ ghi kết luận của Hội đồng"),
            operation=operations.take_back_conclusion,
            guard=operations.why_not_concluded,
        ),
        _taken_back(
            name="take-up-again",
            label=_("Mở lại đơn"),
            operation=operations.take_up_again,
            guard=operations.why_not_ended,
        ),
    )
    outcome = Section(
        _("Kết quả xét"), "accepted_on", "conclusion", "decision_number", "decided_on", "refusal_reason"
    )
    deadlines = INITIATIVE_DEADLINES
    indicators = indicators.INITIATIVES
    writer = operations.InitiativeWriter()
    owned = (
        OwnedFields(
            ("round",),
            _(
                "Hội đồng đã xét sáng kiến. Lãnh đạo phòng bỏ ghi kết luận của Hội đồng rồi mới đổi đợt xét được."
            ),
            where=operations.considered_initiatives,
            covers_empty=True,
        ),
        OwnedFields(
            ("code", "received_on"),
            _(
                "Sáng kiến đã được giải quyết. Lãnh đạo phòng bỏ ghi quyết định hoặc mở lại đơn rồi mới sửa được."
            ),
            where=operations.decided_initiatives,
            covers_empty=True,
        ),
        OwnedFields(
            ("title", "organisation"),
            _(
                "Sáng kiến đã được giải quyết. Lãnh đạo phòng bỏ ghi quyết định hoặc mở lại đơn rồi mới sửa được; quyết định lập từ "
                "đợt xét thì lập dự thảo thay thế trước."
            ),
            where=operations.closed_initiatives,
            covers_empty=True,
        ),
    )


@register
class InitiativeAuthors(IpRegister):
    model = InitiativeAuthor
    slug = "initiative-authors"
    icon = "users"
    columns = (Column("person", look="link"), "initiative", "share", Column("ordinal", hidden=True))
    filters = {"initiative": ["exact"], "person": ["exact"]}
    search = ("initiative", "person")
    form = (Section(_("Tác giả"), "initiative", "ordinal", "person", "share"),)
    inline_in = "initiative"
    panel_of = (
        Panel("initiative", _("Tác giả"), position=10),
        Panel("person", _("Sáng kiến"), position=70),
    )
    natural_key = ("initiative", "person")
    order = ("initiative", "ordinal")
    indicators = indicators.AUTHORS
    writer = operations.AuthorWriter()
    in_menu = False
