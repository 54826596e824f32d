"""Notifications: in which order they may follow each other, by the workflow that they replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.radiation.models import RadiationDevice, RadiationNotification, RadioactiveSource
from khcn.radiation.operations.items import refuse_unless_about_one
from khcn.radiation.workflow import ITEM_FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def in_order(notifications: Sequence[RadiationNotification]) -> list[RadiationNotification]:
    """As they happened; of one day in the order of the workflow."""
    return sorted(notifications, key=lambda each: (each.happened_on, ITEM_FLOW.position(each.kind)))


def out_of_order(notifications: Sequence[RadiationNotification]) -> list[RadiationNotification]:
    """Those of one device or source that may not stand where they stand."""
    return ITEM_FLOW.replay(in_order(notifications), name_of=lambda each: each.kind)[1]


def _of_same_item(notification: RadiationNotification) -> Q:
    if notification.device_id is not None:
        return Q(device=notification.device_id)
    return Q(source=notification.source_id)


class NotificationWriter(PastDayWriter):
    """What is notified has happened, and follows what was notified before."""

    def __init__(self) -> None:
        """The days of a notification have come."""
        super().__init__("happened_on", "received_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """What is about both a device and a source, or about none."""
        refuse_unless_about_one(write.record)

    def lock(self, writes: Sequence[Write]) -> None:
        """The devices and sources, so that two notifications of one are judged one after the other."""
        locked_all(RadiationDevice, (each.record.device_id for each in writes if each.record.device_id))
        locked_all(RadioactiveSource, (each.record.source_id for each in writes if each.record.source_id))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each is seen together with all others that are written at the same time."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(each) for each, _why in wrong}
        written = {each.record.pk for each in writes if each.record.pk}
        for write in writes:
            record = write.record
            if id(write) in refused:
                continue
            others = [each.record for each in writes if _key(each.record) == _key(record)]
            if record.device_id is not None or record.source_id is not None:
                stored = RadiationNotification.objects.filter(_of_same_item(record))
                others += [each for each in stored if each.pk not in written]
            if any(each is record for each in out_of_order(others)):
                yield write, _refusal(record)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """One that later ones follow from stays."""
        rest = RadiationNotification.objects.filter(_of_same_item(record)).exclude(pk=record.pk)
        if out_of_order(list(rest)):
            raise Refused(
                _("Khai báo sau của cùng thiết bị, nguồn dựa trên khai báo này. Hãy xóa khai báo sau trước."),
                code="relied_on",
            )


def _key(notification: RadiationNotification) -> tuple[str, int]:
    """One for each device or source; one that the same file brings has no key of the database yet."""
    about = notification.device or notification.source
    return type(about).__name__, about.pk if about is not None and about.pk else id(about)


def _refusal(notification: RadiationNotification) -> Refused:
    text = _(
        "Khai báo “%(kind)s” không theo được các khai báo khác của cùng thiết bị, nguồn: đã có khai báo cùng loại, hoặc thiết bị, "
        "nguồn đã thanh lý. Hãy xem lại nội dung và ngày xảy ra."
    ) % {"kind": notification.get_kind_display()}
    return Refused.about(text, "kind", code="order")
