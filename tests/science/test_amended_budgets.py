"""A decided change of the budget is the task's budget from its day of effect, and what was before stays on record."""

from datetime import UTC, date, datetime

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.integrity.running import moment_at
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.documents.certificate import CERTIFICATE
from khcn.science.enums import AmendmentKind
from khcn.science.integrity.amendments import amendment_chain, amendment_without_change
from khcn.science.integrity.tasks import task_budget_amended
from khcn.science.models import AmendmentRequest, ScienceTask, TaskAmendment
from khcn.science.operations import TaskRefused, remove_amendment
from khcn.science.operations.amendments import AmendmentWriter, take_effect_by
from khcn.science.operations.requests import stale_notice
from khcn.science.queries import task_on
from tests.factories.base import an_actor
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory
from tests.science.channels import api_refusal, import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, HEAD = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.HEAD, "QLKH")
TODAY, SIGNED, DECIDED = date(2026, 1, 5), date(2022, 3, 1), date(2023, 7, 1)
BEFORE, AFTER = (1_250_000_000, 900_000_000), (1_400_000_000, 1_000_000_000)


@pytest.fixture
def task():
    made = ScienceTaskFactory(code="NV-1", budget_total=BEFORE[0], budget_state=BEFORE[1])
    return TaskMilestoneFactory(task=made, kind="contract_signed", on=SIGNED).task


def budget(task):
    return ScienceTask.objects.values_list("budget_total", "budget_state").get(pk=task.pk)


def budget_on(task, day):
    seen = task_on(ScienceTask.objects.get(pk=task.pk), on=day)
    return seen.budget_total, seen.budget_state


def amend(task, total=AFTER[0], **given):
    values = {"kind": "change_budget", "decided_on": DECIDED, "new_budget_total": total, **given}
    run_action(task, "amend", STAFF, TODAY, **values)
    return task.amendments.order_by("decided_on").last()


def sums(amendment):
    return (
        (amendment.old_budget_total, amendment.old_budget_state),
        (amendment.new_budget_total, amendment.new_budget_state),
    )


def in_words_only(task):
    """An amendment of the budget as it was recorded before it had columns for its sums."""
    return TaskAmendmentFactory(
        task=task, kind="change_budget", decided_on=date(2023, 5, 1), old_end_on=None, new_end_on=None,
        new_text="Tăng lên 1.400.000.000 đồng",
    )  # fmt: skip


def test_the_task_has_the_new_sums_from_the_day_of_the_decision(task):
    amendment = amend(task, new_budget_state=AFTER[1])
    assert (sums(amendment), budget(task)) == ((BEFORE, AFTER), AFTER)
    assert (budget_on(task, date(2023, 6, 30)), budget_on(task, DECIDED)) == (BEFORE, AFTER)
    printed = CERTIFICATE.context(ScienceTask.objects.get(pk=task.pk), TODAY)
    assert (printed["budget"], printed["budget_state"]) == ("1.400.000.000 đồng", "1.000.000.000 đồng")
    assert list(task_budget_amended(moment_at(datetime(2026, 1, 5, 5, tzinfo=UTC)))) == []


def test_what_is_in_force_later_is_the_tasks_on_that_day(task):
    amend(task, new_budget_state=AFTER[1], effective_on=date(2028, 1, 1))
    take_effect_by(on=date(2027, 12, 31))
    assert (budget(task), budget_on(task, date(2028, 1, 1))) == (BEFORE, AFTER)
    for _again in range(2):
        take_effect_by(on=date(2028, 1, 1))
        assert (budget(task), budget_on(task, date(2027, 12, 31))) == (AFTER, BEFORE)


