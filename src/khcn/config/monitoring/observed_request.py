"""The request that a thread answers at the moment: its id, its route, and what it has cost so far."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.http import HttpRequest

REQUEST_ID: Final = "khcn.request_id"
"""In the environment of WSGI: the id that a trusted proxy has given. No header can set it."""
FORWARDED: Final = "khcn.forwarded"
"""There too: a proxy that is not trusted has sent the request on, for whom nobody knows."""

_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class ObservedRequest:
    """``request`` tells the route as soon as Django has found it."""

    id: str
    request: HttpRequest
    statements: int = 0
    database_seconds: float = 0.0

    @property
    def route(self) -> str:
        """The name of the address, which holds nothing that somebody has sent; empty where no address fits."""
        match = self.request.resolver_match
        return match.view_name or match.route if match is not None else ""

    @property
    def account(self) -> str:
        """The number of the account, where it is known already: a line of the log asks no database."""
        token = getattr(self.request, "token", None)
        user = token.account if token is not None else getattr(self.request, "_cached_user", None)
        return str(user.pk) if user is not None and user.is_authenticated else ""


current: ContextVar[ObservedRequest | None] = ContextVar("khcn_observed_request", default=None)


def id_of_proxy(sent: str) -> str:
    """The id that a proxy has made, as nginx makes it; one of our own where it is anything else."""
    return sent if _ID.fullmatch(sent) else new_id()


def new_id() -> str:
    """32 digits that nobody can guess."""
    return uuid.uuid4().hex
