"""Places on the maps of the public: where published lots were grown and made, rounded to about one kilometre (docs/adr/0065)."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING, Final

from khcn.goods.models import Location, Lot, LotEntry
from khcn.goods.queries.far_places import left_off_the_map
from khcn.goods.queries.published import published_lots, published_places
from khcn.trace.queries.register_facts import PublicPlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from khcn.goods.models import TradeItem
    from khcn.reference.models import AdminUnit

MOST_PLACES: Final = 12
"""The most marks that the map of one page has: the numbers of more would lie upon each other."""


def places_of(entries: Iterable[LotEntry]) -> tuple[PublicPlace, ...]:
    """The places of some entries in the order of their days: of published lots alone, whatever page asks."""
    located = [each for each in entries if each.location.coordinates and each.wrong_on is None]
    lots = published_lots(Lot.objects.filter(pk__in={each.lot_id for each in located}))
    published = set(lots.values_list("pk", flat=True)) if located else set()
    located.sort(key=lambda each: (each.done_on, each.pk))
    return _shown(each.location for each in located if each.lot_id in published)


def places_of_items(items: QuerySet[TradeItem]) -> tuple[PublicPlace, ...]:
    """The places at which published lots of some products were grown or made."""
    entries = LotEntry.objects.filter(
        lot__in=published_lots(Lot.objects.filter(item__in=items)), wrong_on__isnull=True
    )
    rows = Location.objects.filter(pk__in=entries.values("location")).exclude(coordinates="")
    return _shown(rows.order_by("name", "pk"))


def places_of_communes(today: Mapping[int, AdminUnit]) -> tuple[PublicPlace, ...]:
    """The communes of today in which published lots were grown or made, by name, each in the middle of its rounded places; without
    those that lie so far off that their coordinates are doubted.
    `today`: of communes, by their keys, which unit they are today.
    """
    squares: defaultdict[AdminUnit, set[tuple[float, float]]] = defaultdict(set)
    places = list(published_places().only("admin_unit_id", "coordinates"))
    doubted = left_off_the_map(places) if places else set()
    for place in places:
        if place.admin_unit_id in today and place.point is not None and place.pk not in doubted:
            squares[today[place.admin_unit_id]].add(place.point.blurred())
    return tuple(
        PublicPlace(
            unit.full_name,
            fmean(latitude for latitude, _east in squares[unit]),
            fmean(longitude for _north, longitude in squares[unit]),
            unit.code,
        )
        for unit in sorted(squares, key=lambda one: (one.full_name, one.pk))
    )


def _shown(places: Iterable[Location]) -> tuple[PublicPlace, ...]:
    """Those that are in one square under one mark, because the public must not tell them apart."""
    names: defaultdict[tuple[float, float], list[str]] = defaultdict(list)
    for place in places:
        point = place.point
        if point is not None and place.name not in names[point.blurred()]:
            names[point.blurred()].append(place.name)
    return tuple(
        PublicPlace(", ".join(alike), *square) for square, alike in list(names.items())[:MOST_PLACES]
    )
