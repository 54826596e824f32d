"""Typing all day: what is stored is what was shown, at any speed, and what was typed survives whatever comes between.

A few texts and interruptions in the suite; ``KHCN_LONG_TYPING=1`` makes them two hundred and fifty.
"""

import json
import random
import re
import unicodedata

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD
from tests.e2e.random_typing import LONG

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
FORM = "/science/tasks/new/"
# More interruptions, and on several forms: test_random_interruptions.
TRIES, INTERRUPTIONS = (200, 50) if LONG else (48, 5)
INTERRUPTED_BY = ("reload", "close", "session", "refused", "offline")
LEADER = "principal_investigator"
ALSO_THERE = [
    "Nguyễn Thị Hòa",
    "Nguyễn Thị Hoà Bình",
    "Trần Đức",
    "Trần Đức Anh",
    "Đỗ Anh",
    "Do Anh",
    "Lê Văn A",
    "Lê Văn An",
]
READY = "body[data-drafts=ready]"
TYPED = """() => [...document.querySelector('form[data-guard]').elements]
  .filter(each => each.name && each.type !== 'hidden' && each.tagName !== 'BUTTON' && each.tagName !== 'FIELDSET')
  .map(each => [each.name, each.type === 'checkbox' ? each.checked : each.value])"""
SHOWN = """() => { const box = document.querySelector('[name=principal_investigator]').tomselect;
  return { item: box.items.length ? box.options[box.items[0]].text : '', text: box.control_input.value.trim(),
           value: box.input.value, loading: Boolean(box.loading) }; }"""


def fold(text):
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


def start(page):
    page.goto(FORM)
    page.wait_for_selector(READY)


class Answers:
    """The look-up of people with names that are hard to tell apart; each answer comes when it likes."""

    def __init__(self, page, chance):
        self.names = {
            f"#{place}": name for place, name in enumerate([*ALSO_THERE, "Phạm Thị Minh Nguyệt"], 900_001)
        }
        self.chance = chance
        page.route("**/lookup/parties/people/**", self.answer)

    def answer(self, route):
        text = route.request.url.partition("q=")[2].partition("&")[0]
        words = (
            fold(
                route.request.frame.evaluate("text => decodeURIComponent(text.replaceAll('+', ' '))", text)
            ).split()
            if "%" in text
            else fold(text.replace("+", " ")).split()
        )
        found = [
            {"value": key, "text": name}
            for key, name in self.names.items()
            if all(each in fold(name) for each in words)
        ]
        route.request.frame.page.wait_for_timeout(self.chance.choice([0, 0, 20, 60, 150]))
        route.fulfill(json={"results": found, "create": None})


def test_what_is_stored_is_what_was_shown_at_any_speed(visitor):
    chance = random.Random(12)
    page = visitor().page
    start(page)
    answers = Answers(page, chance)
    box = page.locator(f"#id_{LEADER}-ts-control")
    wrong = []
    for number in range(TRIES):
        name = chance.choice(list(answers.names.values()))
        text = chance.choice(
            [name, fold(name), name.lower(), name[: chance.randint(2, len(name))], "khong co ai", "#900003"]
        )
        page.evaluate(
            f"() => {{ const box = document.querySelector('[name={LEADER}]').tomselect; box.clear(true); }}"
        )
        box.focus()
        box.press("Control+a")
        page.keyboard.type(text, delay=chance.choice([0, 0, 2, 8]))
        page.wait_for_timeout(chance.choice([0, 0, 100, 300]))
        key = chance.choice(["Enter", "Tab", "Enter"])
        page.keyboard.press(key)
        at_once = page.evaluate(SHOWN)
        page.wait_for_function(f"() => !document.querySelector('[name={LEADER}]').tomselect.loading")
        shown = page.evaluate(SHOWN)
        for each in (at_once, shown):
            stored = answers.names.get(each["value"], "") if each["item"] else each["value"].strip()
            if stored != (each["item"] or each["text"]):
                wrong.append((number, text, key, each))
        # what was taken is named by what was typed; what was not taken stands in the box as it was typed
        if shown["item"] and not all(word in fold(shown["item"]) for word in fold(text).split()):
            wrong.append((number, text, key, shown))
        if not shown["item"] and shown["text"] != text.strip():
            wrong.append((number, text, key, shown))
        if (
            text == name
            and [each for each in answers.names.values() if fold(each) == fold(name)] == [name]
            and shown["item"] != name
        ):
            wrong.append((number, "exact text is not taken", key, shown))
    page.unroute_all(behavior="ignoreErrors")
    assert wrong == []


def test_a_button_pressed_twice_stores_once(visitor):
    page = visitor().page
    for code in ("GP-01", "GP-02"):
        start(page)
        fill(page, code)
        page.get_by_role("button", name="Lưu", exact=True).last.dblclick()
        page.get_by_role("heading", name="Gõ phím GP").wait_for()
        page.goto("/science/tasks/?q=" + code)
        expect(page.locator("main table tbody tr")).to_have_count(1)


