"""Numbers of packages: SSCCs below the GS1 company prefix of who packs, or of the program's own range (docs/adr/0064)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.epcis.ids.check import check_digit
from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.epcis.ids.epc import LONGEST_PREFIX, SHORTEST_PREFIX
from khcn.goods.models import Package
from khcn.goods.models.packages import SSCC_DIGITS
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.numbers import range_of
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.refusals import Refused
from khcn.trace.models import EventObject
from khcn.trace.rules import confirmed_codes

if TYPE_CHECKING:
    from khcn.parties.models import Organisation

_NUMBERS: Final = "goods.sscc"
_OF_COMPANY: Final = "9"
"""The extension digit of numbers that the program gives below a prefix of GS1: programs of the company itself begin with others, 0 first."""
_OF_PROGRAM: Final = "0"
_NO_COMPANY: Final = ("02", "04", "05", "2", "98", "99")
"""How no company prefix begins: restricted circulation and coupons (GS1 General Specifications 1.4)."""


def next_ssccs(organisation: Organisation, count: int) -> list[str]:
    """The next numbers of who packs, within a transaction; a number is given once, to others that pack at this moment too."""
    wait_for_turn(_NUMBERS)
    beginning = _beginning_of(organisation)
    given = (
        Package.objects.filter(sscc__startswith=beginning).order_by("-sscc").values_list("sscc", flat=True)
    )
    highest = given.first()
    number = int(highest[len(beginning) : -1]) if highest else 0
    found: list[str] = []
    while len(found) < count:
        number += 1
        body = f"{beginning}{number:0{SSCC_DIGITS - 1 - len(beginning)}d}"
        if len(body) != SSCC_DIGITS - 1:
            raise Refused(_("Cơ sở đã dùng hết mã kiện. Hãy báo người quản trị."), code="no_number")
        sscc = body + check_digit(body)
        if not EventObject.objects.filter(thing=f"{CANONICAL_STEM}/00/{sscc}").exists():
            found.append(sscc)  # none that a program of the company has given already
    return found


def _beginning_of(organisation: Organisation) -> str:
    """Extension digit and prefix; the first prefix of GS1 that the department has confirmed, or the range that the program gave."""
    party = trace_party_of(organisation)
    codes = [] if party is None else confirmed_codes(party.confirmed_codes)
    of_company = [
        each
        for each in codes
        if SHORTEST_PREFIX <= len(each) <= LONGEST_PREFIX and not each.startswith(_NO_COMPANY)
    ]
    return _OF_COMPANY + of_company[0] if of_company else _OF_PROGRAM + range_of(organisation)
