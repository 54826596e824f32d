"""Members and numbers of a meeting whose results are recorded: slips are mended, and no result loses its council."""

from datetime import date

import pytest

from khcn.councils.models import CouncilMeeting, CouncilMember, CouncilRole
from khcn.kernel.actors import Role
from khcn.kernel.intake import operations as intake
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.science.models import MeetingItem, TaskMilestone
from khcn.science.operations import remove_milestone
from khcn.science.operations.meetings import record_conclusions
from tests.factories.base import an_actor
from tests.factories.councils import CouncilFactory, CouncilMeetingFactory, CouncilMemberFactory
from tests.factories.parties import PersonFactory
from tests.factories.reference import GradeFactory, RuleParameterFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import book_of, rows_of, sheets
from tests.science.channels import form_refusals, run_action

pytestmark = pytest.mark.django_db
STAFF, TODAY, MEETING_DAY = an_actor(Role.OFFICER, "QLKH"), date(2026, 1, 5), date(2023, 6, 1)
WORDS = {"actor": STAFF, "on": TODAY}
ROLES = ("chair", "secretary", "reviewer", "member", "member")


@pytest.fixture
def meeting():
    """A meeting of a council of five, of whom four came; without its members."""
    RuleParameterFactory(
        code="council_quorum_percent", value=67, unit="percent", valid_from=date(2014, 7, 15)
    )
    council = CouncilFactory(code="HD1", established_on=date(2023, 1, 1))
    return CouncilMeetingFactory(
        code="H1", council=council, held_on=MEETING_DAY, members_total=5, members_present=4
    )


@pytest.fixture
def item(meeting):
    task = ScienceTaskFactory(code="A")
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return MeetingItemFactory(meeting=meeting, task=task, grade=GradeFactory())


@pytest.fixture
def seats(meeting, item):
    """The seats, after the result was recorded."""
    made = [CouncilMemberFactory(council=meeting.council, role=role) for role in ROLES]
    record_conclusions(meeting=meeting, **WORDS)
    assert item.task.milestones.filter(kind="accepted_province").exists()
    return made


def refusal(write, *given, **values):
    """What is said against the write; "" when it was done."""
    try:
        write(*given, **values)
    except Refused as refused:
        return str(refused)
    return ""


def remove(seat):
    remove_row(register_of(CouncilMember), seat, **WORDS)


def add(council, role="member", person=None):
    seat = CouncilMemberFactory.build(
        council=council, role=role, person=person or PersonFactory(), from_on=date(2023, 2, 1)
    )
    save_row(register_of(CouncilMember), seat, **WORDS)


def test_a_forgotten_member_is_added_before_the_number_is_corrected_or_after_it(meeting, seats):
    add(meeting.council)
    assert form_refusals(meeting, STAFF, TODAY, members_total=6) == []
    meeting.refresh_from_db()
    assert form_refusals(meeting, STAFF, TODAY, members_total=7, members_present=5) == []
    add(meeting.council)
    assert meeting.council.members.count() == 7


@pytest.mark.parametrize("total", [5, None])
@pytest.mark.parametrize("removed_first", [False, True])
def test_a_member_who_was_replaced_before_the_meeting_is_exchanged(meeting, seats, total, removed_first):
    assert form_refusals(meeting, STAFF, TODAY, members_total=total) == []
    steps = [lambda: remove(seats[-1]), lambda: add(meeting.council)]
    for step in steps if removed_first else reversed(steps):
        step()
    assert not CouncilMember.objects.filter(pk=seats[-1].pk).exists()
    assert form_refusals(seats[0], STAFF, TODAY, person=PersonFactory()) == []


def test_chair_and_reviewer_get_the_roles_of_each_other_by_the_button_that_the_refusals_name(seats):
    chair, _secretary, reviewer, *members = seats
    button = "bấm “Đổi chức danh cho nhau” ở trang của"
    assert button in " ".join(form_refusals(chair, STAFF, TODAY, role=CouncilRole.REVIEWER))
    assert button in " ".join(form_refusals(reviewer, STAFF, TODAY, role=CouncilRole.CHAIR))
    run_action(chair, "swap-roles", STAFF, TODAY, person=reviewer.person)
    roles = dict(CouncilMember.objects.values_list("pk", "role"))
    assert (roles[chair.pk], roles[reviewer.pk]) == ("reviewer", "chair")
    stranger = CouncilMemberFactory(person=PersonFactory()).person
    assert "không ở trong hội đồng này" in refusal(
        run_action, reviewer, "swap-roles", STAFF, TODAY, person=stranger
    )
    assert "cùng một chức danh" in refusal(
        run_action, members[0], "swap-roles", STAFF, TODAY, person=members[1].person
    )


