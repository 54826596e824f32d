"""Which sets stay: the newest of each of the last days, weeks and months. Nothing but sets of this province is touched."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from khcn.kernel.backup.backup_set import PRODUCT
from khcn.kernel.backup.making import UNFINISHED_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days, weeks and months the newest set of each stays."""

    daily: int
    weekly: int
    monthly: int

    def chosen(self, made: dict[Path, datetime], proven: set[str]) -> set[Path]:
        """The sets that stay. Of one period a set that has been restored in a rehearsal goes before others, then the newest."""
        best_first = sorted(made, key=lambda path: (path.name in proven, made[path]), reverse=True)
        days = {path: timezone.localtime(at).date() for path, at in made.items()}
        periods: tuple[tuple[int, Callable[[Path], Any]], ...] = (
            (self.daily, lambda path: days[path]),
            (self.weekly, lambda path: days[path].isocalendar()[:2]),
            (self.monthly, lambda path: (days[path].year, days[path].month)),
        )
        stay: set[Path] = set()
        for number, period in periods:
            best: dict[Any, Path] = {}
            for path in best_first:
                best.setdefault(period(path), path)
            stay |= {best[each] for each in sorted(best, reverse=True)[:number]}
        return stay


def sets_in(folder: Path, province: str) -> dict[Path, datetime]:
    """The sets of a province in a folder, and when they were made, by their names."""
    name = re.compile(rf"{PRODUCT}-{re.escape(province)}-(\d{{8}}T\d{{6}})Z-[0-9a-f]{{8}}")
    found = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        if matched := name.fullmatch(path.name):
            with suppress(ValueError):
                found[path] = datetime.strptime(matched.group(1), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return found


def remove_old_sets(newest: Path, province: str, retention: Retention, *, proven: set[str]) -> list[str]:
    """Remove the sets beside the newest one that do not stay; gives their names.

    ``proven`` are names of sets that have been restored. Killed in between, it leaves none that looks whole.
    """
    made = sets_in(newest.parent, province)
    old = sorted(made.keys() - retention.chosen(made, proven) - {newest})
    for path in old:
        removed = path.with_name(f".{path.name}{UNFINISHED_SUFFIX}")
        path.rename(removed)
        shutil.rmtree(removed)
    return [path.name for path in old]
