"""Media types, versions, languages and forms that client and server agree on by headers; browsers of other origins."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from khcn.trace.views.endpoint import CAPTURE_BYTES
from khcn.trace.views.negotiation import DOCUMENT_TYPES, preferred_media_type
from tests.trace.rest_given import CONTEXT, JSON, XML, Speaker, document, event, party, problem_of

LD, TEXT = "application/ld+json", "text/xml"


@pytest.fixture
def grower(db):
    speaker = Speaker(party())
    speaker.captured(document(event(1)))
    return speaker


# ------------------------------------------------------------------------------------------- media types

ACCEPTED = [
    ("*/*", JSON),
    ("", JSON),
    (JSON, JSON),
    (LD, LD),
    (XML, XML),
    (TEXT, TEXT),
    ("text/*", TEXT),
    ("application/*", JSON),
    ("Application/XML", XML),
    ("text/html, application/xml;q=0.9, */*;q=0.8", XML),
    ("application/xml;q=0.5, application/json;q=0.4", XML),
    ("application/xml;q=0.5, application/json;q=0.6", JSON),
    ("application/xml, application/json", XML),
    ("*/*;q=0.1, application/json;q=0", LD),
    ("application/json;q=0, application/ld+json;q=0, */*", XML),
    ("application/json;charset=utf-8", JSON),
    ("application/xml;q=falsch, application/json;q=0.1", JSON),
    ("application/xml;q=7", XML),
    ("text/html", None),
    ("application/pdf, image/*", None),
    ("*/*;q=0", None),
]


@pytest.mark.parametrize(("accept", "media"), ACCEPTED)
def test_preferred_media_type(accept, media):
    assert preferred_media_type(accept, DOCUMENT_TYPES) == media


@given(st.text(max_size=60))
def test_any_accept_header_gives_an_offer_or_none(accept):
    assert preferred_media_type(accept, DOCUMENT_TYPES) in {*DOCUMENT_TYPES, None}


@pytest.mark.parametrize("media", DOCUMENT_TYPES)
def test_events_come_in_the_type_asked_for(grower, media):
    answer = grower.get("/events", Accept=media)
    assert (answer.status_code, answer["Content-Type"]) == (200, media)
    if "xml" in media:
        assert etree.QName(etree.fromstring(answer.content)).localname == "EPCISQueryDocument"
    else:
        assert json.loads(answer.content)["type"] == "EPCISQueryDocument"


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/events", "text/html"),
        ("/bizSteps", XML),
        ("/capture", XML),
        ("/epcs", "text/csv"),
        ("/", "image/*"),
    ],
)
def test_other_types_are_not_acceptable(grower, path, accept):
    answer = grower.get(path, Accept=accept)
    assert (answer.status_code, answer["Content-Type"].partition("+")[0]) == (406, "application/problem")
    assert b"epcisException:NotAcceptableException" in answer.content


@pytest.mark.parametrize("accept", [XML, TEXT, "application/problem+xml, application/xml, */*;q=0.1"])
def test_problems_come_in_xml_where_it_is_preferred(grower, accept):
    answer = grower.get("/events/urn:uuid:khong-co", Accept=accept)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+xml")
    root = etree.fromstring(answer.content)
    assert root.tag == "{urn:epcglobal:epcis:xsd:2}EPCISException"
    assert [child.tag for child in root] == ["type", "title", "status", "detail", "instance"]
    assert root.findtext("type") == "epcisException:NoSuchNameException"


def test_problems_and_jobs_in_xml_are_valid_by_the_official_schema(grower, shared_dir):
    folder = shared_dir / "corpora/epcis-artefacts/XSD"
    schema = etree.XMLSchema(etree.parse(folder / "EPCglobal-epcis-2_0.xsd"))
    bad = document(event(2, eventTime="hôm qua"), event(3, epcList=["urn:epc:id:sgtin:1.2.3"]))
    location = grower.post("/capture", bad)["Location"].removeprefix("/epcis")
    answers = [
        grower.post("/capture", "{", Accept=XML),
        grower.get("/events?la=1", Accept=XML),
        grower.post("/capture", document(schemaVersion="x", sender=1), Accept=XML),
        grower.get(location, Accept=XML),
        grower.get(
            grower.post("/capture", document(event(9)))["Location"].removeprefix("/epcis"), Accept=XML
        ),
    ]
    for answer in answers:
        schema.assertValid(etree.fromstring(answer.content))
    job = etree.fromstring(answers[3].content)
    assert dict(job.attrib) | {"captureID": ""} == {"running": "false", "success": "false", "captureID": ""}


# ------------------------------------------------------------------------------------------- request bodies


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "json",
    ],
)
@pytest.mark.parametrize("path", ["/capture", "/events"])
def test_other_content_is_not_taken(grower, path, sent):
    answer = grower.post(path, document(event(2)), sent)
    problem_of(answer, 415, "UnsupportedMediaTypeException")
    assert answer["Accept"] == ", ".join(DOCUMENT_TYPES)
    assert len(grower.events()) == 1


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
@pytest.mark.parametrize("members", [1, 2])
def test_content_compressed_with_gzip_is_taken(grower, coding, members):
    body = json.dumps(document(event(2))).encode()
    cut = len(body) // members
    packed = b"".join(gzip.compress(part) for part in (body[:cut], body[cut:]))
    assert grower.post("/capture", packed, Content_Encoding=coding).status_code == 202
    assert len(grower.events()) == 2


@pytest.mark.parametrize(
    "broken",
    [b"{}", gzip.compress(b"{}" * 99, mtime=0)[:-9], gzip.compress(b"{}", mtime=0) + b"x", b"\x1f\x8b"],
)
def test_what_is_not_gzip_is_refused(grower, broken):
    answer = grower.post("/capture", broken, Content_Encoding="gzip")
    assert problem_of(answer, 400, "ValidationException")["header"] == "Content-Encoding"


@pytest.mark.parametrize(("members", "status"), [(64, 202), (65, 400), (50_000, 400)])
def test_many_members_of_gzip_are_refused(grower, members, status):
    """zlib copies what follows a member, once for each."""
    packed = gzip.compress(json.dumps(document(event(2))).encode()) + gzip.compress(b"") * (members - 1)
    answer = grower.post("/capture", packed, Content_Encoding="gzip")
    assert answer.status_code == status
    if status == 400:
        problem = problem_of(answer, 400, "ValidationException")
        assert (problem["header"], "64" in problem["detail"]) == ("Content-Encoding", True)
    assert len(grower.events()) == (2 if status == 202 else 1)


def test_what_unpacks_to_too_much_is_refused(grower):
    """A megabyte of gzip that would become a gigabyte; nobody unpacks it to the end."""
    packed = gzip.compress(b" " * (CAPTURE_BYTES + 1))
    assert len(packed) < 1024 * 1024
    problem_of(grower.post("/capture", packed, Content_Encoding="gzip"), 413, "CaptureLimitExceededException")


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", ""])
def test_content_compressed_otherwise_is_not_taken(grower, coding):
    answer = grower.post("/capture", document(event(2)), Content_Encoding=coding)
    problem_of(answer, 415, "UnsupportedMediaTypeException")
    assert answer["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("sent", ["application/json; charset=utf-8", "Application/JSON", LD])
def test_parameters_and_case_of_a_type_do_not_matter(grower, sent):
    assert grower.post("/capture", document(event(2)), sent).status_code == 202


# ------------------------------------------------------------------------------------------- versions

GET_VERSIONS = [
    ({"GS1-EPCIS-Version": "2.0"}, True),
    ({"GS1-EPCIS-Version": "2.0.1"}, True),
    ({"GS1-EPCIS-Version": "2"}, True),
    ({"GS1-EPCIS-Version": "1.2"}, False),
    ({"GS1-EPCIS-Version": "3.0"}, False),
    ({"GS1-EPCIS-Version": "mới nhất"}, False),
    ({"GS1-EPCIS-Version": ""}, False),
    ({"GS1-EPCIS-Min": "1.0.0", "GS1-EPCIS-Max": "2.0.0"}, True),
    ({"GS1-EPCIS-Min": "2.0", "GS1-EPCIS-Max": "3.7"}, True),
    ({"GS1-EPCIS-Min": "2.1"}, False),
    ({"GS1-EPCIS-Max": "1.2"}, False),
    ({"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "1.2"}, False),
    ({"GS1-CBV-Version": "2.0.0"}, True),
    ({"GS1-CBV-Version": "1.2"}, False),
    ({"GS1-CBV-Min": "1.2", "GS1-CBV-Max": "2.0"}, True),
    ({"GS1-CBV-Min": "2.0.0.0.1"}, True),
    ({"GS1-CBV-Max": "1.2.2"}, False),
]
POST_VERSIONS = [
    ({"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0"}, JSON, True),
    ({"GS1-EPCIS-Version": "1.2"}, JSON, False),
    ({"GS1-EPCIS-Version": "1.2", "GS1-CBV-Version": "1.2"}, XML, True),
    ({"GS1-EPCIS-Version": "0.9"}, XML, False),
    ({"GS1-EPCIS-Version": "3.0"}, XML, False),
    ({"GS1-CBV-Version": "1.0"}, JSON, False),
    ({"GS1-EPCIS-Version": "9" * 50}, JSON, False),
]


@pytest.mark.parametrize(("headers", "taken"), GET_VERSIONS)
def test_versions_of_answers(grower, headers, taken):
    answer = grower.get("/events", **headers)
    if taken:
        assert answer.status_code == 200
        assert answer["GS1-EPCIS-Version"] == answer["GS1-CBV-Version"] == "2.0.0"
    else:
        reported = problem_of(answer, 406, "NotAcceptableException")
        assert reported["header"] in headers


@pytest.mark.parametrize(("headers", "media", "taken"), POST_VERSIONS)
def test_versions_of_documents(grower, headers, media, taken):
    answer = grower.post("/capture", document(event(2)), media, **headers)
    if taken:
        assert answer.status_code == 202
    else:
        problem_of(answer, 406, "NotAcceptableException")
    assert len(grower.events()) == 1 + taken


def test_an_unknown_form_is_not_acceptable(grower):
    reported = problem_of(grower.get("/events", GS1_EPC_Format="Sometimes"), 406, "NotAcceptableException")
    assert reported["header"] == "GS1-EPC-Format"
    assert grower.get("/events", Accept=XML, GS1_CBV_XML_Format="Sometimes").status_code == 406
    assert grower.get("/events", GS1_CBV_XML_Format="Sometimes").status_code == 200  # JSON knows no choice


# ------------------------------------------------------------------------------------------- language

LANGUAGES = [
    (None, "vi"),
    ("vi", "vi"),
    ("en", "en"),
    ("en-GB,en;q=0.9", "en"),
    ("en;q=0.5, vi;q=0.6", "vi"),
    ("de, en;q=0.3", "en"),
    ("de", "vi"),
    ("*", "vi"),
    ("xx-" + "y" * 900, "vi"),
]


@pytest.mark.parametrize(("requested", "language"), LANGUAGES)
def test_problems_are_reported_in_the_language_asked_for(grower, requested, language):
    answer = grower.get("/events?khongco=1", Accept_Language=requested)
    assert answer["Content-Language"] == language
    detail = problem_of(answer, 400, "QueryParameterException")["detail"]
    assert detail == (
        "there is no such query parameter" if language == "en" else "Không có tham số truy vấn “khongco”."
    )


def test_faults_of_a_job_are_reported_in_either_language(grower):
    location = grower.post("/capture", document(event(5, action="LOOK")))["Location"].removeprefix("/epcis")
    reported = {
        code: grower.get(location, Accept_Language=code).json()["errors"][0]["detail"]
        for code in ("vi", "en")
    }
    assert reported["en"] == "'LOOK' is not one of ADD, DELETE, OBSERVE"
    assert reported["vi"] == "“LOOK” không có trong danh sách: ADD, DELETE, OBSERVE."


# ------------------------------------------------------------------------------------------- other origins


def test_a_browser_of_another_origin_may_ask_and_read_what_it_needs(grower):
    asking = {"Origin": "https://kho.example", "Authorization": None}
    ahead = grower.ask(
        "OPTIONS",
        "/capture",
        **asking,
        **{
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,gs1-epcis-version",
        },
    )
    assert (ahead.status_code, ahead["Access-Control-Allow-Origin"]) == (204, "*")
    assert ahead["Access-Control-Allow-Methods"] == "OPTIONS, POST, GET"
    allowed = ahead["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "gs1-epcis-version", "gs1-capture-error-behaviour"} <= set(
        allowed
    )
    answer = grower.post("/capture", document(event(3)), Origin="https://kho.example")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert {"Location", "Link", "GS1-EPCIS-Version", "GS1-Next-Page-Token-Expires"} <= set(
        answer["Access-Control-Expose-Headers"].split(", ")
    )
    refused = grower.get("/events", Origin="https://kho.example", Authorization=None)
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (401, "*")
    for each in (ahead, answer, refused):
        assert "Access-Control-Allow-Credentials" not in each
        assert not each.cookies


def test_answers_are_stored_by_nobody_and_depend_on_what_they_depend_on(grower):
    for answer in (grower.get("/events"), grower.get("/events/urn:x:1"), grower.ask("OPTIONS", "/")):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Vary"] == "Accept, Accept-Language, Authorization"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert CONTEXT in grower.get("/").content.decode()
