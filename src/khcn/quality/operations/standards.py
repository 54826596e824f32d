"""The catalogue of standards: what replaces what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from khcn.kernel.registers.writing import ValidationContext, Write
    from khcn.quality.models import Standard


class StandardWriter(PastDayWriter):
    """A standard is published before it is on record, and not replaced by itself."""

    def __init__(self) -> None:
        """It has been published."""
        super().__init__("published_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Another kind than its declarations are of, and a circle of standards of which each replaces another."""
        if not write.is_new and "kind" in write.changed and write.record.declarations.exists():
            text = _("Đã có hồ sơ công bố theo tiêu chuẩn, quy chuẩn này nên không đổi loại. Hãy xem lại.")
            raise Refused.about(text, "kind", code="declared")
        seen, each = {_key(write.record)}, write.record.replaced_by
        while each is not None:
            if _key(each) in seen:
                text = _("Tiêu chuẩn thay thế quay lại chính tiêu chuẩn này. Hãy chọn lại.")
                raise Refused.about(text, "replaced_by", code="circle")
            seen.add(_key(each))
            each = each.replaced_by


def _key(standard: Standard) -> tuple[str, int]:
    """What tells standards apart: those of one workbook are not on record yet."""
    return ("new", id(standard)) if standard._state.adding else ("stored", standard.pk)
