"""Lists of people and organisations, whose rows need a name only: headings of a second page, sections, notes and signatures
are no records.

Names are dữ liệu minh họa.
"""

import pytest

from khcn.kernel.intake.models import Batch
from khcn.parties.models import Organisation, Person
from khcn.science.models import ScienceTask
from tests.web.conftest import confirmed, tree, words
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    HEADINGS,
    ROWS,
    TRUTH,
    assign,
    cells,
    own_division,
    send,
    sheet_address,
    stored,
    workbook,
)

PEOPLE_HEADINGS = ["Stt", "Họ và tên", None, "Học hàm, học vị", "Chức vụ"]
PEOPLE = workbook(
    ["DANH SÁCH CHUYÊN GIA"],
    PEOPLE_HEADINGS,
    ["(1)", "(2)", None, "(3)", "(4)"],
    ["Phòng Nông nghiệp"],
    [1, "Nông Thị", "Hoàn", "Thạc sĩ", "Phó phòng"],
    [2, "Hà Văn", "Đức", "Tiến sĩ", "Giám đốc"],
    PEOPLE_HEADINGS,
    ["(1)", "(2)", None, "(3)", "(4)"],
    [None, "Trung tâm Khuyến nông"],
    [3, "Bế Thị", "Lan", "Kỹ sư", "Viên chức"],
    [None, "Tổng: 03 người"],
    [],
    [None, None, None, None, "Bắc Kạn, ngày 5 tháng 1 năm 2024"],
    [None, "Người lập biểu", None, None, "TRƯỞNG PHÒNG"],
    [None, "(Ký, ghi rõ họ tên)"],
    [None, "Lý Văn", "Minh", None, "Hoàng Văn Bình"],
    merge=("B2:C2", "B7:C7", "A4:E4"),
)
ORGANISATIONS = workbook(
    ["DANH SÁCH ĐƠN VỊ"],
    ["STT", "Tên tổ chức", "Địa chỉ", "Điện thoại"],
    ["I", "CÁC SỞ, NGÀNH"],
    [1, "Sở Minh Họa Một", "Tổ 1, phường Sông Cầu", "0209 3870 123"],
    ["II", "DOANH NGHIỆP, HỢP TÁC XÃ"],
    [2, "Hợp tác xã Minh Họa Hai", "Xã Văn Lang", "0209 3870 124"],
    [3, "Công ty Minh Họa Ba"],
    [None, "(Danh sách có 03 đơn vị)"],
    [],
    [None, "Người lập", None, "TRƯỞNG PHÒNG"],
    [None, "Hà Thị Lập", None, "Lê Văn Ký"],
)
SIGNED_IN_THE_COLUMNS = workbook(
    HEADINGS,
    *(cells(number, row) for number, row in enumerate(ROWS, 1)),
    [None, None, "Tổng kinh phí", *[None] * 6, 3202.75],
    [None, None, "Bằng chữ: Ba tỷ hai trăm linh hai triệu đồng"],
    [],
    [*[None] * 7, "Bắc Kạn, ngày 5 tháng 1 năm 2024"],
    [None, "NGƯỜI LẬP BIỂU", *[None] * 5, "KT. GIÁM ĐỐC"],
    [*[None] * 7, "PHÓ GIÁM ĐỐC"],
    [],
    [None, "Nguyễn Văn Lập", *[None] * 5, "Trần Văn Ký"],
)


def left_out(page):
    """Row and reason of the rows that the preview lists as not read."""
    rows = tree(page).xpath("//div[@aria-label='Các dòng không được đọc']//tbody/tr")
    texts = ([" ".join(cell.text_content().split()) for cell in row.xpath("td")] for row in rows)
    return {int(number): reason for number, _text, reason, *_rest in texts}


