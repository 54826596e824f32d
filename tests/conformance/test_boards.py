"""Every board has each record once, under the state that it is in, as often as the list that it leads to counts."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.registers.registry import registers
from khcn.kernel.screens import boards
from khcn.kernel.screens.boards import ON_BOARD, has_board
from khcn.kernel.screens.list_filters import filterset_class
from khcn.kernel.workflow import Category
from tests.factories.registry import factory_of
from tests.web.conftest import account, tree

pytestmark = pytest.mark.django_db
BOARDS = [register for register in registers() if register.board]
every_board = pytest.mark.parametrize("register", BOARDS, ids=str)


@pytest.fixture
def reader(client):
    client.force_login(account(Role.LEADER, "LD"))
    return client


def board_of(register, client, **asked):
    response = client.get(reverse("register-board", args=[register.area, register.slug]), asked)
    assert response.status_code == 200
    return tree(response)


def lists_of(page):
    """By state the addresses of the records on its cards, the number it says, and where that leads."""
    found = {}
    for each in page.xpath("//section[contains(@class, 'board-list')]"):
        state = each.xpath("string(h2/@id)").removeprefix("board-")
        [number] = each.xpath("h2//a")
        found[state] = (each.xpath(".//h3/a/@href"), int(number.text), number.get("href"))
    return found


def in_each_state(register):
    """A record in every state that its table can be in; returns states by address."""
    found = {}
    for state in register.workflow.states:
        row = factory_of(register.model)()
        try:
            QuerySet(register.model).filter(pk=row.pk).update(state=state.value)
        except Exception:  # noqa: BLE001 -- a constraint asks more of a record in this state
            continue
        found[register.detail_url(row.pk)] = state.value
    return found


def test_there_are_boards_and_each_can_be_made():
    assert len(BOARDS) >= 4
    for register in BOARDS:
        assert has_board(register), register
        assert "state" in filterset_class(register).base_filters, register
        offered = {getattr(each, "path", each) for each in register.columns}
        assert set(register.board) <= offered, register


@every_board
def test_each_record_stands_once_under_its_state_and_the_number_is_that_of_the_list(register, reader):
    made = in_each_state(register)
    found = lists_of(board_of(register, reader))
    assert {url: state for state, (urls, _n, _a) in found.items() for url in urls} == made
    shown = [state.value for state in register.workflow.states if state.value in found]
    assert list(found) == shown
    missing = {state.value for state in register.workflow.states} - set(shown)
    assert all(register.workflow.by_value[each].category is Category.ENDED_EARLY for each in missing)
    for urls, number, address in found.values():
        listed = tree(reader.get(address)).xpath("//td[contains(@class, 'lead')]/a/@href")
        assert sorted(listed) == sorted(urls)
        assert number == len(urls)


@every_board
def test_the_table_to_print_has_the_same_records(register, reader):
    made = in_each_state(register)
    rows = board_of(register, reader, view="table").xpath("//tbody/tr")
    labels = {
        row.xpath("string(td[contains(@class,'lead')]/a/@href)"): row.xpath("string(td[1])") for row in rows
    }
    by_value = register.workflow.by_value
    assert {url: text.lower() for url, text in labels.items()} == {
        url: str(by_value[state].label).lower() for url, state in made.items()
    }


def test_what_is_not_shown_is_counted_and_the_board_obeys_the_filter_of_the_list(reader, monkeypatch):
    monkeypatch.setattr(boards, "ON_BOARD", 2)
    [register] = [each for each in BOARDS if each.name == "quality.traceabilitysupport"]
    made = [factory_of(register.model)(year=2023) for _each in range(3)]
    other = factory_of(register.model)(year=2022)
    urls, number, address = lists_of(board_of(register, reader))["registered"]
    assert (len(urls), number) == (2, 4)
    assert "và 2 bản ghi khác" in board_of(register, reader).text_content()
    urls, number, address = lists_of(board_of(register, reader, year="2022"))["registered"]
    assert (urls, number) == ([register.detail_url(other.pk)], 1)
    assert "year=2022" in address
    assert made[0].code not in tree(reader.get(address)).text_content()


def test_a_register_without_a_board_has_no_address_for_one(reader):
    assert reader.get(reverse("register-board", args=["quality", "standards"])).status_code == 404
    assert reader.get(reverse("register-board", args=["science", "tasks"])).status_code == 404


def test_a_board_asks_the_database_as_often_for_many_records_as_for_few(
    reader, django_assert_max_num_queries
):
    [register] = [each for each in BOARDS if each.name == "quality.traceabilitysupport"]
    factory_of(register.model)()
    board_of(register, reader)
    with django_assert_max_num_queries(14) as few:
        board_of(register, reader)
    factory_of(register.model).create_batch(ON_BOARD)
    with django_assert_max_num_queries(len(few)):
        board_of(register, reader)


def test_a_late_record_is_marked_in_words(reader):
    [register] = [each for each in BOARDS if each.name == "quality.traceabilitysupport"]
    late, due = factory_of(register.model)(year=2020), factory_of(register.model)()
    term = Deadline.objects.get(subject_model=register.name, subject_id=late.pk)
    assert (term.due_on.month, term.due_on.day) == (12, 31)
    card = board_of(register, reader).xpath(f"//li[.//a[text()='{late.code}']]")[0]
    assert "Quá hạn Công bố dữ liệu truy xuất" in " ".join(card.text_content().split())
    Deadline.objects.filter(subject_id=due.pk).update(due_on=term.due_on + timedelta(days=40_000))
    card = board_of(register, reader).xpath(f"//li[.//a[text()='{due.code}']]")[0]
    assert "Quá hạn" not in card.text_content()
