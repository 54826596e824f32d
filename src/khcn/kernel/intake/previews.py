"""What the page of an open file shows: its plan, made now or in the background, or how far the work is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.intake.models import StoredPlan
from khcn.kernel.intake.plans.batch_plans import prepare_batch
from khcn.kernel.intake.plans.plan_making import STEPS
from khcn.kernel.intake.plans.shown_plan import shown_parts
from khcn.kernel.intake.plans.stored_plans import (
    is_outdated,
    is_planned_in_background,
    plan_of_reader,
    problems_of,
    read_plan,
)
from khcn.kernel.refusals.shown_content import shown_content_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import ImportPlan, ImportProblem
    from khcn.kernel.intake.models import Batch


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a long file is. ``asked_at`` is ``None`` where nobody has asked for it."""

    text: str
    step: int = 0
    steps: int = STEPS
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan of a file with the digests of what it shows, or instead of it how far the work is or why the file was refused.

    ``is_outdated``: something that a stored plan was made from has changed since.
    """

    plan: ImportPlan | None = None
    shown: str = ""
    progress: Progress | None = None
    refused: Sequence[ImportProblem] = ()
    is_outdated: bool = False


def preview_of(batch: Batch, actor: Actor, on: date) -> Preview:
    """What the page shows to this reader. Raises :class:`~.import_plan.FileChanged`."""
    if not is_planned_in_background(batch.size, actor):
        plan = prepare_batch(batch, actor, on).plan
        return Preview(plan, shown_content_text(shown_parts(plan, taken_over=batch.taken_over)))
    stored = plan_of_reader(batch, actor)
    if stored is None:
        return Preview(progress=Progress(_("Tệp dài, chưa được đọc cho tài khoản của bạn.")))
    if stored.state == StoredPlan.DONE:
        plan, shown = read_plan(stored)
        return Preview(plan, shown, is_outdated=is_outdated(stored, batch, actor, on))
    if stored.state == StoredPlan.REFUSED:
        return Preview(refused=problems_of(stored))
    return Preview(progress=Progress(_steps()[stored.step], stored.step, asked_at=stored.asked_at))


def plan_for_answers(batch: Batch, actor: Actor, on: date) -> ImportPlan:
    """The plan that somebody answers the questions of. Raises :class:`~.import_plan.IntakeRefused` while there is none."""
    plan = preview_of(batch, actor, on).plan
    if plan is None:
        raise IntakeRefused(_("Tệp đang được đọc. Đợi bản xem trước rồi làm lại."))
    return plan


def _steps() -> list[str]:
    return [
        _("Đang đợi đến lượt"),
        _("Đang mở tệp"),
        _("Đang tìm bản ghi trong sổ"),
        _("Đang kiểm tra từng dòng"),
        _("Đang lưu bản xem trước"),
    ]
