"""A council's meeting settles several tasks at once: each with its own grade, whatever stops the others."""

from datetime import date

import pytest

from khcn.councils.models import CouncilMeeting, CouncilMember
from khcn.kernel.actors import Role, acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.science.documents import CERTIFICATE
from khcn.science.models import TaskMilestone
from khcn.science.operations import TaskRefused, correct_milestone
from khcn.science.operations.history import history_of
from khcn.science.operations.meetings import preview_conclusions, record_conclusions, why_not_conclude
from khcn.science.operations.recorded_meetings import correct_meeting_day
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMeetingFactory, CouncilMemberFactory, SeatedMeetingFactory
from tests.factories.parties import PersonFactory
from tests.factories.reference import GradeFactory, RuleParameterFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, HEAD = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.HEAD, "QLKH")
TODAY, MEETING_DAY = date(2026, 1, 5), date(2023, 6, 1)


def running(code):
    task = ScienceTaskFactory(code=code)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


@pytest.fixture
def meeting():
    return SeatedMeetingFactory(kind="acceptance", held_on=MEETING_DAY, minutes_number="05/BB")


def test_every_task_that_passed_is_accepted_with_its_own_grade(meeting):
    grade = GradeFactory()
    good, other, failed = running("A"), running("B"), running("C")
    TaskMilestoneFactory(task=other, kind="dossier_submitted", on=date(2023, 5, 2))
    MeetingItemFactory(meeting=meeting, task=good, grade=grade, conclusion="Đạt yêu cầu")
    MeetingItemFactory(meeting=meeting, task=other, grade=grade)
    MeetingItemFactory(meeting=meeting, task=failed, passed=False)
    shown = preview_conclusions(meeting, document=None, actor=STAFF, on=TODAY)
    assert len(shown) == 3
    assert ["chưa ghi ngày nộp hồ sơ nghiệm thu" in each for each in shown] == [True, False, False]
    assert f"không thông qua “{failed}” mà chưa ghi xếp loại không đạt" in shown[-1]
    record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    made = good.milestones.get(kind="accepted_province")
    assert (made.on, made.grade, made.number, made.note) == (MEETING_DAY, grade, "05/BB", "Đạt yêu cầu")
    assert other.milestones.filter(kind="accepted_province").count() == 1
    assert not failed.milestones.filter(kind="accepted_province").exists()
    assert "chưa ghi xếp loại không đạt" in why_not_conclude(meeting, actor=STAFF, on=TODAY)


def test_a_task_that_the_rules_are_against_is_named_and_stops_no_other_one(meeting):
    good, fresh = running("A"), ScienceTaskFactory(code="B", short_name="Chưa ký")
    MeetingItemFactory(meeting=meeting, task=good)
    MeetingItemFactory(meeting=meeting, task=fresh)
    outcome = run_action(meeting, "record-conclusions", STAFF, TODAY)
    refused = "Nhiệm vụ “Chưa ký”: Không ghi được mốc"
    assert f"Chưa ghi được: {refused}" in outcome.message
    assert good.milestones.get(kind="accepted_province").on == MEETING_DAY
    assert not fresh.milestones.exists()
    with pytest.raises(TaskRefused, match=refused):
        record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    TaskMilestoneFactory(task=fresh, kind="contract_signed", on=date(2022, 3, 1))
    assert run_action(meeting, "record-conclusions", STAFF, TODAY).message.endswith("nhiệm vụ”.")
    assert fresh.milestones.filter(kind="accepted_province").exists()


def test_the_preview_names_every_task_that_the_action_refuses_and_so_does_the_action(meeting):
    GradeFactory()
    good, fresh, ungraded = running("A"), ScienceTaskFactory(code="B", short_name="Chưa ký"), running("C")
    MeetingItemFactory(meeting=meeting, task=good, grade=GradeFactory())
    for task in (fresh, ungraded):
        MeetingItemFactory(meeting=meeting, task=task)
    first, second, third = preview_conclusions(meeting, document=None, actor=STAFF, on=TODAY)
    assert first.startswith(f"{good}: Nghiệm thu cấp tỉnh")
    assert second.startswith("Nhiệm vụ “Chưa ký”: Không ghi được mốc")
    assert third == f"Nhiệm vụ “{ungraded}”: Nghiệm thu cấp tỉnh phải có xếp loại. Hãy chọn xếp loại."
    record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    with pytest.raises(TaskRefused) as refused:
        record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    assert str(refused.value) == f"{second} {third}"


