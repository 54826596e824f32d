"""What was captured comes back equal, and stands beside events of any other document."""

import json
from dataclasses import replace

import pytest
from django.db import transaction

from khcn.epcis import ConversionError, Time, load, parse_query, to_json, to_xml
from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.codec.json_binding.decode_documents import decode_document
from khcn.epcis.codec.json_binding.encode import encode_event
from khcn.epcis.model import Document, QueryResults
from khcn.trace.models import MasterRecord
from khcn.trace.store import DjangoEventStore, master_data, self_contained, write_events, write_master_data
from khcn.trace.store.encoding.stored_texts import STANDARD, body_of, event_of
from tests.epcis import corpora
from tests.trace.store_given import AT, document, item

pytestmark = pytest.mark.django_db
RECORDED = "2026-10-10T01:02:03.456789Z"


def stored(events):
    """The events as the store has them, in the order of capture."""
    with transaction.atomic():
        write_events(events, at=Time(RECORDED), owner=1, job=1)
    return DjangoEventStore().query(parse_query({"perPage": 100_000})).events


def is_self_contained(event):
    """Does the event mean the same without its document?"""
    return event_of(json_text.dumps(encode_event(event)).decode()) == event


def as_sent(event):
    return replace(event, record_time=None, event_id=None)


def answer(events):
    """A query document as the interface gives it: the standard context round events of anywhere."""
    return Document(events=tuple(events), results=QueryResults(query_name="q"), creation_date=AT)


def valid_documents(shared):
    for case in corpora.cases(shared):
        if case.is_valid:
            try:
                yield case, load(case.data)
            except ValueError:
                continue  # contested or stale: the list with reasons is in tests/epcis


def test_every_valid_document_of_the_corpora(shared_dir):
    seen = 0
    for case, found in valid_documents(shared_dir):
        with transaction.atomic():
            sent = self_contained(found)
            back = stored(sent)
            different = {}
            for one in sent:
                different.setdefault((one.event_id, one.error_declaration is None, as_sent(one)), one)
            if len(back) == len(different):
                assert [as_sent(one) for one in back] == [as_sent(one) for one in different.values()], (
                    case.name
                )
            else:  # several events of one id, or of one hash: the first is kept
                assert all(as_sent(one) in map(as_sent, sent) for one in back), case.name
            assert all(one.record_time == Time(RECORDED) for one in back)
            # read without the rules: XML's schema takes fields that JSON's does not
            assert decode_document(json_text.loads(to_json(answer(back)))).events == back, case.name
            seen += len(back)
            transaction.set_rollback(True)
    assert seen > 300


def test_every_valid_document_goes_on_as_xml(shared_dir):
    written = 0
    for case, found in valid_documents(shared_dir):
        with transaction.atomic():
            back = stored(self_contained(found))
            try:
                xml = to_xml(answer(back))
            except ConversionError:  # what XML cannot hold: it could not before it was stored either
                with pytest.raises(ConversionError):
                    to_xml(found)
            else:
                assert load(xml).events == back, case.name
                written += len(back)
            transaction.set_rollback(True)
    assert written > 200


EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-10-01T06:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "epcList": [item(1)],
}
XML = """<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:x="https://ba.example/" schemaVersion="2.0"
  creationDate="2026-10-09T17:00:00Z"><EPCISBody><EventList><ObjectEvent>
  <eventTime>2026-10-01T06:30:00Z</eventTime><eventTimeZoneOffset>+07:00</eventTimeZoneOffset>
  <epcList><epc>urn:epc:id:sgtin:9521234.022031.3</epc></epcList><action>OBSERVE</action>
  <x:truong y:z="1" xmlns:y="https://bon.example/">x:chu <x:con>2</x:con></x:truong>
  </ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"""


def clashing():
    """One prefix, four meanings: of two documents, of an event's own, and of XML."""
    one = document([{**EVENT, "x:truong": "x:1", "epcList": ["x:thung/1"]}], [{"x": "https://mot.example/"}])
    two = document(
        [
            {**EVENT, "x:truong": {"x:con": [1.50, "x:2"]}, "type": "x:KiemDinh", "epcList": ["x:a"]},
            {**EVENT, "@context": {"x": "https://hai-b.example/"}, "x:truong": [], "ilmd": {"x:a": None},
             "action": "ADD"},
            {**EVENT, "@context": [{"x": "https://hai-c.example/"}], "x:truong": True},
        ],
        [{"x": "https://hai.example/", "khac": "https://khac.example/"}, "https://example.org/mot-context.jsonld"],
    )  # fmt: skip
    return [*self_contained(one), *self_contained(two), *self_contained(load(XML))]


def test_one_prefix_may_mean_something_else_in_each_document():
    sent = clashing()
    assert all(map(is_self_contained, sent))
    back = stored(sent)
    assert [as_sent(one) for one in back] == [as_sent(one) for one in sent]
    assert [{each.namespace for each in one.extensions} - {""} for one in back] == [
        {"https://mot.example/"},
        {"https://hai.example/"},
        {"https://hai-b.example/"},
        {"https://hai-c.example/"},
        {"https://ba.example/"},
    ]
    assert load(to_json(answer(back))).events == back
    in_xml = [one for one in back if one.type == "ObjectEvent"]
    assert load(to_xml(answer(in_xml))).events == tuple(in_xml)


