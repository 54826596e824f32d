"""New rows that may well be a record on file: same code but for leading zeros, same full title (or the short one of a record)
under another code, same name of which one side leaves empty what tells namesakes apart, same record with another day. Each is asked about; nothing is guessed and nothing is impossible (docs/adr/0049).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.dated_names import is_dated
from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.intake.corrections import name_in_preview, note_correction
from khcn.kernel.intake.import_plan import AnswerAction, ImportSeverity
from khcn.kernel.intake.name_matching import Candidate
from khcn.kernel.intake.row_questions import record_options
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.look_alike_codes import code_fields
from khcn.kernel.text.codes import without_leading_zeros
from khcn.kernel.text.fold import fold, name_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.drafts import DraftSheet, RowDraft
    from khcn.kernel.intake.row_questions import RowQuestions

_READ_AT_ONCE: Final = 2000
_SHORTEST_TITLE: Final = 12  # letters; shorter ones are often words, not titles
_OFFERED: Final = 5
_CODE, _TITLE, _NAME, _DAY = "code", "title", "name", "day"
_SHORT_NAME: Final = "short_name"

Key = tuple[Any, ...]


class NearDuplicates:
    """The records that new rows of one sheet may be, with what was answered about that."""

    def __init__(
        self, draft_sheet: DraftSheet, on_file: dict[int, Any], asked: RowQuestions, actor: Actor
    ) -> None:
        self._draft_sheet, self._on_file, self._asked, self._actor = draft_sheet, on_file, asked, actor
        self._named = {record.pk for record in on_file.values()}
        self._corrected: list[tuple[RowDraft, str]] = []
        self._open: list[tuple[str, RowDraft, Sequence[Any], str]] = []

    def find(self) -> None:
        """Find every new row that may be a record. Where somebody said that it is, the record is added to those on file; what nobody
        has answered is asked by :meth:`ask_open_ones`.
        """
        register = self._draft_sheet.register
        codes = code_fields(register)
        if len(codes) == 1:
            others = [name for name in register.natural_key if name not in codes]
            text = _("%(other)s đã có, mã chỉ khác ở số 0 đứng đầu. Dòng là bản ghi nào?")
            self._ask_of(_CODE, [*codes, *others], text)
        if names := [each for each in register.lookup_aliases if each == "title"]:
            self._ask_of(_TITLE, names, _("Tên này đã có ở %(other)s, với mã khác. Dòng là bản ghi nào?"))
        others = [name for name in register.natural_key if name not in register.similar]
        if names := [name for name in register.similar if name in register.natural_key and others]:
            text = _("Tên này đã có ở %(other)s; chỉ một bên ghi “%(headings)s”. Dòng là bản ghi nào?")
            self._ask_of(_NAME, names[:1], text)
        days = [
            name
            for name in register.natural_key
            if field_kind_of(self._draft_sheet.model._meta.get_field(name)).is_day
        ]
        # The day from which a version is in force is another one in each version: dated rules judge those.
        if len(days) == 1 and len(register.natural_key) > 1 and not is_dated(self._draft_sheet.model):
            same = [name for name in register.natural_key if name != days[0]]
            text = _(
                "Sổ đã có %(other)s, chỉ khác ngày. Dòng là bản ghi mới, hay là sửa ngày của bản ghi đó?"
            )
            self._ask_of(_DAY, same, text)

    def ask_open_ones(self) -> None:
        """Ask what nobody has answered, of rows that nothing else is against: what the rules refuse is not asked about."""
        for found in self._open:
            draft = found[1]
            if self._is_new(draft) and draft.action == "create":
                self._ask_row(*found)

    def note_corrections(self) -> None:
        """Say at the rows what they correct, once it is known what they change."""
        for draft, title in self._corrected:
            note_correction(self._draft_sheet, draft, title)

    def _ask_of(self, about: str, names: Sequence[str], text: str) -> None:
        if not all(name in self._draft_sheet.columns for name in names):
            return
        asked = {id(draft) for _about, draft, _records, _text in self._open}  # one question at a time
        fresh = [
            draft for draft in self._draft_sheet.remaining() if self._is_new(draft) and id(draft) not in asked
        ]
        rows: dict[Key, list[RowDraft]] = defaultdict(list)
        for draft in fresh:
            if (key := self._key(about, [draft.values.get(name) for name in names])) is not None:
                rows[key].append(draft)
        alike = self._likely_records(about, names, rows)
        for key, drafts in rows.items():
            for place, draft in enumerate(drafts):
                records = [
                    each
                    for each in alike.get(key, ())
                    if about in (_CODE, _TITLE) or self._is_alike(about, draft, each)
                ]
                if records:
                    found = (about, draft, records[:_OFFERED], text)
                    if self._asked.given(self._draft_sheet, draft, about) is not None:
                        self._ask_row(*found)
                    else:
                        self._open.append(found)
                elif place and about == _TITLE:
                    self._name_same(
                        draft, names[0], _("Tên này đã có ở %(other)s, với mã khác."), drafts[0], "same_title"
                    )
                elif place and about == _CODE:
                    text = _("Mã này chỉ khác mã ở %(other)s ở số 0 đứng đầu.")
                    self._name_same(draft, names[0], text, drafts[0], "same_but_zeros")

    def _is_new(self, draft: RowDraft) -> bool:
        return id(draft) not in self._on_file and draft.is_whole and id(draft) not in self._asked.new

    @staticmethod
    def _key(about: str, values: Sequence[Any]) -> Key | None:
        """What a row and such a record have in common; ``None`` for a row that has none: it lacks a value, or names a new record."""
        if about == _TITLE:
            folded = fold(str(values[0] or ""))
            return (folded,) if len(folded) >= _SHORTEST_TITLE else None
        if about == _NAME:
            named = name_key(str(values[0] or ""))
            return (named,) if named else None
        if about == _CODE:
            values = [without_leading_zeros(each) if isinstance(each, str) else each for each in values]
        key = tuple([each.pk if isinstance(each, Candidate) else each for each in values])
        return None if None in key else key

    def _likely_records(
        self, about: str, names: Sequence[str], rows: Mapping[Key, object]
    ) -> dict[Key, list[Any]]:
        """The records that the actor may see, newest first, by what they have in common with rows."""
        found: dict[Key, list[Any]] = defaultdict(list)
        for record in self._candidates(about, names, list(rows)):
            attnames = [self._draft_sheet.model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
            keys = {self._key(about, [getattr(record, name) for name in attnames])}
            if about == _TITLE and self._has_short_names:
                keys.add(self._key(about, [record.short_name]))
            for key in keys:
                if key is not None and key in rows:
                    found[key].append(record)
        return found

    @property
    def _has_short_names(self) -> bool:
        return _SHORT_NAME in self._draft_sheet.register.lookup_aliases

    def _candidates(self, about: str, names: Sequence[str], keys: Sequence[Key]) -> Iterator[Any]:
        visible = self._draft_sheet.register.visible(self._actor).order_by("-pk")
        if not keys:
            return
        if about != _DAY:
            wanted = {key[0] for key in keys}
            columns = [names[0], _SHORT_NAME] if about == _TITLE and self._has_short_names else names[:1]
            rows = visible.values_list("pk", *columns).iterator(chunk_size=_READ_AT_ONCE)
            first = [(pk, self._key(about, [text])) for pk, *texts in rows for text in texts]
            pks = list(dict.fromkeys([pk for pk, key in first if key is not None and key[0] in wanted]))
            for part in chunks(pks):
                yield from visible.filter(pk__in=part)
            return
        place = max(range(len(names)), key=lambda each: len({key[each] for key in keys}))
        attname = self._draft_sheet.model._meta.get_field(names[place]).attname  # type: ignore[union-attr]
        for part in chunks(list({key[place] for key in keys})):
            yield from visible.filter(**{f"{attname}__in": part})

    def _is_alike(self, about: str, draft: RowDraft, record: Any) -> bool:
        """Does the row say of everything but the day what is on record, or lacks one of both what tells them apart? And does no
        other row name the record?
        """
        if record.pk in self._named:
            return False
        natural = self._draft_sheet.register.natural_key
        if about == _NAME:
            return any(
                draft.values.get(name) is None
                or getattr(record, self._draft_sheet.model._meta.get_field(name).attname) is None  # type: ignore[union-attr]
                for name in natural
                if name not in self._draft_sheet.register.similar
            )
        for name, column in self._draft_sheet.columns.items():
            value = draft.values.get(name)
            if name in natural or value is None:
                continue
            stored = getattr(record, column.field.attname)
            if stored != value.pk if isinstance(value, Candidate) else not column.kind.is_same(stored, value):
                return False
        return True

    def _apart(self) -> str:
        """The headings of what tells namesakes apart."""
        register = self._draft_sheet.register
        names = [name for name in register.natural_key if name not in register.similar]
        return ", ".join(verbose_name_at(self._draft_sheet.model, name) for name in names)

    def _name_same(self, draft: RowDraft, name: str, text: str, first: RowDraft, code: str) -> None:
        """Two rows of one file stand before the person who wrote both codes: they are named, not asked about."""
        self._draft_sheet.add_problem(
            draft,
            name,
            text % {"other": _("dòng %(row)d của tệp") % {"row": first.row}},
            _("Nếu là một, sửa mã trong tệp cho đúng; nếu là hai bản ghi cùng tên, có thể ghi vào sổ."),
            code=code,
            severity=ImportSeverity.WARNING,
        )

    def _ask_row(self, about: str, draft: RowDraft, records: Sequence[Any], text: str) -> None:
        titles = {record.pk: name_in_preview(self._draft_sheet.register, record) for record in records}
        answer = self._asked.ask(
            self._draft_sheet,
            draft,
            about,
            text % {"other": ", ".join(f"“{title}”" for title in titles.values()), "headings": self._apart()},
            record_options(titles),
        )
        if answer is not None and answer.action is AnswerAction.USE:
            record = next(each for each in records if str(each.pk) == answer.target)
            if record.pk in self._named:
                self._draft_sheet.add_problem(
                    draft,
                    "",
                    _("Một dòng khác của tệp đã là bản ghi đó."),
                    _("Bỏ một trong hai dòng, hoặc chọn lại."),
                    code="twice_in_file",
                )
            self._named.add(record.pk)
            self._on_file[id(draft)] = record
            if about == _CODE:  # it is the file that has lost the zeros
                for name in code_fields(self._draft_sheet.register):
                    draft.values[name] = getattr(record, name)
            self._corrected.append((draft, titles[record.pk]))
