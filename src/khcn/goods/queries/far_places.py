"""Places that lie far from others of their commune: coordinates that are possible and yet unlikely."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.goods.models import Location
from khcn.goods.queries.public_places import published_places

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

_OF_COMMUNE: Final = (1, 40)
_OF_PROVINCE: Final = (3, 250)
"""How many others tell where a commune or the province is, and how many kilometres from the nearest of them surprise nobody: no commune and
no province of the country is as wide.
"""

_MOST_OTHERS: Final = 200
_KILOMETRES: Final = 111.2  # in one degree of a meridian


def why_far_off(place: Location, _on: date) -> str:
    """That a place lies far from the others of its commune, or of the province; "" where it does not, or nobody can know.

    The others are those of the same organisation, and of other ones what the public sees, rounded as it sees it: who moves a place of
    their own about and reads this text finds out nothing else.
    """
    if place.point is None:
        return ""
    located = Location.objects.exclude(pk=place.pk).exclude(coordinates="")
    others = located.filter(Q(organisation=place.organisation_id) | Q(pk__in=published_places().values("pk")))
    among: tuple[tuple[QuerySet[Location], tuple[int, int]], ...] = (
        (others.filter(admin_unit=place.admin_unit_id), _OF_COMMUNE),
        (others, _OF_PROVINCE),
    )
    for rows, (least, most) in among:
        kilometres = _kilometres_from(place, rows, least)
        if kilometres is None:
            continue
        if kilometres <= most:
            return ""
        text = _(
            "Tọa độ này cách các địa điểm khác của xã, phường hoặc của tỉnh khoảng %(count)d km. Đối chiếu lại với bản đồ; đúng thì để nguyên."
        )
        return text % {"count": round(kilometres)}
    return ""


def _kilometres_from(place: Location, rows: QuerySet[Location], least: int) -> float | None:
    """How far a place is from the nearest of others; None where there are too few of them."""
    known = [
        tuple(map(float, each.point))
        if each.organisation_id == place.organisation_id
        else each.point.blurred()
        for each in rows.order_by("-pk").only("coordinates", "organisation_id")[:_MOST_OTHERS]
        if each.point is not None
    ]
    if len(known) < least or place.point is None:
        return None
    latitude, longitude = map(float, place.point)
    flat = math.cos(math.radians(latitude))
    return _KILOMETRES * min(math.hypot(north - latitude, (east - longitude) * flat) for north, east in known)
