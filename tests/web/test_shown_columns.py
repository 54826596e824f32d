"""Columns of an exported list that are only shown: as of the day of the list, and what somebody writes into them is named."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khcn.kernel.actors import Role
from khcn.kernel.workbooks.shown_columns import is_shown_heading, read_shown_heading
from tests.factories.quality import TraceabilitySupportFactory
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db
SAME = "Tệp giống hệt dữ liệu đang có."
SUPPORTS, TASKS = "/quality/traceability-support/", "/science/tasks/"


def signed_in(client, unit="TDC"):
    client.force_login(account(Role.OFFICER, unit))
    return client


def export(client, address):
    return openpyxl.load_workbook(io.BytesIO(client.get(f"{address}export/").content))


def place_of(sheet, heading):
    """Of a column, counted from 1."""
    return next(cell.column for cell in sheet[1] if str(cell.value).lower() == heading.lower())


def preview(client, book):
    stream = io.BytesIO()
    book.save(stream)
    sent = SimpleUploadedFile("tệp.xlsx", stream.getvalue())
    return client.post("/import/upload/", {"file": sent}, follow=True)


def test_a_changed_cell_that_is_only_shown_is_named_and_not_written(client):
    case = TraceabilitySupportFactory(registered_on=date(2023, 3, 1))
    signed_in(client)
    book = export(client, SUPPORTS)
    assert SAME in words(preview(client, book))
    sheet = book.active
    for heading, value in (("Ngày khảo sát", datetime(2023, 9, 1)), ("Trạng thái", "đã khảo sát")):
        sheet.cell(2, place_of(sheet, f"{heading} (chỉ để xem)"), value)
    cells = ", ".join(
        f"{cell.coordinate} “{cell.value}”".replace(cell.coordinate, f"{cell.column_letter}2")
        for cell in sheet[1]
        if str(cell.value) in {"Ngày khảo sát (chỉ để xem)", "Trạng thái (chỉ để xem)"}
    )
    text = words(page := preview(client, book))
    assert f"Cột chỉ để xem: 2 ô khác với hệ thống, không được ghi: {cells}." in text
    assert SAME not in text
    assert "Phần được đọc của tệp giống hệt dữ liệu đang có." in text
    assert "(Trạng thái (chỉ để xem), Ngày khảo sát (chỉ để xem))" in text
    sheet.cell(2, place_of(sheet, "sản phẩm"), "Miến dong Minh Họa")
    text = words(page := preview(client, book))
    assert f"2 ô khác với hệ thống, không được ghi: {cells}." in text
    assert "Đã sẵn sàng." in text
    form = tree(page).xpath("//form[contains(@action, '/confirm/')]")[0]
    client.post(form.get("action"), {each.get("name"): each.get("value") for each in form.xpath(".//input")})
    case.refresh_from_db()
    assert (case.products, case.state, case.surveyed_on) == ("Miến dong Minh Họa", "registered", None)


def test_what_depends_on_a_day_is_of_the_day_of_the_list_and_compared_as_of_it(client):
    """The demonstration looks at days past; a real list is of today, and its file is read back on a later day."""
    ScienceTaskFactory(planned_end_on=date(2023, 11, 30))
    RuleParameterFactory(code="opening_year", value=2023, valid_from=date(2020, 1, 1))
    signed_in(client, "QLKH").post("/period/", {"year": "2023", "kind": "nine_months"})
    book = export(client, TASKS)
    sheet = book.active
    late = place_of(sheet, "Tình trạng thời hạn (chỉ để xem, ngày 30/09/2023)")
    assert sheet.cell(2, late).value != "quá hạn"
    assert str(sheet.cell(2, late).value) in words(client.get(TASKS))
    client.post("/period/", {"year": "2024", "kind": "year"})
    assert sheet.cell(2, late).value not in {
        each.value for each in export(client, TASKS).active[2] if each.column == late
    }
    assert SAME in words(preview(client, book))
    sheet.cell(2, late, "quá hạn")
    assert "1 ô khác với hệ thống, không được ghi" in words(preview(client, book))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Trạng thái (chỉ để xem)", ("trang thai", None)),
        ("TRẠNG THÁI (CHỈ ĐỂ XEM, NGÀY 30/09/2023)", ("trang thai", date(2023, 9, 30))),
        ("Trạng thái (chỉ để xem, ngày 31/02/2023)", ("trang thai", None)),
        ("Trạng thái", None),
    ],
)
def test_the_day_of_a_heading_is_read(text, found):
    assert read_shown_heading(text) == found
    assert is_shown_heading(text) is (found is not None)
