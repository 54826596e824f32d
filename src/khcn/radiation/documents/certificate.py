"""The certificate of a radiation worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.numbering.typed_numbers import register_numbers_on_record
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text, format_date
from khcn.parties.models import Person
from khcn.radiation import operations, rules
from khcn.radiation.documents.licence import FOLDER
from khcn.radiation.models import RadiationFacility, RadiationStaffCertificate, RadiationWorker
from khcn.radiation.operations.rule_values import certificate_ends_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper


def _context(worker: RadiationWorker, on: date) -> dict[str, Any]:
    return {
        "person": worker.person.printed_name,
        "facility": worker.facility.name,
        "role": worker.get_role_display(),
        "expires_on": day_text(certificate_ends_on(on)),
    }


def _missing(worker: RadiationWorker, on: date) -> str:
    if worker.left_on is not None and worker.left_on <= on:
        return gettext("Người này đã thôi làm việc bức xạ ở cơ sở từ ngày %(day)s.") % {
            "day": format_date(worker.left_on)
        }
    return ""


def _had_already(worker: RadiationWorker, on: date) -> str:
    present = worker.certificates.filter(ended_on=None, issued_on__lte=on).exclude(expires_on__lt=on).first()
    if present is None:
        return ""
    return gettext("Nhân viên đã có chứng chỉ số %(number)s còn hiệu lực.") % {"number": present.number}


def _issued(*, record: RadiationWorker, paper: Paper, actor: Actor, on: date) -> None:
    if paper.replaces is not None:
        operations.withdraw_certificate(worker=record, number=paper.replaces.number_text, actor=actor, on=on)
    operations.issue_certificate(worker=record, number=paper.number_text, actor=actor, on=on)


def _withdrawn(*, record: RadiationWorker, paper: Paper, actor: Actor, on: date) -> None:
    operations.withdraw_certificate(worker=record, number=paper.number_text, actor=actor, on=on)


def _person_named(data: Mapping[str, Any]) -> str:
    return str(data["person"])


def _is_it(row: RadiationStaffCertificate, paper: Paper) -> bool:
    return row.number == paper.number_text


register_numbers_on_record(operations.CERTIFICATE_BOOK, operations.typed_certificates)

CERTIFICATE: Final = declare_paper_kind(
    PaperKind(
        code="radiation-certificate",
        label=_("Chứng chỉ nhân viên bức xạ"),
        model=RadiationWorker,
        template=FOLDER / "staff-certificate.toml",
        book=operations.CERTIFICATE_BOOK,
        pattern="{number}/CCNVBX-SKHCN",
        who=rules.radiation_staff,
        context=_context,
        missing=_missing,
        had_already=_had_already,
        on_issue=_issued,
        on_withdraw=_withdrawn,
        given_to=_person_named,
        printed=(
            PrintedRows(RadiationWorker, ("person", "facility", "role")),
            PrintedRows(Person, ("full_name", "degree"), "radiation_work"),
            PrintedRows(RadiationFacility, ("name",), "workers"),
            PrintedRows(
                RadiationStaffCertificate,
                ("number", "worker", "issued_on", "expires_on"),
                "worker",
                _is_it,
                stored_only=True,
                own=True,
            ),
        ),
        variables=(
            TemplateVariable("person", _("Họ và tên"), "KTV. Trần Thị B"),
            TemplateVariable("facility", _("Nơi làm việc"), "Bệnh viện đa khoa A"),
            TemplateVariable("role", _("Nhiệm vụ"), "Nhân viên bức xạ"),
            TemplateVariable("expires_on", _("Có giá trị đến ngày"), "14/9/2028"),
        ),
    )
)
