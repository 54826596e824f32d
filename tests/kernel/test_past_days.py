"""Rows of what has happened: a day to come is refused, also beside what a register asks itself (khcn.kernel.past_days)."""

from datetime import date
from types import SimpleNamespace

import pytest

from khcn.kernel.past_days import PastDayWriter, refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import ValidationContext, Write

TODAY, TOMORROW = date(2023, 9, 14), date(2023, 9, 15)


class AsksForName(PastDayWriter):
    def refuse(self, write, context):
        if not write.record.name:
            raise Refused("no name", code="name")


def codes(*writes, writer=None):
    found = (writer or PastDayWriter("begun_on", "ended_on")).validate(
        writes, ValidationContext(actor=None, on=TODAY)
    )
    return [(each.record.name, refused.code) for each, refused in found]


def row(name="row", begun_on=TODAY, ended_on=None):
    return SimpleNamespace(name=name, begun_on=begun_on, ended_on=ended_on)


@pytest.mark.parametrize("day", [None, TODAY, date(2020, 1, 1)])
def test_a_day_that_has_come_is_no_concern(day):
    refuse_to_come(day, "ended_on", TODAY)


def test_a_day_to_come_is_refused_at_its_field():
    with pytest.raises(Refused, match=r"15/09/2023 chưa đến") as refused:
        refuse_to_come(TOMORROW, "ended_on", TODAY)
    assert refused.value.code == "future"


def test_new_rows_and_changed_days_are_asked_about_and_others_left():
    stored = row("stored", ended_on=TOMORROW)
    assert codes(
        Write(row("new", begun_on=TOMORROW)),
        Write(row("new, ends", ended_on=TOMORROW)),
        Write(row("good")),
        Write(stored, stored, frozenset({"name"})),
        Write(row("changed", ended_on=TOMORROW), stored, frozenset({"ended_on"})),
    ) == [("new", "future"), ("new, ends", "future"), ("changed", "future")]


def test_a_register_asks_more_and_one_row_has_one_refusal():
    writer = AsksForName("begun_on")
    assert codes(Write(row("")), Write(row("", begun_on=TOMORROW)), writer=writer) == [
        ("", "name"),
        ("", "future"),
    ]
