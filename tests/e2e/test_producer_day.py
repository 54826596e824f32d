"""A cooperative from its first page to labels on the shelf of a shop, by the words on the screen: it asks to take part, gets an account, enters
place, product and lot, publishes, prints, ships; the shop receives; the province drills a recall; who scans a label sees where it is from.
"""

import re
import time
from urllib.parse import urlsplit

import pytest
import zxingcpp
from playwright.sync_api import expect

from tests.e2e.by_words import Official, day
from tests.e2e.conftest import NARROW, PASSWORD
from tests.e2e.phone_given import CAMERA
from tests.e2e.test_file_previews import attach
from tests.e2e.test_recall_day import DIARY, SHOP, Party, recalled
from tests.goods.test_labels import pages_of
from tests.kernel.png_points import png_of

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
COOPERATIVE, PLACE = "Hợp tác xã Nấm Ba Bể Mới", "Nhà nấm số 1"
PRODUCT, LOT = "Nấm sò tươi hộp 300 g", "NS-01"
GENUINE = "Mã đúng, còn hạn sử dụng"
STEP = "Thu nấm, xuất bịch (bắt buộc)"
COMMUNE, COPIES = "Phường Bá Xuyên", 5
LONGEST = 600  # seconds from the first page to printed labels


def ask_to_take_part(visitor):
    page = visitor(None, viewport=NARROW).page
    page.goto("/")
    page.get_by_role("link", name="Cách tham gia").click()
    page.get_by_role("link", name="Gửi đăng ký tham gia").click()
    page.get_by_label("Tên cơ sở").fill(COOPERATIVE)
    page.get_by_label("Loại hình").select_option(label="Hợp tác xã")
    page.get_by_label("Xã, phường").select_option(label=f"{COMMUNE}, Tỉnh Thái Nguyên")
    page.get_by_label("Thôn, đường, số nhà").fill("Thôn Minh Họa")
    page.get_by_label("Hàng hóa muốn truy xuất").fill("nấm sò")
    page.get_by_label("Người liên hệ").fill("Hoàng Thị Nấm")
    page.get_by_label("Điện thoại").fill("0209 3870 111")
    page.get_by_label("Tôi đồng ý để Sở dùng thông tin").check()
    page.get_by_role("button", name="Gửi đăng ký").click()
    expect(page.get_by_role("status")).to_contain_text("DK-")


def account_of(visitor):
    """Its password for the first time."""
    page = visitor("quantri").page
    page.goto("/")
    page.get_by_role("link", name="Xem tất cả", exact=True).click()
    waiting = (
        page.locator("main").get_by_role("link").filter(has_text="Cấp tài khoản cho cơ sở tham gia truy xuất")
    )
    waiting.filter(has_text=COOPERATIVE).click()
    expect(page.get_by_label("Họ và tên")).to_have_value("Hoàng Thị Nấm")
    page.get_by_label("Tên đăng nhập").fill("htx.nam")
    page.get_by_role("button", name="Lưu và cấp mật khẩu").click()
    return page.locator("code.tile").inner_text()


def first_sign_in(visitor, password):
    page = visitor(None).page
    page.goto("/")
    page.get_by_role("link", name="Đăng nhập (cơ quan, cơ sở)").click()
    page.get_by_label("Tên đăng nhập").fill("htx.nam")
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đặt mật khẩu của riêng bạn")
    page.get_by_label("Mật khẩu đang dùng").fill(password)
    page.get_by_label(re.compile("^Mật khẩu mới")).fill(f"{PASSWORD}-nam")
    page.get_by_label("Gõ lại mật khẩu mới").fill(f"{PASSWORD}-nam")
    page.get_by_role("button", name="Lưu mật khẩu mới").click()
    return Party(page)


