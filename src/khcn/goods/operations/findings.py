"""What the rules of supervision find becomes rows: shared among parties, each for as long as it is found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.goods.enums import PartyFindingKind
from khcn.goods.models import PartyFinding
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date


MOST: Final = 500
"""Findings of one kind that are listed. The parties share the places; each has one at least."""

_LONGEST: Final = 400
FindingKey = tuple[int, str, str]


class Stated(NamedTuple):
    """What is written of a finding: in words, and the keys of the lot or shipment that it opens."""

    words: str
    lot: int | None = None
    shipment: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule has found of a party, by the key of this. `stated` is asked only where the finding is written."""

    party: int
    kind: PartyFindingKind
    stated: Callable[[], Stated]
    subject: str = ""

    @property
    def key(self) -> FindingKey:
        """One thing is one finding for as long as it is found."""
        return self.party, self.kind, self.subject[:200]


def write_findings(found: Collection[Found], on: date) -> int:
    """Write what is new, end what is found no more, and say of each party how many more there are. Gives how many are listed."""
    stored = {
        (each.party_id, each.kind, each.subject): each
        for each in PartyFinding.objects.filter(over_on__isnull=True)
    }
    listed, more = _listed(found, stored)
    standing = listed | more
    for key, row in stored.items():
        if key not in standing:
            row.over_on = on
            row.save()
        elif key in more or key[1] == PartyFindingKind.COPIED:  # their numbers change from night to night
            words = standing[key].stated().words[:_LONGEST]
            if row.words != words:
                row.words = words
                row.save()
    for key, each in standing.items():
        if key not in stored:
            _write(each, on)
    return len(listed)


def _listed(
    found: Iterable[Found], stored: Collection[FindingKey]
) -> tuple[dict[FindingKey, Found], dict[FindingKey, Found]]:
    """Which findings are rows, and for each party and kind how many more there are. What is a row already stays one while it is found."""
    by_kind: defaultdict[PartyFindingKind, defaultdict[int, list[Found]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for each in found:
        by_kind[each.kind][each.party].append(each)
    listed: dict[FindingKey, Found] = {}
    more: dict[FindingKey, Found] = {}
    for kind, by_party in by_kind.items():
        room = _room_of_each([len(rows) for rows in by_party.values()])
        for party, rows in by_party.items():
            first = sorted(rows, key=lambda each: each.key not in stored)
            count = min(len(rows), max(room, sum(each.key in stored for each in rows)))
            listed |= {each.key: each for each in first[:count]}
            if left := len(rows) - count:
                text = _("Còn %(count)s phát hiện loại này của cơ sở không liệt kê ở đây.")
                rest = Found(party, kind, partial(Stated, text % {"count": format_number(left)}))
                more[rest.key] = rest
    return listed, more


def _room_of_each(counts: Sequence[int]) -> int:
    """How many findings each party may list, where each has so many: who has few leaves room to the others."""
    left, waiting = MOST, sorted(counts, reverse=True)
    while waiting and waiting[-1] * len(waiting) <= left:
        left -= waiting.pop()
    return max(1, left // len(waiting)) if waiting else max(counts)


def _write(found: Found, on: date) -> None:
    words, lot, shipment = found.stated()
    again = PartyFinding.objects.filter(
        party=found.party, kind=found.kind, subject=found.subject[:200], found_on=on
    ).first()
    row = again or PartyFinding(
        party_id=found.party, kind=found.kind, subject=found.subject[:200], found_on=on
    )
    row.words, row.lot_id, row.shipment_id, row.over_on = words[:_LONGEST], lot, shipment, None
    row.full_clean()
    row.save()
