"""The steps of a recall: its scope is frozen, goods are stopped, holders are informed, and it ends with numbers that balance."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.goods.enums import RecallStart
from khcn.goods.models import GoodsRecall, RecallStock
from khcn.goods.operations.recall_events import authority, capture_recall
from khcn.goods.operations.recall_notices import make_notices
from khcn.goods.operations.recall_numbers import (
    amount_in_words,
    balance_in_words,
    lost_on_the_way,
    number_in_words,
)
from khcn.goods.operations.recall_scope import reached_by
from khcn.goods.workflow import ANSWERED, CLOSED, OPENED, PAUSED, RECALL_FLOW, RECALLED, STOPPING
from khcn.kernel.actors import acting
from khcn.kernel.past_days import PastDayWriter, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire, why_not

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

    from khcn.goods.operations.recall_scope import AffectedLot, Amounts, Reached
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.trace.models import TraceParty

_NAMED: Final = 5  # rows in a message
_AMOUNTS: Final = ("made", "received", "sent", "used", "sold", "destroyed", "remaining")
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
        if rows := _not_counted(reached):
            text = _("Chưa rõ lô nào bị ảnh hưởng. %(rows)s") % {"rows": " ".join(rows[:_NAMED])}
            raise Refused(text, code="no_lot_known")
        raise Refused(_("Không có sự kiện truy xuất nào nêu hàng này."), code="nothing")
    with transaction.atomic(), acting(actor):
        _store_run(recall, reached, 1)
        write_step(recall, actor=actor, scoped_on=on, **_in_words(reached))
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
    with transaction.atomic(), acting(actor):
        added = _store_run(recall, reached, run)
        write_step(recall, actor=actor, **_in_words(reached))
        if recall.state == RECALLED:
            make_notices(recall, on=on)
            if not recall.is_drill and (paths := {each.lot_path for each in added}):
                before = recall.stocks.filter(run__lt=run).values_list("lot_path", flat=True)
                if new := sorted(paths - set(before)):
                    capture_recall(recall, new, is_set=True)
    return recall


def latest_stocks(recall: GoodsRecall) -> dict[tuple[str, str], RecallStock]:
    """Of each lot and party the row of the last run that has one."""
    return {(each.lot_path, each.gln): each for each in recall.stocks.order_by("run", "pk")}


def _store_run(recall: GoodsRecall, reached: Reached, run: int) -> list[RecallStock]:
    before = latest_stocks(recall)
    made = []
    for lot in reached.lots:
        for gln in sorted({*lot.by_party, *lot.named_only, *lot.unconfirmed}):
            row = _row(recall, lot, gln, reached.parties.get(gln), run)
            old = before.get((row.lot_path, gln))
            if old is None and before:
                row.difference = _("mới so với lần trước")
            elif old is not None:
                row.difference = _difference(old, row)
                if not row.difference:
                    continue
            row.full_clean()
            row.save()
            made.append(row)
    return made


def _row(recall: GoodsRecall, lot: AffectedLot, gln: str, party: TraceParty | None, run: int) -> RecallStock:
    organisation = party.organisation if party is not None else None
    contact = [
        *((organisation.phone, organisation.email, organisation.address) if organisation is not None else ()),
        party.address if party is not None and organisation is None else "",
    ]
    row = RecallStock(
        recall=recall,
        run=run,
        lot_path=lot.path[:200],
        lot_name=lot.name[:280],
        lot_number=lot.number,
        steps=lot.steps,
        party=party,
        gln=gln[:100],
        holder=party.name if party is not None else gln[:300],
        contact="; ".join(each for each in contact if each)[:400],
        unit=lot.unit,
        is_gap=gln not in lot.by_party,
    )
    if gln in lot.by_party:
        _put(row, lot.by_party[gln])
    return row


def _put(row: RecallStock, amounts: Amounts) -> None:
    for name in _AMOUNTS:
        setattr(row, name, getattr(amounts, name).quantize(Decimal("0.001")))


def _difference(old: RecallStock, new: RecallStock) -> str:
    parts = [
        f"{_label_of(new, name)} {number_in_words(getattr(old, name))} → {number_in_words(getattr(new, name))}"
        for name in _AMOUNTS
        if getattr(old, name) != getattr(new, name)
    ]
    if old.is_gap != new.is_gap:
        parts.append(_("đã báo nhận") if old.is_gap else _("chưa rõ"))
    return "; ".join(parts)[:300]


def _label_of(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def _in_words(reached: Reached) -> dict[str, str]:
    gaps = [
        _("%(lot)s: %(party)s được nêu là bên nhận mà chưa báo gì.")
        % {"lot": f"{lot.name} {lot.number}", "party": _party_name(reached, gln)}
        for lot in reached.lots
        for gln in sorted(lot.named_only)
    ]
    gaps += [
        _("%(lot)s: báo cáo của %(party)s chưa được xác nhận trong chuỗi.")
        % {"lot": f"{lot.name} {lot.number}", "party": _party_name(reached, gln)}
        for lot in reached.lots
        for gln in sorted(lot.unconfirmed)
    ]
    gaps += _not_counted(reached)
    if not reached.is_whole:
        gaps.append(_("Có quá nhiều sự kiện nên có thể còn thiếu lô, bên giữ hoặc số lượng."))
    return {
        "balance": "\n".join(balance_in_words(lot) for lot in reached.lots if lot.by_party),
        "gaps": "\n".join(gaps),
    }


def _not_counted(reached: Reached) -> list[str]:
    """Quantities that are in no sum, in words: those of another unit than the lot, and those of objects whose lot is not known."""
    other_unit = _(
        "%(lot)s: %(party)s ghi %(column)s %(amount)s, khác đơn vị tính của lô nên không cộng vào."
    )
    no_lot = _("%(lot)s: %(party)s ghi %(column)s %(amount)s, chưa rõ lô nên không thuộc phạm vi.")
    unconfirmed = _("%(lot)s: %(party)s có ghi hàng chưa rõ lô, chưa được xác nhận trong chuỗi.")
    rows = [(other_unit, lot, each) for lot in reached.lots for each in lot.not_summed]
    rows += [(no_lot, lot, each) for lot in reached.without_lot for each in lot.moved]
    return [
        text
        % {
            "lot": f"{lot.name} {lot.number}".rstrip(),
            "party": _party_name(reached, each.party),
            "column": _label_of(RecallStock, each.column),
            "amount": amount_in_words(each.quantity, each.uom),
        }
        for text, lot, each in rows
    ] + [
        unconfirmed % {"lot": lot.name, "party": _party_name(reached, gln)}
        for lot in reached.without_lot
        for gln in sorted(lot.unconfirmed)
    ]


def _party_name(reached: Reached, gln: str) -> str:
    party = reached.parties.get(gln)
    return gln if party is None else party.name


# ------------------------------------------------------------------------------------------ goods are stopped


def why_not_paused(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why goods are not stopped; "" where they may be."""
    if why := _why_not_step("pause", recall, actor=actor, on=on):
        return why
    return _("Diễn tập không giữ hàng của ai.") if recall.is_drill else ""


