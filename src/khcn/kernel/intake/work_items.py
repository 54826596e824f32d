"""Workbooks that wait for somebody: questions to answer, errors to look at, rows to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.workflow import may_enter
from khcn.kernel.text.numbers import two_digits
from khcn.kernel.ui.home_cards import Card
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.http import Request

_head = has_role(Role.HEAD)
_office = has_role(Role.OFFICE)
_of_one_division = has_role(Role.OFFICER, Role.HEAD, in_some_register=True)


def intake_work(actor: Actor, on: date) -> ProvidedItems:
    """The actor's own workbooks; a head sees those of the division, the office those of all."""
    if not may_enter.test(actor, None):
        return ProvidedItems(())
    opened = Batch.objects.visible_to(actor).open()
    if _head.test(actor, Batch):
        opened = opened.filter(Q(uploaded_by_id=actor.user_id) | Q(unit_code=actor.unit_code))
    elif not _office.test(actor, Batch):
        opened = opened.filter(uploaded_by_id=actor.user_id)
    rows = list(opened.newest()[: MOST + 1])
    items = tuple(
        WorkItem(
            what=_what(batch),
            title=batch.name,
            url=reverse("import-batch", args=[batch.pk]),
            note=batch.uploaded_by_label,
            icon="file-import",
            key=f"import {batch.pk} {batch.state}",
        )
        for batch in rows[:MOST]
    )
    return ProvidedItems(items, opened.count() - MOST if len(rows) > MOST else 0)


def _what(batch: Batch) -> str:
    if batch.questions_total:
        return _("Trả lời %(count)d câu hỏi của tệp nhập") % {"count": batch.questions_total}
    if batch.problems_total:
        return _("Sửa %(count)d lỗi của tệp nhập") % {"count": batch.problems_total}
    return _("Xem trước và ghi tệp nhập vào sổ")


def workbook_cards(request: Request) -> list[Card]:
    """For the home page: files that wait to be settled, of one's own division or of all."""
    waiting = Batch.objects.visible_to(request.actor).open()
    if request.actor.unit_code and _of_one_division.test(request.actor, None):
        waiting = waiting.of_unit(request.actor.unit_code)
    count = waiting.count()
    note = _("Tệp đã tải lên, chưa ghi vào sổ.") if count else _("Không có tệp nào đang chờ.")
    return [
        Card(_("Hồ sơ nhập liệu chờ xử lý"), two_digits(count), reverse("import-list"), note, "file-import")
    ]