@pytest.mark.django_db
def test_a_list_of_people_gives_its_people_with_whole_names_and_nobody_else(division):
    before = set(Person.objects.values_list("full_name", flat=True))
    address = f"{sheet_address(send(division, PEOPLE))}?kind=parties.person&row=2"
    chosen = {"field-0": "-", "field-1": "full_name", "field-2": "full_name", "field-3": "degree"}
    page = assign(division, address, **chosen, **{"field-4": "position"})
    names = {"Nông Thị Hoàn", "Hà Văn Đức", "Bế Thị Lan"}
    assert left_out(page) == {
        1: "phần trên bảng",
        3: "số thứ tự của cột",
        4: "dòng đầu mục",
        7: "tên cột lặp lại",
        8: "số thứ tự của cột",
        9: "dòng đầu mục",
        11: "dòng cộng",
        13: "nơi nhận, chữ ký",
        14: "nơi nhận, chữ ký",
        15: "nơi nhận, chữ ký",
        16: "nơi nhận, chữ ký",
    }
    confirmed(division, Batch.objects.get().pk)
    assert set(Person.objects.values_list("full_name", flat=True)) - before == names
    assert {each.position for each in Person.objects.filter(full_name__in=names)} == {
        "Phó phòng",
        "Giám đốc",
        "Viên chức",
    }
    again = words(send(division, PEOPLE))
    assert ["Trang tính cần chọn cách đọc" in again, "Không đổi: 3" in again] == [False, True]


@pytest.mark.django_db
def test_a_list_of_organisations_gives_no_section_note_or_signature(division):
    before = set(Organisation.objects.values_list("name", flat=True))
    page = send(division, ORGANISATIONS)
    assert left_out(page) == {
        1: "phần trên bảng",
        3: "dòng đầu mục",
        5: "dòng đầu mục",
        8: "ghi chú dưới bảng",
        10: "nơi nhận, chữ ký",
        11: "nơi nhận, chữ ký",
    }
    batch = Batch.objects.get()
    page = division.post(
        f"/import/{batch.pk}/rows/", {"sheet": "Danh mục", "row": "5", "choice": "read"}, follow=True
    )
    assert "Thêm mới: 4" in words(page)
    division.post(f"/import/{batch.pk}/rows/", {"sheet": "Danh mục", "row": "5", "choice": ""})
    confirmed(division, batch.pk)
    names = {"Sở Minh Họa Một", "Hợp tác xã Minh Họa Hai", "Công ty Minh Họa Ba"}
    assert set(Organisation.objects.values_list("name", flat=True)) - before == names


@pytest.mark.django_db
def test_names_of_those_who_sign_may_stand_in_the_columns_of_the_table(division):
    page = assign(division, sheet_address(send(division, SIGNED_IN_THE_COLUMNS)))
    signed = dict.fromkeys((8, 9, 10, 12), "nơi nhận, chữ ký")
    assert left_out(page) == {5: "dòng cộng", 6: "dòng cộng", **signed}
    confirmed(division, Batch.objects.get().pk)
    assert stored() == TRUTH


@pytest.mark.django_db
def test_a_record_below_a_word_that_could_sign_is_read(division):
    rows = [cells(number, row) for number, row in enumerate(ROWS, 1)]
    page = assign(
        division,
        sheet_address(send(division, workbook(HEADINGS, rows[0], [None, None, "Giám đốc"], *rows[1:]))),
    )
    assert left_out(page) == {}
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    assert not ScienceTask.objects.exists()


@pytest.mark.django_db
def test_marks_that_surely_say_as_above_are_read_so_and_those_that_may_are_problems(division):
    first, second, third = (cells(number, row) for number, row in enumerate(ROWS, 1))
    second[3:6] = ["//", "như dòng trên", "-//-"]
    page = assign(division, sheet_address(send(division, workbook(HEADINGS, first, second, third))))
    assert "được đọc là giá trị của dòng trên: D3, E3, F3." in words(page)
    unclear = [
        workbook(HEADINGS, first, [*second[:8], text, second[9]], third) for text in ("…", "như dòng 1")
    ]
    for content in unclear:
        page = send(division, content)
        assert "không rõ là như trên, theo dòng khác hay chưa có" in words(page)
        assert confirmed(division, Batch.objects.latest("pk").pk).status_code == 409
    confirmed(division, Batch.objects.earliest("pk").pk)
    assert stored() == TRUTH
