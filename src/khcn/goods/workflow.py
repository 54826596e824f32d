"""The steps of goods on their way from one party to another."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from khcn.goods.rules import editors, is_receiver, is_sender
from khcn.kernel.workflow import Category, State, Transition, Workflow

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
