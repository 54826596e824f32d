"""What the process of a group of goods asks of an entry: its step, what is to be written, and no more made than its inputs usually give."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.goods.enums import EntryKind, TradeUnit
from khcn.goods.models import LotEntry
from khcn.goods.operations.amount_units import in_unit
from khcn.kernel.refusals import Refused
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from khcn.goods.models import Lot, ProcessStep
    from khcn.kernel.registers.writing import Write


def steps_in_entries(keys: Collection[int]) -> set[int]:
    """Of some steps of processes those that an entry of a diary names."""
    return set(LotEntry.objects.filter(step__in=keys).values_list("step", flat=True))


def refuse_other_process(entry: LotEntry) -> None:
    """Raise ``Refused`` for a step of other goods or of another kind, and for one without the words that it asks for."""
    step = entry.step
    if step is None:
        return
    if step.group != entry.lot.item.group:
        text = _("Công đoạn này của nhóm hàng “%(group)s”. Chọn công đoạn của nhóm “%(own)s” hoặc để trống.")
        words = {"group": step.group.name, "own": entry.lot.item.group.name}
        raise Refused.about(text % words, "step", code="other_group")
    if step.makes_goods_elsewhere(entry.lot.item):
        _refuse_goods_elsewhere(entry, step)
    elif step.kind != entry.kind:
        text = _("Công đoạn “%(step)s” ghi là “%(kind)s”.") % {
            "step": step.name,
            "kind": step.get_kind_display(),
        }
        raise Refused.about(text, "kind", code="other_kind")
    if step.asked and not entry.note.strip():
        text = _("Công đoạn “%(step)s” phải ghi thêm: %(asked)s. Ghi vào ô ghi chú.")
        raise Refused.about(text % {"step": step.name, "asked": step.asked}, "note", code="no_note")


def _refuse_goods_elsewhere(entry: LotEntry, step: ProcessStep) -> None:
    """An amount would be counted in the unit of other goods than it is of."""
    if entry.kind == step.kind_in(entry.lot.item) and entry.amount is None:
        return
    text = _(
        "Công đoạn “%(step)s” không làm ra hàng của lô này nên ghi là “%(kind)s” và để trống số lượng; khối lượng nguyên liệu ghi vào ô "
        "ghi chú."
    )
    words = {"step": step.name, "kind": EntryKind.WORK.label}
    refusal = text % words
    if steps := entry.lot.making_steps:
        where = _("Số %(unit)s làm ra ghi ở công đoạn %(steps)s.")
        named = {"unit": entry.lot.item.get_unit_display(), "steps": quoted(steps)}
        refusal = f"{refusal} {where % named}"
    field = "amount" if entry.kind == EntryKind.WORK else "kind"
    raise Refused.about(refusal, field, code="goods_elsewhere")


def quoted(steps: Sequence[str]) -> str:
    """Names of steps of which one is meant."""
    return _(" hoặc ").join(f"“{each}”" for each in steps)


def beyond_yield(writes: Sequence[Write]) -> Iterator[tuple[Write, Refused]]:
    """New entries by which more is made of a lot than what was used for it usually gives; a note that says why lets one pass.

    Inputs and product are compared by weight: where one of them is counted in pieces, nothing is known.
    """
    asking = [each for each in writes if _usual_yield(each.record) and not each.record.note.strip()]
    if not asking:
        return
    lots = {_key(each.record.lot) for each in asking}
    made, used = _stored_weights(lots)
    for write in writes:
        entry = write.record
        if entry.kind == EntryKind.USE and _key(entry.into) in lots:
            used[_key(entry.into)].append(_weight(entry))
        elif entry.kind == EntryKind.MAKE and _key(entry.lot) in lots:
            made[_key(entry.lot)].append(_weight(entry))
    for write in asking:
        lot = _key(write.record.lot)
        if None in made[lot] or None in used[lot]:
            continue
        inputs = sum(used[lot], Decimal(0))
        most = inputs * (_usual_yield(write.record) or 0) / 100
        if sum(made[lot], Decimal(0)) > most:
            text = _(
                "Từ %(used)s kg nguyên liệu thường làm ra nhiều nhất %(most)s kg. Xem lại số lượng và nguyên liệu đã ghi; nếu đúng thì "
                "ghi lý do vào ô ghi chú."
            )
            words = {"used": _number(inputs), "most": _number(most)}
            yield write, Refused.about(text % words, "amount", code="beyond_yield")


def _usual_yield(entry: LotEntry) -> Decimal | None:
    return entry.step.usual_yield if entry.kind == EntryKind.MAKE and entry.step is not None else None


def _stored_weights(lots: Collection[int]) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """What was made of and used for each of some lots, as it stands."""
    made: defaultdict[int, list[Any]] = defaultdict(list)
    used: defaultdict[int, list[Any]] = defaultdict(list)
    standing = LotEntry.objects.filter(wrong_on__isnull=True).select_related("lot__item")
    for entry in standing.filter(kind=EntryKind.MAKE, lot__in=lots):
        made[entry.lot_id].append(_weight(entry))
    for entry in standing.filter(kind=EntryKind.USE, into__in=lots):
        used[entry.into_id or 0].append(_weight(entry))
    return made, used


def _key(lot: Lot | None) -> int:
    """Of a lot, also of one that comes with the same workbook and is not stored."""
    return 0 if lot is None else lot.pk or -id(lot)


def _weight(entry: LotEntry) -> Decimal | None:
    """Kilograms; None for goods that are counted."""
    return in_unit(entry.amount or Decimal(0), entry.lot.item.unit, TradeUnit.KILOGRAM)


def _number(amount: Decimal) -> str:
    return format_amount(amount.quantize(Decimal("0.01")))
