"""Planned work that is put off: the day in force on a day, what reports of earlier periods count, and slips that are taken back."""

import io
import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import ProtectedError

from bench.handwritten import names_of
from bench.handwritten.planning import STATEMENTS
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.past_terms import terms_as_of
from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.layouts.template_workbook import HEADING_ROW, template_workbook
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.planning import integrity
from khcn.planning.models import PlannedWork, PlannedWorkPostponement
from khcn.reference.operations import enter_shipped_rules
from tests.factories.base import an_actor
from tests.factories.parties import OrgUnitFactory
from tests.factories.planning import PlannedWorkFactory, PlannedWorkPostponementFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import cells_with_openpyxl
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
THIRD_QUARTER = Period(date(2023, 7, 1), date(2023, 10, 1), 2023, PeriodKind.QUARTER, 3)
OCTOBER = date(2023, 10, 10)
YEAR_END, NEXT_YEAR = date(2023, 12, 29), date(2024, 3, 29)
CHIEF = an_actor(Role.HEAD, "VP")
# Those that ask for the last day, and those that count what came of the work.
CODES = [f"KH-{number:02}" for number in range(1, 23)]


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def take(work, name, actor=CHIEF, on=OCTOBER, **values):
    register = register_of(PlannedWork)
    run(action_to_run(register, name), register, work.pk, values, actor=actor, on=on)
    work.refresh_from_db()
    return work


def put_off(work, new_due_on, decided_on=OCTOBER, **more):
    return take(work, "postpone", decided_on=decided_on, new_due_on=new_due_on, reason="Chờ kinh phí", **more)


def figures(period=THIRD_QUARTER):
    return {code: (registry[code].value(period), registry[code].counted(period).lines) for code in CODES}


def by_hand(period=THIRD_QUARTER):
    """The same by the statements of a database expert, of those that a window which does not end in December has."""
    found = {}
    for code in CODES:
        with connection.cursor() as cursor:
            cursor.execute(STATEMENTS[code], names_of(period))
            [(found[code],)] = cursor.fetchall()
    return found


def unsound():
    rules = (
        integrity.due_day_not_of_postponement,
        integrity.postponements_apart,
        integrity.postponed_out_of_time,
    )
    return [row for rule in rules for row in rule(None)]


@pytest.mark.parametrize(
    ("kind", "unit", "about_task"),
    [
        ("ip_support", "QLKH", False),
        ("technology_class", "QLCN", False),
        ("gi_class", "TDC", False),
        ("settlement", "TTUD", True),
        ("coordination", "TTUD", True),
        ("other", "TTRA", False),
    ],
)
def test_a_report_counts_the_same_after_a_later_decision(kind, unit, about_task):
    """In the report of the third quarter the work is ahead until the end of the year. In October it is put off to the year after."""
    task = ScienceTaskFactory() if about_task else None
    work = PlannedWorkFactory(
        kind=kind, unit=OrgUnitFactory(code=unit), task=task, planned_on=date(2023, 1, 10), due_on=YEAR_END
    )
    before = figures()
    assert before["KH-09"][0] == 1
    put_off(work, NEXT_YEAR)
    assert figures() == before
    year = Period(date(2023, 1, 1), date(2023, 11, 1), 2023, PeriodKind.MONTH, 10)
    assert registry["KH-09"].value(year) == 0  # of the window of the decision it is ahead no more
    assert unsound() == []


def test_what_was_put_off_within_the_window_is_not_late_in_it_and_what_came_after_is():
    in_time = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=date(2023, 8, 31))
    put_off(in_time, YEAR_END, decided_on=date(2023, 8, 30), on=date(2023, 8, 30))
    other = PlannedWorkPostponementFactory(
        decided_on=date(2023, 8, 31), old_due_on=date(2023, 8, 31), new_due_on=YEAR_END
    ).work
    second_quarter = Period(date(2023, 4, 1), date(2023, 7, 1), 2023, PeriodKind.QUARTER, 2)
    assert set(registry["KH-09"].counted(second_quarter).ids) == {in_time.pk, other.pk}
    assert registry["KH-12"].value(THIRD_QUARTER) == 0
    take(other, "complete", completed_on=date(2024, 1, 2), achieved=1, result="Xong", on=date(2024, 1, 2))
    first = Period(date(2024, 1, 1), date(2024, 4, 1), 2024, PeriodKind.QUARTER, 1)
    assert registry["KH-11"].counted(first).ids == (other.pk,)
    for name, value in by_hand(second_quarter).items():
        assert value == registry[name].value(second_quarter), name


