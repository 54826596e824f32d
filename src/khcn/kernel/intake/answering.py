"""Answers to the questions of a file: what a word means is remembered, what is about one row holds for the file only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.log_entries import LONGEST_REASON
from khcn.kernel.intake.import_plan import AnswerAction, IntakeRefused
from khcn.kernel.intake.models import CONFIRMED, Decision
from khcn.kernel.intake.plans.batch_plans import prepare_batch
from khcn.kernel.intake.questions.file_answers import keep_answers, refuse_unusable
from khcn.kernel.intake.questions.other_answers import with_answer
from khcn.kernel.province import province_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.import_plan import Answer, Doubt, ImportPlan, Question
    from khcn.kernel.intake.models import Batch


def decide_all(*, batch: Batch, answers: Mapping[str, Answer], actor: Actor, on: date) -> list[Decision]:
    """Answer questions of the workbook by their keys; what a word means is remembered for the next file, and given back.

    Of this file only are answers about single rows, and the answer to leave out the rows with a word.

    Any record that the column can name may be the target, offered or not. Raises :class:`~.import_plan.IntakeRefused`
    when the workbook has no such question, or an answer does not settle it; nothing is kept then.
    """
    prepared = prepare_batch(batch, actor, on)
    of_rows = {key: prepared.asked.known()[key] for key in answers if key in prepared.asked.known()}
    refuse_unusable(of_rows, answers)
    words = {key: answer for key, answer in answers.items() if key not in of_rows}
    open_ones, settled = prepared.resolver.questions_of(words)
    remembered = {key: each for key, each in words.items() if each.action is not AnswerAction.SKIP}
    of_file = {key: each for key, each in answers.items() if key not in remembered}
    with transaction.atomic():
        found = _keep_all(open_ones, settled, words, remembered, actor, on)
        keep_answers(batch=batch, answers=of_file, dropped=remembered, actor=actor)
    batch.refresh_from_db()
    return found


def decide_by_plan(
    *, batch: Batch, plan: ImportPlan, answers: Mapping[str, Answer], actor: Actor, on: date
) -> list[Decision]:
    """Like :func:`decide_all` for a file whose plan was made elsewhere (:mod:`.plans.stored_plans`), which is not made again for it."""
    questions = {each.key: each for each in (*plan.questions, *plan.settled)}
    for sheet in plan.sheets:
        if set(answers) - set(questions):
            questions |= {row.question.key: row.question for row in sheet.rows if row.question is not None}
    settled = []
    for key in answers:
        if key not in questions:
            raise IntakeRefused(_("Tệp này không còn câu hỏi đó. Hãy xem lại bản xem trước."))
        if not questions[key].of_file:
            settled.append(with_answer(questions[key], answers[key]))
    refuse_unusable(
        {key: each for key, each in questions.items() if each.of_file and key in answers}, answers
    )
    of_file = {
        key: each
        for key, each in answers.items()
        if questions[key].of_file or each.action is AnswerAction.SKIP
    }
    remembered = {key: each for key, each in answers.items() if key not in of_file}
    with transaction.atomic():
        found = _keep_all(
            [], settled, {each.key: answers[each.key] for each in settled}, remembered, actor, on
        )
        keep_answers(batch=batch, answers=of_file, dropped=remembered, actor=actor)
    batch.refresh_from_db()
    return found


def remember_answers(
    *, plan: ImportPlan, answers: Mapping[str, Answer], actor: Actor, on: date
) -> list[Decision]:
    """Store the answers that a plan was made with. Raises :class:`~.import_plan.IntakeRefused` for those it could not use."""
    of_file = answers_of_file(plan, answers)
    remembered = {key: each for key, each in answers.items() if key not in of_file}
    return _keep_all(plan.questions, plan.settled, answers, remembered, actor, on)


def answers_of_file(plan: ImportPlan, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers to questions of the plan that hold for its file only."""
    of_rows = {each.key for each in (*plan.questions, *plan.settled) if each.of_file}
    return {key: each for key, each in answers.items() if key in of_rows or each.action is AnswerAction.SKIP}


