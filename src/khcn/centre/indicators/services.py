"""Figures about what the Centre verifies, calibrates, tests and measures."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from khcn.centre.enums import (
    ServiceMethod,
    ServiceSubject,
)
from khcn.centre.models import (
    ServiceResult,
)
from khcn.centre.rules import UNIT
from khcn.kernel.indicators import Indicator, Measure, Period

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

QUANTITY: Final = Measure("quantity")

_SERVICES: Final = (
    ("DV-01", _("Số cân được kiểm định"), _("chiếc"), "F170", ServiceSubject.SCALE, ServiceMethod.VERIFICATION),
    (
        "DV-02", _("Số huyết áp kế được kiểm định"), _("chiếc"), "F171", ServiceSubject.SPHYGMOMANOMETER,
        ServiceMethod.VERIFICATION,
    ),
    (
        "DV-03", _("Số cột đo xăng dầu được kiểm định"), _("cột"), "F172", ServiceSubject.FUEL_DISPENSER,
        ServiceMethod.VERIFICATION,
    ),
    (
        "DV-04", _("Số công tơ điện kiểm định đối chứng"), _("chiếc"), "F173", ServiceSubject.ELECTRICITY_METER,
        ServiceMethod.CONTROL,
    ),
    (
        "DV-05", _("Số công tơ điện kiểm định dịch vụ"), _("chiếc"), "F174", ServiceSubject.ELECTRICITY_METER,
        ServiceMethod.VERIFICATION,
    ),
    (
        "DV-06", _("Số hệ thống tiếp địa được đo điện trở"), _("hệ thống"), "F175", ServiceSubject.EARTH_SYSTEM,
        ServiceMethod.MEASUREMENT,
    ),
    (
        "DV-07", _("Số mẫu vật liệu xây dựng được thử nghiệm"), _("mẫu"), "F176", ServiceSubject.BUILDING_SAMPLE,
        ServiceMethod.TESTING,
    ),
)  # fmt: skip
# What the report says was done together with another body.
_JOINT_SERVICES: Final = (
    (
        "DV-08", _("Số máy điện tim, điện não được kiểm định"), _("chiếc"), "F177", ServiceSubject.ECG_EEG,
        ServiceMethod.VERIFICATION,
    ),
    (
        "DV-09", _("Số huyết áp kế điện tử được kiểm định"), _("chiếc"), "F178",
        ServiceSubject.ELECTRONIC_SPHYGMOMANOMETER, ServiceMethod.VERIFICATION,
    ),
    ("DV-10", _("Số pipette được hiệu chuẩn"), _("chiếc"), "F179", ServiceSubject.PIPETTE, ServiceMethod.CALIBRATION),
    (
        "DV-11", _("Số tủ an toàn sinh học được hiệu chuẩn"), _("chiếc"), "F180", ServiceSubject.BIOSAFETY_CABINET,
        ServiceMethod.CALIBRATION,
    ),
    (
        "DV-12", _("Số nồi hấp được hiệu chuẩn"), _("chiếc"), "F181", ServiceSubject.AUTOCLAVE,
        ServiceMethod.CALIBRATION,
    ),
    (
        "DV-13", _("Số máy đo khúc xạ được kiểm định"), _("chiếc"), "F182", ServiceSubject.REFRACTOMETER,
        ServiceMethod.VERIFICATION,
    ),
    ("DV-14", _("Số máy chụp X-quang được kiểm định"), _("chiếc"), "F183", ServiceSubject.XRAY, ServiceMethod.VERIFICATION),
    (
        "DV-15", _("Số phòng chụp X-quang được kiểm xạ"), _("phòng"), "F184", ServiceSubject.XRAY_ROOM,
        ServiceMethod.MEASUREMENT,
    ),
)  # fmt: skip


_COUNTED: Final = _(
    "Cộng số lượng đã làm, đạt và không đạt, của kết quả dịch vụ có ngày thực hiện trong kỳ; theo đối tượng và việc làm."
)
_COUNTED_JOINT: Final = _(
    "Cộng số lượng đã làm, đạt và không đạt, của kết quả dịch vụ có ngày thực hiện trong kỳ; theo đối tượng và việc làm, chỉ của "
    "phiếu yêu cầu có đơn vị phối hợp."
)
_COUNTED_REST: Final = _(
    "Cộng số lượng đã làm, đạt và không đạt, của kết quả dịch vụ có ngày thực hiện trong kỳ mà không số liệu dịch vụ nào khác đếm."
)


def _served(period: Period) -> QuerySet[ServiceResult]:
    return ServiceResult.objects.filter(period.covers("done_on")).select_related("item")


def _service(
    code: str,
    label: StrOrPromise,
    unit: StrOrPromise,
    figure: str,
    subject: ServiceSubject,
    method: ServiceMethod,
    *,
    joint: bool = False,
) -> Indicator:
    only = _only(subject, method, joint=joint)
    return Indicator(
        code,
        label,
        lambda period: _served(period).filter(only),
        unit,
        _COUNTED_JOINT if joint else _COUNTED,
        measure=QUANTITY,
        line=lambda result: str(result.item),
        figure_ids=(figure,),
        owner=UNIT,
        date_path="done_on",
    )


def _only(subject: ServiceSubject, method: ServiceMethod, *, joint: bool) -> Q:
    found = Q(item__subject=subject, item__method=method)
    return found & Q(item__order__partner__isnull=False) if joint else found


def _rest(period: Period) -> QuerySet[ServiceResult]:
    counted = [_only(*each[4:], joint=False) for each in _SERVICES]
    counted += [_only(*each[4:], joint=True) for each in _JOINT_SERVICES]
    return _served(period).exclude(reduce(or_, counted))


def _described(result: ServiceResult) -> str:
    item = result.item
    return f"{item.get_method_display()} – {item.get_subject_display()}: {result.quantity}"


RESULTS = (
    *(_service(*each) for each in _SERVICES),
    *(_service(*each, joint=True) for each in _JOINT_SERVICES),
    Indicator(
        "DV-16",
        _("Dịch vụ tiêu chuẩn đo lường chất lượng khác"),
        _rest,
        _("phương tiện đo, mẫu"),
        _COUNTED_REST,
        measure=QUANTITY,
        line=_described,
        owner=UNIT,
        date_path="done_on",
    ),
)
