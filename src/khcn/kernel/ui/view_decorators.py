"""Decorators of views: how a page uses the database, and whom it is open to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.views.decorators.http import require_http_methods, require_POST, require_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase
    from rules.predicates import Predicate

    View = Callable[..., HttpResponseBase]

AGAIN = (
    "typed_again"  # in a form that comes back from the sign-in page: show what was typed, carry nothing out
)


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that only reads: GET and HEAD, outside the request's write transaction, so that readers never queue."""
    return transaction.non_atomic_requests(require_safe(view))


def with_own_transactions(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A button whose operation works for seconds, and opens short transactions of its own between."""
    return transaction.non_atomic_requests(require_POST(view))


def open_to_outside_accounts(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open the page to accounts outside the department, because all that it shows and does goes through scopes.

    A page without this mark is for the department's staff alone: the middleware refuses everybody else with 403.
    """
    view.is_scoped = True  # type: ignore[attr-defined]
    return view


def open_to(who: Predicate) -> Callable[[View], View]:
    """Open the page to those of the department whom ``who`` names, also with a role that acts as no built-in one, because what
    it shows and does follows from rights in registers. The outermost mark of a view.
    """

    def mark(view: View) -> View:
        view.open_to = who  # type: ignore[attr-defined]
        return view

    return mark


def preserves_form_input(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Of a form that is sent after its session has ended: what was typed is kept until the person has signed in again.

    A view with this mark shows a POST that holds ``AGAIN`` as typed, and carries nothing out.
    """
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


def _always(request: object, **_values: object) -> bool:
    return True


def asks_again(
    view: Callable[..., HttpResponseBase], *, when: Callable[..., bool] = _always
) -> Callable[..., HttpResponseBase]:
    """What this form does decides something: it is carried out only when the person has proved lately who it is.

    ``when`` gets the request and the values of the address, for views of which only some forms do. The outermost mark of a view.
    """
    view.asks_again = when  # type: ignore[attr-defined]
    return view


def form_with_own_transactions(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page with a form whose operation opens its own short transactions."""
    return transaction.non_atomic_requests(require_http_methods(["GET", "HEAD", "POST"])(view))
