"""Rights that are applied for, renewed and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from khcn.kernel.registers.writing import ValidationContext, Write


class AssetWriter(PastDayWriter):
    """What happened to a right has come, and a renewal that was applied for is of the present last day."""

    def __init__(self) -> None:
        """All its days have come, but for its last one."""
        super().__init__("filed_on", "granted_on", "renewal_filed_on", "ended_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """A later last day beside the application that it follows from, which would meet the next term as well."""
        right = write.record
        if right.renewal_filed_on is None or write.is_new or "expires_on" not in write.changed:
            return
        before, after = write.before.expires_on, right.expires_on
        if "renewal_filed_on" not in write.changed and before and after and after > before:
            text = _("Văn bằng đã gia hạn thì để trống ngày nộp đơn gia hạn: ô này dành cho lần gia hạn sau.")
            raise Refused.about(text, "renewal_filed_on", code="renewed")
