"""The two terms of a request: to answer the person, and to carry out what they ask for.

The second has one of three rules, by what is asked for and whether somebody else has to act too (NĐ 356/2025). One extension moves it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.terms import EventKind, TermEvent
from khcn.kernel.deadlines import DeadlineKind, SubjectFacts, TermFacts
from khcn.kernel.workflow.models import WorkflowStep
from khcn.privacy.models import DataRequest
from khcn.privacy.operations.requests import (
    ANSWER,
    CARRY_OUT,
    CARRY_OUT_ELSEWHERE,
    PROVIDE,
    kind_of_term,
)
from khcn.privacy.workflow import DATA_REQUEST_FLOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

OWNER: Final = "VP"
_CLOSING: Final = ("carry_out", "refuse", "withdraw")


def facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """Facts of many requests in two queries; what happened after ``on`` has not happened yet."""
    taken: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    steps = WorkflowStep.objects.filter(workflow=DATA_REQUEST_FLOW.name, object_id__in=keys).order_by("pk")
    for key, name, day in steps.values_list("object_id", "name", "effective_on"):
        if on is None or day <= on:
            taken[key].append((name, day))
    return {each.pk: _of_request(each, taken[each.pk]) for each in DataRequest.objects.filter(pk__in=keys)}


def _of_request(request: DataRequest, steps: Sequence[tuple[str, date]]) -> SubjectFacts:
    answered = next((day for name, day in steps if name in {"answer", *_CLOSING}), None)
    closed = next((day for name, day in steps if name in _CLOSING), None)
    extensions = tuple(
        TermEvent(day, EventKind.EXTEND, request.extended_to)
        for name, day in steps
        if name == "extend" and request.extended_to
    )
    return SubjectFacts(
        str(request),
        OWNER,
        {
            ANSWER: TermFacts(request.received_on, answered),
            kind_of_term(request): TermFacts(request.received_on, closed, events=extensions),
        },
    )


def _kind(code: str, label: object, rule: str, action: str) -> DeadlineKind:
    follows = {DataRequest._meta.label_lower: "pk"}
    return DeadlineKind(code, label, facts, follows, rule=rule, met_at=f"actions/{action}/")  # type: ignore[arg-type]


REQUEST_DEADLINES: Final = (
    _kind(ANSWER, _("Trả lời chủ thể dữ liệu"), "privacy.answer_days", "answer"),
    _kind(PROVIDE, _("Cung cấp, chỉnh sửa dữ liệu theo yêu cầu"), "privacy.provide_days", "carry-out"),
    _kind(CARRY_OUT, _("Thực hiện yêu cầu của chủ thể dữ liệu"), "privacy.carry_out_days", "carry-out"),
    _kind(
        CARRY_OUT_ELSEWHERE,
        _("Thực hiện yêu cầu của chủ thể dữ liệu, có bên thứ ba"),
        "privacy.carry_out_elsewhere_days",
        "carry-out",
    ),
)
