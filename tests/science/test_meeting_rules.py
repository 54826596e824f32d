"""Councils and their meetings: who chairs, when and about what they meet, what their minutes print, what a failure leaves."""

from datetime import date

import pytest
from django.urls import reverse

from khcn.councils.models import Council, CouncilMeeting, CouncilMember
from khcn.kernel.actors import Role
from khcn.kernel.papers.drafts import discard_draft
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.documents import MINUTES
from khcn.science.enums import AmendmentKind
from khcn.science.models import ScienceTask
from khcn.science.operations import amend_task, record_milestone
from khcn.science.operations.meetings import record_conclusions, why_not_conclude
from khcn.science.operations.recorded_meetings import correct_item_grade, correct_meeting_day
from khcn.science.work import failed_item_work
from tests.factories.councils import (
    CouncilFactory,
    CouncilMemberFactory,
    SeatedMeetingFactory,
)
from tests.factories.parties import PersonFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue
from tests.science.channels import api_refusal, form_refusals, import_problems
from tests.web.conftest import account

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}


def save(record):
    save_row(register_of(type(record)), record, **WORDS)


@pytest.mark.parametrize(("role", "label"), [("chair", "Chủ tịch"), ("secretary", "Ủy viên, thư ký")])
def test_a_council_has_one_chair_and_one_secretary_at_a_time(role, label):
    first = CouncilMemberFactory(role=role, from_on=date(2023, 2, 1))
    other = CouncilMemberFactory.build(
        council=first.council, person=PersonFactory(), role=role, from_on=date(2023, 6, 1)
    )
    with pytest.raises(Refused, match=rf"Hội đồng đã có {label} là .* từ ngày 01/02/2023"):
        save(other)
    first.to_on = date(2023, 6, 1)
    save(first)
    save(other)
    first.to_on = None
    with pytest.raises(Refused, match="từ ngày 01/06/2023"):
        save(first)
    save(CouncilMemberFactory.build(council=first.council, person=PersonFactory(), from_on=date(2023, 2, 1)))


def test_nobody_is_on_a_council_before_there_is_one():
    council = CouncilFactory(established_on=date(2026, 10, 1))
    seat = CouncilMemberFactory.build(council=council, person=PersonFactory(), from_on=date(2026, 9, 1))
    with pytest.raises(Refused, match="thành lập ngày 01/10/2026") as refusal:
        save(seat)
    assert list(refusal.value.fields) == ["from_on"]
    seat.from_on = date(2026, 10, 1)
    save(seat)


def test_a_person_has_one_seat_on_a_council_at_a_time():
    first = CouncilMemberFactory(role="chair", from_on=date(2023, 2, 1))
    why = "đã ở trong hội đồng từ ngày 01/02/2023, chức danh “Chủ tịch”"
    again = CouncilMemberFactory.build(council=first.council, person=first.person, from_on=date(2023, 6, 1))
    assert why in " ".join(form_refusals(again, OFFICER, TODAY))
    other = CouncilMemberFactory(council=first.council, from_on=date(2023, 2, 2))
    assert why in api_refusal(other, OFFICER, TODAY, person=first.person)
    row = {
        "council": first.council.code, "person": first.person.full_name, "role": "Ủy viên", "from_on": "01/06/2023",
    }  # fmt: skip
    assert why in " ".join(import_problems(CouncilMember, row, OFFICER, TODAY))
    # One workbook ends a seat and begins another one; two new seats of one person in it contradict each other.
    ended = {**row, "role": "Chủ tịch", "from_on": "01/02/2023", "to_on": "01/06/2023"}
    assert import_problems(CouncilMember, [row, ended], OFFICER, TODAY) == []
    new = {**row, "person": PersonFactory(full_name="Bế Thị Hai").full_name}
    twice = [{**new, "from_on": day} for day in ("01/03/2023", "01/04/2023")]
    assert "đã ở trong hội đồng từ ngày 01/03/2023" in " ".join(
        import_problems(CouncilMember, twice, OFFICER, TODAY)
    )
    first.to_on = date(2023, 6, 1)
    save(first)
    save(again)


