"""Cells with the name of a person: titles and roles are taken off, and two persons in a cell are not made one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import NamedRecord
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows.drafts import ROWS_NAMED
from khcn.kernel.query_chunks import chunks
from khcn.kernel.text.fold import name_key
from khcn.kernel.text.person_names import read_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

FULL_NAME: Final = "full_name"  # the name of a person, in every register that has one


def read_persons(draft_sheets: Sequence[DraftSheet]) -> None:
    """Take the names out of cells that hold more, and say so in the preview. A text that is the name of a record stays as it is."""
    for draft_sheet in draft_sheets:
        readings: list[str] = []
        for name, column in draft_sheet.columns.items():
            register = _register_of_persons(draft_sheet, column)
            if register is not None:
                _read_column(draft_sheet, name, register, readings)
        if readings:
            draft_sheet.add_sheet_problem(
                _(
                    "%(count)d ô họ tên được đọc không kèm học hàm, học vị, lời xưng hô, vai trò: %(readings)s."
                )
                % {"count": len(readings), "readings": first_named(readings, ROWS_NAMED, "; ")},
                _(
                    "Học vị, chức vụ cần lưu thì ghi ở cột của chúng; nếu tên bị đọc sai, sửa ô rồi tải lên lại."
                ),
                code="person_read",
                severity=ImportSeverity.WARNING,
            )


def _register_of_persons(draft_sheet: DraftSheet, column: SheetColumn) -> Register | None:
    register = column.target if column.target is not None else draft_sheet.register
    is_name = column.target is not None or column.name == FULL_NAME
    return register if is_name and register.lookup == FULL_NAME else None


def _read_column(draft_sheet: DraftSheet, name: str, register: Register, readings: list[str]) -> None:
    found = [
        (draft, text, person)
        for draft in draft_sheet.remaining()
        if (text := _text(draft.values.get(name))) and (person := read_person(text)) is not None
    ]
    on_record: set[str] = set()
    for part in chunks(list({text for _draft, text, _person in found})):
        rows = register.model._base_manager.filter(**{f"{FULL_NAME}__in": part})
        on_record.update(rows.values_list(FULL_NAME, flat=True))
    for draft, text, person in found:
        if text in on_record:
            continue
        if person.several:
            _refuse_several(draft_sheet, draft, name, text)
            continue
        is_reference = isinstance(draft.values[name], NamedRecord)
        draft.values[name] = NamedRecord(person.name, name_key(person.name)) if is_reference else person.name
        if not is_reference and draft.label == text:
            draft.label = person.name
        reading = {"cell": draft_sheet.cell(draft, name), "written": text, "read": person.name}
        readings.append(_("%(cell)s “%(written)s” là %(read)s") % reading)


def _text(value: Any) -> str:
    if isinstance(value, NamedRecord):
        return value.text
    return value if isinstance(value, str) else ""


def _refuse_several(draft_sheet: DraftSheet, draft: RowDraft, name: str, text: str) -> None:
    draft_sheet.add_problem(
        draft,
        name,
        _("Ô này ghi nhiều người, ở đây chỉ ghi được một."),
        _("Để lại một người; những người khác ghi ở dòng khác, hoặc ở sổ thành viên thực hiện."),
        value=text,
        code="several_persons",
    )
    draft.values[name] = None
