"""All that is on record about one person is gathered by name, number, mail or telephone; each search is logged with its reason."""

import io

import openpyxl
import pytest

from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.privacy.operations.showing import without_numbers
from khcn.privacy.queries.data_about_persons import MOST, data_about
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMemberFactory
from tests.factories.parties import PersonFactory
from tests.factories.privacy import DataRequestFactory, PersonIdentityFactory
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import words

pytestmark = pytest.mark.django_db
NUMBER = "001099000001"


@pytest.fixture
def person(clock):
    found = PersonFactory(full_name="Nguyễn Đức Ánh", phone="0912 345 678", email="anh.nd@tinh.gov.vn")
    PersonIdentityFactory(person=found, number=NUMBER)
    ScienceTaskFactory(code="DT01", title="Nhân giống hồi", principal_investigator=found)
    ScienceTaskFactory(code="DT02", title="Miến dong", note="Thay bà Nguyễn Đức Ánh từ tháng 5")
    CouncilMemberFactory(person=found)
    PersonFactory(full_name="Trần Văn Khác", phone="0999999999", email="khac@tinh.gov.vn")
    return found


def found(typed, actor=SYSTEM):
    return {(each.row.code, each.value) for each in data_about(typed, actor=actor).values}


LINKED = {
    ("participation", "Nguyễn Đức Ánh"),
    ("identities", "Nguyễn Đức Ánh"),
}


@pytest.mark.parametrize(
    "typed", ["Nguyễn Đức Ánh", "nguyễn đức ánh", "NGUYỄN ĐỨC ÁNH", "  Nguyễn   Đức Ánh "]
)
def test_a_name_finds_the_person_what_links_to_them_and_what_names_them(person, typed):
    assert found(typed) == {
        ("persons", "Nguyễn Đức Ánh"),
        ("free-texts", "Thay bà Nguyễn Đức Ánh từ tháng 5"),
        *LINKED,
    }


def test_an_identity_number_finds_the_person_and_is_not_given_out(person):
    assert found("001 099 000 001") == {("identities", "•••••••••001"), *LINKED}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("anh.nd@tinh.gov.vn", "anh.nd@tinh.gov.vn"),
        ("ANH.ND@TINH.GOV.VN", "anh.nd@tinh.gov.vn"),
        ("0912 345 678", "0912 345 678"),
        ("0912345678", "0912 345 678"),
        ("0912.345.678", "0912 345 678"),
    ],
)
def test_mail_and_telephone_find_the_person(person, typed, value):
    assert found(typed) == {("contacts", value), *LINKED}


def test_a_telephone_number_of_eleven_digits_is_no_identity_number(clock):
    PersonFactory(full_name="Người Có Máy Bàn", phone="02093870123")
    assert found("02093870123") == {("contacts", "02093870123")}


def test_a_request_is_found_by_who_sent_it(person):
    DataRequestFactory(
        requester_name="Lê Thị Gửi", requester_identity="006188123456", content="xóa của Lê Thị Gửi"
    )
    assert found("Lê Thị Gửi") == {("requests", "Lê Thị Gửi"), ("requests", "xóa của Lê Thị Gửi")}
    assert found("006188123456") == {("requesters", "•••••••••456")}


@pytest.mark.parametrize(
    "typed", ["Không Có Ai", "%%%", "___", "'; DROP TABLE x; --", "096301999999", "Ơ" * 150]
)
def test_who_is_not_on_record_is_not_found(person, typed):
    assert found(typed) == set()


def test_more_than_is_shown_is_named(person):
    for number in range(MOST + 1):
        PersonFactory(full_name=f"Hoàng Văn Trùng {number}")
    shown = data_about("Hoàng Văn Trùng", actor=SYSTEM)
    assert len([each for each in shown.values if each.row.code == "persons"]) == MOST
    assert shown.cut == ("Họ tên, học vị, chức vụ của người tham gia: Họ và tên",)


def test_nobody_finds_what_they_may_not_see(person):
    DataRequestFactory(requester_name="Lê Thị Gửi")
    assert found("Lê Thị Gửi", an_actor(Role.OFFICER, "QLKH")) == set()
    assert found(NUMBER, an_actor(Role.READER, "TTRA")) == set()


ASKED = {"who": "Nguyễn Đức Ánh", "reason": "trả lời yêu cầu số 3/YC"}


def test_the_page_logs_who_looked_for_whom_and_why(person, sign_in):
    client = sign_in(Role.OFFICE, "VP")
    assert "Nhân giống hồi" in words(client.post("/privacy/about/", ASKED))
    entry = ChangeEntry.objects.get(action="shown")
    assert (entry.reason, entry.object_label) == (ASKED["reason"], "Dữ liệu về “Nguyễn Đức Ánh”")
    client.post("/privacy/about/", {**ASKED, "who": NUMBER})
    assert ChangeEntry.objects.filter(action="shown").latest("pk").object_label == "Dữ liệu về “•••••••••001”"


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"reason": "a"}, {"who": ""}, {"who": "ab"}, {"who": ". - ."}]
)
def test_without_a_reason_or_a_name_nothing_is_looked_for(person, sign_in, wrong):
    page = sign_in(Role.OFFICE, "VP").post("/privacy/about/", {**ASKED, **wrong})
    assert "Nhân giống hồi" not in words(page)
    assert not ChangeEntry.objects.filter(action="shown").exists()


def test_what_was_found_is_taken_away_as_a_workbook_without_the_number(person, sign_in):
    client = sign_in(Role.OFFICE, "VP")
    content = client.post("/privacy/about/", {**ASKED, "export": "1"}).getvalue()
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active]
    assert rows[0] == ["Nhóm dữ liệu", "Sổ", "Bản ghi", "Trường", "Nội dung", "Mục đích"]
    assert len(rows) - 1 == len(data_about(ASKED["who"], actor=SYSTEM).values)
    assert not [cell for row in rows for cell in row if NUMBER in str(cell)]
    entry = ChangeEntry.objects.get(action="download")
    assert (entry.object_label, entry.reason) == ("du-lieu-ca-nhan.xlsx", ASKED["reason"])


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        (Role.ADMIN, "VP", 200),
        (Role.OFFICER, "VP", 200),
        (Role.LEADER, "BGD", 403),
        (Role.OFFICER, "QLKH", 403),
    ],
)
def test_who_gathers_data_about_persons(person, sign_in, role, unit, status):
    assert sign_in(role, unit).post("/privacy/about/", ASKED).status_code == status


@pytest.mark.parametrize(
    ("typed", "logged"),
    [
        ("CCCD 001099000001 của bà Thử", "CCCD •••001 của bà Thử"),
        ("001 099 000 001, CMND 095.123-456", "•••001, CMND •••456"),
        ("điện thoại 0912345678", "điện thoại •••678"),
        ("yêu cầu số 03/YC ngày 12/11/2026", "yêu cầu số 03/YC ngày 12/11/2026"),
        ("12345678", "12345678"),
        ("0010990000012", "•••012"),
        ("CC001099000001 bà Thử", "CC•••001 bà Thử"),
        *(
            (f"số {sign.join(('001', '099', '000', '001'))}.", "số •••001.")
            for sign in "/_–‑,•\N{NO-BREAK SPACE}"
        ),
        ("001 - 099 - 000 - 001", "•••001"),
        ("", ""),
    ],
)
def test_numbers_in_a_reason_are_masked_in_the_log(typed, logged):
    assert without_numbers(typed) == logged
