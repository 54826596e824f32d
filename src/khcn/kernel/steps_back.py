"""A step that was entered on the wrong record: it is taken back, with what it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import may_act
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.papers.numbers_of_records import refuse_number_of_paper
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Workflow


def refuse_unless_may(who: Predicate, record: Any, actor: Actor) -> None:
    """Raise ``NotPermitted`` for an account that does not take the steps of the record."""
    if not may_act(who, register_of(type(record)), actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted")


def take_back_step(
    flow: Workflow,
    record: Any,
    name: str,
    columns: Sequence[str],
    *,
    numbers: Sequence[str],
    reason: str,
    actor: Actor,
    on: date,
) -> None:
    """Fire the step ``name`` that leads back and empty the columns that the step had written. The record is marked for ever.

    Raises ``Refused`` where a paper of this system gave one of the ``numbers`` among them, whose withdrawal takes such a step back,
    and when a frozen report counts it.
    """
    for number in (each for each in columns if each in numbers):
        refuse_number_of_paper(record, getattr(record, number))
    texts = (models.CharField, models.TextField)
    with correcting(actor, reason), refuse_contradicting_what_was_signed([record]):
        fire(flow, record, name, actor=actor, on=on, note=reason)
        for each in columns:
            setattr(record, each, "" if isinstance(record._meta.get_field(each), texts) else None)
        record.corrected = True
        record.full_clean(exclude={"state"})
        record.save()
