"""A command of several steps: a line for each, with the time that it took."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from django.core.management.base import BaseCommand

if TYPE_CHECKING:
    from collections.abc import Iterator


class SteppedCommand(BaseCommand):
    """``steps`` is how many there are."""

    steps: ClassVar[int]

    @contextmanager
    def step(self, number: int, text: str) -> Iterator[None]:
        """Print a line before and the time after."""
        self.stdout.write(f"[{number}/{self.steps}] {text} … ", ending="")
        self.stdout.flush()
        started = time.monotonic()
        yield
        self.stdout.write(f"{time.monotonic() - started:.1f} s")
