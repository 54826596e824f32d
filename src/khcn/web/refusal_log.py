"""Sees to it that what an account or key was refused stands in the change log (docs/adr/0042)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.unlogged_writes import without_waiting
from khcn.kernel.refusals.attempts import AttemptKind, noting_attempts
from khcn.parties.operations.refusal_log import COUNTED, RefusedPlace, count_refusal, distinct_place
from khcn.web.session_times import where_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

_LONGEST_PLACE, _LONGEST_WHERE, _LONGEST_LABEL = 120, 60, 150
_BY_STATUS: Final = {
    HTTPStatus.BAD_REQUEST: AttemptKind.INPUT,
    HTTPStatus.FORBIDDEN: AttemptKind.RIGHT,
    HTTPStatus.PRECONDITION_REQUIRED: AttemptKind.VERSION,
    HTTPStatus.TOO_MANY_REQUESTS: AttemptKind.QUOTA,
}
# Answers 403 that ask for something else first: nothing was refused for want of a right.
_NOT_REFUSED: Final = frozenset(
    {"password_change_required", "second_factor_required", "proof_required", "for_people"}
)


class RefusalLogMiddleware:
    """Looks at the answer, when its transaction has ended: what is refused is taken back, and the count must stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Store the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        with noting_attempts() as noted:
            response = self.get_response(request)
        kinds = noted | _kinds_of(request, response)
        if kinds and (subject := _subject(request)) is not None:
            for kind in sorted(kinds):
                _count(request, distinct_place(RefusedPlace(*subject, kind, _place(request))))
        return response


def _kinds_of(request: HttpRequest, response: HttpResponse) -> set[AttemptKind]:
    status = response.status_code
    if status == HTTPStatus.NOT_FOUND:  # of an address that names a record; others are typing errors
        match = request.resolver_match
        return {AttemptKind.RECORD} if match is not None and match.kwargs else set()
    kind = _BY_STATUS.get(HTTPStatus(status)) if status in _BY_STATUS else None
    reason = getattr(response, "refused_as", "")
    if kind is None or reason in _NOT_REFUSED:
        return set()
    return {AttemptKind(reason) if reason in set(AttemptKind) else kind}


def _subject(request: Any) -> tuple[str, str] | None:
    """Who it was, and what the log calls them; None for strangers, who would fill the log under any name."""
    party = getattr(request, "trace_party", None)
    if party is not None:
        return f"party {party.pk}", str(party)[:_LONGEST_LABEL]
    token = getattr(request, "token", None) or getattr(request, "refused_token", None)
    user = token.account if token is not None else getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return f"account {user.pk}", f"{user} ({user.username})"[:_LONGEST_LABEL]


def _place(request: HttpRequest) -> str:
    """Method, route and what its address named: what was sent beside them is not repeated."""
    match = request.resolver_match
    if match is None:
        return str(request.method)[:10]
    # A token in an address opens what it names: it is a secret, and stands in no log.
    named = " ".join(f"{name}={value}" for name, value in match.kwargs.items() if name != "token")
    text = f"{request.method} {match.view_name or match.route} {named}".strip()
    return "".join(each if each.isprintable() else "?" for each in text)[:_LONGEST_PLACE]


def _count(request: HttpRequest, refused: RefusedPlace) -> None:
    number = COUNTED.add(refused)
    if not number:
        return
    where = " ".join(where_from(request)).strip()[:_LONGEST_WHERE]
    at = getattr(request, "at", None) or timezone.now()  # noqa: TID251 -- programs of trace parties come by no other middleware
    try:
        with without_waiting(), acting(_actor(request), reason=""):
            count_refusal(refused, number, where=where, at=at)
    except DatabaseError:
        # The answer stands, and the line of the service's log with it.
        log.warning("refusals were not counted: %s", refused.kind)


def _actor(request: Any) -> Any:
    return getattr(request, "actor", None) or SYSTEM
