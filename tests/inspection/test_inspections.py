"""The way of an inspection: its steps and days in order, its terms, its kind by the law of the day, its papers."""

from datetime import date

import pytest

from khcn.inspection.documents import CHECK_DECISION, CONCLUSION, DECISION
from khcn.inspection.models import (
    Inspection,
    InspectionFinding,
)
from khcn.kernel.actors import SYSTEM
from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
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
from tests.inspection.steps import INSPECTOR, TODAY, decided, issue, ready, reported, take, terms, text_of

# Files of papers are made after the commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def test_the_terms_run_from_step_to_step():
    """15 days from Friday 26/05/2023 end on a Saturday: Monday 12/06; 15 days from 06/06 end on Wednesday 21/06."""
    inspection = reported()
    assert inspection.state == "reported"
    assert terms(inspection) == {
        "report": (date(2023, 6, 12), date(2023, 6, 6)),
        "conclusion": (date(2023, 6, 21), None),
    }
    take(
        inspection, "record-conclusion",
        conclusion_number="MH-01/KL-TTr", concluded_on=date(2023, 6, 20),
    )  # fmt: skip
    assert (inspection.state, inspection.concluded_on) == ("concluded", date(2023, 6, 20))
    assert terms(inspection)["conclusion"] == (date(2023, 6, 21), date(2023, 6, 20))


def test_the_decision_says_how_long_the_inspection_takes():
    """15 working days from Wednesday 10/05/2023 end on Wednesday 31/05."""
    inspection = decided(working_days=15)
    assert terms(inspection) == {}
    take(inspection, "begin", begun_on=date(2023, 5, 10))
    assert terms(inspection) == {"finish": (date(2023, 5, 31), None)}
    take(inspection, "finish", finished_on=date(2023, 5, 26))
    assert terms(inspection)["finish"] == (date(2023, 5, 31), date(2023, 5, 26))


def test_days_are_in_order_and_have_come():
    inspection = decided()
    for day, says in (
        (date(2023, 5, 3), "đứng trước bước trước đó, ngày 04/05/2023"),
        (date(2023, 9, 15), "chưa đến"),
    ):
        with pytest.raises(Refused, match=says):
            take(inspection, "begin", begun_on=day)
    inspection.refresh_from_db()
    assert (inspection.state, inspection.begun_on) == ("decided", None)
    with pytest.raises(Refused, match="đang ở trạng thái"):
        take(inspection, "report", reported_on=TODAY, result="Không")


def test_a_number_is_one_decision_s():
    decided()
    with pytest.raises(Refused, match="MH-01/QĐ-TTr"):
        decided()


def test_a_concluded_inspection_is_entered_at_once():
    inspection = InspectionFactory()
    values = {
        "decision_number": "MH-02/QĐ-TTr", "decided_on": date(2023, 2, 6), "begun_on": date(2023, 2, 13),
        "finished_on": date(2023, 3, 3), "reported_on": date(2023, 3, 17), "result": "Tốt",
        "conclusion_number": "MH-02/KL-TTr", "concluded_on": date(2023, 3, 31),
    }  # fmt: skip
    with pytest.raises(Refused, match="đứng trước"):
        take(inspection, "record-concluded", **{**values, "reported_on": date(2023, 3, 2)})
    take(inspection, "record-concluded", **values)
    assert (inspection.state, inspection.begun_on) == ("concluded", date(2023, 2, 13))
    # 15 days from 03/03 end on Saturday 18/03, moved to Monday; from 17/03 on Saturday 01/04, moved to Monday.
    assert terms(inspection) == {
        "report": (date(2023, 3, 20), date(2023, 3, 17)),
        "conclusion": (date(2023, 4, 3), date(2023, 3, 31)),
    }


def test_what_is_postponed_says_why_and_stays():
    inspection = InspectionFactory()
    with pytest.raises(Refused):
        take(inspection, "postpone", postponed_on=date(2023, 7, 3))
    take(inspection, "postpone", postponed_on=date(2023, 7, 3), reason="Luật Thanh tra 2022")
    assert (inspection.state, inspection.postponement_reason) == ("postponed", "Luật Thanh tra 2022")
    register = register_of(Inspection)
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register, inspection, actor=INSPECTOR, on=TODAY)
    inspection.kind = "check"
    with pytest.raises(Refused, match="không sửa được"):
        save_row(register, inspection, actor=INSPECTOR, on=TODAY)


@pytest.mark.parametrize(
    ("kind", "day", "refused"),
    [
        ("inspection", date(2025, 6, 30), False),
        ("inspection", date(2025, 7, 1), True),
        ("check", date(2025, 7, 1), False),
    ],
)
def test_from_the_law_of_2025_there_are_checks_only(kind, day, refused):
    made = InspectionFactory.build(kind=kind, planned_on=day, plan=None)
    if refused:
        with pytest.raises(Refused, match="Hãy chọn “Kiểm tra chuyên ngành”"):
            save_row(register_of(Inspection), made, actor=INSPECTOR, on=date(2025, 8, 1))
    else:
        save_row(register_of(Inspection), made, actor=INSPECTOR, on=date(2025, 8, 1))


