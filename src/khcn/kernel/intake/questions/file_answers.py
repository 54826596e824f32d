"""Answers that hold for one file only: about a single row, or to leave out the rows with a word. Nothing of them is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.intake.import_plan import Answer, IntakeRefused
from khcn.kernel.intake.layouts.sheet_layouts import answer_key
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.workflow import BATCH
from khcn.kernel.workflow.engine import may_take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import Question

_MOST_CHOICES: Final = 5_000  # rows and questions of one file that were decided one by one
_OPEN: Final = frozenset({"uploaded", "previewed"})


def change_choices(
    batch: Batch, change: Callable[[dict[str, str]], dict[str, str]], actor: Actor, reason: str = ""
) -> None:
    """Change what people chose for an open file, with this reason in the log. Raises :class:`~.import_plan.IntakeRefused` for one
    that is settled.
    """
    reason = reason or _("Chọn dòng của tệp %(name)s") % {"name": batch.name}
    with acting(actor, reason=reason), transaction.atomic():
        live: Batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if not may_take(BATCH.by_name["confirm"], actor, live) or live.state not in _OPEN:
            raise IntakeRefused(_("Tệp này đã được ghi hoặc đã hủy nên không chọn dòng được nữa."))
        live.row_choices = {key: value for key, value in change(dict(live.row_choices)).items() if value}
        if len(live.row_choices) > _MOST_CHOICES:
            raise IntakeRefused(
                _("Đã chọn riêng quá nhiều dòng của một tệp. Sửa các dòng đó trong tệp rồi tải lên lại.")
            )
        live.save()


def refuse_unusable(questions: Mapping[str, Question], answers: Mapping[str, Answer]) -> None:
    """Raise :class:`~.import_plan.IntakeRefused` for an answer about a row that is none of those offered."""
    for key, question in questions.items():
        if answers[key] not in [Answer(each.action, each.target) for each in question.options]:
            raise IntakeRefused(
                _(
                    "Không dùng được lựa chọn này cho dòng %(row)d của “%(sheet)s”. Chọn một trong các cách đã nêu."
                )
                % {"row": question.rows[0], "sheet": question.sheet}
            )


def keep_answers(
    *, batch: Batch, answers: Mapping[str, Answer], dropped: Iterable[str], actor: Actor
) -> None:
    """Keep answers with the file; those of ``dropped`` are stored elsewhere now, or no longer."""
    gone = [answer_key(key) for key in dropped if answer_key(key) in batch.row_choices]
    if not answers and not gone:
        return
    stored = {answer_key(key): f"{each.action.value}:{each.target}" for key, each in answers.items()}
    change_choices(batch, lambda old: {**old, **dict.fromkeys(gone, ""), **stored}, actor)
