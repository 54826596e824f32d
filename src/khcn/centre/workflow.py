"""The way of a service order and of a consulting contract."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.centre.rules import centre_head, centre_staff
from khcn.kernel.fields.sections import Section
from khcn.kernel.workflow import Category, State, Transition, Workflow

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

SERVICE_TERM: Final = "centre.service"
RECEIVED, FINISHED, RETURNED, CANCELLED = "received", "finished", "returned", "cancelled"


def why_not_cancelled(order: Any, *, actor: Actor, on: date) -> str:
    """Why an order is not cancelled: figures count its results; "" while it has none."""
    if order.items.filter(results__isnull=False).exists() or order.verifications.exists():
        return gettext("Phiếu đã có kết quả nên không hủy được. Xóa kết quả, lượt kiểm định ghi nhầm trước.")
    return ""


Step = partial(Transition, who=centre_staff)
TakenBack = partial(Transition, who=centre_head, needs=("note",), icon="arrow-back-up")

ORDER_FLOW = Workflow(
    "centre_service_order",
    _("Phiếu yêu cầu dịch vụ"),
    starts=SERVICE_TERM,
    states=(
        State(RECEIVED, _("đã tiếp nhận, đang làm"), Category.OPEN, initial=True),
        State(FINISHED, _("đã làm xong, chờ trả"), Category.OPEN),
        State(RETURNED, _("đã trả khách hàng"), Category.DONE),
        State(CANCELLED, _("đã hủy"), Category.ENDED_EARLY),
    ),
    transitions=(
        Step(
            "finish",
            _("Ghi đã làm xong"),
            (RECEIVED,),
            FINISHED,
            inputs=(Section(_("Làm xong"), "finished_on"),),
            inputs_model="centre.ServiceOrder",
            needs=("finished_on",),
            dated_by="finished_on",
            ends=SERVICE_TERM,
            importable=True,
            icon="clipboard-check",
        ),
        Step(
            "hand_over",
            _("Trả khách hàng"),
            (FINISHED,),
            RETURNED,
            inputs=(Section(_("Trả khách hàng"), "returned_on"),),
            inputs_model="centre.ServiceOrder",
            needs=("returned_on",),
            dated_by="returned_on",
            importable=True,
            icon="package-export",
        ),
        Step(
            "cancel",
            _("Hủy theo đề nghị"),
            (RECEIVED,),
            CANCELLED,
            needs=("note",),
            guard=why_not_cancelled,
            ends=SERVICE_TERM,
            icon="x",
        ),
        # What was entered by a slip: each step is entered again with its day.
        TakenBack("take_back_return", _("Bỏ ghi trả khách hàng"), (RETURNED,), FINISHED),
        TakenBack("take_back_finish", _("Bỏ ghi đã làm xong"), (FINISHED,), RECEIVED, reopens=SERVICE_TERM),
        TakenBack("take_up_again", _("Nhận lại phiếu đã hủy"), (CANCELLED,), RECEIVED, reopens=SERVICE_TERM),
    ),
)

IN_FORCE, LIQUIDATED, ENDED = "in_force", "liquidated", "ended"

CONTRACT_FLOW = Workflow(
    "centre_consulting_contract",
    _("Hợp đồng tư vấn"),
    states=(
        State(IN_FORCE, _("đang thực hiện"), Category.OPEN, initial=True),
        State(LIQUIDATED, _("đã thanh lý"), Category.DONE),
        State(ENDED, _("đã chấm dứt"), Category.ENDED_EARLY),
    ),
    transitions=(
        Transition(
            "liquidate",
            _("Ghi thanh lý"),
            (IN_FORCE,),
            LIQUIDATED,
            who=centre_staff,
            inputs=(Section(_("Thanh lý hợp đồng"), "ended_on"),),
            inputs_model="centre.ConsultingContract",
            needs=("ended_on",),
            dated_by="ended_on",
            importable=True,
            icon="file-check",
        ),
        Transition(
            "terminate",
            _("Chấm dứt trước hạn"),
            (IN_FORCE,),
            ENDED,
            who=centre_head,
            inputs=(Section(_("Chấm dứt hợp đồng"), "ended_on"),),
            inputs_model="centre.ConsultingContract",
            needs=("ended_on", "note"),
            dated_by="ended_on",
            icon="circle-x",
        ),
        # An end that was entered by a slip.
        TakenBack("take_back", _("Bỏ ghi thanh lý, chấm dứt"), (LIQUIDATED, ENDED), IN_FORCE),
    ),
)
