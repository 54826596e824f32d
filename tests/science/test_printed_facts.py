"""What a paper in force has printed stays on record, whichever way somebody tries to change it."""

from datetime import date, time, timedelta

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.papers.differences import differing_words
from khcn.kernel.papers.drafts import discard_draft, renew_draft
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.parties.operations.merger_checks import obstacles
from khcn.science.documents import MINUTES
from khcn.science.enums import AmendmentKind, MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations import (
    amend_task,
    correct_milestone,
    correct_milestone_papers,
    record_milestone,
    remove_amendment,
    remove_milestone,
)
from khcn.science.operations.recorded_meetings import correct_meeting_day
from tests.factories.base import an_actor
from tests.factories.councils import (
    CouncilFactory,
    CouncilMemberFactory,
    SeatedMeetingFactory,
)
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import CodeListItemFactory, GradeFactory, LegalDocumentFactory
from tests.factories.science import (
    MeetingItemFactory,
    ScienceTaskFactory,
    TaskAmendmentFactory,
    TaskMilestoneFactory,
    TeamMemberFactory,
)
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue
from tests.kernel.test_paper_templates import texts
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("papers_are_composed")]
TODAY = date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}
NAMED = r"01/GCN-SKHCN” đang có hiệu lực đã in nội dung này.*“Thay thế” hoặc “Thu hồi”"


@pytest.fixture
def certified():
    task = accepted_task(title="Tên đã in", budget_total=900_000_000)
    issue(draft(task))
    return ScienceTask.objects.get(pk=task.pk)


def refused_everywhere(record, name, value, row, match):
    """The same sentence from form, JSON interface and preview of an import; nothing is changed."""
    before = getattr(record, name)
    found = [
        " ".join(form_refusals(type(record).objects.get(pk=record.pk), OFFICER, TODAY, **{name: value})),
        api_refusal(record, OFFICER, TODAY, **{name: value}),
        " ".join(import_problems(type(record), row, OFFICER, TODAY)),
    ]
    record.refresh_from_db()
    assert getattr(record, name) == before
    for text in found:
        assert match in text, found


def test_a_fact_that_a_certificate_prints_is_not_changed_in_any_way(certified):
    refused_everywhere(
        certified,
        "title",
        "Tên đã in lại",
        {"code": certified.code, "title": "Tên đã in lại"},
        "01/GCN-SKHCN” đang",
    )
    contract = certified.milestones.get(kind=MilestoneKind.CONTRACT_SIGNED)
    with pytest.raises(Refused, match="01/GCN-SKHCN"):
        correct_milestone_papers(milestone=contract, number="99/HĐ", reason="gõ nhầm", **WORDS)
    certified.note = "ghi chú"
    save_row(register_of(ScienceTask), certified, **WORDS)


def test_no_amendment_decided_before_the_certificate_is_added_afterwards(certified):
    amended = {"task": certified, "decided_on": date(2023, 3, 1), **WORDS}
    with pytest.raises(Refused, match=NAMED):
        amend_task(kind=AmendmentKind.EXTEND_DURATION, new_end_on=date(2023, 12, 31), **amended)
    with pytest.raises(Refused, match=NAMED):
        amend_task(kind=AmendmentKind.CHANGE_PI, new_person=PersonFactory(), **amended)
    amend_task(kind=AmendmentKind.ADD_SITE, new_text="Thêm một xã", **amended)


def test_a_contract_is_not_terminated_after_the_acceptance(certified):
    with pytest.raises(Refused, match="vào ngày đó nhiệm vụ ở trạng thái “đã nghiệm thu”"):
        record_milestone(task=certified, kind=MilestoneKind.TERMINATED, reached_on=date(2023, 10, 1), **WORDS)
    for kind, day in (
        (MilestoneKind.SETTLED, 2),
        (MilestoneKind.HANDED_OVER, 3),
        (MilestoneKind.LIQUIDATED, 4),
    ):
        record_milestone(task=certified, kind=kind, reached_on=date(2023, 10, day), **WORDS)


