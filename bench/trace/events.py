"""Events as a cooperative's trade makes them: commissioned, packed, shipped, received, unpacked, made into other goods.

The same number gives the same event, in EPCIS 2.0 as JSON-LD with Digital Links, or with EPC URNs for the readers of
EPCIS 1.2. Company prefix 9521234 lies in GS1's range for examples.
"""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bench.trace.delivery import DELIVERY, Delivery, kilograms
from bench.trace.spellings import PLACES, PREFIX, PRODUCTS, Links, Urns, with_check_digit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLOCK = 10  # events that tell one small story of fifteen items, a crate and what was made of them
PER_EVENT = 5  # identifiers of goods in an event
CHAPTER = 500  # events with one chain of lots and one delivery of an ingredient among them
STEPS = 50  # of a chain
CHAIN = STEPS + 1  # its events
SIGHTINGS = 9  # events that only see the last lot of a chain pass
OTHERS = CHAIN + SIGHTINGS + DELIVERY  # events of a chapter before its first block
KINDS = ("miến dong", "bột dong", "chè Shan tuyết", "gừng sấy", "bí xanh thơm")

# The second prefix belongs to the standard's own context; the reference hash generator knows none but declared ones.
CONTEXT = {"vidu": "https://example.org/truy-xuat/", "cbvmda": "urn:epcglobal:cbv:mda:"}

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trade:
    """A run of events: its seed, the instant of its first event, the time between two, the spelling of identifiers.

    ``named``: each event brings an id of its own (a UUID), as a program on a telephone makes it; else the repository
    has to work out the event's hash (CBV 2.0, 8.9).
    """

    seed: int
    start: datetime
    step: timedelta = timedelta(seconds=7)
    spelling: Links | Urns = field(default_factory=Links)
    named: bool = True

    def event(self, number: int) -> Tree:
        """The event of that number as EPCIS 2.0 JSON-LD."""
        block, place = divmod(number, BLOCK)
        return self._dated(number, _STORY[place](_Block(self, block)))

    def events(self, first: int, count: int) -> Iterator[Tree]:
        """Events of consecutive numbers."""
        return map(self.event, range(first, first + count))

    def world(self, first: int, count: int) -> Iterator[Tree]:
        """The same with a chain of `STEPS` lots and a `Delivery` in each `CHAPTER`; ``first`` and ``count`` are whole chapters."""
        for chapter in range(first // CHAPTER, (first + count) // CHAPTER):
            start = chapter * CHAPTER
            chained = _Chain(self, chapter)
            for step in range(CHAIN):
                yield self._dated(start + step, chained.event(step))
            for number in range(start + CHAIN, start + CHAIN + SIGHTINGS):
                yield self._dated(number, chained.seen(number))
            for place, event in enumerate(Delivery(self, chapter).events(), start + CHAIN + SIGHTINGS):
                yield self._dated(place, event)
            for number in range(start + OTHERS, start + CHAPTER):
                yield self.event(number)

    def last_of_chain(self, chapter: int) -> str:
        """The lot at the end of a chapter's chain: its origins lie `STEPS` steps back."""
        return self.thing_of_chain(chapter, STEPS)

    def thing_of_chain(self, chapter: int, step: int) -> str:
        """The lot that a step of a chapter's chain makes, or the crate that it packs."""
        return _Chain(self, chapter).thing(step)

    def item_of_chapter(self, chapter: int) -> str:
        """An item of which a chapter tells four events: commissioned, shipped, received, processed."""
        block = -(-(chapter * CHAPTER + OTHERS) // BLOCK)
        return _Block(self, block).items(5, 10)[0]

    def _dated(self, number: int, event: Tree) -> Tree:
        moment = self.start + number * self.step
        head: Tree = {
            "eventTime": moment.isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+07:00",
        }
        if self.named:
            head["eventID"] = f"urn:uuid:{uuid.UUID(int=self.seed << 64 | 1 << 63 | number, version=4)}"
        return {"type": event.pop("type"), **head, **event}


class _Block:
    """Fifteen items of a lot, a crate, two places and two parties."""

    def __init__(self, trade: Trade, number: int) -> None:
        dice = random.Random(trade.seed << 40 | number)  # noqa: S311 -- repeatable data, not a secret
        self.name, self.number, self.dice = trade.spelling, number, dice
        self.stem = f"{trade.seed}{number:07d}"
        self.product, self.made = dice.sample(PRODUCTS, 2)
        self.here, self.there = dice.sample(PLACES, 2)

    def items(self, first: int, end: int) -> list[str]:
        return [self.name.item(self.product, f"{self.stem}{each:02d}") for each in range(first, end)]

    def places(self, place: int) -> Tree:
        found = {"id": self.name.place(place)}
        return {"readPoint": found, "bizLocation": dict(found)}

    def papers(self, *kinds: str) -> list[Tree]:
        gln = with_check_digit(f"{PREFIX}{self.here:05d}")
        return [
            {"type": kind, "bizTransaction": f"urn:epcglobal:cbv:bt:{gln}:{kind.upper()}{self.stem}"}
            for kind in kinds
        ]

    def commissioned(self, first: int) -> Tree:
        return {
            "type": "ObjectEvent",
            "epcList": self.items(first, first + PER_EVENT),
            "action": "ADD",
            "bizStep": "commissioning",
            "disposition": "active",
            **self.places(self.here),
            "bizTransactionList": self.papers("prodorder"),
            "ilmd": self.particulars(self.product),
        }

    def particulars(self, product: int) -> Tree:
        return {
            "cbvmda:lotNumber": f"LO{self.stem}",
            "cbvmda:itemExpirationDate": f"2028-{self.dice.randrange(1, 13):02d}-01",
            "cbvmda:countryOfOrigin": "VN",
            "vidu:ten": f"{KINDS[product % len(KINDS)]} số {self.number}",
        }

    def packed(self, action: str, step: str, place: int) -> Tree:
        return {
            "type": "AggregationEvent",
            "parentID": self.name.crate(self.number),
            "childEPCs": self.items(0, PER_EVENT),
            "action": action,
            "bizStep": step,
            "disposition": "in_progress",
            **self.places(place),
            "bizTransactionList": self.papers("desadv"),
        }

    def moved(self, step: str, state: str, place: int) -> Tree:
        owner = "owning_party"
        return {
            "type": "ObjectEvent",
            "epcList": self.items(5, 10),
            "action": "OBSERVE",
            "bizStep": step,
            "disposition": state,
            **self.places(place),
            "bizTransactionList": self.papers("po", "desadv"),
            "sourceList": [{"type": owner, "source": self.name.party(self.here)}],
            "destinationList": [{"type": owner, "destination": self.name.party(self.there)}],
        }

    def stored(self) -> Tree:
        return {
            "type": "ObjectEvent",
            "epcList": self.items(10, 15),
            "action": "OBSERVE",
            "bizStep": "storing",
            "disposition": "in_progress",
            **self.places(self.here),
            "bizTransactionList": self.papers("po"),
        }

    def processed(self, first: int, product: int) -> Tree:
        made = [self.name.item(self.made, f"{self.stem}{first + each:02d}") for each in range(2)]
        return {
            "type": "TransformationEvent",
            "inputEPCList": self.items(first, first + 3),
            "outputEPCList": made,
            "transformationID": f"urn:epc:id:gdti:{PREFIX}.00001.ME{self.stem}{first}",
            "bizStep": "commissioning",
            "disposition": "in_progress",
            **self.places(self.there),
            "bizTransactionList": self.papers("prodorder"),
            "ilmd": self.particulars(product),
        }


_STORY = (
    lambda block: block.commissioned(0),
    lambda block: block.commissioned(5),
    lambda block: block.commissioned(10),
    lambda block: block.packed("ADD", "packing", block.here),
    lambda block: block.moved("shipping", "in_transit", block.here),
    lambda block: block.moved("receiving", "in_progress", block.there),
    lambda block: block.stored(),
    lambda block: block.packed("DELETE", "unpacking", block.there),
    lambda block: block.processed(10, block.made),
    lambda block: block.processed(5, block.made),
)


class _Chain:
    """A lot that is made of a lot that is made of a lot …; each tenth step packs it and goes on from the crate."""

    packing = 10

    def __init__(self, trade: Trade, number: int) -> None:
        self.name, self.number, self.stem = trade.spelling, number, f"C{trade.seed}{number:06d}"

    def is_packed(self, step: int) -> bool:
        return 0 < step < STEPS and step % self.packing == 0

    def thing(self, step: int) -> str:
        if self.is_packed(step):
            return self.name.crate(500_000_000 + self.number * CHAIN + step)
        return self.name.lot(PRODUCTS[step % len(PRODUCTS)], f"{self.stem}{step:02d}")

    def event(self, step: int) -> Tree:
        place = {"readPoint": {"id": self.name.place(PLACES[step % len(PLACES)])}}
        if step == 0:
            return {
                "type": "ObjectEvent",
                "action": "ADD",
                "bizStep": "commissioning",
                **place,
                "quantityList": [self.amount(self.thing(0))],
            }
        before = self.thing(step - 1)
        if self.is_packed(step):
            return {
                "type": "AggregationEvent",
                "parentID": self.thing(step),
                "childQuantityList": [self.amount(before)],
                "action": "ADD",
                "bizStep": "packing",
                **place,
            }
        added = self.amount(self.name.lot(PRODUCTS[(step + 3) % len(PRODUCTS)], f"{self.stem}{step:02d}P"))
        crate = self.is_packed(step - 1)
        return {
            "type": "TransformationEvent",
            **({"inputEPCList": [before]} if crate else {}),
            "inputQuantityList": [added] if crate else [self.amount(before), added],
            "outputQuantityList": [self.amount(self.thing(step))],
            "bizStep": "commissioning",
            **place,
        }

    def seen(self, number: int) -> Tree:
        return {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "storing",
            "readPoint": {"id": self.name.place(PLACES[number % len(PLACES)])},
            "quantityList": [self.amount(self.thing(STEPS))],
        }

    @staticmethod
    def amount(lot: str) -> Tree:
        return kilograms(lot, 180.5)


def document(events: Sequence[Tree], created: datetime) -> bytes:
    """An EPCIS document of the events."""
    return json.dumps(
        {
            "@context": [
                "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                CONTEXT,
            ],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": created.isoformat(timespec="milliseconds"),
            "epcisBody": {"eventList": events},
        },
        ensure_ascii=False,
    ).encode()


def documents(trade: Trade, count: int, size: int) -> list[bytes]:
    """``count`` events of a trade in documents of ``size`` events."""
    return [
        document(list(trade.events(first, min(size, count - first))), trade.start)
        for first in range(0, count, size)
    ]
