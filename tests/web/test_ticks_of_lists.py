"""Rows that are ticked in a list stay ticked on its other pages, and a grid of none ticked begins at the page that was looked at."""

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake.changes import grid as grids
from khcn.kernel.registers import list_pages
from khcn.kernel.screens import list_views, ticked_rows
from tests.factories.science import TaskProposalFactory
from tests.web.conftest import form_values, tree, words
from tests.web.test_ticked_rows import shown

pytestmark = pytest.mark.django_db
LIST = "/science/proposals/"


@pytest.fixture
def pages_of_two(monkeypatch):
    for module in (list_pages, ticked_rows):
        monkeypatch.setattr(module, "PAGE_SIZE", 2)
    monkeypatch.setattr(grids, "ROWS", 3)


def ticked(page):
    """The keys of the ticked boxes, and of the ticks that the page keeps of others."""
    found = tree(page)
    boxes = found.xpath("//input[@form='chosen'][@name='pk'][@checked]/@value")
    return {int(each) for each in boxes}, {
        int(each) for each in found.xpath("//form[@id='chosen']/input[@name='pk']/@value")
    }


def link(page, xpath):
    (found,) = tree(page).xpath(f"//main//a[{xpath}]/@href")
    return found


@pytest.mark.usefixtures("pages_of_two")
def test_ticks_of_the_address_stay_on_other_pages_and_dropped_by_one_link(officer):
    records = [TaskProposalFactory(for_year=2024) for _each in range(3)]
    page = officer.get(LIST, {"for_year": "2024"})
    first = sorted(shown(page))
    (last,) = {each.pk for each in records} - set(first)
    page = officer.get(LIST, {"for_year": "2024", "pk": [*first, "abc"]})
    assert ticked(page) == (set(first), set())
    assert not tree(page).xpath("//*[@id='ticked-elsewhere']")
    page = officer.get(link(page, "@rel='next'") + f"&pk={last}")
    assert ticked(page) == ({last}, set(first))
    assert (
        tree(page).xpath("normalize-space(//*[@id='ticked-elsewhere']/text())")
        == "2 dòng đã chọn không hiện ở trang này."
    )
    assert ticked(officer.get(link(page, "@rel='prev'"))) == (set(first), {last})
    assert ticked(officer.get(link(page, "contains(@href, 'sort=for_year')"))) == (set(first), {last})
    page = officer.get(link(page, "@data-ticks='page'"))
    assert shown(page) == {last}
    assert ticked(page) == ({last}, set())


def test_of_a_ticked_record_that_is_no_more_nothing_is_counted(officer):
    this, other, gone = (TaskProposalFactory(for_year=year) for year in (2024, 2025, 2025))
    keys = [this.pk, other.pk, gone.pk]
    with acting(SYSTEM):
        gone.delete()
    page = officer.get(LIST, {"for_year": "2024", "pk": keys})
    assert ticked(page) == ({this.pk}, {other.pk})
    assert "1 dòng đã chọn không hiện ở trang này." in words(page)


def test_a_page_of_several_records_leads_back_to_the_list_as_it_was(officer):
    record = TaskProposalFactory(for_year=2024)
    left = f"{LIST}?for_year=2024&pk={record.pk}"
    address = left.replace(LIST, f"{LIST}actions/reject/")
    page = officer.get(address)
    assert link(page, "@data-cancel") == left
    sent = {**form_values(tree(page)), "reason": "Trùng", "shown": [record.pk], "pk": [record.pk]}
    assert link(officer.post(address, sent), "text()='Về danh sách'") == left


def test_more_ticks_than_an_address_holds_are_cut_and_a_list_without_buttons_has_none(
    officer, sign_in, monkeypatch
):
    keys = sorted(TaskProposalFactory().pk for _each in range(3))
    monkeypatch.setattr(list_views, "MOST_TICKED", 2)
    assert ticked(officer.get(LIST, {"pk": keys})) == (set(keys[:2]), set())
    page = sign_in(Role.READER, "BGD").get(LIST, {"pk": keys})
    assert ticked(page) == (set(), set())
    assert not tree(page).xpath("//*[@data-whole-page]")


@pytest.mark.usefixtures("pages_of_two")
def test_a_grid_begins_at_the_page_that_was_looked_at_and_leads_back_to_it(officer):
    for _each in range(5):
        TaskProposalFactory()
    page = officer.get(LIST)
    there = []
    for _each in range(2):
        page = officer.get(link(page, "@rel='next'"))
        query = {
            each.get("name"): each.get("value") for each in tree(page).xpath("//form[@id='chosen']/input")
        }
        grid = officer.get("/import/grid/science/proposals/", query)
        there.append((shown(page), shown(grid)))
    page = officer.get(link(page, "@rel='prev'"))
    query = {each.get("name"): each.get("value") for each in tree(page).xpath("//form[@id='chosen']/input")}
    grid = officer.get("/import/grid/science/proposals/", query)
    assert shown(page) == shown(grid) == there[0][0]
    assert there[1][0] == there[1][1]
    assert there[0][0] < there[0][1]  # a grid has room for more rows than this page
    back = tree(grid).xpath("//main//a[@data-cancel]/@href")
    assert shown(officer.get(back[0])) == there[0][0]
    assert officer.get("/import/grid/science/proposals/?after=abc").status_code == 400
