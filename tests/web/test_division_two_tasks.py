"""Two tasks under one code, and amounts that do not fit what is on record: what is texts leads to the mistake."""

import pytest

from khcn.kernel.intake.models import Batch
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import TASK, book_of
from tests.web.conftest import confirmed, tree
from tests.web.test_division_workbooks import own_division, send  # noqa: F401 -- one is a fixture

pytestmark = pytest.mark.django_db
ROW = {**TASK, "field_group": None, "host": None, "principal_investigator": None}
TITLE = "Mô hình trồng lê Ngân Sơn giai đoạn 1"


def errors(page):
    """Of each problem its row, what is wrong and what to do."""
    found = []
    for row in tree(page).xpath("//section[@id='errors']//tbody/tr"):
        [cell] = row.xpath("td[last()]/div")
        number = row.xpath("td[2]/text()")[0].strip()
        found.append((number, cell.xpath("text()")[0].strip(), cell.xpath("strong/text()")[0].strip()))
    return found


@pytest.mark.parametrize(
    ("second", "is_other"),
    [
        ("Mô hình trồng hồng không hạt", True),
        ("Mô hình trồng lê Ngân Sơn giai đoạn 2", True),
        ("Mô hình trồng lê Ngân Sơn (giai đoạn 1)", False),
        ("MÔ HÌNH TRỒNG LÊ NGÂN SƠN GIAI ĐOẠN 1", False),
    ],
)
def test_two_titles_under_one_code_are_two_tasks_and_none_is_dropped(division, second, is_other):
    page = send(division, book_of(ScienceTask, [{**ROW, "title": TITLE}, {**ROW, "title": second}]))
    texts = (
        (
            f"Hai bản ghi khác nhau mang cùng Mã nhiệm vụ: dòng 2 là “{TITLE}”, dòng này là “{second}”.",
            "Sửa mã của một trong hai dòng trong tệp; nếu đúng là một bản ghi, giữ lại một dòng.",
        )
        if is_other
        else ("Trùng với dòng 2 của tệp: cùng Mã nhiệm vụ.", "Giữ lại một dòng.")
    )
    assert errors(page) == [("3", *texts)]


def test_an_example_for_a_month_is_the_first_day_of_a_beginning_and_the_last_of_an_end(division):
    page = send(
        division, book_of(ScienceTask, [{**ROW, "planned_start_on": "4/2024", "planned_end_on": "9/2026"}])
    )
    assert errors(page) == [
        ("2", f"“{typed}” là {period}, ở đây cần đúng một ngày.", f"Gõ đủ ngày, tháng, năm, ví dụ {example}.")
        for typed, period, example in (
            ("9/2026", "tháng 9 năm 2026", "30/09/2026"),
            ("4/2024", "tháng 4 năm 2024", "01/04/2024"),
        )
    ]


def test_an_amount_that_does_not_fit_one_on_record_is_named_with_both(division):
    """The file has no column of the state's share: the reader of the preview knows of it by the preview alone."""
    task = ScienceTaskFactory(code="T22", title=TITLE, budget_total=9_000_000_000, budget_state=5_000_000_000)
    row = {"code": "T22", "title": TITLE, "budget_total": "3.500.000.000"}
    page = send(division, book_of(ScienceTask, [row]))
    assert errors(page) == [
        (
            "2",
            "Ngân sách nhà nước lớn hơn tổng kinh phí. Trong sổ đang có: “Ngân sách nhà nước (đồng)” 5.000.000.000.",
            "Sửa trong tệp; hoặc ghi cả “Ngân sách nhà nước (đồng)” vào tệp rồi tải lên lại.",
        )
    ]
    page = send(division, book_of(ScienceTask, [{**row, "budget_state": "4.000.000.000"}]))
    assert errors(page) == [
        ("2", "Ngân sách nhà nước lớn hơn tổng kinh phí.", "Sửa trong tệp rồi tải lên lại.")
    ]
    send(division, book_of(ScienceTask, [{**row, "budget_state": "3.000.000.000"}]))
    assert confirmed(division, Batch.objects.latest("pk").pk).status_code == 303
    task.refresh_from_db()
    assert (task.budget_total, task.budget_state) == (3_500_000_000, 3_000_000_000)
