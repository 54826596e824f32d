"""The steps of a request of a person: received, answered, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from khcn.kernel.actors import Actor

RECEIVED, ANSWERED, DONE = "received", "answered", "done"


def why_not_extend(request: Any, *, actor: Actor, on: date) -> str:
    """A request is extended once."""
    return gettext("Yêu cầu đã gia hạn một lần.") if request.extended_to else ""


DATA_REQUEST_FLOW = Workflow(
    "data_request",
    _("Yêu cầu của chủ thể dữ liệu"),
    states=(
        State(RECEIVED, _("mới nhận"), Category.OPEN, initial=True),
        State(ANSWERED, _("đã trả lời, đang thực hiện"), Category.OPEN),
        State(DONE, _("đã thực hiện"), Category.DONE, final=True),
        State("refused", _("từ chối"), Category.ENDED_EARLY, final=True),
        State("withdrawn", _("người yêu cầu đã rút"), Category.ENDED_EARLY, final=True),
    ),
    transitions=(
        Transition(
            "answer",
            _("Trả lời người yêu cầu"),
            (RECEIVED,),
            ANSWERED,
            inputs=(Section(_("Trả lời"), "answered_on", "answer"),),
            inputs_model="privacy.DataRequest",
            needs=("answered_on", "answer"),
            dated_by="answered_on",
            icon="send",
        ),
        Transition(
            "extend",
            _("Gia hạn một lần"),
            (ANSWERED,),
            ANSWERED,
            guard=why_not_extend,
            inputs=(Section(_("Gia hạn"), "extended_to"),),
            inputs_model="privacy.DataRequest",
            needs=("extended_to", "note"),
            icon="calendar-event",
        ),
        Transition(
            "carry_out",
            _("Ghi đã thực hiện"),
            (ANSWERED,),
            DONE,
            inputs=(Section(_("Kết quả"), "closed_on", "result"),),
            inputs_model="privacy.DataRequest",
            needs=("closed_on", "result"),
            dated_by="closed_on",
            icon="check",
        ),
        Transition(
            "refuse",
            _("Từ chối yêu cầu"),
            (RECEIVED, ANSWERED),
            "refused",
            inputs=(Section(_("Từ chối"), "closed_on"),),
            inputs_model="privacy.DataRequest",
            needs=("closed_on", "note"),
            dated_by="closed_on",
            icon="x",
        ),
        Transition(
            "withdraw",
            _("Người yêu cầu rút"),
            (RECEIVED, ANSWERED),
            "withdrawn",
            inputs=(Section(_("Rút yêu cầu"), "closed_on"),),
            inputs_model="privacy.DataRequest",
            needs=("closed_on", "note"),
            dated_by="closed_on",
            icon="arrow-back-up",
        ),
    ),
)
