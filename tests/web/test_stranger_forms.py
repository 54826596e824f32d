"""A stranger's form is refused by its size, before it is parsed: parsing 4,900 fields costs a quarter of a second.

That of a person is parsed as far as a form of ours could be.
"""

import io

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, multipartparser
from django.test import Client
from django.test.client import encode_multipart

from khcn.kernel.actors import Role
from khcn.web.form_parts import MOST_PARTS, _CountedParts
from khcn.web.stranger_forms import LARGEST, LARGEST_MULTIPART, MOST_FIELDS
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
ROUTES = ["/", "/search/", "/login/", "/login/code/", "/password/forgotten/", "/theme/"]


def body(kind, fields, text="1"):
    if kind == URLENCODED:
        return "&".join(f"a{number}={text}" for number in range(fields)).encode()
    return encode_multipart("b", {f"a{number}": text for number in range(fields)})


@pytest.fixture
def parsed(monkeypatch):
    """How often a form was parsed."""
    found, original = [], HttpRequest._load_post_and_files

    def counted(request):
        found.append(request.path)
        return original(request)

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", counted)
    return found


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [(URLENCODED, 4900, "1"), (MULTIPART, 4900, "1"), (URLENCODED, MOST_FIELDS + 1, ""), (MULTIPART, MOST_FIELDS + 1, ""),
     (URLENCODED, 1, "%41" * LARGEST), (MULTIPART, 1, " " * LARGEST_MULTIPART)],
    ids=["4900", "4900 parts", "one more", "one part more", "long", "long part"],
)  # fmt: skip
def test_a_large_form_of_a_stranger_is_refused_unparsed(parsed, route, kind, fields, text):
    client = Client()
    client.cookies["sessionid"] = "made-up"
    answer = client.post(route, body(kind, fields, text), content_type=kind)
    assert (answer.status_code, answer["Content-Type"], parsed) == (413, "text/plain; charset=utf-8", [])


@pytest.mark.parametrize("kind", [URLENCODED, MULTIPART])
def test_a_form_for_strangers_is_taken(parsed, kind):
    assert Client().post("/login/", body(kind, MOST_FIELDS), content_type=kind).status_code == 422
    assert "/login/" in parsed


def test_a_browser_that_is_known_sends_the_long_form_of_a_session_that_has_ended(client):
    user = account(Role.OFFICER)
    typed = {"username": user.username, "password": "mat-khau-thu-nghiem"}
    assert client.post("/login/", typed).status_code == 302
    assert client.post("/search/", body(MULTIPART, 4900), content_type=MULTIPART).status_code != 413
    del client.cookies["sessionid"]
    long = body(URLENCODED, 4900)
    assert client.post("/login/", long, content_type=URLENCODED).status_code == 422
    assert client.post("/login/", body(MULTIPART, 4900), content_type=MULTIPART).status_code == 413
    client.cookies["khcn_browser"] = "made-up"
    assert client.post("/login/", long, content_type=URLENCODED).status_code == 413


@pytest.fixture
def parts(monkeypatch):
    """How many parts the parser has looked at."""
    found, original = [], multipartparser.parse_boundary_stream

    def counted(stream, longest):
        found.append(longest)
        return original(stream, longest)

    monkeypatch.setattr(multipartparser, "parse_boundary_stream", counted)
    return found


def with_file(fields):
    content = SimpleUploadedFile("so.pdf", b"%PDF " + b"x" * 200_000)
    return encode_multipart("b", {"file": content, **{f"a{number}": "1" for number in range(fields)}})


@pytest.mark.parametrize("make", [lambda fields: body(MULTIPART, fields), with_file], ids=["fields", "file"])
def test_of_a_person_s_form_in_multipart_few_parts_are_parsed(client, parts, make):
    client.force_login(account(Role.OFFICER))
    assert client.post("/theme/", make(4900), content_type=MULTIPART).status_code == 400
    assert len(parts) <= 3  # the empty one at the beginning, and those of the pieces before
    parts.clear()
    assert client.post("/theme/", make(MOST_PARTS - 1), content_type=MULTIPART).status_code < 400
    assert len(parts) >= MOST_PARTS - 1
    long = body(
        URLENCODED, 4900
    )  # a twentieth of the cost: all questions of a workbook, all texts of a report
    assert client.post("/theme/", long, content_type=URLENCODED).status_code < 400


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_parts_are_counted_however_the_body_comes(size):
    for fields, is_taken in ((MOST_PARTS, True), (MOST_PARTS + 1, False)):
        given = _CountedParts(io.BytesIO(body(MULTIPART, fields)), b"b")
        read = b""
        try:
            while piece := given.read(size):
                read += piece
        except TooManyFieldsSent:
            assert not is_taken
        else:
            assert is_taken
            assert read == body(MULTIPART, fields)
