"""``/queries``: kept under a name of the party's own, refused when wrong, answered page by page, removed."""

import json
from urllib.parse import quote

import pytest

from khcn.trace.models import NamedQuery
from khcn.trace.operations import named_queries
from tests.trace.rest_given import (
    GROWER,
    SHOP,
    Speaker,
    document,
    event,
    event_list,
    party,
    problem_of,
    sgtin,
)
from tests.trace.subscription_given import validator

pytestmark = pytest.mark.django_db

SHIPPED = {"EQ_bizStep": ["shipping", "receiving"], "eventType": ["ObjectEvent"]}


@pytest.fixture
def grower():
    return Speaker(party(GROWER))


def make(speaker, name="giao-hang", query=None, **headers):
    return speaker.post("/queries", {"name": name, "query": SHIPPED if query is None else query}, **headers)


def test_a_query_is_stored_and_comes_back_as_it_was(grower, shared_dir):
    made = make(grower)
    assert (made.status_code, made.content) == (201, b"")
    assert made["Location"] == "/epcis/queries/giao-hang"
    assert made["GS1-EPCIS-Version"] == made["GS1-CBV-Version"] == "2.0.0"
    one = grower.get("/queries/giao-hang")
    assert one.json() == {"name": "giao-hang", "query": SHIPPED}
    assert grower.get("/queries").json() == [one.json()]
    assert validator(shared_dir, "QueryDefinition").is_valid(one.json())


@pytest.mark.parametrize(
    "name",
    ["a", "Giao hàng tháng 10", "x" * 200, "50% & more?#;=+", "日本", "name.with.dots", "%2F", "..."],
)
def test_names(grower, name):
    where = make(grower, name)["Location"]
    assert where == "/epcis/queries/" + quote(name, safe="")
    assert grower.get(where.removeprefix("/epcis")).json()["name"] == name
    assert grower.get(where.removeprefix("/epcis") + "/events").status_code == 200
    assert grower.ask("DELETE", where.removeprefix("/epcis")).status_code == 204
    assert NamedQuery.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a/b", ".", "..", "a\nb", "a\0b", "x" * 201, None, 7, ["a"], True]
)
def test_what_is_no_name(grower, name):
    reported = problem_of(make(grower, name), 400, "QueryValidationException")
    assert reported["parameter"] == "name"
    assert NamedQuery.objects.count() == 0


@pytest.mark.parametrize("name", ["SimpleEventQuery", "SimpleMasterDataQuery"])
def test_the_names_of_the_queries_of_epcis_are_taken(grower, name):
    """Answers to questions without a name have the first of them."""
    reported = problem_of(make(grower, name), 400, "QueryValidationException")
    assert (reported["parameter"], "có sẵn theo chuẩn EPCIS" in reported["detail"]) == ("name", True)
    assert NamedQuery.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "kind", "parameter"),
    [
        (None, "QueryValidationException", "query"),
        ([], "QueryValidationException", "query"),
        ("EQ_bizStep=shipping", "QueryValidationException", "query"),
        ({"EQ_bizStep": ["no such word"]}, "QueryParameterException", "EQ_bizStep"),
        ({"EQ_nothing": ["a"]}, "QueryParameterException", "EQ_nothing"),
        ({"GE_eventTime": "yesterday"}, "QueryParameterException", "GE_eventTime"),
        ({"perPage": 0}, "QueryParameterException", "perPage"),
        ({"nextPageToken": "1"}, "QueryParameterException", "nextPageToken"),
        ({"eventCountLimit": 5}, "QueryParameterException", "eventCountLimit"),
        ({"EQ_stringValue": ["a\0b"]}, "QueryValidationException", "query"),
        ({"@context": {"a\0": "https://example.org/"}}, "QueryValidationException", "query"),
        ({"MATCH_epc": []}, "QueryParameterException", "MATCH_epc"),
    ],
)
def test_what_is_no_query(grower, query, kind, parameter):
    reported = problem_of(grower.post("/queries", {"name": "a", "query": query}), 400, kind)
    assert reported["parameter"] == parameter
    assert NamedQuery.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"[]",
        b"null",
        b"{",
        b'{"name": "a", "name": "b", "query": {}}',
        b"\xff",
        b"[" * 5000,
        b"1e999999",
    ],
)
def test_what_is_no_definition(grower, body):
    problem_of(grower.post("/queries", body), 400, "ValidationException")


