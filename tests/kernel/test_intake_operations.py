"""The steps of an import: stored, settled, written whole, taken back whole."""

from datetime import date

import pytest
from django.core.files.storage import default_storage

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.jobs import verify_log_job
from khcn.kernel.audit.logged_values import snapshot
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import answering
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import Answer, AnswerAction, IntakeRefused, NotReady, WorkbookRefused
from khcn.kernel.intake.models import Batch, Decision
from khcn.kernel.intake.plans import batch_plans, plan_cache
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.kernel.workflow.engine import TransitionRefused
from khcn.parties.models import Organisation
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.intake_sample import (
    CLERK,
    DAY,
    OFFICER,
    TASK,
    book_of,
    decide,
    reference_data,
    rows_of,
    sheets,
)
from tests.kernel.papers_given import accepted_task, draft, issue

pytestmark = pytest.mark.django_db

CORRECTED = f"{TASK['title']} (sửa)"
LATER = date(2023, 9, 20)


@pytest.fixture(autouse=True)
def empty_cache():
    plan_cache.store_plan(("", SYSTEM, None, ""), type("Empty", (), {"draft_sheets": []})())


def records():
    """Every record of the registers concerned, as stored."""
    models = (Organisation, ScienceTask, TaskMilestone)
    return [
        snapshot(each, ("updated_at", "created_at"))
        for model in models
        for each in model.objects.order_by("pk")
    ]


def imported(content, actor=OFFICER):
    batch = intake.upload(content=content, name="thang-9.xlsx", actor=actor, on=DAY)
    intake.confirm_import(batch=batch, actor=actor, on=DAY)
    return batch


def two_tasks(**changes):
    return [{**TASK, **changes}, {**TASK, "code": "ĐT.02.2023", **changes}]


def test_upload_keeps_the_file_and_what_was_found():
    reference_data()
    content = book_of(ScienceTask, [TASK, {**TASK, "code": "ĐT.02", "title": ""}])
    batch = intake.upload(content=content, name="C:\\Sở\\tháng 9.xlsx", actor=OFFICER, on=DAY)
    assert (batch.name, batch.state, batch.unit_code, batch.uploaded_on) == (
        "tháng 9.xlsx",
        "previewed",
        "QLKH",
        DAY,
    )
    assert batch.content() == content
    assert batch.counts == [
        {
            "sheet": "Dữ liệu",
            "register": "science.sciencetask",
            "title": "nhiệm vụ KH&CN",
            "do": "",
            "create": 1,
            "change": 0,
            "same": 0,
            "skip": 0,
            "errors": 1,
            "questions": 0,
        }
    ]
    assert (batch.problems_total, batch.questions_total, batch.records_total) == (1, 0, 1)
    assert intake.upload(content=content, name="lại.xlsx", actor=OFFICER, on=LATER).pk == batch.pk
    assert intake.upload(content=content, name="lại.xlsx", actor=CLERK, on=LATER).pk != batch.pk


def test_of_two_clicks_the_second_does_not_take_the_file_of_the_first(settings, tmp_path, monkeypatch):
    storage = {"BACKEND": "khcn.kernel.files.storage.DurableStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    reference_data()
    content = book_of(ScienceTask, [TASK])
    first = intake.upload(content=content, name="a.xlsx", actor=OFFICER, on=DAY)
    newest, asked = type(Batch.objects.all()).newest, []

    def not_yet(rows):  # the first question is asked before the other click has been committed
        asked.append(rows)
        return rows.none() if len(asked) == 1 else newest(rows)

    monkeypatch.setattr(type(Batch.objects.all()), "newest", not_yet)
    assert intake.upload(content=content, name="a.xlsx", actor=OFFICER, on=DAY).pk == first.pk
    assert first.content() == content


def test_a_refused_file_leaves_no_trace():
    before = ChangeEntry.objects.count()
    with pytest.raises(WorkbookRefused):
        intake.upload(content=b"PK nothing", name="x.xlsx", actor=OFFICER, on=DAY)
    with pytest.raises(WorkbookRefused):
        intake.upload(content=sheets({"a": [["b"]]}), name="x.xlsx", actor=OFFICER, on=DAY)
    with pytest.raises(IntakeRefused):
        intake.upload(content=b"", name="x.xlsx", actor=an_actor(Role.READER), on=DAY)
    assert (Batch.objects.count(), ChangeEntry.objects.count()) == (0, before)


def test_confirm_writes_everything_under_one_act():
    _field, host, person = reference_data()
    batch = imported(book_of(ScienceTask, two_tasks()))
    task = ScienceTask.objects.get(code="ĐT.01.2023")
    assert (task.host, task.principal_investigator, task.budget_total) == (host, person, 1_152_000_000)
    assert (task.start_year, task.planned_end_on, task.is_supplementary) == (2023, date(2024, 12, 31), False)
    assert ScienceTask.objects.filter(title__contains="trồng thử nghiệm").count() == 2
    assert (batch.state, batch.committed_on, batch.records_total) == ("committed", DAY, 2)
    entries = ChangeEntry.objects.filter(model="science.sciencetask")
    assert {(entry.batch, entry.actor_label, entry.reason) for entry in entries} == {
        (batch.act, OFFICER.label, "Nhập từ tệp thang-9.xlsx")
    }
    verify_log_job()
    with pytest.raises(TransitionRefused):
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)


