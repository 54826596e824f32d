"""What must be so of papers, and what no constraint refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.named_records import without_named_record
from khcn.kernel.papers.kinds import all_paper_kinds
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.workflow import PAPER_FLOW
from khcn.kernel.workflow.query_expressions import records_beside_their_steps

if TYPE_CHECKING:
    from django.db.models import QuerySet

ASK_MAINTAINER: Final = _(
    "Mở trang của giấy và nhật ký của nó; đây là dữ liệu bị ghi ngoài chương trình, báo người bảo trì phần mềm."
)


@integrity_rule(
    "papers.record_gone",
    _("Giấy của bản ghi không còn"),
    explanation=_("Hồ sơ đã có giấy thì không xóa được; giấy còn mà hồ sơ mất là bị xóa ngoài chương trình."),
    remedy=ASK_MAINTAINER,
)
def record_gone(_now: Moment) -> QuerySet[Paper]:
    return without_named_record(Paper.objects.all())


@integrity_rule(
    "papers.unknown_kind",
    _("Giấy thuộc loại mà phần mềm không biết"),
    explanation=_("Loại giấy đã bị bỏ ở bản phần mềm này, nên trang của giấy không mở được."),
    remedy=_("Báo người bảo trì phần mềm: bản phần mềm đang chạy không phải bản đã cấp giấy."),
)
def unknown_kind(_now: Moment) -> QuerySet[Paper]:
    return Paper.objects.exclude(kind__in=[each.code for each in all_paper_kinds()])


@integrity_rule(
    "papers.steps",
    _("Trạng thái của giấy khác bước xử lý cuối cùng"),
    explanation=_("Trạng thái đang lưu phải là nơi bước xử lý cuối cùng dẫn đến."),
    remedy=ASK_MAINTAINER,
)
def steps(_now: Moment) -> QuerySet[Paper]:
    return records_beside_their_steps(PAPER_FLOW, Paper.objects.all())


@integrity_rule(
    "papers.void_number",
    _("Giấy mang số đã hủy trong sổ"),
    explanation=_("Số hủy không dùng cho giấy nào; giấy mang số hủy thì sổ và giấy nói khác nhau."),
    remedy=ASK_MAINTAINER,
)
def void_number(_now: Moment) -> QuerySet[Paper]:
    return Paper.objects.filter(number__voided_on__isnull=False)


@integrity_rule(
    "papers.number_of_other",
    _("Số của giấy trong sổ ghi cấp cho giấy khác"),
    explanation=_("Dòng trong sổ nêu giấy mang số đó; hai bên phải chỉ vào nhau."),
    remedy=ASK_MAINTAINER,
)
def number_of_other(_now: Moment) -> QuerySet[Paper]:
    own = Q(number__model=Paper._meta.label_lower, number__object_id=F("pk"))
    return Paper.objects.filter(number__isnull=False).exclude(own)


@integrity_rule(
    "papers.hashes",
    _("Mã băm của giấy khác mã băm của tệp"),
    explanation=_("Tệp của giấy đã cấp không đổi; mã băm khác là tệp bị tráo."),
    remedy=ASK_MAINTAINER,
)
def hashes(_now: Moment) -> QuerySet[Paper]:
    found = Q()
    for name in ("file", "pdf", "signed_pdf"):
        stored = Q(**{f"{name}__isnull": False}) & ~Q(**{f"{name}_sha256": ""})
        found |= stored & ~Q(**{f"{name}_sha256": F(f"{name}__sha256")})
    return Paper.objects.filter(found)


@integrity_rule(
    "papers.dated_back",
    _("Giấy ghi ngày cấp trước ngày lập dự thảo"),
    explanation=_("Nội dung lập ngày sau thì giấy không thể cấp ngày trước."),
    remedy=_("Mở giấy, đối chiếu với bản đã ký; lập giấy thay thế nếu ngày in sai."),
    level=IntegrityLevel.WARNING,
)
def dated_back(_now: Moment) -> QuerySet[Paper]:
    return Paper.objects.filter(issued_on__lt=F("drafted_on"))


@integrity_rule(
    "papers.number_day",
    _("Ngày trên giấy khác ngày của số trong sổ"),
    explanation=_("Số lấy theo ngày cấp ghi trên giấy; hai ngày khác nhau thì sổ không theo thứ tự ngày."),
    remedy=ASK_MAINTAINER,
)
def number_day(_now: Moment) -> QuerySet[Paper]:
    return Paper.objects.filter(number__isnull=False).exclude(issued_on=F("number__issued_on"))


@integrity_rule(
    "papers.not_printed",
    _("Giấy đã lấy số từ hơn một giờ mà chưa in xong"),
    explanation=_(
        "Công việc nền in giấy trong một phút; lâu hơn là mẫu giấy hỏng hoặc công việc nền không chạy."
    ),
    remedy=_("Mở trang của giấy để xem lỗi khi in; xem trang Tình trạng hệ thống, khởi động lại dịch vụ."),
)
def not_printed(now: Moment) -> QuerySet[Paper]:
    return Paper.objects.filter(state="issuing", updated_at__lt=now.at - timedelta(hours=1))


@integrity_rule(
    "papers.replaced_by_nothing",
    _("Giấy ghi đã được thay thế mà không có giấy thay thế"),
    explanation=_("Giấy chỉ thành “đã được thay thế” khi giấy thay thế được cấp số."),
    remedy=ASK_MAINTAINER,
)
def replaced_by_nothing(_now: Moment) -> QuerySet[Paper]:
    newer = Paper.objects.filter(replaces=OuterRef("pk"), number__isnull=False)
    return Paper.objects.filter(~Exists(newer), state="replaced")


@integrity_rule(
    "papers.withdrawn_by_nothing",
    _("Giấy ghi đã thu hồi mà không có thông báo thu hồi"),
    explanation=_("Giấy chỉ thành “đã thu hồi” khi thông báo thu hồi được cấp số."),
    remedy=ASK_MAINTAINER,
)
def withdrawn_by_nothing(_now: Moment) -> QuerySet[Paper]:
    notice = Paper.objects.filter(withdraws=OuterRef("pk"), number__isnull=False)
    return Paper.objects.filter(~Exists(notice), state="withdrawn")


@integrity_rule(
    "papers.in_force_beside_notice",
    _("Giấy đã có giấy thay thế hoặc thông báo thu hồi mà vẫn ghi đang có hiệu lực"),
    explanation=_("Khi giấy sau được cấp số thì giấy trước hết hiệu lực."),
    remedy=ASK_MAINTAINER,
)
def in_force_beside_notice(_now: Moment) -> QuerySet[Paper]:
    later = Paper.objects.filter(
        Q(replaces=OuterRef("pk")) | Q(withdraws=OuterRef("pk")), number__isnull=False
    )
    return Paper.objects.filter(Exists(later), state__in=("issuing", "issued"))


@integrity_rule(
    "papers.old_draft",
    _("Dự thảo giấy để hơn sáu tháng"),
    explanation=_("Dự thảo giữ nội dung hồ sơ của ngày lập; để lâu thì che mất rằng hồ sơ chưa có giấy."),
    remedy=_("Mở dự thảo: cấp số, lấy lại nội dung từ hồ sơ, hoặc bỏ dự thảo."),
    level=IntegrityLevel.WARNING,
)
def old_draft(now: Moment) -> QuerySet[Paper]:
    return Paper.objects.filter(state="draft", created_at__lt=now.at - timedelta(days=183))
