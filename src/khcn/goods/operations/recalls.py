"""The steps of a recall: its scope is frozen, goods are stopped, holders are informed, and it ends with numbers that balance."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.goods.enums import RecallStart
from khcn.goods.models import GoodsRecall, RecallNoticeLot, RecallStock
from khcn.goods.operations.outbox.changes import paths_changed
from khcn.goods.operations.recall_beginnings import thing_named_by
from khcn.goods.operations.recall_decisions import LONGEST_NAME, refuse_end_of_decision
from khcn.goods.operations.recall_events import authority, capture_recall
from khcn.goods.operations.recall_notices import end_notices, make_notices
from khcn.goods.operations.recall_numbers import lost_on_the_way, number_in_words
from khcn.goods.operations.recall_scope import reached_by
from khcn.goods.operations.recall_stocks import (
    changes,
    in_words,
    latest_stocks,
    not_counted,
    store_run,
    why_nothing,
)
from khcn.goods.queries.recalled_lots import still_reached
from khcn.goods.workflow import ANSWERED, CLOSED, OPENED, PAUSED, RECALL_FLOW, RECALLED, STOPPING
from khcn.kernel.actors import acting
from khcn.kernel.past_days import PastDayWriter, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workflow.engine import fire, why_not

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_NAMED: Final = 5  # rows in a message
_ASKED: Final = {
    RecallStart.LOT: ("lot",),
    RecallStart.PLACE: ("location", "since_on", "until_on"),
    RecallStart.ITEM: ("item", "since_on", "until_on"),
    RecallStart.CODE: ("identifier",),
}


class RecallWriter(PastDayWriter):
    """A recall begins with something; what it began with stays once its scope is frozen."""

    def __init__(self) -> None:
        super().__init__("opened_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` where it is not written with what the recall begins."""
        recall = write.record
        for name in _ASKED[RecallStart(recall.begins_with)]:
            if getattr(recall, name) in (None, ""):
                text = _("Hãy ghi ô này: đợt thu hồi truy từ đây.")
                raise Refused.about(text, name, code="no_beginning")
        if recall.begins_with == RecallStart.CODE and thing_named_by(recall) is None:
            text = _(
                "Không đọc được mã này, hoặc chữ số kiểm tra ở cuối mã sai. Hãy ghi địa chỉ trong mã QR, (01)…(10)…, hoặc các chữ số dưới mã vạch."
            )
            raise Refused.about(text, "identifier", code="unread_code")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that has reached nothing is deleted."""
        if record.state != OPENED:
            raise Refused(_("Đợt thu hồi đã chốt phạm vi nên không xóa được."), code="scoped")


def scoped_recalls(keys: Collection[int]) -> set[int]:
    """Those of some recalls whose scope is frozen."""
    return set(GoodsRecall.objects.filter(pk__in=keys).exclude(state=OPENED).values_list("pk", flat=True))


# ------------------------------------------------------------------------------------------ scope


def scope_recall(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """Freeze what the recall reaches now. Raises ``Refused`` where that is nothing."""
    reached = reached_by(recall)
    if not any(lot.by_party or lot.named_only for lot in reached.lots):
        if rows := not_counted(reached):
            text = _("Chưa rõ lô nào bị ảnh hưởng. %(rows)s") % {"rows": " ".join(rows[:_NAMED])}
            raise Refused(text, code="no_lot_known")
        raise Refused(why_nothing(reached), code="nothing")
    with transaction.atomic(), acting(actor):
        store_run(recall, reached, 1)
        write_step(recall, actor=actor, scoped_on=on, **in_words(reached))
    return recall


def why_not_reviewed(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why the scope is not looked at again; "" where it may be."""
    if recall.state == OPENED:
        return _("Chưa chốt phạm vi.")
    return _("Đợt thu hồi đã kết thúc.") if recall.ended_on is not None else ""