def test_a_task_that_passed_later_is_recorded_although_the_day_of_the_meeting_was_put_right(meeting):
    first, later = running("A"), running("B")
    grade = GradeFactory()
    MeetingItemFactory(meeting=meeting, task=first, grade=grade)
    record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    with acting(STAFF):
        meeting.held_on = date(2023, 6, 5)
        meeting.save()
    assert "chưa ghi mốc" in why_not_conclude(meeting, actor=STAFF, on=TODAY)
    MeetingItemFactory(meeting=meeting, task=later, grade=grade)
    record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    assert later.milestones.get(kind="accepted_province").on == date(2023, 6, 5)


def test_the_provincial_council_settles_nothing_and_the_register_below_has_the_action():
    meeting = CouncilMeetingFactory(kind="provincial", held_on=MEETING_DAY)
    assert "chỉ tư vấn" in why_not_conclude(meeting, actor=STAFF, on=TODAY)
    assert "record-conclusions" in [each.name for each in register_of(type(meeting)).actions]


@pytest.fixture
def too_few(meeting):
    """A task that passed at a meeting to which one of three members came."""
    RuleParameterFactory(
        code="council_quorum_percent", value=67, unit="percent", valid_from=date(2014, 7, 15)
    )
    for _each in range(2):
        CouncilMemberFactory(council=meeting.council, from_on=date(2021, 1, 1))
    changed(meeting, members_present=1)
    return MeetingItemFactory(meeting=meeting, task=running("A"), grade=GradeFactory())


