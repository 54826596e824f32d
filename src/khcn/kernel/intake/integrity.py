"""What must be so of imported workbooks, and what no constraint refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.workflow import BATCH
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.workflow.query_expressions import records_beside_their_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

WRITTEN_OUTSIDE: Final = _(
    "Đây là dữ liệu bị ghi ngoài chương trình: mở tệp ở trang Nhập liệu từ Excel, xem nhật ký và báo người bảo trì."
)


@integrity_rule(
    "intake.steps",
    _("Trạng thái của tệp nhập khác bước xử lý cuối cùng"),
    explanation=_("Trạng thái đang lưu phải là nơi bước xử lý cuối cùng dẫn đến."),
    remedy=WRITTEN_OUTSIDE,
    page="import-list",
)
def steps(_now: Moment) -> QuerySet[Batch]:
    return records_beside_their_steps(BATCH, Batch.objects.all())


@integrity_rule(
    "intake.days",
    _("Tệp đã ghi vào sổ hoặc đã hoàn tác mà không có ngày, hoặc ngược lại"),
    explanation=_("Ngày ghi và ngày hoàn tác đi cùng trạng thái; thiếu thì không hoàn tác được tệp."),
    remedy=WRITTEN_OUTSIDE,
    page="import-list",
)
def days(_now: Moment) -> QuerySet[Batch]:
    written = Q(state__in=("committed", "undone"))
    return Batch.objects.filter(
        (written & Q(committed_on__isnull=True))
        | (~written & Q(committed_on__isnull=False))
        | (Q(state="undone") & Q(undone_on__isnull=True))
        | (~Q(state="undone") & Q(undone_on__isnull=False))
    )


@integrity_rule(
    "intake.nothing_in_log",
    _("Tệp đã ghi vào sổ mà nhật ký không có lượt ghi nào của nó"),
    explanation=_(
        "Mọi bản ghi của tệp nằm trong nhật ký dưới một mã; mất mã thì không hoàn tác và không biết tệp đã ghi gì."
    ),
    remedy=WRITTEN_OUTSIDE,
    page="import-list",
)
def nothing_in_log(_now: Moment) -> QuerySet[Batch]:
    entries = ChangeEntry.objects.filter(batch=OuterRef("act"))
    return Batch.objects.filter(~Exists(entries), state="committed", act__isnull=False)


@integrity_rule(
    "intake.file_missing",
    _("Tệp nhập dữ liệu không còn trên đĩa"),
    explanation=_(
        "Tệp gốc giữ để đối chiếu và hoàn tác; mất tệp thì không xem lại được người gửi đã gửi gì."
    ),
    remedy=_("Lấy lại tệp từ bản sao lưu gần nhất; tệp chưa ghi vào sổ thì hủy và tải lên lại."),
    page="import-list",
)
def file_missing(_now: Moment) -> Iterator[str]:
    for pk, name, place in (
        Batch.objects.order_by("pk").values_list("pk", "name", "file").iterator(chunk_size=500)
    ):
        if not default_storage.exists(place):
            yield gettext("%(name)s (tệp số %(number)d)") % {"name": name, "number": pk}


@integrity_rule(
    "intake.waiting",
    _("Tệp nhập dữ liệu để hơn một tháng chưa ghi và chưa hủy"),
    explanation=_("Số liệu trong tệp chưa vào sổ; người gửi thường tưởng đã xong."),
    remedy=_("Mở tệp ở trang Nhập liệu từ Excel: trả lời câu hỏi rồi ghi vào sổ, hoặc hủy."),
    level=IntegrityLevel.WARNING,
    page="import-list",
)
def waiting(now: Moment) -> QuerySet[Batch]:
    return Batch.objects.open().exclude(state="committed").filter(uploaded_on__lt=now.on - timedelta(days=31))