def review_recall(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """Look what the recall reaches now: what differs from before is stored beside it, and who is new is informed."""
    reached = reached_by(recall)
    run = (recall.stocks.aggregate(last=Max("run"))["last"] or 0) + 1
    before = _paths(recall)
    with transaction.atomic(), acting(actor):
        store_run(recall, reached, run)
        write_step(recall, actor=actor, **in_words(reached))
        if recall.state == RECALLED:
            make_notices(recall, on=on)
            if not recall.is_drill:
                after = _paths(recall)
                _set_recalled(recall, after - before)
                _end_recalled(recall, before - after)
                paths_changed(before ^ after, on=on)
    return recall


# ------------------------------------------------------------------------------------------ holders are informed


def why_not_recalled(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why a recall does not begin; "" where it may: it rests on a decision, and somebody else than who prepared it approves it."""
    if recall.is_drill:
        return _("Đây là diễn tập: bấm “Phát thông báo diễn tập”.")
    if why := _why_not_step("recall", recall, actor=actor, on=on):
        return why
    if authority() is None:
        return _("Chưa có cơ sở tham gia truy xuất nào là cơ quan quản lý. Ghi Sở vào danh sách đó trước.")
    if recall.submitted_on is None:
        return _(
            "Chưa có quyết định thu hồi. Chuyên viên ghi số, ngày, người ký bằng “Trình quyết định thu hồi”."
        )
    if recall.submitter is not None and recall.submitter == actor.user_id:
        return _("Bạn đã trình quyết định này nên người khác duyệt: lãnh đạo phòng hoặc lãnh đạo Sở.")
    return ""


def why_no_drill(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why holders are not informed of a drill; "" where they may be."""
    if not recall.is_drill:
        return _("Đây là thu hồi thật: trình quyết định, rồi lãnh đạo duyệt.")
    return _why_not_step("drill", recall, actor=actor, on=on)


def issue_recall(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """Approve a recall: inform all who had the goods, and the public pages say so from now on."""
    with transaction.atomic(), acting(actor):
        fire(RECALL_FLOW, recall, "recall", actor=actor, on=on)
        write_step(recall, actor=actor, recalled_on=on, approved_by=actor.label[:LONGEST_NAME])
        make_notices(recall, on=on)
        paths = _paths(recall)
        _set_recalled(recall, paths)
        paths_changed(paths, on=on)
    return recall


def issue_drill(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """Inform all who had the goods of a drill; nothing else happens."""
    with transaction.atomic(), acting(actor):
        fire(RECALL_FLOW, recall, "drill", actor=actor, on=on)
        write_step(recall, actor=actor, recalled_on=on)
        make_notices(recall, on=on)
    return recall


def why_not_lifted(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why a recall is not ended before its goods are gone; "" where it may be: by the word of somebody else than who prepared it, as it began."""
    if why := _why_not_step("lift_recall", recall, actor=actor, on=on):
        return why
    if recall.submitter is not None and recall.submitter == actor.user_id:
        return _(
            "Bạn đã trình quyết định thu hồi nên người khác duyệt chấm dứt: lãnh đạo phòng hoặc lãnh đạo Sở."
        )
    return ""


def lift_by_decision(
    *, recall: GoodsRecall, reason: str, actor: Actor, on: date, **decision: Any
) -> GoodsRecall:
    """Approve that a recall ends by a decision, as its goods are fit for use. Raises ``Refused`` for days that cannot be."""
    refuse_end_of_decision(recall, decision["lift_decided_on"], on)
    with transaction.atomic(), acting(actor):
        fire(RECALL_FLOW, recall, "lift_recall", actor=actor, on=on, note=reason)
        number = decision["lift_number"].strip()
        write_step(
            recall, actor=actor, **decision | {"lift_number": number}, lifted_by=actor.label[:LONGEST_NAME]
        )
        return lift_recall(recall=recall, reason=reason, actor=actor, on=on)


def lift_recall(*, recall: GoodsRecall, reason: str, actor: Actor, on: date) -> GoodsRecall:
    """The goods were found fit for use: nothing is stopped any more, and the public pages say nothing of it."""
    with transaction.atomic(), acting(actor, reason):
        if recall.recalled_on is not None and not recall.is_drill:
            paths = _paths(recall)
            _end_recalled(recall, paths)
            paths_changed(paths, on=on)
        write_step(recall, actor=actor, reason=reason, ended_on=on)
        end_notices(recall, _endings(recall, set(), on), actor=actor, on=on)
    return recall


@in_vietnamese
def _endings(recall: GoodsRecall, stopped: Collection[str], on: date) -> dict[str, str]:
    """What who was informed of a lot learns at the end, by the paths of the lots; `stopped` are those that go nowhere still."""
    paths = set(recall.notices.values_list("lots__lot_path", flat=True))
    others = stopped_lots(paths, besides=recall)
    words = {"day": format_date(on), "code": recall.code}
    if recall.is_drill:
        text = _(
            "Đợt DIỄN TẬP thu hồi này đã kết thúc ngày %(day)s. Diễn tập không đổi gì ở việc giao, bán, dùng lô hàng."
        )
    else:
        text = _("Đợt thu hồi này đã hết ngày %(day)s. Lô hàng giao, bán, dùng lại được.")
    ended = _(
        "Đợt thu hồi này đã kết thúc ngày %(day)s, số liệu đã khớp. Lô hàng vẫn không được giao, bán, dùng."
    )
    still = _("Đợt thu hồi này đã hết ngày %(day)s, nhưng lô hàng còn bị dừng theo đợt khác.")
    found = {}
    for path in paths:
        if path in stopped:
            found[path] = ended % words
        elif path in others:
            first = text if recall.is_drill else still
            found[path] = f"{first % words} {stopped_in_words(others[path])}"
        else:
            found[path] = text % words
    return found


def _set_recalled(recall: GoodsRecall, paths: Collection[str]) -> None:
    if paths:
        capture_recall(recall, sorted(paths), is_set=True)


def _end_recalled(recall: GoodsRecall, paths: Collection[str]) -> None:
    """End the recall of some lots, except those that another recall has reached too: all of them are by one authority."""
    others = RecallStock.objects.filter(
        lot_path__in=paths, recall__state__in=(RECALLED, CLOSED), recall__is_drill=False
    ).exclude(recall=recall)
    if alone := sorted({*paths} - {each.lot_path for each in still_reached(others)}):
        capture_recall(recall, alone, is_set=False)


def _paths(recall: GoodsRecall) -> set[str]:
    """The lots that are in the chain of a recall still."""
    return {each.lot_path for each in still_reached(recall.stocks.all())}


def stopped_lots(paths: Iterable[str], *, besides: GoodsRecall | None = None) -> Mapping[str, GoodsRecall]:
    """Of lots, by the paths of their pages, the recall that has stopped them, if need be `besides` one: of several the first one."""
    rows = RecallStock.objects.filter(
        lot_path__in=set(paths), recall__state__in=(*STOPPING, CLOSED), recall__is_drill=False
    ).exclude(recall=besides)
    in_order = sorted(
        still_reached(rows),
        key=lambda each: (stopped_since(each.recall), each.recall_id),
        reverse=True,
    )
    return {each.lot_path: each.recall for each in in_order}


def stopped_since(recall: GoodsRecall) -> date:
    """From which day on the goods of a recall go nowhere."""
    return recall.paused_on or recall.recalled_on or recall.opened_on


def stopped_in_words(recall: GoodsRecall) -> str:
    """Why goods of a recall go nowhere."""
    words = {"code": recall.code, "day": format_date(stopped_since(recall))}
    if recall.state == PAUSED:
        return (
            _("Lô đang bị tạm giữ từ ngày %(day)s (đợt %(code)s). Không giao, bán, dùng; hãy chờ Sở.") % words
        )
    if recall.state == RECALLED:
        text = _(
            "Lô bị thu hồi từ ngày %(day)s (đợt %(code)s). Không giao, bán, dùng; chỉ tiêu hủy, hoặc giao trả nơi làm ra hay bên đã giao "
            "lô này cho mình."
        )
        return text % words
    return _("Lô bị thu hồi từ ngày %(day)s (đợt %(code)s). Không giao, bán, dùng; chỉ tiêu hủy.") % words


# ------------------------------------------------------------------------------------------ the end


def why_not_closed(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why a recall is not over: who has not answered, and where numbers do not balance."""
    if why := _why_not_step("close", recall, actor=actor, on=on):
        return why
    paths = _paths(recall)
    stored = (
        RecallNoticeLot.objects.filter(notice__recall=recall).select_related("notice__party").order_by("pk")
    )
    # of a lot that is in the chain no more nothing is asked
    lots = [each for each in stored if each.lot_path in paths]
    if unanswered := {each.notice_id for each in lots if each.notice.state != ANSWERED}:
        return _("Còn %(count)d thông báo chưa được trả lời.") % {"count": len(unanswered)}
    stocks = latest_stocks(recall)
    wrong = [
        _("%(holder)s, lô %(lot)s: đếm được %(counted)s, theo nhật ký %(expected)s")
        % {
            "holder": row.holder,
            "lot": row.lot_number,
            "counted": number_in_words(lot.counted or Decimal(0)),
            "expected": number_in_words(row.remaining),
        }
        for lot in lots
        if (row := stocks.get((lot.lot_path, lot.notice.party.gln))) is not None
        and row.remaining != (lot.counted or 0)
    ]
    if wrong:
        return _("Số lượng chưa khớp: %(rows)s.") % {"rows": "; ".join(wrong[:_NAMED])}
    return _why_on_the_way(stocks.values()) or _why_remaining(recall, stocks.values())


def _why_on_the_way(stocks: Collection[RecallStock]) -> str:
    sums: dict[str, Decimal] = {}
    names = {}
    for row in stocks:
        sums[row.lot_path] = sums.get(row.lot_path, Decimal(0)) + row.sent - row.received
        names[row.lot_path] = f"{row.lot_name} {row.lot_number}"
    lost = lost_on_the_way({row.lot_path: row.unit for row in stocks})
    for path, amount in sums.items():
        if amount != lost.get(path, 0):
            return _("%(lot)s: còn %(amount)s đang trên đường, chưa bên nào xác nhận nhận.") % {
                "lot": names[path],
                "amount": number_in_words(amount - lost.get(path, Decimal(0))),
            }
    return ""


def _why_remaining(recall: GoodsRecall, stocks: Collection[RecallStock]) -> str:
    if recall.is_drill:
        return ""
    left = [row for row in stocks if row.remaining]
    if not left:
        return ""
    rows = "; ".join(
        f"{row.holder} {number_in_words(row.remaining)} {row.get_unit_display()}" for row in left[:_NAMED]
    )
    return _("Hàng còn chưa tiêu hủy hoặc trả về: %(rows)s.") % {"rows": rows}


def close_recall(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """The recall is over. Raises ``Refused`` where the event repository has other numbers by now."""
    if changes(recall, reached_by(recall), 0):
        raise Refused(
            _("Nhật ký đã có số liệu mới. Bấm “Rà lại phạm vi”, đối chiếu rồi kết thúc."), code="new_numbers"
        )
    with transaction.atomic(), acting(actor):
        fire(RECALL_FLOW, recall, "close", actor=actor, on=on)
        write_step(recall, actor=actor, ended_on=on, timing=_timing(recall))
        stopped = set() if recall.is_drill else _paths(recall)
        end_notices(recall, _endings(recall, stopped, on), actor=actor, on=on)
    return recall


def _why_not_step(name: str, recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why the state of a recall does not allow a step; "" where it does."""
    return why_not(RECALL_FLOW, RECALL_FLOW.by_name[name], recall, actor=actor, on=on)


def _timing(recall: GoodsRecall) -> str:
    """How long each part took, from the hours at which it was written."""
    began: datetime = recall.created_at
    stocks = recall.stocks.filter(run=1).aggregate(at=Max("created_at"))["at"]
    notices = recall.notices.aggregate(first=Max("created_at"), last=Max("updated_at"))
    lines = [
        _("Mở lúc %(at)s.") % {"at": f"{timezone.localtime(began):%H:%M %d/%m/%Y}"},
        _("Chốt phạm vi sau %(minutes)s phút.") % {"minutes": _minutes(began, stocks)},
    ]
    if notices["first"] is not None:
        lines += [
            _("Phát thông báo sau %(minutes)s phút.") % {"minutes": _minutes(began, notices["first"])},
            _("Bên cuối cùng trả lời sau %(minutes)s phút.") % {"minutes": _minutes(began, notices["last"])},
        ]
    return "\n".join(lines)


def _minutes(began: datetime, ended: datetime) -> str:
    return number_in_words(Decimal(round((ended - began).total_seconds() / 60, 1)))
