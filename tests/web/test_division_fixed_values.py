"""Values that the layout of a division's sheet gives to new rows: a record on file keeps its own, and only the file changes it."""

import pytest

from khcn.kernel.intake.models import Batch
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import confirmed, words
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
SAID = (
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
    assert SAID in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 303
    assert kinds() == [
        ("26-R1", "research_topic", "province", 1_250_000_000),
        ("T22", "pilot_project", "co_managed", 9_500_000_000),
        ("T26", "research_topic", "delegated", 9_000_000_000),
        ("U-01", "pilot_project", "province", 1_250_000_000),
    ]
    again = words(send(division, content))
    assert (SAID in again, "Không đổi: 4" in again, "Sửa:" in again) == (True, True, False)
