"""As which party of the event repository an organisation reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khcn.parties.models import Organisation
    from khcn.trace.models import TraceParty


def trace_party_of(organisation: Organisation) -> TraceParty | None:
    """The party of the event repository that an organisation enters its diary as: its first; None before the department has entered one."""
    if organisation._state.adding:  # it comes with the same workbook
        return None
    return organisation.trace_parties.filter(is_authority=False).order_by("pk").first()
