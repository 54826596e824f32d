"""Violations: the minutes, the decision and its paper, its delivery and execution."""

from datetime import date

import pytest

from khcn.inspection.documents import SANCTION_DECISION
from khcn.inspection.models import (
    AdministrativeViolation,
)
from khcn.kernel.actors import SYSTEM
from khcn.kernel.papers.drafts import draft_paper, renew_draft
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.reference.operations import enter_shipped_rules
from tests.factories.inspection import (
    AdministrativeViolationFactory,
)
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.inspection.steps import INSPECTOR, TODAY, issue, take, terms, text_of

# Files of papers are made after the commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def test_a_violation_is_sanctioned_by_its_paper_and_executed():
    """7 working days from Thursday 07/09/2023 end on Monday 18/09; 10 days from 20/09 on Saturday 30/09, moved to Monday."""
    violation = AdministrativeViolationFactory(
        recorded_on=date(2023, 9, 7), fine=3_000_000, organisation__name="Hợp tác xã A"
    )
    assert terms(violation) == {"sanction": (date(2023, 9, 18), None)}
    paper = issue(SANCTION_DECISION, violation)
    violation.refresh_from_db()
    assert (violation.state, violation.decision_number) == ("sanctioned", paper.number_text)
    printed = text_of(SANCTION_DECISION, paper)
    assert "Hợp tác xã A" in printed
    assert "3.000.000 đồng" in printed
    assert terms(violation) == {"sanction": (date(2023, 9, 18), TODAY)}
    with pytest.raises(Refused, match="từ ngày ký"):
        take(violation, "deliver", delivered_on=date(2023, 9, 13))
    violation.refresh_from_db()
    take(violation, "deliver", on=date(2023, 9, 20), delivered_on=date(2023, 9, 20))
    assert terms(violation) == {
        "sanction": (date(2023, 9, 18), TODAY),
        "payment": (date(2023, 10, 2), None),
    }
    with pytest.raises(Refused, match="Đã ghi ngày giao"):
        take(violation, "deliver", on=date(2023, 9, 20), delivered_on=date(2023, 9, 20))
    with pytest.raises(Refused, match="đứng trước"):
        take(violation, "execute", on=date(2023, 9, 28), executed_on=date(2023, 9, 19), paid=3_000_000)
    violation.refresh_from_db()
    take(violation, "correct-violation", on=date(2023, 9, 20), delivered_on=None, reason="Giao của vụ khác")
    assert terms(violation) == {"sanction": (date(2023, 9, 18), TODAY)}
    take(violation, "deliver", on=date(2023, 9, 20), delivered_on=date(2023, 9, 20))
    take(violation, "execute", on=date(2023, 9, 28), executed_on=date(2023, 9, 28), paid=3_000_000)
    with pytest.raises(Refused, match="không xóa và không ghi thêm"):
        take(violation, "correct-violation", on=date(2023, 9, 28), delivered_on=None, reason="Nhầm")
    violation.refresh_from_db()
    assert terms(violation)["payment"] == (date(2023, 10, 2), date(2023, 9, 28))
    with pytest.raises(PaperRefused):
        draft_paper(kind=SANCTION_DECISION, record=violation, actor=INSPECTOR, on=TODAY)


def test_a_warning_has_no_fine_and_a_withdrawn_sanction_is_decided_anew():
    violation = AdministrativeViolationFactory(recorded_on=date(2023, 9, 7))
    paper = issue(SANCTION_DECISION, violation)
    assert "cảnh cáo" in text_of(SANCTION_DECISION, paper)
    notice = withdraw_paper(paper=paper, reason="Sai tên", actor=INSPECTOR, on=TODAY)
    issue_paper(paper=notice, actor=INSPECTOR, on=TODAY)
    violation.refresh_from_db()
    assert (violation.state, violation.decided_on) == ("recorded", None)
    assert terms(violation) == {"sanction": (date(2023, 9, 18), None)}
    take(violation, "close", closed_on=TODAY, reason="Hết thời hiệu")
    assert (violation.state, violation.closing_reason) == ("closed", "Hết thời hiệu")
    assert terms(violation) == {"sanction": (date(2023, 9, 18), TODAY)}


def test_minutes_name_one_offender():
    made = AdministrativeViolationFactory.build(organisation=OrganisationFactory(), person=PersonFactory())
    with pytest.raises(Refused, match="một trong hai"):
        save_row(register_of(AdministrativeViolation), made, actor=INSPECTOR, on=TODAY)


def test_what_was_decided_stays():
    violation = AdministrativeViolationFactory()
    take(violation, "record-sanction", decision_number="MH-09/QĐ-XPHC", decided_on=date(2023, 5, 15))
    violation.fine = 5
    with pytest.raises(Refused, match="không sửa được"):
        save_row(register_of(AdministrativeViolation), violation, actor=INSPECTOR, on=TODAY)
    violation.refresh_from_db()
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(AdministrativeViolation), violation, actor=INSPECTOR, on=TODAY)


def test_the_draft_of_a_replacement_opens_what_it_corrects():
    violation = AdministrativeViolationFactory(recorded_on=date(2023, 9, 7), fine=3_000_000)
    paper = issue(SANCTION_DECISION, violation)
    violation.refresh_from_db()
    violation.fine = 30_000_000
    with pytest.raises(Refused):
        save_row(register_of(AdministrativeViolation), violation, actor=INSPECTOR, on=TODAY)
    draft = replace_paper(paper=paper, reason="Sai mức phạt", actor=INSPECTOR, on=TODAY)
    save_row(register_of(AdministrativeViolation), violation, actor=INSPECTOR, on=TODAY)
    violation.refresh_from_db()
    assert violation.fine == 30_000_000
    renew_draft(paper=draft, actor=INSPECTOR, on=TODAY)
    issued = issue_paper(paper=draft, actor=INSPECTOR, on=TODAY)
    assert "Mức phạt tiền: 30.000.000 đồng" in text_of(SANCTION_DECISION, issued)


def test_no_sanction_without_minutes_number_provision_and_fine():
    for values in ({"provision": ""}, {"minutes_number": ""}, {"fine": None}):
        violation = AdministrativeViolationFactory(**values)
        with pytest.raises(PaperRefused, match="chưa ghi số biên bản, điều khoản áp dụng hoặc mức phạt"):
            draft_paper(kind=SANCTION_DECISION, record=violation, actor=INSPECTOR, on=TODAY)
