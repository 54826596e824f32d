"""The diary on a telephone in a browser: a slow telephone of 360 points, and what happens to it between typing and the server."""

import contextlib
from itertools import count

from playwright.sync_api import expect

from tests.e2e.random_typing import ask
from tests.kernel.test_picture_metadata import exif

ADDRESS = "/nhat-ky/"
NARROW = {"width": 360, "height": 740}
ENTRIES = "**/api/goods/phone-diary/entries/**"
READY = "body[data-ready]"
WORKS_OFFLINE = "body[data-worked=ready]"
SLOW_PROCESSOR = 4
WAITS = 300  # tenths of a second
PICTURE = """async ([side, tint]) => {
  const canvas = new OffscreenCanvas(side, side / 2), brush = canvas.getContext("2d");
  for (let at = 0; at < 40; at += 1) { brush.fillStyle = `hsl(${tint + 9 * at} 60% 50%)`; brush.fillRect(at * side / 40, 0, side / 40, side / 2); }
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 })).arrayBuffer());
  return Array.from(bytes);
}"""
SMALLEST = 48  # points of what is pressed
SMALL = """() => [...document.querySelectorAll("main a, main button, main input:not([type=file]), main select, main .button, header a")]
      .filter((each) => each.checkVisibility()).map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect().height]).filter(([, height]) => height < %d)"""
# A camera that sees a label, and a browser that reads its code, as telephones have them.
CAMERA = """globalThis.BarcodeDetector = class { async detect() { return [{ rawValue: "%s" }]; } };
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => Object.assign(document.createElement("canvas"), { width: 9 }).captureStream() } });
  HTMLMediaElement.prototype.play = async () => {};"""
PHOTOS = """async () => {
  const base = await new Promise((resolve) => { const request = indexedDB.open("nhat-ky"); request.onsuccess = () => resolve(request.result); });
  const photos = await new Promise((resolve) => { const request = base.transaction("photos").objectStore("photos").getAll(); request.onsuccess = () => resolve(request.result); });
  base.close();
  return Promise.all(photos.map(async ({ bytes }) => {
    const { width, height } = await createImageBitmap(new Blob([bytes]));
    return [width, height, new TextDecoder("latin1").decode(bytes).includes("Exif")];
  }));
}"""


