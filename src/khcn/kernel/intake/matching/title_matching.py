"""Which record a row without a code is: the one with its title or short name, in the same year. All that is less than that is asked.

The sheets of one register are looked at together: a workbook with a sheet for each year names what goes on in several.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import AnswerAction, Option
from khcn.kernel.intake.matching.corrections import SHORT_NAME, TITLE, name_in_preview
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.questions.row_questions import record_options, skip_option
from khcn.kernel.province import province_key
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.fold import fold, name_key
from khcn.kernel.text.similar_names import nearest_names
from khcn.kernel.workbooks.record_keys import read_key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

CODE: Final = "code"
_READ_AT_ONCE: Final = 2000
_NAMED: Final = 20
_OFFERED: Final = 5
_NEAR: Final = 85.0  # likeness in per cent of a title with one word corrected
# Comparing every new title with every title on record costs time; beyond this, new titles are only compared as a whole.
_COMPARISONS: Final = 400_000
_RECORD: Final = "record without code"


@dataclass(slots=True, eq=False)
class Titled:
    """A record on file, or the row that is the first of the file with a title."""

    title: str
    year: int | None
    pk: int = 0
    code: str = ""
    short_name: str = ""
    draft_sheet: DraftSheet | None = None
    draft: RowDraft | None = None  # the row that is this record


@dataclass(slots=True)
class MatchedRows:
    """What became of the rows of one sheet."""

    found: int = 0  # rows that are records on file
    new: list[RowDraft] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A row that may be one of these records."""

    draft_sheet: DraftSheet
    draft: RowDraft
    text: str
    records: Sequence[Titled]
    is_new_first: bool


def year_of(draft_sheet: DraftSheet, draft: RowDraft) -> int | None:
    """The year that the row says; ``None`` where it says none."""
    name = _year_column(draft_sheet)
    value = draft.values.get(name)
    return value if isinstance(value, int) else None


def _year_column(draft_sheet: DraftSheet) -> str:
    return next((name for name, column in draft_sheet.columns.items() if column.kind.is_year), "")


def _is_of(year: int | None, other: int | None) -> bool:
    """May both be of one year? What says no year may be of any."""
    return year is None or other is None or year == other


