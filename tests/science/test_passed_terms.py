"""Whatever is written: a term that has passed becomes later, stopped or gone by the hand of who answers for it."""

from datetime import date

import pytest

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import IntakeRefused
from khcn.kernel.papers.operations import issue_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.science.enums import AmendmentKind, MilestoneKind
from khcn.science.models import ProgressCheck, ScienceTask, TaskMilestone
from khcn.science.operations import amend_task, record_milestone, remove_milestone
from tests.factories.base import an_actor
from tests.factories.reference import GradeFactory, LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import ProgressCheckFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import TASK, book_of, reference_data, rows_of, sheets
from tests.kernel.papers_given import draft

pytestmark = pytest.mark.django_db
OFFICER, HEAD = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.HEAD, "QLKH", user_id=9)
DELEGATE = an_actor(Role.HEAD, "QLKH", user_id=8, delegated=("science",), own=OFFICER)
TODAY = date(2026, 1, 5)


@pytest.fixture
def late():
    """Execution was to end on 31/08/2023 and did not."""
    task = ScienceTaskFactory(planned_end_on=date(2023, 8, 31))
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


def milestone(task, kind, on, actor, **given):
    record_milestone(task=task, kind=MilestoneKind(kind), reached_on=on, actor=actor, on=TODAY, **given)


def changed(task, actor, **values):
    stored = ScienceTask.objects.get(pk=task.pk)
    for name, value in values.items():
        setattr(stored, name, value)
    save_row(register_of(ScienceTask), stored, actor=actor, on=TODAY)


def corrected(task, actor):
    action = action_to_run(register_of(ScienceTask), "correct")
    values = {"planned_end_on": date(2026, 8, 31), "reason": "gõ nhầm"}
    run(action, register_of(ScienceTask), task.pk, values, actor=actor, on=TODAY)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(
            lambda task, actor: milestone(task, "suspended", date(2023, 8, 1), actor), id="suspended"
        ),
        pytest.param(corrected, id="corrected"),
    ],
)
def test_a_passed_term_is_moved_by_the_head_only(late, write):
    RuleParameterFactory(code="science.dossier_days", value=30, unit="day", valid_from=date(2014, 1, 1))
    before = list(Deadline.objects.order_by("kind").values_list("kind", "due_on", "owner_code"))
    with pytest.raises(Refused) as refusal:
        write(late, OFFICER)
    assert refusal.value.code == "late"
    assert "đã qua ngày 31/08/2023" in str(refusal.value)
    assert list(Deadline.objects.order_by("kind").values_list("kind", "due_on", "owner_code")) == before
    write(late, HEAD)
    assert list(Deadline.objects.order_by("kind").values_list("kind", "due_on", "owner_code")) != before


@pytest.mark.parametrize(
    "values",
    [
        {"planned_end_on": date(2027, 3, 31)},
        {"planned_end_on": None},
        {"managing_side": "host"},
    ],
    ids=["later", "emptied", "without owner"],
)
def test_a_passed_term_of_a_task_without_contract_is_no_ordinary_edit(values):
    task = ScienceTaskFactory(planned_start_on=date(2022, 3, 1), planned_end_on=date(2023, 8, 31))
    with pytest.raises(Refused) as refusal:
        changed(task, OFFICER, **values)
    assert refusal.value.code == "late"
    changed(task, HEAD, **values)


def test_a_late_record_is_not_deleted_by_who_is_late():
    task = ScienceTaskFactory(planned_start_on=date(2022, 3, 1), planned_end_on=date(2023, 8, 31))
    with pytest.raises(Refused) as refusal:
        remove_row(register_of(ScienceTask), task, actor=OFFICER, on=TODAY)
    assert refusal.value.code == "late"
    remove_row(register_of(ScienceTask), task, actor=HEAD, on=TODAY)
    assert not Deadline.objects.exists()


