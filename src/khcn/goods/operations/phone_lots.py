"""Rows that entries of a telephone name by their keys; and lots that were begun there and come with their first entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from khcn.goods.models import Lot, TradeItem
from khcn.kernel.access.scopes import CREATE, READ
from khcn.kernel.actions.running import NotVisible
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record


class BegunLot(NamedTuple):
    """A lot that was begun on a telephone: known by its product and number, as lots are on record (`goods_lot_key`)."""

    item: int
    number: str
    made_on: date


def row_named(model: type[Record], key: int, lost: str, *, actor: Actor, verb: str = READ) -> Any:
    """The row of the actor's organisation that an entry names. Raises ``NotVisible`` with the words ``lost`` for any other key."""
    found = register_of(model).visible(actor, verb).filter(pk=key).first()
    if found is None:
        raise NotVisible(lost, code="not_found")
    return found


def lots_named(
    lot: int | BegunLot, into: int | BegunLot | None, *, actor: Actor, on: date
) -> tuple[Lot, Lot | None]:
    """The lots of the actor's organisation that an entry names; those that were begun on the telephone are stored with the first entry
    that names them.

    Raises ``NotVisible`` for one that the actor does not see, ``ValidationError`` for what no lot is called, and ``Refused`` where the
    number is that of a lot of another day.
    """
    for item in sorted({each.item for each in (lot, into) if isinstance(each, BegunLot)}):
        wait_for_turn(f"goods.begun_lot.{item}")  # two telephones may begin the same one at once
    lost = _("Lô này không còn trong các lô của cơ sở. Bỏ mục này rồi ghi lại vào lô đúng.")
    lost_into = _("Lô được làm ra không còn trong các lô của cơ sở. Bấm “Sửa”, chọn lô khác rồi lưu lại.")
    found = _named(lot, lost, actor=actor, on=on)
    return found, None if into is None else _named(into, lost_into, actor=actor, on=on)


def _named(named: int | BegunLot, lost: str, *, actor: Actor, on: date) -> Lot:
    if isinstance(named, BegunLot):
        return _begun(named, actor=actor, on=on)
    found: Lot = row_named(Lot, named, lost, actor=actor)
    return found


def _begun(named: BegunLot, *, actor: Actor, on: date) -> Lot:
    register = register_of(Lot)
    lost = _("Sản phẩm này không còn trong danh sách của cơ sở. Bỏ mục này rồi lập lô từ sản phẩm khác.")
    item = row_named(TradeItem, named.item, lost, actor=actor)
    lot = Lot.objects.filter(item=item, number=named.number).first()
    if lot is None:
        lot = Lot(item=item, number=named.number, made_on=named.made_on)
        if not register.fits(CREATE, actor, lot):
            raise NotPermitted(_("Tài khoản của bạn không có quyền lập lô hàng."), code="not_permitted")
        lot.full_clean()
        save_row(register, lot, actor=actor, on=on)
    elif lot.made_on != named.made_on:
        text = _(
            "Sản phẩm đã có lô %(number)s, sản xuất, thu hoạch ngày %(day)s. Bấm “Sửa”, đổi số lô hoặc ngày của lô rồi lưu lại."
        )
        words = {"number": lot.number, "day": format_date(lot.made_on)}
        raise Refused.about(text % words, "number", code="lot_of_other_day")
    return lot