def test_one_bad_row_keeps_everything_out():
    reference_data()
    content = book_of(ScienceTask, [*two_tasks(), {**TASK, "code": "ĐT.03", "level": "Cấp làng"}])
    batch = intake.upload(content=content, name="a.xlsx", actor=OFFICER, on=DAY)
    before = records(), ChangeEntry.objects.count()
    with pytest.raises(NotReady) as caught:
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert len(caught.value.plan.questions) == 1
    assert (records(), ChangeEntry.objects.count()) == before
    batch.refresh_from_db()
    assert batch.state == "previewed"


def test_the_same_file_again_changes_nothing_and_half_a_file_changes_half():
    reference_data()
    imported(book_of(ScienceTask, two_tasks()))
    before = records()
    again = imported(book_of(ScienceTask, two_tasks()))
    assert records() == before
    assert not ChangeEntry.objects.filter(model="science.sciencetask", batch=again.act).exists()
    half = [TASK, {**TASK, "code": "ĐT.02.2023", "title": CORRECTED}]
    batch = imported(book_of(ScienceTask, half))
    (entry,) = ChangeEntry.objects.filter(model="science.sciencetask", batch=batch.act)
    assert (entry.before, entry.after) == ({"title": TASK["title"]}, {"title": CORRECTED})


def test_what_changed_after_the_preview_is_seen_when_writing():
    reference_data()
    batch = intake.upload(content=book_of(ScienceTask, two_tasks()), name="a.xlsx", actor=OFFICER, on=DAY)
    assert intake.preview(batch=batch, actor=OFFICER, on=DAY).counts.create == 2
    ScienceTaskFactory(
        code="ĐT.02.2023",
        title=f"{TASK['title']}, bản khác",
        start_year=2023,
        planned_end_on=date(2024, 8, 31),
    )
    plan = intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert (plan.counts.create, plan.counts.change) == (1, 1)
    assert ScienceTask.objects.get(code="ĐT.02.2023").title == TASK["title"]


def test_a_record_saved_between_plan_and_writing_is_not_overwritten(monkeypatch):
    reference_data()
    imported(book_of(ScienceTask, [TASK]))
    changed = book_of(ScienceTask, [{**TASK, "title": CORRECTED}])
    batch = intake.upload(content=changed, name="a.xlsx", actor=OFFICER, on=DAY)
    real = intake.lock_and_check_rules

    def after_another_save(*arguments):
        with acting(SYSTEM):
            task = ScienceTask.objects.get()
            task.short_name = "Người khác vừa ghi"
            task.save()
        return real(*arguments)

    monkeypatch.setattr(intake, "lock_and_check_rules", after_another_save)
    with pytest.raises(IntakeRefused, match="Có người vừa ghi vào sổ cùng lúc"):
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert ScienceTask.objects.get().title == TASK["title"]


def test_a_decision_is_remembered_for_the_next_file_and_can_be_revised():
    _field, host, _person = reference_data()
    other = OrganisationFactory(name="Trung tâm Khuyến nông huyện")
    content = book_of(ScienceTask, [{**TASK, "host": "TT Khuyến nông tỉnh"}])
    batch = intake.upload(content=content, name="a.xlsx", actor=OFFICER, on=DAY)
    (question,) = intake.preview(batch=batch, actor=OFFICER, on=DAY).questions
    with pytest.raises(IntakeRefused):
        decide(batch=batch, key=question.key, action=AnswerAction.USE, target="424242", actor=OFFICER, on=DAY)
    with pytest.raises(IntakeRefused):
        decide(batch=batch, key="0" * 16, action=AnswerAction.SKIP, actor=OFFICER, on=DAY)
    assert not Decision.objects.exists()
    decision = decide(batch=batch, key=question.key, action="use", target=str(host.pk), actor=OFFICER, on=DAY)
    assert (decision.heading, decision.value_text, decision.target_label) == (
        "Tổ chức chủ trì",
        "TT Khuyến nông tỉnh",
        "Trung tâm Khuyến nông",
    )
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    next_month = book_of(
        ScienceTask, [{**TASK, "code": "ĐT.03", "title": "Việc thứ ba", "host": "TT. Khuyến nông Tỉnh"}]
    )
    batch = intake.upload(content=next_month, name="b.xlsx", actor=OFFICER, on=LATER)
    plan = intake.preview(batch=batch, actor=OFFICER, on=DAY)
    assert (plan.questions, [each.answer.target for each in plan.settled]) == ([], [str(host.pk)])
    revised = answering.decide_all(
        batch=batch, answers={question.key: Answer(AnswerAction.USE, str(other.pk))}, actor=OFFICER, on=LATER
    )
    assert [each.pk for each in revised] == [decision.pk]
    intake.confirm_import(batch=batch, actor=OFFICER, on=LATER)
    assert ScienceTask.objects.get(code="ĐT.03").host == other
    answering.forget_decision(decision=decision, actor=OFFICER)
    batch = intake.upload(
        content=book_of(
            ScienceTask, [{**TASK, "code": "ĐT.04", "title": "Việc thứ tư", "host": "TT Khuyến nông tỉnh"}]
        ),
        name="c.xlsx",
        actor=OFFICER,
        on=LATER,
    )
    assert batch.questions_total == 1


