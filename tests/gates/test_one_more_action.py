"""The example of docs/howto/add-an-action.md, put where the page says, is offered, described, carried out and refused."""

import pytest

TEST = """
import io
from datetime import date

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khcn.config.reference_pages import register_page
from khcn.councils.models import Council
from khcn.kernel.actors import Role
from khcn.kernel.registers.registry import register_of
from tests.factories.councils import CouncilFactory
from tests.kernel.intake_sample import cells_with_openpyxl
from tests.web.conftest import account, confirmed, tree, words

pytestmark = pytest.mark.django_db
LABEL = "Kết thúc hội đồng"


@pytest.fixture
def council():
    return CouncilFactory(established_on=date(2023, 1, 1))


@pytest.fixture
def officer(client):
    client.force_login(account(Role.OFFICER, "QLKH"))
    return client


def texts(page, path):
    return [" ".join(each.text_content().split()) for each in page.xpath(path)]


def test_it_is_offered_on_the_record_and_in_the_list(officer, council):
    page = tree(officer.get(f"/councils/councils/{council.pk}/"))
    assert f"/councils/councils/{council.pk}/actions/dissolve/" in page.xpath("//a/@href")
    listed = tree(officer.get("/councils/councils/"))
    assert texts(listed, "//button[@formaction='/councils/councils/actions/dissolve/']") == [LABEL, LABEL]  # above the table and below it


def test_it_is_described(officer, council):
    paths = officer.get("/api/openapi.json").json()["paths"]
    assert "/api/councils/councils/{pk}/actions/dissolve/" in paths
    assert f"↳ {LABEL}" in texts(tree(officer.get("/permissions/")), "//tbody//th")
    page = register_page(register_of(Council))
    assert LABEL in page
    assert "/api/councils/councils/<số>/actions/dissolve/" in page
    assert f"“{LABEL} - " in page
    assert "Ngày kết thúc ghi bằng nút" in page


def send(client, council, day):
    return client.post(
        f"/api/councils/councils/{council.pk}/actions/dissolve/",
        orjson.dumps({"dissolved_on": day}),
        content_type="application/json",
        headers={"If-Match": "*"},
    )


def test_it_is_carried_out_once_and_seen_in_the_history(officer, council):
    assert send(officer, council, "2024-01-01").status_code == 200
    council.refresh_from_db()
    assert council.dissolved_on == date(2024, 1, 1)
    assert LABEL in officer.get(f"/councils/councils/{council.pk}/history/").text
    again = send(officer, council, "2024-02-01")
    assert (again.status_code, again.json()["message"]) == (409, "Hội đồng đã kết thúc.")


@pytest.mark.parametrize(
    ("day", "words"),
    [("2099-01-01", "Ngày kết thúc chưa đến"), ("2022-01-01", "Ngày kết thúc phải sau ngày thành lập.")],
)
def test_it_says_what_is_wrong_at_the_input(officer, council, day, words):
    answer = send(officer, council, day)
    assert answer.status_code == 422
    assert words in " ".join(answer.json()["errors"]["dissolved_on"])
    council.refresh_from_db()
    assert council.dissolved_on is None


def test_nothing_else_writes_what_it_owns(officer, council):
    answer = officer.patch(
        f"/api/councils/councils/{council.pk}/",
        orjson.dumps({"dissolved_on": "2024-01-01"}),
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert "Kết thúc hội đồng" in answer.text
    council.refresh_from_db()
    assert council.dissolved_on is None


def test_its_sheet_is_in_the_template_and_a_row_of_it_carries_the_action_out(officer, council):
    key = "councils.council:dissolve"
    assert key in tree(officer.get("/import/")).xpath("//input[@name='register']/@value")
    book = cells_with_openpyxl(officer.get("/import/template/", {"register": key}).content)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[4]] == ["Mã hội đồng *", "Ngày kết thúc *"]
    wrong = officer.post("/import/upload/", {"file": filled(book, sheet, council.code, "1/1/2022")})
    assert "Ngày kết thúc phải sau ngày thành lập." in words(officer.get(wrong.url))
    right = officer.post("/import/upload/", {"file": filled(book, sheet, council.code, "1/1/2024")})
    assert confirmed(officer, right.url.split("/")[2]).status_code == 303
    council.refresh_from_db()
    assert council.dissolved_on == date(2024, 1, 1)


def filled(book, sheet, code, day):
    sheet["A5"], sheet["B5"] = code, day
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("ket-thuc.xlsx", stream.getvalue())
"""

pytestmark = [pytest.mark.gates, pytest.mark.xdist_group("examples")]


def test_one_more_action_works(examples):
    assert examples.passed("our_actions|test_dissolve") == 8