def test_a_meeting_lies_in_the_time_of_its_council_and_is_of_its_kind():
    council = CouncilFactory(
        kind="acceptance", established_on=date(2023, 3, 1), dissolved_on=date(2023, 9, 1)
    )
    meeting = SeatedMeetingFactory(council=council, held_on=date(2023, 6, 1))
    for name, value, reported in (
        ("kind", "selection", "không phải việc của"),
        ("held_on", date(2023, 2, 1), "thành lập ngày 01/03/2023"),
        ("held_on", date(2023, 10, 1), "kết thúc ngày 01/09/2023"),
    ):
        stored = CouncilMeeting.objects.get(pk=meeting.pk)
        assert reported in " ".join(form_refusals(stored, OFFICER, TODAY, **{name: value}))
        assert reported in api_refusal(meeting, OFFICER, TODAY, **{name: value})
    council.established_on = date(2023, 7, 1)
    with pytest.raises(Refused, match="Hội đồng đã họp ngày 01/06/2023"):
        save(council)
    determination = CouncilFactory(kind="determination")
    save(SeatedMeetingFactory.build(council=determination, kind="supplementary", held_on=date(2023, 6, 1)))


def test_the_day_of_a_recorded_meeting_is_not_corrected_out_of_the_time_of_its_council():
    task = accepted_task()
    meeting = SeatedMeetingFactory(held_on=date(2023, 6, 1), council__established_on=date(2023, 2, 1))
    MeetingItemFactory(meeting=meeting, task=task)
    with pytest.raises(Refused, match="thành lập ngày 01/02/2023"):
        correct_meeting_day(meeting=meeting, held_on=date(2023, 1, 1), reason="nhầm", **WORDS)


def test_minutes_print_the_holders_of_the_day_and_what_they_print_stays():
    task = ScienceTaskFactory(
        title="Tưới nhỏ giọt", principal_investigator=PersonFactory(full_name="Người Cũ")
    )
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    meeting = SeatedMeetingFactory(held_on=date(2023, 6, 1))
    MeetingItemFactory(meeting=meeting, task=task, passed=True)
    amended = {"task": task, "kind": AmendmentKind.CHANGE_PI, **WORDS}
    amend_task(decided_on=date(2023, 7, 1), new_person=PersonFactory(full_name="Người Mới"), **amended)
    paper = issue(draft(meeting, kind=MINUTES), on=DAY)
    assert "Người Cũ" in paper.data["tasks"][0]["principal"]
    task = ScienceTask.objects.get(pk=task.pk)
    named = "01/BB-HĐKHCN” đang có hiệu lực"
    for record, name in ((task, "title"), (Council.objects.get(pk=meeting.council_id), "name")):
        setattr(record, name, "Tên khác")
        with pytest.raises(Refused, match=named):
            save(record)
    amend_task(decided_on=date(2023, 8, 1), new_person=PersonFactory(), **amended)
    undecided = ScienceTaskFactory()
    MeetingItemFactory(meeting=SeatedMeetingFactory(), task=undecided, passed=None)
    undecided.title = "Tên khác"
    save(undecided)


def test_a_council_that_a_certificate_names_keeps_its_name():
    task = accepted_task()
    item = MeetingItemFactory(meeting=SeatedMeetingFactory(held_on=date(2023, 6, 1)), task=task)
    issue(draft(task))
    council = Council.objects.get(pk=item.meeting.council_id)
    council.name = "Tên khác"
    with pytest.raises(Refused, match="01/GCN-SKHCN” đang có hiệu lực"):
        save(council)


def test_a_second_draft_for_one_record_is_refused_and_names_the_first():
    task = accepted_task()
    first = draft(task)
    with pytest.raises(PaperRefused, match="đã có “dự thảo Giấy chứng nhận đăng ký kết quả"):
        draft(task)
    draft(accepted_task())
    discard_draft(paper=first, **WORDS)
    draft(task)


def contracted():
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


def test_a_task_that_failed_at_its_meeting_is_accepted_with_the_failing_grade():
    failing, task = GradeFactory(code="failed", label="Không đạt", fails=True), contracted()
    meeting = SeatedMeetingFactory(held_on=date(2023, 6, 1))
    item = MeetingItemFactory(meeting=meeting, task=task, passed=False, grade=None)
    assert "chưa ghi xếp loại không đạt" in why_not_conclude(meeting, **WORDS)
    (line,) = failed_item_work(OFFICER, TODAY).items
    assert (line.title, line.url) == (str(task), register_of(type(item)).detail_url(item.pk))
    assert "Ghi xếp loại ở dòng của nhiệm vụ" in line.note
    item.grade = failing
    save(item)
    (line,) = failed_item_work(OFFICER, TODAY).items
    assert line.url == register_of(CouncilMeeting).detail_url(meeting.pk)
    assert failed_item_work(OFFICER, date(2023, 5, 31)).items == ()
    record_conclusions(meeting=meeting, **WORDS)
    made = task.milestones.get(kind="accepted_province")
    assert (made.on, made.grade) == (date(2023, 6, 1), failing)
    assert failed_item_work(OFFICER, TODAY).items == ()
    assert (
        why_not_conclude(meeting, **WORDS)
        == "Không còn nhiệm vụ được thông qua nào của cuộc họp chưa ghi mốc."
    )
    with pytest.raises(Refused, match="xếp loại không đạt"):
        record_milestone(task=task, kind="registered", reached_on=date(2023, 7, 1), **WORDS)
    sufficient = GradeFactory(code="good", label="Đạt")
    correct_item_grade(item=item, grade=sufficient, reason="nhầm", **WORDS)
    item.refresh_from_db()
    made.refresh_from_db()
    assert (item.passed, item.grade, made.grade) == (True, sufficient, sufficient)


