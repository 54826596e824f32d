"""What is typed into any form outlives whatever comes between (docs/adr/0046): each form takes part unless it says why not."""

import re
from pathlib import Path

import khcn

SOURCE = Path(khcn.__file__).parent
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
FORM = re.compile(r"<form\b((?:\{.*?\}|[^>{])*)>(.*?)</form>", re.DOTALL)
# what a page writes into a control that is typed into: fields of Django's forms, and values and texts written by hand
FILLED = re.compile(
    r"\bfield\(|\{\{ ?bound|<textarea[^>]*>\s*\{\{|<input(?![^>]*type=\"(?:hidden|checkbox|radio)\")[^>]* value=\"\{\{"
    r"|registers/sections\.html|own_words\("
)
EXCEPTIONS = {
    "ui/base.html": "two choices that hold at once",
    "registers/list.html": "ticks of what is shown, no data",
    "registers/filters.html": "a name of one line that stands in the box already",
    "goods/outbox_credential.html": "a secret, which no browser is to store",
}


def sent_forms():
    for path in sorted(SOURCE.rglob("*.html")):
        text = path.read_text("utf-8")
        if (
            '"ui/plain.html"' in text
        ):  # for people who are not signed in: nothing of theirs is kept on the device
            continue
        for opening, body in FORM.findall(text):
            if 'method="post"' in opening:
                yield path.relative_to(SOURCE).as_posix().split("/jinja2/")[1], opening, body


def test_a_form_that_keeps_no_draft_says_why():
    found = {name: opening for name, opening, _body in sent_forms() if "data-no-draft" in opening}
    reasons = {
        name: re.search(r'data-no-draft="\{# (.+?) #\}"', opening)[1] for name, opening in found.items()
    }
    assert reasons == EXCEPTIONS


def test_a_page_that_shows_what_was_typed_and_not_saved_says_so():
    """Otherwise the draft is taken for what is stored, and removed while it is all there is of it."""
    silent = [
        (name, opening)
        for name, opening, body in sent_forms()
        if FILLED.search(COMMENT.sub("", body))
        and not {"data-typed", "data-no-draft"} & set(re.findall(r"data-[a-z-]+", opening))
    ]
    assert silent == []


def test_no_script_looks_for_a_mark_that_a_form_would_have_to_carry():
    assert [path.name for path in SOURCE.rglob("*.html") if "data-guard" in path.read_text("utf-8")] == []
