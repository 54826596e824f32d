"""Figures about radiation safety (part A.III.3 of the periodic report, its footnotes 6 to 8, and the licence of A.III.4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.radiation.enums import (
    ApplicationKind,
    CheckSubject,
    LicenceIssuer,
    NotificationKind,
)
from khcn.radiation.models import (
    GuidanceLetter,
    RadiationCheck,
    RadiationDevice,
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationNotification,
    RadiationStaffCertificate,
    RadiationTraining,
)
from khcn.radiation.operations.rule_values import RENEWAL_RULE
from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from django.db.models import QuerySet

Of = partial(Indicator, owner="QLCN")


def _notified(period: Period, kind: NotificationKind) -> QuerySet[RadiationNotification]:
    rows = RadiationNotification.objects.filter(period.covers("received_on"), kind=kind, device__isnull=False)
    return rows.select_related("device__facility")


def _facility_of_device(notification: RadiationNotification) -> str:
    return notification.device.facility.name if notification.device is not None else ""


NOTIFICATIONS = (
    Of(
        "BX-01",
        _("Số thiết bị bức xạ được khai báo"),
        lambda period: _notified(period, NotificationKind.POSSESSION),
        _("thiết bị"),
        _(
            "Đếm khai báo có thiết bị mà Sở nhận trong kỳ, mỗi thiết bị một khai báo; không đếm nguồn phóng xạ và khai báo dừng."
        ),
        line=_facility_of_device,
        figure_ids=("F081",),
        date_path="received_on",
    ),
    Of(
        "BX-07",
        _("Số thiết bị bức xạ được khai báo dừng hoạt động"),
        lambda period: _notified(period, NotificationKind.STOPPED),
        _("máy"),
        _(
            "Đếm khai báo dừng hoạt động của thiết bị mà Sở nhận trong kỳ; thanh lý, chấm dứt là khai báo khác, không đếm ở đây."
        ),
        line=_facility_of_device,
        figure_ids=("F089",),
        date_path="received_on",
    ),
)

CERTIFICATES = (
    Of(
        "BX-02",
        _("Số chứng chỉ nhân viên bức xạ được cấp"),
        lambda period: RadiationStaffCertificate.objects.filter(period.covers("issued_on")).select_related(
            "worker__person"
        ),
        _("chứng chỉ"),
        _("Đếm chứng chỉ có ngày cấp trong kỳ; một người được cấp hai chứng chỉ là hai."),
        line=lambda certificate: str(certificate.worker.person),
        figure_ids=("F082",),
        date_path="issued_on",
    ),
)


def _granted(period: Period, kind: ApplicationKind) -> QuerySet[RadiationLicence]:
    return RadiationLicence.objects.granted_in(period).filter(kind=kind)


LICENCES = (
    Of(
        "BX-03",
        _("Số giấy phép tiến hành công việc bức xạ cấp mới"),
        lambda period: _granted(period, ApplicationKind.NEW),
        _("giấy phép"),
        _(
            "Đếm giấy phép Sở cấp mới có ngày cấp trong kỳ, còn hay hết hiệu lực; không đếm gia hạn, sửa đổi, cấp lại và giấy phép "
            "của Cục An toàn bức xạ và hạt nhân. Danh sách ghi tên cơ sở."
        ),
        line=lambda licence: licence.facility.name,
        figure_ids=("F083", "F084"),
        date_path="issued_on",
    ),
    Of(
        "BX-04",
        _("Số giấy phép tiến hành công việc bức xạ được gia hạn"),
        lambda period: _granted(period, ApplicationKind.RENEWAL),
        _("giấy phép"),
        _(
            "Đếm giấy phép Sở cấp theo đề nghị gia hạn có ngày cấp trong kỳ. Một cơ sở có giấy phép mới và giấy phép gia hạn thì "
            "đếm ở cả hai số liệu."
        ),
        line=lambda licence: licence.facility.name,
        figure_ids=("F085", "F086"),
        date_path="issued_on",
    ),
    Of(
        "BX-11",
        _("Số giấy phép do Cục An toàn bức xạ và hạt nhân cấp"),
        lambda period: RadiationLicence.objects.filter(
            period.covers("issued_on"), issuer=LicenceIssuer.CENTRAL
        ),
        _("giấy phép"),
        _("Đếm giấy phép của cơ quan trung ương cấp cho cơ sở trên địa bàn có ngày cấp trong kỳ."),
        line=lambda licence: licence.number,
        figure_ids=("F094",),
        date_path="issued_on",
    ),
    Of(
        "BX-13",
        _("Số giấy phép tiến hành công việc bức xạ còn hiệu lực"),
        lambda period: RadiationLicence.objects.in_force(on=period.last_day),
        _("giấy phép"),
        _(
            "Đếm giấy phép đã cấp, chưa hết hiệu lực, chưa bị thay hoặc thu hồi vào ngày cuối kỳ, của mọi cơ quan cấp."
        ),
        basis=Basis.STOCK,
        line=lambda licence: licence.number,
    ),
    # A parameter of law, which the report prints among its figures: its value on the last day of the period.
    Of(
        "BX-12",
        _("Số ngày phải nộp hồ sơ gia hạn trước khi giấy phép hết hiệu lực"),
        lambda period: RuleParameter.objects.youngest(on=period.last_day).filter(code=RENEWAL_RULE),
        _("ngày"),
        _("Cộng giá trị của tham số quy định có hiệu lực vào ngày cuối kỳ; một ngày chỉ có một giá trị."),
        basis=Basis.STOCK,
        measure=Measure("value"),
        figure_ids=("F092",),
    ),
)

DEVICES = (
    Of(
        "BX-14",
        _("Số thiết bị bức xạ đang sử dụng"),
        lambda period: RadiationDevice.objects.in_use(on=period.last_day),
        _("thiết bị"),
        _(
            "Đếm thiết bị mà khai báo sau cùng đến ngày cuối kỳ là có thiết bị hoặc hoạt động trở lại; thiết bị chưa khai báo không đếm."
        ),
        basis=Basis.STOCK,
        line=lambda device: device.name,
    ),
)

APPLICATIONS = (
    Of(
        "BX-05",
        _("Số hồ sơ cấp giấy phép bức xạ trả lại"),
        RadiationLicenceApplication.objects.returned_in,
        _("hồ sơ"),
        _("Đếm hồ sơ có ngày trả lại trong kỳ, mọi loại đề nghị; không đếm hồ sơ cơ sở tự rút."),
        line=lambda application: application.facility.name,
        figure_ids=("F087",),
        date_path="decided_on",
    ),
)


def _checked(period: Period, subject: CheckSubject) -> QuerySet[RadiationCheck]:
    rows = RadiationCheck.objects.filter(period.covers("checked_on"), subject=subject)
    return rows.select_related("facility")


CHECKS = (
    Of(
        "BX-06",
        _("Số lượt kiểm tra cơ sở sử dụng nguồn phóng xạ"),
        lambda period: _checked(period, CheckSubject.SOURCE),
        _("cơ sở"),
        _("Đếm lượt kiểm tra về nguồn phóng xạ có ngày kiểm tra trong kỳ, mỗi cơ sở một lượt."),
        line=lambda check: check.facility.name,
        figure_ids=("F088",),
        date_path="checked_on",
    ),
    Of(
        "BX-09",
        _("Số lượt kiểm tra an toàn bức xạ trong y tế"),
        lambda period: _checked(period, CheckSubject.XRAY),
        _("cơ sở"),
        _("Đếm lượt kiểm tra về thiết bị X-quang y tế có ngày kiểm tra trong kỳ, mỗi cơ sở một lượt."),
        line=lambda check: check.facility.name,
        figure_ids=("F091",),
        date_path="checked_on",
    ),
)

TRAININGS = (
    Of(
        "BX-08",
        _("Số lớp tập huấn an toàn bức xạ"),
        lambda period: RadiationTraining.objects.filter(period.covers("held_on")),
        _("lớp"),
        _("Đếm lớp tập huấn có ngày tổ chức trong kỳ."),
        line=lambda training: training.title,
        figure_ids=("F090",),
        date_path="held_on",
    ),
)

LETTERS = (
    Of(
        "BX-10",
        _("Số văn bản hướng dẫn an toàn bức xạ"),
        lambda period: GuidanceLetter.objects.filter(period.covers("issued_on")),
        _("văn bản"),
        _("Đếm văn bản hướng dẫn, đề nghị gửi cơ sở bức xạ có ngày ban hành trong kỳ."),
        line=lambda letter: letter.subject,
        figure_ids=("F093",),
        date_path="issued_on",
    ),
)
