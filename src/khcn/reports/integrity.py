"""What must be so of reports: what was signed stands as it was, and states follow from steps."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.workflow.query_expressions import records_beside_their_steps
from khcn.reports.models import FormVersion, FrozenFigure, FrozenReport, ReportInstance, ReportSection
from khcn.reports.workflow import REPORT_FLOW, SECTION_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django.db.models import QuerySet

WRITTEN_OUTSIDE: Final = _(
    "Báo cáo đã duyệt bị sửa ngoài chương trình: giữ nguyên máy chủ, chạy kiểm tra nhật ký và báo lãnh đạo Sở."
)
_SIGNED: Final = ("printing", "approved")


class JsonLength(Func):
    """How many elements a JSON list has."""

    function = "JSON_ARRAY_LENGTH"
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """PostgreSQL's name for it."""
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **context)


@integrity_rule(
    "reports.steps",
    _("Trạng thái của báo cáo khác bước xử lý cuối cùng"),
    explanation=_("Trạng thái đang lưu phải là nơi bước xử lý cuối cùng dẫn đến."),
    remedy=WRITTEN_OUTSIDE,
)
def steps(_now: Moment) -> QuerySet[ReportInstance]:
    return records_beside_their_steps(REPORT_FLOW, ReportInstance.objects.all())


@integrity_rule(
    "reports.section_steps",
    _("Trạng thái của mục báo cáo khác bước xử lý cuối cùng"),
    explanation=_("Trạng thái đang lưu phải là nơi bước xử lý cuối cùng dẫn đến."),
    remedy=WRITTEN_OUTSIDE,
    page="reports:list",
)
def section_steps(_now: Moment) -> QuerySet[ReportSection]:
    return records_beside_their_steps(SECTION_FLOW, ReportSection.objects.all())


@integrity_rule(
    "reports.approved_unfrozen",
    _("Báo cáo đã duyệt mà không có bản chốt"),
    explanation=_(
        "Duyệt thì chốt văn bản và số liệu; thiếu bản chốt thì số liệu của báo cáo đã ký đổi theo dữ liệu mới."
    ),
    remedy=WRITTEN_OUTSIDE,
)
def approved_unfrozen(_now: Moment) -> QuerySet[ReportInstance]:
    frozen = FrozenReport.objects.filter(instance=OuterRef("pk"))
    return ReportInstance.objects.filter(~Exists(frozen), state__in=_SIGNED)


@integrity_rule(
    "reports.frozen_unapproved",
    _("Báo cáo có bản chốt mà chưa duyệt"),
    explanation=_(
        "Bản chốt chỉ có ở báo cáo đã duyệt; báo cáo trở lại dự thảo là bị sửa ngoài chương trình."
    ),
    remedy=WRITTEN_OUTSIDE,
)
def frozen_unapproved(_now: Moment) -> QuerySet[ReportInstance]:
    return ReportInstance.objects.filter(frozen__isnull=False).exclude(state__in=_SIGNED)


@integrity_rule(
    "reports.number",
    _("Số của báo cáo khác số trong sổ"),
    explanation=_("Số in trên báo cáo là số lấy từ sổ khi duyệt."),
    remedy=WRITTEN_OUTSIDE,
)
def number(_now: Moment) -> QuerySet[ReportInstance]:
    rows = ReportInstance.objects.filter(issued_number__isnull=False)
    return rows.exclude(doc_number=F("issued_number__text"), signed_on=F("issued_number__issued_on"))


@integrity_rule(
    "reports.number_of_other",
    _("Số của báo cáo trong sổ ghi cấp cho báo cáo khác, hoặc đã hủy"),
    explanation=_("Dòng trong sổ nêu báo cáo mang số đó; hai bên phải chỉ vào nhau."),
    remedy=WRITTEN_OUTSIDE,
)
def number_of_other(_now: Moment) -> QuerySet[ReportInstance]:
    rows = ReportInstance.objects.filter(issued_number__isnull=False)
    return rows.exclude(
        issued_number__model=ReportInstance._meta.label_lower,
        issued_number__object_id=F("pk"),
        issued_number__voided_on__isnull=True,
    )


@integrity_rule(
    "reports.approved_unsigned",
    _("Báo cáo đã duyệt mà không có ngày ký, người ký hoặc số"),
    explanation=_(
        "Duyệt thì ghi ngày ký, người ký và lấy số; thiếu thì báo cáo không phải văn bản đã ban hành."
    ),
    remedy=WRITTEN_OUTSIDE,
)
def approved_unsigned(_now: Moment) -> QuerySet[ReportInstance]:
    missing = Q(signed_on__isnull=True) | Q(signer_name="") | Q(issued_number__isnull=True)
    return ReportInstance.objects.filter(missing, state__in=_SIGNED)


