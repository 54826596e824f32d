"""What somebody without an account has sent becomes one record, with the code of a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record

_Request = TypeVar("_Request", bound="Record")
_LEGIBLE: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def receive_once(
    record: _Request,
    *,
    prefix: str,
    typed: Mapping[str, Any],
    of_day: QuerySet[_Request],
    unanswered: QuerySet[_Request],
    most: int,
    actor: Actor,
    on: date,
) -> _Request:
    """Store a record of a model with ``code`` and ``received_on``, and give it.

    The same sent twice (a button pressed again, a page loaded again) is one: the first, as long as it is ``unanswered``.

    Args:
        record: new, without these values and what was sent.
        prefix: with which the code of the receipt begins.
        typed: what was sent, by field.
        of_day: what strangers have sent on this day.
        unanswered: those of it that nobody has answered.
        most: so many are received in a day.
        actor: the program: strangers write no record.
        on: the day.

    Raises:
        Refused: ``most`` have come on this day.
    """
    with transaction.atomic(), acting(actor, on=on):
        wait_for_turn(f"requests of the public {prefix}")  # the same sent twice at once is one
        if (sent_before := unanswered.filter(**typed).first()) is not None:
            return sent_before
        if of_day.count() >= most:
            raise Refused(
                _(
                    "Hôm nay Sở đã nhận quá nhiều yêu cầu qua trang này. Hãy gọi điện, hoặc gửi lại vào ngày mai."
                ),
                code="too_many",
            )
        values = {"code": _receipt_code(prefix, on), "received_on": on, **typed}
        for name, value in values.items():
            setattr(record, name, value)
        record.full_clean()
        record.save()
    return record


def _receipt_code(prefix: str, on: date) -> str:
    """Without letters and digits that are read for one another; nobody tells from one how many others there are."""
    return f"{prefix}-{on:%y%m%d}-{get_random_string(6, _LEGIBLE)}"
