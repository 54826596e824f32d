"""Typing into several forms, interrupted at random: log-in over, connection lost, tab closed, reload, refusal, 409, back. Nothing is lost.

A few interruptions in the suite; ``KHCN_LONG_TYPING=1`` makes them fifty.
"""

from contextlib import suppress

import pytest
from playwright.sync_api import Error

from tests.e2e.random_typing import LONG, READY, chance_of, save, say

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
INTERRUPTIONS = 50 if LONG else 14
KINDS = ("reload", "close", "session", "offline", "back", "refused", "conflict")
TASK = "/science/tasks/9/"
# By form: what is typed into, a field that can be made wrong with what is right in it, and what somebody else changes meanwhile.
FORMS = {
    "/science/tasks/new/": (("title", "objective", "note", "budget_total"), "planned_start_on", ""),
    f"{TASK}edit/": (("objective", "note", "budget_total"), "planned_start_on", "short_name"),
    "/parties/people/new/": (("full_name", "degree", "position"), "email", ""),
    "/parties/people/7/edit/": (("degree", "position"), "email", "phone"),
    f"{TASK}actions/record-milestone/?kind=paused": (("reached_on", "note"), "", ""),
    "/science/proposals/new/": (("title", "note"), "received_on", ""),
}
IN_FORM = """() => Object.fromEntries([...document.querySelector("main form[data-guard]").elements]
  .filter((each) => each.name && each.type !== "hidden" && each.tagName !== "BUTTON" && each.tagName !== "FIELDSET")
  .map((each, place) => [`${place} ${each.name}`, each.type === "checkbox" ? each.checked : each.value.replaceAll("\\r\\n", "\\n")]))"""


class Typist:
    """Somebody at work in one form, and what comes between."""

    def __init__(self, one, colleague, sessions, chance):
        self.one, self.colleague, self.sessions, self.chance = one, colleague, sessions, chance
        self.changes = 0

    @property
    def page(self):
        return self.one.page

    def open(self, address):
        self.page.goto(address)
        self.page.wait_for_selector(READY)

    def control(self, name, page=None):
        return (page or self.page).locator(f"main form[data-guard] [name={name}]").first

    def type(self, names, number):
        """Into one or two fields, as fast as it comes."""
        for name in self.chance.sample(names, k=self.chance.randint(1, min(2, len(names)))):
            control = self.control(name)
            if name == "budget_total":
                text = str(self.chance.randint(10**6, 10**9))
            elif name == "reached_on":
                text = f"{self.chance.randint(1, 28)}/3/2023"
            else:
                text = f"{number} " + "".join(self.chance.choice("aăâđêơưẹộ ") for _each in range(12)).strip()
            control.click()
            control.press("Control+a")
            self.page.keyboard.type(text, delay=self.chance.choice([0, 0, 4, 20]))
        if self.chance.random() < 0.5:
            self.page.wait_for_timeout(self.chance.choice([20, 150, 400]))

    def interrupt(self, kind, address):
        getattr(self, f"_{kind}")(address)
        self.page.wait_for_selector(READY)

    def _reload(self, _address):
        self.page.reload()

    def _close(self, address):
        fresh = self.one.context.new_page()
        self.page.close()
        self.one.page = fresh
        self.page.goto(address)

    def _session(self, address):
        self.one.context.clear_cookies(name="sessionid")
        with self.page.expect_navigation():
            self._press()  # the form itself is sent without a session
        self.one.resume(self.sessions.new("qlkh"))
        self.page.goto(address)

    def _offline(self, address):
        self.one.context.set_offline(True)
        self._press()
        with suppress(Error):  # also when the page of the lost connection has come before this waits for it
            self.page.wait_for_url("chrome-error://**")
        self.one.context.set_offline(False)
        self.page.goto(address)

    def _back(self, _address):
        self.page.goto("/")
        self.page.go_back()

    def _refused(self, address):
        wrong = self.control(FORMS[address][1])
        right = wrong.input_value()
        wrong.fill("31/2/2026")
        save(self.page)
        assert self.page.locator(".error-summary").count() == 1, self.page.locator("main").inner_text()
        self.page.wait_for_selector(READY)
        self.control(FORMS[address][1]).fill(right)
        self.page.wait_for_timeout(100)
        self.page.goto(address)

    def _conflict(self, address):
        """Somebody else saves the same record meanwhile: the page with both versions, and the form again."""
        other = self.colleague.page
        other.goto(address)
        other.wait_for_selector(READY)
        self.changes += 1
        self.control(FORMS[address][2], other).fill(f"lần {self.changes}")
        save(other)
        assert other.locator(".error-summary").count() == 0, other.locator("main").inner_text()
        save(self.page)
        self.page.get_by_role("heading", name="Đã có người sửa bản ghi này").wait_for()
        self.page.goto(address)

    def _press(self):
        self.page.locator("main form .form-actions .btn-primary").last.click(no_wait_after=True)


def kinds_of(address):
    _names, wrong, others = FORMS[address]
    left_out = {*(() if wrong else ("refused",)), *(() if others else ("conflict",))}
    return [kind for kind in KINDS if kind not in left_out]


def test_nothing_that_is_typed_into_several_forms_is_lost(visitor, sessions, capsys):
    chance = chance_of("interruptions", capsys)
    colleague = visitor("tp.qlkh")
    typist = Typist(visitor(), colleague, sessions, chance)
    lost, done = [], []
    # each kind once at least, on a form that has it; the others at random
    requested = [*KINDS, *chance.choices(KINDS, k=INTERRUPTIONS - len(KINDS))]
    chance.shuffle(requested)
    for number, kind in enumerate(requested):
        address = chance.choice([each for each in FORMS if kind in kinds_of(each)])
        typist.open(address)
        typist.type(FORMS[address][0], number)
        before = typist.page.evaluate(IN_FORM)
        typist.interrupt(kind, address)
        after = typist.page.evaluate(IN_FORM)
        done.append(kind)
        if after != before:
            lost.append(
                (
                    number,
                    address,
                    kind,
                    {
                        name: (before[name], after.get(name))
                        for name in before
                        if after.get(name) != before[name]
                    },
                )
            )
    for address in FORMS:
        typist.open(address)
        note = typist.page.locator(".draft-note")
        if note.count():
            note.first.get_by_role("button", name="Bỏ phần gõ dở").click()
            typist.page.wait_for_selector(READY)
    say(
        capsys,
        f"interruptions: {len(done)} on {len(FORMS)} forms, "
        + ", ".join(f"{kind} {done.count(kind)}" for kind in KINDS),
    )
    assert lost == []
