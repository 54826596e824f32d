"""The rule that reads the stored texts of master data, and compares with them what is stored beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.epcis.store import thing_of
from khcn.kernel.integrity_rules import Moment, integrity_rule
from khcn.trace.integrity.events import FROM_BACKUP
from khcn.trace.integrity.rows_by_batch import UNREADABLE, rows_named_twice
from khcn.trace.models import MasterRecord
from khcn.trace.store.encoding.stored_texts import vocabularies_of
from khcn.trace.store.master_data import hash_of_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@integrity_rule(
    "trace.master_body",
    _("Dữ liệu mô tả khác với mã băm hoặc mã hàng của nó"),
    explanation=_(
        "Tên sản phẩm, địa điểm trên trang tra cứu lấy từ nội dung này; mã băm ghi lúc nhận, không khớp là nội dung đã bị sửa sau đó."
    ),
    remedy=FROM_BACKUP,
    is_slow=True,
)
def master_body(_now: Moment) -> Iterable[str]:
    for record in rows_named_twice(MasterRecord, _with_another_body):
        yield gettext("Dữ liệu mô tả số %(number)s, về %(thing)s") % {
            "number": record.pk,
            "thing": record.thing[:100],
        }


def _with_another_body(records: Sequence[MasterRecord]) -> set[int]:
    return {each.pk for each in records if not _is_as_sent(each)}


def _is_as_sent(record: MasterRecord) -> bool:
    if bytes(record.body_hash) != hash_of_body(record.body):
        return False
    try:
        [vocabulary] = vocabularies_of(record.body)
        [element] = vocabulary.elements
    except UNREADABLE:
        return False
    return (record.vocabulary, record.thing) == (vocabulary.type, thing_of(element.id))
