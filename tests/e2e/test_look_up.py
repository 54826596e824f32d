"""Look-up boxes at typing speed, with answers that come late or not at all: no record is stored that nobody named."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NARROW

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
PICTURES = os.environ.get("KHCN_PICTURES")  # where somebody wants to look at the pages
LEADER = "Chủ nhiệm"
HOST = "Tổ chức chủ trì"
NAMED, NAMELESS = "bui minh hoa 55", "Khong Co Ai"
OTHER_MARKS = "Bùi Minh Hóa 55"
TITLE = "Nhiệm vụ của ô tra cứu"
ORGANISATION = "Đơn vị công tác"
HIGH = {
    "width": 1366,
    "height": 1300,
}  # the whole form, whose buttons stand below its fields and not at the edge


def fill(page):
    page.get_by_label("Mã nhiệm vụ").fill("TC-01")
    page.get_by_label("Tên nhiệm vụ").fill(TITLE)
    page.get_by_label("Loại nhiệm vụ").select_option("Đề tài")
    page.get_by_label("Cấp quản lý").select_option("Cấp tỉnh")
    page.get_by_label("Bên quản lý").select_option("Tỉnh quản lý")
    page.get_by_label("Thực hiện từ năm").fill("2026")


@pytest.fixture
def form(visitor):
    """A task to be entered, ``complete`` but for the records that are looked up where it is sent; ``delay`` holds the answers back."""

    pages = []

    def enter(delay=0, viewport=None, *, complete=False):
        page = visitor(**({"viewport": viewport} if viewport else {})).page
        pages.append(page)
        page.goto("/science/tasks/new/")
        if complete:
            fill(page)

        def late(route):
            # the list for an empty text comes at once: it must not be taken for the answer
            wait = delay if parse_qs(urlsplit(route.request.url).query).get("q") else 0
            page.wait_for_timeout(wait)
            route.continue_()

        page.route("**/lookup/**", late)
        return page

    yield enter
    for page in pages:
        page.unroute_all(behavior="ignoreErrors")  # an answer may be on its way still


def box(page, name):
    return page.get_by_role("combobox", name=name, exact=True)


def field(page, name):
    return page.locator(".field", has=page.get_by_text(name, exact=True))


def chosen(page, name):
    return field(page, name).locator(".item").all_inner_texts()


def write(page, name, text):
    found = box(page, name)
    found.click()
    found.press_sequentially(text, delay=30)
    return found


def save(page):
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_load_state()


@pytest.mark.parametrize("delay", [0, 400, 1500])
@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_full_name_is_taken_when_its_answer_comes(form, delay, key):
    page = form(delay)
    write(page, LEADER, NAMED).press(key)
    assert chosen(page, LEADER) in ([], ["Bùi Minh Họa 55"])
    field(page, LEADER).locator(".item").wait_for()
    assert chosen(page, LEADER) == ["Bùi Minh Họa 55"]
    expect(field(page, LEADER).locator(".field-error")).to_have_count(0)
    assert page.locator("[name=principal_investigator]").input_value().startswith("#")


@pytest.mark.parametrize(
    ("delay", "key", "text"),
    [(0, "Enter", NAMELESS), (0, "Tab", "#1"), (400, "Enter", "#1"), (400, "Tab", NAMELESS)],
)
def test_a_text_that_names_nobody_stays_is_marked_and_is_refused(form, delay, key, text):
    page = form(delay, complete=True)
    write(page, LEADER, text).press(key)
    error = field(page, LEADER).locator(".field-error")
    error.wait_for()
    assert "Chưa chọn mục nào" in error.inner_text()
    page.wait_for_timeout(delay + 600)
    assert chosen(page, LEADER) == []
    assert box(page, LEADER).input_value() == text
    assert not page.locator("[name=principal_investigator]").input_value().startswith("#")  # no key
    save(page)
    page.locator(".error-summary").wait_for()
    assert f"Chưa có cá nhân “{text}”" in field(page, LEADER).inner_text()
    assert box(page, LEADER).input_value() == text
    assert chosen(page, LEADER) == []


@pytest.mark.parametrize("delay", [0, 400])
@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_name_with_other_marks_is_not_taken_and_may_be_added_at_once(form, delay, key):
    page = form(delay, complete=True)
    write(page, LEADER, OTHER_MARKS).press(key)
    field(page, LEADER).get_by_role("button", name=f"Thêm mới cá nhân “{OTHER_MARKS}”").wait_for()
    assert chosen(page, LEADER) == []
    assert box(page, LEADER).input_value() == OTHER_MARKS
    expect(field(page, LEADER).locator(".field-error")).to_contain_text("Chưa chọn mục nào")
    if key == "Enter":
        expect(field(page, LEADER).locator(".option")).to_have_text(["Bùi Minh Họa 55"])  # to be pointed at
    save(page)
    page.locator(".error-summary").wait_for()
    expect(field(page, LEADER)).to_contain_text(f"Chưa có cá nhân “{OTHER_MARKS}”")
    write(page, LEADER, "").press("Control+a")
    page.keyboard.type("BÙI MINH HOẠ 55")  # the same letters and tones
    box(page, LEADER).press(key)
    field(page, LEADER).locator(".item").wait_for()
    assert chosen(page, LEADER) == ["Bùi Minh Họa 55"]


def test_both_boxes_left_with_tab_and_saved_at_once_are_refused_and_stay(form):
    page = form(400, complete=True)
    write(page, HOST, "Vien khong co").press("Tab")
    write(page, LEADER, NAMELESS).press("Tab")
    save(page)
    page.locator(".error-summary").wait_for()
    expect(page.locator(".error-summary li")).to_have_count(2)
    assert [box(page, each).input_value() for each in (HOST, LEADER)] == ["Vien khong co", NAMELESS]


def test_a_full_name_saved_before_any_answer_came_is_the_one_stored(form):
    page = form(5000, complete=True)
    write(page, LEADER, NAMED)
    save(page)
    page.get_by_role("heading", name=TITLE).wait_for()
    expect(page.locator("main")).to_contain_text("Bùi Minh Họa 55")
    page.get_by_role("link", name="Xóa").click()
    page.get_by_role("button", name="Xóa bản ghi này").click()
    page.get_by_text("Đã xóa nhiệm vụ").wait_for()


def test_without_a_network_nothing_is_chosen_and_the_box_says_so(form):
    page = form()
    box(page, LEADER).click()
    field(page, LEADER).locator(".option").first.wait_for()
    page.route("**/lookup/**", lambda route: route.abort())
    found = write(page, LEADER, NAMED)
    found.press("Enter")
    assert chosen(page, LEADER) == []
    page.wait_for_timeout(600)
    expect(field(page, LEADER).locator(".field-error")).to_contain_text("Chưa tải được danh sách gợi ý")
    found.press("Enter")
    assert chosen(page, LEADER) == []
    assert found.input_value() == NAMED


def test_of_several_rows_the_one_pointed_at_is_taken_and_none_without_pointing(form):
    page = form()
    found = write(page, LEADER, "bui minh hoa")
    rows = field(page, LEADER).locator(".option")
    rows.nth(1).wait_for()
    # what was found for the whole text, and not for its beginning
    page.wait_for_function("() => !document.querySelector('[name=principal_investigator]').tomselect.loading")
    found.press("Enter")
    assert chosen(page, LEADER) == []
    second = rows.nth(1).inner_text()
    found.press("ArrowDown")
    found.press("ArrowDown")
    found.press("Enter")
    assert chosen(page, LEADER) == [second]
    expect(found).to_have_value("")
    expect(field(page, LEADER).locator(".field-error")).to_have_count(0)


def test_a_text_typed_over_a_chosen_record_replaces_it(form):
    page = form()
    write(page, LEADER, NAMED).press("Enter")
    field(page, LEADER).locator(".item").wait_for()
    write(page, LEADER, NAMELESS).press("Tab")
    page.wait_for_timeout(600)
    assert chosen(page, LEADER) == []
    assert page.locator("[name=principal_investigator]").input_value() == NAMELESS


def test_an_open_list_without_any_text_gives_nothing_to_enter(form):
    page = form()
    found = box(page, LEADER)
    found.click()
    field(page, LEADER).locator(".option").first.wait_for()
    found.press("Enter")
    assert chosen(page, LEADER) == []
    assert page.url.endswith("/science/tasks/new/")


@pytest.mark.parametrize("key", ["Enter", "Tab"])
def test_a_short_list_keeps_a_text_that_names_nothing_and_the_server_refuses_it(visitor, key):
    page = visitor().page
    page.goto("/councils/council-meetings/new/")
    found = box(page, "Hội đồng")
    found.click()
    page.keyboard.type("khong co hoi dong nay")  # all letters at once: the list of before must not be taken
    found.press(key)
    assert chosen(page, "Hội đồng") == []
    expect(field(page, "Hội đồng").locator(".field-error")).to_contain_text("Chưa chọn mục nào")
    save(page)
    page.locator(".error-summary").wait_for()
    expect(field(page, "Hội đồng")).to_contain_text("Chưa có hội đồng “khong co hoi dong nay”")
    expect(box(page, "Hội đồng")).to_have_value("khong co hoi dong nay")


@pytest.mark.parametrize("viewport", [None, NARROW], ids=["wide", "narrow"])
def test_the_mark_is_seen_and_read(form, viewport):
    page = form(viewport=viewport)
    found = write(page, LEADER, NAMELESS)
    found.press("Enter")
    note = field(page, LEADER).locator(".field-error")
    expect(found).to_have_attribute("aria-invalid", "true")
    assert note.get_attribute("id") in found.get_attribute("aria-describedby").split()
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"look-up-{'narrow' if viewport else 'wide'}.png"))
    page.wait_for_timeout(400)
    found.press("Escape")
    found.press("Backspace")
    expect(note).to_have_count(0)
    assert found.get_attribute("aria-invalid") is None


@pytest.mark.parametrize("moved_by", ["the box that is left", "the answer"])
def test_a_button_is_pressed_that_has_moved_under_the_pointer(visitor, moved_by):
    """A person's press takes a tenth of a second; what is said above the button meanwhile moves it away."""
    page = visitor(viewport=HIGH).page
    page.goto("/parties/people/new/")
    waiting = []

    def until_pressed(route):
        waiting.append(route)

    if moved_by == "the answer":
        page.route("**/lookup/**q=Khong+Co+Ai*", until_pressed)
    found = write(page, ORGANISATION, NAMELESS)
    button = page.get_by_role("button", name="Lưu", exact=True)
    if moved_by == "the answer":
        with page.expect_request("**/lookup/**q=Khong+Co+Ai"):
            button.focus()
    else:
        field(page, ORGANISATION).locator(".create-offer").wait_for()
    expect(found).to_have_attribute("aria-expanded", "false")  # the list covers nothing
    place = button.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 2)
    page.mouse.down()
    for each in waiting:
        each.continue_()
    page.wait_for_function(
        "([button, y]) => button.getBoundingClientRect().y > y + 2",
        arg=[button.element_handle(), place["y"]],
    )
    page.mouse.up()
    page.locator(".error-summary").wait_for()  # it was sent: the person has no name
    expect(box(page, ORGANISATION)).to_have_value(NAMELESS)


def test_a_button_is_not_pressed_that_the_pointer_has_left(visitor):
    page = visitor(viewport=HIGH).page
    page.goto("/parties/people/new/")
    place = page.get_by_role("button", name="Lưu", exact=True).bounding_box()
    page.mouse.move(place["x"] + 9, place["y"] + 9)
    page.mouse.down()
    page.mouse.move(place["x"] + 9, place["y"] - 9)
    page.evaluate(
        "addEventListener('submit', (event) => { document.body.dataset.pressed = 'x'; event.preventDefault(); })"
    )
    page.mouse.up()
    assert page.locator("body").get_attribute("data-pressed") is None
