"""Buttons pressed a second time at random moments, on forms that create, change, act and write an import: stored once."""

import io

import openpyxl
import pytest

from tests.e2e.random_typing import LONG, READY, ask, chance_of, say

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
TRIES = 10 if LONG else 2  # of each form
PRESS = "main form .form-actions .btn-primary"
# Both presses wait in the page, which may be gone at the second one.
TWICE = """([button, after]) => { const found = document.querySelector(button);
  for (const wait of [20, 20 + after]) setTimeout(() => found.click(), wait); }"""


class Presses:
    """One person whose sent forms take a while on the network."""

    def __init__(self, page, data, chance):
        self.page, self.data, self.chance = page, data, chance
        self.mark = chance.randrange(10**6)  # of the names of this run
        page.route("**/*", self._late)

    def _late(self, route):
        if route.request.method == "POST":
            self.page.wait_for_timeout(self.chance.choice([0, 0, 50, 300, 800]))
        route.continue_()

    def open(self, address):
        self.page.goto(address)
        self.page.wait_for_selector(READY)

    def press(self, button=PRESS):
        """Twice, with some time between; the second press may find the page gone."""
        with self.page.expect_navigation():
            self.page.evaluate(TWICE, [button, self.chance.choice([0, 0, 5, 40, 200, 600])])
        self.page.wait_for_timeout(1000)  # a second answer would have come

    def count(self, statement, *values):
        ((number,),) = ask(self.data, statement, *values)
        return number


def create(one, number):
    name = f"Người Bấm Đúp {one.mark} {number}"
    one.open("/parties/people/new/")
    one.page.locator("main form [name=full_name]").fill(name)
    one.press()
    return one.count("SELECT count(*) FROM parties_person WHERE full_name = ?", name)


def change(one, number):
    text = f"chức vụ {number}"
    ((pk,),) = ask(
        one.data, "SELECT max(id) FROM parties_person WHERE full_name = ?", f"Người Bấm Đúp {one.mark} 0"
    )
    one.open(f"/parties/people/{pk}/edit/")
    one.page.locator("main form [name=position]").fill(text)
    one.press()
    logged = "SELECT count(*) FROM kernel_audit_changeentry WHERE model = 'parties.person' AND object_id = ? AND after LIKE ?"
    return one.count(logged, str(pk), f"%chức vụ {number}%") or one.count(
        logged, str(pk), f"%ch\\u1ee9c v\\u1ee5 {number}%"
    )


def act(one, number):
    code = f"BD-{one.mark}-{number}"
    one.open("/science/tasks/new/")
    for name, value in (
        ("code", code),
        ("title", f"Nhiệm vụ bấm đúp {one.mark} {number}"),
        ("start_year", "2026"),
    ):
        one.page.locator(f"main form [name={name}]").fill(value)
    for name, label in (("task_type", "Đề tài"), ("level", "Cấp tỉnh"), ("managing_side", "Tỉnh quản lý")):
        one.page.locator(f"main form [name={name}]").select_option(label=label)
    with one.page.expect_navigation():
        one.page.locator(PRESS).click()
    address = one.page.url.rstrip("/")
    one.open(f"{address}/actions/record-milestone/?kind=determined")
    one.page.locator("#id_reached_on").fill("2/3/2026")
    one.press()
    return one.count(
        "SELECT count(*) FROM science_taskmilestone WHERE task_id = ?", int(address.rpartition("/")[2])
    )


def write_import(one, number):
    book = openpyxl.Workbook()
    book.active.append(["Họ và tên", "Chức vụ"])
    for row in range(3):
        book.active.append([f"Người Nhập Đúp {one.mark} {number} {row}", "Viên chức"])
    stream = io.BytesIO()
    book.save(stream)
    one.page.goto("/import/")
    one.page.locator("main input[type=file]").set_input_files(
        {"name": f"dup-{number}.xlsx", "mimeType": "application/octet-stream", "buffer": stream.getvalue()}
    )
    with one.page.expect_navigation():
        one.page.get_by_role("button", name="Tải lên và xem trước").click()
    assert one.page.get_by_role("button", name="Ghi vào sổ").count() == 1, one.page.locator(
        "main"
    ).inner_text()
    one.press("main form[action$='/confirm/'] button")
    return (
        one.count(
            "SELECT count(*) FROM parties_person WHERE full_name LIKE ?",
            f"Người Nhập Đúp {one.mark} {number} %",
        )
        / 3
    )


KINDS = {"create": create, "change": change, "action": act, "import": write_import}


def test_what_is_sent_twice_is_stored_once(visitor, data, capsys):
    chance = chance_of("double submits", capsys)
    page = visitor("vanphong").page
    people, tasks = Presses(page, data, chance), Presses(visitor("qlkh").page, data, chance)
    found = {
        (kind, number): run(tasks if kind == "action" else people, number)
        for kind, run in KINDS.items()
        for number in range(TRIES)
    }
    for each in (people, tasks):
        each.page.unroute_all(behavior="ignoreErrors")
    say(capsys, f"double submits: {len(found)} on {len(KINDS)} forms")
    assert found == dict.fromkeys(found, 1)
