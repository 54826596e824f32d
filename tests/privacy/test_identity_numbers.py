"""Identity numbers are masked wherever they are given out, and shown to those entitled by a step that is logged."""

import io
import json
import re

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_comparison import compare_records
from khcn.kernel.fields.kinds.identity_number import masked_number, read_identity_number
from khcn.kernel.fields.registry import field_kind_of
from khcn.parties.models import RefusalCount, User
from khcn.privacy.enums import LegalGround
from khcn.privacy.models import PersonIdentity
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.privacy import ConsentFactory, PersonIdentityFactory
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
NUMBER, MASK = "001099000001", "•••••••••001"


@pytest.fixture
def identity(clock):
    return PersonIdentityFactory(number=NUMBER, person=PersonFactory(full_name="Nguyễn Văn Thử"))


@pytest.mark.parametrize("typed", [NUMBER, "001 099 000 001", "001.099.000-001"])
def test_a_number_is_read_as_people_write_it(typed):
    assert read_identity_number(typed) == NUMBER


@pytest.mark.parametrize(
    "typed", ["123", "0010990000012", "000099000001", "099099000001", "001o99000001", "٠" * 12]
)
def test_what_is_no_number_is_refused_without_being_repeated(typed):
    with pytest.raises(ValidationError) as refused:
        read_identity_number(typed)
    assert typed not in " ".join(refused.value.messages)


def test_a_cell_in_which_excel_dropped_the_zeros_is_read():
    kind = field_kind_of(PersonIdentity._meta.get_field("number"))
    assert kind.read_cell(1099000001.0, "1099000001") == NUMBER
    with pytest.raises(ValidationError):
        kind.read_cell("1099000001", "1099000001")


def test_a_mask_tells_the_last_digits_and_of_other_text_nothing():
    assert masked_number(NUMBER) == MASK
    assert masked_number("*** 3f9a") == "•" * 12
    assert masked_number("") == ""


ADDRESSES = {
    "list": "/privacy/identities/",
    "page": "/privacy/identities/{pk}/",
    "history": "/privacy/identities/{pk}/history/",
    "form": "/privacy/identities/{pk}/edit/",
    "page of the person": "/parties/people/{person}/",
    "JSON": "/api/privacy/identities/{pk}/",
    "JSON of all": "/api/privacy/identities/",
    "log": "/log/",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_no_page_gives_the_number_out(sign_in, identity, address):
    client = sign_in(Role.ADMIN, "VP")
    client.post(f"/privacy/identities/{identity.pk}/number/", {"reason": "lập hồ sơ"})
    page = client.get(address.format(pk=identity.pk, person=identity.person_id))
    text = json.dumps(page.json(), ensure_ascii=False) if "api" in address else page.content.decode()
    assert page.status_code == 200
    assert NUMBER not in text
    assert NUMBER[:9] not in text
    assert MASK in text or address in {ADDRESSES["log"], ADDRESSES["history"]}


def test_an_export_has_the_mask_and_comes_back_without_changing_the_number(sign_in, identity):
    client = sign_in(Role.ADMIN, "VP")
    content = client.get("/privacy/identities/export/").getvalue()
    cells = [cell.value for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row]
    assert MASK in cells
    assert NUMBER not in cells
    uploaded = client.post("/import/upload/", {"file": io.BytesIO(content)})
    assert uploaded.status_code in {302, 303}
    identity.refresh_from_db()
    assert identity.number == NUMBER


def workbook_with(client, *rows):
    """The template of the register with these rows, sent in; gives the page of the batch."""
    template = client.get("/import/template/?register=privacy.personidentity").getvalue()
    book = openpyxl.load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    headings = {
        cell.value: cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)
    }
    first = next(cell for text, cell in headings.items() if "Số định danh cá nhân" in text and cell.row > 1)
    line = {cell.column: str(cell.value) for cell in sheet[first.row] if cell.value}
    for offset, row in enumerate(rows, 1):
        for column, heading in line.items():
            for name, value in row.items():
                if heading.lower().startswith(name):
                    sheet.cell(first.row + offset, column).value = value
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "so-dinh-danh.xlsx"
    answer = client.post("/import/upload/", {"file": stream})
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


