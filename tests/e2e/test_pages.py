"""Every kind of page, wide and narrow, light and dark: nothing for axe-core, no script error, no foreign request."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW, ROOT, WIDE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

PAGES = {
    "home": "/",
    "list": "/science/tasks/",
    "filtered list": "/science/tasks/?level=province&q=nam",
    "empty list": "/science/tasks/?q=khongcogi",
    "wrong filter": "/science/tasks/?planned_end_on__gte=99",
    "record": "/parties/organisations/1/",
    "record history": "/parties/organisations/1/history/",
    "task": "/science/tasks/3/",
    "task progress": "/science/tasks/3/progress/",
    "task amendments": "/science/tasks/3/amendments/",
    "task documents": "/science/tasks/3/documents/",
    "task history": "/science/tasks/3/history/",
    "form": "/science/tasks/new/",
    "filled form": "/science/tasks/3/edit/",
    "delete": "/science/tasks/3/delete/",
    "figure": "/figures/NV-01/?year=2023&kind=nine_months",
    "figures": "/figures/",
    "search": "/search/?q=nam+linh+chi",
    "import": "/import/",
    "import result": "/import/1/",
    "decisions": "/import/decisions/",
    "permissions": "/permissions/",
    "password": "/password/",
    "not found": "/science/khong-co/",
    "not allowed": "/accounts/",
    "reports": "/reports/",
    "report": "/reports/1/",
    "report check": "/reports/2/check/",
    "report preview": "/reports/1/preview/",
    "board": "/reports/1/board/",
    "forms": "/reports/forms/",
    "new report": "/reports/new/",
    "api": "/api/",
}
ADMIN = {"accounts": "/accounts/", "new account": "/accounts/new/", "log": "/log/"}
ASKING_FOR_THE_WIDTH = re.compile(
    r"innerWidth|clientWidth|screen\.\w*[wW]idth|ResizeObserver|matchMedia\([^)]*(width|orientation)"
)
looks = pytest.mark.parametrize(
    ("viewport", "theme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"]
)


def test_pages_are_accessible(visitor):
    """Each is opened once: wide and light, then made narrow and dark. With menu and bar, where the menu marks another entry as
    current; these pages in both themes in each width. Of the others the narrow window, which shows hardly anything that the wide one
    does not, has one theme.
    """
    found = {}
    for name, pages in (("qlkh", PAGES), ("quantri", ADMIN)):
        one = visitor(name)
        entries = set()
        for what, path in pages.items():
            one.page.set_viewport_size(WIDE)
            one.open(path)
            entry = path.split("/")[1]
            is_new = entry not in entries
            entries.add(entry)
            if problems := one.problems(with_frame=is_new):
                found[what] = problems
            one.make_narrow_and_dark()
            if problems := one.problems(with_frame=is_new, both_themes=is_new):
                found[f"{what}, narrow"] = problems
    assert found == {}


def test_no_script_asks_for_the_width():
    """So a page that is made narrow is the one that would have been opened narrow."""
    ours = [
        path
        for path in (ROOT / "src").rglob("static/**/*.js")
        if "vendor" not in path.parts and not path.name.endswith(".min.js")
    ]
    assert any(path.name == "theme.js" for path in ours)
    asking = [path.name for path in ours if ASKING_FOR_THE_WIDTH.search(path.read_text("utf-8"))]
    assert asking == []


@looks
def test_sign_in_and_its_refusal_are_accessible(visitor, viewport, theme):
    one = visitor(None, viewport=viewport, theme=theme)
    one.open("/login/")
    one.check_accessible("sign-in")
    one.page.get_by_role("button", name="Đăng nhập").click()
    one.page.wait_for_selector(".error-summary")
    assert one.page.title().startswith("Lỗi:")
    assert one.page.evaluate("document.activeElement.className") == "error-summary"
    one.check_accessible("refused sign-in")


@looks
def test_forms_with_errors_and_open_menus_are_accessible(visitor, viewport, theme):
    one = visitor(viewport=viewport, theme=theme)
    one.open("/science/tasks/new/")
    one.page.get_by_role("button", name="Lưu", exact=True).click()
    one.page.wait_for_selector(".error-summary")
    one.check_accessible("form with errors")
    one.open("/science/tasks/")
    one.page.locator("details.filters summary").click()
    one.page.get_by_role("button", name="Lọc danh sách").wait_for()
    one.check_accessible("open filters")
    one.page.locator(".topbar-user summary").click()
    one.check_accessible("open user menu", with_frame=True)
    one.page.keyboard.press("Escape")
    one.page.locator(".topbar-period summary").click()
    # what lies half under an open menu is smaller than it should be, and as large as it should be when the menu is closed
    one.check_accessible("open period menu", ".topbar")


def test_the_picture_of_the_readme(visitor):
    one = visitor("lanhdao")
    one.open("/")
    one.page.evaluate("document.fonts.ready")
    target = ROOT / "docs" / "images" / "home.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    picture = one.page.screenshot(animations="disabled")
    if not target.exists() or differs(target.read_bytes(), picture):
        target.write_bytes(picture)
    assert target.stat().st_size > 20_000


def differs(old, new):
    """Not the bytes: the size. Fonts are drawn a little differently on each machine, and the tree should stay clean."""
    return old[16:24] != new[16:24]  # width and height in the head of a PNG


def test_narrow_window_keeps_everything_within_reach(visitor):
    one = visitor(viewport=NARROW)
    one.open("/science/tasks/")
    expect(one.page.locator("nav#menu")).to_be_hidden()
    one.page.get_by_role("link", name="Mở danh mục").click()
    one.page.locator("nav#menu").get_by_role("link", name="Báo cáo").click()
    one.page.wait_for_url("**/reports/")


def test_printing_leaves_the_frame_out_and_repeats_the_head(visitor):
    one = visitor()
    one.open("/science/tasks/")
    one.page.emulate_media(media="print")
    expect(one.page.locator("nav#menu")).to_be_hidden()
    expect(one.page.locator("header.topbar")).to_be_hidden()
    assert (
        one.page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    )
    one.page.set_viewport_size({"width": 703, "height": 1000})  # A4 without its margins
    for path in ("/science/tasks/", "/parties/people/"):
        one.open(path)
        table, page = one.page.evaluate(
            "[document.querySelector('.table-region table').scrollWidth, document.documentElement.clientWidth]"
        )
        assert table <= page, path
