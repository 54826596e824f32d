"""A certificate and the minutes of a meeting say the same of a result: neither is issued while the other one, in force,
prints something else. While replacements are prepared the record is open, and only the papers tell.

When both are in force and the record was corrected, one of them has to be replaced first: then it is enough that the draft of
the other replacement says what the record says now. The record cannot be closed again without that draft being issued.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext

from khcn.councils.models import CouncilMeeting
from khcn.kernel.papers.differences import printed_now, words_between
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.printed_facts import printed_context
from khcn.science.documents.words import day_text
from khcn.science.models import ScienceTask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

MINUTES_CODE: Final = "meeting-minutes"
CERTIFICATE_CODE: Final = "result-certificate"
_OF_RESULT: Final = ("accepted_on", "grade", "meeting_on")


def why_not_as_minuted(*, paper: Paper, record: ScienceTask, on: date, at_issue: bool) -> str:
    """Why no certificate is issued: minutes in force say of the task what the record does not say any more; "" when none do."""
    return _why_not_beside(_differing_minutes(record), paper, on=on, at_issue=at_issue)


def why_not_as_certified(*, paper: Paper, record: CouncilMeeting, on: date, at_issue: bool) -> str:
    """Why no minutes are issued: a certificate in force prints a result that the record does not say any more."""
    return _why_not_beside(_differing_certificates(record), paper, on=on, at_issue=at_issue)


def _differing_minutes(task: ScienceTask) -> Iterator[Paper]:
    meetings = task.meeting_items.values("meeting")
    minutes = Paper.objects.in_force_for(CouncilMeeting).filter(kind=MINUTES_CODE, object_id__in=meetings)
    for paper in minutes.order_by("pk"):
        if _decided(paper.data, task) != _decided(printed_now(paper), task):
            yield paper


def _decided(data: Mapping[str, Any], task: ScienceTask) -> list[str]:
    return [str(row["decided"]) for row in data.get("tasks", ()) if row["code"] == task.code]


def _differing_certificates(meeting: CouncilMeeting) -> Iterator[Paper]:
    tasks = meeting.items.filter(passed__isnull=False).values("task")
    certificates = Paper.objects.in_force_for(ScienceTask).filter(kind=CERTIFICATE_CODE, object_id__in=tasks)
    for paper in certificates.order_by("pk"):
        now = printed_now(paper)
        if any(now.get(name) != paper.data.get(name) for name in _OF_RESULT):
            yield paper


def _why_not_beside(others: Iterator[Paper], paper: Paper, *, on: date, at_issue: bool) -> str:
    """Why the paper is not issued beside these, which differ from the record."""
    for other in others:
        if advice := _what_first(other, paper, on=on, at_issue=at_issue):
            return f"{_fact(other)} {advice}"
    return ""


def _fact(paper: Paper) -> str:
    words = (
        gettext("Biên bản số %(number)s ngày %(day)s đang có hiệu lực in khác hồ sơ.")
        if paper.kind == MINUTES_CODE
        else gettext("Giấy chứng nhận số %(number)s ngày %(day)s đang có hiệu lực in khác hồ sơ.")
    )
    return words % {"number": paper.number_text, "day": day_text(paper.issued_on)}


def _what_first(other: Paper, paper: Paper, *, on: date, at_issue: bool) -> str:
    """What is done about the other paper before this one is issued; "" when nothing is."""
    if why := other.spec.missing(other.record(), on):
        return gettext("Giấy đó không thay thế được, phải thu hồi trước. Lý do: %(why)s") % {"why": why}
    if paper.replaces is None:  # nothing keeps the other one from being replaced first
        return gettext(
            "Hãy thay thế giấy đó trước (nút “Thay thế” ở trang của giấy), hoặc trả hồ sơ về như giấy."
        )
    draft = other.replacements.filter(state="draft").first()
    if draft is None:
        return gettext(
            "Hãy lập dự thảo thay thế giấy đó (nút “Thay thế” ở trang của giấy) rồi bấm “Lấy lại nội dung từ hồ sơ” ở cả hai dự "
            "thảo; sau đó cấp số lần lượt hai giấy, giấy nào trước cũng được."
        )
    if at_issue and words_between(draft, printed_context(draft, draft.record(), on)):
        return gettext(
            "Hãy mở dự thảo thay thế của giấy đó, bấm “Lấy lại nội dung từ hồ sơ”, rồi cấp số lần lượt hai giấy."
        )
    return ""