@integrity_rule(
    "reports.section_open",
    _("Báo cáo đã duyệt mà có mục chưa nộp"),
    explanation=_("Báo cáo chỉ tổng hợp khi mọi mục đã nộp."),
    remedy=WRITTEN_OUTSIDE,
    page="reports:list",
)
def section_open(_now: Moment) -> QuerySet[ReportSection]:
    return ReportSection.objects.filter(
        state__in=("drafting", "returned"), instance__state__in=("compiled", "submitted", *_SIGNED)
    )


@integrity_rule(
    "reports.section_without_day",
    _("Mục đã nộp mà không ghi lúc nộp, người nộp"),
    explanation=_("Nộp mục thì ghi ai nộp lúc nào; bảng theo dõi cần hai cột này."),
    remedy=WRITTEN_OUTSIDE,
    page="reports:list",
)
def section_without_day(_now: Moment) -> QuerySet[ReportSection]:
    return ReportSection.objects.filter(
        Q(handed_in_at__isnull=True) | Q(handed_in_by=""), state__in=("handed_in", "accepted")
    )


@integrity_rule(
    "reports.not_printed",
    _("Báo cáo đã duyệt hơn một giờ mà chưa in xong"),
    explanation=_(
        "Công việc nền in báo cáo trong một phút; lâu hơn là in hỏng hoặc công việc nền không chạy."
    ),
    remedy=_(
        "Xem trang Tình trạng hệ thống, khởi động lại dịch vụ; nếu vẫn còn thì báo người bảo trì phần mềm."
    ),
    leads_to=("instance_id", "reports.reportinstance"),
)
def not_printed(now: Moment) -> QuerySet[FrozenReport]:
    return FrozenReport.objects.filter(sha256_docx="", created_at__lt=now.at - timedelta(hours=1))


@integrity_rule(
    "reports.printed_state",
    _("Báo cáo ghi đã chốt mà chưa có tệp, hoặc có tệp mà ghi đang in"),
    explanation=_("Trạng thái “đã chốt” là khi ba tệp đã in; hai điều phải đi cùng nhau."),
    remedy=WRITTEN_OUTSIDE,
)
def printed_state(now: Moment) -> QuerySet[ReportInstance]:
    unprinted = Q(frozen__sha256_docx="", state="approved")
    left = Q(state="printing", frozen__updated_at__lt=now.at - timedelta(hours=1)) & ~Q(
        frozen__sha256_docx=""
    )
    return ReportInstance.objects.filter(unprinted | left, frozen__isnull=False)


@integrity_rule(
    "reports.form_changed",
    _("Mẫu của báo cáo đã chốt khác mẫu lúc duyệt"),
    explanation=_(
        "Báo cáo đã duyệt giữ mã băm và số phiên bản của mẫu; mẫu khác thì không làm lại được đúng văn bản."
    ),
    remedy=WRITTEN_OUTSIDE,
    leads_to=("instance_id", "reports.reportinstance"),
)
def form_changed(_now: Moment) -> QuerySet[FrozenReport]:
    return FrozenReport.objects.exclude(
        form_sha256=F("instance__form_version__sha256"),
        form_version_number=F("instance__form_version__version"),
    )


@integrity_rule(
    "reports.form_hash",
    _("Mã băm của mẫu báo cáo khác nội dung mẫu"),
    explanation=_("Mã băm suy từ nội dung; khác là nội dung mẫu bị sửa ngoài chương trình."),
    remedy=WRITTEN_OUTSIDE,
    page="reports:list",
)
def form_hash(_now: Moment) -> Iterator[str]:
    for form in FormVersion.objects.order_by("pk").iterator(chunk_size=50):
        if hashlib.sha256(form.body.encode()).hexdigest() != form.sha256:
            yield f"{form.code} v{form.version}"


@integrity_rule(
    "reports.figure_lists",
    _("Số liệu đã chốt có danh sách bản ghi và danh sách tên dài khác nhau"),
    explanation=_(
        "Mỗi bản ghi của số liệu có một tên và một số được chốt cùng; lệch nhau là số liệu đã chốt bị sửa."
    ),
    remedy=WRITTEN_OUTSIDE,
    page="reports:list",
)
def figure_lists(_now: Moment) -> QuerySet[FrozenFigure]:
    rows = FrozenFigure.objects.alias(_ids=JsonLength("ids"), _lines=JsonLength("lines"))
    return rows.exclude(_ids=F("_lines"))


@integrity_rule(
    "reports.signed_early",
    _("Báo cáo ký trước khi hết kỳ báo cáo"),
    explanation=_("Số liệu của kỳ chưa đủ khi ký; thường là ngày ký ghi nhầm năm."),
    remedy=_("Mở báo cáo, đối chiếu với bản đã ký; sai ngày thì lập bản thay thế."),
    level=IntegrityLevel.WARNING,
)
def signed_early(_now: Moment) -> QuerySet[ReportInstance]:
    return ReportInstance.objects.filter(signed_on__lt=F("end_on") - timedelta(days=1))
