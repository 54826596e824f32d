"""How processor time grows with the input: three sizes, each twice the one before, in one run."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.epcis.text_cache import clear_all

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_GROWTH: Final = 2.3
"""Of the time where the input is twice as large. In proportion is 2; other work on the machine has its part."""

_LEAST_SECONDS: Final = 0.012  # of the smallest of the three sizes
_TICK: Final = 1e-6
_MOST_ROUNDS: Final = 9
_DOUBLINGS: Final = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing whose work depends on the size of what it is given.

    Args:
        scope: what takes the input, as `bench.growth.scopes` names it.
        name: what there is much of.
        prepare: makes the input with so much of it, and gives the work on it.
        start: the first size that is tried.
        most: the largest that is not refused; 0 where there is none. Where a quarter of it takes too little time to be measured,
            the work is bounded, whatever its growth.
    """

    scope: str
    name: str
    prepare: Callable[[int], Callable[[], object]]
    start: int = 64
    most: int = 0


@dataclass(frozen=True, slots=True)
class Growth:
    """What was measured of a case: the sizes, the least processor seconds of each beyond what any input takes, and from how many
    seconds of the largest on they can be compared.
    """

    case: Case
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    noticed: float

    @property
    def ratio(self) -> float:
        """How much longer the input of twice the size takes, in the middle of both doublings: one alone may hold what is done
        once in a while, such as enlarging a table.
        """
        return float((self.seconds[-1] / self.seconds[0]) ** (1 / (len(self.seconds) - 1)))

    @property
    def is_measured(self) -> bool:
        """Whether the largest input that is taken keeps the processor long enough to be compared."""
        return self.seconds[-1] >= self.noticed

    @property
    def holds(self) -> bool:
        """Whether the time is in proportion to the size."""
        return not self.is_measured or self.ratio <= MOST_GROWTH

    def __str__(self) -> str:
        verdict = "đạt" if self.holds else "CHƯA ĐẠT"
        ratio = f"{self.ratio:6.2f}" if self.is_measured else "     –"
        milliseconds = " → ".join(f"{1000 * each:.1f}" for each in self.seconds)
        return f"{self.case.scope:<28} {self.case.name:<44} {ratio}  {verdict:<8} {self.sizes[0]:>8}×1,2,4: {milliseconds} ms"


def seconds_of(case: Case, size: int) -> float:
    """Processor seconds of the work on an input of that size, with empty caches."""
    work = case.prepare(size)
    clear_all()
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        gc.enable()


def measure(case: Case) -> Growth:
    """Find sizes that can be compared, and compare them as often as the noise of the machine asks for. What the smallest input takes
    as well, such as the frame of a page, is left out of the comparison.
    """
    always = min(seconds_of(case, 1) for _round in range(3))
    wanted = max(_LEAST_SECONDS, always)
    size = case.start
    while seconds_of(case, size) - always < wanted and (not case.most or size * 8 <= case.most):
        size *= 2
    sizes = tuple(size * each for each in _DOUBLINGS)
    least = [float("inf")] * len(sizes)
    for _round in range(_MOST_ROUNDS):
        least = [
            min(known, max(seconds_of(case, each) - always, _TICK))
            for known, each in zip(least, sizes, strict=True)
        ]
        found = Growth(case, sizes, tuple(least), wanted * len(sizes))
        if _round and found.holds:
            break
    return found
