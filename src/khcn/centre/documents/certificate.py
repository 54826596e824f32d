"""The certificate of a verification or calibration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.centre import operations, rules
from khcn.centre.enums import ServiceMethod
from khcn.centre.models import InstrumentVerification, MeasuringInstrument, ReferenceStandard
from khcn.centre.operations.rule_values import VERIFYING
from khcn.kernel.numbering.typed_numbers import register_numbers_on_record
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.parties.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

FOLDER: Final = Path(__file__).parent.parent / "papers"


def _context(verification: InstrumentVerification, on: date) -> dict[str, Any]:
    instrument = verification.instrument
    verifying = verification.method in VERIFYING
    return {
        "method": verification.get_method_display().lower(),
        "kind": verification.get_kind_display().lower() if verifying else "",
        "conclusion": gettext("Đạt yêu cầu kỹ thuật đo lường.") if verifying else "",
        "customer": instrument.customer.name,
        "instrument": instrument.name,
        "serial": instrument.serial_number,
        "measuring_range": instrument.measuring_range,
        "accuracy": instrument.accuracy,
        "location": instrument.location,
        "standard": verification.standard.name,
        "findings": verification.findings,
        "calibration_findings": "" if verifying else verification.findings,
        "mark": verification.mark_number,
        "done_on": day_text(verification.done_on),
        "valid_until": day_text(operations.valid_until(verification)),
    }


def _missing(verification: InstrumentVerification, on: date) -> str:
    if verification.method not in VERIFYING | {ServiceMethod.CALIBRATION}:
        return gettext("Giấy chứng nhận chỉ cấp cho kiểm định, hiệu chuẩn.")
    if verification.passed:
        return ""
    return gettext("Phương tiện đo không đạt nên không cấp giấy chứng nhận.")


def _had_already(verification: InstrumentVerification, on: date) -> str:
    if not verification.certificate_number:
        return ""
    return gettext("Lượt kiểm định này đã có giấy chứng nhận số %(number)s.") % {
        "number": verification.certificate_number
    }


def _issued(*, record: InstrumentVerification, paper: Paper, actor: Actor, on: date) -> None:
    operations.note_certificate(verification=record, number=paper.number_text, actor=actor, on=on)


def _withdrawn(*, record: InstrumentVerification, paper: Paper, actor: Actor, on: date) -> None:
    operations.take_certificate_back(verification=record, number=paper.number_text, actor=actor, on=on)


def _customer_named(data: Mapping[str, Any]) -> str:
    return str(data["customer"])


register_numbers_on_record(operations.CERTIFICATE_BOOK, operations.typed_certificates)

CERTIFICATE: Final = declare_paper_kind(
    PaperKind(
        code="centre-certificate",
        label=_("Giấy chứng nhận kiểm định, hiệu chuẩn"),
        model=InstrumentVerification,
        template=FOLDER / "certificate.toml",
        book=operations.CERTIFICATE_BOOK,
        pattern="{number}/GCN-TTUD",
        who=rules.centre_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_customer_named,
        printed=(
            PrintedRows(
                InstrumentVerification,
                (
                    "instrument",
                    "method",
                    "kind",
                    "done_on",
                    "standard",
                    "passed",
                    "findings",
                    "mark_number",
                    "valid_until",
                ),
            ),
            PrintedRows(
                MeasuringInstrument,
                ("name", "subject", "customer", "serial_number", "measuring_range", "accuracy", "location"),
                "verifications",
            ),
            PrintedRows(ReferenceStandard, ("name",), "uses", changes_only=True),
            PrintedRows(Organisation, ("name",), "measuring_instruments__verifications"),
        ),
        variables=(
            TemplateVariable("method", _("Việc làm, viết thường"), "kiểm định"),
            TemplateVariable("kind", _("Chế độ kiểm định, viết thường"), "định kỳ"),
            TemplateVariable("conclusion", _("Kết luận của kiểm định"), "Đạt yêu cầu kỹ thuật đo lường."),
            TemplateVariable("customer", _("Khách hàng"), "Bệnh viện đa khoa A"),
            TemplateVariable("instrument", _("Tên, kiểu phương tiện đo"), "Cân đồng hồ lò xo 60 kg"),
            TemplateVariable("serial", _("Số sê-ri"), "SN-0123"),
            TemplateVariable("measuring_range", _("Phạm vi đo"), "60 kg"),
            TemplateVariable("accuracy", _("Cấp chính xác"), "III"),
            TemplateVariable("location", _("Nơi đặt")),
            TemplateVariable("standard", _("Chuẩn đã dùng"), "Bộ quả cân M1"),
            TemplateVariable("findings", _("Kết quả")),
            TemplateVariable("calibration_findings", _("Kết quả hiệu chuẩn")),
            TemplateVariable("mark", _("Số tem"), "A 001234"),
            TemplateVariable("done_on", _("Ngày thực hiện"), "14/9/2023"),
            TemplateVariable("valid_until", _("Có giá trị đến ngày"), "14/9/2024"),
        ),
    )
)
