"""Slips in the steps of inspections and violations: corrected, or taken back from the wrong record."""

from datetime import date

import pytest

from khcn.inspection.documents import CONCLUSION, DECISION
from khcn.inspection.models import (
    AdministrativeViolation,
    FindingExecution,
)
from khcn.kernel.actors import SYSTEM
from khcn.kernel.deadlines.kinds import registry as deadline_kinds
from khcn.kernel.indicators import Period, registry
from khcn.kernel.papers.operations import issue_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.reference.operations import enter_shipped_rules
from tests.factories.inspection import (
    AdministrativeViolationFactory,
    InspectionFactory,
    InspectionFindingFactory,
)
from tests.inspection.steps import (
    HEAD,
    INSPECTOR,
    TODAY,
    conclude,
    decided,
    executed,
    issue,
    ready,
    reported,
    take,
    terms,
)

# Files of papers are made after the commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def test_a_day_of_a_step_is_corrected_with_its_terms_and_figure():
    inspection, day = reported(), date(2023, 6, 12)  # the last day of the first term
    june = Period(date(2023, 6, 1), date(2023, 7, 1), 2023)
    with pytest.raises(Refused, match="đứng trước bước trước đó"):
        take(inspection, "correct-inspection", day, begun_on=date(2023, 6, 1), reason="Gõ nhầm tháng")
    inspection.refresh_from_db()
    assert registry["TTR-01"].value(june) == 0
    take(
        inspection, "correct-inspection", day, HEAD, begun_on=date(2023, 6, 1), finished_on=date(2023, 6, 2),
        result="Hai sai phạm", reason="Gõ nhầm tháng",
    )  # fmt: skip
    assert (inspection.state, inspection.corrected, inspection.result) == ("reported", True, "Hai sai phạm")
    assert registry["TTR-01"].value(june) == 1
    assert terms(inspection)["report"] == (date(2023, 6, 19), date(2023, 6, 6))


def test_a_correction_takes_no_step_and_no_number_of_a_paper():
    with pytest.raises(Refused, match="Chưa có bước"):
        take(InspectionFactory(), "correct-inspection", reason="Nhầm")
    inspection = decided()
    for values in ({"begun_on": TODAY}, {"decided_on": None}):
        with pytest.raises(Refused, match="không xóa và không ghi thêm"):
            take(inspection, "correct-inspection", reason="Nhầm", **values)
        inspection.refresh_from_db()
    other = ready()
    issue(DECISION, other)
    with pytest.raises(Refused, match="do văn bản lập trong hệ thống cấp"):
        take(other, "correct-inspection", decision_number="MH-77/QĐ-TTr", reason="Nhầm")
    third = InspectionFactory()
    take(third, "record-decision", decision_number="MH-02/QĐ-TTr", decided_on=date(2023, 5, 4))
    with pytest.raises(Refused, match="MH-01/QĐ-TTr"):
        take(third, "correct-inspection", decision_number="MH-01/QĐ-TTr", reason="Nhầm")


def test_a_decision_in_force_does_not_stand_in_the_way_of_what_it_does_not_print():
    inspection = ready()
    issue(DECISION, inspection, date(2023, 9, 11))
    take(inspection, "begin", begun_on=date(2023, 9, 12))
    take(inspection, "correct-inspection", begun_on=date(2023, 9, 13), reason="Gõ nhầm")
    assert (inspection.begun_on, inspection.corrected) == (date(2023, 9, 13), True)
    take(inspection, "finish", finished_on=date(2023, 9, 13))
    take(inspection, "report", reported_on=date(2023, 9, 13), result="Tốt")
    issue(CONCLUSION, inspection)
    with pytest.raises(Refused, match="Thay thế"):
        take(inspection, "correct-inspection", begun_on=date(2023, 9, 12), reason="Gõ nhầm")


