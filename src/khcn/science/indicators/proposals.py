"""Figures about what comes before a task: proposals, and nominations to ministries' programmes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Indicator, Period
from khcn.science.models import NominationProvince, ProgrammeNomination, TaskProposal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from khcn.science.models.proposals import TaskProposalQuerySet


def _proposals(
    code: str, label: StrOrPromise, definition: StrOrPromise, figure_id: str, field: str = ""
) -> Indicator:
    def records(period: Period) -> TaskProposalQuerySet:
        found = TaskProposal.objects.received_for(period, year=period.year + 1)
        return found.filter(field_group__code=field) if field else found

    return Indicator(
        code,
        label,
        records,
        _("đề xuất"),
        definition,
        line=lambda proposal: proposal.title,
        figure_ids=(figure_id,),
        owner="QLKH",
        date_path="received_on",
    )


_BY_FIELD = _(
    "Đếm đề xuất ở DX-01 thuộc nhóm lĩnh vực này theo cách chia nhóm của báo cáo, không theo mã thống kê."
)

PROPOSALS = (
    _proposals(
        "DX-01",
        _("Số đề xuất đặt hàng nhiệm vụ năm sau"),
        _(
            "Đếm đề xuất đặt hàng nhiệm vụ thực hiện từ năm sau, nhận trong kỳ, của tổ chức và cá nhân. Nhiều đề xuất có thể "
            "gộp thành một nhiệm vụ nên số này lớn hơn số nhiệm vụ được xác định (NV-14)."
        ),
        "F041",
    ),
    _proposals(
        "DX-02", _("Số đề xuất đặt hàng lĩnh vực khoa học nông nghiệp"), _BY_FIELD, "F042", "agriculture"
    ),
    _proposals(
        "DX-03",
        _("Số đề xuất đặt hàng lĩnh vực khoa học kỹ thuật và công nghệ"),
        _BY_FIELD,
        "F043",
        "engineering",
    ),
    _proposals("DX-04", _("Số đề xuất đặt hàng lĩnh vực khoa học y, dược"), _BY_FIELD, "F044", "medical"),
    _proposals("DX-05", _("Số đề xuất đặt hàng lĩnh vực khoa học xã hội"), _BY_FIELD, "F045", "social"),
)

NOMINATIONS = (
    Indicator(
        "CT-01",
        _("Số dự án đề xuất vào chương trình cấp bộ"),
        lambda period: ProgrammeNomination.objects.filter(period.covers("nominated_on")),
        _("dự án"),
        _("Đếm dự án tỉnh đề xuất với bộ, ngành có ngày đề xuất trong kỳ."),
        line=lambda nomination: nomination.title,
        figure_ids=("F054",),
        owner="QLKH",
        date_path="nominated_on",
    ),
    Indicator(
        "CT-02",
        _("Số nhiệm vụ cấp bộ được phê duyệt từ đề xuất của tỉnh"),
        lambda period: ProgrammeNomination.objects.filter(period.covers("approved_on")),
        _("nhiệm vụ"),
        _(
            "Đếm dự án đề xuất được bộ, ngành phê duyệt trong kỳ, đề xuất trong kỳ hay trước kỳ. Nhiệm vụ này là cấp bộ, "
            "không nằm trong số nhiệm vụ Sở quản lý (NV-01)."
        ),
        line=lambda nomination: nomination.title,
        figure_ids=("F055",),
        owner="QLKH",
        date_path="approved_on",
    ),
    Indicator(
        "CT-03",
        _("Số lượt tỉnh tham gia nhiệm vụ cấp bộ được phê duyệt"),
        lambda period: NominationProvince.objects.filter(
            period.covers("nomination__approved_on")
        ).select_related("admin_unit"),
        _("tỉnh"),
        _("Đếm các tỉnh tham gia những nhiệm vụ ở CT-02; một tỉnh tham gia hai nhiệm vụ được tính hai lượt."),
        line=lambda place: place.admin_unit.name,
        figure_ids=("F056",),
        owner="QLKH",
        date_path="nomination__approved_on",
    ),
)