def test_contexts_that_are_not_of_the_standard_are_stored_and_its_own_is_not():
    one, two, *_ = (json.loads(body_of(one, event_id="urn:a", record_time=AT.text)) for one in clashing())
    assert one["@context"] == [{"x": "https://mot.example/"}]
    assert two["@context"] == [
        {"x": "https://hai.example/", "khac": "https://khac.example/"},
        "https://example.org/mot-context.jsonld",
    ]
    [plain] = self_contained(document([EVENT]))
    assert "@context" not in json.loads(body_of(plain, event_id="urn:a", record_time=AT.text))


def test_an_event_that_uses_prefixes_of_its_document_gets_them():
    using_prefixes = document([{**EVENT, "x:truong": "1"}], [{"x": "https://mot.example/"}])
    assert [is_self_contained(event) for event in using_prefixes.events] == [False]
    assert [is_self_contained(event) for event in self_contained(using_prefixes)] == [True]


def test_of_a_large_context_each_event_and_record_stores_what_it_needs():
    """Else a document of 276 kB would fill 152 MB."""
    unused = {f"khac{number}": f"https://khac.example/{number}/" for number in range(3_000)}
    context = [
        {"x": "goc:x/", "goc": "https://goc.example/", "nghia": {"@id": "y:nghia", "@type": "@id"}, **unused},
        {"y": "https://hai.example/", "@vocab": "https://tu.example/", "@la": "khac1:a"},
        "https://example.org/mot-context.jsonld",
    ]
    using = {
        **EVENT,
        "x:truong": {"nghia": ["khac7:a", "khong:a"]},
        "type": "khac9:KiemDinh",
        "@khac8:a": "khac5",
    }
    plain, own = EVENT, {**EVENT, "@context": [{"rieng": "https://rieng.example/"}], "rieng:a": "y:1"}
    whole = document([using, plain, own], context)
    sent = self_contained(whole)
    bodies = [json.loads(body_of(one, event_id="urn:a", record_time=AT.text)) for one in sent]
    url = "https://example.org/mot-context.jsonld"
    vocabulary = {"@vocab": "https://tu.example/"}
    y = {"y": "https://hai.example/", **vocabulary}
    used = {name: unused[name] for name in ("khac5", "khac7", "khac8", "khac9")}
    first = {name: context[0][name] for name in ("x", "goc", "nghia")}
    assert [body["@context"] for body in bodies] == [
        [{**first, **used}, y, url],
        [vocabulary, url],
        [y, url, {"rieng": "https://rieng.example/"}],
    ]
    assert list(bodies[0]["@context"][0]) == [*first, *used]
    back = stored(sent)
    assert [as_sent(one) for one in back] == [as_sent(one) for one in sent]
    assert event_of(json.dumps(bodies[0])) == replace(sent[0], event_id="urn:a", record_time=AT)


NUMBERS = "[1.10,1E+3,-0,12345678901234567890123,1.000,18446744073709551616]"


def test_numbers_keep_their_digits():
    text = to_json(document([{**EVENT, "https://a.example/n": "NUMBERS"}])).decode()
    [sent] = load(text.replace('"NUMBERS"', NUMBERS)).events
    [back] = stored([sent])
    assert [one.text for one in back.extensions] == NUMBERS[1:-1].replace("-0", "0").split(",")
    assert f'"https://a.example/n":{NUMBERS}' in to_json(answer([back])).decode().replace(",0,", ",-0,")


def test_master_data_come_back_with_the_prefixes_of_their_document():
    unused = {f"khac{number}": "https://khac.example/" for number in range(100)}
    found = document([], [{"x": "https://mot.example/", **unused}])
    tree = json.loads(to_json(found))
    records = [
        {
            "id": "urn:epc:id:sgln:9521234.02203.0",
            "attributes": [{"id": "urn:a:ten", "attribute": {"x:con": "1"}}],
        },
        {"id": "urn:example:o:1", "children": ["https://id.gs1.org/414/9521234022039"], "x:rieng": "2"},
    ]
    tree["epcisHeader"] = {
        "epcisMasterData": {"vocabularyList": [{"type": "urn:a:loai", "vocabularyElementList": records}]}
    }
    sent = load(json.dumps(tree))
    for _ in range(2):  # sent again, it is there once
        write_master_data(sent.master_data, owner=1, at=Time(RECORDED).to_datetime(), context=sent.context)
    for record in MasterRecord.objects.all():
        assert json.loads(record.body)["@context"] == [json.loads(STANDARD), {"x": "https://mot.example/"}]
    found = master_data.records_about(
        ["https://id.gs1.org/414/9521234022039", "urn:example:o:1", "urn:example:o:none"]
    )
    assert [one.elements for one in found] == [(one,) for one in sent.master_data[0].elements]
    assert {one.type for one in found} == {"urn:a:loai"}
    assert DjangoEventStore().master_data(["urn:example:o:1"]).within("urn:example:o:1") == {
        "urn:example:o:1",
        "https://id.gs1.org/414/9521234022039",
    }