def pause_recall(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """The goods stay where they are while it is found out what is wrong with them."""
    with transaction.atomic(), acting(actor):
        fire(RECALL_FLOW, recall, "pause", actor=actor, on=on)
        write_step(recall, actor=actor, paused_on=on)
    return recall


def why_not_recalled(recall: GoodsRecall, *, actor: Actor, on: date) -> str:
    """Why holders are not informed; "" where they may be."""
    if why := _why_not_step("recall", recall, actor=actor, on=on):
        return why
    if not recall.is_drill and authority() is None:
        return _("Chưa có cơ sở tham gia truy xuất nào là cơ quan quản lý. Ghi Sở vào danh sách đó trước.")
    return ""


def issue_recall(*, recall: GoodsRecall, actor: Actor, on: date) -> GoodsRecall:
    """Inform all who had the goods; where it is no drill, the public pages say so from now on."""
    with transaction.atomic(), acting(actor):
        fire(RECALL_FLOW, recall, "recall", actor=actor, on=on)
        write_step(recall, actor=actor, recalled_on=on)
        make_notices(recall, on=on)
        if not recall.is_drill:
            capture_recall(recall, _paths(recall), is_set=True)
    return recall


def lift_recall(*, recall: GoodsRecall, reason: str, actor: Actor, on: date) -> GoodsRecall:
    """The goods were found fit for use: nothing is stopped any more, and the public pages say nothing of it."""
    with transaction.atomic(), acting(actor, reason):
        if recall.recalled_on is not None and not recall.is_drill:
            capture_recall(recall, _paths(recall), is_set=False)
        write_step(recall, actor=actor, reason=reason, ended_on=on)
    return recall


def _paths(recall: GoodsRecall) -> list[str]:
    return sorted(set(recall.stocks.values_list("lot_path", flat=True)))


def stopped_lots(paths: Iterable[str]) -> Mapping[str, GoodsRecall]:
    """Of lots, by the paths of their pages, the recall that has stopped them."""
    rows = RecallStock.objects.filter(
        lot_path__in=set(paths), recall__state__in=(*STOPPING, CLOSED), recall__is_drill=False
    )
    return {each.lot_path: each.recall for each in rows.select_related("recall").order_by("recall", "pk")}


def stopped_since(recall: GoodsRecall) -> date | None:
    """From which day on the goods of a recall go nowhere."""
    return recall.paused_on or recall.recalled_on


def stopped_in_words(recall: GoodsRecall) -> str:
    """Why goods of a recall go nowhere."""
    day = stopped_since(recall)
    words = {"code": recall.code, "day": format_date(day) if day else ""}
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
    open_notices = recall.notices.exclude(state=ANSWERED).count()
    if open_notices:
        return _("Còn %(count)d thông báo chưa được trả lời.") % {"count": open_notices}
    stocks = latest_stocks(recall)
    wrong = [
        _("%(holder)s, lô %(lot)s: đếm được %(counted)s, theo nhật ký %(expected)s")
        % {
            "holder": row.holder,
            "lot": row.lot_number,
            "counted": number_in_words(notice.counted or Decimal(0)),
            "expected": number_in_words(row.remaining),
        }
        for notice in recall.notices.select_related("party").order_by("pk")
        if (row := stocks.get((notice.lot_path, notice.party.gln))) is not None
        and row.remaining != (notice.counted or 0)
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
    stocks = latest_stocks(recall)
    reached = reached_by(recall)
    for lot in reached.lots:
        for gln in {*lot.by_party, *lot.named_only, *lot.unconfirmed}:
            row = _row(recall, lot, gln, reached.parties.get(gln), 0)
            old = stocks.get((row.lot_path, row.gln))
            if old is None or _difference(old, row):
                raise Refused(
                    _("Nhật ký đã có số liệu mới. Bấm “Rà lại phạm vi”, đối chiếu rồi kết thúc."),
                    code="new_numbers",
                )
    with transaction.atomic(), acting(actor):
        fire(RECALL_FLOW, recall, "close", actor=actor, on=on)
        write_step(recall, actor=actor, ended_on=on, timing=_timing(recall))
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
