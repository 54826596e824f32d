"""Rows that may be one of several records of one name in one place: which of them, or one more, is asked and never guessed (docs/adr/0049).

Of a row that does not say what tells it apart, the only record that is alike in the other parts of the natural key is taken as it always was,
unless the row says otherwise in something that such a record is known by (another telephone). Where several records are alike, the one is
taken that has the same telephone or address and no other one. Everything else is asked, as is the second such row of a file.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import AnswerAction, Option
from khcn.kernel.intake.questions.row_questions import record_options
from khcn.kernel.query_chunks import chunks
from khcn.kernel.screens.namesakes import name_among_namesakes
from khcn.kernel.workbooks.workbook_sheet import sheet_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.matching.keyed_rows import KeyedRows
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_ABOUT: Final = "namesake"
_OFFERED: Final = 8

Key = tuple[Any, ...]
FirstRows = dict[Key, tuple["DraftSheet", "RowDraft"]]


class Namesakes:
    """The records and rows of one sheet that are alike in the natural key but for what tells namesakes apart."""

    def __init__(self, draft_sheet: DraftSheet, keyed: KeyedRows, asked: RowQuestions, actor: Actor) -> None:
        self._draft_sheet, self._keyed, self._asked, self._actor = draft_sheet, keyed, asked, actor
        self._apart = draft_sheet.register.distinguished_by
        self._taken: set[int] = set()  # records that a row is
        self._given: dict[Key, set[str]] = defaultdict(set)  # what tells apart, on record and in the file

    def match(
        self, rows: Mapping[Key, Sequence[RowDraft]], alike: Mapping[Key, Sequence[Any]], first: FirstRows
    ) -> dict[int, Any]:
        """The record of each row, by ``id`` of the draft. ``rows`` and ``alike``: rows and records by the natural key without what tells apart;
        ``first``: the first row of the file with such a key, over all sheets of the register.
        """
        found: dict[int, Any] = {}
        for key, drafts in rows.items():
            records = alike.get(key, ())
            given = self._given[key]
            given.update(getattr(record, self._apart) for record in records)
            given.update(str(draft.values.get(self._apart) or "") for draft in drafts)
            sure = {id(draft): self._sure(draft, records) for draft in drafts}
            # Rows that are sure come first, so that nobody is asked about them because of the others.
            for draft in sorted(drafts, key=lambda each: sure[id(each)] is None):
                record = self._record_of(draft, key, records, sure[id(draft)], first)
                if record is not None:
                    found[id(draft)] = record
                    self._taken.add(record.pk)
        return found

    def _sure(self, draft: RowDraft, records: Sequence[Any]) -> Any:
        """The record that the row is without doubt; ``None`` where it has to be asked, or there is none."""
        keyed, given = self._keyed.record_of(draft), draft.values.get(self._apart)
        if keyed is not None and (own := [record for record in records if record.pk == keyed.pk]):
            return own[0]
        if keyed is not None or given:
            return next((each for each in records if getattr(each, self._apart) == (given or "")), None)
        same = [record for record in records if self._agreement(draft, record) == {True}]
        if not same and len(records) == 1 and not self._agreement(draft, records[0]):
            same = list(records)
        return same[0] if len(same) == 1 else None

    def _agreement(self, draft: RowDraft, record: Any) -> set[bool]:
        """Of what a record is known by and both give: is it the same?"""
        columns = self._draft_sheet.columns
        pairs = [
            (columns[name].kind, getattr(record, name), draft.values.get(name))
            for name in self._draft_sheet.register.known_by
            if name in columns
        ]
        return {kind.is_same(stored, value) for kind, stored, value in pairs if stored and value}

    def _record_of(
        self, draft: RowDraft, key: Key, records: Sequence[Any], sure: Any, first: FirstRows
    ) -> Any:
        if self._keyed.record_of(draft) is not None:
            first.setdefault((self._draft_sheet.register.name, *key), (self._draft_sheet, draft))
            return sure
        before = None
        if not draft.values.get(self._apart):
            before = first.setdefault((self._draft_sheet.register.name, *key), (self._draft_sheet, draft))
            if before[1] is draft or before[1].skipped:
                before = None
        elif sure is None and all(getattr(record, self._apart) for record in records):
            return None  # one more, and each of them says what tells it apart
        if sure is not None and sure.pk not in self._taken:
            return sure
        if not draft.is_whole or not (records or before):
            return None
        return self._ask(draft, key, records, before)

    def _ask(
        self, draft: RowDraft, key: Key, records: Sequence[Any], before: tuple[DraftSheet, RowDraft] | None
    ) -> Any:
        register = self._draft_sheet.register
        titles = {
            record.pk: name_among_namesakes(register, record, self._actor)
            for record in records
            if record.pk not in self._taken
        }
        titles = dict(list(titles.items())[:_OFFERED])
        answer = self._asked.ask(
            self._draft_sheet,
            draft,
            f"{_ABOUT} {len(records)} {'' if before is None else before[1].row}",
            self._question(draft, titles, before),
            list(self._options(titles, before)),
        )
        if answer is not None and answer.action is AnswerAction.CREATE:
            self._tell_apart(draft, key)
        if answer is None or answer.action is not AnswerAction.USE:
            return None
        return next(record for record in records if str(record.pk) == answer.target)

    def _question(
        self, draft: RowDraft, titles: Mapping[int, str], before: tuple[DraftSheet, RowDraft] | None
    ) -> str:
        others = [f"“{title}”" for title in titles.values()]
        if before is not None:
            others.insert(0, self._place(before))
        return _(
            "Dòng %(row)d ghi “%(name)s”, cùng họ tên và nơi với %(others)s. Là một người hay hai người?"
        ) % {
            "row": draft.row,
            "name": self._as_written(draft),
            "others": ", ".join(others),
        }

    def _as_written(self, draft: RowDraft) -> str:
        """The name in a row, with what the row says of that which a record is known by."""
        names = [self._apart, *self._draft_sheet.register.known_by]
        texts = [text for name in names if (text := self._draft_sheet.text(draft, name))]
        return f"{draft.label} ({'; '.join(texts)})" if texts else draft.label

    def _place(self, before: tuple[DraftSheet, RowDraft]) -> str:
        draft_sheet, draft = before
        if draft_sheet is self._draft_sheet:
            return _("dòng %(row)d của tệp") % {"row": draft.row}
        return _("dòng %(row)d của “%(sheet)s”") % {"row": draft.row, "sheet": draft_sheet.sheet}

    def _options(
        self, titles: Mapping[int, str], before: tuple[DraftSheet, RowDraft] | None
    ) -> Iterator[Option]:
        *corrected, new, skip = record_options(titles)
        for each in corrected:
            yield Option(
                each.action,
                each.target,
                _("Cùng là “%(name)s”, sửa theo tệp") % {"name": titles[int(each.target)]},
            )
        yield Option(new.action, new.target, _("Là người khác cùng họ tên, thêm mới"))
        if before is None:
            yield skip
        else:
            yield Option(
                skip.action,
                skip.target,
                _("Cùng là người ở %(place)s, không đọc dòng này") % {"place": self._place(before)},
            )

    def _tell_apart(self, draft: RowDraft, key: Key) -> None:
        """Somebody said that it is another one: a number tells it apart as long as nobody has written something better."""
        if draft.values.get(self._apart):
            return
        taken, number = self._given[key], 2
        while (
            text := f"người thứ {number}"
        ) in taken:  # stored, and therefore Vietnamese in each language of the page
            number += 1
        taken.add(text)
        columns = {each.name: each for each in sheet_columns(self._draft_sheet.register)}
        self._draft_sheet.columns.setdefault(self._apart, columns[self._apart])
        draft.values[self._apart] = text


def records_alike(draft_sheet: DraftSheet, keys: Sequence[Key], province: str) -> dict[Key, list[Any]]:
    """Records by the natural key without what tells namesakes apart, the oldest first; ``keys`` in that form."""
    register = draft_sheet.register
    names = [name for name in register.natural_key if name != register.distinguished_by]
    attnames = [draft_sheet.model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    wanted = {key for key in keys if not any(isinstance(part, tuple) for part in key)}
    found: dict[Key, list[Any]] = defaultdict(list)
    for part in chunks(list({key[0] for key in wanted})):
        records = draft_sheet.model._base_manager.filter(**{f"{attnames[0]}__in": part}).order_by("pk")
        for record in records:
            key = tuple(getattr(record, name) for name in attnames)
            if key in wanted:
                found[key].append(record)
    return {key: _of_province(records, province) for key, records in found.items()}


def _of_province(records: list[Any], province: str) -> list[Any]:
    """Of records from before and after a merger of provinces, those of the present one, if there are any."""
    return [each for each in records if each.province == province] or records
