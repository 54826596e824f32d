"""Files of a program set to English, and of others: the month before the day, the dot before decimals, codes kept as numbers.

Codes, days and amounts are dữ liệu minh họa.
"""

import pytest

from khcn.kernel.intake.models import Batch
from khcn.science.models import ScienceTask
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import confirmed, words
from tests.web.test_division_columns import BUDGET, NAMES, TITLE, VALUES, renamed
from tests.web.test_division_workbooks import own_division, send, workbook  # noqa: F401 -- one is a fixture

CHECKS = "Nhiệm vụ,Hình thức kiểm tra,Ngày kiểm tra,Kết quả kiểm tra\n"


@pytest.mark.django_db
def test_days_of_a_column_with_the_month_first_are_named_with_both_readings(division):
    ScienceTaskFactory(code="T03")
    lines = [
        f"T03,Kiểm tra đột xuất,{day},Đạt" for day in ("9/10/2026", "11/5/2026", "10/25/2026", "6/6/2026")
    ]
    shown = "C2 là 09/10/2026, hay 10/09/2026; C3 là 11/05/2026, hay 05/11/2026."
    page = words(send(division, (CHECKS + "\n".join(lines)).encode(), "kiem-tra.csv"))
    assert f"Excel có thể đã đổi chỗ ngày và tháng: {shown}" in page
    lines[3] = lines[3].replace("6/6/2026", "25/6/2026")
    page = words(send(division, (CHECKS + "\n".join(lines)).encode(), "kiem-tra.csv"))
    assert "đã đổi chỗ ngày và tháng" not in page


def tasks(headings, *rows):
    """Rows of tasks, each given as the changed cells by place."""
    table = []
    for number, changed in enumerate(rows):
        row = [*VALUES]
        row[0], row[TITLE] = f"NV-{number}", f"Nhiệm vụ thứ {number}"
        for place, value in changed.items():
            row[place] = value
        table.append(row)
    return workbook(headings, *table)


@pytest.mark.django_db
def test_numbers_in_which_a_dot_between_thousands_was_lost_are_named(division):
    amounts = ({BUDGET: "1.250.000"}, {BUDGET: 850.5}, {BUDGET: 900}, {BUDGET: 1300})
    headings = renamed(BUDGET, "Tổng kinh phí (nghìn đồng)")
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[BUDGET]
    page = words(send(division, tasks(headings, *amounts)))
    shown = f"{column}3 là 850,5, hay 850.500; {column}4 là 900, hay 900.000."
    assert f"Excel có thể đã đọc dấu chấm ngăn hàng nghìn thành dấu phẩy: {shown}" in page
    assert "dấu chấm ngăn hàng nghìn thành" not in words(send(division, tasks(headings, *amounts[1:])))


@pytest.mark.django_db
def test_a_code_that_its_cell_keeps_as_a_number_with_a_part_is_not_taken(division):
    page = words(send(division, tasks(NAMES, {0: 1.1}, {0: 7})))
    assert "Ô mã giữ số có phần lẻ (1,1), nên mã đã gõ có thể khác: 1.1 và 1.10 là một số." in page
    assert confirmed(division, Batch.objects.get().pk).status_code == 409
    confirmed(division, send_codes(division))
    assert ScienceTask.objects.get().code == "007"


def send_codes(division):
    """A file of text in which another program keeps a code as ="007"; the key of its batch."""
    values = ["" if value is None else str(value) for value in VALUES]
    values[0] = '="007"'
    send(division, ("\n".join(";".join(row) for row in (NAMES, values))).encode(), "nhiem-vu.csv")
    return Batch.objects.latest("pk").pk