def test_a_corrected_acceptance_does_not_move_the_passed_terms_after_it(late):
    RuleParameterFactory(code="science.settlement_days", value=60, unit="day", valid_from=date(2014, 1, 1))
    accepted = TaskMilestoneFactory(
        task=late,
        kind="accepted_province",
        on=date(2023, 5, 4),
        grade=GradeFactory(valid_from=date(2014, 1, 1)),
    )
    action = action_to_run(register_of(TaskMilestone), "correct")
    values = {
        "kind": "accepted_province",
        "reached_on": date(2025, 12, 20),
        "grade": accepted.grade,
        "reason": "nhầm",
    }
    with pytest.raises(Refused) as refusal:
        run(action, register_of(TaskMilestone), accepted.pk, values, actor=OFFICER, on=TODAY)
    assert refusal.value.code == "late"
    assert "Quyết toán kinh phí" in str(refusal.value)
    run(action, register_of(TaskMilestone), accepted.pk, values, actor=HEAD, on=TODAY)


def test_that_a_term_was_met_in_time_is_entered_late_and_says_so(late):
    def text():
        row = Deadline.objects.get(kind="science.execution")
        return DeadlineStatus(row, TODAY).text, DeadlineStatus(row, TODAY).tone

    milestone(late, "dossier_submitted", date(2023, 8, 15), OFFICER)
    assert text() == ("xong, đúng hạn (ghi sau hạn, ngày 05/01/2026)", "warn")
    changed(late, OFFICER, note="sửa sau")
    assert text() == ("xong, đúng hạn (ghi sau hạn, ngày 05/01/2026)", "warn")
    marked = Deadline.objects.filter(kind="science.execution")
    assert verify_log().findings == []
    for stored, day in (("–", None), ("06/01/2026", date(2026, 1, 6))):
        marked.update(met_in_time_entered_on=day)
        (found,) = verify_log().findings
        assert found.kind == FindingKind.DEADLINE_CHANGED
        assert found.what.endswith(f"ngày ghi là đúng hạn đang lưu {stored}, nhật ký ghi 05/01/2026")
    marked.update(met_in_time_entered_on=date(2026, 1, 5))
    remove_milestone(
        milestone=late.milestones.get(kind="dossier_submitted"), reason="nhầm", actor=OFFICER, on=TODAY
    )
    milestone(late, "dossier_submitted", date(2023, 9, 30), OFFICER)
    assert text() == ("xong, chậm 30 ngày", "warn")
    assert verify_log().findings == []


def test_the_next_check_counts_from_the_last_one_and_no_check_is_still_to_come(late):
    RuleParameterFactory(code="science.check_months", value=6, unit="month", valid_from=date(2014, 1, 1))
    check = ProgressCheckFactory.build(task=late, kind="periodic", checked_on=date(2025, 12, 20))
    save_row(register_of(ProgressCheck), check, actor=OFFICER, on=TODAY)
    assert Deadline.objects.get(kind="science.check").starts_on == date(2025, 12, 20)
    check.checked_on = date(2026, 1, 6)
    with pytest.raises(Refused) as refusal:
        save_row(register_of(ProgressCheck), check, actor=OFFICER, on=TODAY)
    assert list(refusal.value.fields) == ["checked_on"]
    assert "chưa đến" in str(refusal.value)


def test_an_extension_is_not_decided_before_its_document(late):
    document = LegalDocumentFactory(issued_on=date(2025, 12, 1))
    with pytest.raises(Refused, match="sau ngày quyết định 01/03/2023"):
        amend_task(
            task=late, kind=AmendmentKind.EXTEND_DURATION, decided_on=date(2023, 3, 1), new_end_on=date(2024, 6, 30),
            decision=document, actor=HEAD, on=TODAY,
        )  # fmt: skip


