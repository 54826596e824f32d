"""Events asked for and sent one by one: every parameter, every resource, pages, forms, and who sees what."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest
import time_machine
from lxml import etree

from khcn.epcis import InMemoryStore, load, parse_query, to_json, to_xml
from khcn.epcis.cbv import BIZ_STEP, DISPOSITION, EVENT_TYPES
from khcn.kernel.actors import SYSTEM, acting
from khcn.trace.models import Event
from tests.epcis.store_cases import CAPTURED_AT, DOCUMENT, EVENTS, PREFIXES, QUERIES, places
from tests.trace.rest_given import (
    CONTEXT,
    GROWER,
    OTHER,
    PROVINCE,
    SHOP,
    XML,
    Speaker,
    document,
    event,
    event_list,
    lot,
    openapi,
    party,
    problem_of,
    sgtin,
)
from tests.trace.test_capture import following

pytestmark = pytest.mark.django_db
EXTENSIONS = ", ".join(f"{prefix}={uri}" for prefix, uri in PREFIXES.items())
AS_CAPTURED = "Never_Translates"


@pytest.fixture
def grower():
    return Speaker(party(GROWER))


def query_string(parameters):
    """Parameters as a URL has them: lists by commas, each value encoded for itself."""

    def text(value):
        return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)

    return "&".join(
        quote(name, safe="")
        + "="
        + ",".join(quote(text(each), safe="") for each in (value if isinstance(value, list) else [value]))
        for name, value in parameters.items()
    )


def pages(speaker, path, **headers):
    """The events of all pages."""
    found = []
    while path:
        answer = speaker.get(path, **headers)
        assert answer.status_code == 200, answer.content
        found.append(event_list(answer.json()))
        path = following(answer)
    return found


# ------------------------------------------------------------------------------------------- the query language


@pytest.fixture
def chain(grower):
    """The golden chain captured over HTTP, at the time that the cases suppose."""
    with time_machine.travel(CAPTURED_AT.to_datetime(), tick=False):
        job = grower.captured(to_json(replace(DOCUMENT, events=EVENTS)))
    assert job["accepted"] == len(EVENTS)
    return grower


def test_every_kind_of_question_is_answered_as_the_library_says(chain):
    for parameters, expected in QUERIES:
        query = query_string(parameters)
        answer = chain.get(f"/events?{query}", GS1_Extensions=EXTENSIONS, GS1_EPC_Format=AS_CAPTURED)
        assert answer.status_code == 200, (query, answer.content)
        assert places(load(answer.content).events) == expected, query


def test_every_parameter_of_the_openapi_document_is_known(grower, shared_dir):
    api = openapi(shared_dir)
    names = [
        parameter["name"]
        for reference in api["paths"]["/events"]["get"]["parameters"]
        if (parameter := api["components"]["parameters"][reference["$ref"].rsplit("/", 1)[1]])["in"]
        == "query"
    ]
    assert len(names) == 55
    special = {
        "eventType": "ObjectEvent", "EQ_action": "ADD", "orderBy": "eventTime", "orderDirection": "ASC", "perPage": "3",
        "EQ_errorReason": "incorrect_data", "EQ_type": "Temperature", "eventCountLimit": "1&orderBy=eventTime",
    }  # fmt: skip
    kinds = {
        "Time": "2026-01-01T00:00:00Z",
        "quantity": "1",
        "Count": "1",
        "EXISTS": "true",
        "boolean": "true",
    }
    for name in names:
        if name != "nextPageToken":
            usual = next((value for word, value in kinds.items() if word in name), "urn:x:y")
            answer = grower.get(f"/events?{name}={special.get(name, usual)}")
            assert answer.status_code == 200, (name, answer.content)


def test_the_answer_is_a_query_document(chain):
    answer = chain.get("/events", GS1_EPC_Format=AS_CAPTURED)
    reported = answer.json()
    assert (reported["type"], reported["schemaVersion"]) == ("EPCISQueryDocument", "2.0")
    assert reported["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    read = load(answer.content)
    assert places(read.events) == list(range(len(EVENTS)))
    memory = InMemoryStore()
    memory.capture(EVENTS, at=CAPTURED_AT)
    assert read.events == memory.query(parse_query({})).events


# ------------------------------------------------------------------------------------------- pages


def test_pages_lead_through_everything_once(grower):
    grower.captured(document(*[event(serial) for serial in range(1, 26)]))
    found = pages(grower, "/events?EQ_bizStep=shipping&perPage=10&orderBy=eventTime")
    assert [len(page) for page in found] == [10, 10, 5]
    ids = [one["eventID"] for page in found for one in page]
    assert len(set(ids)) == 25
    assert [len(page) for page in pages(grower, "/events?perPage=25")] == [25]
    assert len(grower.events()) == 25
    whole = pages(grower, "/events?perPage=7&eventCountLimit=9&orderBy=eventTime&orderDirection=ASC")
    assert [len(page) for page in whole] == [7, 2]


def test_thirty_events_make_a_page_unless_asked_otherwise(grower, monkeypatch):
    monkeypatch.setattr("khcn.trace.views.paging.LARGEST_PAGE", 32)
    grower.captured(document(*[event(serial) for serial in range(1, 41)]))
    assert [len(page) for page in pages(grower, "/events")] == [30, 10]
    assert [len(page) for page in pages(grower, "/events?perPage=1000")] == [32, 8]


def test_events_captured_between_two_pages_do_no_harm(grower):
    grower.captured(document(event(1), event(2), event(3)))
    first = grower.get("/events?perPage=2")
    grower.captured(document(event(4)))
    rest = [one["eventID"][-1] for page in pages(grower, following(first)) for one in page]
    assert [one["eventID"][-1] for one in event_list(first.json())] == ["1", "2"]
    assert rest == ["3", "4"]


def test_a_page_token_belongs_to_its_question_and_its_party(grower):
    stranger = Speaker(party(PROVINCE, "Sở", authority=True))
    grower.captured(document(event(1), event(2)))
    token = following(grower.get("/events?perPage=1")).partition("nextPageToken=")[2]
    for asked in (
        stranger.get(f"/events?perPage=1&nextPageToken={token}"),
        grower.get(f"/events?perPage=1&EQ_bizStep=shipping&nextPageToken={token}"),
        grower.get(f"/events?nextPageToken={token}x"),
    ):
        assert problem_of(asked, 400, "QueryParameterException")["parameter"] == "nextPageToken"
    with time_machine.travel("2099-01-01T00:00:00Z"):
        problem_of(grower.get(f"/events?perPage=1&nextPageToken={token}"), 400, "QueryParameterException")


# ------------------------------------------------------------------------------------------- forms

URN = "urn:epc:id:sgtin:9521234.022031.1"


def in_urns(serial=1):
    return event(
        serial,
        epcList=[URN],
        quantityList=[{"epcClass": "urn:epc:class:lgtin:9521234.022031.LO-7", "quantity": 2}],
        readPoint={"id": "urn:epc:id:sgln:9521234.02203.0"},
        bizLocation={"id": "https://id.gs1.org/414/9521234000006"},
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:9521234.00000"}],
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:9521234.00001.PO-7"}],
    )


@pytest.mark.parametrize("requested", [None, "Always_GS1_Digital_Link", "always_gs1_digital_link"])
def test_identifiers_come_as_digital_links_unless_asked_otherwise(grower, requested):
    grower.captured(document(in_urns()))
    [found] = grower.events(GS1_EPC_Format=requested)
    assert found["epcList"] == [sgtin(1)]
    assert found["quantityList"] == [{"epcClass": lot("LO-7"), "quantity": 2}]
    assert found["readPoint"] == {"id": "https://id.gs1.org/414/9521234022039"}
    assert found["sourceList"] == [{"type": "owning_party", "source": "https://id.gs1.org/417/9521234000006"}]
    assert found["bizTransactionList"][0]["bizTransaction"].startswith("https://id.gs1.org/253/9521234000013")
    assert "urn:epc:" not in json.dumps(found)


@pytest.mark.parametrize("requested", ["Never_Translates", "No_Preference", "Always_EPC_URN"])
def test_identifiers_come_as_captured(grower, requested):
    sent = in_urns()
    grower.captured(document(sent))
    [found] = grower.events(GS1_EPC_Format=requested)
    assert {name: found[name] for name in sent} == sent


def test_identifiers_come_as_urns_where_the_length_of_the_company_prefix_is_known(grower):
    strange = "https://id.gs1.org/01/08935024123456/21/1"
    grower.captured(document(event(1, epcList=[sgtin(1), strange], quantityList=[{"epcClass": lot("LO-7")}])))
    [found] = grower.events(GS1_EPC_Format="Always_EPC_URN")
    assert found["epcList"] == [sgtin(1), strange]
    grower.party.confirmed_codes = "952123, 9521234"
    with acting(SYSTEM):
        grower.party.save()
    [found] = grower.events(GS1_EPC_Format="Always_EPC_URN")
    assert found["epcList"] == ["urn:epc:id:sgtin:9521234.022031.1", strange]
    assert found["quantityList"] == [{"epcClass": "urn:epc:class:lgtin:9521234.022031.LO-7"}]


@pytest.mark.parametrize(
    ("requested", "word"),
    [
        (None, "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("Always_Web_URI", "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("No_Preference", "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("ALWAYS_URN", "urn:epcglobal:cbv:bizstep:shipping"),
    ],
)
def test_words_in_xml_come_in_the_form_asked_for(grower, requested, word):
    grower.captured(document(event(1)))
    root = etree.fromstring(grower.get("/events", Accept=XML, GS1_CBV_XML_Format=requested).content)
    assert root.findtext(".//bizStep") == word


def test_what_xml_cannot_hold_is_not_acceptable_there(grower):
    grower.captured(document(event(1, **{"vidu:ghiChu": "a\u0000b"}), event(2)))
    assert len(grower.events()) == 2
    assert grower.get(f"/events/{event(1)['eventID']}", Accept=XML).status_code == 406
    answer = grower.get("/events", Accept=XML)
    assert answer["KHCN-Events-Left-Out"] == "1"
    assert [one.event_id for one in load(answer.content).events] == [event(2)["eventID"]]


def test_a_bad_event_of_a_stranger_spoils_nobodys_answer(grower):
    """Two strangers report something about the grower's goods that XML cannot hold."""
    grower.captured(document(event(1, action="ADD")))
    for serial, gln in ((8, OTHER), (9, SHOP)):
        bad = event(serial, epcList=[sgtin(1)], **{"vidu:ghiChu": "a\u0000b"})
        Speaker(party(gln, f"Lạ {gln}")).captured(document(bad))
    for speaker in (grower, Speaker(party(PROVINCE, "Sở", authority=True))):
        assert len(speaker.events()) == 3
        answer = speaker.get("/events", Accept=XML)
        assert (answer.status_code, answer["KHCN-Events-Left-Out"]) == (200, "2")
        assert [one.event_id for one in load(answer.content).events] == [event(1)["eventID"]]


