"""New rows that may well be a record on file: asked about, with every answer possible."""

from datetime import date

import pytest

from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import AnswerAction
from khcn.kernel.intake.models import Decision
from khcn.parties.models import Person
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone, TaskWorkshop
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory, TaskWorkshopFactory
from tests.kernel.intake_sample import CLERK, DAY, OFFICER, TASK, book_of, decide, reference_data

pytestmark = pytest.mark.django_db


def sent(model, *records, name="a.xlsx"):
    batch = intake.upload(content=book_of(model, list(records)), name=name, actor=OFFICER, on=DAY)
    return batch, intake.preview(batch=batch, actor=OFFICER, on=DAY)


def answered(batch, question, action, target=""):
    decide(batch=batch, key=question.key, action=action, target=target, actor=OFFICER, on=DAY)
    return intake.preview(batch=batch, actor=OFFICER, on=DAY)


def outcome(plan):
    counts = plan.counts
    return [(row.action, row.corrects) for sheet in plan.sheets for row in sheet.rows], counts.same


def test_a_full_title_under_another_code_is_one_record_or_two_as_somebody_says():
    reference_data()
    task = ScienceTaskFactory(code="ĐT.05.2022", title=TASK["title"].upper())
    batch, plan = sent(ScienceTask, {**TASK, "planned_end_on": None})
    (question,) = plan.questions
    name = f"ĐT.05.2022 – {task.title}"
    assert question.text == f"Tên này đã có ở “{name}”, với mã khác. Dòng là bản ghi nào?"
    assert outcome(answered(batch, question, AnswerAction.CREATE)) == ([("create", "")], 0)
    assert outcome(answered(batch, question, AnswerAction.SKIP)) == ([("skip", "")], 0)
    plan = answered(batch, question, AnswerAction.USE, str(task.pk))
    assert outcome(plan) == ([("change", name)], 0)
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert list(ScienceTask.objects.values_list("pk", "code")) == [(task.pk, "ĐT.01.2023")]
    assert not Decision.objects.exists()  # about a row of this file: nothing for the next one


def test_a_name_with_and_without_its_workplace_is_one_person_or_two_as_somebody_says():
    there = OrganisationFactory(name="Viện Ứng dụng công nghệ")
    person = PersonFactory(full_name="Ma Thế Khải", organisation=None, phone="")
    PersonFactory(full_name="Ma Thế Khai", organisation=None)
    row = {"full_name": "MA THẾ KHẢI", "organisation": there.name, "phone": "0911 222 333"}
    content = book_of(Person, [row])
    batch = intake.upload(content=content, name="a.xlsx", actor=CLERK, on=DAY)
    (question,) = intake.preview(batch=batch, actor=CLERK, on=DAY).questions
    assert (
        question.text
        == "Tên này đã có ở “Ma Thế Khải”; chỉ một bên ghi “Đơn vị công tác”. Dòng là bản ghi nào?"
    )
    use = {"action": AnswerAction.USE, "target": str(person.pk), "actor": CLERK, "on": DAY}
    decide(batch=batch, key=question.key, **use)
    intake.confirm_import(batch=batch, actor=CLERK, on=DAY)
    assert list(Person.objects.order_by("pk").values_list("full_name", "organisation")) == [
        ("MA THẾ KHẢI", there.pk),
        ("Ma Thế Khai", None),
    ]
    # Of another workplace it is somebody else.
    row["organisation"] = OrganisationFactory(name="Trường Cao đẳng").name
    batch = intake.upload(content=book_of(Person, [row]), name="b.xlsx", actor=CLERK, on=DAY)
    plan = intake.preview(batch=batch, actor=CLERK, on=DAY)
    assert (plan.questions, plan.counts.create) == ([], 1)


