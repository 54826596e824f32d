"""One event has one hash and one name of each thing, through every format and spelling.

300 random events; ``KHCN_EVENTS=4000`` for the long form.
"""

import json
import os
import random

import pytest

from khcn.epcis import InMemoryStore, Time, load, pre_hash, to_json, to_xml
from khcn.epcis.cbv import DISPOSITION
from khcn.epcis.ids.canonical import canonical
from khcn.epcis.store import thing_of
from khcn.epcis.translate import with_digital_links
from tests.epcis.random_events import TEXTS, document, events, respelled

EVENTS = int(os.environ.get("KHCN_EVENTS", "300"))
BLOCKS = 4


def read(tree, **more):
    return load(json.dumps(document(tree, **more)))


def with_links(read_document):
    return read_document.with_events([with_digital_links(event) for event in read_document.events])


@pytest.mark.parametrize("block", range(BLOCKS))
def test_random_events_keep_one_hash_through_all_formats_and_spellings(block):
    rng = random.Random(block)
    for tree in events(EVENTS // BLOCKS, seed=block):
        sent = read(tree)
        in_xml = load(to_xml(sent))
        again_json = load(to_json(in_xml))
        versions = {
            "XML": in_xml,
            "XML, JSON": again_json,
            "XML, JSON, Digital Links": with_links(again_json),
            "XML, JSON, Digital Links, JSON": load(to_json(with_links(again_json))),
            "XML, JSON, Digital Links, XML": load(to_xml(with_links(again_json))),
            "Digital Links": with_links(sent),
            "other spelling": read(respelled(tree, rng)),
        }
        hashed = {name: pre_hash(each.events[0]) for name, each in versions.items()}
        assert hashed == dict.fromkeys(versions, pre_hash(sent.events[0])), json.dumps(tree)
        store = InMemoryStore()
        all_versions = [sent.events[0], *(each.events[0] for each in versions.values())]
        captured = store.capture(all_versions, at=Time("2026-10-09T10:00:00Z"))
        assert (len(captured.accepted), len(captured.duplicates)) == (1, len(versions))


def test_the_random_events_are_of_all_kinds():
    found = list(events(EVENTS, seed=0))
    text = json.dumps(found)
    for each in (
        *("ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent"),
        *(
            "ilmd",
            "sensorReport",
            "sensorMetadata",
            "certificationInfo",
            "persistentDisposition",
            "transformationID",
        ),
        *(
            "urn:epc:id:sgtin:",
            "urn:epc:class:lgtin:",
            "urn:epc:idpat:",
            "/01/",
            "/10/",
            "/00/",
            "/414/",
            "HTTPS://ID.GS1.ORG",
        ),
        *(
            "%2F",
            "%2f",
            "%27",
            "/21/",
            "'",
            ";",
            "=",
            "cbv:BizStep-",
            "gs1:",
            "vidu:buoc",
            '"#text"',
            '"@vidu:loai"',
        ),
    ):
        assert each in text
    assert all(json.dumps(each)[1:-1] in text for each in TEXTS)


LOT = "https://id.gs1.org/01/09521234220312/10/A%2F21%2FB"


@pytest.mark.parametrize(
    ("wanted", "spellings"),
    [
        (
            LOT,
            [
                "urn:epc:class:lgtin:9521234.022031.A%2F21%2FB",
                "https://id.gs1.org/01/09521234220312/10/A%2f21%2fB",
                "HTTPS://ID.GS1.ORG/01/09521234220312/10/A%2F%32%31%2FB",
                "http://truyxuat.example.vn/gtin/9521234220312/lot/%41%2F21%2FB?17=270101",
            ],
        ),
        (
            "https://id.gs1.org/01/09521234220312/21/A'B;C=D",
            [
                "urn:epc:id:sgtin:9521234.022031.A'B;C=D",
                "https://id.gs1.org/01/09521234220312/21/A%27B%3BC%3DD",
                "Https://Id.Gs1.Org/01/09521234220312/21/A%27B%3bC%3dD",
                "https://example.org/p/01/09521234220312/10/L/21/A'B%3BC=D",
            ],
        ),
        (
            "https://id.gs1.org/01/09521234220312/21/%21%28%29%2A%2B%2C%3A%26",
            [
                "urn:epc:id:sgtin:9521234.022031.!()*+,:%26",
                "https://id.gs1.org/01/09521234220312/21/!()*+,:&",
                "https://id.gs1.org/01/09521234220312/21/%21()%2a%2B,:%26",
            ],
        ),
    ],
)
def test_spellings_of_one_thing_are_folded(wanted, spellings):
    assert {canonical(each) for each in (wanted, *spellings)} == {wanted}
    assert {thing_of(each) for each in (wanted, *spellings)} == {wanted}


def test_what_is_encoded_stays_apart_from_what_it_looks_like():
    """A slash in a lot number does not end it."""
    assert (
        canonical("https://id.gs1.org/01/09521234220312/10/A/21/B")
        == "https://id.gs1.org/01/09521234220312/21/B"
    )
    assert canonical(LOT) == LOT
    assert (
        canonical("https://id.gs1.org/01/09521234220312/10/A%252F")
        == "https://id.gs1.org/01/09521234220312/10/A%252F"
    )


@pytest.mark.parametrize(
    "declared",
    [
        {"thua": "https://example.org/thua/"},
        {"cbvmda": "urn:epcglobal:cbv:mda"},
        {"gs1": "https://gs1.org/voc/"},
        {"vidu": "https://example.org/truy-xuat/"},
    ],
)
def test_a_prefix_that_is_not_needed_changes_nothing(declared):
    tree = next(events(1, seed=7)) | {
        "vidu:ghiChu": "thua:abc",
        "gs1:ten": "vidu:abc",
        "cbvmda:lotNumber": "L1",
    }
    plain, more = read(tree), read({**tree, "@context": [declared]})
    assert pre_hash(plain.events[0]) == pre_hash(more.events[0])
    assert plain.events == more.events


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("URN:epcglobal:cbv:disp:recalled", "recalled"),
        ("urn:EPCglobal:cbv:disp:recalled", "recalled"),
        ("HTTPS://Ref.GS1.org/cbv/Disp-recalled", "recalled"),
        ("urn:epcglobal:cbv:disp:RECALLED", None),
        ("https://ref.gs1.org/CBV/Disp-recalled", None),
        ("URN:", None),
        ("HTTPS://", None),
        ("URN:example:recalled", None),
    ],
)
def test_standard_words_have_scheme_and_host_in_any_case(written, word):
    assert DISPOSITION.bare(written) == (word or written)


@pytest.mark.parametrize(
    "more",
    [
        {"bizLocation": {"id": "https://id.gs1.org/414/9521234000006", "vidu:note": "x", "vidu:action": []}},
        {
            "quantityList": [
                {"epcClass": "https://id.gs1.org/01/09521234220312/10/L", "quantity": 5e-324, "uom": "KGM"}
            ]
        },
        {"vidu:note": {f"@vidu:a{number}": f"{number} & “x”" for number in range(200)}},
    ],
    ids=["an empty list beside an extension of a place", "the smallest number of JSON", "many attributes"],
)
def test_what_is_rare_keeps_its_hash_and_comes_back(more):
    observed = {
        "type": "ObjectEvent",
        "eventTime": "2026-10-08T08:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
    }
    sent = read({**observed, "epcList": ["https://id.gs1.org/01/09521234220312/21/1"], **more})
    in_xml = load(to_xml(sent))
    assert pre_hash(in_xml.events[0]) == pre_hash(sent.events[0])
    assert load(to_json(in_xml)).events[0].quantities == sent.events[0].quantities