def test_an_empty_state_budget_stays_what_it_was(task):
    amendment = amend(task)
    assert (sums(amendment)[1], budget(task)) == ((AFTER[0], BEFORE[1]), (AFTER[0], BEFORE[1]))
    with pytest.raises(
        TaskRefused, match=r"nhỏ hơn ngân sách nhà nước đang ghi là 900.000.000 đồng"
    ) as refusal:
        amend(task, total=800_000_000, decided_on=date(2023, 8, 1))
    assert list(refusal.value.fields) == ["new_budget_state"]
    with pytest.raises(TaskRefused, match="lớn hơn tổng kinh phí sau"):
        amend(task, total=800_000_000, new_budget_state=800_000_001, decided_on=date(2023, 8, 1))
    assert budget(task) == (AFTER[0], BEFORE[1])


def test_a_change_of_the_budget_names_a_sum_and_changes_something(task):
    with pytest.raises(TaskRefused, match="tổng kinh phí sau điều chỉnh") as refusal:
        amend(task, total=None, new_text="Tăng kinh phí")
    assert list(refusal.value.fields) == ["new_budget_total"]
    with pytest.raises(TaskRefused, match="trước và sau điều chỉnh là một"):
        amend(task, total=BEFORE[0])
    amend(task, total=BEFORE[0], new_text="Chuyển 20.000.000 đồng từ đoàn ra sang nguyên vật liệu")
    assert budget(task) == BEFORE
    assert list(amendment_without_change(None)) == []


def test_a_later_change_follows_on_the_one_before_it_and_is_taken_back_first(task):
    first = amend(task, new_budget_state=AFTER[1])
    second = amend(task, total=1_500_000_000, decided_on=date(2023, 8, 1))
    assert sums(second) == (AFTER, (1_500_000_000, AFTER[1]))
    with pytest.raises(TaskRefused, match="bỏ lần sau trước"):
        remove_amendment(amendment=first, reason="nhầm", actor=STAFF, on=TODAY)
    remove_amendment(amendment=second, reason="nhầm", actor=STAFF, on=TODAY)
    assert budget(task) == AFTER
    remove_amendment(amendment=first, reason="nhầm", actor=STAFF, on=TODAY)
    assert budget(task) == BEFORE


def test_a_sum_that_the_task_did_not_state_is_gone_with_the_amendment(task):
    with acting(SYSTEM):
        task.budget_total = task.budget_state = None
        task.save()
    amendment = amend(task, new_budget_state=AFTER[1])
    assert sums(amendment)[0] == (None, None)
    remove_amendment(amendment=amendment, reason="nhầm", actor=STAFF, on=TODAY)
    assert budget(task) == (None, None)
    amendment = amend(task)
    TaskMilestoneFactory(task=task, kind="outline_approved", on=date(2023, 7, 2))
    with pytest.raises(TaskRefused, match=r"Phê duyệt thuyết minh.*phải có tổng kinh phí"):
        remove_amendment(amendment=amendment, reason="nhầm", actor=STAFF, on=TODAY)
    assert budget(task) == (AFTER[0], None)


def test_sums_that_an_amendment_names_are_not_edited_beside_it(task):
    amend(task, new_budget_state=AFTER[1])
    task.refresh_from_db()
    for changed in ({"budget_total": 2_000_000_000}, {"budget_state": 5}):
        assert "“Điều chỉnh kinh phí” ngày 01/07/2023 đã ghi dựa vào" in api_refusal(
            task, STAFF, TODAY, **changed
        )
        with pytest.raises(Refused, match="“Điều chỉnh kinh phí” ngày 01/07/2023"):
            run_action(task, "correct", STAFF, TODAY, **changed, reason="nhầm")


@pytest.mark.parametrize(
    ("given", "before", "stands"),
    [
        ({}, (None, None), AFTER),  # the task has the sums of the paper already
        ({"new_budget_state": None}, (None, None), AFTER),
        ({"new_budget_total": 1_500_000_000}, (AFTER[0], None), (1_500_000_000, AFTER[1])),
    ],
)
def test_papers_may_lack_what_was_before(task, given, before, stands):
    with acting(SYSTEM):
        task.budget_total, task.budget_state = AFTER
        task.save()
    values = {"new_budget_total": AFTER[0], "new_budget_state": AFTER[1], **given}
    paper = TaskAmendment(task=task, kind="change_budget", decided_on=DECIDED, taken_over=True, **values)
    save_row(register_of(TaskAmendment), paper, actor=HEAD, on=TODAY)
    assert (sums(paper), budget(task)) == (
        (before, (values["new_budget_total"], values["new_budget_state"])),
        stands,
    )
    remove_amendment(amendment=paper, reason="nhầm", actor=HEAD, on=TODAY)
    assert budget(task) == stands  # nobody knows what was before