def test_other_media_types_and_large_bodies(grower):
    answer = grower.post("/queries", b"<a/>", content_type="application/xml")
    problem_of(answer, 415, "UnsupportedMediaTypeException")
    long = {"MATCH_epc": [sgtin(number) for number in range(20_000)]}
    assert make(grower, "nhieu", long).status_code == 413
    less = {"MATCH_epc": [sgtin(number) for number in range(5800)]}
    reported = problem_of(make(grower, "nhieu", less), 400, "QueryValidationException")
    assert reported["parameter"] == "query"


def test_an_existing_name_is_a_conflict(grower):
    make(grower)
    problem_of(make(grower, query={}), 409, "ResourceAlreadyExistsException")
    assert grower.get("/queries/giao-hang").json()["query"] == SHIPPED
    assert NamedQuery.objects.count() == 1


def test_a_party_keeps_a_limited_number(grower, monkeypatch):
    monkeypatch.setattr(named_queries, "MAX_QUERIES", 2)
    assert [make(grower, name).status_code for name in "abc"] == [201, 201, 400]


def test_names_are_a_party_s_own(grower):
    shop = Speaker(party(SHOP, "Cửa hàng"))
    make(grower)
    assert make(shop, query={"EQ_action": ["ADD"]}).status_code == 201
    assert grower.get("/queries/giao-hang").json()["query"] == SHIPPED
    assert shop.get("/queries").json() == [{"name": "giao-hang", "query": {"EQ_action": ["ADD"]}}]
    make(grower, "only-mine")
    for path in ("/queries/only-mine", "/queries/only-mine/events", "/queries/only-mine/subscriptions"):
        problem_of(shop.get(path), 404, "NoSuchNameException")
    problem_of(shop.ask("DELETE", "/queries/only-mine"), 404, "NoSuchNameException")
    assert NamedQuery.objects.count() == 3


def test_the_list_comes_page_by_page(grower):
    names = sorted(f"query-{number:02}" for number in range(7))
    for name in reversed(names):
        make(grower, name)
    found, path = [], "/queries?perPage=3"
    while path:
        page = grower.get(path)
        found.append([each["name"] for each in page.json()])
        link = page.headers.get("Link", "")
        path = link[link.find("<") + 1 : link.find(">")].removeprefix("/epcis") if link else None
    assert found == [names[:3], names[3:6], names[6:]]
    problem_of(grower.get("/queries?per=3"), 400, "QueryParameterException")


def test_deleting(grower):
    make(grower)
    gone = grower.ask("DELETE", "/queries/giao-hang")
    assert (gone.status_code, gone.content) == (204, b"")
    problem_of(grower.ask("DELETE", "/queries/giao-hang"), 404, "NoSuchNameException")
    problem_of(grower.get("/queries/giao-hang"), 404, "NoSuchNameException")
    assert make(grower).status_code == 201


def test_a_key_is_asked_for_and_methods_are_reported(grower):
    for path, allow in (
        ("/queries", "OPTIONS, GET, POST"),
        ("/queries/a", "OPTIONS, GET, DELETE"),
        ("/queries/a/events", "OPTIONS, GET"),
        ("/queries/a/subscriptions", "OPTIONS, GET, POST"),
        ("/queries/a/subscriptions/b", "OPTIONS, GET, DELETE"),
    ):
        reported = grower.ask("OPTIONS", path, Authorization=None)
        assert (reported.status_code, reported["Allow"]) == (204, allow)
        problem_of(grower.get(path, Authorization=None), 401, "SecurityException")
        assert grower.ask("PUT", path).status_code == 405


# ------------------------------------------------------------------------------------------- answers


def test_the_answer_is_that_of_the_same_question_without_a_name(grower, shared_dir):
    grower.captured(document(*(event(serial, bizStep=step) for serial, step in enumerate(STEPS, 1))))
    make(grower)
    answer = grower.get("/queries/giao-hang/events")
    reported = answer.json()
    assert reported["epcisBody"]["queryResults"]["queryName"] == "giao-hang"
    assert event_list(reported) == grower.events(
        "/events?EQ_bizStep=shipping,receiving&eventType=ObjectEvent"
    )
    assert [each["epcList"] for each in event_list(reported)] == [[sgtin(1)], [sgtin(2)]]
    assert validator(shared_dir, "epcisQueryDocument").is_valid(reported)