def test_what_leaves_no_council_that_could_decide_is_refused_with_the_way_out(meeting, seats):
    recorded = "Kết quả đã ghi theo cuộc họp ngày 01/06/2023"
    why = refusal(remove, seats[0])
    assert recorded in why
    assert "Hội đồng không có chủ tịch" in why
    (why,) = form_refusals(meeting, STAFF, TODAY, members_present=3)
    assert recorded in why
    assert "sửa ở trang cuộc họp trước" in why
    meeting.refresh_from_db()
    (why,) = form_refusals(meeting, STAFF, TODAY, members_total=9)
    assert "có mặt 4 trong 9" in why
    (why,) = form_refusals(meeting, STAFF, TODAY, members_total=5, members_present=4, council=None)
    assert "Không có ai là thành viên" in why
    remove(seats[-1])
    why = refusal(remove, seats[-2])
    assert recorded in why
    assert "chỉ còn 3 trong 5 người" in why
    meeting.refresh_from_db()
    assert form_refusals(meeting, STAFF, TODAY, members_total=None) == []
    remove(seats[-2])
    assert "chỉ còn 2 trong 4 người" in refusal(remove, seats[-3])
    assert CouncilMember.objects.count() == 3


def test_a_council_of_which_nothing_was_on_record_is_completed_member_by_member(meeting, item):
    accepted = {"task": item.task, "kind": "accepted_province", "on": MEETING_DAY, "grade": item.grade}
    TaskMilestoneFactory(**accepted)  # as when it was recorded before members were asked for
    for role in reversed(ROLES):
        add(meeting.council, role)
    assert "có mặt 3 trong 5" in " ".join(form_refusals(meeting, STAFF, TODAY, members_present=3))


def changed(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    return record


def imported(content):
    batch = intake.upload(content=content, name="tep.xlsx", **WORDS)
    intake.confirm_import(batch=batch, **WORDS)
    return batch


def seat_rows():
    names = [f"Người Minh Họa {number}" for number in range(5)]
    for name in names:
        PersonFactory(full_name=name)
    labels = [str(CouncilRole(role).label) for role in ROLES]
    return [
        {"council": "HD1", "person": name, "role": label, "from_on": "01/02/2023"}
        for name, label in zip(names, labels, strict=True)
    ]


def members(_meeting):
    return book_of(CouncilMember, seat_rows())


def presence(meeting):
    for role in ROLES:
        CouncilMemberFactory(council=meeting.council, role=role)
    save_row(register_of(CouncilMeeting), changed(meeting, members_present=1), **WORDS)
    return book_of(CouncilMeeting, [{"code": "H1", "members_present": 4}])


def members_and_numbers(meeting):
    save_row(register_of(CouncilMeeting), changed(meeting, members_total=None, members_present=None), **WORDS)
    numbers = [{"code": "H1", "members_total": 5, "members_present": 4}]
    return sheets({"HĐ": rows_of(CouncilMember, seat_rows()), "Họp": rows_of(CouncilMeeting, numbers)})


@pytest.mark.parametrize("content", [members, presence, members_and_numbers])
def test_an_import_by_which_the_council_could_decide_is_not_undone_while_its_result_stands(
    meeting, item, content
):
    batch = imported(content(meeting))
    record_conclusions(meeting=meeting, **WORDS)
    why = refusal(intake.undo_import, batch=batch, **WORDS)
    assert "Không hoàn tác được: Kết quả đã ghi theo cuộc họp ngày 01/06/2023" in why
    assert meeting.council.members.count() == 5
    meeting.refresh_from_db()
    assert meeting.members_present == 4
    accepted = item.task.milestones.get(kind="accepted_province")
    remove_milestone(milestone=accepted, reason="gõ nhầm", **WORDS)
    intake.undo_import(batch=batch, **WORDS)


def test_an_import_of_members_agenda_and_result_is_undone_as_a_whole(meeting):
    task, grade = ScienceTaskFactory(code="A"), GradeFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    on_agenda = {"meeting": "H1", "task": "A", "passed": "Có", "grade": grade.label}
    accepted = {"task": "A", "kind": "Nghiệm thu cấp tỉnh", "on": "1/6/2023", "grade": grade.label}
    tables = {"Thành viên": rows_of(CouncilMember, seat_rows())}
    tables |= {"Việc": rows_of(MeetingItem, [on_agenda]), "Mốc": rows_of(TaskMilestone, [accepted])}
    batch = imported(sheets(tables))
    assert task.milestones.count() == 2
    intake.undo_import(batch=batch, **WORDS)
    assert (task.milestones.count(), MeetingItem.objects.count(), CouncilMember.objects.count()) == (1, 0, 0)


def test_one_file_may_not_change_members_and_numbers_so_that_the_council_could_not_have_decided(
    meeting, seats
):
    numbers = [{"code": "H1", "members_total": 9, "members_present": 4}]
    more = [{**row, "role": "Ủy viên"} for row in seat_rows()[:4]]
    content = sheets({"HĐ": rows_of(CouncilMember, more), "Họp": rows_of(CouncilMeeting, numbers)})
    assert "có mặt 4 trong 9" in refusal(imported, content)
    assert meeting.council.members.count() == 5
