"""Rows that give a known record quite another title: the columns of the sheet may have been sorted apart. Somebody is asked.

A title that is corrected (spelling, some words, words added) goes in as a correction; the short name of the record is no change.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from khcn.kernel.intake.import_plan import AnswerAction, ImportSeverity, Option
from khcn.kernel.intake.matching.corrections import SHORT_NAME, name_in_preview
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.questions.row_questions import skip_option_of
from khcn.kernel.text.fold import fold
from khcn.kernel.text.similar_names import comparable_name, nearest_names

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_TITLES: Final = ("title", "content", "name", "full_name", "label")
_OF_OTHER, _REPLACED, _SHORTENED = "title of another", "title replaced", "title shortened"
_RENAME, _KEEP, _EACH = "rename", "keep", "each"
_READ_AT_ONCE: Final = 2000
_NAMED: Final = 5
_SHARED: Final = 3  # records; a title that more of them have ("Hội thảo đầu bờ") names none of them
_CORRECTED: Final = 88.0  # per cent of the letters, in their order: slips of the keyboard
_LEAST_SHARED: Final = 0.5  # of the weight of the words of the stored title


@dataclass(frozen=True, slots=True)
class _Change:
    """A row with another title than its record has."""

    draft: RowDraft
    record: Any
    old: str
    new: str
    other: str = ""  # the record that has this title


def ask_of_titles(
    draft_sheet: DraftSheet,
    on_file: Mapping[int, Any],
    corrected: Container[int],
    asked: RowQuestions,
    actor: Actor,
) -> None:
    """Ask about the titles of a sheet, before its rows change the records ``on_file``; by ``id`` of the draft.

    ``corrected``: rows that were found by their key and whose code differs; they are asked about as a whole
    (:mod:`~khcn.kernel.intake.matching.corrections`), so here only where the title is that of another record.
    """
    if name := title_field(draft_sheet):
        _TitleQuestions(draft_sheet, name, asked, actor).ask(_changes(draft_sheet, name, on_file), corrected)


def title_field(draft_sheet: DraftSheet) -> str:
    """What a record is called and is not known by; "" where the sheet has no such column."""
    register = draft_sheet.register
    return next(
        (
            name
            for name in _TITLES
            if name in draft_sheet.columns and name not in (*register.natural_key, *register.similar)
        ),
        "",
    )


def _changes(draft_sheet: DraftSheet, name: str, on_file: Mapping[int, Any]) -> list[_Change]:
    found, by_short_name = [], []
    for draft in draft_sheet.remaining():
        record, new = on_file.get(id(draft)), draft.values.get(name)
        old = getattr(record, name, None)
        if not isinstance(new, str) or not isinstance(old, str) or not old or fold(new) == fold(old):
            continue
        if fold(new) == fold(getattr(record, SHORT_NAME, "") or ""):
            draft.values[name] = old
            by_short_name.append(str(draft.row))
        else:
            found.append(_Change(draft, record, old, new))
    if by_short_name:
        draft_sheet.add_sheet_problem(
            _("Cột “%(heading)s” ghi tên gọi tắt ở dòng %(rows)s: tên đầy đủ trong sổ được giữ nguyên.")
            % {
                "heading": draft_sheet.columns[name].heading,
                "rows": first_named(by_short_name, 4 * _NAMED),
            },
            _("Nếu muốn đổi tên, sửa ở bản ghi."),
            code="short_titles",
            severity=ImportSeverity.WARNING,
        )
    return found


class _TitleQuestions:
    """What is asked about the titles of one sheet."""

    def __init__(self, draft_sheet: DraftSheet, name: str, asked: RowQuestions, actor: Actor) -> None:
        self._draft_sheet, self._name, self._asked, self._actor = draft_sheet, name, asked, actor
        self._holders: dict[str, list[tuple[int, str]]] = defaultdict(list)  # by folded title: key and title
        self._visible: set[int] = set()
        self._used: Counter[str] = Counter()  # in how many titles on record each word stands
        self._titles = 0

    def ask(self, changes: Sequence[_Change], corrected: Container[int]) -> None:
        """Put the changes that are no corrections into one question for each kind."""
        if not changes:
            return
        self._read(changes)
        kinds: dict[str, list[_Change]] = defaultdict(list)
        for each in changes:
            is_judged_as_whole = id(each.draft) in corrected
            if each.record.pk not in self._visible or (
                is_judged_as_whole and not nearest_names(each.new, [each.old], limit=1)
            ):
                continue
            if other := self._holder(each):
                kinds[_OF_OTHER].append(replace(each, other=other))
            elif not is_judged_as_whole and (kind := self._kind(each)):
                kinds[kind].append(each)
        for kind in (_OF_OTHER, _REPLACED, _SHORTENED):
            if kinds[kind]:
                self._ask_of_all(kind, kinds[kind])

    # ------------------------------------------------------------------------- what the register has

    def _read(self, changes: Sequence[_Change]) -> None:
        """One pass over the titles on record that the actor may see."""
        wanted = {fold(each.new) for each in changes}
        words = {word for each in changes for word in _words(each.old)}
        names = [self._name]
        if any(field.name == SHORT_NAME for field in self._draft_sheet.model._meta.concrete_fields):
            names.append(SHORT_NAME)
        rows = self._draft_sheet.register.visible(self._actor).order_by("pk").values_list("pk", *names)
        for pk, title, *short in rows.iterator(chunk_size=_READ_AT_ONCE):
            self._visible.add(pk)
            self._titles += 1
            self._used.update(words & _words(title or ""))
            for folded in {fold(text) for text in (title, *short) if text} & wanted:
                self._holders[folded].append((pk, title))

    def _holder(self, change: _Change) -> str:
        """The title of the other record that is called what the row says."""
        others = [title for pk, title in self._holders.get(fold(change.new), ()) if pk != change.record.pk]
        return others[0] if 0 < len(others) <= _SHARED else ""

    def _kind(self, change: _Change) -> str:
        """ "" for a correction. Words that many titles have ("nghiên cứu", "mô hình") say little about one record."""
        if fuzz.ratio(comparable_name(change.new), comparable_name(change.old)) >= _CORRECTED:
            return ""
        old, new = _words(change.old), _words(change.new)
        if self._weight(old & new) >= _LEAST_SHARED * self._weight(old):
            return ""
        return _SHORTENED if len(new & old) * 2 >= len(new) and len(new) < len(old) else _REPLACED

    def _weight(self, words: set[str]) -> float:
        return sum(math.log((self._titles + 1) / max(self._used[word], 1)) for word in words)

    # ------------------------------------------------------------------------- what somebody has to say

    def _ask_of_all(self, kind: str, changes: Sequence[_Change]) -> None:
        """One question for all rows; of each row by itself where somebody wants that."""
        answer = self._ask(kind, changes)
        if answer == _EACH:
            for each in changes:
                self._follow(self._ask(kind, [each]), [each])
        else:
            self._follow(answer, changes)

    def _ask(self, kind: str, changes: Sequence[_Change]) -> str:
        is_one = len(changes) == 1
        return self._asked.ask_together(
            self._draft_sheet,
            [each.draft for each in changes],
            kind,
            [(each.record.pk, each.old, each.new) for each in changes],
            self._text_of_one(kind, changes[0]) if is_one else self._text_of_several(kind, changes),
            _options(kind, len(changes)),
        )

    def _follow(self, answer: str, changes: Sequence[_Change]) -> None:
        if answer == _KEEP:
            for each in changes:
                each.draft.values[self._name] = each.old

    def _text_of_one(self, kind: str, change: _Change) -> str:
        about = {
            "name": name_in_preview(self._draft_sheet.register, change.record),
            "old": change.old,
            "new": change.new,
            "other": change.other,
        }
        if kind == _OF_OTHER:
            text = _(
                "Dòng này là “%(name)s” nhưng ghi tên của bản ghi khác (“%(other)s”): có thể đã sắp xếp riêng một cột. Nếu vậy, "
                "sửa tệp rồi tải lên lại."
            )
        elif kind == _REPLACED:
            text = _(
                "Dòng này thay hẳn tên của “%(name)s” (“%(old)s” thành “%(new)s”): có thể là một bản ghi khác. Nếu vậy, sửa mã "
                "trong tệp rồi tải lên lại."
            )
        else:
            text = _("Dòng này bỏ phần lớn tên của “%(name)s” (“%(old)s” thành “%(new)s”).")
        return text % about

    def _text_of_several(self, kind: str, changes: Sequence[_Change]) -> str:
        if kind == _OF_OTHER:
            text = _(
                "Tên ở %(count)d dòng là tên của bản ghi khác: có thể đã sắp xếp riêng một cột. Nếu vậy, sửa tệp rồi tải lên lại. "
                "%(rows)s"
            )
        elif kind == _REPLACED:
            text = _(
                "%(count)d dòng thay hẳn tên trong sổ: có thể mã là của bản ghi khác. Nếu vậy, sửa mã trong tệp rồi tải lên lại. "
                "%(rows)s"
            )
        else:
            text = _("%(count)d dòng bỏ phần lớn tên trong sổ. %(rows)s")
        rows = first_named([*self._named(changes)], _NAMED, "; ")
        return text % {"count": len(changes), "rows": f"{rows}."}

    def _named(self, changes: Sequence[_Change]) -> Iterator[str]:
        for each in changes:
            yield _("dòng %(row)d: “%(old)s” thành “%(new)s”") % {
                "row": each.draft.row,
                "old": each.old,
                "new": each.new,
            }


def _words(title: str) -> set[str]:
    return set(comparable_name(title).split())


def _options(kind: str, count: int) -> list[Option]:
    """The likeliest first: of rows that may belong to other records none is read; short titles change no title."""
    keep = Option(AnswerAction.USE, _KEEP, _("Giữ tên trong sổ, ghi các cột khác"))
    skip = skip_option_of(count)
    if count == 1:
        rename = Option(AnswerAction.USE, _RENAME, _("Đúng là đổi tên bản ghi này"))
        return [keep, rename, skip] if kind == _SHORTENED else [skip, rename, keep]
    rename = Option(AnswerAction.USE, _RENAME, _("Đúng là đổi tên cả %(count)d bản ghi") % {"count": count})
    each = Option(AnswerAction.USE, _EACH, _("Hỏi từng dòng"))
    return [keep, rename, each, skip] if kind == _SHORTENED else [skip, rename, keep, each]
