"""`./khcn bench growth`: measures every case, prints those that are not in proportion, and how many were looked at."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from bench.growth import epcis, files, pages, reports, texts, traces
from bench.growth.measuring import MOST_GROWTH, measure
from bench.measure import Bar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bench.growth.measuring import Case

SCOPES: Final[dict[str, Callable[[], Iterator[Case]]]] = {
    "epcis": epcis.cases,
    "texts": texts.cases,
    "reports": reports.cases,
    "files": files.cases,
    "pages": pages.cases,
    "traces": traces.cases,
}


def bars(scopes: Iterable[str], show: Callable[[str], object]) -> Iterator[Bar]:
    """The worst growth of each scope; `show` gets a line for each case."""
    for scope in scopes:
        gc.collect()
        gc.freeze()  # what is loaded need not be looked through before each measurement
        worst, name, count = 0.0, "", 0
        for case in SCOPES[scope]():
            found = measure(case)
            show(str(found))
            count += 1
            if found.is_measured and found.ratio > worst:
                worst, name = found.ratio, f"{case.scope}, {case.name}"
        yield Bar(
            f"thời gian khi đầu vào gấp đôi: {scope}", worst, MOST_GROWTH, "×", f"{count} trường hợp; {name}"
        )
