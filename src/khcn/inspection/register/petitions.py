"""Registers of complaints and denunciations, of citizens received, and of plans of the legal work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khcn.inspection import indicators, operations, rules
from khcn.inspection.deadlines import PETITION_DEADLINES
from khcn.inspection.models import CitizenReception, LegalPlan, Petition
from khcn.inspection.register.base import InspectorateRegister, take_back
from khcn.inspection.workflow import PETITION_FLOW
from khcn.kernel.access.scopes import Department
from khcn.kernel.actions import initial_from_stored_values
from khcn.kernel.actions.corrections import correction
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect


@register
class Petitions(InspectorateRegister):
    model = Petition
    slug = "petitions"
    icon = "mail"
    scope = Department(write=rules.inspectors, read=rules.petition_readers)
    columns = (
        Column("code", look="link"),
        "kind",
        "content",
        "sender",
        "received_on",
        Column("state", look="badge"),
        "accepted_on",
        "ended_on",
        Column("address", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "state": ["exact"],
        "received_on": ["gte", "lt"],
    }
    form = (
        Section(_("Đơn"), "code", "kind", "received_on", "content"),
        Section(_("Người gửi"), "sender", "address"),
        Section(_("Ghi chú"), "note"),
    )
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on",)
    workflow = PETITION_FLOW
    effects = {
        "accept": Effect(operation=operations.accept, subject="petition"),
        "resolve": Effect(operation=operations.resolve, subject="petition"),
        "forward": Effect(operation=operations.forward, subject="petition"),
        "refuse": Effect(operation=operations.refuse, subject="petition"),
        "stop": Effect(operation=operations.stop, subject="petition"),
    }
    outcome = Section(_("Xử lý đơn"), "accepted_on", "ended_on", "outcome")
    deadlines = PETITION_DEADLINES
    indicators = indicators.PETITIONS
    writer = operations.PetitionWriter()
    owned = (
        OwnedFields(
            ("code", "kind", "received_on", "content"),
            _("Đơn đã được xử lý nên không sửa được nữa."),
            where=operations.ended_petitions,
            covers_empty=True,
        ),
    )
    actions = (
        correction(
            name="correct-petition",
            label=_("Đính chính xử lý đơn"),
            operation=operations.correct_petition,
            subject="petition",
            who=rules.inspectors,
            guard=operations.why_no_step,
            source=Petition,
            initial=initial_from_stored_values("accepted_on", "ended_on", "outcome"),
            inputs=(Section(_("Những điều đã ghi"), "accepted_on", "ended_on", "outcome"),),
        ),
        take_back(name="take-back-petition", operation=operations.take_back_petition, subject="petition"),
    )


@register
class CitizenReceptions(InspectorateRegister):
    model = CitizenReception
    slug = "receptions"
    icon = "message-circle"
    scope = Department(write=rules.inspectors, read=rules.petition_readers)
    columns = (
        Column("code", look="link"),
        "kind",
        "received_on",
        "people",
        "citizen",
        "content",
        Column("petition", hidden=True),
    )
    filters = {"kind": ["exact"], "received_on": ["gte", "lt"], "petition": ["exact"]}
    search = ("petition",)
    form = (
        Section(_("Lượt tiếp"), "code", "kind", "received_on", "people", "citizen"),
        Section(_("Nội dung"), "content", "petition", "answer"),
    )
    panel_of = (Panel("petition", _("Lượt tiếp công dân"), position=10),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-received_on", "-code")
    date_field = "received_on"
    happened = ("received_on",)
    indicators = indicators.RECEPTIONS
    writer = PastDayWriter("received_on")


@register
class LegalPlans(InspectorateRegister):
    model = LegalPlan
    slug = "legal-plans"
    icon = "book"
    columns = (Column("title", look="link"), "number", "kind", "year", "issued_on")
    filters = {"kind": ["exact"], "year": ["exact"], "issued_on": ["gte", "lt"]}
    form = (
        Section(_("Kế hoạch"), "number", "kind", "title", "year", "issued_on"),
        Section(_("Kết quả"), "result"),
    )
    natural_key = ("number",)
    lookup = "number"
    shown = "title"
    order = ("-issued_on",)
    date_field = "issued_on"
    happened = ("issued_on",)
    indicators = indicators.LEGAL_PLANS
    writer = PastDayWriter("issued_on")
