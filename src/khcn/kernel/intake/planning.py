"""What a workbook would do: every problem, every question, every change, and nothing written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.intake.checking import (
    check_columns,
    check_new_columns,
    check_records,
    check_required,
    check_unique,
    warn_of_duplicates,
)
from khcn.kernel.intake.drafts import Work, work_of
from khcn.kernel.intake.headings import Table, recognise
from khcn.kernel.intake.models import Decision
from khcn.kernel.intake.outcome import (
    Answer,
    Counts,
    Plan,
    Problem,
    RowPlan,
    Severity,
    SheetPlan,
    WorkbookRefused,
)
from khcn.kernel.intake.reading import Sheet, read_workbook
from khcn.kernel.intake.records import Twins, build, match_records
from khcn.kernel.intake.settling import Settler, column_path
from khcn.kernel.registers.export import sheet_name
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register


@dataclass(slots=True)
class Drawing:
    """A plan together with the drafts it was made from, which :mod:`~khcn.kernel.intake.writing` can write."""

    plan: Plan
    works: list[Work]  # in the order of writing


def plan(content: bytes, name: str, *, actor: Actor, answers: Mapping[str, Answer] | None = None) -> Plan:
    """Everything the file would do. Reads only.

    ``answers`` settle questions of this call, by the key of the question; decisions remembered from earlier files
    are used where they say nothing. Raises :class:`~.outcome.WorkbookRefused` for a file that is no workbook
    of ours.
    """
    return draw(content, name, actor=actor, answers=answers).plan


@in_vietnamese
def draw(content: bytes, name: str, *, actor: Actor, answers: Mapping[str, Answer] | None = None) -> Drawing:
    """Like :func:`plan`, with the drafts."""
    tables, notes = _recognised(read_workbook(content, name), name)
    works = _ordered([work_of(table) for table in tables])
    settler = Settler(actor, {**Decision.objects.remembered(_paths(works)), **(answers or {})})
    usable = [work for work in works if _may_write(work, actor) and check_columns(work)]
    for work in usable:
        settler.settle_choices(work)
    settler.plan_names(usable)
    twins = Twins()
    for work in usable:
        key_columns = [name for name in work.columns if name in work.register.natural_key]
        others = [name for name in work.columns if name not in work.register.natural_key]
        settler.resolve(work, key_columns)
        on_file = match_records(work, twins)
        settler.resolve(work, others, on_file)
        build(work, on_file, settler)
    made = list(settler.made.values())
    for work in made:
        build(work, {}, settler)
    written = [*made, *usable]
    for work in written:
        if work.table is not None:
            check_required(work)
            check_new_columns(work)
        check_records(work, actor)
        check_unique(work)
        warn_of_duplicates(work)
    return Drawing(_summary(content, name, [*made, *works], notes, settler), written)


# ------------------------------------------------------------------------------------------ sheets


def _recognised(sheets: Sequence[Sheet], name: str) -> tuple[list[Table], list[Problem]]:
    tables, problems = [], []
    for sheet in sheets:
        if not sheet.rows:
            continue
        found = recognise(sheet, registers())
        if isinstance(found, Table):
            tables.append(found)
            if found.ignored:
                headings = ", ".join(f"“{heading}”" for heading in found.ignored[:20])
                problems.append(
                    Problem(
                        sheet=sheet.name,
                        row=found.heading_row,
                        message=_("Các cột không được đọc: %(headings)s.") % {"headings": headings},
                        remedy=_("Nếu cần đọc, đặt tên cột như trong mẫu."),
                        severity=Severity.NOTE,
                        code="ignored_columns",
                    )
                )
        else:
            problems.append(_unrecognised(sheet, found))
    if not tables:
        remedy = _("Tải mẫu của sổ cần nhập từ phần mềm và giữ nguyên dòng tên cột.")
        message = _("Không nhận ra trang tính nào là mẫu của phần mềm.")
        first = Problem(sheet="", value=name, message=message, remedy=remedy, code="wrong_template")
        raise WorkbookRefused([first, *problems])
    return tables, problems


def _unrecognised(sheet: Sheet, fitting: Sequence[Register]) -> Problem:
    if fitting:
        titles = ", ".join(f"“{sheet_name(register)}”" for register in fitting)
        return Problem(
            sheet=sheet.name,
            message=_("Trang tính này hợp với nhiều sổ: %(titles)s.") % {"titles": titles},
            remedy=_("Đặt tên trang tính theo đúng tên sổ."),
            code="several_registers",
        )
    return Problem(
        sheet=sheet.name,
        message=_("Trang tính này không phải mẫu của sổ nào nên không được đọc."),
        remedy=_("Nếu cần đọc, chép số liệu vào mẫu tải từ phần mềm."),
        severity=Severity.NOTE,
        code="ignored_sheet",
    )


def _ordered(works: list[Work]) -> list[Work]:
    """Sheets that others refer to come first; of a circle, in the order of the file."""
    waiting, done = list(works), []
    while waiting:
        open_models = {work.model for work in waiting}
        free = [work for work in waiting if not (_named_by(work) - {work.model}) & open_models]
        for work in free or waiting[:1]:
            waiting.remove(work)
            done.append(work)
    return done


def _named_by(work: Work) -> set[object]:
    return {column.field.related_model for column in work.columns.values() if column.field.related_model}


def _may_write(work: Work, actor: Actor) -> bool:
    allowed = work.register.may("create", actor) or work.register.may("change", actor)
    if not allowed:
        work.blame_sheet(
            _("Tài khoản của bạn không được ghi vào sổ “%(title)s”.") % {"title": work.register.title},
            _("Bỏ trang tính này, hoặc để đơn vị phụ trách sổ nhập."),
            code="permission",
        )
    return allowed


def _paths(works: Sequence[Work]) -> list[str]:
    return [column_path(work.register, name) for work in works for name in work.columns]


# ------------------------------------------------------------------------------------------ the plan


def _summary(
    content: bytes, name: str, works: Sequence[Work], notes: list[Problem], settler: Settler
) -> Plan:
    questions, settled = settler.questions()
    problems = list(notes)
    sheets = []
    for work in works:
        sheet, found = _sheet_plan(work)
        sheet.counts.questions = sum(1 for question in questions if question.sheet == work.sheet)
        sheets.append(sheet)
        problems.extend(found)
    return Plan(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        sheets=sheets,
        questions=questions,
        settled=settled,
        problems=problems,
    )


def _sheet_plan(work: Work) -> tuple[SheetPlan, list[Problem]]:
    counts, rows, problems = Counts(), [], list(work.problems)
    for draft in work.drafts:
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
            rows.append(RowPlan(draft.row, draft.action, draft.label, shown, draft.instance.pk))
    problems.sort(key=lambda each: each.row or 0)
    counts.errors = sum(1 for problem in problems if problem.severity is Severity.ERROR)
    ignored = work.table.ignored if work.table else ()
    headings = tuple(column.heading for column in work.columns.values())
    return SheetPlan(work.sheet, work.register, headings, ignored, rows, counts), problems
