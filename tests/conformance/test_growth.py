"""Everything that reads a text takes work in proportion to its length; functions are found, not listed."""

import pytest

from bench.growth import texts
from tests.lines_counted import MOST, growth

FUNCTIONS = dict(texts.functions())
PIECES = (
    "a",
    "1",
    " ",
    "/a",
    "&a=1",
    "(01)",
    "(21)a",
    ",",
    "\n",
    "[NV-01] ",
    "| a |\n",
    "một ",
    "a, ",
    "1/1/2020 ",
    "- a\n",
)
SIZES = (25, 50, 100)


def test_functions_are_found_where_texts_are_read():
    assert {
        "epcis.ids.digital_link:parse",
        "epcis.ids.element_string:parse",
        "epcis.ids.scan:read",
        "epcis.query.parsing:parse_query_string",
        "kernel.text.dates:parse_date",
        "kernel.text.numbers:parse_number",
        "kernel.search.search_words:read_words",
        "reports.texts.markup:parse",
        "trace.views.label_address:read_label_address",
        "trace.views.negotiation:preferred_media_type",
    } <= FUNCTIONS.keys()
    assert FUNCTIONS.keys() >= texts.ADAPTED.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_text(name):
    function = FUNCTIONS[name]
    assert name in texts.ADAPTED or not texts.needs_more(function), "say in bench.growth.texts.ADAPTED how"
    work = texts.on_text(name, function)
    grown = {piece: growth(texts.prepared(work, "", piece), SIZES) for piece in PIECES}
    assert {piece: found for piece, found in grown.items() if found > MOST} == {}
