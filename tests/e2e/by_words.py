"""What an official does who goes by the words on the screen alone: menu, search, labels and buttons, and the paper that comes out.

No address is typed and no field is named by its name in the program. The only page that is opened is the first one.
"""

import re
import subprocess
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

SIGNER = "Nông Thị Hoa"
# Of somebody who types without looking at the keys, and thinks before each value (keystroke-level model).
KEY_SECONDS, VALUE_SECONDS, MINUTE = 0.28, 1.2, 60


def day(days_ago):
    """A day before today, or after it, as it is typed."""
    return (timezone.localdate() - timedelta(days=days_ago)).strftime("%d/%m/%Y")


def reporting_year():
    """The year in whose figures what happens today is counted: it ends on 14/12 (NĐ 09/2019/NĐ-CP)."""
    today = timezone.localdate()
    return today.year + ((today.month, today.day) > (12, 14))


class Hands:
    """Does what a person does, and counts it. A letter is one key, whatever the input method needs for its marks."""

    def __init__(self, page):
        self.page, self.clicks, self.keys, self.values = page, 0, 0, 0

    def click(self, role, name):
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.clicks += 1

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.keys += len(keys)

    def type(self, text):
        for letter in text:
            self.page.keyboard.type(letter)
        self.keys += len(text)
        self.values += 1

    def choose(self, option):
        """Go down the list that has the focus, to an option of it."""
        box = self.page.locator("select:focus")
        at = box.locator("option").all_inner_texts().index(option)
        self.press(*["ArrowDown"] * (at - box.evaluate("list => list.selectedIndex")))
        self.values += 1

    def took(self, most_keys):
        """By the keyboard alone, and in less than a minute of it."""
        assert self.clicks == 0
        assert self.keys <= most_keys
        assert self.keys * KEY_SECONDS + self.values * VALUE_SECONDS < MINUTE

    def reach(self, name, most=12):
        """Go on with Tab to what is called so; to the content of the page first, past the menu."""
        self.press("Tab", "Enter")
        for _each in range(most):
            self.press("Tab")
            if self.page.locator(":focus").inner_text().strip() == name:
                return
        raise AssertionError(name)

    def take_first(self, text):
        """Type into the look-up box that has the focus, and take the first that is found."""
        self.type(text)
        self.page.locator(".ts-wrapper.dropdown-active .option .highlight").first.wait_for()
        self.press("ArrowDown", "Enter")

    def is_in(self, name):
        """Typing goes into the field of this name."""
        expect(self.page.locator(f":focus[name='{name}']")).to_have_count(1)

    def is_at(self, label):
        """Typing goes into the field with this label."""
        expect(_field(self.page.locator("main"), label)).to_be_focused()

    def look_up(self, text):
        """Type into the search of every page; what is found."""
        self.page.wait_for_load_state("domcontentloaded")  # the keys are heard from then on
        self.press("Control+k")
        self.page.keyboard.insert_text(text)  # at once: each pause would have the server search
        self.keys += len(text)
        self.values += 1
        return self.page.locator("#search-hits").get_by_role("link")

    def search(self, text, hit):
        """Look something up and open what is found, with the arrow keys."""
        found = self.look_up(text)
        found.get_by_text(hit, exact=True).wait_for()
        self.press(*["ArrowDown"] * (found.all_inner_texts().index(hit) + 1), "Enter")
        self.page.get_by_role("heading", level=1, name=hit).wait_for()


def _field(part, label):
    return (
        part.get_by_role("textbox", name=label, exact=True)
        .or_(part.get_by_role("combobox", name=label, exact=True))
        .first
    )


def choose_in(box, words):
    """An option of a list: with these words, or where none has just them, the one that begins with them and says more."""
    options = box.locator("option").all_inner_texts()
    label = words if words in options else next(each for each in options if each.startswith(f"{words} – "))
    box.select_option(label=label)


def choose_year(page, year):
    """Figures are asked for the whole of a year from now on."""
    shown = page.locator(".topbar-period summary")
    if f"Năm {year}" in shown.inner_text():
        return
    shown.click()
    page.get_by_label("Năm", exact=True).select_option(str(year))
    page.get_by_label("Kỳ báo cáo").first.select_option("Cả năm")
    page.get_by_role("button", name="Xem kỳ này").first.click()
    expect(shown).to_contain_text(f"Năm {year}")


