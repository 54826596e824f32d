"""Our own documents, where the corpora are not at hand: read, check, convert, compare; and the library as a whole."""

import copy
import doctest
import importlib
import json
import os
import pickle
import pkgutil
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from khcn import epcis
from khcn.epcis import ConversionError, Severity, Time, check, load, read, to_json, to_json_value, to_xml
from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.extensions import Respelled
from tests.epcis.corpora import GOLDEN

JSON = (GOLDEN / "mien_dong.json").read_bytes()
XML = (GOLDEN / "mien_dong.xml").read_bytes()
PACKAGE = Path(epcis.__file__).parent


def changed(path, value):
    """The golden document with one value changed, as JSON text."""
    tree = json.loads(JSON)
    *parents, last = path
    node = tree
    for step in parents:
        node = node[step]
    node[last] = value
    return json.dumps(tree)


def at(place, *path):
    return ("epcisBody", "eventList", place, *path)


def test_golden_documents_are_without_fault():
    assert check(JSON) == []
    assert check(XML) == []
    assert check((GOLDEN / "mien_dong_1_2.xml").read_bytes()) == []


def test_json_comes_back():
    assert json_text.loads(to_json(load(JSON))) == json_text.loads(JSON)


def test_json_and_xml_are_equal():
    one, other = load(JSON), load(XML)
    assert one.events == other.events
    assert one.master_data == other.master_data
    assert hash(one.events) == hash(other.events)


def test_conversion_gives_the_golden_file():
    assert to_xml(load(JSON), indent=True) == XML


def test_xml_1_2_is_equal():
    document = load((GOLDEN / "mien_dong_1_2.xml").read_bytes())
    assert document.events == load(JSON).events[:2]


def test_events_do_not_change():
    event = load(JSON).events[0]
    with pytest.raises(FrozenInstanceError):
        event.biz_step = "shipping"
    assert pickle.loads(pickle.dumps(event)) == event
    assert copy.deepcopy(event) == event


def test_a_word_remembers_its_spelling():
    data = changed(at(0, "bizStep"), "https://ref.gs1.org/cbv/BizStep-commissioning")
    document = load(data)
    assert document.events == load(JSON).events
    assert isinstance(document.events[0].biz_step, Respelled)
    assert json_text.loads(to_json(document)) == json_text.loads(data)


def test_numbers_keep_their_digits():
    document = load(
        changed(at(0, "vidu:so"), 0).replace('"vidu:so": 0', '"vidu:so": 1.1000000000000000000001')
    )
    assert b"1.1000000000000000000001" in to_json(document)
    assert b">1.1000000000000000000001<" in to_xml(document)


@pytest.mark.parametrize(
    "value",
    [
        "x",
        " x ",
        "",
        7,
        -0.5,
        True,
        False,
        None,
        [1],
        [1, "a", {"vidu:b": [2]}],
        {"vidu:b": {"c": "d"}},
        {"#text": "5", "@vidu:unit": "kg"},
    ],
)
def test_extensions_of_any_kind_come_back(value):
    document = load(changed(at(0, "vidu:mo"), value))
    assert to_json_value(document)["epcisBody"]["eventList"][0]["vidu:mo"] == value
    again = load(to_xml(document))
    assert again.events == document.events
    # XML knows no array of one element: it comes back as the element.
    through_xml = {"[1]": 1, "[1, 'a', {'vidu:b': [2]}]": [1, "a", {"vidu:b": 2}]}.get(str(value), value)
    assert to_json_value(again)["epcisBody"]["eventList"][0]["vidu:mo"] == through_xml


def test_braces_in_a_name_are_no_namespace():
    """Names are stored with their namespace in braces; one that holds braces itself was read as such and lost them."""
    value = {"{a}b": "1", "{b": "2", "b": "3", "{": "4", "b}": "5"}
    document = load(changed(at(0, "vidu:mo"), value))
    assert to_json_value(document)["epcisBody"]["eventList"][0]["vidu:mo"] == value
    assert load(to_json(document)).events == document.events
    [opened] = document.events[0].extensions.named("{https://example.org/truy-xuat/}mo")
    assert [(each.namespace, each.local_name) for each in opened.children] == [("", name) for name in value]
    with pytest.raises(ConversionError):
        to_xml(document)


def test_a_namespace_that_a_reader_of_xml_refuses_is_not_written():
    """libxml2 takes an address with an empty port for none, though RFC 3986 allows it; what was written could not be read."""
    tree = json.loads(JSON)
    tree["@context"] = [*tree["@context"], {"khac": "http://vidu.vn:/a"}]
    tree["epcisBody"]["eventList"][0]["khac:a"] = "1"
    document = load(json.dumps(tree))
    assert load(to_json(document)).events == document.events
    with pytest.raises(ConversionError):
        to_xml(document)


@pytest.mark.parametrize("value", [[[1], [2]], {"sai tên": 1}, "\u0001"])
def test_what_xml_cannot_hold(value):
    document = load(changed(at(0, "vidu:mo"), value))
    assert to_json_value(document)["epcisBody"]["eventList"][0]["vidu:mo"] == value
    with pytest.raises(ConversionError):
        to_xml(document)


