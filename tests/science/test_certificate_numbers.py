"""A number is given once in a year, whether the book of certificates gives it or a record from paper holds it."""

from datetime import date

import pytest

from khcn.kernel.numbering.gaps import check_books
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.numbering.typed_numbers import number_key
from khcn.kernel.refusals import Refused
from khcn.science.enums import MilestoneKind
from khcn.science.models import TaskMilestone
from khcn.science.operations import correct_milestone, record_milestone, remove_milestone
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
TODAY = date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}


def registered(task, number, day=date(2023, 8, 1)):
    return record_milestone(
        task=task, kind=MilestoneKind.REGISTERED, reached_on=day, number=number, actor=OFFICER, on=TODAY
    )


def test_the_book_passes_over_a_number_that_a_record_holds_and_says_so():
    old = accepted_task(title="Nhiệm vụ từ giấy", short_name="")
    registered(old, "1/gcn – skhcn")
    paper = issue(draft(accepted_task()))
    assert paper.number_text == "02/GCN-SKHCN"
    first = IssuedNumber.objects.get(text="01/GCN-SKHCN")
    assert (first.given_to, first.void_reason, first.voided_on) == (
        "Nhiệm vụ từ giấy", "Số đã có trên hồ sơ nhập từ giấy, ngày 01/08/2023", DAY,
    )  # fmt: skip
    assert list(check_books()) == []


@pytest.mark.parametrize("number", ["01/GCN-SKHCN", "01/gcn-skhcn", " 1 / GCN-SKHCN ", "Số 01/GCN-SKHCN"])
def test_a_number_that_the_book_gave_is_not_typed_at_another_task(number):
    issue(draft(accepted_task(title="Có giấy", short_name="")))
    with pytest.raises(Refused, match=r"01/GCN-SKHCN trong sổ giấy chứng nhận đã cấp cho .*Có giấy"):
        registered(accepted_task(), number)


def test_the_same_number_of_another_year_is_another_number():
    issue(draft(accepted_task()))
    old = ScienceTaskFactory()
    for kind, month in (("contract_signed", 3), ("accepted_province", 6)):
        TaskMilestoneFactory(task=old, kind=kind, on=date(2022, month, 1))
    milestone = registered(old, "01/GCN-SKHCN", date(2022, 8, 1))
    with pytest.raises(Refused, match="đã cấp cho"):
        correct_milestone(
            milestone=milestone, kind=MilestoneKind.REGISTERED, reached_on=date(2023, 10, 1), reason="nhầm",
            **WORDS,
        )  # fmt: skip


def test_a_registration_from_paper_is_recorded_again_with_its_own_number():
    old = accepted_task()
    milestone = registered(old, "01/GCN-SKHCN")
    issue(draft(accepted_task()))
    remove_milestone(milestone=TaskMilestone.objects.get(pk=milestone.pk), reason="nhầm", **WORDS)
    registered(old, "01/GCN-SKHCN")
    with pytest.raises(Refused, match="đã cấp cho"):
        registered(accepted_task(), "01/GCN-SKHCN")


def test_one_number_has_one_key():
    keys = {
        number_key(each) for each in ("05/GCN-SKHCN", "5/gcn-skhcn", "Số: 05/GCN‑SKHCN", "05 / GCN – SKHCN")
    }
    assert keys == {"5gcnskhcn"}
    assert number_key("50/GCN-SKHCN") != number_key("5/GCN-SKHCN")
    assert number_key("1/1-GCN") != number_key("11/GCN")
    of_year = {
        number_key(each, book="GCN-SKHCN", year=2026)
        for each in ("05", "5/2026", "05/2026/GCN-SKHCN", "5/GCN-SKHCN/2026")
    }
    assert of_year == keys
    assert number_key("05/2025/GCN-SKHCN", book="GCN-SKHCN", year=2026) not in keys
