"""What registers know of goods beside the events, for their public pages: pictures, standards, certificates, the places of today.

An area above this one that has such registers offers a query. It is asked for the published alone, and answers of nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from khcn.epcis.ids.digital_link import DigitalLink


class StepEvent(NamedTuple):
    """An event of a journey by its id and the row id of the party that reports it: others may use the same id for events of their own (docs/adr/0028)."""

    event_id: str
    party: int


class PublicPicture(NamedTuple):
    """A picture by the addresses on this server of its small copy and of the whole one, and what it shows."""

    small: str
    whole: str
    words: str = ""

    @classmethod
    def of(cls, sha256: str, words: str) -> PublicPicture:
        """A stored picture, by the hash of its bytes, which never change."""
        return cls(f"/public/pictures/{sha256}/small", f"/public/pictures/{sha256}/whole", words)


class PublicCertificate(NamedTuple):
    """A certificate or mark of goods: of which kind, its number, who issued it; until when it is valid ("": without end)."""

    kind: str
    number: str
    issuer: str
    valid_until: str
    is_past: bool
    is_checked: bool


class PublicProduct(NamedTuple):
    """A product of a producer, or a lot of a product, by the address of its page."""

    path: str
    name: str
    note: str


class PublicPlace(NamedTuple):
    """A place as the public may know it: rounded coordinates in degrees, and the path that its mark leads to ("" for none)."""

    name: str
    latitude: float
    longitude: float
    path: str = ""


class LabelState(Enum):
    """What the log of printed labels says of the serial number on a label."""

    PRINTED = "printed"
    VOID = "void"
    UNKNOWN = "unknown"  # labels of the lot have numbers, and this is none of them


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What is on record about a code. By event: `step_pictures`, how its place is called today, where
    otherwise, and `step_words` for what was done, where they say more than the event.
    """

    picture: PublicPicture | None = None
    group: str = ""
    standards: str = ""
    brand: str = ""
    produced_on: str = ""  # a day as in events, of a lot
    expires_on: str = ""
    is_internal: bool = False
    address_today: str = ""
    certificates: tuple[PublicCertificate, ...] = ()
    products: tuple[PublicProduct, ...] = ()
    lots: tuple[PublicProduct, ...] = ()
    producer_path: str = ""
    places: tuple[PublicPlace, ...] = ()
    """Where the goods were grown and made, in the order of the journey."""
    step_pictures: Mapping[StepEvent, tuple[PublicPicture, ...]] = field(default_factory=dict)
    places_today: Mapping[StepEvent, str] = field(default_factory=dict)
    step_words: Mapping[StepEvent, str] = field(default_factory=dict)
    without_hour: frozenset[StepEvent] = frozenset()
    """Events of which only the day was written; the hour that they have by their format means nothing."""
    label: LabelState | None = None
    printed_serial: str = ""
    """The serial number of that label as it was printed: people type others for it (`khcn.goods.models.label_serials.as_typed`)."""
    is_listed: bool = False
    """Whether the page is of something published, which search engines may list."""


NO_FACTS: Final = RegisterFacts()


class RegisterQuery(Protocol):
    """The query of an area: the facts about a code and about events of its journey on a day; None where it knows nothing of the code."""

    def __call__(
        self, link: DigitalLink, events: Collection[StepEvent], on: date
    ) -> RegisterFacts | None: ...


_asked: list[RegisterQuery] = []


def offer_register_facts(query: RegisterQuery) -> None:
    """Ask an area for what its registers have about a code."""
    _asked.append(query)


def register_facts(link: DigitalLink, events: Collection[StepEvent], on: date) -> RegisterFacts:
    """What is on record about a code, and about the events of its page."""
    found = (query(link, events, on) for query in _asked)
    return next((facts for facts in found if facts is not None), NO_FACTS)


LotsQuery = Callable[[str, str], Sequence[PublicProduct]]
"""Of a product (its GTIN) and a lot number that somebody has typed: the published lots that may be meant."""

_lots_asked: list[LotsQuery] = []


def offer_lots_like(query: LotsQuery) -> None:
    """Ask an area for published lots of which somebody has typed the number otherwise than it is written."""
    _lots_asked.append(query)


def lots_like(gtin: str, number: str) -> Sequence[PublicProduct]:
    """The published lots that may be meant by a lot number; none where one has exactly this number."""
    return [lot for query in _lots_asked for lot in query(gtin, number)]


_pages: dict[str, str] = {}


def offer_public_pages(*, feedback: str, front: str) -> None:
    """The addresses of an area where the public says what it thinks of a code, and where it begins to look something up."""
    _pages.update(feedback=feedback, front=front)


def feedback_path() -> str:
    """Where a page sends what a person says of it; "" where no area takes that."""
    return _pages.get("feedback", "")


def front_path() -> str:
    """Where the public begins; "" where no area has such a page."""
    return _pages.get("front", "")
