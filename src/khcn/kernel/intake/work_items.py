"""Workbooks that wait for somebody: questions to answer, errors to look at, rows to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role
from khcn.kernel.intake.batch_access import is_plan_shown
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.workflow import may_enter
from khcn.kernel.text.numbers import two_digits
from khcn.kernel.ui.home_cards import Card
from khcn.kernel.ui.work_items import MOST, ProvidedItems, WorkItem

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.http import Request

LOOKED_AT: Final = 500
"""Of so many open files, the newest, it is found out whether they are the actor's work."""

_head = has_role(Role.HEAD)
_office = has_role(Role.OFFICE)
_of_one_division = has_role(Role.OFFICER, Role.HEAD, in_some_register=True)


def intake_work(actor: Actor, on: date) -> ProvidedItems:
    """The actor's own workbooks; a head sees those of the division too, the office those of all that it may write."""
    if not may_enter.test(actor, None):
        return ProvidedItems(())
    opened = Batch.objects.visible_to(actor).open().files()
    if _head.test(actor, Batch):
        opened = opened.filter(Q(uploaded_by_id=actor.user_id) | Q(unit_code=actor.unit_code))
    elif not _office.test(actor, Batch):
        opened = opened.filter(uploaded_by_id=actor.user_id)
    # a file of another division is work for who may write it: for others its page shows nothing that could be settled
    rows = [each for each in opened.newest()[:LOOKED_AT] if is_plan_shown(each, actor)]
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
    return ProvidedItems(items, max(len(rows) - MOST, 0))


def _what(batch: Batch) -> str:
    if batch.questions_total:
        return _("Trả lời %(count)d câu hỏi của tệp nhập") % {"count": batch.questions_total}
    if batch.problems_total:
        return _("Sửa %(count)d lỗi của tệp nhập") % {"count": batch.problems_total}
    return _("Xem trước và ghi tệp nhập vào sổ")


def workbook_cards(request: Request) -> list[Card]:
    """For the home page: files that wait to be settled, of one's own division or of all."""
    waiting = Batch.objects.visible_to(request.actor).open().files()
    if request.actor.unit_code and _of_one_division.test(request.actor, None):
        waiting = waiting.of_unit(request.actor.unit_code)
    count = waiting.count()
    note = _("Tệp đã tải lên, chưa ghi vào sổ.") if count else _("Không có tệp nào đang chờ.")
    return [
        Card(_("Hồ sơ nhập liệu chờ xử lý"), two_digits(count), reverse("import-list"), note, "file-import")
    ]
