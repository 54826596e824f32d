"""All rules of integrity on twenty years of data: the time of one run, and its slowest rules."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from bench.measure import Bar
from khcn.kernel.integrity.running import ask_all

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT: Final = 60
NAMED: Final = 3


class NotAskedError(RuntimeError):
    """A rule that fails is quick: its time would be worth nothing."""


def all_rules() -> Iterator[Bar]:
    """One run, as every night."""
    began = time.monotonic()
    found = ask_all(timezone.now())
    took = time.monotonic() - began
    if failed := [each.rule for each in found if each.fault]:
        raise NotAskedError(failed)
    slowest = sorted(found, key=lambda each: -each.seconds)[:NAMED]
    detail = ", ".join(f"{each.rule} {each.seconds:.1f} s" for each in slowest)
    yield Bar(f"{len(found)} quy tắc toàn vẹn, 1.000.000 dòng", took, LIMIT, "s", detail)
