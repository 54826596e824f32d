"""How far organisations have come by their own lots, for those who support them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import F, Max, Min, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from khcn.goods.models import Lot, LotEntry, ParticipationRequest
from khcn.goods.models.parties import trace_parties
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.registers.registry import register_of
from khcn.trace.models import TraceParty
from khcn.trace.queries.party_progress import PartyProgress

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.trace.queries.party_progress import Asked


def progress_of_parties(cases: Collection[Asked], actor: Actor) -> Mapping[Asked, PartyProgress]:
    """By organisation: when it joined, the data of its lot, and its first publication since a day.

    One lot stands for an organisation: the one it published last, else the one it made last. What came from others is no lot of its own.
    """
    joined = _joined({organisation for organisation, _since in cases})
    lots = _lots(joined)
    published = _published(joined)
    entered = _entered([lot.pk for lot in lots.values()])
    elements = {lot.pk: sum(each.counts for each in lot.elements) for lot in lots.values()}
    register = register_of(Lot)
    readable = set(register.visible(actor).filter(pk__in=entered).values_list("pk", flat=True))
    found = {}
    for organisation, since in cases:
        if organisation not in joined:
            continue
        days = published.get(organisation, [])
        place = bisect_left(days, since)
        progress = PartyProgress(
            joined[organisation], published_on=days[place] if place < len(days) else None
        )
        if (lot := lots.get(organisation)) is not None:
            progress = replace(
                progress,
                elements=elements[lot.pk],
                data_on=min(filter(None, (entered[lot.pk], lot.published_on))),
            )
            if lot.pk in readable:
                words = f"{shown_record_name(lot.item, actor)}, {lot.number}"
                progress = replace(progress, lot=words, lot_url=register.detail_url(lot.pk))
        found[organisation, since] = progress
    return found


def _joined(organisations: Collection[int]) -> dict[int, date]:
    """When the department confirmed that they take part, else when it entered their party."""
    rows = TraceParty.objects.filter(organisation__in=organisations)
    parties = trace_parties(rows)
    entered = dict(rows.values_list("pk", "created_at"))
    confirmed = dict(
        ParticipationRequest.objects.filter(party__in=parties.values())
        .values_list("party")
        .annotate(day=Min("decided_on"))
    )
    return {
        organisation: confirmed.get(party) or timezone.localtime(entered[party]).date()
        for organisation, party in parties.items()
    }


def _lots(organisations: Collection[int]) -> dict[int, Lot]:
    latest = Window(
        RowNumber(),
        partition_by=F("item__organisation"),
        order_by=[F("published_on").desc(nulls_last=True), F("made_on").desc(), F("pk").desc()],
    )
    own = Lot.objects.filter(item__organisation__in=organisations, source_path="").annotate(place=latest)
    rows = own.filter(place=1).select_related("item__organisation", "item__group")
    return {lot.item.organisation_id: lot for lot in rows}


def _entered(lots: Collection[int]) -> dict[int, date]:
    """When the last entry of each lot came, else when the lot was entered."""
    entries = LotEntry.objects.filter(lot__in=lots, wrong_on__isnull=True)
    last = dict(entries.values_list("lot").annotate(last=Max("created_at")))
    made = Lot.objects.filter(pk__in=lots).values_list("pk", "created_at")
    return {lot: timezone.localtime(last.get(lot, at)).date() for lot, at in made}


def _published(organisations: Collection[int]) -> dict[int, list[date]]:
    rows = Lot.objects.filter(item__organisation__in=organisations, source_path="").published()
    found: defaultdict[int, list[date]] = defaultdict(list)
    for organisation, day in (
        rows.order_by("published_on").values_list("item__organisation", "published_on").distinct()
    ):
        if day is not None:
            found[organisation].append(day)
    return found
