"""Two opinions on one project: the second request is entered twice and shown, answered within its term by a letter, and counted."""

import pytest
from playwright.sync_api import expect

from tests.e2e.by_words import Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PROJECT, ASKING = "Nhà máy viên nén gỗ Chợ Mới", "Sở Tài chính"
PAPER = "Văn bản ý kiến về công nghệ"
OPINIONS, PROJECTS, LATE = ("lượt ý kiến", "CN-01"), ("được cho ý kiến về", "CN-02"), ("trả lời quá", "CN-07")


FIRST, SECOND = "301/STC-ĐT", "355/STC-ĐT"


def request(stage, number, days_ago):
    return {
        "Giai đoạn": stage,
        "Cơ quan lấy ý kiến": ASKING,
        "Số văn bản lấy ý kiến": number,
        "Ngày văn bản lấy ý kiến": day(days_ago),
        "Ngày nhận": day(days_ago),
        "Kết luận": "Thống nhất về công nghệ",
    }


def answer(official, folder):
    """The request that is open is answered by a letter."""
    expect(official.datum("Trả lời ý kiến về công nghệ")).to_contain_text("còn")
    official.draft(PAPER)
    return official.issue(folder)


def test_from_two_requests_to_two_letters_and_the_figures(visitor, tmp_path):
    official = Official(visitor("qlcn").page)
    figures = (LATE, OPINIONS, PROJECTS)
    before = [official.figure(*each) for each in figures]

    official.open("Dự án đầu tư được xem xét công nghệ", below="Quản lý công nghệ, thông tin KH&CN")
    official.follow("Thêm mới")
    official.save({"Tên dự án": PROJECT, "Công nghệ, dây chuyền chính": "Sấy thùng quay, ép viên"})
    official.add_below("Ý kiến về công nghệ", request("Chủ trương đầu tư", FIRST, 9))
    code = official.cell("Ý kiến về công nghệ", "Chủ trương đầu tư")
    # the letter came over both ways, and is entered again; it was another letter
    official.begin_below("Ý kiến về công nghệ")
    official.hands.is_at("Giai đoạn")  # the project is known
    official.fill(request("Dự án đầu tư", FIRST, 9))
    official.press()
    official.is_refused(f"Văn bản này về dự án đã ghi ở ý kiến {code}")
    official.save({"Số văn bản lấy ý kiến": SECOND, "Ngày văn bản lấy ý kiến": day(3), "Ngày nhận": day(3)})

    for stage, number in (("Chủ trương đầu tư", FIRST), ("Dự án đầu tư", SECOND)):
        official.reopen(PROJECT)
        official.follow(official.cell("Ý kiến về công nghệ", stage))
        letter, words = answer(official, tmp_path)
        for each in (letter, PROJECT, ASKING, number, stage.lower(), "Thống nhất về công nghệ"):
            assert each in words

    grown = [official.figure(*each) - count for each, count in zip(figures, before, strict=True)]
    assert grown == [0, 2, 1]
    official.lists(PROJECT)
