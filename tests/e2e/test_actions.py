"""What is done with a record, in a real browser: from the button to the result, wide and on a telephone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW, WIDE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PICTURES = os.environ.get("KHCN_PICTURES")  # where somebody wants to look at the pages


def picture(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def look(one, what):
    """Each page is opened once, wide, and made narrow and dark (see test_pages)."""
    picture(one.page, f"{what}-wide")
    one.check_accessible(what)
    one.make_narrow_and_dark()
    picture(one.page, f"{what}-narrow")
    one.check_accessible(f"{what}, narrow", both_themes=False)


def test_a_refused_step_keeps_what_was_typed_and_sections_follow_the_kind(visitor):
    """The pages follow each other on a telephone, as its person clicks and types; what they look like, also in a wide window."""
    one = visitor(viewport=NARROW)
    page = one.page
    one.open("/science/tasks/")
    page.locator("main table tbody a").first.click()
    page.set_viewport_size(WIDE)
    look(one, "task")
    task = page.url
    page.get_by_role("link", name="Ghi điều chỉnh").click()
    page.get_by_label("Loại điều chỉnh").select_option("change_pi")
    expect(page.locator("fieldset", has_text="Chủ nhiệm sau")).to_be_visible()
    expect(page.locator("fieldset", has_text="Thời hạn sau")).to_be_hidden()
    page.set_viewport_size(WIDE)
    expect(page.locator("fieldset", has_text="Chủ nhiệm sau")).to_be_visible()
    expect(page.locator("fieldset", has_text="Thời hạn sau")).to_be_hidden()
    look(one, "amend")
    page.goto(f"{task}actions/record-milestone/?kind=liquidated")
    page.locator("#id_reached_on").fill("1/1/2019")
    page.locator("main textarea").first.fill("giữ chữ này")
    page.locator("main form .form-actions button").click()
    expect(page.locator(".error-summary")).to_contain_text("Không ghi được mốc")
    expect(page.locator("main textarea").first).to_have_value("giữ chữ này")
    page.set_viewport_size(WIDE)
    look(one, "refused")


def test_the_bulk_page_is_accessible_and_says_why_a_row_cannot_be_chosen(visitor):
    one = visitor()
    one.open("/science/proposals/?outcome=determined")
    decided = one.page.locator("main tbody input[name='pk']").first.get_attribute("value")
    one.open(f"/science/proposals/actions/reject/?pk={decided}")
    picture(one.page, "bulk-wide")
    one.check_accessible("bulk")
    expect(one.page.locator("main")).to_contain_text("Đề xuất đã có kết quả xem xét")
