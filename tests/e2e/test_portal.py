"""What somebody without an account finds from the first page on: by words, by hand, with a picture; and what they send back. Without scripts, on
a telephone and wide; nothing for axe-core, no foreign request, no cookie."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW, WIDE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

LOT = "/01/02906000000072/10/MDS-221220"
PAGES = (
    "/", "/public/recalls/", "/public/data/", "/public/code/", f"/public/feedback/?code={LOT}", LOT, "/01/02906000000072",
    "/417/9521200000016",
)  # fmt: skip


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_every_page_of_the_public_is_accessible_and_fits(visitor, viewport):
    one = visitor(None, viewport=viewport)
    found = {}
    for path in PAGES:
        one.open(path)
        if problems := one.problems():
            found[path] = problems
    assert found == {}
    assert one.context.cookies() == []


def test_from_the_first_page_to_a_label_and_back_to_the_department(visitor):
    one = visitor(None, viewport=NARROW, scripts=False)
    page = one.page
    one.open("/")
    page.get_by_label("Mã trên nhãn, tên sản phẩm, cơ sở hoặc số lô").fill("mien dong")
    page.get_by_role("button", name="Tra cứu").click()
    page.get_by_role("link", name="Miến dong sợi nhỏ, gói 500 g").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Miến dong sợi nhỏ, gói 500 g")
    page.get_by_role("link", name="Mã trên nhãn bị hỏng? Gõ mã bằng tay").click()
    page.get_by_label("Các chữ số dưới mã vạch").fill("2906000000072")
    page.get_by_label("Số lô, nếu nhãn có").fill("MDS-221220")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator(".note").first).to_contain_text("Đã hết hạn sử dụng")
    picture = page.get_by_role("img", name="Miến dong sợi nhỏ")
    assert picture.evaluate("one => one.naturalWidth") > 0
    expect(page.locator("main")).to_contain_text("Quyền sử dụng chỉ dẫn địa lý, số CDDL-MH-03")
    page.get_by_role("link", name="Gửi phản ánh").click()
    page.get_by_label("Hàng khác với trang").check()
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator(".code")).to_have_text(re.compile("^PA-"))
