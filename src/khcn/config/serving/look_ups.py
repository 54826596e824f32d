"""Work for a thread: to find out who sends a large body, while its connection waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn.config.serving.large_bodies import SenderVerdict, look_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitress.parser import HTTPRequestParser

    from khcn.config.serving.connections import Connection


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a thread is given, and whom it tells."""

    connection: Connection
    request: HTTPRequestParser
    found: Callable[[LookUp, SenderVerdict], None]

    def service(self) -> None:
        """Called by a thread."""
        verdict = SenderVerdict.NOT_ASKED
        try:
            verdict = look_up(self.request)
        finally:
            self.found(self, verdict)

    def cancel(self) -> None:
        """Called when the server stops before a thread has come to it."""
        self.connection.cancel()
