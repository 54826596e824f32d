"""What is shown of the cells of a masked column (a personal identity number), in whatever way they are wrong.

A cell that is read has the mask of its kind. Of one that cannot be read no more is shown: the file says the rest, to those who may have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import CellProblem

if TYPE_CHECKING:
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_SHOWN: Final = 3  # characters, of a text at least twice as long
_DOT: Final = "•"
_OF_OWN_KIND: Final = "validator"  # said by the kind of the field, which does not repeat what was typed


def is_masked(column: SheetColumn) -> bool:
    """Is the column one whose values the change log has as a digest only?"""
    model = getattr(column.field, "model", None)  # an input of an action belongs to none
    return column.name in getattr(model, "masked", ())


def masked_cell(text: str) -> str:
    """The last signs of a text, to find the cell by; of a short text none."""
    shown = text[-_SHOWN:] if len(text) > 2 * _SHOWN else ""
    return _DOT * (len(text) - len(shown)) + shown


def without_contents(column: SheetColumn, problem: CellProblem) -> CellProblem:
    """What is wrong with a cell, without what stands in it: readers of cells quote that in their messages."""
    if not is_masked(column) or problem.code == _OF_OWN_KIND:
        return problem
    return CellProblem(_("Không đọc được nội dung ô này."), problem.remedy, problem.code)
