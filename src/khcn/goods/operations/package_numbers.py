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
from khcn.trace.models import PartyObject
from khcn.trace.rules import confirmed_codes
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.statements.declarations import all_authorities

if TYPE_CHECKING:
    from khcn.parties.models import Organisation

_NUMBERS: Final = "goods.sscc"
_BATCH: Final = 500
"""Numbers that are looked up at once; a company that has used very many itself costs one statement for each five hundred."""

_OF_COMPANY: Final = "9"
"""The extension digit of numbers that the program gives below a prefix of GS1: programs of the company itself begin with others, 0 first."""
_OF_PROGRAM: Final = "0"
_NO_COMPANY: Final = ("02", "04", "05", "2", "977", "978", "979", "98", "99")
"""How no company prefix begins: restricted circulation, serial publications and books (ISSN, ISBN), coupons and refunds (GS1 General Specifications 1.4)."""


def next_ssccs(organisation: Organisation, count: int) -> list[str]:
    """The next numbers of who packs, within a transaction; a number is given once, to others that pack below this prefix at this moment too."""
    beginning = _beginning_of(organisation)
    wait_for_turn(f"{_NUMBERS} {beginning}")  # those with other prefixes do not wait
    given = (
        Package.objects.filter(sscc__startswith=beginning).order_by("-sscc").values_list("sscc", flat=True)
    )
    highest = given.first()
    number = int(highest[len(beginning) : -1]) if highest else 0
    last = 10 ** (SSCC_DIGITS - 1 - len(beginning)) - 1
    speaking = _parties_that_give(organisation, beginning)
    found: list[str] = []
    while len(found) < count:
        if number >= last:
            raise Refused(_("Cơ sở đã dùng hết mã kiện. Hãy báo người quản trị."), code="no_number")
        some = [_sscc(beginning, each) for each in range(number + 1, min(number + _BATCH, last) + 1)]
        number += len(some)
        used = _used_by(speaking, some)
        found += [each for each in some if each not in used]
    return found[:count]


def _sscc(beginning: str, number: int) -> str:
    body = f"{beginning}{number:0{SSCC_DIGITS - 1 - len(beginning)}d}"
    return body + check_digit(body)


def _parties_that_give(organisation: Organisation, beginning: str) -> set[int]:
    """Whose programs may give numbers below a prefix: those for which it is confirmed, the parties of who packs, and authorities.

    What others report uses no number up: anybody may name any number in an event.
    """
    own = organisation.trace_parties.values_list("pk", flat=True)
    return {*own, *all_authorities(), *CodeOwners().of(_thing(_sscc(beginning, 0)))}


def _used_by(parties: set[int], numbers: list[str]) -> set[str]:
    """Those of some numbers that events of some parties name: given by a program of the company already."""
    things = {_thing(each): each for each in numbers}
    named = PartyObject.objects.filter(owner__in=parties, thing__in=things)
    return {things[each] for each in named.values_list("thing", flat=True)}


def _thing(sscc: str) -> str:
    return f"{CANONICAL_STEM}/00/{sscc}"


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
