"""What a change of many records that is typed on a page is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from khcn.kernel.intake.models import TypedPage
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.text.numbers import format_number
from khcn.kernel.workbooks.workbook_sheet import sheet_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.intake.changes.change_workbook import ChangedRow
    from khcn.kernel.registers.spec import Register

_LONGEST: Final = 120  # characters of the names of its fields


@in_vietnamese
def change_name(way: str, register: Register, rows: Sequence[ChangedRow]) -> str:
    """The page, the fields that were changed in their order, the number of records and the name of the register."""
    typed = {name for row in rows for name in row.typed}
    fields = ", ".join(each.heading for each in sheet_columns(register) if each.name in typed)
    title = _("Sửa hàng loạt") if way == TypedPage.BULK_CHANGE else _("Sửa dạng bảng")
    values = {
        "title": title,
        "fields": Truncator(fields.replace("/", "-")).chars(_LONGEST),
        "count": format_number(len(rows)),
        "records": str(register.title).replace("/", "-"),
    }
    return _("%(title)s: %(fields)s, %(count)s %(records)s") % values
