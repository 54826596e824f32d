"""Places that lie far from others of their commune: coordinates that are possible and yet unlikely."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext as _

from khcn.goods.models import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from khcn.goods.models.coordinates import Point

_OF_COMMUNE: Final = (1, 40)
_OF_PROVINCE: Final = (3, 250)
"""How many others tell where a commune or the province is, and how many kilometres from them surprise nobody: no commune and no province of
the country is as wide.
"""

_MOST_OTHERS: Final = 200
_KILOMETRES: Final = 111.2  # in one degree of a meridian


class _Located(NamedTuple):
    """A place and the points of others, the newest first: of its commune, and of all."""

    point: Point
    of_commune: Sequence[Point]
    of_province: Sequence[Point]

    def kilometres_off(self) -> int:
        """How far it lies from the nearest of its commune, or from the middle of all; 0 where that surprises nobody, or nobody can
        know. The middle, because two wrong points may be near each other.
        """
        least, most = _OF_COMMUNE
        if len(self.of_commune) >= least and (found := _nearest(self.point, self.of_commune)) > most:
            return round(found)
        return round(self._from_middle()) if self._from_middle() > _OF_PROVINCE[1] else 0

    def is_left_off(self) -> bool:
        """Whether the map of the portal has no mark of it: it lies far off, and not only from the one other place of its commune."""
        far_from_one = len(self.of_commune) == 1 and len(self.of_province) >= _OF_PROVINCE[0]
        return self._from_middle() > _OF_PROVINCE[1] or (not far_from_one and bool(self.kilometres_off()))

    def _from_middle(self) -> float:
        if len(self.of_province) < _OF_PROVINCE[0]:
            return 0.0
        latitudes, longitudes = zip(*self.of_province, strict=True)
        return _nearest(self.point, [(median(latitudes), median(longitudes))])


def _nearest(point: Point, others: Sequence[tuple[Decimal, Decimal]]) -> float:
    latitude, longitude = map(float, point)
    flat = math.cos(math.radians(latitude))
    return _KILOMETRES * min(
        math.hypot(float(north) - latitude, (float(east) - longitude) * flat) for north, east in others
    )


def why_far_off(place: Location, _on: date) -> str:
    """That a place lies far from the others of its commune, or of the province; "" where it does not, or nobody can know."""
    if place.point is None:
        return ""
    others = Location.objects.exclude(pk=place.pk).exclude(coordinates="")
    of_commune = _points(others.filter(admin_unit=place.admin_unit_id))
    located = _Located(place.point, of_commune, _points(others))
    if not (kilometres := located.kilometres_off()):
        return ""
    text = _(
        "Tọa độ này cách các địa điểm khác của xã, phường hoặc của tỉnh khoảng %(count)d km. Đối chiếu lại với bản đồ; đúng thì để nguyên."
    )
    found = text % {"count": kilometres}
    if located.is_left_off():
        found += " " + _("Bản đồ của cổng công khai không vẽ địa điểm này.")
    return found


def _points(rows: QuerySet[Location]) -> list[Point]:
    points = [each.point for each in rows.order_by("-pk").only("coordinates")[:_MOST_OTHERS]]
    return [each for each in points if each is not None]


def left_off_the_map(places: Iterable[Location]) -> set[int]:
    """Of these places the keys of those that the map of the portal leaves off: one far point would make all others one spot."""
    of_commune: defaultdict[int, list[tuple[int, Point]]] = defaultdict(list)
    newest: list[tuple[int, Point]] = []
    rows = Location.objects.exclude(coordinates="").order_by("-pk")
    for each in rows.only("admin_unit_id", "coordinates"):
        if (point := each.point) is not None:
            for known in (of_commune[each.admin_unit_id], newest):
                if len(known) <= _MOST_OTHERS:
                    known.append((each.pk, point))
    return {
        place.pk
        for place in places
        if place.point is not None
        and _Located(
            place.point, _without(place, of_commune[place.admin_unit_id]), _without(place, newest)
        ).is_left_off()
    }


def _without(place: Location, known: Iterable[tuple[int, Point]]) -> list[Point]:
    return [point for pk, point in known if pk != place.pk]
