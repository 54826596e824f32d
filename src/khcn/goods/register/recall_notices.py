"""What each party learns of a recall, and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.goods import rules
from khcn.goods.models import RecallNotice, RecallNoticeLot
from khcn.goods.operations import recall_notices
from khcn.goods.operations.text_messages import queue
from khcn.goods.register.base import DepartmentActs, GoodsRegister
from khcn.goods.workflow import NOTICE_FLOW
from khcn.kernel.access.scopes import ACT, READING, Department, OwnOrganisation
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Panel, Section
from khcn.kernel.registers.workflow_actions import Effect

if TYPE_CHECKING:
    from khcn.kernel.access.scopes import Scope


@register
class RecallNotices(GoodsRegister):
    """Rows come with a recall alone; who is informed answers, the department calls where mail fails. What the gateway for text messages
    answers, such as that the department has to pay, is the department's alone.
    """

    model = RecallNotice
    slug = "recall-notices"
    icon = "message-2"
    scope: ClassVar[Scope] = (
        Department()
        | DepartmentActs(rules.editors)
        | OwnOrganisation(
            "organisation", READING | {ACT}, hide=("recall", "parent", "sms_note", "ending_sms")
        )
    )
    columns = (
        Column("code", look="link"),
        "recall",
        "is_drill",
        "party",
        "tier",
        "goods",
        Column("state", look="badge"),
        "delivery",
        "sms_status",
        Column("sms_note", hidden=True),
        Column("sms_at", hidden=True),
        "issued_on",
        "answer_by",
        Column("answered_on", hidden=True),
        Column("ended_on", hidden=True),
        Column("ending_delivery", hidden=True),
        Column("ending_sms", hidden=True),
    )
    filters = {
        "recall": ["exact"],
        "party": ["exact"],
        "is_drill": ["exact"],
        "state": ["exact"],
        "sms_status": ["exact"],
        "issued_on": ["gte", "lt"],
        "answered_on": ["gte", "lt"],
        "ended_on": ["gte", "lt", "isnull"],
    }
    search = ("party",)
    outcome = Section(
        _("Thông báo"),
        "code",
        "recall",
        "parent",
        "is_drill",
        "party",
        "tier",
        "reason",
        "goods",
        "issued_on",
        "answer_by",
        "email",
        "phone",
        "delivery",
        "sms_status",
        "sms_note",
        "sms_at",
        "letter_number",
        "answer",
        "answered_on",
        "ended_on",
        "ending",
        "ending_delivery",
        "ending_sms",
        "ending_letter",
    )
    panel_of = (Panel("recall", _("Thông báo đến các bên"), position=20),)
    natural_key = ("code",)
    lookup = "code"
    order = ("-issued_on", "tier", "code")
    date_field = "issued_on"
    detail_template = "goods/recall_notice.html"
    workflow = NOTICE_FLOW
    actions = (
        Action(
            name="text",
            label=_("Gửi tin nhắn SMS"),
            operation=queue.text_again,
            subject="notice",
            who=rules.editors,
            guard=queue.why_not_texted,
            icon="send",
            help_text=_(
                "Gửi thêm một tin nhắn đến số di động đang ghi ở tổ chức; tin nêu hàng, số lô, nơi trả lời và số điện thoại của Sở."
            ),
        ),
    )
    effects = {
        "call": Effect(operation=recall_notices.called, subject="notice"),
        "answer": Effect(
            operation=recall_notices.answered, subject="notice", initial=recall_notices.counts_to_begin_with
        ),
    }


@register
class RecallNoticeLots(GoodsRegister):
    """Rows come with a notice alone; what is counted is written by the answer to it."""

    model = RecallNoticeLot
    slug = "recall-notice-lots"
    icon = "list-details"
    scope: ClassVar[Scope] = Department() | OwnOrganisation("notice__organisation", READING | {ACT})
    columns = (
        Column("lot_name", look="link"),
        "lot_number",
        "notice",
        "expected",
        "counted",
        "unit",
    )
    filters = {"notice": ["exact"]}
    search = ("notice",)
    outcome = Section(
        _("Lô hàng"), "notice", "lot_name", "lot_number", "lot_path", "expected", "counted", "unit"
    )
    panel_of = (Panel("notice", _("Các lô trong thông báo"), position=10),)
    natural_key = ("notice", "lot_path")
    order = ("notice", "sort_key", "lot_path")
    in_menu = False