def test_the_file_of_a_task_that_failed_at_its_meeting_says_what_to_do(client):
    client.force_login(account(Role.OFFICER, "QLKH"))
    task, meeting = contracted(), SeatedMeetingFactory(held_on=date(2023, 6, 1))
    MeetingItemFactory(meeting=meeting, task=task, passed=False, grade=None)
    for address in (reverse("science-task", args=[task.pk]), reverse("work-list")):
        page = client.get(address)
        assert page.status_code == 200
        assert "Ghi xếp loại ở dòng của nhiệm vụ trong cuộc họp" in page.content.decode()
    before = client.get(reverse("science-task", args=[task.pk]), {"on": "31/05/2023"})
    assert "không thông qua" not in before.content.decode()


@pytest.mark.parametrize(
    ("kind", "day", "reported"),
    [
        ("budget_appraised", date(2022, 3, 2), "phải trước mốc “Ký hợp đồng” ngày 01/03/2022"),
        ("self_accepted", date(2022, 2, 1), "phải sau mốc “Ký hợp đồng” ngày 01/03/2022"),
        ("self_accepted", date(2023, 6, 2), "phải trước mốc “Nghiệm thu cấp tỉnh” ngày 01/06/2023"),
    ],
)
def test_appraisal_and_self_assessment_stand_in_their_order(kind, day, reported):
    task = contracted()
    TaskMilestoneFactory(task=task, kind="accepted_province", on=date(2023, 6, 1))
    with pytest.raises(Refused, match=reported):
        record_milestone(task=task, kind=kind, reached_on=day, **WORDS)
    row = {
        "task": task.code,
        "kind": task.milestones.model(kind=kind).get_kind_display(),
        "on": f"{day:%d/%m/%Y}",
    }
    assert reported in " ".join(import_problems(task.milestones.model, row, OFFICER, TODAY))


def test_appraisal_and_self_assessment_are_recorded_once_but_again_after_a_failure():
    task = contracted()
    record_milestone(task=task, kind="budget_appraised", reached_on=date(2022, 2, 1), **WORDS)
    record_milestone(task=task, kind="self_accepted", reached_on=date(2022, 9, 1), **WORDS)
    for kind, day in (("budget_appraised", date(2022, 2, 2)), ("self_accepted", date(2022, 9, 2))):
        with pytest.raises(Refused, match="chỉ ghi một lần"):
            record_milestone(task=task, kind=kind, reached_on=day, **WORDS)
    failing = GradeFactory(code="failed", label="Không đạt", fails=True)
    TaskMilestoneFactory(task=task, kind="accepted_province", on=date(2022, 10, 1), grade=failing)
    record_milestone(task=task, kind="self_accepted", reached_on=date(2023, 3, 1), **WORDS)
    with pytest.raises(Refused, match="chỉ ghi một lần"):
        record_milestone(task=task, kind="self_accepted", reached_on=date(2023, 4, 1), **WORDS)


@pytest.mark.parametrize("fails", [False, True])
def test_minutes_print_no_result_against_its_grade(fails):
    grade, meeting = GradeFactory(fails=fails), SeatedMeetingFactory(code="H1", held_on=date(2023, 6, 1))
    item = MeetingItemFactory(
        meeting=meeting, passed=not fails, grade=grade, task=ScienceTaskFactory(code="A")
    )
    assert "xếp loại" in " ".join(form_refusals(item, OFFICER, TODAY, passed=fails))
    item.refresh_from_db()
    assert "xếp loại" in api_refusal(item, OFFICER, TODAY, passed=fails)
    row = {"meeting": "H1", "task": "A", "passed": "Có" if fails else "Không"}
    assert "xếp loại" in " ".join(import_problems(type(item), row, OFFICER, TODAY))
    assert issue(draft(meeting, kind=MINUTES)).number_text
    stored = MeetingItemFactory(passed=fails, grade=grade)  # before the rule
    with pytest.raises(Refused, match="trái nhau"):
        draft(stored.meeting, kind=MINUTES)
