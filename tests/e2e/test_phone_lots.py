"""Lots that begin on a telephone without a signal: named, filled, used for one another, and on record once."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.phone_given import NARROW, SMALL, SMALLEST, Phone
from tests.e2e.random_typing import ask

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LEAVES, TEA = "Búp chè Shan tuyết tươi", "Chè Shan tuyết Minh Họa"
FIELD, WORKSHOP = "Nương chè Minh Họa 1", "Xưởng chè Minh Họa"
MOST_TAPS = 8
LOTS = "SELECT lot.id, lot.made_on, lot.expires_on IS NOT NULL FROM goods_lot lot JOIN goods_tradeitem item ON item.id = lot.item_id WHERE item.name = ? AND lot.number = ?"
WRITE_LOT = """async ([item, number, made_on]) => {
  const { csrf, items } = await (await fetch("/api/goods/phone-diary/")).json();
  const body = JSON.stringify({ item: { id: items.find((each) => each.name === item).id }, number, made_on });
  return (await fetch("/api/goods/lots/", { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": csrf } })).status;
}"""
ENTRIES = "SELECT kind, amount, into_id FROM goods_lotentry WHERE lot_id = ? ORDER BY id"


@pytest.fixture
def phone(visitor):
    return Phone(visitor("htx.che", viewport=NARROW)).install()


def begin(phone, item, step, amount, place, number=""):
    phone.tap(phone.page.get_by_role("link", name="Lập lô mới"))
    phone.tap(phone.page.locator("#items").get_by_role("link", name=item, exact=True))
    phone.tap(phone.page.locator("[data-screen=steps]").get_by_role("link", name=step, exact=True))
    phone.type_amount(amount)
    if number:
        phone.page.get_by_label("Số lô mới").fill(number)
    phone.page.locator("#place").select_option(label=place)
    phone.taps += 2
    phone.save()


def test_a_lot_begins_without_a_signal_and_is_used_for_another_that_began_so(phone, data):
    page, today = phone.page, timezone.localdate()
    number = f"{today:%d%m%y}"
    phone.set_offline(True)
    expect(page.locator("#connection")).to_have_text("Không có mạng")
    phone.taps = 0
    begin(phone, LEAVES, "Hái búp", "8", FIELD)
    assert phone.taps <= MOST_TAPS
    leaves = page.locator("#lots").get_by_role("link", name=LEAVES).filter(has_text=f"Lô {number} ")
    waits = "còn 8 kg, đã tính mục chờ gửi · lập trên điện thoại, máy chủ chưa có"
    expect(leaves).to_contain_text(waits)
    page.get_by_role("link", name="Lập lô mới").click()
    assert page.evaluate(SMALL % SMALLEST) == []
    assert phone.visitor.problems() == []
    page.locator("#items").get_by_role("link", name=TEA, exact=True).click()
    for taking in ("Bán lẻ", "Giao hàng", "Dùng làm nguyên liệu", "Tiêu hủy"):
        expect(page.locator("[data-screen=steps]").get_by_role("link", name=taking)).to_have_count(0)
    page.go_back()
    page.go_back()
    begin(phone, TEA, "Đóng gói", "30", WORKSHOP, "MOI-1")
    phone.kill()
    page = phone.page
    page.locator("#lots").get_by_role("link", name=LEAVES).filter(has_text=f"Lô {number} ").click()
    page.locator("[data-screen=steps]").get_by_role("link", name="Dùng làm nguyên liệu").click()
    phone.type_amount("6")
    expect(page.get_by_label("Số lô mới")).to_have_value(number)
    assert page.evaluate(SMALL % SMALLEST) == []
    assert phone.visitor.problems() == []
    page.get_by_label("Dùng cho lô").select_option(label=f"{TEA}, MOI-1")
    page.locator("#place").select_option(label=WORKSHOP)
    phone.save()
    phone.set_offline(False)
    phone.until("stored", "stored", "stored")
    [(of_leaves, made_on, _expires)] = ask(data, LOTS, LEAVES, number)
    [(of_tea, _made_on, expires)] = ask(data, LOTS, TEA, "MOI-1")
    assert (str(made_on), bool(expires)) == (today.isoformat(), True)
    assert ask(data, ENTRIES, of_leaves) == [("harvest", 8, None), ("use", 6, of_tea)]
    assert ask(data, ENTRIES, of_tea) == [("make", 30, None)]
    begun = page.locator("#lots").get_by_role("link", name=LEAVES).filter(has_text=f"Lô {number} ")
    expect(begun).to_contain_text("còn 2 kg")
    expect(begun).not_to_contain_text("máy chủ chưa có")
    page.get_by_role("link", name="Lập lô mới").click()
    page.locator("#items").get_by_role("link", name=LEAVES, exact=True).click()
    page.locator("[data-screen=steps]").get_by_role("link", name="Hái búp", exact=True).click()
    expect(page.get_by_label("Số lô mới")).to_have_value(f"{number}-2")


def test_a_number_that_a_lot_of_another_day_has_is_refused_and_mended(phone, visitor, data):
    page = phone.page
    begin(phone, TEA, "Đóng gói", "5", WORKSHOP, "CS-77001")
    expect(page.locator("#wrong")).to_contain_text("Sản phẩm đã có lô CS-77001, sản xuất, thu hoạch ngày ")
    expect(page.get_by_label("Số lô mới")).to_be_focused()
    page.get_by_label("Số lô mới").fill("MOI-3")
    phone.set_offline(True)
    phone.save()
    expect(page.locator("#queue-count")).to_have_text("1 mục chờ gửi")
    meanwhile = visitor("htx.che").page
    meanwhile.goto("/")
    assert meanwhile.evaluate(WRITE_LOT, [TEA, "MOI-3", "2026-01-05"]) == 201
    phone.set_offline(False)
    phone.until("refused")
    page.get_by_role("link", name="Xem từng mục").click()
    refused = page.locator("#entries .refused")
    expect(refused).to_contain_text("Bấm “Sửa”, đổi số lô hoặc ngày của lô rồi lưu lại.")
    refused.get_by_role("button", name="Sửa").click()
    page.get_by_label("Số lô mới").fill("MOI-2")
    phone.save()
    phone.until("stored")
    [(lot, *_days)] = ask(data, LOTS, TEA, "MOI-2")
    assert ask(data, ENTRIES, lot) == [("make", 5, None)]
