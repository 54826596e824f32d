"""How a division's sheets are read: chosen, revised, dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.bounded_process.places import PLACES
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.intake.layouts.column_proposals import LEFT_OUT
from khcn.kernel.intake.layouts.fixed_values import ValuesBeside, problems_of_fixed
from khcn.kernel.intake.layouts.sheet_layouts import (
    FileReading,
    HeadingRow,
    is_joined,
)
from khcn.kernel.intake.matching.given_codes import may_lack_code
from khcn.kernel.intake.models import SheetLayout
from khcn.kernel.intake.readers.corrected_cells import with_corrected_cells
from khcn.kernel.intake.readers.workbook_reading import read_workbook
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.tables.heading_candidates import SERIAL
from khcn.kernel.intake.workflow import may_change_layout
from khcn.kernel.province import province_key
from khcn.kernel.registers.look_alike_codes import code_fields
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.intake.sheet_kinds import SheetKind

MOST_HEADINGS = 200


def refuse_too_many_headings(row: HeadingRow) -> None:
    """Before each column is compared with each field. Raises :class:`~.import_plan.IntakeRefused`."""
    if len(row.texts) > MOST_HEADINGS:
        raise IntakeRefused(
            _(
                "Bảng có %(found)d cột, nhiều hơn %(most)d cột được đọc. Bỏ các cột không cần trong tệp rồi tải lên lại."
            )
            % {"found": len(row.texts), "most": MOST_HEADINGS}
        )


@PLACES.one()
def sheets_of(batch: Batch) -> list[Sheet]:
    """The visible sheets of a file, with what was corrected in the preview. Raises what :func:`~.workbook_reading.read_workbook`
    and ``Batch.content`` raise.
    """
    reading = FileReading.of(batch)
    return [
        with_corrected_cells(sheet, reading.corrections(sheet.name))
        for sheet in read_workbook(batch.content(), batch.name)
    ]


def kinds_for(actor: Actor) -> list[SheetKind]:
    """The registers that a division's own sheet may be read as."""
    return [
        each for each in sheet_kinds() if each.action is None and each.register.form and each.may_write(actor)
    ]


def layout_problems(
    kind: SheetKind, headings: Sequence[str], columns: Sequence[Mapping[str, Any]], section_field: str
) -> list[str]:
    """What is missing in a choice of columns, as sentences; empty when it can be used.

    ``columns``: for each heading ``field`` (a field, ``LEFT_OUT``, or "" where nothing was chosen) and ``unit``.
    """
    known = {column.name: column for column in kind.columns()}
    found = []
    if open_ones := [text for text, each in zip(headings, columns, strict=True) if not each["field"]]:
        found.append(
            _("Chưa chọn cho cột: %(headings)s. Chọn một trường, hoặc “Không đọc cột này”.")
            % {"headings": _quoted(open_ones)}
        )
    fields = [each["field"] for each in columns]
    named = [
        name
        for index, name in enumerate(fields)
        if name not in {"", LEFT_OUT} and not is_joined(headings, fields, known, index)
    ]
    if unknown := {name for name in (*named, section_field) if name and name not in known}:
        found.append(
            _("Sổ này không còn trường: %(names)s. Chọn lại.") % {"names": ", ".join(sorted(unknown))}
        )
    if twice := sorted({name for name in named if named.count(name) > 1 and name in known}):
        found.append(
            _("Hai cột cùng ghi vào: %(headings)s. Mỗi trường chỉ lấy từ một cột.")
            % {"headings": _quoted([known[name].heading for name in twice])}
        )
    codes = code_fields(kind.register)
    serial = [
        text
        for text, each in zip(headings, columns, strict=True)
        if each["field"] in codes and fold(text) in SERIAL
    ]
    if serial:
        found.append(
            _(
                "Cột %(headings)s chỉ là số thứ tự, danh sách sau lại bắt đầu từ 1, nên không làm mã được. Chọn “Không đọc cột này”."
            )
            % {"headings": _quoted(serial)}
        )
    needed = [
        known[name].heading
        for name in kind.register.natural_key
        if name not in {*named, section_field} and not kind.register.model._meta.get_field(name).blank  # type: ignore[union-attr]
    ]
    if needed and not may_lack_code(kind.register, named):
        found.append(
            _("Chưa có cột nào ghi vào: %(headings)s. Không có thì không biết dòng nào là bản ghi nào.")
            % {"headings": _quoted(needed)}
        )
    without_unit = [
        text
        for text, each in zip(headings, columns, strict=True)
        if each["field"] in known and known[each["field"]].kind.sheet_unit == "đồng" and each["unit"] is None
    ]
    if without_unit:
        found.append(_("Chưa chọn đơn vị tiền của cột: %(headings)s.") % {"headings": _quoted(without_unit)})
    return found


def _quoted(headings: Sequence[str]) -> str:
    return ", ".join(f"“{heading}”" for heading in headings[:20])


def save_layout(
    *,
    unit_code: str,
    sheet_name: str,
    row: HeadingRow,
    kind: SheetKind,
    columns: Sequence[Mapping[str, Any]],
    beside: ValuesBeside,
    actor: Actor,
    on: date,
) -> SheetLayout:
    """Remember for a division how sheets with these headings are read; an earlier choice is revised, and logged.

    Raises :class:`~.import_plan.IntakeRefused` for a choice that cannot be used, or a register that the actor may not write.
    """
    layout = SheetLayout(unit_code=unit_code)
    if not may_change_layout.test(actor, layout) or not kind.may_write(actor):
        raise IntakeRefused(_("Tài khoản của bạn không được chọn cách đọc này."))
    refuse_too_many_headings(row)
    fixed = {name: value for name, value in beside.fixed.items() if value}
    fields = [*(each["field"] for each in columns), beside.section_field]
    problems = [
        *layout_problems(kind, row.texts, columns, beside.section_field),
        *problems_of_fixed(kind, fields, fixed),
    ]
    if problems:
        raise IntakeRefused(" ".join(problems))
    values = {
        "sheet_name": sheet_name[:100],
        "headings": list(row.texts),
        "kind": kind.key,
        "columns": [
            {"field": "" if each["field"] == LEFT_OUT else each["field"], "unit": int(each["unit"] or 0)}
            for each in columns
        ],
        "section_field": beside.section_field,
        "fixed": fixed,
        "decided_by_label": actor.label,
        "decided_on": on,
    }
    with acting(actor), transaction.atomic():
        try:
            with transaction.atomic():
                return _store(unit_code, row.fingerprint, values)
        except IntegrityError:  # somebody else has just chosen first: this choice revises it
            return _store(unit_code, row.fingerprint, values)


def _store(unit_code: str, fingerprint: str, values: Mapping[str, Any]) -> SheetLayout:
    known = SheetLayout.objects.filter(
        province=province_key(), unit_code=unit_code, fingerprint=fingerprint
    ).first()
    layout = known or SheetLayout(unit_code=unit_code, fingerprint=fingerprint)
    for name, value in values.items():
        setattr(layout, name, value)
    layout.save()
    return layout


def forget_layout(*, layout: SheetLayout, actor: Actor) -> None:
    """Drop a remembered way of reading: the next file with such headings is asked about again.

    Raises :class:`~.import_plan.IntakeRefused` for one of another division.
    """
    if not may_change_layout.test(actor, layout):
        raise IntakeRefused(_("Cách đọc này của phòng, đơn vị khác."))
    with acting(actor), transaction.atomic():
        layout.delete()
