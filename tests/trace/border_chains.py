"""Random chains of goods that cross the border of two provinces: who takes part, and what they report."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.names import Names
from khcn.epcis.ids.check import check_digit
from khcn.trace.models import TraceParty
from tests.trace.rest_given import AT
from tests.trace.two_stores import HERE, THERE

PREFIXES = ("9521234", "9521235", "9521239")
"""Company prefixes: confirmed for a party here, for one there, for nobody."""


@dataclass(frozen=True)
class Member:
    """A party, and in whose register it is."""

    pk: int
    name: str
    gln: str
    province: str
    codes: str = ""
    is_authority: bool = False

    @property
    def place(self):
        return f"https://id.gs1.org/417/{self.gln}"

    def row(self):
        return TraceParty(
            pk=self.pk,
            name=self.name,
            gln=self.gln,
            confirmed_codes=self.codes,
            is_authority=self.is_authority,
            province=self.province,
            created_at=AT,
            updated_at=AT,
        )


def _gln(number):
    digits = f"9529999{number:05}"
    return digits + check_digit(digits)


def _member(number, name, province, **more):
    # ids of two installations never meet: each has its own remainder
    return Member(64 * number + (0 if province == HERE else 1), name, _gln(number), province, **more)


MEMBERS = [
    _member(1, "Cơ sở A", HERE, codes=PREFIXES[0]),
    _member(2, "Cửa hàng A", HERE),
    _member(3, "Người lạ A", HERE),
    _member(4, "Sở A", HERE, is_authority=True),
    _member(5, "Cơ sở B", THERE, codes=PREFIXES[1]),
    _member(6, "Cửa hàng B", THERE),
    _member(7, "Người lạ B", THERE),
    _member(8, "Sở B", THERE, is_authority=True),
]
_WEIGHTS = [5, 4, 1, 1, 5, 4, 1, 1]


@dataclass
class Chain:
    """Things of one chain, and the events about them in the order of capture, each with its party."""

    number: int
    reports: list = field(default_factory=list)

    def __post_init__(self):
        self.chance = random.Random(self.number)
        prefix = PREFIXES[self.number % len(PREFIXES)]
        self.gtins = []
        for place in range(2):
            digits = f"0{prefix}{self.number * 2 + place:05}"
            self.gtins.append(digits + check_digit(digits))
        raw, made = self.gtins
        self.raw = [f"https://id.gs1.org/01/{raw}/10/R{one}" for one in range(2)]
        self.lots = [f"https://id.gs1.org/01/{made}/10/P{one}" for one in range(2)]
        self.objects = [f"https://id.gs1.org/01/{made}/21/S{one}" for one in range(4)]
        self.boxes = []
        for place in range(3):
            digits = f"0{prefix}{self.number * 3 + place:09}"
            self.boxes.append(f"https://id.gs1.org/00/{digits}{check_digit(digits)}")
        self.transformation = f"urn:uuid:00000000-0000-4000-8000-{self.number:012}"
        for _ in range(self.chance.randint(8, 16)):
            self._report()

    @property
    def starts(self):
        """From what the chain is walked upstream, and from what downstream."""
        return random.Random(self.number).sample(self.things, 2)

    @property
    def things(self):
        return [*self.raw, *self.lots, *self.objects, *self.boxes]

    def recalled(self):
        """The lots and objects, where somebody reported some of them, their product or a box as recalled."""
        return [*self.lots, *self.objects] if "recalled" in repr(self.reports) else []

    def _some(self, of, least=1, most=2):
        return self.chance.sample(of, self.chance.randint(least, min(most, len(of))))

    def _event(self, kind, **fields):
        chance = self.chance
        tree = {
            "type": kind,
            "eventTime": f"2026-10-{chance.randint(1, 20):02}T08:00:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            "eventID": f"urn:example:{self.number}:{len(self.reports)}",
            **fields,
        }
        self.reports.append((chance.choices(MEMBERS, _WEIGHTS)[0], tree))

    def _goods(self, things):
        """Lots by quantity, objects by number."""
        quantity = 1 + len(self.reports) % 3  # so that some of a lot stays where it is
        lots = [{"epcClass": one, "quantity": quantity, "uom": "KGM"} for one in things if "/10/" in one]
        return lots, [one for one in things if "/10/" not in one]

    def _report(self):
        ways = [
            (self._made, 4),
            (self._mixed, 2),
            (self._begun, 3),
            (self._packed, 5),
            (self._unpacked, 3),
            (self._moved, 5),
            (self._named, 2),
            (self._recalled, 2),
            (self._declared, 2),
        ]
        self.chance.choices([way for way, _ in ways], [weight for _, weight in ways])[0]()

    def _transformed(self, inputs, outputs, **more):
        into, out = self._goods(inputs), self._goods(outputs)
        lists = {
            "inputQuantityList": into[0],
            "inputEPCList": into[1],
            "outputQuantityList": out[0],
            "outputEPCList": out[1],
        }
        self._event("TransformationEvent", **{name: value for name, value in lists.items() if value}, **more)

    def _made(self):
        self._transformed(self._some(self.raw), self._some([*self.lots, *self.objects]))

    def _mixed(self):
        """Inputs in one event, outputs in another, which may be of another party."""
        self._transformed(self._some(self.raw), [], transformationID=self.transformation)
        self._transformed([], self._some([*self.lots, *self.objects]), transformationID=self.transformation)

    def _begun(self):
        if self.chance.random() < 0.5:
            lots, _none = self._goods(self._some([*self.raw, *self.lots]))
            self._event("ObjectEvent", action="ADD", bizStep="commissioning", quantityList=lots)
        else:
            number = self.chance.choice(self.lots).rpartition("/")[2]
            self._event(
                "ObjectEvent",
                action="ADD",
                bizStep="commissioning",
                epcList=self._some(self.objects),
                ilmd={"cbvmda:lotNumber": number},
            )

    def _contents(self, container):
        place = self.boxes.index(container)
        return [*self.lots, *self.raw, *self.objects, *self.boxes[place + 1 :]]

    def _aggregated(self, action, things, container):
        lots, objects = self._goods(things)
        lists = {"childQuantityList": lots, "childEPCs": objects}
        self._event(
            "AggregationEvent",
            action=action,
            parentID=container,
            **{name: value for name, value in lists.items() if value},
        )

    def _packed(self):
        container = self.chance.choice(self.boxes)
        self._aggregated("ADD", self._some(self._contents(container), most=3), container)

    def _unpacked(self):
        container = self.chance.choice(self.boxes)
        whole = self.chance.random() < 0.3
        self._aggregated("DELETE", [] if whole else self._some(self._contents(container)), container)

    def _moved(self):
        giver, receiver = self.chance.sample(MEMBERS, 2)
        lots, objects = self._goods(self._some(self.things))
        lists = {"quantityList": lots, "epcList": objects}
        self._event(
            "ObjectEvent",
            action="OBSERVE",
            bizStep=self.chance.choice(["shipping", "receiving", "storing"]),
            **{name: value for name, value in lists.items() if value},
            sourceList=[{"type": "possessing_party", "source": giver.place}],
            destinationList=[{"type": "possessing_party", "destination": receiver.place}],
        )
        if self.chance.random() < 0.8:  # by the party that gives
            self.reports[-1] = (giver, self.reports[-1][1])

    def _named(self):
        """Objects as their labels have them, with their lot; seen or packed."""
        chosen = self.chance.choice(self.lots)
        epcs = [f"{chosen}/21/{one.rpartition('/')[2]}" for one in self._some(self.objects)]
        if self.chance.random() < 0.5:
            self._event("ObjectEvent", action="OBSERVE", bizStep="storing", epcList=epcs)
        else:
            self._event(
                "AggregationEvent", action="ADD", parentID=self.chance.choice(self.boxes), childEPCs=epcs
            )

    def _recalled(self):
        product = self.lots[0].partition("/10/")[0]
        named = self.chance.choice([*self.lots, *self.objects, *self.boxes, product])
        lots, objects = self._goods([named])
        lists = {"quantityList": lots, "epcList": objects}
        if named == product:
            lists = {"quantityList": [{"epcClass": product}]}
        say = self.chance.choice(
            [
                {"disposition": "recalled"},
                {"persistentDisposition": {"set": ["recalled"]}},
                {"persistentDisposition": {"unset": ["recalled"]}},
                {"disposition": "sellable_accessible"},
            ]
        )
        self._event(
            "ObjectEvent",
            action="OBSERVE",
            bizStep="inspecting",
            **{name: value for name, value in lists.items() if value},
            **say,
        )

    def _declared(self):
        """An earlier event was wrong: by its own party, or by somebody else."""
        earlier = [one for one in self.reports if "errorDeclaration" not in one[1]]
        if not earlier:
            return
        member, tree = self.chance.choice(earlier)
        if self.chance.random() < 0.6:
            member = self.chance.choice(MEMBERS)
        self.reports.append(
            (member, {**tree, "errorDeclaration": {"declarationTime": "2026-10-25T08:00:00+07:00"}})
        )


class WronglyUnpacked(Chain):
    """A lot is packed here; that it was taken out is declared wrong by the authority there, and later it is taken out indeed."""

    @property
    def starts(self):
        return [self.boxes[1], self.lots[0]]

    def __post_init__(self):
        super().__post_init__()
        self.reports = []
        lot, (inner, middle, outer) = self.lots[0], self.boxes
        here, there = MEMBERS[0], MEMBERS[4]
        self._on(1, here, "ADD", lot, inner)
        self._on(4, here, "DELETE", lot, inner)
        self._on(6, there, "ADD", inner, middle)
        self._on(8, here, "DELETE", lot, inner)
        self._on(9, there, "ADD", middle, outer)
        wrong = {**self.reports[1][1], "errorDeclaration": {"declarationTime": "2026-10-25T08:00:00+07:00"}}
        self.reports.append((MEMBERS[7], wrong))

    def _on(self, day, member, action, thing, container):
        self._aggregated(action, [thing], container)
        tree = {**self.reports[-1][1], "eventTime": f"2026-10-{day:02}T08:00:00+07:00"}
        self.reports[-1] = (member, tree)


class RecalledPallet(Chain):
    """An object is packed here, and its box put on a pallet by the shop there; the authority here recalls the pallet."""

    @property
    def starts(self):
        return [self.objects[0], self.boxes[1]]

    def __post_init__(self):
        super().__post_init__()
        self.reports = []
        members = {one.name: one for one in MEMBERS}
        maker, shop, authority = members["Cơ sở A"], members["Cửa hàng B"], members["Sở A"]
        packet, (box, pallet, _) = self.objects[0], self.boxes
        sent = {"destinationList": [{"type": "possessing_party", "destination": shop.place}]}
        seen = {"action": "OBSERVE", "bizStep": "shipping"}
        self._on(1, maker, "ObjectEvent", action="ADD", bizStep="commissioning", epcList=[packet])
        self._on(2, maker, "AggregationEvent", action="ADD", parentID=box, childEPCs=[packet])
        self._on(3, maker, "ObjectEvent", epcList=[box], **seen, **sent)
        self._on(4, shop, "AggregationEvent", action="ADD", parentID=pallet, childEPCs=[box])
        self._on(5, authority, "ObjectEvent", epcList=[pallet], **seen, disposition="recalled")
        self._on(6, shop, "AggregationEvent", action="DELETE", parentID=box, childEPCs=[packet])

    def _on(self, day, member, kind, **fields):
        self._event(kind, **fields)
        tree = {**self.reports[-1][1], "eventTime": f"2026-10-{day:02}T08:00:00+07:00"}
        self.reports[-1] = (member, tree)


class RepackedPallet(RecalledPallet):
    """What was on the recalled pallet is packed into another box here, and used here."""

    def __post_init__(self):
        super().__post_init__()
        maker, packet = MEMBERS[0], self.objects[0]
        self._on(7, maker, "AggregationEvent", action="ADD", parentID=self.boxes[2], childEPCs=[packet])
        made = {"epcClass": self.lots[0], "quantity": 1, "uom": "KGM"}
        self._on(8, maker, "TransformationEvent", inputEPCList=[packet], outputQuantityList=[made])


def batches(chains):
    """What to capture, in order: place, party, events; the reports of one place in all chains come together, by party."""
    longest = max(len(chain.reports) for chain in chains)
    found = []
    for place in range(longest):
        by_member = defaultdict(list)
        for chain in chains:
            if place < len(chain.reports):
                member, tree = chain.reports[place]
                by_member[member].append(decode_event(tree, Names({"cbvmda": "urn:epcglobal:cbv:mda:"})))
        found += [(member, by_member[member]) for member in MEMBERS if by_member[member]]
    return [(place, member, events) for place, (member, events) in enumerate(found)]
