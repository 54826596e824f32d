"""Which rows of a list a page is about: what was ticked, else what the filter finds; read in one way by all pages that take ticks."""

import pytest

from tests.factories.science import TaskProposalFactory
from tests.web.conftest import tree, words

pytestmark = pytest.mark.django_db
ACTION = "/science/proposals/actions/determine-task/"
CHANGE = "/import/change/science/proposals/"
GRID = "/import/grid/science/proposals/"


def shown(page):
    """The keys of the records that the page names."""
    boxes = tree(page).xpath("//main//input[@name='pk']/@value")
    links = tree(page).xpath("//main//ul[@class='hits']//a/@href")
    keys = tree(page).xpath("//main//input[starts-with(@name, 'key-r')]/@name")
    return {
        int(each)
        for each in (*boxes, *(at.strip("/").split("/")[-1] for at in links), *(at[5:] for at in keys))
    }


@pytest.mark.parametrize("address", [ACTION, CHANGE, GRID])
def test_a_tick_that_holds_no_number_is_that_of_no_record(officer, address):
    first, second = TaskProposalFactory(), TaskProposalFactory()
    assert shown(officer.get(address)) == {first.pk, second.pk}
    assert shown(officer.get(f"{address}?pk={first.pk}&pk=abc")) == {first.pk}
    page = officer.get(f"{address}?pk=abc", follow=True)
    if page.redirect_chain:
        assert page.redirect_chain == [("/science/proposals/?pk=abc", 303)]
        assert "không có bản ghi nào để sửa" in words(page)
    else:
        assert shown(page) == set()


@pytest.mark.parametrize("address", [ACTION, CHANGE, GRID])
def test_a_filter_that_cannot_be_read_is_reported_and_stands_for_no_row(officer, address):
    TaskProposalFactory()
    page = officer.get(f"{address}?for_year=abc", follow=True)
    assert page.redirect_chain == [("/science/proposals/?for_year=abc", 303)]
    assert "Có điều kiện lọc chưa đọc được. Sửa điều kiện lọc rồi làm lại." in words(page)