@pytest.mark.parametrize("is_known", [True, False], ids=["workplace on record", "no workplace on record"])
def test_an_equal_name_is_asked_about_or_named_as_equal_and_never_both(is_known):
    there, here = (
        OrganisationFactory(name=name) for name in ("Viện Ứng dụng công nghệ", "Trung tâm Khuyến nông")
    )
    name = (
        "Ma Thế Khải" if is_known else "Ma Thế Khởi"
    )  # another file: a process caches the plan of its last one
    PersonFactory(full_name=name, organisation=here if is_known else None)
    content = book_of(Person, [{"full_name": name, "organisation": there.name}])
    batch = intake.upload(content=content, name="a.xlsx", actor=CLERK, on=DAY)
    plan = intake.preview(batch=batch, actor=CLERK, on=DAY)
    named = [(each.message, each.remedy) for each in plan.problems if each.code == "duplicate_like"]
    same = (
        f"“{name}” đã có ở một bản ghi khác, cùng tên.",
        "Nếu là một, ghi “Đơn vị công tác” như trong sổ; nếu là hai, có thể ghi vào sổ.",
    )
    assert (len(plan.questions), named) == ((0, [same]) if is_known else (1, []))


def test_two_new_rows_with_one_title_are_named_and_both_written():
    reference_data()
    _batch, plan = sent(ScienceTask, TASK, {**TASK, "code": "ĐT.02.2023"})
    assert ([(each.row, each.code) for each in plan.problems], plan.counts.create) == ([(3, "same_title")], 2)
    assert plan.is_ready


def second_acceptance():
    task = ScienceTaskFactory(code="ĐT.05.2022", title="Nuôi cá lồng")
    TaskMilestoneFactory(task=task, kind=MilestoneKind.CONTRACT_SIGNED, on=date(2022, 3, 1))
    kind = MilestoneKind.ACCEPTED_PROVINCE
    first = TaskMilestoneFactory(task=task, kind=kind, on=date(2023, 5, 4), number="")
    row = {"task": "ĐT.05.2022", "kind": first.get_kind_display(), "on": "04/06/2023", "number": "12/BB"}
    batch, plan = sent(TaskMilestone, row)
    return first, batch, plan


def test_a_second_acceptance_of_one_task_is_asked_about_with_the_first_one_and_the_rule_named():
    first, batch, plan = second_acceptance()
    (question,) = plan.questions
    assert (plan.errors, "04/05/2023; mốc này chỉ ghi một lần. Dòng này là lần khác" in question.text) == (
        [],
        True,
    )
    repetition, correction, other = question.options
    assert (repetition.label, other.label) == ("Ghi lặp lại, không đọc dòng này", "Là lần khác")
    assert correction.label.endswith(": sửa các ô khác theo tệp, ngày giữ như trong sổ")
    assert outcome(answered(batch, question, AnswerAction.SKIP)) == ([("skip", "")], 0)
    plan = answered(
        batch, question, AnswerAction.CREATE
    )  # of a result that was accepted there is no other one
    ((text, remedy),) = [(each.message, each.remedy) for each in plan.errors]
    assert ("04/05/2023" in text, "Đính chính mốc" in remedy) == (True, True)
    plan = answered(batch, question, AnswerAction.USE, str(first.pk))
    assert ([row.action for row in plan.sheets[0].rows], plan.errors) == (["change"], [])
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    stored = TaskMilestone.objects.filter(kind=MilestoneKind.ACCEPTED_PROVINCE)
    assert list(stored.values_list("pk", "on", "number")) == [(first.pk, date(2023, 5, 4), "12/BB")]


