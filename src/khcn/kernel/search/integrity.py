"""What must be so of the search table: each record has its entry, and each entry its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import Moment, integrity_rule
from khcn.kernel.search.declarations import all_declared
from khcn.kernel.search.models import SearchEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

REBUILT: Final = _(
    "Việc đối chiếu bảng tra cứu hằng đêm tự sửa; chạy khcn rebuild_search để sửa ngay. Hôm sau vẫn còn thì báo người bảo trì."
)


@integrity_rule(
    "search.record_not_found",
    _("Bản ghi không có trong bảng tra cứu"),
    explanation=_("Ô tìm kiếm không thấy bản ghi này, nên người nhập tưởng chưa có và nhập lại lần nữa."),
    remedy=REBUILT,
)
def record_not_found(_now: Moment) -> Iterator[str]:
    for searched in all_declared():
        key = OuterRef("pk") + Value(searched.first, output_field=BigIntegerField())
        records: QuerySet[Any] = searched.model._base_manager.filter(
            ~Exists(SearchEntry.objects.filter(pk=key))
        )
        for pk in records.order_by("pk").values_list("pk", flat=True):
            yield f"{searched.model._meta.verbose_name} #{pk}"


@integrity_rule(
    "search.entry_without_record",
    _("Mục tra cứu của bản ghi không còn"),
    explanation=_("Kết quả tìm kiếm dẫn đến trang không có."),
    remedy=REBUILT,
)
def entry_without_record(_now: Moment) -> QuerySet[SearchEntry]:
    numbers, gone = [], Q(pk__in=())
    for searched in all_declared():
        numbers.append(searched.number)
        record = searched.model._base_manager.filter(pk=OuterRef("object_id"))
        gone |= Q(~Exists(record), model=searched.number)
    return SearchEntry.objects.filter(gone | ~Q(model__in=numbers))


@integrity_rule(
    "search.entry_key",
    _("Mục tra cứu đứng sai chỗ"),
    explanation=_(
        "Số của mục suy từ loại bản ghi và số bản ghi; sai thì mục không bao giờ được cập nhật theo bản ghi."
    ),
    remedy=REBUILT,
    implies=("search.record_not_found",),
)
def entry_key(_now: Moment) -> QuerySet[SearchEntry]:
    right = Q(pk__in=())
    for searched in all_declared():
        right |= Q(
            model=searched.number, pk=F("object_id") + Value(searched.first, output_field=BigIntegerField())
        )
    known = [each.number for each in all_declared()]
    return SearchEntry.objects.filter(~right, model__in=known)
