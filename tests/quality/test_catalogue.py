"""The catalogue of standards for everybody, and what somebody without an account asks for there."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.deadlines.models import Deadline
from khcn.quality.models import StandardRequest
from khcn.quality.operations import standards
from khcn.quality.queries.catalogue import PAGE_SIZE
from khcn.quality.views.catalogue import REQUESTS_OF_NETWORK
from khcn.reference.operations import enter_shipped_rules
from tests.factories.quality import StandardFactory
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db
PAGE, ASKING = "standard-catalogue", "standard-catalogue-request"
TYPED = {
    "kind": "supply",
    "content": "Xin bản TCVN 7648:2007 để sản xuất",
    "name": "Trần Thị Hỏi",
    "organisation": "HTX Minh Họa",
    "contact": "hoi@vidu.vn",
    "consent": "on",
}


@pytest.fixture(autouse=True)
def no_quota_used():
    REQUESTS_OF_NETWORK.clear()
    yield
    REQUESTS_OF_NETWORK.clear()


@pytest.fixture
def rules():
    enter_shipped_rules(actor=SYSTEM)


@pytest.fixture
def stored():
    newer = StandardFactory(
        number="TCVN 9001:2020", title="Miến dong – Yêu cầu kỹ thuật", field="67", ended_on=None
    )
    return {
        "newer": newer,
        "older": StandardFactory(
            number="TCVN 7648:2007",
            title="Miến dong",
            field="67",
            published_on=date(2007, 5, 1),
            ended_on=date(2020, 6, 1),
            replaced_by=newer,
            shelf="Tủ bí mật 7",
            note="ghi chú nội bộ",
        ),
        "withdrawn": StandardFactory(
            number="QCVN 16:2019/BXD",
            title="Vật liệu xây dựng",
            kind="qcvn",
            field="91",
            ended_on=date(2024, 1, 1),
        ),
    }


def numbers(response):
    return [each.text_content() for each in tree(response).xpath("//ul[@class='catalogue']//h2/span[1]")]


def looked_up(client, **asked):
    return client.get(reverse(PAGE), asked)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("TCVN 7648:2007", ["TCVN 7648:2007"]),
        ("tcvn7648-2007", ["TCVN 7648:2007"]),
        ("TCVN7648:2007", ["TCVN 7648:2007"]),
        ("7648", ["TCVN 7648:2007"]),
        ("qcvn16-2019/bxd", ["QCVN 16:2019/BXD"]),
        ("mien dong", ["TCVN 7648:2007", "TCVN 9001:2020"]),
        ("Vật liệu", ["QCVN 16:2019/BXD"]),
        ("tủ bí mật", []),
        ("", ["QCVN 16:2019/BXD", "TCVN 7648:2007", "TCVN 9001:2020"]),
    ],
)
def test_a_number_is_found_as_people_type_it_and_a_title_by_its_words(client, stored, typed, found):
    assert numbers(looked_up(client, q=typed)) == found


def test_what_is_replaced_is_marked_and_leads_to_what_took_its_place(client, stored):
    response = looked_up(client, q="tcvn 7648:2007")
    [line] = tree(response).xpath("//ul[@class='catalogue']/li")
    text = " ".join(line.text_content().split())
    assert "TCVN 7648:2007 Đã thay thế" in text
    assert "hết hiệu lực từ 01/06/2020" in text
    assert "Được thay thế bởi TCVN 9001:2020" in text
    [address] = line.xpath(".//a[text()='TCVN 9001:2020']/@href")
    assert numbers(client.get(address)) == ["TCVN 9001:2020"]
    assert "Tủ bí mật" not in text
    assert "nội bộ" not in words(response)


def test_it_is_narrowed_by_standing_and_field(client, stored):
    assert numbers(looked_up(client, standing="in_force")) == ["TCVN 9001:2020"]
    assert numbers(looked_up(client, standing="withdrawn")) == ["QCVN 16:2019/BXD"]
    assert numbers(looked_up(client, field="67", standing="replaced")) == ["TCVN 7648:2007"]
    assert "Không có tiêu chuẩn, quy chuẩn nào khớp" in words(looked_up(client, field="01"))


def test_an_empty_catalogue_and_hostile_words_are_answered_in_words(client):
    assert "Kho chưa có tiêu chuẩn" in words(looked_up(client))
    StandardFactory()
    for typed in (
        "%",
        "_",
        "'; DROP TABLE",
        "<script>alert(1)</script>",
        "\u202e" * 300,
        "a" * 5000,
        "1" * 5000,
    ):
        response = looked_up(client, q=typed, standing="x", field="'")
        assert response.status_code == 200, typed
        assert b"<script>alert" not in response.content
    assert looked_up(client, after="kein").status_code == 400
    assert looked_up(client, q="a\0").status_code == 400


def test_pages_follow_one_another_by_the_number(client):
    made = sorted(
        StandardFactory(number=f"TCVN {n}:2015").number for n in range(1000, 1000 + 2 * PAGE_SIZE + 5)
    )
    seen, address = [], reverse(PAGE)
    while address:
        response = client.get(address)
        seen += numbers(response)
        address = next(iter(tree(response).xpath("//a[@rel='next']/@href")), None)
    assert seen == made
    [back] = tree(response).xpath("//a[@rel='prev']/@href")
    assert numbers(client.get(back)) == made[PAGE_SIZE : 2 * PAGE_SIZE]


def test_a_page_asks_the_database_as_often_for_many_as_for_few(client, stored, django_assert_max_num_queries):
    looked_up(client)
    with django_assert_max_num_queries(4):
        looked_up(client, q="mien dong")
    StandardFactory.create_batch(40, title="Miến dong")
    with django_assert_max_num_queries(4):
        looked_up(client, q="mien dong")


def test_a_stranger_leaves_no_session_and_no_machine_stores_the_page(client, stored):
    for address in (reverse(PAGE), reverse(ASKING)):
        response = client.get(address)
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Cache-Control"] == "no-store"
        assert "sessionid" not in response.cookies
    assert f'href="{reverse(PAGE)}"' in client.get(reverse("login")).content.decode()


# ------------------------------------------------------------------------------------------ asking


def asked(client, address="203.0.113.7", **changed):
    return client.post(reverse(ASKING), {**TYPED, **changed}, REMOTE_ADDR=address)


def test_a_request_of_a_stranger_becomes_a_row_with_a_receipt_and_a_term_of_the_division(
    client, stored, rules
):
    response = asked(client, standard=stored["older"].pk)
    assert response.status_code == 200
    row = StandardRequest.objects.get()
    assert row.code in words(response)
    assert (row.kind, row.standard, row.organisation) == ("supply", stored["older"], None)
    assert (row.asker_name, row.asker_contact) == ("Trần Thị Hỏi", "hoi@vidu.vn")
    assert row.received_on == row.consented_on == timezone.localdate()
    term = Deadline.objects.get(subject_model="quality.standardrequest", subject_id=row.pk)
    assert (term.owner_code, term.kind) == ("TDC", "quality.answer")
    client.force_login(account(Role.OFFICER, "TDC"))
    assert row.code in words(client.get(reverse("work-list")))
    page = words(client.get(f"/quality/standard-requests/{row.pk}/"))
    assert "HTX Minh Họa" in page
    assert "hoi@vidu.vn" in page
    assert ChangeEntry.objects.filter(model="quality.standardrequest", actor_label="Hệ thống").exists()


def test_the_same_sent_again_is_one_request(client):
    first, again = asked(client), asked(client)
    assert StandardRequest.objects.count() == 1
    code = StandardRequest.objects.get().code
    assert code in words(first)
    assert code in words(again)
    asked(client, content="Việc khác")
    assert StandardRequest.objects.count() == 2


@pytest.mark.parametrize("missing", ["kind", "content", "name", "contact", "consent"])
def test_what_is_missing_is_named_and_nothing_is_stored(client, missing):
    response = asked(client, **{missing: ""})
    assert response.status_code == 422
    assert tree(response).xpath(f"//div[@role='alert']//a[@href='#id_{missing}']")
    assert "HTX Minh Họa" in response.content.decode()
    assert not StandardRequest.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "x"},
        {"content": "a" * 501},
        {"name": "a" * 121},
        {"contact": "a" * 121},
        {"contact": "a"},
        {"content": "Xin \u202ebản"},
    ],
)
def test_values_that_do_not_fit_are_refused(client, changed):
    assert asked(client, **changed).status_code == 422
    assert not StandardRequest.objects.exists()


def test_a_standard_that_is_none_is_left_out_and_markup_is_text(client):
    for key in ("9" * 30, "-1", "x", "٣"):
        response = asked(client, standard=key, content=f"<b>{key}</b>")
        assert response.status_code == 200
    assert not StandardRequest.objects.exclude(standard=None).exists()
    client.force_login(account(Role.OFFICER, "TDC"))
    assert b"<b>x</b>" not in client.get("/quality/standard-requests/").content


def test_one_address_sends_a_few_and_keeps_nobody_else_from_it(client):
    for number in range(5):
        assert asked(client, content=f"Việc {number}").status_code == 200
    stopped = asked(client, content="Việc thứ sáu")
    assert stopped.status_code == 429
    assert 0 < int(stopped["Retry-After"]) <= 600
    assert "Việc thứ sáu" in stopped.content.decode()
    assert asked(client, "203.0.113.8").status_code == 200
    assert StandardRequest.objects.count() == 6


def test_more_than_the_division_could_read_in_a_day_is_refused_in_words(client, monkeypatch):
    monkeypatch.setattr(standards, "MOST_REQUESTS_OF_A_DAY", 1)
    assert asked(client).status_code == 200
    full = asked(client, content="Việc khác")
    assert full.status_code == 429
    assert "Hãy gọi điện" in words(full)
    assert StandardRequest.objects.count() == 1


def test_an_official_says_which_organisation_it_is_and_answers(client, rules):
    asked(client)
    row = StandardRequest.objects.get()
    client.force_login(account(Role.OFFICER, "TDC"))
    address = f"/quality/standard-requests/{row.pk}/edit/"
    form = tree(client.get(address)).xpath("//form[.//*[@name='answer']]")[0]
    values = {name: value for name, value in form.form_values() if value is not None}
    today = f"{timezone.localdate():%d/%m/%Y}"
    response = client.post(address, {**values, "answered_on": today, "answer": "Đã giao bản"})
    assert response.status_code == 303, words(response)
    row.refresh_from_db()
    assert row.answered_on == timezone.localdate()
    assert row.asker_name == "Trần Thị Hỏi"
    assert not Deadline.objects.filter(subject_id=row.pk, kind="quality.answer", met_on=None).exists()