def published_lot(party):
    party.begin("Địa điểm sản xuất, kinh doanh")
    party.save(
        {
            "Mã địa điểm": "NHA-1",
            "Tên địa điểm": PLACE,
            "Loại địa điểm": "Vùng trồng, nuôi",
            "Xã, phường": COMMUNE,
            "Dùng từ ngày": day(400),
        }
    )
    party.page.goto("/")
    party.begin("Sản phẩm truy xuất")
    party.save(
        {
            "Tên sản phẩm": PRODUCT,
            "Nhóm hàng": "Nấm",
            "Thương hiệu": "Nấm Ba Bể",
            "Quy cách": "hộp 300 g",
            "Đơn vị tính": "kg",
            "Hạn sử dụng (ngày)": "10",
            "Tiêu chuẩn, quy chuẩn của sản phẩm": "TCCS 01:2026",
        }
    )
    attach(party.page, "nam.png", png_of((200, 190, 180), 40, 40))
    party.page.goto("/")
    party.begin("Lô hàng truy xuất")
    party.save({"Sản phẩm": PRODUCT, "Số lô": LOT, "Ngày sản xuất, thu hoạch": day(1)})
    lot = party.page.url
    party.main.get_by_role("listitem").filter(has_text=STEP).get_by_role("link", name="Ghi nhật ký").click()
    party.save({"Ngày làm": day(1), "Địa điểm": PLACE, "Số lượng": "100"})
    party.page.goto(lot)
    party.take("Công bố lô", {})


def labels(party, folder):
    """The addresses on the printed labels."""
    party.begin_below("Nhãn đã in")
    party.fill({"Ngày in": day(0), "Khổ nhãn": "Giấy A4, 24 nhãn 70 × 37 mm", "Số nhãn": str(COPIES)})
    party.main.get_by_label("Mỗi nhãn một số riêng").check()
    party.press()
    party.stored()
    party.main.get_by_role("region", name="Nhãn đã in").get_by_role("row").get_by_role("link").click()
    sheet = party.main.get_by_role("link", name="Mở tờ nhãn (PDF)").get_attribute("href")
    pdf = party.page.request.get(sheet).body()
    return [each.text for page in pages_of(pdf, folder) for each in zxingcpp.read_barcodes(page)]


def received_by_scan(page, label):
    """The diary on a telephone, from the home page; its camera sees a label on the goods."""
    page.context.add_init_script(CAMERA % label)
    page.get_by_role("link", name="Ghi nhật ký trên điện thoại").first.click()
    page.get_by_role("link", name="Nhận hàng").click()
    page.get_by_role("heading", name="Nhận hàng").wait_for()
    page.get_by_role("button", name="Quét mã").click()
    coming = page.get_by_role("listitem").filter(has_text=COOPERATIVE)
    expect(coming).to_contain_text(f"giao 40 kg, lô {LOT}")
    coming.get_by_role("link", name="Nhận đủ 40 kg").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("link", name="Các mục đã ghi").click()
    expect(page.get_by_role("listitem").filter(has_text=PRODUCT)).to_contain_text("Máy chủ đã nhận")


def look_up(page, label):
    """What a telephone opens that reads the label."""
    page.goto(urlsplit(label).path)
    return page.locator("main")


def test_from_the_first_page_to_a_recall_that_reaches_the_shop(visitor, tmp_path):
    began = time.monotonic()
    ask_to_take_part(visitor)
    province = Official(visitor("tdc").page)
    province.reopen(COOPERATIVE)
    province.follow("Xác nhận tham gia")
    province.main.get_by_role(
        "heading", level=1
    ).click()  # the list of organisations has opened above the button
    province.save({}, "Xác nhận tham gia")
    maker = first_sign_in(visitor, account_of(visitor))
    published_lot(maker)
    printed = labels(maker, tmp_path)
    assert len(set(printed)) == len(printed) == COPIES
    assert time.monotonic() - began < LONGEST

    consumer = visitor(None, viewport=NARROW).page
    seen = look_up(consumer, printed[0])
    for words in (GENUINE, PRODUCT, COOPERATIVE, PLACE, "Thu hoạch"):
        expect(seen).to_contain_text(words)

    maker.page.goto("/")
    maker.begin(DIARY)
    maker.fill({"Lô hàng": LOT, "Việc đã làm": "Giao hàng"})
    maker.save({"Ngày làm": day(0), "Địa điểm": PLACE, "Số lượng": "40", "Giao cho": SHOP})
    shop = Party(visitor("cua-hang").page)
    received_by_scan(shop.page, printed[1])

    recalled(province, "DT-92", LOT, is_drill=True)
    for words in ("làm ra 100", "còn giữ 100"):
        expect(province.main).to_contain_text(words)
    shop.take_up("Trả lời thông báo thu hồi")
    shop.take("Trả lời, báo số còn giữ", {"Số còn giữ đếm được": "40"})
    expect(look_up(consumer, printed[1])).to_contain_text(GENUINE)  # a drill is none for the public
