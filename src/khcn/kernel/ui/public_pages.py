"""Pages that need no account, which the sign-in page leads to; areas add theirs when they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_pages: dict[str, StrOrPromise] = {}
_of_portal: dict[str, StrOrPromise] = {}


def register_public_page(name: str, label: StrOrPromise) -> None:
    """Let the sign-in page lead to the address of this name."""
    _pages[name] = label


def public_pages() -> dict[str, StrOrPromise]:
    """By name of its address, what the link to each is called."""
    return dict(_pages)


def register_portal_page(name: str, label: StrOrPromise) -> None:
    """Let the first page of the public lead to the address of this name, and the sitemap list it: of an area beside its own."""
    _of_portal[name] = label


def portal_pages() -> dict[str, StrOrPromise]:
    """By name of its address, what the link to each is called."""
    return dict(_of_portal)