# ------------------------------------------------------------------------------------------- one event


def test_an_event_and_its_declaration_are_found_by_the_id(grower):
    wrong = {"declarationTime": "2026-10-09T09:00:00Z", "reason": "incorrect_data"}
    grower.captured(document(event(1), event(1, errorDeclaration=wrong), event(2)))
    event_id = event(1)["eventID"]
    for spelled in (event_id, quote(event_id, safe="")):
        found = grower.events(f"/events/{spelled}")
        assert ["errorDeclaration" in one for one in found] == [False, True]
        assert {one["eventID"] for one in found} == {event_id}
    in_xml = load(grower.get(f"/events/{event_id}", Accept=XML).content)
    assert in_xml.events == load(grower.get(f"/events/{event_id}").content).events


def test_the_id_that_is_a_hash_is_found_encoded_or_not(grower):
    grower.captured(document(event(1, eventID=None)))
    [stored] = grower.events()
    event_id = stored["eventID"]
    assert event_id.endswith("?ver=CBV2.0")
    assert grower.events(f"/events/{event_id}") == [stored]
    assert grower.events(f"/events/{quote(event_id, safe='')}") == [stored]


def single(*arguments, **fields):
    return {"@context": [CONTEXT], **event(*arguments, **fields)}


def test_one_event_is_stored_and_its_address_leads_to_it(grower):
    answer = grower.post("/events", single(1))
    assert (answer.status_code, answer["Location"]) == (201, f"/epcis/events/{event(1)['eventID']}")
    stored = answer.json()
    assert {name: stored[name] for name in event(1)} == event(1)
    [found] = grower.events(answer["Location"].removeprefix("/epcis"))
    assert found == {name: value for name, value in stored.items() if name != "@context"}
    [job] = grower.get("/capture").json()
    assert (job["accepted"], job["success"], job["running"]) == (1, True, False)


