"""What comes out of the printer: lists with many columns lengthwise, their titles readable, nothing that belongs to the screen."""

import re

import pytest

from tests.e2e.conftest import NARROW

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LENGTHWISE, UPRIGHT = "lengthwise", "upright"
IN_PRINT = """() => {
  const shown = each => each.getClientRects().length > 0;
  const all = name => [...document.querySelectorAll(name)].filter(shown).length;
  const table = document.querySelector("main .table");
  const lead = document.querySelector("main .table tbody td.lead");
  return {
    boxes: all(".table input[type=checkbox]"), choose: all(".table .choose"),
    marks: all("abbr.illus, .badge-illustrative, .illus-note"),
    size: getComputedStyle(lead).fontSize,
    share: lead.getBoundingClientRect().width / table.getBoundingClientRect().width,
  };
}"""


def pages(one):
    """The direction of each page as it is printed on A4."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", one.page.pdf(prefer_css_page_size=True))
    return [LENGTHWISE if float(width) > float(height) else UPRIGHT for width, height in boxes]


@pytest.mark.parametrize(
    ("path", "direction", "at_least"),
    [("/science/tasks/?print=all", LENGTHWISE, 0.28), ("/science/proposals/", LENGTHWISE, 0.28)],
)
def test_a_list_with_many_columns_is_printed_lengthwise_with_room_for_its_titles(
    visitor, path, direction, at_least
):
    one = visitor()
    one.open(path)
    assert set(pages(one)) == {direction}
    one.page.emulate_media(media="print")
    one.page.set_viewport_size({"width": 1000, "height": 700})  # A4 lengthwise without its margins
    found = one.page.evaluate(IN_PRINT)
    assert (found["boxes"], found["choose"], found["marks"]) == (0, 0, 0)
    assert found["size"] == "10.6667px"  # 8pt
    assert found["share"] >= at_least


def test_a_page_of_facts_is_upright_and_begins_on_its_first_page(visitor):
    one = visitor()
    one.open("/science/tasks/3/progress/")
    assert set(pages(one)) == {UPRIGHT}
    one.page.emulate_media(media="print")
    shown = """() => [...document.querySelectorAll("main .card")].map(each => getComputedStyle(each))
      .filter(each => each.display !== "none").map(each => each.display + " " + each.breakInside)"""
    assert set(one.page.evaluate(shown)) == {"block auto"}


def test_pills_stay_inside_of_their_cards(visitor):
    one = visitor(viewport=NARROW)
    one.open("/science/tasks/3/")
    over = """() => [...document.querySelectorAll(".datum .badge")].filter(each =>
      each.getBoundingClientRect().right > each.closest(".card").getBoundingClientRect().right).length"""
    one.page.evaluate(
        "() => { for (const each of document.querySelectorAll('.datum .badge')) each.textContent ="
        " 'xong, đúng hạn (ghi sau hạn, ngày 30/11/2026), và một câu còn dài hơn thế nữa'; }"
    )
    assert one.page.evaluate(over) == 0
