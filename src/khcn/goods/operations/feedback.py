"""What the public says of a label is written down for the department and for the producer of the lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from khcn.goods.models import LabelFeedback, Lot
from khcn.goods.rules import shortest_gtin
from khcn.kernel.actors import acting
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from datetime import date

    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.kernel.actors import Actor

MOST_OF_A_DAY: Final = 500
LONGEST: Final = 300
_LEGIBLE: Final = "ACDEFHJKLMNPQRTUVWXY34679"


def receive_feedback(
    *, link: DigitalLink, label: str, kind: str, content: str, actor: Actor, on: date
) -> LabelFeedback:
    """Write down what somebody without an account says of a label. The same sent twice is one.

    Raises :class:`Refused` where more came in a day than anybody could read.
    """
    with transaction.atomic(), acting(actor, on=on):
        given = {"label": label, "kind": kind, "content": content}
        of_day = LabelFeedback.objects.filter(received_on=on)
        if (sent_before := of_day.filter(handled_on__isnull=True, **given).first()) is not None:
            return sent_before
        if of_day.count() >= MOST_OF_A_DAY:
            raise Refused(
                _("Hôm nay đã nhận quá nhiều phản ánh. Hãy gọi Sở, hoặc gửi lại ngày mai."), code="too_many"
            )
        record = LabelFeedback(
            code=f"PA-{on:%y%m%d}-{get_random_string(6, _LEGIBLE)}", lot=_lot(link), received_on=on, **given
        )
        record.full_clean()
        record.save()
    return record


def _lot(link: DigitalLink) -> Lot | None:
    number = next((each.value for each in link.qualifiers if each.ai == "10"), None)
    if link.key.ai != "01" or number is None:
        return None
    return Lot.objects.filter(item__gtin=shortest_gtin(link.key.value), number=number).first()
