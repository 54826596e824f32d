"""What a search finds beside the records of registers: packages above offer it, the composition root lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor
    from khcn.kernel.search.search_words import Words


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """The first hits of one kind, and where all of them are ("" where no page lists them)."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    all_url: str
    more: bool


_providers: list[Callable[[Actor, Words, int], list[HitGroup]]] = []


def register_hit_provider(provider: Callable[[Actor, Words, int], list[HitGroup]]) -> None:
    """Let searches ask ``provider`` for what it has for an actor and words, so many at most of each kind."""
    if provider not in _providers:
        _providers.append(provider)


def offered_hits(actor: Actor, words: Words, size: int) -> list[HitGroup]:
    """All groups for these words, in the order of the offers."""
    return [group for provider in _providers for group in provider(actor, words, size)]


def first_hits(
    title: StrOrPromise, icon: str, found: Sequence[Hit], all_url: str, size: int
) -> list[HitGroup]:
    """One group of the first hits, or none; ``found`` has one more than are shown where there are more."""
    if not found:
        return []
    return [HitGroup(str(capfirst(str(title))), icon, tuple(found[:size]), all_url, more=len(found) > size)]
