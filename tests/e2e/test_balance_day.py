"""A balance whose reference standard has lapsed: refused, calibrated, verified, certified, and counted; and what was produced."""

import pytest

from tests.e2e.by_words import Hands, Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
BALANCE, OWNER, STANDARD = "Cân đồng hồ lò xo 60 kg", "Công ty minh họa 02", "Bộ quả cân chuẩn M1"
PAPER = "Giấy chứng nhận kiểm định, hiệu chuẩn"
LINE = "YC-91/1"
BALANCES, SPAWN = ("số cân được kiểm", "DV-01"), ("giống nấm đã", "UD-01")
MOST_KEYS = 70


def produce(official):
    """A batch by keyboard alone."""
    hands = Hands(official.page)
    hands.search("thêm lô", "Thêm lô sản xuất")
    hands.is_at("Sản phẩm")
    hands.choose("Giống nấm")
    hands.press("Tab", "Tab")
    hands.type(day(0))
    hands.press("Tab")
    hands.type("250")
    hands.press("Enter")
    official.stored()
    hands.took(MOST_KEYS)


def accept(official):
    """An order for one balance; its number."""
    official.open("Phiếu yêu cầu dịch vụ", below="Trung tâm ứng dụng, dịch vụ")
    official.follow("Thêm mới")
    official.fill_row(
        "Đối tượng, số lượng",
        1,
        {
            "Mã dòng": LINE,
            "Số thứ tự": "1",
            "Đối tượng": "Cân",
            "Việc làm": "Kiểm định",
            "Số lượng yêu cầu": "1",
        },
    )
    official.save({"Khách hàng": OWNER, "Ngày nhận yêu cầu": day(5)})
    return official.datum("Số phiếu").inner_text()


def test_from_the_lapsed_standard_to_the_certificate_and_the_figure(visitor, tmp_path):
    official = Official(visitor("trungtam").page)
    before = official.figure(*BALANCES), official.figure(*SPAWN)

    produce(official)
    code = official.datum("Mã lô").inner_text()
    assert official.figure(*SPAWN) == before[1] + 250
    official.lists(code)

    order = accept(official)
    # by a standard that lapsed, then by the same one calibrated anew
    verification = {
        "Phương tiện đo": BALANCE,
        "Việc làm": "Kiểm định",
        "Chế độ kiểm định": "Định kỳ",
        "Ngày thực hiện": day(0),
        "Chuẩn đã dùng": STANDARD,
        "Số tem": "A-2091",
    }
    official.begin_below("Lượt kiểm định")
    official.fill(verification)
    official.press()
    official.is_refused(
        "Chuẩn này hết hạn hiệu chuẩn ngày 10/02/2024 nên không được dùng. Hiệu chuẩn lại hoặc chọn chuẩn khác."
    )
    official.open("Chuẩn đo lường của Trung tâm", below="Trung tâm ứng dụng, dịch vụ")
    official.follow("CH01")
    official.add_below(
        "Hiệu chuẩn",
        {
            "Ngày hiệu chuẩn": day(3),
            "Số giấy chứng nhận hiệu chuẩn": "HC-2091",
            "Dùng được đến ngày": day(-362),
        },
    )
    official.reopen(order)
    official.add_below("Lượt kiểm định", verification)
    official.follow(BALANCE)
    official.draft(PAPER)
    number, words = official.issue(tmp_path)
    for each in (number, BALANCE, OWNER, STANDARD, "A-2091", "Đạt yêu cầu kỹ thuật đo lường"):
        assert each in words

    official.reopen(order)
    official.follow(LINE)
    official.add_below("Kết quả dịch vụ", {"Ngày thực hiện": day(0), "Số lượng đã làm": "1"})
    assert official.figure(*BALANCES) == before[0] + 1
    official.lists(LINE)
