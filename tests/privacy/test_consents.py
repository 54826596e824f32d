"""A consent is on record with who, when, by which version of which text, how, and until when; nobody consents by default."""

from datetime import date

import pytest
from django.urls import reverse

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.screens.record_forms import form_class
from khcn.parties.models import User
from khcn.privacy.models import Consent, ConsentText, PersonIdentity
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.privacy import ConsentFactory, ConsentTextFactory, PersonIdentityFactory
from tests.web.conftest import form_values, tree, words

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICER, "VP")
DAY = date(2026, 11, 30)


def withdraw(consent, on=DAY, **values):
    register = register_of(Consent)
    run(action_to_run(register, "withdraw"), register, consent.pk, values, actor=OFFICE, on=on)
    consent.refresh_from_db()
    return consent


def outside(client, organisation):
    with acting(SYSTEM):
        user = User.objects.create_user(
            "ngoai", password="mat-khau-thu-nghiem", full_name="Hợp tác xã", organisation=organisation
        )
    client.force_login(user)
    return client


def typed(person, text, **more):
    return {
        "person": f"#{person.pk}",
        "text": f"#{text.pk}",
        "given_on": "1/11/2026",
        "manner": "paper",
        "evidence": "hồ sơ giấy, tủ 2",
        **more,
    }


def test_a_consent_names_the_version_of_the_text_that_was_in_force_on_its_day(sign_in, clock):
    person = PersonFactory()
    old = ConsentTextFactory(
        code="LH", title="Liên hệ", valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 15)
    )
    new = ConsentTextFactory(code="LH", title="Liên hệ", valid_from=date(2026, 11, 15))
    client = sign_in(Role.OFFICER, "QLKH")
    assert client.post("/privacy/consents/new/", typed(person, new)).status_code == 303
    found = Consent.objects.get()
    assert (found.person, found.text, found.given_on, found.withdrawn_on) == (
        person,
        old,
        date(2026, 11, 1),
        None,
    )
    early = typed(person, old, given_on="31/12/2025")
    assert client.post("/privacy/consents/new/", early).status_code == 422


def test_nothing_is_chosen_or_ticked_before_a_person_does(sign_in, clock):
    """No form of the program begins with a consent: neither a box that is ticked nor a manner that is chosen."""
    page = tree(sign_in(Role.OFFICER, "QLKH").get("/privacy/consents/new/"))
    assert page.xpath("//main//input[@checked]") == []
    assert {name for name, value in form_values(page, "//main//form").items() if value} <= {
        "csrfmiddlewaretoken",
        "next",
    }
    with acting(SYSTEM):
        ticked = [
            (register.name, name)
            for register in registers()
            if register.form
            for name, field in form_class(register)().fields.items()
            if field.initial is True and "đồng ý" in str(field.label)
        ]
    assert ticked == []


@pytest.mark.parametrize("missing", ["person", "text", "given_on", "manner", "evidence"])
def test_a_consent_that_could_not_be_proved_is_not_taken(sign_in, clock, missing):
    sent = typed(PersonFactory(), ConsentTextFactory())
    page = sign_in(Role.OFFICER, "QLKH").post("/privacy/consents/new/", {**sent, missing: ""})
    assert page.status_code == 422
    assert not Consent.objects.exists()


def test_a_consent_of_a_day_to_come_is_not_taken(sign_in, clock):
    sent = typed(PersonFactory(), ConsentTextFactory(), given_on="1/12/2026")
    page = sign_in(Role.OFFICER, "QLKH").post("/privacy/consents/new/", sent)
    assert "chưa tới" in words(page)
    assert not Consent.objects.exists()


def test_what_somebody_consented_to_does_not_change(sign_in, clock):
    text = ConsentFactory().text
    client = sign_in(Role.ADMIN, "VP")
    address = f"/privacy/consent-texts/{text.pk}/edit/"
    sent = form_values(tree(client.get(address)), "//main//form")
    page = client.post(address, {**sent, "body": "nội dung khác"})
    assert "Ghi bản mới có ngày hiệu lực mới" in words(page)
    assert ConsentText.objects.get().body == text.body
    unused = ConsentTextFactory()
    address = f"/privacy/consent-texts/{unused.pk}/edit/"
    sent = form_values(tree(client.get(address)), "//main//form")
    assert client.post(address, {**sent, "body": "nội dung khác"}).status_code == 303


def test_a_consent_is_withdrawn_with_the_day_and_how_and_stays_on_record():
    consent = withdraw(ConsentFactory(), withdrawn_on=date(2026, 11, 2), reason="thư điện tử ngày 2/11")
    assert consent.withdrawn_on == date(2026, 11, 2)
    entry = ChangeEntry.objects.filter(model="privacy.consent", action="update").latest("pk")
    assert (entry.reason, entry.actor_label, entry.after) == (
        "thư điện tử ngày 2/11",
        OFFICE.label,
        {"withdrawn_on": "2026-11-02"},
    )
    with pytest.raises(Refused, match="Đã rút ngày 02/11/2026"):
        withdraw(consent, withdrawn_on=DAY, reason="lần nữa")


@pytest.mark.parametrize("day", [date(2023, 5, 9), date(2026, 12, 1)], ids=["before it was given", "to come"])
def test_a_withdrawal_has_a_possible_day(day):
    consent = ConsentFactory()
    with pytest.raises(Exception, match=r"Xem lại ngày") as refused:
        withdraw(consent, withdrawn_on=day, reason="thư")
    assert "withdrawn_on" in str(getattr(refused.value, "fields", refused.value))
    consent.refresh_from_db()
    assert consent.withdrawn_on is None


def test_a_withdrawal_names_the_data_that_lose_their_ground(sign_in, clock):
    consent = ConsentFactory()
    PersonIdentityFactory(person=consent.person, ground="consent")
    page = sign_in(Role.OFFICE, "VP").get(f"/privacy/consents/{consent.pk}/actions/withdraw/")
    assert "đang ghi theo sự đồng ý" in words(page)
    assert PersonIdentity.objects.exists()


def test_an_outside_organisation_records_the_consents_of_its_own_people_alone(client, clock):
    own, other = OrganisationFactory(), OrganisationFactory()
    mine, theirs = PersonFactory(organisation=own), PersonFactory(organisation=other)
    text, browser = ConsentTextFactory(), outside(client, own)
    page = browser.get(reverse("register-detail", args=["parties", "people", mine.pk]))
    assert f"/privacy/consents/new/?person=%23{mine.pk}" in page.content.decode()
    assert browser.post("/privacy/consents/new/", typed(mine, text)).status_code == 303
    assert browser.post("/privacy/consents/new/", typed(theirs, text)).status_code in {403, 422}
    found = Consent.objects.get()
    assert (found.person, found.text) == (mine, text)
    other_one = ConsentFactory(person=theirs)
    assert browser.get(f"/privacy/consents/{found.pk}/").status_code == 200
    assert browser.get(f"/privacy/consents/{other_one.pk}/").status_code == 404
    assert browser.get(f"/privacy/consents/{found.pk}/edit/").status_code == 403
