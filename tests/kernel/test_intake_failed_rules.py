"""Records that cannot be judged are not handed to the rules, and a rule that fails names its rows instead of the whole page."""

import pytest

from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.registers.registry import register_of
from khcn.science.models import ScienceTask
from khcn.science.operations.tasks import ScienceTaskWriter
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import DAY, OFFICER, TASK, book_of, heading, reference_data, rows_of, sheets

pytestmark = pytest.mark.django_db

FULL = {**TASK, "planned_start_on": "01/02/2023"}
NEEDED = ("title", "task_type", "level", "managing_side", "start_year")


def look(content):
    return make_plan(content, "tep.xlsx", actor=OFFICER, on=DAY)


def problems(found):
    return [(each.row, each.code) for each in found.errors]


@pytest.mark.parametrize("name", NEEDED)
def test_a_new_record_of_a_sheet_without_a_required_column_is_not_judged(name):
    reference_data()
    records = [{key: value for key, value in FULL.items() if key != name}]
    found = look(book_of(ScienceTask, records))
    assert problems(found) == [(None, "missing_column")]
    assert found.counts.create == 0
    assert f"“{heading(ScienceTask, name)}”" in found.errors[0].message


def test_nor_is_what_refers_to_it_in_another_sheet():
    reference_data()
    milestones = [["Nhiệm vụ", "Mốc", "Ngày"], [FULL["code"], "Ký hợp đồng", "01/03/2023"]]
    task = {key: value for key, value in FULL.items() if key != "start_year"}
    book = sheets({"Nhiệm vụ KH&CN": rows_of(ScienceTask, [task]), "Mốc tiến độ": milestones})
    assert (None, "missing_column") in problems(look(book))


def test_rows_of_records_on_file_need_no_such_column():
    reference_data()
    ScienceTaskFactory(code=FULL["code"], title=f"{FULL['title']} (cũ)", start_year=2023)
    found = look(book_of(ScienceTask, [{"code": FULL["code"], "title": FULL["title"]}]))
    assert problems(found) == []
    assert found.counts.change == 1


def test_a_rule_that_fails_names_its_rows_and_the_others_are_judged(monkeypatch, caplog):
    reference_data()
    judge = ScienceTaskWriter.validate

    def failing(writer, writes, context):
        for write in writes:
            1 // (write.record.code != "T3")
        return judge(writer, writes, context)

    monkeypatch.setattr(ScienceTaskWriter, "validate", failing)
    records = [{**FULL, "code": f"T{number}", "title": f"Nhiệm vụ số {number}"} for number in range(1, 6)]
    records[4]["planned_start_on"] = "01/02/2019"  # against the year 2023
    found = look(book_of(ScienceTask, records))
    assert [(each.row, each.code) for each in found.errors] == [(4, "rule_failed"), (6, "rule")]
    assert "ZeroDivisionError" in caplog.text
    assert found.counts.create == 3


def test_rules_that_fail_for_rows_together_name_these(monkeypatch):
    reference_data()

    def failing(writer, writes, context):
        if {"T1", "T2"} <= {each.record.code for each in writes}:
            raise KeyError("T2")
        return iter(())

    monkeypatch.setattr(ScienceTaskWriter, "validate", failing)
    records = [{**FULL, "code": f"T{number}", "title": f"Nhiệm vụ số {number}"} for number in range(1, 5)]
    found = look(book_of(ScienceTask, records))
    assert [(each.row, each.code) for each in found.errors] == [(2, "rule_failed"), (3, "rule_failed")]


def test_a_model_that_fails_to_judge_itself_names_the_row(monkeypatch):
    reference_data()
    monkeypatch.setattr(ScienceTask, "clean", lambda task: 1 // (task.code != "T1"), raising=False)
    records = [{**FULL, "code": f"T{number}", "title": f"Nhiệm vụ số {number}"} for number in (1, 2)]
    found = look(book_of(ScienceTask, records))
    assert [(each.row, each.code) for each in found.errors] == [(2, "rule_failed")]
    assert str(register_of(ScienceTask).title) in found.errors[0].message
