"""Cells about a link that the actor may not choose: as in a form, the link of the stored row stays as it is.

An export writes a fixed text in place of the names of a register that the reader may not read. Such a cell names nothing:
it says "unchanged" of the row that stores a link, and is a problem of every other row. It is never a question, whose answer
would set all these rows to one record and be remembered for later files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.dated_names import is_dated, name_and_start
from khcn.kernel.fields.reference_targets import NO_NAME, is_nameable
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.text.fold import name_key

if TYPE_CHECKING:
    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.workbook_cells import NamedRecord
    from khcn.kernel.intake.names.name_matching import Targets
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


def stands_for_closed_name(named: NamedRecord) -> bool:
    """Is it what an export writes in place of a name? It is no name, regardless of who exported the file."""
    return named.key == name_key(str(NO_NAME))


def link_left_as_it_is(
    draft_sheet: DraftSheet, column: SheetColumn, draft: RowDraft, old: Any
) -> Candidate | None:
    """What the row stores already; None, with a problem, where it stores nothing in this column or is not known.

    A column by which records are found has to say a name, also where a hidden key names the record.
    """
    register = draft_sheet.register
    is_key = draft_sheet.kind.action is None and column.name in register.natural_key
    stored = getattr(old, column.field.attname, None)
    if stored is not None and not is_key:
        return Candidate(stored, str(NO_NAME))
    if is_key:
        message = _("Ô không có tên, nên không biết dòng này là bản ghi nào trong sổ “%(title)s”.")
        remedy = _("Ghi tên vào ô, hoặc để người xem được sổ có tên đó nhập dòng này; nếu không thì bỏ dòng.")
        title = register.title
    else:
        message = _("Ô không có tên, nên không biết chọn bản ghi nào trong sổ “%(title)s”.")
        remedy = _("Để trống ô, hoặc ghi đúng tên trong sổ đó.")
        title = column.target.title if column.target is not None else ""
    draft_sheet.add_problem(
        draft, column.name, message % {"title": title}, remedy, value=str(NO_NAME), code="no_name"
    )
    return None


def stored_candidate(
    named: NamedRecord, column: SheetColumn, targets: Targets, record: Any
) -> Candidate | None:
    """The record that the row stores, which the actor may not choose, as one that the cell may mean by its name."""
    if not is_nameable(column.field.related_model, targets.actor):
        return None  # nobody finds out by trying what the name is
    model: type[Model] = type(record)
    names = {name_key(str(name)) for each in targets.names if (name := getattr(record, each, None))}
    days = (record.valid_from, record.valid_to) if is_dated(model) else (None, None)
    found = Candidate(record.pk, named.text, *days)
    if named.key in names:
        return found
    version = name_and_start(named.text) if days[0] is not None else None
    return found if version is not None and name_key(version[0]) in names and version[1] == days[0] else None


def refuse_emptying(draft_sheet: DraftSheet, draft: RowDraft, column: SheetColumn, actor: Actor) -> bool:
    """Whether "(xóa)" stands in the cell of a stored link that the actor may not choose; noted as a problem."""
    record = getattr(draft.instance, column.name)
    if record is None or column.target is None or column.target.may("choose", actor, record):
        return False
    draft_sheet.add_problem(
        draft,
        column.name,
        _("Bạn không được chọn bản ghi trong sổ “%(title)s”, nên không xóa được mục đang ghi ở đây.")
        % {"title": column.target.title},
        _("Để trống ô: mục đang ghi giữ nguyên."),
        code="no_name",
    )
    return True
