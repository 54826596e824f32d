"""A step that was entered by a slip is taken back with what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.past_days import write_step

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor


def take_back_step(record: Any, *, actor: Actor, reason: str, **values: str | None) -> None:
    """Write what was before a step that was entered by a slip; the record is marked for ever. Raises ``Refused`` when a frozen report
    relies on it.
    """
    with correcting(actor, reason), refuse_correction_if_relied_on(record):
        write_step(record, actor=actor, reason=reason, corrected=True, **values)
