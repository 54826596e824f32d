"""Documents whose events are taken one at a time, and limits that keep a hostile document cheap."""

import json

import pytest

from khcn.epcis import DocumentError, Limits, QueryError, check, load, parse_query, read, read_frame, to_xml
from tests.epcis.corpora import GOLDEN

TREE = json.loads((GOLDEN / "mien_dong.json").read_text(encoding="utf-8"))
FILES = ["mien_dong.json", "mien_dong.xml", "mien_dong_1_2.xml"]


def with_events(*events, **fields):
    return json.dumps({**TREE, **fields, "epcisBody": {"eventList": list(events)}})


@pytest.mark.parametrize("name", FILES)
def test_a_frame_gives_the_events_of_the_whole_document(name):
    data = (GOLDEN / name).read_bytes()
    whole, frame = load(data), read_frame(data)
    assert frame.document == whole.with_events(())
    assert (frame.problems, frame.bare) == ([], False)
    assert [frame.check(place) for place in range(len(frame))] == [[]] * len(whole.events)
    assert tuple(frame.event(place) for place in reversed(range(len(frame)))) == whole.events[::-1]


@pytest.mark.parametrize("data", ["{}", "<ObjectEvent><eventTimeZoneOffset/></ObjectEvent>"])
def test_a_bare_event_that_is_faulty_leaves_no_document(data):
    """What was left of it had no event, and could be written neither as one nor as a document."""
    outcome = read(data)
    assert (outcome.document, [*outcome.faulty]) == (None, [0])


@pytest.mark.parametrize("context", [None, 5, "x y", ["https://vidu.vn/", "x y"]])
def test_the_context_of_a_bare_event_is_checked_as_it_is_read(context):
    """`check` named the fault, and what reads events one at a time took the event all the same."""
    data = json.dumps({"@context": context, **TREE["epcisBody"]["eventList"][1]})
    found = [(problem.code, problem.path.split("/")[1]) for problem in check(data)]
    assert [name for _code, name in found] == ["@context"]
    outcome = read(data)
    assert [(problem.code, problem.path.split("/")[1]) for problem in outcome.problems] == found
    assert (outcome.document, [*outcome.faulty]) == (None, [0])


@pytest.mark.parametrize("name", FILES)
def test_the_faults_of_an_event_stand_at_its_place(name):
    text = (GOLDEN / name).read_text(encoding="utf-8")
    last = len(load(text).events) - 1
    cut = text.index(
        "2026", text.rindex("<eventTime>") if name.endswith("xml") else text.rindex('"eventTime"')
    )
    broken = text[:cut] + "khong" + text[cut + len("2026") :]
    frame = read_frame(broken)
    found = [[problem.code for problem in frame.check(place)] for place in range(len(frame))]
    assert found == [*[[]] * last, ["TIME"]]
    assert {problem.path.split("/")[3] for problem in frame.check(last)} == {str(last)}
    outcome = read(broken)
    assert (len(outcome.document.events), list(outcome.faulty)) == (last, [last])


def test_faults_of_content_do_not_refuse_an_event():
    event = {**TREE["epcisBody"]["eventList"][0], "epcList": ["https://id.gs1.org/01/09521234220319/21/1"]}
    frame = read_frame(with_events(event))
    assert [problem.code for problem in frame.check(0)] == ["CHECK_DIGIT"]
    assert frame.check(0, identifiers=False) == []
    assert frame.event(0).epcs == ("https://id.gs1.org/01/09521234220319/21/1",)


def test_a_faulty_frame_has_no_document_and_tells_of_its_events_all_the_same():
    data = with_events({"type": "ObjectEvent"}, schemaVersion="mới")
    frame = read_frame(data)
    assert frame.document is None
    assert [problem.path for problem in frame.problems] == ["/schemaVersion"]
    assert {problem.path for problem in frame.check(0)} >= {"/epcisBody/eventList/0/eventTime"}
    outcome = read(data)
    assert (outcome.document, list(outcome.faulty)) == (None, [0])
    assert sorted(map(str, outcome.problems)) == sorted(map(str, check(data)))


def test_what_is_no_event_list_has_no_events():
    for body in (None, 5, {"eventList": {}}, {"queryResults": 5}, {"queryResults": {"resultsBody": []}}):
        frame = read_frame(json.dumps({**TREE, "epcisBody": body}))
        assert (len(frame), frame.document) == (0, None)


def test_a_query_documents_events_have_its_paths():
    answer = {"queryName": "q", "resultsBody": {"eventList": [{"type": "ObjectEvent"}]}}
    tree = {"@context": [], "type": "EPCISQueryDocument", "epcisBody": {"queryResults": answer}}
    frame = read_frame(json.dumps(tree))
    assert frame.document is not None
    assert {problem.path.rpartition("/")[0] for problem in frame.check(0)} == {
        "/epcisBody/queryResults/resultsBody/eventList/0"
    }