def test_a_remembered_record_that_is_gone_is_asked_again():
    reference_data()
    gone = OrganisationFactory(name="Đơn vị sẽ xóa")
    content = book_of(ScienceTask, [{**TASK, "host": "Đơn vị lạ hoắc"}])
    batch = intake.upload(content=content, name="a.xlsx", actor=OFFICER, on=DAY)
    (question,) = intake.preview(batch=batch, actor=OFFICER, on=DAY).questions
    decide(batch=batch, key=question.key, action=AnswerAction.USE, target=str(gone.pk), actor=OFFICER, on=DAY)
    with acting(SYSTEM):
        gone.delete()
    assert [each.key for each in intake.preview(batch=batch, actor=OFFICER, on=DAY).questions] == [
        question.key
    ]


def test_undo_brings_everything_back():
    _field, host, person = reference_data()
    ScienceTaskFactory(
        start_year=2023,
        code="ĐT.01.2023",
        title=f"{TASK['title']} (cũ)",
        host=host,
        principal_investigator=person,
        budget_total=1_000_000_000,
        planned_end_on=date(2024, 8, 31),
    )
    before = records()
    content = sheets(
        {
            "tổ chức": rows_of(
                Organisation, [{"name": "Trạm mới", "governing_body": "Trung tâm Khuyến nông"}]
            ),
            "nhiệm vụ KH&CN": rows_of(ScienceTask, two_tasks(host="Trạm mới", planned_start_on="01/03/2023")),
            "mốc thực hiện nhiệm vụ": rows_of(
                TaskMilestone, [{"task": "ĐT.02.2023", "kind": "Ký hợp đồng", "on": "1/3/2023"}]
            ),
        }
    )
    batch = imported(content)
    assert records() != before
    assert intake.undo_import(batch=batch, actor=OFFICER, on=LATER) == 4
    assert records() == before
    assert (batch.state, batch.undone_on) == ("undone", LATER)
    verify_log_job()
    with pytest.raises(TransitionRefused):
        intake.undo_import(batch=batch, actor=OFFICER, on=LATER)


def test_undo_stops_at_later_changes_and_later_records():
    reference_data()
    batch = imported(book_of(ScienceTask, two_tasks()))
    first, second = ScienceTask.objects.order_by("code")
    with acting(SYSTEM):
        first.title = "Sửa tay"
        first.save()
    milestone = TaskMilestoneFactory(task=second)
    before = records()
    with pytest.raises(UndoConflict) as caught:
        intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    assert [(each.pk, each.register) for each in caught.value.conflicts] == [
        (str(first.pk), "nhiệm vụ KH&CN"),
        (str(second.pk), "nhiệm vụ KH&CN"),
    ]
    assert "Hệ thống" in caught.value.conflicts[0].why
    assert records() == before
    with acting(SYSTEM):
        milestone.delete()
        first.title = TASK["title"]
        first.save()
    intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    assert not ScienceTask.objects.exists()


def test_undo_of_a_change_leaves_other_fields_as_they_are_now():
    _field, host, person = reference_data()
    task = ScienceTaskFactory(code="ĐT.01.2023", title="Tên cũ", host=host, principal_investigator=person)
    batch = imported(book_of(ScienceTask, [{"code": "ĐT.01.2023", "title": "Tên mới"}]))
    task.refresh_from_db()
    with acting(SYSTEM):
        task.note = "ghi sau khi nhập"
        task.save()
    intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    task.refresh_from_db()
    assert (task.title, task.note) == ("Tên cũ", "ghi sau khi nhập")