def test_one_event_without_an_id_gets_one(grower):
    answer = grower.post("/events", single(1, eventID=None))
    assert answer["Location"].startswith("/epcis/events/ni:%2F%2F%2Fsha-256%3B")
    assert len(grower.events(answer["Location"].removeprefix("/epcis"))) == 1


def test_one_event_in_xml(grower):
    body = load(json.dumps(single(1)))

    answer = grower.post("/events", to_xml(body), XML, Accept=XML)
    assert answer.status_code == 201
    assert etree.fromstring(answer.content).tag == "ObjectEvent"
    assert len(grower.events()) == 1


def test_one_event_that_is_there_already(grower):
    stranger = Speaker(party(OTHER, "Khác"))
    named_by_hash = single(1, eventID=None)
    for speaker in (grower, stranger):  # the same event of another party is that party's own report
        assert speaker.post("/events", named_by_hash).status_code == 201
        problem_of(speaker.post("/events", named_by_hash), 409, "ResourceAlreadyExistsException")
    assert [len(speaker.get("/capture").json()) for speaker in (grower, stranger)] == [1, 1]
    assert grower.post("/events", single(1)).status_code == 201
    problem_of(grower.post("/events", single(1)), 409, "ResourceAlreadyExistsException")
    assert [Event.objects.filter(owner=one.party.pk).count() for one in (grower, stranger)] == [2, 1]


