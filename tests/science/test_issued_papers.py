"""Certificates and minutes beside their records: who may issue them, on which days, what they print and protect."""

from datetime import date, timedelta

import pytest

from khcn.kernel.actions.offered_actions import action_to_run, is_permitted
from khcn.kernel.actors import SYSTEM, Grant, Role, acting
from khcn.kernel.documents.model import Table
from khcn.kernel.numbering.operations import NumberRefused
from khcn.kernel.papers.drafts import discard_draft, renew_draft
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.science.documents import CERTIFICATE, MINUTES
from khcn.science.enums import MilestoneKind
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMeetingFactory, CouncilMemberFactory, SeatedMeetingFactory
from tests.factories.reference import CodeListItemFactory, LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import MeetingItemFactory, TaskAmendmentFactory, TaskMilestoneFactory
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue

# Files are made after the commit, so these tests commit.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("papers_are_composed")]


def granted(*, unit, allowed):
    return an_actor(Role.OFFICER, unit, grants=(Grant("science.sciencetask", "act", allowed),))


def is_offered(record, kind_code, actor):
    register = register_of(type(record))
    return is_permitted(action_to_run(register, f"draft-{kind_code}"), register, actor, record)


def concluded_meeting(**values):
    return SeatedMeetingFactory(conclusion="Thông qua", **values)


def minutes_of(meeting):
    return draft(meeting, kind=MINUTES)


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (OFFICER, True),
        (an_actor(Role.OFFICER, "QLCN"), False),
        (granted(unit="QLKH", allowed=False), False),
        (granted(unit="QLCN", allowed=True), True),
    ],
    ids=["own", "other", "taken away", "given"],
)
def test_button_and_every_operation_follow_the_decision_of_the_administrator(actor, may):
    task, old, other = accepted_task(), issue(draft(accepted_task())), accepted_task()
    waiting = draft(other)
    notice = withdraw_paper(paper=issue(draft(accepted_task())), reason="sai", actor=OFFICER, on=DAY)
    assert is_offered(task, "result-certificate", actor) is may
    words = {"reason": "sai", "actor": actor, "on": DAY}
    for operation in (
        lambda: draft(task, actor=actor),
        lambda: replace_paper(paper=old, **words),
        lambda: withdraw_paper(paper=old, **words),
        lambda: issue(waiting, actor=actor),
        lambda: issue(notice, actor=actor),
        lambda: renew_draft(paper=draft(accepted_task()), actor=actor, on=DAY),
        lambda: discard_draft(paper=draft(accepted_task()), actor=actor, on=DAY),
    ):
        if may:
            operation()
        else:
            with pytest.raises(NotPermitted, match="không có quyền"):
                operation()
    if not may:  # before anything else is said about the paper
        for operation in (replace_paper, withdraw_paper):
            with pytest.raises(NotPermitted, match="không có quyền"):
                operation(paper=waiting, **{**words, "reason": ""})


def test_no_number_is_dated_before_the_last_one_of_its_book():
    issue(draft(accepted_task()))
    with pytest.raises(NumberRefused, match=r"01/GCN-SKHCN ngày 14/09/2023"):
        issue(draft(accepted_task(), on=DAY - timedelta(days=1)), on=DAY - timedelta(days=1))
    assert issue(draft(accepted_task())).number_text == "02/GCN-SKHCN"


def test_the_certificate_prints_the_end_in_force():
    task = accepted_task(planned_end_on=date(2023, 3, 1))
    TaskAmendmentFactory(
        task=task, kind="extend_duration", decided_on=date(2023, 2, 1), new_end_on=date(2023, 6, 30)
    )
    assert draft(task).data["ended"] == "30/6/2023"


def test_a_document_is_cited_with_its_day_as_papers_write_days():
    task, document = accepted_task(), LegalDocumentFactory(issued_on=date(2021, 6, 11))
    TaskMilestoneFactory(task=task, kind="outline_approved", on=date(2021, 6, 12), document=document)
    cited = f"{document.get_kind_display()} số {document.number} ngày 11/6/2021"
    assert draft(task).data["approval"] == cited


