"""A day of four people by the words on the screen: a party sends tea, a shop receives it, the province drills a recall from the leaves
that it was made of and then recalls the tea, and who scans the label sees it.
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.by_words import Hands, Official, day

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LEAVES, TEA, SHOP = "BUP-77001", "CS-77001", "Cửa hàng nông sản Minh Họa"
DIARY, RECALLS = "Nhật ký sản xuất, kinh doanh", "Thu hồi, diễn tập thu hồi"
LABEL = f"/01/09521400000021/10/{TEA}"


class Party(Official):
    """Somebody with an account of an organisation: the home page is all of the menu."""

    def __init__(self, page):
        self.page, self.hands = page, Hands(page)
        page.goto("/")

    def begin(self, title):
        self.main.get_by_role("link", name=f"Thêm mới: {title}", exact=True).click()

    def take_up(self, words):
        """What waits for the organisation."""
        self.page.goto("/")
        self.main.get_by_role("link").filter(has_text=words).first.click()


def recalled(official, code, lot, *, is_drill):
    """From a lot to its frozen scope, and of a drill to notices for all who have something of it."""
    official.open(RECALLS, below="Hàng hóa truy xuất")
    official.follow("Thêm mới")
    if is_drill:
        official.main.get_by_label("Diễn tập", exact=True).check()
    official.save(
        {
            "Mã đợt thu hồi": code,
            "Nội dung thu hồi": "Lẫn dị vật",
            "Lý do, nguy cơ": "Có mạt kim loại",
            "Ngày mở": day(0),
            "Truy từ": "Một lô, kể cả lô nguyên liệu",
            "Lô hàng": lot,
        }
    )
    official.take("Chốt phạm vi", {})
    if is_drill:
        official.take("Phát thông báo diễn tập", {})


def decided(official, leader, code):
    """The officer submits the decision, and a leader, for whom it waits, approves it."""
    official.take(
        "Trình quyết định thu hồi",
        {
            "Số quyết định thu hồi": "45/QĐ-SKHCN",
            "Ngày quyết định": day(0),
            "Người ký quyết định": "Nông Thị Hoa",
            "Hạn hoàn thành thu hồi": day(-10),
        },
    )
    leader.reopen(code)
    leader.take("Duyệt, phát thông báo thu hồi", {})


def test_from_a_shipment_to_a_recall_that_the_consumer_sees(visitor):
    maker = Party(visitor("htx.che").page)
    maker.begin(DIARY)
    maker.fill({"Lô hàng": TEA, "Việc đã làm": "Giao hàng"})
    maker.save({"Ngày làm": day(1), "Địa điểm": "Xưởng chè Minh Họa", "Số lượng": "200", "Giao cho": SHOP})

    shop = Party(visitor("cua-hang").page)
    shop.take_up("Xác nhận hàng đang đến")
    shop.take(
        "Xác nhận đã nhận",
        {"Số lượng đếm được": "200", "Ngày nhận": day(0), "Nhận ở địa điểm": "Quầy hàng Minh Họa"},
    )
    expect(shop.main).to_contain_text("đã nhận đủ")

    province = Official(visitor("tdc").page)
    recalled(province, "DT-91", LEAVES, is_drill=True)
    for words in ("làm ra 250", "làm nguyên liệu 240", "làm ra 480", "đã bán 60", "còn giữ 420"):
        expect(province.main).to_contain_text(words)
    shop.take_up("Trả lời thông báo thu hồi")
    expect(shop.main).to_contain_text("Có mạt kim loại")
    shop.take("Trả lời, báo số còn giữ", {"Số còn giữ đếm được": "200"})
    province.reopen("DT-91")
    province.waits_for("Còn 1 thông báo chưa được trả lời.")

    recalled(province, "TH-91", LEAVES, is_drill=False)
    consumer = visitor(None).page
    consumer.goto(LABEL)
    expect(consumer.locator("main")).not_to_contain_text("Có mạt kim loại")
    decided(province, Official(visitor("lanhdao").page), "TH-91")
    consumer = visitor(None).page  # whose browser has no page of before
    consumer.goto(LABEL)
    for words in ("thu hồi", "Có mạt kim loại", "Quyết định số 45/QĐ-SKHCN", "Nông Thị Hoa"):
        expect(consumer.locator("main")).to_contain_text(words)

    shop.page.goto("/")
    shop.begin(DIARY)
    shop.fill({"Lô hàng": TEA, "Việc đã làm": "Bán lẻ"})
    shop.fill({"Ngày làm": day(0), "Địa điểm": "Quầy hàng Minh Họa", "Số lượng": "1"})
    shop.press()
    shop.is_refused("Lô bị thu hồi")
