"""Draws places as a small map: the net of degrees, a scale and numbered points, by the server, without script, picture or another host.

It has no borders, because no outline of the provinces since 2025 is at hand that may be given away (docs/adr/0065).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.views.public_words import page_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.trace.queries.register_facts import PublicPlace

WIDTH: Final = 320
_LEAST_HEIGHT, _MOST_HEIGHT = 160, 420
_KILOMETRES: Final = 111.2  # in one degree of a meridian
_LEAST_SPAN: Final = 0.2
"""Degrees that a map shows at least, so that a rounded point does not look like a measured one."""

_STEPS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45)
_SCALES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_MOST_LINES: Final = 4
_SCALE_PART: Final = 0.35  # of the width


class MapPoint(NamedTuple):
    """A place on the drawing, in its units, with its number in the list beside it."""

    number: int
    x: int
    y: int
    name: str
    path: str


class MapLine(NamedTuple):
    """A line of the net of degrees, by its place on the drawing."""

    at: int
    label: str


class PlaceMap(NamedTuple):
    """A map, in the units of its drawing."""

    width: int
    height: int
    meridians: tuple[MapLine, ...]
    parallels: tuple[MapLine, ...]
    points: tuple[MapPoint, ...]
    scale_width: int
    scale: str


def place_map(places: Sequence[PublicPlace]) -> PlaceMap | None:
    """The map of some places; None where there are none."""
    if not places:
        return None
    south, north = _span([each.latitude for each in places], _LEAST_SPAN)
    flat = max(0.05, math.cos(math.radians((south + north) / 2)))  # a degree to the east is so much shorter
    west, east = _span([each.longitude for each in places], _LEAST_SPAN / flat)
    units = WIDTH / (east - west)  # in one degree to the east
    height = (north - south) * units / flat
    if height > _MOST_HEIGHT:
        units *= _MOST_HEIGHT / height
        wider = (WIDTH / units - (east - west)) / 2
        west, east, height = west - wider, east + wider, _MOST_HEIGHT
    elif height < _LEAST_HEIGHT:
        higher = (_LEAST_HEIGHT - height) * flat / units / 2
        south, north, height = south - higher, north + higher, _LEAST_HEIGHT

    def x(longitude: float) -> int:
        return round((longitude - west) * units)

    def y(latitude: float) -> int:
        return round((north - latitude) * units / flat)

    is_english = page_language() == "en"
    step = next((each for each in _STEPS if (east - west) / each <= _MOST_LINES), _STEPS[-1])
    kilometres = WIDTH / (units / (_KILOMETRES * flat))
    scale = max((each for each in _SCALES if each <= kilometres * _SCALE_PART), default=_SCALES[0])
    return PlaceMap(
        WIDTH,
        round(height),
        tuple(MapLine(x(at), _degrees(at, "EW" if is_english else "ĐT")) for at in _net(west, east, step)),
        tuple(MapLine(y(at), _degrees(at, "NS" if is_english else "BN")) for at in _net(south, north, step)),
        tuple(
            MapPoint(number, x(each.longitude), y(each.latitude), each.name, each.path)
            for number, each in enumerate(places, 1)
        ),
        round(WIDTH * scale / kilometres),
        f"{scale} km",
    )


def _span(values: Sequence[float], least: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = max((high - low) * 0.12, (least - (high - low)) / 2)
    return low - margin, high + margin


def _net(low: float, high: float, step: float) -> list[float]:
    """The degrees at which lines are drawn, those too near to the edge left out."""
    edge = (high - low) * 0.03
    first, last = math.ceil((low + edge) / step), math.floor((high - edge) / step)
    return [each * step for each in range(first, last + 1)]


def _degrees(value: float, letters: str) -> str:
    """Degrees with the letter of their direction: those to the north and east have the first one."""
    text = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    return f"{text if letters in {'EW', 'NS'} else text.replace('.', ',')}°{letters[value < 0]}"
