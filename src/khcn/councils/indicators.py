"""Figures about council meetings (part A.III.2c of the periodic report)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.councils.models import CouncilKind, CouncilMeeting
from khcn.kernel.indicators import Indicator, Period

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from khcn.councils.models import CouncilMeetingQuerySet


def _advisory_meetings(period: Period) -> CouncilMeetingQuerySet:
    return CouncilMeeting.objects.held_in(period).advisory()


def _meetings(
    code: str,
    label: StrOrPromise,
    records: Callable[[Period], CouncilMeetingQuerySet],
    definition: StrOrPromise,
    *figure_ids: str,
) -> Indicator:
    return Indicator(
        code,
        label,
        records,
        _("cuộc họp"),
        definition,
        line=lambda meeting: meeting.subject,
        figure_ids=figure_ids,
        owner="QLKH",
        date_path="held_on",
    )


MEETINGS = (
    _meetings(
        "HD-01",
        _("Số cuộc họp Hội đồng tư vấn KH&CN"),
        _advisory_meetings,
        _(
            "Đếm cuộc họp của các Hội đồng tư vấn (xác định nhiệm vụ, xác định nhiệm vụ bổ sung, tuyển chọn, giao trực "
            "tiếp, đánh giá nghiệm thu) có ngày họp trong kỳ. Không đếm phiên họp của Hội đồng KH&CN tỉnh. Một nhiệm vụ "
            "có thể qua nhiều cuộc họp nên số này không phải số nhiệm vụ."
        ),
        "F049",
    ),
    _meetings(
        "HD-02",
        _("Số cuộc họp Hội đồng tư vấn giao trực tiếp"),
        lambda period: _advisory_meetings(period).of_kind(CouncilKind.DIRECT),
        _("Đếm cuộc họp Hội đồng tư vấn giao trực tiếp có ngày họp trong kỳ."),
        "F050",
    ),
    _meetings(
        "HD-03",
        _("Số cuộc họp Hội đồng tư vấn đánh giá, nghiệm thu"),
        lambda period: _advisory_meetings(period).of_kind(CouncilKind.ACCEPTANCE),
        _(
            "Đếm cuộc họp Hội đồng tư vấn đánh giá, nghiệm thu trong kỳ, của nhiệm vụ mọi cấp; vì vậy có thể lớn hơn số "
            "nhiệm vụ cấp tỉnh được nghiệm thu (NT-01)."
        ),
        "F051",
    ),
    _meetings(
        "HD-04",
        _("Số cuộc họp Hội đồng tư vấn xác định nhiệm vụ bổ sung trong năm báo cáo"),
        lambda period: (
            _advisory_meetings(period).of_kind(CouncilKind.SUPPLEMENTARY).filter(for_year=period.year)
        ),
        _("Đếm cuộc họp xác định nhiệm vụ bổ sung trong kỳ, cho nhiệm vụ thực hiện từ năm báo cáo."),
        "F052",
    ),
    _meetings(
        "HD-05",
        _("Số cuộc họp Hội đồng tư vấn xác định nhiệm vụ năm sau"),
        lambda period: (
            _advisory_meetings(period).of_kind(CouncilKind.DETERMINATION).filter(for_year=period.year + 1)
        ),
        _(
            "Đếm cuộc họp xác định nhiệm vụ trong kỳ, cho nhiệm vụ thực hiện từ năm sau. Là số cuộc họp, không phải số "
            "nhiệm vụ được xác định (NV-14)."
        ),
        "F053",
    ),
    _meetings(
        "HD-06",
        _("Số cuộc họp Hội đồng tư vấn tuyển chọn"),
        lambda period: _advisory_meetings(period).of_kind(CouncilKind.SELECTION),
        _("Đếm cuộc họp Hội đồng tư vấn tuyển chọn có ngày họp trong kỳ."),
    ),
)
