"""Columns in which known records get each other's values: the column may have been sorted, pasted or moved without the others.
Somebody is asked. Titles have their own questions (:mod:`~khcn.kernel.intake.checks.changed_titles`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.intake.checks.changed_titles import title_field
from khcn.kernel.intake.import_plan import AnswerAction, Option
from khcn.kernel.intake.matching.readable_records import readable_keys
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.intake.questions.row_questions import skip_option_of

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterator, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_FEWEST: Final = 5  # rows, and different values among them
_MOST_OTHERS: Final = 0.1  # of the new values; somebody may have corrected some cells as well
# Few values that are given out anew among many records ("Người theo dõi") meet by chance to nine tenths.
_MOST_OTHERS_OF_FEW: Final = 0.02
_BY_ONE_STEP: Final = 0.8  # of the days or numbers that change; the others may have been corrected
_NAMED: Final = 3
_MONTHS: Final = 12
_WRITE, _KEEP, _EACH = "write", "keep", "each"


@dataclass(frozen=True, slots=True)
class _Change:
    """A cell with another value than its record has."""

    draft: RowDraft
    record: Any
    old: Hashable
    new: Hashable
    step: tuple[int | Decimal, ...]  # how far a day or a number moves: of a day in days and in months


@dataclass(slots=True)
class _Column:
    """What the rows of a sheet change in one column."""

    column: SheetColumn
    changes: list[_Change] = field(default_factory=list)
    filled: int = 0  # cells whose records have no value
    emptied: list[Hashable] = field(default_factory=list)  # values on record of empty cells

    @property
    def has_many(self) -> bool:
        """Are there enough different values to tell an exchange from a usual correction?"""
        return len({each.new for each in self.changes}) >= _FEWEST

    @property
    def is_exchanged(self) -> bool:
        """Are nearly all new values those that these rows had before, each as often?"""
        count = len(self.changes)
        if count < _FEWEST:
            return False
        new = Counter(each.new for each in self.changes)
        old = Counter(each.old for each in self.changes if each.old is not None)
        if len(self.emptied) <= self.filled + 1:  # empty cells were moved as well, or one was deleted
            old.update(self.emptied)
        most = _MOST_OTHERS if 2 * len(new) >= count else _MOST_OTHERS_OF_FEW
        return (new - old).total() <= most * count

    @property
    def follows_rule(self) -> bool:
        """Does every old value become one new value, or do nearly all days and numbers move by one step?"""
        count = len(self.changes)
        pairs = {(each.old, each.new) for each in self.changes}
        olds = {old for old, _new in pairs}
        if 2 * len(olds) <= count and len(pairs) == len(olds):
            return True
        steps = [each.step for each in self.changes if each.step]
        kinds = (Counter(filter(None, kind)) for kind in zip(*steps, strict=True))
        return any(max(kind.values(), default=0) >= _BY_ONE_STEP * count for kind in kinds)


def ask_of_moved_values(
    draft_sheet: DraftSheet,
    on_file: Mapping[int, Any],
    unanswered: Container[str],
    asked: RowQuestions,
    actor: Actor,
) -> set[str]:
    """Ask about columns of a sheet, before its rows change the records ``on_file``; by ``id`` of the draft. Gives their names.

    A column of ``unanswered`` has words that nobody has explained yet, and is asked about afterwards.
    """
    title = title_field(draft_sheet)
    columns = [
        _changed(draft_sheet, column, on_file)
        for name, column in draft_sheet.columns.items()
        if name != title and name not in unanswered
    ]
    moved = [each for each in columns if _is_moved(each, draft_sheet, on_file)]
    if moved:
        pks = (change.record.pk for each in moved for change in each.changes)
        readable = readable_keys(draft_sheet.register, pks, actor)
        for each in moved:
            each.changes = [change for change in each.changes if change.record.pk in readable]
        moved = [each for each in moved if each.is_exchanged]
    if moved:
        _ask_of_all(draft_sheet, moved, asked, actor)
    return {each.column.name for each in moved}


def _changed(draft_sheet: DraftSheet, column: SheetColumn, on_file: Mapping[int, Any]) -> _Column:
    found = _Column(column)
    for draft in draft_sheet.remaining():
        if (record := on_file.get(id(draft))) is None or column.name in draft.cleared:
            continue
        value = draft.values.get(column.name)
        old = getattr(record, column.field.attname)
        if value is None:
            if not _is_empty(old):
                found.emptied.append(_mark(column, old))
        elif not _is_same(column, old, value):
            found.filled += _is_empty(old)
            new = _mark(column, value)
            before = None if _is_empty(old) else _mark(column, old)
            found.changes.append(_Change(draft, record, before, new, _step(old, value)))
    return found


def _is_moved(found: _Column, draft_sheet: DraftSheet, on_file: Mapping[int, Any]) -> bool:
    if not found.is_exchanged:
        return False
    return not found.follows_rule if found.has_many else _is_sorted(found.column, draft_sheet, on_file)


def _is_sorted(column: SheetColumn, draft_sheet: DraftSheet, on_file: Mapping[int, Any]) -> bool:
    """Do equal values stand together in the file and not on record? That tells a column of few values which was sorted alone."""
    written, stored = [], []
    for draft in draft_sheet.remaining():
        if (record := on_file.get(id(draft))) is not None:
            value, old = draft.values.get(column.name), getattr(record, column.field.attname)
            written.append(None if value is None else _mark(column, value))
            stored.append(None if _is_empty(old) else _mark(column, old))
    return _runs(written) == len(set(written)) and _runs(stored) > len(set(stored))


def _runs(marks: Sequence[Hashable]) -> int:
    """How many groups of equal neighbours there are."""
    return sum(1 for _group in groupby(marks))


def _is_empty(value: object) -> bool:
    return value is None or value == ""


def _is_same(column: SheetColumn, old: Any, value: Any) -> bool:
    if isinstance(value, Candidate):
        return value.pk is not None and value.pk == old
    return column.kind.is_same(old, value)


def _mark(column: SheetColumn, value: Any) -> Hashable:
    """What is the same of equal values, on record and in the file."""
    if isinstance(value, Candidate):
        return value.pk if value.pk is not None else ("new", value.name)
    return value if column.target is not None else column.preview(value)


def _step(old: Any, new: Any) -> tuple[int | Decimal, ...]:
    if isinstance(old, date) and isinstance(new, date):
        return (new - old).days, _whole_months(old, new)
    if isinstance(old, int | Decimal) and isinstance(new, int | Decimal):
        return (new - old,)
    return ()


def _whole_months(old: date, new: date) -> int:
    """How many months a day moves; 0 where it is not the same day of the month, or its last."""
    is_last = (new + timedelta(days=1)).month != new.month
    months = (new.year - old.year) * _MONTHS + new.month - old.month
    return months if old.day == new.day or is_last else 0


# ------------------------------------------------------------------------- what somebody has to say


def _ask_of_all(draft_sheet: DraftSheet, moved: Sequence[_Column], asked: RowQuestions, actor: Actor) -> None:
    """One question for all columns; of each by itself where somebody wants that."""
    answer = _ask(draft_sheet, moved, asked, actor)
    if answer == _EACH:
        for each in moved:
            _follow(_ask(draft_sheet, [each], asked, actor), [each])
    else:
        _follow(answer, moved)


def _ask(draft_sheet: DraftSheet, moved: Sequence[_Column], asked: RowQuestions, actor: Actor) -> str:
    drafts = {id(change.draft): change.draft for each in moved for change in each.changes}
    content = [
        (each.column.name, change.record.pk, change.old, change.new)
        for each in moved
        for change in each.changes
    ]
    ordered = sorted(drafts.values(), key=lambda each: each.row)
    text, options = _text(moved, len(ordered), actor), _options(len(moved), len(ordered))
    return asked.ask_together(draft_sheet, ordered, "moved values", content, text, options)


def _follow(answer: str, moved: Sequence[_Column]) -> None:
    for each in moved if answer == _KEEP else ():
        for change in each.changes:
            change.draft.values[each.column.name] = None  # an empty cell changes nothing
            if sibling := each.column.kind.sibling:
                change.draft.values.pop(sibling, None)


def _text(moved: Sequence[_Column], count: int, actor: Actor) -> str:
    if len(moved) == 1:
        text = _(
            "Cột %(headings)s có thể đã bị sắp xếp hoặc dán riêng: %(count)d dòng ghi giá trị mà sổ đang có ở các dòng khác. Nếu "
            "đúng vậy, sửa tệp rồi tải lên lại. Ví dụ %(rows)s."
        )
    else:
        text = _(
            "Các cột %(headings)s có thể đã bị sắp xếp hoặc dán riêng: %(count)d dòng ghi giá trị mà sổ đang có ở các dòng khác. Nếu "
            "đúng vậy, sửa tệp rồi tải lên lại. Ví dụ %(rows)s."
        )
    return text % {
        "headings": ", ".join(f"“{each.column.heading}”" for each in moved),
        "count": count,
        "rows": "; ".join(_named(moved[0], actor)),
    }


def _named(moved: _Column, actor: Actor) -> Iterator[str]:
    column = moved.column
    for each in moved.changes[:_NAMED]:
        value = each.draft.values[column.name]
        is_link = column.target is not None
        old = getattr(each.record, column.name)
        yield _("dòng %(row)d: “%(old)s” thành “%(new)s”") % {
            "row": each.draft.row,
            "old": shown_record_name(old, actor) if is_link else column.preview(old),
            "new": value.name if is_link else column.preview(value),
        }


def _options(columns: int, count: int) -> list[Option]:
    """The likeliest first."""
    if columns == 1:
        keep = _("Giữ cột này như trong sổ, ghi các cột khác")
    else:
        keep = _("Giữ các cột này như trong sổ, ghi các cột khác")
    write = _("Đúng là đổi: ghi cả %(count)d dòng theo tệp") % {"count": count}
    each = [Option(AnswerAction.USE, _EACH, _("Hỏi từng cột"))] if columns > 1 else []
    return [
        Option(AnswerAction.USE, _KEEP, keep),
        Option(AnswerAction.USE, _WRITE, write),
        *each,
        skip_option_of(count),
    ]
