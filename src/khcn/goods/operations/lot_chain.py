"""The chain of a lot as a drawing: what it was made from, what it went into, who has it, and where nothing is known.

All of it is read from the event repository in a number of statements that does not grow with the chain.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM, unescape
from khcn.goods.models import Lot, TradeItem
from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.rules import shortest_gtin
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.numbers import format_number
from khcn.trace.models import TraceParty
from khcn.trace.queries import downstream, upstream
from khcn.trace.queries.answers.parties_of_goods import HowKnown
from khcn.trace.queries.answers.trace_graph import confirmed_things
from khcn.trace.queries.walks.traversal import GraphTooLarge
from khcn.trace.store import EVERYTHING
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_package

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.trace.queries.answers.goods_quantities import GoodsQuantity
    from khcn.trace.queries.answers.parties_of_goods import PartyOfGoods
    from khcn.trace.queries.answers.trace_graph import TraceEdge, TraceGraph

_BATCH: Final = 500
_LONGEST_NAME: Final = 60


@dataclass(slots=True)
class ChainThing:
    """A lot, object or package of the chain. `layer`: steps from the lot that was asked for, below 0 for what it was made from.

    `holders`: who reported it; `doubtful`: who reported it and is not of its chain (docs/adr/0028); `unanswered`: who was named as its
    receiver and reports nothing; `marks`: in words, what a reader must not miss; `gap`: in words, what is not known here; `unit`: of
    trade, of a product on record; `since`: the time of the first event, in microseconds since 1970-01-01T00:00:00Z.
    """

    id: str
    layer: int
    name: str = ""
    number: str = ""
    url: str = ""
    holders: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    gap: str = ""
    unit: str = ""
    since: int | None = None

    @property
    def path(self) -> str:
        """Its code as on the page where the public looks it up."""
        return self.id.removeprefix(CANONICAL_STEM)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        if is_lot(self.id):
            return _("lô")
        return _("kiện hàng") if is_package(self.id) else _("sản phẩm lẻ")


@dataclass(slots=True)
class LotChain:
    """The whole chain of a lot, things by layer. `is_whole`: whether nothing was left out; `contacts`: of its parties; `names`: of all that
    report something, by GLN; `confirmed`: the GLNs of those that belong to it; `reported_only`: things to which only reports of others lead; `is_confirmed`: whether others report nothing.
    """

    things: dict[str, ChainThing]
    edges: tuple[TraceEdge, ...]
    quantities: tuple[GoodsQuantity, ...]
    contacts: tuple[TraceParty, ...]
    names: Mapping[str, str]
    confirmed: frozenset[str]
    reported_only: frozenset[str]
    is_whole: bool
    is_confirmed: bool

    def has(self, edge: TraceEdge, *ends: str) -> bool:
        """Whether parties of the chain report that an edge leads from one of its ends to the other."""
        return edge.is_confirmed and self.reported_only.isdisjoint(ends)

    @property
    def layers(self) -> Mapping[int, Sequence[ChainThing]]:
        """From the materials to the goods."""
        found: defaultdict[int, list[ChainThing]] = defaultdict(list)
        for thing in self.things.values():
            found[thing.layer].append(thing)
        return {number: found[number] for number in sorted(found)}


def chain_of(lot: Lot, *, actor: Actor, on: date) -> LotChain:
    """The chain of a lot as it is reported on a day. Raises ``Refused`` where it is too long to be read at once."""
    thing = CANONICAL_STEM + lot.public_path
    try:
        back, forward = (
            upstream(thing, EVERYTHING, with_reports=True),
            downstream(thing, EVERYTHING),
        )
    except GraphTooLarge as too_large:
        text = _(
            "Chuỗi của lô %(lot)s có hơn %(most)s mắt xích, quá nhiều cho một sơ đồ. Mở sơ đồ từ một lô gần hơn trong chuỗi."
        )
        raise Refused(
            text % {"lot": lot.number, "most": format_number(too_large.limit)}, code="too_large"
        ) from too_large
    things = {each.id: ChainThing(each.id, -each.steps) for each in back.things}
    for each in forward.things:
        things.setdefault(each.id, ChainThing(each.id, each.steps))
    things.setdefault(thing, ChainThing(thing, 0))
    edges = tuple(dict.fromkeys((*back.edges, *forward.edges)))
    reported_only = _reported_only(thing, back, forward)
    ahead = {each.id for each in forward.things}
    known = _known(
        (*forward.parties, *(each for each in back.parties if each.thing not in ahead)), reported_only
    )
    quantities = _known(
        (*forward.quantities, *(each for each in back.quantities if each.thing not in ahead)), reported_only
    )
    # whom strangers name is nobody of the chain
    known = [each for each in known if each.is_confirmed or each.how == HowKnown.REPORTED]
    confirmed = frozenset(each.party for each in known if each.is_confirmed)
    names, contacts = _give_holders(things, known, actor)
    _give_names(things, actor, on)
    _give_marks(things, back, forward)
    _give_gaps(things, edges, reported_only)
    is_whole = all(
        not each.left_out and each.has_all_parties and each.has_all_quantities and not each.recalls_left_out
        for each in (back, forward)
    )
    is_confirmed = (
        not reported_only
        and all(each.is_confirmed for each in edges)
        and all(each.is_confirmed for each in known)
        and all(each.is_confirmed for each in quantities)
    )
    return LotChain(
        things,
        edges,
        tuple(quantities),
        contacts,
        names,
        confirmed,
        frozenset(reported_only),
        is_whole,
        is_confirmed,
    )


_Reported = TypeVar("_Reported", "PartyOfGoods", "GoodsQuantity")


def _known(reported: Iterable[_Reported], reported_only: Collection[str]) -> list[_Reported]:
    """What is reported of things; who is of the chain of a thing that only others bring into this chain is not of this one."""
    return [replace(each, is_confirmed=False) if each.thing in reported_only else each for each in reported]


def _reported_only(thing: str, back: TraceGraph, forward: TraceGraph) -> set[str]:
    """The things to which nobody's reports lead but those of parties that are not of the chain."""
    confirmed = confirmed_things(forward.edges, thing) | confirmed_things(back.edges, thing, is_back=True)
    return {each.id for graph in (back, forward) for each in graph.things} - confirmed


