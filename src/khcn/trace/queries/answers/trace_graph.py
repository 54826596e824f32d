"""The answer to a trace query as values: things, and the edges between them with the events that report them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.trace.queries.answers.goods_quantities import GoodsQuantity
    from khcn.trace.queries.answers.parties_of_goods import PartyOfGoods
    from khcn.trace.queries.answers.repeated_sales import RepeatedSale
    from khcn.trace.queries.recalls.recall_terms import Recall
    from khcn.trace.stored_codes import EdgeKind


@dataclass(frozen=True, slots=True)
class TraceThing:
    """A thing of the graph, by its canonical id, and its distance in edges from the thing asked for."""

    id: str
    steps: int


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """The event that reports an edge; `event_time` in microseconds since 1970-01-01T00:00:00Z."""

    event_time: int
    event_id: str
    row: int = field(compare=False)  # id of `Event`; gives only the order of capture
    owner: int = field(default=0, compare=False)  # the party that reported it
    is_confirmed: bool = field(default=False, compare=False)  # see `lineage_trust`


@dataclass(frozen=True, slots=True)
class TraceEdge:
    """An edge from each of `sources` to each of `products`; holds only things of the graph.

    Sources are inputs, contents or the lot; products are outputs, the container or the instances. A transformation that
    several events of a party report by one transformationID is one edge; it has no products until an event reports outputs.
    """

    events: tuple[TraceEvent, ...]
    kind: EdgeKind
    sources: tuple[str, ...]
    products: tuple[str, ...]
    transformation: str | None = None  # the transformationID

    @property
    def is_confirmed(self) -> bool:
        """Whether one of its events is (docs/adr/0028)."""
        return any(each.is_confirmed for each in self.events)


@dataclass(frozen=True, slots=True)
class TraceGraph:
    """Things ordered by steps, then by id; edges ordered by time. The order of capture has no influence.

    `left_out`: so many events that are not confirmed were left out, because the graph would be too large with them.
    `recalls`: those in force of the things; of `recalls_left_out` further things it was not found out.
    `parties`: forward, those that had things of the graph or were named as receivers; `has_all_parties`: whether these are all.
    `quantities`: forward and for authorities, what events say how much it was; `has_all_quantities`: whether these are all.
    `repeated_sales`: of objects that several parties sold; `has_all_sales`: whether these are all.
    """

    thing: str
    things: tuple[TraceThing, ...]
    edges: tuple[TraceEdge, ...]
    left_out: int = 0
    recalls: tuple[Recall, ...] = ()
    recalls_left_out: int = 0
    parties: tuple[PartyOfGoods, ...] = ()
    has_all_parties: bool = True
    quantities: tuple[GoodsQuantity, ...] = ()
    has_all_quantities: bool = True
    repeated_sales: tuple[RepeatedSale, ...] = ()
    has_all_sales: bool = True


def confirmed_things(edges: Iterable[TraceEdge], thing: str, *, is_back: bool = False) -> set[str]:
    """The things to which confirmed edges lead from a thing: what it became, or with `is_back` of what it was made."""
    ways = [
        (each.products, each.sources) if is_back else (each.sources, each.products)
        for each in edges
        if each.is_confirmed
    ]
    reached, added = {thing}, {thing}
    while added:
        added = {far for near, fars in ways if added.intersection(near) for far in fars} - reached
        reached |= added
    return reached
