"""The generated pages of docs/ say what the code says."""

from pathlib import Path

import pytest

from khcn.config.reference_pages import pages

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_generated_page_is_up_to_date():
    stale = [path for path, text in pages().items() if (DOCS / path).read_text("utf-8") != text]
    assert stale == [], "run ./khcn docs"


def test_no_page_of_a_register_that_is_gone():
    there = {f"registers/{each.name}" for each in (DOCS / "registers").glob("*.md")}
    assert there == {path for path in pages() if path.startswith("registers/")}


@pytest.mark.parametrize("code", ["NV-14", "NV-15", "DC-02", "DC-09"])
def test_figures_that_were_confused_say_what_they_count(code):
    line = next(line for line in pages()["indicators.md"].splitlines() if line.startswith(f"| `{code}`"))
    assert len(line.split(" | ")[-1]) > 40