def test_the_list_of_a_figure_shows_the_day_of_its_window(client):
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    put_off(work, NEXT_YEAR)
    client.force_login(account(Role.OFFICE, "VP"))
    page = client.get("/figures/KH-09/?year=2023&kind=quarter&number=3").content.decode()
    assert "29/12/2023" in page
    later = client.get("/figures/KH-09/?year=2023&kind=quarter&number=4").content.decode()
    assert "29/03/2024" in later
    assert "29/12/2023" not in later


def test_the_term_of_a_past_day_is_the_one_that_was_in_force():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    put_off(work, NEXT_YEAR)
    days = {
        on: terms_as_of("planning.plannedwork", [work.pk], on=on)[0].due_on
        for on in (date(2023, 10, 9), OCTOBER)
    }
    assert days == {date(2023, 10, 9): YEAR_END, OCTOBER: NEXT_YEAR}


# --------------------------------------------------------------------------------------------- any sequence


def replayed(plan, decisions, day):
    """The last day on ``day``, one decision after the other."""
    due_on = plan
    for decided_on, new_due_on in decisions:
        if decided_on <= day:
            due_on = new_due_on
    return due_on


@pytest.mark.parametrize("seed", range(4))
def test_the_day_in_force_is_that_of_a_replay_whatever_was_decided_and_taken_back(seed):
    """Several decisions of one day, decisions that are typed in days later, and slips that are taken back."""
    chance = random.Random(seed)
    start = date(2023, 1, 2)
    decided = {}
    for _each in range(5):
        work = PlannedWorkFactory(planned_on=start, due_on=start + timedelta(days=chance.randint(5, 25)))
        plan, decisions = work.due_on, []
        decided_on = on = start
        for _step in range(chance.randint(0, 6)):
            if decisions and chance.random() < 0.25:
                decisions.pop()
                take(work, "take-back-postponement", reason="Nhầm việc", on=on)
                decided_on = decisions[-1][0] if decisions else start
                continue
            decided_on += timedelta(days=chance.choice((0, 0, 1, 3, 9)))
            on = max(on, decided_on + timedelta(days=chance.choice((0, 0, 2))))
            if work.due_on < on:
                with pytest.raises(Refused, match="quá hạn"):
                    put_off(work, work.due_on + timedelta(days=30), decided_on=decided_on, on=on)
                break
            new_due_on = work.due_on + timedelta(days=chance.randint(1, 20))
            put_off(work, new_due_on, decided_on=decided_on, on=on)
            decisions.append((decided_on, new_due_on))
        decided[work.pk] = plan, decisions
        assert work.due_on == replayed(plan, decisions, date.max)
    assert any(len(decisions) > 1 for _plan, decisions in decided.values())
    assert unsound() == []
    for number in range(-1, 60):
        day = start + timedelta(days=number)
        found = dict(PlannedWork.objects.due_day_on(day).values_list("pk", "due_day"))
        assert found == {pk: replayed(plan, decisions, day) for pk, (plan, decisions) in decided.items()}, day
        terms = {
            each.subject_id: each.due_on for each in terms_as_of("planning.plannedwork", decided, on=day)
        }
        assert terms == found, day


# --------------------------------------------------------------------------------------------- refusals


def test_of_two_decisions_of_one_day_the_last_is_in_force_and_none_goes_before_another():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=date(2023, 10, 31))
    put_off(work, date(2023, 11, 30))
    put_off(work, YEAR_END)
    [seen] = PlannedWork.objects.due_day_on(OCTOBER)
    [before] = PlannedWork.objects.due_day_on(OCTOBER - timedelta(days=1))
    assert (seen.due_day, before.due_day) == (YEAR_END, date(2023, 10, 31))
    with pytest.raises(Refused, match="đứng trước ngày 10/10/2023"):
        put_off(work, NEXT_YEAR, decided_on=date(2023, 10, 9))
    with pytest.raises(Refused, match="chưa đến"):
        put_off(work, NEXT_YEAR, decided_on=date(2023, 10, 11))
    with pytest.raises(Refused, match="đứng trước ngày 10/01/2023"):
        put_off(PlannedWorkFactory(planned_on=date(2023, 1, 10)), NEXT_YEAR, decided_on=date(2023, 1, 9))


