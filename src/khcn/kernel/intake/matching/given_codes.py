"""Sheets of divisions that give their records no code: rows are found by their full title, or by what they say, and new ones get the next code."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.matching.column_matching import ColumnMatching, required_columns
from khcn.kernel.intake.matching.corrections import TITLE
from khcn.kernel.intake.matching.title_matching import CODE, TitleMatching, year_of
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.numbering.codes_under_others import codes_under
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.code_proposals import newest_codes, next_series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.matching.title_matching import MatchedRows
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.registers.spec import Register

_NAMED: Final = 20
_ASKED_AT_ONCE: Final = 200
_RUNNING: Final = re.compile(r"0{0,3}[1-9][0-9]{0,3}\.?")


def has_title(register: Register) -> bool:
    """Have the records a title in words? A title that is chosen from a list is that of many."""
    if TITLE not in register.form_fields():
        return False
    return field_kind_of(register.model._meta.get_field(TITLE)).holds_words


def may_lack_code(register: Register, fields: Sequence[str]) -> bool:
    """May rows with these fields be read without a code? Only where the code alone tells records apart, and a title is there, or
    what each record must say.
    """
    if register.natural_key != (CODE,) or CODE not in register.form_fields():
        return False
    return TITLE in fields if has_title(register) else bool(required_columns(register, fields))


def give_codes(draft_sheets: Sequence[DraftSheet], asked: RowQuestions, actor: Actor, on: date) -> None:
    """Rows of sheets without a column of codes get the code of the record with their title, or the next of the register. Those of
    registers without titles get theirs when the names of other records are understood: :func:`give_codes_by_columns`.
    """
    without: dict[str, list[DraftSheet]] = defaultdict(list)
    for draft_sheet in draft_sheets:
        if CODE not in draft_sheet.columns and may_lack_code(draft_sheet.register, [*draft_sheet.columns]):
            without[draft_sheet.register.name].append(draft_sheet)
    for sheets in without.values():
        for draft_sheet in sheets:
            draft_sheet.columns[CODE] = next(each for each in draft_sheet.kind.columns() if each.name == CODE)
            draft_sheet.lacks_codes = not has_title(draft_sheet.register)
        if has_title(sheets[0].register):
            others = _codes_in_file(sheets[0].register, draft_sheets)
            matching = TitleMatching(sheets, others, asked, actor)
            matching.match()
            for draft_sheet in sheets:
                _number(draft_sheet, matching.rows[id(draft_sheet)], others, actor, on)


def give_codes_by_columns(
    draft_sheet: DraftSheet, draft_sheets: Sequence[DraftSheet], asked: RowQuestions, actor: Actor, on: date
) -> None:
    """The rows of a sheet without codes of a register without titles: those that say what a record says get its code, the others
    the next ones.
    """
    others = _codes_in_file(draft_sheet.register, draft_sheets)
    _number(draft_sheet, ColumnMatching(draft_sheet, asked, actor).match(), others, actor, on)


def _codes_in_file(register: Register, draft_sheets: Sequence[DraftSheet]) -> set[str]:
    return {
        str(draft.values.get(CODE) or "")
        for other in draft_sheets
        if other.register is register
        for draft in other.drafts
    }


def _number(draft_sheet: DraftSheet, rows: MatchedRows, others: set[str], actor: Actor, on: date) -> None:
    """Give the new rows their codes, and say so."""
    fresh = sorted(rows.new, key=lambda draft: draft.row)
    given = _next_codes(draft_sheet, fresh, actor, on, others)
    if len(given) < len(fresh):
        draft_sheet.add_sheet_problem(
            _("Tệp không có cột mã, mà sổ chưa có mã nào để đặt tiếp cho dòng mới."),
            _("Thêm cột mã vào tệp, hoặc thêm bản ghi đầu tiên trong sổ với mã của đơn vị."),
            code="no_code",
        )
    summary = (
        _("Tệp không có cột mã: %(found)d dòng đã có trong sổ, %(new)d dòng mới được đặt mã%(codes)s.")
        if draft_sheet.lacks_codes
        else _(
            "Tệp không có cột mã: %(found)d dòng có tên đã có trong sổ, %(new)d dòng mới được đặt mã%(codes)s."
        )
    )
    draft_sheet.add_sheet_problem(
        summary
        % {
            "found": rows.found,
            "new": len(given),
            "codes": f": {first_named(given, _NAMED)}" if given else "",
        },
        _("Nếu đơn vị đã đặt mã, thêm cột mã vào tệp rồi tải lên lại."),
        code="codes_given",
        severity=ImportSeverity.WARNING,
    )


def _next_codes(
    draft_sheet: DraftSheet, fresh: Sequence[RowDraft], actor: Actor, on: date, taken: set[str]
) -> list[str]:
    """Give each new row the next code below that of the record it belongs to, or of its year; the codes, in the order of the rows."""
    register = draft_sheet.register
    above = _codes_above(draft_sheet, fresh)
    series: dict[tuple[object, ...], Iterator[str]] = {}
    given = []
    for draft in fresh:
        choice = {register.codes_by: draft.values.get(register.codes_by)} if register.codes_by else {}
        year = year_of(draft_sheet, draft) or _year_of_day(draft_sheet, draft) or on.year
        code_above = above.get(id(draft))
        kind = (code_above,) if code_above else (*choice.values(), year)
        if kind not in series:
            following = (
                codes_under(code_above, register.codes_under[1])
                if code_above
                else _codes_of_year(newest_codes(register, actor, **choice), year)
            )
            series[kind] = _free(draft_sheet, following, taken)
        if code := next(series[kind], ""):
            draft.values[CODE] = code
            given.append(code)
    return given


def _codes_above(draft_sheet: DraftSheet, drafts: Sequence[RowDraft]) -> dict[int, str]:
    """By ``id`` of the row the code of the record to which it belongs, on record or in this file, where that is known."""
    link = next(iter(draft_sheet.register.codes_under), "")
    target = draft_sheet.columns[link].target if link in draft_sheet.columns else None
    if target is None:
        return {}
    named = ((id(draft), draft.values.get(link)) for draft in drafts)
    above = {row: each for row, each in named if isinstance(each, Candidate)}
    stored: dict[int | None, str] = {}
    for part in chunks([each.pk for each in above.values() if each.pk is not None]):
        stored.update(target.model._base_manager.filter(pk__in=part).values_list("pk", CODE))
    codes = {
        row: stored.get(each.pk) if each.draft is None else each.draft.values.get(CODE)
        for row, each in above.items()
    }
    return {row: str(code) for row, code in codes.items() if code}


def _codes_of_year(newest: Sequence[str], year: int) -> Iterator[str]:
    series = next_series(newest, year=year)
    return series.codes() if series else iter(())


def _year_of_day(draft_sheet: DraftSheet, draft: RowDraft) -> int | None:
    day = draft.values.get(draft_sheet.register.date_field)
    return day.year if draft_sheet.lacks_codes and isinstance(day, dt.date) else None


def _free(draft_sheet: DraftSheet, following: Iterator[str], taken: set[str]) -> Iterator[str]:
    """Of codes that follow each other those that neither other rows nor records have, seen by the actor or not."""
    while codes := list(islice(following, _ASKED_AT_ONCE)):
        stored = {
            code
            for part in chunks(codes)
            for code in draft_sheet.model._base_manager.filter(code__in=part).values_list(CODE, flat=True)
        }
        for code in codes:
            if code not in stored and code not in taken:
                taken.add(code)
                yield code


def warn_of_running_numbers(draft_sheet: DraftSheet) -> None:
    """Codes 1, 2, 3, … are the numbers of the rows: next year's list begins with 1 again."""
    if draft_sheet.register.natural_key != (CODE,) or CODE not in draft_sheet.places:
        return
    codes = [str(draft.values[CODE]) for draft in draft_sheet.drafts if draft.values.get(CODE)]
    if codes and all(_RUNNING.fullmatch(code) for code in codes) and _run(codes):
        draft_sheet.add_sheet_problem(
            _("Cột “%(heading)s” chỉ có số thứ tự (1, 2, 3, …); danh sách sau lại bắt đầu từ 1.")
            % {"heading": draft_sheet.columns[CODE].heading},
            _(
                "Ghi mã riêng của từng bản ghi; nếu chưa có mã, bỏ cột này để phần mềm nhận theo tên và đặt mã."
            ),
            code="running_numbers",
            severity=ImportSeverity.WARNING,
        )


def _run(codes: Sequence[str]) -> bool:
    return [int(code.rstrip(".")) for code in codes] == list(range(1, len(codes) + 1))