def _give_holders(
    things: Mapping[str, ChainThing], known: Sequence[PartyOfGoods], actor: Actor
) -> tuple[Mapping[str, str], tuple[TraceParty, ...]]:
    parties: dict[str, TraceParty] = {}
    for part in chunks(sorted({each.party for each in known}), _BATCH):
        for party in TraceParty.objects.filter(gln__in=part).select_related("organisation"):
            parties[party.gln] = party
    names = {gln: shown_record_name(each, actor) for gln, each in parties.items()}
    for each in known:
        found = parties.get(each.party)
        if each.thing not in things or (found is not None and found.is_authority):
            continue
        name = names.get(each.party) or name_of_unknown(each.party)
        thing = things[each.thing]
        thing.since = min(thing.since or each.since, each.since)
        if not each.is_confirmed:
            thing.doubtful.append(name)
        else:
            (thing.holders if each.how == HowKnown.REPORTED else thing.unanswered).append(name)
    return names, tuple(each for _gln, each in sorted(parties.items()) if not each.is_authority)


def name_of_unknown(party: str) -> str:
    """What a party is called that only events of others name."""
    return _("chưa có tên trong hệ thống (mã %(code)s)") % {"code": party}


def _give_names(things: Mapping[str, ChainThing], actor: Actor, on: date) -> None:
    """Names of products, numbers of lots, and of those that are on record the page and the party that has entered them."""
    by_gtin: defaultdict[str, list[ChainThing]] = defaultdict(list)
    for thing in things.values():
        parts = thing.path.split("/")
        thing.name = parts[2] if len(parts) > 2 else thing.path  # noqa: PLR2004 -- the value of the first key
        thing.number = unescape(parts[4]) if len(parts) > 4 else ""  # noqa: PLR2004 -- that of the second one
        by_gtin[shortest_gtin(thing.name)].append(thing)
    for part in chunks(sorted(by_gtin), _BATCH):
        for item in TradeItem.objects.filter(gtin__in=part):
            for thing in by_gtin[item.gtin or ""]:
                thing.name, thing.unit = shown_record_name(item, actor), item.unit
    register = register_of(Lot)
    lots = register.visible(actor).filter(source_path="").select_related("item__organisation")
    for each in chunks(list(things.values()), _BATCH):
        gtins = {shortest_gtin(thing.path.split("/")[2]) for thing in each if thing.number}
        for lot in lots.filter(item__gtin__in=gtins, number__in={thing.number for thing in each}):
            if (path := CANONICAL_STEM + lot.public_path) not in things:
                continue
            thing = things[path]
            thing.url = register.detail_url(lot.pk)
            if lot.is_past(on):
                thing.marks.append(_("quá hạn sử dụng"))
            maker = shown_record_name(lot.item.organisation, actor)
            if not thing.holders and maker:
                thing.holders.append(maker)


def _give_marks(things: Mapping[str, ChainThing], back: TraceGraph, forward: TraceGraph) -> None:
    stops = stops_of([each.path for each in things.values()])
    recalled = {each.subject for graph in (back, forward) for each in graph.recalls}
    for thing in things.values():
        if thing.id in recalled:
            thing.marks.insert(0, _("đang thu hồi"))
        elif thing.path in stops:
            thing.marks.insert(0, _("đang tạm dừng hoặc thu hồi"))


def _give_gaps(
    things: Mapping[str, ChainThing], edges: Iterable[TraceEdge], reported_only: Collection[str]
) -> None:
    """Where the chain ends because nobody has reported more, not because there is no more; what only strangers say is of it."""
    made = {product for each in edges for product in each.products}
    for thing in things.values():
        if thing.id in reported_only:
            thing.gap = _("chỉ có báo cáo chưa xác nhận")
        elif not thing.holders and not thing.url and thing.id not in made:
            thing.gap = _("chưa ai báo làm ra")
        elif thing.unanswered:
            thing.gap = _("bên nhận chưa báo đã nhận")
