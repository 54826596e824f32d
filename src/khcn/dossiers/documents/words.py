"""What the forms of the counter have in common: whose dossier it is, and its days."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from khcn.dossiers.models import Dossier
from khcn.dossiers.models.dossiers import SETTLEMENT
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.papers.kinds import TemplateVariable
from khcn.kernel.text.dates import day_text

FOLDER: Final = Path(__file__).parent.parent / "papers"

OF_DOSSIER: Final = (
    TemplateVariable("code", _("Mã hồ sơ"), "000.00.15.H03-230914-0001"),
    TemplateVariable("applicant", _("Người nộp, tổ chức nộp"), "Phòng khám đa khoa A"),
    TemplateVariable("address", _("Địa chỉ"), "Số 1, đường A"),
    TemplateVariable("phone", _("Điện thoại"), "0209 3870 123"),
    TemplateVariable("procedure", _("Tên thủ tục")),
    TemplateVariable("received", _("Ngày tiếp nhận"), "14/09/2023"),
)


def of_dossier(dossier: Dossier) -> dict[str, str]:
    """The words that every form has."""
    return {
        "code": dossier.code,
        "applicant": dossier.applicant,
        "address": dossier.address,
        "phone": dossier.phone,
        "procedure": dossier.procedure.name,
        "received": day_text(dossier.received_on),
    }


def due_of(dossier: Dossier) -> str:
    """The last day as it is on record; nothing while a supplement is waited for."""
    terms = Deadline.objects.filter(
        subject_model=Dossier._meta.label_lower, subject_id=dossier.pk, kind=SETTLEMENT
    )
    return day_text(terms.values_list("due_on", flat=True).first())
