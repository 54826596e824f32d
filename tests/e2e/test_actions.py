"""What is done with a record, in a real browser: from the button to the result, wide and on a telephone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PICTURES = os.environ.get("KHCN_PICTURES")  # where somebody wants to look at the pages


def picture(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("viewport", [None, NARROW], ids=["wide", "narrow"])
def test_a_refused_step_keeps_what_was_typed_and_sections_follow_the_kind(visitor, viewport):
    width = "narrow" if viewport else "wide"
    one = visitor(**({"viewport": viewport} if viewport else {}))
    page = one.page
    one.open("/science/tasks/")
    page.locator("main table tbody a").first.click()
    picture(page, f"task-{width}")
    one.check_accessible("task")
    task = page.url
    page.get_by_role("link", name="Ghi điều chỉnh").click()
    page.get_by_label("Loại điều chỉnh").select_option("change_pi")
    expect(page.locator("fieldset", has_text="Chủ nhiệm sau")).to_be_visible()
    expect(page.locator("fieldset", has_text="Thời hạn sau")).to_be_hidden()
    picture(page, f"amend-{width}")
    one.check_accessible("amend")
    page.goto(f"{task}actions/record-milestone/?kind=liquidated")
    page.locator("#id_reached_on").fill("1/1/2019")
    page.locator("main textarea").first.fill("giữ chữ này")
    page.locator("main form .form-actions button").click()
    expect(page.locator(".error-summary")).to_contain_text("Không ghi được mốc")
    expect(page.locator("main textarea").first).to_have_value("giữ chữ này")
    picture(page, f"refused-{width}")
    one.check_accessible("refused")


def test_the_bulk_page_is_accessible_and_says_why_a_row_cannot_be_chosen(visitor):
    one = visitor()
    one.open("/science/proposals/?outcome=determined")
    decided = one.page.locator("main tbody input[name='pk']").first.get_attribute("value")
    one.open(f"/science/proposals/actions/reject/?pk={decided}")
    picture(one.page, "bulk-wide")
    one.check_accessible("bulk")
    expect(one.page.locator("main")).to_contain_text("Đề xuất đã có kết quả xem xét")
