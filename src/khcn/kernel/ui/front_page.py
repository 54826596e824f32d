"""What the address of the server shows to somebody without an account, where an area has a page for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[[HttpRequest], HttpResponse]

_offered: list[View] = []


def offer_front_page(view: View) -> None:
    """Show this page to those who have not signed in."""
    if view not in _offered:
        _offered.append(view)


def front_page() -> View | None:
    """The page; None where no area has one."""
    return next(iter(_offered), None)
