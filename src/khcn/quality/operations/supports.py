"""The support of a party with traceability, from its contract to the publication of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.numbers import format_number
from khcn.quality.models import TraceabilitySupport
from khcn.quality.queries.supports import ELEMENTS_RULE
from khcn.quality.workflow import REGISTERED, SUPPORT_FLOW
from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.parties.models import Organisation

_DAYS: Final = (
    "registered_on", "contracted_on", "surveyed_on", "entered_on", "trained_on", "published_on", "stopped_on",
)  # fmt: skip


class SupportWriter(PastDayWriter):
    """A party has asked for support; once something was done for it, that stays."""

    def __init__(self) -> None:
        """It has registered."""
        super().__init__("registered_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one for which nothing has been done is deleted."""
        if record.state != REGISTERED:
            state = SUPPORT_FLOW.by_value[record.state]
            raise Refused(
                _("Trường hợp hỗ trợ ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="begun",
            )


def begun_supports(keys: Collection[int]) -> set[int]:
    """Those of the cases in which something has been done."""
    found = TraceabilitySupport.objects.filter(pk__in=list(keys)).exclude(state=REGISTERED)
    return set(found.values_list("pk", flat=True))


def _step(
    support: TraceabilitySupport, name: str, day: date, *, actor: Actor, on: date, **values: Any
) -> None:
    refuse_out_of_order(support, _DAYS, name, day, on)
    values[name] = day
    write_step(support, actor=actor, **values)


def sign_contract(
    *,
    support: TraceabilitySupport,
    contracted_on: date,
    consultant: Organisation,
    actor: Actor,
    on: date,
    contract_number: str = "",
) -> TraceabilitySupport:
    """A consultant is engaged for the party. Raises ``Refused`` for a day out of order."""
    values = {"consultant": consultant, "contract_number": contract_number.strip()}
    _step(support, "contracted_on", contracted_on, actor=actor, on=on, **values)
    return support


def survey(*, support: TraceabilitySupport, surveyed_on: date, actor: Actor, on: date) -> TraceabilitySupport:
    """The consultant has seen what the party does. Raises ``Refused`` for a day out of order."""
    _step(support, "surveyed_on", surveyed_on, actor=actor, on=on)
    return support


def enter_data(
    *, support: TraceabilitySupport, entered_on: date, data_elements: int, actor: Actor, on: date
) -> TraceabilitySupport:
    """The party's data are in the system. Raises ``Refused`` for a day out of order, and for more groups of data than there are."""
    _elements_asked(data_elements, entered_on)
    _step(support, "entered_on", entered_on, actor=actor, on=on, data_elements=data_elements)
    return support


def train(*, support: TraceabilitySupport, trained_on: date, actor: Actor, on: date) -> TraceabilitySupport:
    """The party can go on by itself. Raises ``Refused`` for a day out of order."""
    _step(support, "trained_on", trained_on, actor=actor, on=on)
    return support


def publish(
    *,
    support: TraceabilitySupport,
    published_on: date,
    actor: Actor,
    on: date,
    data_elements: int | None = None,
) -> TraceabilitySupport:
    """The data are public. ``data_elements``: groups of data that are complete now; None for as many as there were.

    Raises ``Refused`` for a day out of order, and for fewer or more groups of data than the rule of the day asks.
    """
    complete = support.data_elements or 0 if data_elements is None else data_elements
    asked = _elements_asked(complete, published_on)
    if asked is not None and complete < asked:
        text = _("Dữ liệu mới đủ %(count)s nhóm, quy định là %(asked)s. Bổ sung dữ liệu rồi công bố.") % {
            "count": format_number(complete),
            "asked": format_number(asked),
        }
        raise Refused.about(text, "data_elements", code="elements")
    _step(support, "published_on", published_on, actor=actor, on=on, data_elements=complete)
    return support


def _elements_asked(complete: int, day: date) -> int | None:
    """How many groups of data the rule of a day asks for, None where it has none. Raises ``Refused`` where more are complete."""
    rule = RuleParameter.objects.in_force(ELEMENTS_RULE, on=day)
    if rule is None:
        return None
    if complete > rule.value:
        text = _("Quy định có %(asked)s nhóm dữ liệu truy xuất. Hãy xem lại số nhóm đã đủ.") % {
            "asked": format_number(rule.value)
        }
        raise Refused.about(text, "data_elements", code="elements")
    return rule.value


def stop(
    *, support: TraceabilitySupport, stopped_on: date, reason: str, actor: Actor, on: date
) -> TraceabilitySupport:
    """The support ends early, with the reason. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(support, _DAYS, "stopped_on", stopped_on, on)
    write_step(support, actor=actor, reason=reason, stopped_on=stopped_on, stopping_reason=reason.strip())
    return support
