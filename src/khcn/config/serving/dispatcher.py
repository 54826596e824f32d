"""Which request a thread takes next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import resolve_url
from waitress.task import ThreadedTaskDispatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from khcn.config.serving.connections import Connection


class Dispatcher(ThreadedTaskDispatcher):
    """Threads take requests in the order in which they came, but sign-ins only while one thread is left for other requests.

    Further sign-ins wait by themselves. Strangers can send them without end, and each costs as much as a page even where its
    password is not looked at: in one row with the pages, a hundred of them would come before each page.
    """

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._free_for_sign_ins = max(1, threads - 1)
        self._waiting: deque[Connection] = deque()
        self._path = resolve_url(settings.LOGIN_URL)

    def add_task(self, task: Any) -> None:
        """Let a thread answer the first request of a connection."""
        request = task.requests[0]
        if request.path != self._path or request.command != "POST":
            super().add_task(task)
            return
        with self.lock:
            self._waiting.append(task)
        self._next_sign_in()

    def _next_sign_in(self) -> None:
        with self.lock:
            if not self._waiting or not self._free_for_sign_ins:
                return
            self._free_for_sign_ins -= 1
            connection = self._waiting.popleft()
        super().add_task(_SignIn(connection, self._sign_in_answered))

    def _sign_in_answered(self) -> None:
        with self.lock:
            self._free_for_sign_ins += 1
        self._next_sign_in()


@dataclass(frozen=True, slots=True)
class _SignIn:
    connection: Connection
    answered: Callable[[], None]

    def service(self) -> None:
        """Called by a thread."""
        try:
            self.connection.service()
        finally:
            self.answered()

    def cancel(self) -> None:
        """Called when the server stops before a thread has come to it."""
        self.connection.cancel()