def test_an_amendment_in_words_only_stays_as_it_is(task):
    old = in_words_only(task)
    old.full_clean()
    assert api_refusal(old, STAFF, TODAY, reason="Theo đề nghị của tổ chức chủ trì") == ""
    old.refresh_from_db()
    assert "“Bỏ điều chỉnh ghi nhầm”" in api_refusal(old, STAFF, TODAY, new_budget_total=AFTER[0])
    task.refresh_from_db()
    assert api_refusal(task, STAFF, TODAY, budget_total=1_300_000_000) == ""
    amendment = amend(task, new_budget_state=AFTER[1])
    assert sums(amendment) == ((1_300_000_000, BEFORE[1]), AFTER)
    assert list(amendment_chain(None)) == list(amendment_without_change(None)) == []
    remove_amendment(amendment=amendment, reason="nhầm", actor=STAFF, on=TODAY)
    remove_amendment(amendment=old, reason="ghi lại kèm số tiền", actor=STAFF, on=TODAY)
    assert budget(task) == (1_300_000_000, BEFORE[1])


def test_an_import_that_has_taken_effect_later_is_not_undone_without_its_effect(task):
    change = amend(task, effective_on=date(2028, 1, 1))
    row = {each.attname: getattr(change, each.attname) for each in change._meta.concrete_fields}
    take_effect_by(on=date(2028, 1, 1))
    TaskAmendment.objects.filter(pk=change.pk)._raw_delete("default")
    assert ["đã có hiệu lực" in why for _task, why in AmendmentWriter().violations([row])] == [True]
    task.refresh_from_db()
    assert api_refusal(task, STAFF, TODAY, budget_total=BEFORE[0]) == ""
    assert list(AmendmentWriter().violations([row])) == []  # of the state's part nothing was changed


def test_a_request_names_the_sums_and_what_was_before(task):
    wanted = {"new_budget_total": AFTER[0], "new_budget_state": AFTER[1]}
    request = AmendmentRequest(task=task, kind="change_budget", requested_on=date(2023, 6, 1), **wanted)
    save_row(register_of(AmendmentRequest), request, actor=STAFF, on=TODAY)
    assert request.before == "1.250.000.000 đồng, trong đó ngân sách nhà nước 900.000.000 đồng"
    assert stale_notice(request, actor=STAFF, on=TODAY) == ""
    run_action(request, "approve", STAFF, TODAY, decided_on=DECIDED, decision=LegalDocumentFactory())
    assert (sums(task.amendments.get()), budget(task)) == ((BEFORE, AFTER), AFTER)


def test_a_sheet_of_amendments_is_read_by_the_same_rules(task):
    kind = AmendmentKind.CHANGE_BUDGET.label
    row = {"task": "NV-1", "kind": str(kind), "decided_on": "1/7/2023"}
    assert import_problems(TaskAmendment, {**row, "new_budget_total": "1.400.000.000"}, STAFF, TODAY) == []
    for given, words in (
        ({}, "tổng kinh phí sau điều chỉnh"),
        ({"new_budget_total": "1.250.000.000"}, "trước và sau điều chỉnh là một"),
        (
            {"new_budget_total": "1.400.000.000", "old_budget_total": "1.000"},
            "trên hồ sơ là “1.250.000.000 đồng”",
        ),
    ):
        assert words in " ".join(import_problems(TaskAmendment, {**row, **given}, STAFF, TODAY)), given