def test_milestones_that_a_certificate_prints_or_made_are_not_corrected_under_it(certified):
    settled = TaskMilestoneFactory(task=certified, kind=MilestoneKind.SETTLED, on=date(2023, 10, 1))
    for kind in (MilestoneKind.ACCEPTED_PROVINCE, MilestoneKind.REGISTERED):
        with pytest.raises(Refused, match="01/GCN-SKHCN"):
            remove_milestone(milestone=certified.milestones.get(kind=kind), reason="gõ nhầm", **WORDS)
    remove_milestone(milestone=settled, reason="gõ nhầm", **WORDS)


def test_people_who_are_printed_are_not_added_or_changed(certified):
    register = register_of(type(certified.team.get()))
    member = certified.team.get()
    member.role = "secretary"
    with pytest.raises(Refused, match=NAMED):
        save_row(register, member, **WORDS)
    with pytest.raises(Refused, match=NAMED):
        save_row(register, TeamMemberFactory.build(task=certified, person=PersonFactory()), **WORDS)


def test_the_record_opens_with_the_draft_of_a_replacement_and_the_new_paper_prints_the_change(certified):
    paper = certified_paper(certified)
    first = replace_paper(paper=paper, reason="sai tên", **WORDS)
    certified.title = "Tên đã in lại"
    save_row(register_of(ScienceTask), certified, **WORDS)
    with pytest.raises(Refused, match="Bấm “Lấy lại nội dung từ hồ sơ”"):
        issue_paper(paper=first, **WORDS)
    renew_draft(paper=first, **WORDS)
    issued = issue_paper(paper=type(first).objects.get(pk=first.pk), **WORDS)
    assert (issued.data["title"], issued.title, issued.reason) == (
        "Tên đã in lại",
        "Tên đã in lại",
        "sai tên",
    )


WAYS = {
    "form": lambda task, title: form_refusals(task, OFFICER, TODAY, title=title),
    "JSON": lambda task, title: [each for each in [api_refusal(task, OFFICER, TODAY, title=title)] if each],
}


def write_title(task, title, way):
    return " ".join(WAYS[way](ScienceTask.objects.get(pk=task.pk), title))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("successor", [replace_paper, withdraw_paper])
def test_a_draft_that_opened_the_record_is_thrown_away_only_when_the_record_says_what_the_paper_says(
    certified, successor, way
):
    opened = successor(paper=certified_paper(certified), reason="sai tên", **WORDS)
    assert write_title(certified, "Tên đã in lại", way) == ""
    with pytest.raises(
        Refused, match=r"01/GCN-SKHCN” đang có hiệu lực ở: Tên nhiệm vụ\. Trả hồ sơ về như giấy"
    ):
        discard_draft(paper=opened, **WORDS)
    assert type(opened).objects.filter(pk=opened.pk).exists()
    assert write_title(certified, "Tên đã in", way) == ""
    discard_draft(paper=opened, **WORDS)
    assert "01/GCN-SKHCN” đang có hiệu lực" in write_title(certified, "Tên đã in lại", way)


def test_what_an_action_corrected_under_a_draft_keeps_the_draft_too(certified):
    opened = withdraw_paper(paper=certified_paper(certified), reason="sai số", **WORDS)
    accepted = certified.milestones.get(kind=MilestoneKind.ACCEPTED_PROVINCE)
    before = accepted.on
    corrected = {"milestone": accepted, "kind": accepted.kind, "reason": "gõ nhầm", **WORDS}
    correct_milestone(reached_on=before - timedelta(days=1), **corrected)
    with pytest.raises(Refused, match="Chưa bỏ được dự thảo"):
        discard_draft(paper=opened, **WORDS)
    corrected["milestone"] = TaskMilestone.objects.get(pk=accepted.pk)
    correct_milestone(reached_on=before, **corrected)
    discard_draft(paper=opened, **WORDS)