def row_of(person, number):
    return {
        "cá nhân": str(person),
        "số định danh": number,
        "căn cứ": str(LegalGround.LAW.label),
        "mục đích": "hồ sơ",
    }


def test_a_file_with_whole_numbers_is_given_to_who_sent_it_and_to_the_editors(clock, client):
    def signed_in(role, unit):
        client.force_login(account(role, unit))
        return client

    address = workbook_with(
        signed_in(Role.OFFICER, "QLKH"), row_of(PersonFactory(full_name="Lê Thị Mới"), NUMBER)
    )
    for role, unit, status in (
        (Role.OFFICER, "QLKH", 200),
        (Role.HEAD, "QLKH", 403),
        (Role.OFFICE, "VP", 200),
        (Role.ADMIN, "VP", 200),
    ):
        page = signed_in(role, unit).get(address)
        assert (page.status_code, "Tải tệp đã gửi" in words(page)) == (200, status == 200), role
        assert client.get(f"{address}file/").status_code == status


def test_a_preview_does_not_tell_which_numbers_are_on_record(clock, sign_in, identity):
    client = sign_in(Role.OFFICER, "QLKH")
    new = PersonFactory(full_name="Lê Thị Mới")
    address = workbook_with(client, row_of(new, NUMBER))
    page = client.get(address)
    assert "đã ghi cho người khác" not in words(page)
    form = form_values(tree(page), f"//form[@action='{address}confirm/']")
    refused = client.post(f"{address}confirm/", form)
    assert refused.status_code == 409
    assert "dòng" in words(refused)
    assert "Số định danh này đã ghi cho người khác" in words(refused)
    assert list(PersonIdentity.objects.all()) == [identity]
    assert [each.kind for each in RefusalCount.objects.all()] == ["record"]


def test_a_preview_does_not_tell_whether_a_guess_of_the_number_is_right(clock, sign_in, identity):
    client = sign_in(Role.OFFICER, "QLKH")
    pages = []
    for guess in ("001099111001", NUMBER):
        row = {
            **row_of(identity.person, guess),
            "căn cứ": identity.get_ground_display(),
            "mục đích": identity.purpose,
        }
        page = client.get(workbook_with(client, row))
        [main] = tree(page).xpath("//main")
        pages.append(re.sub(r"\d\d:\d\d|/import/\d+/|#\d+", "", " ".join(main.text_content().split())))
    assert pages[0] == pages[1]
    assert "Không đổi 0" in pages[0] or "001" in pages[0]


@pytest.mark.parametrize("by", ["form", "JSON"])
def test_a_refused_number_is_answered_alike_on_record_or_not_and_is_counted(clock, sign_in, identity, by):
    PersonIdentityFactory(number="001099222002")
    client = sign_in(Role.OFFICER, "QLKH")
    typed = {"ground": "law", "purpose": "hồ sơ"}
    answers = []
    for guess in ("001099111001", NUMBER, "001099222002"):
        if by == "form":
            page = client.post(
                "/privacy/identities/new/", {**typed, "person": f"#{identity.person_id}", "number": guess}
            )
            answers.append((page.status_code, "đã ghi cho người khác" in words(page)))
        else:
            sent = json.dumps({**typed, "person": {"id": identity.person_id}, "number": guess})
            answer = client.post("/api/privacy/identities/", sent, content_type="application/json")
            answers.append((answer.status_code, answer.json()["errors"]))
    assert answers == [answers[0]] * 3
    assert answers[0][0] == 422
    assert "number" not in str(answers[0][1])
    assert {each.kind for each in RefusalCount.objects.all()} == {"record"}


def test_a_form_that_is_saved_with_the_mask_leaves_the_number(sign_in, identity):
    client, address = sign_in(Role.ADMIN, "VP"), f"/privacy/identities/{identity.pk}/edit/"
    typed = form_values(tree(client.get(address)), "//main//form")
    assert typed["number"] == MASK
    saved = client.post(address, {**typed, "purpose": "mục đích khác"})
    assert saved.status_code == 303
    identity.refresh_from_db()
    assert (identity.number, identity.purpose) == (NUMBER, "mục đích khác")
    typed = form_values(tree(client.get(address)), "//main//form")
    client.post(address, {**typed, "number": "006 188 123 456"})
    identity.refresh_from_db()
    assert identity.number == "006188123456"


