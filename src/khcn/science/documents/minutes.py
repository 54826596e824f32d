"""The paper of a council's meeting: its minutes, with what was decided about each task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.councils.models import Council, CouncilMeeting, CouncilMember, CouncilRole
from khcn.councils.operations import MINUTES_BOOK, typed_minutes
from khcn.kernel.access.shown_names import name_to_acting
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.numbering.typed_numbers import register_numbers_on_record
from khcn.kernel.papers.kinds import PaperKind, PrintedRows, TemplateVariable, declare_paper_kind
from khcn.kernel.text.dates import day_text
from khcn.kernel.text.times import format_time
from khcn.parties.models import Organisation, Person
from khcn.reference.models import CodeListItem, LegalDocument
from khcn.science import rules
from khcn.science.documents.holders import printed_holders
from khcn.science.documents.other_papers import MINUTES_CODE, why_not_as_certified
from khcn.science.documents.words import document_text, text_of
from khcn.science.enums import AmendmentKind
from khcn.science.models import MeetingItem, ScienceTask, TaskAmendment
from khcn.science.operations.council_faults import why_not_minuted
from khcn.science.operations.history import Histories
from khcn.science.operations.meeting_quorum import sat_on, seats_of, why_no_quorum
from khcn.science.queries import task_on

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.models import Paper

# What a meeting left without a result is in the minutes where something was written about it.
_PRINTED: Final = Q(passed__isnull=False) | ~Q(conclusion="")
FOLDER: Final = Path(__file__).parent.parent / "papers"


def _holder(seats: list[CouncilMember], role: CouncilRole) -> str:
    return next((each.person.full_name for each in seats if each.role == role), "")


def _chair_of(meeting: CouncilMeeting) -> str:
    return _holder(seats_of(meeting), CouncilRole.CHAIR)


def _decided(item: MeetingItem) -> str:
    """What the council decided about a task, in words; papers are in Vietnamese."""
    if item.passed is None:
        return "Chưa kết luận"
    words = "Thông qua" if item.passed else "Không thông qua"
    return f"{words}; xếp loại: {item.grade}" if item.grade else words


def _minutes_context(meeting: CouncilMeeting, on: date) -> dict[str, Any]:
    council, seats = meeting.council, seats_of(meeting)
    by_role = {each.role: each.person.printed_name for each in reversed(seats)}
    items = meeting.items.filter(_PRINTED).order_by("pk")
    items = items.select_related("task__host", "task__principal_investigator", "grade")
    return {
        "kind": meeting.get_kind_display(),
        "subject": meeting.subject,
        "council": council.name if council else "",
        "council_decision": document_text(council.decision) if council else "",
        "held_on": day_text(meeting.held_on),
        "starts_at": format_time(meeting.starts_at) if meeting.starts_at else "",
        "venue": meeting.venue,
        "total": str(len(seats) or ""),  # of the list that is printed
        "present": text_of(meeting.members_present),
        "chair": by_role.get(CouncilRole.CHAIR, ""),
        "secretary": by_role.get(CouncilRole.SECRETARY, ""),
        # Under a signature no degrees are written (NĐ 30/2020, Phụ lục I, phần I, II.7).
        "secretary_name": _holder(seats, CouncilRole.SECRETARY),
        "members": [{"name": each.person.printed_name, "role": each.get_role_display()} for each in seats],
        "tasks": [
            {
                "title": each.task.title,
                "code": each.task.code,
                "host": text_of(as_it_stood.host),
                "principal": leader.printed_name if (leader := as_it_stood.principal_investigator) else "",
                "decided": _decided(each),
                "conclusion": each.conclusion,
            }
            for each in items
            for as_it_stood in [task_on(each.task, on=meeting.held_on)]
        ],
        "conclusion": meeting.conclusion,
    }


def _minutes_missing(meeting: CouncilMeeting, on: date) -> str:
    if meeting.held_on > on:
        return gettext("Cuộc họp chưa diễn ra vào ngày này.")
    undecided = meeting.items.filter(passed__isnull=True, grade__isnull=False).first()
    if undecided is not None:
        return gettext(
            "Nhiệm vụ “%(task)s” đã có xếp loại mà chưa ghi được thông qua hay không. Ghi ở dòng của nhiệm vụ đó rồi lập biên bản."
        ) % {"task": name_to_acting(undecided.task)}
    for item in meeting.items.filter(passed__isnull=False, grade__isnull=False).select_related(
        "task", "grade"
    ):
        if item.grade is not None and item.passed == item.grade.fails:
            return gettext(
                "Nhiệm vụ “%(task)s” có kết quả và xếp loại “%(grade)s” trái nhau. Sửa ở dòng của nhiệm vụ đó rồi lập biên bản."
            ) % {"task": name_to_acting(item.task), "grade": item.grade}
    if not meeting.conclusion.strip() and not meeting.items.filter(_PRINTED).exists():
        return gettext(
            "Cuộc họp chưa có kết luận. Ghi kết luận của cuộc họp hoặc ghi từng nhiệm vụ được thông qua hay không rồi lập "
            "biên bản."
        )
    return why_no_quorum(meeting, seats_of(meeting))


def _minutes_had_already(meeting: CouncilMeeting, on: date) -> str:
    if not meeting.minutes_number:
        return ""
    return gettext("Cuộc họp đã có biên bản số %(number)s.") % {"number": meeting.minutes_number}


def _minutes_contradicted(*, paper: Paper, record: CouncilMeeting, on: date, at_issue: bool) -> str:
    against_meeting = _why_against_another(record) if paper.is_draft else ""
    return against_meeting or why_not_as_certified(paper=paper, record=record, on=on, at_issue=at_issue)


def _why_against_another(meeting: CouncilMeeting) -> str:
    """Why the minutes would contradict what another meeting decided; "" when they do not."""
    histories = Histories()
    tasks = ScienceTask.objects.filter(meeting_items__meeting=meeting.pk).order_by("pk")
    histories.load(tasks)
    reasons = (why_not_minuted(histories.of(each).decisions, meeting.pk, each) for each in tasks)
    return next(filter(None, reasons), "")


def _lock_council(meeting: CouncilMeeting) -> None:
    """Its name and its seats stay as they are until the paper protects them."""
    lock_rows(Council.objects.filter(meetings=meeting))


def _minutes_issued(*, record: CouncilMeeting, paper: Paper, actor: Actor, on: date) -> None:
    record.minutes_number, record.minutes_on = paper.number_text, on
    record.save()


def _minutes_withdrawn(*, record: CouncilMeeting, paper: Paper, actor: Actor, on: date) -> None:
    record.minutes_number, record.minutes_on = "", None  # of two minutes only one is in force: this one
    record.save()


def _named_host_or_leader(row: TaskAmendment, paper: Paper) -> bool:
    """Was the change of host or investigator in force on the day of the meeting?"""
    is_named = row.kind in {AmendmentKind.CHANGE_PI, AmendmentKind.CHANGE_HOST}
    return is_named and row.starts_on <= paper.record().held_on


def _was_decided(row: ScienceTask, paper: Paper) -> bool:
    """Is the task in the minutes?"""
    return MeetingItem.objects.filter(_PRINTED, meeting=paper.object_id, task=row.pk).exists()


def _decided_tasks(paper: Paper) -> QuerySet[ScienceTask]:
    items = MeetingItem.objects.filter(_PRINTED, meeting=paper.object_id)
    return ScienceTask.objects.filter(pk__in=items.values("task"))


def _grades_given(keys: Collection[int]) -> QuerySet[MeetingItem, tuple[int, int]]:
    found = MeetingItem.objects.filter(grade__in=keys, passed__isnull=False)
    return found.values_list("grade", "meeting")


# What a paper prints of a document that it cites.
CITED: Final = ("number", "kind", "issued_on")

_MINUTED: Final = (
    PrintedRows(ScienceTask, ("title", "code"), "meeting_items__meeting", _was_decided),
    # A host or investigator of a later day is recorded by an amendment; who was not known at the meeting is filled in.
    PrintedRows(
        ScienceTask,
        ("host", "principal_investigator"),
        "meeting_items__meeting",
        _was_decided,
        fillable=True,
    ),
    PrintedRows(
        TaskAmendment,
        ("kind", "decided_on", "effective_on", "new_person", "new_organisation"),
        "task__meeting_items__meeting",
        _named_host_or_leader,
    ),
    PrintedRows(Council, ("name", "decision"), "meetings"),
    PrintedRows(LegalDocument, CITED, "council__meetings"),
    PrintedRows(
        CouncilMeeting,
        (
            *("kind", "subject", "council", "held_on", "starts_at", "venue"),
            *("members_total", "members_present", "conclusion"),
        ),
    ),
    PrintedRows(MeetingItem, ("meeting", "task", "passed", "grade", "conclusion"), "meeting"),
    PrintedRows(Organisation, ("name",), "hosted_tasks__meeting_items__meeting"),
    PrintedRows(Person, ("full_name", "degree"), "seats__council__meetings"),
    PrintedRows(Person, ("full_name", "degree"), "led_tasks__meeting_items__meeting"),
    PrintedRows(
        CouncilMember,
        ("council", "person", "role"),
        "council__meetings",
        lambda seat, paper: sat_on(seat, paper.record().held_on),
    ),
    PrintedRows(CodeListItem, ("label",), find=_grades_given),
    *printed_holders(
        record="task__meeting_items__meeting",
        day=lambda paper: paper.record().held_on,
        tasks=_decided_tasks,
        host=("name",),
    ),
)

register_numbers_on_record(MINUTES_BOOK, typed_minutes)

MINUTES: Final = declare_paper_kind(
    PaperKind(
        code=MINUTES_CODE,
        label=_("Biên bản họp hội đồng"),
        model=CouncilMeeting,
        template=FOLDER / "meeting-minutes.toml",
        book=MINUTES_BOOK,
        pattern="{number}/BB-HĐKHCN",
        who=rules.science_staff,
        signer_capacity="CHỦ TỊCH HỘI ĐỒNG",
        signer=_chair_of,
        context=_minutes_context,
        missing=_minutes_missing,
        contradicted=_minutes_contradicted,
        had_already=_minutes_had_already,
        lock=_lock_council,
        on_issue=_minutes_issued,
        on_withdraw=_minutes_withdrawn,
        printed=_MINUTED,
        variables=(
            TemplateVariable("kind", _("Loại cuộc họp"), "Hội đồng tư vấn đánh giá, nghiệm thu"),
            TemplateVariable("subject", _("Nội dung họp")),
            TemplateVariable("council", _("Tên hội đồng")),
            TemplateVariable("council_decision", _("Quyết định thành lập hội đồng")),
            TemplateVariable("held_on", _("Ngày họp"), "10/06/2023"),
            TemplateVariable("starts_at", _("Giờ họp"), "14 giờ 30"),
            TemplateVariable("venue", _("Địa điểm")),
            TemplateVariable("total", _("Số thành viên"), "9"),
            TemplateVariable("present", _("Số thành viên có mặt"), "8"),
            TemplateVariable("chair", _("Chủ tịch hội đồng"), "TS. Nguyễn Văn A"),
            TemplateVariable("secretary", _("Thư ký"), "CN. Trần Thị B"),
            TemplateVariable("secretary_name", _("Họ và tên thư ký, để ký"), "Trần Thị B"),
            TemplateVariable(
                "members",
                _("Thành viên hội đồng"),
                rows=(TemplateVariable("name", _("Họ và tên")), TemplateVariable("role", _("Chức danh"))),
            ),
            TemplateVariable(
                "tasks",
                _("Nhiệm vụ đưa ra cuộc họp"),
                rows=(
                    TemplateVariable("title", _("Tên nhiệm vụ")),
                    TemplateVariable("code", _("Mã số")),
                    TemplateVariable("host", _("Tổ chức chủ trì")),
                    TemplateVariable("principal", _("Chủ nhiệm")),
                    TemplateVariable("decided", _("Kết quả"), "Thông qua; xếp loại: Đạt"),
                    TemplateVariable("conclusion", _("Kết luận")),
                ),
            ),
            TemplateVariable("conclusion", _("Kết luận chung")),
        ),
    )
)