class Phone:
    """A telephone with the app. Taps are counted; typing on its keyboard is none."""

    def __init__(self, visitor):
        self.visitor, self.context, self.taps = visitor, visitor.context, 0
        self.pictures, self.is_offline = count(), False
        self.slowed_page = self.session = self.picture = None

    @property
    def page(self):
        return self.visitor.page

    def slow(self):
        """4 × slower processor, 1.6 Mbit/s with 150 ms."""
        if (
            self.slowed_page != self.page
        ):  # of two sessions with one page each would have a word about its network
            self.slowed_page, self.session = self.page, self.context.new_cdp_session(self.page)
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
        speed = {"downloadThroughput": 200_000, "uploadThroughput": 94_000, "latency": 150}
        self.session.send("Network.emulateNetworkConditions", {"offline": self.is_offline, **speed})
        return self

    def set_offline(self, is_offline):
        """The signal is lost, or there again."""
        self.is_offline = is_offline
        self.context.set_offline(is_offline)
        if self.slowed_page:
            self.slow()

    def open(self):
        self.page.goto(ADDRESS)
        self.page.wait_for_selector(READY)
        return self

    def install(self):
        """The first visit, with a connection: afterwards it opens without one."""
        self.open()
        self.page.wait_for_selector(WORKS_OFFLINE)
        self.page.wait_for_selector("body[data-sent=done]")
        self.prepare_picture()
        return self

    def kill(self):
        """The system ends the page, without a word to it, and the person opens the app again."""
        fresh = self.context.new_page()
        fresh.on("console", self.visitor._on_console)
        fresh.on("pageerror", lambda error: self.visitor.faults.append(str(error)))
        self.page.close(run_before_unload=False)
        self.visitor.page = fresh
        if self.slowed_page:
            self.slow()
        return self.open()

    def tap(self, target):
        target.click()
        self.taps += 1

    def choose(self, lot, step):
        self.tap(self.page.get_by_role("link", name=lot))
        self.tap(self.page.locator("[data-screen=steps]").get_by_role("link", name=step))
        self.page.locator("#entry").wait_for()

    def type_amount(self, text):
        """The field has the focus by itself."""
        expect(self.page.locator("#amount")).to_be_focused()
        self.page.keyboard.type(text)

    def prepare_picture(self, side=2400):
        """What the camera will give, with where it was taken: drawn now, before the telephone is slow."""
        drawn = bytes(self.page.evaluate(PICTURE, [side, next(self.pictures) * 7]))
        self.picture = drawn[:2] + exif(turned=1) + drawn[2:]

    def photograph(self):
        """One tap opens the camera, one takes the picture, one accepts it."""
        before = self.page.locator("#photos canvas").count()
        with self.page.expect_file_chooser() as chosen:
            self.tap(self.page.get_by_text("Chụp ảnh"))
        chosen.value.set_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": self.picture})
        self.taps += 2
        self.page.locator("#photos canvas").nth(before).wait_for()

    def photos_on_device(self):
        """Of each photograph on its disk width and height, and whether it still has what the camera wrote beside it."""
        return self.page.evaluate(PHOTOS)

    def save(self):
        self.tap(self.page.get_by_role("button", name="Lưu"))

    def on_device(self):
        """State of each entry on the telephone, with how many photographs its disk still has."""
        return self.page.evaluate(
            """async () => {
              const base = await new Promise((resolve) => { const request = indexedDB.open("nhat-ky"); request.onsuccess = () => resolve(request.result); });
              const all = (name) => new Promise((resolve) => { const request = base.transaction(name).objectStore(name).getAll(); request.onsuccess = () => resolve(request.result); });
              const [entries, queue, photos] = [await all("entries"), await all("queue"), await all("photos")];
              base.close();
              return entries.sort((one, other) => one.at - other.at).map(({ id, state, fields, reason }) => ({ id, state, amount: fields.amount, note: fields.note, reason,
                queued: queue.some((each) => each.id === id), photos: photos.filter((each) => each.entry === id).length }));
            }"""
        )

    def until(self, *states):
        """The entries on the telephone have these states, in the order in which they were typed."""
        for _each in range(WAITS):
            if [each["state"] for each in self.on_device()] == [*states]:
                return
            self.page.wait_for_timeout(100)
        assert [(each["state"], each["reason"]) for each in self.on_device()] == [*states]

    @contextlib.contextmanager
    def answers_lost(self, times=1):
        """The server takes what is sent, and its answer gets lost on the way; then the connection is there again."""
        left = [times]

        def lose(route):
            if left[0]:
                left[0] -= 1
                route.fetch()
                route.abort("connectionreset")
            else:
                route.continue_()

        self.context.route(ENTRIES, lose)
        yield left
        self.context.unroute(ENTRIES, lose)


def stored(data, key):
    """What the server has under the id that an entry has on the telephone: amount, and names of its files."""
    rows = ask(data, "SELECT amount, id FROM goods_lotentry WHERE event = ?", key.replace("-", ""))
    named = "SELECT name FROM kernel_registers_attachment WHERE model = 'goods.lotentry' AND object_id = ?"
    return [(amount and float(amount), [name for (name,) in ask(data, named, pk)]) for amount, pk in rows]


def number_of_entries(data):
    [(found,)] = ask(data, "SELECT count(*) FROM goods_lotentry")
    return found


CHOICES = "**/api/goods/phone-diary/"


def with_choices(phone, change):
    """The server's answer, changed: what the app may meet one day."""

    def answer(route):
        found = route.fetch().json()
        change(found)
        route.fulfill(json=found)

    phone.context.route(CHOICES, answer)
