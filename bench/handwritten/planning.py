"""The figures of `khcn.planning` as a database expert would write them (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDED = "(completed_on IS NOT NULL AND completed_on < %(end)s) OR (dropped_on IS NOT NULL AND dropped_on < %(end)s)"

# The last day that was in force when the window ended: what was put off later begins with it.
_DUE_DAY = """COALESCE((SELECT min(p.old_due_on) FROM planning_plannedworkpostponement p
        WHERE p.work_id = w.id AND p.decided_on >= %(end)s), w.due_on)"""


def _ahead(what: str, condition: str, tables: str = "planning_plannedwork w") -> str:
    """Until the end of the year, of a window that does not end in December."""
    return f"""SELECT COALESCE({what}, 0) FROM {tables} WHERE w.planned_on < %(end)s AND {_DUE_DAY} < %(new_year)s
        AND NOT ({_ENDED}) AND {condition}"""


def _listed(number: int, condition: str) -> dict[str, str]:
    """Work that KH-01 … KH-08 do not count, by division."""
    tables = "planning_plannedwork w JOIN parties_orgunit u ON u.id = w.unit_id"
    not_counted = f"""NOT (w.kind IN ('ip_support', 'technology_class', 'gi_class')
        OR w.kind IN ('settlement', 'coordination') AND u.code = 'TTUD') AND {condition}"""
    return {f"KH-{number}": _ahead("count(*)", not_counted, tables)}


def _not_mended(number: int, condition: str) -> dict[str, str]:
    statement = f"""SELECT count(*) FROM planning_assessment a JOIN parties_orgunit u ON u.id = a.unit_id
        WHERE a.kind = 'shortcoming' AND noted_on < %(end)s AND (mended_on IS NULL OR mended_on >= %(end)s) AND {condition}"""
    return {f"HC-{number:02}": statement}


def _by_division(first: int, of: Callable[[int, str], dict[str, str]]) -> dict[str, str]:
    """In the order of parts B and C of the report, then the other units."""
    codes = ("QLKH", "QLCN", "TDC", "TTRA", "VP", "TTUD")
    found: dict[str, str] = {}
    for number, code in enumerate(codes, start=first):
        found |= of(number, f"u.code = '{code}'")
    named = ", ".join(f"'{code}'" for code in codes)
    return found | of(first + len(codes), f"u.code NOT IN ({named})")


def _of_tasks(what: str, kind: str, condition: str = "1 = 1") -> str:
    tables = """planning_plannedwork w JOIN parties_orgunit u ON u.id = w.unit_id
        JOIN science_sciencetask t ON t.id = w.task_id"""
    return _ahead(f"count(DISTINCT {what})", f"w.kind = '{kind}' AND u.code = 'TTUD' AND {condition}", tables)


def _in_window(table: str, day: str, condition: str = "1 = 1") -> str:
    return f"SELECT count(*) FROM {table} WHERE {day} >= %(start)s AND {day} < %(end)s AND {condition}"


STATEMENTS = {
    "KH-01": _ahead("sum(quantity)", "w.kind = 'ip_support'"),
    "KH-02": _ahead("sum(quantity)", "w.kind = 'technology_class'"),
    "KH-03": _ahead("sum(quantity)", "w.kind = 'gi_class'"),
    "KH-04": _of_tasks("w.task_id", "settlement"),
    "KH-05": _of_tasks("w.task_id", "coordination"),
    "KH-06": _of_tasks("w.task_id", "coordination", "t.level = 'national'"),
    "KH-07": _of_tasks("w.task_id", "coordination", "t.level = 'province'"),
    "KH-08": _of_tasks("t.host_id", "coordination"),
    "KH-09": _ahead("count(*)", "1 = 1"),
    "KH-10": _in_window("planning_plannedwork", "completed_on"),
    "KH-11": _in_window("planning_plannedwork", "completed_on", "completed_on > due_on"),
    "KH-12": f"""SELECT count(*) FROM planning_plannedwork w WHERE planned_on < %(end)s AND {_DUE_DAY} < %(last)s
        AND NOT ({_ENDED})""",
    "KH-13": _in_window("planning_plannedwork", "dropped_on"),
    **_by_division(14, _listed),
    "KH-21": _in_window("planning_plannedwork", "completed_on", "achieved < quantity"),
    "KH-22": _of_tasks("w.task_id", "coordination", "t.level NOT IN ('national', 'province')"),
    "HC-01": _in_window("planning_assessment", "noted_on", "kind = 'shortcoming'"),
    **_not_mended(2, "1 = 1"),
    **_by_division(3, _not_mended),
    "HC-10": _in_window("planning_assessment", "mended_on", "kind = 'shortcoming'"),
    "DGC-01": _in_window("planning_assessment", "noted_on", "kind = 'strength'"),
}
