"""Values of a file that are possible and yet unlikely: days to come, days before what they follow from, amounts far from the
register's habit. They keep nothing from being written; somebody confirms them once, with a reason (docs/adr/0049).
"""

from __future__ import annotations

import math
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.intake.import_plan import Doubt, Question
from khcn.kernel.intake.matching.corrections import name_in_preview
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.fold import fold
from khcn.kernel.text.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.registers.plausibility import NotBefore
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_ENOUGH: Final = 30  # values on record from which a habit can be seen
_FEW: Final = 5  # values on record and in the file from which an amount in another unit can be seen
_UNIT_APART: Final = (
    300  # nghìn đồng for đồng is a factor of 1,000; amounts of one register differ by less from their middle
)
_NEWEST: Final = 20_000
# The modified z-score of Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993), of the logarithms: amounts differ by
# factors. 0.6745 is the quartile of the normal distribution, and 3.5 their bound.
_QUARTILE: Final = 0.6745
_BOUND: Final = 3.5
_LEAST_SPREAD: Final = 0.1  # of registers in which nearly all amounts are the same
_TIMES_SHOWN_WHOLE: Final = 10


def find_doubts(
    draft_sheet: DraftSheet, *, actor: Actor, on: date, reasons: Mapping[str, str]
) -> list[Doubt]:
    """The doubts about the rows of a sheet that say something new; ``reasons``: by key, those that somebody confirmed."""
    rows = [
        draft
        for draft in draft_sheet.remaining()
        if draft.is_whole and draft.action in {"create", "change"} and draft_sheet.table is not None
    ]
    found = [
        *_days_to_come(draft_sheet, rows, on),
        *_days_before(draft_sheet, rows),
        *_far_from_habit(draft_sheet, rows, actor),
    ]
    doubts = []
    for draft, name, code, text in found:
        doubt = _doubt(draft_sheet, draft, name, code, text, reasons)
        if doubt.reason:
            draft.confirmed = (*draft.confirmed, f"{doubt.heading} {doubt.value}: {doubt.reason}")
        doubts.append(doubt)
    return doubts


Found = tuple["RowDraft", str, str, str]


def _doubt(
    draft_sheet: DraftSheet, draft: RowDraft, name: str, code: str, text: str, reasons: Mapping[str, str]
) -> Doubt:
    column = draft_sheet.columns[name]
    path = draft_sheet.kind.column_path(name)
    value = draft_sheet.text(draft, name)
    natural = "|".join(fold(draft_sheet.text(draft, each)) for each in draft_sheet.register.natural_key)
    key = Question.key_of(f"doubt {code} {path}", f"{natural}|{value}")
    pk = draft.instance.pk
    label = name_in_preview(draft_sheet.register, draft.instance) if pk else draft.label
    return Doubt(
        key=key,
        sheet=draft_sheet.sheet,
        row=draft.row,
        cell=draft_sheet.cell(draft, name),
        column=path,
        heading=column.heading,
        label=label,
        address=draft_sheet.register.detail_url(pk) if pk else "",
        value=value,
        text=text,
        code=code,
        facts=tuple(
            (each.heading, shown)
            for other, each in draft_sheet.columns.items()
            if other != name and (shown := draft_sheet.text(draft, other))
        )[:6],
        reason=reasons.get(key, ""),
    )


def _says_new(draft: RowDraft, name: str) -> bool:
    return draft.action == "create" or any(each.column == name for each in draft.changed)


def _days_to_come(draft_sheet: DraftSheet, rows: list[RowDraft], on: date) -> Iterator[Found]:
    for name in draft_sheet.register.happened:
        if name not in draft_sheet.columns:
            continue
        for draft in rows:
            day = getattr(draft.instance, name)
            if isinstance(day, date) and day > on and _says_new(draft, name):
                text = _("Ngày %(day)s chưa đến.") % {"day": format_date(day)}
                yield draft, name, "day_to_come", text


