"""Values that the layout of a division's sheet gives to new rows: a record on file keeps its own, and only the file changes it."""

from datetime import date

import pytest

from khcn.kernel.intake.models import Batch
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import confirmed, tree, words
from tests.web.test_division_workbooks import (  # noqa: F401 -- one is a fixture
    assign,
    own_division,
    send,
    sheet_address,
    workbook,
)

pytestmark = pytest.mark.django_db
HEADINGS = ("TT", "Mã số", "Tên nhiệm vụ", "Cấp", "Bắt đầu từ năm", "Kinh phí (triệu đồng)")
FIELDS = {"field-0": "-", "field-4": "start_year", "field-5": "budget_total", "unit-5": "1000000"}
FIXED = {"fixed-task_type": "research_topic", "fixed-managing_side": "province"}
KNOWN = {"level": "national", "start_year": 2022, "budget_state": None, "planned_end_on": None}
WARNING = (
    "Theo cách đọc đã lưu, dòng mới có: Loại nhiệm vụ: Đề tài; Bên quản lý: Tỉnh quản lý; "
    "bản ghi đã có giữ giá trị trong sổ."
)


def kinds():
    return sorted(ScienceTask.objects.values_list("code", "task_type", "managing_side", "budget_total"))


def test_a_value_for_new_rows_changes_no_record_on_file(division):
    """The list that a division keeps has running and new tasks; those of other sides have milestones and may not be moved."""
    project = ScienceTaskFactory(
        **KNOWN, code="U-01", title="Mô hình trồng khoai môn", task_type="pilot_project"
    )
    shared = ScienceTaskFactory(
        **KNOWN,
        code="T22",
        title="Sản xuất gạch từ đá mạt",
        task_type="pilot_project",
        managing_side="co_managed",
    )
    TaskMilestoneFactory(task=shared)
    blank = ScienceTaskFactory(
        **KNOWN, code="T26", title="Hồng không hạt", task_type="", managing_side="delegated"
    )
    rows = [
        [1, project.code, project.title, "Cấp quốc gia", None, 1250],
        [2, shared.code, shared.title, "Cấp quốc gia", None, 9500],
        [3, blank.code, blank.title, "Cấp quốc gia", None, 9000],
        [4, "26-R1", "Mô hình trồng giảo cổ lam dưới tán rừng", "Cấp tỉnh", 2026, 1250],
    ]
    content = workbook(HEADINGS, *rows)
    page = words(assign(division, sheet_address(send(division, content)), **FIELDS, **FIXED))
    assert WARNING in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 303
    assert kinds() == [
        ("26-R1", "research_topic", "province", 1_250_000_000),
        ("T22", "pilot_project", "co_managed", 9_500_000_000),
        ("T26", "research_topic", "delegated", 9_000_000_000),
        ("U-01", "pilot_project", "province", 1_250_000_000),
    ]
    again = words(send(division, content))
    assert (WARNING in again, "Không đổi: 4" in again, "Sửa:" in again) == (True, True, False)


BEGINS = ("TT", "Mã số", "Tên nhiệm vụ", "Loại nhiệm vụ", "Cấp", "Bên quản lý", "Ngày bắt đầu")
YEAR = {"field-0": "-", "fixed-start_year": "planned_start_on"}


def begun(number, code, title, day):
    return [number, code, title, "Đề tài", "Cấp tỉnh", "Tỉnh quản lý", day]


def begins():
    return sorted(ScienceTask.objects.values_list("code", "start_year", "planned_start_on"))


def test_a_new_row_has_the_year_of_its_beginning_and_a_known_one_its_own(division):
    ScienceTaskFactory(
        code="U-01",
        title="Mô hình trồng khoai môn",
        start_year=2024,
        planned_start_on=None,
        planned_end_on=None,
    )
    content = workbook(
        ["BIỂU THEO DÕI NHIỆM VỤ NĂM 2026"],
        BEGINS,
        begun(1, "U-01", "Mô hình trồng khoai môn", "01/04/2025"),
        begun(2, "26-K1", "Bảo tồn giống lợn đen Ba Bể", "01/01/2026"),
        begun(3, "26-K2", "Trồng giảo cổ lam dưới tán rừng", "15/12/2025"),
    )
    address = sheet_address(send(division, content))
    unread = assign(division, address, **YEAR, **{"field-6": "-"})
    assert "Chưa có cột nào ghi vào: “Ngày bắt đầu”, nên không lấy được năm." in words(unread)
    page = words(assign(division, address, **YEAR))
    assert (
        "dòng mới có: Thực hiện từ năm: năm của “Ngày bắt đầu”; bản ghi đã có giữ giá trị trong sổ." in page
    )
    assert confirmed(division, Batch.objects.get().pk).status_code == 303
    assert begins() == [
        ("26-K1", 2026, date(2026, 1, 1)),
        ("26-K2", 2025, date(2025, 12, 15)),
        ("U-01", 2024, date(2025, 4, 1)),
    ]


def test_a_new_row_without_a_beginning_lacks_its_year(division):
    content = workbook(BEGINS, begun(1, "26-K1", "Bảo tồn giống lợn đen Ba Bể", None))
    page = assign(division, sheet_address(send(division, content)), **YEAR)
    cells = tree(page).xpath("//section[@id='errors']//tbody//td[last()]/div")
    assert [(cell.text, cell.xpath("string(strong)")) for cell in cells] == [
        (
            "Thiếu “Thực hiện từ năm”.",
            "Bảng không có cột này: điền ô mà giá trị được lấy từ đó, hoặc thêm cột vào tệp.",
        )
    ]
