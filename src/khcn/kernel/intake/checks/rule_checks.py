"""Validates the rows of a workbook by the department's rules: the same rules, with the same words, as for a form."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import Error

from khcn.kernel.combined_writes import context_of_file
from khcn.kernel.fields.dated_links import is_dated_or_says_day
from khcn.kernel.intake.checks.failed_rules import failing_writes, judge, name_failed
from khcn.kernel.intake.checks.refused_rows import add_refusal
from khcn.kernel.papers.printed_facts import is_printed
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.look_alike_codes import code_fields, wait_to_give_codes
from khcn.kernel.registers.writing import RowWriter, Write, rule_violations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.refusals import Refused
    from khcn.kernel.registers.writing import ValidationContext


log = logging.getLogger(__name__)


@dataclass(slots=True)
class RuledSheet:
    """The rows of one sheet that rules are about, with the writes they come to."""

    draft_sheet: DraftSheet
    writes: list[Write] = field(default_factory=list)
    drafts: dict[int, RowDraft] = field(default_factory=dict)  # by ``id`` of the write


def _sheets_with_rules(draft_sheets: Sequence[DraftSheet]) -> list[RuledSheet]:
    """The sheets of registers whose facts an operation owns or a paper prints, or whose records have codes or are asked about
    days, in the order in which they are validated.
    """
    unknown = _not_understood(draft_sheets)
    found = [
        _ruled(draft_sheet, unknown)
        for draft_sheet in draft_sheets
        if draft_sheet.register.owned
        or type(draft_sheet.register.writer) is not RowWriter
        or is_printed(draft_sheet.register.model)
        or code_fields(draft_sheet.register)
        or is_dated_or_says_day(draft_sheet.register.model)
    ]
    return sorted(found, key=lambda each: each.draft_sheet.register.writer.rank)


def _not_understood(draft_sheets: Sequence[DraftSheet]) -> set[int]:
    """By ``id`` the records of rows that were not understood, and those of rows that refer to them, in however many steps.

    The rules read a record through the records that refer to it, and such a record holds whatever stood in its cells.
    """
    drafts = [draft for sheet in draft_sheets for draft in sheet.drafts if draft.instance is not None]
    waiting = [id(draft.instance) for draft in drafts if not draft.is_whole]
    referring: dict[int, list[int]] = defaultdict(list)
    for draft in drafts if waiting else ():
        for each in _referred_to(draft.instance):
            referring[each].append(id(draft.instance))
    found: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting.extend(referring[each])
    return found


def _referred_to(record: Any) -> list[int]:
    keys = [each for each in record._meta.concrete_fields if each.is_relation and each.is_cached(record)]
    return [id(each.get_cached_value(record)) for each in keys]


def _ruled(draft_sheet: DraftSheet, unknown: set[int]) -> RuledSheet:
    ruled = RuledSheet(draft_sheet)
    drafts = [
        each
        for each in draft_sheet.remaining()
        if each.is_whole and each.action in {"create", "change"} and id(each.instance) not in unknown
    ]
    stored = _stored(draft_sheet, [each.instance.pk for each in drafts if each.action == "change"])
    for draft in drafts:
        before = stored.get(draft.instance.pk) if draft.action == "change" else None
        write = Write(draft.instance, before, frozenset(change.column for change in draft.changed))
        ruled.writes.append(write)
        ruled.drafts[id(write)] = draft
    return ruled


def _stored(draft_sheet: DraftSheet, keys: Sequence[int]) -> dict[int, Any]:
    """The rows as they are on record: those of the drafts hold what the file says already."""
    found: dict[int, Any] = {}
    for part in chunks(keys):
        found.update(draft_sheet.register.model._base_manager.in_bulk(part))
    return found


def check_rules(draft_sheets: Sequence[DraftSheet], actor: Actor, on: date) -> None:
    """Note every refusal at its sheet, row and column, and at every row what it would change of rows that the file does not
    name. Rows for which a rule fails are named, and the others judged without them.
    """
    while (judged := _judged(draft_sheets, actor, on)) is None:
        pass
    for ruled, refused, effects in judged:
        for write, why in refused:
            add_refusal(ruled.draft_sheet, ruled.drafts[id(write)], why)
        for write, text in effects:
            draft = ruled.drafts[id(write)]
            draft.effects = (*draft.effects, text)


_Judged = tuple[RuledSheet, "list[tuple[Write, Refused]]", "list[tuple[Write, str]]"]


def _judged(draft_sheets: Sequence[DraftSheet], actor: Actor, on: date) -> list[_Judged] | None:
    """What the rules say of each sheet; ``None`` where they failed for rows, which are named and not whole from now on."""
    sheets, found = _sheets_with_rules(draft_sheets), []
    context = _context(sheets, actor, on)
    for ruled in sheets:
        register = ruled.draft_sheet.register
        try:
            refused, effects = judge(register, ruled.writes, context)
        except Error:
            raise
        except Exception:
            log.exception("The rules of %s failed for rows of a workbook", register.name)
            for write in failing_writes(register, ruled.writes, actor, on):
                name_failed(ruled.draft_sheet, ruled.drafts[id(write)])
            return None
        found.append((ruled, refused, effects))
    return found


def _context(sheets: Sequence[RuledSheet], actor: Actor, on: date) -> ValidationContext:
    return context_of_file([(each.draft_sheet.model, each.writes) for each in sheets], actor, on)


def lock_and_check_rules(draft_sheets: Sequence[DraftSheet], actor: Actor, on: date) -> list[RuledSheet]:
    """Lock the records by which the rules decide and check the rules once more, now that nobody can change them.

    Gives the sheets for :func:`run_after_plan_writing`. Raises the first refusal:
    somebody has changed a record since the preview.
    """
    sheets = _sheets_with_rules(draft_sheets)
    for ruled in sheets:
        ruled.draft_sheet.register.writer.lock(ruled.writes)
        wait_to_give_codes(ruled.draft_sheet.register, ruled.writes)
    context = _context(sheets, actor, on)
    for ruled in sheets:
        for _write, refused in rule_violations(ruled.draft_sheet.register, ruled.writes, context):
            raise refused
    return sheets
