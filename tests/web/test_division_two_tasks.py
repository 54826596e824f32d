"""Two tasks under one code: what is said leads to the mistake."""

import pytest

from khcn.science.models import ScienceTask
from tests.kernel.intake_sample import TASK, book_of
from tests.web.conftest import tree
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
    said = (
        (
            f"Hai bản ghi khác nhau mang cùng Mã nhiệm vụ: dòng 2 là “{TITLE}”, dòng này là “{second}”.",
            "Sửa mã của một trong hai dòng trong tệp; nếu đúng là một bản ghi, giữ lại một dòng.",
        )
        if is_other
        else ("Trùng với dòng 2 của tệp: cùng Mã nhiệm vụ.", "Giữ lại một dòng.")
    )
    assert errors(page) == [("3", *said)]
