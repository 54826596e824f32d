"""The report's figures as a database expert would write them, one statement each: the yardstick of ``bench``.

They are written from the definitions of the figures, not from the program's queries, and their results must be equal. Terms are
taken as they are stored now: in the data that these statements are for nothing has moved a term after the last day. The
program has to find that out, and computes the terms of which it is not so.
Names: ``province`` (whose installation this is), ``year_start`` (first day of the reporting year), ``start``, ``end`` (exclusive), ``last`` (last day), ``year``, ``next_year``, ``of_year`` (1 January of
the reporting year), ``new_year`` (1 January after).
Those of an area are in the module of its name, which is found.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from khcn.kernel.province import province_key

if TYPE_CHECKING:
    from khcn.kernel.indicators import Period

STATEMENTS: dict[str, str] = {
    code: statement
    for module in iter_modules(__path__)
    for code, statement in import_module(f"{__name__}.{module.name}").STATEMENTS.items()
}


def names_of(period: Period) -> dict[str, object]:
    """What the statements call the parts of a period."""
    return {
        "province": province_key(),
        "start": period.start.isoformat(),
        "year_start": period.year_start.isoformat(),
        "end": period.end.isoformat(),
        "last": period.last_day.isoformat(),
        "new_year": f"{period.last_day.year + 1}-01-01",
        "of_year": f"{period.year}-01-01",
        "year": period.year,
        "next_year": period.year + 1,
    }
