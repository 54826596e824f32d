"""A certificate and the minutes of a meeting say the same of a result: neither is issued while the other one, in force,
prints something else. While a replacement is prepared the record is open, and only the papers tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext

from khcn.councils.models import CouncilMeeting
from khcn.kernel.papers.differences import printed_now
from khcn.kernel.papers.models import Paper
from khcn.science.documents.words import day_text
from khcn.science.models import ScienceTask

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTES_CODE: Final = "meeting-minutes"
CERTIFICATE_CODE: Final = "result-certificate"
_OF_RESULT: Final = ("accepted_on", "grade", "meeting_on")


def why_not_as_minuted(task: ScienceTask) -> str:
    """Why no certificate is issued: minutes in force say of the task what the record does not say any more; "" when none do."""
    meetings = task.meeting_items.values("meeting")
    minutes = Paper.objects.in_force_for(CouncilMeeting).filter(kind=MINUTES_CODE, object_id__in=meetings)
    for paper in minutes.order_by("pk"):
        if _decided(paper.data, task) != _decided(printed_now(paper), task):
            return gettext(
                "Biên bản số %(number)s ngày %(day)s đang có hiệu lực ghi kết luận về nhiệm vụ này khác hồ sơ. Cấp biên bản thay "
                "thế, hoặc đưa kết luận ở dòng của nhiệm vụ về như biên bản, rồi cấp giấy chứng nhận."
            ) % {"number": paper.number_text, "day": day_text(paper.issued_on)}
    return ""


def _decided(data: Mapping[str, Any], task: ScienceTask) -> list[str]:
    return [str(row["decided"]) for row in data.get("tasks", ()) if row["code"] == task.code]


def why_not_as_certified(meeting: CouncilMeeting) -> str:
    """Why no minutes are issued: a certificate in force prints a result that the record does not say any more."""
    tasks = meeting.items.filter(passed__isnull=False).values("task")
    certificates = Paper.objects.in_force_for(ScienceTask).filter(kind=CERTIFICATE_CODE, object_id__in=tasks)
    for paper in certificates.order_by("pk"):
        now = printed_now(paper)
        if any(now.get(name) != paper.data.get(name) for name in _OF_RESULT):
            return gettext(
                "Giấy chứng nhận số %(number)s ngày %(day)s đang có hiệu lực in kết quả khác hồ sơ. Thu hồi giấy đó trước, rồi cấp "
                "biên bản và giấy mới."
            ) % {"number": paper.number_text, "day": day_text(paper.issued_on)}
    return ""
