"""As which party of the event repository an organisation reports, and for which codes it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.trace.store.code_owners import CodeOwners

if TYPE_CHECKING:
    from khcn.goods.models.trade_items import TradeItem
    from khcn.parties.models import Organisation
    from khcn.trace.models import TraceParty


def trace_party_of(organisation: Organisation) -> TraceParty | None:
    """The party of the event repository that an organisation enters its diary as: its first; None before the department has entered one."""
    if organisation._state.adding:  # it comes with the same workbook
        return None
    return organisation.trace_parties.filter(is_authority=False).order_by("pk").first()


def speaks_for_code(item: TradeItem) -> bool:
    """Whether what a producer has entered about a product counts for its code: not where the code is confirmed for others (docs/adr/0028)."""
    owners = CodeOwners().of(f"{CANONICAL_STEM}/01/{item.number}")
    if not owners:
        return True
    party = trace_party_of(item.organisation)
    return party is not None and party.pk in owners
