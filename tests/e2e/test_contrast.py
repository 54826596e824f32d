"""What one types into and ticks is seen: the edge of each control against what is around it, read from pixels (WCAG 2.2, 1.4.11)."""

import base64
import math

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
LEAST = 3.0  # to 1
AROUND = 5  # pixels
CONTROLS = "main :is(input:not([type=hidden]), select, textarea):not(:disabled):not(.visually-hidden), header input, .ts-control"
PAGES = (
    ("qlkh", "/science/tasks/new/"),
    ("qlkh", "/science/proposals/"),
    ("qlkh", "/import/"),
    ("qlkh", "/import/grid/science/proposals/"),
    ("vanphong", "/reports/new/?year=2027"),
)
TICKED = {"INPUT checkbox", "INPUT radio"}  # each by itself: they have the same tag as a box to type into
FIRST_OF_EACH_LOOK = """(all) => [...new Map(all.map((each, place) => [each, place]).reverse()
  .filter(([each]) => each.checkVisibility() && each.getClientRects().length && each.getBoundingClientRect().width > 5)
  .map(([each, place]) => [[each.tagName, each.type || '', each.className, each.checked ? 'checked' : ''].join(' '), place]))]
  .map(([look, place]) => [place, look])"""
# Of each picture, the greatest contrast between its corner, which is around the control, and a pixel of its middle row.
READ = """async (pictures) => {
  const light = (part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = (pixels, at) => 0.2126 * light(pixels[at]) + 0.7152 * light(pixels[at + 1]) + 0.0722 * light(pixels[at + 2]);
  const found = [];
  for (const source of pictures) {
    const picture = new Image();
    picture.src = "data:image/png;base64," + source;
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height), context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, picture.width, picture.height);
    const around = luminance(data, 0), row = Math.floor(height / 2) * width * 4;
    let greatest = 1;
    for (let column = 0; column < Math.min(width, 12); column++) {
      const other = luminance(data, row + column * 4);
      greatest = Math.max(greatest, (Math.max(around, other) + 0.05) / (Math.min(around, other) + 0.05));
    }
    found.push(greatest);
  }
  return found;
}"""


@pytest.fixture
def contrasts(browser):
    """Reads pictures on a page of its own, whose policy allows pictures of data."""
    context = browser.new_context()
    page = context.new_page()
    yield lambda pictures: page.evaluate(READ, [base64.b64encode(each).decode() for each in pictures])
    context.close()


def pictures_of(page):
    """The first visible control of each look on the page, with the picture of it and of what is around it."""
    found = {}
    for place, look in page.locator(CONTROLS).evaluate_all(FIRST_OF_EACH_LOOK):
        control = page.locator(CONTROLS).nth(place)
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        clip = {
            "x": math.floor(box["x"]) - AROUND,
            "y": math.floor(box["y"]) - AROUND,
            "width": math.ceil(box["width"]) + 2 * AROUND,
            "height": math.ceil(box["height"]) + 2 * AROUND,
        }
        found[look] = page.screenshot(clip=clip, animations="disabled", caret="hide")
    return found


def test_the_edge_of_every_control_is_seen_in_both_themes(visitor, contrasts):
    faint, kinds = {}, set()
    people = {account: visitor(account) for account in dict.fromkeys(account for account, _path in PAGES)}
    for account, path in PAGES:
        one = people[account]
        assert one.open(path).status == 200
        for theme in ("light", "dark"):
            one.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
            pictures = pictures_of(one.page)
            kinds |= {" ".join(look.split(" ")[:2]) for look in pictures} & TICKED
            kinds |= {look.split(" ", 1)[0] for look in pictures}
            for look, contrast in zip(pictures, contrasts(list(pictures.values())), strict=True):
                if contrast < LEAST:
                    faint[f"{path} {theme}: {look}"] = round(contrast, 2)
    assert faint == {}
    assert kinds == {"INPUT", "SELECT", "TEXTAREA", "DIV"} | TICKED
