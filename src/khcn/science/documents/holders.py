"""Hosts and investigators that a paper prints as of a day of its own, also those whom amendments have replaced since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.papers.kinds import PrintedRows
from khcn.parties.models import Organisation, Person
from khcn.science.enums import AmendmentKind
from khcn.science.models import TaskAmendment
from khcn.science.queries import task_on

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date

    from khcn.kernel.papers.models import Paper
    from khcn.science.models import ScienceTask
    from khcn.science.queries import TaskOnDay

_REPLACED = {AmendmentKind.CHANGE_PI, AmendmentKind.CHANGE_HOST}


def printed_holders(
    *,
    record: str,
    day: Callable[[Paper], date],
    tasks: Callable[[Paper], Iterable[ScienceTask]],
    host: tuple[str, ...],
    governing_body: tuple[str, ...] = (),
) -> tuple[PrintedRows, ...]:
    """The rows of these holders, and the amendments by which they are found. ``record`` leads from an amendment to the record
    of the paper, ``day`` is that as of which the paper prints the holders of its ``tasks``.
    """

    def stood(paper: Paper) -> Iterator[TaskOnDay]:
        return (task_on(each, on=day(paper)) for each in tasks(paper))

    def led(row: Person, paper: Paper) -> bool:
        return any(each.principal_investigator == row for each in stood(paper))

    def hosted(row: Organisation, paper: Paper) -> bool:
        return any(each.host == row for each in stood(paper))

    def governed(row: Organisation, paper: Paper) -> bool:
        return any(each.host is not None and each.host.governing_body_id == row.pk for each in stood(paper))

    def replaced(row: TaskAmendment, paper: Paper) -> bool:
        """Is it the first change after the day? Who held the task on the day is read from it."""
        later = (
            each
            for each in row.task.amendments.in_order_of_effect()
            if each.kind == row.kind and each.starts_on > day(paper)
        )
        return row.kind in _REPLACED and next(later, None) == row

    def named_in(*columns: str) -> Callable[[Collection[int]], Iterator[tuple[int, int]]]:
        def find(keys: Collection[int]) -> Iterator[tuple[int, int]]:
            for column in columns:
                yield from TaskAmendment.objects.filter(**{f"{column}__in": keys}).values_list(column, record)

        return find

    return (
        PrintedRows(Person, ("full_name", "degree"), find=named_in("old_person", "new_person"), counts=led),
        PrintedRows(Organisation, host, find=named_in("old_organisation", "new_organisation"), counts=hosted),
        *(
            PrintedRows(
                Organisation, (name,), find=named_in("old_organisation__governing_body"), counts=governed
            )
            for name in governing_body
        ),
        PrintedRows(
            TaskAmendment,
            ("old_person", "old_organisation"),
            record,
            replaced,
            changes_only=True,
            fillable=True,
        ),
    )
