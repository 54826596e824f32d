"""A dossier from the counter to its applicant: received by keyboard, stopped for a supplement over Tết, settled, and counted."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.by_words import Hands, choose_year
from tests.e2e.conftest import NARROW

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PROCEDURE = "Cấp giấy phép tiến hành công việc bức xạ"
RECORD, DOSSIER = re.compile(r"/dossiers/procedures/[0-9]+/$"), re.compile(r"/dossiers/dossiers/[0-9]+/$")
MOST_KEYS = 110
APPLICANT = "Phòng khám Hoa Sen"


def take(page, step, **values):
    """One step of the dossier, from its button to its page again."""
    page.get_by_role("link", name=step, exact=True).click()
    for name, value in values.items():
        page.locator(f"main [name='{name}']").fill(value)
    page.locator("main form").get_by_role("button", name=step, exact=True).click()
    page.wait_for_url(DOSSIER)


def state_shown(page, label):
    return page.locator(".datum", has_text=label).first


def count_of(page, code):
    page.goto(f"/figures/{code}/")
    return int(re.search(r"\b(\d+) hồ sơ\b", page.locator("main").inner_text())[1])


def receive(page):
    """By keyboard alone: the procedure is looked up; the day of the receipt is today unless another is typed."""
    hands = Hands(page)
    page.goto("/")
    hands.look_up("cấp giấy phép tiến").filter(has_text=PROCEDURE).first.wait_for()
    hands.press("ArrowDown", "Enter")
    page.wait_for_url(RECORD)
    hands.reach("Tiếp nhận hồ sơ")
    hands.press("Enter")
    hands.is_in("applicant")
    hands.type(APPLICANT)
    hands.press("Tab")
    hands.type("0209 3870 123")
    hands.press(*["Tab"] * 7)
    hands.is_in("received_on")
    hands.type("09/02/2026")  # a Monday; the new year began on the 17th
    hands.press("Enter")
    page.wait_for_url(DOSSIER)
    hands.took(MOST_KEYS)


def test_from_the_counter_to_the_figure(visitor):
    clerk = visitor("vanphong").page
    clerk.goto("/")
    choose_year(clerk, 2026)
    before = {code: count_of(clerk, code) for code in ("HS-01", "HS-02")}

    receive(clerk)
    dossier = clerk.url
    code = re.search(r"000\.00\.15\.H03-260209-\d{4}", clerk.locator("h1").inner_text())[0]
    term = state_shown(clerk, "Hạn giải quyết")
    expect(term).to_contain_text("02/03/2026")  # 20 days from the 10th end on Sunday 01/03

    # the clock stops while the applicant is asked, over the days of the new year
    take(clerk, "Yêu cầu bổ sung", asked_on="11/02/2026", content="Bản sao chứng chỉ nhân viên bức xạ")
    expect(state_shown(clerk, "Tình trạng")).to_contain_text("Chờ bổ sung")
    take(clerk, "Đã nhận bổ sung", answered_on="24/02/2026")
    expect(state_shown(clerk, "Hạn giải quyết")).to_contain_text("16/03/2026")

    # the paper, and what the applicant sees with it
    clerk.get_by_role("link", name="Lập Giấy tiếp nhận hồ sơ và hẹn trả kết quả").click()
    clerk.get_by_label("Người ký").first.fill("Nông Thị Hoa")
    clerk.get_by_role("button", name="Lập Giấy tiếp nhận hồ sơ và hẹn trả kết quả").click()
    expect(clerk.locator("main")).to_contain_text("mã tra cứu")
    printed = re.search(r"mã tra cứu: ?\**([0-9A-Z]{4}-[0-9A-Z]{4})", clerk.locator("main").inner_text())[1]
    applicant = visitor("", viewport=NARROW)
    applicant.open("/login/")
    applicant.page.get_by_role("link", name="Tra cứu hồ sơ").click()
    applicant.check_accessible("the page of a dossier, empty")
    applicant.page.get_by_label("Mã hồ sơ").fill(code)
    applicant.page.get_by_label("Mã tra cứu").fill(printed.lower())
    applicant.page.get_by_role("button", name="Tra cứu").click()
    expect(applicant.page.locator("main")).to_contain_text("16/03/2026")
    expect(applicant.page.locator("main")).not_to_contain_text(APPLICANT)
    applicant.check_accessible("the page of a dossier")

    # settled in time, and counted
    clerk.goto(dossier)
    take(clerk, "Ghi kết quả", ended_on="13/03/2026", result_number="05/GP-SKHCN")
    expect(state_shown(clerk, "Tình trạng")).to_contain_text("Đã giải quyết trước hạn")
    assert {code: count_of(clerk, code) for code in before} == {
        each: count + 1 for each, count in before.items()
    }
