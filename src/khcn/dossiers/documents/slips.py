"""Receipt, request for a supplement, refusal, apology, notice of stopping and process slip, all on A5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.dossiers import rules
from khcn.dossiers.documents.words import FOLDER, OF_DOSSIER, due_of, of_dossier
from khcn.dossiers.enums import DossierOutcome
from khcn.dossiers.models import (
    Dossier,
    DossierHandover,
    Procedure,
    ProcedureComponent,
    SupplementRequest,
)
from khcn.dossiers.queries import status_code
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_NAMED: Final = ("code", "applicant", "address", "phone", "procedure", "received_on")


def _printed(*more: str) -> tuple[PrintedRows, ...]:
    return (
        PrintedRows(Dossier, (*_NAMED, *more)),
        PrintedRows(Procedure, ("name",), "dossiers", stored_only=True),
    )


def _given_to(data: Mapping[str, Any]) -> str:
    return str(data["applicant"])


# --------------------------------------------------------------------------------------------- receipt


def _receipt(dossier: Dossier, on: date) -> dict[str, Any]:
    components = dossier.procedure.components.order_by("ordinal")
    return {
        **of_dossier(dossier),
        "email": dossier.email,
        "content": dossier.content,
        "copies": str(dossier.copies),
        "channel": dossier.get_channel_display(),
        "term": dossier.procedure.term_text,
        "due": due_of(dossier),
        "status_page": settings.PUBLIC_URL + reverse("dossier-status"),
        "status_code": status_code(dossier.code),
        "components": [
            {"name": each.name, "originals": str(each.originals), "copies": str(each.copies)}
            for each in components
        ],
    }


RECEIPT: Final = declare_paper_kind(
    PaperKind(
        code="dossier-receipt",
        label=_("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
        model=Dossier,
        template=FOLDER / "receipt.toml",
        book="TNHS",
        pattern="{number}/TNHS",
        who=rules.office,
        signer_capacity="NGƯỜI TIẾP NHẬN HỒ SƠ",
        context=_receipt,
        given_to=_given_to,
        printed=(
            *_printed("email", "content", "copies", "channel"),
            PrintedRows(
                ProcedureComponent,
                ("name", "originals", "copies"),
                "procedure__dossiers",
                stored_only=True,
            ),
        ),
        variables=(
            *OF_DOSSIER,
            TemplateVariable("email", _("Thư điện tử")),
            TemplateVariable("content", _("Nội dung yêu cầu giải quyết")),
            TemplateVariable("copies", _("Số bộ hồ sơ"), "1"),
            TemplateVariable("channel", _("Hình thức nộp"), "Trực tiếp"),
            TemplateVariable("term", _("Thời gian giải quyết theo quy định"), "10 ngày làm việc"),
            TemplateVariable("due", _("Ngày hẹn trả kết quả"), "28/09/2023"),
            TemplateVariable(
                "status_page", _("Trang tra cứu hồ sơ"), "https://khcn.vidu.gov.vn/dossiers/status/"
            ),
            TemplateVariable("status_code", _("Mã tra cứu"), "7K2M-9QXD"),
            TemplateVariable(
                "components",
                _("Thành phần hồ sơ"),
                rows=(
                    TemplateVariable("name", _("Tên giấy tờ")),
                    TemplateVariable("originals", _("Số bản chính"), "1"),
                    TemplateVariable("copies", _("Số bản sao"), "0"),
                ),
            ),
        ),
    )
)

# ------------------------------------------------------------------------------------------ supplement


def _supplement(request: SupplementRequest, on: date) -> dict[str, Any]:
    return {
        **of_dossier(request.dossier),
        "asked": day_text(request.asked_on),
        "content": request.content,
    }


SUPPLEMENT: Final = declare_paper_kind(
    PaperKind(
        code="supplement-slip",
        label=_("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
        model=SupplementRequest,
        template=FOLDER / "supplement.toml",
        book="BSHS",
        pattern="{number}/BSHS",
        who=rules.settlers,
        context=_supplement,
        given_to=_given_to,
        printed=(
            PrintedRows(SupplementRequest, ("asked_on", "content")),
            PrintedRows(Dossier, _NAMED, "supplements", stored_only=True),
        ),
        variables=(
            *OF_DOSSIER,
            TemplateVariable("asked", _("Ngày yêu cầu"), "20/09/2023"),
            TemplateVariable("content", _("Nội dung cần bổ sung")),
        ),
    )
)

# ------------------------------------------------------------------------------------ refusal and stop


def _ended(dossier: Dossier, on: date) -> dict[str, Any]:
    return {
        **of_dossier(dossier),
        "ended": day_text(dossier.ended_on),
        "why": dossier.outcome_reason,
    }


_ENDED: Final = (
    *OF_DOSSIER,
    TemplateVariable("ended", _("Ngày kết thúc"), "20/09/2023"),
    TemplateVariable("why", _("Lý do trả lại, dừng")),
)
_ENDING: Final = ("outcome", "ended_on", "outcome_reason")


def _refusal_missing(dossier: Dossier, on: date) -> str:
    if dossier.outcome == DossierOutcome.REFUSED:
        return ""
    return gettext("Hồ sơ chưa bị từ chối. Bấm “Từ chối, trả lại” và ghi lý do rồi lập phiếu.")


def _stop_missing(dossier: Dossier, on: date) -> str:
    if dossier.outcome == DossierOutcome.STOPPED:
        return ""
    return gettext("Hồ sơ chưa dừng giải quyết. Bấm “Dừng giải quyết” và ghi lý do rồi lập thông báo.")


REFUSAL: Final = declare_paper_kind(
    PaperKind(
        code="refusal-slip",
        label=_("Phiếu từ chối tiếp nhận, giải quyết hồ sơ"),
        model=Dossier,
        template=FOLDER / "refusal.toml",
        book="TCHS",
        pattern="{number}/TCHS",
        who=rules.settlers,
        context=_ended,
        missing=_refusal_missing,
        given_to=_given_to,
        printed=_printed(*_ENDING),
        variables=_ENDED,
    )
)
STOP: Final = declare_paper_kind(
    PaperKind(
        code="stop-notice",
        label=_("Thông báo dừng giải quyết hồ sơ"),
        model=Dossier,
        template=FOLDER / "stop.toml",
        book="TBHS",
        pattern="{number}/TBHS",
        who=rules.settlers,
        context=_ended,
        missing=_stop_missing,
        given_to=_given_to,
        printed=_printed(*_ENDING),
        variables=_ENDED,
    )
)

# --------------------------------------------------------------------------------------------- apology


def _apology(dossier: Dossier, on: date) -> dict[str, Any]:
    return {
        **of_dossier(dossier),
        "due": due_of(dossier),
        "new_date": day_text(dossier.reappointed_on),
        "why": dossier.apology_reason,
    }


def _apology_missing(dossier: Dossier, on: date) -> str:
    if dossier.reappointed_on is not None:
        return ""
    return gettext("Hồ sơ chưa có ngày hẹn lại. Bấm “Xin lỗi, hẹn lại” rồi lập phiếu.")


APOLOGY: Final = declare_paper_kind(
    PaperKind(
        code="apology-slip",
        label=_("Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
        model=Dossier,
        template=FOLDER / "apology.toml",
        book="XLHS",
        pattern="{number}/XLHS",
        who=rules.settlers,
        context=_apology,
        missing=_apology_missing,
        given_to=_given_to,
        printed=_printed("reappointed_on", "apology_reason"),
        variables=(
            *OF_DOSSIER,
            TemplateVariable("due", _("Ngày hẹn trả kết quả"), "28/09/2023"),
            TemplateVariable("new_date", _("Ngày hẹn lại"), "05/10/2023"),
            TemplateVariable("why", _("Lý do chậm")),
        ),
    )
)

# --------------------------------------------------------------------------------------------- process


def _process(dossier: Dossier, on: date) -> dict[str, Any]:
    handovers = list(dossier.handovers.select_related("unit").order_by("ordinal"))
    unit = dossier.procedure.get_term_unit_display()
    before = ["", *(each.unit.name for each in handovers)]
    return {
        **of_dossier(dossier),
        "due": due_of(dossier),
        "ended": day_text(dossier.ended_on),
        "handovers": [
            {
                "from_unit": source,
                "to_unit": each.unit.name,
                "received": day_text(each.received_on),
                "share": f"{each.share:02d} {unit}" if each.share is not None else "",
                "done": day_text(each.done_on),
                "note": each.note,
            }
            for source, each in zip(before, handovers, strict=False)
        ],
    }


def _process_missing(dossier: Dossier, on: date) -> str:
    if dossier.handovers.exists():
        return ""
    return gettext("Hồ sơ chưa chuyển cho đơn vị nào. Bấm “Chuyển xử lý” rồi lập phiếu.")


PROCESS: Final = declare_paper_kind(
    PaperKind(
        code="process-slip",
        label=_("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
        model=Dossier,
        template=FOLDER / "process.toml",
        book="KSHS",
        pattern="{number}/KSHS",
        who=rules.settlers,
        context=_process,
        missing=_process_missing,
        printed=(
            *_printed(),
            PrintedRows(DossierHandover, ("unit", "received_on", "share"), "dossier", stored_only=True),
        ),
        variables=(
            *OF_DOSSIER,
            TemplateVariable("due", _("Ngày hẹn trả kết quả"), "28/09/2023"),
            TemplateVariable("ended", _("Ngày kết thúc"), "27/09/2023"),
            TemplateVariable(
                "handovers",
                _("Các lần chuyển xử lý"),
                rows=(
                    TemplateVariable("from_unit", _("Đơn vị giao")),
                    TemplateVariable("to_unit", _("Đơn vị nhận")),
                    TemplateVariable("received", _("Ngày nhận"), "15/09/2023"),
                    TemplateVariable("share", _("Phần thời hạn"), "03 ngày làm việc"),
                    TemplateVariable("done", _("Ngày xong"), "19/09/2023"),
                    TemplateVariable("note", _("Ý kiến")),
                ),
            ),
        ),
    )
)
