"""What the public finds before it signs in: published products by word, group and commune, recalls in force, figures of the province."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Count, Max, Q
from django.utils import timezone

from khcn.epcis.ids.digital_link import CANONICAL_STEM, unescape
from khcn.goods.models import ProductCertificate, ProductGroup, RecallStock, TradeItem
from khcn.goods.models.parties import not_spoken_for
from khcn.goods.queries.public_places import places_of_communes
from khcn.goods.queries.published import published_items, published_lots
from khcn.goods.queries.recalled_lots import still_reached
from khcn.goods.rules import shortest_gtin
from khcn.goods.workflow import CLOSED, RECALLED
from khcn.kernel.registers.registry import register_of
from khcn.kernel.search.register_search import rows_with_words
from khcn.kernel.search.search_words import read_words
from khcn.parties.models import Organisation
from khcn.reference.models import AdminUnit, AdminUnitSuccession
from khcn.trace.queries.recalls.recall_terms import Rank
from khcn.trace.queries.recalls.recalls_listed import recalls_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.trace.queries.recalls.public_recalls import PublicRecall
    from khcn.trace.queries.register_facts import PublicPlace

LONGEST_QUERY: Final = 200
PAGE_SIZE: Final = 30
MOST_PAGES: Final = 1_000


@dataclass(frozen=True, slots=True)
class PortalQuery:
    """What somebody looks for; a value that is none of the choices narrows nothing."""

    words: str = ""
    group: str = ""
    commune: str = ""
    page: int = 1


class FoundItems(NamedTuple):
    """One page of what was found, and whether there are more."""

    items: Sequence[TradeItem]
    total: int
    has_next: bool


class ProvinceFigures(NamedTuple):
    """What is published in the province."""

    producers: int
    products: int
    lots: int
    certificates: int


class RecalledGoods(NamedTuple):
    """A product or lot that is recalled: the path of its page, its name and lot number, and the recall. `since`: from which day on;
    `ended_on`: when the recall by the department was over, where what is left of the goods may not be used still.
    """

    path: str
    name: str
    lot: str
    recall: PublicRecall
    since: date
    ended_on: date | None = None


def read_query(given: dict[str, str]) -> PortalQuery:
    """What an address asks for."""
    page = given.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) <= len(str(MOST_PAGES)) else 1
    return PortalQuery(
        given.get("q", "").strip()[:LONGEST_QUERY],
        given.get("group", "")[:40],
        given.get("commune", "")[:8],
        max(1, min(number, MOST_PAGES)),
    )


def found_items(query: PortalQuery) -> FoundItems:
    """The published products with the words, in the order of their names."""
    words = read_words(query.words)
    rows = published_items()
    if query.words:
        named = rows_with_words(rows, register_of(TradeItem).searched, words).rows.values("pk")
        lots = published_lots().filter(number__iexact=query.words).values("item")
        rows = rows.filter(Q(pk__in=named) | Q(pk__in=lots))
    if query.group:
        rows = rows.filter(group__code=query.group)
    if query.commune:
        rows = rows.filter(organisation__in=_of_commune(query.commune))
    count = rows.count()
    start = (query.page - 1) * PAGE_SIZE
    shown = rows.select_related("organisation", "group").order_by("name", "pk")[start : start + PAGE_SIZE]
    return FoundItems(list(shown), count, count > start + PAGE_SIZE)


def _of_commune(code: str) -> QuerySet[Organisation]:
    """Producers in a commune of today: of which they are on record, or have a place, by whatever name it had then."""
    units = [unit.pk for unit, today in _communes_of_producers().items() if today.code == code]
    return Organisation.objects.filter(Q(admin_unit__in=units) | Q(locations__admin_unit__in=units))


def groups() -> Sequence[tuple[str, str]]:
    """Groups that something is published of: code and name."""
    rows = ProductGroup.objects.filter(items__in=published_items()).distinct().order_by("name")
    return list(rows.values_list("code", "name"))


def communes() -> Sequence[tuple[str, str]]:
    """Communes of today in which producers have published something: code and name, by name."""
    found = {unit.code: unit.full_name for unit in _communes_of_producers().values()}
    return sorted(found.items(), key=lambda commune: commune[1])


def communes_on_map() -> Sequence[PublicPlace]:
    """The communes of today in which something published was grown or made, with the code of each for its path."""
    return places_of_communes({unit.pk: today for unit, today in _communes_of_producers().items()})


def _communes_of_producers() -> dict[AdminUnit, AdminUnit]:
    """The communes of producers that have published something, as they are on record, and which unit each is today: itself where that is none
    or more than one.
    """
    producers = published_items().values("organisation")
    own = Q(organisation__in=producers) | Q(location__organisation__in=producers)
    units = list(AdminUnit.objects.filter(own).distinct())
    on = timezone.localtime().date()
    heirs = {unit.pk: {unit.pk} for unit in units if not unit.is_valid(on=on)}
    links = AdminUnitSuccession.objects.filter(effective_on__lte=on)
    reached = frontier = set(heirs)
    while frontier:  # once for each change of the map, of which there are few
        steps = list(links.filter(predecessor__in=frontier).values_list("predecessor", "successor"))
        for found in heirs.values():
            found.update([after for before, after in steps if before in found])
        frontier = {after for _before, after in steps} - reached
        reached = reached | frontier
    valid = {unit.pk: unit for unit in AdminUnit.objects.filter(pk__in=reached).valid(on=on)}
    today = {unit: [valid[key] for key in heirs.get(unit.pk, ()) if key in valid] for unit in units}
    return {unit: now[0] if len(now) == 1 else unit for unit, now in today.items()}


def figures() -> ProvinceFigures:
    """How much is published."""
    items = published_items()
    producers = items.aggregate(count=Count("organisation", distinct=True))["count"]
    certificates = ProductCertificate.objects.filter(
        Q(item__in=items) | Q(item__isnull=True, organisation__in=items.values("organisation"))
    )
    return ProvinceFigures(producers, items.count(), published_lots().count(), certificates.count())


def recalled_goods() -> Sequence[RecalledGoods]:
    """The recalls in force of products and lots that are published here, or that programs report."""
    listed = recalls_in_force()
    named = [_numbers(one.thing) for one in listed]
    items = TradeItem.objects.filter(gtin__in={shortest_gtin(gtin) for gtin, _lot in named})
    names = {item.number: item.full_name for item in items.exclude(pk__in=not_spoken_for(items))}
    paths = [one.thing.removeprefix(CANONICAL_STEM) for one in listed]
    own = _own_recalls(
        path for path, one in zip(paths, listed, strict=True) if one.recall.rank is Rank.AUTHORITY
    )
    found = []
    for path, one, (gtin, lot) in zip(paths, listed, named, strict=True):
        since, ended_on = own.get(path, (one.recall.since.date(), None))
        found.append(RecalledGoods(path, names.get(gtin, gtin), lot, one.recall, since, ended_on))
    return found


def _own_recalls(paths: Iterable[str]) -> Mapping[str, tuple[date, date | None]]:
    """Of lots, by the paths of their pages, from which day on the department recalls them and when that was over; events say when
    it was recorded. Of several recalls one that goes on counts, then the latest.
    """
    rows = RecallStock.objects.filter(
        lot_path__in=set(paths), recall__state__in=(RECALLED, CLOSED), recall__is_drill=False
    )
    recalls = [(row.lot_path, row.recall) for row in still_reached(rows)]
    recalls.sort(
        key=lambda each: (each[1].state == RECALLED, each[1].recalled_on or each[1].opened_on, each[1].pk)
    )
    return {path: (one.recalled_on or one.opened_on, one.ended_on) for path, one in recalls}


def _numbers(thing: str) -> tuple[str, str]:
    """GTIN and lot number in the id of a product or lot."""
    key, _ai, lot = thing.removeprefix(f"{CANONICAL_STEM}/01/").partition("/10/")
    return key, unescape(lot)


def listed_pages() -> Sequence[tuple[str, date]]:
    """The pages that search engines may list, of products and their producers, each with the day on which something was last published."""
    rows = published_items().annotate(
        last=Max("lots__published_on"), gln=Max("organisation__trace_parties__gln")
    )
    found: dict[str, date] = {}
    for item in rows.order_by("gtin"):
        found[item.public_path] = item.last
        if item.gln:
            path = f"/417/{item.gln}"
            found[path] = max(item.last, found.get(path, item.last))
    return sorted(found.items())