def test_of_two_drafts_that_opened_the_record_the_last_one_stays(certified):
    paper = certified_paper(certified)
    notice = withdraw_paper(paper=paper, reason="nhầm giấy", **WORDS)
    replacement = replace_paper(paper=paper, reason="sai tên", **WORDS)
    assert write_title(certified, "Tên đã in lại", "form") == ""
    discard_draft(paper=notice, **WORDS)
    with pytest.raises(Refused, match="Chưa bỏ được dự thảo"):
        discard_draft(paper=replacement, **WORDS)


@pytest.mark.parametrize("closed", ["certificate", "minutes"])
def test_a_draft_opens_only_what_its_own_paper_prints(closed):
    """The title is on the certificate and in the minutes: with a draft for one of them, the other still refuses."""
    task = accepted_task(title="Tên đã in")
    meeting = SeatedMeetingFactory(conclusion="Thông qua", held_on=date(2023, 5, 31))
    MeetingItemFactory(meeting=meeting, task=task, conclusion="Đạt")
    papers = {"certificate": issue(draft(task)), "minutes": issue(draft(meeting, kind=MINUTES))}
    (other,) = set(papers) - {closed}
    replace_paper(paper=papers[other], reason="sai tên", **WORDS)
    for way in WAYS:
        assert papers[closed].number_text in write_title(task, "Tên đã in lại", way)
    replace_paper(paper=papers[closed], reason="sai tên", **WORDS)
    assert write_title(task, "Tên đã in lại", "form") == ""


def test_after_the_withdrawal_the_record_is_open(certified):
    issue_paper(paper=withdraw_paper(paper=certified_paper(certified), reason="sai tên", **WORDS), **WORDS)
    certified.title = "Tên đã in lại"
    save_row(register_of(ScienceTask), certified, **WORDS)


def certified_paper(task):
    return type(draft(accepted_task())).objects.get(object_id=task.pk, state="issued")


@pytest.mark.drawn
def test_minutes_keep_the_meeting_its_agenda_and_who_sat_there():
    meeting = SeatedMeetingFactory(
        conclusion="Thông qua", held_on=date(2023, 6, 1), starts_at=time(14, 30), venue="Hội trường Sở"
    )
    seat = CouncilMemberFactory(council=meeting.council, from_on=date(2023, 1, 1))
    item = MeetingItemFactory(meeting=meeting, conclusion="Đạt")
    paper = issue(draft(meeting, kind=MINUTES), on=DAY)
    assert "Thời gian: 14 giờ 30, ngày 01/6/2023. Địa điểm: Hội trường Sở" in "\n".join(
        texts(paper.file.content.read())
    )
    meeting.refresh_from_db()
    named = "01/BB-HĐKHCN” đang có hiệu lực"
    for record, name, value in (
        (meeting, "conclusion", "Không thông qua"),
        (meeting, "members_present", 1),
        (meeting, "held_on", date(2023, 6, 2)),
        (meeting, "starts_at", time(8, 0)),
        (item, "conclusion", "Không đạt"),
        (seat, "role", "chair"),
        (seat, "to_on", date(2023, 6, 1)),
    ):
        setattr(record, name, value)
        with pytest.raises(Refused, match=named):
            save_row(register_of(type(record)), record, **WORDS)
        record.refresh_from_db()
    with pytest.raises(Refused, match=named):
        save_row(
            register_of(type(item)), MeetingItemFactory.build(meeting=meeting, task=accepted_task()), **WORDS
        )
    seat.to_on = date(2023, 9, 1)
    save_row(register_of(type(seat)), seat, **WORDS)


@pytest.mark.parametrize("successor", [replace_paper, withdraw_paper])
def test_a_draft_does_not_open_the_milestone_that_the_certificate_itself_has_made(certified, successor):
    paper = certified_paper(certified)
    successor(paper=paper, reason="sai tên", **WORDS)
    milestone = certified.milestones.get(kind=MilestoneKind.REGISTERED)
    with pytest.raises(Refused, match="01/GCN-SKHCN"):
        remove_milestone(milestone=milestone, reason="gõ nhầm", **WORDS)
    with pytest.raises(Refused, match="01/GCN-SKHCN"):
        correct_milestone(
            milestone=milestone, kind=MilestoneKind.REGISTERED, reached_on=date(2023, 9, 15),
            reason="gõ nhầm", **WORDS,
        )  # fmt: skip
    assert list(certified.milestones.filter(kind=MilestoneKind.REGISTERED).values_list("on")) == [(DAY,)]


