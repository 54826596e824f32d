"""What steps write, and how the last one is taken back or corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import may_act
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_contradicting_what_was_signed
from khcn.kernel.actors import acting
from khcn.kernel.papers.models import Paper
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire
from khcn.office import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.workflow import Workflow


def refuse_stranger(record: Any, actor: Actor) -> None:
    """Raise ``NotPermitted`` for who may not change the record."""
    if not may_act(rules.office_staff, register_of(type(record)), actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện bước này."), code="not_permitted")


def refuse_before(day: date, name: str, earlier: date | None) -> None:
    """Raise ``Refused`` for a day before one that has to come first."""
    if earlier is not None and day < earlier:
        text = _("Ngày này đứng trước ngày %(day)s của việc trước đó. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(earlier)}, name, code="order")


def write_step(record: Any, *, actor: Actor, reason: str = "", **values: Any) -> None:
    """Write what a step says of the record."""
    with transaction.atomic(), acting(actor, reason):
        for name, value in values.items():
            setattr(record, name, value)
        record.full_clean(exclude={"state"})
        record.save()


def opened_records(model: type[Model], keys: Collection[int]) -> set[int]:
    """Those of the records that the draft of a replacement or withdrawal of their paper in force has opened for changes."""
    drafts = Paper.objects.filter(Q(replaces=OuterRef("pk")) | Q(withdraws=OuterRef("pk")), state="draft")
    papers = Paper.objects.in_force_for(model).filter(Exists(drafts), object_id__in=list(keys))
    return set(papers.values_list("object_id", flat=True))


def refuse_number_of_paper(record: Any, number: str) -> None:
    """Raise ``Refused`` where a paper of this system in force gave the number."""
    papers = Paper.objects.in_force_for(type(record)).filter(object_id=record.pk).select_related("number")
    if any(each.number_text == number for each in papers):
        text = _(
            "Số và ngày này do văn bản lập trong hệ thống cấp. Mở văn bản, bấm “Thay thế” hoặc “Thu hồi”."
        )
        raise Refused(text, code="of_paper")


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
