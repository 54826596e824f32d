"""A cell with a name and a remark in brackets is offered the record of that name first."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.intake.import_plan import AnswerAction
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.science.models import ScienceTask
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.kernel.intake_sample import TASK, book_of, reference_data

pytestmark = pytest.mark.django_db
OFFICER = an_actor(Role.OFFICER, "QLKH")


def offered(column, text):
    """Labels of the records that the question of the cell offers, the first one first."""
    book = book_of(ScienceTask, [{**TASK, column: text}])
    plan = make_plan(book, "tep.xlsx", actor=OFFICER, on=date(2026, 1, 5))
    (question,) = [each for each in plan.questions if each.value == text]
    return [option.label for option in question.options if option.action is AnswerAction.USE]


@pytest.fixture(autouse=True)
def on_record():
    reference_data()
    for name in (
        "Viện minh họa 08",
        "Công ty minh họa 02",
        "Công ty minh họa 03",
        "Sở Nội vụ",
        "Sở Nội vụ (cũ)",
    ):
        OrganisationFactory(name=name)
    for name in ("Nguyễn Thị Bích", "Nguyễn Thị Bình"):
        PersonFactory(full_name=name, organisation=None)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Viện minh họa 08 (phối hợp: Công ty minh họa 02)", "Viện minh họa 08"),
        ("Công ty minh họa 02 (phối hợp: Viện minh họa 08)", "Công ty minh họa 02"),
        ("Viện minh họa 08 [cùng Công ty minh họa 02, Công ty minh họa 03]", "Viện minh họa 08"),
        ("Sở Nội vụ (cu)", "Sở Nội vụ (cũ)"),  # the name with brackets is the nearer one
        ("Sở Nội vụ (từ tháng 3)", "Sở Nội vụ"),
    ],
)
def test_the_organisation_before_the_brackets_is_offered_first(text, first):
    assert offered("host", text)[0] == first


def test_a_person_is_offered_without_the_remark():
    assert offered("principal_investigator", "Nguyễn Thị Bích (đã chuyển công tác)")[0] == "Nguyễn Thị Bích"


@pytest.mark.parametrize("text", ["(phối hợp: Công ty minh họa 02)", "Không rõ (hỏi lại sau)"])
def test_without_a_name_before_the_brackets_nothing_more_is_offered(text):
    assert "Viện minh họa 08" not in offered("host", text)
