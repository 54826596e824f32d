"""A certificate and minutes of one task, both in force, never print two results, whatever drafts are open."""

import re
from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.papers.differences import contradiction
from khcn.kernel.papers.drafts import renew_draft
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.science.documents import MINUTES
from tests.factories.base import an_actor
from tests.factories.councils import SeatedMeetingFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import DAY, draft, issue
from tests.science.channels import run_action

# the file of a paper is made after the commit
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("papers_are_composed")]
WORDS = {"actor": an_actor(), "on": DAY}
MEETING_DAY = date(2023, 6, 1)


@pytest.fixture
def grades():
    names = (("excellent", "Xuất sắc"), ("good", "Khá"), ("failed", "Không đạt"))
    return {code: GradeFactory(code=code, label=label, fails=code == "failed") for code, label in names}


@pytest.fixture
def meeting():
    return SeatedMeetingFactory(conclusion="Họp xong", held_on=MEETING_DAY)


def accepted(meeting, grade):
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", number="05/HĐ-SKHCN")
    item = MeetingItemFactory(meeting=meeting, task=task, passed=not grade.fails, grade=grade)
    return task, item


def rewritten(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    with acting(SYSTEM):
        record.save()


def both_opened(meeting, grade):
    """Minutes and certificate of one result in force, each with the draft of its replacement."""
    task, item = accepted(meeting, grade)
    run_action(meeting, "record-conclusions", *WORDS.values())
    papers = {"minutes": issue(draft(meeting, kind=MINUTES)), "certificate": issue(draft(task))}
    drafts = {name: replace_paper(paper=each, reason="ghi nhầm", **WORDS) for name, each in papers.items()}
    return item, papers, drafts


@pytest.mark.parametrize("first", ["minutes", "certificate"])
@pytest.mark.parametrize("slip", ["grade", "day"])
def test_a_slip_that_both_print_is_put_right_by_two_replacements(meeting, grades, slip, first):
    item, papers, drafts = both_opened(meeting, grades["good"])
    if slip == "grade":
        run_action(item, "correct-grade", *WORDS.values(), grade=grades["excellent"], reason="ghi nhầm")
    else:
        run_action(meeting, "correct-day", *WORDS.values(), held_on=date(2023, 5, 31), reason="ghi nhầm")
    second = next(name for name in papers if name != first)
    renewed = renew_draft(paper=drafts[first], **WORDS)
    named = f"{papers[second].number_text} ngày 14/09/2023 đang có hiệu lực in khác hồ sơ ở: .*"
    with pytest.raises(Refused, match=f"{named}dự thảo thay thế.*“Lấy lại nội dung"):
        issue_paper(paper=renewed, **WORDS)
    other = renew_draft(paper=drafts[second], **WORDS)
    issued = issue_paper(paper=renewed, **WORDS)
    assert re.search(f"{named}Dự thảo thay thế giấy đó chưa được cấp số", contradiction(issued))
    assert contradiction(papers[second]) == ""  # its page says where it differs from the record
    assert [contradiction(each) for each in (issue_paper(paper=other, **WORDS), issued)] == ["", ""]


def test_no_certificate_against_minutes_whose_replacement_is_a_draft(meeting, grades):
    task, item = accepted(meeting, grades["failed"])
    minutes = issue(draft(meeting, kind=MINUTES))
    replacement = replace_paper(paper=minutes, reason="ghi nhầm", **WORDS)
    rewritten(item, passed=True, grade=grades["excellent"])
    run_action(meeting, "record-conclusions", *WORDS.values())
    waits = f"Biên bản số {minutes.number_text} ngày 14/09/2023 đang có hiệu lực.*thay thế giấy đó trước"
    with pytest.raises(Refused, match=waits):
        issue(draft(task))
    replacement = renew_draft(paper=replacement, **WORDS)
    with pytest.raises(Refused, match=waits):  # nothing keeps the minutes from being issued first
        issue(draft(task))
    issue_paper(paper=replacement, **WORDS)
    issue(draft(task))


def test_no_minutes_against_a_certificate_that_is_about_to_be_withdrawn(meeting, grades):
    task, item = accepted(meeting, grades["good"])
    milestone = TaskMilestoneFactory(
        task=task, kind="accepted_province", on=MEETING_DAY, grade=grades["good"]
    )
    minutes, certificate = issue(draft(meeting, kind=MINUTES)), issue(draft(task))
    notice = withdraw_paper(paper=certificate, reason="ghi nhầm", **WORDS)
    replacement = replace_paper(paper=minutes, reason="ghi nhầm", **WORDS)
    rewritten(item, grade=grades["excellent"])
    rewritten(milestone, grade=grades["excellent"])
    named = f"Giấy chứng nhận số {certificate.number_text} ngày 14/09/2023 .*"
    with pytest.raises(Refused, match=f"{named}lập dự thảo thay thế"):
        renew_draft(paper=replacement, **WORDS)
    rewritten(task, host=None)
    with pytest.raises(Refused, match=f"{named}phải thu hồi trước.*chưa có tổ chức chủ trì"):
        renew_draft(paper=replacement, **WORDS)
    issue_paper(paper=notice, **WORDS)
    issue_paper(paper=renew_draft(paper=replacement, **WORDS), **WORDS)


def test_minutes_of_a_meeting_entered_after_its_certificate_wait_for_the_replacement(meeting, grades):
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="accepted_province", on=MEETING_DAY, grade=grades["good"])
    certificate = issue(draft(task))
    replacement = replace_paper(paper=certificate, reason="thiếu cuộc họp", **WORDS)
    MeetingItemFactory(meeting=meeting, task=task, grade=grades["good"])
    with pytest.raises(Refused, match=f"{certificate.number_text} .*thay thế giấy đó trước"):
        draft(meeting, kind=MINUTES)
    issue_paper(paper=renew_draft(paper=replacement, **WORDS), **WORDS)
    assert draft(meeting, kind=MINUTES).is_draft


@pytest.mark.parametrize(("kind", "passed"), [("selection", True), ("acceptance", None)])
def test_a_certificate_does_not_wait_for_the_day_of_a_meeting_that_it_does_not_print(kind, passed, grades):
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="accepted_province", on=MEETING_DAY, grade=grades["good"])
    meeting = SeatedMeetingFactory(kind=kind, held_on=date(2023, 5, 1), conclusion="Họp xong")
    MeetingItemFactory(meeting=meeting, task=task, passed=passed)
    issue(draft(meeting, kind=MINUTES))
    rewritten(meeting, held_on=date(2023, 5, 2))
    assert draft(task).is_draft


def test_both_papers_of_a_record_that_differs_from_both_are_replaced(meeting, grades):
    """As rows from before the rules, which no draft has opened, may differ."""
    task, item = accepted(meeting, grades["good"])
    run_action(meeting, "record-conclusions", *WORDS.values())
    papers = [issue(draft(meeting, kind=MINUTES)), issue(draft(task))]
    rewritten(item, grade=grades["excellent"])
    rewritten(task.milestones.get(kind="accepted_province"), grade=grades["excellent"])
    drafts = [replace_paper(paper=each, reason="ghi nhầm", **WORDS) for each in papers]
    assert [issue_paper(paper=each, **WORDS).state for each in drafts] == ["issued", "issued"]
