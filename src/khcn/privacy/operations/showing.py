"""What of persons is shown or taken away, each time with the reason in the change log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.audit.events import OF_PERSON, log_event
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.fields.kinds.identity_number import masked_number
from khcn.kernel.fields.workbook_cells import write_text_cell
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workbooks.workbook_sheet import SheetFormats, new_workbook, write_plain_headings
from khcn.privacy.queries.data_about_persons import SoughtPerson, data_about

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.actors import Actor
    from khcn.privacy.models import PersonIdentity
    from khcn.privacy.queries.data_about_persons import PersonData

_NUMBERS: Final = re.compile(r"(?<!\d)\d(?:[\W_]{0,3}\d){8,}(?!\d)")
WIDTHS: Final = (34, 26, 40, 26, 60, 50)


def without_numbers(text: str) -> str:
    """The text as the log has it: of nine digits or more, written together or with signs between, the last three."""
    return _NUMBERS.sub(lambda found: f"•••{''.join(filter(str.isdigit, found[0]))[-3:]}", text)


def show_identity(*, identity: PersonIdentity, reason: str, at: datetime) -> str:
    """The whole number, for one answer; who saw whose number and why is in the log first."""
    log_event(
        OF_PERSON,
        LoggedAction.SHOWN,
        label=_("Số định danh của %(person)s") % {"person": identity.person},
        at=at,
        object_id=identity.pk,
        text=without_numbers(reason),
    )
    return identity.number


def find_data_about(typed: str, *, reason: str, actor: Actor, at: datetime) -> PersonData:
    """What is on record about somebody. The log says for whom was looked and why, an identity number by its last digits."""
    sought = SoughtPerson.of(typed)
    named = masked_number(sought.identity) or sought.text
    log_event(
        OF_PERSON,
        LoggedAction.SHOWN,
        label=_("Dữ liệu về “%(name)s”") % {"name": without_numbers(named)},
        at=at,
        text=without_numbers(reason),
    )
    return data_about(typed, actor=actor)


@in_vietnamese
def workbook_of(found: PersonData) -> bytes:
    """The same as a workbook, to be looked through before it is handed over."""
    stream, book = new_workbook()
    formats: Any = SheetFormats(book)
    sheet = book.add_worksheet(_("Dữ liệu về một người"))
    headings = (_("Nhóm dữ liệu"), _("Sổ"), _("Bản ghi"), _("Trường"), _("Nội dung"), _("Mục đích"))
    write_plain_headings(sheet, zip(headings, WIDTHS, strict=True), formats)
    for line, each in enumerate(found.values, 1):
        cells = (each.row.title, each.register, each.record, each.field, each.value, each.row.purpose)
        for place, text in enumerate(cells):
            write_text_cell(sheet, line, place, text, formats)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()
