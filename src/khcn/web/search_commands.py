"""What the search finds beside records: things to do ("Thêm nhiệm vụ"), pages of the menu, and figures of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.indicators.registry import registry as indicators
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.text.fold import fold
from khcn.web import navigation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.actors import Actor
    from khcn.web.reporting import PeriodChoice

_What = TypeVar("_What")
Line = tuple[str, str]  # what it says, and its address


def _matching(lines: Iterable[tuple[str, _What]], words: tuple[str, ...]) -> list[tuple[str, _What]]:
    """Lines that have all the words, each at the beginning of one of theirs; the shortest first.

    What a person may do and where it leads is worked out afterwards, for these alone: of some hundred lines two or three match.
    """
    found = [
        (text, what)
        for text, what in lines
        if all(any(each.startswith(word) for each in fold(text).split()) for word in words)
    ]
    return sorted(found, key=lambda line: (len(line[0]), line[0]))


def find_commands(actor: Actor, words: tuple[str, ...]) -> list[Line]:
    """Records that the actor may add, and pages that the menu shows them."""
    adding = (
        (_("Thêm %(kind)s") % {"kind": register.singular}, register)
        for register in registers()
        if register.form and register.in_menu
    )
    may_add = [
        (text, f"{register.list_url()}new/")
        for text, register in _matching(adding, words)
        if register.may("create", actor)
    ]
    pages = ((str(each.label), each.url) for group in navigation.menu(actor) for each in group.entries)
    return [*may_add, *_matching(pages, words)]


def find_figures(actor: Actor, words: tuple[str, ...], choice: PeriodChoice) -> list[Line]:
    """Figures by code and label, for the period that is chosen. A figure counts all rows, so one must be allowed to read all."""
    lines = ((f"{capfirst(str(each.label))} ({each.code})", each) for each in indicators)
    return [
        (text, f"{reverse('figure', args=[indicator.code])}?{urlencode(choice.parameters())}")
        for text, indicator in _matching(lines, words)
        if register_of(indicator.model).reach("read", actor) is True
    ]