def fill(page, code):
    page.get_by_label("Mã nhiệm vụ").fill(code)
    page.get_by_label("Tên nhiệm vụ").fill("Gõ phím GP")
    page.get_by_label("Loại nhiệm vụ").select_option("Đề tài")
    page.get_by_label("Cấp quản lý").select_option("Cấp tỉnh")
    page.get_by_label("Bên quản lý").select_option("Tỉnh quản lý")
    page.get_by_label("Thực hiện từ năm").fill("2026")


def test_nothing_typed_is_lost_in_interruptions(visitor, sessions):
    """Reload, closed tab, ended session, refused form, lost connection: the form comes back as it was."""
    chance = random.Random(6)
    one = visitor()
    page = one.page
    start(page)
    fill(page, "GD-01")
    lost = []
    kinds = list(INTERRUPTED_BY) * (INTERRUPTIONS // len(INTERRUPTED_BY))
    chance.shuffle(kinds)
    for number, kind in enumerate(kinds):
        word = f"{number} " + "".join(chance.choice("aăâđêơưẹ \n") for _each in range(12)).strip()
        page.get_by_label("Ghi chú").fill(word)
        page.get_by_label("Tổng kinh phí").press("End")
        page.get_by_label("Tổng kinh phí").press(chance.choice("123456789"))
        if chance.random() < 0.3 or number == 1:
            box = page.locator(f"#id_{LEADER}-ts-control")
            box.focus()
            page.keyboard.type(chance.choice(["khong co ai", "bui minh"]))
        if chance.random() < 0.1 or number == 2:
            page.get_by_role("button", name="Thêm dòng").first.click()
        before = page.evaluate(TYPED)
        page = interrupt(one, page, kind, sessions)
        after = page.evaluate(TYPED)
        if after != before:
            lost.append(
                (number, kind, [(old, new) for old, new in zip(before, after, strict=False) if old != new])
            )
        if page.get_by_label("Tổng kinh phí").input_value().replace(".", "") > "1" * 12:
            page.get_by_label("Tổng kinh phí").fill("")
    assert lost == []
    note = page.locator(".draft-note")
    if note.count():
        note.get_by_role("button", name="Bỏ phần gõ dở").click()
        page.wait_for_selector(READY)
        expect(page.get_by_label("Ghi chú")).to_have_value("")


def interrupt(one, page, kind, sessions):
    if kind == "reload":
        page.reload()
    elif kind == "close":
        fresh = one.context.new_page()
        page.close()
        page = one.page = fresh
        page.goto(FORM)
    elif kind == "session":
        one.context.clear_cookies(name="sessionid")
        page.goto(FORM)
        page.get_by_role("heading", name="Đăng nhập").wait_for()
        assert page.locator("[data-draft-key]").count() == 0
        one.resume(sessions.new("qlkh"))
        page.goto(FORM)
    elif kind == "refused":
        page.get_by_label("Ngày bắt đầu").fill("31/2/2026")
        page.get_by_role("button", name="Lưu", exact=True).last.click()
        page.locator(".error-summary").wait_for()
        page.wait_for_selector(READY)
        page.get_by_label("Ngày bắt đầu").fill("")
        page.goto(FORM)
    else:
        one.context.set_offline(True)
        page.get_by_role("button", name="Lưu", exact=True).last.click()
        page.wait_for_url("chrome-error://**")
        one.context.set_offline(False)
        page.goto(FORM)
    page.wait_for_selector(READY)
    return page


def test_a_draft_is_for_one_account_and_ends_with_the_sign_out(visitor, sessions):
    one = visitor()
    page = one.page
    start(page)
    page.get_by_label("Tên nhiệm vụ").fill("Chuyện riêng của tôi")
    stored = "() => Object.entries(localStorage).filter(([name]) => name.startsWith('khcn:draft'))"
    page.wait_for_function(f"({stored})().length === 1")
    page.goto("/science/tasks/5/edit/")  # of a record: the name of the draft does not say of which
    page.wait_for_selector(READY)
    page.get_by_label("Ghi chú").fill("về một người")
    page.wait_for_function(f"({stored})().length === 2")
    written = json.dumps(page.evaluate(stored))
    assert not re.search(r"Chuyện|một người|Gõ phím|science|tasks", written)
    one.context.clear_cookies(name="sessionid")  # the session ended, and somebody else signs in
    visitor("tp.qlkh").context.close  # noqa: B018 -- this account has a session to copy from now on
    one.resume(sessions.new("tp.qlkh"))
    start(page)
    expect(page.get_by_label("Tên nhiệm vụ")).to_have_value("")
    expect(page.locator(".draft-note")).to_have_count(0)
    one.context.clear_cookies(name="sessionid")
    one.resume(sessions.new("qlkh"))
    start(page)
    expect(page.get_by_label("Tên nhiệm vụ")).to_have_value("Chuyện riêng của tôi")
    one.check_accessible("restored form")
    page.goto("/password/")
    page.locator("input[type=password]").first.fill(PASSWORD)
    assert len(page.evaluate(stored)) == 2
    page.goto("/")
    page.locator(".topbar-user summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("heading", name="Đăng nhập").wait_for()
    assert page.evaluate(stored) == []


def test_an_old_draft_does_not_overwrite_what_somebody_saved_since(visitor):
    mine, theirs = visitor("qlkh").page, visitor("tp.qlkh").page
    mine.goto("/science/tasks/6/edit/")
    mine.wait_for_selector(READY)
    mine.get_by_label("Ghi chú").fill("của tôi, gõ dở")
    mine.goto("/")
    theirs.goto("/science/tasks/6/edit/")
    theirs.get_by_label("Ghi chú").fill("ghi trong lúc đó")
    theirs.get_by_role("button", name="Lưu", exact=True).last.click()
    theirs.get_by_text("Đã lưu").wait_for()
    mine.goto("/science/tasks/6/edit/")
    expect(mine.locator(".draft-note")).to_contain_text("Bản ghi đã được sửa từ lúc đó")
    mine.get_by_role("button", name="Lưu", exact=True).last.click()
    mine.get_by_role("heading", name="Đã có người sửa bản ghi này").wait_for()
    mine.get_by_role("link", name="Giữ bản đang lưu").click()
    mine.goto("/science/tasks/6/edit/")
    mine.wait_for_selector(READY)
    expect(mine.get_by_label("Ghi chú")).to_have_value("ghi trong lúc đó")


def test_what_is_not_on_record_is_added_beside_the_form_that_needs_it(visitor):
    one = visitor()
    page = one.page
    start(page)
    page.get_by_label("Tên nhiệm vụ").fill("Cần một tổ chức mới")
    box = page.get_by_role("combobox", name="Tổ chức chủ trì", exact=True)
    box.click()
    box.press_sequentially("Viện Vừa Thêm", delay=5)
    page.get_by_role("button", name="Thêm mới tổ chức “Viện Vừa Thêm”").wait_for()
    box.press("Tab")  # by the keyboard alone
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Tên tổ chức")).to_have_value("Viện Vừa Thêm")
    dialog.get_by_label("Thư điện tử").fill("không phải thư")
    page.keyboard.press("Escape")  # what was typed is there again
    dialog.wait_for(state="detached")
    box.click()
    offered = page.get_by_role("button", name="Thêm mới tổ chức “Viện Vừa Thêm”").bounding_box()
    page.mouse.move(offered["x"] + 9, offered["y"] + 9)
    page.mouse.down()  # nothing moves away from under the pointer
    page.mouse.up()
    expect(dialog.get_by_label("Thư điện tử")).to_have_value("không phải thư")
    dialog.get_by_role("button", name="Lưu").last.click()
    dialog.locator(".error-summary").wait_for()
    one.check_accessible("form in a dialog")
    dialog.get_by_label("Thư điện tử").fill("")
    dialog.get_by_role("button", name="Lưu").last.click()
    dialog.wait_for(state="detached")
    expect(
        page.locator(".field", has=page.get_by_text("Tổ chức chủ trì", exact=True)).locator(".item")
    ).to_have_text("Viện Vừa Thêm")
    expect(page.get_by_label("Tên nhiệm vụ")).to_have_value("Cần một tổ chức mới")
    assert page.locator("[name=host]").input_value().startswith("#")


CONTRAST = """box => {
  const light = colour => { const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(each => each / 255)
      .map(each => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]; };
  const edge = light(getComputedStyle(box).borderTopColor);
  const paper = light(getComputedStyle(box.closest('.card')).backgroundColor);
  return (Math.max(edge, paper) + 0.05) / (Math.min(edge, paper) + 0.05); }"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_boxes_are_seen_and_the_bar_hides_no_field_that_has_the_focus(visitor, theme):
    one = visitor(theme=theme)
    page = one.page
    page.emulate_media(reduced_motion="reduce")  # scrolling is not animated
    start(page)
    assert page.locator("input[type=checkbox]").first.evaluate(CONTRAST) >= 3
    hidden = []
    for _each in range(25):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """async () => { await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            const at = document.activeElement, bar = document.querySelector('.form-actions');
            const place = at.getBoundingClientRect(), seen = place.top + Math.min(place.height, 60); // of a tall box the caret's line
            return bar.contains(at) || seen <= bar.getBoundingClientRect().top + 1 ? '' : at.name || at.id; }"""
        )
        hidden += [place] if place else []
    assert hidden == []


def test_the_dark_theme_of_the_system_holds_until_somebody_chooses(visitor):
    page = visitor().page
    page.emulate_media(color_scheme="dark")
    page.goto("/science/tasks/")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.get_by_role("button", name="Giao diện sáng").click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"


def test_an_amount_is_grouped_and_typing_begins_in_the_first_empty_field(visitor):
    page = visitor().page
    start(page)
    assert page.evaluate("document.activeElement.name") == "title"  # a code is proposed
    amount = page.get_by_label("Tổng kinh phí")
    amount.press_sequentially("1234567")
    expect(amount).to_have_value("1.234.567")
    amount.press("ArrowLeft")
    amount.press("ArrowLeft")
    amount.press("0")
    expect(amount).to_have_value("12.345.067")
    assert amount.evaluate("box => box.selectionStart") == len("12.345.0")
    amount.fill("1,2 tỷ")
    expect(amount).to_have_value("1,2 tỷ")