def test_an_inspection_of_before_keeps_its_name_and_is_decided_no_more():
    on = date(2025, 8, 1)
    inspection = InspectionFactory()
    inspection.note = "giữ tên cũ"
    save_row(register_of(Inspection), inspection, actor=INSPECTOR, on=on)
    with pytest.raises(Refused, match="không còn thanh tra chuyên ngành"):
        take(inspection, "record-decision", on=on, decision_number="MH-03/QĐ-TTr", decided_on=on)
    with pytest.raises(PaperRefused, match="không còn thanh tra chuyên ngành"):
        draft_paper(kind=DECISION, record=ready(), actor=INSPECTOR, on=on)
    assert issue(CHECK_DECISION, ready(kind="check"), on).number_text == "01/QĐ-SKHCN"


def test_the_decision_and_the_conclusion_take_the_steps():
    inspection = ready(plan__number="12/KH-TTr", working_days=15)
    decision = issue(DECISION, inspection, date(2023, 5, 4))
    inspection.refresh_from_db()
    assert (inspection.state, inspection.decision_number) == ("decided", decision.number_text)
    printed = text_of(DECISION, decision)
    assert f"Viện {inspection.code}" in printed
    assert "theo Kế hoạch số 12/KH-TTr" in printed
    assert "Trưởng đoàn" in printed
    take(inspection, "begin", begun_on=date(2023, 5, 10))
    take(inspection, "finish", finished_on=date(2023, 5, 26))
    with pytest.raises(PaperRefused, match="Ghi báo cáo kết quả"):
        draft_paper(kind=CONCLUSION, record=inspection, actor=INSPECTOR, on=TODAY)
    take(inspection, "report", reported_on=date(2023, 6, 6), result="Có một sai phạm")
    InspectionFindingFactory(subject=inspection.subjects.get(), amount=45_998_409)
    conclusion = issue(CONCLUSION, inspection)
    inspection.refresh_from_db()
    assert (inspection.state, inspection.concluded_on) == ("concluded", TODAY)
    assert "Giảm trừ thanh toán: 45.998.409 đồng" in text_of(CONCLUSION, conclusion)
    # What is concluded is printed: it is not changed any more.
    finding = InspectionFinding.objects.get()
    finding.amount = 1
    with pytest.raises(Refused):
        save_row(register_of(InspectionFinding), finding, actor=INSPECTOR, on=TODAY)
    notice = withdraw_paper(paper=conclusion, reason="Sai số tiền", actor=INSPECTOR, on=TODAY)
    issue_paper(paper=notice, actor=INSPECTOR, on=TODAY)
    inspection.refresh_from_db()
    assert (inspection.state, inspection.conclusion_number, inspection.concluded_on) == ("reported", "", None)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"scope": ""}, "thời kỳ được thanh tra"),
        ({"working_days": None}, "thời hạn thanh tra (ngày làm việc)"),
        ({"scope": "", "working_days": None}, "thời kỳ được thanh tra; thời hạn thanh tra (ngày làm việc)"),
    ],
)
def test_no_decision_is_silent_about_its_period_and_term(values, names):
    for kind, on in ((DECISION, date(2023, 5, 4)), (CHECK_DECISION, date(2026, 5, 4))):
        record = ready(kind="check", **values)
        with pytest.raises(PaperRefused) as refused:
            draft_paper(kind=kind, record=record, actor=INSPECTOR, on=on)
        assert f"Cuộc thanh tra chưa ghi: {names}." in str(refused.value)


def test_the_decision_has_its_period_and_term():
    printed = text_of(
        DECISION, issue(DECISION, ready(scope="năm 2021 và 2022", working_days=12), date(2023, 5, 4))
    )
    assert "thời kỳ: năm 2021 và 2022" in printed
    assert "Thời hạn là 12 ngày làm việc" in printed


def test_no_decision_without_subject_and_head():
    inspection = InspectionFactory()
    for says, add in (
        ("chưa ghi đối tượng", InspectionSubjectFactory),
        ("chưa có trưởng đoàn", InspectionMemberFactory),
    ):
        with pytest.raises(PaperRefused, match=says):
            draft_paper(kind=DECISION, record=inspection, actor=INSPECTOR, on=TODAY)
        add(inspection=inspection)


def test_a_decision_is_withdrawn_until_it_is_announced_and_replaced_later_on():
    inspection = ready()
    first = issue(DECISION, inspection, date(2023, 9, 11))
    notice = withdraw_paper(paper=first, reason="Sai tên", actor=INSPECTOR, on=TODAY)
    issue_paper(paper=notice, actor=INSPECTOR, on=TODAY)
    inspection.refresh_from_db()
    assert (inspection.state, inspection.decision_number, inspection.decided_on) == ("planned", "", None)
    second = issue(DECISION, inspection, date(2023, 9, 12))
    take(inspection, "begin", begun_on=date(2023, 9, 13))
    with pytest.raises(Refused, match="không thu hồi được"):
        issue_paper(
            paper=withdraw_paper(paper=second, reason="Sai", actor=INSPECTOR, on=TODAY),
            actor=INSPECTOR,
            on=TODAY,
        )
    third = issue_paper(
        paper=replace_paper(paper=second, reason="Sai tên đoàn", actor=INSPECTOR, on=TODAY),
        actor=INSPECTOR,
        on=TODAY,
    )
    inspection.refresh_from_db()
    assert (inspection.state, inspection.decision_number) == ("begun", third.number_text)
    # The conclusion names the number with the day of the paper that bears it.
    take(inspection, "finish", finished_on=TODAY)
    take(inspection, "report", reported_on=TODAY, result="Tốt")
    printed = text_of(CONCLUSION, issue(CONCLUSION, inspection))
    assert f"Quyết định số {third.number_text} ngày 14/9/2023" in printed