def test_a_workbook_moves_no_passed_term_and_nothing_of_it_is_written(late):
    rows = [{"task": late.code, "kind": "Tạm dừng triển khai", "on": date(2023, 8, 1)}]
    batch = intake.upload(content=book_of(TaskMilestone, rows), name="moc.xlsx", actor=OFFICER, on=TODAY)
    with pytest.raises(IntakeRefused, match="Chưa ghi được gì: Thời hạn “Kết thúc thực hiện”"):
        intake.confirm_import(batch=batch, actor=OFFICER, on=TODAY)
    assert list(late.milestones.values_list("kind", flat=True)) == ["contract_signed"]
    batch.refresh_from_db()
    assert batch.state == "previewed"


def test_a_workbook_that_brings_the_late_task_brings_its_history_too():
    reference_data()
    task = {**TASK, "code": "NV-9", "start_year": 2022, "planned_start_on": date(2022, 3, 1)}
    task["planned_end_on"] = date(2023, 8, 31)
    steps = [
        {"task": "NV-9", "kind": "Ký hợp đồng", "on": date(2022, 3, 1)},
        {"task": "NV-9", "kind": "Tạm dừng triển khai", "on": date(2023, 8, 1)},
    ]
    content = sheets({"Nhiệm vụ": rows_of(ScienceTask, [task]), "Mốc": rows_of(TaskMilestone, steps)})
    batch = intake.upload(content=content, name="moc.xlsx", actor=OFFICER, on=TODAY)
    intake.confirm_import(batch=batch, actor=OFFICER, on=TODAY)
    assert Deadline.objects.get(kind="science.execution").stopped_since == date(2023, 8, 1)


@pytest.mark.parametrize(
    ("written_on", "actor", "refused"),
    [
        (date(2025, 12, 20), OFFICER, True),
        (date(2025, 12, 20), HEAD, False),
        (date(2025, 12, 20), DELEGATE, False),
        (TODAY, OFFICER, False),
    ],
    ids=["by the officer", "by the head", "by who acts for the head", "on the same day"],
)
def test_undoing_a_workbook_moves_a_passed_term_by_the_hand_of_who_answers_for_it(written_on, actor, refused):
    task = ScienceTaskFactory(
        title="Nhiệm vụ thử", planned_start_on=date(2022, 3, 1), planned_end_on=date(2026, 12, 31)
    )
    row = {"code": task.code, "title": task.title, "planned_end_on": date(2025, 12, 31)}
    content = book_of(ScienceTask, [row], only=list(row))
    batch = intake.upload(content=content, name="hạn.xlsx", actor=OFFICER, on=written_on)
    intake.confirm_import(batch=batch, actor=OFFICER, on=written_on)
    if refused:
        with pytest.raises(IntakeRefused, match=r"Không hoàn tác được: Thời hạn .* đã qua ngày 31/12/2025"):
            intake.undo_import(batch=batch, actor=actor, on=TODAY)
    else:
        intake.undo_import(batch=batch, actor=actor, on=TODAY)
    task.refresh_from_db()
    assert task.planned_end_on == date(2025 if refused else 2026, 12, 31)


def rules_of_result():
    for code, days in (("registration", 30), ("settlement", 60), ("liquidation", 90), ("dossier", 30)):
        RuleParameterFactory(code=f"science.{code}_days", value=days, unit="day", valid_from=date(2014, 1, 1))
    RuleParameterFactory(code="science.check_months", value=6, unit="month", valid_from=date(2014, 1, 1))


def terms(task):
    rows = Deadline.objects.of_subject("science.sciencetask", [task.pk]).order_by("kind")
    return {row.kind.partition(".")[2]: DeadlineStatus(row, TODAY).text for row in rows}


