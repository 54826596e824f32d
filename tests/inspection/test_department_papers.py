"""Since the law of 2025 decisions and conclusions are the department's: by the day of the paper, with its own number books."""

from datetime import date

import pytest

from khcn.inspection.documents import (
    CHECK_CONCLUSION,
    CHECK_DECISION,
    CONCLUSION,
    DECISION,
    SANCTION_DECISION,
)
from khcn.kernel.actors import SYSTEM
from khcn.kernel.numbering.gaps import check_books
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.numbering.typed_numbers import numbers_on_record
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.quality.documents import DECISION as STATE_CHECK_DECISION
from khcn.reference.operations import enter_shipped_rules
from tests.factories.inspection import (
    AdministrativeViolationFactory,
    InspectionFindingFactory,
)
from tests.inspection.steps import INSPECTOR, issue, ready, take, text_of

# Files of papers are made after the commit.
pytestmark = pytest.mark.django_db(transaction=True)
LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)  # of the inspectorate, and without it
LATER = date(2025, 8, 20)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def planned(**values):
    return ready(kind="check", plan=None, planned_on=LAST, **values)


def reported(decision, day):
    """A check whose decision is issued by this kind of paper, as it is after the report."""
    check = planned()
    issue(decision, check, day)
    take(check, "begin", LATER, begun_on=day)
    take(check, "finish", LATER, finished_on=day)
    return take(check, "report", LATER, reported_on=day, result="Tốt")


def test_the_paper_of_a_day_is_that_of_who_issues_it_then():
    for day, kind, other, number, says in (
        (LAST, DECISION, CHECK_DECISION, "01/QĐ-TTr", "còn do Thanh tra Sở ban hành"),
        (FIRST, CHECK_DECISION, DECISION, "01/QĐ-SKHCN", "Sở không còn Thanh tra"),
    ):
        check = planned()
        with pytest.raises(PaperRefused, match=f"{says}.*Hãy lập “{kind.label}”"):
            draft_paper(kind=other, record=check, actor=INSPECTOR, on=day)
        issue(kind, check, day)
        check.refresh_from_db()
        assert (check.state, check.decision_number, check.decided_on) == ("decided", number, day)
    for day, decision, kind, other, number in (
        (LAST, DECISION, CONCLUSION, CHECK_CONCLUSION, "01/KL-TTr"),
        (FIRST, CHECK_DECISION, CHECK_CONCLUSION, CONCLUSION, "01/KL-SKHCN"),
    ):
        check = reported(decision, day)
        with pytest.raises(PaperRefused, match=f"Hãy lập “{kind.label}”"):
            draft_paper(kind=other, record=check, actor=INSPECTOR, on=day)
        issue(kind, check, day)
        check.refresh_from_db()
        assert (check.state, check.conclusion_number, check.concluded_on) == ("concluded", number, day)
    assert list(check_books()) == []


def test_papers_of_the_department_name_no_inspectorate():
    check = reported(CHECK_DECISION, FIRST)
    conclusion = issue(CHECK_CONCLUSION, check, FIRST)
    printed = text_of(CHECK_CONCLUSION, conclusion)
    assert "Quyết định số 01/QĐ-SKHCN ngày 01/7/2025" in printed
    assert "Qua kiểm tra chuyên ngành không có kiến nghị." in printed
    before = AdministrativeViolationFactory(recorded_on=LAST)
    assert "VT, TTra" in text_of(SANCTION_DECISION, issue(SANCTION_DECISION, before, LAST))
    violation = AdministrativeViolationFactory(recorded_on=FIRST)
    texts = [
        text_of(CHECK_DECISION, issue(CHECK_DECISION, planned(), LATER)),
        printed,
        text_of(SANCTION_DECISION, issue(SANCTION_DECISION, violation, FIRST)),
    ]
    for text in texts:
        assert "GIÁM ĐỐC" in text
        for word in ("TTr", "TTra", "THANH TRA", "Thanh tra", "thanh tra"):
            assert word not in text


def test_a_draft_of_before_is_not_issued_afterwards_but_on_its_day():
    late, in_time = (
        draft_paper(kind=DECISION, record=planned(), actor=INSPECTOR, on=LAST) for _each in range(2)
    )
    with pytest.raises(
        PaperRefused, match="Hãy lập “Quyết định kiểm tra của Sở”; dự thảo của Thanh tra Sở thì bỏ đi"
    ):
        issue_paper(paper=late, actor=INSPECTOR, on=FIRST)
    assert not IssuedNumber.objects.exists()
    issued = issue_paper(paper=in_time, actor=INSPECTOR, on=FIRST, issued_on=LAST)
    assert issued.number_text == "01/QĐ-TTr"