def test_a_decision_that_is_typed_in_later_counts_from_its_own_day():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    put_off(work, NEXT_YEAR, decided_on=date(2023, 9, 29))
    assert registry["KH-09"].value(THIRD_QUARTER) == 0


def test_nothing_ends_before_it_was_put_off_and_nothing_is_put_off_after_its_end():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    put_off(work, NEXT_YEAR)
    early = date(2023, 10, 9)
    with pytest.raises(Refused, match="lùi hạn theo quyết định ngày 10/10/2023"):
        take(work, "complete", completed_on=early, achieved=1, result="Xong")
    with pytest.raises(Refused, match="lùi hạn theo quyết định ngày 10/10/2023"):
        take(work, "drop", dropped_on=early, drop_reason="Trùng việc")
    take(work, "complete", completed_on=OCTOBER, achieved=1, result="Xong")
    with pytest.raises(Refused, match="đã ghi hoàn thành"):
        put_off(work, date(2024, 5, 1))
    with pytest.raises(Refused, match="đã ghi hoàn thành"):
        take(work, "take-back-postponement", reason="Nhầm")


def test_a_postponement_by_mistake_is_taken_back_and_the_plan_corrected_only_then():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    with pytest.raises(Refused, match="chưa lùi hạn"):
        take(work, "take-back-postponement", reason="Nhầm")
    put_off(work, NEXT_YEAR)
    plan = {"kind": "other", "unit": work.unit, "task": None, "quantity": 1, "reason": "Gõ nhầm"}
    with pytest.raises(Refused, match="Bỏ lần lùi hạn ghi nhầm"):
        take(work, "correct-plan", planned_on=work.planned_on, due_on=YEAR_END, **plan)
    with pytest.raises(Refused, match="trước ngày này"):
        take(
            work,
            "correct-plan",
            planned_on=OCTOBER + timedelta(days=1),
            due_on=NEXT_YEAR,
            **plan,
            on=YEAR_END,
        )
    take(work, "correct-plan", planned_on=date(2023, 1, 11), due_on=NEXT_YEAR, **plan)
    with pytest.raises(NotPermitted):
        take(
            work,
            "take-back-postponement",
            reason="Nhầm",
            actor=an_actor(Role.HEAD, work.unit.code, unit_id=work.unit_id),
        )
    take(work, "take-back-postponement", reason="Nhầm")
    assert (work.due_on, work.corrected, work.postponements.count()) == (YEAR_END, True, 0)
    take(work, "correct-plan", planned_on=work.planned_on, due_on=date(2023, 11, 30), **plan)
    assert registry["KH-09"].rows(THIRD_QUARTER).get().due_day == date(2023, 11, 30)


def test_a_postponement_is_neither_changed_nor_deleted_and_keeps_its_work():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    put_off(work, NEXT_YEAR)
    row = work.postponements.get()
    row.new_due_on = date(2024, 6, 28)
    with pytest.raises(Refused, match="thì không sửa"):
        save_row(register_of(PlannedWorkPostponement), row, actor=CHIEF, on=OCTOBER)
    with pytest.raises(Refused, match="không xóa trực tiếp"):
        remove_row(register_of(PlannedWorkPostponement), row, actor=CHIEF, on=OCTOBER)
    with pytest.raises(ProtectedError):
        remove_row(register_of(PlannedWork), work, actor=CHIEF, on=OCTOBER)


def of_paper(work, new_due_on, decided_on, *, taken_over=True):
    row = PlannedWorkPostponement(
        work=work, decided_on=decided_on, old_due_on=work.due_on, new_due_on=new_due_on, reason="Chờ kinh phí",
        taken_over=taken_over,
    )  # fmt: skip
    save_row(register_of(PlannedWorkPostponement), row, actor=CHIEF, on=OCTOBER)
    work.refresh_from_db()
    return work


