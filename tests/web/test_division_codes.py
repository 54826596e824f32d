"""Lists of divisions that give their tasks no codes, or row numbers for codes: no record of last year is overwritten."""

import io

import openpyxl
import pytest

from khcn.kernel.actors import acting
from khcn.kernel.intake.models import Batch, SheetLayout
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import OFFICER
from tests.web.conftest import answers, confirmed, form_values, tree, words
from tests.web.test_division_workbooks import (
    HEADINGS,
    PLAIN,
    ROWS,
    assign,
    cells,
    own_division,
    send,
    sheet_address,
    workbook,
)

__all__ = ["own_division"]

WITHOUT_CODE = [each for each in HEADINGS if each != "Mã số"]
OTHER = "Ứng dụng công nghệ tưới nhỏ giọt cho cam quýt"


def without_code(*rows):
    """The table without its column of codes."""
    return workbook(WITHOUT_CODE, *([*row[:1], *row[2:]] for row in rows))


ANNUAL = "Tổ chức hoạt động Ngày Khoa học và Công nghệ Việt Nam 18/5"
NEW, LEFT_OUT = "Là bản ghi mới", "Không đọc dòng này"
RENAMED, AS_ON_RECORD = "Đúng là đổi tên bản ghi này", "Giữ tên trong sổ, ghi các cột khác"


def decide(client, *chosen):
    """Answer the open questions in their order, each by the place of the answer."""
    asked = answers(client.get(f"/import/{last()}/"))
    data = {name: options[place][0] for (name, options), place in zip(asked.items(), chosen, strict=True)}
    return client.post(f"/import/{last()}/decide/", data, follow=True)


def labels(page):
    return [[label for _value, label in options] for options in answers(page).values()]


def last():
    return Batch.objects.latest("pk").pk


def stored():
    return set(ScienceTask.objects.values_list("code", "title", "start_year", "budget_total"))


@pytest.mark.django_db
def test_a_list_without_codes_is_matched_by_title_and_new_rows_get_the_next_codes(division):
    for code in ("22-Q09", "22-Q08"):
        ScienceTaskFactory(code=code, title=f"Nhiệm vụ đã có trong sổ {code}", start_year=2022)
    before = stored()
    first = [cells(number, row) for number, row in enumerate(ROWS[:2], 1)]
    page = assign(division, sheet_address(send(division, without_code(*first))))
    assert (
        "Tệp không có cột mã: 0 dòng có tên đã có trong sổ, 2 dòng mới được đặt mã: 22-Q10, 22-Q11."
        in words(page)
    )
    confirmed(division, last())
    made = {
        ("22-Q10", ROWS[0][1], 2022, 1_200_000_000),
        ("22-Q11", ROWS[1][1], 2022, 850_500_000),
    }
    assert stored() == before | made
    again = send(division, without_code(cells(1, ROWS[1]), cells(2, ROWS[0], c9=1300), cells(3, ROWS[2])))
    assert "Trang tính cần chọn cách đọc" not in words(again)
    assert [each in words(again) for each in ("Thêm mới: 1", "Sửa: 1", "Không đổi: 1")] == [True] * 3
    confirmed(division, last())
    assert stored() == before | {
        ("22-Q10", ROWS[0][1], 2022, 1_300_000_000),
        ("22-Q11", ROWS[1][1], 2022, 850_500_000),
        ("23-Q01", ROWS[2][1], 2023, 1_152_250_000),
    }


@pytest.mark.django_db
def test_a_title_in_the_capitals_of_a_decision_finds_its_record_and_changes_nothing(division):
    title = ROWS[0][1]
    ScienceTaskFactory(code="ĐT.07", title=title, start_year=ROWS[0][3])
    content = without_code(cells(1, ROWS[0], c2=title.upper()))
    page = words(assign(division, sheet_address(send(division, content))))
    assert "1 dòng có tên đã có trong sổ, 0 dòng mới được đặt mã" in page
    confirmed(division, last())
    assert list(ScienceTask.objects.values_list("code", "title")) == [("ĐT.07", title)]


