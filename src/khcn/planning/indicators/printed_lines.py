"""How the report prints planned work and assessments in its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.text.fold import fold
from khcn.parties.models import UnitKind

if TYPE_CHECKING:
    from khcn.planning.models import Assessment, PlannedWork

# The report is Vietnamese whatever the language of the screen.
_BECAUSE: Final = "do"
_SETTLEMENT: Final = "quyết toán"


def _clause(text: str) -> str:
    """A text as part of a sentence that goes on: on one line, without its full stop."""
    return " ".join(text.split()).rstrip(" .;")


# ------------------------------------------------------------------------------------- planned work


def title_and_quantity(work: PlannedWork) -> str:
    """The work, and of how many where it is more than one."""
    title = _clause(work.title)
    return title if work.quantity == 1 else f"{title}, số lượng {work.quantity}"


def with_division(work: PlannedWork) -> str:
    """The work among that of all divisions. A settlement may be named by its task alone: "Dự án Nấm"."""
    title = title_and_quantity(work)
    if work.kind == "settlement" and fold(_SETTLEMENT) not in fold(title):
        title = f"{_SETTLEMENT} {title}"
    return f"{title} – {work.unit.name}"


def achieved_of_planned(work: PlannedWork) -> str:
    """The work, and how much of it was achieved where that is another number than the planned one."""
    if work.achieved in {None, work.quantity}:
        return title_and_quantity(work)
    return f"{_clause(work.title)}, đạt {work.achieved}/{work.quantity}"


def dropped_with_reason(work: PlannedWork) -> str:
    """The work and why it is not done."""
    reason = _clause(work.drop_reason)
    return f"{_clause(work.title)}, lý do: {reason}" if reason else _clause(work.title)


# ------------------------------------------------------------------------------------- assessments


def with_cause(assessment: Assessment) -> str:
    """A shortcoming as a sentence: what is short, why, and what is to be done about it."""
    line, cause, remedy = map(_clause, (assessment.statement, assessment.cause, assessment.remedy))
    if cause:
        first, _space, rest = cause.partition(" ")
        line = f"{line} {_BECAUSE} {rest if first.casefold() == _BECAUSE and rest else cause}"
    return f"{line}, giải pháp: {remedy}" if remedy else line


def of_division_with_cause(assessment: Assessment) -> str:
    """The same among those of all divisions."""
    return f"{assessment.unit.name}: {with_cause(assessment)}"


def mended_with_outcome(assessment: Assessment) -> str:
    """A shortcoming that is no more, and what was done about it."""
    outcome = _clause(assessment.outcome)
    return f"{_clause(assessment.statement)} – {outcome}" if outcome else _clause(assessment.statement)


def strength(assessment: Assessment) -> str:
    """A strength; the board's are those of the whole department."""
    line = _clause(assessment.statement)
    return line if assessment.unit.kind == UnitKind.BOARD else f"{assessment.unit.name}: {line}"