def test_a_paper_says_where_the_record_is_other_than_it_has_printed(certified):
    paper = certified_paper(certified)
    assert differing_words(paper) == []
    opened = replace_paper(paper=paper, reason="sai tên", **WORDS)
    certified.title = "Tên đã in lại"
    save_row(register_of(ScienceTask), certified, **WORDS)
    assert differing_words(paper) == ["Tên nhiệm vụ"]
    issue_paper(paper=renew_draft(paper=opened, **WORDS), **WORDS)
    assert differing_words(type(paper).objects.get(pk=paper.pk)) == []


def test_minutes_just_issued_differ_in_nothing():
    meeting = SeatedMeetingFactory(conclusion="Thông qua", held_on=date(2023, 6, 1))
    MeetingItemFactory(meeting=meeting)
    assert differing_words(issue(draft(meeting, kind=MINUTES))) == []


def test_the_day_of_a_meeting_with_minutes_is_no_matter_of_correction():
    meeting = SeatedMeetingFactory(conclusion="Thông qua", held_on=date(2023, 6, 1))
    MeetingItemFactory(meeting=meeting)
    issue(draft(meeting, kind=MINUTES), on=DAY)
    with pytest.raises(Refused, match=r"Không đính chính được: .*01/BB-HĐKHCN") as refused:
        correct_meeting_day(meeting=meeting, held_on=date(2023, 6, 2), reason="gõ nhầm", **WORDS)
    assert refused.value.code == "relied_on"
    meeting.refresh_from_db()
    assert meeting.held_on == date(2023, 6, 1)


def test_what_papers_print_of_codes_documents_and_governing_bodies_stays():
    body, grade = OrganisationFactory(name="Liên minh HTX tỉnh"), CodeListItemFactory(label="Đạt")
    task = accepted_task(
        host=OrganisationFactory(governing_body=body),
        programme=CodeListItemFactory(label="Chương trình A"),
        field_group=CodeListItemFactory(label="Nông nghiệp"),
    )
    with acting(SYSTEM):
        accepted = task.milestones.get(kind=MilestoneKind.ACCEPTED_PROVINCE)
        accepted.grade = grade
        accepted.save()
    council = CouncilFactory(decision=LegalDocumentFactory())
    meeting = SeatedMeetingFactory(council=council, held_on=date(2023, 5, 20))
    MeetingItemFactory(meeting=meeting, task=task, passed=True)
    decision = council.decision
    free = CodeListItemFactory(label="Xuất sắc")
    issue(draft(task))
    changed = [(grade, "label"), (task.programme, "label"), (task.field_group, "label"), (decision, "number")]
    for record, name in changed:
        for actor in (OFFICER, an_actor(Role.OFFICE, "VP"), an_actor(Role.ADMIN, "VP")):
            assert api_refusal(record, actor, TODAY, **{name: "Khác"}) != "", (record, actor)
    office = an_actor(Role.OFFICE, "VP")
    assert "01/GCN-SKHCN” đang" in api_refusal(grade, office, TODAY, label="Khác")
    row = {
        "code_list": grade.get_code_list_display(),
        "code": grade.code,
        "label": f"{grade.label} chuẩn",  # quite another one would be asked about first
        "valid_from": grade.valid_from,
    }
    assert "01/GCN-SKHCN” đang" in " ".join(import_problems(type(grade), row, office, TODAY))
    assert "“Đổi tên, sửa thông tin đã in”" in api_refusal(body, OFFICER, TODAY, name="Liên minh khác")
    assert api_refusal(free, office, TODAY, label="Xuất sắc nhất") == ""


