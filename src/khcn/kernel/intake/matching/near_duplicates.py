"""New rows that may well be a record on file: same code but for leading zeros, same full title (or the short one of a record)
under another code, same name of which one side leaves empty what tells namesakes apart, same record with another day. Each is asked about; nothing is guessed and nothing is impossible (docs/adr/0049).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.dated_names import is_dated
from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.intake.import_plan import AnswerAction, ImportSeverity, Option
from khcn.kernel.intake.matching.corrections import SHORT_NAME, name_in_preview, note_correction
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.intake.questions.row_questions import record_options
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.look_alike_codes import code_fields
from khcn.kernel.text.codes import without_leading_zeros
from khcn.kernel.text.fold import fold, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_READ_AT_ONCE: Final = 2000
_SHORTEST_TITLE: Final = 12  # letters; shorter ones are often words, not titles
_OFFERED: Final = 5
_TITLE: Final = "title"

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Likeness:
    """One way in which a new row may be a record."""

    about: str  # tells the questions about one row apart
    columns: Sequence[str]
    text: str  # what is asked
    key: Callable[[Sequence[Any]], Key | None]  # what both have in common, of the values of the columns
    is_alike: Callable[[RowDraft, Any], bool] = lambda _draft, _record: True
    instead: Sequence[str] = ()  # columns of a record that count as well as the first
    by_words: bool = True  # the key is made of the first column, and no query finds it
    in_file: tuple[str, str] | None = (
        None  # what is said of two new rows that have it in common, and its code
    )
    taken: Sequence[str] = ()  # columns in which the record is right and the file is not
    if_refused: bool = False  # asked about only where a rule refuses the row
    options: Callable[[Mapping[int, str]], Sequence[Option]] = record_options


class NearDuplicates:
    """The records that new rows of one sheet may be, with what was answered about that."""

    def __init__(
        self, draft_sheet: DraftSheet, on_file: dict[int, Any], asked: RowQuestions, actor: Actor
    ) -> None:
        self._draft_sheet, self._on_file, self._asked, self._actor = draft_sheet, on_file, asked, actor
        self._named = {record.pk for record in on_file.values()}
        self._corrected: list[tuple[RowDraft, str]] = []
        self._open: list[tuple[_Likeness, RowDraft, Sequence[Any]]] = []
        self._refused: list[
            tuple[_Likeness, RowDraft, Sequence[Any]]
        ] = []  # asked about if a rule refuses them

    def find(self) -> None:
        """Find every new row that may be a record. Where somebody said that it is, the record is added to those on file; what nobody
        has answered is asked by :meth:`ask_open_ones`.
        """
        for likeness in self._likenesses():
            if all(name in self._draft_sheet.columns for name in likeness.columns):
                self._ask_of(likeness)

    def _likenesses(self) -> Iterator[_Likeness]:
        """Those of the register, the surest first."""
        register = self._draft_sheet.register
        codes = code_fields(register)
        if len(codes) == 1:
            yield _Likeness(
                "code",
                [*codes, *(name for name in register.natural_key if name not in codes)],
                _("%(other)s đã có, mã chỉ khác ở số 0 đứng đầu. Dòng là bản ghi nào?"),
                _key_of_code,
                in_file=(_("Mã này chỉ khác mã ở %(other)s ở số 0 đứng đầu."), "same_but_zeros"),
                taken=codes,  # it is the file that has lost the zeros
            )
        if _TITLE in register.lookup_aliases:
            yield _Likeness(
                "title",
                [_TITLE],
                _("Tên này đã có ở %(other)s, với mã khác. Dòng là bản ghi nào?"),
                _key_of_title,
                instead=[SHORT_NAME] if SHORT_NAME in register.lookup_aliases else (),
                in_file=(_("Tên này đã có ở %(other)s, với mã khác."), "same_title"),
            )
        apart = self._places()
        if names := [name for name in register.similar if name in register.natural_key and apart]:
            text = _("Tên này đã có ở %(other)s; chỉ một bên ghi “%(headings)s”. Dòng là bản ghi nào?")
            yield _Likeness("name", names[:1], text, _key_of_name, self._lacks_what_tells_apart)
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
            yield _Likeness("day", same, text, _key_of_values, self._says_the_same, by_words=False)
            yield _Likeness(
                "again",
                same,
                _("%(why)s Dòng này là lần khác, là %(other)s, hay ghi lặp lại?"),
                _key_of_values,
                lambda _draft, record: record.pk not in self._named,
                by_words=False,
                taken=days,  # a rule allows it once, so that its day is changed where it is recorded
                if_refused=True,
                options=_options_of_repeated,
            )

    def ask_open_ones(self) -> None:
        """Ask what nobody has answered, of rows that nothing else is against; of what only a rule refuses, as a second acceptance of one
        task, whether it is that which is on record.
        """
        for found in self._open:
            draft = found[1]
            if self._is_new(draft) and draft.action == "create":
                self._ask_row(*found)
        for found in self._refused:
            draft = found[1]
            by_rules = draft.refusals and len(draft.problems) == draft.refusals
            if by_rules and draft.action == "create" and id(draft) not in self._asked.new and not draft.waits:
                self._ask_row(*found)
                draft.problems.clear()  # the question says why; with the answer that it is another one they come again

    def note_corrections(self) -> None:
        """Say at the rows what they correct, once it is known what they change."""
        for draft, title in self._corrected:
            note_correction(self._draft_sheet, draft, title)

    def _ask_of(self, likeness: _Likeness) -> None:
        open_ones = () if likeness.if_refused else self._open
        asked = {id(draft) for _likeness, draft, _records in open_ones}  # one question at a time
        rows: dict[Key, list[RowDraft]] = defaultdict(list)
        for draft in self._draft_sheet.remaining():
            if self._is_new(draft) and id(draft) not in asked:
                key = likeness.key([draft.values.get(name) for name in likeness.columns])
                if key is not None:
                    rows[key].append(draft)
        alike = self._likely_records(likeness, rows)
        for key, drafts in rows.items():
            for place, draft in enumerate(drafts):
                records = [each for each in alike.get(key, ()) if likeness.is_alike(draft, each)][:_OFFERED]
                if records and self._asked.given(self._draft_sheet, draft, likeness.about) is not None:
                    self._ask_row(likeness, draft, records)
                elif records and likeness.if_refused:
                    self._refused.append((likeness, draft, records))
                elif records:
                    self._open.append((likeness, draft, records))
                elif place and likeness.in_file is not None:
                    text, code = likeness.in_file
                    self._name_same(draft, likeness.columns[0], text, drafts[0], code)

    def _is_new(self, draft: RowDraft) -> bool:
        return id(draft) not in self._on_file and draft.is_whole and id(draft) not in self._asked.new

    def _likely_records(self, likeness: _Likeness, rows: Mapping[Key, object]) -> dict[Key, list[Any]]:
        """The records that the actor may see, newest first, by what they have in common with rows."""
        found: dict[Key, list[Any]] = defaultdict(list)
        attnames = [self._attname(name) for name in likeness.columns]
        for record in self._candidates(likeness, list(rows)):
            first, *others = [getattr(record, name) for name in attnames]
            firsts = [first, *(getattr(record, name) for name in likeness.instead)]
            for key in {likeness.key([each, *others]) for each in firsts}:
                if key is not None and key in rows:
                    found[key].append(record)
        return found

    def _attname(self, name: str) -> str:
        return self._draft_sheet.model._meta.get_field(name).attname  # type: ignore[union-attr]

    def _candidates(self, likeness: _Likeness, keys: Sequence[Key]) -> Iterator[Any]:
        visible = self._draft_sheet.register.visible(self._actor).order_by("-pk")
        if not keys:
            return
        names = likeness.columns
        if likeness.by_words:
            wanted = {key[0] for key in keys}
            rest = [self._attname(name) for name in names[1:]]
            columns = [names[0], *likeness.instead]
            rows = visible.values_list("pk", *columns, *rest).iterator(chunk_size=_READ_AT_ONCE)
            first = [
                (pk, likeness.key([text, *texts[len(columns) :]]))
                for pk, *texts in rows
                for text in texts[: len(columns)]
            ]
            pks = list(dict.fromkeys([pk for pk, key in first if key is not None and key[0] in wanted]))
            for part in chunks(pks):
                yield from visible.filter(pk__in=part)
            return
        place = max(range(len(names)), key=lambda each: len({key[each] for key in keys}))
        for part in chunks(list({key[place] for key in keys})):
            yield from visible.filter(**{f"{self._attname(names[place])}__in": part})

    def _lacks_what_tells_apart(self, draft: RowDraft, record: Any) -> bool:
        """Does the row, or the record that no row names, leave empty what tells namesakes apart?"""
        return record.pk not in self._named and any(
            draft.values.get(name) is None or getattr(record, self._attname(name)) is None
            for name in self._places()
        )

    def _says_the_same(self, draft: RowDraft, record: Any) -> bool:
        """Does the row say of everything but the day what is on record? And does no other row name the record?"""
        if record.pk in self._named:
            return False
        for name, column in self._draft_sheet.columns.items():
            value = draft.values.get(name)
            if name in self._draft_sheet.register.natural_key or value is None:
                continue
            stored = getattr(record, column.field.attname)
            if stored != value.pk if isinstance(value, Candidate) else not column.kind.is_same(stored, value):
                return False
        return True

    def _apart(self) -> str:
        """The headings of what tells records of one name apart."""
        return ", ".join(verbose_name_at(self._draft_sheet.model, name) for name in self._places())

    def _places(self) -> list[str]:
        """What tells records of one name apart; that of namesakes in one place is asked about elsewhere (:mod:`.namesakes`)."""
        register = self._draft_sheet.register
        return [
            name
            for name in register.natural_key
            if name not in register.similar and name != register.distinguished_by
        ]

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

    def _ask_row(self, likeness: _Likeness, draft: RowDraft, records: Sequence[Any]) -> None:
        titles = {record.pk: name_in_preview(self._draft_sheet.register, record) for record in records}
        answer = self._asked.ask(
            self._draft_sheet,
            draft,
            likeness.about,
            likeness.text
            % {
                "other": ", ".join(f"“{title}”" for title in titles.values()),
                "headings": self._apart(),
                "why": " ".join(each.message for each in draft.problems),
            },
            likeness.options(titles),
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
            for name in likeness.taken:
                draft.values[name] = getattr(record, name)
            self._corrected.append((draft, titles[record.pk]))


def _options_of_repeated(titles: Mapping[int, str]) -> Sequence[Option]:
    *corrected, new, skip = record_options(titles)
    return [
        Option(skip.action, skip.target, _("Ghi lặp lại, không đọc dòng này")),
        *(
            Option(
                each.action,
                each.target,
                _("Là “%(name)s”: sửa các ô khác theo tệp, ngày giữ như trong sổ")
                % {"name": titles[int(each.target)]},
            )
            for each in corrected
        ),
        Option(new.action, new.target, _("Là lần khác")),
    ]


def _key_of_title(values: Sequence[Any]) -> Key | None:
    """Keys are ``None`` for a row that has none: it lacks a value, names a new record, or is too short to be a title."""
    folded = fold(str(values[0] or ""))
    return (folded,) if len(folded) >= _SHORTEST_TITLE else None


def _key_of_name(values: Sequence[Any]) -> Key | None:
    named = name_key(str(values[0] or ""))
    return (named,) if named else None


def _key_of_code(values: Sequence[Any]) -> Key | None:
    return _key_of_values([without_leading_zeros(each) if isinstance(each, str) else each for each in values])


def _key_of_values(values: Sequence[Any]) -> Key | None:
    key = tuple([each.pk if isinstance(each, Candidate) else each for each in values])
    return None if None in key else key
