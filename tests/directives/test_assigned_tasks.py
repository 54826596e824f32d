"""Assigned work: done, done late, open and overdue are four different things, derived and never stored."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.directives.indicators import lateness_words, planned_text, result_text
from khcn.directives.models import AssignedTask, Timeliness
from khcn.directives.operations import ResultRefused, correct_result, record_result
from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.indicators import Period, registry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import LegalDocumentFactory

MARCH, LAST = date(2023, 3, 31), date(2023, 9, 14)
OFFICE = an_actor(Role.OFFICE, "VP")


def task(due=MARCH, done=None, **fields):
    return AssignedTask(
        content="Tham mưu", ordinal=1, year=2023, due_on=due, done_on=done, due_precision="month", **fields
    )


@pytest.mark.parametrize(
    ("due", "done", "timeliness", "days", "words", "says"),
    [
        (MARCH, MARCH, Timeliness.DONE, 0, "Đã hoàn thành.", ""),
        (
            MARCH,
            date(2023, 4, 24),
            Timeliness.DONE_LATE,
            24,
            "Đã hoàn thành, chậm 24 ngày so với kế hoạch.",
            "chậm",
        ),
        (date(2023, 12, 31), None, Timeliness.OPEN, 0, "Đang thực hiện.", ""),
        (LAST, None, Timeliness.OPEN, 0, "Đang thực hiện.", ""),
        (date(2023, 9, 13), None, Timeliness.OVERDUE, 1, "Chưa hoàn thành, quá hạn 1 ngày.", "quá hạn"),
        (MARCH, date(2023, 9, 15), Timeliness.OVERDUE, 167, "Chưa hoàn thành, quá hạn 167 ngày.", "quá hạn"),
        (date(2023, 12, 31), date(2023, 9, 15), Timeliness.OPEN, 0, "Đang thực hiện.", ""),
    ],
)
def test_four_different_things(due, done, timeliness, days, words, says):
    work = task(due, done)
    assert (work.timeliness_on(LAST), work.days_late(LAST)) == (timeliness, days)
    assert result_text(work, LAST) == words
    assert lateness_words(work, LAST) == says
    assert says in result_text(work, LAST)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dates(date(2023, 3, 25), date(2023, 4, 5)),
    st.none() | st.dates(date(2023, 3, 25), date(2023, 4, 5)),
    st.dates(date(2023, 3, 25), date(2023, 4, 5)),
)
def test_database_and_record_agree(due, done, on):
    made = AssignedTaskFactory(due_on=due, done_on=done)
    row = AssignedTask.objects.with_timeliness(on=on).get(pk=made.pk)
    expected = made.timeliness_on(on)
    assert row.timeliness == expected
    tasks = AssignedTask.objects.filter(pk=made.pk)
    assert tasks.done(on=on).exists() == (expected in {Timeliness.DONE, Timeliness.DONE_LATE})
    assert tasks.done_late(on=on).exists() == (expected is Timeliness.DONE_LATE)
    assert tasks.unfinished(on=on).exists() == (expected in {Timeliness.OPEN, Timeliness.OVERDUE})
    assert tasks.overdue(on=on).exists() == (expected is Timeliness.OVERDUE)


def test_deadline_is_printed_as_the_assigning_document_says_it():
    assert planned_text(task(), LAST) == "Tháng 3 năm 2023"
    assert planned_text(AssignedTask(due_on=MARCH, due_precision="day"), LAST) == ("Ngày 31 tháng 3 năm 2023")
    assert planned_text(AssignedTask(due_on=MARCH, due_precision="quarter"), LAST) == "Quý I năm 2023"


@pytest.mark.django_db
def test_the_table_of_the_report_has_document_and_progress():
    document = LegalDocumentFactory(number="713/QĐ-UBND", issued_on=date(2023, 4, 24))
    AssignedTaskFactory(
        ordinal=1, content="Sửa Quyết định 731", done_on=date(2023, 4, 24), result_document=document
    )
    AssignedTaskFactory(
        ordinal=2,
        content="Truy xuất nguồn gốc",
        due_on=date(2023, 12, 31),
        progress="Đã trình thẩm định đề cương.",
    )
    figure = registry["NG-01"]
    period = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
    rows = [[column.text(row, period.last_day) for column in figure.table] for row in figure.rows(period)]
    assert rows == [
        [
            "1",
            "Sửa Quyết định 731",
            "Tháng 3 năm 2023",
            "Đã hoàn thành, chậm 24 ngày so với kế hoạch (Quyết định số 713/QĐ-UBND ngày 24/4/2023).",
        ],
        ["2", "Truy xuất nguồn gốc", "Tháng 12 năm 2023", "Đã trình thẩm định đề cương."],
    ]
    assert [str(column.heading) for column in figure.table] == [
        "TT",
        "Nội dung",
        "Tiến độ theo kế hoạch",
        "Kết quả thực hiện",
    ]
    assert [figure.must_say(row, period.last_day) for row in figure.rows(period)] == ["chậm", ""]


@pytest.mark.django_db
def test_result_is_recorded_once_by_the_office_or_the_leading_unit():
    unit, other = OrgUnitFactory(code="QLCN"), OrgUnitFactory(code="TDC")
    work = AssignedTaskFactory(lead_unit=unit)
    stranger = an_actor(Role.OFFICER, "TDC", unit_id=other.pk)
    with pytest.raises(ResultRefused, match="đơn vị chủ trì"):
        record_result(task=work, done_on=MARCH, on=MARCH, actor=stranger)
    leader = an_actor(Role.HEAD, "QLCN", unit_id=unit.pk)
    record_result(task=work, done_on=date(2023, 4, 24), on=LAST, actor=leader, progress="Đã ban hành")
    work.refresh_from_db()
    assert (work.done_on, work.progress) == (date(2023, 4, 24), "Đã ban hành")
    with pytest.raises(ResultRefused, match="ngày 24/04/2023"):
        record_result(task=work, done_on=MARCH, on=LAST, actor=OFFICE)


@pytest.mark.django_db
def test_a_unit_writes_its_own_work_and_the_office_all():
    unit, other = OrgUnitFactory(code="QLCN"), OrgUnitFactory(code="TDC")
    own, foreign = AssignedTaskFactory(lead_unit=unit), AssignedTaskFactory(lead_unit=other)
    register = register_of(AssignedTask)
    actors = {
        "officer of the unit": an_actor(Role.OFFICER, "QLCN", unit_id=unit.pk),
        "reader of the unit": an_actor(Role.READER, "QLCN", unit_id=unit.pk),
        "officer without unit": an_actor(Role.OFFICER, "", unit_id=None),
        "office": an_actor(Role.OFFICE, "VP", unit_id=99),
        "leader": an_actor(Role.LEADER, "BGD", unit_id=98),
    }
    allowed = {
        name: tuple(register.may("change", actor, work) for work in (own, foreign))
        for name, actor in actors.items()
    }
    assert allowed == {
        "officer of the unit": (True, False),
        "reader of the unit": (False, False),
        "officer without unit": (False, False),
        "office": (True, True),
        "leader": (False, False),
    }


@pytest.mark.django_db
def test_no_work_is_done_on_a_day_to_come():
    work = AssignedTaskFactory()
    with pytest.raises(ResultRefused, match="01/04/2023 chưa tới"):
        record_result(task=work, done_on=date(2023, 4, 1), on=MARCH, actor=OFFICE)
    with pytest.raises(ResultRefused, match="chưa ghi kết quả"):
        correct_result(task=work, done_on=MARCH, reason="gõ nhầm", on=LAST, actor=OFFICE)
    record_result(task=work, done_on=MARCH, on=MARCH, actor=OFFICE)
    with pytest.raises(ResultRefused, match="chưa tới"):
        correct_result(task=work, done_on=date(2023, 4, 1), reason="gõ nhầm", on=MARCH, actor=OFFICE)


@pytest.mark.django_db
def test_a_result_is_changed_by_its_buttons_only():
    work = AssignedTaskFactory(done_on=None)
    register = register_of(AssignedTask)
    for day in (None, MARCH):
        work.done_on = date(2023, 4, 24)
        with pytest.raises(Refused, match="“Đính chính kết quả”"):
            save_row(register, work, actor=OFFICE, on=LAST)
        work.refresh_from_db()
        assert work.done_on == day
        if day is None:
            record_result(task=work, done_on=MARCH, on=LAST, actor=OFFICE)
    correct_result(task=work, done_on=date(2023, 4, 24), reason="gõ nhầm", on=LAST, actor=OFFICE)
    work.refresh_from_db()
    assert (work.done_on, work.corrected) == (date(2023, 4, 24), True)
    entry = ChangeEntry.objects.filter(model="directives.assignedtask").latest("pk")
    assert (entry.reason, entry.before["done_on"]) == ("Đính chính: gõ nhầm", "2023-03-31")
    work.progress = "Ghi chú thêm"
    save_row(register, work, actor=OFFICE, on=LAST)
