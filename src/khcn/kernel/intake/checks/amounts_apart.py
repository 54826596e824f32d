"""Amounts of known records that are a unit apart from those on record: a sheet in "triệu đồng" that does not say so would write the
millionth part of every budget. Somebody is asked.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import AnswerAction, Option
from khcn.kernel.intake.matching.readable_records import readable_keys
from khcn.kernel.intake.questions.row_questions import skip_option_of
from khcn.kernel.intake.tables.heading_units import FACTORS, AmountUnit
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_APART: Final = 500  # times; an amount that is corrected as well may be less than a whole thousand apart
_LARGEST: Final = 10**9
_NAMED: Final = 3
_UNIT, _WRITE, _KEEP, _EACH = "unit", "write", "keep", "each"
_OWN: Final = 0  # in place of the factor of a column, where the cell names its unit


class _Step(NamedTuple):
    """How far apart amounts are: by ``times`` (a thousand, a million, a billion), and in which unit (``factor``) the file is read."""

    times: int
    is_smaller: bool
    factor: int

    @property
    def meant(self) -> int:
        """The factor of the unit in which the file would be as the register; 0 where there is no such unit."""
        meant = self.factor * self.times if self.is_smaller else self.factor // self.times
        return meant if meant in FACTORS else 0

    def in_meant_unit(self, amount: int) -> Decimal:
        """What the file says, read in the unit that is meant."""
        return Decimal(amount) / self.factor * self.meant


@dataclass(frozen=True, slots=True)
class _Change:
    """A cell with another amount than its record has."""

    draft: RowDraft
    name: str  # of the column
    pk: int
    old: int
    new: int


def ask_of_amounts(
    draft_sheet: DraftSheet,
    on_file: Mapping[int, Any],
    passed_over: Container[str],
    asked: RowQuestions,
    actor: Actor,
) -> None:
    """Ask about the amounts of a sheet, before its rows change the records ``on_file``; by ``id`` of the draft.

    ``passed_over``: columns about which somebody is asked for another reason.
    """
    names = [
        name
        for name, column in draft_sheet.columns.items()
        if column.kind.sheet_unit == "đồng"
        and name not in passed_over
        and name not in draft_sheet.register.natural_key
    ]
    if names:
        _AmountQuestions(draft_sheet, names, on_file, asked, actor).ask()


class _AmountQuestions:
    """What is asked about the amounts of one sheet."""

    def __init__(
        self,
        draft_sheet: DraftSheet,
        names: Sequence[str],
        on_file: Mapping[int, Any],
        asked: RowQuestions,
        actor: Actor,
    ) -> None:
        self._draft_sheet, self._names, self._on_file = draft_sheet, names, on_file
        self._asked, self._actor = asked, actor
        self._compared: Counter[str] = Counter()  # by column the cells whose record has an amount
        self._settled: set[str] = set()  # columns whose cells without an amount on record were asked about

    def ask(self) -> None:
        """Put the amounts that are a unit apart into one question for each step."""
        steps = self._steps()
        if not steps:
            return
        pks = (each.pk for changes in steps.values() for each in changes)
        readable = readable_keys(self._draft_sheet.register, pks, self._actor)
        for step in sorted(steps):
            if changes := [each for each in steps[step] if each.pk in readable]:
                self._ask_of_all(step, changes)

    def _steps(self) -> dict[_Step, list[_Change]]:
        steps: dict[_Step, list[_Change]] = defaultdict(list)
        for draft in self._draft_sheet.remaining():
            record = self._on_file.get(id(draft))
            if record is None:
                continue
            for name in self._names:
                old, new = getattr(record, name), draft.values.get(name)
                if old and isinstance(new, int) and new > 0:
                    self._compared[name] += 1
                    if (step := _step(old, new, self._factor(draft, name))) is not None:
                        steps[step].append(_Change(draft, name, record.pk, old, new))
        return steps

    def _factor(self, draft: RowDraft, name: str) -> int:
        """The factor of the unit that the file says of an amount; 1 where it says none."""
        if name in draft.own_units:
            return _OWN
        unit = self._draft_sheet.units.get(name)
        return unit.factor if isinstance(unit, AmountUnit) else 1

    def _ask_of_all(self, step: _Step, changes: Sequence[_Change]) -> None:
        """One question for all rows; of each row by itself where somebody wants that."""
        counts = Counter(each.name for each in changes)
        whole = [name for name, count in counts.items() if count == self._compared[name]]
        is_whole = len(whole) == len(counts)
        answer = self._ask(step, changes, is_whole=is_whole)
        self._follow(answer, step, changes)
        answers = {answer}
        if answer == _EACH:
            by_row: dict[int, list[_Change]] = defaultdict(list)
            for each in changes:
                by_row[each.draft.row].append(each)
            for of_row in by_row.values():
                answers.add(answer := self._ask(step, of_row, is_whole=False))
                self._follow(answer, step, of_row)
        if _UNIT in answers:
            self._settle_others(step, whole if is_whole and _EACH not in answers else ())

    def _follow(self, answer: str, step: _Step, changes: Sequence[_Change]) -> None:
        for each in changes:
            if answer == _KEEP:
                each.draft.values[each.name] = each.old
            elif answer == _UNIT:
                self._convert(step, each.draft, each.name)

    def _convert(self, step: _Step, draft: RowDraft, name: str) -> None:
        """Read a cell in the unit that is meant; what does not fit is a problem of the cell."""
        amount, why = step.in_meant_unit(draft.values[name]), ""
        if amount != amount.to_integral_value():
            why = _("Số này theo “%(unit)s” không tròn đồng.") % {"unit": _name(step.meant)}
        try:
            self._draft_sheet.columns[name].field.run_validators(int(amount))
        except ValidationError as problem:
            why = " ".join(problem.messages)
        if why:
            self._draft_sheet.add_problem(draft, name, why, _("Xem lại số đã gõ."), code="not_whole")
        else:
            draft.values[name] = int(amount)

    def _settle_others(self, step: _Step, whole: Sequence[str]) -> None:
        """Cells that no amount on record tells the unit of: in columns that are in another unit as a whole they are converted with
        them, in others somebody is asked.
        """
        found: dict[str, list[RowDraft]] = defaultdict(list)
        for draft, name in self._cells():
            if self._factor(draft, name) != step.factor:
                continue
            if name in whole:
                self._convert(step, draft, name)
            elif draft.values[name] and name not in self._settled:
                found[name].append(draft)
        for name, drafts in found.items():
            self._settled.add(name)
            self._ask_of_others(step, name, drafts)

    def _cells(self) -> Iterator[tuple[RowDraft, str]]:
        """The amounts of new records, and of records that have none."""
        for draft in self._draft_sheet.remaining():
            record = self._on_file.get(id(draft))
            for name in self._names:
                if isinstance(draft.values.get(name), int) and not getattr(record, name, None):
                    yield draft, name

    # ------------------------------------------------------------------------- what somebody has to say

    def _ask(self, step: _Step, changes: Sequence[_Change], *, is_whole: bool) -> str:
        drafts = list({id(each.draft): each.draft for each in changes}.values())
        return self._asked.ask_together(
            self._draft_sheet,
            drafts,
            f"amounts {step.times} {step.is_smaller}",
            [(each.name, each.pk, each.old, each.new) for each in changes],
            self._text(step, changes, len(drafts)),
            _options(step, changes[0], len(drafts), is_whole=is_whole),
        )

    def _text(self, step: _Step, changes: Sequence[_Change], count: int) -> str:
        names = list(dict.fromkeys(each.name for each in changes))
        if step.is_smaller:
            text = _(
                "Số tiền ở cột %(headings)s chỉ bằng khoảng 1/%(times)s số trong sổ, ở %(count)d dòng. Tệp ghi theo đơn vị nào, hay số "
                "đã đổi? Ví dụ %(rows)s."
            )
        else:
            text = _(
                "Số tiền ở cột %(headings)s gấp khoảng %(times)s lần số trong sổ, ở %(count)d dòng. Tệp ghi theo đơn vị nào, hay số đã "
                "đổi? Ví dụ %(rows)s."
            )
        return text % {
            "headings": self._headings(names),
            "times": format_number(step.times),
            "count": count,
            "rows": "; ".join(self._named(changes[:_NAMED], with_heading=len(names) > 1)),
        }

    def _named(self, changes: Sequence[_Change], *, with_heading: bool) -> Iterator[str]:
        for each in changes:
            about = {
                "row": each.draft.row,
                "heading": self._draft_sheet.columns[each.name].heading,
                "old": format_number(each.old),
                "new": format_number(each.new),
            }
            if with_heading:
                yield _("dòng %(row)d, %(heading)s: “%(old)s” thành “%(new)s”") % about
            else:
                yield _("dòng %(row)d: “%(old)s” thành “%(new)s”") % about

    def _headings(self, names: Sequence[str]) -> str:
        return ", ".join(f"“{self._draft_sheet.columns[name].heading}”" for name in names)

    def _ask_of_others(self, step: _Step, name: str, drafts: Sequence[RowDraft]) -> None:
        """Most likely they are in that unit too."""
        amounts = [draft.values[name] for draft in drafts]
        text = _(
            "Cột %(headings)s: ở %(count)d dòng, sổ chưa có số để so. Số ở các dòng này theo đơn vị nào?"
        )
        answer = self._asked.ask_together(
            self._draft_sheet,
            drafts,
            f"unit of {name}",
            [(draft.row, amount) for draft, amount in zip(drafts, amounts, strict=True)],
            text % {"headings": self._headings([name]), "count": len(drafts)},
            [
                Option(AnswerAction.USE, _UNIT, _in_words(step, step.meant, amounts[0])),
                Option(AnswerAction.USE, _WRITE, _in_words(step, step.factor, amounts[0])),
            ],
        )
        for draft in drafts if answer == _UNIT else ():
            self._convert(step, draft, name)


def _name(factor: int) -> str:
    return AmountUnit.of_factor(factor).words


def _step(old: int, new: int, factor: int) -> _Step | None:
    """How far apart the two are; ``None`` for what may well be a correction."""
    larger, smaller = max(old, new), min(old, new)
    if larger < smaller * _APART:
        return None
    thousands = max(round(math.log10(larger / smaller) / 3), 1)
    return _Step(min(1000**thousands, _LARGEST), new < old, factor)


def _in_words(step: _Step, unit: int, amount: int) -> str:
    """ "Theo triệu đồng: 1.250 là 1.250.000.000 đồng"; ``amount`` as it was read in the unit of the file."""
    written = Decimal(amount) / step.factor
    return _("Theo %(unit)s: %(written)s là %(read)s đồng") % {
        "unit": _name(unit),
        "written": _shown(written),
        "read": _shown(written * unit),
    }


def _shown(number: Decimal) -> str:
    return format_number(int(number) if number == number.to_integral_value() else number)


def _options(step: _Step, first: _Change, count: int, *, is_whole: bool) -> list[Option]:
    """The likeliest first."""
    found = []
    if step.meant:
        label = _("%(unit)s (các dòng này)") if count > 1 else _("%(unit)s (dòng này)")
        label = _("%(unit)s (cả cột)") if is_whole else label
        words = _in_words(step, step.meant, first.new)
        found.append(Option(AnswerAction.USE, _UNIT, label % {"unit": words}))
    found += [
        Option(AnswerAction.USE, _KEEP, _("Giữ số trong sổ, ghi các cột khác")),
        Option(AnswerAction.USE, _WRITE, _("Số trong tệp đúng: ghi thay số trong sổ")),
    ]
    if count > 1:
        found.append(Option(AnswerAction.USE, _EACH, _("Hỏi từng dòng")))
    return [*found, skip_option_of(count)]
