"""One search over all registers that the person may read: with or without diacritics, exact spelling first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import capfirst

from khcn.kernel.registers.registry import panels_of, registers
from khcn.kernel.screens.filters import words_cut
from khcn.kernel.search.finding import Source, find
from khcn.kernel.search.words import read_words
from khcn.kernel.ui.http import Request, reading, scoped

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.search.finding import Found
    from khcn.kernel.search.words import Words

SHORTEST = 2
EACH, SUGGESTED = 8, 4


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one register has."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    all_url: str
    more: bool


def _searched_registers(request: Request) -> dict[int, tuple[Register, Source]]:
    """Registers with names of their own that this person may read, by the number of their model.

    Records without a name are only found by the names of others, which are found themselves.
    """
    found = {}
    for register in registers():
        searched = register.seen_by(request.actor).searched
        if register.in_menu and searched.own and register.may("read", request.actor):
            found[searched.number] = register, Source.of(searched, register.visible(request.actor))
    return found


def find_groups(request: Request, words: Words, size: int) -> list[Group]:
    """Hits by register, the register with the best hit first. Nothing for less than two letters."""
    if len(words.folded) < SHORTEST:
        return []
    searched = _searched_registers(request)
    hits: dict[int, list[Found]] = defaultdict(list)
    for each in find([source for _register, source in searched.values()], words, size + 1):
        hits[each.model].append(each)

    def order(number: int) -> tuple[Any, ...]:
        """The home page counts some registers; those come before others that only mention the record."""
        register = searched[number][0]
        best = min((begins, in_name) for _exact, begins, in_name in (each.rank for each in hits[number]))
        return (*best, not register.tiles, not panels_of(register.model), register.name)

    return [_group(searched[number][0], hits[number], words, size) for number in sorted(hits, key=order)]


def _group(register: Register, found: list[Found], words: Words, size: int) -> Group:
    return Group(
        str(capfirst(str(register.title))),
        register.icon,
        tuple(Hit(each.label, register.detail_url(each.object_id)) for each in found[:size]),
        f"{register.list_url()}?{urlencode({'q': words.spelling})}",
        more=len(found) > size,
    )


def _answer(request: Request, template: str, size: int) -> HttpResponse:
    text = request.GET.get("q", "")
    words = read_words(text)
    context = {
        "text": words.spelling if words.cut else text,
        "groups": find_groups(request, words, size),
        "note": words_cut() if words.cut else "",
    }
    return render(request, template, context)


@scoped
@reading
def search(request: Request) -> HttpResponse:
    """The page of results."""
    return _answer(request, "web/search.html", EACH)


@scoped
@reading
def suggest(request: Request) -> HttpResponse:
    """The first hits, as one types."""
    return _answer(request, "web/suggest.html", SUGGESTED)