def test_a_certificate_dated_between_its_draft_and_today_prints_the_end_in_force_on_its_own_day():
    task = accepted_task(planned_end_on=date(2023, 3, 1))
    TaskAmendmentFactory(task=task, kind="extend_duration", decided_on=DAY, new_end_on=date(2023, 12, 31))
    before = DAY - timedelta(days=1)
    paper = draft(task, on=before)
    with pytest.raises(Stale, match="ở: Kết thúc"):
        issue(paper)  # of today, when the end is another one
    issued = issue_paper(paper=paper, actor=OFFICER, on=DAY, issued_on=before)
    assert (issued.data["ended"], issued.data["issued_on"]) == ("01/3/2023", "13/9/2023")
    assert (issued.drafted_on, issued.entered_on) == (before, DAY)


@pytest.mark.parametrize("made", ["draft", "replacement", "notice", "filled anew"])
def test_a_paper_is_not_dated_before_its_draft_was_made(made):
    before, later = DAY - timedelta(days=1), DAY + timedelta(days=1)
    if made in {"draft", "filled anew"}:
        paper = draft(accepted_task(), on=before if made == "filled anew" else DAY)
    else:
        follow = replace_paper if made == "replacement" else withdraw_paper
        paper = issue(draft(accepted_task(), on=before), on=before)
        paper = follow(paper=paper, reason="sai", actor=OFFICER, on=DAY)
    if made == "filled anew":
        paper = renew_draft(paper=paper, actor=OFFICER, on=DAY)
    with pytest.raises(PaperRefused, match="trước ngày lập dự thảo 14/09/2023") as refused:
        issue_paper(paper=paper, actor=OFFICER, on=later, issued_on=before)
    assert list(refused.value.fields) == ["issued_on"]
    assert issue_paper(paper=paper, actor=OFFICER, on=later, issued_on=DAY).issued_on == DAY


def test_a_record_with_a_paper_is_not_deleted():
    meeting = concluded_meeting()
    register = register_of(type(meeting))
    paper = minutes_of(meeting)
    with pytest.raises(Refused, match="dự thảo Biên bản họp hội đồng"):
        remove_row(register, meeting, actor=OFFICER, on=DAY)
    paper = issue(paper)
    with pytest.raises(Refused, match=r"Biên bản họp hội đồng 01/BB-HĐKHCN"):
        remove_row(register, meeting, actor=OFFICER, on=DAY)
    issue(withdraw_paper(paper=paper, reason="sai", actor=OFFICER, on=DAY))
    with pytest.raises(Refused, match=r"Biên bản họp hội đồng 01/BB-HĐKHCN"):
        remove_row(register, meeting, actor=OFFICER, on=DAY)
    remove_row(register, concluded_meeting(), actor=OFFICER, on=DAY)


def test_numbers_that_a_paper_wrote_are_changed_by_papers_alone():
    task, meeting = accepted_task(), concluded_meeting()
    paper, _certificate = issue(minutes_of(meeting)), issue(draft(task))
    registered = task.milestones.get(kind=MilestoneKind.REGISTERED)
    accepted = task.milestones.get(kind=MilestoneKind.ACCEPTED_PROVINCE)
    meeting.refresh_from_db()
    for record, name in ((meeting, "minutes_number"), (registered, "number")):
        number = getattr(record, name)
        setattr(record, name, "99/X")
        with pytest.raises(Refused, match="thay thế hoặc thu hồi"):
            save_row(register_of(type(record)), record, actor=OFFICER, on=DAY)
        record.refresh_from_db()
        assert getattr(record, name) == number
    accepted.number = "12/QĐ"
    save_row(register_of(type(accepted)), accepted, actor=OFFICER, on=DAY)
    issue(withdraw_paper(paper=paper, reason="sai", actor=OFFICER, on=DAY))
    meeting.refresh_from_db()
    assert meeting.minutes_number == ""
    assert issue(minutes_of(meeting)).number_text == "02/BB-HĐKHCN"


def test_the_notice_names_the_holder_of_the_certificate():
    task = accepted_task(title="Tên đầy đủ", short_name="Tên tắt")
    paper = issue(draft(task))
    holder = task.host.name
    with acting(SYSTEM):
        task.host.name = "Tên mới"
        task.host.save()
    notice = withdraw_paper(paper=paper, reason="sai", actor=OFFICER, on=DAY)
    assert notice.data["subject"] == holder
    assert issue(notice).state == "issued"
    meeting = concluded_meeting()
    of_minutes = withdraw_paper(paper=issue(minutes_of(meeting)), reason="sai", actor=OFFICER, on=DAY)
    assert of_minutes.data["subject"] == str(meeting)


