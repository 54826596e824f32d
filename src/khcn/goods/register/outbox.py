"""Who has agreed that the data of its lots go to the national portal, what waits to be sent, and what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.goods import rules
from khcn.goods.models import OutboxAccount, OutboxAttempt, OutboxMessage
from khcn.goods.operations.outbox import messages
from khcn.goods.operations.outbox.accounts import OutboxAccountWriter, accounts_with_messages
from khcn.goods.register.base import DepartmentActs, GoodsRegister, of_organisation
from khcn.kernel.access.scopes import ACT, READING, Department, OwnOrganisation
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Section

if TYPE_CHECKING:
    from khcn.kernel.access.scopes import Scope


@register
class OutboxAccounts(GoodsRegister):
    model = OutboxAccount
    slug = "outbox-accounts"
    icon = "file-check"
    scope: ClassVar[Scope] = of_organisation("organisation")
    columns = (Column("agreed_on", look="link"), "organisation", "portal_code", "ended_on")
    filters = {"organisation": ["exact"], "agreed_on": ["gte", "lt"], "ended_on": ["gte", "lt", "isnull"]}
    search = ("organisation",)
    form = (Section(_("Đồng ý gửi"), "organisation", "agreed_on", "portal_code"),)
    outcome = Section(_("Rút đồng ý"), "ended_on")
    panel_of = (Panel("organisation", _("Đồng ý gửi Cổng quốc gia"), position=43),)
    natural_key = ("organisation", "agreed_on")
    order = ("-agreed_on",)
    date_field = "agreed_on"
    happened = ("agreed_on",)
    detail_template = "goods/outbox_account.html"
    writer = OutboxAccountWriter()
    owned = (
        OwnedFields(
            ("organisation", "agreed_on"),
            _("Đã có tin gửi theo lần đồng ý này nên cơ sở và ngày không đổi."),
            where=accounts_with_messages,
        ),
        OwnedFields(("ended_on",), _("Rút bằng nút “Rút đồng ý gửi”."), covers_empty=True),
    )
    actions = (
        Action(
            name="end",
            label=_("Rút đồng ý gửi"),
            operation=messages.end_agreement,
            subject="account",
            who=rules.producers | rules.editors,
            guard=messages.why_not_ended,
            writes=("ended_on",),
            asks_reason=_("Lý do"),
            icon="x",
            danger=True,
            help_text=_(
                "Từ nay không gửi gì của cơ sở nữa, khóa của Cổng quốc gia bị xóa. Dữ liệu đã gửi thì Cổng quốc gia vẫn còn; muốn gỡ hãy liên "
                "hệ Cổng quốc gia."
            ),
        ),
    )


@register
class OutboxMessages(GoodsRegister):
    """Rows come when a lot is published, changed, withdrawn or recalled."""

    model = OutboxMessage
    slug = "outbox"
    icon = "send"
    scope: ClassVar[Scope] = (
        Department() | DepartmentActs(rules.editors) | OwnOrganisation("organisation", READING | {ACT})
    )
    columns = (
        Column("code", look="link"),
        "lot",
        "organisation",
        "kind",
        "status",
        "made_on",
        "sent_on",
        Column("lacks", hidden=True),
        Column("answer", hidden=True),
    )
    filters = {
        "organisation": ["exact"],
        "lot": ["exact"],
        "kind": ["exact"],
        "status": ["exact"],
        "made_on": ["gte", "lt"],
        "sent_on": ["gte", "lt"],
    }
    search = ("lot", "organisation")
    outcome = Section(
        _("Tin gửi"),
        "code",
        "lot",
        "organisation",
        "number",
        "kind",
        "status",
        "lacks",
        "answer",
        "made_on",
        "sent_on",
        "content_sha256",
    )
    panel_of = (Panel("lot", _("Tin gửi Cổng quốc gia"), position=60),)
    natural_key = ("lot", "number")
    lookup = "code"
    order = ("-made_on", "-code")
    date_field = "made_on"
    detail_template = "goods/outbox_message.html"
    actions = (
        Action(
            name="send-again",
            label=_("Gửi lại"),
            operation=messages.send_again,
            subject="message",
            who=rules.producers | rules.editors,
            guard=messages.why_not_sent_again,
            icon="refresh",
            help_text=_("Lập tin mới theo dữ liệu hiện nay của lô và gửi thay tin bị từ chối."),
        ),
    )


@register
class OutboxAttempts(GoodsRegister):
    """Rows come with each time that something is sent, and stay."""

    model = OutboxAttempt
    slug = "outbox-attempts"
    icon = "list-details"
    scope: ClassVar[Scope] = Department() | OwnOrganisation("message__organisation", READING)
    columns = (
        Column("begun_at", look="link"),
        "message",
        "number",
        "outcome",
        "http_status",
        "ended_at",
        Column("answer", hidden=True),
        Column("address", hidden=True),
        Column("body_sha256", hidden=True),
        Column("answer_sha256", hidden=True),
    )
    filters = {"message": ["exact"], "outcome": ["exact"], "message__organisation": ["exact"]}
    search = ("message",)
    outcome = Section(
        _("Lượt gửi"),
        "message",
        "number",
        "begun_at",
        "ended_at",
        "address",
        "outcome",
        "http_status",
        "answer",
        "body_sha256",
        "answer_sha256",
    )
    panel_of = (Panel("message", _("Nhật ký gửi"), position=10),)
    natural_key = ("message", "number")
    order = ("-begun_at", "number")
    in_menu = False
