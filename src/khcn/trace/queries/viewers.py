"""Which events an account of an outside organisation may see: those that a key of the same organisation sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.trace.models import TraceParty
from khcn.trace.store import viewer_of

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.trace.store import Viewer


def viewer_of_party(party: TraceParty) -> Viewer:
    """What a party may see, whether its program asks with a key or a person with an account."""
    return viewer_of(party=party.pk, gln=party.gln, sees_all=party.is_authority)


def viewers_of_account(actor: Actor) -> list[tuple[TraceParty, Viewer]]:
    """The parties of the account's organisation with what each may see. The department's staff are no party."""
    if not actor.is_outside:
        return []
    parties = TraceParty.objects.visible_to(actor).order_by("sort_key", "pk")
    return [(party, viewer_of_party(party)) for party in parties]
