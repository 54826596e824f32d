"""Pages beside the registers, which the home page of accounts of outside organisations leads to, or the list of a register; areas add theirs
when they start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor

_pages: dict[str, tuple[StrOrPromise, Callable[[Actor], bool]]] = {}


def register_own_page(name: str, label: StrOrPromise, uses: Callable[[Actor], bool]) -> None:
    """Let the home page of the accounts for which ``uses`` is true lead to the address of this name."""
    _pages[name] = (label, uses)


def own_pages(actor: Actor) -> dict[str, StrOrPromise]:
    """By name of its address, what the link to each page is called that this account uses."""
    return {name: label for name, (label, uses) in _pages.items() if uses(actor)}


_of_lists: dict[str, dict[str, StrOrPromise]] = {}


def register_page_of_list(register: str, name: str, label: StrOrPromise) -> None:
    """Let the list of a register ("quality.traceabilitysupport") lead to the address of this name. Who reads the list may open the page."""
    _of_lists.setdefault(register, {})[name] = label


def pages_of_list(register: str) -> dict[str, StrOrPromise]:
    """By name of its address, what the link to each page beside the list is called."""
    return _of_lists.get(register, {})
