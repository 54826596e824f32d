"""Names for people, out of captured master data and the register of parties: of goods, places and parties.

Anybody with a key may send master data about any id, so a name is only taken from those who have a say: each lookup
says whose word counts, in order. What comes out is short, on one line and without characters that nobody sees.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.trace.models import MasterRecord, TraceParty
from khcn.trace.store.encoding.bodies import vocabularies_of
from khcn.trace.store.encoding.lots import class_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from khcn.epcis.extensions import Extensions

LONGEST: Final = 200
_AT_ONCE: Final = 500
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# CBV 2.0 section 9 and the GS1 Web Vocabulary, in the spellings that documents have.
_NAMESPACE: Final = re.compile(
    r"(?:\{?urn:epcglobal:cbv:mda[:#}]*|cbvmda:|\{?https?://(?:www\.|ref\.)?gs1\.org/voc/\}?|gs1:)([A-Za-z]+)"
)
_ITIP: Final = re.compile(r"https://id\.gs1\.org/8006/(\d{14})\d{4}(?:/.*)?")
_GLN_OF: Final = re.compile(r"(https://id\.gs1\.org/41[47]/(\d{13}))(?:/.*)?")


def shown(text: str, longest: int = LONGEST) -> str:
    """A text as a page may show it: one line, nothing unseen in it (direction marks and the like), not too long."""
    kept = "".join(
        " " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each
        for each in text
        if unicodedata.category(each) not in _UNSEEN or each in "\t\n\r\N{LINE SEPARATOR}"
    )
    line = " ".join(unicodedata.normalize("NFC", kept).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def attributes(extensions: Extensions) -> dict[str, str]:
    """The texts of CBV and GS1 attributes by their local names; a later one replaces an earlier."""
    found = {}
    for extension in extensions:
        name = _NAMESPACE.fullmatch(extension.name)
        if name and extension.text and not extension.children:
            found[name[1]] = extension.text
    return found


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place for people; `gln` where its id has one. All may be empty but never all three."""

    name: str
    address: str
    gln: str


def gln_of(place: str) -> str:
    """The GLN of a place or party by its canonical id; empty where it has none."""
    found = _GLN_OF.fullmatch(place)
    return found[2] if found else ""


def product_of(thing: str) -> str:
    """The product that goods are of: their GTIN, of the pieces of one too; goods without one are their own product."""
    piece = _ITIP.fullmatch(thing)
    return f"https://id.gs1.org/01/{piece[1]}" if piece else class_of(thing) or thing


def parties(keys: Collection[int]) -> dict[int, TraceParty]:
    """Trace parties by key."""
    return TraceParty.objects.in_bulk(sorted(keys))


def authorities() -> frozenset[int]:
    """The parties that are authorities; their word counts everywhere."""
    return frozenset(TraceParty.objects.filter(is_authority=True).values_list("pk", flat=True))


class Names:
    """Master data about some things, each record with the party that sent it."""

    def __init__(self, things: Iterable[str]) -> None:
        """Read the records of things, of the classes of goods and of the GLN that places lie at."""
        wanted = set(things)
        wanted |= {product_of(thing) for thing in wanted}
        wanted |= {found[1] for thing in wanted if (found := _GLN_OF.fullmatch(thing))}
        self._said: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        self._first: dict[str, int] = {}
        listed = sorted(wanted)
        for start in range(0, len(listed), _AT_ONCE):
            records = MasterRecord.objects.filter(thing__in=listed[start : start + _AT_ONCE]).order_by("pk")
            for thing, owner, body in records.values_list("thing", "owner", "body"):
                self._first.setdefault(thing, owner)
                for vocabulary in vocabularies_of(body):
                    for element in vocabulary.elements:
                        self._said[thing][owner].update(attributes(element.attributes))
        glns = {gln for thing in wanted if (gln := gln_of(thing))}
        self._by_gln = {party.gln: party for party in TraceParty.objects.filter(gln__in=glns)}

    def knows(self, thing: str) -> bool:
        """Whether anybody said anything of a thing."""
        return thing in self._first

    def first_to_speak(self, thing: str) -> int | None:
        """The party that was the first to send master data about a thing."""
        return self._first.get(thing)

    def value(self, thing: str, names: Sequence[str], trusted: Sequence[int]) -> str:
        """The first attribute of `names` that one of the `trusted` parties gave a thing; the first party's word goes."""
        said = self._said.get(thing, {})
        for owner in trusted:
            for name in names:
                if text := shown(said.get(owner, {}).get(name, "")):
                    return text
        return ""

    def party_at(self, place: str) -> TraceParty | None:
        """The party whose GLN a place has."""
        return self._by_gln.get(gln_of(place))

    def place(self, place: str, trusted: Sequence[int]) -> PlaceName:
        """A place's name and address: as the party whose place it is says, then as one of the `trusted` says."""
        own = self.party_at(place)
        asked = ([own.pk] if own else []) + list(trusted)
        found = _GLN_OF.fullmatch(place)
        ids = [place] + ([found[1]] if found and found[1] != place else [])
        name = next((text for one in ids if (text := self.value(one, ("name",), asked))), "")
        address = next((text for one in ids if (text := self._address(one, asked))), "")
        if own:
            name, address = name or shown(own.name), address or shown(own.address)
        return PlaceName(name, address, gln_of(place))

    def _address(self, place: str, trusted: Sequence[int]) -> str:
        parts = (
            ("streetAddressOne", "streetAddress"),
            ("streetAddressTwo",),
            ("city", "addressLocality"),
            ("state", "addressRegion"),
        )
        texts = [self.value(place, names, trusted) for names in parts]
        return ", ".join(dict.fromkeys(text for text in texts if text))