def test_what_was_decided_in_time_of_work_that_is_late_or_ended_now_comes_from_paper():
    late = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=date(2023, 6, 30))
    with pytest.raises(Refused, match="quá hạn"):
        of_paper(late, YEAR_END, date(2023, 6, 29), taken_over=False)
    with pytest.raises(Refused, match="quá hạn"):
        of_paper(late, YEAR_END, date(2023, 7, 1))
    assert of_paper(late, YEAR_END, date(2023, 6, 29)).due_on == YEAR_END
    done = PlannedWorkFactory(
        planned_on=date(2023, 1, 10), due_on=date(2023, 6, 30), completed_on=date(2023, 6, 20), achieved=1, result="Xong"
    )  # fmt: skip
    with pytest.raises(Refused, match="đã kết thúc ngày 20/06/2023"):
        of_paper(done, YEAR_END, date(2023, 6, 21))
    assert of_paper(done, YEAR_END, date(2023, 6, 20)).due_on == YEAR_END
    assert unsound() == []


# --------------------------------------------------------------------------------------------- workbooks


def workbook(kind, *rows):
    """The template with these rows under its headings, by name of the column."""
    book = cells_with_openpyxl(template_workbook([kind], actor=SYSTEM))
    sheet = book[kind.sheet_name]
    for down, row in enumerate(rows, start=HEADING_ROW + 2):
        for across, column in enumerate(kind.columns(), start=1):
            sheet.cell(down, across, row.get(column.name))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def written(kind, *rows, on=OCTOBER):
    batch = intake.upload(content=workbook(kind, *rows), name="lui-han.xlsx", actor=CHIEF, on=on)
    plan = intake.confirm_import(batch=batch, actor=CHIEF, on=on)
    return batch, plan


def sheet(key):
    [found] = [each for each in sheet_kinds() if each.key == key]
    return found


def test_a_sheet_of_the_action_puts_off_in_the_order_of_the_decisions_and_is_undone():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    row = {"code": work.code, "reason": "Chờ kinh phí"}
    rows = [
        row | {"decided_on": date(2023, 10, 5), "new_due_on": date(2024, 6, 28)},
        row | {"decided_on": date(2023, 10, 2), "new_due_on": NEXT_YEAR},
    ]
    batch, _plan = written(sheet("planning.plannedwork:postpone"), *rows)
    work.refresh_from_db()
    assert (work.due_on, work.postponements.count()) == (date(2024, 6, 28), 2)
    assert [each.due_day for each in PlannedWork.objects.due_day_on(date(2023, 10, 4))] == [NEXT_YEAR]
    intake.undo_import(batch=batch, actor=CHIEF, on=OCTOBER)
    work.refresh_from_db()
    assert (work.due_on, work.postponements.count()) == (YEAR_END, 0)


def test_rows_of_the_register_follow_one_another_and_what_others_follow_on_is_not_undone():
    work = PlannedWorkFactory(planned_on=date(2023, 1, 10), due_on=YEAR_END)
    rows = [
        {"work": work.code, "decided_on": date(2023, 10, 5), "old_due_on": NEXT_YEAR, "new_due_on": date(2024, 6, 28), "reason": "Chờ"},
        {"work": work.code, "decided_on": date(2023, 10, 2), "old_due_on": YEAR_END, "new_due_on": NEXT_YEAR, "reason": "Chờ"},
    ]  # fmt: skip
    batch, _plan = written(sheet("planning.plannedworkpostponement"), *rows)
    work.refresh_from_db()
    assert work.due_on == date(2024, 6, 28)
    put_off(work, date(2024, 9, 30))
    with pytest.raises(Refused):
        intake.undo_import(batch=batch, actor=CHIEF, on=OCTOBER)
    take(work, "take-back-postponement", reason="Nhầm")
    intake.undo_import(batch=batch, actor=CHIEF, on=OCTOBER)
    work.refresh_from_db()
    assert (work.due_on, work.postponements.count()) == (YEAR_END, 0)
