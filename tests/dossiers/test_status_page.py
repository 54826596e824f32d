"""The public page of a dossier: for who has its receipt, and nobody else."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from khcn.dossiers.documents import RECEIPT
from khcn.dossiers.enums import DossierOutcome
from khcn.dossiers.queries import status_code
from khcn.parties.models.sign_ins import SignInFailure
from tests.factories.dossiers import DossierFactory, SupplementRequestFactory

pytestmark = pytest.mark.django_db
SECRETS = {
    "applicant": "Phòng khám Bí Mật",
    "phone": "0209 3870 999",
    "email": "bi.mat@vidu.vn",
    "address": "Ngõ Kín",
}


def asked(code, typed, client=None, address="203.0.113.7"):
    data = {"code": code, "status_code": typed}
    return (client or Client()).post(reverse("dossier-status"), data, REMOTE_ADDR=address)


def text_of(response):
    return " ".join(response.content.decode().split())


def test_what_the_receipt_prints_opens_the_page(calendar):
    dossier = DossierFactory(**SECRETS)
    printed = RECEIPT.context(dossier, date(2023, 3, 20))
    assert printed["status_page"] == settings.PUBLIC_URL + reverse("dossier-status")
    response = asked(dossier.code, printed["status_code"])
    assert response.status_code == 200
    page = text_of(response)
    for words in (dossier.code, dossier.procedure.name, "đã tiếp nhận, đang giải quyết", "20/03/2023"):
        assert words in page, words
    for words in SECRETS.values():
        assert words not in page, words
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f" {code} ".replace("0", "O").replace("1", "l"),
    ],
)
def test_it_is_typed_as_people_type(calendar, change):
    for _count in range(5):
        dossier = DossierFactory()
        assert asked(f" {dossier.code.lower()} ", change(status_code(dossier.code))).status_code == 200


def test_the_page_tells_what_the_applicant_has_to_do(calendar):
    waiting = SupplementRequestFactory(answered_on=None, content="Bản sao giấy đăng ký kinh doanh").dossier
    page = text_of(asked(waiting.code, status_code(waiting.code)))
    assert "chờ người nộp bổ sung" in page
    assert "Bản sao giấy đăng ký kinh doanh" in page
    assert "Ngày hẹn trả kết quả" not in page
    ended = {
        "outcome": DossierOutcome.REFUSED,
        "ended_on": date(2023, 3, 22),
        "outcome_reason": "Không thuộc thẩm quyền",
    }
    refused = DossierFactory(**ended)
    page = text_of(asked(refused.code, status_code(refused.code)))
    assert "đã trả lại hồ sơ" in page
    assert "Không thuộc thẩm quyền" in page


def test_the_code_of_another_dossier_opens_nothing(calendar):
    mine, other = DossierFactory(), DossierFactory(content="Việc của người khác")
    for code, typed in (
        (other.code, status_code(mine.code)),
        (other.code, get_random_string(8)),
        ("000.00.15.H03-230914-9999", status_code(mine.code)),
        ("000.00.15.H03-230914-9999", status_code("000.00.15.H03-230914-9999")),
        (other.code, ""),
        ("", status_code(other.code)),
        ("'; --", "%" * 80),
    ):
        response = asked(code, typed)
        assert response.status_code == 422, (code, typed)
        assert other.procedure.name not in text_of(response)
        assert "Việc của người khác" not in text_of(response)


def test_who_guesses_is_stopped_by_network_and_keeps_nobody_else_from_the_page(calendar):
    dossier = DossierFactory()
    limit = settings.SIGN_IN_LIMITS.failures_from_network
    for _count in range(limit):
        assert asked(dossier.code, "00000000").status_code == 422
    stopped = asked(dossier.code, status_code(dossier.code))
    assert stopped.status_code == 429
    assert 0 < int(stopped["Retry-After"]) <= settings.SIGN_IN_LIMITS.window_minutes * 60
    assert SignInFailure.objects.count() == limit
    assert asked(dossier.code, status_code(dossier.code), address="203.0.113.8").status_code == 200


def test_a_receipt_of_an_earlier_secret_key_goes_on(calendar, settings):
    dossier = DossierFactory()
    printed = status_code(dossier.code)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-of-fifty-characters-0123456789-abc"
    assert status_code(dossier.code) != printed
    assert asked(dossier.code, printed).status_code == 200


def test_the_sign_in_page_leads_to_it_and_a_link_may_bring_the_code(client):
    address = reverse("dossier-status")
    assert f'href="{address}"' in text_of(client.get(reverse("login")))
    assert 'value="000.00.15.H03-230914-0001"' in text_of(
        client.get(address, {"code": "000.00.15.H03-230914-0001"})
    )
