"""Cards and lists of the home page that packages above offer; the composition root lists them."""

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


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One line of a list: what, a number or state, where it leads."""

    label: str
    url: str
    value: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class HomeList:
    """A list that waits for people of one role: "01 báo cáo chờ duyệt", or who has still to deliver what."""

    title: str
    url: str
    lines: tuple[HomeLine, ...]
    icon: str = "list"
    tone: str = ""


_providers: list[Callable[[Request], list[Card]]] = []
_list_providers: list[Callable[[Request], list[HomeList]]] = []


def register_card_provider(provider: Callable[[Request], list[Card]]) -> None:
    """Let the home page ask ``provider`` for its cards."""
    if provider not in _providers:
        _providers.append(provider)


def all_cards(request: Request) -> list[Card]:
    """All cards for this request, in the order of the offers."""
    return [card for provider in _providers for card in provider(request)]


def register_list_provider(provider: Callable[[Request], list[HomeList]]) -> None:
    """Let home page and short view ask ``provider`` for the lists of the actor's role."""
    if provider not in _list_providers:
        _list_providers.append(provider)


def all_lists(request: Request) -> list[HomeList]:
    """All lists for this request, in the order of the offers."""
    return [each for provider in _list_providers for each in provider(request)]
