"""The book in which the counter follows the dossiers of a procedure: those received in the calendar year of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.dossiers import rules
from khcn.dossiers.documents.words import FOLDER
from khcn.dossiers.models import Procedure
from khcn.kernel.papers.kinds import PaperKind, TemplateVariable, declare_paper_kind

if TYPE_CHECKING:
    from datetime import date


def _short(day: date | None) -> str:
    """Two digits of the year: there are eight narrow columns."""
    return f"{day:%d/%m/%y}" if day else ""


def _context(procedure: Procedure, on: date) -> dict[str, Any]:
    rows = procedure.dossiers.filter(received_on__year=on.year, received_on__lte=on)
    return {
        "procedure": procedure.name,
        "code": procedure.code,
        "of_year": str(on.year),
        "dossiers": [
            {
                "code": each.code,
                "applicant": ", ".join(filter(None, (each.applicant, each.address, each.phone))),
                "copies": str(each.copies),
                "received": _short(each.received_on),
                "due": _short(each.due_on),  # type: ignore[attr-defined]  # the annotation
                "ended": _short(each.ended_on),
                "delivered": _short(each.delivered_on),
                "outcome": each.get_outcome_display(),
            }
            for each in rows.with_due().order_by("received_on", "code")
        ],
    }


def _missing(procedure: Procedure, on: date) -> str:
    if procedure.dossiers.filter(received_on__year=on.year, received_on__lte=on).exists():
        return ""
    return gettext("Năm %(year)d thủ tục này chưa có hồ sơ nào để in vào sổ.") % {"year": on.year}


BOOK: Final = declare_paper_kind(
    PaperKind(
        code="dossier-book",
        label=_("Sổ theo dõi hồ sơ"),
        model=Procedure,
        template=FOLDER / "book.toml",
        book="STDHS",
        pattern="{number}/STDHS",
        who=rules.office,
        context=_context,
        missing=_missing,
        variables=(
            TemplateVariable("procedure", _("Tên thủ tục")),
            TemplateVariable("code", _("Mã thủ tục"), "2.002711.H03"),
            TemplateVariable("of_year", _("Năm của sổ"), "2023"),
            TemplateVariable(
                "dossiers",
                _("Hồ sơ trong năm"),
                rows=(
                    TemplateVariable("code", _("Mã hồ sơ")),
                    TemplateVariable("applicant", _("Người nộp, địa chỉ, điện thoại")),
                    TemplateVariable("copies", _("Số bộ hồ sơ"), "1"),
                    TemplateVariable("received", _("Ngày tiếp nhận"), "14/09/23"),
                    TemplateVariable("due", _("Ngày hẹn trả kết quả"), "28/09/23"),
                    TemplateVariable("ended", _("Ngày có kết quả"), "27/09/23"),
                    TemplateVariable("delivered", _("Ngày trả cho người nộp"), "28/09/23"),
                    TemplateVariable("outcome", _("Kết quả giải quyết")),
                ),
            ),
        ),
    )
)