def test_the_chair_is_proposed_as_signer_of_minutes():
    meeting = concluded_meeting(chair__person__full_name="Trần Chủ Tịch")
    action = action_to_run(register_of(type(meeting)), "draft-meeting-minutes")
    assert action.initial(meeting, actor=OFFICER, on=DAY)["signer_name"] == "Trần Chủ Tịch"
    assert action.initial(CouncilMeetingFactory(), actor=OFFICER, on=DAY)["signer_name"] == ""


QUORUM = {"code": "council_quorum_percent", "value": 67, "unit": "percent", "valid_from": date(2014, 7, 15)}


@pytest.mark.parametrize(
    ("seats", "recorded", "reason"),
    [
        ("", {"members_present": 6}, "Chưa ghi ai là thành viên"),
        ("mmm", {"members_present": 3}, "không có chủ tịch hoặc phó chủ tịch"),
        ("cmmm", {"members_total": 7, "members_present": 4}, "ghi 7 thành viên, .* có 4"),
        ("vmmm", {"members_present": 5}, "lớn hơn số thành viên"),
        ("cmmmmmmmm", {}, "Chưa ghi số thành viên có mặt"),
        ("cmmmmmmmm", {"members_total": 9, "members_present": 1}, "cần ít nhất 6"),
        ("cmmmmmmmm", {"members_total": 9, "members_present": 5}, "cần ít nhất 6"),
        ("vmmmmmmmm", {"members_total": 9, "members_present": 6}, ""),
    ],
)
def test_minutes_are_of_a_council_that_could_decide(seats, recorded, reason):
    """The first minutes of a meeting, and those that replace others."""
    RuleParameterFactory(**QUORUM)
    replaced = issue(minutes_of(concluded_meeting(members_present=1)))
    meeting = CouncilMeetingFactory(conclusion="Thông qua", **recorded)
    for role in seats:
        named = {"c": "chair", "v": "vice_chair", "m": "member"}[role]
        CouncilMemberFactory(council=meeting.council, role=named)
    if reason:
        with pytest.raises(PaperRefused, match=reason):
            minutes_of(meeting)
        with pytest.raises(PaperRefused, match=reason):
            draft(meeting, kind=MINUTES, replaces=replaced)
        return
    data = minutes_of(meeting).data
    assert (data["total"], data["present"], len(data["members"])) == ("9", "6", 9)


def test_minutes_print_what_was_decided_about_each_task():
    meeting = concluded_meeting()
    fail, good = (
        CodeListItemFactory(code_list="acceptance_grade", label=name, fails=name == "Không đạt")
        for name in ("Không đạt", "Xuất sắc")
    )
    for passed, grade, conclusion in (
        (True, good, "Nghiệm thu.\nCông bố kết quả."), (False, fail, ""), (True, None, ""),
    ):  # fmt: skip
        MeetingItemFactory(meeting=meeting, passed=passed, grade=grade, conclusion=conclusion)
    paper = issue(draft(meeting, kind=MINUTES, signer_capacity="KT. CHỦ TỊCH PHÓ CHỦ TỊCH"))
    document = compose_document(
        read_layout(bytes(paper.template.content)), MINUTES.variable_names, paper.data
    )
    assert document.signer_capacity == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert [["".join(run.text for run in cell) for cell in row[3:]] for row in table.rows] == [
        ["Thông qua; xếp loại: Xuất sắc", "Nghiệm thu.\nCông bố kết quả."],
        ["Không thông qua; xếp loại: Không đạt", ""],
        ["Thông qua", ""],
    ]


def test_the_certificate_names_the_amended_circular_from_the_day_of_its_amendment():
    layout = read_layout(CERTIFICATE.template.read_bytes())
    bases = {}
    for day, month in (("9", "8"), ("10", "8")):
        data = {**CERTIFICATE.sample(), "symbol": "", "day": day, "month": month, "year": "2023"}
        bases[day] = [run[0].text for run in compose_document(layout, CERTIFICATE.variable_names, data).bases]
    assert [len(each) for each in bases.values()] == [2, 2]
    assert ["11/2023/TT-BKHCN" in each[1] for each in bases.values()] == [False, True]


def test_of_one_paper_there_is_one_open_draft_for_each_purpose():
    old = issue(draft(accepted_task()))
    words = {"reason": "sai", "actor": OFFICER, "on": DAY}
    for make in (replace_paper, withdraw_paper):
        open_draft = make(paper=old, **words)
        with pytest.raises(PaperRefused, match="đã có dự thảo cùng mục đích"):
            make(paper=old, **words)
        discard_draft(paper=open_draft, actor=OFFICER, on=DAY)
        assert make(paper=old, **words).is_draft
