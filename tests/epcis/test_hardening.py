"""Hostile documents are refused, cheaply, and with a place where there is one."""

import json
import random
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn.epcis import DocumentError, Limits, check, load, read
from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.rules.value_checks import unique
from tests.epcis.corpora import GOLDEN
from tests.epcis.mutations import mutations

JSON = (GOLDEN / "mien_dong.json").read_text(encoding="utf-8")
XML = (GOLDEN / "mien_dong.xml").read_text(encoding="utf-8")
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><EPCISDocument>&c;</EPCISDocument>"""


def refused(data, **options):
    """The codes and paths of a document that must not be taken."""
    outcome = read(data, **options)
    assert outcome.document is None
    with pytest.raises(DocumentError):
        load(data, **options)
    return [(problem.code, problem.path) for problem in outcome.problems]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB, "DTD"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "DTD"),
        ('<!DOCTYPE x PUBLIC "a" "http://example.org/x.dtd"><x/>', "DTD"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "DTD"),
        ("<x>&e;</x>", "XML"),
        ("<x>", "XML"),
        ("<x><y></x>", "XML"),
        (XML.replace("<uom>", "<khong:uom>", 1).replace("</uom>", "</khong:uom>", 1), "XML"),
        (
            XML.replace("<EventList>", "<a::b><EventList>").replace("</EventList>", "</EventList></a::b>"),
            "XML",
        ),
        (XML.replace("ObjectEvent>", "khong:ObjectEvent>", 2), "XML"),
        ("<" + "x" * 100, "XML"),
        ("<x/>", "ROOT"),
        (XML.encode("utf-32"), "ENCODING"),
        ("<x>" * 100 + "</x>" * 100, "TOO_DEEP"),
        ("", "JSON"),
        ("{", "JSON"),
        ('{"a": 1,}', "JSON"),
        (b'{"type": "\xff"}', "ENCODING"),
        ("[" * 100 + "]" * 100, "TOO_DEEP"),
        ("[" * 100_000 + "]" * 100_000, "TOO_DEEP"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "TOO_DEEP"),
    ],
)
def test_what_is_not_taken(data, code):
    assert refused(data) == [(code, "")]


def test_an_xml_external_file_is_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật", encoding="utf-8")
    data = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><x>&e;</x>'
    assert "bí mật" not in str(check(data))


def test_a_bare_doctype_is_harmless():
    assert load("<!DOCTYPE project>" + XML.partition("?>")[2]).events == load(XML).events


def test_byte_order_marks_are_taken():
    assert load("\ufeff" + JSON).events == load(JSON).events
    assert load(b"\xef\xbb\xbf" + XML.encode()).events == load(XML).events


def test_a_name_twice():
    data = JSON.replace('"action": "ADD"', '"action": "ADD", "action": "DELETE"', 1)
    assert refused(data) == [("DUPLICATE_KEY", "/epcisBody/eventList/0/action")]


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1" * 65, "1e401", "1e999999999", "0." + "1" * 70, "1e-999999"]
)
def test_numbers_that_are_none_or_too_large(number):
    start = time.process_time()
    data = JSON.replace("1250.50", number)
    assert refused(data) == [("NUMBER", "/epcisBody/eventList/0/quantityList/0/quantity")]
    assert time.process_time() - start < 1


def test_a_huge_number_in_xml_stays_text_and_is_a_fault():
    data = XML.replace("1250.50", "1e999999999")
    assert [(problem.code, problem.path) for problem in read(data).problems] == [
        ("TYPE", "/epcisBody/eventList/0/quantityList/0/quantity")
    ]


SPACE = st.sampled_from(["", "", "", "", " ", "\n", "\t", "\r"])
TEXTS = st.sampled_from(
    ['"a"', '"b"', '"\\u0061"', '":"', '":a"', '"\\":"', '"é :"', '"a\\\\"', '"\\ud83d\\ude00"']
)
HALVES = st.sampled_from(['"\\ud800"', '"\\udc00x"'])
NUMBERS = st.one_of(
    st.integers(-(10**21), 10**21).map(str),
    st.sampled_from(["-0", "0.10", "1E2", "1e-5", "NaN", "01", "18446744073709551616", "1" * 70]),
)
WORDS = st.sampled_from(["null", "true", "false", "nul", ""])


def objects(value):
    pairs = st.tuples(SPACE, TEXTS, SPACE, SPACE, value, SPACE).map(
        lambda one: f"{one[0]}{one[1]}{one[2]}:{one[3]}{one[4]}{one[5]}"
    )
    arrays = st.lists(st.tuples(SPACE, value).map("".join), max_size=4)
    return st.one_of(
        st.lists(pairs, max_size=4).map(lambda found: "{" + ",".join(found) + "}"),
        arrays.map(lambda found: "[" + ",".join(found) + "]"),
    )


JSON_TEXTS = st.recursive(st.one_of(TEXTS, TEXTS, TEXTS, NUMBERS, WORDS, HALVES), objects, max_leaves=12)


@settings(max_examples=600, deadline=None)
@given(JSON_TEXTS)
def test_bytes_are_read_like_the_text_that_they_hold(text):
    """Ordinary bytes go through a faster parser, which knows neither names that stand twice nor long numbers."""

    def outcome(data):
        try:
            return repr(json_text.loads(data, Limits(depth=5)))
        except DocumentError as error:
            return [(problem.code, problem.path, problem.message_en) for problem in error.problems]

    assert outcome(text.encode()) == outcome(text)


def test_size():
    assert refused(JSON, limits=Limits(size=100)) == [("TOO_LARGE", "")]
    assert refused(XML, limits=Limits(size=100)) == [("TOO_LARGE", "")]


def test_one_faulty_event_of_many():
    tree = json.loads(JSON)
    tree["epcisBody"]["eventList"][2]["action"] = "PACK"
    outcome = read(json.dumps(tree))
    assert not outcome.is_sound
    assert {place: [problem.code for problem in found] for place, found in outcome.faulty.items()} == {
        2: ["NOT_LISTED"]
    }
    assert len(outcome.document.events) == 5


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_a_document_holds_raises_anything_else(seed):
    """Changed documents are read or refused; the library's own faults would come up here as other exceptions."""
    taken = 0
    for tree in mutations([json.loads(JSON)], 400, seed):
        outcome = read(json.dumps(tree))
        taken += outcome.document is not None
    assert 40 < taken < 360


