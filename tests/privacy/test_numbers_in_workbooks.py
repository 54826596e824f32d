"""Numbers in a workbook that cannot be read are masked in every list of what is wrong, which is for those who see its plan."""

import io
import re
from datetime import date

import openpyxl
import pytest

from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.models import Batch
from khcn.privacy.models import PersonIdentity
from tests.factories.parties import PersonFactory
from tests.privacy.test_identity_numbers import row_of, workbook_with
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db
SENDER = (Role.OFFICER, "QLKH")
WRONG = {
    "04520312345": "••••••••345",  # a digit too few
    "012345678901x": "••••••••••01x",
    "0792030012345": "••••••••••345",
    "001 099\t000 01": "••••••••••• 01",
    "001099000001, cấp ngày 5/5/2021": "•" * 28 + "021",
    "12345": "•••••",
    date(2045, 3, 12): "•••••••045",  # what Excel made of it
}
WHOLE = ("04520", "0123456", "0792030", "001099", "001 099", "12345", "12/03/2045", "/5/2021")


@pytest.fixture
def sent(clock, client):
    """A file with these numbers, sent by an officer of the science division; the address of its page."""
    client.force_login(account(*SENDER))
    people = [PersonFactory(full_name=f"Lê Thị Mới {place}") for place in "ABCDEGH"]
    rows = [row_of(person, number) for person, number in zip(people, WRONG, strict=True)]
    return workbook_with(client, *rows)


def entered(client, who):
    client.force_login(account(*who))
    return client


def problems(client, address):
    """The rows of the list of problems below its headings: the value, what is wrong."""
    answer = client.get(f"{address}problems/")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    return [(row[4].value, row[5].value) for row in sheet.iter_rows(min_row=2)]


def repeated(text):
    return [number for number in WHOLE if number in text]


def test_the_page_and_the_list_of_problems_mask_numbers_that_cannot_be_read(client, sent):
    for who in (SENDER, (Role.HEAD, "QLKH"), (Role.OFFICE, "VP")):
        page = entered(client, who).get(sent)
        [table] = tree(page).xpath("//section[@id='errors']//tbody")
        shown = [row.xpath("td[4]")[0].text_content() for row in table.xpath("tr")]
        assert shown == list(WRONG.values()), who
        listed = problems(client, sent)
        assert [value for value, _why in listed] == list(WRONG.values()), who
        assert repeated(words(page)) == repeated(str(listed)) == []
    assert not PersonIdentity.objects.exists()


def test_a_row_that_is_left_out_is_named_without_its_number(client, sent):
    rows = [
        (form.fields["sheet"], form.fields["row"])
        for form in tree(client.get(sent)).xpath("//section[@id='errors']//tbody//form")
    ]
    assert len(rows) == len(WRONG)
    for sheet, row in rows:
        client.post(f"{sent}rows/", {"sheet": sheet, "row": row, "choice": "skip"})
    page = client.get(sent)
    found = tree(page).xpath("//details//td[@class='lead']/text()")
    shown = [text.split(" | ")[1] for text in found if text.startswith("Lê Thị Mới")]
    assert shown == list(WRONG.values())
    assert repeated(words(page)) == []


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (SENDER, 200),
        ((Role.HEAD, "QLKH"), 200),
        ((Role.OFFICE, "VP"), 200),
        ((Role.ADMIN, "VP"), 200),
        ((Role.OFFICER, "CNTT"), 403),
        ((Role.HEAD, "CNTT"), 403),
        ((Role.LEADER, "BGD"), 403),
        ((Role.READER, "BGD"), 403),
    ],
)
def test_the_list_of_problems_is_given_to_who_sees_the_plan_and_logged(client, sent, who, status):
    client = entered(client, who)
    page = client.get(sent)
    is_plan_shown = page.status_code == 200 and bool(tree(page).xpath("//section[@id='errors']"))
    assert (client.get(f"{sent}problems/").status_code, is_plan_shown) == (status, status == 200)
    logged = ChangeEntry.objects.filter(action="download").values_list("object_label", "actor_label")
    name = f"loi-{re.findall(r'[0-9]+', sent)[0]}.xlsx"
    assert [*logged] == ([(name, account(*who).actor.label)] if status == 200 else [])


def test_a_file_that_was_put_aside_has_no_list_of_problems(client, sent):
    assert client.post(f"{sent}reject/").status_code == 303
    answer = client.get(f"{sent}problems/")
    assert (answer.status_code, answer["Location"]) == (303, sent)


@pytest.mark.parametrize(("who", "is_whole"), [(SENDER, True), ((Role.HEAD, "QLKH"), False)])
def test_the_choice_of_columns_shows_values_to_who_may_have_the_file(client, sent, who, is_whole):
    client = entered(client, who)
    for kind in ("", "?kind=parties.person"):  # also read as a register without such numbers
        page = client.get(f"{sent}sheets/1/{kind}")
        assert page.status_code == 200
        assert ("04520312345" in words(page)) is is_whole
        assert "345" in words(page)


def test_a_list_that_goes_to_no_register_is_had_again_by_its_sender_alone(clock, client):
    book = openpyxl.Workbook()
    book.active.title = "Danh sách CCCD"
    for row in (("STT", "Họ tên người dân", "CCCD"), (1, "Lê Thị Mới", "001099000001")):
        book.active.append(row)
    stored = io.BytesIO()
    book.save(stored)
    stored.seek(0)
    stored.name = "danh-sach.xlsx"
    sender = entered(client, (Role.OFFICE, "VP"))
    address = sender.post("/import/upload/", {"file": stored}, follow=True).request["PATH_INFO"]
    assert Batch.objects.get().counts == []
    assert client.get(f"{address}file/").status_code == 200
    for who in ((Role.READER, "VP"), SENDER, (Role.HEAD, "QLKH")):
        assert entered(client, who).get(f"{address}file/").status_code == 403, who
