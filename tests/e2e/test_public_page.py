"""What a person with a telephone sees after scanning the label of the demonstration: narrow and wide, on paper, without
scripts, in both languages; nothing for axe-core, no script error, no foreign request, no cookie."""

import pytest
from playwright.sync_api import expect

from khcn.config.demo.tracing import LABEL
from tests.e2e.conftest import NARROW, WIDE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]

LOT = LABEL.rpartition("/21/")[0]
KIND = LOT.rpartition("/10/")[0]
PAGES = {
    "packet": LABEL,
    "lot": LOT,
    "product": KIND,
    "unknown serial number": LOT + "/21/KHONG-CO",
    "unknown lot": KIND + "/10/KHONG-CO",
    "unknown product": "/01/09521200000047",
    "wrong check digit": "/01/09521200000031",
    "place": "/414/9521200000016",
    "links": LABEL + "?linkType=linkset",
}
sizes = pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])


@sizes
def test_every_page_is_accessible_and_fits(visitor, viewport):
    one = visitor(None, viewport=viewport)
    found = {}
    for what, path in PAGES.items():
        one.open(path)
        if problems := one.problems():
            found[what] = problems
    assert found == {}
    assert one.context.cookies() == []


@sizes
def test_the_journey_of_the_packet(visitor, viewport):
    one = visitor(None, viewport=viewport, scripts=False)
    page = one.page
    one.open(LABEL)
    expect(page.get_by_role("heading", level=1)).to_have_text("Miến dong, gói 500 g")
    expect(page.locator("ol > li")).to_have_count(16)
    first, last = page.locator("ol > li").first.inner_text(), page.locator("ol > li").last.inner_text()
    assert first.startswith("Trồng 12/03/2022, 07:30")
    assert "Nương dong riềng Minh Họa 01" in first
    assert last.startswith("Bán cho người dùng 10/02/2023, 17:45")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**?lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("ol > li").first.inner_text().startswith("Planting 2022-03-12, 07:30")
    page.get_by_role("link", name="Tiếng Việt").click()
    page.wait_for_url("**?lang=vi")


def test_the_first_screen_says_what_and_who(visitor):
    """On a small telephone name, maker and lot are there without scrolling."""
    one = visitor(None, viewport=NARROW)
    one.open(LABEL)
    for where, text in (("h1", "Miến dong"), ("td", "Hợp tác xã Miến dong Minh Họa"), ("td", "MD-230110")):
        box = one.page.locator(where, has_text=text).first.bounding_box()
        assert box["y"] + box["height"] <= NARROW["height"]


def test_on_paper_nothing_is_cut_off(visitor):
    one = visitor(None, viewport={"width": 794, "height": 1123})
    one.open(LABEL)
    one.page.emulate_media(media="print")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 794
    expect(one.page.get_by_role("link", name="English")).to_be_hidden()
    assert one.page.pdf(format="A4").startswith(b"%PDF")


def test_a_short_name_on_an_old_label_comes_to_the_same_page(visitor):
    one = visitor(None, viewport=NARROW)
    one.open("/gtin/09521200000030/lot/MD-230110/ser/MD2301100001/")
    assert one.page.url.endswith(LABEL)
    expect(one.page.locator("ol > li")).to_have_count(16)
