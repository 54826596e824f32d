"""What an application comes to on paper: the licence, or the letter by which it is returned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.numbering.typed_numbers import register_numbers_on_record
from khcn.kernel.papers.department_books import NOTICES
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text, format_date
from khcn.parties.models import Organisation, Person
from khcn.radiation import operations, rules
from khcn.radiation.enums import WorkerRole
from khcn.radiation.models import (
    RadiationApplicationItem,
    RadiationDevice,
    RadiationFacility,
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationLicenceItem,
    RadiationWorker,
    RadioactiveSource,
)
from khcn.radiation.operations.applications import items_asked_for
from khcn.radiation.workflow import APPLICATION_FLOW, APPRAISED, RETURNED
from khcn.reference.models import CodeListItem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

FOLDER: Final = Path(__file__).parent.parent / "papers"


def _officer(facility: RadiationFacility, on: date) -> Person | None:
    """Who answers for the safety of the facility on a day."""
    officers = facility.workers.filter(role=WorkerRole.OFFICER, since_on__lte=on).exclude(left_on__lte=on)
    first = officers.select_related("person").order_by("since_on", "pk").first()
    return first.person if first is not None else None


def _item(ordinal: int, item: RadiationApplicationItem | RadiationLicenceItem) -> dict[str, str]:
    device, source = item.device, item.source
    if device is not None:
        return {
            "ordinal": str(ordinal),
            "name": device.name,
            "kind": str(device.kind),
            "serial": device.serial_number,
        }
    return {
        "ordinal": str(ordinal),
        "name": source.name if source is not None else "",
        "kind": "Nguồn phóng xạ",  # papers are in Vietnamese
        "serial": source.serial_number if source is not None else "",
    }


def _asked(application: RadiationLicenceApplication) -> dict[str, str]:
    return {
        "application": application.code,
        "kind_in_words": application.get_kind_display().lower(),
        "received_on": day_text(application.received_on),
        "facility": application.facility.name,
        "practice": str(application.practice),
    }


def _licence_context(application: RadiationLicenceApplication, on: date) -> dict[str, Any]:
    facility = application.facility
    expires_on = operations.licence_ends_on(on)
    return {
        **_asked(application),
        "organisation": facility.organisation.name,
        "address": facility.address,
        "head": facility.head.printed_name if facility.head else "",
        "officer": officer.printed_name if (officer := _officer(facility, on)) else "",
        "covered": [_item(place, each) for place, each in enumerate(items_asked_for(application), start=1)],
        "expires_on": day_text(expires_on),
        "renewal_by": day_text(operations.renewal_filed_by(expires_on) if expires_on else None),
        "present_licence": application.licence.number if application.licence is not None else "",
    }


def _licence_missing(application: RadiationLicenceApplication, on: date) -> str:
    if application.state != APPRAISED and application.granted is None:
        state = APPLICATION_FLOW.by_value[application.state]
        return gettext("Hồ sơ ở trạng thái “%(state)s”. Ghi kết quả thẩm định rồi lập giấy phép.") % {
            "state": state.label
        }
    if not items_asked_for(application):
        return gettext("Hồ sơ chưa ghi thiết bị, nguồn xin cấp phép. Bổ sung rồi lập giấy phép.")
    if _officer(application.facility, on) is None:
        return gettext(
            "Cơ sở chưa có người phụ trách an toàn vào ngày này. Ghi ở sổ nhân viên bức xạ rồi lập giấy phép."
        )
    return ""


def _licence_had_already(application: RadiationLicenceApplication, on: date) -> str:
    if application.granted is None:
        return ""
    return gettext("Hồ sơ đã được cấp giấy phép số %(number)s ngày %(day)s.") % {
        "number": application.granted.number,
        "day": format_date(application.granted.issued_on),
    }


def _licence_issued(*, record: RadiationLicenceApplication, paper: Paper, actor: Actor, on: date) -> None:
    operations.grant_licence(
        application=record,
        number=paper.number_text,
        actor=actor,
        on=on,
        instead_of=paper.replaces.number_text if paper.replaces else "",
    )


def _licence_withdrawn(*, record: RadiationLicenceApplication, paper: Paper, actor: Actor, on: date) -> None:
    notice = paper.withdrawals.filter(number__isnull=False).latest("pk")
    operations.reopen_application(
        application=record, number=paper.number_text, notice=notice.number_text, actor=actor, on=on
    )


def _facility_named(data: Mapping[str, Any]) -> str:
    return str(data["facility"])


def _was_officer(row: RadiationWorker, paper: Paper) -> bool:
    return row.role == WorkerRole.OFFICER and paper.issued_on is not None and row.since_on <= paper.issued_on


def _is_its_licence(row: RadiationLicence, paper: Paper) -> bool:
    return row.number == paper.number_text


_ASKED: Final = ("code", "kind", "facility", "practice", "received_on")
_PRINTED: Final = (
    PrintedRows(RadiationLicenceApplication, (*_ASKED, "licence")),
    PrintedRows(RadiationApplicationItem, ("application", "ordinal", "device", "source"), "application"),
    PrintedRows(RadiationFacility, ("name", "organisation", "address", "head"), "licence_applications"),
    PrintedRows(Organisation, ("name",), "radiation_facilities__licence_applications"),
    PrintedRows(
        Person, ("full_name", "degree"), "headed_facilities__licence_applications", changes_only=True
    ),
    PrintedRows(
        RadiationDevice,
        ("name", "kind", "serial_number"),
        "radiationapplicationitem__application",
        changes_only=True,
    ),
    PrintedRows(
        RadioactiveSource,
        ("name", "serial_number"),
        "radiationapplicationitem__application",
        changes_only=True,
    ),
    PrintedRows(
        RadiationWorker, ("person", "role"), "facility__licence_applications", _was_officer, changes_only=True
    ),
    PrintedRows(CodeListItem, ("label",), "radiation_applications"),
    PrintedRows(
        RadiationLicence,
        ("number", "facility", "practice", "kind", "issued_on", "expires_on"),
        "application",
        _is_its_licence,
        stored_only=True,
        own=True,
    ),
)

register_numbers_on_record(operations.LICENCE_BOOK, operations.typed_licences)

_OF_APPLICATION: Final = (
    TemplateVariable("application", _("Mã hồ sơ"), "HS-2023-01"),
    TemplateVariable("kind_in_words", _("Loại đề nghị, viết thường"), "cấp mới"),
    TemplateVariable("received_on", _("Ngày nhận hồ sơ"), "01/6/2023"),
    TemplateVariable("facility", _("Tên cơ sở"), "Phòng khám đa khoa A"),
    TemplateVariable("practice", _("Công việc bức xạ")),
)

LICENCE: Final = declare_paper_kind(
    PaperKind(
        code="radiation-licence",
        label=_("Giấy phép tiến hành công việc bức xạ"),
        model=RadiationLicenceApplication,
        template=FOLDER / "radiation-licence.toml",
        book=operations.LICENCE_BOOK,
        pattern="{number}/GP-SKHCN",
        who=rules.radiation_staff,
        context=_licence_context,
        missing=_licence_missing,
        had_already=_licence_had_already,
        on_issue=_licence_issued,
        on_withdraw=_licence_withdrawn,
        given_to=_facility_named,
        printed=_PRINTED,
        variables=(
            *_OF_APPLICATION,
            TemplateVariable("organisation", _("Tổ chức được cấp phép"), "Công ty Cổ phần A"),
            TemplateVariable("address", _("Địa chỉ cơ sở")),
            TemplateVariable("head", _("Người đứng đầu"), "BS. Nguyễn Văn A"),
            TemplateVariable("officer", _("Người phụ trách an toàn"), "KTV. Trần Thị B"),
            TemplateVariable(
                "covered",
                _("Thiết bị, nguồn được phép"),
                rows=(
                    TemplateVariable("ordinal", _("Số thứ tự"), "1"),
                    TemplateVariable("name", _("Tên, kiểu"), "X-quang tổng hợp DR"),
                    TemplateVariable("kind", _("Loại")),
                    TemplateVariable("serial", _("Số sê-ri"), "SN-0123"),
                ),
            ),
            TemplateVariable("expires_on", _("Có giá trị đến ngày"), "14/9/2026"),
            TemplateVariable("renewal_by", _("Hạn nộp hồ sơ gia hạn"), "31/7/2026"),
            TemplateVariable("present_licence", _("Số giấy phép được thay"), "05/GP-SKHCN"),
        ),
    )
)


def _return_context(application: RadiationLicenceApplication, on: date) -> dict[str, Any]:
    return {
        **_asked(application),
        "decided_on": day_text(application.decided_on),
        "return_reason": application.return_reason,
    }


def _return_missing(application: RadiationLicenceApplication, on: date) -> str:
    if application.state == RETURNED:
        return ""
    return gettext("Hồ sơ chưa trả lại. Bấm “Trả lại hồ sơ” và ghi lý do rồi lập thông báo.")


RETURN_LETTER: Final = declare_paper_kind(
    PaperKind(
        code="radiation-return",
        label=_("Thông báo trả lại hồ sơ cấp giấy phép bức xạ"),
        model=RadiationLicenceApplication,
        template=FOLDER / "return-letter.toml",
        book=NOTICES,
        pattern="{number}/TB-SKHCN",
        who=rules.radiation_staff,
        context=_return_context,
        missing=_return_missing,
        given_to=_facility_named,
        printed=(
            PrintedRows(RadiationLicenceApplication, (*_ASKED, "decided_on", "return_reason")),
            PrintedRows(RadiationFacility, ("name",), "licence_applications"),
            PrintedRows(CodeListItem, ("label",), "radiation_applications"),
        ),
        variables=(
            *_OF_APPLICATION,
            TemplateVariable("decided_on", _("Ngày trả lại"), "14/6/2023"),
            TemplateVariable("return_reason", _("Lý do trả lại")),
        ),
    )
)
