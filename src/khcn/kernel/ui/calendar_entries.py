"""What has a day in a person's calendar beside deadlines: packages offer it, the composition root lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.work_items import WorkItem

_providers: list[Callable[[Actor, date, date], list[WorkItem]]] = []


def register_entry_provider(provider: Callable[[Actor, date, date], list[WorkItem]]) -> None:
    """Let calendars ask ``provider`` for what an actor has from one day to another, both among them; each has its day."""
    if provider not in _providers:
        _providers.append(provider)


def entries_between(actor: Actor, first: date, last: date) -> list[WorkItem]:
    """All that is offered, in the order of the offers."""
    return [item for provider in _providers for item in provider(actor, first, last)]