class Official:
    """One person's day at one page of the browser."""

    def __init__(self, page, year=None):
        self.page, self.hands = page, Hands(page)
        page.goto("/")
        choose_year(page, year or reporting_year())

    @property
    def main(self):
        return self.page.locator("main")

    def open(self, title, *, below):
        """A line of the menu, under the heading of its area."""
        menu = self.page.get_by_role("navigation", name="Danh mục", exact=True)
        line = menu.get_by_role("link", name=title, exact=True)
        if not line.is_visible():
            menu.get_by_text(below, exact=True).click()
        line.click()
        self.page.get_by_role("heading", level=1, name=title).wait_for()

    def follow(self, name):
        self.main.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, values, part=None):
        """What stands beside each label: typed, chosen from a list, or looked up and taken."""
        expect(self.page.locator("body[data-draft-key]:not([data-drafts])")).to_have_count(
            0
        )  # typing is heard
        for label, value in values.items():
            field = _field(part or self.main, label)
            if field.evaluate("box => box.tagName") == "SELECT":
                choose_in(field, value)
            elif field.get_attribute("role") == "combobox":
                field.focus()
                self.hands.press("Backspace")  # what was chosen before
                self.hands.take_first(value)
            else:
                field.fill(value)

    def fill_row(self, title, number, values):
        """A row of what belongs to the record of the form; the first is 1."""
        rows = self.main.get_by_role("group", name=title, exact=True).get_by_role("group", name="Một dòng")
        if rows.count() < number:
            self.main.get_by_role("group", name=title, exact=True).get_by_role(
                "button", name="Thêm dòng"
            ).click()
        self.fill(values, rows.nth(number - 1))

    def press(self, button="Lưu"):
        self.main.get_by_role("button", name=button, exact=True).last.click()

    def save(self, values, button="Lưu"):
        """A form is filled in and stored."""
        self.fill(values)
        self.press(button)
        self.stored()

    def stored(self):
        self.main.get_by_role("status").first.wait_for()

    def add(self, kind, values):
        """A new record, found by what it is called."""
        self.hands.search(f"thêm {kind}", f"Thêm {kind}")
        self.save(values)

    def begin_below(self, panel):
        """The empty form of a new row of what the page of a record lists."""
        self.main.get_by_role("link", name=re.compile(f"^Thêm mới ?: {panel}$")).click()

    def add_below(self, panel, values):
        """A new row of what the page of a record lists."""
        self.begin_below(panel)
        self.save(values)

    def change(self, values):
        """What is on record is corrected."""
        self.follow("Sửa")
        self.save(values)

    def cell(self, panel, *words):
        """What the row with these words begins with, in a list on the page of a record."""
        row = self.main.get_by_role("region", name=panel, exact=True).get_by_role("row")
        for each in words:
            row = row.filter(has_text=each)
        return row.get_by_role("link").first.inner_text()

    def reopen(self, words):
        """A record of before, found by its number or name."""
        self.hands.look_up(words).filter(has_text=re.compile(rf"^{re.escape(words)}(\s|$)")).first.click()
        self.page.get_by_role("navigation", name="Phần của hồ sơ").wait_for()

    def take(self, step, values):
        """A step of the record that is open, from its button to its page again."""
        self.follow(step)
        self.save(values, step)

    def is_refused(self, words):
        """What is asked for is refused, in words that say what to do."""
        expect(self.main.get_by_role("alert").first).to_contain_text(words)

    def waits_for(self, words):
        """A step that cannot be taken yet says what has to be done first; many such steps are folded."""
        reason = self.main.get_by_text(words).first
        if not reason.is_visible():
            self.main.get_by_text("Việc chưa làm được lúc này").click()
        expect(reason).to_be_visible()

    def datum(self, label):
        """A fact on the page of a record."""
        return self.main.locator(".datum", has=self.page.get_by_text(label, exact=True)).first.locator("dd")

    def draft(self, paper):
        """The draft of a paper, with who signs it."""
        self.follow(f"Lập {paper}")
        self.fill({"Người ký": SIGNER})
        self.press(f"Lập {paper}")
        self.main.get_by_role("button", name="Cấp số và in").wait_for()

    def issue(self, folder):
        """The draft that is open gets its number; its number and the words of the file that is printed."""
        self.main.get_by_role("button", name="Cấp số và in").click()
        with self.page.expect_download() as came:
            self.main.get_by_role("link", name="PDF", exact=True).click()
        printed = folder / "paper.pdf"
        came.value.save_as(printed)
        text = subprocess.run(
            ["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True, text=True
        ).stdout
        return self.datum("Số, ký hiệu").inner_text(), " ".join(text.split())

    def figure(self, words, code):
        """What a figure of the reports says, found by its name or code."""
        self.hands.look_up(words).filter(has_text=f"({code})").click()
        expect(self.main).to_contain_text(f"Mã chỉ tiêu: {code}.")
        value = self.main.locator(".tile").first.inner_text()
        return int(value.replace(".", ""))

    def lists(self, *words):
        """The list behind the figure that is open has a line with these words."""
        row = self.main.get_by_role("region", name="Các bản ghi được đếm").get_by_role("row")
        for each in words:
            row = row.filter(has_text=each)
        expect(row).to_have_count(1)
