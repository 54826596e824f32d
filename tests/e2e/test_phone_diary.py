"""The diary on a telephone: installed, used without a signal, ended by the system, and everything is on record once."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from playwright.sync_api import expect

from khcn.kernel.text.form_fields import VietnameseDecimalField
from tests.e2e.phone_given import (
    CAMERA,
    CHOICES,
    ENTRIES,
    NARROW,
    SMALL,
    SMALLEST,
    Phone,
    number_of_entries,
    stored,
    with_choices,
)
from tests.e2e.random_typing import ask

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LOT = "CS-77002"
MOST_TAPS = 8


@pytest.fixture
def phone(visitor):
    found = Phone(visitor("htx.che", viewport=NARROW))
    yield found
    found.context.unroute_all(behavior="wait")  # what the app still asks when a test is over


def test_a_harvest_without_a_signal_is_stored_once_though_the_page_is_killed_twice_and_an_answer_lost(
    phone, data
):
    before = number_of_entries(data)
    phone.install().slow()
    phone.set_offline(True)
    phone.kill()
    assert phone.page.get_by_role("link", name=LOT).is_visible()
    phone.taps = 0
    phone.choose(LOT, "Thu hoạch")
    phone.type_amount("12")
    phone.page.locator("#place").select_option(label="Nương chè Minh Họa 1")
    phone.taps += 2
    phone.photograph()
    assert phone.photos_on_device() == [[1600, 800, False]]
    phone.kill()  # while it is typed
    expect(phone.page.locator("#amount")).to_have_count(1)
    phone.page.get_by_role("link", name="Ghi tiếp mục đang dở").click()
    expect(phone.page.locator("#amount")).to_have_value("12")
    expect(phone.page.locator("#photos canvas")).to_have_count(1)
    phone.save()
    assert phone.taps <= MOST_TAPS
    expect(phone.page.get_by_role("status")).to_have_text("Đã lưu trên điện thoại.")
    phone.kill()  # while it waits
    expect(phone.page.locator("#queue-count")).to_have_text("1 mục chờ gửi")
    with phone.answers_lost() as left:
        with phone.page.expect_event("requestfailed", lambda request: request.url.endswith("/entries/")):
            phone.set_offline(False)
            phone.page.get_by_role("button", name="Gửi ngay").click()
        assert left == [0]
        phone.until("frozen")
        phone.page.get_by_role("button", name="Gửi ngay").click()
        phone.until("stored")
    [entry] = phone.on_device()
    assert (entry["queued"], entry["photos"]) == (False, 0)
    [(amount, files)] = stored(data, entry["id"])
    assert (amount, len(files), number_of_entries(data)) == (12, 1, before + 1)


def test_the_app_can_be_installed_and_is_made_for_a_thumb(phone):
    phone.install()
    page = phone.page
    manifest = json.loads(page.request.get(page.locator("link[rel=manifest]").get_attribute("href")).text())
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/nhat-ky/",
        "/nhat-ky/",
        "standalone",
    )
    assert {each["sizes"] for each in manifest["icons"]} == {"192x192", "512x512"}
    assert all(page.request.get(each["src"]).ok for each in manifest["icons"])
    scopes = page.evaluate(
        "navigator.serviceWorker.getRegistrations().then((all) => all.map((each) => new URL(each.scope).pathname))"
    )
    assert scopes == ["/nhat-ky/"]
    assert (
        phone.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    )
    for open_screen in (
        lambda: None,
        lambda: phone.choose(LOT, "Giao hàng"),
        lambda: page.goto("/nhat-ky/#muc"),
    ):
        open_screen()
        assert page.evaluate(SMALL % SMALLEST) == []
        assert phone.visitor.problems() == []


def test_what_the_server_refuses_is_shown_with_its_reason_and_mended_and_what_comes_after_is_sent(
    phone, data
):
    phone.install()
    phone.set_offline(True)
    phone.page.once("dialog", lambda question: question.accept())  # more than the lot has
    for step, amount in (("Bán lẻ", "99.999"), ("Kiểm tra", "")):
        phone.choose(LOT, step)
        phone.type_amount(amount)
        phone.page.locator("#place").select_option(label="Xưởng chè Minh Họa")
        phone.save()
        phone.page.locator("[data-screen=lots]").wait_for()
    phone.set_offline(False)  # sends by itself
    expect(phone.page.locator("#queue-count")).to_have_text("1 mục không được nhận")
    sale, check = (each["id"] for each in phone.on_device())
    assert (stored(data, sale), len(stored(data, check))) == ([], 1)
    phone.page.get_by_role("link", name="Xem từng mục").click()
    refused = phone.page.locator("#entries .refused")
    expect(refused).to_contain_text("Lô chỉ còn")
    refused.get_by_role("button", name="Sửa").click()
    expect(phone.page.locator("#amount")).to_have_value("99.999")
    phone.page.locator("#amount").fill("1")
    phone.save()
    phone.until("stored", "stored")
    mended = next(each["id"] for each in phone.on_device() if each["id"] != check)
    assert (mended != sale, stored(data, mended)) == (True, [(1, [])])


def test_without_a_session_the_queue_stays_and_a_strange_page_is_no_answer(phone, data, sessions):
    phone.install()
    phone.context.clear_cookies(name="sessionid")
    phone.choose(LOT, "Thu hoạch")
    phone.type_amount("1")
    phone.page.locator("#place").select_option(label="Xưởng chè Minh Họa")
    phone.save()
    expect(phone.page.get_by_role("link", name="Đăng nhập")).to_be_visible()
    assert phone.on_device()[-1]["state"] == "waiting"

    def wifi(route):
        route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi: nhập mật khẩu</h1>")

    phone.visitor.resume(sessions.new("htx.che"))
    phone.context.route(ENTRIES, wifi)
    phone.page.get_by_role("button", name="Gửi ngay").click()
    phone.page.wait_for_selector("body[data-sent=later]")
    phone.context.unroute(ENTRIES, wifi)
    [entry] = phone.on_device()
    assert (entry["state"], stored(data, entry["id"])) == ("frozen", [])
    phone.page.get_by_role("button", name="Gửi ngay").click()
    phone.until("stored")
    assert stored(data, entry["id"]) == [(1.0, [])]


def test_a_lot_is_found_by_the_code_of_its_label_or_by_typing(phone):
    phone.install()
    page = phone.page
    gtin = page.evaluate(
        "fetch('/api/goods/phone-diary/').then((answer) => answer.json()).then(({ lots }) => lots.find((lot) => lot.number === 'CS-77002').gtin)"
    )
    page.get_by_role("button", name="Quét mã").click()
    expect(page.get_by_role("status")).to_have_text("Máy này không quét được mã. Gõ số lô vào ô tìm.")
    expect(page.locator("#find")).to_be_focused()
    page.locator("#find").fill("shan tuyet tuoi bup-77")
    expect(page.locator("#lots a")).to_have_count(1)
    page.locator("#find").fill(f"https://id.gs1.org/01/{gtin}/10/{LOT}")
    expect(page.locator("#steps-lot")).to_contain_text(LOT)
    phone.context.add_init_script(CAMERA % f"https://vi.du/01/{gtin}/10/{LOT}?17=250101")
    phone.kill()
    page = phone.page
    page.get_by_role("button", name="Quét mã").click()
    expect(page.locator("#steps-lot")).to_contain_text(LOT)
    expect(page.locator("#camera-part")).to_be_hidden()


AMOUNTS = ("0.125", "12,5", "1.200", "1 200,5", "007", "0,125", "1.2345", "1,234,567", "x", "1" * 11)
READ = """async (texts) => {
  const { readAmount } = await import("/static/goods/phone-amounts.js");
  return texts.map((text) => { const { amount, why, ...values } = readAmount(text); return [amount ?? null, why ? document.body.dataset[why] : "", values]; });
}"""


def as_the_form_reads(text):
    field = VietnameseDecimalField(decimal_places=2, max_digits=12, min_value=0)
    try:
        return field.clean(text), ""
    except ValidationError as error:
        return None, " ".join(error.messages)


def test_amounts_are_read_and_refused_as_in_the_form_and_shown_with_their_unit(phone):
    phone.open()
    phone.page.wait_for_selector("body[data-sent=done]")
    read = [
        (amount and Decimal(amount), words.format(**values))
        for amount, words, values in phone.page.evaluate(READ, [*AMOUNTS])
    ]
    assert dict(zip(AMOUNTS, read, strict=True)) == {each: as_the_form_reads(each) for each in AMOUNTS}
    phone.choose(LOT, "Thu hoạch")
    phone.type_amount("0.125")
    phone.page.locator("#place").select_option(label="Xưởng chè Minh Họa")
    phone.save()
    expect(phone.page.locator("#wrong")).to_contain_text("Nếu là số lẻ, gõ 0,125")
    expect(phone.page.locator("#amount-read")).to_be_empty()
    # The number pad of a telephone set to English has a point alone.
    for typed, shown in (
        ("12,5", "= 12,5 gói"),
        ("12.5", "= 12,5 gói"),
        ("1200", "= 1.200 gói"),
        ("7", "= 7 gói"),
    ):
        phone.page.locator("#amount").fill(typed)
        expect(phone.page.locator("#amount-read")).to_have_text(shown)
    phone.page.locator("#amount").fill("12,5")
    phone.save()
    expect(phone.page.locator("#wrong")).to_contain_text("ghi số nguyên, không có phần lẻ như 12,5")


# What browsers of before do not have, and one that knows no option of createImageBitmap.
OLD = """delete Array.prototype.toReversed; delete AbortSignal.timeout; delete globalThis.structuredClone; delete Crypto.prototype.randomUUID;
  delete Element.prototype.replaceChildren; delete String.prototype.replaceAll; delete Array.prototype.at; delete Blob.prototype.arrayBuffer;
  Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
  const made = globalThis.createImageBitmap;
  globalThis.createImageBitmap = (from, options) => (options ? Promise.reject(new TypeError("from-image")) : made(from));"""


def test_an_old_telephone_takes_an_entry_with_its_photograph_and_another_fault_has_its_own_words(phone, data):
    phone.install()  # the picture is drawn by a browser of today
    phone.context.add_init_script(OLD)
    phone.kill()
    phone.choose(LOT, "Thu hoạch")
    phone.type_amount("2")
    phone.page.locator("#place").select_option(label="Xưởng chè Minh Họa")
    phone.photograph()
    phone.save()
    phone.until("stored")
    [entry] = phone.on_device()
    [(amount, files)] = stored(data, entry["id"])
    assert (amount, len(files)) == (2.0, 1)
    phone.page.get_by_role("link", name="Các mục đã ghi").click()
    expect(phone.page.locator("#entries .stored")).to_have_count(1)
    phone.page.evaluate("() => { Promise.reject(new Error('no such word')); }")
    expect(phone.page.get_by_role("status")).to_contain_text("Ứng dụng gặp lỗi. Đóng hẳn ứng dụng")
    phone.visitor.faults.clear()


def test_a_refused_entry_of_a_lot_that_can_no_longer_be_chosen_is_mended(phone, data):
    phone.install()
    phone.choose(LOT, "Bán lẻ")
    phone.type_amount("99.999")
    phone.page.locator("#place").select_option(label="Xưởng chè Minh Họa")
    phone.page.once("dialog", lambda question: question.accept())  # more than the lot has
    phone.save()
    phone.until("refused")
    with_choices(phone, lambda found: found["lots"].clear())
    phone.kill()
    expect(phone.page.locator("#no-lots")).to_be_visible()
    phone.page.get_by_role("link", name="Xem từng mục").click()
    phone.page.get_by_role("button", name="Sửa").click()
    expect(phone.page.locator("#amount")).to_have_value("99.999")
    expect(phone.page.locator("#entry-lot")).to_contain_text(LOT)
    phone.page.locator("#amount").fill("1")
    phone.save()
    phone.until("stored")
    [entry] = phone.on_device()
    assert stored(data, entry["id"]) == [(1, [])]


def test_a_step_of_the_process_is_chosen_with_no_tap_more_and_says_what_is_to_be_written(phone, data):
    def ask_for_words(found):
        next(each for each in found["steps"] if each["name"] == "Đóng gói")["asked"] = "số máy"

    with_choices(phone, ask_for_words)
    phone.install()
    left = phone.page.get_by_role("link", name=LOT).inner_text()
    phone.choose(LOT, "Hái búp")
    counts = phone.page.locator("#counts")
    expect(counts).to_have_text(
        "Công đoạn này không làm ra hàng của lô: khối lượng nguyên liệu ghi vào ô ghi chú. Số gói làm ra ghi ở công đoạn “Đóng gói”."
    )
    expect(phone.page.locator("#amount")).to_be_hidden()
    assert phone.visitor.problems() == []
    phone.page.locator("#place").select_option(label="Nương chè Minh Họa 1")
    phone.page.locator("#note").fill("12 kg")
    phone.save()
    phone.until("stored")
    expect(phone.page.get_by_role("link", name=LOT)).to_have_text(left.replace("\n", ""))
    phone.taps = 0
    phone.choose(LOT, "Đóng gói")
    expect(counts).to_have_text("Cộng vào số gói của lô.")
    phone.type_amount("60")
    phone.page.locator("#place").select_option(label="Xưởng chè Minh Họa")
    phone.taps += 2
    phone.photograph()
    expect(phone.page.locator("#asked")).to_have_text("Phải ghi: số máy")
    phone.save()
    assert phone.taps <= MOST_TAPS
    expect(phone.page.locator("#wrong")).to_have_text(
        "Công đoạn “Đóng gói” phải ghi thêm: số máy. Ghi vào ô ghi chú."
    )
    phone.page.locator("#note").fill("máy 2")
    phone.save()
    phone.until("stored", "stored")
    named = "SELECT step.code, entry.kind, entry.amount FROM goods_lotentry entry JOIN goods_processstep step ON step.id = entry.step_id WHERE entry.event = ?"
    found = [ask(data, named, each["id"].replace("-", "")) for each in phone.on_device()]
    assert found == [[("CHE-SHAN-02", "work", None)], [("CHE-SHAN-06", "make", 60)]]


def _answering(answer):
    return lambda route: route.fulfill(**answer)


def test_each_reason_why_nothing_was_sent_has_its_own_words(phone):
    phone.install()
    problem = {"type": "about:blank", "code": "unknown_version", "detail": "khác phiên bản"}
    answers = {
        "Máy chủ bận": {"status": 503, "content_type": "text/plain", "body": "busy"},
        "Mạng bị chặn": {"status": 200, "content_type": "text/html", "body": "<h1>Wi-Fi</h1>"},
        "Có bản mới": {
            "status": 422,
            "content_type": "application/problem+json",
            "body": json.dumps(problem),
        },
    }
    connection, why = phone.page.locator("#connection"), phone.page.locator("#later")
    for words, answer in answers.items():
        phone.context.route(CHOICES, _answering(answer))
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        expect(connection).to_have_text(words)
        expect(why).to_be_visible()
        phone.context.unroute(CHOICES)
    phone.set_offline(True)
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    expect(connection).to_have_text("Không có mạng")
    expect(why).to_be_hidden()
    phone.set_offline(False)
    expect(connection).to_have_text("Có mạng")


DENIED = """globalThis.BarcodeDetector = class {};
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => { throw new DOMException("no", "NotAllowedError"); } } });"""


def test_a_camera_that_is_not_allowed_is_not_called_missing(phone):
    phone.context.add_init_script(DENIED)
    phone.open()
    phone.page.get_by_role("button", name="Quét mã").click()
    expect(phone.page.get_by_role("status")).to_contain_text("cho phép trang dùng máy ảnh rồi quét lại")
    expect(phone.page.locator("#find")).to_be_focused()