def test_a_term_that_was_met_late_is_not_moved_either(late):
    milestone(late, "dossier_submitted", date(2025, 10, 20), OFFICER)
    assert terms(late)["execution"].startswith("xong, chậm")
    document = LegalDocumentFactory(issued_on=date(2023, 8, 1))
    extension = {
        "decided_on": date(2023, 8, 1),
        "new_end_on": date(2025, 12, 31),
        "decision": document,
        "on": TODAY,
    }
    with pytest.raises(Refused) as refusal:
        amend_task(task=late, kind=AmendmentKind.EXTEND_DURATION, actor=OFFICER, **extension)
    assert refusal.value.code == "late"
    with pytest.raises(Refused) as refusal:
        corrected(late, OFFICER)
    assert refusal.value.code == "late"
    submitted = late.milestones.get(kind="dossier_submitted")
    values = {"kind": "dossier_submitted", "reached_on": date(2023, 8, 20), "reason": "nhầm"}
    run(action_to_run(register_of(TaskMilestone), "correct"), register_of(TaskMilestone), submitted.pk, values,
        actor=OFFICER, on=TODAY)  # fmt: skip
    assert terms(late)["execution"] == "xong, đúng hạn (ghi sau hạn, ngày 05/01/2026)"


def test_terms_of_an_acceptance_that_were_met_late_stay_late(late):
    rules_of_result()
    accepted = TaskMilestoneFactory(
        task=late, kind="accepted_province", on=date(2023, 5, 4), grade=GradeFactory()
    )
    milestone(late, "settled", date(2025, 12, 27), OFFICER)
    values = {
        "kind": "accepted_province",
        "reached_on": date(2025, 12, 10),
        "grade": accepted.grade,
        "reason": "nhầm",
    }
    with pytest.raises(Refused) as refusal:
        run(action_to_run(register_of(TaskMilestone), "correct"), register_of(TaskMilestone), accepted.pk, values,
            actor=OFFICER, on=TODAY)  # fmt: skip
    assert refusal.value.code == "late"
    remove_milestone(milestone=late.milestones.get(kind="settled"), reason="nhầm", actor=OFFICER, on=TODAY)
    with pytest.raises(Refused) as refusal:
        run(action_to_run(register_of(TaskMilestone), "remove"), register_of(TaskMilestone), accepted.pk,
            {"reason": "nhầm"}, actor=OFFICER, on=TODAY)  # fmt: skip
    assert refusal.value.code == "late"


def test_what_was_entered_late_as_in_time_is_not_begun_anew_by_an_officer(late):
    rules_of_result()
    TaskMilestoneFactory(task=late, kind="accepted_province", on=date(2023, 5, 4), grade=GradeFactory())
    milestone(late, "registered", date(2023, 5, 20), OFFICER, number="7/GCN")
    assert terms(late)["registration"] == "xong, đúng hạn (ghi sau hạn, ngày 05/01/2026)"
    with pytest.raises(Refused) as refusal:
        milestone(late, "deregistered", date(2026, 1, 4), OFFICER, number="2/TB")
    assert refusal.value.code == "late"
    milestone(late, "deregistered", date(2026, 1, 4), HEAD, number="2/TB")


def test_reaching_the_goal_is_recorded_although_a_check_is_overdue(late):
    rules_of_result()
    assert terms(late)["check"].startswith("quá hạn")
    milestone(late, "dossier_submitted", date(2025, 12, 27), OFFICER)
    assert "check" not in terms(late)


def test_a_second_acceptance_begins_its_terms_anew_by_the_hand_of_an_officer(late):
    rules_of_result()
    failed, passed = GradeFactory(code="failed", label="Không đạt", fails=True), GradeFactory()
    milestone(late, "accepted_province", date(2023, 8, 10), OFFICER, grade=failed)
    assert terms(late)["settlement"].startswith("quá hạn")
    milestone(late, "dossier_submitted", date(2025, 11, 10), OFFICER)
    milestone(late, "accepted_province", date(2025, 12, 27), OFFICER, grade=passed)
    assert terms(late)["settlement"].startswith("còn")


def test_terms_that_wait_for_nobody_here_are_moved_by_who_enters_them():
    task = ScienceTaskFactory(
        planned_start_on=date(2022, 3, 1),
        planned_end_on=date(2023, 8, 31),
        level="national",
        managing_side="central",
    )
    changed(task, OFFICER, planned_end_on=date(2027, 3, 31))