def test_batches_belong_to_their_sender_and_division():
    reference_data()
    batch = intake.upload(content=book_of(ScienceTask, [TASK]), name="a.xlsx", actor=OFFICER, on=DAY)
    colleague = an_actor(Role.OFFICER, "QLKH", user_id=70)
    head = an_actor(Role.HEAD, "QLKH", user_id=71)
    for actor in (
        colleague,
        an_actor(Role.HEAD, "TTRA", user_id=72),
        an_actor(Role.READER, "QLKH", user_id=7),
    ):
        with pytest.raises(TransitionRefused):
            intake.reject(batch=batch, actor=actor, on=DAY)
    assert Batch.objects.get().state == "previewed"
    intake.confirm_import(batch=batch, actor=head, on=DAY)
    assert batch.state == "committed"


def test_a_rejected_file_is_not_written():
    reference_data()
    batch = intake.upload(content=book_of(ScienceTask, [TASK]), name="a.xlsx", actor=OFFICER, on=DAY)
    intake.reject(batch=batch, actor=OFFICER, on=DAY)
    with pytest.raises(TransitionRefused):
        intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert not ScienceTask.objects.exists()
    assert (Batch.objects.open().count(), Batch.objects.of_unit("QLKH").count()) == (0, 1)
    assert default_storage.exists(batch.file.name)


def test_records_made_from_a_name_are_written_first():
    reference_data()
    content = book_of(ScienceTask, [{**TASK, "host": "Hợp tác xã Đồng Phúc"}])
    batch = intake.upload(content=content, name="a.xlsx", actor=OFFICER, on=DAY)
    (question,) = intake.preview(batch=batch, actor=OFFICER, on=DAY).questions
    decide(batch=batch, key=question.key, action=AnswerAction.CREATE, actor=OFFICER, on=DAY)
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert ScienceTask.objects.get().host.name == "Hợp tác xã Đồng Phúc"
    intake.undo_import(batch=batch, actor=OFFICER, on=DAY)
    assert not Organisation.objects.filter(name="Hợp tác xã Đồng Phúc").exists()


def test_parents_and_children_of_one_sheet_in_any_order():
    rows = [
        {"name": "Trạm", "governing_body": "Trung tâm"},
        {"name": "Trung tâm", "governing_body": "Sở"},
        {"name": "Sở"},
    ]
    imported(book_of(Organisation, rows), actor=CLERK)
    assert Organisation.objects.get(name="Trạm").governing_body.governing_body.name == "Sở"
    circle = [{"name": "A", "governing_body": "B"}, {"name": "B", "governing_body": "A"}]
    batch = intake.upload(content=book_of(Organisation, circle), name="x.xlsx", actor=CLERK, on=DAY)
    with pytest.raises(IntakeRefused):
        intake.confirm_import(batch=batch, actor=CLERK, on=DAY)
    assert Organisation.objects.count() == 3


def test_a_cached_plan_is_used_only_while_it_is_true(monkeypatch):
    reference_data()
    batch = intake.upload(content=book_of(ScienceTask, [TASK]), name="a.xlsx", actor=OFFICER, on=DAY)
    made = []
    real = intake.prepare_import
    for module in (intake, batch_plans):
        monkeypatch.setattr(
            module, "prepare_import", lambda *args, **options: made.append(1) or real(*args, **options)
        )
    intake.preview(batch=batch, actor=OFFICER, on=DAY)
    assert made == []
    intake.preview(batch=batch, actor=an_actor(Role.HEAD, "QLKH", user_id=71), on=DAY)
    assert made == [1]
    OrganisationFactory(name="Đơn vị vừa nhập")
    intake.preview(batch=batch, actor=OFFICER, on=DAY)
    assert made == [1, 1]
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert made == [1, 1]


@pytest.mark.parametrize("model", [ScienceTask, TaskMilestone])
def test_undo_stops_at_issued_papers(model):
    """Both the record that a paper was made for, and a milestone that the paper prints."""
    acceptance = {"task": "ĐT.01.2023", "kind": "Nghiệm thu cấp tỉnh", "on": "1/6/2023"}
    reference_data()
    if model is ScienceTask:
        batch = imported(book_of(ScienceTask, [TASK]))
        task = ScienceTask.objects.get()
        TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, on=date(2023, 3, 1))
        TaskMilestoneFactory(task=task, kind=MilestoneKind.ACCEPTED_PROVINCE, on=date(2023, 6, 1))
    else:
        task = accepted_task(code="ĐT.01.2023")
        with acting(SYSTEM):
            task.milestones.filter(kind=MilestoneKind.ACCEPTED_PROVINCE).delete()
        batch = imported(book_of(TaskMilestone, [acceptance]))
    paper = issue(draft(task))
    with pytest.raises(UndoConflict) as caught:
        intake.undo_import(batch=batch, actor=OFFICER, on=LATER)
    assert f"{paper} đã dùng bản ghi này." in [each.why for each in caught.value.conflicts]
    assert task.milestones.filter(kind=MilestoneKind.ACCEPTED_PROVINCE).exists()
