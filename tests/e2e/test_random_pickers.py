"""Look-up boxes of several forms, typed into at random with the real look-up over a slow network: what is stored is what was shown.

Every few tries the form is saved, and the keys in the database are compared with what stood in the boxes when it was sent. A few
tries in the suite; ``KHCN_LONG_TYPING=1`` makes them two hundred.
"""

import pytest

from tests.e2e.random_typing import LONG, READY, ask, chance_of, fold, save, say

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
TRIES = 200 if LONG else 18
SYLLABLES = ("minh", "an", "thi", "trung", "so", "khoa", "ba", "nghiep", "huyen", "xa", "t0", "t1", "truong")
# By list: how a record of one's own is made, and its boxes with the table that they look through.
FORMS = {
    "/science/tasks/": (
        {
            "code": "GN-01", "title": "Nhiệm vụ gõ ngẫu nhiên", "task_type": "Đề tài", "level": "Cấp tỉnh",
            "managing_side": "Tỉnh quản lý", "start_year": "2026",
        },
        "science_sciencetask",
        {"host": "parties_organisation", "principal_investigator": "parties_person"},
    ),
    "/parties/people/": ({"full_name": "Người Gõ Ngẫu Nhiên"}, "parties_person", {"organisation": "parties_organisation"}),
    "/parties/organisations/": (
        {"name": "Trung tâm Gõ Ngẫu Nhiên", "kind": "Tổ chức khác"},
        "parties_organisation",
        {"governing_body": "parties_organisation", "admin_unit": "reference_adminunit"},
    ),
    "/science/proposals/": (
        {"code": "GN-DX", "title": "Đề xuất gõ ngẫu nhiên", "level": "Cấp tỉnh", "for_year": "2027", "received_on": "1/3/2026"},
        "science_taskproposal",
        {"proposer": "parties_organisation", "proposing_person": "parties_person"},
    ),
}  # fmt: skip
NAME_OF = {"parties_organisation": "name", "parties_person": "full_name", "reference_adminunit": "full_name"}
# What stands in each box when the form is sent: the browser's own word, at the last moment.
AT_SENDING = """addEventListener("submit", (event) => {
  const found = [...event.target.elements].filter((each) => each.tomselect).map(({ name, tomselect: box }) =>
    [name, { item: box.items.length ? box.options[box.items[0]].text : "", text: box.control_input.value.trim(), value: box.input.value.trim() }]);
  sessionStorage.setItem("sent", JSON.stringify(Object.fromEntries(found)));
});"""
SENT = "() => JSON.parse(sessionStorage.getItem('sent'))"
NOW = """name => { const box = document.querySelector(`main form [name=${name}]`).tomselect;
  return { item: box.items.length ? box.options[box.items[0]].text : "", text: box.control_input.value.trim() }; }"""


