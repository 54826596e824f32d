"""Plans of long files, made in the background and shown by every process; the page of the file says how far the work is.

A short file is planned while its page is made (:mod:`~khcn.kernel.intake.plans.batch_plans`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, overload

from django.contrib.auth import get_user_model
from django.db import transaction

from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.intake.import_plan import ROWS_SHOWN, FileChanged, ImportProblem, RowPlan, WorkbookRefused
from khcn.kernel.intake.layouts.sheet_layouts import FileReading
from khcn.kernel.intake.models import StoredPlan, StoredRows
from khcn.kernel.intake.plans import plan_cache
from khcn.kernel.intake.plans.batch_plans import plan_name
from khcn.kernel.intake.plans.plan_content import head_of, packed, plan_from, rows_from, unpacked
from khcn.kernel.intake.plans.plan_making import prepare_import
from khcn.kernel.intake.plans.shown_plan import shown_parts
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.refusals.shown_content import shown_content_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import ImportPlan
    from khcn.kernel.intake.models import Batch

LONG: Final = 200_000  # bytes; some three thousand rows of a workbook, which take about two seconds
JOB: Final = "khcn.kernel.intake.jobs.plan_file"


def is_planned_in_background(size: int, actor: Actor) -> bool:
    """Is the plan of a file of so many bytes made in the background? Who works by delegation is not known there, and waits for it."""
    return size >= LONG and actor.user_id is not None and actor.delegated is None


def request_plan(batch: Batch, actor: Actor, on: date) -> None:
    """Have the plan made for this person, in place of one that there is."""
    with transaction.atomic():
        StoredPlan.objects.filter(batch=batch, user_id=_reader(actor)).delete()
        stored = StoredPlan.objects.create(
            batch=batch,
            user_id=_reader(actor),
            on=on,
            depends_on=_digest(batch, actor),
        )
        enqueue(JOB, plan=stored.pk)


def plan_of_reader(batch: Batch, actor: Actor) -> StoredPlan | None:
    """What was asked for by this person, in whatever state."""
    return StoredPlan.objects.filter(batch=batch, user_id=_reader(actor)).defer("head").first()


def is_outdated(stored: StoredPlan, batch: Batch, actor: Actor, on: date) -> bool:
    """Has something changed that the plan was made from: choices, rights, the day, records of its registers?"""
    if stored.depends_on != _digest(batch, actor) or stored.on != on:
        return True
    return ChangeEntry.objects.filter(pk__gt=stored.last_entry, model__in=stored.made_from).exists()


def read_plan(stored: StoredPlan) -> tuple[ImportPlan, str]:
    """The plan, whose rows are read when they are looked at, and the digests of what it shows."""
    head = unpacked(bytes(stored.head or b""))
    plan = plan_from(head, lambda place, count: _StoredPages(stored.pk, place, count))
    return plan, head["shown"]


def problems_of(stored: StoredPlan) -> list[ImportProblem]:
    """Why the file was refused."""
    return [
        ImportProblem("", message=each["message"], remedy=each["remedy"])
        for each in unpacked(bytes(stored.head or b""))
    ]


def make_stored_plan(pk: int) -> ImportPlan | None:
    """Make a plan that was asked for; ``None`` where nobody waits for it any more, or the file is refused."""
    stored = StoredPlan.objects.select_related("batch").filter(pk=pk).first()
    if stored is None or stored.state not in {StoredPlan.WAITING, StoredPlan.WORKING}:
        return None  # one that was at work when its worker was killed is begun again
    batch, actor = stored.batch, actor_of_reader(stored)
    if batch.is_ended or actor is None:
        stored.delete()
        return None
    reading = FileReading.of(batch)
    name = plan_name(batch.sha256, reading, taken_over=batch.taken_over)
    key = plan_cache.plan_key(name, actor)

    def note(step: int) -> None:
        StoredPlan.objects.filter(pk=pk).update(state=StoredPlan.WORKING, step=step)

    note(0)
    try:
        prepared = prepare_import(
            batch.content(),
            batch.name,
            actor=actor,
            on=stored.on,
            taken_over=batch.taken_over,
            reading=reading,
            note=note,
        )
    except (WorkbookRefused, FileChanged) as refused:
        problems = getattr(refused, "problems", None) or [ImportProblem("", str(refused))]
        _finish(pk, state=StoredPlan.REFUSED, head=packed(list(problems)))
        return None
    except Busy:
        stored.delete()  # the page of the file has a button to read it again
        return None
    plan = prepared.plan
    shown = shown_content_text(shown_parts(plan, taken_over=batch.taken_over))
    with transaction.atomic():
        rows = [
            StoredRows(
                plan_id=pk, sheet=place, page=page, content=packed(sheet.rows[first : first + ROWS_SHOWN])
            )
            for place, sheet in enumerate(plan.sheets)
            for page, first in enumerate(range(0, len(sheet.rows), ROWS_SHOWN))
        ]
        if not StoredPlan.objects.select_for_update().filter(pk=pk).exists():
            return None  # somebody has chosen otherwise meanwhile
        StoredRows.objects.bulk_create(rows)
        _finish(
            pk,
            state=StoredPlan.DONE,
            depends_on=_digest(batch, actor),
            last_entry=key[-1],
            made_from=sorted(plan_cache.models_of(prepared)),
            head=packed({**head_of(plan), "shown": shown}),
        )
    return plan


def _finish(pk: int, **values: Any) -> None:
    StoredPlan.objects.filter(pk=pk).update(**values)


def actor_of_reader(stored: StoredPlan) -> Actor | None:
    """Whom the plan is made for, with the rights of that day; ``None`` for an account that is not in use."""
    user: Any = get_user_model()._default_manager.filter(pk=stored.user_id, is_active=True).first()
    return None if user is None else user.actor_on(stored.on)


def _reader(actor: Actor) -> int:
    assert actor.user_id is not None  # noqa: S101 -- see is_planned_in_background
    return actor.user_id


def _digest(batch: Batch, actor: Actor) -> str:
    name = plan_name(batch.sha256, FileReading.of(batch), taken_over=batch.taken_over)
    return hashlib.sha256(f"{name} {actor!r}".encode()).hexdigest()


class _StoredPages(Sequence[RowPlan]):
    """The rows of one sheet, read page by page."""

    def __init__(self, plan: int, sheet: int, count: int) -> None:
        self._plan, self._sheet, self._count = plan, sheet, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[RowPlan]:
        for first in range(0, self._count, ROWS_SHOWN):
            yield from self._page(first // ROWS_SHOWN)

    def _page(self, number: int) -> Sequence[RowPlan]:
        found = StoredRows.objects.filter(plan=self._plan, sheet=self._sheet, page=number)
        content = found.values_list("content", flat=True).first()
        return [] if content is None else rows_from(unpacked(bytes(content)))

    @overload
    def __getitem__(self, wanted: int) -> RowPlan: ...

    @overload
    def __getitem__(self, wanted: slice) -> Sequence[RowPlan]: ...

    def __getitem__(self, wanted: int | slice) -> RowPlan | Sequence[RowPlan]:
        places = range(self._count)[wanted]
        if isinstance(places, int):
            return self._page(places // ROWS_SHOWN)[places % ROWS_SHOWN]
        pages = {number: self._page(number) for number in sorted({place // ROWS_SHOWN for place in places})}
        return [pages[place // ROWS_SHOWN][place % ROWS_SHOWN] for place in places]
