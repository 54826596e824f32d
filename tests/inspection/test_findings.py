"""Whom an inspection is about, what it found, and what was done of that."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.inspection.models import (
    FindingExecution,
    InspectionFinding,
    InspectionSubject,
)
from khcn.kernel.actors import SYSTEM
from khcn.kernel.indicators import Period, registry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.reference.operations import enter_shipped_rules
from tests.factories.inspection import (
    InspectionFactory,
    InspectionFindingFactory,
    InspectionMemberFactory,
    InspectionSubjectFactory,
)
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.inspection.steps import HEAD, INSPECTOR, TODAY, conclude, executed, reported, take, terms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def test_a_subject_is_an_organisation_or_a_person():
    inspection, person, organisation = InspectionFactory(), PersonFactory(), OrganisationFactory()
    register = register_of(InspectionSubject)

    def enter(**values):
        made = InspectionSubjectFactory.build(inspection=inspection, **{"organisation": None, **values})
        save_row(register, made, actor=INSPECTOR, on=TODAY)

    for values in (
        {"kind": "unit"},
        {"kind": "unit", "person": person},
        {"kind": "individual", "organisation": organisation},
        {"kind": "individual", "organisation": organisation, "person": person},
    ):
        with pytest.raises(Refused):
            enter(**values)
    enter(kind="unit", organisation=organisation)
    enter(kind="individual", person=person)
    assert inspection.subjects.count() == 2


def test_amounts_go_with_what_is_recommended():
    subject = InspectionSubjectFactory()
    register = register_of(InspectionFinding)
    for values, says in (
        ({"recommendation": "recover", "amount": 0}, "ghi số tiền"),
        ({"recommendation": "correct", "amount": 5}, "ghi số tiền"),
    ):
        with pytest.raises(Refused, match=says):
            save_row(
                register, InspectionFindingFactory.build(subject=subject, **values), actor=INSPECTOR, on=TODAY
            )


def test_money_that_comes_in_parts_counts_on_its_days_and_is_due_until_the_last():
    inspection = reported()
    finding = InspectionFindingFactory(
        subject__inspection=inspection, amount=45_998_409, due_on=date(2023, 8, 31)
    )
    assert terms(finding) == {}
    with pytest.raises(Refused, match="chưa có kết luận"):
        executed(finding, date(2023, 6, 20), 1)
    conclude(inspection)
    assert terms(finding) == {"recommendation": (date(2023, 8, 31), None)}
    first = executed(finding, date(2023, 8, 10), 20_000_000)
    assert terms(finding) == {"recommendation": (date(2023, 8, 31), None)}
    with pytest.raises(Refused, match="đã ghi thực hiện ngày 10/08/2023"):
        take(inspection, "correct-inspection", concluded_on=date(2023, 8, 11), reason="Nhầm", actor=HEAD)
    inspection.refresh_from_db()
    for day, amount, says in (
        (date(2023, 6, 19), 1, "trước ngày kết luận 20/06/2023"),
        (date(2024, 3, 2), 1, "chưa đến"),
        (date(2024, 2, 5), 0, "số tiền của lần này"),
        (
            date(2024, 2, 5),
            25_998_410,
            "Kiến nghị 45.998.409 đồng, các lần thực hiện cộng lại 45.998.410 đồng",
        ),
    ):
        with pytest.raises(Refused, match=says):
            executed(finding, day, amount)
    last = executed(finding, date(2024, 2, 5), 25_998_409)
    assert terms(finding) == {"recommendation": (date(2023, 8, 31), date(2024, 2, 5))}
    by_year = [
        registry["TTR-09"].value(Period(date(year, 1, 1), date(year + 1, 1, 1), year))
        for year in (2023, 2024)
    ]
    assert by_year == [20_000_000, 25_998_409]
    rows = register_of(InspectionFinding).rows(INSPECTOR, date(2023, 12, 31))
    assert rows.values_list("executed", "executed_on").get() == (20_000_000, first.done_on)
    remove_row(register_of(FindingExecution), last, actor=INSPECTOR, on=date(2024, 3, 1))
    assert terms(finding) == {"recommendation": (date(2023, 8, 31), None)}


def test_what_is_put_right_is_done_without_money():
    inspection = reported()
    finding = InspectionFindingFactory(
        subject__inspection=inspection, recommendation="correct", amount=0, due_on=date(2023, 8, 31)
    )
    conclude(inspection)
    with pytest.raises(Refused, match="số tiền là 0"):
        executed(finding, date(2023, 7, 3), 1)
    executed(finding, date(2023, 7, 3))
    assert terms(finding) == {"recommendation": (date(2023, 8, 31), date(2023, 7, 3))}


def test_what_a_conclusion_says_stays():
    inspection = reported()
    finding = InspectionFindingFactory(subject__inspection=inspection, amount=45_998_409)
    conclude(inspection)
    findings, subjects = register_of(InspectionFinding), register_of(InspectionSubject)
    more = InspectionFindingFactory.build(subject=finding.subject)
    with pytest.raises(Refused, match="không ghi thêm phát hiện"):
        save_row(findings, more, actor=INSPECTOR, on=TODAY)
    of_other = InspectionFindingFactory()
    of_other.subject = finding.subject
    with pytest.raises(Refused, match="không ghi thêm phát hiện"):
        save_row(findings, of_other, actor=INSPECTOR, on=TODAY)
    one_more = InspectionSubjectFactory.build(inspection=inspection, organisation=OrganisationFactory())
    with pytest.raises(Refused, match="không ghi thêm đối tượng"):
        save_row(subjects, one_more, actor=INSPECTOR, on=TODAY)
    finding.amount = 4_599_840
    with pytest.raises(Refused, match="đã kết luận"):
        save_row(findings, finding, actor=INSPECTOR, on=TODAY)
    finding.refresh_from_db()
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(findings, finding, actor=INSPECTOR, on=TODAY)
    empty, subject = InspectionSubjectFactory(inspection=inspection), finding.subject
    with pytest.raises(Refused, match="không xóa được đối tượng"):
        remove_row(subjects, empty, actor=INSPECTOR, on=TODAY)
    for name, value in (("kind", "unit"), ("inspection", InspectionFactory())):
        subject.refresh_from_db()
        setattr(subject, name, value)
        with pytest.raises(Refused, match="đã công bố quyết định"):
            save_row(subjects, subject, actor=INSPECTOR, on=TODAY)


def test_an_inspection_names_each_subject_once_and_one_head():
    subject, member = InspectionSubjectFactory(), InspectionMemberFactory(role="head")
    again = InspectionSubjectFactory.build(
        inspection=subject.inspection, organisation=subject.organisation, kind="unit"
    )
    with pytest.raises(ValidationError, match="đã có trong cuộc thanh tra"):
        again.full_clean()
    second = InspectionMemberFactory.build(inspection=member.inspection, person=PersonFactory(), role="head")
    with pytest.raises(ValidationError, match="đã có trưởng đoàn"):
        second.full_clean()