@pytest.mark.django_db
def test_a_short_name_without_a_code_finds_its_record_and_changes_no_title(division):
    ScienceTaskFactory(code="22-Q01", title=ROWS[0][1], short_name="Tăng huyết áp", start_year=2022)
    short = (ROWS[0][0], "TĂNG HUYẾT ÁP", *ROWS[0][2:])
    page = assign(division, sheet_address(send(division, without_code(cells(1, short)))))
    assert [each in words(page) for each in ("Thêm mới", "Câu hỏi", "Sửa: 1")] == [False, False, True]
    confirmed(division, last())
    assert stored() == {("22-Q01", ROWS[0][1], 2022, 1_200_000_000)}


@pytest.mark.django_db
def test_rows_of_one_title_without_codes_are_asked_about(division):
    for code in ("A-1", "A-2"):
        ScienceTaskFactory(code=code, title=ROWS[0][1])
    page = words(assign(division, sheet_address(send(division, without_code(cells(1, ROWS[0]))))))
    assert "trong sổ có 2 bản ghi cùng tên này: A-1, A-2." in page
    twice = words(send(division, without_code(cells(1, ROWS[1]), cells(2, ROWS[1]))))
    assert "mà dòng này cùng tên với dòng 2." in twice
    assert confirmed(division, last()).status_code == 409


@pytest.mark.django_db
def test_next_years_list_with_the_numbers_of_this_year_changes_no_record_unless_somebody_chooses_so(division):
    content = workbook(HEADINGS, *(cells(number, row, c1=number) for number, row in enumerate(ROWS, 1)))
    address = sheet_address(send(division, content))
    assert form_values(tree(division.get(address)))["field-1"] == ""
    page = assign(division, address, **{"field-1": "code"})
    assert "Cột “Mã nhiệm vụ” chỉ có số thứ tự (1, 2, 3, …)" in words(page)
    confirmed(division, last())
    before = stored()
    page = send(division, workbook(HEADINGS, cells(1, ROWS[0], c1=1, c2=OTHER, c6=2024)))
    assert f"Dòng này thay hẳn tên của “1 – {ROWS[0][1]}” (“{ROWS[0][1]}” thành “{OTHER}”)" in words(page)
    assert confirmed(division, last()).status_code == 409
    assert stored() == before
    assert labels(page) == [[LEFT_OUT, RENAMED, AS_ON_RECORD]]
    decide(division, 1)
    confirmed(division, last())
    assert stored() == {each for each in before if each[0] != "1"} | {("1", OTHER, 2024, 1_200_000_000)}


@pytest.mark.django_db
def test_an_exact_heading_comes_before_the_choice_of_last_time_and_a_count_of_rows_is_no_code(division):
    assign(
        division,
        sheet_address(send(division, without_code(*(cells(n, row) for n, row in enumerate(ROWS, 1))))),
    )
    layout = SheetLayout.objects.get()
    layout.columns[0]["field"] = "code"  # as it could be chosen before
    with acting(OFFICER):
        layout.save()
    proposed = form_values(tree(division.get(sheet_address(send(division, PLAIN)))))
    assert [proposed[f"field-{index}"] for index in range(3)] == ["-", "code", "title"]