class TitleMatching:
    """The rows without codes of one register, matched with its records and with each other."""

    def __init__(
        self, draft_sheets: Sequence[DraftSheet], others: set[str], asked: RowQuestions, actor: Actor
    ) -> None:
        """``others``: codes that rows of other sheets have."""
        self._draft_sheets, self._asked, self._actor = draft_sheets, asked, actor
        self._register = draft_sheets[0].register
        self._others = others
        self._on_file: list[Titled] = []
        self._by_fold: dict[str, list[Titled]] = defaultdict(list)
        self._by_pk: dict[int, Titled] = {}
        self._first: dict[str, list[Titled]] = defaultdict(list)  # rows of the file by folded title
        self._open: list[_Open] = []
        self._compared = 0
        self.rows: dict[int, MatchedRows] = {id(each): MatchedRows() for each in draft_sheets}

    def match(self) -> None:
        """Give the rows that are records their codes; find the new ones; ask about the others."""
        self._read()
        undecided = [
            (draft_sheet, draft)
            for draft_sheet, draft in self._titled()
            if not self._take(draft_sheet, draft)
        ]
        for draft_sheet, draft in undecided:
            self._look_at(draft_sheet, draft)
        self._ask()

    def _titled(self) -> Iterator[tuple[DraftSheet, RowDraft]]:
        for draft_sheet in self._draft_sheets:
            for draft in draft_sheet.drafts:
                title = draft.values.get(TITLE)
                if isinstance(title, str) and fold(title):
                    draft.label = title[:120]
                    yield draft_sheet, draft

    def _read(self) -> None:
        years = {_year_column(each) for each in self._draft_sheets} - {""}
        short = (SHORT_NAME,) if SHORT_NAME in self._register.lookup_aliases else ()
        names = ("pk", CODE, TITLE, *sorted(years)[:1])
        rows = self._register.visible(self._actor).order_by("pk").values(*names, *short)
        for row in rows.iterator(chunk_size=_READ_AT_ONCE):
            year = next((row[name] for name in names[3:]), None)
            each = Titled(row[TITLE], year, row["pk"], row[CODE], row.get(SHORT_NAME) or "")
            for folded in {fold(each.title), fold(each.short_name)} - {""}:
                self._by_fold[folded].append(each)
            self._by_pk[each.pk] = each
            if each.code not in self._others:
                self._on_file.append(each)

    # ------------------------------------------------------------------------- what needs no question

    def _take(self, draft_sheet: DraftSheet, draft: RowDraft) -> bool:
        """Is it settled by the title and year of the row? Then it has its code, or a problem."""
        title, year = draft.values[TITLE], year_of(draft_sheet, draft)
        if (exported := self._exported(draft)) is not None:
            self._give(draft_sheet, draft, exported)
            return True
        there = [
            each
            for each in self._by_fold.get(fold(title), ())
            if name_key(title) in {name_key(each.title), name_key(each.short_name)}
            and _is_of(year, each.year)
        ]
        if len(there) > 1:
            draft_sheet.add_problem(
                draft,
                TITLE,
                _("Tệp không có cột mã, mà trong sổ có %(count)d bản ghi cùng tên này: %(codes)s.")
                % {"count": len(there), "codes": first_named([each.code for each in there], _NAMED)},
                _("Thêm cột mã vào tệp để biết dòng này là bản ghi nào."),
                code="several_of_title",
            )
            return True
        if not there:
            return False
        (record,) = there
        if record.draft is not None:
            return self._is_refused_twice(draft_sheet, draft, record)
        self._give(draft_sheet, draft, record)
        draft.values[TITLE] = (
            record.title
        )  # it found the record: other capitals, as in a decision, are no change
        return True

    def _exported(self, draft: RowDraft) -> Titled | None:
        """The record of a row of our own export, whose column of codes somebody has taken out."""
        key = read_key_of(self._register, draft.key)
        if key is None or key.province != province_key():
            return None
        record = self._by_pk.get(key.pk)
        return record if record is not None and record.draft is None else None

    def _give(self, draft_sheet: DraftSheet, draft: RowDraft, record: Titled) -> None:
        record.draft_sheet, record.draft = draft_sheet, draft
        draft.values[CODE] = record.code
        self.rows[id(draft_sheet)].found += 1

    def _is_refused_twice(self, draft_sheet: DraftSheet, draft: RowDraft, first: Titled) -> bool:
        """A second row of a title and year in one sheet is a mistake; in another sheet it may be the list of another year."""
        if first.draft is None or first.draft_sheet is not draft_sheet:
            return False
        draft_sheet.add_problem(
            draft,
            TITLE,
            _("Tệp không có cột mã, mà dòng này cùng tên với dòng %(row)d.") % {"row": first.draft.row},
            _("Giữ lại một dòng, hoặc thêm cột mã vào tệp."),
            code="twice_in_file",
        )
        return True

    # ------------------------------------------------------------------------- what somebody has to say

    def _look_at(self, draft_sheet: DraftSheet, draft: RowDraft) -> None:
        title, year = draft.values[TITLE], year_of(draft_sheet, draft)
        same = self._by_fold.get(fold(title), [])
        rows = [*(each for each in same if each.draft is not None), *self._first[fold(title)]]
        free = [each for each in same if each.draft is None and each.code not in self._others]
        if any(_is_of(year, each.year) and self._is_refused_twice(draft_sheet, draft, each) for each in rows):
            return
        again = next((each for each in rows if _is_of(year, each.year)), None)
        if again is not None:
            self._ask_of_row(draft_sheet, draft, again, is_same_year=True)
        elif free:
            if any(_is_of(year, each.year) for each in free):
                text = _("Tên này đã có ở %(other)s, chỉ khác dấu. Dòng là bản ghi nào?")
            else:
                text = _("Tên này đã có ở %(other)s, của năm khác. Dòng là bản ghi nào?")
            self._open.append(_Open(draft_sheet, draft, text, free[:_OFFERED], is_new_first=True))
        elif rows:
            self._ask_of_row(draft_sheet, draft, rows[0], is_same_year=False)
        elif near := self._near(title, year):
            text = _("Gần giống %(other)s, và dòng này không có mã. Dòng là bản ghi nào?")
            self._open.append(_Open(draft_sheet, draft, text, near, is_new_first=False))
        else:
            self.rows[id(draft_sheet)].new.append(draft)
        self._first[fold(title)].append(Titled(title, year, draft_sheet=draft_sheet, draft=draft))

    def _near(self, title: str, year: int | None) -> list[Titled]:
        """Records of the year with nearly this title, which no row of the file is."""
        self._compared += len(self._on_file)
        if self._compared > _COMPARISONS:
            return []
        free = [each for each in self._on_file if each.draft is None and _is_of(year, each.year)]
        matches = nearest_names(title, dict.fromkeys(each.title for each in free), limit=_OFFERED)
        likely = [each.candidate for each in matches if each.score >= _NEAR]
        return [each for name in likely for each in free if each.title == name][:_OFFERED]

    def _ask_of_row(
        self, draft_sheet: DraftSheet, draft: RowDraft, first: Titled, *, is_same_year: bool
    ) -> None:
        """The title stands in two sheets, or for two years: one record that goes on, or two."""
        assert first.draft is not None  # noqa: S101 -- only rows come here
        assert first.draft_sheet is not None  # noqa: S101 -- only rows come here
        place = {"sheet": first.draft_sheet.sheet, "row": first.draft.row}
        new = Option(AnswerAction.CREATE, "", _("Là bản ghi mới"))
        answer = self._asked.ask(
            draft_sheet,
            draft,
            _RECORD,
            _("Tên này cũng ở trang tính “%(sheet)s”, dòng %(row)d. Dòng là bản ghi nào?") % place,
            [skip_option(), new] if is_same_year else [new, skip_option()],
        )
        if answer is not None and answer.action is AnswerAction.CREATE:
            self.rows[id(draft_sheet)].new.append(draft)

    def _ask(self) -> None:
        pks = {record.pk for each in self._open for record in each.records}
        stored = {}
        for part in chunks(list(pks)):
            stored.update(self._register.visible(self._actor).in_bulk(part))
        titles = {pk: name_in_preview(self._register, record) for pk, record in stored.items()}
        for each in self._open:
            shown = {record.pk: titles[record.pk] for record in each.records if record.pk in titles}
            answer = self._asked.ask(
                each.draft_sheet,
                each.draft,
                _RECORD,
                each.text % {"other": ", ".join(f"“{title}”" for title in shown.values())},
                record_options(shown, is_new_first=each.is_new_first),
            )
            if answer is not None and answer.action is AnswerAction.CREATE:
                self.rows[id(each.draft_sheet)].new.append(each.draft)
            elif answer is not None and answer.action is AnswerAction.USE:
                record = next(record for record in each.records if str(record.pk) == answer.target)
                if record.draft is None or not self._is_refused_twice(each.draft_sheet, each.draft, record):
                    self._give(each.draft_sheet, each.draft, record)
