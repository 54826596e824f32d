"""The diary on a telephone where something goes wrong: its clock, a slip of the hand, an entry that was begun and left."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_number
from tests.e2e.phone_given import CHOICES, NARROW, Phone, number_of_entries, stored, with_choices
from tests.e2e.random_typing import ask

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LOT = "CS-77002"
PLACE = "Xưởng chè Minh Họa"
RIGHT = timedelta(0)
CLOCK = """(() => {
  const Right = Date, off = () => Number(localStorage.getItem("clock") || 0);
  globalThis.Date = class extends Right {
    constructor(...given) { if (given.length) super(...given); else super(Right.now() + off()); }
    static now() { return Right.now() + off(); }
  };
})();"""


@pytest.fixture
def phone(visitor):
    found = Phone(visitor("htx.che", viewport=NARROW))
    found.context.add_init_script(CLOCK)
    return found.install()


def set_clock(phone, ahead):
    phone.page.evaluate(
        "(off) => localStorage.setItem('clock', String(off))", round(ahead / timedelta(milliseconds=1))
    )


def ask_the_server(phone):
    phone.page.evaluate("dispatchEvent(new Event('online'))")


def answer(phone, *, accept):
    """Answer the next question of the page; what it was comes into the list."""
    asked = []

    def given(dialog):
        asked.append(dialog.message)
        if accept:
            dialog.accept()
        else:
            dialog.dismiss()

    phone.page.once("dialog", given)
    return asked


def enter(phone, kind, amount, day=None):
    phone.choose(LOT, kind)
    phone.type_amount(amount)
    if day is not None:
        phone.page.locator("#day").fill(day.isoformat())
    phone.page.locator("#place").select_option(label=PLACE)
    phone.save()


def clock_of(data, amount):
    [found] = ask(
        data,
        "SELECT done_on, done_at, clock_off FROM goods_lotentry WHERE amount = ? AND received_at IS NOT NULL",
        amount,
    )
    return found


def test_a_clock_that_is_wrong_is_shown_and_its_day_is_stored_only_when_people_say_so(phone, data):
    today = timezone.localdate()
    clock, day = phone.page.locator("#clock"), phone.page.locator("#day")
    expect(clock).to_be_hidden()
    set_clock(phone, timedelta(hours=3))
    ask_the_server(phone)
    expect(clock).to_contain_text("Đồng hồ điện thoại nhanh 3 giờ")
    set_clock(phone, RIGHT)
    ask_the_server(phone)
    expect(clock).to_be_hidden()
    phone.set_offline(True)
    set_clock(phone, timedelta(days=-400))  # its battery was empty
    phone.kill()
    clock, day = phone.page.locator("#clock"), phone.page.locator("#day")
    expect(clock).to_contain_text("Đồng hồ điện thoại chậm 400 ngày")
    phone.choose(LOT, "Thu hoạch")
    assert phone.visitor.problems() == []
    expect(day).to_have_value(today.isoformat())
    phone.type_amount("23")
    phone.page.locator("#place").select_option(label=PLACE)
    wrong = today - timedelta(days=400)
    day.fill(wrong.isoformat())
    asked = answer(phone, accept=False)
    phone.save()
    expect(day).to_be_focused()
    assert asked == [f"Đồng hồ điện thoại sai. Ngày làm đang ghi là {format_date(wrong)}: đúng ngày chưa?"]
    day.fill(today.isoformat())
    phone.save()
    expect(phone.page.get_by_role("status")).to_have_text("Đã lưu trên điện thoại.")
    set_clock(phone, RIGHT)
    phone.set_offline(False)
    phone.until("stored")
    done_on, done_at, off = clock_of(data, 23)
    assert (str(done_on), done_at, abs(off + 400 * 24 * 60) <= 5) == (today.isoformat(), None, True)


def test_what_waits_can_be_mended_and_discarded_and_what_is_stored_leads_to_its_page(phone, data):
    before = number_of_entries(data)
    phone.set_offline(True)
    enter(phone, "Thu hoạch", "3")
    enter(phone, "Thu hoạch", "4")
    phone.page.get_by_role("link", name="Xem từng mục").click()
    waiting = phone.page.locator("#entries .waiting")
    expect(waiting).to_have_count(2)
    asked = answer(phone, accept=True)
    waiting.first.get_by_role("button", name="Bỏ").click()  # the last one stands first
    expect(waiting).to_have_count(1)
    assert asked == ["Bỏ hẳn mục này khỏi điện thoại?"]
    waiting.get_by_role("button", name="Sửa").click()
    expect(phone.page.locator("#amount")).to_have_value("3")
    phone.page.locator("#amount").fill("4")
    phone.save()
    phone.set_offline(False)
    phone.until("stored")
    [entry] = phone.on_device()
    assert (stored(data, entry["id"]), number_of_entries(data)) == ([(4, [])], before + 1)
    phone.page.get_by_role("link", name="Các mục đã ghi").click()
    phone.page.locator("#entries .stored").get_by_role("link", name="Xem, báo ghi sai").click()
    expect(phone.page.get_by_text("Báo ghi sai", exact=True).first).to_be_visible()


def test_the_same_entry_again_is_asked_about(phone):
    phone.set_offline(True)
    enter(phone, "Bán lẻ", "1")
    asked = answer(phone, accept=False)
    enter(phone, "Bán lẻ", "1")
    expect(phone.page.get_by_role("status")).to_contain_text("Chưa ghi thêm.")
    assert [each.split(":")[0] for each in asked] == ["Vừa ghi mục giống hệt"]
    assert sorted(each["state"] for each in phone.on_device()) == ["draft", "waiting"]
    phone.page.locator("#amount").fill("2")  # another one is not asked about
    phone.save()
    phone.until("waiting", "waiting")
    asked = answer(phone, accept=True)
    enter(phone, "Bán lẻ", "2")
    phone.until("waiting", "waiting", "waiting")
    assert len(asked) == 1


def test_more_than_a_lot_has_and_days_before_it_are_questioned_without_a_signal(phone):
    phone.set_offline(True)
    asked = answer(phone, accept=False)
    enter(phone, "Bán lẻ", "5000")
    assert asked[0].startswith("Lô chỉ còn ")
    assert asked[0].endswith("Vẫn lưu?")
    expect(phone.page.locator("#amount")).to_be_focused()
    phone.page.locator("#amount").fill("1")
    made = timezone.localdate() - timedelta(days=19)
    phone.page.locator("#day").fill(f"{made - timedelta(days=1):%Y-%m-%d}")
    phone.save()
    words = f"Lô sản xuất, thu hoạch ngày {format_date(made)}. Hãy xem lại ngày làm."
    expect(phone.page.locator("#wrong")).to_have_text(words)
    phone.page.locator("#day").fill(f"{made:%Y-%m-%d}")
    phone.save()
    phone.until("waiting")


def test_a_recalled_lot_says_so_and_nothing_of_it_is_sold_without_a_signal_either(phone):
    """Goods of the lot may be destroyed, or sent back; what was sold before the recall is entered still."""
    words, today = "Lô bị thu hồi từ hôm qua. Không giao, bán, dùng.", timezone.localdate()
    since = f"{today - timedelta(days=1):%Y-%m-%d}"

    def recalled(found):
        for each in found["lots"]:
            if each["number"] == LOT:
                each |= {"stop": words, "stopped_since": since}

    with_choices(phone, recalled)
    ask_the_server(phone)
    expect(phone.page.locator("#lots").get_by_role("link", name=LOT)).to_contain_text(words)
    assert phone.visitor.problems() == []
    phone.context.unroute(CHOICES)
    phone.set_offline(True)
    enter(phone, "Bán lẻ", "1")
    expect(phone.page.locator("#stop")).to_have_text(words)
    expect(phone.page.locator("#wrong")).to_have_text(words)
    phone.page.locator("#day").fill(since)
    phone.save()
    phone.until("waiting")
    enter(phone, "Tiêu hủy", "1")
    phone.until("waiting", "waiting")


def test_the_last_day_of_a_lot_is_shown_and_nothing_is_sold_after_it(phone):
    lots = phone.page.locator("#lots")
    last = timezone.localdate() - timedelta(days=19) + timedelta(days=730)
    expect(lots.get_by_role("link", name=LOT)).to_contain_text(f"· hạn {format_date(last)}")
    expired = lots.get_by_role("link", name="CS-230406")
    expect(expired).to_contain_text("· HẾT HẠN 05/04/2025")
    assert phone.visitor.problems() == []
    phone.set_offline(True)
    phone.choose("CS-230406", "Bán lẻ")
    expect(phone.page.locator("#entry-lot")).to_contain_text("HẾT HẠN 05/04/2025")
    expect(phone.page.locator("#counts")).to_have_text("Trừ vào số gói của lô.")
    phone.type_amount("1")
    phone.page.locator("#place").select_option(label=PLACE)
    phone.save()
    expect(phone.page.locator("#wrong")).to_contain_text("Lô hết hạn sử dụng ngày 05/04/2025;")
    expect(phone.page.locator("#day")).to_be_focused()
    phone.page.locator("#day").fill("2025-04-05")
    phone.save()
    expect(phone.page.get_by_role("status")).to_have_text("Đã lưu trên điện thoại.")
    phone.set_offline(False)
    phone.until("stored")


def test_what_was_begun_is_not_taken_up_unasked(phone):
    today = timezone.localdate()
    yesterday = format_date(today - timedelta(days=1))
    phone.set_offline(True)
    set_clock(phone, timedelta(days=-1))
    phone.choose(LOT, "Thu hoạch")
    phone.type_amount("5")
    phone.until("draft")
    address = phone.page.url
    phone.page.reload()
    expect(phone.page.locator("#amount")).to_have_value("5")
    set_clock(phone, RIGHT)
    phone.kill()
    page = phone.page
    page.locator("#lots").get_by_role("link", name=LOT).click()
    page.get_by_role("link", name="Thu hoạch").click()
    go_on = page.locator("#begun").get_by_role("link", name=f"Ghi tiếp mục đang dở từ {yesterday}")
    expect(go_on).to_be_visible()
    assert phone.visitor.problems() == []
    page.get_by_role("link", name="Ghi mục mới").click()
    expect(page.locator("#day")).to_have_value(today.isoformat())
    expect(page.locator("#amount")).to_have_value("")
    expect(page.locator("#since")).to_be_hidden()
    page.go_back()
    go_on.click()
    expect(page.locator("#amount")).to_have_value("5")
    expect(page.locator("#since")).to_contain_text(f"Mục này ghi từ {yesterday}.")
    assert page.url == address


def test_entries_are_sent_in_the_order_in_which_they_were_saved_and_what_waits_is_counted(phone, data):
    lots = "fetch('/api/goods/phone-diary/').then((answer) => answer.json()).then(({ lots }) => lots.find((lot) => lot.number === 'CS-77002').amount)"
    before = Decimal(phone.page.evaluate(lots))
    lot = phone.page.get_by_role("link", name=LOT)
    expect(lot).to_contain_text(f"còn {format_number(before)} gói")
    today = timezone.localdate()
    phone.set_offline(True)
    set_clock(phone, timedelta(hours=2))
    enter(phone, "Thu hoạch", "1000", today)  # which is tomorrow by its clock in the last hours of a day
    expect(lot).to_contain_text(f"còn {format_number(before + 1000)} gói, đã tính mục chờ gửi")
    set_clock(phone, RIGHT)
    enter(phone, "Bán lẻ", format_number(before + 999), today)
    expect(lot).to_contain_text("còn 1 gói, đã tính mục chờ gửi")
    phone.set_offline(False)
    phone.until("stored", "stored")
    expect(lot).to_contain_text("còn 1 gói")
    expect(lot).not_to_contain_text("chờ gửi")
    assert abs(clock_of(data, 1000)[2] - 120) <= 5
    assert clock_of(data, float(before + 999))[2] is None


def test_a_page_that_nobody_has_signed_in_to_says_so_in_words_for_people(phone):
    phone.context.clear_cookies(name="sessionid")
    ask_the_server(phone)
    expect(phone.page.locator("#sign-in")).to_be_visible()
    assert phone.page.locator("#sign-in p").inner_text().strip() == (
        "Cần đăng nhập để gửi. Những gì đã ghi vẫn còn trên điện thoại."
    )