def test_that_the_work_was_stopped_is_a_fact_that_an_officer_records(late):
    milestone(late, "stopped", date(2025, 12, 1), OFFICER)
    assert "execution" not in terms(late)


def test_a_slip_of_today_is_no_way_to_move_a_term(late):
    rules_of_result()
    accepted = TaskMilestoneFactory(
        task=late, kind="accepted_province", on=date(2023, 5, 4), grade=GradeFactory()
    )
    milestone(late, "settled", date(2025, 12, 27), OFFICER)
    made = late.milestones.get(kind="settled")
    action = action_to_run(register_of(TaskMilestone), "correct")
    values = {"kind": "suspended", "reached_on": date(2023, 4, 1), "reason": "nhầm"}
    before = terms(late)
    with pytest.raises(Refused):
        run(action, register_of(TaskMilestone), made.pk, values, actor=OFFICER, on=TODAY)
    assert terms(late) == before
    assert accepted.on == date(2023, 5, 4)


def test_a_slip_of_today_is_mended_by_who_made_it():
    made = ScienceTaskFactory.build(
        start_year=2025,
        planned_start_on=date(2025, 3, 1),
        planned_end_on=date(2025, 12, 31),
        host=None,
        principal_investigator=None,
    )
    save_row(register_of(ScienceTask), made, actor=OFFICER, on=TODAY)
    assert terms(made)["execution"].startswith("quá hạn")
    colleague = an_actor(Role.OFFICER, "QLKH", user_id=70)
    with pytest.raises(Refused):
        changed(made, colleague, planned_end_on=date(2026, 12, 31))
    changed(made, OFFICER, planned_end_on=date(2026, 12, 31))
    assert terms(made)["execution"].startswith("còn")
    changed(made, OFFICER, planned_end_on=date(2025, 12, 30))
    remove_row(register_of(ScienceTask), ScienceTask.objects.get(pk=made.pk), actor=OFFICER, on=TODAY)


def test_the_day_of_a_paper_between_draft_and_today_is_not_the_day_of_its_entry(late):
    with acting(OFFICER, on=TODAY), acting(OFFICER, on=date(2023, 8, 20)) as act:
        assert act.on == TODAY


def test_a_term_that_was_out_of_sight_comes_back_with_the_mark(late):
    rules_of_result()
    milestone(late, "stopped", date(2025, 12, 27), OFFICER)
    milestone(late, "dossier_submitted", date(2023, 8, 15), OFFICER)
    stopped = late.milestones.get(kind="stopped")
    run(action_to_run(register_of(TaskMilestone), "remove"), register_of(TaskMilestone), stopped.pk,
        {"reason": "nhầm"}, actor=OFFICER, on=TODAY)  # fmt: skip
    assert terms(late)["execution"] == "xong, đúng hạn (ghi sau hạn, ngày 05/01/2026)"


def test_a_registration_that_was_late_is_not_begun_anew_by_an_officer(late):
    rules_of_result()
    TaskMilestoneFactory(task=late, kind="accepted_province", on=date(2023, 5, 4), grade=GradeFactory())
    milestone(late, "registered", date(2025, 12, 20), OFFICER, number="7/GCN")
    with pytest.raises(Refused) as refusal:
        milestone(late, "deregistered", date(2025, 12, 21), OFFICER, number="2/TB")
    assert refusal.value.code == "late"


def test_a_certificate_of_a_day_before_today_is_entered_today(late):
    rules_of_result()
    TaskMilestoneFactory(task=late, kind="accepted_province", on=date(2025, 12, 1), grade=GradeFactory())
    made, today = draft(late, on=date(2025, 12, 20)), date(2026, 2, 1)
    issue_paper(paper=made, actor=OFFICER, on=today, issued_on=date(2025, 12, 21))
    row = Deadline.objects.get(kind="science.registration")
    assert DeadlineStatus(row, today).text == "xong, đúng hạn (ghi sau hạn, ngày 01/02/2026)"
