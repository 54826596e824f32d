"""Figures of the windows of a year, and where those of parts do not make up those of a whole: asked of several years."""

from khcn.kernel.indicators import Basis, PeriodKind, registry
from khcn.reference.models import ReportingRegime
from khcn.science.models import TaskMilestone
from tests.of_areas import merged

# In tests/<area>/demonstrated.py: the path from the records of a figure to what it counts once.
COUNTED_ONCE = merged("demonstrated", "COUNTED_ONCE")
# Those of plans, which are for the time that the heading of a report names: for more of it after a longer window.
LOOKING_AHEAD = merged("demonstrated", "LOOKING_AHEAD")
KINDS = {
    PeriodKind.MONTH: 12,
    PeriodKind.QUARTER: 4,
    PeriodKind.HALF: 2,
    PeriodKind.NINE_MONTHS: 1,
    PeriodKind.YEAR: 1,
}
# The windows that make up another one: (kind, number) of the whole, then those of its parts. Months make up one of the quarters, which
# are all put together alike.
WHOLES = {
    (PeriodKind.QUARTER, 3): [(PeriodKind.MONTH, each) for each in (7, 8, 9)],
    **{(PeriodKind.HALF, n): [(PeriodKind.QUARTER, 2 * n - 1), (PeriodKind.QUARTER, 2 * n)] for n in (1, 2)},
    (PeriodKind.NINE_MONTHS, 1): [(PeriodKind.QUARTER, n) for n in (1, 2, 3)],
    (PeriodKind.YEAR, 1): [(PeriodKind.QUARTER, n) for n in (1, 2, 3, 4)],
}  # fmt: skip


def read(year):
    """The value and the counted records of every figure in every window of a year that is a whole or a part."""
    regime = ReportingRegime.objects.get(code="BC-DINH-KY")
    windows = dict.fromkeys([*WHOLES, *(part for parts in WHOLES.values() for part in parts)])
    periods = {(kind, number): regime.period(kind, year, number) for kind, number in windows}
    return {
        each.code: {key: _value_and_things(each, period) for key, period in periods.items()}
        for each in registry
    }


def _value_and_things(indicator, period):
    """The figure, and of what happened what it counts. That of a month is worked out from its records, as in a signed report, and that of
    a longer window by the database, so that each has to agree with the other. Of a state only the number has to be that of the last
    window.
    """
    if indicator.basis is Basis.STOCK:
        return indicator.value(period), frozenset()
    rows = indicator.rows(period)
    is_month = period.kind is PeriodKind.MONTH
    value = indicator.measure.over(list(rows)) if is_month else indicator.value(period)
    return value, frozenset(_things(indicator, rows))


def _things(indicator, rows):
    """What the figure counts: the records, or where events stand for the tasks, customers and others that had them, these."""
    if indicator.basis is Basis.TOUCHED and indicator.model is TaskMilestone:
        return [row.task_id for row in rows]
    if (path := COUNTED_ONCE.get(indicator.code)) is not None:
        return rows.values_list(path, flat=True)
    return [row.pk for row in rows]  # as the figure is printed: the statement is there already


def disagreements(figures):
    found = []
    for code, windows in figures.items():
        basis = registry[code].basis
        for whole, parts in WHOLES.items():
            value, things = windows[whole]
            values = [windows[part][0] for part in parts]
            union = frozenset().union(*(windows[part][1] for part in parts))
            if basis is Basis.FLOW and (value, things) != (sum(values), union):
                found.append((code, whole, value, values))
            # A certificate that was withdrawn in a later window is in none that holds both days
            if basis is Basis.TOUCHED and not (things <= union and (code == "NT-05" or things == union)):
                found.append((code, whole, value, values))
            if code in LOOKING_AHEAD:
                if value < values[-1]:
                    found.append((code, whole, value, values))
            elif basis is Basis.STOCK and value != values[-1]:
                found.append((code, whole, value, values))
    return found