def test_the_same_record_with_one_changed_day_is_asked_about_and_with_more_changed_it_is_not():
    task = ScienceTaskFactory(code="ĐT.05.2022", title="Nuôi cá lồng")
    stored = TaskWorkshopFactory(task=task, title="Hội thảo đầu bờ", held_on=date(2023, 2, 1))
    row = {"task": "ĐT.05.2022", "title": "Hội thảo đầu bờ", "held_on": "11/02/2023"}
    batch, plan = sent(TaskWorkshop, row)
    (question,) = plan.questions
    assert question.text == (
        "Sổ đã có “Hội thảo đầu bờ, 01/02/2023”, chỉ khác ngày. Dòng là bản ghi mới, hay là sửa ngày của bản ghi đó?"
    )
    assert answered(batch, question, AnswerAction.CREATE).counts.create == 1
    assert outcome(answered(batch, question, AnswerAction.USE, str(stored.pk))) == (
        [("change", "Hội thảo đầu bờ, 01/02/2023")],
        0,
    )
    _batch, plan = sent(TaskWorkshop, {**row, "title": "Hội thảo tổng kết"}, name="b.xlsx")
    assert (plan.questions, plan.counts.create) == ([], 1)
    both = {**row, "held_on": "01/02/2023"}
    _batch, plan = sent(TaskWorkshop, both, row, name="c.xlsx")  # the file has the stored one too
    assert (plan.questions, plan.counts.create, plan.counts.same) == ([], 1, 1)


def test_a_code_without_its_leading_zeros_is_one_record_or_two_as_somebody_says():
    reference_data()
    task = ScienceTaskFactory(code="24-01", title="Xây dựng mô hình trồng rau trong nhà màng")
    ScienceTaskFactory(code="24-10")
    batch, plan = sent(ScienceTask, {**TASK, "code": "24-1", "title": task.title, "planned_end_on": None})
    (question,) = plan.questions
    assert question.text == f"“24-01 – {task.title}” đã có, mã chỉ khác ở số 0 đứng đầu. Dòng là bản ghi nào?"
    assert outcome(answered(batch, question, AnswerAction.CREATE)) == ([("create", "")], 0)
    ((row,),) = [sheet.rows for sheet in answered(batch, question, AnswerAction.USE, str(task.pk)).sheets]
    assert (row.action, row.pk) == ("change", task.pk)
    intake.confirm_import(batch=batch, actor=OFFICER, on=DAY)
    assert sorted(ScienceTask.objects.values_list("code", flat=True)) == ["24-01", "24-10"]


def test_two_new_rows_whose_codes_differ_by_leading_zeros_are_named():
    reference_data()
    _batch, plan = sent(
        ScienceTask,
        {**TASK, "code": "24-01"},
        {**TASK, "code": "24-1", "title": "Xây dựng mô hình trồng rau trong nhà màng"},
    )
    assert [(each.code, each.message) for each in plan.problems] == [
        ("same_but_zeros", "Mã này chỉ khác mã ở dòng 2 của tệp ở số 0 đứng đầu.")
    ]


def test_a_title_that_is_the_short_name_of_another_record_is_asked_about():
    reference_data()
    task = ScienceTaskFactory(code="24-05", title="Xây dựng mô hình trồng rau", short_name="Rau nhà màng")
    _batch, plan = sent(ScienceTask, {**TASK, "title": "RAU NHÀ MÀNG"})
    (question,) = plan.questions
    assert [each.target for each in question.options if each.target] == [str(task.pk)]
    assert question.text.startswith("Tên này đã có ở “24-05 – Rau nhà màng”, với mã khác.")


def test_each_row_is_asked_about_in_the_words_of_its_own_question():
    """Also after two new rows of the file were named as alike."""
    reference_data()
    task = ScienceTaskFactory(code="24-05", title="Chế biến miến dong riềng tại Na Rì")
    rows = [
        {**TASK, "code": "24-01"},
        {**TASK, "code": "24-1", "title": "Xây dựng mô hình trồng rau trong nhà màng"},
        {**TASK, "code": "24-5", "title": "Nuôi cá tầm ở hồ Ba Bể"},
    ]
    _batch, plan = sent(ScienceTask, *rows)
    assert [(each.rows, each.text) for each in plan.questions] == [
        ((4,), f"“24-05 – {task.title}” đã có, mã chỉ khác ở số 0 đứng đầu. Dòng là bản ghi nào?")
    ]
    assert [(each.row, each.message) for each in plan.problems] == [
        (3, "Mã này chỉ khác mã ở dòng 2 của tệp ở số 0 đứng đầu.")
    ]
