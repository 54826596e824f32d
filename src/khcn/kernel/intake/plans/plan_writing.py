"""Writes what a plan says, in the order that references need. Runs inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.actors import acting, current_act
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_insert
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.fields.dated_link_locks import lock_versions_of_writes
from khcn.kernel.fields.dated_links import judging_days
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import do_what_follows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.checks.rule_checks import RuledSheet
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft


class CircleError(RuntimeError):
    """New records that name each other in a circle; none of them can be written first."""


class RecordMovedError(RuntimeError):
    """A record was saved by somebody else after the plan was made."""


def lock_planned_records(draft_sheets: Sequence[DraftSheet]) -> None:
    """Lock what rows change, or act on, and see that it is still what the plan was made from."""
    for draft_sheet in draft_sheets:
        planned = {
            draft.instance.pk: draft.instance for draft in draft_sheet.remaining() if draft.action == "change"
        }
        action = draft_sheet.kind.action
        if action is not None and action.lock_first is not None:
            for pk in sorted(planned):
                action.lock_first(planned[pk])
        stored: list[Any] = locked_all(draft_sheet.model, planned)
        now = {record.pk: record.updated_at for record in stored}
        for pk, record in planned.items():
            if now.get(pk) != record.updated_at:
                raise RecordMovedError(str(record))


def write_rows(draft_sheets: Sequence[DraftSheet]) -> int:
    """Write all new and changed records; gives their number. Each is logged under the act in progress."""
    written = 0
    lock_planned_records(draft_sheets)
    for draft_sheet in draft_sheets:
        fresh = [draft for draft in draft_sheet.remaining() if draft.action == "create"]
        changed = [draft for draft in draft_sheet.remaining() if draft.action == "change"]
        _insert(draft_sheet, fresh)
        for (text, *names), drafts in _by_fields(changed).items():
            _take_keys(draft_sheet, [draft.instance for draft in drafts])
            with _giving_reason(text):
                written += bulk_change([draft.instance for draft in drafts], names)
        written += len(fresh)
    return written


def _insert(draft_sheet: DraftSheet, drafts: list[RowDraft]) -> None:
    """New records, those first that others of the same sheet refer to."""
    records = [draft.instance for draft in drafts]
    own = [field for field in _foreign_keys(draft_sheet) if field.related_model is draft_sheet.model]
    drafts_by_record = {id(each.instance): each for each in drafts}
    for ready in _in_order(records, own, draft_sheet.register.name):
        for text, inserted in _by_reason(ready, drafts_by_record).items():
            with _giving_reason(text):
                bulk_insert(inserted)


def _in_order(records: Sequence[Any], fields: Sequence[Any], name: str) -> Iterator[list[Any]]:
    """Groups of records of which each refers to none but earlier ones. Raises :class:`CircleError`."""
    waiting_for: dict[int, list[Any]] = defaultdict(list)  # by the record that is referred to
    open_links = {id(record): 0 for record in records}
    for record in records:
        for field in fields:
            if not _has_key(record, field):
                waiting_for[id(field.get_cached_value(record))].append(record)
                open_links[id(record)] += 1
    ready = [record for record in records if not open_links[id(record)]]
    left = len(records)
    while ready:
        yield ready
        left -= len(ready)
        following = []
        for record in ready:
            for other in waiting_for.pop(id(record), ()):
                open_links[id(other)] -= 1
                if not open_links[id(other)]:
                    following.append(other)
        ready = following
    if left:
        raise CircleError(name)


def _foreign_keys(draft_sheet: DraftSheet) -> list[Any]:
    return [field for field in draft_sheet.model._meta.concrete_fields if field.related_model]


def _has_key(record: Any, field: Any) -> bool:
    related = field.get_cached_value(record, default=None)
    return related is None or related.pk is not None


def _take_keys(draft_sheet: DraftSheet, records: Sequence[Any]) -> None:
    """Columns of foreign keys take the keys that their records have got by now; an INSERT does it by itself."""
    for field in _foreign_keys(draft_sheet):
        for record in records:
            if (related := field.get_cached_value(record, default=None)) is not None:
                setattr(record, field.attname, related.pk)


def _by_fields(drafts: Sequence[RowDraft]) -> dict[tuple[str, ...], list[RowDraft]]:
    """Changed rows by the reason given for them and the set of changed fields, so that one statement writes many rows and few
    columns.
    """
    groups: dict[tuple[str, ...], list[RowDraft]] = defaultdict(list)
    for draft in drafts:
        groups[_reason(draft), *sorted({change.column for change in draft.changed})].append(draft)
    return groups


def _reason(draft: RowDraft) -> str:
    return "; ".join(draft.confirmed)


def _by_reason(records: Sequence[Any], drafts: Mapping[int, RowDraft]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        groups[_reason(drafts[id(record)])].append(record)
    return groups


@contextmanager
def _giving_reason(text: str) -> Iterator[None]:
    """What is written inside has in its own log why its unlikely values are right."""
    act = current_act()
    with acting(act.actor, f"{act.reason}. {text}" if text else act.reason):
        yield


@contextmanager
def judging_outcomes(sheets: Sequence[RuledSheet], actor: Actor) -> Iterator[None]:
    """Raise ``Refused`` on leaving, where what the rows of all sheets together have come to may not be."""
    days = [(ruled.draft_sheet.model, ruled.writes) for ruled in sheets]
    for model, writes in days:
        lock_versions_of_writes(model, writes)
    with _with_row_in_refusal(sheets), ExitStack() as judging:
        judging.enter_context(judging_days(days, actor))
        for ruled in sheets:
            judging.enter_context(ruled.draft_sheet.register.writer.judging_outcome(ruled.writes))
        yield


@contextmanager
def _with_row_in_refusal(sheets: Sequence[RuledSheet]) -> Iterator[None]:
    """A refusal because of the record of a row says which row."""
    try:
        yield
    except Refused as refused:
        for ruled in sheets:
            for draft in ruled.drafts.values():
                if draft.instance is refused.record and ruled.draft_sheet.table is not None:
                    place = {"sheet": ruled.draft_sheet.sheet, "row": draft.row, "why": refused}
                    text = _("Trang tính “%(sheet)s”, dòng %(row)d: %(why)s") % place
                    raise Refused(text, code=refused.code) from refused
        raise


def run_after_plan_writing(sheets: Sequence[RuledSheet], *, actor: Actor, on: date) -> None:
    """Do what follows from the rows of a plan, after they have been written."""
    for ruled in sheets:
        do_what_follows(ruled.draft_sheet.register, ruled.writes, actor=actor, on=on)
