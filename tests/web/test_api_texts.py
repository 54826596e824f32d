"""What programs and forms send as text: names once, one line where there is one, nothing that shows another text."""

import pytest

from khcn.kernel.actors import Role
from tests.factories.science import TaskProposalFactory
from tests.web.conftest import form_values, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(sign_in):
    return sign_in(Role.OFFICER, "QLKH")


@pytest.fixture
def record():
    return TaskProposalFactory()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"title": "a", "title": "b"}', "title"),
        (b'{"proposer": {"id": 1, "name": "x", "id": 2}}', "id"),
        (b'{"title": "a", "titl\\u0065": "b"}', "title"),
    ],
)
def test_a_name_that_is_sent_twice_is_refused(record, officer, body, name):
    answer = officer.patch(
        f"/api/science/proposals/{record.pk}/",
        body,
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (answer.status_code, name in answer.json()["message"]) == (400, True)


def test_lists_within_lists_are_refused_by_their_field(record, officer):
    body = b'{"title": ' + b"[" * 1000 + b"]" * 1000 + b"}"
    answer = officer.patch(
        f"/api/science/proposals/{record.pk}/",
        body,
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["title"])


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Giống ngô\nlai", "sau “Giống ngô” có chỗ xuống dòng"),
        ("Giống\u2028ngô", "sau “Giống” có chỗ xuống dòng"),
        ("Giống \u202eôgn", "ký tự ẩn (U+202E)"),
        ("Giống\a ngô", "ký tự ẩn (U+0007)"),
    ],
)
def test_a_text_of_one_line_is_one_on_every_way_in(record, officer, title, words):
    answer = officer.patch(
        f"/api/science/proposals/{record.pk}/",
        {"title": title},
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["title"])
    assert words in answer.json()["errors"]["title"][0]
    page = f"/science/proposals/{record.pk}/edit/"
    form = officer.post(page, {**form_values(tree(officer.get(page))), "title": title})
    assert form.status_code == 422
    assert words in form.content.decode()
    before = record.title
    record.refresh_from_db()
    assert record.title == before