def test_what_replaces_a_paper_of_the_inspectorate_is_of_its_book():
    check = planned()
    first = issue(DECISION, check, LAST)
    draft = replace_paper(paper=first, reason="Sai tên", actor=INSPECTOR, on=LATER)
    second = issue_paper(paper=draft, actor=INSPECTOR, on=LATER)
    check.refresh_from_db()
    assert (second.number_text, check.decision_number, check.decided_on) == ("02/QĐ-TTr", "02/QĐ-TTr", LAST)
    # An inspection of before is concluded by the department.
    take(check, "begin", LATER, begun_on=LATER)
    take(check, "finish", LATER, finished_on=LATER)
    take(check, "report", LATER, reported_on=LATER, result="Tốt")
    assert issue(CHECK_CONCLUSION, check, LATER).number_text == "01/KL-SKHCN"
    assert list(check_books()) == []


def typed(number, day, name="decision"):
    return take(planned(), f"record-{name}", LATER, decision_number=number, decided_on=day)


def test_typed_numbers_are_those_of_the_book_of_their_day():
    """ "05" is another number on each side of the day, and on one side each way to write it is the same."""
    before, after = typed("05", LAST), typed("05", FIRST)
    with pytest.raises(Refused, match="05 đã ghi ở"):
        typed("5/QĐ-TTr", date(2025, 3, 3))
    with pytest.raises(Refused, match="05 đã ghi ở"):
        typed("05/QĐ-SKHCN", LATER)
    for book, record in (("QĐ-TTr", before), ("QD-SKHCN", after)):
        assert [each.record for each in numbers_on_record(book, 2025)] == [record]
    # A correction of the day leads to the book of the new day.
    with pytest.raises(Refused, match="05 đã ghi ở"):
        take(before, "correct-inspection", LATER, decided_on=FIRST, reason="Sai ngày")
    take(after, "correct-inspection", LATER, decision_number="06", reason="Sai số")
    before.refresh_from_db()
    take(before, "correct-inspection", LATER, decided_on=FIRST, reason="Sai ngày")


def test_the_department_numbers_past_what_is_typed_of_any_area():
    typed("01/QĐ-SKHCN", FIRST)
    assert issue(CHECK_DECISION, planned(), LATER).number_text == "02/QĐ-SKHCN"
    assert STATE_CHECK_DECISION.book == CHECK_DECISION.book
    with pytest.raises(Refused, match="02/QĐ-SKHCN"):
        typed("02/QĐ-SKHCN", LATER)


def test_a_check_concluded_on_paper_is_looked_up_in_the_books_of_its_days():
    values = dict.fromkeys(("begun_on", "finished_on", "reported_on"), LAST) | {
        "decision_number": "07", "decided_on": LAST, "result": "Tốt",
        "conclusion_number": "07", "concluded_on": FIRST,
    }  # fmt: skip
    take(planned(), "record-concluded", LATER, **values)
    # The same conclusion number is free on the other side of the day, and the decision number is not.
    with pytest.raises(Refused, match="07 đã ghi ở"):
        take(planned(), "record-concluded", LATER, **{**values, "concluded_on": LAST})
    other = {**values, "decision_number": "08", "concluded_on": LAST}
    take(planned(), "record-concluded", LATER, **other)
    with pytest.raises(Refused, match="07 đã ghi ở"):
        take(planned(), "record-concluded", LATER, **{**values, "decision_number": "09"})


def test_findings_open_with_the_replacement_of_the_conclusion_of_the_department():
    check = reported(CHECK_DECISION, FIRST)
    finding = InspectionFindingFactory(subject=check.subjects.get(), amount=5)
    conclusion = issue(CHECK_CONCLUSION, check, FIRST)
    finding.amount = 6
    with pytest.raises(Refused):
        save_row(register_of(type(finding)), finding, actor=INSPECTOR, on=LATER)
    replace_paper(paper=conclusion, reason="Sai số tiền", actor=INSPECTOR, on=LATER)
    save_row(register_of(type(finding)), finding, actor=INSPECTOR, on=LATER)
    finding.refresh_from_db()
    assert finding.amount == 6
