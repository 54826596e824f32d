"""Two people of one name in one place: asked in an import, never guessed and never impossible."""

import pytest

from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import AnswerAction
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from khcn.parties.models import Person
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.kernel.intake_sample import CLERK, DAY, OFFICER, TASK, book_of, decide, reference_data

pytestmark = pytest.mark.django_db
NAME, PLACE = "Ma Thế Khải", "Trường Cao đẳng"
ONE, OTHER = "0209 000 001", "0209 000 002"


def sent(*rows, name="a.xlsx"):
    content = book_of(Person, [{"full_name": NAME, "organisation": PLACE, **row} for row in rows])
    batch = intake.upload(content=content, name=name, actor=CLERK, on=DAY)
    return batch, intake.preview(batch=batch, actor=CLERK, on=DAY)


def answered(batch, question, action, target=""):
    decide(batch=batch, key=question.key, action=action, target=target, actor=CLERK, on=DAY)
    return intake.preview(batch=batch, actor=CLERK, on=DAY)


def written(batch):
    intake.confirm_import(batch=batch, actor=CLERK, on=DAY)
    return list(
        Person.objects.filter(full_name=NAME)
        .order_by("pk")
        .values_list("organisation__name", "distinction", "phone")
    )


def actions(plan):
    return [row.action for sheet in plan.sheets for row in sheet.rows]


@pytest.fixture
def known():
    place = OrganisationFactory(name=PLACE)
    return PersonFactory(full_name=NAME, organisation=place, phone=ONE, email="", degree="")


def test_another_telephone_is_the_same_person_or_another_one_as_somebody_says(known):
    batch, plan = sent({"phone": OTHER})
    (question,) = plan.questions
    assert question.text == (
        f"Dòng 2 ghi “{NAME} ({OTHER})”, cùng họ tên và nơi với “{NAME} ({PLACE}; {ONE})”. Là một người hay hai người?"
    )
    assert [(each.action, each.label) for each in question.options] == [
        (AnswerAction.USE, f"Cùng là “{NAME} ({PLACE}; {ONE})”, sửa theo tệp"),
        (AnswerAction.CREATE, "Là người khác cùng họ tên, thêm mới"),
        (AnswerAction.SKIP, "Không đọc dòng này"),
    ]
    assert (plan.errors, actions(answered(batch, question, AnswerAction.SKIP))) == ([], ["skip"])
    assert actions(answered(batch, question, AnswerAction.USE, str(known.pk))) == ["change"]
    plan = answered(batch, question, AnswerAction.CREATE)
    assert [(change.heading, change.new) for change in plan.sheets[0].rows[0].changes] == [
        ("Họ và tên", NAME),
        ("Đơn vị công tác", PLACE),
        ("Điện thoại", OTHER),
        ("Phân biệt người cùng tên", "người thứ 2"),
    ]
    assert written(batch) == [(PLACE, "", ONE), (PLACE, "người thứ 2", OTHER)]


def test_the_same_person_is_corrected_where_somebody_says_so(known):
    batch, plan = sent({"phone": OTHER})
    answered(batch, plan.questions[0], AnswerAction.USE, str(known.pk))
    assert written(batch) == [(PLACE, "", OTHER)]


@pytest.mark.parametrize(
    "row", [{"degree": "TS"}, {"phone": ONE, "degree": "TS"}], ids=["unsaid", "the same"]
)
def test_the_only_one_of_the_name_is_taken_as_before_where_nothing_contradicts(known, row):
    _batch, plan = sent(row)
    assert (plan.questions, plan.errors, actions(plan)) == ([], [], ["change"])


