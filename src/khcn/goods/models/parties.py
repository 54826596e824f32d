"""As which party of the event repository an organisation reports, and for which codes it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.epcis.ids.digital_link import CANONICAL_STEM, GTIN_LENGTH
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import TraceParty
from khcn.trace.store.code_owners import CodeOwners

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.goods.models.trade_items import TradeItem
    from khcn.parties.models import Organisation


def trace_party_of(organisation: Organisation) -> TraceParty | None:
    """The party of the event repository that an organisation enters its diary as: its first; None before the department has entered one."""
    if organisation._state.adding:  # it comes with the same workbook
        return None
    return organisation.trace_parties.filter(is_authority=False).order_by("pk").first()


def trace_parties(among: QuerySet[TraceParty]) -> dict[int, int]:
    """The keys of parties by those of their organisations, of each the one that `trace_party_of` gives."""
    rows = among.filter(is_authority=False, organisation__isnull=False).order_by("-pk")
    return dict(rows.values_list("organisation", "pk"))  # the first one comes last, and stays


def speaks_for_code(item: TradeItem) -> bool:
    """Whether what a producer has entered about a product counts for its code: not where the code is confirmed for others (docs/adr/0028)."""
    owners = CodeOwners().of(f"{CANONICAL_STEM}/01/{item.number}")
    if not owners:
        return True
    party = trace_party_of(item.organisation)
    return party is not None and party.pk in owners


def not_spoken_for(items: QuerySet[TradeItem]) -> list[int]:
    """The keys of those of some products for whose code their producer does not speak, as `speaks_for_code` says of one."""
    owners = CodeOwners()
    owned = [
        (key, organisation, found)
        for key, gtin, organisation in items.values_list("pk", "gtin", "organisation")
        if (found := owners.of(f"{CANONICAL_STEM}/01/{(gtin or '').zfill(GTIN_LENGTH)}"))
    ]
    parties: dict[int, int] = {}
    for part in chunks(sorted({organisation for _key, organisation, _found in owned})):
        parties |= trace_parties(TraceParty.objects.filter(organisation__in=part))
    return [key for key, organisation, found in owned if parties.get(organisation) not in found]