def test_steps_on_the_wrong_inspection_are_taken_back_one_by_one():
    inspection = reported()
    finding = InspectionFindingFactory(subject__inspection=inspection, amount=5)
    conclude(inspection)
    execution = executed(finding, date(2023, 7, 3), 5)
    with pytest.raises(Refused, match="Xóa các lần thực hiện trước"):
        take(inspection, "take-back-inspection", reason="Nhầm cuộc")
    remove_row(register_of(FindingExecution), execution, actor=INSPECTOR, on=TODAY)
    for state, columns in (
        ("reported", {"conclusion_number": "", "concluded_on": None}),
        ("finished", {"reported_on": None, "result": ""}),
        ("begun", {"finished_on": None}),
        ("decided", {"begun_on": None}),
        ("planned", {"decision_number": "", "decided_on": None}),
    ):
        take(inspection, "take-back-inspection", actor=HEAD, reason="Nhầm cuộc")
        assert (inspection.state, {name: getattr(inspection, name) for name in columns}) == (state, columns)
    assert (terms(inspection), inspection.corrected) == ({}, True)
    with pytest.raises(Refused, match="Chưa có bước"):
        take(inspection, "take-back-inspection", reason="Nhầm cuộc")


def test_a_postponement_is_taken_back_to_where_it_came_from():
    of_plan, of_decision = InspectionFactory(), ready()
    paper = issue(DECISION, of_decision)
    for inspection, state in ((of_plan, "planned"), (of_decision, "decided")):
        take(inspection, "postpone", postponed_on=TODAY, reason="Nhầm cuộc")
        take(inspection, "take-back-inspection", reason="Nhầm cuộc")
        assert (inspection.state, inspection.postponed_on, inspection.postponement_reason) == (
            state,
            None,
            "",
        )
    with pytest.raises(Refused, match="Thu hồi"):
        take(of_decision, "take-back-inspection", reason="Nhầm cuộc")
    notice = withdraw_paper(paper=paper, reason="Chuyển năm sau", actor=INSPECTOR, on=TODAY)
    issue_paper(paper=notice, actor=INSPECTOR, on=TODAY)
    of_decision.refresh_from_db()
    assert of_decision.state == "planned"


def test_steps_on_the_wrong_violation_are_taken_back():
    violation = AdministrativeViolationFactory()
    take(violation, "record-sanction", decision_number="MH-09/QĐ-XPHC", decided_on=date(2023, 5, 15))
    take(violation, "execute", executed_on=date(2023, 5, 20), paid=0)
    take(violation, "take-back-violation", reason="Nhầm vụ")
    assert (violation.state, violation.executed_on, violation.paid) == ("sanctioned", None, None)
    take(violation, "take-back-violation", reason="Nhầm vụ")
    assert (violation.state, violation.decision_number, violation.decided_on) == ("recorded", "", None)
    take(violation, "close", closed_on=TODAY, reason="Hết thời hiệu")
    take(violation, "take-back-violation", reason="Nhầm vụ")
    assert (violation.state, violation.closed_on, violation.closing_reason) == ("recorded", None, "")


def test_a_wrong_fine_is_corrected():
    violation = AdministrativeViolationFactory(fine=None)
    with pytest.raises(Refused, match="chưa ghi mức phạt"):
        take(violation, "record-sanction", decision_number="MH-09/QĐ-XPHC", decided_on=date(2023, 5, 15))
    violation.refresh_from_db()
    violation.fine = 0
    save_row(register_of(AdministrativeViolation), violation, actor=INSPECTOR, on=TODAY)
    take(violation, "record-sanction", decision_number="MH-09/QĐ-XPHC", decided_on=date(2023, 5, 15))
    take(violation, "correct-violation", fine=3_000_000, reason="Quên mức phạt")
    assert (violation.fine, violation.corrected) == (3_000_000, True)
    assert registry["TTR-11"].value(Period(date(2023, 1, 1), date(2024, 1, 1), 2023)) == 3_000_000


def test_terms_that_the_law_prolongs_are_extended():
    codes = {
        kind.code
        for kind in deadline_kinds.kinds.values()
        if kind.code.startswith("inspection.") and kind.may_extend
    }
    assert codes == {
        f"inspection.{name}"
        for name in (
            *("finish", "report", "conclusion", "recommendation", "sanction"),
            *("complaint_acceptance", "complaint", "denunciation_acceptance", "denunciation", "payment"),
        )
    }
