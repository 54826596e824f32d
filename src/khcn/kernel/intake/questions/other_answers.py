"""The box in a question of the preview in which any record of the register, or any value of the list, is looked for.

It is the look-up box of the forms: the same suggestions, the same record added here where there is none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.fields.links import limit_of_link
from khcn.kernel.fields.reference_input import RecordField, RecordInput, input_key
from khcn.kernel.fields.reference_targets import record_name
from khcn.kernel.intake.import_plan import Answer, AnswerAction, IntakeRefused, Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from django.utils.safestring import SafeString

    from khcn.kernel.intake.import_plan import Question

OTHER: Final = "other-"  # begins the name of such a box; the key of the question follows


def _record_field(question: Question) -> RecordField:
    model: Any = apps.get_model(question.register)
    try:
        limit, link = limit_of_link(question.column, model), question.column
    except LookupError:  # of an input of an action
        limit, link = None, ""
    return RecordField(model=model, limit=limit, link=link)


def other_boxes(questions: Iterable[Question]) -> dict[str, SafeString]:
    """The boxes by the key of the question; questions about a row have none: all their answers are offered."""
    found = {}
    for question in questions:
        label = _("%(heading)s: “%(value)s”") % {"heading": question.heading, "value": question.value}
        attributes = {"id": f"{OTHER}{question.key}", "class": "form-control", "aria-label": label}
        if question.register:
            widget: Any = _record_field(question).widget
            assert isinstance(widget, RecordInput)  # noqa: S101 -- lists are made short by the forms only
        elif question.choices:
            chosen = [("", _("(chưa chọn)")), *question.choices]
            attributes |= {"class": "form-select", "data-pick": "", "data-none": _("Không tìm thấy.")}
            widget = forms.Select(choices=chosen)
        else:
            continue
        found[question.key] = widget.render(f"{OTHER}{question.key}", "", attributes)
    return found


def other_answers(questions: Mapping[str, Question], sent: Mapping[str, Any]) -> dict[str, Answer]:
    """The answers given in such boxes. Raises :class:`~.import_plan.IntakeRefused` for a text that names no record."""
    found = {}
    for name, value in sent.items():
        question = questions.get(name.removeprefix(OTHER)) if name.startswith(OTHER) else None
        if question is None or not str(value).strip():
            continue
        target = str(value)
        if question.register:
            try:
                target = str(_record_field(question).clean(value).pk)
            except ValidationError as error:
                text = _("Cột “%(heading)s”, “%(value)s”: %(why)s")
                why = {"heading": question.heading, "value": question.value, "why": " ".join(error.messages)}
                raise IntakeRefused(text % why) from None
        found[question.key] = Answer(AnswerAction.USE, target)
    return found


def with_answer(question: Question, answer: Answer) -> Question:
    """The question with what somebody answered. Raises :class:`~.import_plan.IntakeRefused` for an answer that cannot be one."""
    chosen = next((each for each in question.options if answer == Answer(each.action, each.target)), None)
    if chosen is None and answer.action is AnswerAction.USE:
        label = dict(question.choices).get(answer.target, "")
        if question.register:
            try:
                label = record_name(_record_field(question).clean(input_key(answer.target)))
            except ValidationError:
                label = ""
        chosen = Option(answer.action, answer.target, label) if label else None
    if chosen is None:
        raise IntakeRefused(
            _(
                "Không dùng được lựa chọn này cho “%(value)s” ở cột “%(heading)s”. Chọn một trong các cách đã nêu."
            )
            % {"value": question.value, "heading": question.heading}
        )
    return replace(question, answer=chosen)
