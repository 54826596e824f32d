"""Violations of the rules about councils, what they decided, and what the division does around tasks."""

from datetime import date

from khcn.councils.models import CouncilKind, CouncilRole
from khcn.science.enums import MilestoneKind
from tests.factories.councils import CouncilFactory, CouncilMeetingFactory, CouncilMemberFactory
from tests.factories.reference import AdminUnitFactory, FieldGroupFactory, GradeFactory
from tests.factories.science import (
    EvaluationCampaignFactory,
    MeetingItemFactory,
    OperationCertificateFactory,
    PilotModelFactory,
    ProgressCheckFactory,
    WorkingSessionFactory,
)
from tests.integrity.given import TOMORROW, accepted_task, breaks, milestones, put, running_task
from tests.integrity.kernel_seeds import a_paper
from tests.integrity.science_seeds import failing_grade

K = MilestoneKind


def item(**values):
    """Of a meeting on 1 June 2023, on whose day the task was accepted."""
    return MeetingItemFactory(**{"task": accepted_task(), **values})


# ----------------------------------------------------------------------------------------- councils


@breaks("councils.meeting_kind")
def _():
    return put(CouncilMeetingFactory(), kind=CouncilKind.SELECTION)


@breaks("councils.meeting_outside_council")
def _():
    return put(CouncilMeetingFactory(), held_on=date(2023, 1, 31))


@breaks("councils.meeting_outside_council")
def _():
    meeting = CouncilMeetingFactory()
    put(meeting.council, dissolved_on=date(2023, 5, 31))
    return meeting


@breaks("councils.minutes_future")
def _():
    return put(CouncilMeetingFactory(), minutes_on=TOMORROW)


@breaks("councils.person_two_seats")
def _():
    one = CouncilMemberFactory()
    return CouncilMemberFactory(council=one.council, person=one.person, from_on=date(2023, 3, 1))


@breaks("councils.role_two_persons")
def _():
    one = CouncilMemberFactory(role=CouncilRole.SECRETARY)
    return CouncilMemberFactory(council=one.council, role=CouncilRole.SECRETARY, from_on=date(2023, 3, 1))


@breaks("councils.seat_before_council")
def _():
    return put(CouncilMemberFactory(), from_on=date(2023, 1, 31))


@breaks("councils.seat_after_council")
def _():
    council = CouncilFactory(dissolved_on=date(2023, 6, 1))
    return put(CouncilMemberFactory(council=council), from_on=date(2023, 6, 1))


@breaks("councils.meeting_members")
def _():
    meeting = CouncilMeetingFactory()
    CouncilMemberFactory(council=meeting.council)
    return put(meeting, members_total=2)


@breaks("councils.acceptance_unnumbered")
def _():
    return put(CouncilMeetingFactory(), conclusion="Thông qua")


# ------------------------------------------------------------------------------ what they decided


@breaks("science.item_grade_and_result")
def _():
    task = running_task()
    grade = failing_grade()
    milestones(task, (K.ACCEPTED_PROVINCE, date(2023, 6, 2), {"grade": grade}))
    return put(item(task=task), grade=grade)


@breaks("science.item_grade_list")
def _():
    return put(item(), grade=FieldGroupFactory())


@breaks("science.item_grade_day")
def _():
    coming = GradeFactory(code="coming", label="Sắp có", valid_from=date(2023, 6, 2))
    return put(item(), grade=coming)


@breaks("science.item_graded_elsewhere")
def _():
    found = item(task=running_task(), meeting__kind=CouncilKind.SELECTION)
    return put(found, grade=GradeFactory())


@breaks("science.item_refused_by_adviser")
def _():
    found = item(task=running_task(), meeting__kind=CouncilKind.PROVINCIAL)
    return put(found, passed=False)


@breaks("science.item_before_meeting")
def _():
    found = item(task=running_task())
    put(found.meeting, held_on=TOMORROW)
    return found


@breaks("science.item_against_milestone")
def _():
    return put(item(), passed=False)


@breaks("science.item_against_milestone")
def _():
    found = item()
    put(found.task.milestones.get(kind=K.ACCEPTED_PROVINCE), grade=GradeFactory())
    return put(found, grade=GradeFactory(code="excellent", label="Xuất sắc"))


@breaks("science.item_two_results")
def _():
    return item(task=item().task, meeting__held_on=date(2023, 11, 1))


@breaks("science.item_without_milestone")
def _():
    return item(task=running_task())


# -------------------------------------------------------------------------------------- activities


@breaks("science.session_without_district")
def _():
    return put(WorkingSessionFactory(), admin_unit=None)


@breaks("science.session_district_day")
def _():
    return put(WorkingSessionFactory(), admin_unit=AdminUnitFactory(valid_to=date(2023, 5, 15)))


@breaks("science.check_after_end")
def _():
    task = running_task()
    milestones(task, (K.STOPPED, date(2023, 5, 4)))
    return ProgressCheckFactory(task=task)


@breaks("science.check_before_contract")
def _():
    return put(ProgressCheckFactory(task=running_task()), checked_on=date(2022, 2, 28))


@breaks("science.model_finished_in_future")
def _():
    return put(PilotModelFactory(task=running_task()), finished_on=TOMORROW)


@breaks("science.campaign_surveyed_early")
def _():
    return put(EvaluationCampaignFactory(), surveyed_on=date(2023, 3, 2))


def certificate(**values):
    found = OperationCertificateFactory(**values)
    return put(found, parent=OperationCertificateFactory(kind="new").holder)


@breaks("science.certificate_ended_early")
def _():
    return put(certificate(), ended_on=date(2023, 6, 5))


@breaks("science.certificate_own_parent")
def _():
    found = certificate()
    return put(found, parent=found.holder)


@breaks("science.certificate_branch_alone")
def _():
    return put(certificate(), parent=None)


@breaks("science.certificate_number_of_other")
def _():
    one = certificate()
    other = certificate(issued_on=date(2023, 6, 7))
    return put(other, number=one.number, sort_key=one.sort_key)


# -------------------------------------------------------------------- papers issued for the records


@breaks("science.certificate_unregistered")
def _():
    return a_paper(accepted_task())


@breaks("science.minutes_number")
def _():
    return a_paper(CouncilMeetingFactory())


@breaks("science.withdrawn_but_registered")
def _():
    old = a_paper(accepted_task(), "withdrawn")
    a_paper(old.record(), withdraws=old)
    return old
