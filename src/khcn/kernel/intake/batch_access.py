"""Which files of the import a page may show to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.fields.kinds.identity_number import has_identity_numbers
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.workflow import may_read_plan
from khcn.kernel.registers.registry import registers

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.ui.http import Request


def is_own(batch: Batch, actor: Actor) -> bool:
    """Did the actor send it?"""
    return batch.uploaded_by_id is not None and batch.uploaded_by_id == actor.user_id


def batch_or_404(request: Request, pk: int) -> Batch:
    """A file whose rows this person may read where they go: in its registers, with the names that the rows refer to by.

    Who sent it may be shown no names of some of these: the preview has only what the cells say, and what was written is named as far as
    the actor may see it.
    """
    batch: Batch = get_object_or_404(Batch.objects.visible_to(request.actor), pk=pk)
    sent_it = is_own(batch, request.actor)
    goes_to = {sheet["register"] for sheet in batch.counts}
    for register in registers():
        if register.name in goes_to:
            deny_unless(register.may("read", request.actor))
            deny_unless(sent_it or not register.seen_by(request.actor).closed)
    return batch


def is_plan_shown(batch: Batch, actor: Actor) -> bool:
    """Is what an open file would write shown? To the sender always; to others who may write in each register that it goes to.

    A plan is made with the rights of the person who reads it: for others it would say that the file is wrong.
    """
    if is_own(batch, actor):
        return True
    goes_to = {(sheet["register"], sheet.get("do", "")) for sheet in batch.counts}
    return bool(may_read_plan.test(actor, batch)) and not any(
        (kind.register.name, kind.action.name if kind.action else "") in goes_to
        and not (kind.may_write(actor) or (kind.action is None and kind.register.may("change", actor)))
        for kind in sheet_kinds()
    )


def may_take_file(batch: Batch, actor: Actor) -> bool:
    """In the file numbers of people stand whole that everything else masks: only who sent it and who may see these has it again.

    A file that goes to no register, or to none yet, may be a list of such numbers: it is asked about as one.
    """
    if is_own(batch, actor):
        return True
    goes_to = {sheet["register"] for sheet in batch.counts}
    return all(
        register.whole_numbers is not None and register.whole_numbers.test(actor, None)
        for register in registers()
        if (not goes_to or register.name in goes_to) and has_identity_numbers(register.model)
    )
