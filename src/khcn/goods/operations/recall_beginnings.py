"""With what a recall begins: the lots that are chosen, or what a typed code stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.epcis.errors import IdentifierError
from khcn.epcis.ids.digital_link import CANONICAL_STEM, LENIENT, parse
from khcn.epcis.ids.label_paths import path_of_code
from khcn.goods.enums import RecallStart
from khcn.goods.models import Lot, LotEntry
from khcn.kernel.refusals import Refused
from khcn.kernel.text.numbers import format_number
from khcn.trace.models import EventObject
from khcn.trace.queries.answers.goods_inside import goods_inside
from khcn.trace.queries.walks.traversal import GraphTooLarge
from khcn.trace.store import thing_of
from khcn.trace.store.database.stores import exists_anywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_package

if TYPE_CHECKING:
    from khcn.goods.models import GoodsRecall

MOST_LOTS: Final = 500
"""Lots with which a recall begins: more are several recalls."""


def thing_named_by(recall: GoodsRecall) -> str | None:
    """The thing whose code is typed in a recall: as on its label, or by an identifier of EPCIS; None where it is neither, or mistyped."""
    typed = recall.identifier.strip()
    if path := path_of_code(typed):
        try:
            parse(CANONICAL_STEM + path, LENIENT)
        except IdentifierError:  # a wrong check digit: nothing has this code
            return None
        return _thing_of_code(CANONICAL_STEM + path)
    return _thing_of_code(typed) if ":" in typed else None


@dataclass(frozen=True, slots=True)
class Beginning:
    """The things with which a recall begins; `doubtful`: lots of which only others say that they are in its package; `package`: that, or ""."""

    things: list[str]
    doubtful: list[str] = field(default_factory=list)
    package: str = ""


def beginning_of(recall: GoodsRecall) -> Beginning:
    """With what a recall begins. Raises ``Refused`` where there is nothing, or too much."""
    if recall.begins_with == RecallStart.CODE:
        return _goods_of(thing_named_by(recall) or recall.identifier)
    if recall.begins_with == RecallStart.LOT:
        lots = Lot.objects.filter(recalls=recall)
    elif recall.begins_with == RecallStart.ITEM:
        lots = Lot.objects.filter(
            item=recall.item_id, made_on__gte=recall.since_on, made_on__lte=recall.until_on
        )
    else:
        entries = LotEntry.objects.filter(
            location=recall.location_id,
            done_on__gte=recall.since_on,
            done_on__lte=recall.until_on,
            wrong_on__isnull=True,
        )
        lots = Lot.objects.filter(pk__in=entries.values("lot")) | Lot.objects.filter(
            pk__in=entries.values("into")
        )
    found = list(lots.select_related("item").distinct().order_by("pk")[: MOST_LOTS + 1])
    if not found:
        raise Refused(
            _("Không có lô hàng nào như vậy. Hãy xem lại nơi, sản phẩm và những ngày."), code="no_lot"
        )
    if len(found) > MOST_LOTS:
        text = _("Có hơn %(most)d lô. Hãy chọn ít ngày hơn.") % {"most": MOST_LOTS}
        raise Refused(text, code="too_many")
    return Beginning(list(dict.fromkeys(CANONICAL_STEM + each.public_path for each in found)))


def _goods_of(thing: str) -> Beginning:
    """Of a package the whole of the lots in it: what is wrong with a lot is not only wrong with what lies in this crate (docs/adr/0064)."""
    package = thing if is_package(thing) else ""
    try:
        inside = goods_inside(thing)
    except GraphTooLarge as too_large:
        raise Refused(_too_much(too_large.limit), code="too_large") from too_large
    if len(inside.things) > MOST_LOTS:
        raise Refused(_too_much(MOST_LOTS), code="too_many")
    return Beginning(list(inside.things), [each for each in inside.doubtful if is_lot(each)], package)


def _too_much(most: int) -> str:
    text = _(
        "Trong kiện này có hơn %(most)s lô, mặt hàng hoặc kiện nhỏ, quá nhiều cho một đợt. Hãy lập nhiều đợt, mỗi đợt từ một kiện nhỏ bên trong."
    )
    return text % {"most": format_number(most)}


def _thing_of_code(code: str) -> str:
    """What a code names; of a label whose serial number no event names, its lot: such numbers are only printed."""
    thing = thing_of(code)
    try:
        link = parse(code, LENIENT)
    except IdentifierError:
        return thing
    lot = link.of_lot()
    if len(link.qualifiers) > len(lot.qualifiers) > 0 and not exists_anywhere(
        EventObject.objects.filter(thing=thing)
    ):
        return thing_of(lot.canonical().uri())
    return thing
