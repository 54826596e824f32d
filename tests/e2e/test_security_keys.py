"""A security key in a real browser: the one that Chromium has for tests, put in by its debugger."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW, PASSWORD, WIDE, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
NAME = "tp.qlkh"


@pytest.fixture
def person(browser, site):
    """A browser at the name of the machine, with a key of which each test has its own."""
    found = Visitor(browser, site.replace("127.0.0.1", "localhost"))
    debugger = found.context.new_cdp_session(found.page)
    debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    found.key = debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    found.debugger = debugger
    yield found
    found.close()


def looked_at(person, what):
    """On a wide and on a narrow window, by the rules of accessibility, and as a picture where somebody wants to see it."""
    for viewport, width in ((WIDE, "wide"), (NARROW, "narrow")):
        person.page.set_viewport_size(viewport)
        person.check_accessible(f"{what} {width}")
        if folder := os.environ.get("KHCN_PICTURES"):
            person.page.screenshot(path=Path(folder) / f"{what}-{width}.png", full_page=True)
    person.page.set_viewport_size(WIDE)


def password_typed(person):
    page = person.page
    page.goto("/login/")
    page.get_by_label("Tên đăng nhập").fill(NAME)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def test_a_key_is_added_asked_for_after_the_password_and_taken_away(person):
    page = person.page
    person.sign_in(NAME)
    page.goto("/second-factor/")
    page.get_by_label("Tên của khóa, để sau này nhận ra").fill("Khóa ở chùm chìa khóa")
    page.get_by_role("button", name="Thêm khóa").click()
    looked_at(person, "key-new")
    page.get_by_role("button", name="Đăng ký khóa").click()
    page.get_by_text("Đã thêm khóa bảo mật").wait_for()
    expect(page.locator("main li code")).to_have_count(10)
    page.goto("/second-factor/")
    looked_at(person, "key-listed")
    person.context.clear_cookies()

    password_typed(person)
    page.get_by_role("button", name="Dùng khóa bảo mật").wait_for()
    looked_at(person, "key-asked")
    page.get_by_role("button", name="Dùng khóa bảo mật").click()
    page.wait_for_url(f"{person.site}/")
    page.goto("/second-factor/")
    expect(page.locator("main")).to_contain_text("dùng gần nhất lúc")
    page.get_by_role("button", name=re.compile("Bỏ.*Khóa ở chùm chìa khóa")).click()
    page.get_by_text("Đã bỏ khóa bảo mật").wait_for()


def test_a_key_that_is_not_there_is_reported_and_the_code_remains(person):
    page = person.page
    person.sign_in(NAME)
    page.goto("/second-factor/")
    page.get_by_role("button", name="Thêm khóa").click()
    page.get_by_role("button", name="Đăng ký khóa").click()
    code = page.locator("main li code").first.inner_text()
    person.context.clear_cookies()
    password_typed(person)
    person.debugger.send("WebAuthn.clearCredentials", {"authenticatorId": person.key})
    page.get_by_role("button", name="Dùng khóa bảo mật").click()
    page.get_by_text("Chưa dùng được khóa").wait_for()
    looked_at(person, "key-failed")
    page.get_by_label("Một mã dự phòng").fill(code)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(f"{person.site}/")
    page.goto("/second-factor/")
    page.get_by_role("button", name=re.compile("Bỏ.*Khóa bảo mật")).click()
    page.get_by_text("Đã bỏ khóa bảo mật").wait_for()
