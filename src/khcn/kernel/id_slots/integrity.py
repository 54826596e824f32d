"""What must be so of the numbers that the database gives to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.id_slots.models import IdSlot
from khcn.kernel.id_slots.sequences import stored_slot, stray_sequences
from khcn.kernel.integrity_rules import Moment, integrity_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

MIGRATE: Final = _(
    "Ở máy chủ: sao lưu, chạy khcn migrate (sửa bước nhảy của mọi dãy số), rồi chạy lại khcn check-data."
)


@integrity_rule(
    "id_slots.one_slot",
    _("Cơ sở dữ liệu không có đúng một số kho"),
    explanation=_(
        "Số kho quyết định số của mọi bản ghi mới; thiếu hoặc có hai thì số có thể trùng với kho của tỉnh khác."
    ),
    remedy=MIGRATE,
    database="postgresql",
)
def one_slot(_now: Moment) -> Iterator[str]:
    count = IdSlot.objects.count()
    if count != 1:
        yield gettext("%(count)d dòng") % {"count": count}


@integrity_rule(
    "id_slots.stray_sequence",
    _("Dãy số không theo số kho"),
    explanation=_("Bản ghi mới của bảng này mang số của kho khác, nên sau này không gộp hai kho được."),
    remedy=MIGRATE,
    database="postgresql",
)
def stray_sequence(_now: Moment) -> Iterator[str]:
    slot = stored_slot()
    yield from stray_sequences(slot) if slot is not None else ()


@integrity_rule(
    "id_slots.sequence_behind",
    _("Dãy số đứng sau số lớn nhất của bảng"),
    explanation=_(
        "Số tiếp theo đã có bản ghi mang: lần thêm bản ghi tới của bảng này sẽ hỏng. Thường do chép dữ liệu vào ngoài chương trình."
    ),
    remedy=_("Ở máy chủ: đặt lại dãy số của bảng (setval) sau số lớn nhất, hoặc báo người bảo trì phần mềm."),
    database="postgresql",
)
def sequence_behind(_now: Moment) -> Iterator[str]:
    # A sequence that has given no number is that of a table whose keys the program gives.
    asked: list[str] = []
    values: list[Any] = []
    quote = connection.ops.quote_name
    for model in apps.get_models():
        key = model._meta.auto_field
        if key is None or not model._meta.managed or model._meta.proxy:
            continue
        table, column = model._meta.db_table, str(key.column)
        asked.append(
            f"SELECT %s::text, coalesce(max({quote(column)}), 0)::bigint, "  # noqa: S608 -- names of our own models
            f"pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass) FROM {quote(table)}"
        )
        values += [table, quote(table), column]
    statement = f"SELECT * FROM ({' UNION ALL '.join(asked)}) AS t (name, last, given) WHERE given < last"  # noqa: S608 -- the same
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for name, last, given in cursor.fetchall():
            yield f"{name}: {given} < {last}"
