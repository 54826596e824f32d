"""Assigned work that a document extends: reports of periods that ended before the document count by the deadline of then."""

from datetime import date

import pytest
from django.db import connection

from bench.handwritten import names_of
from bench.handwritten.directives import STATEMENTS
from khcn.directives import integrity
from khcn.directives.models import AssignedTask, AssignedTaskExtension
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.past_terms import terms_as_of
from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskExtensionFactory, AssignedTaskFactory
from tests.factories.reference import LegalDocumentFactory
from tests.science.channels import run_action

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP", user_id=8)
SEPTEMBER, OCTOBER = date(2023, 9, 15), date(2023, 10, 10)
YEAR_END, NEXT_YEAR = date(2023, 12, 31), date(2024, 3, 31)
THIRD_QUARTER = Period(date(2023, 7, 1), date(2023, 10, 1), 2023, PeriodKind.QUARTER, 3)
CODES = ("NG-01", "NG-02", "NG-03", "NG-04", "NG-05")


def extend(work, due_on, precision="day", document=None, on=OCTOBER, **more):
    values = {
        "due_on": due_on,
        "due_precision": precision,
        "lead_unit": work.lead_unit,
        "extension_document": document or LegalDocumentFactory(issued_on=on),
        "reason": "UBND tỉnh cho lùi hạn",
        **more,
    }
    run_action(AssignedTask.objects.get(pk=work.pk), "extend-assignment", OFFICE, on, **values)
    work.refresh_from_db()
    return work


def correct(work, on=OCTOBER, **changes):
    names = ("source_document", "ordinal", "content", "year", "lead_unit", "due_on", "due_precision")
    values = {name: getattr(work, name) for name in (*names, "extension_document")}
    run_action(work, "correct-assignment", OFFICE, on, **values | changes, reason="Gõ nhầm")
    work.refresh_from_db()
    return work


def printed(period=THIRD_QUARTER):
    """Each figure, and its table as a report prints it."""
    return {
        code: (
            registry[code].value(period),
            [[column.text(row, period.last_day) for column in registry[code].columns] for row in registry[code].rows(period)],
        )
        for code in CODES
    }  # fmt: skip


def by_hand(period):
    found = {}
    for code in CODES:
        with connection.cursor() as cursor:
            cursor.execute(STATEMENTS[code], names_of(period))
            [(found[code],)] = cursor.fetchall()
    return found


def unsound():
    return [*integrity.due_day_not_of_extension(None), *integrity.extensions_apart(None)]


def test_a_report_counts_and_prints_the_same_after_a_later_document():
    """Work that the report of the third quarter counts as late is extended in October."""
    late = AssignedTaskFactory(due_on=date(2023, 8, 31), due_precision="month")
    open_work = AssignedTaskFactory(due_on=YEAR_END, due_precision="year")
    before = printed()
    assert before["NG-05"][0] == 1
    extend(late, YEAR_END, "quarter")
    extend(open_work, NEXT_YEAR)
    assert printed() == before
    assert by_hand(THIRD_QUARTER) == {code: value for code, (value, _rows) in before.items()}
    october = Period(date(2023, 10, 1), date(2023, 11, 1), 2023, PeriodKind.MONTH, 10)
    assert registry["NG-05"].value(october) == 0
    assert by_hand(october)["NG-05"] == 0
    assert unsound() == []


def test_the_term_of_a_past_day_is_the_one_that_was_in_force():
    work = AssignedTaskFactory(due_on=date(2023, 8, 31), due_precision="month")
    extend(work, YEAR_END)
    days = (date(2023, 10, 9), OCTOBER)
    found = [terms_as_of("directives.assignedtask", [work.pk], on=on)[0].due_on for on in days]
    assert found == [date(2023, 8, 31), YEAR_END]
    assert [work.due_by(on)[0] for on in days] == found


def test_several_extensions_follow_one_another_and_an_older_document_does_not_come_after():
    work = AssignedTaskFactory(due_on=date(2023, 9, 30))
    extend(work, YEAR_END, on=SEPTEMBER)
    extend(work, NEXT_YEAR)
    days = [date(2023, 9, 14), SEPTEMBER, date(2023, 10, 9), OCTOBER]
    seen = [AssignedTask.objects.with_due_day(on=on).get().due_day for on in days]
    assert seen == [date(2023, 9, 30), YEAR_END, YEAR_END, NEXT_YEAR]
    with pytest.raises(Refused, match="trước văn bản gia hạn lần trước"):
        extend(work, date(2024, 6, 30), document=LegalDocumentFactory(issued_on=date(2023, 10, 9)))
    with pytest.raises(Refused, match="đã ghi gia hạn theo văn bản này"):
        extend(work, date(2024, 6, 30), document=work.extension_document)
    extend(work, NEXT_YEAR, work.due_precision)  # led by the same unit, with the same deadline: no extension
    assert work.extensions.count() == 2


def test_a_correction_says_what_was_so_all_along_and_the_extensions_follow_it():
    work = AssignedTaskFactory(due_on=date(2023, 9, 30), due_precision="day")
    extend(work, YEAR_END)
    other = LegalDocumentFactory(issued_on=date(2023, 10, 2))
    correct(work, due_on=NEXT_YEAR, extension_document=other)
    row = work.extensions.get()
    assert (row.document, row.old_due_on, row.new_due_on, row.corrected) == (
        other,
        date(2023, 9, 30),
        NEXT_YEAR,
        True,
    )
    assert unsound() == []
    correct(work, due_on=date(2023, 9, 30), extension_document=None)
    assert (work.extensions.count(), work.due_on) == (0, date(2023, 9, 30))


def test_extensions_are_written_by_the_action_alone_and_go_with_the_work():
    work = AssignedTaskFactory(due_on=date(2023, 10, 31))
    extend(work, YEAR_END)
    row, register = work.extensions.get(), register_of(AssignedTaskExtension)
    with pytest.raises(Refused, match="“Gia hạn, giao lại”"):
        save_row(
            register,
            AssignedTaskExtensionFactory.build(task=work, document=LegalDocumentFactory()),
            actor=OFFICE,
            on=OCTOBER,
        )
    row.new_due_on = NEXT_YEAR
    with pytest.raises(Refused, match="“Đính chính việc giao”"):
        save_row(register, row, actor=OFFICE, on=OCTOBER)
    with pytest.raises(Refused, match="“Đính chính việc giao”"):
        remove_row(register, row, actor=OFFICE, on=OCTOBER)
    remove_row(register_of(AssignedTask), work, actor=OFFICE, on=OCTOBER)
    assert not AssignedTaskExtension.objects.exists()
