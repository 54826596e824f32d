"""Sign-in by an identity provider in a real browser: our policy, the cookie that comes back from another site, the way on."""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import NARROW, WIDE, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
NAME = "tp.qlkh"


def pictured(person, what):
    for viewport, width in ((WIDE, "wide"), (NARROW, "narrow")):
        person.page.set_viewport_size(viewport)
        person.check_accessible(f"{what} {width}")
        if folder := os.environ.get("KHCN_PICTURES"):
            person.page.screenshot(path=Path(folder) / f"{what}-{width}.png", full_page=True)
    person.page.set_viewport_size(WIDE)


def test_an_identity_is_linked_and_signs_in(browser, site, identity_provider):
    address = site.replace("127.0.0.1", "localhost")
    person = Visitor(browser, address)
    page = person.sign_in(NAME).page
    page.get_by_text("Xin chào").click()
    page.get_by_role("link", name="Tài khoản định danh").click()
    pictured(person, "identity-none")
    page.get_by_role("button", name="Liên kết").click()
    page.get_by_role("heading", name="Provider").wait_for()
    page.get_by_role("link", name="Tiếp tục").click()
    page.get_by_text("Đã liên kết. Từ nay đăng nhập được").wait_for()
    pictured(person, "identity-linked")
    person.context.clear_cookies()

    page.goto("/login/?next=/my-work/")
    pictured(person, "login-provider")
    page.get_by_role("button", name="VNeID").click()
    page.get_by_role("link", name="Tiếp tục").click()
    page.wait_for_url("**/my-work/")
    person.context.clear_cookies()

    person.sign_in(NAME)  # the provider's word alone takes no link away
    page.goto("/identity/")
    page.get_by_role("button", name="Bỏ liên kết").click()
    page.get_by_text("Đã bỏ liên kết").wait_for()
    person.context.clear_cookies()

    page.goto("/login/")
    page.get_by_role("button", name="VNeID").click()
    page.get_by_role("link", name="Tiếp tục").click()
    page.get_by_role("heading", name="Chưa đăng nhập được").wait_for()
    pictured(person, "provider-problem")
    person.context.close()
    assert person.faults == []
    assert {each.split("/")[2] for each in person.foreign} == {f"127.0.0.1:{identity_provider.port}"}
