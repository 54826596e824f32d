"""What the nine-month report says of inspections: nothing is left out because one of its figures is 0."""

from datetime import date

import pytest

from khcn.kernel.indicators import Period
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.inspection import (
    AdministrativeViolationFactory,
    FindingExecutionFactory,
    InspectionFactory,
    InspectionFindingFactory,
    InspectionSubjectFactory,
)
from tests.factories.parties import PersonFactory
from tests.inspection.counted import begun, concluded, paid

pytestmark = pytest.mark.django_db
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
DAY = date(2023, 6, 20)


def printed():
    source = source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), PERIOD)
    return [line.text for line in resolve(source).lines if line.section == "A.III.5.a"]


def line_with(words):
    return next(line for line in printed() if words in line)


def test_money_to_be_recovered_and_recovered_is_printed_without_reductions_and_sanctions():
    subject = InspectionSubjectFactory(inspection=concluded(DAY))
    finding = InspectionFindingFactory(subject=subject, recommendation="recover", amount=50_000_000)
    FindingExecutionFactory(finding=finding, amount=50_000_000, done_on=date(2023, 8, 1))
    assert "thu hồi số tiền là 50.000.000 đồng" in line_with("Kết quả thanh tra:")
    executed = line_with("Kết quả thực hiện kết luận")
    assert "Đã thu hồi, giảm trừ 50.000.000 đồng" in executed
    assert "Không phát sinh" not in executed


def test_only_sanctions_found_by_inspections_are_printed():
    AdministrativeViolationFactory(state="sanctioned", recorded_on=DAY, decided_on=DAY)
    assert line_with("Kết quả thực hiện kết luận").endswith("Không phát sinh")
    paid(3_000_000, inspection=InspectionFactory())(DAY)
    assert "đã nộp phạt 3.000.000 đồng" in line_with("Kết quả thực hiện kết luận")


def test_the_total_names_each_sort_of_inspection():
    begun(DAY)
    begun(DAY, kind="check")
    begun(DAY, plan=None, kind="check")
    begun(DAY, plan__year=2022)
    InspectionSubjectFactory(
        inspection=begun(DAY), kind="individual", organisation=None, person=PersonFactory()
    )
    total = line_with("Tổng số cuộc thực hiện")
    assert "02 cuộc thanh tra chuyên ngành theo kế hoạch của năm 2023" in total
    for words in (
        "01 cuộc kiểm tra chuyên ngành theo kế hoạch của năm 2023",
        "01 cuộc theo kế hoạch của năm khác",
        "01 cuộc đột xuất",
    ):
        assert words in total
    assert "01 cá nhân" in line_with("được thanh tra")
