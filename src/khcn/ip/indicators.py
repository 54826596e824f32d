"""Figures about intellectual property, initiatives and contests (part A.III.3 of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import ExtractMonth
from django.utils.translation import gettext_lazy as _

from khcn.ip.enums import (
    MARKS,
    ContestKind,
    GuidancePurpose,
    InitiativeLevel,
    IpEventKind,
    IpKind,
)
from khcn.ip.models import (
    ContestEdition,
    Initiative,
    InitiativeAuthor,
    InitiativeRound,
    IpAsset,
    IpEvent,
    IpGuidance,
)
from khcn.ip.workflow import RECOGNISED
from khcn.kernel.indicators import Basis, Indicator, Measure, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.parties.models import OrganisationKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

Of = partial(Indicator, owner="QLCN")


def _authors(period: Period) -> QuerySet[InitiativeAuthor]:
    return InitiativeAuthor.objects.filter(
        period.covers("initiative__decided_on"),
        initiative__state=RECOGNISED,
        initiative__round__level=InitiativeLevel.PROVINCE,
    ).select_related("person")


ROUNDS = (
    Of(
        "SK-01",
        _("Số đợt xét sáng kiến cấp tỉnh"),
        lambda period: InitiativeRound.objects.filter(
            period.covers("considered_on"), level=InitiativeLevel.PROVINCE
        ),
        _("đợt"),
        _("Đếm đợt xét cấp tỉnh có ngày Hội đồng họp trong kỳ; không đếm đợt xét cấp cơ sở."),
        line=lambda review_round: review_round.name,
        figure_ids=("F074",),
        date_path="considered_on",
    ),
)
INITIATIVES = (
    Of(
        "SK-02",
        _("Số sáng kiến cấp tỉnh được công nhận"),
        Initiative.objects.recognised_in,
        _("sáng kiến"),
        _(
            "Đếm sáng kiến cấp tỉnh có quyết định công nhận trong kỳ, mỗi sáng kiến một lần dù có nhiều tác giả."
        ),
        line=lambda initiative: initiative.title,
        figure_ids=("F075",),
        date_path="decided_on",
    ),
)
AUTHORS = (
    Of(
        "SK-03",
        _("Số lượt tác giả của sáng kiến cấp tỉnh được công nhận"),
        _authors,
        _("cá nhân"),
        _(
            "Đếm tác giả của các sáng kiến ở SK-02, mỗi tác giả của mỗi sáng kiến một lượt: người có hai sáng kiến đếm hai."
        ),
        line=lambda author: author.person.full_name,
        figure_ids=("F076",),
        date_path="initiative__decided_on",
    ),
)


def _guided(period: Period, *, cooperatives: bool, **about: Any) -> QuerySet[IpGuidance]:
    rows = IpGuidance.objects.filter(period.covers("guided_on"), **about)
    of_cooperatives = Q(organisation__kind=OrganisationKind.COOPERATIVE)
    rows = rows.filter(of_cooperatives if cooperatives else ~of_cooperatives)
    return first_of_each(rows, "organisation", "guided_on").select_related("organisation")


_to_use_indications = partial(
    _guided, purpose=GuidancePurpose.USE, kind=IpKind.GEOGRAPHICAL_INDICATION, cooperatives=True
)
_to_protect_marks = partial(_guided, purpose=GuidancePurpose.PROTECTION, kind__in=MARKS)


def _organisation(guidance: IpGuidance) -> str:
    return guidance.organisation.name


GUIDANCE = (
    Of(
        "SH-01",
        _("Số hợp tác xã được hướng dẫn đăng ký sử dụng chỉ dẫn địa lý"),
        _to_use_indications,
        _("hợp tác xã"),
        _(
            "Đếm hợp tác xã được hướng dẫn đăng ký sử dụng chỉ dẫn địa lý trong kỳ; hợp tác xã được hướng dẫn nhiều lượt đếm một lần."
        ),
        basis=Basis.TOUCHED,
        line=_organisation,
        figure_ids=("F078",),
        date_path="guided_on",
    ),
    Of(
        "SH-02",
        _("Số hợp tác xã được hướng dẫn đăng ký bảo hộ nhãn hiệu"),
        partial(_to_protect_marks, cooperatives=True),
        _("hợp tác xã"),
        _(
            "Đếm hợp tác xã được hướng dẫn đăng ký bảo hộ nhãn hiệu (thông thường, tập thể, chứng nhận) trong kỳ; hợp tác xã được "
            "hướng dẫn nhiều lượt đếm một lần."
        ),
        basis=Basis.TOUCHED,
        line=_organisation,
        figure_ids=("F079",),
        date_path="guided_on",
    ),
    Of(
        "SH-03",
        _("Số cơ sở khác được hướng dẫn đăng ký bảo hộ nhãn hiệu"),
        partial(_to_protect_marks, cooperatives=False),
        _("cơ sở"),
        _(
            "Đếm cơ sở không phải hợp tác xã được hướng dẫn đăng ký bảo hộ nhãn hiệu trong kỳ; cơ sở được hướng dẫn nhiều lượt đếm "
            "một lần, hợp tác xã ở SH-02."
        ),
        basis=Basis.TOUCHED,
        line=lambda guidance: guidance.subject or guidance.organisation.name,
        figure_ids=("F080",),
        date_path="guided_on",
    ),
)
EVENTS = (
    Of(
        "SH-04",
        _("Số hội thảo về sở hữu trí tuệ, đổi mới sáng tạo"),
        lambda period: IpEvent.objects.filter(period.covers("took_place_on"), kind=IpEventKind.WORKSHOP),
        _("hội thảo"),
        _("Đếm hội thảo có ngày tổ chức trong kỳ; không đếm lớp tập huấn, lễ phát động, trao giải."),
        line=lambda event: event.title,
        figure_ids=("F077",),
        date_path="took_place_on",
    ),
)


def _editions(period: Period, kind: ContestKind) -> QuerySet[ContestEdition]:
    return ContestEdition.objects.filter(year=period.year, kind=kind)


def _results_awaited(period: Period) -> QuerySet[ContestEdition]:
    """Those whose results are planned for the year and not public on the last day: the report prints the month with the year."""
    waiting = Q(published_on__isnull=True) | Q(published_on__gte=period.end)
    rows = _editions(period, ContestKind.STARTUP).filter(waiting, result_planned_on__year=period.year)
    return rows.annotate(planned_month=ExtractMonth("result_planned_on"))


ASSETS = (
    Of(
        "SH-05",
        _("Số tài sản trí tuệ đang được bảo hộ"),
        lambda period: IpAsset.objects.in_force(on=period.last_day),
        _("văn bằng"),
        _(
            "Đếm chỉ dẫn địa lý, nhãn hiệu, sáng chế và đối tượng khác có văn bằng còn hiệu lực vào ngày cuối kỳ."
        ),
        basis=Basis.STOCK,
        line=lambda asset: asset.name,
    ),
)

EDITIONS = (
    Of(
        "KN-01",
        _("Lần tổ chức Cuộc thi khởi nghiệp đổi mới sáng tạo trong năm"),
        lambda period: _editions(period, ContestKind.STARTUP),
        _("lần thứ"),
        _("Cộng số thứ tự lần tổ chức của năm báo cáo; mỗi năm một cuộc thi chỉ có một lần."),
        basis=Basis.STOCK,
        measure=Measure("ordinal"),
        line=lambda edition: edition.name,
        figure_ids=("F071",),
    ),
    Of(
        "KN-02",
        _("Tháng dự kiến công bố kết quả Cuộc thi khởi nghiệp đổi mới sáng tạo"),
        _results_awaited,
        _("tháng"),
        _(
            "Cộng tháng của ngày dự kiến công bố kết quả trong năm báo cáo, khi đến hết kỳ chưa công bố; mỗi năm chỉ có một lần tổ chức."
        ),
        basis=Basis.STOCK,
        measure=Measure("planned_month"),
        line=lambda edition: edition.name,
        figure_ids=("F072",),
    ),
    Of(
        "KN-03",
        _("Lần tổ chức Hội thi sáng tạo kỹ thuật trong năm"),
        lambda period: _editions(period, ContestKind.CREATIVITY),
        _("lần thứ"),
        _("Cộng số thứ tự lần tổ chức của năm báo cáo; mỗi năm một hội thi chỉ có một lần."),
        basis=Basis.STOCK,
        measure=Measure("ordinal"),
        line=lambda edition: edition.name,
        figure_ids=("F073",),
    ),
)
