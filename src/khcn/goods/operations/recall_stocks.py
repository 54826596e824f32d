"""Rows of the scope of a recall: what differs from the rows before, what is in the chain still, and the whole in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.goods.models import RecallStock
from khcn.goods.operations.recall_numbers import amount_in_words, balance_in_words, number_in_words
from khcn.goods.operations.recall_scope import NO_LONGER_REPORTED, is_reached
from khcn.goods.queries.recalled_lots import NO_LONGER_REACHED

if TYPE_CHECKING:
    from khcn.goods.models import GoodsRecall
    from khcn.goods.operations.recall_scope import AffectedLot, Amounts, Reached
    from khcn.trace.models import TraceParty

_NAMED: Final = 5  # lots in a message
_AMOUNTS: Final = ("made", "received", "sent", "used", "sold", "destroyed", "remaining")
_SAME: Final = (
    "recall",
    "lot_path",
    "lot_name",
    "lot_number",
    "steps",
    "party",
    "gln",
    "holder",
    "contact",
    "unit",
)


def latest_stocks(recall: GoodsRecall) -> dict[tuple[str, str], RecallStock]:
    """Of each lot and party the row of the last run that has one."""
    return {
        (each.lot_path, each.gln): each
        for each in recall.stocks.select_related("party__organisation").order_by("run", "pk")
    }


def store_run(recall: GoodsRecall, reached: Reached, run: int) -> None:
    """Store what differs from the rows before."""
    for row in changes(recall, reached, run):
        row.full_clean()
        row.save()


def changes(recall: GoodsRecall, reached: Reached, run: int) -> list[RecallStock]:
    """Rows, not stored yet, of what differs from the rows before."""
    before = latest_stocks(recall)
    is_first = not before
    rows = []
    for lot in reached.lots:
        for gln in sorted({*lot.by_party, *lot.named_only, *lot.unconfirmed}):
            row = _row(recall, lot, gln, reached.parties.get(gln), run)
            old = before.pop((row.lot_path, row.gln), None)
            if old is not None and is_reached(old):
                row.difference = _difference(old, row)
            elif not is_first:
                row.difference = _("mới so với lần trước")
            if row.difference or old is None:
                rows.append(row)
    if reached.is_whole:  # else it may have been left out only
        paths = {lot.path for lot in reached.lots}
        for old in before.values():
            difference = NO_LONGER_REPORTED if old.lot_path in paths else NO_LONGER_REACHED
            if old.difference != difference:
                same = {name: getattr(old, name) for name in _SAME}
                rows.append(RecallStock(**same, run=run, difference=difference))
    return rows


def _row(recall: GoodsRecall, lot: AffectedLot, gln: str, party: TraceParty | None, run: int) -> RecallStock:
    organisation = party.organisation if party is not None else None
    contact = [
        *((organisation.phone, organisation.email, organisation.address) if organisation is not None else ()),
        party.address if party is not None and organisation is None else "",
    ]
    row = RecallStock(
        recall=recall,
        run=run,
        lot_path=lot.path,
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


def in_words(reached: Reached) -> dict[str, str]:
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
    gaps += [
        _("%(lot)s: %(party)s có %(count)d sự kiện không ghi số lượng đọc được, nên số của lô còn thiếu.")
        % {"lot": f"{lot.name} {lot.number}", "party": _party_name(reached, gln), "count": count}
        for lot in reached.lots
        for gln, count in sorted(lot.without_quantity.items())
        if count
    ]
    gaps += not_counted(reached)
    gaps += [
        _(
            "%(lot)s: chỉ có báo cáo chưa được xác nhận nói lô này từ hàng này mà ra nên không thuộc phạm vi. Hãy hỏi bên làm ra."
        )
        % {"lot": f"{lot.name} {lot.number}".strip() or lot.path}
        for lot in reached.reported_only
    ]
    if not reached.is_whole:
        gaps.append(_("Có quá nhiều sự kiện nên có thể còn thiếu lô, bên giữ hoặc số lượng."))
    balance = [balance_in_words(lot) for lot in reached.lots if lot.by_party]
    if reached.package:
        text = _(
            "Đợt này bắt đầu từ mã của một thùng, kiện (%(code)s): phạm vi là toàn bộ các lô có hàng trong kiện, không riêng phần trong kiện."
        )
        balance.insert(0, text % {"code": reached.package.rpartition("/")[2]})
    return {"balance": "\n".join(balance), "gaps": "\n".join(gaps)}


def why_nothing(reached: Reached) -> str:
    """Why a recall reaches no lot, in words."""
    if reached.reported_only:
        lots = "; ".join(f"{lot.name} {lot.number}".strip() for lot in reached.reported_only[:_NAMED])
        text = _(
            "Chưa xác định được lô nào. Chỉ có báo cáo chưa được xác nhận nói mã này liên quan đến: %(lots)s. Hãy hỏi bên làm ra hoặc bên đóng "
            "kiện, hoặc bắt đầu đợt thu hồi từ lô đó."
        )
        return text % {"lots": lots}
    if reached.package:
        return _("Chưa có sự kiện truy xuất nào cho biết trong thùng, kiện này có hàng của lô nào.")
    return _("Không có sự kiện truy xuất nào nêu hàng này.")


def not_counted(reached: Reached) -> list[str]:
    """Quantities that are in no sum, in words: those of another unit than the lot, and those of objects whose lot is not known."""
    other_unit = _(
        "%(lot)s: %(party)s ghi %(column)s %(amount)s, khác đơn vị tính của lô hoặc quá lớn nên không cộng vào."
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
