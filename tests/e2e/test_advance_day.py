"""An advance that ages: paid for an instalment of a contract, past its term, asked for by a letter, cleared; the figure follows."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.by_words import Hands, choose_year

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
TITLE, INSTALMENT = "Ứng dụng cảm biến giám sát", "23-02-D1"
HOST = "Đơn vị sự nghiệp minh họa 05"
ADVANCE, LETTER = "TU-2026-91", "Lập Công văn đôn đốc thanh toán tạm ứng"


def tasks_late(page):
    """What the figure of tasks that are late with their clearance says."""
    page.goto("/figures/KHTC-11/")
    return int(re.search(r"\b(\d+) đề tài, dự án\b", page.locator("main").inner_text())[1])


def enter(page, slug, *, picked=None, chosen=None, **typed):
    """A new row of a register, from its form to its page."""
    page.goto(f"/finance/{slug}/new/")
    hands = Hands(page)
    for name, text in (picked or {}).items():
        hands.click("combobox", name)
        hands.take_first(text)
    for name, label in (chosen or {}).items():
        page.get_by_label(name).select_option(label)
    for name, value in typed.items():
        page.locator(f"main [name='{name}']").fill(value)
    page.get_by_role("button", name="Lưu", exact=True).last.click()
    page.wait_for_url(re.compile(rf"/finance/{slug}/[0-9]+/$"))


def test_from_the_payment_to_the_clearance(visitor):
    clerk = visitor("vanphong").page
    clerk.goto("/")
    choose_year(clerk, 2026)
    before = tasks_late(clerk)

    enter(
        clerk,
        "advances",
        picked={"Nhiệm vụ KH&CN": TITLE},
        chosen={"Đợt cấp theo hợp đồng": INSTALMENT},
        code=ADVANCE,
        paid_on="12/01/2026",
        amount="300.000.000",
        clear_by="30/06/2026",
    )
    expect(clerk.locator("main")).to_contain_text("Tạm ứng trên 6 tháng")

    # its term is over: it waits for the office, and stands behind the figure
    clerk.goto("/my-work/")
    expect(clerk.locator("main")).to_contain_text(ADVANCE)
    assert tasks_late(clerk) == before + 1
    expect(clerk.locator("main")).to_contain_text(ADVANCE)
    expect(clerk.locator("main")).to_contain_text(TITLE)

    # the letter to its host names it, in digits and in words, and has a number
    enter(clerk, "advance-reminders", picked={"Tổ chức chủ trì": HOST}, code="DDTU-2026-91")
    reminder = clerk.url
    clerk.get_by_role("link", name=LETTER).click()
    clerk.get_by_label("Người ký").first.fill("Nông Thị Hoa")
    clerk.get_by_role("button", name=LETTER).click()
    expect(clerk.locator("main")).to_contain_text("Ba trăm triệu đồng")
    clerk.get_by_role("button", name="Cấp số và in").click()
    expect(clerk.get_by_role("link", name="Thu hồi", exact=True)).to_be_visible()
    clerk.goto(reminder)
    expect(clerk.locator("main .badge").first).to_have_text("đã gửi")

    # cleared, it leaves the figure
    enter(
        clerk,
        "clearances",
        chosen={"Khoản tạm ứng": ADVANCE, "Hình thức": "Thanh toán tạm ứng"},
        code="TT-2026-91",
        cleared_on="20/11/2026",
        amount="300.000.000",
    )
    assert tasks_late(clerk) == before
