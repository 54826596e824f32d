"""Places that lie far from others of their commune: coordinates that are possible and yet unlikely."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from django.utils.translation import gettext as _

from khcn.goods.models import Location
from khcn.goods.queries.published import published_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.goods.models.coordinates import Point

_OF_COMMUNE: Final = (1, 40)
_OF_PROVINCE: Final = (3, 250)
"""How many others tell where a commune or the province is, and how many kilometres from them surprise nobody: no commune and no province of
the country is as wide.
"""

_MOST_OTHERS: Final = 200
_KILOMETRES: Final = 111.2  # in one degree of a meridian


Coordinates: TypeAlias = tuple[float, float]


class _Located(NamedTuple):
    """A place and the points of others, the newest first: of its commune, and of all."""

    point: Coordinates
    of_commune: Sequence[Coordinates]
    of_province: Sequence[Coordinates]

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


def _nearest(point: Coordinates, others: Sequence[Coordinates]) -> float:
    latitude, longitude = point
    flat = math.cos(math.radians(latitude))
    return _KILOMETRES * min(
        math.hypot(north - latitude, (east - longitude) * flat) for north, east in others
    )


def why_far_off(place: Location, _on: date) -> str:
    """That a place lies far from the others of its commune, or of the province; "" where it does not, or nobody can know.

    The others are those of the same organisation, and of other ones what the public sees, rounded as it sees it: who moves a place of
    their own about and reads this text finds out nothing else.
    """
    if place.point is None:
        return ""
    of_others = published_places().exclude(organisation=place.organisation_id)
    own = Location.objects.filter(organisation=place.organisation_id).exclude(pk=place.pk)
    rows = [*_newest(own.exclude(coordinates="")), *_newest(of_others)]
    known = [(each.admin_unit_id, _point_for(place, each)) for each in rows]
    of_commune = [point for unit, point in known if unit == place.admin_unit_id]
    located = _Located(_exactly(place.point), of_commune, [point for _unit, point in known])
    if not (kilometres := located.kilometres_off()):
        return ""
    text = _(
        "Tọa độ này cách các địa điểm khác của xã, phường hoặc của tỉnh khoảng %(count)d km. Đối chiếu lại với bản đồ; đúng thì để nguyên."
    )
    found = text % {"count": kilometres}
    if place.pk in left_off_the_map([place]):
        found += " " + _("Bản đồ của cổng công khai không vẽ địa điểm này.")
    return found


def _newest(rows: QuerySet[Location]) -> list[Location]:
    found = rows.order_by("-pk").only("admin_unit_id", "organisation_id", "coordinates")[:_MOST_OTHERS]
    return [each for each in found if each.point is not None]


def _point_for(place: Location, other: Location) -> Coordinates:
    """Where another place is, as exactly as the organisation of a place may know."""
    point: Any = other.point
    return _exactly(point) if other.organisation_id == place.organisation_id else point.blurred()


def _exactly(point: Point) -> Coordinates:
    return float(point.latitude), float(point.longitude)


def left_off_the_map(places: Iterable[Location]) -> set[int]:
    """Of these places the keys of those that the map of the portal leaves off, compared with what is published, rounded: one far point
    would make all others one spot.
    """
    of_commune: defaultdict[int, list[tuple[int, Coordinates]]] = defaultdict(list)
    newest: list[tuple[int, Coordinates]] = []
    for each in published_places().order_by("-pk").only("admin_unit_id", "coordinates"):
        if (point := each.point) is not None:
            for known in (of_commune[each.admin_unit_id], newest):
                if len(known) <= _MOST_OTHERS:
                    known.append((each.pk, point.blurred()))
    return {
        place.pk
        for place in places
        if place.point is not None
        and _Located(
            _exactly(place.point), _without(place, of_commune[place.admin_unit_id]), _without(place, newest)
        ).is_left_off()
    }


def _without(place: Location, known: Iterable[tuple[int, Coordinates]]) -> list[Coordinates]:
    return [point for pk, point in known if pk != place.pk]
