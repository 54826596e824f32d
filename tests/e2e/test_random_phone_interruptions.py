"""Entries of a diary on a telephone, interrupted at random between the first letter and the server's answer: each is stored once, none is lost.

A few interruptions in the suite; ``KHCN_LONG_TYPING=1`` makes them two hundred.
"""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.phone_given import ENTRIES, NARROW, READY, Phone, number_of_entries
from tests.e2e.random_typing import LONG, ask, chance_of, say

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
INTERRUPTIONS = 200 if LONG else 11
LOT = "CS-77002"
KINDS = (
    *("kill while typing", "reload", "kill after saving", "no signal", "cut off", "answer lost"),
    *("killed while sending", "Wi-Fi page", "busy server", "no session", "two windows"),
)
# What happens to what is sent, by interruption.
ON_THE_WAY = {
    "cut off": lambda route: route.abort("connectionfailed"),
    "Wi-Fi page": lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi</h1>"),
    "busy server": lambda route: route.fulfill(status=503, content_type="text/plain", body="busy"),
}


class Recorder:
    """Somebody who enters one thing after the other, whatever happens."""

    def __init__(self, phone, sessions, chance):
        self.phone, self.sessions, self.chance = phone, sessions, chance
        self.way, self.left, self.entered = None, 0, {}
        phone.context.route(ENTRIES, self._pass)

    def _pass(self, route):
        """What is sent, on its way: the next ``left`` ones do not come through as they should."""
        with suppress(Error):  # its page was closed meanwhile
            if not self.left:
                route.continue_()
                return
            self.left -= 1
            if self.way in {"answer lost", "killed while sending"}:
                route.fetch()
                if self.way == "answer lost":
                    route.abort("connectionreset")
            else:
                ON_THE_WAY[self.way](route)

    def enter(self, number, kind):
        note, amount = f"lượt {number}", str(self.chance.randint(1, 99))
        photos = self.chance.choice([0, 0, 1, 2])
        self.entered[note] = (float(amount), photos)
        self._begin(kind)
        self._type(note, amount)
        if kind == "kill while typing":
            self.phone.kill()
            self._type(note, amount)  # the last letters may be lost, and what is there is not typed twice
        elif kind == "reload":
            self.phone.page.reload()
            self.phone.page.wait_for_selector(READY)
            self._type(note, amount)
        for _each in range(photos - self.phone.page.locator("#photos canvas").count()):
            self.phone.photograph()
        self.phone.save()
        expect(self.phone.page.get_by_role("status")).to_have_text("Đã lưu trên điện thoại.")
        self._end(kind)

    def _begin(self, kind):
        if kind == "no signal":
            self.phone.set_offline(True)
        elif kind == "no session":
            self.phone.context.clear_cookies(name="sessionid")
        elif kind in {*ON_THE_WAY, "answer lost", "killed while sending"}:
            self.way, self.left = kind, self.chance.randint(1, 3)

    def _type(self, note, amount):
        page = self.phone.page
        if not page.locator("#amount").is_visible():
            unfinished = page.get_by_role("link", name="Ghi tiếp mục đang dở")
            if unfinished.count():
                unfinished.first.click()
            else:
                self.phone.choose(LOT, "Thu hoạch")
            page.locator("#amount").wait_for()
        page.locator("#note").fill(note)
        page.locator("#amount").fill(amount)
        page.locator("#place").select_option(label="Xưởng chè Minh Họa")

    def _end(self, kind):
        page = self.phone.page
        if kind in {"kill after saving", "killed while sending"}:
            if kind == "killed while sending":
                page.wait_for_timeout(self.chance.choice([0, 50, 300]))
            self.left = 0
            self.phone.kill()
        elif kind == "two windows":
            other = self.phone.context.new_page()
            other.goto("/nhat-ky/")
            other.wait_for_selector("body[data-ready]")
            page.get_by_role("button", name="Gửi ngay").or_(page.get_by_role("link", name=LOT)).first.focus()
            other.close()
        elif kind == "no signal":
            self.phone.set_offline(False)
        elif kind == "no session":
            page.locator("#sign-in").wait_for()
            self.phone.visitor.resume(self.sessions.new("htx.che"))

    def send_all(self):
        self.left = 0
        self.phone.open()
        for _each in range(900):
            if all(each["state"] == "stored" for each in self.phone.on_device()):
                return
            self.phone.page.wait_for_timeout(100)
        assert [each for each in self.phone.on_device() if each["state"] != "stored"] == []


def on_record(data, after):
    """Entries that came in: by note, amount and number of files of each."""
    named = (
        "SELECT count(*) FROM kernel_registers_attachment WHERE model = 'goods.lotentry' AND object_id = e.id"
    )
    rows = ask(data, f"SELECT note, amount, ({named}) FROM goods_lotentry e WHERE id > ? ORDER BY id", after)
    return [(note, (float(amount), files)) for note, amount, files in rows]


def test_each_entry_is_stored_once_whatever_comes_between(visitor, sessions, data, capsys):
    chance = chance_of("phone interruptions", capsys)
    phone = Phone(visitor("htx.che", viewport=NARROW))
    [(after,)] = ask(data, "SELECT coalesce(max(id), 0) FROM goods_lotentry")
    before = number_of_entries(data)
    phone.install()
    phone.prepare_picture(600)
    recorder = Recorder(phone, sessions, chance)
    requested = [*KINDS, *chance.choices(KINDS, k=INTERRUPTIONS - len(KINDS))]
    chance.shuffle(requested)
    for number, kind in enumerate(requested):
        recorder.enter(number, kind)
        if number % 20 == 19:
            recorder.send_all()
    recorder.send_all()
    say(
        capsys,
        f"phone interruptions: {len(requested)}, "
        + ", ".join(f"{kind} {requested.count(kind)}" for kind in KINDS),
    )
    assert sorted(on_record(data, after)) == sorted(recorder.entered.items())
    assert number_of_entries(data) == before + len(requested)
