"""Figures about guidance, declarations, support, audits and standards (parts A.III.4b and c of the periodic report)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, Lower, Replace, Trim
from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Period
from khcn.kernel.indicators.first_rows import first_of_each
from khcn.quality.enums import (
    BARCODES,
    QualityPurpose,
)
from khcn.quality.models import (
    ConformityDeclaration,
    InternalAudit,
    ProductivitySupport,
    ProductivityTraining,
    QualityGuidance,
    Standard,
    StandardRequest,
)
from khcn.quality.queries.supports import contracted, once, published, still_supported, supported

if TYPE_CHECKING:
    from django.db.models import QuerySet

from khcn.quality.indicators.base import Of, organisation_named

_OTHER_PURPOSES = tuple(sorted({*QualityPurpose} - {*BARCODES, QualityPurpose.LABEL}))


def _guided(period: Period, **about: Any) -> QuerySet[QualityGuidance]:
    rows = QualityGuidance.objects.filter(period.covers("guided_on"), **about)
    return first_of_each(rows, "organisation", "guided_on").select_related("organisation")


# Lower case of letters without marks on SQLite, which knows no others.
_NAME = Lower(Trim(Replace(Replace("product", Value("  "), Value(" ")), Value("  "), Value(" "))))


def _labelled(period: Period) -> QuerySet[QualityGuidance]:
    """Of each product of an organisation the first guidance; its name in capitals or with another space is the same product's.
    Adds ``is_shared``: another organisation's product has that name.
    """
    rows = QualityGuidance.objects.filter(period.covers("guided_on"), purpose=QualityPurpose.LABEL).annotate(
        name=_NAME, product_of=Concat(Cast("organisation", CharField()), Value("/"), _NAME)
    )
    others = rows.filter(name=OuterRef("name"), province=OuterRef("province"))
    is_shared = Exists(others.exclude(organisation=OuterRef("organisation")))
    counted = first_of_each(rows, "product_of", "guided_on")
    return counted.annotate(is_shared=is_shared).select_related("organisation")


def _product(guidance: Any) -> str:
    """The product, with whose it is where two have the same name."""
    organisation = str(guidance.organisation.name)
    if not guidance.product:
        return organisation
    return f"{guidance.product} ({organisation})" if guidance.is_shared else str(guidance.product)


_OfGuidance = partial(Of, unit=_("cơ sở"), basis=Basis.TOUCHED, date_path="guided_on")
GUIDANCE = (
    _OfGuidance(
        "CL-10",
        _("Số cơ sở được hướng dẫn đăng ký, cấp lại mã số mã vạch"),
        partial(_guided, purpose__in=BARCODES),
        definition=_(
            "Đếm cơ sở được hướng dẫn đăng ký mới hoặc cấp lại mã số mã vạch trong kỳ; nhiều lượt đếm một lần."
        ),
        line=organisation_named,
        figure_ids=("F105",),
    ),
    Of(
        "CL-11",
        _("Số sản phẩm được hướng dẫn ghi nhãn hàng hóa"),
        _labelled,
        _("sản phẩm"),
        _(
            "Đếm sản phẩm được hướng dẫn ghi nhãn hàng hóa trong kỳ: sản phẩm cùng tên của hai cơ sở đếm hai lần, nhiều lượt về một "
            "sản phẩm đếm một lần, không phân biệt chữ hoa, chữ thường."
        ),
        basis=Basis.TOUCHED,
        line=_product,
        date_path="guided_on",
    ),
    _OfGuidance(
        "CL-12",
        _("Số cơ sở được hướng dẫn công bố, xây dựng tiêu chuẩn cơ sở, giải thưởng"),
        partial(_guided, purpose__in=_OTHER_PURPOSES),
        definition=_(
            "Đếm cơ sở được hướng dẫn công bố hợp chuẩn, hợp quy, xây dựng tiêu chuẩn cơ sở hoặc giải thưởng chất lượng trong kỳ; "
            "nhiều lượt đếm một lần."
        ),
        line=organisation_named,
    ),
)

DECLARATIONS = (
    Of(
        "CL-13",
        _("Số hồ sơ công bố hợp chuẩn, hợp quy đã thông báo tiếp nhận"),
        lambda period: ConformityDeclaration.objects.filter(period.covers("notified_on")),
        _("hồ sơ"),
        _("Đếm hồ sơ có ngày thông báo tiếp nhận trong kỳ; hồ sơ trả lại không đếm."),
        line=lambda declaration: declaration.product,
        date_path="notified_on",
    ),
)


_OfSupport = partial(Of, unit=_("tổ chức, cá nhân"), line=organisation_named)
SUPPORTS = (
    _OfSupport(
        "TX-01",
        _("Số tổ chức, cá nhân được hỗ trợ truy xuất nguồn gốc trong kỳ"),
        lambda period: once(supported(period)),
        basis=Basis.TOUCHED,
        definition=_(
            "Đếm tổ chức, cá nhân đã đăng ký hỗ trợ đến hết kỳ, chưa công bố dữ liệu hoặc dừng trước đầu kỳ; nhiều trường hợp đếm một lần."
        ),
        figure_ids=("F106",),
    ),
    _OfSupport(
        "TX-02",
        _("Số tổ chức, cá nhân đã ký hợp đồng tư vấn truy xuất nguồn gốc"),
        lambda period: once(contracted(period)),
        basis=Basis.TOUCHED,
        definition=_("Đếm trong số ở TX-01 những nơi đã có hợp đồng với đơn vị tư vấn đến hết kỳ."),
    ),
    _OfSupport(
        "TX-03",
        _("Số tổ chức, cá nhân còn được hỗ trợ truy xuất nguồn gốc"),
        lambda period: once(still_supported(period)),
        basis=Basis.STOCK,
        definition=_("Đếm tổ chức, cá nhân đã đăng ký hỗ trợ, đến hết kỳ chưa công bố dữ liệu và chưa dừng."),
        figure_ids=("F202",),
    ),
    Of(
        "TX-04",
        _("Số trường hợp hỗ trợ đã công bố dữ liệu truy xuất nguồn gốc"),
        lambda period: published(period).select_related("organisation"),
        _("trường hợp"),
        _("Đếm trường hợp hỗ trợ có ngày công bố dữ liệu trong kỳ."),
        line=organisation_named,
        date_path="published_on",
    ),
)


def _experts(period: Period) -> QuerySet[ProductivityTraining]:
    rows = ProductivityTraining.objects.filter(period.covers("completed_on"), official=True, expert=True)
    return first_of_each(rows, "person", "completed_on").select_related("organisation")


TRAININGS = (
    Of(
        "NS-01",
        _("Số công chức hoàn thành khóa học chuyên gia năng suất"),
        _experts,
        _("công chức"),
        _("Đếm công chức có ngày hoàn thành khóa học chuyên gia năng suất trong kỳ; nhiều khóa đếm một lần."),
        basis=Basis.TOUCHED,
        line=organisation_named,
        figure_ids=("F107",),
        date_path="completed_on",
    ),
)


def _chosen(period: Period) -> QuerySet[ProductivitySupport]:
    rows = ProductivitySupport.objects.filter(period.covers("selected_on"))
    return first_of_each(rows, "organisation", "selected_on").select_related("organisation")


PRODUCTIVITY = (
    Of(
        "NS-02",
        _("Số doanh nghiệp được chọn hỗ trợ năng suất chất lượng"),
        _chosen,
        _("doanh nghiệp"),
        _("Đếm doanh nghiệp có ngày được chọn hỗ trợ trong kỳ; nhiều nội dung hỗ trợ đếm một lần."),
        basis=Basis.TOUCHED,
        line=organisation_named,
        date_path="selected_on",
    ),
)
AUDITS = (
    Of(
        "CL-14",
        _("Số lượt đánh giá nội bộ hệ thống quản lý chất lượng"),
        lambda period: InternalAudit.objects.filter(period.covers("audited_on")).select_related(
            "system__organisation"
        ),
        _("lượt"),
        _("Đếm lượt đánh giá nội bộ có ngày đánh giá trong kỳ."),
        line=lambda audit: audit.system.organisation.name,
        date_path="audited_on",
    ),
)
REQUESTS = (
    Of(
        "TK-01",
        _("Số yêu cầu tra cứu, cung cấp tiêu chuẩn, TBT đã trả lời"),
        lambda period: StandardRequest.objects.filter(period.covers("answered_on")),
        _("yêu cầu"),
        _("Đếm yêu cầu có ngày trả lời trong kỳ, nhận trong kỳ hay trước kỳ."),
        line=lambda request: request.content,
        date_path="answered_on",
    ),
)
STANDARDS = (
    Of(
        "TK-02",
        _("Số tiêu chuẩn, quy chuẩn còn hiệu lực trong kho"),
        lambda period: Standard.objects.exclude(ended_on__lt=period.end).exclude(
            published_on__gte=period.end
        ),
        _("tiêu chuẩn"),
        _("Đếm tiêu chuẩn, quy chuẩn trong kho chưa hết hiệu lực đến hết kỳ."),
        basis=Basis.STOCK,
        line=lambda standard: standard.number,
    ),
)