def changed(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    with acting(STAFF):
        record.save()
    return record


def accepted(item, *, on=MEETING_DAY, grade=None, **values):
    return TaskMilestoneFactory.build(
        task=item.task, kind="accepted_province", on=on, grade=grade or item.grade, **values
    )


def written(record, actor=STAFF, **values):
    for name, value in values.items():
        setattr(record, name, value)
    save_row(register_of(type(record)), record, actor=actor, on=TODAY)


def recorded_then_present(item):
    changed(item.meeting, members_present=2)
    record_conclusions(meeting=item.meeting, actor=STAFF, on=TODAY)
    written(item.meeting, members_present=1)


def typed_then_decided(item):
    grade = item.grade
    changed(item, passed=None, grade=None)
    with acting(STAFF):
        accepted(item, grade=grade).save()
    written(item, passed=True, grade=grade)


def undecided(item):
    """The grade that the item had."""
    grade = item.grade
    changed(item, passed=None, grade=None)
    return grade


def typed_without_decision(item):
    written(accepted(item, grade=undecided(item)))


def typed_days_later(item):
    TaskMilestoneFactory(task=item.task, kind="dossier_submitted", on=date(2023, 6, 2))
    written(accepted(item, on=date(2023, 6, 3), grade=undecided(item)))


def typed_then_on_the_agenda(item, day=MEETING_DAY):
    meeting, task, grade = item.meeting, item.task, item.grade
    with acting(STAFF):
        item.delete()
    written(TaskMilestoneFactory.build(task=task, kind="accepted_province", on=day, grade=grade))
    written(MeetingItemFactory.build(meeting=meeting, task=task, passed=None))


def agenda_of_next_meeting(item, **values):
    meeting = SeatedMeetingFactory(held_on=date(2023, 6, 5), members_total=1, members_present=1)
    return MeetingItemFactory(meeting=meeting, task=item.task, **values)


def typed_then_without_the_later_meeting(item):
    again = agenda_of_next_meeting(item, passed=None)
    written(accepted(item, on=date(2023, 6, 6), grade=undecided(item)))
    remove_row(register_of(type(item)), again, actor=STAFF, on=TODAY)


def typed_by_a_slip(item):
    milestone = TaskMilestoneFactory(task=item.task, kind="accepted_province", on=date(2023, 5, 31))
    corrected = {"kind": "accepted_province", "reached_on": MEETING_DAY, "grade": item.grade}
    correct_milestone(milestone=milestone, **corrected, reason="nhầm", actor=STAFF, on=TODAY)


def recorded_then_moved(item):
    changed(item.meeting, members_present=2)
    record_conclusions(meeting=item.meeting, actor=STAFF, on=TODAY)
    changed(item.meeting.council.members.get(role="chair"), from_on=MEETING_DAY)
    correct_meeting_day(meeting=item.meeting, held_on=date(2023, 5, 30), reason="nhầm", actor=STAFF, on=TODAY)


def recorded_then_without_chair(item):
    changed(item.meeting, members_present=2)
    record_conclusions(meeting=item.meeting, actor=STAFF, on=TODAY)
    remove_row(
        register_of(CouncilMember), item.meeting.council.members.get(role="chair"), actor=STAFF, on=TODAY
    )


def recorded_then_more_seats(item):
    changed(item.meeting, members_present=2)
    record_conclusions(meeting=item.meeting, actor=STAFF, on=TODAY)
    changed(item.meeting, members_total=None)
    for _each in range(3):
        written(
            CouncilMemberFactory.build(
                council=item.meeting.council, person=PersonFactory(), from_on=MEETING_DAY
            )
        )


@pytest.mark.parametrize(
    "write",
    [
        lambda item: record_conclusions(meeting=item.meeting, actor=STAFF, on=TODAY),
        lambda item: written(accepted(item)),
        lambda item: written(accepted(item, on=date(2023, 6, 20))),
        typed_then_decided,
        typed_without_decision,
        typed_days_later,
        typed_then_on_the_agenda,
        lambda item: typed_then_on_the_agenda(item, date(2023, 6, 2)),
        typed_then_without_the_later_meeting,
        typed_by_a_slip,
        recorded_then_present,
        recorded_then_moved,
        recorded_then_without_chair,
        recorded_then_more_seats,
    ],
    ids=[
        *("action", "typed", "typed with the day of the decision", "item afterwards"),
        *("typed without decision", "typed days later", "agenda afterwards", "agenda of a day before"),
        *("later meeting taken away", "corrected"),
        *("presence afterwards", "day afterwards", "chair afterwards", "seats afterwards"),
    ],
)
def test_no_result_is_recorded_of_a_council_that_could_not_decide(too_few, write):
    with pytest.raises(Refused, match=r"theo cuộc họp ngày .*(có mặt \d trong \d|không có chủ tịch)"):
        write(too_few)


def test_only_a_meeting_from_paper_may_lack_the_quorum(too_few):
    assert "có mặt 1 trong 3" in why_not_conclude(too_few.meeting, actor=STAFF, on=TODAY)
    with pytest.raises(Refused, match="có mặt 1 trong 3"):
        written(accepted(too_few, taken_over=True), actor=HEAD)
    changed(too_few.meeting, taken_over=True)
    written(accepted(too_few, taken_over=True), actor=HEAD)
    assert CERTIFICATE.missing(too_few.task, TODAY) == ""
    changed(too_few.meeting, taken_over=False)
    assert "có mặt 1 trong 3" in CERTIFICATE.missing(too_few.task, TODAY)
    changed(too_few.meeting, taken_over=True)
    written(too_few.meeting, actor=HEAD, venue="Sở")


def test_a_typed_choice_is_refused_where_the_council_that_had_it_on_the_agenda_could_not_decide(too_few):
    task = ScienceTaskFactory(code="D")
    day = date(2023, 6, 2)
    meeting = CouncilMeetingFactory(kind="selection", held_on=day, members_total=5, members_present=1)
    TaskMilestoneFactory(task=task, kind="determined", on=date(2023, 1, 1))
    MeetingItemFactory(meeting=meeting, task=task, passed=None)
    for reached_on in (day, date(2023, 6, 3)):
        with pytest.raises(Refused, match=r"theo cuộc họp ngày 02/06/2023 .*Chưa ghi ai là thành viên"):
            run_action(task, "record-milestone", STAFF, TODAY, kind="awarded", reached_on=reached_on)
    run_action(task, "record-milestone", STAFF, TODAY, kind="awarded", reached_on=date(2023, 6, 1))


@pytest.mark.parametrize("day", [MEETING_DAY, date(2023, 6, 3)])
@pytest.mark.parametrize("from_paper", [False, True])
def test_a_typed_acceptance_stays_possible_where_the_council_could_decide_or_papers_tell_of_it(
    too_few, from_paper, day
):
    changed(too_few.meeting, **{"taken_over": True} if from_paper else {"members_present": 2})
    milestone = accepted(too_few, on=day, grade=undecided(too_few), taken_over=from_paper)
    written(milestone, actor=HEAD if from_paper else STAFF)


PLACES = ({"held_on": date(2026, 1, 4)}, {"council": None}, {"kind": "selection"})


def test_a_meeting_from_paper_lends_what_it_lacks_to_no_result_and_meeting_of_another_day(too_few):
    meeting = changed(too_few.meeting, taken_over=True)
    with pytest.raises(
        Refused, match=r"có mặt 1 trong 3 .* lãnh đạo phòng, đơn vị hoặc quản trị ghi kết quả"
    ):
        run_action(meeting, "record-conclusions", STAFF, TODAY)
    with pytest.raises(Refused, match="Chỉ lãnh đạo phòng"):
        record_conclusions(meeting=meeting, actor=STAFF, on=TODAY)
    with pytest.raises(Refused, match="có mặt 1 trong 3"):
        written(accepted(too_few))
    for values in PLACES:
        (text,) = form_refusals(CouncilMeeting.objects.get(), STAFF, TODAY, **values)
        assert "Cuộc họp này chuyển từ hồ sơ giấy" in text
        assert "Cuộc họp này chuyển từ hồ sơ giấy" in api_refusal(meeting, STAFF, TODAY, **values)
    (text,) = import_problems(CouncilMeeting, {"code": meeting.code, "held_on": "4/1/2026"}, STAFF, TODAY)
    assert "Cuộc họp này chuyển từ hồ sơ giấy" in text
    assert form_refusals(CouncilMeeting.objects.get(), STAFF, TODAY, venue="Sở") == []
    assert form_refusals(CouncilMeeting.objects.get(), HEAD, TODAY, held_on=date(2023, 6, 2)) == []
    run_action(CouncilMeeting.objects.get(), "record-conclusions", HEAD, TODAY)
    assert [each.taken_over for each in TaskMilestone.objects.filter(kind="accepted_province")] == [True]
    with pytest.raises(Refused, match="Chỉ lãnh đạo phòng"):
        run_action(meeting, "correct-day", STAFF, TODAY, held_on=date(2023, 6, 1), reason="gõ nhầm")


def test_a_complete_meeting_from_paper_gives_its_results_as_any_other(too_few):
    meeting = changed(too_few.meeting, taken_over=True, members_present=2)
    run_action(meeting, "record-conclusions", STAFF, TODAY)
    assert [each.taken_over for each in TaskMilestone.objects.filter(kind="accepted_province")] == [False]
    with pytest.raises(Refused, match="có mặt 1 trong 3"):
        written(CouncilMeeting.objects.get(), members_present=1)
    chair = meeting.council.members.get(role="chair")
    for actor in (STAFF, HEAD):
        with pytest.raises(Refused, match="không có chủ tịch"):
            written(chair, actor=actor, role="member")
        chair.refresh_from_db()
        with pytest.raises(Refused, match="không có chủ tịch"):
            remove_row(register_of(CouncilMember), chair, actor=actor, on=TODAY)
    changed(
        TaskMilestone.objects.get(kind="accepted_province"), taken_over=True
    )  # history from paper, as the meeting is
    remove_row(register_of(CouncilMember), chair, actor=STAFF, on=TODAY)


def test_no_acceptance_is_typed_before_a_meeting_that_shall_decide_it(too_few):
    grade = undecided(too_few)
    changed(too_few.meeting, members_present=2)
    with pytest.raises(Refused, match=r"trong chương trình cuộc họp nghiệm thu ngày 01/06/2023 .* xóa dòng"):
        written(accepted(too_few, on=date(2023, 5, 31), grade=grade))
    with acting(STAFF):
        too_few.delete()
    written(accepted(too_few, on=date(2023, 5, 31), grade=grade))
    again = MeetingItemFactory.build(meeting=too_few.meeting, task=too_few.task, passed=None)
    with pytest.raises(Refused, match=r"đã có mốc “Nghiệm thu cấp tỉnh” ngày 31/05/2023"):
        written(again)


@pytest.mark.parametrize("decided", [True, None])
def test_the_council_that_met_again_gives_the_acceptance(too_few, decided):
    grade = undecided(too_few)
    agenda_of_next_meeting(too_few, passed=decided, grade=grade if decided else None)
    written(accepted(too_few, on=date(2023, 6, 6), grade=grade))
    assert CERTIFICATE.missing(too_few.task, TODAY) == ""


def test_who_enters_the_agenda_after_the_milestone_reads_which_milestone_and_what_to_enter_first(meeting):
    item = MeetingItemFactory.build(meeting=meeting, task=running("A"), passed=None)
    changed(meeting, council=None)
    milestone = accepted(item, on=date(2023, 6, 3), grade=GradeFactory())
    written(milestone)
    with pytest.raises(Refused, match=r"mốc “Nghiệm thu cấp tỉnh” ngày 03/06/2023 .* ghi thành viên ở trang"):
        written(item)
    with acting(STAFF):  # on record from before this was asked
        item.save()
    assert "Chưa ghi ai là thành viên hội đồng" in CERTIFICATE.missing(item.task, TODAY)
    written(milestone, note="Ghi chú")


def test_a_meeting_that_gave_a_failure_gives_no_later_acceptance(too_few):
    grade = undecided(too_few)
    changed(too_few.meeting, members_present=2)
    written(accepted(too_few, on=date(2023, 6, 3), grade=GradeFactory(code="fail", fails=True)))
    written(TaskMilestoneFactory.build(task=too_few.task, kind="dossier_submitted", on=date(2023, 6, 10)))
    written(accepted(too_few, on=date(2023, 6, 20), grade=grade))
    given = history_of(too_few.task).given_results()
    assert [(result.on, decision.on) for result, decision in given] == [(date(2023, 6, 3), MEETING_DAY)]