@pytest.mark.parametrize("name", ["host", "principal_investigator"])
@pytest.mark.parametrize("contract", [False, True])
def test_holders_that_minutes_print_are_changed_by_a_dated_amendment_only(name, contract):
    task = ScienceTaskFactory(code="A")
    if contract:
        TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    else:
        TaskMilestoneFactory(task=task, kind="determined", on=date(2022, 3, 1))
    meeting = SeatedMeetingFactory(held_on=date(2023, 6, 1))
    MeetingItemFactory(meeting=meeting, task=task)
    paper = issue(draft(meeting, kind=MINUTES))
    other = (OrganisationFactory if name == "host" else PersonFactory)()
    if not contract:
        row = {"code": "A", name: str(other)}
        refused_everywhere(task, name, other, row, "01/BB-HĐKHCN” đang có hiệu lực")
    with pytest.raises(Refused, match="01/BB-HĐKHCN"):
        run_action(task, "correct", OFFICER, TODAY, **{name: other}, reason="nhầm")
    kind, new = ("change_host", "new_organisation") if name == "host" else ("change_pi", "new_person")
    run_action(task, "amend", OFFICER, TODAY, kind=kind, decided_on=date(2023, 9, 20), **{new: other})
    task.refresh_from_db()
    assert getattr(task, name) == other
    assert differing_words(paper) == []


@pytest.mark.parametrize("kind", ["certificate", "minutes"])
def test_holders_whom_amendments_replaced_stay_as_the_paper_printed_them(kind):
    body = OrganisationFactory(name="Liên minh HTX tỉnh")
    task = accepted_task(
        host=OrganisationFactory(governing_body=body), principal_investigator=PersonFactory(), code="A"
    )
    person, host = task.principal_investigator, task.host
    accepted = task.milestones.get(kind=MilestoneKind.ACCEPTED_PROVINCE)
    meeting, grade = SeatedMeetingFactory(held_on=accepted.on), GradeFactory()
    MeetingItemFactory(meeting=meeting, task=task, grade=grade)
    paper = issue(draft(task)) if kind == "certificate" else issue(draft(meeting, kind=MINUTES))
    changes = (
        ("change_pi", "new_person", PersonFactory),
        ("change_host", "new_organisation", OrganisationFactory),
    )
    with acting(SYSTEM):
        for order in range(2):
            for changed, name, factory in changes:
                amended = {"kind": changed, "decided_on": date(2023, 10 + order, 1), name: factory()}
                old = name.replace("new", "old")
                last = task.amendments.filter(kind=changed).order_by("pk").last()
                amended[old] = getattr(last, name) if last else (person if "person" in name else host)
                TaskAmendmentFactory(task=task, **amended)
                column = "host" if "organisation" in name else "principal_investigator"
                setattr(task, column, amended[name])
        task.save()
    office, printed = an_actor(Role.OFFICE, "VP"), "đang có hiệu lực đã in nội dung này"
    names = [(person, "full_name"), (person, "degree"), (host, "name")]
    names += [(host, "address"), (body, "name")] if kind == "certificate" else [(grade, "label")]
    for record, name in names:
        assert printed in api_refusal(record, office, TODAY, **{name: "Khác"}), (record, name)
        record.refresh_from_db()
    for record, other in ((person, PersonFactory()), (host, OrganisationFactory())):
        assert paper.number_text in " ".join(obstacles(other, record, SYSTEM))
    between = task.amendments.filter(kind="change_pi").order_by("pk").first().new_person
    assert api_refusal(between, office, TODAY, full_name="Tên đã in lại") == ""
    last = task.amendments.filter(kind="change_host").order_by("pk").last()
    remove_amendment(amendment=last, reason="nhầm", **WORDS)


def test_a_host_that_was_not_known_at_the_meeting_is_filled_in():
    task = ScienceTaskFactory(host=None)
    meeting = SeatedMeetingFactory(held_on=date(2023, 6, 1))
    MeetingItemFactory(meeting=meeting, task=task)
    issue(draft(meeting, kind=MINUTES))
    assert api_refusal(task, OFFICER, TODAY, host=OrganisationFactory()) == ""
