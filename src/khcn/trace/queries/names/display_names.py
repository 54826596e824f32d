"""Names of goods, places and parties for display, from captured master data and the register of parties.

Every party with a key may send master data about any id, so each lookup says which parties are asked, in order. The
result is short, on one line, and without invisible characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, F, Func, IntegerField, Min, TextField, Value, When

from khcn.epcis.lot_numbers import written_value
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.normal_forms import normal_form
from khcn.trace.models import MasterRecord, TraceParty
from khcn.trace.store.database.stores import records_everywhere, values_everywhere
from khcn.trace.store.encoding.classes_and_lots import product_of
from khcn.trace.store.encoding.stored_texts import vocabularies_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from khcn.epcis.extensions import Extensions

LONGEST: Final = 200
_BATCH_SIZE: Final = 500
_LARGEST: Final = 32_768  # bytes of a record that is read for a page
_MOST_RECORDS: Final = 300  # of one party, the latest, for one page
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# CBV 2.0 section 9 and the GS1 Web Vocabulary, in all spellings found in documents.
_NAMESPACE: Final = re.compile(
    r"(?:\{?urn:epcglobal:cbv:mda[:#}]*|cbvmda:|\{?https?://(?:www\.|ref\.)?gs1\.org/voc/\}?|gs1:)([A-Za-z]+)"
)
GLN_OF: Final = re.compile(r"(https://id\.gs1\.org/41[47]/(\d{13}))(?:/.*)?")


def display_text(text: str, longest: int = LONGEST) -> str:
    """A text for display: one line, without invisible characters (direction marks and the like), limited length."""
    printable = "".join(
        " " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each
        for each in text
        if unicodedata.category(each) not in _UNSEEN or each in "\t\n\r\N{LINE SEPARATOR}"
    )
    line = " ".join(normal_form("NFC", printable).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def attributes(extensions: Extensions) -> dict[str, str]:
    """The texts of CBV and GS1 attributes by their local names, also of JSON-LD objects with a ``@value``; of several one replaces those
    before it, of several days the first one of the calendar stands.
    """
    found: dict[str, str] = {}
    for extension in extensions:
        name = _NAMESPACE.fullmatch(extension.name)
        text = extension.text if not extension.children else written_value(extension)
        if name and text:
            is_earlier = name[1].endswith("Date") and found.get(name[1], text) < text
            found[name[1]] = found[name[1]] if is_earlier else text
    return found


@dataclass(frozen=True, slots=True)
class PlaceName:
    """The name of a place; `gln` where its id has one. At least one text is not empty.

    `is_confirmed`: whether the department has confirmed who gives the name (`confirmed_names`); `id`: whose name it is, where that has a
    GLN: the place with its extension (AI 254), or all that has the GLN, where the place has no name of its own.
    """

    name: str
    address: str
    gln: str
    is_confirmed: bool = True
    id: str = field(default="", compare=False)


def gln_of(place: str) -> str:
    """The GLN of a place or party by its canonical id; empty where it has none."""
    found = GLN_OF.fullmatch(place)
    return found[2] if found else ""


class _StoredSize(Func):
    """Bytes of a text, which PostgreSQL knows without reading it."""

    function = "octet_length"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Older versions of SQLite have no such function."""
        return self.as_sql(compiler, connection, function="length", **more)


def _with_text(records: QuerySet[MasterRecord]) -> QuerySet[Any, Any]:
    """With the bodies of those that are short enough to be for people; the others are not read."""
    short = When(size__lte=_LARGEST, then=F("body"))
    return records.annotate(
        size=_StoredSize("body"), text=Case(short, default=Value(""), output_field=TextField())
    )


class MasterDataNames:
    """Master data about some things, by the party that sent it; read for those parties alone that are asked about, because
    every party may send any number of records about any thing.
    """

    def __init__(self, things: Iterable[str]) -> None:
        """Of things, of their classes, and of the GLN of places."""
        wanted = set(things)
        wanted |= {product_of(thing) for thing in wanted}
        wanted |= {found[1] for thing in wanted if (found := GLN_OF.fullmatch(thing))}
        self._things = sorted(wanted)
        self._values: dict[int, dict[str, dict[str, str]]] = {}
        self._first_senders: dict[str, int] = {}
        self._to_be_read: dict[int, set[str]] = defaultdict(set)
        for part in chunks(self._things, _BATCH_SIZE):
            records = _with_text(MasterRecord.objects.filter(thing__in=part)).order_by("pk")
            rows = values_everywhere(records, "pk", "thing", "owner", "text", first=_MOST_RECORDS + 1)
            if len(rows) > _MOST_RECORDS:  # of strangers, mostly
                self._note_senders(part)
                continue
            for _, thing, owner, text in sorted(rows):
                self._first_senders.setdefault(thing, owner)
                self._values.setdefault(owner, defaultdict(dict))
                self._take(thing, owner, text)
        glns = {gln for thing in wanted if (gln := gln_of(thing))}
        parties = records_everywhere(TraceParty.objects.filter(gln__in=glns))
        # a party may be in the registers of several provinces
        self._by_gln = {party.gln: party for party in sorted(parties, key=lambda one: one.pk, reverse=True)}

    def _note_senders(self, things: Sequence[str]) -> None:
        """Who has sent something about these things, which is read when they are asked about."""
        sent = MasterRecord.objects.filter(thing__in=things).order_by().values("thing", "owner")
        rows = values_everywhere(sent.annotate(first=Min("pk")), "first", "thing", "owner")
        for _, thing, owner in sorted(rows):
            self._first_senders.setdefault(thing, owner)
            self._to_be_read[owner].update(things)

    def _of(self, owner: int) -> dict[str, dict[str, str]]:
        """What a party has sent, by thing; of very many records the latest."""
        if things := self._to_be_read.pop(owner, None):
            self._values.setdefault(owner, defaultdict(dict))
            records = MasterRecord.objects.filter(owner=owner, thing__in=sorted(things)[:_BATCH_SIZE])
            latest = _with_text(records).order_by("-pk")
            rows = values_everywhere(latest, "pk", "thing", "text", first=_MOST_RECORDS)
            for _, thing, text in sorted(rows):
                self._take(thing, owner, text)
        return self._values.get(owner, {})

    def _take(self, thing: str, owner: int, text: str) -> None:
        for vocabulary in vocabularies_of(text) if text else ():
            for element in vocabulary.elements:
                self._values[owner][thing].update(attributes(element.attributes))

    def is_in_master_data(self, thing: str) -> bool:
        """Whether there is any record about a thing."""
        return thing in self._first_senders

    def first_sender(self, thing: str) -> int | None:
        """The party that first sent master data about a thing."""
        return self._first_senders.get(thing)

    def value(self, thing: str, names: Sequence[str], trusted: Sequence[int]) -> str:
        """The first of the attributes `names` that a `trusted` party gave a thing; the first party wins."""
        if thing not in self._first_senders:
            return ""
        for owner in trusted:
            values = self._of(owner).get(thing, {})
            for name in names:
                if text := display_text(values.get(name, "")):
                    return text
        return ""

    def party_at(self, place: str) -> TraceParty | None:
        """The party with the GLN of a place."""
        return self._by_gln.get(gln_of(place))
