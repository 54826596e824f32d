"""The EPCIS interface against the official OpenAPI document: every operation, its statuses, headers and bodies."""

import json

import jsonschema_rs
import pytest

from tests.trace.rest_given import (
    CONTEXT,
    GROWER,
    OTHER,
    XML,
    Speaker,
    document,
    event,
    openapi,
    party,
    problem_of,
    resolved,
    sgtin,
)

pytestmark = pytest.mark.django_db

EVENT_ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
PLACE = "https://id.gs1.org/414/9521234000006"
# Operation of the OpenAPI document: what to ask for it, and the status that answers. JOB stands for a capture job.
ASKED = {
    ("get", "/"): ("/", 200),
    ("post", "/capture"): ("/capture", 202),
    ("get", "/capture"): ("/capture", 200),
    ("get", "/capture/{captureID}"): ("/capture/JOB", 200),
    ("get", "/events"): ("/events", 200),
    ("post", "/events"): ("/events", 201),
    ("get", "/events/{eventID}"): (f"/events/{EVENT_ID}", 200),
    ("get", "/eventTypes"): ("/eventTypes", 200),
    ("get", "/eventTypes/{eventType}"): ("/eventTypes/ObjectEvent", 200),
    ("get", "/eventTypes/{eventType}/events"): ("/eventTypes/ObjectEvent/events", 200),
    ("get", "/epcs"): ("/epcs", 200),
    ("get", "/epcs/{epc}"): (f"/epcs/{sgtin(1)}", 200),
    ("get", "/epcs/{epc}/events"): (f"/epcs/{sgtin(1)}/events", 200),
    ("get", "/bizSteps"): ("/bizSteps", 200),
    ("get", "/bizSteps/{bizStep}"): ("/bizSteps/shipping", 200),
    ("get", "/bizSteps/{bizStep}/events"): ("/bizSteps/shipping/events", 200),
    ("get", "/bizLocations"): ("/bizLocations", 200),
    ("get", "/bizLocations/{bizLocation}"): (f"/bizLocations/{PLACE}", 200),
    ("get", "/bizLocations/{bizLocation}/events"): (f"/bizLocations/{PLACE}/events", 200),
    ("get", "/readPoints"): ("/readPoints", 200),
    ("get", "/readPoints/{readPoint}"): (f"/readPoints/{PLACE}", 200),
    ("get", "/readPoints/{readPoint}/events"): (f"/readPoints/{PLACE}/events", 200),
    ("get", "/dispositions"): ("/dispositions", 200),
    ("get", "/dispositions/{disposition}"): ("/dispositions/in_transit", 200),
    ("get", "/dispositions/{disposition}/events"): ("/dispositions/in_transit/events", 200),
    ("delete", "/nextPageToken/{token}"): ("/nextPageToken/abc", 501),
}
PATHS = sorted({path for _method, path in ASKED if path != "/nextPageToken/{token}"})
DISCOVERY = {
    "/": "OPTIONS, GET",
    "/capture": "OPTIONS, POST, GET",
    "/events": "OPTIONS, GET, POST",
}


@pytest.fixture
def api(shared_dir):
    return openapi(shared_dir)


@pytest.fixture
def grower():
    return Speaker(party(GROWER))


@pytest.fixture
def filled(grower):
    """A party whose events hold a value for every resource; its latest job."""
    grower.job = grower.captured(
        document(
            event(1, disposition="in_transit", bizLocation={"id": PLACE}, readPoint={"id": PLACE}),
            event(2),
        )
    )
    return grower


def address(speaker, path):
    return path.replace("JOB", speaker.job["captureID"])


def check_headers(api, answer, described):
    """The headers of an answer that the document describes have values of their schemas."""
    for name, header in described.items():
        if name not in answer.headers:
            continue
        schema = resolved(api, header)["schema"]
        text = answer.headers[name]
        schema = resolved(api, schema)
        if schema.get("type") == "object" or name == "Link":
            continue  # described as an object, or as a URI, which a header field of RFC 8288 is not
        value = int(text) if schema.get("type") == "integer" else text
        jsonschema_rs.validate({**schema, "components": api["components"]}, value, validate_formats=True)


def check_body(api, answer, content):
    media = answer["Content-Type"]
    assert media in content
    schema = {**content[media]["schema"], "components": api["components"]}
    jsonschema_rs.Draft7Validator(schema, validate_formats=True).validate(answer.json())


def test_every_operation_is_asked_here_or_belongs_to_named_queries(api):
    operations = {
        (method, path)
        for path, found in api["paths"].items()
        for method in found
        if method not in {"parameters", "options"} and not path.startswith("/queries")
    }
    assert operations == set(ASKED)


@pytest.mark.parametrize(("method", "path"), sorted(ASKED), ids=lambda part: part)
def test_operation_answers_as_described(api, filled, method, path):
    asked, status = ASKED[method, path]
    body = {}
    if method == "post":
        sent = document(event(9)) if path == "/capture" else {"@context": CONTEXT, **event(9)}
        body = {"body": json.dumps(sent).encode(), "content_type": "application/json"}
    answer = filled.ask(method.upper(), address(filled, asked), **body)
    assert answer.status_code == status, answer.content
    described = resolved(api, api["paths"][path][method]["responses"][str(status)])
    required = {"GS1-EPCIS-Version", "GS1-CBV-Version", "GS1-Extensions", "Location"}
    assert required & set(described.get("headers", {})) <= set(answer.headers)
    check_headers(api, answer, described.get("headers", {}))
    if "content" in described:
        check_body(api, answer, described["content"])
    else:
        assert answer.content == b""


