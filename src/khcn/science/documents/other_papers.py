"""A certificate and the minutes of a meeting say the same of a result: neither is issued while the other one, in force,
prints something else. While replacements are prepared the record is open, and only the papers tell.

When both are in force and the record was corrected, one of them has to be replaced first: then it is enough that the draft of
the other replacement says what the record says now. The record cannot be closed again without that draft being issued.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext

from khcn.councils.models import CouncilKind, CouncilMeeting
from khcn.kernel.papers.differences import printed_now, words_between
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.printed_facts import printed_context
from khcn.kernel.text.dates import format_date
from khcn.science.models import ScienceTask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from khcn.kernel.papers.kinds import TemplateVariable

MINUTES_CODE: Final = "meeting-minutes"
CERTIFICATE_CODE: Final = "result-certificate"
# What both print, as minutes name it and as certificates do. Host and investigator are named as of the day of each paper.
_IN_MINUTES: Final = ("held_on", "council", "council_decision")
_IN_ROW_OF_TASK: Final = ("title", "code", "decided")
_IN_CERTIFICATE: Final = (
    *("title", "code", "council", "council_decision"),
    *("meeting_on", "accepted_on", "grade"),
)
_Differing = tuple[Paper, list[str]]  # a paper, and what it prints otherwise than the record


def why_not_as_minuted(*, paper: Paper, record: ScienceTask, on: date, at_issue: bool) -> str:
    """Why no certificate is issued: minutes in force say of the task what the record does not say any more; "" when none do.

    Of a certificate in force, what such minutes print otherwise.
    """
    return _why_not_beside(_differing_minutes(record), paper, on=on, at_issue=at_issue)


def why_not_as_certified(*, paper: Paper, record: CouncilMeeting, on: date, at_issue: bool) -> str:
    """Why no minutes are issued: a certificate in force prints what the record does not say any more. The same of minutes in force."""
    return _why_not_beside(_differing_certificates(record), paper, on=on, at_issue=at_issue)


def _differing_minutes(task: ScienceTask) -> Iterator[_Differing]:
    meetings = task.meeting_items.values("meeting")
    minutes = Paper.objects.in_force_for(CouncilMeeting).filter(kind=MINUTES_CODE, object_id__in=meetings)
    for paper in minutes.order_by("pk"):
        now = printed_now(paper)
        was, is_now = _row_of(task, paper.data), _row_of(task, now)
        rows = next(each.rows for each in paper.spec.variables if each.name == "tasks")
        words = _words(rows, _IN_ROW_OF_TASK, was, is_now)
        # A certificate prints day and council of no other meeting.
        if (was or is_now) and paper.record().kind == CouncilKind.ACCEPTANCE:
            words += _words(paper.spec.variables, _IN_MINUTES, paper.data, now)
        if words:
            yield paper, words


def _row_of(task: ScienceTask, data: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((row for row in data.get("tasks", ()) if row["code"] == task.code), {})


def _differing_certificates(meeting: CouncilMeeting) -> Iterator[_Differing]:
    tasks = meeting.items.filter(passed__isnull=False).values("task")
    certificates = Paper.objects.in_force_for(ScienceTask).filter(kind=CERTIFICATE_CODE, object_id__in=tasks)
    for paper in certificates.order_by("pk"):
        if words := _words(paper.spec.variables, _IN_CERTIFICATE, paper.data, printed_now(paper)):
            yield paper, words


def _words(
    variables: Iterable[TemplateVariable],
    names: Collection[str],
    was: Mapping[str, Any],
    is_now: Mapping[str, Any],
) -> list[str]:
    """What differs of these, in the words of the template."""
    shared = [each for each in variables if each.name in names]
    return [str(each.label) for each in shared if was.get(each.name) != is_now.get(each.name)]


def _why_not_beside(others: Iterator[_Differing], paper: Paper, *, on: date, at_issue: bool) -> str:
    """Why the paper is not issued beside these, which differ from the record."""
    for other, words in others:
        advice = (
            _what_first(other, paper, on=on, at_issue=at_issue) if paper.is_draft else _what_remains(other)
        )
        if advice:
            return f"{_fact(other, words)} {advice}"
    return ""


def _fact(paper: Paper, words: Collection[str]) -> str:
    text = (
        gettext("Biên bản số %(number)s ngày %(day)s đang có hiệu lực in khác hồ sơ ở: %(words)s.")
        if paper.kind == MINUTES_CODE
        else gettext(
            "Giấy chứng nhận số %(number)s ngày %(day)s đang có hiệu lực in khác hồ sơ ở: %(words)s."
        )
    )
    named = {
        "number": paper.number_text,
        "day": format_date(paper.issued_on) if paper.issued_on else "",
        "words": "; ".join(words),
    }
    return text % named


def _what_first(other: Paper, paper: Paper, *, on: date, at_issue: bool) -> str:
    """What is done about the other paper before this one is issued; "" when nothing is."""
    if why := other.spec.missing(other.record(), on):
        return gettext("Giấy đó không thay thế được, phải thu hồi trước. Lý do: %(why)s") % {"why": why}
    draft = _draft_instead_of(other)
    if paper.replaces is None:  # nothing keeps the other one from being replaced first
        return gettext(
            "Hãy thay thế giấy đó trước (nút “Thay thế” ở trang của giấy), hoặc trả hồ sơ về như giấy."
        )
    if draft is None and paper._state.adding:  # one of the two drafts is the first
        return ""
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


def _what_remains(other: Paper) -> str:
    """What is still to be done about the other paper when both are in force."""
    if _draft_instead_of(other) is not None:
        return gettext("Dự thảo thay thế giấy đó chưa được cấp số.")
    return gettext("Hãy thay thế giấy đó, hoặc trả hồ sơ về như giấy.")


def _draft_instead_of(paper: Paper) -> Paper | None:
    return paper.replacements.filter(state="draft").first()