# ------------------------------------------------------------------------------------------- resources

PLACE = "https://id.gs1.org/414/9521234000006"
STEP = "https://example.org/buoc/phoi-say"


@pytest.fixture
def resources(grower):
    grower.captured(
        document(
            event(1, bizStep=STEP, disposition="in_transit", readPoint={"id": PLACE}),
            event(2, bizLocation={"id": "urn:epc:id:sgln:9521234.00000.0"}),
            event(3, epcList=None, quantityList=[{"epcClass": lot("LO-7"), "quantity": 1}]),
            {
                "type": "vidu:KiemDinh",
                "eventTime": "2026-10-08T08:30:00+07:00",
                "eventTimeZoneOffset": "+07:00",
                "eventID": event(4)["eventID"],
            },
        )
    )
    return grower


def members(speaker, path, **headers):
    return speaker.get(path, **headers).json()["member"]


OWN_TYPE = "https://example.org/truy-xuat/KiemDinh"


def test_lists_of_values(resources):
    assert members(resources, "/eventTypes") == [*EVENT_TYPES, OWN_TYPE]
    assert members(resources, "/epcs") == sorted([sgtin(1), sgtin(2), lot("LO-7")])
    assert members(resources, "/bizSteps?perPage=100") == [*sorted(BIZ_STEP.words), STEP]
    assert members(resources, "/dispositions?perPage=100") == sorted(DISPOSITION.words)
    assert members(resources, "/readPoints") == members(resources, "/bizLocations") == [PLACE]


@pytest.mark.parametrize("size", [1, 2, 5, 41, 42, 43])
def test_lists_page_by_page(resources, size):
    resources.captured(document(*[event(serial, bizStep=f"{STEP}/{serial}") for serial in range(10, 15)]))
    for path in ("/bizSteps", "/epcs", "/eventTypes"):
        whole = members(resources, f"{path}?perPage=1000")
        found, asked = [], f"{path}?perPage={size}"
        while asked:
            answer = resources.get(asked)
            page = answer.json()["member"]
            assert 0 < len(page) <= size
            found += page
            asked = following(answer)
        assert found == whole


@pytest.mark.parametrize("token", ["", "x", "w", "w0", "w-1", "w99", "w" + "9" * 30, "v%00", "%00", "1"])
@pytest.mark.parametrize("path", ["/bizSteps", "/epcs"])
def test_tokens_of_lists_that_nobody_gave(resources, path, token):
    reported = problem_of(resources.get(f"{path}?nextPageToken={token}"), 400, "QueryParameterException")
    assert reported["parameter"] == "nextPageToken"


def test_lists_use_the_prefixes_that_the_client_declares(resources):
    answer = resources.get(
        "/eventTypes", GS1_Extensions=f"x=bad uri, {EXTENSIONS}, y=https://example.org/khac/"
    )
    assert answer.json() == {
        "@context": [CONTEXT, PREFIXES],
        "type": "Collection",
        "member": [*EVENT_TYPES, "vidu:KiemDinh"],
    }


VALUES = [
    ("eventTypes", "ObjectEvent", [1, 2, 3]),
    ("eventTypes", OWN_TYPE, [4]),
    ("eventTypes", "TransactionEvent", []),
    ("epcs", sgtin(1), [1]),
    ("epcs", URN, [1]),
    ("epcs", "https://kho.example.vn/01/09521234220312/21/1", [1]),
    ("epcs", lot("LO-7"), [3]),
    ("epcs", "urn:epc:class:lgtin:9521234.022031.LO-7", [3]),
    ("bizSteps", STEP, [1]),
    ("bizSteps", "shipping", [2, 3]),
    ("bizSteps", "urn:epcglobal:cbv:bizstep:shipping", [2, 3]),
    ("bizSteps", "https://ref.gs1.org/cbv/BizStep-shipping", [2, 3]),
    ("bizSteps", "packing", []),
    ("bizLocations", PLACE, [2]),
    ("bizLocations", "urn:epc:id:sgln:9521234.00000.0", [2]),
    ("readPoints", PLACE, [1]),
    ("dispositions", "in_transit", [1]),
    ("dispositions", "recalled", []),
]