@pytest.mark.parametrize("path", PATHS)
def test_discovery_has_every_header_of_the_document(api, filled, path):
    asked = next(asked for (_method, known), (asked, _status) in ASKED.items() if known == path)
    answer = filled.ask("OPTIONS", address(filled, asked), Authorization=None)
    assert (answer.status_code, answer.content) == (204, b"")
    described = resolved(api, api["paths"][path]["options"]["responses"]["204"])["headers"]
    assert set(described) <= set(answer.headers)
    check_headers(api, answer, described)
    allow = DISCOVERY.get(path, "OPTIONS, GET")
    assert answer["Allow"] == allow == described["Allow"]["schema"]["default"]
    assert answer["KHCN-Subscriptions"] == "webhook; websocket=not-offered"


def test_discovery_of_capture_tells_its_limits(filled):
    answer = filled.ask("OPTIONS", "/capture")
    reported = {name: answer[name] for name in answer.headers if name.startswith("GS1-")}
    assert reported == {
        "GS1-EPCIS-Version": "2.0.0",
        "GS1-EPCIS-Min": "1.0.0",
        "GS1-EPCIS-Max": "2.0.0",
        "GS1-CBV-Version": "2.0.0",
        "GS1-CBV-Min": "1.0.0",
        "GS1-CBV-Max": "2.0.0",
        "GS1-EPC-Format": "No_Preference",
        "GS1-CBV-XML-Format": "No_Preference",
        "GS1-Extensions": "cbvmda=urn:epcglobal:cbv:mda",
        "GS1-Vendor-Version": "khcn-1",
        "GS1-EPCIS-Capture-Limit": "100000",
        "GS1-EPCIS-Capture-File-Size-Limit": str(50 * 1024 * 1024),
        "GS1-Capture-Error-Behaviour": "all",
    }


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_other_methods_are_refused_with_allow(filled, path, method):
    if (method.lower(), path) in ASKED:
        return
    asked = next(asked for (_method, known), (asked, _status) in ASKED.items() if known == path)
    answer = filled.ask(method, address(filled, asked))
    problem_of(answer, 405, "about:blank")
    assert answer["Allow"] == DISCOVERY.get(path, "OPTIONS, GET")


@pytest.mark.parametrize(("method", "path"), sorted(ASKED), ids=lambda part: part)
def test_without_a_key_nothing_is_reported(filled, method, path):
    answer = filled.ask(method.upper(), address(filled, ASKED[method, path][0]), Authorization=None)
    problem_of(answer, 401, "SecurityException")
    assert answer["WWW-Authenticate"] == 'Bearer realm="EPCIS"'


@pytest.mark.parametrize(
    "sent",
    ["Bearer khcn_falsch", "Bearer", "Bearer ", "Basic a2hjbl86", "bearer x y", "Bearer " + "k" * 5000],
)
def test_wrong_keys_are_refused(filled, sent):
    answer = filled.get("/events", Authorization=sent)
    problem_of(answer, 401, "SecurityException")
    assert answer["WWW-Authenticate"].startswith('Bearer realm="EPCIS"')


def test_head_is_get_without_the_body(filled):
    whole, head = filled.get("/bizSteps"), filled.ask("HEAD", "/bizSteps")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(whole.content))


def test_unknown_addresses_are_a_problem_for_every_method(filled):
    for method in ("GET", "POST", "OPTIONS", "DELETE"):
        problem_of(filled.ask(method, "/khong-co"), 404, "NoSuchNameException")


@pytest.mark.parametrize(
    "path",
    [
        "/capture/abc",
        "/capture/00000000-0000-4000-8000-000000000000",
        "/events/urn:uuid:khong-co",
        "/eventTypes/Nothing",
        "/eventTypes/https://example.org/KhongCo",
        "/eventTypes/https://example.org/KhongCo/events",
        "/epcs/urn:epc:id:sgtin:9521234.022031.999",
        "/epcs/khong-phai-uri/events",
        f"/epcs/{sgtin(999)}/events",
        "/bizSteps/khong-co",
        "/bizSteps/https://example.org/buoc/events",
        "/bizLocations/https://id.gs1.org/414/9521234000013",
        "/readPoints/https://id.gs1.org/414/9521234000013/events",
        "/dispositions/https://example.org/tinh-trang",
        "/epcs/%00",
        "/events/%00",
        "/dispositions/in_transit%00",
    ],
)
def test_what_is_not_there_is_a_problem(filled, path):
    problem_of(filled.get(path), 404, "NoSuchNameException")


def test_the_answer_has_the_context_that_was_sent(grower):
    context = [CONTEXT, {"ex": "https://example.org/rieng/"}]
    sent = {**event(1), "@context": context, "ex:note": "ghi chú"}
    stored = grower.post("/events", sent).json()
    assert (stored["@context"], stored["ex:note"]) == (context, "ghi chú")


def test_web_sockets_are_refused_plainly(filled):
    answer = filled.get("/events", Upgrade="websocket", Connection="Upgrade")
    reported = problem_of(answer, 501, "ImplementationException")
    assert "web-socket" in reported["detail"]


def test_jobs_of_others_are_not_reported(filled):
    stranger = Speaker(party(OTHER, "Cửa hàng khác"))
    problem_of(stranger.get(f"/capture/{filled.job['captureID']}"), 404, "NoSuchNameException")
    assert stranger.get("/capture").json() == []


def test_top_level_in_xml_names_the_same_resources(filled):
    answer = filled.get("/", Accept=XML)
    assert answer["Content-Type"] == XML
    members = filled.get("/").json()["member"]
    assert "".join(f"<member>{name}</member>" for name in members) in answer.content.decode()
