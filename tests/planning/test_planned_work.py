"""Planned work: done, given up, and that taken back; what the report prints of it; shortcomings that are mended."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.planning.integrity import settlement_still_open
from khcn.planning.models import Assessment, PlannedWork
from khcn.planning.operations import WorkWriter
from khcn.reference.operations import enter_shipped_rules
from khcn.reports.composing.compose import section_blocks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from tests.factories.base import an_actor
from tests.factories.parties import OrgUnitFactory
from tests.factories.planning import AssessmentFactory, PlannedWorkFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
TODAY = date(2023, 9, 14)
NINE_MONTHS = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
CLERK = an_actor(Role.OFFICE, "VP")


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def take(record, name, actor=CLERK, on=TODAY, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=on)
    record.refresh_from_db()
    return record


def term(work):
    [found] = Deadline.objects.filter(subject_model="planning.plannedwork", subject_id=work.pk)
    return found.due_on, found.met_on


def printed(section, form="bao-cao-9-thang", period=NINE_MONTHS):
    """The lines of a section that are printed, without its heading."""
    report = resolve(source_from_form(parse_form(shipped_bodies()[form]), period))
    [found] = [each for each in report.sections if each.source.key == section]
    blocks = section_blocks(found, headed=False)
    return ["".join(run.text for run in each.runs) for each in blocks]


def test_work_is_completed_and_that_taken_back():
    work = PlannedWorkFactory(planned_on=date(2023, 3, 1), quantity=10)
    assert term(work) == (date(2023, 12, 29), None)
    done = {"achieved": 8, "result": "Hỗ trợ 8 doanh nghiệp"}
    with pytest.raises(Refused, match="đứng trước"):
        take(work, "complete", completed_on=date(2023, 2, 28), **done)
    with pytest.raises(Refused, match="chưa đến"):
        take(work, "complete", completed_on=date(2023, 9, 15), **done)
    take(work, "complete", completed_on=date(2023, 9, 1), **done)
    assert term(work) == (date(2023, 12, 29), date(2023, 9, 1))
    with pytest.raises(Refused, match="đã ghi hoàn thành"):
        take(work, "drop", dropped_on=TODAY, drop_reason="Thiếu kinh phí")
    with pytest.raises(Refused, match="đã ghi hoàn thành"):
        remove_row(register_of(PlannedWork), work, actor=CLERK, on=TODAY)
    changed = PlannedWork.objects.get(pk=work.pk)
    changed.title = "Việc khác"
    with pytest.raises(Refused, match="đã ghi kết quả"):
        save_row(register_of(PlannedWork), changed, actor=CLERK, on=TODAY)
    take(work, "take-back-outcome", reason="Nhầm việc")
    assert (work.completed_on, work.achieved, work.result, work.corrected) == (None, None, "", True)
    assert term(work) == (date(2023, 12, 29), None)


def test_work_that_is_given_up_is_waited_for_no_more_and_is_not_ahead():
    work = PlannedWorkFactory()
    assert registry["KH-09"].value(NINE_MONTHS) == 1
    take(work, "drop", dropped_on=TODAY, drop_reason="Không bố trí được kinh phí")
    assert not Deadline.objects.filter(subject_model="planning.plannedwork", subject_id=work.pk).exists()
    assert (registry["KH-09"].value(NINE_MONTHS), registry["KH-13"].value(NINE_MONTHS)) == (0, 1)


def test_a_division_writes_what_came_of_its_own_work_and_of_no_other():
    unit = OrgUnitFactory()
    own = an_actor(Role.OFFICER, unit.code, unit_id=unit.pk)
    mine = PlannedWorkFactory(unit=unit)
    other = PlannedWorkFactory(unit=OrgUnitFactory())
    values = {"completed_on": TODAY, "achieved": 1, "result": "Xong"}
    assert take(mine, "complete", actor=own, **values).completed_on == TODAY
    with pytest.raises(NotPermitted):
        take(other, "complete", actor=own, **values)


@pytest.mark.parametrize("kind", ["settlement", "coordination"])
def test_settlement_and_coordination_are_of_one_task(kind):
    with pytest.raises(ValidationError, match="Hãy chọn nhiệm vụ"):
        PlannedWorkFactory.build(kind=kind).clean()
    with pytest.raises(ValidationError, match="số lượng 1"):
        PlannedWorkFactory.build(kind=kind, task=ScienceTaskFactory(), quantity=2).clean()


DEC = date(2023, 12, 31)
MONTH, QUARTER, HALF, YEAR = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)


@pytest.mark.parametrize(
    ("period", "last"),
    [
        (NINE_MONTHS, DEC),
        (Period(date(2023, 8, 15), date(2023, 9, 15), 2023, MONTH, 9), date(2023, 10, 31)),
        (Period(date(2023, 11, 15), date(2023, 12, 15), 2023, MONTH, 12), date(2024, 1, 31)),
        (Period(date(2023, 1, 1), date(2023, 4, 1), 2023, QUARTER, 1), date(2023, 6, 30)),
        (Period(date(2023, 9, 15), date(2023, 12, 15), 2023, QUARTER, 4), date(2024, 3, 31)),
        (Period(date(2022, 12, 15), date(2023, 6, 15), 2023, HALF, 1), DEC),
        (Period(date(2023, 6, 15), date(2023, 12, 15), 2023, HALF, 2), date(2024, 12, 31)),
        (Period(date(2022, 12, 15), date(2023, 12, 15), 2023, YEAR), date(2024, 12, 31)),
        (Period(date(2023, 1, 1), date(2024, 1, 1), 2023, YEAR), date(2024, 12, 31)),
        (Period(date(2022, 12, 1), date(2023, 12, 1), 2023, YEAR), DEC),
    ],
)
def test_plans_are_for_the_time_that_the_heading_of_the_report_names(period, last):
    PlannedWorkFactory(due_on=last)
    PlannedWorkFactory(due_on=last + timedelta(days=1))
    assert [work.due_on for work in registry["KH-09"].rows(period)] == [last]


def test_the_report_says_what_is_ahead_and_what_came_of_earlier_plans():
    assert "không còn nhiệm vụ chờ quyết toán" in "".join(printed("C.6"))
    assert "Phối hợp triển khai nhiệm vụ: không có." in "".join(printed("C.6"))
    assert printed("B.1") == ["Trong kỳ, các nhiệm vụ cơ bản hoàn thành đúng tiến độ, chất lượng."]
    late = PlannedWorkFactory(due_on=date(2023, 8, 31), title="Tập huấn mã số mã vạch")
    PlannedWorkFactory(kind="ip_support", quantity=12)
    assert "(hỗ trợ 12 doanh nghiệp, HTX)" in "".join(printed("C.2"))
    assert printed("B.2")[-1] == "Việc theo kế hoạch quá hạn chưa xong (01 việc): Tập huấn mã số mã vạch."
    take(late, "complete", completed_on=TODAY, achieved=1, result="Xong")
    done = "Đã hoàn thành 01 việc theo kế hoạch, trong đó chậm 01 việc (Tập huấn mã số mã vạch)."
    assert printed("B.1") == [f"Trong kỳ, các nhiệm vụ cơ bản hoàn thành đúng tiến độ, chất lượng. {done}"]


def test_the_report_says_how_much_was_achieved_and_why_work_was_dropped():
    support = PlannedWorkFactory(title="Hỗ trợ tài sản trí tuệ", quantity=10)
    with pytest.raises(Refused):
        take(support, "complete", completed_on=TODAY, achieved=0, result="Chưa có")
    take(support, "complete", completed_on=TODAY, achieved=8, result="Tám doanh nghiệp")
    dropped = PlannedWorkFactory(title="Hội thảo")
    take(dropped, "drop", dropped_on=TODAY, drop_reason="Không bố trí được kinh phí.")
    assert printed("B.1")[0].endswith("01 việc theo kế hoạch (Hỗ trợ tài sản trí tuệ, đạt 8/10).")
    assert printed("B.2")[-2:] == [
        "Việc theo kế hoạch đạt thấp hơn dự kiến (01 việc): Hỗ trợ tài sản trí tuệ, đạt 8/10.",
        "Việc theo kế hoạch thôi thực hiện (01 việc): Hội thảo, lý do: Không bố trí được kinh phí.",
    ]


def test_strengths_are_printed_and_those_of_divisions_name_them():
    board = OrgUnitFactory(code="BGD", kind="board", position=1)
    division = OrgUnitFactory(code="TDC", name="Phòng Đo lường", position=5)
    AssessmentFactory(kind="strength", cause="", unit=division, statement="Kiểm tra đủ 05 cuộc")
    AssessmentFactory(kind="strength", cause="", unit=board, statement="Lãnh đạo Sở chỉ đạo quyết liệt.")
    assert printed("B.1")[0].startswith(
        "Lãnh đạo Sở chỉ đạo quyết liệt; Phòng Đo lường: Kiểm tra đủ 05 cuộc. Vì vậy, trong kỳ, các nhiệm vụ"
    )


def test_a_shortcoming_is_printed_with_its_division_until_it_is_mended():
    none = "không có hạn chế chưa khắc phục."
    assert f"Công tác quản lý tiêu chuẩn đo lường chất lượng: {none}" in printed("B.2")
    given = {"cause": "Do chưa có hướng dẫn.", "remedy": "đề nghị Bộ hướng dẫn"}
    found = AssessmentFactory(unit=OrgUnitFactory(code="TDC"), statement="Cập nhật còn chậm", **given)
    other = AssessmentFactory(unit=OrgUnitFactory(code="BGD", name="Ban Giám đốc"), cause="thiếu người")
    inspection = AssessmentFactory(unit=OrgUnitFactory(code="TTRA"), cause="chờ hướng dẫn")
    of_metrology = "Công tác quản lý tiêu chuẩn đo lường chất lượng: "
    lines = {
        f"{of_metrology}Cập nhật còn chậm do chưa có hướng dẫn, giải pháp: đề nghị Bộ hướng dẫn.",
        f"Công tác thanh tra: {inspection.statement} do chờ hướng dẫn.",
        f"Đơn vị khác: Ban Giám đốc: {other.statement} do thiếu người.",
    }
    assert lines <= set(printed("B.2"))
    take(found, "mend", mended_on=TODAY, outcome="Bộ đã hướng dẫn")
    assert f"Công tác quản lý tiêu chuẩn đo lường chất lượng: {none}" in printed("B.2")
    assert printed("B.1")[0].endswith("Đã khắc phục 01 hạn chế (Cập nhật còn chậm – Bộ đã hướng dẫn).")


WORK_OF = {"C.1": "QLKH", "C.2": "QLCN", "C.3": "TTRA", "C.4": "TDC", "C.5": "VP", "C.6": "TTUD"}


def test_other_work_is_printed_among_the_plans_of_its_division():
    before = {section: printed(section) for section in WORK_OF}
    for code in (*WORK_OF.values(), "BGD"):
        unit = OrgUnitFactory(code=code, name=f"Đơn vị {code}")
        PlannedWorkFactory(title=f"Việc của {code}.", unit=unit, quantity=2)
    for section, code in WORK_OF.items():
        added = [line for line in printed(section) if line not in before[section]]
        of_others = ["Việc của BGD, số lượng 2 – Đơn vị BGD."] if section == "C.5" else []
        assert added == [f"Việc của {code}, số lượng 2.", *of_others], section


@pytest.mark.parametrize(
    ("form", "period", "assessed", "plans"),
    [
        ("bao-cao-thang", Period(date(2023, 8, 15), date(2023, 9, 15), 2023, MONTH, 9), "I.8", "II"),
        ("bao-cao-quy", Period(date(2023, 6, 15), date(2023, 9, 15), 2023, QUARTER, 3), "I.8", "II"),
        ("bao-cao-6-thang", Period(date(2023, 6, 15), date(2023, 12, 15), 2023, HALF, 2), "II.9", "III"),
        ("bao-cao-nam", Period(date(2022, 12, 15), date(2023, 12, 15), 2023, YEAR), "A.10", "B"),
    ],
)
def test_the_other_reports_name_plan_outcome_strengths_and_shortcomings(form, period, assessed, plans):
    assert printed(assessed, form, period) == [
        "Ưu điểm: không nêu trong kỳ.",
        "Hạn chế và nguyên nhân: không có hạn chế chưa khắc phục.",
        "Thực hiện phương hướng đã nêu: không có việc hoàn thành trong kỳ.",
    ]
    unit = OrgUnitFactory(code="TDC", name="Phòng Đo lường")
    AssessmentFactory(kind="strength", cause="", unit=unit, statement="Đủ cuộc", noted_on=TODAY)
    AssessmentFactory(unit=unit, statement="Cập nhật còn chậm", noted_on=TODAY)
    PlannedWorkFactory(unit=unit, title="Kiểm tra cân", due_on=date(2023, 10, 20))
    gone = {"completed_on": TODAY, "achieved": 1, "result": "Xong", "due_on": date(2023, 9, 1)}
    PlannedWorkFactory(unit=unit, title="Kiểm tra vàng", **gone)
    late = PlannedWorkFactory(unit=unit, title="Rà soát", due_on=date(2023, 9, 10))
    PlannedWorkFactory(unit=unit, title="Hội thảo", dropped_on=TODAY, drop_reason="Thiếu kinh phí")
    named = "Kiểm tra cân; Rà soát" if period.last_day > date(2023, 10, 20) else "Rà soát"
    cause = "do nhiều nội dung chưa thống nhất"
    done = "hoàn thành 01 việc, trong đó chậm 01 việc (Kiểm tra vàng)"
    dropped = "thôi thực hiện 01 việc (Hội thảo, lý do: Thiếu kinh phí)"
    number = f"{len(named.split('; ')):02}"
    assert printed(assessed, form, period) == [
        "Ưu điểm: Phòng Đo lường: Đủ cuộc.",
        f"Hạn chế và nguyên nhân: 01 hạn chế chưa khắc phục (Phòng Đo lường: Cập nhật còn chậm {cause}).",
        f"Thực hiện phương hướng đã nêu: {done}; quá hạn chưa xong {number} việc ({named}); {dropped}.",
    ]
    after = {"dropped_on": date(2024, 1, 2), "drop_reason": "Trùng việc", "on": date(2024, 1, 2)}
    with pytest.raises(Refused, match="chỉ lãnh đạo phòng"):  # the term has passed
        take(late, "drop", **after)
    take(late, "drop", actor=an_actor(Role.HEAD, "VP"), **after)
    listed = "Rà soát – Phòng Đo lường; Kiểm tra cân – Phòng Đo lường"
    assert f"Việc theo kế hoạch (02 việc): {listed}." in printed(plans, form, period)


def test_what_is_late_stays_late_and_what_is_put_off_in_time_is_not():
    """Else a report that says that work was late would be untrue the day after."""
    chief = an_actor(Role.HEAD, "VP")
    put_off = {"decided_on": TODAY, "new_due_on": date(2023, 11, 30), "reason": "Chờ kinh phí"}
    late = PlannedWorkFactory(due_on=date(2023, 8, 31))
    with pytest.raises(Refused, match="quá hạn ngày 31/08/2023"):
        take(late, "postpone", actor=chief, **put_off)
    assert registry["KH-12"].value(NINE_MONTHS) == 1
    work = PlannedWorkFactory(due_on=date(2023, 10, 2))
    with pytest.raises(Refused, match="phải sau hạn"):
        take(work, "postpone", actor=chief, **put_off | {"new_due_on": date(2023, 10, 2)})
    take(work, "postpone", actor=chief, **put_off)
    assert (term(work), work.corrected) == ((date(2023, 11, 30), None), False)


def test_what_was_planned_before_today_is_deleted_by_those_alone_who_may_move_its_day():
    """Its division could delete it and plan it anew with a later day."""
    work = PlannedWorkFactory()
    own = an_actor(Role.HEAD, work.unit.code, unit_id=work.unit_id)
    with pytest.raises(Refused, match="Ghi thôi thực hiện"):
        WorkWriter("planned_on").refuse_removal(work, actor=own, on=TODAY)
    WorkWriter("planned_on").refuse_removal(work, actor=own, on=work.planned_on)
    office = an_actor(Role.OFFICE, "VP")
    WorkWriter("planned_on").refuse_removal(work, actor=office, on=TODAY)


def test_what_figures_count_by_is_changed_by_a_correction_alone():
    work = PlannedWorkFactory(quantity=10, kind="ip_support")
    changed = PlannedWork.objects.get(pk=work.pk)
    changed.quantity = 1
    with pytest.raises(Refused, match="Đính chính kế hoạch"):
        save_row(register_of(PlannedWork), changed, actor=CLERK, on=TODAY)
    given = {"kind": "ip_support", "unit": work.unit, "task": None, "due_on": work.due_on}
    take(work, "correct-plan", quantity=1, planned_on=work.planned_on, reason="Gõ nhầm", **given)
    assert (work.quantity, work.corrected, registry["KH-01"].value(NINE_MONTHS)) == (1, True, 1)


def test_a_shortcoming_is_mended_and_that_taken_back():
    found = AssessmentFactory()
    with pytest.raises(Refused, match="đứng trước"):
        take(found, "mend", mended_on=date(2023, 5, 9), outcome="Đã cập nhật")
    take(found, "mend", mended_on=TODAY, outcome="Đã cập nhật")
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(Assessment), found, actor=CLERK, on=TODAY)
    take(found, "reopen", reason="Nhầm hạn chế")
    assert (found.mended_on, found.outcome, found.corrected) == (None, "", True)
    with pytest.raises(Refused, match="Ưu điểm"):
        take(AssessmentFactory(kind="strength", cause=""), "mend", mended_on=TODAY, outcome="Không")


def test_what_proves_an_assessment_is_a_figure():
    AssessmentFactory.build(unit=OrgUnitFactory(), figures="DC-09, DC-10").clean_fields(exclude={"province"})
    with pytest.raises(ValidationError, match="Không có số liệu mã DC-99"):
        AssessmentFactory.build(unit=OrgUnitFactory(), figures="DC-09; DC-99").clean_fields(
            exclude={"province"}
        )


def test_the_page_of_an_assessment_opens_the_figures_that_prove_it(client):
    found = AssessmentFactory(figures="DC-09, DC-10", noted_on=date(2023, 9, 14))
    client.force_login(account(Role.OFFICE, "VP"))
    page = client.get(register_of(Assessment).detail_url(found.pk)).content.decode()
    for code in ("DC-09", "DC-10"):
        assert f'href="/figures/{code}/?year=2023&amp;kind=nine_months">{code}</a>' in page


@pytest.mark.parametrize(
    ("day", "year", "kind"),
    [
        (date(2023, 9, 15), 2023, "year"),
        (date(2023, 12, 14), 2023, "year"),
        (date(2023, 12, 15), 2024, "nine_months"),
    ],
)
def test_the_window_of_the_figures_holds_the_day_of_the_assessment(day, year, kind):
    assert AssessmentFactory.build(noted_on=day, unit=None).figures_window == {"year": year, "kind": kind}


def test_parts_of_the_coordinated_tasks_are_printed_where_there_are_any_and_add_up():
    centre = OrgUnitFactory(code="TTUD")
    for level in ("grassroots", "ministry"):
        task = ScienceTaskFactory(level=level, host=None)
        PlannedWorkFactory(kind="coordination", task=task, unit=centre)
    assert "Phối hợp triển khai 02 nhiệm vụ, 02 cấp khác." in "".join(printed("C.6"))
    [check] = [each for each in parse_form(shipped_bodies()["bao-cao-9-thang"]).checks if each.place == "C.6"]
    values = [registry[code].value(NINE_MONTHS) for code in (check.total, *check.parts)]
    assert values == [2, 0, 0, 2]


def test_a_settlement_that_the_task_has_behind_it_is_asked_for_only_while_it_is_open():
    task, other = ScienceTaskFactory(), ScienceTaskFactory()
    work = PlannedWorkFactory(kind="settlement", task=task)
    before = PlannedWorkFactory(kind="settlement", task=other)
    TaskMilestoneFactory(task=task, kind="settled", on=date(2023, 6, 1))
    TaskMilestoneFactory(task=task, kind="settled", on=date(2023, 7, 1))
    TaskMilestoneFactory(task=other, kind="settled", on=before.planned_on - timedelta(days=1))
    assert list(settlement_still_open(None)) == [work]
    take(work, "complete", completed_on=TODAY, achieved=1, result="Xong")
    assert list(settlement_still_open(None)) == []
