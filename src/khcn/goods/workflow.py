"""The steps of goods on their way from one party to another, of recalls, and of the notices about them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextField
from django.utils.translation import gettext_lazy as _

from khcn.goods.rules import approvers, editors, is_informed, is_packer, is_receiver, is_sender
from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow

if TYPE_CHECKING:
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor

COMING, RECEIVED, DIFFERS, SETTLED, REFUSED, TAKEN_BACK = (
    "coming",
    "received",
    "differs",
    "settled",
    "refused",
    "taken_back",
)
ARRIVED: Final = (RECEIVED, DIFFERS, SETTLED)
"""States in which the receiver has the goods on record."""

OPENED, SCOPED, PAUSED, RECALLED, CLOSED, LIFTED = (
    "opened",
    "scoped",
    "paused",
    "recalled",
    "closed",
    "lifted",
)
STOPPING: Final = (PAUSED, RECALLED)
"""States of a recall in which its goods go nowhere."""

WAITING, SENT, SEEN, ANSWERED, FAILED = "waiting", "sent", "seen", "answered", "failed"

_Unoffered = partial(Transition, offered=False)

# Each step is taken by an action that writes a diary as well (`khcn.goods.operations.shipments`).
SHIPMENT_FLOW = Workflow(
    "goods_shipment",
    _("Giao nhận hàng"),
    states=(
        State(COMING, _("hàng đang đến"), Category.OPEN, initial=True, public=_("hàng đang đến")),
        State(RECEIVED, _("đã nhận đủ"), Category.DONE, final=True, public=_("đã nhận đủ")),
        State(
            DIFFERS,
            _("nhận lệch, chờ thống nhất"),
            Category.OPEN,
            public=_("nhận lệch, chờ thống nhất"),
        ),
        State(
            SETTLED,
            _("đã thống nhất số lượng"),
            Category.DONE,
            final=True,
            public=_("đã thống nhất số lượng"),
        ),
        State(REFUSED, _("bên nhận từ chối"), Category.FAILED, public=_("bên nhận từ chối")),
        State(
            TAKEN_BACK, _("bên giao đã rút"), Category.ENDED_EARLY, final=True, public=_("bên giao đã rút")
        ),
    ),
    transitions=(
        _Unoffered("receive", _("Xác nhận đã nhận"), (COMING,), RECEIVED, who=is_receiver | editors),
        _Unoffered(
            "receive_other", _("Xác nhận đã nhận, lệch"), (COMING,), DIFFERS, who=is_receiver | editors
        ),
        _Unoffered("count_again", _("Đếm lại"), (DIFFERS,), RECEIVED, who=is_receiver | editors),
        _Unoffered("settle", _("Đồng ý số bên nhận đếm"), (DIFFERS,), SETTLED, who=is_sender | editors),
        _Unoffered("refuse", _("Từ chối nhận"), (COMING,), REFUSED, who=is_receiver | editors),
        _Unoffered("take_back", _("Rút chuyến hàng"), (COMING, REFUSED), TAKEN_BACK, who=is_sender | editors),
    ),
)


# Of packages: what is in one goes with it (`khcn.goods.operations.packages`).
PACKED, ON_ITS_WAY, HANDED_OVER, TURNED_AWAY, UNPACKED = (
    "packed",
    "sent",
    "received",
    "refused",
    "unpacked",
)

PACKAGE_FLOW = Workflow(
    "goods_package",
    _("Thùng, kiện, pallet"),
    states=(
        State(PACKED, _("đã đóng, còn ở cơ sở"), Category.OPEN, initial=True, public=_("đã đóng")),
        State(ON_ITS_WAY, _("đang giao"), Category.OPEN, public=_("đang giao")),
        State(HANDED_OVER, _("bên nhận đã nhận"), Category.DONE, final=True, public=_("bên nhận đã nhận")),
        State(TURNED_AWAY, _("bên nhận từ chối"), Category.FAILED, public=_("bên nhận từ chối")),
        State(UNPACKED, _("đã dỡ"), Category.ENDED_EARLY, final=True, public=_("đã dỡ")),
    ),
    transitions=(
        _Unoffered("send", _("Giao cả kiện"), (PACKED,), ON_ITS_WAY, who=is_packer | editors),
        _Unoffered("receive", _("Đã nhận cả kiện"), (ON_ITS_WAY,), HANDED_OVER, who=is_receiver | editors),
        _Unoffered("refuse", _("Từ chối cả kiện"), (ON_ITS_WAY,), TURNED_AWAY, who=is_receiver | editors),
        _Unoffered(
            "come_back", _("Kiện về lại cơ sở"), (ON_ITS_WAY, TURNED_AWAY), PACKED, who=is_packer | editors
        ),
        _Unoffered("unpack", _("Dỡ"), (PACKED,), UNPACKED, who=is_packer | editors),
    ),
)


_Editors = partial(Transition, who=editors, inputs_model="goods.GoodsRecall")


def _why_not_lifted_alone(recall: Any, *, actor: Actor, on: date) -> StrOrPromise:
    """Why a recall is not ended by who prepares it: it began with the word of somebody else; "" for what has not begun, and for a drill."""
    if recall.state != RECALLED or recall.is_drill:
        return ""
    return _(
        "Đây là thu hồi thật, đã phát thông báo: lãnh đạo phòng hoặc lãnh đạo Sở bấm “Duyệt chấm dứt thu hồi”, ghi quyết định chấm dứt."
    )


RECALL_FLOW = Workflow(
    "goods_recall",
    _("Thu hồi"),
    states=(
        State(OPENED, _("đang xác định phạm vi"), Category.PREPARING, initial=True),
        State(SCOPED, _("đã chốt phạm vi"), Category.OPEN),
        State(PAUSED, _("đang tạm giữ hàng"), Category.SUSPENDED),
        State(RECALLED, _("đang thu hồi"), Category.OPEN),
        State(CLOSED, _("đã kết thúc, số liệu cân đối"), Category.DONE, final=True),
        State(LIFTED, _("đã chấm dứt, hàng dùng được"), Category.ENDED_EARLY, final=True),
    ),
    transitions=(
        _Editors("scope", _("Chốt phạm vi"), (OPENED,), SCOPED, icon="target"),
        # Those with more to ask for than the state are actions of their own (`khcn.goods.register.recalls`).
        _Unoffered("pause", _("Tạm giữ hàng"), (SCOPED,), PAUSED, who=editors),
        _Unoffered("drill", _("Phát thông báo diễn tập"), (SCOPED,), RECALLED, who=editors),
        _Unoffered("recall", _("Duyệt, phát thông báo thu hồi"), (SCOPED, PAUSED), RECALLED, who=approvers),
        _Unoffered("close", _("Kết thúc thu hồi"), (RECALLED,), CLOSED, who=editors),
        _Editors(
            "lift",
            _("Chấm dứt, hàng dùng được"),
            (SCOPED, PAUSED, RECALLED),
            LIFTED,
            needs=("note",),
            guard=_why_not_lifted_alone,
            icon="arrow-back-up",
        ),
        _Unoffered("lift_recall", _("Duyệt chấm dứt thu hồi"), (RECALLED,), LIFTED, who=approvers),
    ),
)

_answer = Section(_("Trả lời"), "counted", "answer")


def _why_over(notice: Any, *, actor: Actor, on: date) -> StrOrPromise:
    """Why nothing is asked of a notice any more; "" while its recall goes on."""
    return "" if notice.recall.ended_on is None else _("Đợt thu hồi đã kết thúc nên không cần trả lời nữa.")


_OfNotice = partial(Transition, inputs_model="goods.RecallNotice", guard=_why_over)

NOTICE_FLOW = Workflow(
    "goods_recall_notice",
    _("Thông báo thu hồi"),
    states=(
        State(WAITING, _("chờ gửi"), Category.PREPARING, initial=True, public=_("mới")),
        State(SENT, _("đã gửi"), Category.OPEN, public=_("mới")),
        State(SEEN, _("đã đọc"), Category.OPEN, public=_("đã đọc")),
        State(ANSWERED, _("đã xác nhận"), Category.DONE, public=_("đã xác nhận")),
        State(FAILED, _("gửi lỗi"), Category.FAILED, public=_("mới")),
    ),
    transitions=(
        # By the job that sends mail, and by the issue of the letter.
        _Unoffered("send", _("Gửi"), (WAITING, FAILED), SENT, who=editors),
        _Unoffered("fail", _("Gửi lỗi"), (WAITING,), FAILED, who=editors),
        _OfNotice(
            "call",
            _("Ghi đã báo qua điện thoại"),
            (WAITING, FAILED),
            SENT,
            who=editors,
            needs=("note",),
            icon="message-2",
        ),
        _OfNotice(
            "read",
            _("Đã đọc thông báo"),
            (WAITING, SENT, FAILED),
            SEEN,
            who=is_informed | editors,
            icon="eye",
        ),
        _OfNotice(
            "answer",
            _("Trả lời, báo số còn giữ"),
            (WAITING, SENT, FAILED, SEEN, ANSWERED),
            ANSWERED,
            who=is_informed | editors,
            inputs=(_answer,),
            fields={
                "counted": TextField(
                    _("số còn giữ đếm được"),
                    help_text=_("Mỗi lô một dòng: ghi số sau dấu hai chấm. Hết hàng thì ghi 0."),
                )
            },
            needs=("counted",),
            icon="check",
        ),
    ),
)
