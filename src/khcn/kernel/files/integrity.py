"""What must be so of stored files: each row has its file, and each file its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.files.storage import default_storage
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.storage import place_of
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

FROM_BACKUP: Final = _(
    "Lấy lại tệp từ bản sao lưu gần nhất (khcn backup --verify, khcn restore vào nơi khác), và xem đĩa có hỏng không."
)


_FOLDER: Final = place_of("").rstrip("/")


def _names_on_disk() -> set[str]:
    """Every file in the folder; what is only being written begins with a dot."""
    try:
        return {name for name in default_storage.listdir(_FOLDER)[1] if not name.startswith(".")}
    except FileNotFoundError:  # nothing was ever stored
        return set()


@integrity_rule(
    "files.missing",
    _("Tệp đã lưu không còn trên đĩa, hoặc khác dung lượng"),
    explanation=_("Mỗi tệp đính kèm, mỗi giấy đã in nằm trên đĩa; mất tệp thì không tải về được nữa."),
    remedy=FROM_BACKUP,
)
def missing(_now: Moment) -> Iterator[str]:
    there = _names_on_disk()
    for sha256, size in (
        StoredFile.objects.order_by("pk").values_list("sha256", "size").iterator(chunk_size=2000)
    ):
        if sha256 not in there or default_storage.size(place_of(sha256)) != size:
            yield gettext("tệp %(name)s, %(size)d byte") % {"name": sha256, "size": size}


@integrity_rule(
    "files.other_place",
    _("Dòng của tệp chỉ tới tệp khác"),
    explanation=_(
        "Tệp nằm dưới tên là mã băm của nó; dòng chỉ tới tên khác thì người tải nhận được tệp của người khác."
    ),
    remedy=_(
        "Đây là dữ liệu bị ghi ngoài chương trình: giữ nguyên máy chủ, xem nhật ký và báo người bảo trì phần mềm."
    ),
)
def other_place(_now: Moment) -> QuerySet[StoredFile]:
    place = Concat(Value(place_of("")), F("sha256"))
    return StoredFile.objects.alias(_place=place).exclude(content=F("_place"))


@integrity_rule(
    "files.without_row",
    _("Tệp trên đĩa mà cơ sở dữ liệu không biết"),
    explanation=_(
        "Còn lại khi chương trình bị ngắt giữa chừng, hoặc có người chép vào; tệp chiếm chỗ và không ai mở được."
    ),
    remedy=_(
        "Vài tệp thì không sao: lần tải lên sau của cùng tệp sẽ dùng lại. Nhiều tệp thì báo người bảo trì phần mềm."
    ),
    level=IntegrityLevel.WARNING,
)
def without_row(_now: Moment) -> Iterator[str]:
    known = set(StoredFile.objects.values_list("sha256", flat=True).iterator(chunk_size=2000))
    yield from sorted(_names_on_disk() - known)
