"""Where the things of a chain are drawn: layers from left to right, in each of them a bounded number of boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from khcn.goods.operations.lot_chain import ChainThing, LotChain

MOST_IN_LAYER: Final = 12
FIRST_STEPS: Final = 3
MOST_STEPS: Final = 30
BOX_WIDTH: Final = 210
BOX_HEIGHT: Final = 108
_COLUMN: Final = BOX_WIDTH + 60
_ROW: Final = BOX_HEIGHT + 16
_TOP: Final = 28
MOST_LINES: Final = 400
_MOST_IN_BOX: Final = 6
"""Lines of text for which a box has room."""

_Line = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class DrawnThing:
    """A box, by its upper left corner, and the lines of text in it, cut to its width."""

    thing: ChainThing
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainDrawing:
    """A part of a chain: so many steps to each side, in each layer the boxes of one page.

    `lines`: curves from box to box, `doubtful_lines` those that only parties report that are not of the chain, `lines_left_out`: so many
    more are not drawn; `total`: things of the whole chain; `has_more_steps`, `has_more_in_layers`: whether something is
    outside of this part, further away or on the next page.
    """

    boxes: tuple[DrawnThing, ...]
    lines: tuple[_Line, ...]
    doubtful_lines: tuple[_Line, ...]
    lines_left_out: int
    heads: tuple[tuple[int, int, int], ...]
    width: int
    height: int
    total: int
    has_more_steps: bool
    has_more_in_layers: bool

    @property
    def things(self) -> list[ChainThing]:
        """What is drawn, in the order of reading."""
        return [each.thing for each in self.boxes]


def drawing_of(chain: LotChain, *, steps: int, page: int) -> ChainDrawing:
    """The part of a chain that is looked at. Every page has the lot that was asked for."""
    near: dict[int, list[ChainThing]] = {}
    has_more = False
    layers = _ordered(chain)
    for number in sorted(layers):
        if abs(number) > steps:
            continue
        things = layers[number]
        start = 0 if number == 0 else (page - 1) * MOST_IN_LAYER
        near[number] = things[start : start + MOST_IN_LAYER]
        has_more |= len(things) > start + MOST_IN_LAYER
    boxes = tuple(
        DrawnThing(thing, 10 + place * _COLUMN, _TOP + row * _ROW, _lines_of(thing))
        for place, things in enumerate(near.values())
        for row, thing in enumerate(things)
    )
    lines, doubtful = _curves(chain, {each.thing.id: each for each in boxes})
    left_out = max(len(lines) + len(doubtful) - MOST_LINES, 0)
    tallest = max(map(len, near.values()), default=1)
    return ChainDrawing(
        boxes,
        lines[:MOST_LINES],
        doubtful[: max(MOST_LINES - len(lines), 0)],
        left_out,
        tuple((10 + place * _COLUMN, 18, number) for place, number in enumerate(near)),
        20 + max(len(near), 1) * _COLUMN - 60,
        _TOP + tallest * _ROW,
        len(chain.things),
        any(abs(number) > steps for number in layers),
        has_more,
    )


def _ordered(chain: LotChain) -> dict[int, list[ChainThing]]:
    """In each layer beside what they are connected with in the layer nearer to the lot, then by name."""
    beside: dict[str, list[str]] = {}
    for edge in chain.edges:
        for source in edge.sources:
            beside.setdefault(source, []).extend(edge.products)
        for product in edge.products:
            beside.setdefault(product, []).extend(edge.sources)
    places: dict[str, int] = {}
    found: dict[int, list[ChainThing]] = {}

    def key(thing: ChainThing) -> tuple[float, str, str]:
        known = [places[each] for each in beside.get(thing.id, ()) if each in places]
        return (sum(known) / len(known) if known else 0.0, thing.name, thing.id)

    layers = chain.layers
    for number in sorted(layers, key=lambda each: (abs(each), each)):
        found[number] = sorted(layers[number], key=key)
        places |= {thing.id: place for place, thing in enumerate(found[number])}
    return found


def _curves(chain: LotChain, boxes: dict[str, DrawnThing]) -> tuple[tuple[_Line, ...], tuple[_Line, ...]]:
    """The curves of confirmed edges, and those of others."""
    found: dict[_Line, bool] = {}
    for edge in chain.edges:
        if edge.kind in (EdgeKind.REMOVAL, EdgeKind.EMPTYING, EdgeKind.PART_REMOVAL):
            continue  # they end what was packed, and carry no goods
        products = [boxes[each] for each in edge.products if each in boxes]
        for source in [boxes[each] for each in edge.sources if each in boxes]:
            for product in products:
                middle = BOX_HEIGHT // 2
                line = (source.x + BOX_WIDTH, source.y + middle, product.x, product.y + middle)
                found[line] = found.get(line, False) or chain.has(edge, source.thing.id, product.thing.id)
    return (
        tuple(line for line, is_confirmed in found.items() if is_confirmed),
        tuple(line for line, is_confirmed in found.items() if not is_confirmed),
    )


_LONGEST_LINE: Final = 29


def _lines_of(thing: ChainThing) -> tuple[str, ...]:
    wanted = (
        thing.name,
        f"{thing.kind} {thing.number}".strip(),
        _first_of(thing.holders),
        *([_("? chưa xác nhận: %(names)s") % {"names": _first_of(thing.doubtful)}] if thing.doubtful else []),
        *(f"⚠ {mark}" for mark in thing.marks[:1]),
        *([f"? {thing.gap}"] if thing.gap else []),
    )
    shown = [each for each in wanted if each][:_MOST_IN_BOX]
    return tuple(each if len(each) <= _LONGEST_LINE else each[: _LONGEST_LINE - 1] + "…" for each in shown)


def _first_of(names: list[str]) -> str:
    return ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")  # noqa: PLR2004
