"""Goods of a recall are stopped in a hurry, and the decision on which the recall rests is submitted: both wait for who answers for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.models import GoodsRecall
from khcn.goods.operations.decision_words import as_cited
from khcn.goods.rules import approvers
from khcn.goods.workflow import PAUSED, RECALL_FLOW, RECALLED, SCOPED
from khcn.kernel.actors import acting
from khcn.kernel.past_days import refuse_to_come, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire, why_not

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

DECISION: Final = (
    "decision_number",
    "decided_on",
    "decision_issuer",
    "decision_signer",
    "legal_basis",
    "finish_by",
)
"""What a recall by the authority says of the decision on which it rests."""
LIFTING: Final = ("lift_number", "lift_decided_on")
"""What the end of a recall before its goods are gone says of the decision on which it rests."""
_LAW: Final = "Điều 55 Luật An toàn thực phẩm số 55/2010/QH12"
LONGEST_NAME: Final = 150


def why_not_paused(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why goods are not stopped; "" where they may be."""
    if recall.is_drill:
        return _("Diễn tập không giữ hàng của ai.")
    return why_not(RECALL_FLOW, RECALL_FLOW.by_name["pause"], recall, actor=actor, on=on)


def pause_recall(*, recall: GoodsRecall, reason: str, actor: Actor, on: date) -> GoodsRecall:
    """The goods stay where they are while it is found out what is wrong with them; who may approve that has done so with it."""
    approved = _approval(actor, on) if approvers.test(actor, GoodsRecall) else {}
    with transaction.atomic(), acting(actor, reason):
        fire(RECALL_FLOW, recall, "pause", actor=actor, on=on)
        write_step(
            recall,
            actor=actor,
            reason=reason,
            paused_on=on,
            paused_at=recall.updated_at,  # at which the step was taken
            pause_reason=reason.strip(),
            **approved,
        )
    return recall


def _approval(actor: Actor, on: date) -> dict[str, Any]:
    return {"pause_approved_by": actor.label[:LONGEST_NAME], "pause_approved_on": on}


def why_pause_not_approved(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why there is no stop of goods to approve; "" where there is one."""
    if recall.state != PAUSED:
        return _("Đợt này không đang tạm giữ hàng.")
    if recall.pause_approved_on is not None:
        words = {"who": recall.pause_approved_by, "day": format_date(recall.pause_approved_on)}
        return _("%(who)s đã duyệt việc tạm giữ ngày %(day)s.") % words
    return ""


def approve_pause(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """Somebody who answers for it approves that goods were stopped in a hurry."""
    write_step(recall, actor=actor, **_approval(actor, on))
    return recall


# ------------------------------------------------------------------------------------------ the decision


def why_not_submitted(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why no decision is entered and submitted; "" where it may be: also of a recall that began before decisions were asked for."""
    if recall.is_drill:
        return _("Diễn tập không cần quyết định thu hồi.")
    if recall.state == RECALLED and not recall.decision_number:
        return ""
    if recall.state not in {SCOPED, PAUSED}:
        return _("Chỉ trình quyết định sau khi chốt phạm vi và trước khi phát thông báo thu hồi.")
    if recall.submitter is not None and recall.submitter != actor.user_id:
        text = _(
            "%(who)s đã trình quyết định này, đang chờ duyệt. Ghi sai thì chính %(who)s trình lại; người khác chỉ duyệt. Nếu không còn trình "
            "lại được thì chấm dứt đợt này và lập đợt khác."
        )
        return text % {"who": recall.submitted_by}
    return ""


def refuse_end_of_decision(recall: GoodsRecall, day: date, on: date) -> None:
    """Raise ``Refused`` for a decision that ends a recall before it began, or on a day that has not come."""
    refuse_to_come(day, "lift_decided_on", on)
    if recall.recalled_on is not None and day < recall.recalled_on:
        text = _("Quyết định chấm dứt ký trước ngày thu hồi, %(day)s. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(recall.recalled_on)}, "lift_decided_on", code="order")


def decision_to_begin_with(recall: GoodsRecall, *, actor: Actor, on: date) -> dict[str, Any]:
    """What the dialog begins with: what was submitted before, else the law on which recalls of food rest."""
    stored = {name: getattr(recall, name) for name in DECISION if getattr(recall, name)}
    return {"decision_issuer": "Sở Khoa học và Công nghệ", "legal_basis": _LAW, **stored}


def submit_decision(*, recall: GoodsRecall, actor: Actor, on: date, **decision: Any) -> GoodsRecall:
    """Enter the decision on which the recall rests; somebody else starts it. Raises ``Refused`` for days that cannot be."""
    refuse_to_come(decision["decided_on"], "decided_on", on)
    if decision["decided_on"] < recall.opened_on:
        text = _(
            "Quyết định ký trước ngày mở đợt thu hồi, %(day)s. Hãy xem lại ngày ký; nếu đợt thu hồi mở sớm hơn ngày đã ghi thì sửa “Ngày mở”."
        )
        raise Refused.about(text % {"day": format_date(recall.opened_on)}, "decided_on", code="order")
    if decision["finish_by"] < decision["decided_on"]:
        text = _("Hạn hoàn thành đứng trước ngày quyết định. Hãy xem lại hai ngày.")
        raise Refused.about(text, "finish_by", code="order")
    given = {name: as_cited(name, each) if isinstance(each, str) else each for name, each in decision.items()}
    write_step(
        recall,
        actor=actor,
        submitted_by=actor.label[:LONGEST_NAME],
        submitter=actor.user_id,
        submitted_on=on,
        **given,
    )
    return recall
