"""Names of people with titles, forms of address and roles, and several of them in one cell."""

import time

import pytest

from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.text.person_names import ReadPerson, read_person
from khcn.parties.models import Person
from khcn.science.models import ScienceTask
from tests.factories.parties import PersonFactory
from tests.kernel.intake_sample import CLERK, DAY, OFFICER, TASK, book_of, reference_data, sheets

NAMES = {
    "PGS.TS. Đào Văn Minh Họa": "Đào Văn Minh Họa",
    "GS.TSKH. Trần B": "Trần B",
    "ThS.BS. Nguyễn C": "Nguyễn C",
    "ThS Lê Minh Họa 02": "Lê Minh Họa 02",
    "Ths.Nguyễn Văn A": "Nguyễn Văn A",
    "Th.S Hà B": "Hà B",
    "Tiến sĩ Trần A": "Trần A",
    "Bác sĩ CKII Hà Văn B": "Hà Văn B",
    "Nguyễn Văn A, ThS": "Nguyễn Văn A",
    "Ông Lý Minh Họa Mới": "Lý Minh Họa Mới",
    "Bà: Nông Thị Minh Họa (Thư ký)": "Nông Thị Minh Họa",
    "Đ/c Ma Văn C": "Ma Văn C",
    "Ông TS. Hà Văn D": "Hà Văn D",
    "Chủ nhiệm: TS Lê A": "Lê A",
    "Lê Văn A, Phó Giám đốc": "Lê Văn A",
    "Hà Thị Bích – Thư ký hội đồng": "Hà Thị Bích",
    "TS. Nguyễn Văn A (Viện X)": "Nguyễn Văn A (Viện X)",
}
WHOLE = (
    "Ông Ích Khiêm",
    "LÊ MINH HỌA 02",
    "Trần Văn Ts",
    "Anh Đức",
    "Y Moan",
    "CNguyễn",
    "Nguyễn Văn A (con)",
    "TS",
    "(Thư ký)",
    "Lê Văn A, " * 100,
)


@pytest.mark.parametrize("text", NAMES)
def test_what_is_no_part_of_a_name_is_taken_off(text):
    assert read_person(text) == ReadPerson(NAMES[text])


@pytest.mark.parametrize("text", WHOLE)
def test_a_name_stays_as_it_is(text):
    assert read_person(text) is None


@pytest.mark.parametrize(
    "text",
    ["ThS. A, TS. B", "Lê Văn A, Trần Thị B", "Lê Văn A và Trần B", "Lê Văn A;\nBế Thị B", "Hà A / Hà B"],
)
def test_several_persons_are_seen(text):
    found = read_person(text)
    assert found is not None
    assert found.several


def test_titles_in_a_row_are_read_in_one_way():
    """With a point behind it a short title could be read in two, and twenty-six of them kept the server at work for a minute."""
    began = time.process_time()
    assert read_person("(A, TS." + " BS." * 26 + " B") is None
    assert read_person("TS. " * 40 + "Nguyễn Văn An") == ReadPerson("Nguyễn Văn An")
    assert time.process_time() - began < 1


@pytest.mark.django_db
def test_persons_of_a_list_are_added_by_their_names_and_each_reading_is_named():
    PersonFactory(full_name="TS. Trên Sổ", organisation=None)
    rows = [
        ["Họ và tên"],
        *([name] for name in ("PGS.TS. Đào Văn An", "Bà: Nông Thị Bé (Thư ký)", "TS. Trên Sổ")),
    ]
    plan = make_plan(sheets({"Cá nhân": rows}), "nguoi.xlsx", actor=CLERK, on=DAY)
    assert [(each.action, each.label) for each in plan.sheets[0].rows] == [
        ("create", "Đào Văn An"),
        ("create", "Nông Thị Bé"),
    ]
    assert plan.counts.same == 1  # the name of a record stays what it is
    (reading,) = [each for each in plan.problems if each.code == "person_read"]
    assert reading.severity is ImportSeverity.WARNING
    for text in ("A2 “PGS.TS. Đào Văn An” là Đào Văn An", "A3 “Bà: Nông Thị Bé (Thư ký)” là Nông Thị Bé"):
        assert text in reading.message


@pytest.mark.django_db
def test_the_investigator_of_a_task_is_found_without_the_title():
    reference_data()
    record = {**TASK, "principal_investigator": "ThS. Người Minh Họa"}
    plan = make_plan(book_of(ScienceTask, [record]), "nhiem-vu.xlsx", actor=OFFICER, on=DAY)
    assert (plan.errors, plan.questions, plan.counts.create) == ([], [], 1)
    assert [each.code for each in plan.problems if each.code == "person_read"] == ["person_read"]


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Person, ScienceTask])
def test_two_persons_in_one_cell_do_not_become_one(model):
    reference_data()
    several = "ThS. Lê A, TS. Hà B"
    person = {"full_name": several, "position": "Chuyên viên"}
    record = person if model is Person else {**TASK, "principal_investigator": several}
    plan = make_plan(book_of(model, [record]), "tep.xlsx", actor=CLERK, on=DAY)
    assert [each.code for each in plan.errors if each.value == several] == ["several_persons"]
    assert (plan.questions, plan.counts.create) == ([], 0)
