"""Figures about state checks (parts A.III.4a and b of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.quality.enums import (
    METROLOGY_LINES,
    QUALITY_LINES,
    CheckedObject,
    CheckField,
    CheckOutcome,
    CheckTopic,
)
from khcn.quality.models import (
    CheckedPlace,
    CheckFinding,
    CheckHandling,
    CheckSample,
    StateCheck,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

from khcn.quality.indicators.base import Of, organisation_named

METROLOGY, QUALITY = CheckField.METROLOGY, CheckField.QUALITY


def _subject(check: StateCheck) -> str:
    return check.subject


def _finished(field: CheckField, **about: Any) -> Callable[[Period], QuerySet[StateCheck]]:
    return lambda period: StateCheck.objects.finished_in(period, field).filter(**about)


def _planned_besides(
    field: CheckField, topics: tuple[CheckTopic, ...]
) -> Callable[[Period], QuerySet[StateCheck]]:
    return lambda period: (
        StateCheck.objects.finished_in(period, field).filter(plan__isnull=False).exclude(topic__in=topics)
    )


_OfChecks = partial(Of, unit=_("cuộc"), line=_subject, date_path="finished_on")
CHECKS = (
    _OfChecks(
        "DL-01",
        _("Số cuộc kiểm tra nhà nước về đo lường đã hoàn thành"),
        _finished(METROLOGY),
        definition=_(
            "Đếm cuộc kiểm tra về đo lường có ngày kiểm tra xong trong kỳ, theo kế hoạch hay đột xuất."
        ),
        figure_ids=("F095",),
    ),
    _OfChecks(
        "DL-03",
        _("Số cuộc kiểm tra phương tiện đo nhóm 2 trong y tế"),
        _finished(METROLOGY, topic=CheckTopic.MEDICAL_INSTRUMENTS, plan__isnull=False),
        definition=_("Đếm cuộc theo kế hoạch về phương tiện đo trong y tế, ngày kiểm tra xong trong kỳ."),
        figure_ids=("F097",),
    ),
    _OfChecks(
        "DL-06",
        _("Số cuộc kiểm tra đo lường theo kế hoạch về nội dung khác"),
        _planned_besides(METROLOGY, METROLOGY_LINES),
        definition=_(
            "Đếm cuộc về đo lường theo kế hoạch, ngoài bốn nội dung có dòng riêng, kiểm tra xong trong kỳ."
        ),
    ),
    _OfChecks(
        "DL-07",
        _("Số cuộc kiểm tra đột xuất về đo lường"),
        _finished(METROLOGY, plan__isnull=True),
        definition=_("Đếm cuộc về đo lường ngoài kế hoạch, ngày kiểm tra xong trong kỳ."),
    ),
    Of(
        "DL-08",
        _("Số cuộc kiểm tra đo lường đang tiến hành"),
        lambda period: StateCheck.objects.under_way_at_end(period, METROLOGY),
        _("cuộc"),
        _("Đếm cuộc về đo lường đã có quyết định, đến hết kỳ chưa kiểm tra xong."),
        basis=Basis.STOCK,
        line=_subject,
    ),
    _OfChecks(
        "CL-01",
        _("Số cuộc kiểm tra về chất lượng đã hoàn thành"),
        _finished(QUALITY),
        definition=_(
            "Đếm cuộc kiểm tra về chất lượng có ngày kiểm tra xong trong kỳ, theo kế hoạch hay đột xuất."
        ),
        figure_ids=("F100",),
    ),
    _OfChecks(
        "CL-06",
        _("Số cuộc kiểm tra chất lượng theo kế hoạch về nội dung khác"),
        _planned_besides(QUALITY, QUALITY_LINES),
        definition=_(
            "Đếm cuộc về chất lượng theo kế hoạch, ngoài ba nội dung có dòng riêng, kiểm tra xong trong kỳ."
        ),
    ),
    Of(
        "CL-07",
        _("Số cuộc kiểm tra chất lượng đang tiến hành"),
        lambda period: StateCheck.objects.under_way_at_end(period, QUALITY),
        _("cuộc"),
        _("Đếm cuộc về chất lượng đã có quyết định, đến hết kỳ chưa kiểm tra xong."),
        basis=Basis.STOCK,
        line=_subject,
    ),
)


_CHECKED = (CheckOutcome.CONFORMING, CheckOutcome.VIOLATION)


def _places(
    code: str,
    label: StrOrPromise,
    unit: StrOrPromise,
    figure: str,
    field: CheckField,
    topic: CheckTopic | None,
) -> Indicator:
    """Of one topic, planned; without one, those of unscheduled checks whatever they are about."""
    about: dict[str, Any] = (
        {"plan__isnull": True} if topic is None else {"plan__isnull": False, "topic": topic}
    )

    def records(period: Period) -> QuerySet[CheckedPlace]:
        rows = CheckedPlace.objects.filter(
            period.covers("check_case__finished_on"),
            check_case__field=field,
            outcome__in=_CHECKED,
            **{f"check_case__{name}": value for name, value in about.items()},
        )
        return first_of_each(rows, "organisation", "check_case__finished_on").select_related("organisation")

    return Of(
        code,
        label,
        records,
        unit,
        _(
            "Đếm cơ sở đã kiểm tra được của các cuộc có ngày kiểm tra xong trong kỳ; cơ sở được kiểm tra ở nhiều cuộc đếm một lần."
        ),
        basis=Basis.TOUCHED,
        line=organisation_named,
        figure_ids=(figure,),
        date_path="check_case__finished_on",
    )


def _violating(code: str, label: StrOrPromise, field: CheckField) -> Indicator:
    """Places where a violation was found, whatever the check was about."""

    def records(period: Period) -> QuerySet[CheckedPlace]:
        rows = CheckedPlace.objects.filter(
            period.covers("check_case__finished_on"),
            check_case__field=field,
            outcome=CheckOutcome.VIOLATION,
        )
        return first_of_each(rows, "organisation", "check_case__finished_on").select_related("organisation")

    return Of(
        code,
        label,
        records,
        _("cơ sở"),
        _(
            "Đếm cơ sở kết luận có vi phạm của các cuộc có ngày kiểm tra xong trong kỳ; cơ sở có vi phạm ở nhiều cuộc đếm một lần."
        ),
        basis=Basis.TOUCHED,
        line=organisation_named,
        date_path="check_case__finished_on",
    )


SUBJECTS = (
    _places(
        "DL-02", _("Số đơn vị quản lý, sử dụng đồng hồ đo nước lạnh được kiểm tra"), _("đơn vị"), "F096",
        METROLOGY, CheckTopic.WATER_METERS,
    ),
    _places(
        "DL-04", _("Số đơn vị được kiểm tra về hoạt động kiểm định, hiệu chuẩn"), _("đơn vị"), "F098",
        METROLOGY, CheckTopic.VERIFICATION_BODIES,
    ),
    _places(
        "DL-05", _("Số đơn vị công an được kiểm tra phương tiện đo nhóm 2"), _("đơn vị"), "F099",
        METROLOGY, CheckTopic.POLICE_INSTRUMENTS,
    ),
    _places(
        "CL-02", _("Số cơ sở được kiểm tra hàng hóa dịp lễ, Tết"), _("cơ sở"), "F101",
        QUALITY, CheckTopic.HOLIDAY_GOODS,
    ),
    _places(
        "CL-03", _("Số cơ sở được kiểm tra nhãn hàng hóa, mã số mã vạch"), _("cơ sở"), "F102",
        QUALITY, CheckTopic.LABELS,
    ),
    _places(
        "CL-04", _("Số doanh nghiệp xăng dầu được kiểm tra theo kế hoạch"), _("doanh nghiệp"), "F103",
        QUALITY, CheckTopic.FUEL,
    ),
    _places("CL-05", _("Số cơ sở được kiểm tra đột xuất về chất lượng"), _("cơ sở"), "F104", QUALITY, None),
    _violating("DL-10", _("Số cơ sở có vi phạm qua kiểm tra đo lường"), METROLOGY),
    _violating("CL-15", _("Số cơ sở có vi phạm qua kiểm tra chất lượng"), QUALITY),
)  # fmt: skip

FINDINGS = (
    Of(
        "DL-09",
        _("Số phương tiện đo, cân không đạt qua kiểm tra đo lường"),
        lambda period: CheckFinding.objects.filter(
            period.covers("subject__check_case__finished_on"),
            subject__check_case__field=METROLOGY,
            kind__in=(CheckedObject.INSTRUMENT, CheckedObject.SCALE),
            failed__gt=0,
        ),
        _("chiếc"),
        _(
            "Cộng số lượng không đạt của phương tiện đo, cân ở các cuộc về đo lường có ngày kiểm tra xong trong kỳ."
        ),
        measure=Measure("failed"),
        date_path="subject__check_case__finished_on",
    ),
)
SAMPLES = (
    Of(
        "CL-08",
        _("Số mẫu kiểm tra chất lượng không đạt"),
        lambda period: CheckSample.objects.filter(
            period.covers("result_on"), subject__check_case__field=QUALITY, conforms=False
        ),
        _("mẫu"),
        _(
            "Đếm mẫu lấy ở các cuộc kiểm tra về chất lượng, có ngày kết quả thử nghiệm trong kỳ, kết quả không đạt."
        ),
        line=lambda sample: sample.product,
        date_path="result_on",
    ),
)


def _handled(code: str, label: StrOrPromise, field: CheckField) -> Indicator:
    return Of(
        code,
        label,
        lambda period: CheckHandling.objects.filter(
            period.covers("done_on"), subject__check_case__field=field
        ),
        _("việc"),
        _(
            "Đếm việc xử lý có ngày xong trong kỳ của các cuộc thuộc lĩnh vực, kiểm tra trong kỳ hay trước kỳ."
        ),
        line=lambda handling: handling.content,
        date_path="done_on",
    )


HANDLINGS = (
    _handled("DL-11", _("Số việc xử lý vi phạm qua kiểm tra đo lường đã xong"), METROLOGY),
    _handled("CL-09", _("Số việc xử lý vi phạm qua kiểm tra chất lượng đã xong"), QUALITY),
)