@pytest.mark.parametrize(("name", "value", "serials"), VALUES)
def test_values_and_their_events(resources, name, value, serials):
    for spelled in (value, quote(value, safe=""), value.replace("https://", "https:/")):
        assert members(resources, f"/{name}/{spelled}") == ["events"]
        found = resources.events(f"/{name}/{spelled}/events")
        assert [int(one["eventID"][-3:]) for one in found] == serials


def test_the_events_of_a_value_are_narrowed_by_parameters(resources):
    path = f"/epcs/{quote(sgtin(1), safe='')}/events"
    assert len(resources.events(f"{path}?EQ_bizStep={quote(STEP)}")) == 1
    assert resources.events(f"{path}?EQ_bizStep=packing") == []
    assert resources.events("/bizSteps/shipping/events?EQ_bizStep=packing") == []


def test_a_prefix_in_an_address_is_resolved(resources):
    found = resources.events("/eventTypes/vidu:KiemDinh/events", GS1_Extensions=EXTENSIONS)
    assert [int(one["eventID"][-3:]) for one in found] == [4]


def test_events_of_a_class_page_by_page(grower):
    lots = {"epcList": None, "quantityList": [{"epcClass": lot("LO-7"), "quantity": 1}]}
    grower.captured(document(*[event(serial, **lots) for serial in range(1, 6)]))
    found = pages(grower, f"/epcs/{lot('LO-7')}/events?perPage=2")
    assert [len(page) for page in found] == [2, 2, 1]


# ------------------------------------------------------------------------------------------- who sees what


@pytest.fixture
def market(grower):
    """One grower, two shops that bought from one lot, and the province."""
    shops = [Speaker(party(gln, f"Cửa hàng {gln}")) for gln in (SHOP, OTHER)]
    made = {"epcList": None, "quantityList": [{"epcClass": lot("LO-7"), "quantity": 9}], "action": "ADD"}
    grower.captured(document(event(1, bizStep="commissioning", **made)))
    for serial, shop in enumerate(shops, 2):
        bought = {"epcList": None, "quantityList": [{"epcClass": lot("LO-7"), "quantity": 1}]}
        own = f"https://example.org/buoc/{shop.party.gln}"
        shop.captured(document(event(serial, bizStep=own, disposition="in_transit", **bought)))
        place = f"https://id.gs1.org/417/{shop.party.gln}"
        sent = [{"type": "possessing_party", "destination": place}]
        grower.captured(document(event(serial + 2, destinationList=sent, **bought)))
    return grower, shops, Speaker(party(PROVINCE, "Sở", authority=True))


def test_two_shops_do_not_see_each_other(market):
    grower, (first, second), province = market

    def seen(speaker, path="/events"):
        return sorted(int(one["eventID"][-3:]) for one in speaker.events(path))

    assert [seen(each) for each in (grower, first, second, province)] == [
        [1, 2, 3, 4, 5],
        [1, 2, 4],
        [1, 3, 5],
        [1, 2, 3, 4, 5],
    ]
    path = f"/epcs/{lot('LO-7')}/events"
    assert [seen(each, path) for each in (grower, first, second)] == [[1, 2, 3, 4, 5], [1, 2, 4], [1, 3, 5]]
    assert seen(first, "/dispositions/in_transit/events") == [2]
    hidden = f"https://example.org/buoc/{OTHER}"
    for asked in (f"/events/{event(3)['eventID']}", f"/bizSteps/{hidden}", f"/bizSteps/{hidden}/events"):
        problem_of(first.get(asked), 404, "NoSuchNameException")
        assert second.get(asked).status_code == 200
    assert hidden not in members(first, "/bizSteps?perPage=100")
    everything = [
        first.get(path).content.decode() for path in ("/events", "/epcs", "/bizSteps", "/capture", path)
    ]
    assert not [text for text in everything if OTHER in text or event(3)["eventID"] in text]


def test_a_value_of_a_neighbour_may_be_looked_up_though_it_is_not_listed(market):
    _grower, (first, _second), _province = market
    assert members(first, "/bizSteps/commissioning") == ["events"]
    assert len(first.events("/bizSteps/commissioning/events")) == 1
    assert members(first, f"/epcs/{lot('LO-7')}") == ["events"]
