"""Agreements of producers that data of their lots go to the national portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.goods.models import Lot, OutboxAccount, OutboxMessage
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.outbox.changes import lots_changed
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


class OutboxAccountWriter(PastDayWriter):
    """A producer that takes part agrees; from then on its published lots have messages."""

    def __init__(self) -> None:
        super().__init__("agreed_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for an organisation that does not take part in traceability."""
        account = write.record
        if write.is_new and trace_party_of(account.organisation) is None:
            text = _(
                "Tổ chức này chưa tham gia truy xuất nguồn gốc. Sở xác nhận tham gia trước rồi ghi đồng ý gửi."
            )
            raise Refused.about(text, "organisation", code="no_trace_party")

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """What is published is sent; another code of the producer changes what was sent."""
        producers = {each.record.organisation_id for each in writes}
        lots = Lot.objects.published().filter(item__organisation__in=producers, source_path="")
        lots_changed(lots.select_related("item"), on=on)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """By what something was sent stays."""
        if accounts_with_messages([record.pk]):
            raise Refused(
                _("Đã có tin gửi theo lần đồng ý này nên không xóa được. Hãy rút đồng ý."), code="sent"
            )


def accounts_with_messages(keys: Collection[int]) -> set[int]:
    """Those of some agreements whose producer has messages made since."""
    accounts = OutboxAccount.objects.filter(pk__in=keys)
    return {
        each.pk
        for each in accounts
        if OutboxMessage.objects.filter(
            organisation=each.organisation_id, made_on__gte=each.agreed_on
        ).exists()
    }
