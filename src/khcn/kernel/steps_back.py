"""Slips on record: corrected, or taken back with what the step wrote that was entered on the wrong record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import may_act
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.papers.numbers_of_records import refuse_number_of_paper
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Workflow


def refuse_unless_may(who: Predicate, record: Any, actor: Actor) -> None:
    """Raise ``NotPermitted`` for an account that does not take the steps of the record."""
    if not may_act(who, register_of(type(record)), actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted")


def write_correction(
    record: Any,
    values: Mapping[str, Any],
    *,
    reason: str,
    actor: Actor,
    on: date,
    step: tuple[Workflow, str] | None = None,
) -> None:
    """Write what a slip had wrong, after the ``step`` that leads back where there is one. The record is marked for ever.

    Raises ``Refused`` when a frozen report counts it otherwise.
    """
    with correcting(actor, reason), refuse_contradicting_what_was_signed([record]):
        if step is not None:
            flow, name = step
            fire(flow, record, name, actor=actor, on=on, note=reason)
        for column, value in values.items():
            setattr(record, column, value)
        record.corrected = True
        record.full_clean(exclude={"state"})
        record.save()


def take_back_step(
    flow: Workflow,
    record: Any,
    step: tuple[str, Sequence[str]] | None,
    *,
    why_not: str,
    numbers: Sequence[str],
    reason: str,
    actor: Actor,
    on: date,
) -> None:
    """Fire the step that leads back, and empty the columns that the last step of the record had written. The record is marked for ever.

    ``step``: its name and these columns, None where no step was taken. Raises ``Refused`` where there is no step or ``why_not`` says
    why it stays, where a paper of this system gave one of the ``numbers`` among the columns, whose withdrawal takes such a step back,
    and when a frozen report counts it.
    """
    if step is None or why_not:
        raise Refused(why_not or _("Chưa có bước nào được ghi."), code="no_step")
    name, columns = step
    for number in (each for each in columns if each in numbers):
        refuse_number_of_paper(record, getattr(record, number))
    texts = (models.CharField, models.TextField)
    empty = {each: "" if isinstance(record._meta.get_field(each), texts) else None for each in columns}
    write_correction(record, empty, reason=reason, actor=actor, on=on, step=(flow, name))
