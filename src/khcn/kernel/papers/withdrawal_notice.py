"""The kernel's own kind of paper: the notice by which another paper is withdrawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.papers.department_books import NOTICES
from khcn.kernel.papers.kinds import PaperKind, TemplateVariable, declare_paper_kind
from khcn.kernel.papers.workflow import clerks

if TYPE_CHECKING:
    from datetime import date


def _context(record: Any, on: date) -> dict[str, Any]:
    return {"subject": str(record)}


NOTICE: Final = declare_paper_kind(
    PaperKind(
        code="withdrawal-notice",
        label=_("Thông báo thu hồi giấy đã cấp"),
        model=None,
        template=Path(__file__).parent / "shipped" / "withdrawal-notice.toml",
        book=NOTICES,
        pattern="{number}/TB-SKHCN",
        variables=(TemplateVariable("subject", _("Hồ sơ mà giấy bị thu hồi đã được cấp cho")),),
        context=_context,
        who=clerks,
    )
)
