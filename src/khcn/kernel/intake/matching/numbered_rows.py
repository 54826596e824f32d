"""Rows without the number that their register gives itself (``Register.numbered_by``): each is one more record, unless
the register holds it.

A row that says nothing else than a record on file is that record, so that a file may be read twice. Each record is one
row: of two equal rows the second is asked about, unless two such records are on file.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import Answer, AnswerAction, Option
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.intake.questions.row_questions import skip_option
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.matching.keyed_rows import KeyedRows
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_ABOUT: Final = "equal row"

Content = tuple[Any, ...]


def is_to_be_numbered(draft_sheet: DraftSheet, draft: RowDraft, keyed: KeyedRows) -> bool:
    """Does the register number the row, which then is known by all that it says?"""
    number = draft_sheet.register.numbered_by
    return bool(number) and draft.values.get(number) is None and keyed.record_of(draft) is None


class NumberedRows:
    """The rows of a file without numbers, over all sheets, and the records that they are."""

    def __init__(self) -> None:
        self._first: dict[Content, tuple[DraftSheet, RowDraft]] = {}
        self._taken: set[tuple[str, int]] = set()

    def match(
        self, draft_sheet: DraftSheet, keyed: KeyedRows, on_file: dict[int, Any], asked: RowQuestions
    ) -> None:
        """Add the records of rows without a number to those that were found, by ``id`` of the draft."""
        if not draft_sheet.register.numbered_by:
            return
        name = draft_sheet.register.name
        self._taken.update((name, record.pk) for record in on_file.values())
        rows = [
            draft
            for draft in draft_sheet.remaining()
            if draft.is_whole
            and is_to_be_numbered(draft_sheet, draft, keyed)
            and _says_enough(draft_sheet, draft)
        ]
        records = _records_beside(draft_sheet, rows)
        for draft in rows:
            before = self._first.setdefault((name, *_content(draft)), (draft_sheet, draft))
            alike = [
                each
                for each in records.get(_owner(draft_sheet, draft), ())
                if (name, each.pk) not in self._taken and _is_same(draft_sheet, draft, each)
            ]
            if alike:
                # The one that says the least beside what the row says.
                on_file[id(draft)] = record = min(
                    alike, key=lambda each: (_more(draft_sheet, draft, each), each.pk)
                )
                self._taken.add((name, record.pk))
            elif before[1] is not draft and not before[1].skipped:
                _ask(draft_sheet, draft, before, asked)


def _ask(
    draft_sheet: DraftSheet, draft: RowDraft, before: tuple[DraftSheet, RowDraft], asked: RowQuestions
) -> Answer | None:
    first_sheet, first = before
    place = {"row": draft.row, "first": first.row, "sheet": first_sheet.sheet}
    text = (
        _("Dòng %(row)d giống hệt dòng %(first)d của tệp. Là một việc ghi hai lần hay hai việc?")
        if first_sheet is draft_sheet
        else _("Dòng %(row)d giống hệt dòng %(first)d của “%(sheet)s”. Là một việc ghi hai lần hay hai việc?")
    )
    options = [Option(AnswerAction.CREATE, "", _("Là hai việc, ghi cả hai")), skip_option()]
    return asked.ask(draft_sheet, draft, f"{_ABOUT} {first_sheet.sheet} {first.row}", text % place, options)


def _says_enough(draft_sheet: DraftSheet, draft: RowDraft) -> bool:
    """Does the row give everything that a record needs? Less than that makes it no record."""
    needed = [column.name for column in draft_sheet.kind.columns() if column.required]
    return all(draft.values.get(name) is not None for name in needed)


def _owner_names(draft_sheet: DraftSheet) -> list[str]:
    register = draft_sheet.register
    return [name for name in register.natural_key if name != register.numbered_by]


def _plain(value: Any) -> Any:
    """A value as rows are compared by it; of a record that is new as well, the row that makes it."""
    if isinstance(value, Candidate):
        return ("new", id(value.draft)) if value.pk is None else value.pk
    return tuple(value) if isinstance(value, list) else value


def _owner(draft_sheet: DraftSheet, draft: RowDraft) -> Content:
    return tuple(_plain(draft.values.get(name)) for name in _owner_names(draft_sheet))


def _content(draft: RowDraft) -> Content:
    return tuple((name, _plain(value)) for name, value in sorted(draft.values.items()) if value is not None)


def _records_beside(draft_sheet: DraftSheet, rows: Sequence[RowDraft]) -> dict[Content, list[Any]]:
    """All records under the same natural key but for the number."""
    model = draft_sheet.model
    attnames = [model._meta.get_field(name).attname for name in _owner_names(draft_sheet)]  # type: ignore[union-attr]
    owners = {_owner(draft_sheet, draft) for draft in rows}
    stored = {each[0] for each in owners if not isinstance(each[0], tuple)}
    found: dict[Content, list[Any]] = defaultdict(list)
    for part in chunks(list(stored)):
        for record in model._base_manager.filter(**{f"{attnames[0]}__in": part}).order_by("pk"):
            owner = tuple(getattr(record, name) for name in attnames)
            if owner in owners:
                found[owner].append(record)
    return found


def _is_same(draft_sheet: DraftSheet, draft: RowDraft, record: Any) -> bool:
    """Does the record hold everything that the row gives?"""
    for name, column in draft_sheet.columns.items():
        value = draft.values.get(name)
        if value is None or name in draft.derived:
            continue
        stored = getattr(record, column.field.attname)
        if (
            stored != _plain(value)
            if isinstance(value, Candidate)
            else not column.kind.is_same(stored, value)
        ):
            return False
    return True


def _more(draft_sheet: DraftSheet, draft: RowDraft, record: Any) -> int:
    """How much the record says of which the row has the column and no value."""
    number = draft_sheet.register.numbered_by
    return sum(
        draft.values.get(name) is None and getattr(record, column.field.attname) not in (None, "", [])
        for name, column in draft_sheet.columns.items()
        if name != number
    )
