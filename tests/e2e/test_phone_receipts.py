"""A shop receives on its telephone: goods that it knows of, and goods of which it learns by the label alone, without a signal."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.by_words import day
from tests.e2e.phone_given import NARROW, SMALL, SMALLEST, Phone, stored
from tests.e2e.test_recall_day import DIARY, SHOP, Party

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LOT = "CS-77003"


def send(maker, amount):
    maker.page.goto("/")
    maker.begin(DIARY)
    maker.fill({"Lô hàng": LOT, "Việc đã làm": "Giao hàng"})
    maker.save({"Ngày làm": day(1), "Địa điểm": "Xưởng chè Minh Họa", "Số lượng": amount, "Giao cho": SHOP})


def test_what_came_is_received_in_few_taps_and_what_the_telephone_does_not_know_is_found_by_the_server(
    visitor, data
):
    maker = Party(visitor("htx.che").page)
    send(maker, "30")
    phone = Phone(visitor("cua-hang", viewport=NARROW)).install()
    page = phone.page
    phone.taps = 0
    phone.tap(page.get_by_role("link", name="Nhận hàng (1 chuyến đang đến)"))
    coming = page.get_by_role("listitem").filter(has_text=f"giao 30 gói, lô {LOT}")
    assert page.evaluate(SMALL % SMALLEST) == []
    assert phone.visitor.problems() == []
    phone.tap(coming.get_by_role("link", name="Nhận đủ 30 gói"))
    expect(page.locator("#amount")).to_have_value("30")
    expect(page.locator("#coming")).to_contain_text(f"giao 30 gói, lô {LOT}")
    expect(page.locator("#stop")).to_be_hidden()
    assert page.evaluate(SMALL % SMALLEST) == []
    assert phone.visitor.problems() == []
    phone.save()
    phone.until("stored")
    [entry] = phone.on_device()
    assert (phone.taps, stored(data, entry["id"])) == (3, [(30.0, [])])

    phone.set_offline(True)
    send(maker, "12")
    phone.tap(page.get_by_role("link", name="Nhận hàng", exact=True))
    page.get_by_label("Mã trên nhãn hoặc số lô").fill("CS-230599")
    expect(page.locator("#arrivals-none")).to_contain_text("Không thấy chuyến hàng nào của mã này")
    phone.tap(page.get_by_role("link", name="Ghi nhận hàng theo mã này"))
    phone.type_amount("11")
    phone.save()
    expect(page.locator("#queue-count")).to_have_text("1 mục chờ gửi")
    phone.set_offline(False)
    phone.until("stored", "refused")
    page.get_by_role("link", name="Xem từng mục").click()
    refused = page.locator("#entries .refused")
    expect(refused).to_contain_text("Không có chuyến hàng nào của mã “CS-230599” đang gửi cho cơ sở.")
    refused.get_by_role("button", name="Sửa").click()
    page.get_by_label("Mã trên nhãn", exact=True).fill(LOT)
    phone.save()
    phone.until("stored", "stored")
    [_first, entry] = phone.on_device()
    assert stored(data, entry["id"]) == [(11.0, [])]

    page = phone.open().page
    page.locator("#lots").get_by_role("link").filter(has_text=LOT).click()
    steps = page.locator("[data-screen=steps]")
    expect(steps.get_by_role("link", name="Bán lẻ")).to_be_visible()
    for making in ("Thu hoạch, làm ra", "Chế biến ra từ nguyên liệu", "Đóng gói"):
        expect(steps.get_by_role("link", name=making)).to_have_count(0)


def test_a_pallet_is_received_whole_without_a_signal(visitor, data):
    maker = Party(visitor("htx.che").page)
    maker.page.goto("/goods/lots/")
    maker.main.get_by_role("link", name=re.compile(f"^{LOT}")).click()
    there = {"Ngày đóng": day(1), "Ở địa điểm": "Xưởng chè Minh Họa"}
    maker.take(
        "Đóng thùng",
        {"Đóng vào": "Thùng", "Số thùng, kiện như nhau": "2", "Số lượng mỗi thùng, kiện": "5", **there},
    )
    crate = maker.page.get_by_role("heading", level=1).inner_text().removeprefix("Thùng ")
    maker.take("Xếp lên pallet mới", {"Số thùng giống nhau, kể cả thùng này": "2", **there})
    pallet = maker.page.get_by_role("heading", level=1).inner_text()
    maker.take("Giao cả kiện", {"Giao cho": SHOP, "Ngày giao": day(1), "Ở địa điểm": "Xưởng chè Minh Họa"})

    phone = Phone(visitor("cua-hang", viewport=NARROW)).install()
    page = phone.page
    phone.set_offline(True)
    phone.tap(page.get_by_role("link", name="Nhận hàng (1 chuyến đang đến)"))
    page.get_by_label("Mã trên nhãn hoặc số lô").fill(f"(00) {crate}")
    coming = page.get_by_role("listitem").filter(has_text=pallet)
    expect(coming).to_contain_text("gồm 2 thùng, kiện: Chè Shan tuyết Minh Họa")
    expect(coming).to_contain_text("Mã này là của một thùng nằm trong kiện.")
    assert page.evaluate(SMALL % SMALLEST) == []
    phone.tap(coming.get_by_role("link", name="Nhận cả kiện"))
    expect(page.locator("#amount")).to_be_hidden()
    expect(page.locator("#coming")).to_contain_text(f"lô {LOT}: 10 gói")
    assert phone.visitor.problems() == []
    phone.save()
    phone.tap(page.get_by_role("link", name="Nhận hàng", exact=True))
    page.get_by_label("Mã trên nhãn hoặc số lô").fill(f"(00) {crate}")
    expect(page.locator("#arrivals-none")).to_contain_text(
        "Hàng này đã ghi nhận ở điện thoại này, đang chờ gửi."
    )
    expect(page.locator("#by-code")).to_be_hidden()
    phone.set_offline(False)
    phone.until("stored")
    [entry] = phone.on_device()
    assert stored(data, entry["id"]) == [(10.0, [])]
