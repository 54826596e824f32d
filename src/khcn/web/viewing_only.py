"""An installation that only looks at the stores of provinces, such as a ministry's: nobody but its administrators writes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.access.viewing_only import refuses
from khcn.kernel.api.responses import FORBIDDEN, problem_response
from khcn.parties.rules import administrators
from khcn.web.views.frame import viewing_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

OWN_AFFAIRS: Final = frozenset(
    {
        *("login", "logout", "second-factor-code", "password-forgotten", "password-reset", "password_change"),
        *(
            "provider-start",
            "provider-return",
            "provider-logout",
            "identity-link",
            "identity-remove",
            "proof",
        ),
        *("second-factor", "security-key-new", "security-key-add", "security-key-remove", "session-end"),
        *("set_language", "choose-theme", "choose-period", "register-columns"),
    }
)
"""Addresses by which people sign in and out, see to what they sign in with, and choose how pages look to them."""


class ViewingOnlyMiddleware:
    """Refuses, with ``KHCN_VIEWING_ONLY``, each request that could write, regardless of who sends it: what the roles of an account may do in a
    department does not count. The interface of traceability, which has no accounts, refuses by itself (`refuses`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponseBase],
        _arguments: tuple[Any, ...],
        _named: dict[str, Any],
    ) -> HttpResponse | None:
        """The refusal; None where the request may go on."""
        match = request.resolver_match
        if not refuses(request.method) or (match is not None and match.view_name in OWN_AFFAIRS):
            return None
        actor = request.actor  # type: ignore[attr-defined]  # of the middleware behind, which has been passed by now
        if administrators.test(actor):
            return None
        if request.path.startswith("/api/"):
            words = _("Bản cài đặt này chỉ để xem kho của các tỉnh; chỉ quản trị của nó ghi được.")
            return problem_response(FORBIDDEN, words, "viewing_only")
        return viewing_only(request)
