"""One search over all registers that the person may read: with or without diacritics, exact spelling first."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import capfirst

from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers import listing
from khcn.kernel.registers.registry import panels_of, registers
from khcn.kernel.screens import pages
from khcn.kernel.text.fold import fold
from khcn.kernel.ui.http import Request, reading, scoped

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from khcn.kernel.registers.spec import Column, Register

SHORTEST, LONGEST = 2, 200
EACH, SUGGESTED = 8, 4
_ELSEWHERE = frozenset({"search_text"})


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    text: str
    more: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What one register has."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    all_url: str
    more: bool


def _columns(register: Register) -> list[Column]:
    """What a hit shows: the column that opens the record, and up to two more."""
    pairs = [each for each in pages.heads(register) if kind_at(register.model, each[0].path) is not None]
    lead = [column for column, head in pairs if head.look == "lead"]
    rest = [column for column, head in pairs if head.look != "lead"]
    return [*lead[:1], *rest[:2]] if lead else [column for column, _head in pairs][:3]


def _exact(register: Register, rows: QuerySet[Any], text: str) -> QuerySet[Any] | None:
    """Rows whose own name has the very words with their marks; None where marks were not typed."""
    typed = unicodedata.normalize("NFC", text)
    searched: tuple[str, ...] = getattr(register.model, "searched", ())
    if not searched or fold(typed) == typed.lower():
        return None
    # SQLite compares letters beyond ASCII by their case, so the ways in which names are written are all asked for.
    anyway = Q()
    for written in {typed, typed.lower(), typed.capitalize(), typed.title(), typed.upper()}:
        anyway |= Q(**{f"{searched[0]}__contains": written})
    return rows.filter(anyway)


def find(request: Request, text: str, size: int) -> list[Group]:
    """Hits by register, those with the typed spelling first. Nothing for less than two letters."""
    text = unicodedata.normalize("NFC", text).strip()[:LONGEST]
    if len(fold(text)) < SHORTEST:
        return []
    groups = []
    for register in registers():
        if not register.in_menu or not _ELSEWHERE & set(register.search):
            continue
        if not register.may("read", request.actor):
            continue
        group = _group(request, register.seen_by(request.actor), text, size)
        if group is not None:
            groups.append((_rank(register, group, text), group))
    return [group for _rank, group in sorted(groups, key=lambda pair: pair[0])]


def _rank(register: Register, group: Group, text: str) -> tuple[bool, ...]:
    """Lower comes first: a name that begins with the words, a name that has them all, and then the registers that
    the home page counts before those that only mention the record.
    """
    names = [fold(hit.text) for hit in group.hits]
    typed = fold(text)
    return (
        not any(name.startswith(typed) for name in names),
        not any(all(word in name for word in typed.split()) for name in names),
        not register.tiles,
        not panels_of(register.model),
    )


def _group(request: Request, register: Register, text: str, size: int) -> Group | None:
    rows = register.visible(request.actor)
    found = listing.search(rows, register, text)
    columns = _columns(register)
    if not found.exists():
        return None
    lines = list(listing.page(register, found, columns=columns, size=size + 1).rows)
    exact = _exact(register, found, text)
    if exact is not None:
        first = list(listing.page(register, exact, columns=columns, size=size).rows)
        known = {row.pk for row in first}
        lines = first + [row for row in lines if row.pk not in known]
    hits = tuple(
        Hit(
            row.cells[0].text,
            " · ".join(cell.text for cell in row.cells[1:] if cell.text),
            register.detail_url(row.pk),
        )
        for row in lines[:size]
    )
    return Group(
        str(capfirst(str(register.title))),
        register.icon,
        hits,
        f"{register.list_url()}?{urlencode({'q': text})}",
        more=len(lines) > size,
    )


@scoped
@reading
def search(request: Request) -> HttpResponse:
    """The page of results."""
    text = request.GET.get("q", "")
    return render(request, "web/search.html", {"text": text, "groups": find(request, text, EACH)})


@scoped
@reading
def suggest(request: Request) -> HttpResponse:
    """The first hits, as one types."""
    text = request.GET.get("q", "")
    return render(request, "web/suggest.html", {"text": text, "groups": find(request, text, SUGGESTED)})
