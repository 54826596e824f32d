"""The pictures of the README are pages of the demonstration: with KHCN_README_PICTURES=1 they are drawn anew into docs/images."""

import os
import re
import shutil
import subprocess

import pytest

from khcn.config.demo.tracing import LABEL
from tests.conftest import absent
from tests.e2e.conftest import NARROW, ROOT
from tests.e2e.test_import import OURS, Person, workbook

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser")]
IMAGES = ROOT / "docs" / "images"
A_PAGE = 90  # dots per inch of a printed page


def size(picture):
    """Width and height from the head of a PNG (ISO/IEC 15948, 11.2.2)."""
    return int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])


def shown(page):
    page.evaluate("document.fonts.ready")
    return page.screenshot(animations="disabled", caret="hide")


@pytest.fixture
def pictures(visitor, tmp_path):
    """By name, what the pages look like now."""
    office = visitor("vanphong")
    page = office.page
    office.open("/")
    found = {"home.png": shown(page)}
    person = Person(page)
    person.begin()
    person.send("can-bo-2025.xlsx", workbook(1000, "Sở KHCN tỉnh nhà", OURS, rows=6))
    found["import.png"] = shown(page)
    office.open("/reports/2/check/")
    found["check.png"] = shown(page)
    printed = tmp_path / "report.pdf"
    printed.write_bytes(page.request.get("/reports/2/files/pdf/").body())
    drawn = tmp_path / "page"
    program = shutil.which("pdftoppm") or absent("pdftoppm (Debian: poppler-utils)")
    subprocess.run([program, "-png", "-r", str(A_PAGE), "-f", "1", "-singlefile", printed, drawn], check=True)
    found["report.png"] = drawn.with_suffix(".png").read_bytes()
    phone = visitor(None, viewport=NARROW)
    phone.open(LABEL)
    found["scan.png"] = shown(phone.page)
    return found


def test_the_readme_shows_pages_as_they_are(pictures):
    if os.environ.get("KHCN_README_PICTURES"):
        for name, picture in pictures.items():
            (IMAGES / name).write_bytes(picture)
    for readme in ("README.md", "README.vi.md"):
        named = re.findall(r"docs/images/([\w.]+)", (ROOT / readme).read_text("utf-8"))
        assert sorted(named) == sorted(pictures)
    stored = {each.name: size(each.read_bytes()) for each in IMAGES.glob("*.png")}
    assert stored == {name: size(picture) for name, picture in pictures.items()}