def test_single_events_and_other_values():
    event = {"@context": TREE["@context"], **TREE["epcisBody"]["eventList"][0]}
    frame = read_frame(json.dumps(event))
    assert (frame.bare, len(frame), frame.check(0)) == (True, 1, [])
    assert frame.event(0) == load(json.dumps(event)).events[0]
    del event["@context"]
    assert [problem.path for problem in read_frame(json.dumps(event)).check(0)] == ["/@context"]
    for text in ("[]", "5", '"x"', "null"):
        frame = read_frame(text)
        assert (frame.document, len(frame), [problem.code for problem in frame.problems]) == (
            None,
            0,
            ["TYPE"],
        )
        assert [problem.code for problem in read(text).problems] == ["TYPE"]


def test_what_passes_the_check_and_is_no_event_is_reported_when_it_is_read(monkeypatch):
    frame = read_frame(with_events(TREE["epcisBody"]["eventList"][0]))
    del frame._trees[0]["eventTime"]
    with pytest.raises(DocumentError) as caught:
        frame.event(0)
    [problem] = caught.value.problems
    assert (problem.code, problem.path) == ("UNREADABLE", "/epcisBody/eventList/0")


# ------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"a": "\\ud800"}', ["/a"]),
        ('{"a": ["x", {"b": "y\\uDFFFz"}]}', ["/a/1/b"]),
        ('{"\\ud83d": 1}', [""]),
        ('{"a": "\ud800"}', ["/a"]),
        ('{"a": "\\ud83d\\ude00 \\\\ud800 😀"}', []),
        ('{"a": "\\u1ea1\\u0111"}', []),
    ],
)
def test_half_a_character_is_a_fault(text, paths):
    data = text if "\ud800" in text else text.encode()
    assert [problem.path for problem in check(data) if problem.code == "SURROGATE"] == paths


@pytest.mark.parametrize(
    "text",
    [
        "[" + "0," * 100 + "0]",
        '[{"a":1}' + ',{"a":1}' * 60 + "]",
        "<a>" + "<b/>" * 250 + "</a>",
        "<a b='1' " + " ".join(f"c{n}='1'" for n in range(250)) + "/>",
    ],
)
def test_a_document_of_too_many_values_is_refused_before_it_is_read(text):
    [problem] = check(text, limits=Limits(values=100))
    assert problem.code == "TOO_LARGE"
    assert "TOO_LARGE" not in {each.code for each in check(text)}


@pytest.mark.parametrize("number", ["1e999999999", "9" * 400, 10**40])
def test_a_count_beyond_all_events_is_as_good_as_none(number):
    assert parse_query({"maxEventCount": number}).max_event_count == 2**62
    with pytest.raises(QueryError):
        parse_query({"maxEventCount": f"-{number}"})


# ------------------------------------------------------------------------------------------- XML, read as it comes

HEAD = "<eventTime>{time}</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>"
OBJECT = f"<ObjectEvent>{HEAD}<epcList><epc>urn:x:{{name}}</epc></epcList><action>ADD</action>{{more}}</ObjectEvent>"
DAY = "2026-10-09T08:00:00+07:00"


def in_xml(*events, body=""):
    return (
        '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:v="https://example.org/v/" '
        f'schemaVersion="2.0" creationDate="{DAY}"><EPCISBody><EventList>{"".join(events)}</EventList>{body}'
        "</EPCISBody></epcis:EPCISDocument>"
    )


def an_object(name, time=DAY, more=""):
    return OBJECT.format(name=name, time=time, more=more)


def test_events_keep_their_order_and_faults_their_place_whatever_stands_between():
    own = f"<extension><v:Own>{HEAD.format(time=DAY)}<v:a>1</v:a></v:Own></extension>"
    wrapped = f"<extension><extension>{an_object('d', time='hôm qua')}</extension></extension>"
    text = in_xml(an_object("a"), own, an_object("c"), wrapped, own, an_object("f", time="mai"))
    outcome = read(text)
    assert [event.type for event in outcome.document.events] == [
        "ObjectEvent", "ExtendedEvent", "ObjectEvent", "ExtendedEvent",
    ]  # fmt: skip
    assert [str(problem.path) for problem in outcome.problems if problem.code == "TIME"] == [
        "/epcisBody/eventList/3/eventTime",
        "/epcisBody/eventList/5/eventTime",
    ]


def test_what_looks_like_an_event_elsewhere_is_left_where_it_is():
    inner = f"<v:note><EventList>{an_object('x')}</EventList></v:note>"
    document = load(in_xml(an_object("a", more=f"<v:kept>{an_object('y')}</v:kept>"), body=inner))
    assert [event.epcs for event in document.events] == [("urn:x:a",)]
    stored = document.events[0].extensions.named("{https://example.org/v/}kept")
    assert "urn:x:y" in repr(list(stored))
    assert "urn:x:x" in repr(document.body)
    assert load(to_xml(document)) == document


def test_a_prefix_that_nothing_declares_is_a_fault_of_the_text():
    outcome = read(in_xml(an_object("a"), an_object("b", more="<w:a>1</w:a>"), an_object("c")))
    assert (outcome.document, [problem.code for problem in outcome.problems]) == (None, ["XML"])


def test_depth_is_counted_from_the_root():
    for depth, code in ((30, None), (60, "TOO_DEEP")):
        more = "<v:a>" * depth + "1" + "</v:a>" * depth
        outcome = read(in_xml(an_object("a"), an_object("b", more=more)))
        assert [problem.code for problem in outcome.problems] == ([code] if code else [])
