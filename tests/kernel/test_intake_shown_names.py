"""A cell may name a record by what pages call it: people copy that from there, and the code is an invention of this system."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM
from khcn.kernel.fields.workbook_cells import NamedRecord
from khcn.kernel.intake.names.name_matching import Targets
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.text.fold import name_key
from khcn.technology.models import InvestmentProject, TechnologyOpinion
from tests.factories.parties import OrganisationFactory
from tests.factories.registry import factory_of
from tests.factories.technology import InvestmentProjectFactory
from tests.kernel.intake_sample import book_of

pytestmark = pytest.mark.django_db
SHOWN = [
    each.name
    for each in registers()
    if each.lookup and each.shown not in {"", each.lookup, *each.lookup_aliases}
]
PROJECT = "Dự án nhà máy điện phân chì, kẽm Bắc Kạn"


@pytest.mark.parametrize("name", SHOWN)
def test_the_shown_name_of_a_record_names_it(name):
    (register,) = [each for each in registers() if each.name == name]
    record = factory_of(register.model)()
    targets = Targets(register, None, SYSTEM)
    text = str(getattr(record, register.shown))
    targets.look_up([text])
    assert [each.pk for each in targets.candidates(NamedRecord(text, name_key(text)))] == [record.pk]


def test_the_same_letters_otherwise_spelled_are_the_name_and_a_near_one_is_offered():
    record = InvestmentProjectFactory(code="DA-09", name=PROJECT)
    InvestmentProjectFactory(code="DA-10", name="Trang trại nuôi lợn")
    targets = Targets(register_of(InvestmentProject), None, SYSTEM)
    spelled = PROJECT.upper()
    assert [each.pk for each in targets.candidates(NamedRecord(spelled, name_key(spelled)))] == [record.pk]
    near = PROJECT.replace("kẽm", "kem")
    assert not targets.candidates(NamedRecord(near, name_key(near)))
    assert [each.pk for each, _likeness in targets.near(near)] == [record.pk]


def test_of_two_records_of_one_name_a_person_chooses():
    records = [InvestmentProjectFactory(name=PROJECT) for _each in range(2)]
    targets = Targets(register_of(InvestmentProject), None, SYSTEM)
    targets.look_up([PROJECT])
    found = targets.candidates(NamedRecord(PROJECT, name_key(PROJECT)))
    assert {each.pk for each in found} == {each.pk for each in records}


def test_a_sheet_that_names_the_project_by_its_name_is_read():
    project = InvestmentProjectFactory(code="DA-09", name=PROJECT)
    asker = OrganisationFactory(name="UBND huyện Chợ Đồn")
    rows = [
        {
            "code": f"YK-{n}",
            "project": text,
            "stage": "project",
            "asked_by": asker.name,
            "received_on": date(2023, 5, 4),
        }
        for n, text in enumerate((PROJECT, PROJECT.replace("kẽm", "kem")))
    ]
    plan = make_plan(book_of(TechnologyOpinion, rows), "y-kien.xlsx", actor=SYSTEM, on=date(2023, 9, 15))
    (question,) = [each for each in plan.questions if each.heading == "Dự án"]
    assert (question.rows, question.options[0].target) == ((3,), str(project.pk))
