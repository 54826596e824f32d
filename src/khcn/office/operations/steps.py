"""What the steps of this area have in common: days in order, and how what was entered is corrected or taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Workflow


def refuse_before(day: date, name: str, earlier: date | None) -> None:
    """Raise ``Refused`` for a day before one that has to come first."""
    if earlier is not None and day < earlier:
        text = _("Ngày này đứng trước ngày %(day)s của việc trước đó. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(earlier)}, name, code="order")


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of a slip: who makes it, when and why."""

    actor: Actor
    on: date
    reason: str

    def write(self, record: Any, values: Mapping[str, Any], step: tuple[Workflow, str] | None = None) -> None:
        """Write the values, and take the step that goes back. The record is marked for ever.

        Raises ``Refused`` when a frozen report counts it otherwise.
        """
        with correcting(self.actor, self.reason), refuse_contradicting_what_was_signed([record]):
            if step is not None:
                flow, name = step
                fire(flow, record, name, actor=self.actor, on=self.on, note=self.reason)
            for name, value in values.items():
                setattr(record, name, value)
            record.corrected = True
            record.full_clean(exclude={"state"})
            record.save()
