"""What the public says of a label is written down for the department and for the producer of the lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.goods.models import LabelFeedback, Lot
from khcn.goods.queries.published import spoken_for
from khcn.kernel.public_requests import receive_once

if TYPE_CHECKING:
    from datetime import date

    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.kernel.actors import Actor

MOST_OF_A_DAY: Final = 500
LONGEST: Final = 300


def receive_feedback(
    *, link: DigitalLink, label: str, kind: str, content: str, actor: Actor, on: date
) -> LabelFeedback:
    """Write down what somebody without an account says of a label. The same sent twice is one.

    Raises :class:`~khcn.kernel.refusals.Refused` where as many as are received in a day have come.
    """
    of_day = LabelFeedback.objects.filter(received_on=on)
    return receive_once(
        LabelFeedback(lot=spoken_for(Lot.objects.labelled(link)).first()),
        prefix="PA",
        typed={"label": label, "kind": kind, "content": content},
        of_day=of_day,
        unanswered=of_day.filter(handled_on__isnull=True),
        most=MOST_OF_A_DAY,
        actor=actor,
        on=on,
    )