def test_of_two_on_record_the_one_with_the_telephone_is_meant_and_else_it_is_asked(known):
    other = PersonFactory(
        full_name=NAME, organisation=known.organisation, distinction="sinh năm 1975", phone=OTHER
    )
    _batch, plan = sent({"phone": OTHER, "degree": "TS"}, {"phone": ONE, "degree": "ThS"})
    assert (plan.questions, [(row.pk, row.action) for row in plan.sheets[0].rows]) == (
        [],
        [(other.pk, "change"), (known.pk, "change")],
    )
    batch, plan = sent({"degree": "TS"}, name="b.xlsx")
    (question,) = plan.questions
    assert [each.label for each in question.options][:2] == [
        f"Cùng là “{NAME} ({PLACE}; {ONE})”, sửa theo tệp",
        f"Cùng là “{NAME} ({PLACE}; sinh năm 1975; {OTHER})”, sửa theo tệp",
    ]
    (row,) = answered(batch, question, AnswerAction.USE, str(other.pk)).sheets[0].rows
    assert (row.pk, row.action) == (other.pk, "change")


def test_two_in_one_file_are_asked_about_and_may_both_be_new():
    OrganisationFactory(name=PLACE)
    batch, plan = sent({"phone": ONE}, {"phone": OTHER}, {"phone": "0209 000 003"})
    assert (plan.errors, [question.rows for question in plan.questions]) == ([], [(3,), (4,)])
    second, third = plan.questions
    assert second.text == (
        f"Dòng 3 ghi “{NAME} ({OTHER})”, cùng họ tên và nơi với dòng 2 của tệp. Là một người hay hai người?"
    )
    assert [each.label for each in second.options] == [
        "Là người khác cùng họ tên, thêm mới",
        "Cùng là người ở dòng 2 của tệp, không đọc dòng này",
    ]
    answered(batch, second, AnswerAction.CREATE)
    plan = answered(batch, third, AnswerAction.SKIP)
    assert (plan.questions, actions(plan)) == ([], ["create", "create", "skip"])
    assert written(batch) == [(PLACE, "", ONE), (PLACE, "người thứ 2", OTHER)]


def test_what_the_file_itself_says_tells_them_apart(known):
    """Nobody is asked about who has his own text; one that may be him of whom nothing is said yet is asked about."""
    PersonFactory(full_name=NAME, organisation=known.organisation, distinction="sinh năm 1975")
    _batch, plan = sent({"distinction": "sinh năm 1975", "degree": "TS"})
    assert (plan.questions, actions(plan)) == ([], ["change"])
    batch, plan = sent({"distinction": "sinh năm 1982", "phone": OTHER}, name="b.xlsx")
    answered(batch, plan.questions[0], AnswerAction.CREATE)
    assert written(batch)[-1] == (PLACE, "sinh năm 1982", OTHER)
    _batch, plan = sent({"distinction": "sinh năm 1990"}, {"distinction": "sinh năm 1990"}, name="c.xlsx")
    (error,) = plan.errors
    assert error.remedy == (
        "Giữ lại một dòng; nếu là hai người cùng họ tên, ghi cột “Phân biệt người cùng tên” khác nhau."
    )


def test_an_export_with_two_of_one_name_goes_back_without_a_question(known):
    PersonFactory(full_name=NAME, organisation=known.organisation, distinction="sinh năm 1975", phone=OTHER)
    content = export_workbook(register_of(Person), Person.objects.all())
    batch = intake.upload(content=content, name="a.xlsx", actor=CLERK, on=DAY)
    plan = intake.preview(batch=batch, actor=CLERK, on=DAY)
    assert (plan.questions, plan.errors, plan.counts.same) == ([], [], 2)


def test_a_task_that_names_one_of_two_is_asked_about_with_what_tells_them_apart():
    _field, host, person = reference_data()
    PersonFactory(full_name=person.full_name, organisation=host, distinction="sinh năm 1975", phone=OTHER)
    content = book_of(ScienceTask, [TASK])
    batch = intake.upload(content=content, name="a.xlsx", actor=OFFICER, on=DAY)
    (question,) = intake.preview(batch=batch, actor=OFFICER, on=DAY).questions
    assert f"{person.full_name} ({host.name}; sinh năm 1975; {OTHER})" in [
        each.label for each in question.options
    ]
