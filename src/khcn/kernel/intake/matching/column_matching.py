"""Which record a row without a code is, in registers whose records have no title: the one that says the same in every column of
the sheet. One that agrees only in what each record must say is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import cell_is_required
from khcn.kernel.intake.import_plan import AnswerAction
from khcn.kernel.intake.matching.corrections import name_in_preview
from khcn.kernel.intake.matching.title_matching import CODE, MatchedRows
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.intake.questions.row_questions import record_options
from khcn.kernel.province import province_key
from khcn.kernel.text.fold import fold
from khcn.kernel.workbooks.record_keys import read_key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.registers.spec import Register

_READ_AT_ONCE: Final = 2000
_OFFERED: Final = 5
_SHOWN: Final = 3  # columns that name a row in a question
_RECORD: Final = "record without code and title"


def compared_columns(register: Register, names: Iterable[str]) -> list[str]:
    """Those of the columns that tell records of the register apart: columns of the record itself that people fill in."""
    own = {field.name for field in register.model._meta.concrete_fields} & set(register.form_fields())
    return [name for name in names if name in own and name != CODE]


def required_columns(register: Register, names: Iterable[str]) -> list[str]:
    """Those that every record fills in."""
    field_of = register.model._meta.get_field
    return [name for name in compared_columns(register, names) if cell_is_required(field_of(name))]


@dataclass(slots=True, eq=False)
class _Stored:
    pk: int
    code: str
    draft: RowDraft | None = None  # the row that is this record


class ColumnMatching:
    """The rows of one sheet, whose names of other records have been understood."""

    def __init__(self, draft_sheet: DraftSheet, asked: RowQuestions, actor: Actor) -> None:
        self._draft_sheet, self._asked, self._actor = draft_sheet, asked, actor
        self._register = draft_sheet.register
        self._names = compared_columns(self._register, draft_sheet.columns)
        self._required = required_columns(self._register, draft_sheet.columns)
        self._same: dict[tuple[Any, ...], list[_Stored]] = defaultdict(list)
        self._alike: dict[tuple[Any, ...], list[_Stored]] = defaultdict(list)
        self._by_pk: dict[int, _Stored] = {}
        self.rows = MatchedRows()

    def match(self) -> MatchedRows:
        """Give the rows that are records their codes; find the new ones; ask about the others."""
        self._read()
        drafts = [each for each in self._draft_sheet.remaining() if not each.waits]
        for draft in drafts:
            draft.label = self._label(draft) or draft.label
        undecided = [draft for draft in drafts if not self._take(draft)]
        first: dict[tuple[Any, ...], RowDraft] = {}
        open_rows = []
        for draft in undecided:
            before = first.setdefault(self._parts(draft, self._names), draft)
            if before is not draft:
                self._refuse_twice(draft, before)
            elif found := self._free(self._alike, draft, self._required):
                open_rows.append((draft, found[:_OFFERED]))
            else:
                self.rows.new.append(draft)
        self._ask(open_rows)
        return self.rows

    def _read(self) -> None:
        field_of = self._register.model._meta.get_field
        attributes = {name: field_of(name).attname for name in self._names}  # type: ignore[union-attr]
        rows = self._register.visible(self._actor).order_by("pk").values("pk", CODE, *attributes.values())
        for row in rows.iterator(chunk_size=_READ_AT_ONCE):
            stored = self._by_pk[row["pk"]] = _Stored(row["pk"], row[CODE])
            values = {name: _part(row[attribute]) for name, attribute in attributes.items()}
            self._same[tuple(values[name] for name in self._names)].append(stored)
            self._alike[tuple(values[name] for name in self._required)].append(stored)

    def _parts(self, draft: RowDraft, names: Sequence[str]) -> tuple[Any, ...]:
        return tuple(_part(draft.values.get(name)) for name in names)

    def _free(
        self, known: dict[tuple[Any, ...], list[_Stored]], draft: RowDraft, names: Sequence[str]
    ) -> list[_Stored]:
        return [each for each in known.get(self._parts(draft, names), ()) if each.draft is None]

    def _label(self, draft: RowDraft) -> str:
        texts = (self._draft_sheet.text(draft, name) for name in self._required)
        return ", ".join([text for text in texts if text][:_SHOWN])[:120]

    def _take(self, draft: RowDraft) -> bool:
        """Is the row a record that says the same, or one of our own export? Then it has its code."""
        key = read_key_of(self._register, draft.key)
        exported = self._by_pk.get(key.pk) if key and key.province == province_key() else None
        found = [exported] if exported else self._free(self._same, draft, self._names)
        if not found or found[0].draft is not None:
            return False
        self._give(draft, found[0])
        return True

    def _give(self, draft: RowDraft, record: _Stored) -> None:
        record.draft = draft
        draft.values[CODE] = record.code
        self.rows.found += 1

    def _refuse_twice(self, draft: RowDraft, before: RowDraft) -> None:
        self._draft_sheet.add_problem(
            draft,
            CODE,
            _("Tệp không có cột mã, mà dòng này giống hệt dòng %(row)d.") % {"row": before.row},
            _("Giữ lại một dòng; nếu là hai bản ghi, thêm cột mã vào tệp."),
            code="twice_in_file",
        )

    def _ask(self, open_rows: Sequence[tuple[RowDraft, Sequence[_Stored]]]) -> None:
        keys = {record.pk for _draft, records in open_rows for record in records}
        stored = self._register.visible(self._actor).in_bulk(keys)
        names = {pk: name_in_preview(self._register, record) for pk, record in stored.items()}
        for draft, records in open_rows:
            shown = {each.pk: names[each.pk] for each in records if each.pk in names and each.draft is None}
            text = _(
                "Giống %(other)s ở các cột phải có, khác ở cột khác, và dòng này không có mã. Dòng là bản ghi nào?"
            )
            answer = self._asked.ask(
                self._draft_sheet,
                draft,
                _RECORD,
                text % {"other": ", ".join(f"“{name}”" for name in shown.values())},
                record_options(shown),
            )
            if answer is None:
                continue
            if answer.action is AnswerAction.CREATE:
                self.rows.new.append(draft)
            elif answer.action is AnswerAction.USE:
                self._give(draft, self._by_pk[int(answer.target)])


def _part(value: Any) -> Any:
    """What is compared of a value: texts without capitals and marks of punctuation, records by their keys; nothing is one thing."""
    if isinstance(value, Candidate):
        return value.pk if value.pk is not None else ("new", id(value.draft))
    if isinstance(value, str):
        return fold(value) or None
    return value