@pytest.mark.django_db
def test_a_list_of_the_next_year_without_codes_asks_about_the_titles_of_this_year(division):
    host = ScienceTaskFactory(code="24-Q01", title=ANNUAL, start_year=2024, planned_start_on=None).host
    for code, title in (("24-Q02", "Hội thảo"), ("24-Q03", "Hội nghị tổng kết công tác khoa học")):
        ScienceTaskFactory(code=code, title=title, start_year=2024, host=host, planned_start_on=None)
    ScienceTaskFactory(
        code="25-Q01", title="Trồng chè Shan tuyết tại huyện Ba Bể", start_year=2025, host=host
    )
    before = stored()
    rows = [
        cells(number, ROWS[0], c2=title, c6=year)
        for number, (title, year) in enumerate(
            (
                (ANNUAL, 2025),
                ("HỘI THẢO", 2025),
                ("Hội nghị tổng kết công tác khoa học", 2024),
                ("Trồng chè Shan tuyết tại xã Ba Bể", 2025),
                ("Nuôi cá lồng trên hồ thủy điện", 2025),
            ),
            1,
        )
    ]
    page = assign(division, sheet_address(send(division, without_code(*rows))))
    tea = "Sửa của “25-Q01 – Trồng chè Shan tuyết tại huyện Ba Bể”"
    assert labels(page) == [
        [NEW, f"Sửa của “24-Q01 – {ANNUAL}”", LEFT_OUT],
        [NEW, "Sửa của “24-Q02 – Hội thảo”", LEFT_OUT],
        [tea, NEW, LEFT_OUT],
    ]
    assert confirmed(division, last()).status_code == 409
    assert stored() == before
    page = decide(division, 0, 1, 0)
    assert labels(page) == []
    confirmed(division, last())
    unchanged = {each for each in before if each[0] == "24-Q01"}
    assert stored() == unchanged | {
        ("24-Q02", "HỘI THẢO", 2025, 1_200_000_000),
        ("24-Q03", "Hội nghị tổng kết công tác khoa học", 2024, 1_200_000_000),
        ("25-Q01", "Trồng chè Shan tuyết tại xã Ba Bể", 2025, 1_200_000_000),
        ("25-Q02", ANNUAL, 2025, 1_200_000_000),
        ("25-Q03", "Nuôi cá lồng trên hồ thủy điện", 2025, 1_200_000_000),
    }
    # Both years are on file now: the list of this year finds its own, and needs no answer.
    page = send(division, without_code(cells(1, ROWS[0], c2=ANNUAL, c6=2025, c9=1300)))
    assert labels(page) == []
    assert "Sửa: 1" in words(page)


@pytest.mark.django_db
def test_a_task_that_stands_in_the_sheets_of_two_years_is_asked_about(division):
    ScienceTaskFactory(code="22-Q09", title="Nhiệm vụ đã có trong sổ", start_year=2022)
    before = stored()
    book = openpyxl.load_workbook(io.BytesIO(without_code(cells(1, ROWS[0]))))
    book.active.title = "Năm 2022"
    sheet = book.create_sheet("Năm 2023")
    for row in (WITHOUT_CODE, [*cells(1, ROWS[0])[:1], *cells(1, ROWS[0], c9=1300)[2:]]):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assign(division, sheet_address(send(division, without_code(cells(1, ROWS[1])))))
    page = send(division, stream.getvalue())
    assert labels(page) == [[LEFT_OUT, NEW]]
    assert "Tên này cũng ở trang tính “Năm 2022”, dòng 2. Dòng là bản ghi nào?" in words(page)
    assert confirmed(division, last()).status_code == 409
    decide(division, 0)
    confirmed(division, last())
    assert stored() == before | {("22-Q10", ROWS[0][1], 2022, 1_200_000_000)}


@pytest.mark.django_db
def test_an_export_without_its_column_of_codes_is_known_by_its_keys(division):
    task = ScienceTaskFactory(code="24-Q01", title=ROWS[0][1], start_year=2024)
    rows = export_workbook(register_of(ScienceTask), ScienceTask.objects.filter(pk=task.pk))
    book = openpyxl.load_workbook(io.BytesIO(rows))
    places = {str(cell.value).rstrip(" *"): cell.column for cell in book.active[1]}
    book.active.cell(2, places["Tên nhiệm vụ"]).value = OTHER
    book.active.delete_cols(places["Mã nhiệm vụ"])
    stream = io.BytesIO()
    book.save(stream)
    page = assign(division, sheet_address(send(division, stream.getvalue())))
    assert labels(page) == [[LEFT_OUT, RENAMED, AS_ON_RECORD]]
    decide(division, 1)
    assert confirmed(division, last()).status_code == 303
    assert [(code, title) for code, title, *_others in stored()] == [("24-Q01", OTHER)]