STEPS = ("shipping", "receiving", "packing")


def test_pages_of_an_answer(grower):
    grower.captured(document(*(event(serial) for serial in range(1, 8))))
    make(grower, query={**SHIPPED, "perPage": 4})
    first = grower.get("/queries/giao-hang/events")
    assert len(event_list(first.json())) == 4  # as the query itself says
    found, path = [], "/queries/giao-hang/events?perPage=3"
    while path:
        page = grower.get(path)
        found.append(len(event_list(page.json())))
        link = page.headers.get("Link", "")
        path = link[link.find("<") + 1 : link.find(">")].removeprefix("/epcis") if link else None
    assert found == [3, 3, 1]
    for path in ("?nextPageToken=1", "?EQ_action=ADD", "?perPage=x", "?stream=true", "?hour=1"):
        problem_of(grower.get("/queries/giao-hang/events" + path), 400, "QueryParameterException")


def test_everybody_is_answered_with_what_they_may_see(grower):
    shop = Speaker(party(SHOP, "Cửa hàng"))
    grower.captured(document(event(1), event(2)))
    shop.captured(document(event(3, epcList=[sgtin(99)])))
    make(grower), make(shop)
    assert [each["epcList"] for each in grower.events("/queries/giao-hang/events")] == [
        [sgtin(1)],
        [sgtin(2)],
    ]
    assert [each["epcList"] for each in shop.events("/queries/giao-hang/events")] == [[sgtin(99)]]


def test_limits_of_the_query_itself(grower):
    grower.captured(document(*(event(serial) for serial in range(1, 6))))
    make(grower, query={"maxEventCount": 3})
    problem_of(grower.get("/queries/giao-hang/events"), 413, "QueryTooLargeException")
    make(grower, "hai", query={"orderBy": "eventTime", "eventCountLimit": 2})
    assert len(grower.events("/queries/hai/events")) == 2


def test_prefixes_of_the_client_stay_with_the_query(grower):
    mine = {"vidu:ghiChu": "gùi 12"}
    grower.captured(document(event(1, **mine), event(2)))
    own = "https://example.org/truy-xuat/"
    make(grower, query={"EQ_v:ghiChu": ["gùi 12"]}, GS1_Extensions=f"v={own}")
    make(grower, "trong-query", query={"@context": {"w": own}, "EQ_w:ghiChu": ["gùi 12"]})
    for name in ("giao-hang", "trong-query"):
        assert [each["epcList"] for each in grower.events(f"/queries/{name}/events")] == [[sgtin(1)]]


def test_numbers_keep_their_digits(grower):
    sent = b'{"name": "so", "query": {"GT_quantity": 0.10000000000000000000000001, "EQ_quantity": [1.50, 7]}}'
    assert grower.post("/queries", sent).status_code == 201
    assert b"0.10000000000000000000000001" in grower.get("/queries/so").content
    assert json.loads(grower.get("/queries/so").content)["query"]["EQ_quantity"] == [1.5, 7]


def test_answers_in_xml_and_as_digital_links(grower):
    grower.captured(document(event(1, epcList=["urn:epc:id:sgtin:9521234.022031.1"])))
    make(grower)
    answer = grower.get("/queries/giao-hang/events", Accept="application/xml")
    assert answer["Content-Type"] == "application/xml"
    assert b"<queryName>giao-hang</queryName>" in answer.content
    asked = "/queries/giao-hang/events"
    assert grower.events(asked)[0]["epcList"] == [sgtin(1)]
    stored = grower.events(asked, GS1_EPC_Format="Never_Translates")
    assert stored[0]["epcList"] == ["urn:epc:id:sgtin:9521234.022031.1"]


def test_web_sockets_are_not_offered(grower):
    make(grower)
    answer = grower.get(
        "/queries/giao-hang/events?stream=true",
        Upgrade="websocket",
        Connection="Upgrade",
        Sec_WebSocket_Version="13",
    )
    reported = problem_of(answer, 501, "ImplementationException")
    assert "webhook" in reported["detail"]
