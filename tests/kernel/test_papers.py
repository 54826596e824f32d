"""Papers: a number only with a paper, a paper only with its file, and nothing of it changes afterwards."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.papers import operations, printing
from khcn.kernel.papers.drafts import discard_draft, renew_draft
from khcn.kernel.papers.models import Paper, PaperRefused, PaperTemplate
from khcn.kernel.papers.operations import replace_paper, withdraw_paper
from khcn.kernel.papers.printing import finish_waiting
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.workflow.engine import TransitionRefused
from khcn.kernel.workflow.models import WorkflowStep
from khcn.science.enums import MilestoneKind
from khcn.science.operations import TaskRefused, remove_milestone
from tests.factories.base import an_actor
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue

# Files are made after the commit, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)


def registered(task):
    return list(task.milestones.filter(kind=MilestoneKind.REGISTERED).values_list("number", "on"))


def test_a_draft_has_no_number_and_may_be_thrown_away():
    task = accepted_task()
    paper = draft(task)
    assert (paper.state, paper.number, paper.issued_on, paper.file) == ("draft", None, None, None)
    assert IssuedNumber.objects.count() == NumberBook.objects.count() == 0
    discard_draft(paper=paper, actor=OFFICER, on=DAY)
    assert Paper.objects.count() == 0
    with pytest.raises(PaperRefused, match="đã được bỏ"):
        discard_draft(paper=paper, actor=OFFICER, on=DAY)


def test_a_draft_that_somebody_throws_away_meanwhile_is_not_issued():
    as_it_was_read = draft(accepted_task())
    discard_draft(paper=Paper.objects.get(pk=as_it_was_read.pk), actor=OFFICER, on=DAY)
    with pytest.raises(PaperRefused, match="đã được bỏ"):
        issue(as_it_was_read)
    assert IssuedNumber.objects.count() == 0


def test_a_draft_that_somebody_throws_away_or_issues_meanwhile_is_not_filled_anew():
    gone = draft(accepted_task())
    discard_draft(paper=Paper.objects.get(pk=gone.pk), actor=OFFICER, on=DAY)
    with pytest.raises(PaperRefused, match="đã được bỏ"):
        renew_draft(paper=gone, actor=OFFICER, on=DAY)
    issued = draft(accepted_task())
    issue(Paper.objects.get(pk=issued.pk))
    with pytest.raises(TransitionRefused, match="đã được cấp số"):
        renew_draft(paper=issued, actor=OFFICER, on=DAY)
    assert Paper.objects.get().data["number"] == "01/GCN-SKHCN"


@pytest.mark.parametrize("is_replacement", [False, True], ids=["first", "replacement"])
def test_a_draft_is_not_filled_anew_or_issued_from_a_record_that_lacks_something(is_replacement):
    task = accepted_task(title="Tên cũ")
    paper = draft(task)
    if is_replacement:
        paper = replace_paper(paper=issue(paper), reason="sai", actor=OFFICER, on=DAY)
    QuerySet(type(task)).filter(pk=task.pk).update(principal_investigator=None, title="Tên mới")
    for operation in (lambda: renew_draft(paper=paper, actor=OFFICER, on=DAY), lambda: issue(paper)):
        with pytest.raises(PaperRefused, match="chưa có tổ chức chủ trì hoặc chủ nhiệm"):
            operation()
    assert Paper.objects.latest("pk").data["title"] == "Tên cũ"


def test_a_paper_whose_record_lacks_something_is_withdrawn_not_replaced():
    task = accepted_task()
    paper = issue(draft(task))
    QuerySet(type(task)).filter(pk=task.pk).update(host=None)
    words = {"reason": "sai", "actor": OFFICER, "on": DAY}
    with pytest.raises(PaperRefused, match=r"Bổ sung rồi cấp giấy chứng nhận\. .*thu hồi giấy đó"):
        replace_paper(paper=paper, **words)
    assert withdraw_paper(paper=paper, **words).is_draft


def test_a_draft_that_somebody_issues_meanwhile_is_not_thrown_away():
    as_it_was_read = draft(accepted_task())
    issue(Paper.objects.get(pk=as_it_was_read.pk))
    with pytest.raises(PaperRefused, match="Giấy đã cấp số không xóa được"):
        discard_draft(paper=as_it_was_read, actor=OFFICER, on=DAY)
    assert Paper.objects.get().number_text == "01/GCN-SKHCN"


def test_issuing_takes_the_number_records_the_milestone_and_keeps_the_files():
    task = accepted_task()
    paper = issue(draft(task))
    assert (paper.state, paper.number_text, paper.issued_on) == ("issued", "01/GCN-SKHCN", DAY)
    assert registered(task) == [("01/GCN-SKHCN", DAY)]
    line = IssuedNumber.objects.get()
    assert (line.model, line.object_id, line.issued_by) == ("kernel_papers.paper", paper.pk, OFFICER.label)
    for stored, start in ((paper.file, b"PK"), (paper.pdf, b"%PDF")):
        content = stored.content.open().read()
        assert content.startswith(start)
        assert hashlib.sha256(content).hexdigest() == stored.sha256
    assert [step.name for step in WorkflowStep.objects.filter(workflow="paper")] == ["issue", "print"]


def test_an_issued_paper_does_not_follow_its_record_or_its_template():
    task = accepted_task(title="Tên khi cấp")
    paper = issue(draft(task))
    before = (paper.data, paper.file.sha256)
    with acting(SYSTEM):
        task.title = "Tên sửa sau"
        task.save()
    paper.refresh_from_db()
    assert (paper.data, paper.file.sha256) == before
    assert paper.data["title"] == "Tên khi cấp"
    with pytest.raises(PaperRefused, match="không xóa được"), acting(SYSTEM):
        paper.delete()


def test_a_milestone_that_a_paper_prints_is_not_corrected_until_the_paper_is_withdrawn():
    task = accepted_task()
    issue(draft(task))
    accepted = task.milestones.get(kind=MilestoneKind.ACCEPTED_PROVINCE)
    with pytest.raises(Refused, match="đã dùng bản ghi này"):
        remove_milestone(milestone=accepted, reason="gõ nhầm", actor=OFFICER, on=DAY)


def test_a_draft_that_is_older_than_the_record_is_not_issued():
    task = accepted_task()
    paper = draft(task)
    with acting(SYSTEM):
        task.title = "Tên mới"
        task.save()
    with pytest.raises(Stale, match="đã thay đổi"):
        issue(paper)
    paper.refresh_from_db()
    assert (paper.state, IssuedNumber.objects.count(), registered(task)) == ("draft", 0, [])


def test_what_the_issue_brings_about_is_refused_with_the_number():
    """The milestone is refused after the number was taken: both are gone."""
    task = accepted_task()
    paper = issue(draft(task))
    with acting(SYSTEM):
        task.milestones.get(kind=MilestoneKind.REGISTERED).delete()
    new = replace_paper(paper=paper, reason="sai tên", actor=OFFICER, on=DAY)
    with pytest.raises(TaskRefused, match="Không thấy mốc"):
        issue(new)
    paper.refresh_from_db()
    assert (paper.state, IssuedNumber.objects.count(), NumberBook.objects.get().last) == ("issued", 1, 1)


@pytest.mark.parametrize(
    ("actor", "message"),
    [(an_actor(Role.READER, ""), "không có quyền"), (an_actor(Role.OFFICER, "TDC"), "không có quyền")],
)
def test_only_the_division_issues(actor, message):
    with pytest.raises(NotPermitted, match=message):
        draft(accepted_task(), actor=actor)
    paper = draft(accepted_task())
    with pytest.raises(NotPermitted, match=message):
        issue(paper, actor=actor)
    with pytest.raises(NotPermitted, match=message):
        discard_draft(paper=paper, actor=actor, on=DAY)


def test_what_the_record_lacks_is_named():
    task = accepted_task()
    with acting(SYSTEM):
        task.milestones.filter(kind=MilestoneKind.ACCEPTED_PROVINCE).delete()
    with pytest.raises(PaperRefused, match="chưa được nghiệm thu"):
        draft(task)


def test_one_paper_of_a_kind_is_in_force():
    task = accepted_task()
    first = draft(task)
    second = Paper.objects.get(pk=first.pk)  # drafted before a second draft was refused
    second.pk, second._state.adding = None, True
    with acting(OFFICER):
        second.save()
    issue(first)
    with pytest.raises(PaperRefused, match="đã có mốc cấp giấy chứng nhận"):
        issue(second)
    assert IssuedNumber.objects.count() == 1
    with pytest.raises(TransitionRefused, match="đã được cấp số"):
        issue(first)
    second.refresh_from_db()
    for wrong in (
        {"state": "issued"},  # without a number
        {
            "state": "issued",
            "number": IssuedNumber.objects.get(),
            "issued_on": DAY,
        },  # a number that another has
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuerySet(Paper).filter(pk=second.pk).update(**wrong)


def test_a_replacement_is_a_new_linked_paper():
    task = accepted_task()
    old = issue(draft(task))
    with pytest.raises(PaperRefused, match="Chưa có lý do"):
        replace_paper(paper=old, reason=" ", actor=OFFICER, on=DAY)
    new = replace_paper(paper=old, reason="ghi sai tên", actor=OFFICER, on=DAY)
    old.refresh_from_db()
    assert (old.state, new.state) == ("issued", "draft")  # in force until the new one is
    new = issue(new, on=DAY + timedelta(days=3))
    old.refresh_from_db()
    assert (old.state, old.number_text, new.state, new.number_text) == (
        "replaced",
        "01/GCN-SKHCN",
        "issued",
        "02/GCN-SKHCN",
    )
    assert new.data["earlier"] == "số 01/GCN-SKHCN ngày 14/9/2023"
    assert registered(task) == [("02/GCN-SKHCN", DAY)]  # the day of registration stays
    with pytest.raises(PaperRefused, match="đã được thay thế"):
        withdraw_paper(paper=old, reason="nhầm", actor=OFFICER, on=DAY)


def test_a_withdrawal_is_a_notice_with_a_number_of_its_own():
    task = accepted_task()
    paper = issue(draft(task))
    notice = issue(withdraw_paper(paper=paper, reason="hồ sơ không đúng", actor=OFFICER, on=DAY))
    paper.refresh_from_db()
    assert (paper.state, notice.state, notice.number_text) == ("withdrawn", "issued", "01/TB-SKHCN")
    assert notice.data["earlier_kind"].startswith("Giấy chứng nhận")
    withdrawn = task.milestones.get(kind=MilestoneKind.DEREGISTERED)
    assert (withdrawn.number, withdrawn.on) == ("01/TB-SKHCN", DAY)
    assert registered(task) == [("01/GCN-SKHCN", DAY)]  # it was registered until then
    with pytest.raises(PaperRefused, match="Giấy mới cấp từ ngày hôm sau"):
        draft(task)
    again = issue(draft(task, on=DAY + timedelta(days=1)), on=DAY + timedelta(days=1))
    assert again.number_text == "02/GCN-SKHCN"


def test_a_paper_whose_program_was_killed_is_finished_with_the_same_bytes(monkeypatch):
    task, twin = (accepted_task(title="Một tên", code=code) for code in ("A", "A1"))
    with monkeypatch.context() as killed:
        killed.setattr(operations, "finish_or_note_fault", lambda key: None)
        waiting = issue(draft(task))
    assert (waiting.state, waiting.number_text, waiting.file) == ("issuing", "01/GCN-SKHCN", None)
    expected = printing.print_files(
        waiting.spec, waiting.template.format, bytes(waiting.template.content), waiting.data
    )
    assert finish_waiting(before=timezone.now() - timedelta(minutes=1)) == 0  # its own program may be at it
    assert finish_waiting(before=timezone.now() + timedelta(seconds=1)) == 1
    waiting.refresh_from_db()
    assert waiting.state == "issued"
    assert waiting.file.sha256 == hashlib.sha256(expected.docx).hexdigest()
    assert waiting.pdf.sha256 == hashlib.sha256(expected.pdf).hexdigest()
    assert finish_waiting(before=timezone.now() + timedelta(seconds=1)) == 0
    assert twin.milestones.filter(kind=MilestoneKind.REGISTERED).count() == 0


def test_a_file_that_cannot_be_made_is_tried_again_and_says_why(monkeypatch):
    paper = draft(accepted_task())
    real, calls = printing.print_files, []

    def failing(*args):
        calls.append(args)
        if len(calls) == 2:  # the trial went well
            message = "đĩa đầy"
            raise OSError(message)
        return real(*args)

    for module in (operations, printing):
        monkeypatch.setattr(module, "print_files", failing)
    paper = issue(paper)
    assert (paper.state, paper.fault) == ("issuing", "OSError: đĩa đầy")
    finish_waiting(before=timezone.now() + timedelta(seconds=1))
    paper.refresh_from_db()
    assert (paper.state, paper.fault) == ("issued", "")


def test_a_template_that_cannot_be_filled_costs_no_number():
    paper = draft(accepted_task())
    with acting(SYSTEM):
        bad = PaperTemplate(kind=paper.kind, version=9, format="toml", content=b'kind = "{{ unknown }}"')
        bad.save()
        paper.template = bad
        paper.save()
    with pytest.raises(Refused):
        issue(paper)
    assert (IssuedNumber.objects.count(), Paper.objects.get().state) == (0, "draft")


def test_no_day_to_come_and_numbers_from_01_each_year():
    with pytest.raises(PaperRefused, match="sau ngày hôm nay"):
        operations.issue_paper(
            paper=draft(accepted_task()), actor=OFFICER, on=DAY, issued_on=DAY + timedelta(days=1)
        )
    assert issue(draft(accepted_task()), on=date(2023, 12, 31)).number_text == "01/GCN-SKHCN"
    assert issue(draft(accepted_task()), on=date(2024, 1, 1)).number_text == "01/GCN-SKHCN"


def test_inside_a_transaction_the_file_is_made_after_it():
    paper = draft(accepted_task())
    with transaction.atomic():
        assert issue(paper).state == "issuing"
    paper.refresh_from_db()
    assert paper.state == "issued"
