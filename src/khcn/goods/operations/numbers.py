"""Numbers of products that have none of GS1, and what stays once an event has named it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.models import Lot, LotEntry, TradeItem
from khcn.goods.models.parties import speaks_for_code, trace_party_of
from khcn.goods.operations.received_goods import rows_with_other_days
from khcn.goods.rules import (
    INTERNAL,
    SERIAL_DIGITS,
    internal_gln,
    internal_gtin,
    internal_prefix,
    shortest_gtin,
    why_no_gtin,
    why_own_number,
)
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.province import province_key
from khcn.kernel.refusals import Refused
from khcn.trace.models import TraceParty
from khcn.trace.rules import confirmed_codes
from khcn.trace.store.code_owners import CodeOwners

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.parties.models import Organisation

_NUMBERS: Final = "goods.internal_gtin"


def items_in_events(keys: Collection[int]) -> set[int]:
    """Of some products those of which an event names a lot."""
    return set(LotEntry.objects.filter(lot__item__in=keys).values_list("lot__item", flat=True))


def lots_in_events(keys: Collection[int]) -> set[int]:
    """Of some lots those that an event names."""
    named = set(LotEntry.objects.filter(lot__in=keys).values_list("lot", flat=True))
    return named | set(LotEntry.objects.filter(into__in=keys).values_list("into", flat=True))


def next_internal_prefix() -> str:
    """The range of numbers of the next party, within a transaction; a range is given once, and no party has its GLN."""
    wait_for_turn(_NUMBERS)
    texts = TraceParty.objects.exclude(confirmed_codes="").values_list("confirmed_codes", flat=True)
    highest = max([_no_range(), *(each for text in texts for each in _ranges_in(text))])
    number = int(highest.removeprefix(INTERNAL + province_key())) + 1
    while TraceParty.objects.filter(gln=internal_gln(internal_prefix(province_key(), number))).exists():
        number += 1
    return internal_prefix(province_key(), number)


def _no_range() -> str:
    return internal_prefix(province_key(), 0)


def _ranges_in(codes: str) -> list[str]:
    """Of the confirmed codes of a party its ranges of numbers that the program gives."""
    beginning, length = INTERNAL + province_key(), len(_no_range())
    return [each for each in confirmed_codes(codes) if each.startswith(beginning) and len(each) == length]


def range_of(organisation: Organisation) -> str:
    """The range of the party of an organisation; of one that has none the range for all of these."""
    party = trace_party_of(organisation)
    own = _ranges_in(party.confirmed_codes) if party is not None else []
    return next(iter(own), _no_range())


def _next_gtin(prefix: str) -> str:
    given = TradeItem.objects.filter(gtin__startswith=prefix).order_by("-gtin").values_list("gtin", flat=True)
    beginning = len(INTERNAL + province_key())
    highest = given.first()
    number = int(highest[beginning:-1]) if highest else int(prefix[beginning:].ljust(SERIAL_DIGITS, "0"))
    gtin = internal_gtin(province_key(), number + 1)
    if not gtin.startswith(prefix):
        raise Refused(_("Cơ sở đã dùng hết mã nội bộ. Hãy báo người quản trị."), code="no_number")
    return gtin


class LocationWriter(PastDayWriter):
    """Places from a day that has come, under numbers of who has them."""

    def __init__(self) -> None:
        super().__init__("since_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for a GLN of another party: pages would name that one as who did what was done here."""
        place = write.record
        if not place.gln or not (write.is_new or {"gln", "organisation"} & set(write.changed)):
            return
        party = trace_party_of(place.organisation)
        own = set() if party is None else {party.pk}
        having = set(TraceParty.objects.filter(gln=place.gln).values_list("pk", flat=True))
        owners = having | CodeOwners().of(f"{CANONICAL_STEM}/414/{place.gln}")
        if owners and not owners & own:
            text = _(
                "Mã GLN này là của cơ sở khác. Đối chiếu lại với giấy cấp mã; chưa được cấp mã thì để trống."
            )
            raise Refused.about(text, "gln", code="other_party")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """A place that an event names stays; it is closed."""
        if record.entries.exists():
            raise Refused(
                _("Nhật ký đang nêu địa điểm này nên không xóa được. Hãy ghi ngày thôi dùng."),
                code="in_events",
            )


def _write_last_days(write: Write) -> None:
    """Of lots that have none written the one that they had by the shelf life before, or get by the first one."""
    product = write.record if write.before.shelf_life_days is None else write.before
    for lot in Lot.objects.filter(item=product.pk, expires_on__isnull=True):
        lot.expires_on = product.last_day_of(lot.made_on)
        if lot.expires_on is not None:
            lot.save()
            _write_days_of_receivers(lot)


def _write_days_of_receivers(lot: Lot) -> None:
    """Of goods that went out before their product had a shelf life."""
    if lot.source_path:
        return
    days, others = rows_with_other_days(lot)
    with acting(SYSTEM, _("Hạn sử dụng của sản phẩm, do bên làm ra ghi")):  # they are records of others
        for record in others:
            record.made_on, record.expires_on = days["made_on"], days["expires_on"]
            record.save()


class TradeItemWriter(PastDayWriter):
    """Gives a number to products that have none, and refuses those of others and those that producers may not choose."""

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for a GTIN that the department has confirmed for another party, for a number that is none of GS1, and for one of
        the program's own numbers that a producer types.
        """
        item = write.record
        if not item.gtin or not (write.is_new or {"gtin", "organisation"} & set(write.changed)):
            return
        if context.actor.is_outside and (why := why_own_number(shortest_gtin(item.gtin))):
            raise Refused.about(why, "gtin", code="own_number")
        if why := why_no_gtin(item.gtin):
            raise Refused.about(why, "gtin", code="no_gtin")
        if not speaks_for_code(item):
            text = _(
                "Sở đã xác nhận mã này là của cơ sở khác. Đối chiếu lại với giấy cấp mã; chưa được cấp mã thì để trống."
            )
            raise Refused.about(text, "gtin", code="other_party")

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The next numbers, one transaction after another. Another shelf life is of later lots: those on record have their last day."""
        for write in writes:
            if "shelf_life_days" in write.changed:
                _write_last_days(write)
        without = [each.record for each in writes if not each.record.gtin]
        if not without:
            return
        wait_for_turn(_NUMBERS)
        for product in without:
            product.gtin = _next_gtin(range_of(product.organisation))
            product.save()

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """The number of a product that has lots may be printed on labels."""
        if record.lots.exists():
            raise Refused(_("Sản phẩm đã có lô hàng nên không xóa được."), code="has_lots")