# What the schema lets pass: (path, value) and the code and place of the problem.
CONTENT = [
    (at(2, "childEPCs", 0), "https://id.gs1.org/01/09521234220313/21/1", "CHECK_DIGIT", "/childEPCs/0"),
    (at(2, "childEPCs", 0), "https://id.gs1.org/00/095212340000000170", "CHECK_DIGIT", "/childEPCs/0"),
    (at(2, "readPoint", "id"), "https://id.gs1.org/414/9521234022030", "CHECK_DIGIT", "/readPoint/id"),
    (at(2, "readPoint", "id"), "https://hn.example.vn/gln/9521234022030", "CHECK_DIGIT", "/readPoint/id"),
    (at(2, "parentID"), "urn:epc:id:sscc:9521234.17", "IDENTIFIER", "/parentID"),
    (at(2, "childEPCs", 0), "https://id.gs1.org/01/09521234220312/21/1/10/A", "IDENTIFIER", "/childEPCs/0"),
    (at(2, "childEPCs", 1), "https://id.gs1.org/01/09521234220312/10/A", "CLASS_AS_INSTANCE", "/childEPCs/1"),
    (at(2, "childEPCs", 1), "urn:epc:idpat:sgtin:9521234.022031.*", "CLASS_AS_INSTANCE", "/childEPCs/1"),
    (
        at(0, "quantityList", 0, "epcClass"),
        "urn:epc:id:sgtin:9521234.022031.1",
        "INSTANCE_AS_CLASS",
        "/quantityList/0/epcClass",
    ),
    (
        at(3, "destinationList", 0, "destination"),
        "https://id.gs1.org/417/9521234022030",
        "CHECK_DIGIT",
        "/destinationList/0/destination",
    ),
    (
        at(3, "bizTransactionList", 1, "bizTransaction"),
        "urn:epc:id:gdti:9521234.2.HD",
        "IDENTIFIER",
        "/bizTransactionList/1/bizTransaction",
    ),
]


@pytest.mark.parametrize(("path", "value", "code", "place"), CONTENT)
def test_what_the_schema_misses(path, value, code, place):
    data = changed(path, value)
    problems = check(data)
    assert [(one.code, one.path, one.severity) for one in problems] == [
        (code, f"/epcisBody/eventList/{path[2]}{place}", Severity.CONTENT)
    ]
    assert read(data).is_sound
    assert load(data).events
    with pytest.raises(epcis.DocumentError, match=code):
        load(data, strict=True)


def test_all_faults_in_one_pass():
    tree = json.loads(JSON)
    events = tree["epcisBody"]["eventList"]
    events[0].update(action="ADDED", bizStep="urn:epcglobal:cbv:bizstep:shipping", eventTime="hôm qua")
    events[1]["inputQuantityList"][0].update(quantity="nhiều", uom="kg")
    del events[2]["action"], events[2]["childEPCs"]
    events[3]["soHopDong"] = 1
    tree["creationDate"] = "2026"
    found = [
        (problem.code, problem.path.removeprefix("/epcisBody/eventList"))
        for problem in check(json.dumps(tree))
    ]
    assert sorted(found) == sorted(
        [
            ("TIME", "/creationDate"),
            ("NOT_LISTED", "/0/action"),
            ("WORD", "/0/bizStep"),
            ("TIME", "/0/eventTime"),
            ("TYPE", "/1/inputQuantityList/0/quantity"),
            ("UOM", "/1/inputQuantityList/0/uom"),
            ("REQUIRED", "/2/action"),
            ("FIELD_NAME", "/3/soHopDong"),
        ]
    )
    word = next(problem for problem in check(json.dumps(tree)) if problem.code == "WORD")
    assert "Ghi “shipping”" in word.message_vi


def test_readme_runs():
    """The README's example, line by line."""
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks[0].strip().splitlines()) <= 20
    scope = {}
    exec(compile("\n".join(blocks), "README.md", "exec"), scope)
    assert scope["page"].events[0].biz_step == "commissioning"


def test_examples_in_docstrings():
    modules = [
        importlib.import_module(one.name) for one in pkgutil.walk_packages(epcis.__path__, "khcn.epcis.")
    ]
    results = [doctest.testmod(module) for module in modules]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 6


def test_imports_without_django():
    """The library starts where neither Django nor anything else of this project is installed."""
    code = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "ninja"} or (name.startswith("khcn.") and not name.startswith("khcn.epcis")):
            raise ImportError(name)

sys.meta_path.insert(0, Blocked())
import khcn.epcis
import pkgutil, importlib
for module in pkgutil.walk_packages(khcn.epcis.__path__, "khcn.epcis."):
    importlib.import_module(module.name)
assert not any(name.split(".")[0] == "django" for name in sys.modules)
print(khcn.epcis.load(open(sys.argv[1], "rb").read()).events[0].action)
"""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parents[1])}
    answer = subprocess.run(
        [sys.executable, "-c", code, str(GOLDEN / "mien_dong.json")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.stdout.strip(), answer.stderr) == ("ADD", "")


def test_every_public_name_says_what_it_is():
    assert (PACKAGE / "py.typed").is_file()
    for name in epcis.__all__:
        assert getattr(epcis, name).__doc__, name


def test_an_event_of_an_own_type():
    tree = json.loads(JSON)
    tree["epcisBody"]["eventList"] = [
        {
            "type": "vidu:KiemDinh",
            "eventTime": "2026-10-09T08:30:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            "vidu:ketQua": "đạt",
        }
    ]
    document = load(json.dumps(tree))
    event = document.events[0]
    assert (event.type_uri, event.event_time) == (
        "https://example.org/truy-xuat/KiemDinh",
        Time("2026-10-09T01:30:00Z"),
    )
    assert to_json_value(document)["epcisBody"] == tree["epcisBody"]
    assert load(to_xml(document)).events == document.events
