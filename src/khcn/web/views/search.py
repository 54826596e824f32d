"""One search over all registers that the person may read: with or without diacritics, exact spelling first."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.papers.kinds import all_paper_kinds
from khcn.kernel.papers.models import IN_FORCE, Paper
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import panels_of, register_of, registers
from khcn.kernel.search.global_search import SearchSource, find_records
from khcn.kernel.search.offered_hits import Hit, HitGroup, first_hits, offered_hits
from khcn.kernel.search.search_words import read_words, words_cut_note
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
from khcn.parties.models import Person
from khcn.web.search_commands import find_commands, find_figures

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.search.global_search import SearchHit
    from khcn.kernel.search.search_words import Words
    from khcn.kernel.ui.http import Request

SHORTEST = 2
_GROUPING = " .-()"  # signs within a telephone number
_TELEPHONE = re.compile(
    r"(?:\+84|0)?([0-9]{6,15})"
)  # with the code of the country or the 0 in its place, or a part of it
EACH, SUGGESTED = 8, 4
COMMAND = "them "  # a search that begins like this is for the form, before it is for records


def _searched_registers(request: Request) -> dict[int, tuple[Register, SearchSource]]:
    """Registers with names of their own that this person may read, by the number of their model.

    Records without a name are only found by the names of others, which are found themselves.
    """
    found = {}
    for each in registers():
        register = each.seen_by(request.actor)
        searched = register.searched
        if register.in_menu and searched.own and register.may("read", request.actor):
            found[searched.number] = register, SearchSource.of(searched, register.visible(request.actor))
    return found


def find_groups(request: Request, words: Words, size: int) -> list[HitGroup]:
    """Hits by register, the register with the best hit first. Nothing for less than two letters."""
    if len(words.folded) < SHORTEST:
        return []
    searched = _searched_registers(request)
    hits: dict[int, list[SearchHit]] = defaultdict(list)
    for each in find_records([source for _register, source in searched.values()], words, size + 1):
        hits[each.model].append(each)

    def order(number: int) -> tuple[Any, ...]:
        """The home page counts some registers; those come before others that only mention the record."""
        register = searched[number][0]
        best = min((begins, in_name) for _exact, begins, in_name in (each.rank for each in hits[number]))
        return (*best, not register.tiles, not panels_of(register.model), register.name)

    groups = [
        _group(request, searched[number][0], hits[number], words, size) for number in sorted(hits, key=order)
    ]
    commands, figures = _commands_and_figures(request, words, size)
    papers = [*_issued_papers(request, words, size), *_people_by_telephone(request, words, size)]
    offered = offered_hits(request.actor, words, size)
    if words.folded.startswith(COMMAND):
        return [*commands, *papers, *groups, *offered, *figures]
    return [*papers, *groups, *offered, *commands, *figures]


def _commands_and_figures(request: Request, words: Words, size: int) -> tuple[list[HitGroup], list[HitGroup]]:
    """Things to do and pages; figures. The words are as they were typed, without marks."""
    typed = tuple(words.folded.split())
    made = []
    for title, icon, found, every in (
        (_("Thao tác, trang"), "plus", find_commands(request.actor, typed), ""),
        (
            _("Chỉ tiêu"),
            "chart-bar",
            find_figures(request.actor, typed, request.reporting.choice)
            if request.actor.is_staff_of_department
            else [],
            reverse("figure-list"),
        ),
    ):
        hits = tuple(Hit(text, address) for text, address in found[:size])
        more = bool(every) and len(found) > size
        made.append([HitGroup(title, icon, hits, every, more=more)] if hits else [])
    return made[0], made[1]


def _issued_papers(request: Request, words: Words, size: int) -> list[HitGroup]:
    """Papers by their number, as far as the person may read the records that they were issued for."""
    if not request.actor.is_staff_of_department or not any(letter.isdigit() for letter in words.spelling):
        return []
    # Numbers are written in capitals, and SQLite folds the case of plain letters alone.
    found = Paper.objects.filter(number__text__icontains=words.spelling.upper()).select_related("number")
    readable = Q(pk__in=[])
    for model in dict.fromkeys(kind.model for kind in all_paper_kinds() if kind.model is not None):
        register = register_of(model)
        if register.may("read", request.actor):
            of_model = Q(model=model._meta.label_lower)
            readable |= of_model & Q(object_id__in=register.visible(request.actor).values("pk"))
    hits = [
        Hit(_paper_text(each), each.get_absolute_url())
        for each in found.filter(readable).order_by("-pk")[: size + 1]
    ]
    return first_hits(str(Paper._meta.verbose_name_plural), "certificate", hits, reverse("papers"), size)


def _people_by_telephone(request: Request, words: Words, size: int) -> list[HitGroup]:
    """Persons by a part of their telephone number, however it is grouped, as far as the person may read them."""
    found = _TELEPHONE.fullmatch("".join(sign for sign in words.spelling if sign not in _GROUPING))
    register = register_of(Person).seen_by(request.actor)
    if found is None or "phone" in register.hidden or not register.may("read", request.actor):
        return []
    plain: Any = F("phone")
    for sign in _GROUPING:
        plain = Replace(plain, Value(sign), Value(""))
    rows = register.visible(request.actor).alias(_plain=plain).filter(_plain__contains=found[1])
    hits = [
        Hit(record_title(register, each), register.detail_url(each.pk))
        for each in rows.order_by("sort_key", "pk")[: size + 1]
    ]
    return first_hits(register.title, register.icon, hits, register.list_url(), size)


def _paper_text(paper: Paper) -> str:
    """Kind, number and for whom; what has become of it where it is not in force."""
    text = f"{paper}: {paper.title}"
    return text if paper.state in IN_FORCE else f"{text} ({PAPER_FLOW.by_value[paper.state].label})"


def _labels(request: Request, register: Register, found: list[SearchHit]) -> dict[int, str]:
    """What the records are called. The text that search keeps may name a linked record: where such names are not shown
    to the reader, the record itself is asked.
    """
    if not register.closed:
        return {each.object_id: each.label for each in found}
    records = register.visible(request.actor).in_bulk([each.object_id for each in found])
    return {pk: record_title(register, record) for pk, record in records.items()}


def _group(request: Request, register: Register, found: list[SearchHit], words: Words, size: int) -> HitGroup:
    labels = _labels(request, register, found[:size])
    return HitGroup(
        str(capfirst(str(register.title))),
        register.icon,
        tuple(
            Hit(labels.get(each.object_id, ""), register.detail_url(each.object_id)) for each in found[:size]
        ),
        f"{register.list_url()}?{urlencode({'q': words.spelling})}",
        more=len(found) > size,
    )


def _answer(request: Request, template: str, size: int) -> HttpResponse:
    text = request.GET.get("q", "")
    words = read_words(text)
    context = {
        "text": words.spelling if words.cut else text,
        "groups": find_groups(request, words, size),
        "note": words_cut_note() if words.cut else "",
    }
    return render(request, template, context)


@open_to_outside_accounts
@read_only
def search(request: Request) -> HttpResponse:
    """The page of results."""
    return _answer(request, "web/search.html", EACH)


@open_to_outside_accounts
@read_only
def suggest(request: Request) -> HttpResponse:
    """The first hits, as one types."""
    return _answer(request, "web/suggest.html", SUGGESTED)
