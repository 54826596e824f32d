"""Questions about words in cells while they are collected, and what they ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.workbooks.workbook_sheet import sheet_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.fields.workbook_cells import UnlistedValue
    from khcn.kernel.intake.import_plan import Answer
    from khcn.kernel.intake.names.name_matching import Candidate
    from khcn.kernel.intake.rows.drafts import DraftSheet
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


@dataclass(slots=True)
class PendingQuestion:
    """One word in one column, with the rows that wait for an answer."""

    draft_sheet: DraftSheet
    column: SheetColumn
    text: str
    name_key: str
    rows: list[int] = field(default_factory=list)
    candidates: list[tuple[Candidate, float]] = field(default_factory=list)
    choices: UnlistedValue | None = None
    answer: Answer | None = None
    several: bool = False
    allowed: bool | None = None  # whether the record of the answer is allowed in this column

    @property
    def may_create(self) -> bool:
        """May the answer be a new record? An action needs records that are there when it is looked at."""
        register = self.column.target
        return register is not None and self.draft_sheet.kind.action is None and can_create(register)


def unanswered_columns(pending: Iterable[PendingQuestion], draft_sheet: DraftSheet) -> set[str]:
    """The columns of a sheet with words that nobody has explained yet."""
    paths = {each.draft_sheet.kind.column_path(each.column.name) for each in pending if each.answer is None}
    return {name for name in draft_sheet.columns if draft_sheet.kind.column_path(name) in paths}


@cache  # looks at every column, and is asked for every question
def can_create(register: Register) -> bool:
    """Whether a record can be made from its name alone: the register allows it, and no other column is required."""
    if not register.lookup_creates:
        return False
    return not any(
        column.required and column.name != register.lookup and not column.field.null
        for column in sheet_columns(register)
    )


def question_sentence(pending: PendingQuestion) -> str:
    """What a person is asked."""
    params = {"value": pending.text, "heading": pending.column.heading}
    register = pending.column.target
    if register is None:
        if pending.choices and pending.choices.mixed:
            return _("“%(value)s” nêu nhiều loại cùng lúc ở cột “%(heading)s”. Chọn một loại.") % params
        return _("“%(value)s” không có trong danh sách của cột “%(heading)s”. Chọn một giá trị.") % params
    params["register"] = capfirst(str(register.title))
    if pending.several:
        return _("Có nhiều bản ghi cùng tên “%(value)s” trong sổ %(register)s. Chọn đúng bản ghi.") % params
    if pending.may_create:
        return _("“%(value)s” chưa có trong sổ %(register)s. Chọn bản ghi đã có hoặc tạo mới.") % params
    return (
        _(
            "“%(value)s” chưa có trong sổ %(register)s. Chọn bản ghi đã có, hoặc thêm vào sổ đó rồi tải lại tệp."
        )
        % params
    )