class Tries:
    """Random typing into the boxes of one form after the other, and what was wrong with it."""

    def __init__(self, page, data, chance):
        self.page, self.data, self.chance = page, data, chance
        self.wrong, self.typed, self.compared, self.refused = [], 0, 0, 0
        self.names = {}
        page.add_init_script(AT_SENDING)
        page.route("**/lookup/**", self._late)

    def _late(self, route):
        self.page.wait_for_timeout(self.chance.choice([0, 0, 30, 120, 400, 900]))
        route.continue_()

    def make(self, address):
        """A record of one's own, so that no other test meets what is typed here; the address of its form."""
        fields, _table, _boxes = FORMS[address]
        self.page.goto(f"{address}new/")
        self.page.wait_for_selector(READY)
        for name, value in fields.items():
            control = self.page.locator(f"main form [name={name}]")
            if control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(label=value)
            else:
                control.fill(value)
        empty = self.page.locator("main form select[name=field_group]:not(.tomselected)")
        if address == "/science/proposals/" and empty.count():
            empty.select_option(index=1)
        save(self.page)
        assert self.page.locator(".error-summary").count() == 0, self.page.locator("main").inner_text()
        return self.page.url.removesuffix("/")

    def names_for(self, box, table):
        """Names that the look-up of the box gives, by the network and without delay."""
        if (box, table) not in self.names:
            remote = self.page.locator(f"main form [name={box}]").get_attribute("data-remote")
            sign = "&" if "?" in remote else "?"
            found = [self.page.request.get(f"{remote}{sign}q={each}").json()["results"] for each in SYLLABLES]
            self.names[box, table] = sorted({each["text"] for part in found for each in part})
        return self.names[box, table]

    def type_into(self, box, table):
        """One try: some text at some speed, then Enter or Tab, and a while."""
        chance, page = self.chance, self.page
        name = chance.choice(self.names_for(box, table))
        part = name[: chance.randint(2 + len(name) // 2, 2 + len(name))]
        text = chance.choice(
            [
                name,
                name,
                name,
                fold(name),
                fold(name),
                name.lower(),
                part,
                "khong co ai" if chance.random() < 0.3 else name,
            ]
        )
        control = page.locator(f"#id_{box}-ts-control")
        control.focus()
        control.press("Control+a")
        page.keyboard.type(text, delay=chance.choice([0, 0, 3, 15, 40]))
        page.wait_for_timeout(chance.choice([0, 0, 100, 300, 700]))
        page.keyboard.press(chance.choice(["Enter", "Tab"]))
        page.wait_for_timeout(chance.choice([0, 0, 200, 600]))
        self.typed += 1
        return text

    def round(self, address, form):
        """Type into each box, save at once, and compare the database with what stood there."""
        _fields, table, boxes = FORMS[address]
        self.page.goto(form + "/edit/")
        self.page.wait_for_selector(READY)
        typed = {box: self.type_into(box, linked) for box, linked in boxes.items()}
        save(self.page)
        sent = self.page.evaluate(SENT)
        for box, text in typed.items():
            shown = sent[box]
            if shown["item"] and not all(word in fold(shown["item"]) for word in fold(text).split()):
                self.wrong.append((form, box, text, "another record was taken", shown))
        if self.page.locator(".error-summary").count():
            self.refused += 1
            self._stayed(form, typed, sent)
        else:
            self._stored(form, table, boxes, sent)

    def _stayed(self, form, typed, sent):
        """Refused: each box is as it was, or has the record of the name that stood in it."""
        self.page.wait_for_selector(READY)
        for box in typed:
            shown, now = sent[box], self.page.evaluate(NOW, box)
            if (now["item"] or now["text"]) != (shown["item"] or shown["text"]) and fold(now["item"]) != fold(
                shown["text"]
            ):
                self.wrong.append((form, box, typed[box], "did not stay", shown, now))

    def _stored(self, form, table, boxes, sent):
        pk = int(form.rpartition("/")[2])
        for box, linked in boxes.items():
            self.compared += 1
            # names of tables and columns are those of this file
            ((key, name),) = ask(
                self.data,
                f"SELECT o.id, o.{NAME_OF[linked]} FROM {table} r LEFT JOIN {linked} o ON o.id = r.{box}_id WHERE r.id = ?",
                pk,
            )
            shown = sent[box]
            good = shown["value"] == f"#{key}" if shown["item"] else fold(name or "") == fold(shown["text"])
            if not good:
                self.wrong.append((form, box, "stored", key, name, shown))


def test_what_is_stored_is_what_stood_in_the_boxes_of_several_forms(visitor, data, capsys):
    chance = chance_of("pickers", capsys)
    page = visitor().page
    tries = Tries(page, data, chance)
    made = {address: tries.make(address) for address in FORMS}
    while tries.typed < TRIES:
        address = chance.choice([*FORMS])
        tries.round(address, made[address])
    page.unroute_all(behavior="ignoreErrors")
    say(
        capsys,
        f"pickers: {tries.typed} tries, {tries.compared} stored values compared, {tries.refused} forms refused",
    )
    for address in reversed(FORMS):
        page.goto(made[address] + "/delete/")
        page.get_by_role("button", name="Xóa bản ghi này").click()
        page.get_by_text("Đã xóa").first.wait_for()
    assert tries.wrong == []
    assert tries.compared >= TRIES // 4
