"""Which look-ups of labels are counted, and which codes may be on more than one label."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.epcis.ids.digital_link import CANONICAL_STEM, escape
from khcn.trace.models import CopiedCode
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import things_of
from khcn.trace.store.database.sql import Sql, fetch
from khcn.trace.store.database.stores import own_alias

if TYPE_CHECKING:
    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.trace.queries.page_contents import PublicGoods

_OF_KNOWN_GOODS: Final = frozenset(
    {
        Notice.RECALLED,
        Notice.PARTLY_RECALLED,
        Notice.HOLDS_RECALLED,
        Notice.PARTS_RECALLED,
        Notice.EXPIRED,
        Notice.UNREAD_EXPIRY,
        Notice.STOLEN,
        Notice.DESTROYED,
        Notice.UNFIT,
        Notice.PARTLY_UNFIT,
        Notice.INACTIVE,
        Notice.VOID_LABEL,
        Notice.COPIED,
        Notice.PARTS_CUT,
        Notice.RECALLS_CUT,
        Notice.NO_HISTORY,
        Notice.TOO_LONG,
        Notice.LACKS_STEPS,
        Notice.ILLUSTRATIVE,
    }
)
"""What a page may say of goods that their maker has reported. Any other notice means that somebody may have made the number up: such
numbers are without end, and each would be a row.
"""

_SERIAL: Final = "21"
_OF_SERIALS: Final = frozenset({Notice.UNKNOWN_SERIAL, Notice.UNREPORTED_SERIAL})


# Plain SQL, because each look-up asks it: with the ORM it took four times as long.
_WARNED: Final = f"SELECT 1 FROM {CopiedCode._meta.db_table} WHERE thing = %s AND is_warned"  # noqa: S608 -- a name of the model


class ScannedCode(NamedTuple):
    """What a look-up counts for: the path of a product or lot, and the code of one single object; "" where it counts for none."""

    path: str
    thing: str


def scanned_code(link: DigitalLink, page: PublicGoods, printed_serial: str) -> ScannedCode:
    """What looking up a code counts for, by what its page says of it.

    All spellings of a serial number that was printed (`printed_serial`, "" otherwise) count for the one label.
    """
    if printed_serial:
        as_printed = (
            replace(each, value=printed_serial) if each.ai == _SERIAL else each for each in link.qualifiers
        )
        link = replace(link, qualifiers=tuple(as_printed))
    kind, lot, serial = things_of(link)
    others = set(page.notices) - _OF_KNOWN_GOODS
    thing = serial if serial is not None and not others else ""
    if others - _OF_SERIALS:
        return ScannedCode("", "")
    if lot is not None:
        path = lot
    elif serial is None:
        path = kind
    elif thing and page.lot:
        path = f"{kind}/10/{escape(page.lot)}"  # of a label that names no lot
    else:
        path = kind if thing else ""
    return ScannedCode(path.removeprefix(CANONICAL_STEM), thing.removeprefix(CANONICAL_STEM))


def is_copied(code: ScannedCode) -> bool:
    """Whether the page of a code warns that it may be on more than one label; of the own store alone, where it was counted."""
    if not code.thing:
        return False
    return bool(fetch(Sql(_WARNED, (code.thing,)), own_alias()))