@pytest.mark.parametrize("seed", range(3))
def test_cut_and_changed_xml(seed):
    rng = random.Random(seed)
    for _ in range(150):
        place, length = rng.randrange(len(XML)), rng.randrange(12)
        check(XML[:place] + rng.choice(["", "<", "&", "x", "</", "]]>", "\x00", "é"]) + XML[place + length :])


NUMBERS = st.sampled_from(
    [0, -0.0, 1, 1.0, 10, 1e1, 0.1, 10**30, 1e30, Decimal("0.10"), Decimal("1E+3"), 1000, -1]
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.sampled_from(["", "1", "True", "list", "number"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)


def equal(one, other):
    """Equality of JSON values, as JSON schema has it: true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


@given(st.lists(VALUES, max_size=8))
@settings(max_examples=300, deadline=None)
def test_the_first_item_that_equals_an_earlier_one_is_named(items):
    expected = [
        place for place, item in enumerate(items) if any(equal(item, other) for other in items[:place])
    ]
    found = []
    unique(items, "", found)
    assert [problem.path for problem in found] == [f"/{place}" for place in expected[:1]]


def test_unequal_items_are_compared_in_one_pass():
    """Pairwise comparison of so many would take minutes."""
    found = []
    unique([{"a": [number * (2**61 - 1)]} for number in range(20_000)], "", found)
    assert found == []
