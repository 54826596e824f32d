"""Cards of the home page that packages above offer; the composition root lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.ui.http import Request


@dataclass(frozen=True, slots=True)
class Card:
    """One card: a number, what it counts, where it leads."""

    title: StrOrPromise
    value: str
    url: str
    note: StrOrPromise = ""
    icon: str = "list"


_providers: list[Callable[[Request], list[Card]]] = []


def register_card_provider(provider: Callable[[Request], list[Card]]) -> None:
    """Let the home page ask ``provider`` for its cards."""
    if provider not in _providers:
        _providers.append(provider)


def all_cards(request: Request) -> list[Card]:
    """All cards for this request, in the order of the offers."""
    return [card for provider in _providers for card in provider(request)]