def _keep_all(
    open_ones: Sequence[Question],
    settled: Sequence[Question],
    answers: Mapping[str, Answer],
    remembered: Mapping[str, Answer],
    actor: Actor,
    on: date,
) -> list[Decision]:
    if refused := [question for question in open_ones if question.key in answers]:
        raise IntakeRefused(
            _(
                "Không dùng được lựa chọn này cho “%(value)s” ở cột “%(heading)s”. Chọn một trong các cách đã nêu."
            )
            % {"value": refused[0].value, "heading": refused[0].heading}
        )
    questions = {question.key: question for question in settled}
    if set(answers) - set(questions):
        raise IntakeRefused(_("Tệp này không còn câu hỏi đó. Hãy xem lại bản xem trước."))
    with acting(actor), transaction.atomic():
        # By key, so that two people who answer at once do not wait for each other.
        return [_remember(questions[key], answers[key], actor, on) for key in sorted(remembered)]


def _remember(question: Question, answer: Answer, actor: Actor, on: date) -> Decision:
    label = question.answer.label if question.answer else ""
    return _store(
        question, question.value, answer.action.value, answer.target, target_label=label, actor=actor, on=on
    )


def _store(
    about: Question | Doubt,
    value: str,
    action: str,
    target: str,
    *,
    target_label: str,
    actor: Actor,
    on: date,
) -> Decision:
    """Keep what was decided about a question or a doubt, in place of what was decided before."""
    values = {
        "column": about.column,
        "heading": about.heading,
        "value_text": value,
        "action": action,
        "target": target,
        "target_label": target_label,
        "decided_by_label": actor.label,
        "decided_on": on,
    }
    try:
        with transaction.atomic():
            return _write_decision(about.key, values)
    except IntegrityError:  # somebody else has just decided first: this decision revises it
        return _write_decision(about.key, values)


def _write_decision(key: str, values: Mapping[str, object]) -> Decision:
    decision = Decision.objects.filter(province=province_key(), key=key).first() or Decision(key=key)
    for name, value in values.items():
        setattr(decision, name, value)
    decision.save()
    return decision


def confirm_values(
    *,
    batch: Batch,
    keys: Sequence[str],
    reason: str,
    actor: Actor,
    on: date,
    plan: ImportPlan | None = None,
) -> list[Decision]:
    """Say why unlikely values of the workbook are right: they are not doubted again, and the log of what is written has the reason.

    Raises :class:`~.import_plan.IntakeRefused` without a reason, and for doubts that the file does not raise. ``plan`` is the one that was made elsewhere, if one was.
    """
    if not (reason := " ".join(reason.split())[:LONGEST_REASON]):
        raise IntakeRefused(_("Chưa ghi lý do. Ghi vì sao các giá trị đã đánh dấu là đúng."))
    plan = plan or prepare_batch(batch, actor, on).plan
    doubts = {each.key: each for each in plan.doubts}
    if not keys or set(keys) - set(doubts):
        raise IntakeRefused(_("Hãy đánh dấu các giá trị cần xác nhận trong bản xem trước hiện nay."))
    with acting(actor, reason=reason), transaction.atomic():
        return [
            _store(
                doubts[key],
                f"{doubts[key].label}: {doubts[key].value}",
                CONFIRMED,
                reason,
                target_label=reason,
                actor=actor,
                on=on,
            )
            for key in sorted(set(keys))
        ]


def ask_again(*, batch: Batch, key: str, actor: Actor) -> None:
    """Drop the answer to a question of an open file, a remembered one too: it is asked in this file and in later ones."""
    with transaction.atomic():
        keep_answers(batch=batch, answers={}, dropped=[key], actor=actor)
        decision = Decision.objects.filter(province=province_key(), key=key).first()
        if decision is not None:
            forget_decision(decision=decision, actor=actor)
    batch.refresh_from_db()


def forget_decision(*, decision: Decision, actor: Actor) -> None:
    """Drop a remembered answer: the question will be asked again."""
    with acting(actor), transaction.atomic():
        decision.delete()
