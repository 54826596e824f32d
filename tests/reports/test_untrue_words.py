"""What a sentence says of a figure that is 0, and rows of tables that nobody filled in."""

from dataclasses import replace

import pytest

from khcn.reports.checking.checks import run_checks
from tests.reports.printed_given import resolved, written

pytestmark = pytest.mark.django_db  # the name of the province

HEAD = "| TT | Nội dung | Kết quả |\n| -- | -- | -- |\n"


def found(text, code):
    report = replace(written("year", 2024), texts={"A.2": text}, carried={})
    return [each.value_1 for each in run_checks(resolved(report)) if each.code == code]


@pytest.mark.parametrize(
    "text",
    [
        "Đề nghị dừng [DC-01] đề tài (*[DC-01:ten]*), được Chủ tịch UBND tỉnh quyết định dừng.",
        "Hoàn thành tuyển chọn, đến nay [DC-01] đề tài có hợp đồng.",
        "Tham mưu [DC-01] lượt điều chỉnh (đã có quyết định).",
        "Xác định [DC-01] nhiệm vụ, trong đó [DC-01] nhiệm vụ mới, đã trình UBND tỉnh.",
    ],
)
def test_what_was_done_of_nothing_is_to_be_read_again(text):
    assert len(found(text, "done_of_nothing")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Đã hoàn thành [DC-01] nhiệm vụ.",
        "Được Bộ phê duyệt [DC-01] nhiệm vụ.",
        "Đề nghị dừng [DC-01] đề tài, chưa được Chủ tịch UBND tỉnh quyết định.",
        "Đề nghị dừng [NV-01] đề tài, trong đó [DC-01] đề tài cấp quốc gia, được Chủ tịch UBND tỉnh quyết định dừng.",
        "Đề nghị dừng [DC-01] đề tài; đã kiểm tra các đề tài khác.",
        "Đề nghị dừng [DC-01] đề tài. Đã kiểm tra các đề tài khác.",
    ],
)
def test_a_count_of_none_is_no_untruth(text):
    assert found(text, "done_of_nothing") == []


@pytest.mark.parametrize(
    ("rows", "blank"),
    [
        ("| 1 | | |", ["hàng 1"]),
        ("| | | |", ["hàng 1"]),
        ("| 1 | Kiểm định | Đã xong |\n| 2 | … | - |", ["hàng 2"]),
        ("| 1 | Kiểm định | |", []),
        ("| Kiểm định | | |", []),
    ],
)
def test_rows_without_content_are_blanks(rows, blank):
    assert found(HEAD + rows, "blank_row") == blank
