"""What the search finds beside records: things to do ("Thêm nhiệm vụ"), pages of the menu, and figures of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

Line = tuple[str, str]  # what it says, and its address


def _matching(lines: Iterable[Line], words: tuple[str, ...]) -> list[Line]:
    """Lines that have all the words, each at the beginning of one of theirs; the shortest first."""
    found = [
        (text, address)
        for text, address in lines
        if all(any(each.startswith(word) for each in fold(text).split()) for word in words)
    ]
    return sorted(found, key=lambda line: (len(line[0]), line[0]))


def find_commands(actor: Actor, words: tuple[str, ...]) -> list[Line]:
    """Records that the actor may add, and pages that the menu shows them."""
    adding = (
        (_("Thêm %(kind)s") % {"kind": register.singular}, f"{register.list_url()}new/")
        for register in registers()
        if register.form and register.in_menu and register.may("create", actor)
    )
    pages = ((str(each.label), each.url) for group in navigation.menu(actor) for each in group.entries)
    return [*_matching(adding, words), *_matching(pages, words)]


def find_figures(actor: Actor, words: tuple[str, ...], choice: PeriodChoice) -> list[Line]:
    """Figures by code and label, for the period that is chosen. A figure counts all rows, so one must be allowed to read all."""
    lines = (
        (
            f"{capfirst(str(indicator.label))} ({indicator.code})",
            f"{reverse('figure', args=[indicator.code])}?{urlencode(choice.parameters())}",
        )
        for indicator in indicators
        if register_of(indicator.model).reach("read", actor) is True
    )
    return _matching(lines, words)