def _days_before(draft_sheet: DraftSheet, rows: list[RowDraft]) -> Iterator[Found]:
    for rule in draft_sheet.register.not_before:
        if rule.later not in draft_sheet.columns:
            continue
        for draft in rows:
            if not _says_new(draft, rule.later):
                continue
            day, earlier = getattr(draft.instance, rule.later), _value_at(draft.instance, rule.earlier)
            if _applies(rule, draft.instance) and _is_before(day, earlier):
                heading = verbose_name_at(draft_sheet.model, rule.earlier)
                shown = format_date(earlier) if isinstance(earlier, date) else str(earlier)
                yield draft, rule.later, "day_before", f"{rule.text} ({heading}: {shown})"


def _applies(rule: NotBefore, record: Any) -> bool:
    return rule.when is None or getattr(record, rule.when[0]) in rule.when[1]


def _is_before(day: object, earlier: object) -> bool:
    if not isinstance(day, date):
        return False
    if isinstance(earlier, date):
        return day < earlier
    return isinstance(earlier, int) and day.year < earlier


def _value_at(record: Any, path: str) -> Any:
    for name in path.split("__"):
        record = getattr(record, name, None)
    return record


def _far_from_habit(draft_sheet: DraftSheet, rows: list[RowDraft], actor: Actor) -> Iterator[Found]:
    for name, column in draft_sheet.columns.items():
        if not _is_amount(column):
            continue
        new = [(draft, value) for draft in rows if _says_new(draft, name) and (value := _amount(draft, name))]
        if not new:
            continue
        stored = draft_sheet.register.visible(actor).filter(**{f"{name}__gt": 0}).order_by("-pk")
        values = [float(each) for each in stored.values_list(name, flat=True)[:_NEWEST]]
        if len(values) < _ENOUGH:
            yield from _far_from_few(name, column, new, values)
            continue
        logs = [math.log10(each) for each in values]
        middle = median(logs)
        spread = max(median(abs(each - middle) for each in logs), _LEAST_SPREAD)
        usual = median(values)
        for draft, value in new:
            if _QUARTILE * abs(math.log10(value) - middle) / spread > _BOUND:
                yield draft, name, "far_from_habit", _compared(column, value, usual, len(values))


def _far_from_few(
    name: str, column: SheetColumn, new: list[tuple[RowDraft, float]], stored: list[float]
) -> Iterator[Found]:
    """Amounts of money that are a unit apart from those on record and in the file, where too few are on record for a habit."""
    values = [*stored, *(value for _draft, value in new)]
    if column.kind.sheet_unit != "đồng" or len(values) < _FEW:
        return
    usual = median(values)
    for draft, value in new:
        if not usual <= value * _UNIT_APART <= usual * _UNIT_APART**2:
            text = _compared(column, value, usual, len(values))
            yield (
                draft,
                name,
                "far_from_habit",
                f"{text} {_('Sổ còn ít số tiền nên tính cả các dòng của tệp.')}",
            )


def _is_amount(column: SheetColumn) -> bool:
    return column.kind.sheet_format in {"money", "decimal"} and not column.field.choices


def _amount(draft: RowDraft, name: str) -> float:
    value = getattr(draft.instance, name)
    return float(value) if value is not None and value > 0 else 0.0


def _compared(column: SheetColumn, value: float, usual: float, count: int) -> str:
    times = max(value, usual) / min(value, usual)
    shown = format_number(round(times)) if times >= _TIMES_SHOWN_WHOLE else f"{times:.1f}".replace(".", ",")
    middle = column.preview(int(usual) if usual == int(usual) else usual)
    text = (
        _("Lớn gấp %(times)s lần giá trị thường gặp trong sổ (%(middle)s; %(count)s giá trị).")
        if value > usual
        else _("Chỉ bằng 1/%(times)s giá trị thường gặp trong sổ (%(middle)s; %(count)s giá trị).")
    )
    return text % {"times": shown, "middle": middle, "count": format_number(count)}
