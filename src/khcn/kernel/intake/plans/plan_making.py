"""Plans an import: all problems, all questions, all changes; writes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.bounded_process.places import PLACES
from khcn.kernel.intake.checks.amounts_apart import ask_of_amounts
from khcn.kernel.intake.checks.changed_titles import ask_of_titles
from khcn.kernel.intake.checks.column_checks import MISSING_COLUMN, check_columns, check_new_columns
from khcn.kernel.intake.checks.moved_values import ask_of_moved_values
from khcn.kernel.intake.checks.plausibility import find_doubts
from khcn.kernel.intake.checks.row_checks import (
    check_records,
    check_required,
    check_unique,
    warn_of_duplicates,
)
from khcn.kernel.intake.checks.rule_checks import check_rules
from khcn.kernel.intake.checks.shown_cells import report_shown_cells
from khcn.kernel.intake.import_plan import (
    Answer,
    Counts,
    ImportPlan,
    ImportProblem,
    ImportSeverity,
    PlannedChange,
    RowPlan,
    SheetPlan,
)
from khcn.kernel.intake.layouts.sheet_layouts import FileReading, layouts_of
from khcn.kernel.intake.matching.done_before import note_of_earlier_batch
from khcn.kernel.intake.matching.exchanged_codes import ask_of_exchanged_codes
from khcn.kernel.intake.matching.given_codes import give_codes, give_codes_by_columns, warn_of_running_numbers
from khcn.kernel.intake.matching.keyed_rows import KeyedRows
from khcn.kernel.intake.matching.near_duplicates import NearDuplicates
from khcn.kernel.intake.matching.record_matching import DuplicateRows, match_records
from khcn.kernel.intake.models import Decision
from khcn.kernel.intake.names.name_resolution import NameResolver
from khcn.kernel.intake.names.pending_questions import unanswered_columns
from khcn.kernel.intake.names.person_cells import read_persons
from khcn.kernel.intake.plans.action_sheets import (
    find_records_of_actions,
    refuse_action_sheet,
    refuse_too_many,
    try_rows,
)
from khcn.kernel.intake.plans.corrected_rows import cells_corrected
from khcn.kernel.intake.plans.record_building import build_records, set_taken_over
from khcn.kernel.intake.questions.row_questions import RowQuestions
from khcn.kernel.intake.readers.corrected_cells import with_corrected_cells
from khcn.kernel.intake.readers.workbook_reading import read_workbook
from khcn.kernel.intake.rows.row_reading import draft_sheet_of
from khcn.kernel.intake.rows.sheet_recognition import recognised_sheets
from khcn.kernel.intake.tables.heading_candidates import SERIAL
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.history_from_paper import refuse_writing_history
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import UnreadSheet
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft


STEPS: Final = (
    4  # of a plan: the file is read, records are looked for, rows are checked, the plan is put together
)


@dataclass(slots=True)
class PreparedImport:
    """A plan together with the drafts it was made from, which :mod:`~khcn.kernel.intake.plans.plan_writing` can write."""

    plan: ImportPlan
    draft_sheets: list[DraftSheet]  # in the order of writing
    action_sheets: list[DraftSheet]  # carried out after those are written
    resolver: NameResolver  # with the questions, to be answered one by one without planning again
    asked: RowQuestions  # about rows


def make_plan(
    content: bytes,
    name: str,
    *,
    actor: Actor,
    on: date,
    answers: Mapping[str, Answer] | None = None,
    taken_over: bool = False,
    reading: FileReading | None = None,
) -> ImportPlan:
    """Everything the file would do. Reads only.

    ``reading`` says whose layouts count and which rows were chosen; without it the layouts of the actor's division count.

    With ``taken_over`` new records are history from paper, which may lack steps (:mod:`khcn.kernel.registers.writing`).

    ``answers`` settle questions of this call, by the key of the question; decisions remembered from earlier files
    are used where they say nothing. Raises :class:`~.import_plan.WorkbookRefused` for a file that is no workbook
    of ours.
    """
    return prepare_import(
        content, name, actor=actor, on=on, answers=answers, taken_over=taken_over, reading=reading
    ).plan


@in_vietnamese
@PLACES.one()
def prepare_import(
    content: bytes,
    name: str,
    *,
    actor: Actor,
    on: date,
    answers: Mapping[str, Answer] | None = None,
    taken_over: bool = False,
    reading: FileReading | None = None,
    note: Callable[[int], None] = lambda _step: None,
) -> PreparedImport:
    """Like :func:`make_plan`, with the drafts. Raises :class:`~khcn.kernel.bounded_process.places.Busy` as well.

    ``note`` is called with the number of each step that begins, up to ``STEPS``.
    """
    reading = reading or FileReading(actor.unit_code)
    note(1)
    draft_sheets, action_sheets, unread, notes = _read(content, name, reading)
    read_persons([*draft_sheets, *action_sheets])
    given = {**reading.answers(), **(answers or {})}
    asked = RowQuestions(given)
    note(2)
    give_codes(draft_sheets, asked, actor, on)
    paths = _paths([*draft_sheets, *action_sheets])
    resolver = NameResolver(actor, {**Decision.objects.remembered(paths), **given})
    usable = [
        draft_sheet
        for draft_sheet in draft_sheets
        if _may_write(draft_sheet, actor, taken_over=taken_over) and check_columns(draft_sheet)
    ]
    for draft_sheet in usable:
        warn_of_running_numbers(draft_sheet)
        resolver.resolve_choices(draft_sheet)
    resolver.prepare_lookups(usable)
    alike = _match_and_build(usable, resolver, asked, actor, on)
    made = list(resolver.made.values())
    for draft_sheet in made:
        build_records(draft_sheet, {}, resolver)
    written = [*made, *usable]
    note(3)
    _check(written, actor, on, taken_over=taken_over)
    for each in alike:
        each.ask_open_ones()
    for draft_sheet in written:  # of rows that nobody is asked about
        warn_of_duplicates(draft_sheet)
    reasons = Decision.objects.confirmed(paths)
    doubts = [
        doubt
        for draft_sheet in usable
        for doubt in find_doubts(draft_sheet, actor=actor, on=on, reasons=reasons)
    ]
    acted = _prepare_actions(action_sheets, resolver, actor, on, taken_over=taken_over)
    note(STEPS)
    digest = hashlib.sha256(content).hexdigest()
    notes = [*note_of_earlier_batch(digest), *notes]
    plan = _summary(digest, name, [*made, *draft_sheets, *action_sheets], notes, resolver, asked)
    lacking = {each.sheet for each in plan.problems if each.code == MISSING_COLUMN}
    plan.unread = [each for each in unread if not each.needs_columns or each.name in lacking]
    plan.doubts = doubts
    return PreparedImport(plan, written, acted, resolver, asked)


def _read(
    content: bytes, name: str, reading: FileReading
) -> tuple[list[DraftSheet], list[DraftSheet], list[UnreadSheet], list[ImportProblem]]:
    """The sheets of records and those of actions with their cells, the sheets that nobody has assigned, and notes on the file."""
    sheets = [
        with_corrected_cells(sheet, reading.corrections(sheet.name)) for sheet in read_workbook(content, name)
    ]
    tables, unread, notes = recognised_sheets(sheets, name, layouts_of(reading.unit_code))
    records = [draft_sheet_of(each, reading) for each in tables if each.kind.action is None]
    actions = [draft_sheet_of(each, reading) for each in tables if each.kind.action is not None]
    return _ordered(records), actions, unread, notes


def _match_and_build(
    draft_sheets: Sequence[DraftSheet], resolver: NameResolver, asked: RowQuestions, actor: Actor, on: date
) -> list[NearDuplicates]:
    """Find the record of every row, and make the records as the rows would have them; gives what may be one record twice."""
    duplicates, found = DuplicateRows(), []
    for draft_sheet in draft_sheets:
        if draft_sheet.lacks_codes:
            resolver.resolve(draft_sheet, [*draft_sheet.columns])
            give_codes_by_columns(draft_sheet, draft_sheets, asked, actor, on)
        key_columns = [name for name in draft_sheet.columns if name in draft_sheet.register.natural_key]
        others = [name for name in draft_sheet.columns if name not in draft_sheet.register.natural_key]
        keyed = KeyedRows(draft_sheet, actor)
        # Of several records of one name a key says which was meant, also in the columns by which records are found.
        resolver.resolve(draft_sheet, key_columns, keyed.records())
        keyed.leave_out_skipped()
        ask_of_exchanged_codes(draft_sheet, asked, actor)
        on_file = match_records(draft_sheet, duplicates, keyed, asked, actor)
        keyed.match(on_file, asked)
        resolver.resolve(draft_sheet, others, on_file)
        duplicates.numbered.match(draft_sheet, keyed, on_file, asked)
        alike = NearDuplicates(draft_sheet, on_file, asked, actor)
        alike.find()
        ask_of_titles(draft_sheet, on_file, keyed.corrected(), asked, actor)
        unanswered = unanswered_columns(resolver.pending.values(), draft_sheet)
        moved = ask_of_moved_values(draft_sheet, on_file, unanswered, asked, actor)
        ask_of_amounts(draft_sheet, on_file, moved, asked, actor)
        build_records(draft_sheet, on_file, resolver)
        keyed.judge_changes(asked)
        alike.note_corrections()
        report_shown_cells(draft_sheet, on_file, actor, on)
        found.append(alike)
    return found


def _check(draft_sheets: Sequence[DraftSheet], actor: Actor, on: date, *, taken_over: bool) -> None:
    """All that is asked of rows one by one and together."""
    for draft_sheet in draft_sheets:
        set_taken_over(draft_sheet, taken_over=taken_over)
        if draft_sheet.table is not None:
            check_required(draft_sheet)
            check_new_columns(draft_sheet)
        check_records(draft_sheet, actor)
        check_unique(draft_sheet)
    check_rules(draft_sheets, actor, on)


def _prepare_actions(
    action_sheets: Sequence[DraftSheet], resolver: NameResolver, actor: Actor, on: date, *, taken_over: bool
) -> list[DraftSheet]:
    """The sheets of actions that may be carried out, their rows tried."""
    usable = [each for each in action_sheets if not refuse_action_sheet(each, actor, taken_over=taken_over)]
    if refuse_too_many(usable):
        return []
    for draft_sheet in usable:
        resolver.resolve_choices(draft_sheet)
        check_required(draft_sheet)
        resolver.resolve(draft_sheet, list(draft_sheet.columns))
        find_records_of_actions(draft_sheet, actor)
    try_rows(usable, actor=actor, on=on)
    return usable


# ------------------------------------------------------------------------------------------ sheets


def _ordered(draft_sheets: list[DraftSheet]) -> list[DraftSheet]:
    """Sheets that others refer to come first; sheets that refer to each other are in the order of the file."""
    waiting, done = list(draft_sheets), []
    while waiting:
        open_models = {draft_sheet.model for draft_sheet in waiting}
        free = [
            draft_sheet
            for draft_sheet in waiting
            if not (_named_by(draft_sheet) - {draft_sheet.model}) & open_models
        ]
        for draft_sheet in free or waiting[:1]:
            waiting.remove(draft_sheet)
            done.append(draft_sheet)
    return done


def _named_by(draft_sheet: DraftSheet) -> set[object]:
    return {
        column.field.related_model for column in draft_sheet.columns.values() if column.field.related_model
    }


def _may_write(draft_sheet: DraftSheet, actor: Actor, *, taken_over: bool) -> bool:
    allowed = draft_sheet.register.may("create", actor) or draft_sheet.register.may("change", actor)
    if not allowed:
        draft_sheet.add_sheet_problem(
            _("Tài khoản của bạn không được ghi vào sổ “%(title)s”.") % {"title": draft_sheet.register.title},
            _("Bỏ trang tính này, hoặc để đơn vị phụ trách sổ nhập."),
            code="permission",
        )
    if allowed and taken_over:
        try:
            refuse_writing_history(draft_sheet.register, actor)
        except Refused as refused:
            allowed = False
            draft_sheet.add_sheet_problem(
                str(refused), _("Nhập lại mà không chọn “Chuyển từ hồ sơ giấy”."), code="taken_over"
            )
    return allowed


def _paths(draft_sheets: Sequence[DraftSheet]) -> list[str]:
    return [
        draft_sheet.kind.column_path(name) for draft_sheet in draft_sheets for name in draft_sheet.columns
    ]


# ------------------------------------------------------------------------------------------ the plan


def _summary(
    sha256: str,
    name: str,
    draft_sheets: Sequence[DraftSheet],
    notes: list[ImportProblem],
    resolver: NameResolver,
    asked: RowQuestions,
) -> ImportPlan:
    about_words, about_rows = resolver.questions(), asked.questions()
    questions, settled = (
        [*of_rows, *of_words] for of_words, of_rows in zip(about_words, about_rows, strict=True)
    )
    problems = list(notes)
    sheets = []
    for draft_sheet in draft_sheets:
        sheet, found = _sheet_plan(draft_sheet, asked)
        sheet.counts.questions = sum(1 for question in questions if question.sheet == draft_sheet.sheet)
        sheets.append(sheet)
        problems.extend(found)
    ignored = dict.fromkeys(heading for sheet in sheets for heading in sheet.ignored)
    return ImportPlan(
        name=name,
        sha256=sha256,
        sheets=sheets,
        questions=questions,
        settled=settled,
        problems=problems,
        columns_not_read=[
            *(heading for heading in ignored if fold(heading) not in SERIAL),
            *(heading for each in draft_sheets for heading in each.written_beside),
        ],
    )


def _new_values(draft_sheet: DraftSheet, draft: RowDraft) -> tuple[PlannedChange, ...]:
    """What a new row says, in the order of its columns."""
    texts = [(column, draft_sheet.text(draft, name)) for name, column in draft_sheet.columns.items()]
    return tuple(PlannedChange(column.name, column.heading, "", text) for column, text in texts if text)


def _sheet_plan(draft_sheet: DraftSheet, asked: RowQuestions) -> tuple[SheetPlan, list[ImportProblem]]:
    counts, rows, problems = Counts(), [], list(draft_sheet.problems)
    corrected = cells_corrected(draft_sheet)
    for draft in draft_sheet.drafts:
        if draft.skipped:
            counts.skip += 1
            rows.append(RowPlan(draft.row, "skip", draft.label))
            continue
        problems.extend(draft.problems)
        if not draft.is_whole or not draft.action:
            continue
        setattr(counts, draft.action, getattr(counts, draft.action) + 1)
        if draft.action != "same":
            shown = tuple(change for change in draft.changed if change.heading)
            if draft.action == "create" or draft_sheet.kind.action:
                shown = _new_values(draft_sheet, draft)
            pk = draft.instance.pk
            rows.append(
                RowPlan(
                    draft.row,
                    draft.action,
                    draft.label,
                    shown,
                    pk,
                    draft.effects,
                    draft.facts,
                    draft.corrects,
                    asked.offered.get(id(draft)),
                    corrected.get(draft.row, ()),
                )
            )
    problems.sort(key=lambda each: each.row or 0)
    counts.errors = sum(1 for problem in problems if problem.severity is ImportSeverity.ERROR)
    ignored = draft_sheet.table.ignored if draft_sheet.table else ()
    headings = tuple(column.heading for column in draft_sheet.columns.values())
    counts.skip += sum(1 for each in draft_sheet.left_out if each.code == "chosen")
    layout = draft_sheet.table.layout if draft_sheet.table else None
    left_out = draft_sheet.left_out
    missing = tuple(
        (column.name, column.heading)
        for column in draft_sheet.kind.columns()
        if column.name in draft_sheet.lacking
    )
    return SheetPlan(
        draft_sheet.sheet, draft_sheet.kind, headings, ignored, rows, counts, left_out, layout, missing
    ), problems