@pytest.mark.parametrize("number", ["•••••••••777", "123"])
def test_a_mask_of_another_number_and_no_number_are_refused_and_shown_as_typed(sign_in, identity, number):
    client, address = sign_in(Role.ADMIN, "VP"), f"/privacy/identities/{identity.pk}/edit/"
    typed = form_values(tree(client.get(address)), "//main//form")
    page = client.post(address, {**typed, "number": number})
    assert page.status_code == 422
    assert form_values(tree(page), "//main//form")["number"] == number
    identity.refresh_from_db()
    assert identity.number == NUMBER


def test_the_database_takes_no_mask():
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonIdentityFactory(number=MASK)


def test_the_log_has_no_number_and_still_sees_one_that_is_put_in_its_place(identity):
    with acting(SYSTEM):
        identity.number = "006188123456"
        identity.save()
    logged = json.dumps(list(ChangeEntry.objects.values_list("before", "after")))
    assert NUMBER not in logged
    assert "006188123456" not in logged
    assert compare_records()[1] == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE privacy_personidentity SET number = %s", ["096301999999"])
    assert len(compare_records()[1]) == 1


def test_showing_a_number_asks_for_the_reason_and_is_logged(sign_in, identity):
    client, address = sign_in(Role.OFFICE, "VP"), f"/privacy/identities/{identity.pk}/number/"
    assert NUMBER not in client.get(address).content.decode()
    refused = client.post(address, {"reason": " "})
    assert NUMBER not in refused.content.decode()
    assert not ChangeEntry.objects.filter(action="shown").exists()
    page = client.post(address, {"reason": "đăng ký kết quả nhiệm vụ"})
    assert NUMBER in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    entry = ChangeEntry.objects.get(action="shown")
    who = User.objects.get(role="office")
    assert (entry.actor_id, entry.reason, entry.object_id) == (
        who.pk,
        "đăng ký kết quả nhiệm vụ",
        str(identity.pk),
    )
    assert "Nguyễn Văn Thử" in entry.object_label
    assert "Xem dữ liệu cá nhân" in words(sign_in(Role.ADMIN, "VP").get("/log/"))


@pytest.mark.parametrize(
    ("role", "unit", "page", "number"),
    [
        (Role.OFFICER, "QLKH", 200, 403),
        (Role.HEAD, "QLKH", 200, 403),
        (Role.LEADER, "BGD", 200, 403),
        (Role.READER, "TTRA", 403, 403),
        (Role.OFFICER, "VP", 200, 200),
    ],
)
def test_who_sees_the_mask_and_who_the_number(sign_in, identity, role, unit, page, number):
    client = sign_in(role, unit)
    shown = client.get(f"/privacy/identities/{identity.pk}/")
    assert shown.status_code == page
    answered = client.post(f"/privacy/identities/{identity.pk}/number/", {"reason": "lập hồ sơ"})
    assert answered.status_code == number
    assert (NUMBER in answered.content.decode()) == (number == 200)
    assert ("Xem đủ số định danh" in shown.content.decode()) == (number == 200)
    assert ChangeEntry.objects.filter(action="shown").count() == (number == 200)


def test_an_outside_organisation_sees_no_number_of_its_own_people(client, clock):
    organisation = OrganisationFactory()
    identity = PersonIdentityFactory(number=NUMBER, person=PersonFactory(organisation=organisation))
    with acting(SYSTEM):
        user = User.objects.create_user(
            "ngoai", password="mat-khau-thu-nghiem", full_name="HTX", organisation=organisation
        )
    client.force_login(user)
    assert client.get(f"/privacy/identities/{identity.pk}/").status_code == 403
    assert MASK not in client.get(f"/parties/people/{identity.person_id}/").content.decode()


def test_a_number_by_consent_needs_a_consent_in_force(sign_in, clock):
    person = PersonFactory()
    client = sign_in(Role.ADMIN, "VP")
    typed = {"person": f"#{person.pk}", "number": NUMBER, "ground": "consent", "purpose": "thống kê"}
    refused = client.post("/privacy/identities/new/", typed)
    assert "Chưa ghi sự đồng ý còn hiệu lực" in words(refused)
    ConsentFactory(person=person)
    assert client.post("/privacy/identities/new/", typed).status_code == 303
    assert PersonIdentity.objects.get().number == NUMBER
