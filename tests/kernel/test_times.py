"""Times of day: typed in every form officials use, read from cells that Excel keeps as a part of a day, and never guessed."""

import io
import unicodedata
from datetime import date, time

import pytest
import xlsxwriter
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.fields.kinds.time_of_day import TimeOfDay
from khcn.kernel.fields.workbook_cells import CellProblem, workbook_cell_text
from khcn.kernel.intake.readers.workbook_reading import read_workbook
from khcn.kernel.text.times import TimeProblem, format_time, parse_time


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14 giờ 00", (14, 0)),
        ("14 giờ 30 phút", (14, 30)),
        ("14 giờ 5 phút", (14, 5)),
        ("Lúc 14 giờ 30.", (14, 30)),
        ("8 giờ", (8, 0)),
        ("14h", (14, 0)),
        ("14H30", (14, 30)),
        ("14h³⁰", (14, 30)),
        ("08g15'", (8, 15)),
        ("14:30", (14, 30)),
        ("14:30:00", (14, 30)),
        ("14:29:59.999", (14, 30)),
        ("0:00", (0, 0)),
        ("2:30 PM", (14, 30)),
        ("2:30 CH", (14, 30)),
        ("12:05:00 SA", (0, 5)),
        ("12 giờ 05 chiều", (12, 5)),
        ("8h sáng", (8, 0)),
        (" 14  giờ\u00a030 ", (14, 30)),
    ],
)
def test_a_time_is_read_as_officials_write_it_in_composed_and_decomposed_letters(typed, read):
    assert [parse_time(unicodedata.normalize(form, typed)) for form in ("NFC", "NFD")] == [time(*read)] * 2


@pytest.mark.parametrize(
    "typed",
    [
        *("", "14", "1430", "14h5", "14:5", "24 giờ", "24:00", "23:59:59.9", "14:60", "14:30:15", "14h30h", "-1:00"),
        *("14:30 SA", "13 giờ sáng", "sáng", "14/12/2026", "1 day, 2:30:00", "14h30 - 16h00", "14 giờ 30 ngày 5/12"),
    ],
)  # fmt: skip
def test_what_is_no_time_or_might_be_two_is_refused_with_an_example(typed):
    with pytest.raises(TimeProblem) as refused:
        parse_time(typed)
    assert str(refused.value) == (
        f"Chưa đọc được “{typed}” thành giờ trong ngày. Gõ giờ từ 0 đến 23, phút từ 00 đến 59, ví dụ 14 giờ 30, 14h30 hoặc 14:30."
    )


@given(st.times().map(lambda each: each.replace(second=0, microsecond=0)))
def test_every_time_is_read_from_what_is_shown_of_it(value):
    assert parse_time(format_time(value)) == value


MINUTE = st.integers(min_value=1, max_value=24 * 60 - 1)


@given(MINUTE)
def test_every_minute_is_read_from_the_part_of_a_day_that_excel_keeps(minute):
    part = minute / 1440
    kind = TimeOfDay(models.TimeField("giờ"))
    for stored in (part, float(f"{part:.9f}")):
        assert kind.read_cell(stored, workbook_cell_text(stored)) == time(minute // 60, minute % 60)


def test_cells_of_a_workbook_are_read_however_excel_keeps_and_shows_them():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet, half_past_two = book.add_worksheet(), 14.5 / 24
    formats = [
        "General",
        "hh:mm",
        "h:mm AM/PM",
        "h:mm:ss",
        "[h]:mm",
        "[$-42A]h:mm:ss AM/PM",
        "hh\\ \\g\\i\\ờ mm",
    ]
    for row, code in enumerate(formats):
        sheet.write_number(row, 0, half_past_two, book.add_format({"num_format": code}))
    sheet.write_number(len(formats), 0, 14, book.add_format({"num_format": '0" giờ 30"'}))
    sheet.write_string(len(formats) + 1, 0, unicodedata.normalize("NFD", "14 giờ 30"))
    sheet.write_datetime(
        len(formats) + 2, 0, date(2026, 12, 15), book.add_format({"num_format": "dd/mm/yyyy"})
    )
    sheet.write_number(len(formats) + 3, 0, 14)
    book.close()
    (read,) = read_workbook(stream.getvalue(), "gio.xlsx")
    cells = [cells[0] for _number, cells in read.rows]
    kind, found = TimeOfDay(models.TimeField("giờ")), []
    for cell in cells:
        try:
            found.append(kind.read_cell(cell, workbook_cell_text(cell)))
        except (CellProblem, TimeProblem) as refused:
            found.append(refused.code)
    assert found == [time(14, 30)] * (len(formats) + 2) + ["not_a_time", "unreadable_time"]
