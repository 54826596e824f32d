"""Service orders: lines and results that agree, and what the steps bring about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from khcn.centre.models import ServiceOrder, ServiceOrderItem, ServiceResult
from khcn.centre.operations.writers import FollowingDayWriter, refuse_unless_between
from khcn.centre.workflow import CANCELLED, ORDER_FLOW, RECEIVED
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def orders_taken_further(keys: Collection[int]) -> set[int]:
    """Those of the orders with which something has been done."""
    return set(
        ServiceOrder.objects.filter(pk__in=list(keys)).exclude(state=RECEIVED).values_list("pk", flat=True)
    )


def _refuse_taken_further(order: ServiceOrder) -> None:
    if order.state != RECEIVED:
        state = ORDER_FLOW.by_value[order.state]
        raise Refused(
            _("Phiếu ở trạng thái “%(state)s” nên không sửa được các dòng nữa.") % {"state": state.label},
            code="taken_further",
        )


class ItemWriter(RowWriter):
    """Lines of an order are written while it is being worked on."""

    def lock(self, writes: Sequence[Write]) -> None:
        """The orders: none is finished meanwhile."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(ServiceOrder, (each.order_id for each in rows if each.order_id))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each row by itself; of one that is moved, the order that it leaves as well."""
        stored = [each.record.pk for each in writes if each.record.pk]
        results = ServiceResult.objects.filter(item__in=stored).values("item").order_by()
        done = dict(results.annotate(total=Sum("quantity")).values_list("item", "total"))
        left = ServiceOrder.objects.in_bulk({each.before.order_id for each in writes if each.before})
        for write in writes:
            try:
                _refuse_taken_further(write.record.order)
                if write.before:
                    _refuse_taken_further(left[write.before.order_id])
                if write.record.quantity < (made := done.get(write.record.pk, 0)):
                    text = _("Dòng này đã có kết quả %(done)d. Hãy xem lại số lượng, hoặc sửa kết quả trước.")
                    raise Refused.about(text % {"done": made}, "quantity", code="done_already")
            except Refused as why:
                yield write, why

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Of an order that is done, the lines stay."""
        _refuse_taken_further(record.order)


class ResultWriter(FollowingDayWriter):
    """Results of a line are not more than was asked for."""

    def __init__(self) -> None:
        """What was done was done after the order came in."""
        super().__init__("done_on", "item.order.received_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The orders, then the lines, so that two results of one are judged one after the other."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        items = {each.item_id for each in rows if each.item_id}
        orders = ServiceOrderItem.objects.filter(pk__in=items).values_list("order", flat=True)
        locked_all(ServiceOrder, set(orders))
        locked_all(ServiceOrderItem, items)

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """The result of an order that was cancelled; of one that is finished, a later day, less, or another line."""
        super().refuse(write, context)
        finished_on = write.record.item.order.finished_on
        if finished_on is not None and write.record.done_on > finished_on:
            text = _("Phiếu đã làm xong ngày %(day)s. Hãy xem lại ngày.") % {"day": format_date(finished_on)}
            raise Refused.about(text, "done_on", code="after_finish")
        if write.before and write.changed & {"item", "quantity"}:
            finished = write.before.item.order.finished_on is not None
            if finished and ("item" in write.changed or write.record.quantity < write.before.quantity):
                text = _("Phiếu đã làm xong nên kết quả của dòng không giảm, không chuyển sang dòng khác.")
                raise Refused.about(text, "quantity", code="finished")
        if write.record.item.order.state == CANCELLED:
            raise Refused.about(_("Phiếu yêu cầu đã hủy."), "item", code="cancelled")

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each is seen together with all others of its line."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(write) for write, _why in wrong}
        written = [each.record.pk for each in writes if each.record.pk]
        items = {each.record.item_id for each in writes if each.record.item_id}
        stored = (
            ServiceResult.objects.filter(item__in=items).exclude(pk__in=written).values("item").order_by()
        )
        done: defaultdict[Any, int] = defaultdict(int)
        done.update(stored.annotate(total=Sum("quantity")).values_list("item", "total"))
        for write in writes:
            item = write.record.item
            key = item.pk or id(item)
            done[key] += write.record.quantity
            if id(write) not in refused and done[key] > item.quantity:
                text = _(
                    "Phiếu yêu cầu %(asked)d, đã làm %(done)d. Hãy xem lại số lượng, hoặc sửa dòng của phiếu."
                )
                words = {"asked": item.quantity, "done": done[key]}
                yield write, Refused.about(text % words, "quantity", code="too_many")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Of an order that is done, the results stay."""
        _refuse_taken_further(record.item.order)


def _not_done(order: ServiceOrder) -> ServiceOrderItem | None:
    """The first line of which less was done than asked for."""
    done = order.items.annotate(done=Coalesce(Sum("results__quantity"), 0))
    return done.filter(done__lt=F("quantity")).order_by("ordinal").first()


def finish_order(*, order: ServiceOrder, finished_on: date, actor: Actor, on: date) -> ServiceOrder:
    """All lines of the order are done. Raises ``Refused`` for one of which some is missing, and for a day out of order."""
    if not order.items.exists():
        raise Refused(_("Phiếu chưa có dòng nào. Ghi đối tượng, số lượng rồi ghi đã làm xong."), code="empty")
    if (item := _not_done(order)) is not None:
        text = _(
            "Dòng %(ordinal)d chưa đủ kết quả: %(item)s. Ghi kết quả dịch vụ, hoặc sửa số lượng yêu cầu."
        )
        raise Refused(text % {"ordinal": item.ordinal, "item": item}, code="not_done")
    days = (
        ServiceResult.objects.filter(item__order=order).order_by("-done_on").values_list("done_on", flat=True)
    )
    refuse_unless_between("finished_on", finished_on, max(order.received_on, days[0]), on)
    with transaction.atomic(), acting(actor):
        order.finished_on = finished_on
        order.save()
    return order


def hand_over_order(*, order: ServiceOrder, returned_on: date, actor: Actor, on: date) -> ServiceOrder:
    """The customer has the instruments and certificates back. Raises ``Refused`` for a day out of order."""
    refuse_unless_between("returned_on", returned_on, order.finished_on or order.received_on, on)
    with transaction.atomic(), acting(actor):
        order.returned_on = returned_on
        order.save()
    return order
